"""Sign in to AWS Cognito user pools over SRP: pure computation, for boto3 to send.

`SignIn` is the whole conversation. `PasswordLogin` and `DeviceLogin` are its single exchanges, for those who keep the
order of the messages themselves; the functions are the arithmetic, for clients that have everything else.
"""

from cognito_srp._arithmetic import claim_key, compute_s, device_verifier, modpow
from cognito_srp._errors import (
    ArgumentError,
    BusyError,
    CognitoSrpError,
    DeviceRefusedError,
    MachineError,
    RefusedError,
    ReplyError,
)
from cognito_srp._login import (
    DeviceLogin,
    DeviceSecretVerifierConfig,
    Enrollment,
    PasswordLogin,
    enroll_device,
    secret_hash,
)
from cognito_srp._native import kernel, version
from cognito_srp._sign_in import SignIn
from cognito_srp._steps import Ask, Device, Done, Send, Step

__version__ = version()

__all__ = [
    "ArgumentError",
    "Ask",
    "BusyError",
    "CognitoSrpError",
    "Device",
    "DeviceLogin",
    "DeviceRefusedError",
    "DeviceSecretVerifierConfig",
    "Done",
    "Enrollment",
    "MachineError",
    "PasswordLogin",
    "RefusedError",
    "ReplyError",
    "Send",
    "SignIn",
    "Step",
    "__version__",
    "claim_key",
    "compute_s",
    "device_verifier",
    "enroll_device",
    "kernel",
    "modpow",
    "secret_hash",
]
