"""What the native half takes, made of what people pass."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from cognito_srp._errors import ArgumentError
from cognito_srp._steps import Device

Time: TypeAlias = datetime | int | float
"""A datetime that knows its time zone, or seconds since 1970."""

Integer: TypeAlias = int | bytes
"""An integer that is not negative, or its bytes, the highest first."""


def text(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    raise wrong_type(name, "str", value)


def text_or_none(name: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise wrong_type(name, "str or None", value)


def flag(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise wrong_type(name, "bool", value)


def dictionary(name: str, value: object) -> dict[str, Any]:
    """The native half reads dictionaries only; other mappings become one."""
    if isinstance(value, dict):
        return value
    if isinstance(value, Mapping):
        return dict(value)
    raise wrong_type(name, "dict", value)


def dictionary_or_none(name: str, value: object) -> dict[str, Any] | None:
    return None if value is None else dictionary(name, value)


def device(value: object) -> dict[str, Any]:
    if isinstance(value, Device):
        return {
            "DeviceKey": text("device_key", value.device_key),
            "DeviceGroupKey": text("device_group_key", value.device_group_key),
            "DevicePassword": text("device_password", value.device_password),
        }
    raise wrong_type("device", "Device", value)


def device_or_none(value: object) -> dict[str, Any] | None:
    return None if value is None else device(value)


def context(
    client_metadata: object, analytics_metadata: object, user_context_data: object, context_data: object
) -> dict[str, Any]:
    """What goes with every request."""
    return {
        "ClientMetadata": dictionary_or_none("client_metadata", client_metadata),
        "AnalyticsMetadata": dictionary_or_none("analytics_metadata", analytics_metadata),
        "UserContextData": dictionary_or_none("user_context_data", user_context_data),
        "ContextData": dictionary_or_none("context_data", context_data),
    }


def integer(name: str, value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, int):
        raise wrong_type(name, "int or bytes", value)
    if value < 0:
        raise ArgumentError(f"{name} is out of range", name, "OutOfRange")
    return value.to_bytes((value.bit_length() + 7) // 8 or 1, "big")


def seconds(now: object) -> int:
    """Seconds since 1970, of the present if no time is given."""
    if now is None:
        return int(time.time())
    if isinstance(now, datetime):
        if now.utcoffset() is None:
            raise ArgumentError("now has no time zone", "now", "Malformed")
        now = now.timestamp()
    elif not isinstance(now, (int, float)):
        raise wrong_type("now", "datetime, int or float", now)
    try:
        return int(now // 1)
    except (OverflowError, ValueError):
        raise ArgumentError("now is out of range", "now", "OutOfRange") from None


def wrong_type(name: str, expected: str, value: object) -> TypeError:
    """It names the type and never the value, which may be a secret that was passed as bytes."""
    return TypeError(f"{name} must be {expected}, not {type(value).__name__}")
