#!/usr/bin/env python3
"""Writes the vectors that no other client can give: this library's own 512-bit `a`, sizes, messages, accumulation.

Independent of the Rust code: Python's integers, hashlib and hmac, and the formulas of the protocol. Everything follows from SEED,
so a second run writes the same bytes.

    generate.py           writes the files next to this script
    generate.py --check   fails if any of them would change
"""

import base64
import hashlib
import hmac
import json
import pathlib
import sys
import time
from collections import Counter

SEED = "cognito-srp-core test vectors 1"
HERE = pathlib.Path(__file__).parent

INFO = b"Caldera Derived Key"

ENCODING = (
    "integers are minimal lowercase hex (no leading zeros, possibly odd length, zero is '0'); byte strings are "
    "even-length lowercase hex; *_b64 is standard padded base64"
)
SOURCE = {"method": "computed by generate.py, with Python's integers, hashlib and hmac", "seed": SEED}


# The group

def floor_pi_times_two_to_the(bits):
    """floor(pi * 2^bits), by Machin's formula with guard bits."""
    guard = 64
    one = 1 << (bits + guard)

    def arctan_of_inverse(x):
        total = term = one // x
        divisor, sign = 3, -1
        while term:
            term //= x * x
            total += sign * (term // divisor)
            divisor, sign = divisor + 2, -sign
        return total

    return (16 * arctan_of_inverse(5) - 4 * arctan_of_inverse(239)) >> guard


# RFC 3526 section 4: 2^3072 - 2^3008 - 1 + 2^64 * (floor(2^2942 * pi) + 1690314), generator 2.
G = 2
N = (1 << 3072) - (1 << 3008) - 1 + (1 << 64) * (floor_pi_times_two_to_the(2942) + 1690314)


# The formulas

def enc(n):
    """The shortest big-endian two's complement of a non-negative integer."""
    return n.to_bytes(n.bit_length() // 8 + 1, "big")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def integer(data):
    return int.from_bytes(data, "big")


def hmac_sha256(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def b64(data):
    return base64.b64encode(data).decode()


def timestamp(unix_seconds):
    t = time.gmtime(unix_seconds)
    day = "Mon Tue Wed Thu Fri Sat Sun".split()[t.tm_wday]
    month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[t.tm_mon - 1]
    return f"{day} {month} {t.tm_mday} {t.tm_hour:02}:{t.tm_min:02}:{t.tm_sec:02} UTC {t.tm_year:04}"


def secret_hash(client_secret, username, client_id):
    return b64(hmac_sha256(client_secret.encode(), username.encode(), client_id.encode()))


K = integer(sha256(enc(N), enc(G)))


def identity_hash(scope, name, password):
    return sha256(f"{scope}{name}:{password}".encode())


def shared_secret(a, b_public, u, x):
    return pow((b_public - K * pow(G, x, N)) % N, a + u * x, N)


def claim_key(u, s):
    prk = hmac_sha256(enc(u), enc(s))
    return prk, hmac_sha256(prk, INFO, b"\x01")[:16]


# Inputs: SHA-256("seed/case/label/block"), as many blocks as it takes. `accumulated` draws its inputs in the same way.

class Draw:
    def __init__(self, seed, case):
        self.prefix = f"{seed}/{case}"

    def bytes(self, label, length):
        blocks = (sha256(f"{self.prefix}/{label}/{i}".encode()) for i in range((length + 31) // 32))
        return b"".join(blocks)[:length]

    def integer(self, label, length):
        return integer(self.bytes(label, length))

    def text(self, label, length):
        return self.bytes(label, length).hex()

    def b64(self, label, length):
        return b64(self.bytes(label, length))

    def uuid(self, label):
        h = self.text(label, 16)
        return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))


# Whole handshakes with a 512-bit `a`

def leading_zero_bytes(n, of):
    return of - (n.bit_length() + 7) // 8


def odd(n):
    return len(f"{n:x}") % 2 == 1


# What is searched for, by the value that has it. `a`, A, B and u are cheap to step through; S costs an exponentiation.
WANTED = {
    "baseline": {},
    "a_leading_zero_byte": {"a": lambda a: leading_zero_bytes(a, 64) == 1},
    "A_leading_zero_byte_1": {"A": lambda n: leading_zero_bytes(n, 384) == 1},
    "A_leading_zero_byte_2": {"A": lambda n: leading_zero_bytes(n, 384) == 2},
    "A_odd_length_hex": {"A": odd},
    "A_leading_zero_then_top_bit": {"A": lambda n: n.bit_length() == 8 * 383},
    "B_leading_zero_byte_1": {"B": lambda n: leading_zero_bytes(n, 384) == 1},
    "B_leading_zero_byte_2": {"B": lambda n: leading_zero_bytes(n, 384) == 2},
    "B_odd_length_hex": {"B": odd},
    "B_leading_zero_then_top_bit": {"B": lambda n: n.bit_length() == 8 * 383},
    "u_leading_zero_byte_1": {"u": lambda n: leading_zero_bytes(n, 32) == 1},
    "u_leading_zero_byte_2": {"u": lambda n: leading_zero_bytes(n, 32) == 2},
    "u_odd_length_hex": {"u": odd},
    "u_leading_zero_then_top_bit": {"u": lambda n: n.bit_length() == 8 * 31},
    "x_leading_zero_byte_1": {"x": lambda n: leading_zero_bytes(n, 32) == 1},
    "salt_odd_length_hex": {"salt": odd},
    "salt_leading_zero_byte_1": {"salt": lambda n: leading_zero_bytes(n, 16) == 1},
    "S_leading_zero_byte_1": {"S": lambda n: leading_zero_bytes(n, 384) == 1},
    "S_odd_length_hex": {"S": odd},
    "S_top_bit_set": {"S": lambda n: n.bit_length() == 3072},
    "all_odd": {"A": odd, "B": odd, "u": odd, "salt": odd},
    "all_short": {
        "A": lambda n: leading_zero_bytes(n, 384) >= 1,
        "B": lambda n: leading_zero_bytes(n, 384) >= 1,
        "salt": lambda n: leading_zero_bytes(n, 16) >= 1,
    },
}


def any_value(_):
    return True


def search(start, step, wanted):
    value = start
    while not wanted(value):
        value = step(value)
    return value


def handshake(wanted, draw, scope, name, password):
    """The values of a handshake that has what is wanted; every loop steps on from a drawn value."""
    is_wanted = {value: wanted.get(value, any_value) for value in ("a", "A", "B", "u", "x", "salt", "S")}

    # With x, the salt is what is stepped through.
    ih = identity_hash(scope, name, password)
    def x_of(n):
        return integer(sha256(enc(n), ih))

    salt = search(draw.integer("salt", 16), lambda n: (n * 5 + 1) % (1 << 128),
                  lambda n: is_wanted["salt"](n) and is_wanted["x"](x_of(n)))
    x = x_of(salt)
    v = pow(G, x, N)

    a = search(draw.integer("a", 64) >> (8 if "a" in wanted else 0), lambda n: n + 1, is_wanted["a"])
    a_public = pow(G, a, N)
    while not is_wanted["A"](a_public):
        a, a_public = a + 1, a_public * G % N

    b = draw.integer("b", 32)
    g_b = pow(G, b, N)
    while True:
        b_public = (K * v + g_b) % N
        u = integer(sha256(enc(a_public), enc(b_public)))
        if is_wanted["B"](b_public) and is_wanted["u"](u):
            s = shared_secret(a, b_public, u, x)
            if is_wanted["S"](s):
                break
        b, g_b = b + 1, g_b * G % N

    assert s == pow(a_public * pow(v, u, N), b, N), "client S = server S"
    prk, key = claim_key(u, s)
    return {
        "a": a, "b": b, "A": a_public, "B": b_public, "salt": salt, "identity_hash": ih, "x": x, "v": v, "u": u, "S": s,
        "prk": prk, "key": key,
    }


def handshake_fields(h, scope, name, secret_block, unix_seconds):
    """The fields that user_srp and device_srp share."""
    ts = timestamp(unix_seconds)
    signature = hmac_sha256(h["key"], f"{scope}{name}".encode(), secret_block, ts.encode())
    return {
        "a": f"{h['a']:x}", "b": f"{h['b']:x}", "A": f"{h['A']:x}", "srp_a": f"{h['A']:x}",
        "srp_b": f"{h['B']:x}", "B": f"{h['B']:x}", "salt": f"{h['salt']:x}", "salt_padded": enc(h["salt"]).hex(),
        "identity_hash": h["identity_hash"].hex(), "x": f"{h['x']:x}", "v": f"{h['v']:x}", "u": f"{h['u']:x}",
        "S": f"{h['S']:x}", "hkdf_ikm": enc(h["S"]).hex(), "hkdf_salt": enc(h["u"]).hex(), "hkdf_prk": h["prk"].hex(),
        "hkdf_key": h["key"].hex(), "secret_block_b64": b64(secret_block),
        "timestamp_unix_seconds": unix_seconds, "timestamp": ts, "signature_b64": b64(signature),
    }


def secret_hashes(client_secret, client_id, initiate, respond):
    if client_secret is None:
        return {}
    return {
        "secret_hash_initiate": secret_hash(client_secret, initiate, client_id),
        "secret_hash_respond": secret_hash(client_secret, respond, client_id),
    }


def classes_of(name, client_secret):
    return sorted(["a_512bit", name] + (["client_secret_present"] if client_secret else []))


def user_srp_512():
    for i, (name, wanted) in enumerate(WANTED.items()):
        draw = Draw(f"{SEED}/user_srp_512", name)
        pool_name, user_id, password = draw.text("pool_name", 5), draw.uuid("user_id"), draw.text("password", 8)
        username, client_id = f"user{i}@example.com", draw.text("client_id", 13)
        client_secret = draw.text("client_secret", 26) if i % 2 else None
        h = handshake(wanted, draw, pool_name, user_id, password)
        yield {
            "id": f"user-512-{i:02}-{name}", "flow": "user_srp", "classes": classes_of(name, client_secret),
            "pool_id": f"us-east-1_{pool_name}", "pool_name": pool_name, "username": username,
            "user_id_for_srp": user_id, "password": password, "client_id": client_id, "client_secret": client_secret,
            **handshake_fields(h, pool_name, user_id, draw.bytes("secret_block", 1292), draw.integer("clock", 4)),
            **secret_hashes(client_secret, client_id, username, user_id),
        }


def device_srp_512():
    for i, (name, wanted) in enumerate(WANTED.items()):
        draw = Draw(f"{SEED}/device_srp_512", name)
        pool_name, username, client_id = draw.text("pool_name", 5), draw.uuid("username"), draw.text("client_id", 13)
        group_key, key = f"-{draw.text('group_key', 5)}", f"us-east-1_{draw.uuid('device_key')}"
        password = draw.b64("device_password", 40)
        client_secret = None if i % 2 else draw.text("client_secret", 26)
        h = handshake(wanted, draw, group_key, key, password)
        yield {
            "id": f"device-512-{i:02}-{name}", "flow": "device_srp", "classes": classes_of(name, client_secret),
            "pool_id": f"us-east-1_{pool_name}", "pool_name": pool_name, "username": username, "device_key": key,
            "device_group_key": group_key, "device_password": password, "client_id": client_id,
            "client_secret": client_secret,
            **handshake_fields(h, group_key, key, draw.bytes("secret_block", 1292), draw.integer("clock", 4)),
            **secret_hashes(client_secret, client_id, username, username),
        }


# Many handshakes, one hash

def accumulated():
    for flow, cases in (("user_srp", 10), ("user_srp", 100), ("device_srp", 10), ("device_srp", 100)):
        seed = f"{SEED}/accumulated/{flow}"
        fold = hashlib.sha256()
        for case in range(cases):
            fold.update(accumulated_case(flow, Draw(seed, case)).encode())
        yield {
            "id": f"accumulated-{flow}-{cases}", "flow": flow, "classes": [f"cases_{cases}"], "seed": seed,
            "cases": cases, "digest": fold.hexdigest(),
        }


def accumulated_case(flow, draw):
    if flow == "user_srp":
        scope, name, password = draw.text("pool_name", 5), draw.text("user_id_for_srp", 16), draw.text("password", 8)
    else:
        scope, name = draw.text("device_group_key", 5), draw.text("device_key", 16)
        password = draw.b64("device_password", 40)
    a, b_public, salt = draw.integer("a", 64), draw.integer("B", 384) % N, draw.integer("salt", 16)
    a_public = pow(G, a, N)
    u = integer(sha256(enc(a_public), enc(b_public)))
    x = integer(sha256(enc(salt), identity_hash(scope, name, password)))
    _, key = claim_key(u, shared_secret(a, b_public, u, x))
    ts = timestamp(draw.integer("timestamp", 4))
    signature = hmac_sha256(key, f"{scope}{name}".encode(), draw.bytes("secret_block", 200), ts.encode())
    return f"{a_public:x}\n{b64(signature)}\n{ts}\n"


# What is too long: refused by its length alone

def negative_sizes():
    sizes = [
        ("B_too_long", "srp_b", "f", (2049, 200_000_000), "SRP_B has 768 digits; more than 2048 are not read"),
        ("B_too_long", "srp_b", "0", (2049,), "zeros in front do not make a long text short"),
        ("salt_too_long", "salt", "7", (1025, 10_000_000), "SALT has 32 digits; more than 1024 are not read"),
        ("secret_block_too_long", "secret_block_b64", "QUJD", (32_769, 10_000_000),
         "AWS's model ends every parameter at 131072 characters"),
        ("user_id_for_srp_too_long", "user_id_for_srp", "u", (131_073, 50_000_000),
         "AWS's model ends every parameter at 131072 characters"),
    ]
    for flow in ("user_srp", "device_srp"):
        for class_, field, text, counts, reason in sizes:
            if flow == "device_srp" and field == "user_id_for_srp":
                continue
            for times in counts:
                yield negative_size(flow, class_, field, {"repeat": text, "times": times}, reason)


def negative_size(flow, class_, field, value, reason):
    draw = Draw(f"{SEED}/negative_sizes", flow)
    identity = (
        {"user_id_for_srp": draw.uuid("user_id"), "password": draw.text("password", 8)}
        if flow == "user_srp" else
        {"device_key": f"us-east-1_{draw.uuid('device_key')}", "device_group_key": f"-{draw.text('group_key', 5)}",
         "device_password": draw.b64("device_password", 40)}
    )
    defect = f"{field}_{value['repeat']}_{value['times']}"
    party = flow.removesuffix("_srp")
    vector = {
        "id": f"neg-size-{party}-{defect}", "flow": flow, "classes": [class_, f"flow_{party}"], "defect": defect,
        "expected": "must_reject", "reason": reason, "pool_id": f"us-east-1_{draw.text('pool_name', 5)}",
        "username": draw.uuid("username"), **identity, "client_id": draw.text("client_id", 13), "client_secret": None,
        "a": f"{draw.integer('a', 64):x}", "srp_b": f"{draw.integer('B', 384) % N:x}",
        "salt": f"{draw.integer('salt', 16):x}", "secret_block_b64": draw.b64("secret_block", 1292),
        "timestamp_unix_seconds": 1748955600,
    }
    return vector | {field: value}


# Every message

class Messages:
    """The requests of one user, with or without a client secret and a remembered device."""

    def __init__(self, label, with_secret, with_device):
        draw = self.draw = Draw(f"{SEED}/messages", label)
        self.label = label
        self.pool_name, self.client_id = draw.text("pool_name", 5), draw.text("client_id", 13)
        self.username, self.user_id = "alice@example.com", draw.uuid("user_id")
        self.client_secret = draw.text("client_secret", 26) if with_secret else None
        self.device_key = f"us-east-1_{draw.uuid('device_key')}" if with_device else None
        self.session = draw.text("session", 40)
        self.password = draw.text("password", 8)
        self.a = draw.integer("a", 64)
        self.srp_a = f"{pow(G, self.a, N):x}"

    def always(self, username):
        """SECRET_HASH and DEVICE_KEY."""
        parameters = {}
        if self.client_secret is not None:
            parameters["SECRET_HASH"] = secret_hash(self.client_secret, username, self.client_id)
        if self.device_key is not None:
            parameters["DEVICE_KEY"] = self.device_key
        return parameters

    def vector(self, name, operation, parameters, inputs):
        variant = "-".join(str(value) for value in inputs.pop("variant", ()))
        return {
            "id": "-".join(filter(None, ("message", self.label, operation, name, variant))), "classes": [name],
            "pool_id": f"us-east-1_{self.pool_name}", "username": self.username, "user_id_for_srp": self.user_id,
            "client_id": self.client_id, "client_secret": self.client_secret,
            "remembered_device_key": self.device_key, **inputs, "operation": operation, "parameters": parameters,
        }

    def initiate(self, flow, parameters, names_user=True, **inputs):
        operation = "AdminInitiateAuth" if flow.startswith("ADMIN_") else "InitiateAuth"
        # A refresh names no user, but its hash is over the name that the service knows.
        parameters |= self.always(self.username) | {"USERNAME": self.username} if names_user else self.always(self.user_id)
        request = {"AuthFlow": flow, "ClientId": self.client_id, "AuthParameters": parameters}
        return self.vector(flow, operation, request, inputs)

    def respond(self, challenge, parameters, session=True, **inputs):
        operation = "AdminRespondToAuthChallenge" if challenge.startswith("ADMIN_") else "RespondToAuthChallenge"
        parameters = {"USERNAME": self.user_id} | self.always(self.user_id) | parameters
        request = {"ChallengeName": challenge, "ClientId": self.client_id, "ChallengeResponses": parameters}
        if session:
            request["Session"] = self.session
        return self.vector(challenge, operation, request, inputs)

    def first_requests(self):
        srp, password = {"SRP_A": self.srp_a}, {"PASSWORD": self.password}
        a, token = {"a": f"{self.a:x}"}, self.draw.text("refresh_token", 100)
        yield self.initiate("USER_SRP_AUTH", dict(srp), **a)
        yield self.initiate("CUSTOM_AUTH", {})
        yield self.initiate("CUSTOM_AUTH", srp | {"CHALLENGE_NAME": "SRP_A"}, **a, variant=["SRP_A"])
        yield self.initiate("USER_AUTH", {})
        yield self.initiate("USER_AUTH", srp | {"PREFERRED_CHALLENGE": "PASSWORD_SRP"}, **a, variant=["PASSWORD_SRP"])
        yield self.initiate("USER_AUTH", password | {"PREFERRED_CHALLENGE": "PASSWORD"}, password=self.password,
                            preferred_challenge="PASSWORD", variant=["PASSWORD"])
        for factor in ("WEB_AUTHN", "EMAIL_OTP", "SMS_OTP"):
            yield self.initiate("USER_AUTH", {"PREFERRED_CHALLENGE": factor}, preferred_challenge=factor, variant=[factor])
        for flow in ("USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"):
            yield self.initiate(flow, dict(password), password=self.password)
        for flow in ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"):
            yield self.initiate(flow, {"REFRESH_TOKEN": token}, names_user=False, refresh_token=token)

    def answers(self):
        a, credential, code = {"a": f"{self.a:x}"}, '{"id":"e30","type":"public-key"}', "123456"
        codes = {"SMS_MFA": "SMS_MFA_CODE", "EMAIL_OTP": "EMAIL_OTP_CODE", "SMS_OTP": "SMS_OTP_CODE",
                 "SOFTWARE_TOKEN_MFA": "SOFTWARE_TOKEN_MFA_CODE"}
        for challenge, key in codes.items():
            yield self.respond(challenge, {key: code}, code=code)
        for mfa in ("SMS_MFA", "EMAIL_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"):
            yield self.respond("SELECT_MFA_TYPE", {"ANSWER": mfa}, answer=mfa, variant=[mfa])
        yield self.respond("MFA_SETUP", {})
        yield self.respond("NEW_PASSWORD_REQUIRED", {"NEW_PASSWORD": "Pässwörd 2"}, new_password="Pässwörd 2")
        attributes = {"email": "alice@example.com", "custom:team": "blue"}
        yield self.respond("NEW_PASSWORD_REQUIRED",
                           {"NEW_PASSWORD": "Pässwörd 2"} | {f"userAttributes.{k}": v for k, v in attributes.items()},
                           new_password="Pässwörd 2", user_attributes=attributes, variant=["attributes"])
        yield self.respond("CUSTOM_CHALLENGE", {"ANSWER": "blue"}, answer="blue")
        yield self.respond("SELECT_CHALLENGE", {"ANSWER": "PASSWORD_SRP", "SRP_A": self.srp_a}, **a, variant=["PASSWORD_SRP"])
        yield self.respond("SELECT_CHALLENGE", {"ANSWER": "PASSWORD", "PASSWORD": self.password}, answer="PASSWORD",
                           password=self.password, variant=["PASSWORD"])
        yield self.respond("SELECT_CHALLENGE", {"ANSWER": "WEB_AUTHN", "CREDENTIAL": credential}, answer="WEB_AUTHN",
                           credential=credential, variant=["WEB_AUTHN"])
        for factor in ("EMAIL_OTP", "SMS_OTP"):
            yield self.respond("SELECT_CHALLENGE", {"ANSWER": factor}, answer=factor, variant=[factor])
        yield self.respond("PASSWORD", {"PASSWORD": self.password}, password=self.password)
        yield self.respond("PASSWORD_SRP", {"SRP_A": self.srp_a}, **a)
        yield self.respond("WEB_AUTHN", {"CREDENTIAL": credential}, credential=credential)
        yield self.respond("ADMIN_NO_SRP_AUTH", {"PASSWORD": self.password}, password=self.password)

    def srp_answers(self):
        """The three answers of SRP; PASSWORD_VERIFIER also as USER_SRP_AUTH has it, without a Session."""
        parameters, inputs = self.claim(self.pool_name, self.user_id, self.password)
        inputs["password"] = self.password
        yield self.respond("PASSWORD_VERIFIER", parameters, session=False, **inputs, variant=["without", "session"])
        yield self.respond("PASSWORD_VERIFIER", parameters, **inputs)
        if self.device_key is None:
            return
        group_key, password = f"-{self.draw.text('group_key', 5)}", self.draw.b64("device_password", 40)
        parameters, inputs = self.claim(group_key, self.device_key, password)
        # The device's step begins with the name that the challenge before it gave.
        inputs |= {"username": self.user_id, "device_key": self.device_key, "device_group_key": group_key,
                   "device_password": password}
        yield self.respond("DEVICE_SRP_AUTH", {"SRP_A": self.srp_a}, **inputs)
        yield self.respond("DEVICE_PASSWORD_VERIFIER", parameters, **inputs)

    def claim(self, scope, name, password):
        h = handshake({}, self.draw, scope, name, password)
        fields = handshake_fields(h, scope, name, self.draw.bytes("secret_block", 90), 1793696825)
        inputs = {key: fields[key] for key in ("a", "srp_b", "salt", "secret_block_b64", "timestamp_unix_seconds")}
        parameters = {
            "PASSWORD_CLAIM_SIGNATURE": fields["signature_b64"],
            "PASSWORD_CLAIM_SECRET_BLOCK": fields["secret_block_b64"],
            "TIMESTAMP": fields["timestamp"],
        }
        return parameters, inputs


def messages():
    for label, with_secret, with_device in (("plain", False, False), ("secret", True, False), ("device", True, True)):
        m = Messages(label, with_secret, with_device)
        yield from m.first_requests()
        yield from m.answers()
        yield from m.srp_answers()


# Files

HANDSHAKE_DESCRIPTION = "full handshakes with this library's own 512-bit a, hitting every edge class by search."

FILES = {
    "user_srp_512.json": (f"User password SRP: {HANDSHAKE_DESCRIPTION}", user_srp_512, {}),
    "device_srp_512.json": (f"Device SRP: {HANDSHAKE_DESCRIPTION}", device_srp_512, {}),
    "accumulated.json": ("Many handshakes with inputs drawn from a seed, folded into one hash.", accumulated, {
        "seed": "input: bytes(label, length) = SHA-256(seed/case/label/0) | SHA-256(seed/case/label/1) | ..., cut off; "
                "case in decimal, from 0",
        "cases": "how many handshakes",
        "flow": "user_srp draws pool_name 5 bytes as hex, user_id_for_srp 16 as hex, password 8 as hex; device_srp draws "
                "device_group_key 5 as hex, device_key 16 as hex, device_password 40 as base64; both draw a 64, B 384 "
                "(mod N), salt 16, secret_block 200, timestamp 4 as unix seconds",
        "digest": "SHA-256 of SRP_A, PASSWORD_CLAIM_SIGNATURE and TIMESTAMP of each case, each with a newline behind",
    }),
    "negative_sizes.json": ("Parameters far longer than any honest one, to be refused by length alone.", negative_sizes, {
        "defect": "what is wrong", "expected": "must_reject", "reason": "why",
        "srp_b": "text, or {repeat, times}: the text that many times (same for salt, secret_block_b64, user_id_for_srp)",
    }),
    "messages.json": ("Every AuthFlow and every ChallengeName: the exact parameters.", messages, {
        "operation": "InitiateAuth or RespondToAuthChallenge, or the Admin form where only that takes the message",
        "parameters": "the request; AuthParameters and ChallengeResponses are complete",
        "username": "the typed name: USERNAME of InitiateAuth",
        "user_id_for_srp": "the name that the challenge gave: USERNAME of every answer",
        "remembered_device_key": "DEVICE_KEY of every request, or null",
        "device_key": "with device_group_key and device_password: the device that signs in",
        "preferred_challenge": "PREFERRED_CHALLENGE; PASSWORD_SRP where `a` is given",
        "answer": "ANSWER; PASSWORD_SRP where `a` is given",
        "user_attributes": "attribute name -> value, without the userAttributes. that they are sent with",
    }),
}


def file_text(description, vectors, fields):
    vectors = list(vectors())
    counts = Counter(class_ for vector in vectors for class_ in vector["classes"])
    content = {
        "description": description, "part": "generated", "source": SOURCE, "encoding": ENCODING, "fields": fields,
        "count": len(vectors), "class_counts": dict(sorted(counts.items())), "vectors": vectors,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    stale = []
    for name, parts in FILES.items():
        path, text = HERE / name, file_text(*parts)
        if arguments == []:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.exists() or path.read_bytes() != text.encode():
            stale.append(name)
    if stale:
        sys.exit(f"not what generate.py writes: {', '.join(stale)}")
    print(f"{len(FILES)} files are what generate.py writes")


if __name__ == "__main__":
    main(sys.argv[1:])
