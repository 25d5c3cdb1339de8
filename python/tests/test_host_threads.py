"""One environment, one thread, for life; hung calls, idle streams, and what a host leaves behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

import gymbridge
from conftest import TESTS, HostProcess
from gymbridge import _values, errors
from gymbridge._generated import env_service_pb2 as pb
from test_host import DEADLINE, Client, refused, until


def lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("what", ["sqlite", "signal", "loop", "local"])
def test_what_belongs_to_a_thread_works(start_host: Callable[..., HostProcess], what: str) -> None:
    host = start_host()
    env = gymbridge.make("host_envs:Bound-v0", address=host.address, what=what)
    for seed in range(3):
        env.reset(seed=seed)
        for _ in range(4):
            assert env.step(0)[1] == 1.0
    env.close()
    again = gymbridge.make("host_envs:Bound-v0", address=host.address, what=what)
    assert again.unwrapped.is_main, "the main thread is free again, and the next environment's"


def test_each_environment_has_one_thread_and_the_first_the_main_one(start_host: Callable[..., HostProcess]) -> None:
    host = start_host()
    envs = [gymbridge.Env("host_envs:Bound-v0", address=host.address) for _ in range(4)]
    callers = [threading.Thread(target=lambda env=env: [env.reset(), env.step(0), env.step(1)]) for env in envs]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    threads = [set(env.threads) for env in envs]
    assert all(len(used) == 1 for used in threads) and len(set.union(*threads)) == 4
    assert [env.is_main for env in envs] == [True, False, False, False]


def test_more_sessions_than_threads_share_them(start_host: Callable[..., HostProcess]) -> None:
    host = start_host("--max-threads", "2")
    envs = [gymbridge.Env("host_envs:Bound-v0", address=host.address) for _ in range(6)]
    for env in envs:
        env.reset()
        env.step(0)
        assert len(set(env.threads)) == 1
    assert len({env.threads[0] for env in envs}) == 3, "the main thread and two more"


def slow(session: pb.Session, seq: int, **fields: Any) -> pb.Call:
    step = pb.Step(action=[np.int64(15).tobytes()])  # takes two seconds, or until the gate opens
    return pb.Call(seq=seq, session_id=session.session_id, step=step, **fields)


def test_a_call_that_takes_too_long_is_told_so_and_joined_later(host: HostProcess) -> None:
    client = Client(host.address)
    session = client.open()
    client.reset(session, 1)
    with refused("DEADLINE_EXCEEDED", "Call 2 of 'host_envs:Counting-v0' gave no answer within 0.3 s", "CALL_TIMEOUT"):
        client("Exchange", slow(session, 2, timeout_ms=300))
    assert np.frombuffer(client("Exchange", slow(session, 2)).observation[0])[0] == 1.0, "it ran once"


def test_a_stream_is_told_too_and_lives_on_anew(host: HostProcess) -> None:
    client = Client(host.address)
    session = client.open()
    client.reset(session, 1)
    with refused("DEADLINE_EXCEEDED", "gave no answer within 0.3 s", "CALL_TIMEOUT"):
        list(client.drive(iter([slow(session, 2, timeout_ms=300)]), timeout=DEADLINE))
    (reply,) = client.drive(iter([slow(session, 2)]), timeout=DEADLINE)
    assert np.frombuffer(reply.observation[0])[0] == 1.0


def test_close_answers_while_a_call_hangs_and_others_go_on(host: HostProcess, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    client = Client(host.address)
    session, canary = client.open(kwargs=_values.encode({"gate": str(gate)})), client.open()
    client.reset(session, 1)
    client.reset(canary, 1)
    running = client.exchange_bytes.future(slow(session, 2).SerializeToString(), timeout=DEADLINE)
    until(lambda: client("List", pb.ListRequest()).state.running_calls == 1, "the call runs")
    client("Close", pb.CloseRequest(session_id=session.session_id))
    with pytest.raises(grpc.RpcError) as caught:
        running.result()
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND  # type: ignore[attr-defined]
    assert client("List", pb.ListRequest()).state.abandoned_calls == 1
    with refused("NOT_FOUND", "closed by its client", "SESSION_CLOSED"):
        client("Exchange", slow(session, 2))
    assert client.step(canary, 2).seq == 2
    gate.touch()
    until(lambda: client("List", pb.ListRequest()).state.abandoned_calls == 0, "its thread comes back")


def test_one_hung_environment_does_not_use_up_the_workers(start_host: Callable[..., HostProcess]) -> None:
    client = Client(start_host("--max-sessions", "4").address)
    session, canary = client.open(), client.open()
    client.reset(session, 1)
    call = slow(session, 2).SerializeToString()
    futures = [client.exchange_bytes.future(call, timeout=DEADLINE) for _ in range(60)]
    assert client.reset(canary, 1).seq == 1
    codes = [future.exception() for future in futures]
    answered = [future.result() for future, error in zip(futures, codes, strict=True) if error is None]
    assert len(set(answered)) == 1 and 1 <= len(answered) <= 20
    assert {error.code().name for error in codes if error is not None} <= {"RESOURCE_EXHAUSTED"}


def test_streams_that_name_no_session_are_few_and_do_not_stay(
    start_host: Callable[..., HostProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(start_host("--max-sessions", "4").address)
    quiet = threading.Event()

    def nothing() -> Any:
        quiet.wait(60.0)
        yield from ()

    streams = [client.drive(nothing()) for _ in range(80)]
    session = client.open()
    assert client.reset(session, 1).seq == 1, "others are served"
    started = time.monotonic()
    codes = []
    for stream in streams:
        with pytest.raises(grpc.RpcError) as caught:
            list(stream)
        codes.append(caught.value.code().name)  # type: ignore[attr-defined]
    quiet.set()
    assert time.monotonic() - started < 50
    # On a machine that takes long to open them, the first have gone before the last come.
    assert set(codes) <= {"RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED"} and codes.count("DEADLINE_EXCEEDED") >= 64


def test_calls_in_flight_are_answered_in_order_and_not_more_than_credits(host: HostProcess) -> None:
    client = Client(host.address)
    session = client.open()
    client.reset(session, 1)
    steps = [pb.Call(seq=2 + k, session_id=session.session_id, step=pb.Step(action=[bytes(8)])) for k in range(4)]
    # Unary calls may overtake one another: a later number waits for the gap to fill.
    late = [client.exchange_bytes.future(call.SerializeToString(), timeout=DEADLINE) for call in reversed(steps)]
    assert [pb.Reply.FromString(future.result()).seq for future in late] == [5, 4, 3, 2]
    with refused("DEADLINE_EXCEEDED", "gave no answer within 0.2 s", "CALL_TIMEOUT"):
        client("Exchange", pb.Call(seq=8, session_id=session.session_id, ping=pb.Ping(), timeout_ms=200))
    assert client.step(session, 6).seq == 6


def test_an_open_that_nobody_waits_for_is_closed(start_host: Callable[..., HostProcess]) -> None:
    client = Client(start_host("--max-sessions", "8").address)
    request = pb.OpenRequest(generation=1, env_id="host_envs:Counting-v0").SerializeToString()
    call = client.channel.unary_unary("/gymbridge.v1.EnvService/Open")
    for _ in range(60):
        call.future(request).cancel()
    until(lambda: client("List", pb.ListRequest()).state.sessions == 0, "their sessions are closed")
    client.open()


@pytest.mark.parametrize(
    ("module", "kind", "text"),
    [
        ("exiting_module", errors.RemoteError, "^SystemExit: no licence"),
        ("broken_module", LookupError, "^no such device"),
    ],
)
def test_an_import_that_fails_is_answered_at_once(
    start_host: Callable[..., HostProcess], module: str, kind: type[Exception], text: str
) -> None:
    host = start_host("--allow-module", module)
    started = time.monotonic()
    with pytest.raises(kind, match=text) as caught:
        gymbridge.make(f"{module}:X-v0", address=host.address)
    assert time.monotonic() - started < 30
    fault = caught.value.gymbridge_fault  # type: ignore[attr-defined]
    assert f"{module}.py:" in fault.location and f"{module}.py" in fault.trace
    gymbridge.make("CartPole-v1", address=host.address).reset()


def test_a_module_that_is_no_python_is_told_with_its_own_line(
    start_host: Callable[..., HostProcess], tmp_path: Path
) -> None:
    (tmp_path / "unfinished.py").write_text("import os\n\n\ndef step(self:\n")
    host = start_host("--allow-module", "unfinished", env={"PYTHONPATH": f"{tmp_path}{os.pathsep}{TESTS}"})
    with pytest.raises(SyntaxError, match="was never closed") as caught:
        gymbridge.make("unfinished:X-v0", address=host.address)
    fault = caught.value.gymbridge_fault  # type: ignore[attr-defined]
    assert fault.location == f"{tmp_path}/unfinished.py:4"
    assert fault.trace.endswith(f'  File "{tmp_path}/unfinished.py", line 4, in <module>\n    def step(self:\n')


@pytest.mark.parametrize("end", ["stop", "SIGKILL", "SIGTERM"])
def test_what_an_environment_forked_ends_with_the_host(start_host: Callable[..., HostProcess], end: str) -> None:
    host = start_host()
    env = gymbridge.make("host_envs:Forks-v0", address=host.address)
    env.reset()
    sleepers = [env.step(action)[4]["child"] for action in (0, 3)]
    returning = [env.step(action)[4]["child"] for action in (1, 2, 4, 5)]
    until(lambda: not any(lives(pid) for pid in returning), "a child that comes back does not become a second host")
    assert env.step(2)[1] == 0.0 and all(lives(pid) for pid in sleepers)
    if end == "stop":
        host.stop()
    else:
        host.process.send_signal(getattr(signal, end))
        host.wait()
    until(lambda: not any(lives(pid) for pid in sleepers), "the forked child outlives the host")


def test_a_host_that_holds_its_interpreter_ends_with_its_parent(start_host: Callable[..., HostProcess]) -> None:
    host = start_host()
    client = Client(host.address)
    session = client.open("host_envs:Holds-v0")
    running = client.exchange_bytes.future(  # Kept: one that is collected is cancelled.
        pb.Call(seq=1, session_id=session.session_id, reset=pb.Reset()).SerializeToString(), timeout=DEADLINE
    )
    wait_for_silence = client.channel.unary_unary("/gymbridge.v1.EnvService/List")
    until(lambda: wait_for_silence.future(b"", timeout=1.0).exception() is not None, "it holds the interpreter")
    host.process.stdin.close()  # type: ignore[union-attr]
    assert host.wait(60.0) == -signal.SIGKILL, "by its guardian"
    assert running.exception() is not None


def test_lanes_are_counted_over_all_sessions(start_host: Callable[..., HostProcess]) -> None:
    client = Client(start_host("--max-total-lanes", "10").address)
    first = client.open(lanes=6)
    with refused("RESOURCE_EXHAUSTED", "5 lanes beside the 6 that are open are over the limit of 10", "CAP_REACHED"):
        client.open(lanes=5)
    client("Close", pb.CloseRequest(session_id=first.session_id))
    client.open(lanes=10)


def test_requests_are_limited_before_they_are_read(host: HostProcess) -> None:
    client = Client(host.address)
    with refused("RESOURCE_EXHAUSTED", "over the limit of 1,048,576 bytes", "MESSAGE_TOO_LARGE"):
        client.open(kwargs=_values.encode({"blob": bytes(1_100_000)}))
    with refused("INVALID_ARGUMENT", "more than 256 bytes", "BAD_REQUEST"):
        client.open(client="x" * 257)


def test_tcp_wants_the_token_that_the_same_user_finds(
    start_host: Callable[..., HostProcess], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GYMBRIDGE_RUNTIME_DIR", str(tmp_path / "run"))
    host = start_host("--port", "0", env={"GYMBRIDGE_RUNTIME_DIR": str(tmp_path / "run")})
    (file,) = (tmp_path / "run").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600 and len(file.read_text().strip()) == 43
    gymbridge.make("CartPole-v1", address=host.address).reset()
    for token in ("wrong", "", file.read_text().strip() + "x"):
        stranger = Client(host.address, token or " ")
        for method in ("List", "Open", "Exchange", "Nothing"):
            function = stranger.channel.unary_unary(f"/gymbridge.v1.EnvService/{method}")
            with pytest.raises(grpc.RpcError) as caught:
                function(b"", timeout=DEADLINE, metadata=stranger._metadata)
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED  # type: ignore[attr-defined]
        with refused("UNAUTHENTICATED", "wants a token", "UNAUTHENTICATED"):
            list(stranger.drive(iter([pb.Call()]), timeout=DEADLINE, metadata=stranger._metadata))
    file.chmod(0o644)
    with pytest.raises(errors.AuthenticationError, match="GYMBRIDGE_TOKEN"):
        gymbridge.make("Pendulum-v1", address=f"localhost:{host.address.rpartition(':')[2]}")
    file.chmod(0o600)
    host.stop()
    assert not list((tmp_path / "run").iterdir())


def test_health_and_reflection(host: HostProcess) -> None:
    health = pytest.importorskip("grpc_health.v1.health_pb2")
    stubs = pytest.importorskip("grpc_health.v1.health_pb2_grpc")
    with grpc.insecure_channel(host.address, options=[("grpc.default_authority", "localhost")]) as channel:
        for service in ("", "gymbridge.v1.EnvService"):
            reply = stubs.HealthStub(channel).Check(health.HealthCheckRequest(service=service), timeout=DEADLINE)
            assert reply.status == health.HealthCheckResponse.SERVING
        reflection = pytest.importorskip("grpc_reflection.v1alpha.reflection_pb2")
        reflected = pytest.importorskip("grpc_reflection.v1alpha.reflection_pb2_grpc")
        request = reflection.ServerReflectionRequest(list_services="")
        (answer,) = reflected.ServerReflectionStub(channel).ServerReflectionInfo(iter([request]), timeout=DEADLINE)
        names = {service.name for service in answer.list_services_response.service}
        assert {"gymbridge.v1.EnvService", "grpc.health.v1.Health"} <= names


def test_no_trace_and_no_place_for_others(start_host: Callable[..., HostProcess]) -> None:
    host = start_host("--port", "0", "--no-token")
    client = Client(host.address, "")
    session = client.open()
    client.reset(session, 1)
    fault = client.step(session, 2, 10).fault
    assert fault.python_class == "ValueError" and fault.message == "the env's ValueError"
    assert not fault.trace and not fault.location


def test_a_process_for_each_environment(start_host: Callable[..., HostProcess]) -> None:
    host = start_host("--isolate")
    envs = [gymbridge.make("host_envs:Bound-v0", address=host.address) for _ in range(2)]
    for env in envs:
        env.reset()
        assert env.step(0)[1] == 1.0 and env.unwrapped.is_main, "each has a main thread"
    dying = gymbridge.Env("host_envs:Counting-v0", address=host.address)
    dying.reset()
    with pytest.raises(errors.SessionLostError, match="ended with exit code 7"):
        dying.step(16)
    assert envs[0].step(0)[1] == 1.0, "the others live on"
    client = Client(host.address)
    session = client.open()
    client.reset(session, 1)
    first = pb.Call(seq=2, session_id=session.session_id, step=pb.Step(action=[bytes(8)]))
    assert next(client.drive(iter([first]), timeout=DEADLINE)).seq == 2
    again = client.open(resume_token=session.resume_token)
    assert again.epoch == 2 and again.last_seq == 2
    with refused("ABORTED", "epoch 2", "SUPERSEDED"):
        client.step(session, 3)
    for env in envs:
        env.close()
    client("Close", pb.CloseRequest(session_id=session.session_id, epoch=2))
    with refused("NOT_FOUND", "closed by its client", "SESSION_CLOSED"):
        client.step(session, 3)
    with pytest.raises(ValueError, match="no luck"):
        gymbridge.Env("host_envs:Counting-v0", address=host.address, fail="no luck")
