"""The protocol as plainly as it can be said, letter by letter as in docs/cognito-srp.md: the judge between clients."""

from __future__ import annotations

import hashlib
import hmac
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[3]
[CONSTANTS] = json.loads((ROOT / "test-vectors" / "constants.json").read_text(encoding="utf-8"))["vectors"]
N, G, K = (int(CONSTANTS[name], 16) for name in ("n", "g", "k"))


def enc(number: int) -> bytes:
    """The shortest two's complement."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def digest(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


def private_key(salt: int, scope: str, name: str, password: str) -> int:
    return digest(enc(salt), hashlib.sha256(f"{scope}{name}:{password}".encode()).digest())


def scrambling(a: int, b: int) -> int:
    return digest(enc(pow(G, a, N)), enc(b))


def shared_secret(a: int, b: int, u: int, x: int) -> int:
    return pow(b - K * pow(G, x, N), a + u * x, N)


def claim_key(a: int, b: int, salt: int, scope: str, name: str, password: str) -> bytes:
    u, x = scrambling(a, b), private_key(salt, scope, name, password)
    prk = hmac.digest(enc(u), enc(shared_secret(a, b, u, x)), "sha256")
    return hmac.digest(prk, b"Caldera Derived Key\1", "sha256")[:16]
