#!/usr/bin/env python3
"""Every known answer that a binding can be asked for, put to one binding.

    bindings/vectors.py COMMAND [ARGUMENT ...]

The command is the binding's driver: it answers each line with a line. README.md beside this file has the protocol. The answers
are those of `test-vectors/` and `conversations.json`; the last line counts, and the status is 1 if one is wrong.
"""

import base64
import json
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "test-vectors"

# What stands in for what a vector does not have, and that nothing it does have depends on.
CLIENT_ID = "4l9rvl4mv5es1eep1qe97cautn"

# A refusal by length alone takes microseconds beside what carries the text to the driver. Computing with it takes minutes.
AT_ONCE = 30

# What is longer than 1 MiB is refused without being looked at: 20 MB show it as well as 200, which the core's own tests have.
LONGEST = 20_000_000

ABSENT = "-"


class Driver:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, operation, *arguments):
        """The result as bytes; where it is refused, kind and parameter."""
        line = "\t".join([operation, *(written(argument) for argument in arguments)])
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().decode().rstrip("\n").split("\t")
        match answer:
            case ["ok", result]:
                return bytes.fromhex(result)
            case ["error", kind, parameter]:
                return kind, parameter
        sys.exit(f"{operation}: the driver answered {answer!r:.200}")

    def end(self):
        self.process.stdin.close()
        return self.process.wait(60)


def written(argument):
    match argument:
        case None:
            return ABSENT
        case int():
            return str(argument)
        case bytes():
            return argument.hex()
        case str():
            return argument.encode("utf-8", "surrogatepass").hex()
    return json.dumps(argument, ensure_ascii=False).encode("utf-8", "surrogatepass").hex()


N = int(json.loads((VECTORS / "constants.json").read_text(encoding="utf-8"))["vectors"][0]["n"], 16)


class Tally:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def check(self, what, got, expected):
        if got == expected:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}: {got!r:.300} in place of {expected!r:.300}")


def vectors(name):
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))["vectors"]


def integer(digits):
    return bytes.fromhex(digits if len(digits) % 2 == 0 else "0" + digits)


def given(field):
    """A field of a vector: it may be a repetition."""
    return field["repeat"] * min(field["times"], LONGEST) if isinstance(field, dict) else field


def is_device(vector):
    return "device_key" in vector


def options(vector):
    options = {
        "UserPoolId": vector.get("pool_id", "us-east-1_Example1"),
        "ClientId": vector.get("client_id", CLIENT_ID),
        "ClientSecret": vector.get("client_secret"),
        "Username": vector["username"],
    }
    if is_device(vector):
        options["Device"] = {
            "DeviceKey": vector["device_key"],
            "DeviceGroupKey": vector["device_group_key"],
            "DevicePassword": vector["device_password"],
        }
    return options


def challenge(vector):
    parameters = {
        "SALT": given(vector["salt"]),
        "SRP_B": given(vector["srp_b"]),
        "SECRET_BLOCK": given(vector["secret_block_b64"]),
    }
    if not is_device(vector):
        parameters["USER_ID_FOR_SRP"] = given(vector["user_id_for_srp"])
    name = "DEVICE_PASSWORD_VERIFIER" if is_device(vector) else "PASSWORD_VERIFIER"
    return {
        "ChallengeName": name,
        "ChallengeParameters": {name: value for name, value in parameters.items() if value is not None},
    }


def claim(driver, vector, given=None, reply=None):
    given, reply = given or options(vector), reply or challenge(vector)
    now, a = vector["timestamp_unix_seconds"], integer(vector["a"])
    if is_device(vector):
        return driver.ask("device_claim", given, a, reply, now)
    return driver.ask("password_claim", given, a, reply, vector["password"], now)


# What goes with every request, and with the requests of an administrator.
CONTEXT = {"ClientMetadata": {"tenant": "a"}, "AnalyticsMetadata": {"AnalyticsEndpointId": "endpoint"}}
USERS_CONTEXT = CONTEXT | {"UserContextData": {"IpAddress": "192.0.2.1", "EncodedData": "encoded"}}
ADMINS_CONTEXT = CONTEXT | {
    "ContextData": {
        "IpAddress": "192.0.2.1",
        "ServerName": "example.com",
        "ServerPath": "/sign-in",
        "HttpHeaders": [{"headerName": "Accept", "headerValue": "text/html"}],
        "EncodedData": "encoded",
    }
}


def is_refused(vector):
    """No honest server sends a B at or above N; clients that take one differ in what they do with it."""
    return "B" in vector and int(vector["B"], 16) >= N


def check_exchange(driver, tally, vector):
    """The whole of one exchange: SRP_A, and the answer to the challenge."""
    responses = {
        "PASSWORD_CLAIM_SIGNATURE": vector["signature_b64"],
        "PASSWORD_CLAIM_SECRET_BLOCK": vector["secret_block_b64"],
        "TIMESTAMP": vector["timestamp"],
        "USERNAME": vector["username"] if is_device(vector) else vector["user_id_for_srp"],
    }
    if "secret_hash_respond" in vector:
        responses["SECRET_HASH"] = vector["secret_hash_respond"]
    if is_device(vector):
        responses["DEVICE_KEY"] = vector["device_key"]
    got = claim(driver, vector)
    if is_refused(vector):
        tally.check(f"{vector['id']}: B", got, ("Reply", "SRP_B"))
        return
    if isinstance(got, tuple):
        tally.check(vector["id"], got, "an answer")
        return
    srp_a, _, body = got.decode().partition("\n")
    tally.check(f"{vector['id']}: SRP_A", srp_a, vector["A"])
    expected = {
        "ClientId": vector["client_id"],
        "ChallengeName": challenge(vector)["ChallengeName"],
        "ChallengeResponses": responses,
    }
    tally.check(f"{vector['id']}: the claim", json.loads(body), expected)


def check_steps(driver, tally, vector):
    """The arithmetic of one exchange, piece by piece."""
    a, b = integer(vector["a"]), integer(vector["B"])
    if is_refused(vector):
        tally.check(f"{vector['id']}: B for S", driver.ask("compute_s", a, b, b"\1", b"\1"), ("Argument", "B"))
        return
    check_s(driver, tally, vector)
    check_key(driver, tally, vector)
    check_a(driver, tally, vector)


def check_a(driver, tally, vector):
    got = driver.ask("modpow", b"\2", integer(vector["a"]))
    tally.check(f"{vector['id']}: A", got, integer(vector["A"]).rjust(384, b"\0"))


def check_s(driver, tally, vector):
    got = driver.ask("compute_s", *(integer(vector[name]) for name in ("a", "B", "u", "x")))
    tally.check(f"{vector['id']}: S", got, integer(vector["S"]).rjust(384, b"\0"))


def check_key(driver, tally, vector):
    integers = (integer(vector[name]) for name in ("a", "B", "salt"))
    names = ("device_group_key", "device_key", "device_password") if is_device(vector) else ("pool_name", "user_id_for_srp", "password")
    got = driver.ask("claim_key", *integers, *(vector[name] for name in names))
    tally.check(f"{vector['id']}: K", got, bytes.fromhex(vector["hkdf_key"]))


def check_handshakes(driver, tally):
    for vector in vectors("user_srp") + vectors("user_srp_512") + vectors("device_srp") + vectors("device_srp_512"):
        check_exchange(driver, tally, vector)
        check_steps(driver, tally, vector)
    for vector in vectors("a_ge_N"):
        check_exchange(driver, tally, vector | vector["a_unreduced"])


def check_envelopes(driver, tally):
    """What a claim carries besides its proof."""
    for vector in (vectors("user_srp")[0], vectors("device_srp")[0]):
        _, _, bare = claim(driver, vector).decode().partition("\n")
        admins = ADMINS_CONTEXT | {"UserPoolId": vector["pool_id"]}
        for given, expected in ((USERS_CONTEXT, USERS_CONTEXT), (ADMINS_CONTEXT | {"Admin": True}, admins)):
            _, _, body = claim(driver, vector, given=options(vector) | given).decode().partition("\n")
            tally.check(f"{vector['id']}: {', '.join(given)}", json.loads(body), json.loads(bare) | expected)
    vector = vectors("user_srp")[0]
    _, _, body = claim(driver, vector, given=options(vector) | {"DeviceKey": "us-east-1_d"}).decode().partition("\n")
    tally.check(f"{vector['id']}: DeviceKey", json.loads(body)["ChallengeResponses"].get("DEVICE_KEY"), "us-east-1_d")


def check_challenge_names(driver, tally):
    """A claim is made over its own challenge, or one whose name was not kept."""
    names = ("PASSWORD_VERIFIER", "DEVICE_PASSWORD_VERIFIER", "SMS_MFA", None)
    for vector in (vectors("user_srp")[0], vectors("device_srp")[0]):
        own = challenge(vector)["ChallengeName"]
        for name in names:
            got = claim(driver, vector, reply=challenge(vector) | {"ChallengeName": name})
            got = "a claim" if isinstance(got, bytes) else got
            expected = "a claim" if name in (own, None) else ("Reply", "ChallengeName")
            tally.check(f"{vector['id']}: ChallengeName {name}", got, expected)


def check_modpow(driver, tally):
    for vector in vectors("modexp_n3072"):
        n, base = int(vector["modulus"], 16), int(vector["base"], 16)
        exponent = integer(vector["exponent"])
        if not 0 <= base < n:
            if base >= n:
                got = driver.ask("modpow", base.to_bytes(-(-base.bit_length() // 8)), exponent)
                tally.check(f"{vector['id']}: unreduced", got, ("Argument", "base"))
            base %= n
        got = driver.ask("modpow", base.to_bytes(384), exponent)
        tally.check(vector["id"], got, integer(vector["result"]).rjust(384, b"\0"))


def check_device_verifiers(driver, tally):
    for vector in vectors("confirm_device"):
        check_device_verifier(driver, tally, vector)


def check_device_verifier(driver, tally, vector):
    names = (vector[name] for name in ("device_key", "device_group_key", "device_password"))
    got = driver.ask("device_verifier", *names, integer(vector.get("salt") or vector["salt_hashed_bytes"]))
    expected = {"PasswordVerifier": vector["verifier_b64"], "Salt": vector["salt_b64"]}
    tally.check(vector["id"], json.loads(got) if isinstance(got, bytes) else got, expected)


def check_secret_hashes(driver, tally):
    for vector in vectors("secret_hash"):
        check_secret_hash(driver, tally, vector)


def check_secret_hash(driver, tally, vector):
    username = vector.get("secret_hash_username", vector["username"])
    got = driver.ask("secret_hash", username, vector["client_id"], vector["client_secret"])
    tally.check(f"{vector['id']}: SECRET_HASH", got, vector["secret_hash"].encode())


def check_timestamps(driver, tally):
    for vector in vectors("timestamps"):
        check_timestamp(driver, tally, vector | {"timestamp_unix_seconds": vector["unix_seconds"]})


def check_timestamp(driver, tally, vector):
    user = vectors("user_srp")[0] | {"timestamp_unix_seconds": vector["timestamp_unix_seconds"]}
    tally.check(f"{vector['id']}: TIMESTAMP", responses(claim(driver, user)).get("TIMESTAMP"), vector["timestamp"])


def responses(claim):
    """What a claim answers with; nothing, where it was refused."""
    _, _, body = claim.decode().partition("\n") if isinstance(claim, bytes) else ("", "", "{}")
    return json.loads(body).get("ChallengeResponses", {})


def check_signature(driver, tally, vector):
    # The region is in no hash.
    around = {"pool_id": f"us-east-1_{vector.get('pool_name')}", "username": "alice"}
    got = responses(claim(driver, around | vector | {"srp_b": vector["B"]}))
    tally.check(f"{vector['id']}: PASSWORD_CLAIM_SIGNATURE", got.get("PASSWORD_CLAIM_SIGNATURE"), vector["signature_b64"])


def check_refused_b(driver, tally, vector):
    got = driver.ask("compute_s", integer(vector["a"]), integer(vector["B"]), b"\1", b"\1")
    tally.check(f"{vector['id']}: B", got, ("Argument", "B"))


# What can be asked of a published vector, by the fields that it takes.
PUBLISHED = (
    ({"a", "A"}, check_a),
    ({"a", "B", "u", "x", "S"}, check_s),
    ({"a", "B", "salt", "hkdf_key"}, check_key),
    ({"a", "B", "salt", "signature_b64", "timestamp_unix_seconds"}, check_signature),
    ({"a", "B", "expect"}, check_refused_b),
    ({"timestamp_unix_seconds", "timestamp"}, check_timestamp),
    ({"secret_hash"}, check_secret_hash),
    ({"verifier_b64"}, check_device_verifier),
)

# Those that have u, k, or HKDF, and nothing else: no operation gives them out.
NOT_ASKED = {
    "amplify-swift-testCalculateU_1",
    "amplify-swift-testCalculateU_3",
    "amplify-swift-testGeneratedK",
    "alexrudd-cognito-srp-hkdf",
    "alexrudd-cognito-srp-k",
}


def check_published(driver, tally):
    """What other projects published: each vector has a subset of the fields, and is asked for as far as that goes."""
    for vector in vectors("published_cognito"):
        asked = [check for fields, check in PUBLISHED if fields <= vector.keys()]
        for check in asked:
            check(driver, tally, vector)
        tally.check(f"{vector['id']}: is asked for", bool(asked), vector["id"] not in NOT_ASKED)


AT_FAULT = {"B_": "SRP_B", "salt_": "SALT", "secret_block_": "SECRET_BLOCK", "user_id_for_srp_": "USER_ID_FOR_SRP", "pool_": "UserPoolId",
            "srp_b_": "SRP_B"}


def check_refusals(driver, tally):
    for vector in vectors("negative") + vectors("negative_sizes"):
        began = time.monotonic()
        got = claim(driver, vector)
        took = time.monotonic() - began
        parameter = next(name for prefix, name in AT_FAULT.items() if vector["defect"].startswith(prefix))
        expected = ("Argument" if parameter == "UserPoolId" else "Reply", parameter)
        # More than 1 MiB of text is not even looked into.
        if got == ("Reply", "body") and any(len(given(vector[name]) or "") > 1 << 20 for name in ("srp_b", "salt", "secret_block_b64") ):
            expected = ("Reply", "body")
        if len(given(vector.get("user_id_for_srp")) or "") > 1 << 20:
            expected = ("Reply", "body")
        tally.check(vector["id"], got, expected)
        tally.check(f"{vector['id']}: refused at once", took < AT_ONCE, True)


def check_conversations(driver, tally):
    for conversation in json.loads((HERE / "conversations.json").read_text(encoding="utf-8"))["conversations"]:
        got = driver.ask("conversation", conversation["options"], conversation["replies"])
        if isinstance(got, tuple) or "error" in conversation:
            tally.check(conversation["id"], got, tuple(conversation.get("error", ())))
            continue
        steps = [line.split("\t") for line in got.decode().splitlines()]
        steps = [[kind, name, json.loads(details, object_hook=without_randomness)] for kind, name, details in steps]
        tally.check(conversation["id"], steps, conversation["steps"])


def is_integer(text):
    return 700 < len(text) <= 768 and int(text, 16) > 0


def is_bytes(*lengths):
    return lambda text: len(base64.b64decode(text, validate=True)) in lengths


# What is random in a request or an outcome, and what can be said of it: that it is an integer below N, or that many bytes.
RANDOM = {
    "SRP_A": is_integer,
    "PASSWORD_CLAIM_SIGNATURE": is_bytes(32),
    "PasswordVerifier": is_bytes(*range(350, 386)),
    "Salt": is_bytes(16, 17),
    "DevicePassword": is_bytes(40),
}


def without_randomness(details):
    return {name: "(random)" if name in RANDOM and RANDOM[name](value) else value for name, value in details.items()}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    driver, tally = Driver(sys.argv[1:]), Tally()
    for check in (check_handshakes, check_envelopes, check_challenge_names, check_modpow, check_device_verifiers, check_secret_hashes, check_timestamps,
                  check_published, check_refusals, check_conversations):
        before = tally.passed
        check(driver, tally)
        print(f"{check.__name__.removeprefix('check_').replace('_', ' ')}: {tally.passed - before}")
    tally.check("the driver's end", driver.end(), 0)
    print(f"vectors: {tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed or not tally.passed else 0)


if __name__ == "__main__":
    main()
