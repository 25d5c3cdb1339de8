"""Peers that break the rules of HTTP/2 and gRPC: what docs/security.md says of each server, row by row."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gymbridge import _wire
from gymbridge._generated import env_service_pb2 as pb
from test_host import Client

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, WINDOW_UPDATE = 0, 1, 3, 4, 5, 6, 8
END_STREAM, END_HEADERS, ACK = 1, 4, 1

# Room for a List of whatever other tests have made the host register: streams begin with the most, and the connection
# gets more.
INITIAL_WINDOW_SIZE = 4
WIDE = INITIAL_WINDOW_SIZE.to_bytes(2, "big") + (2**31 - 1).to_bytes(4, "big")
ROOM = 2**30


def is_csharp(address: str, request: pytest.FixtureRequest) -> bool:
    return bool(request.node.callspec.params["address"] == "csharp")


class Peer:
    """A connection that says what it is told to say."""

    def __init__(self, address: str, settings: bytes = WIDE) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(60.0)
        self._socket.connect(address.removeprefix("unix:"))
        self._received = b""
        self.is_closed = False
        self._socket.sendall(PREFACE)
        self.send(SETTINGS, 0, 0, settings)
        self.send(WINDOW_UPDATE, 0, 0, ROOM.to_bytes(4, "big"))

    def send(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        with contextlib.suppress(OSError):  # It may be closed already, which is then seen.
            head = len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big")
            self._socket.sendall(head + payload)

    def headers(self, stream: int, flags: int = END_HEADERS, **extra: str) -> None:
        fields = {
            ":method": "POST",
            ":scheme": "http",
            ":authority": "localhost",
            ":path": extra.pop("path", _wire.LIST),
        }
        fields |= {"content-type": "application/grpc", "te": "trailers"}
        fields |= {name.replace("_", "-"): value for name, value in extra.items()}
        # HPACK: literals without an index, neither name nor value compressed.
        literals = (f"\0{chr(len(name))}{name}{chr(len(value))}{value}" for name, value in fields.items())
        self.send(HEADERS, flags, stream, "".join(literals).encode())

    def call(self, stream: int, body: bytes = bytes(5), **extra: str) -> None:
        self.headers(stream, **extra)
        self.send(DATA, END_STREAM, stream, body)

    def _frames(self) -> Iterator[tuple[int, int, int, bytes]]:
        while True:
            while len(self._received) < 9 or len(self._received) < 9 + int.from_bytes(self._received[:3], "big"):
                try:
                    data = self._socket.recv(65536)
                except ConnectionError:
                    data = b""
                if not data:
                    self.is_closed = True
                    return
                self._received += data
            end = 9 + int.from_bytes(self._received[:3], "big")
            frame, self._received = self._received[:end], self._received[end:]
            yield frame[3], frame[4], int.from_bytes(frame[5:9], "big"), frame[9:]

    def status(self, stream: int) -> str:
        """The gRPC status of a stream, ``reset`` where there is none, ``closed`` where the connection is."""
        for kind, _, number, payload in self._frames():
            if number == stream and kind == RST_STREAM:
                return "reset"
            found = re.search(rb"grpc-status.(\d+)", payload, re.DOTALL) if kind == HEADERS else None
            if number == stream and found:
                return found[1].decode()
        return "closed"

    def lives(self) -> bool:
        """Whether the connection still answers."""
        self.send(PING, 0, 0, bytes(8))
        return any(kind == PING and flags & ACK for kind, flags, _, _ in self._frames())

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def peer(address: str) -> Iterator[Peer]:
    made = Peer(address)
    yield made
    made.close()
    # Whatever it said: others are served.
    client = Client(address)
    assert client("List", pb.ListRequest()).generation == 1
    client.channel.close()


def even_id(peer: Peer) -> None:
    peer.call(2)


def lower_id(peer: Peer) -> None:
    peer.call(5)
    assert peer.status(5) == "0"
    peer.call(3)


def data_of_no_stream(peer: Peer) -> None:
    peer.send(DATA, END_STREAM, 7, bytes(5))


def headers_after_the_end(peer: Peer) -> None:
    peer.headers(1)
    peer.send(DATA, END_STREAM, 1, bytes(5))
    peer.headers(1, END_HEADERS | END_STREAM)


def push_promise(peer: Peer) -> None:
    peer.send(PUSH_PROMISE, END_HEADERS, 1, (2).to_bytes(4, "big"))


def window_beyond_the_most(peer: Peer) -> None:
    peer.send(WINDOW_UPDATE, 0, 0, (2**31 - 1).to_bytes(4, "big"))


@pytest.mark.parametrize(
    "rude", [even_id, lower_id, data_of_no_stream, headers_after_the_end, push_promise, window_beyond_the_most]
)
def test_frames_that_break_the_rules_close_the_connection_or_are_ignored(
    peer: Peer, rude: Callable[[Peer], None], address: str, request: pytest.FixtureRequest
) -> None:
    rude(peer)
    lives = peer.lives()
    assert not (lives and is_csharp(address, request)), "the C# server closes such a connection"


ONE = bytes(5)


@pytest.mark.parametrize(
    ("body", "extra", "csharp", "python"),
    [
        pytest.param(ONE + ONE, {}, "13", "0", id="two messages"),
        pytest.param(b"\x02" + bytes(4), {}, "13", "0 12", id="flag byte 2"),
        pytest.param(b"\xff" + bytes(4), {}, "13", "0 12", id="flag byte 255"),
        pytest.param(ONE, {"grpc_timeout": "999999999S"}, "13", "0", id="nine digits"),
        pytest.param(ONE, {"grpc_timeout": "2147483647H"}, "13", "0", id="ten digits"),
        pytest.param(b"\0\0\0\0\x09abc", {}, "13", "12", id="half a message"),
        pytest.param(b"\x01" + bytes(4), {"grpc_encoding": "br"}, "12", "13", id="unknown compression"),
    ],
)
def test_messages_that_break_the_rules_have_their_status(
    peer: Peer,
    body: bytes,
    extra: dict[str, Any],
    csharp: str,
    python: str,
    address: str,
    request: pytest.FixtureRequest,
) -> None:
    peer.call(1, body, **extra)
    assert peer.status(1) in (csharp if is_csharp(address, request) else python).split()
    assert peer.lives()
