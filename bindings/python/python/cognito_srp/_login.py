"""Single steps, for those who keep the order of the messages themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypedDict

from cognito_srp import _native
from cognito_srp._steps import Device, remembered
from cognito_srp._values import (
    Integer,
    Time,
    context,
    device_or_none,
    dictionary,
    flag,
    integer,
    seconds,
    text,
    text_or_none,
)
from cognito_srp._values import device as device_members


class PasswordLogin:
    """A sign-in with a password that has begun: SRP_A first, then one claim."""

    __slots__ = ("_native",)

    def __init__(
        self,
        user_pool_id: str,
        client_id: str,
        username: str,
        *,
        client_secret: str | None = None,
        admin: bool = False,
        device: Device | None = None,
        device_key: str | None = None,
        client_metadata: Mapping[str, str] | None = None,
        analytics_metadata: Mapping[str, Any] | None = None,
        user_context_data: Mapping[str, Any] | None = None,
        context_data: Mapping[str, Any] | None = None,
        a: Integer | None = None,
    ) -> None:
        """Draws `a` and computes SRP_A.

        :param admin: whether the claim is for the Admin twin of the operation
        :param a: for test vectors: an `a` that is not fresh and random gives the password away
        """
        options = {
            "UserPoolId": text("user_pool_id", user_pool_id),
            "ClientId": text("client_id", client_id),
            "Username": text("username", username),
            "ClientSecret": text_or_none("client_secret", client_secret),
            "Admin": flag("admin", admin),
            "Device": device_or_none(device),
            "DeviceKey": text_or_none("device_key", device_key),
            **context(client_metadata, analytics_metadata, user_context_data, context_data),
        }
        self._native = _native.PasswordLogin(options, None if a is None else integer("a", a))

    @property
    def srp_a(self) -> str:
        """SRP_A, for any request that carries it."""
        return self._native.srp_a

    def claim(self, challenge: Mapping[str, Any], password: str, now: Time | None = None) -> dict[str, Any]:
        """The answer to PASSWORD_VERIFIER, as the arguments of respond_to_auth_challenge, or of its Admin twin.

        `challenge` is the response that has it. A login makes one claim; a challenge that cannot be read, or has
        another ChallengeName, spends nothing.
        """
        return self._native.claim(dictionary("challenge", challenge), text("password", password), seconds(now))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a login is a secret, and for one use")


class DeviceLogin:
    """A remembered device's sign-in that has begun: SRP_A first, then one claim."""

    __slots__ = ("_native",)

    def __init__(
        self,
        user_pool_id: str,
        client_id: str,
        username: str,
        device: Device,
        *,
        client_secret: str | None = None,
        admin: bool = False,
        client_metadata: Mapping[str, str] | None = None,
        analytics_metadata: Mapping[str, Any] | None = None,
        user_context_data: Mapping[str, Any] | None = None,
        context_data: Mapping[str, Any] | None = None,
        a: Integer | None = None,
    ) -> None:
        """Draws `a` and computes SRP_A.

        :param username: the one that the service gave
        :param admin: whether the claim is for the Admin twin of the operation
        :param a: for test vectors: an `a` that is not fresh and random gives the device's password away
        """
        options = {
            "UserPoolId": text("user_pool_id", user_pool_id),
            "ClientId": text("client_id", client_id),
            "Username": text("username", username),
            "ClientSecret": text_or_none("client_secret", client_secret),
            "Admin": flag("admin", admin),
            "Device": device_members(device),
            **context(client_metadata, analytics_metadata, user_context_data, context_data),
        }
        self._native = _native.DeviceLogin(options, None if a is None else integer("a", a))

    @property
    def srp_a(self) -> str:
        """SRP_A, for the answer to DEVICE_SRP_AUTH."""
        return self._native.srp_a

    def claim(self, challenge: Mapping[str, Any], now: Time | None = None) -> dict[str, Any]:
        """The answer to DEVICE_PASSWORD_VERIFIER; its form is that of `PasswordLogin.claim`."""
        return self._native.claim(dictionary("challenge", challenge), seconds(now))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a login is a secret, and for one use")


class DeviceSecretVerifierConfig(TypedDict, total=False):
    """What confirm_device takes: both members are there, and are optional as in AWS's type."""

    PasswordVerifier: str
    Salt: str


@dataclass(frozen=True, slots=True)
class Enrollment:
    """A new device: to be stored once confirm_device has succeeded, and what is sent with it."""

    device: Device
    device_secret_verifier_config: DeviceSecretVerifierConfig = field(repr=False)


def enroll_device(device_key: str, device_group_key: str) -> Enrollment:
    """A password for a device that the service offers to remember, and the verifier that confirm_device takes."""
    enrolled = _native.enroll_device(text("device_key", device_key), text("device_group_key", device_group_key))
    return Enrollment(remembered(enrolled["Device"]), enrolled["DeviceSecretVerifierConfig"])


def secret_hash(username: str, client_id: str, client_secret: str) -> str:
    """SECRET_HASH over the USERNAME of the same request, for operations outside sign-in such as sign_up."""
    return _native.secret_hash(
        text("username", username), text("client_id", client_id), text("client_secret", client_secret)
    )
