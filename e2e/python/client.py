"""pycognito signing in to a local pool.

    python client.py WORLD CASE...

WORLD is the JSON file that ../run writes. One line per case is printed: its name, a tab, and the challenges and outcome
as they came over the wire. What they should have been is ../run's business.
"""

import json
import sys
from collections import Counter
from types import SimpleNamespace

import boto3
import botocore.exceptions
import pyotp
import requests
from pycognito import Cognito, aws_srp
from pycognito.exceptions import ForceChangePasswordException, SoftwareTokenMFAChallengeException

with open(sys.argv[1], encoding="utf-8") as file:
    WORLD = json.load(file)
PLAIN, FRESH, FRESH_SECRET, TOTP = (WORLD["users"][name] for name in ("plain", "fresh", "freshSecret", "totp"))
AWS = {
    "endpoint_url": WORLD["endpoint"],
    "region_name": WORLD["region"],
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
}

trail = []


def note(parsed, model, **_):
    """Every reply as it passes: the library does not tell its caller which challenges it answered."""
    if "Error" in parsed:
        trail.append(f"{parsed['Error']['Code']}: {parsed['Error']['Message']}")
    else:
        trail.append(parsed.get("ChallengeName") or ("tokens" if "AuthenticationResult" in parsed else model.name))


def idp():
    client = boto3.client("cognito-idp", **AWS)
    client.meta.events.register("after-call.cognito-idp.*", note)
    return client


def post(_url, **arguments):
    """pycognito has the address of AWS built in for the device operations; nothing but the address is changed."""
    reply = requests.post(WORLD["endpoint"], **arguments)
    body = reply.json()
    trail.append("ConfirmDevice" if reply.ok else f"{body['__type'].split('#')[-1]}: {body['message']}")
    return reply


aws_srp.requests = SimpleNamespace(post=post)


class UnverifiedTokens(Cognito):
    """pycognito wants to check the tokens against the pool's published keys, which is not what is tried here."""

    def verify_token(self, token, id_name, token_use):
        setattr(self, id_name, token)


def app_client(secret):
    client = WORLD["clients"]["secret" if secret else "public"]
    return {"client_id": client["id"], "client_secret": client.get("secret")}


def srp(who, secret=False, password=None, username=None, **device):
    return aws_srp.AWSSRP(
        username=username or who["username"],
        password=password or who["password"],
        pool_id=WORLD["pool"],
        client=idp(),
        **app_client(secret),
        **device,
    )


def new_password(who, secret=False):
    client = srp(who, secret)
    try:
        client.authenticate_user()
    except ForceChangePasswordException:
        client.set_new_password_challenge(who["newPassword"])
    srp(who, secret, password=who["newPassword"]).authenticate_user()


def totp(secret=False, code=None):
    client = UnverifiedTokens(
        user_pool_id=WORLD["pool"],
        username=TOTP["username"],
        boto3_client_kwargs=dict(AWS),
        **app_client(secret),
    )
    client.client.meta.events.register("after-call.cognito-idp.*", note)
    try:
        client.authenticate(TOTP["password"])
    except SoftwareTokenMFAChallengeException:
        client.respond_to_software_token_mfa_challenge(code or pyotp.TOTP(TOTP["totpSecret"]).now())


def device(secret=False, wrong=None):
    client = srp(PLAIN, secret)
    tokens = client.authenticate_user()
    _, password = client.confirm_device(tokens, device_name="e2e")
    metadata = tokens["AuthenticationResult"]["NewDeviceMetadata"]
    srp(
        PLAIN,
        secret,
        device_key=metadata["DeviceKey"],
        device_group_key=metadata["DeviceGroupKey"],
        device_password=wrong or password,
    ).authenticate_user()


def repeat(times, name):
    """One number in 16 or in 256 is written with a leading zero: a single sign-in would not meet it."""
    seen = Counter()
    for _ in range(times):
        trail.clear()
        CASES[name]()
        seen[" > ".join(trail)] += 1
    trail[:] = [f"{count} x {trail}" for trail, count in seen.items()]


CASES = {
    "user": lambda: srp(PLAIN).authenticate_user(),
    "user-wrong-password": lambda: srp(PLAIN, password="wrong").authenticate_user(),
    "user-100-times": lambda: repeat(100, "user"),
    "secret": lambda: srp(PLAIN, True).authenticate_user(),
    "secret-wrong-password": lambda: srp(PLAIN, True, password="wrong").authenticate_user(),
    "alias": lambda: srp(PLAIN, username=PLAIN["email"]).authenticate_user(),
    "alias-secret": lambda: srp(PLAIN, True, username=PLAIN["email"]).authenticate_user(),
    "new-password": lambda: new_password(FRESH),
    "new-password-secret": lambda: new_password(FRESH_SECRET, True),
    "totp": totp,
    "totp-secret": lambda: totp(True),
    "totp-wrong-code": lambda: totp(code="000000"),
    "device": device,
    "device-20-times": lambda: repeat(20, "device"),
    "device-secret": lambda: device(True),
    "device-wrong-password": lambda: device(wrong="wrong"),
}

for name in sys.argv[2:]:
    trail.clear()
    try:
        CASES[name]()
    except botocore.exceptions.ClientError:
        pass  # a refusal is an outcome, and is in the trail already
    except Exception as error:  # noqa: BLE001  pycognito's own failure is a result too, and must not hide the later cases
        trail.append(f"client error: {error!r}")
    print(f"{name}\t{' > '.join(trail)}", flush=True)
