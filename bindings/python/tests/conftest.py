"""Real servers on the loopback address, and the real boto3 to speak to them.

ministack is started here, as `e2e/run` does it and with its users; `bindings/with-testpool` has started the other pool.
"""

from __future__ import annotations

import json
import os
import pathlib
import runpy
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from cognito_srp import Ask, Done, Send, SignIn

ROOT = pathlib.Path(__file__).resolve().parents[3]
SEED = json.loads((ROOT / "testpool" / "seed.example.json").read_text(encoding="utf-8"))
FASTER = pathlib.Path(__file__).resolve().parents[1] / "examples" / "pycognito_faster.py"

# No proxy may come between a client and the loopback address.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"


class Pool:
    """A pool that is served somewhere, its app clients and its people."""

    def __init__(self, endpoint: str, user_pool_id: str, clients: dict[str, Any], users: dict[str, Any]) -> None:
        self.endpoint, self.user_pool_id, self.clients, self.users = endpoint, user_pool_id, clients, users
        self.boto3_arguments = {
            "endpoint_url": endpoint,
            "region_name": user_pool_id.split("_")[0],
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }
        self.client = boto3.client("cognito-idp", **self.boto3_arguments)

    def sign_in(self, username: str, app_client: str = "public", **more: Any) -> SignIn:
        client = self.clients[app_client]
        return SignIn(self.user_pool_id, client["id"], username, client_secret=client.get("secret"), **more)

    def drive(self, sign_in: SignIn, trail: list[str] | None = None, **answers: Any) -> Done:
        """Sends, and answers; an answer is text, or text and attributes, or what tells it when it is asked."""
        trail = [] if trail is None else trail
        step = sign_in.start()
        while True:
            match step:
                case Send(operation, kwargs):
                    trail.append(operation)
                    try:
                        response = getattr(self.client, operation)(**kwargs)
                    except ClientError as error:
                        step = sign_in.refused(error)
                    else:
                        step = sign_in.handle(response)
                case Ask(question, details):
                    trail.append(question)
                    answer = answers[question]
                    answer = answer(details) if callable(answer) else answer
                    step = sign_in.answer(answer) if isinstance(answer, str) else sign_in.answer(*answer)
                case Done():
                    return step


@pytest.fixture(scope="session")
def testpool() -> Pool:
    endpoint = os.environ.get("COGNITO_ENDPOINT")
    assert endpoint, "these tests run beside a pool: bindings/with-testpool pytest"
    clients = dict(zip(("public", "secret"), SEED["clients"], strict=True))
    return Pool(endpoint, SEED["pool"]["pool_id"], clients, {user["username"]: user for user in SEED["users"]})


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """`e2e/run` stops what it starts, by its process id, however the block is left."""
    e2e = module(ROOT / "e2e" / "run")
    e2e.WORK, e2e.VENV = tmp_path_factory.mktemp("ministack"), pathlib.Path(sys.prefix)
    world = json.loads(json.dumps(e2e.WORLD))
    world_file = e2e.WORK / "world.json"
    with e2e.ministack(world, world_file):
        world = json.loads(world_file.read_text())
        yield Pool(world["endpoint"], world["pool"], world["clients"], world["users"])


def module(path: pathlib.Path) -> ModuleType:
    """A program of the repository as a module; nothing is written beside it."""
    made = ModuleType(path.name)
    made.__file__ = str(path)
    exec(compile(path.read_text(encoding="utf-8"), path, "exec"), made.__dict__)
    return made


@pytest.fixture
def faster(monkeypatch: pytest.MonkeyPatch) -> type:
    """pycognito's AWSSRP with our two methods, until the test is over."""
    from pycognito import AWSSRP

    for name in ("calculate_a", "get_password_authentication_key"):
        monkeypatch.setattr(AWSSRP, name, getattr(AWSSRP, name))  # is put back afterwards
    runpy.run_path(str(FASTER))
    return AWSSRP
