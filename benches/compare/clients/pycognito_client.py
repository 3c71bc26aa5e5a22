"""pycognito for `compare`: one JSON object per line in, one per line out.

In: a world as `logins` describes it; `a` and `now` may be absent, and then the client draws its own secret and reads its
own clock. Out: SRP_A, TIMESTAMP, the signature, and the nanoseconds of the processor from the client's making to its answer.
"""

import datetime
import json
import sys
import time

from pycognito import aws_srp

Srp = aws_srp.AWSSRP
draw_a = Srp.generate_random_small_a
real_datetime = datetime.datetime


class Service:
    """Replies at once with the challenge, and keeps what it was sent."""

    def __init__(self, challenge):
        self.challenge = challenge

    def initiate_auth(self, AuthParameters, **_):
        self.srp_a = AuthParameters["SRP_A"]
        return {"ChallengeName": Srp.PASSWORD_VERIFIER_CHALLENGE, "ChallengeParameters": self.challenge}

    def respond_to_auth_challenge(self, ChallengeResponses, **_):
        self.answer = ChallengeResponses
        return {"AuthenticationResult": {}}


def replace(a, now):
    """The secret and the clock, where they are given: nothing else of the client is touched."""
    Srp.generate_random_small_a = draw_a if a is None else lambda _: int(a, 16)
    datetime.datetime = real_datetime if now is None else clock_at(now)


def clock_at(now):
    class Stopped(real_datetime):
        @classmethod
        def utcnow(cls):
            return real_datetime.fromtimestamp(now, datetime.timezone.utc)

    return Stopped


def sign_in(world):
    service = Service(world["challenge"])
    start = time.process_time_ns()
    Srp(world["username"], world["password"], world["pool_id"], world["client_id"], client=service).authenticate_user()
    return service, time.process_time_ns() - start


for line in sys.stdin:
    world = json.loads(line)
    replace(world.get("a"), world.get("now"))
    sign_in(world)  # warms up
    service, nanoseconds = sign_in(world)
    answer = {
        "srp_a": service.srp_a,
        "timestamp": service.answer["TIMESTAMP"],
        "signature": service.answer["PASSWORD_CLAIM_SIGNATURE"],
        "nanoseconds": nanoseconds,
    }
    print(json.dumps(answer), flush=True)
