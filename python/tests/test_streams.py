"""Drive streams of a host: order, large replies, and that they hold no thread."""

from __future__ import annotations

import itertools
import os
import queue
from collections.abc import Callable, Iterator

import pytest

from conftest import HostProcess
from gymbridge import _values
from gymbridge._generated import env_service_pb2 as pb
from test_host import DEADLINE, Client, refused

STREAMS = 48


@pytest.fixture
def client(start_host: Callable[..., HostProcess]) -> Iterator[Client]:
    made = Client(start_host().address)
    yield made
    made.channel.close()


def ping(session: pb.Session, seq: int) -> pb.Call:
    return pb.Call(seq=seq, session_id=session.session_id, ping=pb.Ping())


def test_streams_hold_no_threads(start_host: Callable[..., HostProcess]) -> None:
    host = start_host()
    client = Client(host.address)
    sessions = [client.open() for _ in range(STREAMS // 2)]
    threads = len(os.listdir(f"/proc/{host.pid}/task"))  # One a session among them.
    asked: queue.SimpleQueue[pb.Call | None] = queue.SimpleQueue()
    streams = []
    for seq in (1, 2):
        for session in sessions:
            streams.append(client.drive(itertools.chain([ping(session, seq)], iter(asked.get, None)), timeout=DEADLINE))
            assert next(streams[-1]).seq == seq
    assert len(os.listdir(f"/proc/{host.pid}/task")) < threads + STREAMS // 2
    for stream in streams:
        asked.put(None)
        stream.cancel()


def test_calls_ahead_of_their_turn_wait_on_their_stream(client: Client) -> None:
    session = client.open()
    ahead = [ping(session, seq) for seq in (3, 2, 1, 4)]
    assert [reply.seq for reply in client.drive(iter(ahead), timeout=DEADLINE)] == [1, 2, 3, 4]


def test_what_was_admitted_is_answered_before_a_refusal_ends_the_stream(client: Client) -> None:
    session = client.open()
    replies = client.drive(iter([ping(session, 1), ping(session, 2), ping(session, 90)]), timeout=DEADLINE)
    assert [next(replies).seq, next(replies).seq] == [1, 2]
    with refused("FAILED_PRECONDITION", "expected 3, got 90"):
        next(replies)


def test_a_call_that_was_answered_is_answered_again_on_a_stream(client: Client) -> None:
    session = client.open()
    calls = [ping(session, 1), ping(session, 1), ping(session, 2), ping(session, 1)]
    replies = list(client.drive(iter(calls), timeout=DEADLINE))
    assert [reply.seq for reply in replies] == [1, 1, 2, 1] and replies[0] == replies[1] == replies[3]


@pytest.mark.parametrize("size", [1, 16 * 1024, 3_000_000])
def test_replies_of_every_size_follow_each_other(client: Client, size: int) -> None:
    session = client.open("host_envs:Big-v0", kwargs=_values.encode({"size": size}))
    reset = pb.Call(seq=1, session_id=session.session_id, reset=pb.Reset())
    steps = [pb.Call(seq=seq, session_id=session.session_id, step=pb.Step(action=[bytes(8)])) for seq in range(2, 7)]
    calls = [steps[0], reset, *steps[1:]]  # Two replies follow one request.
    replies = list(client.drive(iter(calls), timeout=DEADLINE))
    assert [reply.seq for reply in replies] == list(range(1, 7))
    assert {len(reply.observation[0]) for reply in replies} == {size}
