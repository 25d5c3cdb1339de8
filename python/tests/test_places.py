"""What streams and waiting calls may hold of a host."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

from conftest import HostProcess
from gymbridge import _values, _wire
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host.places import Places, SilentPeer
from gymbridge._host.refused import Refused
from test_host import Client, until
from test_rude_peers import DATA, Peer

HOSTS = pytest.mark.parametrize("arguments", [(), ("--isolate",)], ids=["one process", "isolated"])


@HOSTS
def test_streams_of_one_session_do_not_keep_others_out(
    start_host: Callable[..., HostProcess], arguments: tuple[str, ...]
) -> None:
    # Each stream holds a worker; there were 132 of them.
    host = start_host("--max-sessions", "4", *arguments)
    clients = [Client(host.address) for _ in range(2)]
    session = clients[0].open()
    streams: list[tuple[queue.SimpleQueue[pb.Call | None], Any]] = []
    for seq in range(1, 151):
        asked: queue.SimpleQueue[pb.Call | None] = queue.SimpleQueue()
        asked.put(pb.Call(seq=seq, session_id=session.session_id, ping=pb.Ping()))
        stream = clients[seq % 2].drive(iter(asked.get, None))
        assert next(stream).seq == seq
        streams.append((asked, stream))
    other = Client(host.address)
    assert other.reset(other.open(), 1).seq == 1
    for _, stream in streams[:-2]:
        with pytest.raises(grpc.RpcError) as caught:
            next(stream)
        assert caught.value.code().name in ("RESOURCE_EXHAUSTED", "CANCELLED")  # type: ignore[attr-defined]
    asked, stream = streams[-1]
    asked.put(pb.Call(seq=151, session_id=session.session_id, ping=pb.Ping()))
    assert next(stream).seq == 151
    for asked, _ in streams:
        asked.put(None)


def test_streams_without_a_session_do_not_keep_others_out_of_an_isolating_host(
    start_host: Callable[..., HostProcess],
) -> None:
    client = Client(start_host("--max-sessions", "4", "--isolate").address)
    asked: queue.SimpleQueue[pb.Call | None] = queue.SimpleQueue()
    streams = [client.drive(iter(asked.get, None)) for _ in range(80)]
    assert client.reset(client.open(), 1).seq == 1
    codes = []
    for stream in streams:
        with pytest.raises(grpc.RpcError) as caught:
            next(stream)
        codes.append(caught.value.code().name)  # type: ignore[attr-defined]
    for _ in streams:
        asked.put(None)
    # On a machine that takes long to open them, the first have gone before the last come.
    assert set(codes) <= {"RESOURCE_EXHAUSTED", "CANCELLED"} and codes.count("CANCELLED") >= 64


def test_a_peer_that_does_not_read_does_not_hold_the_thread_of_an_ended_session(
    start_host: Callable[..., HostProcess], tmp_path: Path
) -> None:
    (tmp_path / "gate").touch()
    host = start_host()
    client = Client(host.address)
    kwargs = _values.encode({"folder": str(tmp_path)})
    session = client.open("host_envs:Gated-v0", kwargs=kwargs, lease_ms=1000)
    peer = Peer(host.address, settings=bytes((0, 4, 0, 0, 0, 0)))  # SETTINGS_INITIAL_WINDOW_SIZE = 0.
    peer.headers(1, path=_wire.DRIVE)
    call = pb.Call(seq=1, session_id=session.session_id, reset=pb.Reset()).SerializeToString()
    peer.send(DATA, 0, 1, b"\0" + len(call).to_bytes(4, "big") + call)
    until((tmp_path / "closed").exists, "its thread has closed the environment")
    peer.close()


def test_a_peer_has_time_for_the_bytes_that_it_reads() -> None:
    silent = SilentPeer()
    assert not silent.has_begun and not silent.is_over(time.monotonic() + 1e6)
    silent.begin(64 * 1024 * 20)
    now = time.monotonic()
    assert silent.has_begun and not silent.is_over(now + 29) and silent.is_over(now + 31)
    silent.end()
    assert not silent.has_begun and not silent.is_over(now + 31)


@pytest.mark.parametrize(("sessions", "most"), [(4, 64), (1024, 1024)])
def test_calls_that_wait_have_so_many_places(sessions: int, most: int) -> None:
    places = Places(sessions)
    call = pb.Call(seq=7)
    for _ in range(most):
        places.begin_wait(call)
    with pytest.raises(Refused, match="call 7 goes on") as caught:
        places.begin_wait(call)
    assert caught.value.reason == "CALL_TIMEOUT"
    places.end_wait()
    places.begin_wait(call)
    assert Places.workers(sessions) >= most + 2 * sessions + 64
