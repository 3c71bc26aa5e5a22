"""The functions against the algebra, for integers and for bytes of any length."""

from __future__ import annotations

import base64
import random

import pytest

import algebra
import cognito_srp


def test_integers_and_bytes_are_the_same() -> None:
    rng = random.Random(5)
    for bits in (1, 7, 8, 9, 255, 256, 512, 1024, 3071):
        a, b = rng.getrandbits(bits) | 1, rng.getrandbits(bits) | 1
        u, x = rng.getrandbits(min(bits, 256)) | 1, rng.getrandbits(min(bits, 256)) | 1
        as_bytes = [bytes(2) + number.to_bytes(400, "big").lstrip(b"\0") for number in (a, b, u, x)]
        assert cognito_srp.modpow(b, a) == cognito_srp.modpow(as_bytes[1], as_bytes[0]) == pow(b, a, algebra.N)
        s = algebra.shared_secret(a, b, u, x)
        assert cognito_srp.compute_s(a, b, u, x) == s
        assert cognito_srp.compute_s(as_bytes[0], as_bytes[1], u, x) == s
        names = ("Example1", "alice", "pässwörd")
        expected = algebra.claim_key(a, b, x, *names)
        assert (
            cognito_srp.claim_key(a, b, x, *names)
            == cognito_srp.claim_key(*as_bytes[:2], as_bytes[3], *names)
            == expected
        )


def test_edges() -> None:
    assert cognito_srp.modpow(0, 0) == cognito_srp.modpow(5, 0) == cognito_srp.modpow(b"\5", b"") == 1
    assert cognito_srp.modpow(0, 5) == 0
    assert cognito_srp.modpow(algebra.N - 1, 2) == 1


def test_an_empty_a_is_none() -> None:
    a = b""
    for call in (
        lambda: cognito_srp.compute_s(a, 2, 3, 5),
        lambda: cognito_srp.claim_key(a, 2, 3, "scope", "name", "password"),
        lambda: cognito_srp.PasswordLogin("us-east-1_Example1", "client", "alice", a=a),
    ):
        with pytest.raises(cognito_srp.ArgumentError) as refused:
            call()
        assert (refused.value.parameter, refused.value.problem) == ("a", "Empty")


def test_a_verifier_is_the_one_that_the_algebra_has() -> None:
    device = cognito_srp.enroll_device("us-east-1_6ec2f461-6364-44c4-aa42-2f0acaaaf6e8", "-63i1vgZ7h")
    names = device.device.device_group_key, device.device.device_key, device.device.device_password
    config = device.device_secret_verifier_config
    salt = int.from_bytes(base64.b64decode(config["Salt"]), "big")
    verifier = pow(algebra.G, algebra.private_key(salt, *names), algebra.N)
    assert base64.b64decode(config["PasswordVerifier"]) == algebra.enc(verifier)
    assert cognito_srp.device_verifier(names[1], names[0], names[2], salt) == config
