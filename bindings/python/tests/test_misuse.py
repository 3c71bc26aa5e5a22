"""Whatever is passed, in whatever order, gives an error of Python's own kind: soon, and without a secret in it."""

from __future__ import annotations

import contextlib
import copy
import itertools
import pickle
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

import cognito_srp
from cognito_srp import (
    ArgumentError,
    Ask,
    BusyError,
    CognitoSrpError,
    Device,
    DeviceLogin,
    DeviceRefusedError,
    Done,
    Enrollment,
    PasswordLogin,
    RefusedError,
    ReplyError,
    Send,
    SignIn,
    _native,
)

NAMES = ("us-east-1_Example1", "4l9rvl4mv5es1eep1qe97cautn", "alice")
NOW = 1_780_000_000
PASSWORD = "a password that nobody may see"
SECRET = "a client secret that nobody may see"
DEVICE = Device("us-east-1_6ec2f461-6364-44c4-aa42-2f0acaaaf6e8", "-63i1vgZ7h", "a device password that nobody may see")
SESSION = "a session that nobody may see"
TOKEN = "a token that nobody may see"
SECRETS = (PASSWORD, SECRET, DEVICE.device_password, SESSION, TOKEN)
CHALLENGE = {
    "ChallengeName": "PASSWORD_VERIFIER",
    "ChallengeParameters": {
        "SALT": "cc090d9560fb9cb95c4cf8ca3417f544",
        "SRP_B": "3",
        "SECRET_BLOCK": "AAAA",
        "USER_ID_FOR_SRP": "alice",
    },
    "Session": SESSION,
}
DEVICE_CHALLENGE = CHALLENGE | {"ChallengeName": "DEVICE_PASSWORD_VERIFIER"}
TOKENS = {"AuthenticationResult": {"AccessToken": TOKEN, "RefreshToken": TOKEN, "ExpiresIn": 3600}}


def asked() -> SignIn:
    sign_in = SignIn(*NAMES, client_secret=SECRET)
    sign_in.start()
    sign_in.handle(CHALLENGE, NOW)
    return sign_in


def done() -> SignIn:
    sign_in = asked()
    sign_in.answer(PASSWORD, now=NOW)
    assert isinstance(sign_in.handle(TOKENS, NOW), Done)
    return sign_in


def refusal(code: str = "NotAuthorizedException", message: str = "Incorrect username or password.") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "InitiateAuth")  # type: ignore[typeddict-item]


TEXTS = ("client_secret", "auth_flow", "preferred_challenge", "device_name", "device_key", "session")
FLAGS = ("without_srp", "admin", "remember_device")
DICTIONARIES = ("client_metadata", "analytics_metadata", "user_context_data", "context_data")
WRONG = (7, 7.5, b"bytes", object(), ["list"], SignIn)


@pytest.mark.parametrize("wrong", [*WRONG, None], ids=lambda wrong: type(wrong).__name__)
@pytest.mark.parametrize("place", range(3))
def test_names_of_another_type(place: int, wrong: Any) -> None:
    names = [wrong if at == place else name for at, name in enumerate(NAMES)]
    for begin in (SignIn, PasswordLogin, lambda *names: DeviceLogin(*names, DEVICE)):
        with pytest.raises(TypeError, match=("user_pool_id", "client_id", "username")[place]):
            begin(*names)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: type(wrong).__name__)
@pytest.mark.parametrize("name", [*TEXTS, *FLAGS, *DICTIONARIES, "device"])
def test_options_of_another_type(name: str, wrong: Any) -> None:
    with pytest.raises(TypeError, match=name):
        SignIn(*NAMES, **{name: wrong})


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: type(wrong).__name__)
@pytest.mark.parametrize("name", ["admin", *DICTIONARIES, "client_secret"])
def test_options_of_single_steps_of_another_type(name: str, wrong: Any) -> None:
    for begin in (lambda **more: PasswordLogin(*NAMES, **more), lambda **more: DeviceLogin(*NAMES, DEVICE, **more)):
        with pytest.raises(TypeError, match=f"{name} must be"):
            begin(**{name: wrong})


def test_options_that_are_missing_or_that_nobody_knows() -> None:
    for wrong in (lambda: SignIn(*NAMES[:2]), lambda: SignIn(*NAMES, pasword="x"), lambda: SignIn(*NAMES, SECRET)):  # type: ignore
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(ArgumentError) as wrong_flow:
        SignIn(*NAMES, auth_flow="USER_TELEPATHY_AUTH")
    assert (wrong_flow.value.parameter, wrong_flow.value.problem) == ("AuthFlow", "Unknown")
    with pytest.raises(ArgumentError, match="IpAdress"):
        SignIn(*NAMES, user_context_data={"IpAdress": "192.0.2.1"})
    for members in ({}, {"IpAddress": "192.0.2.1"}, {"IpAddress": 7, "ServerName": "", "ServerPath": ""}):
        with pytest.raises(ArgumentError):
            SignIn(*NAMES, admin=True, context_data=members)


@pytest.mark.parametrize("wrong", [*WRONG, {"DeviceKey": "k"}], ids=lambda wrong: type(wrong).__name__)
def test_a_device_of_another_type(wrong: Any) -> None:
    sign_in = asked()
    before = sign_in.save()
    with pytest.raises(TypeError, match="device must be Device"):
        sign_in.set_device(wrong)
    with pytest.raises(TypeError, match="device_key must be str"):
        sign_in.set_device(Device(wrong, "-g", "p"))
    assert sign_in.save() == before


def test_a_device_that_is_none_and_no_device() -> None:
    sign_in = SignIn(*NAMES, device=DEVICE)

    def key() -> object:
        match sign_in.start():
            case Send(_, kwargs):
                return kwargs["AuthParameters"].get("DEVICE_KEY")
        return "not sent"

    with pytest.raises(ArgumentError) as refused:
        sign_in.set_device(Device("", "-g", "p"))
    assert (refused.value.parameter, refused.value.problem) == ("DeviceKey", "Empty")
    assert key() == DEVICE.device_key, "the one before stays"
    sign_in.set_device(None)
    assert key() is None
    sign_in.set_device(DEVICE)
    assert key() == DEVICE.device_key
    finished = done()
    finished.set_device(DEVICE)
    assert finished.question() is None, "it is for the next start()"


@pytest.mark.parametrize(
    ("more", "parameter"),
    [
        ({"context_data": {"IpAddress": "192.0.2.1", "ServerName": "", "ServerPath": ""}}, "ContextData"),
        ({"admin": True, "user_context_data": {"IpAddress": "192.0.2.1"}}, "UserContextData"),
        ({"session": SESSION}, "Session"),
        ({"device_key": DEVICE.device_key}, "DeviceKey"),
        ({"auth_flow": "REFRESH_TOKEN_AUTH", "device_key": DEVICE.device_key, "device": DEVICE}, "DeviceKey"),
    ],
)
def test_options_that_would_go_into_no_request(more: dict[str, Any], parameter: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        SignIn(*NAMES, **more)
    assert (refused.value.parameter, refused.value.problem) == (parameter, "Unexpected")


def asked_for_a_new_password() -> SignIn:
    sign_in = asked()
    sign_in.answer(PASSWORD, now=NOW)
    parameters = {"requiredAttributes": "[]", "userAttributes": "{}"}
    sign_in.handle({"ChallengeName": "NEW_PASSWORD_REQUIRED", "ChallengeParameters": parameters, "Session": SESSION})
    return sign_in


@pytest.mark.parametrize("number", [7, 7.5, float("nan"), float("inf"), float("-inf")], ids=str)
def test_numbers_in_place_of_texts(number: Any) -> None:
    """JSON has no number for some of them: they are not left out for that."""
    for parameter, call in (
        ("ClientMetadata", lambda: SignIn(*NAMES, client_metadata={"a": number})),
        ("ClientMetadata", lambda: PasswordLogin(*NAMES, client_metadata={"a": number})),
        ("AnalyticsEndpointId", lambda: SignIn(*NAMES, analytics_metadata={"AnalyticsEndpointId": number})),
        ("UserAttributes", lambda: asked_for_a_new_password().answer(PASSWORD, {"name": number})),
    ):
        with pytest.raises(ArgumentError) as refused:
            call()
        assert (refused.value.parameter, refused.value.problem) == (parameter, "Malformed")


@pytest.mark.parametrize("wrong", [*WRONG, None, "text"], ids=lambda wrong: type(wrong).__name__)
def test_replies_errors_and_answers_of_another_type(wrong: Any) -> None:
    sign_in = asked()
    before = sign_in.save()
    for call in (sign_in.handle, sign_in.refused):
        with pytest.raises(TypeError):
            call(wrong)
    with pytest.raises(TypeError):
        sign_in.answer(PASSWORD, user_attributes=wrong if wrong is not None else 7)
    if not isinstance(wrong, str):
        with pytest.raises(TypeError):
            sign_in.answer(wrong)
    assert sign_in.save() == before


def test_what_is_no_refusal_of_the_service() -> None:
    with pytest.raises(TypeError):
        asked().refused(EndpointConnectionError(endpoint_url="http://127.0.0.1"))
    for response in ({}, {"Error": None}, {"Error": "text"}):
        with pytest.raises(ArgumentError):
            asked().refused(response)
    for error in ({}, {"Code": None}, {"Code": 7}, {"Code": "X", "Message": []}):
        with pytest.raises(CognitoSrpError):
            asked().refused({"Error": error})


class Odd:
    def __repr__(self) -> str:
        return SECRET


@pytest.mark.parametrize(
    "reply",
    [
        {"Session": Odd()},
        {"ChallengeParameters": {"SALT": {1, 2}}},
        {"ChallengeParameters": {7: "x"}},
        {7: "x"},
        {"when": datetime(2026, 1, 1)},
        {"bytes": b"x"},
    ],
)
def test_replies_that_json_cannot_hold(reply: dict[Any, Any]) -> None:
    sign_in = asked()
    with pytest.raises(TypeError, match="response"):
        sign_in.handle(reply)


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"ChallengeName": 7},
        {"ChallengeName": "UNHEARD_OF"},
        {"ChallengeName": "PASSWORD_VERIFIER"},
        {"ChallengeParameters": []},
        {"AuthenticationResult": []},
        {"AuthenticationResult": {"AccessToken": 7, "ExpiresIn": "x"}},
        {"AuthenticationResult": {"AccessToken": "x", "ExpiresIn": float("nan")}},
        {"AuthenticationResult": {"AccessToken": "x", "ExpiresIn": float("inf")}},
        {"AuthenticationResult": {"AccessToken": "x", "ExpiresIn": 10**400}},
        {"AuthenticationResult": {"AccessToken": "x", "ExpiresIn": 10**10_000}},
        {"ChallengeName": "SMS_MFA", "Session": "\ud800"},
        {"\udfff": "x"},
        TOKENS,
    ],
)
def test_replies_that_make_no_sense(reply: dict[str, Any]) -> None:
    sign_in = SignIn(*NAMES)
    sign_in.start()
    before = sign_in.save()
    # boto3 hands on what the service sent: nobody is to take it for a mistake of the program.
    with pytest.raises(ReplyError):
        sign_in.handle(reply)
    assert sign_in.save() == before
    with pytest.raises(ReplyError):
        PasswordLogin(*NAMES).claim(reply, PASSWORD)


@pytest.mark.parametrize("number", [7.5, float("nan"), float("inf"), 10**400], ids=["7.5", "nan", "inf", "10**400"])
def test_an_expiry_that_is_none(number: Any) -> None:
    """Python reads NaN and Infinity where JSON has neither."""
    sign_in = asked()
    sign_in.answer(PASSWORD, now=NOW)
    with pytest.raises(ReplyError):
        sign_in.handle({"AuthenticationResult": {"AccessToken": TOKEN, "ExpiresIn": number}}, NOW)
    assert isinstance(sign_in.handle(TOKENS, NOW), Done)


def test_what_boto3_says_of_the_transport_is_not_looked_at() -> None:
    loop: dict[str, Any] = {"when": datetime(2026, 1, 1), "who": Odd(), 7: "\ud800"}
    loop["loop"] = loop
    sign_in = SignIn(*NAMES)
    sign_in.start()
    assert isinstance(sign_in.handle(CHALLENGE | {"ResponseMetadata": loop}), Ask)
    assert PasswordLogin(*NAMES).claim(CHALLENGE | {"ResponseMetadata": loop}, PASSWORD)


def nested(depth: int) -> dict[str, Any]:
    inner: dict[str, Any] = {}
    for _ in range(depth):
        inner = {"in": [inner]}
    return inner


def holding_itself() -> dict[str, Any]:
    loop: dict[str, Any] = {}
    loop["one"], loop["two"] = loop, [loop, loop]
    return loop


HUGE = "x" * 100_000_000


def huge() -> Iterator[tuple[str, Callable[[], Any]]]:
    wide = {"ChallengeParameters": {str(number): "x" for number in range(200_000)}}
    many = {"AvailableChallenges": ["x"] * 10_000_000}
    number = 1 << 80_000_000
    yield "username", lambda: SignIn(*NAMES[:2], HUGE)
    yield "pool", lambda: SignIn(HUGE, *NAMES[1:])
    yield "metadata", lambda: SignIn(*NAMES, client_metadata={"x": HUGE})
    yield "metadata's name", lambda: SignIn(*NAMES, client_metadata={HUGE: "x"})
    yield "password", lambda: asked().answer(HUGE, now=NOW)
    yield "password of a login", lambda: PasswordLogin(*NAMES).claim(CHALLENGE, HUGE, now=NOW)
    yield "attribute", lambda: asked().answer("x", {"x": HUGE})
    yield "reply", lambda: asked().handle({"Session": HUGE})
    yield "reply's name", lambda: asked().handle({HUGE: "x"})
    yield "wide reply", lambda: asked().handle(wide)
    yield "long reply", lambda: asked().handle(many)
    yield "deep reply", lambda: asked().handle(nested(5000))
    yield "loop", lambda: asked().handle(holding_itself())
    yield "deep options", lambda: SignIn(*NAMES, client_metadata=nested(5000))
    yield "loop in options", lambda: SignIn(*NAMES, context_data=holding_itself())
    yield "refusal", lambda: asked().refused({"Error": {"Code": "X", "Message": HUGE}})
    yield "state", lambda: SignIn.restore(HUGE.encode(), *NAMES[:2])
    yield "secret", lambda: cognito_srp.enroll_device(HUGE, "-63i1vgZ7h")
    yield "base", lambda: cognito_srp.modpow(number, 1)
    yield "exponent", lambda: cognito_srp.modpow(2, number)
    yield "a", lambda: cognito_srp.claim_key(number, 3, 5, "x", "y", "z")
    yield "B", lambda: cognito_srp.compute_s(3, number, 5, 7)
    yield "u", lambda: cognito_srp.compute_s(3, 5, number, 7)
    yield "salt", lambda: cognito_srp.device_verifier(DEVICE.device_key, DEVICE.device_group_key, "x", number)
    yield "a of a login", lambda: PasswordLogin(*NAMES, a=number)
    yield "time", lambda: asked().answer("x", now=number)


@pytest.mark.parametrize(("what", "call"), list(huge()), ids=[what for what, _ in huge()])
def test_what_is_huge_is_refused_soon(what: str, call: Callable[[], Any]) -> None:
    began = time.thread_time()
    with pytest.raises(CognitoSrpError):
        call()
    assert time.thread_time() - began < 2, "reading all of it takes many seconds, and computing with it minutes"


@pytest.mark.parametrize(
    "now", [datetime(2026, 1, 1), float("nan"), float("inf"), 1e300, 2**70, -(2**70), 2**62, -1e17], ids=str
)
def test_times_that_are_none(now: Any) -> None:
    sign_in = asked()
    with pytest.raises(ArgumentError):
        sign_in.answer(PASSWORD, now=now)
    assert isinstance(sign_in.answer(PASSWORD, now=NOW), Send)


@pytest.mark.parametrize("now", ["text", b"x", [], {}])
def test_times_of_another_type(now: Any) -> None:
    with pytest.raises(TypeError, match="now"):
        asked().answer(PASSWORD, now=now)


def test_steps_out_of_order() -> None:
    fresh = SignIn(*NAMES)
    for call in (lambda: fresh.handle(CHALLENGE), lambda: fresh.answer(PASSWORD), lambda: asked().handle(TOKENS)):
        with pytest.raises(ArgumentError):
            call()
    assert fresh.question() is None
    assert fresh.skip_device() is None
    with pytest.raises(ArgumentError):
        asked().answer(PASSWORD, user_attributes={"name": "x"})


def test_use_after_it_is_done() -> None:
    finished = done()
    for call in (lambda: finished.handle(TOKENS), lambda: finished.answer(PASSWORD)):
        with pytest.raises(ArgumentError):
            call()
    assert finished.question() is None
    assert isinstance(finished.start(), Send), "it can begin anew"


def test_a_login_makes_one_claim() -> None:
    login = PasswordLogin(*NAMES)
    with pytest.raises(ReplyError):
        login.claim({}, PASSWORD)
    assert login.claim(CHALLENGE, PASSWORD)["ChallengeName"] == "PASSWORD_VERIFIER"
    with pytest.raises(ArgumentError, match="login"):
        login.claim(CHALLENGE, PASSWORD)
    device_login = DeviceLogin(*NAMES, DEVICE)
    with pytest.raises(ReplyError, match="ChallengeName"):
        device_login.claim(CHALLENGE)
    device_login.claim(DEVICE_CHALLENGE)
    with pytest.raises(ArgumentError, match="login"):
        device_login.claim(DEVICE_CHALLENGE)
    assert int(login.srp_a, 16) and int(device_login.srp_a, 16)


def test_states_that_are_damaged() -> None:
    state = asked().save()
    restore = lambda state: SignIn.restore(state, *NAMES[:2], client_secret=SECRET)  # noqa: E731
    assert restore(state).save() == state
    damaged = [b"", b"x", state[:-1], state + b"x", state[1:]]
    for at in range(0, len(state), 7):
        damaged.append(state[:at])
    for bad in damaged:
        with pytest.raises(ArgumentError):
            restore(bad)
    for at, bit in itertools.product(range(len(state)), (1, 128)):
        flipped = bytearray(state)
        flipped[at] ^= bit
        try:
            restored = restore(bytes(flipped))
        except ArgumentError:
            continue
        assert restored.save() == bytes(flipped), "what is taken is taken as it is"
    with pytest.raises(ArgumentError):
        SignIn.restore(state, "us-east-1_Another1", NAMES[1], client_secret=SECRET)
    for wrong in (bytearray(state), memoryview(state), "text", None, 7):
        with pytest.raises(TypeError, match="state"):
            SignIn.restore(wrong, *NAMES[:2])  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["7", 7.0, None, bytearray(b"7"), [7]], ids=lambda wrong: type(wrong).__name__)
def test_integers_of_another_type(wrong: Any) -> None:
    for call in (
        lambda: cognito_srp.modpow(wrong, 2),
        lambda: cognito_srp.modpow(2, wrong),
        lambda: cognito_srp.compute_s(wrong, 2, 2, 2),
        lambda: cognito_srp.claim_key(2, 2, wrong, "x", "y", "z"),
        lambda: cognito_srp.device_verifier("x", "y", "z", wrong),
    ):
        with pytest.raises(TypeError, match="int or bytes"):
            call()


def test_integers_out_of_range() -> None:
    n = int.from_bytes(b"\xff" * 384, "big")
    for call in (
        lambda: cognito_srp.modpow(-1, 2),
        lambda: cognito_srp.modpow(n, 2),
        lambda: cognito_srp.compute_s(2, 0, 3, 5),
        lambda: cognito_srp.compute_s(2, 3, 0, 5),
        lambda: cognito_srp.compute_s(2, 3, 2**256, 5),
        lambda: cognito_srp.claim_key(2, 0, 5, "x", "y", "z"),
    ):
        with pytest.raises(ArgumentError):
            call()


def test_text_that_is_none() -> None:
    half = "\ud800" + PASSWORD
    for call in (
        lambda: asked().answer(half),
        lambda: SignIn(*NAMES[:2], half),
        lambda: SignIn(*NAMES, client_secret=half),
        lambda: PasswordLogin(*NAMES).claim(CHALLENGE, half),
        lambda: cognito_srp.claim_key(2, 3, 5, "x", "y", half),
        lambda: cognito_srp.secret_hash("x", "y", half),
        lambda: cognito_srp.enroll_device(half, "y"),
    ):
        # Python's own error for it would hold the text.
        with pytest.raises(ArgumentError) as refused:
            call()
        assert PASSWORD not in words(refused.value)


def test_what_cannot_be_written_is_named() -> None:
    half = "\ud800"
    for more, parameter in (
        ({"client_secret": half}, "ClientSecret"),
        ({"device": Device("k", "g", half)}, "Device"),
        ({"client_metadata": {"a": 10**30}}, "ClientMetadata"),
    ):
        with pytest.raises(ArgumentError) as refused:
            SignIn(*NAMES, **more)  # type: ignore[arg-type]
        assert refused.value.parameter == parameter
    with pytest.raises(TypeError, match="ClientMetadata: a value is of the type bytes"):
        SignIn(*NAMES, client_metadata={"a": b"x"})  # type: ignore[dict-item]
    for call, name in (
        (lambda: cognito_srp.secret_hash(None, "y", "z"), "username"),  # type: ignore[arg-type]
        (lambda: cognito_srp.enroll_device("x", None), "device_group_key"),  # type: ignore[arg-type]
        (lambda: cognito_srp.claim_key(2, 3, 5, "x", None, "y"), "name"),  # type: ignore[arg-type]
        (lambda: cognito_srp.device_verifier("x", "y", None, 5), "device_password"),  # type: ignore[arg-type]
        (lambda: asked().answer(None), "text"),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError, match=f"{name} must be str"):
            call()


def words(error: BaseException) -> str:
    """All that an error says, and all that it holds on to."""
    said = "".join(traceback.format_exception(error, limit=0))
    chain = [error, error.__cause__, error.__context__]
    return said + "".join(repr((link.args, vars(link), str(link), repr(link))) for link in chain if link)


def test_no_secret_is_in_an_error_or_a_repr() -> None:
    secret_options = {"client_secret": SECRET, "device": DEVICE, "session": SESSION}
    broken = CHALLENGE | {"AuthenticationResult": {"AccessToken": TOKEN, "ExpiresIn": "x"}}
    waiting = asked()
    calls: list[Callable[[], Any]] = [
        lambda: SignIn("bad", *NAMES[1:], **secret_options),
        lambda: SignIn(*NAMES, auth_flow=SECRET),
        lambda: SignIn(*NAMES, client_secret=SECRET.encode()),  # type: ignore[arg-type]
        lambda: SignIn(*NAMES, client_secret=[SECRET]),  # type: ignore[arg-type]
        lambda: SignIn(*NAMES, device={"DevicePassword": DEVICE.device_password}),  # type: ignore[arg-type]
        lambda: SignIn(*NAMES, device=Device("k", "g", DEVICE.device_password.encode())),  # type: ignore[arg-type]
        lambda: SignIn(*NAMES, device=Device("", "", DEVICE.device_password)),
        lambda: SignIn(*NAMES, session=SESSION, device_name=TOKEN),
        lambda: waiting.set_device(Device("", "", DEVICE.device_password)),
        lambda: waiting.set_device(Device("k", "g", [DEVICE.device_password])),  # type: ignore[arg-type]
        lambda: SignIn.restore(waiting.save()[:-1], *NAMES[:2], client_secret=SECRET),
        lambda: SignIn.restore(TOKEN.encode(), *NAMES[:2]),
        lambda: waiting.handle(broken),
        lambda: waiting.handle({"Session": Odd(), "AuthenticationResult": {"AccessToken": TOKEN}}),
        lambda: waiting.answer(PASSWORD, {"name": TOKEN}),
        lambda: waiting.answer(PASSWORD, now=float("nan")),
        lambda: waiting.answer(PASSWORD.encode()),  # type: ignore[arg-type]
        lambda: SignIn(*NAMES).answer(PASSWORD),
        lambda: done().answer(PASSWORD),
        lambda: waiting.refused(refusal()),
        lambda: PasswordLogin(*NAMES, client_secret=SECRET).claim({"ChallengeParameters": {"SALT": TOKEN}}, PASSWORD),
        lambda: PasswordLogin(*NAMES, a=SECRET),  # type: ignore[arg-type]
        lambda: cognito_srp.claim_key(2, 0, 5, "x", "y", PASSWORD),
        lambda: cognito_srp.claim_key(SECRET, 3, 5, "x", "y", PASSWORD),  # type: ignore[arg-type]
        lambda: cognito_srp.secret_hash("x", "y", SECRET.encode()),  # type: ignore[arg-type]
        lambda: pickle.dumps(waiting),
    ]
    for call in calls:
        with pytest.raises((CognitoSrpError, TypeError)) as raised:
            call()
        said = words(raised.value)
        assert not [secret for secret in SECRETS if secret in said], type(raised.value)
    last = done()
    setup = Ask("AUTHENTICATOR_SETUP", {"SecretCode": TOKEN})
    shown = [waiting, waiting.question(), waiting.answer(PASSWORD, now=NOW), last, last.start(), DEVICE, setup]
    shown += [Done(TOKENS["AuthenticationResult"], "alice", DEVICE), Enrollment(DEVICE, {"Salt": TOKEN})]
    shown += [PasswordLogin(*NAMES, client_secret=SECRET), DeviceLogin(*NAMES, DEVICE, client_secret=SECRET)]
    shown += [shown[0]._native, cognito_srp.enroll_device(DEVICE.device_key, DEVICE.device_group_key)]
    for it in shown:
        said = f"{it!r}{it}"
        assert not [secret for secret in SECRETS if secret in said], type(it)
    assert shown[-1].device.device_password not in repr(shown[-1])


def test_what_holds_a_secret_is_not_pickled_by_accident() -> None:
    for it in (asked(), PasswordLogin(*NAMES), DeviceLogin(*NAMES, DEVICE), asked()._native):
        for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError):
                attempt(it)


def test_errors_can_be_pickled_and_caught_by_their_parents() -> None:
    sign_in = SignIn(*NAMES)
    sign_in.start()
    with pytest.raises(RefusedError) as refused:
        sign_in.refused(refusal())
    with pytest.raises(ArgumentError) as wrong:
        SignIn("bad", *NAMES[1:])
    for error in (refused.value, wrong.value):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
    assert isinstance(wrong.value, ValueError)
    assert issubclass(DeviceRefusedError, RefusedError)
    assert refused.value.cause == "WrongUserOrPassword"
    assert refused.value.retry


def test_half_made_objects() -> None:
    with pytest.raises(AttributeError):
        SignIn.__new__(SignIn).set_device(None)
    for cls in (SignIn, PasswordLogin, DeviceLogin):
        half = cls.__new__(cls)
        for name in ("start", "save", "question", "srp_a", "claim"):
            with pytest.raises((AttributeError, TypeError)):
                getattr(half, name)()
    for make in (_native.SignIn, _native.PasswordLogin, _native.DeviceLogin):
        with pytest.raises(TypeError):
            make()  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            type("Sub", (make,), {})


def test_one_object_in_two_threads() -> None:
    """Each call is made, or is refused by name: none waits, none breaks."""
    sign_in = SignIn(*NAMES)
    sign_in.start()
    made, refused, stop = [0, 0], [0, 0], threading.Event()

    def work(which: int) -> None:
        while not stop.is_set():
            try:
                assert isinstance(sign_in.start(), Send)
                made[which] += 1
            except BusyError:
                refused[which] += 1

    threads = [threading.Thread(target=work, args=(which,)) for which in range(2)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 60
    while not (sum(refused) and all(made)) and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join(60)
    assert not [thread for thread in threads if thread.is_alive()]
    assert all(made) and sum(refused)
    assert issubclass(BusyError, RuntimeError)
    assert isinstance(sign_in.handle(CHALLENGE), Ask), "it is as good as before"


def test_a_device_is_set_while_another_thread_begins() -> None:
    """In between, or not at all."""
    sign_in, stop = SignIn(*NAMES), threading.Event()

    def work() -> None:
        while not stop.is_set():
            with contextlib.suppress(BusyError):
                sign_in.start()

    def set_until(deadline: float) -> None:
        while time.monotonic() < deadline:
            sign_in.set_device(DEVICE)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        with pytest.raises(BusyError):
            set_until(time.monotonic() + 60)
    finally:
        stop.set()
        thread.join(60)
    assert isinstance(sign_in.start(), Send)


def test_a_login_in_many_threads_makes_one_claim() -> None:
    login, claims, refused = PasswordLogin(*NAMES), [], []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        try:
            claims.append(login.claim(CHALLENGE, PASSWORD))
        except (BusyError, ArgumentError) as error:
            refused.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(claims), len(refused)) == (1, 7)


def test_other_threads_run_while_it_computes() -> None:
    """Python itself would not switch for 1000 seconds: whoever runs meanwhile was let in by the arithmetic."""
    turns, over = 0, threading.Event()

    def compute() -> None:
        for _ in range(300):
            cognito_srp.modpow(3, 2**1023)
        over.set()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    try:
        thread = threading.Thread(target=compute)
        thread.start()
        while not over.is_set():
            turns += 1
            time.sleep(0)
        thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert turns > 10


SMALL_STACK = """
import threading
from test_misuse import *

DEEP = nested(5000), holding_itself()  # which Python itself frees on no small stack

def calls():
    state = asked().save()
    SignIn.restore(state, *NAMES[:2], client_secret=SECRET).answer(PASSWORD, now=NOW)
    PasswordLogin(*NAMES).claim(CHALLENGE, PASSWORD)
    for reply in DEEP:
        try:
            asked().handle(reply)
        except ReplyError:
            print("refused")

threading.stack_size((64 + 32) << 10)  # what a call needs, and the least that Python takes for itself
thread = threading.Thread(target=calls)
thread.start()
thread.join()
"""


def test_a_small_stack() -> None:
    """In a process of its own, which a stack that is too small would end."""
    folder = Path(__file__).parent
    ran = subprocess.run([sys.executable, "-c", SMALL_STACK], cwd=folder, capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stdout) == (0, "refused\nrefused\n"), ran.stderr


def test_the_version_is_the_packages() -> None:
    crate = (Path(__file__).resolve().parents[1] / "Cargo.toml").read_text(encoding="utf-8")
    assert f'version = "{cognito_srp.__version__}"' in crate
    assert cognito_srp.kernel() in ("Ifma", "Adx", "Portable")
