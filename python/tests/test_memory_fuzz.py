"""Nonsense in shared memory: refused on both sides, and nothing outside is touched; GYMBRIDGE_FUZZ=100000 is long."""

from __future__ import annotations

import ctypes
import os
import random
import sys
from typing import Any

import pytest

from gymbridge import _spaces, errors
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host.embedded import EmbeddedHost
from gymbridge._leaves import Layout
from gymbridge._shm import layout as at
from gymbridge._shm.client import MemoryClient
from gymbridge._shm.layout import FileLayout, layout_of
from gymbridge._version import GENERATION

TRIES = int(os.environ.get("GYMBRIDGE_FUZZ", "1000"))
EDGES = (0, 1, 2, 3, 7, at.MESSAGE_BYTES - 1, at.MESSAGE_BYTES, at.MESSAGE_BYTES + 1, 2**31 - 1, 2**31, 2**32 - 1)
GUARD = b"\xa5" * 4096


class Host:
    """A session of a host in this process, and the memory of its calls between two guards."""

    def __init__(self, lanes: int) -> None:
        self._host = EmbeddedHost()
        request = pb.OpenRequest(generation=GENERATION, env_id="gymnasium:CartPole-v1", lanes=lanes)
        self.session = pb.Session.FromString(self.call("Open", request))
        contract = self.session.contract
        self.spaces = (
            Layout(_spaces.decode(contract.observation_space), "observation"),
            Layout(_spaces.decode(contract.action_space), "action"),
        )
        layout = layout_of(*self.spaces, lanes)
        assert layout is not None
        self.layout: FileLayout = layout
        self._whole = ctypes.create_string_buffer(GUARD + bytes(layout.size) + GUARD, layout.size + 2 * len(GUARD))
        self.memory = memoryview(self._whole).cast("B")[len(GUARD) : len(GUARD) + layout.size]
        address = ctypes.addressof(self._whole) + len(GUARD)
        answer = self._host.attach(self.session.session_id, address, layout.size)
        assert answer is not None
        self.answer = answer

    def call(self, method: str, message: Any) -> bytes:
        data = message.SerializeToString()
        buffer = ctypes.create_string_buffer(data, len(data))
        code, reply = self._host.call(method, ctypes.addressof(buffer), len(data))
        assert code == 0, reply
        return reply

    def status(self) -> int:
        whole = memoryview(self._whole).cast("B")
        assert bytes(whole[: len(GUARD)]) == bytes(whole[-len(GUARD) :]) == GUARD
        return int(at.REPLY_HEAD.unpack_from(self.memory, at.REPLY_HEAD_AT)[1])


@pytest.mark.parametrize("lanes", [1, 3])
def test_a_host_answers_every_request_and_leaves_its_surroundings_alone(
    lanes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # The host takes it away.
    host, chance = Host(lanes), random.Random(lanes)
    seq = 0
    for _ in range(TRIES):
        kind = chance.choice((at.STEP, at.STEP, at.MESSAGE, 0, 3, 2**32 - 1))
        length = chance.choice((*EDGES, chance.randrange(200)))
        wanted = chance.choice((seq + 1, seq + 1, seq, 0, 2**64 - 1, chance.getrandbits(64)))
        head = (wanted, kind, chance.choice((0, 1, 2, 2**32 - 1)), chance.choice(EDGES), chance.choice(EDGES), length)
        at.REQUEST_HEAD.pack_into(host.memory, at.REQUEST_HEAD_AT, *head)
        host.memory[at.MARKS_AT : at.MARKS_AT + 2] = bytes(chance.choice((0, 0, 1, 2, 8, 15, 200)) for _ in range(2))
        start = host.layout.actions[0]
        host.memory[start : start + 8] = chance.choice((bytes(8), b"\x01" + bytes(7), chance.randbytes(8)))
        start = host.layout.request_message
        if chance.random() < 0.5:
            host.memory[start : start + 64] = chance.randbytes(64)
        else:
            call = pb.Call(seq=wanted, epoch=1, reset=pb.Reset()).SerializeToString()
            host.memory[start : start + len(call)] = call
        host.answer()
        status = host.status()
        assert status in (at.DONE, at.ON_STREAM)
        seq += status == at.DONE
    call = pb.Call(seq=seq + 1, session_id=host.session.session_id, epoch=1, reset=pb.Reset())
    assert len(pb.Reply.FromString(host.call("Exchange", call)).observation[0]) == 16 * lanes  # And it goes on.


class Client(MemoryClient):
    """A client whose host writes what it likes."""

    def close(self) -> None:
        """Does nothing."""

    def send(self, seconds: float) -> None:
        """Does nothing."""


def test_a_client_takes_a_reply_or_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    host, chance = Host(1), random.Random(5)
    client = Client(host.memory, host.layout, *host.spaces, 1)
    taken = refused = 0
    for _ in range(TRIES):
        numbers = [chance.choice((*EDGES, at.DONE, at.DONE, at.DONE)) for _ in range(5)]
        at.REPLY_HEAD.pack_into(host.memory, at.REPLY_HEAD_AT, chance.choice((4, 4, 4, 0, 2**64 - 1)), *numbers)
        start = host.layout.reply_message
        host.memory[start : start + 16] = chance.choice((bytes(16), chance.randbytes(16)))
        try:
            reply = client.whole_reply(4)
            assert reply is None or reply.seq == 4
            taken += 1
        except errors.ProtocolError:
            refused += 1
    assert taken > 0 and refused > 0
