"""Sign-ins with the real boto3 at a server that others wrote, and that verifies."""

from __future__ import annotations

import pyotp
import pytest

from cognito_srp import RefusedError
from conftest import Pool


@pytest.mark.parametrize("app_client", ["public", "secret"])
@pytest.mark.parametrize("name", ["username", "email"])
@pytest.mark.parametrize("admin", [False, True])
def test_a_person_signs_in(ministack: Pool, app_client: str, name: str, admin: bool) -> None:
    user = ministack.users["plain"]
    trail: list[str] = []
    sign_in = ministack.sign_in(user[name], app_client, admin=admin)
    done = ministack.drive(sign_in, trail, PASSWORD=user["password"])
    sent = (
        ["admin_initiate_auth", "admin_respond_to_auth_challenge"]
        if admin
        else ["initiate_auth", "respond_to_auth_challenge"]
    )
    assert trail == [sent[0], "PASSWORD", sent[1]]
    signed_in = ministack.client.get_user(AccessToken=done.tokens["AccessToken"])
    assert signed_in["Username"] == done.username
    assert {"Name": "email", "Value": user["email"]} in signed_in["UserAttributes"]


@pytest.mark.parametrize("app_client", ["public", "secret"])
def test_a_wrong_password_is_refused(ministack: Pool, app_client: str) -> None:
    sign_in = ministack.sign_in(ministack.users["plain"]["username"], app_client)
    with pytest.raises(RefusedError) as refused:
        ministack.drive(sign_in, PASSWORD="wrong")
    assert refused.value.name == "NotAuthorizedException"
    assert refused.value.cause == "WrongUserOrPassword"


@pytest.mark.parametrize("app_client", ["public", "secret"])
def test_a_second_factor_is_asked_for(ministack: Pool, app_client: str) -> None:
    user = ministack.users["totp"]
    code = pyotp.TOTP(user["totpSecret"]).now
    trail: list[str] = []
    done = ministack.drive(
        ministack.sign_in(user["username"], app_client), trail, PASSWORD=user["password"], CODE=lambda _: code()
    )
    assert trail[-2:] == ["CODE", "respond_to_auth_challenge"]
    assert ministack.client.get_user(AccessToken=done.tokens["AccessToken"])["Username"] == done.username


def test_a_wrong_code_can_be_corrected(ministack: Pool) -> None:
    user = ministack.users["totp"]
    sign_in = ministack.sign_in(user["username"])
    with pytest.raises(RefusedError) as refused:
        ministack.drive(sign_in, PASSWORD=user["password"], CODE="000000")
    assert (refused.value.name, refused.value.retry) == ("CodeMismatchException", "AnotherAnswer")
    question = sign_in.question()
    assert question is not None and question.question == "CODE"


@pytest.mark.parametrize(("who", "app_client"), [("fresh", "public"), ("freshSecret", "secret")])
def test_a_temporary_password_is_replaced(ministack: Pool, who: str, app_client: str) -> None:
    user = ministack.users[who]
    trail: list[str] = []
    new = user["newPassword"]
    ministack.drive(
        ministack.sign_in(user["username"], app_client), trail, PASSWORD=user["password"], NEW_PASSWORD=(new, None)
    )
    assert "NEW_PASSWORD" in trail
    assert ministack.drive(ministack.sign_in(user["username"], app_client), PASSWORD=new).tokens["AccessToken"]


def test_a_custom_challenge_follows_srp(ministack: Pool) -> None:
    user = ministack.users["custom"]
    trail: list[str] = []
    sign_in = ministack.sign_in(user["username"], auth_flow="CUSTOM_AUTH")
    done = ministack.drive(sign_in, trail, PASSWORD=user["password"], CUSTOM=user["answer"])
    assert [step for step in trail if step.isupper()] == ["PASSWORD", "CUSTOM"]
    assert done.tokens["AccessToken"]


def test_a_refresh_token_brings_new_tokens(ministack: Pool) -> None:
    user = ministack.users["plain"]
    done = ministack.drive(ministack.sign_in(user["username"], "secret"), PASSWORD=user["password"])
    refresh = ministack.sign_in(done.username, "secret", auth_flow="REFRESH_TOKEN_AUTH")
    refreshed = ministack.drive(refresh, REFRESH_TOKEN=done.tokens["RefreshToken"])
    assert ministack.client.get_user(AccessToken=refreshed.tokens["AccessToken"])["Username"] == done.username
