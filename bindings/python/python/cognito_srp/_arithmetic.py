"""The arithmetic alone, for clients that have everything else.

Dangerous where `a` is not fresh and random, or is used twice. Python's own integers are neither wiped
nor of constant time.
"""

from __future__ import annotations

from cognito_srp import _native
from cognito_srp._values import Integer, integer, text


def modpow(base: Integer, exponent: Integer) -> int:
    """base^exponent mod N, with Cognito's N; `base` is below N."""
    return int.from_bytes(_native.modpow(integer("base", base), integer("exponent", exponent)), "big")


def compute_s(a: Integer, b: Integer, u: Integer, x: Integer) -> int:
    """S = (B - k * g^x)^(a + u * x) mod N; `u` and `x` have at most 256 bits."""
    s = _native.compute_s(integer("a", a), integer("B", b), integer("u", u), integer("x", x))
    return int.from_bytes(s, "big")


def claim_key(a: Integer, b: Integer, salt: Integer, scope: str, name: str, password: str) -> bytes:
    """The key of PASSWORD_CLAIM_SIGNATURE, in 16 bytes: u, x, S and K in one call.

    :param scope: the pool's id behind its `_`, or DeviceGroupKey
    :param name: USER_ID_FOR_SRP, or DeviceKey
    """
    integers = integer("a", a), integer("B", b), integer("salt", salt)
    return _native.claim_key(*integers, text("scope", scope), text("name", name), text("password", password))


def device_verifier(device_key: str, device_group_key: str, device_password: str, salt: Integer) -> dict[str, str]:
    """DeviceSecretVerifierConfig of a device for a salt that is given."""
    return _native.device_verifier(
        text("device_key", device_key),
        text("device_group_key", device_group_key),
        text("device_password", device_password),
        integer("salt", salt),
    )
