"""The client's calls on a stream: one for all of a session's calls, and none that is left behind."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import pytest

import gymbridge
from conftest import CuttingProxy, HostProcess
from gymbridge import _channel, _grpcio, _launcher, _session, _stream, _wire, errors
from test_host import until


@pytest.fixture(autouse=True)
def over_grpc(monkeypatch: pytest.MonkeyPatch) -> None:
    """These are tests of the gRPC connection."""
    monkeypatch.setenv("GYMBRIDGE_TRANSPORT", "grpc")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[_stream.CallStream]:
    """The streams that a test opens, in their order."""
    streams: list[_stream.CallStream] = []
    make = _channel.GrpcChannel.stream

    def noted(channel: _channel.GrpcChannel, seconds: float) -> _stream.CallStream | None:
        stream = make(channel, seconds)
        if stream is not None:
            streams.append(stream)
        return stream

    monkeypatch.setattr(_channel.GrpcChannel, "stream", noted)
    return streams


def test_the_grpcio_that_is_installed_has_streams_and_known_settings() -> None:
    """Where a new version has neither, calls still work and take longer: look at it, then raise what is KNOWN."""
    assert _stream.is_possible()
    assert _grpcio._is_known()


@pytest.mark.parametrize("version", ["1.63.2", "1.86.0", "2.0.0", "new", ""])
def test_other_versions_of_grpcio_are_not_given_names_that_they_may_not_know(
    version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_grpcio.importlib.metadata, "version", lambda _: version)
    monkeypatch.setenv("GRPC_ENABLE_FORK_SUPPORT", "0")  # So that it is put back.
    monkeypatch.delenv("GRPC_EXPERIMENTS", raising=False)
    _grpcio.prepare_host()
    assert "GRPC_EXPERIMENTS" not in os.environ


@pytest.mark.parametrize(("value", "possible"), [("1", False), ("True", False), ("0", True)])
def test_with_grpcs_own_support_of_forks_there_are_no_streams(
    value: str, possible: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRPC_ENABLE_FORK_SUPPORT", value)
    assert _stream.is_possible() is possible


def test_the_calls_of_a_session_go_over_one_stream(address: str, opened: list[_stream.CallStream]) -> None:
    env = gymbridge.make("CartPole-v1", address=address)
    env.reset(seed=1)
    for _ in range(5):
        env.step(0)
    assert env.unwrapped.gravity == 9.8
    (stream,) = opened
    assert not stream.ended
    env.close()
    assert stream.ended and stream._left == 0


def test_a_refused_call_ends_its_stream_and_the_next_one_has_another(
    address: str, opened: list[_stream.CallStream]
) -> None:
    env = gymbridge.Env("CartPole-v1", address=address)
    env.reset(seed=1)
    session: Any = env._session
    bad = session.new_call()  # Of no kind.
    with pytest.raises(errors.GymBridgeError):
        session.exchange(bad)
    assert env.step(1)[1] == 1.0
    assert [stream.ended for stream in opened] == [True, False]
    assert opened[0]._left == 0
    env.close()


def test_sessions_beyond_the_streams_of_a_connection_use_single_calls(
    address: str, opened: list[_stream.CallStream], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_stream, "MOST_STREAMS", 2)
    # A limit of its own makes a connection of its own.
    envs = [gymbridge.Env("CartPole-v1", address=address, max_message_bytes=1_000_003) for _ in range(4)]
    first = [env.reset(seed=7)[0].tolist() for env in envs]
    assert first == first[:1] * 4
    assert len(opened) == 2
    envs[0].close()
    envs[3].step(0)  # There is room again.
    assert len(opened) == 3
    for env in envs:
        env.close()


def test_a_session_that_nobody_refers_to_leaves_no_stream(address: str, opened: list[_stream.CallStream]) -> None:
    env = gymbridge.Env("CartPole-v1", address=address)
    env.reset()
    del env
    gc.collect()
    until(lambda: opened[0].ended and opened[0]._left == 0, "the stream is not ended")


def test_many_sessions_in_quick_succession_do_not_wear_out_their_connection(server: _launcher.StartedServer) -> None:
    """Kestrel keeps a broken stream in mind for five seconds, and refuses all others where there are 200 of them."""
    for _ in range(250):
        env = gymbridge.Env("CartPole-v1", address=server.address)
        env.reset()
        env.close()


def test_sessions_that_share_memory_open_no_stream(host: HostProcess, opened: list[_stream.CallStream]) -> None:
    env = gymbridge.make("CartPole-v1", address=host.address, transport="shm")
    env.reset()
    env.step(0)
    assert env.unwrapped.gravity == 9.8
    env.close()
    assert opened == []


def test_a_stopped_host_is_given_up_after_the_time_of_a_call(
    start_host: Callable[..., HostProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_session, "_DEADLINE_MARGIN", 0.5)
    host = start_host()
    env = gymbridge.Env("host_envs:Counting-v0", address=host.address)
    env.reset()
    env._session.timeout = 1.0
    os.kill(host.pid, signal.SIGSTOP)
    try:
        with pytest.raises(errors.CallTimeoutError, match="within 1 s"):
            env.step(0)
    finally:
        os.kill(host.pid, signal.SIGCONT)
    env._session.timeout = 60.0
    assert env.step(0)[0][0] == 2.0  # The first one was executed once, too.
    env.close()


def test_ctrl_c_ends_a_step_and_the_next_one_goes_on(
    host: HostProcess, opened: list[_stream.CallStream], tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    env = gymbridge.Env("host_envs:Counting-v0", address=host.address, gate=str(gate))
    env.reset()

    def interrupt() -> None:
        until(gate.with_suffix(".reached").exists, "the step has not begun")
        os.kill(os.getpid(), signal.SIGINT)

    interrupter = threading.Thread(target=interrupt)
    interrupter.start()
    with pytest.raises(KeyboardInterrupt):
        env.step(15)
    interrupter.join()
    assert opened[0].ended
    gate.touch()
    assert env.step(0)[0][0] == 2.0  # The one before was executed, and seen by nobody.
    env.close()


def test_a_lost_answer_is_asked_for_on_another_stream(
    host: HostProcess, proxy: CuttingProxy, opened: list[_stream.CallStream]
) -> None:
    env = gymbridge.Env("host_envs:Counting-v0", address=proxy.address)
    env.reset()
    proxy.lose_next_answer()
    assert env.step(0)[0][0] == 1.0
    assert env.step(0)[0][0] == 2.0
    assert [stream.ended for stream in opened] == [True, False]
    env.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_has_a_stream_of_its_own_and_the_parent_goes_on(address: str) -> None:
    env = gymbridge.Env("CartPole-v1", address=address)
    start = env.reset(seed=3)[0].tolist()
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):
            same = env.reset(seed=3)[0].tolist() == start
            env.step(1)
            env.close()
            code = 0 if same else 2
        os._exit(code)
    status = os.waitpid(child, 0)[1]
    assert os.waitstatus_to_exitcode(status) == 0
    assert env.step(0)[1] == 1.0
    env.close()


@pytest.mark.parametrize("end", ["", "raise SystemExit(3)", "import os; os._exit(4)"])
def test_a_process_with_an_open_stream_ends(address: str, end: str) -> None:
    program = f"import gymbridge, sys\nenv = gymbridge.Env('CartPole-v1', address={address!r})\nenv.reset()\n{end}"
    ended = subprocess.run([sys.executable, "-c", program], timeout=120, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == ({"": 0, "r": 3, "i": 4}[end[:1]], b"")


class _WithoutStreams(grpc.GenericRpcHandler):
    """Hands unary calls on to a host, and knows no other."""

    def __init__(self, target: str) -> None:
        self._channel = grpc.insecure_channel(target, _wire.channel_options(-1))

    def service(self, details: Any) -> Any:
        if details.method == _wire.DRIVE:
            return None
        call = self._channel.unary_unary(details.method)
        return grpc.unary_unary_rpc_method_handler(lambda request, context: call(request))


@pytest.fixture
def without_streams(host: HostProcess, socket_folder: Path) -> Iterator[str]:
    """The address of a server that has unary calls alone."""
    server = grpc.server(futures.ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((_WithoutStreams(host.address),))
    address = f"unix:{socket_folder}/unary-{os.urandom(4).hex()}"
    server.add_insecure_port(address)
    server.start()
    yield address
    server.stop(None)


def test_a_server_without_streams_gets_single_calls(without_streams: str, opened: list[_stream.CallStream]) -> None:
    env = gymbridge.Env("host_envs:Counting-v0", address=without_streams)
    env.reset()
    assert [env.step(0)[0][0] for _ in range(3)] == [1.0, 2.0, 3.0]
    assert len(opened) == 1 and opened[0]._left == 0
    env.close()


def test_a_call_that_is_over_is_not_ended_by_its_deadline(host: HostProcess, opened: list[_stream.CallStream]) -> None:
    env = gymbridge.Env("host_envs:Counting-v0", address=host.address)
    env.reset()
    opened[0].end_if_overdue(1e12)
    assert not opened[0].ended
    assert env.step(0)[0][0] == 1.0
    env.close()
