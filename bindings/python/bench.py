"""What whole logins cost from Python.

    python bench.py N FILE

FILE is `bindings/login.json`. The nanoseconds of each of N logins are printed as a JSON array.
"""

from __future__ import annotations

import json
import pathlib
import sys
import time
from typing import Any

from cognito_srp import Ask, Done, Send, SignIn


def login(world: dict[str, Any]) -> int:
    options, challenge, tokens = world["options"], world["challenge"], world["tokens"]
    password, now = world["password"], world["now"]
    began = time.perf_counter_ns()
    sign_in = SignIn(options["UserPoolId"], options["ClientId"], options["Username"])
    first = sign_in.start()
    question = sign_in.handle(challenge, now)
    second = sign_in.answer(password, now=now)
    done = sign_in.handle(tokens, now)
    took = time.perf_counter_ns() - began
    match first, question, second, done:
        case (
            Send(kwargs={"AuthParameters": {"SRP_A": _}}),
            Ask("PASSWORD"),
            Send(kwargs={"ChallengeResponses": {"PASSWORD_CLAIM_SIGNATURE": _}}),
            Done({"AccessToken": _}),
        ):
            return took
    sys.exit("this was no login")


def main() -> None:
    count, file = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    world = json.loads(file.read_text(encoding="utf-8"))
    print(json.dumps([login(world) for _ in range(count)]))


if __name__ == "__main__":
    main()
