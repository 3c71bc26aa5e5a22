"""The vector driver: `bindings/vectors.py` asks it line by line, through what people use of this package."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import cognito_srp
from cognito_srp import Ask, CognitoSrpError, Device, DeviceLogin, Done, PasswordLogin, Send, SignIn, Step


def main() -> None:
    for line in sys.stdin:
        operation, *fields = line.rstrip("\n").split("\t")
        try:
            result = OPERATIONS[operation](*fields)
            print("ok", result.hex(), sep="\t", flush=True)
        except CognitoSrpError as error:
            kind = type(error).__name__.removesuffix("Error")
            print("error", kind, error.parameter or "-", sep="\t", flush=True)
        except TypeError as error:
            print("error", "Argument", missing(error), sep="\t", flush=True)


def missing(error: TypeError) -> str:
    """Python itself refuses a call that lacks an argument, and names it."""
    named = re.search(r"missing 1 required positional argument: '(\w+)'", str(error))
    if not named:
        raise error
    return aws_name(named[1])


def text(field: str) -> str:
    """Half a surrogate pair stays one: what Python can hold, the package has to refuse."""
    return bytes.fromhex(field).decode("utf-8", "surrogatepass")


def options(field: str) -> dict[str, Any]:
    """AWS's names as this package's, and a device as this package's object."""
    arguments = {snake_case(name): value for name, value in json.loads(text(field)).items()}
    if members := arguments.get("device"):
        arguments["device"] = device(members)
    return arguments


def device(members: dict[str, str]) -> Device:
    return Device(**{snake_case(name): value for name, value in members.items()})


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def aws_name(method: str) -> str:
    return "".join(word.capitalize() for word in method.split("_"))


def claim(srp_a: str, answer: dict[str, Any]) -> bytes:
    return f"{srp_a}\n{json.dumps(answer)}".encode()


def password_claim(given: str, a: str, challenge: str, password: str, now: str) -> bytes:
    login = PasswordLogin(**options(given), a=bytes.fromhex(a))
    return claim(login.srp_a, login.claim(json.loads(text(challenge)), text(password), int(now)))


def device_claim(given: str, a: str, challenge: str, now: str) -> bytes:
    login = DeviceLogin(**options(given), a=bytes.fromhex(a))
    return claim(login.srp_a, login.claim(json.loads(text(challenge)), int(now)))


def device_verifier(key: str, group_key: str, password: str, salt: str) -> bytes:
    return json.dumps(cognito_srp.device_verifier(text(key), text(group_key), text(password), integer(salt))).encode()


def secret_hash(username: str, client_id: str, client_secret: str) -> bytes:
    return cognito_srp.secret_hash(text(username), text(client_id), text(client_secret)).encode()


def modpow(base: str, exponent: str) -> bytes:
    return cognito_srp.modpow(integer(base), bytes.fromhex(exponent)).to_bytes(384, "big")


def compute_s(a: str, b: str, u: str, x: str) -> bytes:
    return cognito_srp.compute_s(integer(a), bytes.fromhex(b), integer(u), bytes.fromhex(x)).to_bytes(384, "big")


def claim_key(a: str, b: str, salt: str, scope: str, name: str, password: str) -> bytes:
    return cognito_srp.claim_key(integer(a), bytes.fromhex(b), integer(salt), text(scope), text(name), text(password))


def integer(field: str) -> int:
    """Some arguments go in as integers and some as bytes, so that both are tried."""
    return int(field or "0", 16)


def conversation(given: str, replies: str) -> bytes:
    sign_in = SignIn(**options(given))
    steps = [sign_in.start()]
    for verb, what, *more in json.loads(text(replies)):
        if verb == "device":
            sign_in.set_device(what and device(what))
        elif verb == "handle":
            steps.append(sign_in.handle(what, *more))
        elif verb == "refused":
            steps.append(sign_in.refused({"Error": {"Code": what.get("__type"), "Message": what.get("message")}}))
        else:
            steps.append(sign_in.answer(what, *more))
    return "".join("\t".join(written(step)) + "\n" for step in steps).encode()


def written(step: Step) -> tuple[str, str, str]:
    match step:
        case Send(operation, kwargs):
            return "send", aws_name(operation), json.dumps(kwargs)
        case Ask(question, details):
            return "ask", question, json.dumps(details)
        case Done():
            return "done", "", json.dumps(outcome(step))


def outcome(done: Done) -> dict[str, Any]:
    """What it says by AWS's names, without what it does not say."""
    device = done.device and {
        "DeviceKey": done.device.device_key,
        "DeviceGroupKey": done.device.device_group_key,
        "DevicePassword": done.device.device_password,
    }
    members = {
        "AuthenticationResult": done.tokens,
        "Username": done.username,
        "Device": device,
        "UserConfirmationNecessary": done.user_confirmation_necessary,
        "DeviceProblem": done.device_problem,
        "DeviceForgotten": done.device_forgotten,
    }
    return {name: value for name, value in members.items() if value is not None}


OPERATIONS = {
    operation.__name__: operation
    for operation in (
        password_claim,
        device_claim,
        device_verifier,
        secret_hash,
        modpow,
        compute_s,
        claim_key,
        conversation,
    )
}

if __name__ == "__main__":
    main()
