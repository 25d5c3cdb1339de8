"""A client that does as it is told, for tests of servers."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from gymbridge import _spaces, _wire
from gymbridge._channel import CallChannel, CallFailedError, GrpcChannel
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._generated import values_pb2
from gymbridge._leaves import Layout
from gymbridge._shm import layout as at
from gymbridge._shm.client import MemoryClient, SharedClient
from gymbridge._shm.layout import NONCE_BYTES
from gymbridge._shm.machine import describe
from gymbridge._version import GENERATION

_SECONDS = 20.0
_MESSAGE_BYTES = 1 << 28

Attach = Callable[[bytes, Layout, Layout, int, int], MemoryClient | None]
"""Memory of a session in this process: its id, the layouts of observations and actions, lanes and epoch."""


class RefusedError(Exception):
    """A call that the server refused.

    Attributes:
        status: Name of the gRPC status.
        detail: The structured detail.
    """

    def __init__(self, failure: CallFailedError) -> None:
        """Reads status and detail."""
        super().__init__(f"{failure.code}: {failure.text}")
        self.status = failure.code
        self.detail = failure.detail


class Client:
    """Raw calls of the contract."""

    def __init__(self, channel: CallChannel, shared: bool = False, attach: Attach | None = None) -> None:
        """Takes over a channel.

        Args:
            channel: Leads to the server.
            shared: Whether steps and resets go through shared memory, as far as they can.
            attach: Gives memory where the server is in this process.
        """
        self._channel = channel
        self._shared = shared
        self._attach = attach

    def call(self, name: str, request: Any, reply: Any) -> Any:
        """One unary call.

        Raises:
            RefusedError: The server refused it.
        """
        data = request if isinstance(request, bytes) else request.SerializeToString()
        try:
            raw = self._channel.method(f"/{_wire.SERVICE}/{name}")(data, _SECONDS)
        except CallFailedError as failure:
            raise RefusedError(failure) from None
        return raw if reply is bytes else reply.FromString(raw)

    def list(self) -> pb.ListResponse:
        """What the server has."""
        reply: pb.ListResponse = self.call("List", pb.ListRequest(), pb.ListResponse)
        return reply

    def open(self, env_id: str, **fields: Any) -> Game:
        """Opens a session."""
        request = pb.OpenRequest(**{"generation": GENERATION, "env_id": env_id, **fields})
        nonce = os.urandom(NONCE_BYTES)
        if self._shared:
            request.shared_memory.CopyFrom(describe(nonce))
        session = self.call("Open", request, pb.Session)
        # A session that is resumed goes on over gRPC: the memory was that of the former connection.
        if request.resume_token or not (self._shared or self._attach):
            return Game(self, session)
        if self._attach is not None:
            return Game(
                self, session, self._attach(session.session_id, *_layouts(session), session.lanes, session.epoch)
            )
        if not session.HasField("shared_memory"):
            raise AssertionError(f"the server shares no memory: {session.shared_memory_refusal or 'it says nothing'}")
        memory = SharedClient(session.shared_memory, nonce, *_layouts(session), session.lanes, session.epoch)
        return Game(self, session, memory)

    def withdraw(self, nonce: bytes) -> None:
        """Ends what comes of an Open."""
        self.call("Close", pb.CloseRequest(open_nonce=nonce), pb.CloseResponse)

    def close(self) -> None:
        """Closes the channel."""
        self._channel.close()


class Game:
    """A session, and calls on it by hand.

    Attributes:
        session: What Open answered.
        seq: The number of the last call.
    """

    def __init__(self, client: Client, session: pb.Session, memory: MemoryClient | None = None) -> None:
        """Starts behind the calls that were made."""
        self.client = client
        self._memory = memory
        self._turn = threading.Lock()
        self.session = session
        self.seq = session.last_seq

    def message(self, **fields: Any) -> pb.Call:
        """The next call; its number is taken when :meth:`exchange` succeeds."""
        base = {"seq": self.seq + 1, "session_id": self.session.session_id, "epoch": self.session.epoch}
        return pb.Call(**{**base, **fields})

    def raw(self, call: pb.Call) -> bytes:
        """A reply's bytes."""
        data = self._through_memory(call)
        if data is None:
            data = self.client.call("Exchange", call, bytes)
        return data

    def _through_memory(self, call: pb.Call) -> bytes | None:
        """A reply through shared memory; None where there is none, it is in use, or the connection has the answer."""
        memory = self._memory
        fits = call.WhichOneof("kind") in ("reset", "step") and call.session_id == self.session.session_id
        if memory is None or not fits or not self._turn.acquire(blocking=False):
            return None
        try:
            reply = self._step(memory, call) if _is_plain(call) else None
            if reply is None and memory.usable:
                reply = memory.exchange(call.SerializeToString(), call.seq, round(_SECONDS * 1000))
        finally:
            self._turn.release()
        return None if reply is None else reply.SerializeToString()

    def _step(self, memory: MemoryClient, call: pb.Call) -> pb.Reply | None:
        """A step whose actions lie in their columns."""
        layout, slabs = memory.layout, call.step.action
        if not memory.usable or [len(slab) for slab in slabs] != [8 * layout.lanes] * len(layout.actions):
            return None
        memory.map[at.MARKS_AT : at.MARKS_AT + 2 * len(slabs)] = bytes(2 * len(slabs))
        for start, slab in zip(layout.actions, slabs, strict=True):
            memory.map[start : start + len(slab)] = slab
        head = (call.seq, at.STEP, call.epoch, round(_SECONDS * 1000), call.step.want_info, 0)
        at.REQUEST_HEAD.pack_into(memory.map, at.REQUEST_HEAD_AT, *head)
        memory.send(_SECONDS)
        return memory.whole_reply(call.seq)

    def exchange(self, **fields: Any) -> pb.Reply:
        """Makes the next call."""
        call = self.message(**fields)
        reply = pb.Reply.FromString(self.raw(call))
        self.seq = max(self.seq, call.seq)
        return reply

    def reset(self, *seeds: int, **fields: Any) -> pb.Reply:
        """Starts an episode in every lane."""
        messages = [values_pb2.Seed(value=seed.to_bytes((seed.bit_length() + 7) // 8, "little")) for seed in seeds]
        return self.exchange(reset=pb.Reset(seeds=messages, **fields))

    def step(self, *actions: int, **fields: Any) -> pb.Reply:
        """Takes one step of a Discrete action space of int64."""
        return self.exchange(step=self.action(*actions, **fields))

    def action(self, *actions: int, **fields: Any) -> pb.Step:
        """The message of a step."""
        return pb.Step(
            action=[np.array(actions or [0] * self.session.lanes, "<i8").tobytes()], want_info=True, **fields
        )

    def close(self, **fields: Any) -> None:
        """Ends the session."""
        if self._memory is not None:
            self._memory.close()
        self.client.call("Close", pb.CloseRequest(session_id=self.session.session_id, **fields), pb.CloseResponse)


def connect(address: str, transport: str) -> Client:
    """A client of a server.

    Args:
        address: ``host:port`` or ``unix:/path``; nothing where the server is in this process.
        transport: ``grpc``, ``shm`` or ``inproc``.
    """
    if transport != "inproc":
        return Client(GrpcChannel(address, _MESSAGE_BYTES), transport == "shm")
    from gymbridge._inproc.channel import InProcessChannel
    from gymbridge._inproc.client import attach

    return Client(InProcessChannel(_MESSAGE_BYTES), attach=attach)


def _layouts(session: pb.Session) -> tuple[Layout, Layout]:
    observation = Layout(_spaces.decode(session.contract.observation_space, "observation space"), "observation")
    return observation, Layout(_spaces.decode(session.contract.action_space, "action space"), "action")


def _is_plain(call: pb.Call) -> bool:
    """Whether a call says no more than the head of a step in memory."""
    rest = pb.Call()
    rest.CopyFrom(call)
    for name in ("seq", "session_id", "epoch"):
        rest.ClearField(name)
    plain = pb.Call(step=pb.Step(action=call.step.action, want_info=call.step.want_info))
    return call.HasField("step") and rest == plain


def rows(reply: pb.Reply, lanes: int) -> np.ndarray[Any, Any]:
    """Observations of CartPole by lane."""
    return np.frombuffer(reply.observation[0], "<f4").reshape(lanes, 4)
