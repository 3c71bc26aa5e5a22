"""What a gateway says in the service's place, by the real boto3, which makes an error of the service's of it."""

from __future__ import annotations

import runpy
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from cognito_srp import Done, RefusedError, ReplyError, Send, SignIn

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "sign_in.py"
POOL, CLIENT, NOW = "us-east-1_Example1", "4l9rvl4mv5es1eep1qe97cautn", 1_780_000_000
PAGES = {
    "a page": (502, b"<html>bad gateway</html>"),
    "a page with a status that is not the service's": (404, b"<!doctype html><p>not found</p>"),
    "nothing": (503, b""),
    "nothing, of a client's fault": (400, b""),
    "JSON": (403, b'{"message":"Forbidden"}'),
    "a name that is none": (400, b'{"__type":"","message":"x"}'),
}
NO_ERRORS = {
    "a page": (200, b"<html>log in to the wireless network</html>", "text/html"),
    "nothing": (200, b"", "application/x-amz-json-1.1"),
}
REFUSAL = (400, b'{"__type":"LimitExceededException","message":"x"}')
TOKENS = {
    "AuthenticationResult": {
        "AccessToken": "a",
        "ExpiresIn": 3600,
        "NewDeviceMetadata": {
            "DeviceKey": "us-east-1_6ec2f461-6364-44c4-aa42-2f0acaaaf6e8",
            "DeviceGroupKey": "-63i1vgZ7h",
        },
    }
}


class Gateway(ThreadingHTTPServer):
    """Says the same to every request."""

    says: tuple[int, bytes] | tuple[int, bytes, str]

    def response_to(self, step: Send) -> dict[str, Any]:
        config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
        endpoint = f"http://127.0.0.1:{self.server_port}"
        client = boto3.client("cognito-idp", "us-east-1", endpoint_url=endpoint, config=config)
        response: dict[str, Any] = getattr(client, step.operation)(**step.kwargs)
        return response

    def error_of(self, step: Send) -> ClientError:
        with pytest.raises(ClientError) as raised:
            self.response_to(step)
        return raised.value


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body, *kind = self.server.says  # type: ignore[attr-defined]
        self.send_response(status)
        for content_type in kind:
            self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with Gateway(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server
        server.shutdown()


def begun() -> tuple[SignIn, Send]:
    sign_in = SignIn(POOL, CLIENT, "alice")
    step = sign_in.start()
    assert isinstance(step, Send)
    return sign_in, step


def confirming_a_device() -> tuple[SignIn, Send]:
    sign_in = SignIn(POOL, CLIENT, "alice", auth_flow="USER_PASSWORD_AUTH", remember_device=True)
    sign_in.start()
    sign_in.answer("a password")
    step = sign_in.handle(TOKENS, NOW)
    assert isinstance(step, Send) and step.operation == "confirm_device"
    return sign_in, step


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("begin", [begun, confirming_a_device])
def test_what_a_gateway_says_is_no_refusal(gateway: Gateway, begin: Any, page: tuple[int, bytes]) -> None:
    sign_in, step = begin()
    before = sign_in.save()
    gateway.says = page
    error = gateway.error_of(step)
    for form in (error, error.response):
        with pytest.raises(ReplyError) as raised:
            sign_in.refused(form)
        assert (raised.value.parameter, raised.value.problem) == ("__type", "Missing")
    assert sign_in.save() == before, "the same request may be sent again"


@pytest.mark.parametrize("page", NO_ERRORS.values(), ids=NO_ERRORS)
@pytest.mark.parametrize("begin", [begun, confirming_a_device])
def test_what_a_gateway_says_is_no_reply_either(gateway: Gateway, begin: Any, page: tuple[int, bytes, str]) -> None:
    """Of a page with the status 200 boto3 makes a response without members, such as confirm_device's may be."""
    sign_in, step = begin()
    before = sign_in.save()
    gateway.says = page
    with pytest.raises(ReplyError):
        sign_in.handle(gateway.response_to(step))
    assert sign_in.save() == before, "the same request may be sent again"


@pytest.mark.parametrize("content_type", ["application/x-amz-json-1.1", "application/json"])
def test_a_device_is_confirmed_by_an_empty_object(gateway: Gateway, content_type: str) -> None:
    sign_in, step = confirming_a_device()
    gateway.says = (200, b"{}", content_type)
    done = sign_in.handle(gateway.response_to(step), NOW)
    assert isinstance(done, Done) and done.device is not None


def test_a_device_is_confirmed_behind_a_gateway_that_failed_once(gateway: Gateway) -> None:
    sign_in, step = confirming_a_device()
    gateway.says = PAGES["nothing"]
    with pytest.raises(ReplyError):
        sign_in.refused(gateway.error_of(step))
    done = sign_in.handle({"UserConfirmationNecessary": False}, NOW)
    assert isinstance(done, Done) and done.device is not None


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_the_loop_of_the_example_keeps_the_tokens(gateway: Gateway, page: tuple[int, bytes]) -> None:
    gateway.says = page

    class Client:
        def initiate_auth(self, **_: Any) -> dict[str, Any]:
            return TOKENS

        def confirm_device(self, **kwargs: Any) -> None:
            raise gateway.error_of(Send("confirm_device", kwargs))

    sign_in = SignIn(POOL, CLIENT, "alice", auth_flow="USER_PASSWORD_AUTH", remember_device=True)
    done = runpy.run_path(str(EXAMPLE))["sign_in"](Client(), sign_in, "a password")
    assert done.tokens["AccessToken"] == "a" and done.device is None and done.device_problem


def test_a_refusal_of_the_service_stays_one(gateway: Gateway) -> None:
    gateway.says = REFUSAL
    sign_in, step = begun()
    with pytest.raises(RefusedError, match="LimitExceededException"):
        sign_in.refused(gateway.error_of(step))
    sign_in, step = confirming_a_device()
    done = sign_in.refused(gateway.error_of(step))
    assert isinstance(done, Done) and done.device is None and "LimitExceeded" in (done.device_problem or "")


def test_a_code_that_boto3_did_not_find() -> None:
    for code in ("Unknown", "", None):
        sign_in, _ = begun()
        with pytest.raises(ReplyError):
            sign_in.refused({"Error": {"Code": code, "Message": "x"}})
