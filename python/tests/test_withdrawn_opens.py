"""Opens whose clients do not wait for them: nothing is left, long before a lease ends."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import pytest

import gymbridge
from conftest import HostProcess
from gymbridge import _channel, _values, _wire
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host.named_opens import MAX_WITHDRAWN, NamedOpens
from gymbridge._host.refused import Refused
from test_host import DEADLINE, Client, refused, until

HOSTS = pytest.mark.parametrize("arguments", [(), ("--isolate",)], ids=["one process", "isolated"])


@pytest.fixture(scope="module")
def client(host: HostProcess) -> Iterator[Client]:
    made = Client(host.address)
    yield made
    made.channel.close()


def sessions(client: Client) -> int:
    count: int = client("List", pb.ListRequest()).state.sessions
    return count


def gated(folder: Path, **fields: Any) -> pb.OpenRequest:
    kwargs = _values.encode({"folder": str(folder)})
    return pb.OpenRequest(generation=1, env_id="host_envs:Gated-v0", kwargs=kwargs, **fields)


@HOSTS
def test_a_close_by_the_nonce_ends_the_session(
    start_host: Callable[..., HostProcess], arguments: tuple[str, ...]
) -> None:
    client = Client(start_host(*arguments).address)
    nonce = os.urandom(16)
    session = client.open(nonce=nonce)
    client.reset(session, 1)
    with refused("INVALID_ARGUMENT", "draw one for each", "BAD_REQUEST"):
        client.open(nonce=nonce)
    with refused("INVALID_ARGUMENT", "and not both", "BAD_REQUEST"):
        client("Close", pb.CloseRequest(session_id=session.session_id, open_nonce=nonce))
    client("Close", pb.CloseRequest(open_nonce=nonce))
    with refused("NOT_FOUND", "closed by its client"):
        client.step(session, 2)
    assert sessions(client) == 0
    client.open(nonce=nonce)  # It was forgotten with its session.


@HOSTS
def test_an_open_that_is_withdrawn_while_it_is_made_leaves_nothing(
    start_host: Callable[..., HostProcess], arguments: tuple[str, ...], tmp_path: Path
) -> None:
    client = Client(start_host(*arguments).address)
    nonce = os.urandom(16)
    with futures.ThreadPoolExecutor(1) as pool:
        opening = pool.submit(client, "Open", gated(tmp_path, nonce=nonce))
        until((tmp_path / "entered").exists, "the constructor runs")
        client("Close", pb.CloseRequest(open_nonce=nonce))
        (tmp_path / "gate").touch()
        with refused("CANCELLED", "withdrawn this Open", "OPEN_WITHDRAWN"):
            opening.result(DEADLINE)
    until((tmp_path / "closed").exists, "the environment was closed")
    assert sessions(client) == 0


@HOSTS
def test_an_open_that_is_cancelled_while_its_reply_waits_to_be_sent_leaves_nothing(
    start_host: Callable[..., HostProcess], arguments: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "gate").touch()
    host = start_host(*arguments)
    client = Client(host.address)
    with raw_stream(host.address, _wire.OPEN, gated(tmp_path).SerializeToString()) as stream:
        until(lambda: sessions(client) == 1, "the session is there")
        stream.sendall(frame(3, 0, 1, bytes((0, 0, 0, 8))))  # RST_STREAM: CANCEL.
        until((tmp_path / "closed").exists, "the environment was closed", 20.0)
    until(lambda: sessions(client) == 0, "the session has ended", 20.0)


@HOSTS
def test_calls_without_a_deadline_are_answered(
    start_host: Callable[..., HostProcess], arguments: tuple[str, ...]
) -> None:
    client = Client(start_host(*arguments).address)
    unary = client._calls
    session = unary["Open"](pb.OpenRequest(generation=1, env_id="host_envs:Counting-v0"))
    assert unary["Exchange"](pb.Call(seq=1, session_id=session.session_id, reset=pb.Reset())).seq == 1
    request = pb.DescribeRequest(generation=1, env_id="host_envs:Counting-v0")
    assert unary["Describe"](request).spec_hash == session.contract.spec_hash
    unary["Close"](pb.CloseRequest(session_id=session.session_id))


def test_a_nonce_that_was_withdrawn_is_refused_when_it_comes(client: Client) -> None:
    nonce = os.urandom(16)
    before = sessions(client)
    client("Close", pb.CloseRequest(open_nonce=nonce))
    with refused("CANCELLED", "withdrawn this Open", "OPEN_WITHDRAWN"):
        client.open(nonce=nonce)
    for length in (1, 15, 17, 1000):
        with refused("INVALID_ARGUMENT", f"16 bytes, got {length}", "BAD_REQUEST"):
            client.open(nonce=bytes(length))
        with refused("INVALID_ARGUMENT", f"16 bytes, got {length}", "BAD_REQUEST"):
            client("Close", pb.CloseRequest(open_nonce=bytes(length)))
    assert sessions(client) == before


def test_nonces_that_never_come_are_forgotten_from_the_oldest() -> None:
    named: NamedOpens[str] = NamedOpens()
    nonces = [os.urandom(16) for _ in range(MAX_WITHDRAWN + 1)]
    for nonce in nonces:
        assert named.withdraw(nonce) is None
    named.begin(nonces[0])
    with pytest.raises(Refused):
        named.begin(nonces[1])


class Deaf(grpc.GenericRpcHandler):  # type: ignore[misc]
    """A server whose Opens bring no answer, and that notes what is closed."""

    def __init__(self) -> None:
        self.opened: list[bytes] = []
        self.closed: list[bytes] = []
        self.quiet = threading.Event()

    def service(self, details: Any) -> Any:
        handle = {_wire.OPEN: self._open, _wire.CLOSE: self._close}[details.method]
        return grpc.unary_unary_rpc_method_handler(handle)

    def _open(self, data: bytes, context: Any) -> bytes:
        self.opened.append(pb.OpenRequest.FromString(data).nonce)
        self.quiet.wait(DEADLINE)
        context.abort(grpc.StatusCode.UNAVAILABLE, "It goes.")
        raise AssertionError

    def _close(self, data: bytes, context: Any) -> bytes:
        self.closed.append(pb.CloseRequest.FromString(data).open_nonce)
        return b""


@pytest.fixture
def deaf(tmp_path: Path) -> Iterator[tuple[Deaf, str]]:
    handler = Deaf()
    server = grpc.server(futures.ThreadPoolExecutor(8), (handler,))
    address = f"unix:{tmp_path}/s"
    server.add_insecure_port(address)
    server.start()
    yield handler, address
    handler.quiet.set()
    server.stop(0)


def test_a_client_that_waits_no_longer_withdraws_its_open(deaf: tuple[Deaf, str]) -> None:
    handler, address = deaf
    with pytest.raises(gymbridge.errors.CallTimeoutError):
        gymbridge.Env("X-v0", address=address, timeout=0.2, transport="grpc")
    until(lambda: len(handler.closed) == 1, "the Open is withdrawn")
    assert set(handler.opened) <= set(handler.closed) and len(handler.closed[0]) == 16


def test_each_attempt_has_a_nonce_of_its_own(deaf: tuple[Deaf, str]) -> None:
    handler, address = deaf
    handler.quiet.set()
    with pytest.raises(gymbridge.errors.ServerConnectionError):
        gymbridge.Env("X-v0", address=address, transport="grpc")
    until(lambda: len(handler.closed) == 2, "both are withdrawn")
    assert sorted(handler.closed) == sorted(set(handler.opened)) and len(set(handler.closed)) == 2


def test_ctrl_c_while_an_open_is_awaited_withdraws_it(deaf: tuple[Deaf, str], monkeypatch: pytest.MonkeyPatch) -> None:
    handler, address = deaf
    method = _channel.GrpcChannel.method

    def interrupted(channel: _channel.GrpcChannel, name: str) -> _channel.Call:
        def call(request: bytes, timeout: float) -> bytes:
            handler.opened.append(pb.OpenRequest.FromString(request).nonce)
            raise KeyboardInterrupt

        return call if name == _wire.OPEN else method(channel, name)

    monkeypatch.setattr(_channel.GrpcChannel, "method", interrupted)
    with pytest.raises(KeyboardInterrupt):
        gymbridge.Env("X-v0", address=address, transport="grpc")
    until(lambda: len(handler.closed) == 1, "the Open is withdrawn")
    assert handler.closed == handler.opened


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


@contextlib.contextmanager
def raw_stream(address: str, method: str, request: bytes) -> Iterator[socket.socket]:
    """A unary request over HTTP/2 by hand, whose answer is granted no byte of flow control."""

    def literal(name: str, value: str) -> bytes:
        return bytes((0, len(name))) + name.encode() + bytes((len(value),)) + value.encode()

    fields = {":method": "POST", ":scheme": "http", ":authority": "localhost", ":path": method}
    fields |= {"content-type": "application/grpc", "te": "trailers"}
    headers = b"".join(literal(*field) for field in fields.items())
    with socket.socket(socket.AF_UNIX) as stream:
        stream.connect(address.removeprefix("unix:"))
        stream.sendall(
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
            + frame(4, 0, 0, bytes((0, 4, 0, 0, 0, 0)))  # SETTINGS_INITIAL_WINDOW_SIZE = 0.
            + frame(1, 4, 1, headers)
            + frame(0, 1, 1, b"\0" + len(request).to_bytes(4, "big") + request)
        )
        yield stream
