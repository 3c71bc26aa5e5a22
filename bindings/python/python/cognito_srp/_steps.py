"""What comes next in a sign-in. No `repr` of these shows a secret."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Device:
    """A remembered device: what is to be stored, and is a secret. `dataclasses.asdict` makes a dictionary of it."""

    device_key: str
    device_group_key: str
    device_password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request: `getattr(client, step.operation)(**step.kwargs)`.

    One that got no response, or that of a gateway in the service's place, may be sent again as it is.
    """

    operation: str
    """The method of boto3's client, such as `initiate_auth`."""
    kwargs: dict[str, Any] = field(repr=False)
    """Its arguments."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the person, and pass what they say to `answer`."""

    question: str
    """Which question, such as `PASSWORD`."""
    details: dict[str, Any] = field(repr=False)
    """What there is to know of it, by AWS's names."""


@dataclass(frozen=True, slots=True)
class Done:
    """The person is signed in."""

    tokens: dict[str, Any] = field(repr=False)
    """AuthenticationResult, as boto3 has it: `AccessToken`, `IdToken`, `RefreshToken`, `ExpiresIn`, `TokenType`.
    What the service did not say is not there."""
    username: str
    """The user by the name that the service gave."""
    device: Device | None = None
    """A device that was remembered just now."""
    user_confirmation_necessary: bool = False
    """Whether the pool wants the person to be asked if the device is to be remembered."""
    device_problem: str | None = None
    """Why a device that was offered was not remembered."""
    device_forgotten: bool = False
    """Whether the service no longer knows the device that was passed: it can be deleted here too."""


Step: TypeAlias = Send | Ask | Done


def step(kind: str, name: str, members: dict[str, Any]) -> Step:
    """The step that the native half has found."""
    if kind == "send":
        return Send(method(name), members)
    if kind == "ask":
        return Ask(name, members)
    device = members.get("Device")
    return Done(
        members["AuthenticationResult"],
        members["Username"],
        device and remembered(device),
        members["UserConfirmationNecessary"],
        members.get("DeviceProblem"),
        members["DeviceForgotten"],
    )


def remembered(device: dict[str, str]) -> Device:
    """A device by AWS's names for its members."""
    return Device(device["DeviceKey"], device["DeviceGroupKey"], device["DevicePassword"])


@cache
def method(operation: str) -> str:
    """The name that boto3 gives the method of an operation."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()
