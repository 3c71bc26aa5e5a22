"""pycognito as it is and with our two methods, on the same challenges, in turns in one run.

    python bench_pycognito.py [ROUNDS]

All keys and all signatures must be equal. Times are the thread's own, so that other programs do not count; each figure
is a median, and so is each ratio, which is taken within a round.
"""

from __future__ import annotations

import contextlib
import pathlib
import random
import runpy
import statistics
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

from pycognito import AWSSRP

import cognito_srp

FASTER = pathlib.Path(__file__).resolve().parent / "examples" / "pycognito_faster.py"
SLOW_METHODS = ("calculate_a", "get_password_authentication_key")
POOL_ID, NAME, PASSWORD = "us-east-1_Example1", "alice", "Wonderland1!"
ORIGINAL = {name: getattr(AWSSRP, name) for name in SLOW_METHODS}


class Service:
    """Replies at once with the challenge, and keeps what it was sent."""

    def __init__(self, challenge: dict[str, str]) -> None:
        self.challenge = challenge
        self.sent: dict[str, str] = {}

    def initiate_auth(self, **_: Any) -> dict[str, Any]:
        return {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": self.challenge}

    def respond_to_auth_challenge(self, ChallengeResponses: dict[str, str], **_: Any) -> dict[str, Any]:  # noqa: N803
        self.sent = ChallengeResponses
        return {"AuthenticationResult": {}}


@contextlib.contextmanager
def faster() -> Iterator[None]:
    runpy.run_path(str(FASTER))
    try:
        yield
    finally:
        for name, method in ORIGINAL.items():
            setattr(AWSSRP, name, method)


def login(challenge: dict[str, str]) -> tuple[dict[str, str], int]:
    service = Service(challenge)
    began = time.thread_time_ns()
    AWSSRP(NAME, PASSWORD, POOL_ID, "client", client=service).authenticate_user()
    return service.sent, time.thread_time_ns() - began


def methods(a: int, challenge: dict[str, str]) -> tuple[bytes, int]:
    """The two methods alone, in an object that has been made."""
    srp = AWSSRP(NAME, PASSWORD, POOL_ID, "client", client=Service(challenge))
    srp.small_a_value = a
    began = time.thread_time_ns()
    srp.large_a_value = srp.calculate_a()
    key = srp.get_password_authentication_key(NAME, PASSWORD, int(challenge["SRP_B"], 16), challenge["SALT"])
    return bytes(key), time.thread_time_ns() - began


def play(rng: random.Random) -> tuple[int, ...]:
    """One challenge for all: first the two methods, then a whole login, then one with an `a` of half the length."""
    challenge = {
        "USERNAME": NAME,
        "USER_ID_FOR_SRP": NAME,
        "SALT": f"{rng.getrandbits(128):x}",
        "SRP_B": f"{rng.getrandbits(3071):x}",
        "SECRET_BLOCK": "AAAA" * 300,
    }
    a = rng.getrandbits(1024) | 1
    their_key, their_methods = methods(a, challenge)
    with faster():
        our_key, our_methods = methods(a, challenge)
    if their_key != our_key:
        sys.exit(f"the keys differ: {a:x}, {challenge}")
    their_login, our_login = logins(a, challenge)
    _, our_short_login = logins(a >> 512 | 1, challenge)
    return their_methods, our_methods, their_login, our_login, our_short_login


def logins(a: int, challenge: dict[str, str]) -> tuple[int, int]:
    """With the same `a`, and in the same second, both must sign the same."""
    AWSSRP.generate_random_small_a = lambda _: a
    theirs = ours = {"TIMESTAMP": ""}, 0
    while not theirs[0]["TIMESTAMP"] == ours[0]["TIMESTAMP"] != "":
        theirs = login(challenge)
        with faster():
            ours = login(challenge)
    if theirs[0] != ours[0]:
        sys.exit(f"the signatures differ: {a:x}, {challenge}")
    return theirs[1], ours[1]


def main() -> None:
    warnings.simplefilter("ignore", DeprecationWarning)  # of pycognito's way to read the clock
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    rng = random.Random(1)
    play(rng)  # warms up
    their_methods, our_methods, their_login, *our_logins = zip(*(play(rng) for _ in range(rounds)), strict=True)
    parts = [
        compared("its two methods", their_methods, our_methods),
        compared("a whole login", their_login, our_logins[0]),
        compared("with 512 bits of `a`", their_login, our_logins[1]),
    ]
    heading = f"pycognito {version('pycognito')}, on the kernel {cognito_srp.kernel()}"
    print(f"{heading}: {'; '.join(parts)}; all signatures of {2 * rounds} logins equal")


def compared(what: str, theirs: Sequence[int], ours: Sequence[int]) -> str:
    ratio = statistics.median(slow / fast for slow, fast in zip(theirs, ours, strict=True))
    slow, fast = (statistics.median(each) / 1e6 for each in (theirs, ours))
    return f"{what} {slow:.3g} ms to {fast:.3g} ms, {ratio:.1f} times"


if __name__ == "__main__":
    main()
