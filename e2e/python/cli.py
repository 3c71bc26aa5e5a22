"""cognito-srp, the command-line tool: a whole sign-in by itself, and its offline commands piped into the AWS CLI.

    cli.py WORLD CASE...

The environment names the two programs: COGNITO_SRP and AWS. One line per case is printed: its name, a tab, and what came of
it: `tokens` where they are those of the right user, and otherwise an exit code with the line that says why.
"""

import contextlib
import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import urllib.request

COGNITO_SRP = os.environ["COGNITO_SRP"]
AWS = os.environ["AWS"]


class Failure(Exception):
    """The case did not go as far as it should have."""


class Case:
    def __init__(self, world, folder):
        self.world = world
        self.folder = pathlib.Path(folder)
        self.trail = []

    # What every case is made of.

    def run(self, command, who, *arguments, client="public", stdin="", **secrets):
        """One run of the tool; secrets go through the environment, by the name of their option."""
        environment = dict(os.environ)
        words = [COGNITO_SRP, command, *map(str, arguments)]
        if client == "secret":
            secrets.setdefault("client_secret", self.world["clients"]["secret"]["secret"])
        for option, value in secrets.items():
            environment[f"E2E_{option.upper()}"] = value
            words += [f"--{option.replace('_', '-')}-env", f"E2E_{option.upper()}"]
        if command in ("sign-in", "initiate-auth"):
            words += ["--pool-id", self.world["pool"], "--client-id", self.world["clients"][client]["id"]]
            words += ["--username", who["username"]]
        if command == "sign-in":
            words += ["--endpoint-url", self.world["endpoint"]]
        ended = subprocess.run(
            words, input=stdin, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        if ended.returncode:
            [why] = [line for line in ended.stderr.splitlines() if line.startswith(("error: ", "done: "))]
            self.trail.append(f"exit {ended.returncode}: {why.partition(': ')[2]}")
            raise Failure
        return ended.stdout

    def sign_in(self, who, *arguments, client="public", stdin=None, **secrets):
        stdin = who["password"] + "\n" if stdin is None else stdin
        words = ["--password-stdin", *arguments]
        return self.signed_in(who, json.loads(self.run("sign-in", who, *words, client=client, stdin=stdin, **secrets)))

    def signed_in(self, who, tokens):
        """Whoever the tokens are those of, says the service."""
        missing = {"AccessToken", "IdToken", "RefreshToken", "ExpiresIn", "TokenType"} - tokens.keys()
        if missing or not isinstance(tokens["ExpiresIn"], int):
            raise Failure(f"the tokens lack {missing}")
        name = self.post("GetUser", {"AccessToken": tokens["AccessToken"]})["Username"]
        if name != who["username"]:
            raise Failure(f"the tokens are those of {name}")
        self.trail.append("tokens")
        return tokens

    def post(self, operation, body):
        request = urllib.request.Request(
            self.world["endpoint"],
            json.dumps(body).encode(),
            {
                "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
                "Content-Type": "application/x-amz-json-1.1",
                "Authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{self.world['region']}/cognito-idp/aws4_request",
            },
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as reply:
            return json.loads(reply.read() or "{}")

    # The tool by itself.

    def device(self, who, client="public", **secrets):
        """Signs in, is remembered, and signs in without being asked for more than the password."""
        file = self.folder / "device.json"
        self.sign_in(who, "--remember-device", file, client=client, **secrets)
        if stat.S_IMODE(file.stat().st_mode) != 0o600:
            raise Failure("others can read the device file")
        self.sign_in(who, "--remember-device", file, client=client)
        return file

    def forgotten(self, who):
        file = self.folder / "device.json"
        tokens = self.sign_in(who, "--remember-device", file)
        first = json.loads(file.read_text())["DeviceKey"]
        self.post("ForgetDevice", {"AccessToken": tokens["AccessToken"], "DeviceKey": first})
        self.trail.append("ForgetDevice")
        self.sign_in(who, "--remember-device", file)
        self.trail.append("another device" if json.loads(file.read_text())["DeviceKey"] != first else "the same device")
        self.sign_in(who, "--remember-device", file)

    # The offline commands, and the AWS CLI.

    def aws(self, operation, request):
        file = self.folder / "request.json"
        file.write_text(request)
        words = [AWS, "cognito-idp", operation, "--output", "json", "--region", self.world["region"]]
        words += ["--endpoint-url", self.world["endpoint"], "--cli-input-json", f"file://{file}"]
        credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        ended = subprocess.run(
            words, env=os.environ | credentials, capture_output=True, text=True, timeout=60, check=False
        )
        if ended.returncode:
            refusal = ended.stderr.strip().splitlines()[-1]
            name, _, text = refusal.removeprefix("An error occurred (").partition(")")
            self.trail.append(f"{name}: {text.partition('operation: ')[2]}")
            raise Failure
        reply = json.loads(ended.stdout or "{}")
        self.trail.append(reply.get("ChallengeName", "tokens" if "AuthenticationResult" in reply else operation))
        return ended.stdout

    def offline(self, who, answers=(), client="public", admin="", device=None, **secrets):
        """InitiateAuth, and an answer for each challenge; returns the last reply, as text."""
        state = self.folder / "state"
        devices = ["--device", device] if device else []
        flags = ["--admin"] if admin else []
        request = self.run("initiate-auth", who, "--state", state, *flags, *devices, client=client)
        if stat.S_IMODE(state.stat().st_mode) != 0o600:
            raise Failure("others can read the state file")
        reply = self.aws(f"{admin}initiate-auth", request)
        for answer in [{"password": who["password"]}, *answers]:
            request = self.run(
                "respond-to-auth-challenge", who, "--state", state, *devices, client=client, stdin=reply, **answer, **secrets
            )
            reply = self.aws(f"{admin}respond-to-auth-challenge", request)
        self.signed_in(who, json.loads(reply)["AuthenticationResult"])
        self.trail.pop()  # said already
        return reply

    def offline_device(self, who):
        device, state = self.folder / "device.json", self.folder / "state"
        reply = self.offline(who)
        request = self.run("confirm-device", who, "--state", state, "--remember-device", device, stdin=reply)
        self.aws("confirm-device", request)
        # Nobody answers the device's two challenges but the device.
        self.offline(who, answers=[{}, {}], device=device)

    def offline_pipe(self, who):
        """Two pipes in a shell, as docs/command-line.md has them: the AWS CLI wants a file, which `send` makes."""
        script = """
            set -euo pipefail
            send() (
                request=$(mktemp) && trap 'rm -f "$request"' EXIT && cat > "$request" &&
                    "$AWS" cognito-idp "$1" $SERVICE --cli-input-json "file://$request"
            )
            "$COGNITO_SRP" initiate-auth --pool-id "$POOL" --client-id "$CLIENT" --username "$USERNAME" --state state |
                send initiate-auth |
                "$COGNITO_SRP" respond-to-auth-challenge --state state |
                send respond-to-auth-challenge
        """
        service = f"--region {self.world['region']} --endpoint-url {self.world['endpoint']} --output json --no-sign-request"
        environment = {
            "POOL": self.world["pool"],
            "CLIENT": self.world["clients"]["public"]["id"],
            "USERNAME": who["username"],
            "COGNITO_PASSWORD": who["password"],
            "SERVICE": service,
        }
        ended = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if ended.returncode:
            raise Failure(ended.stderr.strip())
        self.signed_in(who, json.loads(ended.stdout)["AuthenticationResult"])

    def secret_hash(self, who):
        """The operation that the documentation shows; the service checks the hash before anything else."""
        client = self.world["clients"]["secret"]
        words = ["--client-id", client["id"], "--username", who["username"]]
        secret_hash = self.run("secret-hash", who, *words, client="secret").strip()
        parameters = {"USERNAME": who["username"], "PASSWORD": who["password"], "SECRET_HASH": secret_hash}
        body = {"ClientId": client["id"], "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}
        self.signed_in(who, self.post("InitiateAuth", body)["AuthenticationResult"])


def run(case, it):
    users = it.world["users"]
    plain, fresh, fresh_secret, totp, custom = (users[k] for k in ("plain", "fresh", "freshSecret", "totp", "custom"))
    totp_secret = totp.get("totpSecret", "")
    wrong = {"stdin": "wrong\n"}
    new = fresh.get("newPassword", "")
    cases = {
        "user": lambda: it.sign_in(plain),
        "user-wrong-password": lambda: it.sign_in(plain, **wrong),
        "password-env": lambda: it.signed_in(plain, json.loads(it.run("sign-in", plain, password=plain["password"]))),
        "secret": lambda: it.sign_in(plain, client="secret"),
        "secret-wrong-password": lambda: it.sign_in(plain, client="secret", **wrong),
        "secret-wrong-secret": lambda: it.sign_in(plain, client="secret", client_secret="wrong"),
        "alias-secret": lambda: it.signed_in(
            plain,
            json.loads(
                it.run(
                    "sign-in", plain | {"username": plain["email"]}, client="secret", password=plain["password"]
                )
            ),
        ),
        "totp": lambda: it.sign_in(totp, totp_secret=totp_secret),
        "totp-secret": lambda: it.sign_in(totp, client="secret", totp_secret=totp_secret),
        "totp-wrong-code": lambda: it.sign_in(totp, stdin=f"{totp['password']}\n000000\n"),
        "new-password": lambda: (
            it.sign_in(fresh, stdin=f"{fresh['password']}\n{new}\n"),
            it.sign_in(fresh, stdin=f"{new}\n"),
        ),
        "new-password-secret": lambda: (
            it.sign_in(fresh_secret, client="secret", new_password=new),
            it.sign_in(fresh_secret, client="secret", stdin=f"{new}\n"),
        ),
        "custom": lambda: it.sign_in(custom, "--auth-flow", "CUSTOM_AUTH", custom_answer=custom["answer"]),
        "custom-secret": lambda: it.sign_in(
            custom, "--auth-flow", "CUSTOM_AUTH", client="secret", custom_answer=custom["answer"]
        ),
        "custom-wrong-password": lambda: it.sign_in(custom, "--auth-flow", "CUSTOM_AUTH", **wrong),
        "user-auth-select": lambda: it.sign_in(
            plain, "--auth-flow", "USER_AUTH", stdin=f"{plain['password']}\nPASSWORD_SRP\n"
        ),
        "device": lambda: it.device(plain),
        "device-secret": lambda: it.device(plain, client="secret"),
        "device-instead-of-totp": lambda: it.device(totp, totp_secret=totp_secret),
        "device-forgotten": lambda: it.forgotten(plain),
        "offline-pipe": lambda: it.offline_pipe(plain),
        "offline": lambda: it.offline(plain),
        "offline-wrong-password": lambda: it.offline(plain | {"password": "wrong"}),
        "offline-secret": lambda: it.offline(plain, client="secret"),
        "offline-admin": lambda: it.offline(plain, admin="admin-"),
        "offline-totp": lambda: it.offline(totp, answers=[{"totp_secret": totp_secret}]),
        "offline-new-password": lambda: it.offline(fresh, answers=[{"new_password": new}]),
        "offline-device": lambda: it.offline_device(plain),
        "secret-hash": lambda: it.secret_hash(plain),
    }
    cases[case]()


def main(world_file, *cases):
    world = json.loads(pathlib.Path(world_file).read_text())
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            it = Case(world, folder)
            try:
                run(case, it)
            except Failure as failure:
                it.trail += map(str, failure.args)
            except Exception as failure:  # noqa: BLE001: whatever it is, it is this case's outcome
                it.trail.append(f"client error: {failure!r}")
            with contextlib.suppress(BrokenPipeError):
                print(f"{case}\t{' > '.join(it.trail)}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
