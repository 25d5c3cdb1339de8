"""A client's calls through memory that it shares with the host."""

from __future__ import annotations

import abc
import mmap
import os
import time
import weakref

from google.protobuf.message import DecodeError

from gymbridge._channel import CallFailedError
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._leaves import FixedLeaf, Layout
from gymbridge._refusals import Detail
from gymbridge._shm import bells
from gymbridge._shm import layout as at
from gymbridge._shm import slot as slots
from gymbridge._shm.errors import SharedMemoryError
from gymbridge._shm.layout import FileLayout, layout_of
from gymbridge._shm.peer import Peer
from gymbridge._shm.slot import Slot
from gymbridge.errors import ProtocolError

_COLUMNS = at.OBSERVATIONS | at.OUTCOMES
_clients: weakref.WeakSet[MemoryClient] = weakref.WeakSet()


class MemoryClient(abc.ABC):
    """The client's end of memory in which a call and its reply lie. Whoever calls holds the session's lock.

    Attributes:
        usable: Whether calls can go this way: False after a fork, and when the host looks at the memory no longer.
        observation: The layout of observations.
        action: The layout of actions.
        lanes: Count of lanes.
        epoch: Of the session.
        layout: Where everything lies.
        map: All of it.
        words: Its head in words of four bytes.
        stepper: Who has written the head of the last request, if that was a step without a message.
    """

    def __init__(
        self, memory: mmap.mmap | memoryview, layout: FileLayout, observation: Layout, action: Layout, epoch: int
    ) -> None:
        """Looks at the memory."""
        self.usable = True
        self.observation, self.action, self.lanes = observation, action, layout.lanes
        self.epoch = epoch
        self.layout = layout
        self.map = memory
        self.words = memoryview(memory)[: at.MARKS_AT].cast("I")
        self._view = memoryview(memory)
        self.stepper: object = None
        _clients.add(self)

    @abc.abstractmethod
    def close(self) -> None:
        """Tells the host that nothing will come any more."""

    @abc.abstractmethod
    def send(self, seconds: float) -> None:
        """Posts the request whose head is written, and waits for its reply.

        Raises:
            CallFailedError: The host is dead, or gave no answer in time.
        """

    def peer_ended(self) -> bool:
        """Whether the process at the other end is known to have ended."""
        return False

    def exchange(self, data: bytes, seq: int, timeout_ms: int) -> pb.Reply | None:
        """Executes a call whose message is serialized already.

        Returns:
            The reply; None if the session's channel has the answer to the same call.

        Raises:
            CallFailedError: The host is dead, or gave no answer in time.
            ProtocolError: What it wrote is no reply.
        """
        if not self.usable or len(data) > at.MESSAGE_BYTES:
            return None
        self.stepper = None
        start = self.layout.request_message
        self._view[start : start + len(data)] = data
        at.REQUEST_HEAD.pack_into(self.map, at.REQUEST_HEAD_AT, seq, at.MESSAGE, self.epoch, timeout_ms, 0, len(data))
        self.send(timeout_ms / 1000)
        return self.whole_reply(seq)

    def whole_reply(self, seq: int) -> pb.Reply | None:
        """The reply as the message that the channel would have brought; None if it is there."""
        memory, layout = self.map, self.layout
        got, status, columns, env_us, server_us, length = at.REPLY_HEAD.unpack_from(memory, at.REPLY_HEAD_AT)
        if status == at.ON_STREAM:
            return None
        if status != at.DONE or got != seq or columns & ~_COLUMNS or length > at.MESSAGE_BYTES:
            raise ProtocolError(
                f"the shared memory answers call {seq} with call {got}, status {status}, columns {columns} and a "
                f"message of {length} bytes"
            )
        start = layout.reply_message
        try:
            reply = pb.Reply.FromString(bytes(memory[start : start + length]))
        except DecodeError as error:
            raise ProtocolError(f"the message in the shared memory is no Reply: {error}") from None
        reply.seq, reply.env_us, reply.server_us = got, env_us, server_us
        lanes = self.lanes
        if columns & at.OBSERVATIONS:
            for leaf, first in zip(self.observation.leaves, layout.observations, strict=True):
                assert isinstance(leaf, FixedLeaf)
                reply.observation.append(bytes(memory[first : first + leaf.nbytes * lanes]))
        if columns & at.OUTCOMES:
            reply.reward = bytes(memory[layout.reward : layout.reward + 8 * lanes])
            reply.terminated = bytes(memory[layout.terminated : layout.terminated + lanes])
            reply.truncated = bytes(memory[layout.truncated : layout.truncated + lanes])
        return reply


class SharedClient(MemoryClient):
    """The client's end of a shared file."""

    def __init__(
        self, offer: pb.SharedMemoryOffer, nonce: bytes, observation: Layout, action: Layout, lanes: int, epoch: int
    ) -> None:
        """Maps the file that a host offers.

        Raises:
            SharedMemoryError: It is not what was told.
        """
        layout = layout_of(observation, action, lanes)
        if layout is None:
            raise SharedMemoryError("its observations or actions have no fixed size")
        if offer.layout != at.VERSION or offer.bytes != layout.size:
            raise SharedMemoryError(f"the host offers a file of {offer.bytes} bytes where {layout.size} are needed")
        descriptor = slots.open_file(offer.process_id, offer.descriptor, layout.size)
        try:
            self._peer = Peer(offer.process_id)
            self._slot = slot = Slot(descriptor, layout, slots.CLIENT, bells.open_offered(offer, self._peer))
        finally:
            os.close(descriptor)
        whole = slot.map
        head = whole[: at.CLIENT_NONCE_AT]
        if (
            head[: at.VERSION_AT] != at.MAGIC
            or int.from_bytes(head[at.VERSION_AT : at.VERSION_AT + 4], "little") != at.VERSION
            or head[at.HOST_NONCE_AT :] != offer.nonce
        ):
            raise SharedMemoryError("the file that the host offers is not the one that it means")
        whole[at.CLIENT_NONCE_AT : at.CLIENT_NONCE_AT + at.NONCE_BYTES] = nonce
        super().__init__(whole, layout, observation, action, epoch)
        self._request = 0
        self._post, self._wait = slot.post, slot.wait
        slot.fence()
        slot.words[at.CLIENT_STATE] = at.HERE
        slot.ring(at.HOST_BELL)

    def close(self) -> None:
        """Tells the host that nothing will come any more."""
        if self.usable:
            self.usable = False
            self.words[at.CLIENT_STATE] = at.GONE
            self._slot.ring(at.HOST_BELL)

    @property
    def bell(self) -> str:
        """How the sides wake each other."""
        return self._slot.bells.name

    def peer_ended(self) -> bool:
        """Whether the host is known to have ended."""
        return self._peer.ended()

    def send(self, seconds: float) -> None:
        """Posts the request whose head is written, and waits for its reply.

        Raises:
            CallFailedError: The host is dead, or gave no answer in time.
        """
        self._request = request = (self._request + 1) & 0xFFFFFFFF
        self._post(request)
        short = seconds if seconds < slots.SLICE else slots.SLICE
        if self._wait((request - 1) & 0xFFFFFFFF, short) and self.words[at.REPLY] == request:
            return
        self._wait_on(request, time.monotonic() + seconds)

    def _wait_on(self, request: int, deadline: float) -> None:
        slot, words = self._slot, self.words
        while words[at.REPLY] != request:
            if words[at.HOST_STATE] == at.GONE:
                # The session has ended, or the host stops: the gRPC connection says what became of the call.
                self.usable = False
                at.REPLY_HEAD.pack_into(slot.map, at.REPLY_HEAD_AT, 0, at.ON_STREAM, 0, 0, 0, 0)
                return
            if self._peer.ended():
                self.usable = False
                raise CallFailedError("UNAVAILABLE", "the process of the server has ended", Detail())
            left = deadline - time.monotonic()
            if left <= 0:
                raise CallFailedError("DEADLINE_EXCEEDED", "no reply came through shared memory", Detail())
            slot.wait(words[at.REPLY], min(left, slots.SLICE))


def _forget() -> None:
    """After a fork: the file is the parent's."""
    for client in list(_clients):
        client.usable = False
    _clients.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
