"""Fill a fresh ministack with the pool that the clients sign in to.

    python ministack_pool.py WORLD

WORLD is the JSON file that ../run writes; what only the server can say (pool, app clients, the TOTP secret) is written
back into it.
"""

import inspect
import io
import json
import sys
import zipfile

import boto3
import pyotp


def triggers(event, _context):
    """The pool's Lambda for CUSTOM_AUTH: SRP first, then one question."""
    source, request, response = event["triggerSource"], event["request"], event["response"]
    if source.startswith("DefineAuthChallenge"):
        passed = [step["challengeName"] for step in request["session"] if step["challengeResult"]]
        following = {
            ("SRP_A",): "PASSWORD_VERIFIER",
            ("SRP_A", "PASSWORD_VERIFIER"): "CUSTOM_CHALLENGE",
        }.get(tuple(passed))
        finished = passed == ["SRP_A", "PASSWORD_VERIFIER", "CUSTOM_CHALLENGE"]
        failed = len(passed) < len(request["session"])
        response["issueTokens"] = finished and not failed
        response["failAuthentication"] = failed
        if following and not failed:
            response["challengeName"] = following
    elif source.startswith("CreateAuthChallenge"):
        response["publicChallengeParameters"] = {"question": "the word?"}
        response["privateChallengeParameters"] = {"answer": ANSWER}
    elif source.startswith("VerifyAuthChallengeResponse"):
        response["answerCorrect"] = request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
    return event


with open(sys.argv[1], encoding="utf-8") as file:
    WORLD = json.load(file)
USERS = WORLD["users"]
AWS = {
    "endpoint_url": WORLD["endpoint"],
    "region_name": WORLD["region"],
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
}
idp = boto3.client("cognito-idp", **AWS)

code = io.BytesIO()
with zipfile.ZipFile(code, "w") as archive:
    archive.writestr("e2e.py", f"ANSWER = {USERS['custom']['answer']!r}\n\n{inspect.getsource(triggers)}")
role = boto3.client("iam", **AWS).create_role(RoleName="e2e", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
trigger = boto3.client("lambda", **AWS).create_function(
    FunctionName="e2e",
    Runtime="python3.12",
    Handler="e2e.triggers",
    Role=role,
    Code={"ZipFile": code.getvalue()},
    Timeout=30,
)["FunctionArn"]

pool = idp.create_user_pool(
    PoolName="e2e",
    AliasAttributes=["email"],
    DeviceConfiguration={"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False},
    LambdaConfig=dict.fromkeys(
        ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"], trigger
    ),
)["UserPool"]["Id"]
idp.set_user_pool_mfa_config(
    UserPoolId=pool, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="OPTIONAL"
)
WORLD["pool"] = pool

for name, client in WORLD["clients"].items():
    made = idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName=name,
        GenerateSecret=name == "secret",
        ExplicitAuthFlows=[
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_CUSTOM_AUTH",
            "ALLOW_USER_AUTH",
            "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
        ],
    )["UserPoolClient"]
    client["id"] = made["ClientId"]
    if name == "secret":
        client["secret"] = made["ClientSecret"]

for user in USERS.values():
    email = [{"Name": "email", "Value": user["email"]}, {"Name": "email_verified", "Value": "true"}]
    must_change = "newPassword" in user
    idp.admin_create_user(
        UserPoolId=pool,
        Username=user["username"],
        UserAttributes=email,
        MessageAction="SUPPRESS",
        **({"TemporaryPassword": user["password"]} if must_change else {}),
    )
    if not must_change:
        idp.admin_set_user_password(
            UserPoolId=pool, Username=user["username"], Password=user["password"], Permanent=True
        )

# The server picks the TOTP secret, and gives it only to a user who is signed in.
totp = USERS["totp"]
token = idp.initiate_auth(
    ClientId=WORLD["clients"]["public"]["id"],
    AuthFlow="USER_PASSWORD_AUTH",
    AuthParameters={"USERNAME": totp["username"], "PASSWORD": totp["password"]},
)["AuthenticationResult"]["AccessToken"]
totp["totpSecret"] = idp.associate_software_token(AccessToken=token)["SecretCode"]
idp.verify_software_token(AccessToken=token, UserCode=pyotp.TOTP(totp["totpSecret"]).now())

with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(WORLD, file, indent=2, ensure_ascii=False)
