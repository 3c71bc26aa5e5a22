"""Sign-ins with the real boto3 at the repository's own pool, which has devices."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timezone
from typing import Any

import pyotp
import pytest

from cognito_srp import (
    Ask,
    Device,
    DeviceLogin,
    DeviceRefusedError,
    Done,
    PasswordLogin,
    RefusedError,
    Send,
    SignIn,
    enroll_device,
    secret_hash,
)
from conftest import Pool


def test_a_device_is_remembered_and_signs_in(testpool: Pool) -> None:
    password = testpool.users["alice"]["password"]
    trail: list[str] = []
    done = testpool.drive(
        testpool.sign_in("alice", "secret", remember_device=True, device_name="a test"), trail, PASSWORD=password
    )
    assert trail[-1] == "confirm_device"
    assert done.device is not None and done.device_problem is None
    stored = json.dumps(dataclasses.asdict(done.device))
    trail.clear()
    device = Device(**json.loads(stored))
    done = testpool.drive(testpool.sign_in("alice", "secret", device=device), trail, PASSWORD=password)
    assert trail == ["initiate_auth", "PASSWORD", *["respond_to_auth_challenge"] * 3]
    assert testpool.client.get_user(AccessToken=done.tokens["AccessToken"])["Username"] == done.username


def dave_device(testpool: Pool) -> Device:
    [device] = testpool.users["dave"]["devices"]
    return Device(device["key"], device["group_key"], device["password"])


def test_a_remembered_device_takes_the_place_of_the_second_factor(testpool: Pool) -> None:
    password = testpool.users["dave"]["password"]
    trail: list[str] = []
    testpool.drive(testpool.sign_in("dave"), trail, PASSWORD=password, CODE=testpool.users["dave"]["code"])
    assert "CODE" in trail
    trail.clear()
    testpool.drive(testpool.sign_in("dave", device=dave_device(testpool)), trail, PASSWORD=password)
    assert "CODE" not in trail


def test_a_wrong_device_password_is_told_from_a_wrong_password(testpool: Pool) -> None:
    device = dataclasses.replace(dave_device(testpool), device_password="wrong")
    with pytest.raises(DeviceRefusedError):
        testpool.drive(testpool.sign_in("dave", device=device), PASSWORD=testpool.users["dave"]["password"])
    with pytest.raises(RefusedError) as refused:
        testpool.drive(testpool.sign_in("dave", device=dave_device(testpool)), PASSWORD="wrong")
    assert type(refused.value) is RefusedError


def test_a_forgotten_device_is_left_out(testpool: Pool) -> None:
    password = testpool.users["alice"]["password"]
    done = testpool.drive(testpool.sign_in("alice", remember_device=True), PASSWORD=password)
    assert done.device is not None
    testpool.client.forget_device(AccessToken=done.tokens["AccessToken"], DeviceKey=done.device.device_key)
    done = testpool.drive(testpool.sign_in("alice", device=done.device), PASSWORD=password)
    assert done.device_forgotten


def test_a_device_is_kept_under_the_name_that_the_service_gives(testpool: Pool) -> None:
    """Of somebody who signs in by an alias: it is looked up while the password is asked."""
    carol = testpool.users["carol"]
    answers = {"MFA_TYPE": "SMS_MFA", "CODE": carol["code"]}
    sign_in = testpool.sign_in("carol@example.com", remember_device=True)
    first = testpool.drive(sign_in, PASSWORD=carol["password"], **answers)
    assert first.device is not None and first.username != "carol@example.com"
    kept = {first.username: first.device}

    sign_in, forgotten = testpool.sign_in("carol@example.com"), []

    def password(details: dict[str, Any]) -> str:
        forgotten.append(details["DeviceForgotten"])
        if not details["DeviceForgotten"]:
            sign_in.set_device(kept.get(details["Username"]))
        return carol["password"]

    trail: list[str] = []
    again = testpool.drive(sign_in, trail, PASSWORD=password)
    assert trail == ["initiate_auth", "PASSWORD", *["respond_to_auth_challenge"] * 3]
    testpool.client.forget_device(AccessToken=again.tokens["AccessToken"], DeviceKey=first.device.device_key)
    last = testpool.drive(sign_in, PASSWORD=password, **answers)
    assert last.device_forgotten and forgotten == [False, False, True]


def test_a_factor_is_chosen_among_many(testpool: Pool) -> None:
    carol = testpool.users["carol"]
    asked = {}

    def choose(details: dict[str, list[str]]) -> str:
        asked.update(details)
        return "SOFTWARE_TOKEN_MFA"

    testpool.drive(
        testpool.sign_in("carol@example.com"),
        PASSWORD=carol["password"],
        MFA_TYPE=choose,
        CODE=lambda _: pyotp.TOTP(carol["totp_secret"]).now(),
    )
    assert set(asked["MfaTypes"]) == set(carol["mfa"])


def test_a_first_factor_is_chosen(testpool: Pool) -> None:
    carol = testpool.users["carol"]
    sign_in = testpool.sign_in("carol", auth_flow="USER_AUTH")
    trail: list[str] = []
    testpool.drive(sign_in, trail, FIRST_FACTOR="EMAIL_OTP", CODE=carol["code"])
    assert trail[:2] == ["initiate_auth", "FIRST_FACTOR"]
    trail.clear()
    passkey = testpool.sign_in("carol", auth_flow="USER_AUTH", preferred_challenge="WEB_AUTHN")
    testpool.drive(passkey, trail, PASSKEY=carol["credential"])
    assert trail == ["initiate_auth", "PASSKEY", "respond_to_auth_challenge"]


def test_a_new_password_comes_with_the_attributes_that_are_required(testpool: Pool) -> None:
    sign_in = testpool.sign_in("erin")
    required = []

    def choose(details: dict[str, list[str]]) -> tuple[str, dict[str, str]]:
        required.extend(details["RequiredAttributes"])
        return "Permanent-passw0rd", {"name": "Erin"}

    done = testpool.drive(sign_in, PASSWORD=testpool.users["erin"]["password"], NEW_PASSWORD=choose)
    assert any("name" in attribute for attribute in required)
    attributes = testpool.client.get_user(AccessToken=done.tokens["AccessToken"])["UserAttributes"]
    assert {"Name": "name", "Value": "Erin"} in attributes


def test_an_authenticator_app_is_set_up(testpool: Pool) -> None:
    """associate_software_token and verify_software_token go through boto3 like the rest."""
    token = testpool.drive(testpool.sign_in("bob@example.com"), PASSWORD="Tr0ub4dor&3").tokens["AccessToken"]
    secret = testpool.client.associate_software_token(AccessToken=token)["SecretCode"]
    testpool.client.verify_software_token(AccessToken=token, UserCode=pyotp.TOTP(secret).now())
    testpool.client.set_user_mfa_preference(
        AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    trail: list[str] = []
    testpool.drive(
        testpool.sign_in("bob@example.com"), trail, PASSWORD="Tr0ub4dor&3", CODE=lambda _: pyotp.TOTP(secret).now()
    )
    assert trail[-2:] == ["CODE", "respond_to_auth_challenge"]


def test_a_sign_in_goes_on_in_another_process(testpool: Pool) -> None:
    """Saved and restored at each step, with the time given in each of its forms."""
    client = testpool.clients["secret"]

    def elsewhere(sign_in: SignIn) -> SignIn:
        return SignIn.restore(sign_in.save(), testpool.user_pool_id, client["id"], client_secret=client["secret"])

    sign_in = testpool.sign_in("dave", "secret")
    step = sign_in.start()
    times = iter([None, datetime.now(timezone.utc), datetime.now(timezone.utc).timestamp()] * 3)
    while not isinstance(step, Done):
        sign_in = elsewhere(sign_in)
        match step:
            case Send(operation, kwargs):
                step = sign_in.handle(getattr(testpool.client, operation)(**kwargs), next(times))
            case Ask(question):
                answer = testpool.users["dave"]["password" if question == "PASSWORD" else "code"]
                step = sign_in.answer(answer, now=next(times))
    assert step.tokens["AccessToken"]


def test_single_steps_sign_in_a_person_and_a_device(testpool: Pool) -> None:
    client, public = testpool.client, testpool.clients["public"]["id"]
    alice = testpool.users["alice"]["password"]
    login = PasswordLogin(testpool.user_pool_id, public, "alice")
    parameters = {"USERNAME": "alice", "SRP_A": login.srp_a}
    challenge = client.initiate_auth(ClientId=public, AuthFlow="USER_SRP_AUTH", AuthParameters=parameters)
    tokens = client.respond_to_auth_challenge(**login.claim(challenge, alice))["AuthenticationResult"]

    offered = tokens["NewDeviceMetadata"]
    enrolled = enroll_device(offered["DeviceKey"], offered["DeviceGroupKey"])
    client.confirm_device(
        AccessToken=tokens["AccessToken"],
        DeviceKey=enrolled.device.device_key,
        DeviceSecretVerifierConfig=enrolled.device_secret_verifier_config,
    )

    login = PasswordLogin(testpool.user_pool_id, public, "alice", device=enrolled.device)
    parameters = {"USERNAME": "alice", "SRP_A": login.srp_a, "DEVICE_KEY": enrolled.device.device_key}
    challenge = client.initiate_auth(ClientId=public, AuthFlow="USER_SRP_AUTH", AuthParameters=parameters)
    answer = login.claim(challenge, alice)
    username = answer["ChallengeResponses"]["USERNAME"]
    reply = client.respond_to_auth_challenge(**answer)
    assert reply["ChallengeName"] == "DEVICE_SRP_AUTH"

    device_login = DeviceLogin(testpool.user_pool_id, public, username, enrolled.device)
    responses = {"USERNAME": username, "SRP_A": device_login.srp_a, "DEVICE_KEY": enrolled.device.device_key}
    challenge = client.respond_to_auth_challenge(
        ClientId=public, ChallengeName="DEVICE_SRP_AUTH", ChallengeResponses=responses
    )
    assert client.respond_to_auth_challenge(**device_login.claim(challenge))["AuthenticationResult"]["AccessToken"]


def test_single_steps_can_be_an_administrators(testpool: Pool) -> None:
    """boto3 refuses an argument that the Admin twin has not, and the pool a claim that is not whole."""
    client, public = testpool.client, testpool.clients["public"]["id"]
    dave, device = testpool.users["dave"]["password"], dave_device(testpool)
    context = {"IpAddress": "192.0.2.1", "ServerName": "example.com", "ServerPath": "/", "HttpHeaders": []}
    more = {"admin": True, "client_metadata": {"tenant": "a"}, "context_data": context}
    login = PasswordLogin(testpool.user_pool_id, public, "dave", device=device, **more)
    around = {"UserPoolId": testpool.user_pool_id, "ClientId": public}
    parameters = {"USERNAME": "dave", "SRP_A": login.srp_a, "DEVICE_KEY": device.device_key}
    challenge = client.admin_initiate_auth(**around, AuthFlow="USER_SRP_AUTH", AuthParameters=parameters)
    answer = login.claim(challenge, dave)
    assert answer["UserPoolId"] == testpool.user_pool_id
    assert answer["ClientMetadata"] == {"tenant": "a"}
    assert answer["ContextData"] == context
    reply = client.admin_respond_to_auth_challenge(**answer)
    assert reply["ChallengeName"] == "DEVICE_SRP_AUTH"

    username = answer["ChallengeResponses"]["USERNAME"]
    device_login = DeviceLogin(testpool.user_pool_id, public, username, device, **more)
    responses = {"USERNAME": username, "SRP_A": device_login.srp_a, "DEVICE_KEY": device.device_key}
    challenge = client.admin_respond_to_auth_challenge(
        **around, ChallengeName="DEVICE_SRP_AUTH", ChallengeResponses=responses
    )
    answer = device_login.claim(challenge)
    assert answer["ClientMetadata"] == {"tenant": "a"} and answer["ContextData"] == context
    assert client.admin_respond_to_auth_challenge(**answer)["AuthenticationResult"]["AccessToken"]


def test_what_goes_with_every_request_goes_with_the_claims_of_single_steps(testpool: Pool) -> None:
    client, public = testpool.client, testpool.clients["public"]["id"]
    context = {
        "ClientMetadata": {"tenant": "a"},
        "AnalyticsMetadata": {"AnalyticsEndpointId": "i"},
        "UserContextData": {"IpAddress": "192.0.2.1", "EncodedData": "e"},
    }
    more = {
        "client_metadata": context["ClientMetadata"],
        "analytics_metadata": context["AnalyticsMetadata"],
        "user_context_data": context["UserContextData"],
    }
    login = PasswordLogin(testpool.user_pool_id, public, "alice", **more)
    parameters = {"USERNAME": "alice", "SRP_A": login.srp_a}
    challenge = client.initiate_auth(ClientId=public, AuthFlow="USER_SRP_AUTH", AuthParameters=parameters)
    answer = login.claim(challenge, testpool.users["alice"]["password"])
    assert answer | context == answer and "UserPoolId" not in answer
    assert client.respond_to_auth_challenge(**answer)["AuthenticationResult"]
    challenge["ChallengeName"] = "DEVICE_PASSWORD_VERIFIER"
    answer = DeviceLogin(testpool.user_pool_id, public, "alice", dave_device(testpool), **more).claim(challenge)
    assert answer | context == answer and "UserPoolId" not in answer


def test_secret_hash_is_what_the_service_checks(testpool: Pool) -> None:
    app_client = testpool.clients["secret"]
    parameters = {
        "USERNAME": "alice",
        "PASSWORD": testpool.users["alice"]["password"],
        "SECRET_HASH": secret_hash("alice", app_client["id"], app_client["secret"]),
    }
    reply = testpool.client.initiate_auth(
        ClientId=app_client["id"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    assert reply["AuthenticationResult"]["AccessToken"]


def test_a_refusal_is_taken_as_the_error_and_as_its_response(testpool: Pool) -> None:
    from botocore.exceptions import ClientError

    for form in (lambda error: error, lambda error: error.response):
        sign_in = testpool.sign_in("alice")
        match sign_in.start():
            case Send("initiate_auth", kwargs):
                with pytest.raises(ClientError) as raised:
                    testpool.client.initiate_auth(**kwargs | {"ClientId": "unknown"})
        with pytest.raises(RefusedError) as refused:
            sign_in.refused(form(raised.value))
        assert refused.value.name == raised.value.response["Error"]["Code"]
        assert refused.value.message == raised.value.response["Error"]["Message"]
