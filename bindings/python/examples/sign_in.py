"""Signs in with boto3, and shows every step.

    python examples/sign_in.py [USERNAME [PASSWORD]]

Where COGNITO_ENDPOINT is set, as `bindings/with-testpool` does, it signs in there, by default as the test pool's alice;
without it, at AWS. USER_POOL_ID, CLIENT_ID and, where the app client has one, CLIENT_SECRET say to which pool. It has a
device remembered, where the pool offers that, and signs in once more with it.
"""

from __future__ import annotations

import getpass
import os
import sys
from typing import Any

import boto3
import botocore
from botocore.exceptions import ClientError

from cognito_srp import Ask, CognitoSrpError, Done, RefusedError, Send, SignIn, kernel


def sign_in(client: Any, it: SignIn, password: str) -> Done:
    """All that a program has to do itself: send, ask, and pass on what comes of it."""
    step = it.start()
    while True:
        print("  ", step)
        match step:
            case Send(operation, kwargs):
                try:
                    try:
                        step = it.handle(getattr(client, operation)(**kwargs))
                    except ClientError as error:
                        step = it.refused(error)
                except Exception:
                    step = it.skip_device()  # the person is signed in, and only the new device is not confirmed
                    if step is None:
                        raise
            case Ask("PASSWORD"):
                step = it.answer(password)
            case Ask(question, details):
                step = it.answer(input(f"{question} {details}: "))
            case Done():
                return step


def main() -> None:
    endpoint = os.environ.get("COGNITO_ENDPOINT")
    user_pool_id = os.environ.get("USER_POOL_ID", "us-east-1_TestPool1")
    client_id = os.environ.get("CLIENT_ID", "testclient")
    client_secret = os.environ.get("CLIENT_SECRET")
    username, password = ("alice", "Wonderland1!") if endpoint and len(sys.argv) < 2 else credentials()
    # Requests of these operations are not signed, but for the Admin ones.
    config = botocore.config.Config(signature_version=botocore.UNSIGNED)
    client = boto3.client("cognito-idp", user_pool_id.split("_")[0], endpoint_url=endpoint, config=config)

    def begin(**more: Any) -> SignIn:
        return SignIn(user_pool_id, client_id, username, client_secret=client_secret, **more)

    print(f"Computing on the {kernel()} kernel. The right password, and a device to remember:")
    done = sign_in(client, begin(remember_device=True), password)
    if done.device:
        print("The password and the remembered device:")
        done = sign_in(client, begin(device=done.device), password)
    print(f"{done.username} is signed in.")


def credentials() -> tuple[str, str]:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    return sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else getpass.getpass()


if __name__ == "__main__":
    try:
        main()
    except RefusedError as refused:
        sys.exit(f"refused: {refused.cause}: {refused.message}")
    except CognitoSrpError as error:
        sys.exit(f"{type(error).__name__}: {error}")
