"""Broken connections, dead hosts, limits, generations: every one an error that says what happened, and no hang."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gymbridge
from conftest import CuttingProxy, HostProcess
from gymbridge import _connection, _session, errors
from gymbridge._channel import CallFailedError
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._refusals import Detail, exception_of
from test_host import until


@pytest.fixture(autouse=True)
def over_grpc(monkeypatch: pytest.MonkeyPatch) -> None:
    """These are tests of the gRPC connection; test_shared_memory.py has the other way."""
    monkeypatch.setenv("GYMBRIDGE_TRANSPORT", "grpc")


@pytest.mark.parametrize("kind", ["single", "vector"])
def test_a_lost_answer_is_asked_for_again_and_the_step_is_taken_once(
    host: HostProcess, proxy: CuttingProxy, kind: str
) -> None:
    env: Any
    if kind == "single":
        env = gymbridge.Env("host_envs:Counting-v0", address=proxy.address)
        action: Any = 0
    else:
        env = gymbridge.VectorEnv("host_envs:Counting-v0", 3, address=proxy.address)
        action = [0, 0, 0]
    env.reset()
    for step in range(1, 41):
        if step % 4 == 0:
            proxy.lose_next_answer()
        assert set(np.ravel(env.step(action)[0])) == {float(step)}
    assert proxy.cuts == 10


def test_without_a_retry_steps_would_be_lost_or_doubled(host: HostProcess, proxy: CuttingProxy) -> None:
    """The test above can fail: with fresh numbers for every try, a step is taken twice."""
    env = gymbridge.Env("host_envs:Counting-v0", address=proxy.address)
    env.reset()
    session: Any = env._session
    recover = session._recover

    def careless(error: Any, data: bytes, call: Any) -> bytes:
        recover(error, data, call)
        session._seq += 1
        call.seq = session._seq + 1
        again: bytes = session._exchange(call.SerializeToString(), 5.0)
        return again

    session._recover = careless
    proxy.lose_next_answer()
    with pytest.raises(errors.ProtocolError, match="answers call"):
        env.step(0)


def test_a_host_that_is_killed_is_a_connection_error(start_host: Callable[..., HostProcess]) -> None:
    host = start_host()
    env = gymbridge.make("CartPole-v1", address=host.address)
    vector = gymbridge.make_vec("CartPole-v1", 2, address=host.address)
    env.reset()
    vector.reset()
    os.kill(host.pid, signal.SIGKILL)
    started = time.monotonic()
    for step in (lambda: env.step(0), lambda: vector.step([0, 1]), lambda: env.reset(), lambda: env.unwrapped.gravity):
        with pytest.raises(ConnectionError, match="nothing answers there") as caught:
            step()
        assert isinstance(caught.value, errors.ServerConnectionError)
        assert host.address in str(caught.value)
    env.close()
    vector.close()
    with pytest.raises(ConnectionError, match="Is the server running"):
        gymbridge.make("CartPole-v1", address=host.address)
    assert time.monotonic() - started < 30  # It fails at once; no limit of a call or of an open is waited for.


def test_a_host_that_dies_in_a_step(start_host: Callable[..., HostProcess]) -> None:
    host = start_host()
    env = gymbridge.Env("host_envs:Counting-v0", address=host.address)
    env.reset()
    with pytest.raises(ConnectionError):
        env.step(16)
    assert host.wait() == 7


def test_a_host_that_was_started_again_does_not_know_the_session(
    start_host: Callable[..., HostProcess], socket_folder: Any
) -> None:
    address = f"unix:{socket_folder}/again"
    first = start_host("--address", address)
    env = gymbridge.Env("CartPole-v1", address=address)
    env.reset()
    first.stop()
    start_host("--address", address)
    with pytest.raises(errors.SessionLostError, match="may have been started again"):
        env.step(0)
    fresh = pickle.loads(pickle.dumps(env))
    fresh.reset()
    assert fresh.step(0)[1] == 1.0


def test_nothing_listens() -> None:
    for address in ("unix:/tmp/gymbridge-no-such-socket", "127.0.0.1:9"):
        started = time.monotonic()
        with pytest.raises(ConnectionError, match="nothing answers there"):
            gymbridge.Env("CartPole-v1", address=address)
        assert time.monotonic() - started < 30


def test_a_slow_step_times_out_and_its_answer_is_not_taken_for_another(host: HostProcess, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    env = gymbridge.Env("host_envs:Counting-v0", address=host.address, gate=str(gate))
    env.reset()
    session: Any = env._session
    session.timeout = 2.0
    with pytest.raises(TimeoutError, match=r"no answer within 2 s"):
        env.step(15)
    gate.touch()
    session.timeout = 60.0
    assert env.step(0)[0][0] == 2.0, "the slow step was taken, once"


def test_a_call_that_was_interrupted_is_settled_first(host: HostProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    env = gymbridge.Env("host_envs:Counting-v0", address=host.address)
    env.reset()
    session: Any = env._session
    real = session._exchange

    def interrupted(data: bytes, timeout: float) -> bytes:
        session._exchange = real
        real(data, timeout)  # It was executed,
        raise KeyboardInterrupt  # but nobody saw the answer.

    session._exchange = interrupted
    with pytest.raises(KeyboardInterrupt):
        env.step(0)
    assert env.step(0)[0][0] == 2.0


def test_a_server_of_another_generation_is_refused_with_both(
    host: HostProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_session, "GENERATION", 2)
    for attempt in (
        lambda: gymbridge.Env("CartPole-v1", address=host.address),
        lambda: gymbridge.VectorEnv("CartPole-v1", 2, address=host.address),
        lambda: gymbridge.make("CartPole-v1", address=host.address),
    ):
        with pytest.raises(errors.GenerationMismatchError, match=r"generation 1 .*asked for generation 2"):
            attempt()
    monkeypatch.undo()
    monkeypatch.setattr(_connection, "GENERATION", 3)
    for attempt in (
        lambda: gymbridge.Env("CartPole-v1", address=host.address),
        lambda: gymbridge.register(host.address, namespace="Other"),
    ):
        with pytest.raises(errors.GenerationMismatchError, match=r"speaks generation 1 .* this client generation 3"):
            attempt()


def test_a_call_over_the_servers_limit(start_host: Callable[..., HostProcess]) -> None:
    host = start_host("--max-message-bytes", "100000")
    env = gymbridge.Env("host_envs:Counting-v0", address=host.address)
    with pytest.raises(errors.MessageTooLargeError) as caught:
        env.reset(options={"blob": bytes(200_000)})
    text = str(caught.value)
    assert "A reset call of 200," in text and "limit of 100,000 bytes" in text and "--max-message-bytes" in text
    assert isinstance(caught.value, ValueError)
    env.reset(options={"blob": bytes(99_800)})
    assert env.step(0)[0][0] == 1.0
    # Before there is a session, the limit is only known to the server.
    with pytest.raises(errors.MessageTooLargeError, match=r"larger than max \(\d+ vs. 100000\).*--max-message-bytes"):
        gymbridge.Env("host_envs:Counting-v0", address=host.address, anything=True, blob=bytes(200_000))


def test_a_reply_over_the_servers_limit(start_host: Callable[..., HostProcess]) -> None:
    host = start_host("--max-message-bytes", "100000")
    env = gymbridge.Env("host_envs:Big-v0", address=host.address, size=60_000)
    env.reset()
    with pytest.warns(UserWarning, match=r"info\['blob'\] of 60,\d+ bytes was left out"):
        assert env.step(1)[4] == {}
    other = gymbridge.Env("host_envs:Counting-v0", address=host.address)
    with pytest.raises(
        errors.MessageTooLargeError, match=r"The reply to call_method has 160,\d+ bytes.* limit of 100,000 bytes"
    ):
        other.add(np.zeros(20_000, np.int8), np.zeros(1, np.int64))
    assert other.add(1, 2) == 3, "the count of calls goes on"
    assert env.step(0)[0].size == 60_000, "the count of calls goes on"


def test_a_reply_over_the_clients_limit(host: HostProcess) -> None:
    env = gymbridge.Env("host_envs:Big-v0", address=host.address, size=60_000, max_message_bytes=50_000)
    with pytest.raises(errors.MessageTooLargeError, match=r"larger than max \(60\d+ vs. 50000\).*max_message_bytes="):
        env.reset()


def test_the_clients_limit_from_the_environment(host: HostProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GYMBRIDGE_MAX_MESSAGE_BYTES", "50000")
    env = gymbridge.Env("host_envs:Big-v0", address=host.address, size=60_000)
    with pytest.raises(errors.MessageTooLargeError, match=r"vs\. 50000"):
        env.reset()
    monkeypatch.setenv("GYMBRIDGE_MAX_MESSAGE_BYTES", "a lot")
    with pytest.raises(ValueError, match="must be a number of bytes, got 'a lot'"):
        gymbridge.Env("CartPole-v1", address=host.address)


@pytest.mark.parametrize("size", [3_900_000, 4_194_304, 4_200_000, 20_000_000])
def test_nothing_happens_at_grpcs_own_4_megabytes(host: HostProcess, size: int) -> None:
    env = gymbridge.Env("host_envs:Big-v0", address=host.address, size=size)
    assert env.reset()[0].nbytes == size
    assert env.reset(options={"blob": bytes(size)})[0][-1] == 7


def test_exactly_at_the_limit(start_host: Callable[..., HostProcess]) -> None:
    host = start_host("--max-message-bytes", "10000")
    env = gymbridge.Env("host_envs:Counting-v0", address=host.address)
    session: Any = env._session

    def call(size: int) -> pb.Call:
        made: pb.Call = session.new_call()
        made.seq = session._seq + 1
        made.get_attribute.name = "x" * (size - 100)
        made.get_attribute.name = "x" * (size - 100 + size - made.ByteSize())
        assert made.ByteSize() == size
        return made

    with pytest.raises(AttributeError):  # The name is too long for the host, but not the message.
        session.exchange(call(10_000))
    with pytest.raises(errors.MessageTooLargeError, match="10,001 bytes is over the limit of 10,000"):
        session.exchange(call(10_001))


def test_unknown_ids_are_name_not_found_with_a_suggestion(host: HostProcess) -> None:
    import gymnasium

    for attempt in (gymbridge.Env, gymbridge.make, gymbridge.make_vec):
        with pytest.raises(gymnasium.error.NameNotFound, match="Did you mean: `CartPole`"):
            attempt("CartPol-v1", address=host.address)
    with pytest.raises(PermissionError, match="may not be imported"):
        gymbridge.Env("os:system", address=host.address)
    with pytest.raises(NotImplementedError, match="OddSpace cannot be carried"):
        gymbridge.Env("host_envs:Odd-v0", address=host.address)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"observation": [bytes(7)]}, r"leaf 0 'observation': 16 bytes expected \(1 lane x 4 x float32\), got 7"),
        ({"observation": [bytes(8 << 20)]}, "got 8388608"),
        ({"observation": []}, "1 observation leaf expected, got 0"),
        ({"reward": bytes(4)}, r"8 \+ 1 \+ 1 bytes of reward and flags, got 4"),
        ({"terminated": b"\7"}, "reward and flags"),
        ({"truncated": b""}, "reward and flags"),
        ({"infos": [pb.LaneInfo()]}, "without a kind"),
        ({"python_types": pb.PythonTypes(observation_leaves=[0, 0])}, "1 leaves expected, got 2"),
        ({"seq": 5}, "answers call 5"),
    ],
)
def test_a_malicious_server_is_a_protocol_error(host: HostProcess, change: dict[str, Any], text: str) -> None:
    env = gymbridge.Env("CartPole-v1", address=host.address)
    env.reset()
    session: Any = env._session
    real = session._exchange

    def changed(data: bytes, timeout: float) -> bytes:
        reply = pb.Reply.FromString(real(data, timeout))
        for name in change:
            reply.ClearField(name)
        reply.MergeFrom(pb.Reply(**change))
        raw: bytes = reply.SerializeToString()
        return raw

    session._exchange = changed
    with pytest.raises(gymbridge.ProtocolError, match=text):
        env.step(0)
    session._exchange = lambda data, timeout: b"\xff\xff"
    with pytest.raises(gymbridge.ProtocolError, match="are no Reply"):
        env.step(0)


@pytest.mark.parametrize(
    "change",
    [
        {"observation": [bytes(47)]},
        {"reward": bytes(23)},
        {"truncated": bytes(4)},
        {"infos": [pb.LaneInfo(lane=3)]},
        {"final_lanes": bytes(4)},
        {"final_lanes": b"\1\0\0"},
        {"final_lanes": b"\1\0\0", "final_observation": [bytes(15)]},
    ],
)
def test_a_malicious_server_of_lanes_is_a_protocol_error(host: HostProcess, change: dict[str, Any]) -> None:
    env = gymbridge.VectorEnv("CartPole-v1", 3, address=host.address)
    env.reset()
    session: Any = env._session
    real = session._exchange

    def changed(data: bytes, timeout: float) -> bytes:
        reply = pb.Reply.FromString(real(data, timeout))
        for name in change:
            reply.ClearField(name)
        reply.MergeFrom(pb.Reply(**change))
        raw: bytes = reply.SerializeToString()
        return raw

    session._exchange = changed
    with pytest.raises(gymbridge.ProtocolError):
        env.step([0, 0, 0])


def test_exceptions_of_unknown_classes_never_import_anything() -> None:
    def raised(python_class: str) -> Exception:
        return exception_of(pb.Fault(python_class=python_class, message="m", dotnet_class="A.B"))

    assert type(raised("ValueError")) is ValueError
    assert type(raised("builtins.ZeroDivisionError")) is ZeroDivisionError
    assert type(raised("gymnasium.error.ResetNeeded")).__name__ == "ResetNeeded"
    for name in (
        "os.system",
        "SystemExit",
        "KeyboardInterrupt",
        "print",
        "antigravity.X",
        "",
        "gymnasium.error.np",
        "UnicodeDecodeError",
        "GymBridge.Core.Odd",
    ):
        error = raised(name)
        assert type(error) is errors.RemoteError and str(error) == f"{name or 'A.B'}: m"
    derived = exception_of(pb.Fault(python_class="mine.Odd", message="m", python_bases=["mine.Base", "LookupError"]))
    assert type(derived) is LookupError and str(derived) == "mine.Odd: m"


def test_garbage_is_closed_on_the_server(start_host: Callable[..., HostProcess]) -> None:
    host = start_host("--max-sessions", "1")
    env = gymbridge.Env("CartPole-v1", address=host.address)
    env.reset()
    del env
    gc.collect()
    deadline = time.monotonic() + 60
    while True:
        try:
            gymbridge.Env("CartPole-v1", address=host.address).reset()
            return
        except errors.LimitError:
            assert time.monotonic() < deadline, "the session of a collected proxy is still open"
            time.sleep(0.1)


def test_idle_sessions_are_kept_alive(start_host: Callable[..., HostProcess]) -> None:
    host = start_host("--lease-ms", "4500", "--min-lease-ms", "100")
    env = gymbridge.Env("CartPole-v1", address=host.address)
    env.reset(seed=1)
    session: Any = env._session
    opened = time.monotonic()
    until(lambda: session._seq > 4, "pings take sequence numbers")
    assert time.monotonic() - opened > 4.5, "a lease is over"
    assert env.step(0)[1] == 1.0


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ("3000", "within 3 s; it is the server's own limit, which timeout= cannot raise."),
        ("6000", "within 6 s; timeout= sets another limit."),
        ("", "within 6 s; timeout= sets another limit."),
        ("-1", "within 6 s; timeout= sets another limit."),
    ],
)
def test_a_deadline_names_the_limit_that_was_reached(told: str, text: str) -> None:
    connection = _connection.Connection("unix:/nowhere", 1 << 20, None)
    failure = CallFailedError("DEADLINE_EXCEEDED", "late", Detail("CALL_TIMEOUT", {"limit_ms": told} if told else {}))
    error = connection.error(failure, "step of 'A-v0'", 6.0)
    assert isinstance(error, errors.CallTimeoutError)
    assert str(error) == f"Step of 'A-v0' at unix:/nowhere gave no answer {text}"
