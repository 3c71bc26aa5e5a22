"""pycognito with its two slow methods replaced: the same signatures, and it still signs in."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pyotp
import pytest
from pycognito import AWSSRP, Cognito, aws_srp
from pycognito.exceptions import ForceChangePasswordException, SoftwareTokenMFAChallengeException

import algebra
from conftest import FASTER, Pool

POOL_ID, NAME = "us-east-1_Example1", "alice"

# As pycognito made them, whatever is replaced later.
ORIGINAL_A, ORIGINAL_KEY = AWSSRP.calculate_a, AWSSRP.get_password_authentication_key


def login(a: int, password: str = "password") -> AWSSRP:
    it = AWSSRP.__new__(AWSSRP)
    it.__dict__.update(pool_id=POOL_ID, small_a_value=a, big_n=algebra.N, val_g=algebra.G, val_k=algebra.K)
    it.large_a_value = it.calculate_a()
    return it


def key(a: int, b: int, salt: str, password: str) -> bytes:
    return login(a).get_password_authentication_key(NAME, password, b, salt)


def original_key(a: int, b: int, salt: str, password: str) -> bytes:
    it = login(a)
    assert ORIGINAL_A(it) == it.large_a_value
    return bytes(ORIGINAL_KEY(it, NAME, password, b, salt))


def test_it_is_five_lines() -> None:
    lines = FASTER.read_text(encoding="utf-8").split('"""')[2].splitlines()
    assert len([line for line in lines if line and not line.startswith(("from", ")"))]) <= 5


def test_the_keys_are_the_same(faster: type) -> None:
    """SALT and SRP_B of every length that an integer of theirs can have, odd numbers of digits among them."""
    rng = random.Random(6)
    odd = 0
    for turn in range(200):
        # Every other number is short, as one in 16, 256, .. is.
        short = turn % 2 * rng.randrange(1, 24)
        a = rng.getrandbits(1024) | 1
        b = rng.getrandbits(3071 - short) | 1
        salt = f"{rng.getrandbits(128 - short) | 1:x}"
        odd += len(salt) % 2 + len(f"{b:x}") % 2
        password = "".join(rng.choices("aZ1!é密", k=rng.randrange(1, 20)))
        expected = algebra.claim_key(a, b, int(salt, 16), "Example1", NAME, password)
        assert key(a, b, salt, password) == expected
        assert original_key(a, b, salt, password) == expected
    assert odd > 40, "odd numbers of digits were among them"


@pytest.mark.parametrize("zeros", range(6))
@pytest.mark.parametrize("salt", ["8f03", "8f0", "1f03", "1f0"])
def test_where_they_differ_pycognito_is_wrong(faster: type, salt: str, zeros: int) -> None:
    """It hashes the text of a SALT with zeros in front as it came, where the protocol hashes the integer."""
    a, b, written = 12345, 678910, "0" * zeros + salt
    expected = algebra.claim_key(a, b, int(salt, 16), "Example1", NAME, "password")
    assert key(a, b, written, "password") == expected
    padded = aws_srp.pad_hex(written)
    is_minimal = bytes.fromhex(padded) == algebra.enc(int(salt, 16))
    assert (original_key(a, b, written, "password") == expected) == is_minimal


def test_b_that_gives_the_password_away_is_refused(faster: type) -> None:
    """pycognito computes with any B: of one that is 0 modulo N the key can be known without the password's verifier."""
    original_key(5, algebra.N, "ab", "password")
    with pytest.raises(ValueError, match="B"):
        key(5, algebra.N, "ab", "password")


def srp(pool: Pool, username: str, password: str, app_client: str = "public", **device: str) -> Any:
    client = pool.clients[app_client]
    return AWSSRP(
        username,
        password,
        pool.user_pool_id,
        client["id"],
        client=pool.client,
        client_secret=client.get("secret"),
        **device,
    )


@pytest.mark.parametrize("app_client", ["public", "secret"])
def test_it_signs_in_to_ministack(faster: type, ministack: Pool, app_client: str) -> None:
    user = ministack.users["plain"]
    tokens = srp(ministack, user["username"], user["password"], app_client).authenticate_user()["AuthenticationResult"]
    assert ministack.client.get_user(AccessToken=tokens["AccessToken"])["Username"] == user["username"]
    with pytest.raises(ministack.client.exceptions.NotAuthorizedException):
        srp(ministack, user["username"], "wrong", app_client).authenticate_user()


def test_it_signs_in_to_ministack_many_times(faster: type, ministack: Pool) -> None:
    """One number in 16 or in 256 is written with fewer digits: a single sign-in would not meet it."""
    user = ministack.users["plain"]
    for _ in range(60):
        assert srp(ministack, user["username"], user["password"]).authenticate_user()["AuthenticationResult"]


def test_it_signs_in_with_a_second_factor(faster: type, ministack: Pool) -> None:
    class UnverifiedTokens(Cognito):
        """It would check the tokens against the pool's published keys, which is not what is tried here."""

        def verify_token(self, token: str, id_name: str, token_use: str) -> None:
            setattr(self, id_name, token)

    user = ministack.users["totp"]
    arguments = {"boto3_client_kwargs": dict(ministack.boto3_arguments), "username": user["username"]}
    client = UnverifiedTokens(ministack.user_pool_id, ministack.clients["public"]["id"], **arguments)
    with pytest.raises(SoftwareTokenMFAChallengeException):
        client.authenticate(user["password"])
    client.respond_to_software_token_mfa_challenge(pyotp.TOTP(user["totpSecret"]).now())
    assert client.access_token


def test_it_signs_in_to_testpool_with_a_device(faster: type, testpool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    # It has the address of AWS built in for confirm_device; nothing but the address is changed.
    post = aws_srp.requests.post
    monkeypatch.setattr(aws_srp, "requests", SimpleNamespace(post=lambda _url, **more: post(testpool.endpoint, **more)))
    password = testpool.users["alice"]["password"]
    client = srp(testpool, "alice", password)
    tokens = client.authenticate_user()
    _, device_password = client.confirm_device(tokens, device_name="a test")
    offered = tokens["AuthenticationResult"]["NewDeviceMetadata"]
    device = {"device_key": offered["DeviceKey"], "device_group_key": offered["DeviceGroupKey"]}
    again = srp(testpool, "alice", password, **device, device_password=device_password)
    assert again.authenticate_user()["AuthenticationResult"]["AccessToken"]


def test_a_temporary_password_is_still_noticed(faster: type, ministack: Pool) -> None:
    name, temporary = "pycognito-temporary", "Temporary 1a!"
    ministack.client.admin_create_user(
        UserPoolId=ministack.user_pool_id, Username=name, TemporaryPassword=temporary, MessageAction="SUPPRESS"
    )
    client = srp(ministack, name, temporary)
    with pytest.raises(ForceChangePasswordException):
        client.authenticate_user()
    client.set_new_password_challenge("Permanent 1a!")
    assert srp(ministack, name, "Permanent 1a!").authenticate_user()["AuthenticationResult"]
