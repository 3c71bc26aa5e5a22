"""The conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from cognito_srp import _native
from cognito_srp._errors import ArgumentError, ReplyError
from cognito_srp._steps import Ask, Device, Done, Step, step
from cognito_srp._values import (
    Time,
    context,
    device_or_none,
    dictionary,
    dictionary_or_none,
    flag,
    seconds,
    text,
    text_or_none,
    wrong_type,
)
from cognito_srp._values import (
    text as checked_text,
)

SomeSignIn = TypeVar("SomeSignIn", bound="SignIn")


class SignIn:
    """A sign-in: requests out, responses in, questions to the person.

    An error leaves it as it was.
    """

    __slots__ = ("_native",)

    def __init__(
        self,
        user_pool_id: str,
        client_id: str,
        username: str,
        *,
        client_secret: str | None = None,
        auth_flow: str = "USER_SRP_AUTH",
        preferred_challenge: str | None = None,
        without_srp: bool = False,
        admin: bool = False,
        device: Device | None = None,
        remember_device: bool = False,
        device_name: str | None = None,
        device_key: str | None = None,
        session: str | None = None,
        client_metadata: Mapping[str, str] | None = None,
        analytics_metadata: Mapping[str, Any] | None = None,
        user_context_data: Mapping[str, Any] | None = None,
        context_data: Mapping[str, Any] | None = None,
    ) -> None:
        """A sign-in that is about to begin.

        :param client_secret: of an app client that has one
        :param preferred_challenge: for the flow USER_AUTH
        :param without_srp: for the flow CUSTOM_AUTH, which otherwise begins with SRP
        :param admin: whether to use the Admin twins of the operations
        :param device: a remembered one
        :param remember_device: whether to have a device remembered that the service offers, as `device_name`
        :param device_key: for a refresh token that belongs to a device, without `device`
        :param session: of confirm_sign_up, for the flow USER_AUTH
        :param user_context_data: of all but the Admin twins, which take `context_data`

        What would go into no request, such as `user_context_data` with `admin`, is an ArgumentError.
        """
        self._native = _native.SignIn(
            {
                "UserPoolId": text("user_pool_id", user_pool_id),
                "ClientId": text("client_id", client_id),
                "Username": text("username", username),
                "ClientSecret": text_or_none("client_secret", client_secret),
                "AuthFlow": text("auth_flow", auth_flow),
                "PreferredChallenge": text_or_none("preferred_challenge", preferred_challenge),
                "WithoutSrp": flag("without_srp", without_srp),
                "Admin": flag("admin", admin),
                "Device": device_or_none(device),
                "RememberDevice": flag("remember_device", remember_device),
                "DeviceName": text_or_none("device_name", device_name),
                "DeviceKey": text_or_none("device_key", device_key),
                "Session": text_or_none("session", session),
                **context(client_metadata, analytics_metadata, user_context_data, context_data),
            }
        )

    @classmethod
    def restore(
        cls: type[SomeSignIn],
        state: bytes,
        user_pool_id: str,
        client_id: str,
        *,
        client_secret: str | None = None,
        device: Device | None = None,
        client_metadata: Mapping[str, str] | None = None,
        analytics_metadata: Mapping[str, Any] | None = None,
        user_context_data: Mapping[str, Any] | None = None,
        context_data: Mapping[str, Any] | None = None,
    ) -> SomeSignIn:
        """The sign-in that was saved. What is not among the arguments is in the state.

        Restore a state once: it has the secret `a` of one proof in it, and two proofs with one `a` give the password
        away to whoever chooses SRP_B.

        :param device: the one that it was saved with, also where `set_device` has set it
        """
        if not isinstance(state, bytes):
            raise wrong_type("state", "bytes", state)
        restored = cls.__new__(cls)
        restored._native = _native.SignIn.restore(
            state,
            {
                "UserPoolId": text("user_pool_id", user_pool_id),
                "ClientId": text("client_id", client_id),
                "ClientSecret": text_or_none("client_secret", client_secret),
                "Device": device_or_none(device),
                **context(client_metadata, analytics_metadata, user_context_data, context_data),
            },
        )
        return restored

    def start(self) -> Step:
        """The first step; also to start over."""
        return step(*self._native.start())

    def handle(self, response: Mapping[str, Any], now: Time | None = None) -> Step:
        """Takes what boto3 returned for the last request."""
        return step(*self._native.handle(reply(response), seconds(now)))

    def refused(self, error: object) -> Step:
        """Takes the ClientError that boto3 raised for the last request, or its `response`.

        Where the sign-in has no way on, and that is as a rule, it raises RefusedError. An error that a gateway made is
        no refusal, and is a ReplyError: the sign-in waits, and the same request may be sent again.
        """
        return step(*self._native.refused(refusal(error)))

    def answer(self, text: str, user_attributes: Mapping[str, str] | None = None, now: Time | None = None) -> Step:
        """Takes the answer to the question that was asked; `user_attributes` for NEW_PASSWORD only."""
        attributes = dictionary_or_none("user_attributes", user_attributes)
        return step(*self._native.answer(checked_text("text", text), attributes, seconds(now)))

    def question(self) -> Ask | None:
        """The question that can be answered now, or once more after a refusal."""
        found = self._native.question()
        return None if found is None else Ask(found[1], found[2])

    def set_device(self, device: Device | None) -> None:
        """The remembered device that requests name from now on, or none.

        For those who keep devices under the name that the service gives: while the password is asked, the details have
        it as `Username`. Where `DeviceForgotten` is true, the device that was passed is of no more use. One that is
        already proving itself is not to be changed.
        """
        self._native.set_device(device_or_none(device))

    def skip_device(self) -> Done | None:
        """Ends the sign-in without the new device, where confirm_device got no response, or one that is not the
        service's; None where it is not out.
        """
        found = self._native.skip_device()
        done = None if found is None else step(*found)
        return done if isinstance(done, Done) else None

    def save(self) -> bytes:
        """The state, which is a secret.

        A checksum finds accidents and not malice: whoever can change it can have the sign-in go on as somebody else. So
        encrypt and authenticate it, bound to whose it is; let it expire with the Session; restore it once.
        """
        return self._native.save()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a sign-in is a secret: save() it, and encrypt and authenticate what that returns")


def reply(response: object) -> dict[str, Any]:
    """What the service said. Of a gateway's page with the status 200 boto3 makes a response without members, as that
    of confirm_device may be: which of the two it is, the headers say.
    """
    members = dictionary("response", response)
    metadata = members.get("ResponseMetadata")
    headers = metadata.get("HTTPHeaders") if isinstance(metadata, Mapping) else None
    if len(members) == 1 and isinstance(headers, Mapping):
        content_type = headers.get("content-type", "application/json")
        is_json = isinstance(content_type, str) and "json" in content_type.lower()
        if not is_json or headers.get("content-length") == "0":
            raise ReplyError("the response is not JSON", "body", "NotJson")
    return members


def refusal(error: object) -> dict[str, Any]:
    """A refusal as the service writes it, of botocore's ClientError or of its response."""
    response = getattr(error, "response", error)
    if not isinstance(response, Mapping):
        raise wrong_type("error", "a ClientError or its response", error)
    refused = response.get("Error")
    if not isinstance(refused, Mapping):
        raise ArgumentError("Error is missing in the response", "Error", "Missing")
    return {"__type": name_in(refused), "message": refused.get("Message")}


def name_in(refused: Mapping[str, Any]) -> object:
    """The service's name for its refusal. Where a body has none, botocore has put the HTTP status there."""
    code = refused.get("Code")
    is_botocores = isinstance(code, str) and (code in ("", "Unknown") or code.isdecimal())
    return None if is_botocores else code
