"""What users with types write: for mypy, which `run` calls; nothing here is run."""

from __future__ import annotations

from typing import TypedDict

from cognito_srp import SignIn, enroll_device


class AnalyticsMetadataType(TypedDict, total=False):
    """As boto3-stubs have it, and those below."""

    AnalyticsEndpointId: str


class UserContextDataType(TypedDict, total=False):
    IpAddress: str
    EncodedData: str


class DeviceSecretVerifierConfigType(TypedDict, total=False):
    PasswordVerifier: str
    Salt: str


class OurSignIn(SignIn):
    pass


def begin(analytics: AnalyticsMetadataType, context: UserContextDataType) -> SignIn:
    return SignIn("a", "b", "c", analytics_metadata=analytics, user_context_data=context)


def go_on(state: bytes) -> OurSignIn:
    return OurSignIn.restore(state, "a", "b")


def confirm() -> DeviceSecretVerifierConfigType:
    return enroll_device("k", "g").device_secret_verifier_config
