"""The host's end of a shared file: calls that come through it, on the thread of their environment."""

from __future__ import annotations

import mmap
import os
import secrets
import time
from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError

from gymbridge._generated import env_service_pb2 as pb
from gymbridge._leaves import FixedLeaf, Layout
from gymbridge._shm import layout as at
from gymbridge._shm import machine, slot
from gymbridge._shm.layout import FileLayout, layout_of
from gymbridge._shm.machine import SharedMemoryError

if TYPE_CHECKING:
    from gymbridge._host.session import HostSession

_ATTACH_SECONDS = 10.0


class MemoryHost:
    """Answers one session's calls that lie in memory."""

    def __init__(
        self,
        memory: mmap.mmap | memoryview,
        layout: FileLayout,
        session: HostSession,
        observation: Layout,
        action: Layout,
    ) -> None:
        """Looks at the memory."""
        self._map = memory
        self._layout = layout
        self._session = session
        self._observation = [leaf for leaf in observation.leaves if isinstance(leaf, FixedLeaf)]
        self._action = [leaf for leaf in action.leaves if isinstance(leaf, FixedLeaf)]

    def answer(self) -> None:
        """Executes the call that lies in the memory, on the environment's thread."""
        started = time.perf_counter_ns()
        whole = self._map
        seq, kind, epoch, timeout_ms, want_info, length = at.REQUEST_HEAD.unpack_from(whole, at.REQUEST_HEAD_AT)
        call = self._message(length) if kind == at.MESSAGE else self._step(want_info) if kind == at.STEP else None
        if call is not None:
            if kind == at.STEP:
                call.seq, call.timeout_ms, call.epoch = seq, timeout_ms, epoch
            reply = self._session.execute_shared(call, started) if call.seq == seq else None
            if reply is not None and self._write(reply):
                return
        at.REPLY_HEAD.pack_into(whole, at.REPLY_HEAD_AT, seq, at.ON_STREAM, 0, 0, 0, 0)

    def _message(self, length: int) -> pb.Call | None:
        if not 0 < length <= at.MESSAGE_BYTES:
            return None
        start = self._layout.request_message
        try:
            call: pb.Call = pb.Call.FromString(bytes(self._map[start : start + length]))
            return call
        except DecodeError:
            return None

    def _step(self, want_info: int) -> pb.Call | None:
        layout, whole = self._layout, self._map
        call = pb.Call()
        step = call.step
        step.want_info = bool(want_info)
        marks = bytes(whole[at.MARKS_AT : at.MARKS_AT + 2 * len(self._action)])
        dtypes, types = marks[::2], marks[1::2]
        for leaf, start, room, mark in zip(self._action, layout.actions, layout.action_room, dtypes, strict=True):
            size = leaf.nbytes * layout.lanes
            if mark:
                item = _ITEM_SIZES.get(mark)
                if item is None:
                    return None
                size = size // leaf.dtype.itemsize * item
            if size > room:
                return None
            step.action.append(bytes(whole[start : start + size]))
        if any(dtypes):
            step.action_dtypes.extend(dtypes)  # type: ignore[arg-type]
        if any(types):
            step.action_types.extend(types)  # type: ignore[arg-type]
        return call

    def _write(self, reply: pb.Reply) -> bool:
        """Puts a reply into the file; False if it does not fit. What it holds is spoiled then."""
        layout, whole = self._layout, self._map
        head = [reply.seq, at.DONE, 0, reply.env_us, reply.server_us]
        if not reply.HasField("fault"):
            if len(reply.observation) == len(self._observation):
                for start, slab in zip(layout.observations, reply.observation, strict=True):
                    whole[start : start + len(slab)] = slab
                head[2] |= at.OBSERVATIONS
            if reply.reward:
                whole[layout.reward : layout.reward + len(reply.reward)] = reply.reward
                whole[layout.terminated : layout.terminated + layout.lanes] = reply.terminated
                whole[layout.truncated : layout.truncated + layout.lanes] = reply.truncated
                head[2] |= at.OUTCOMES
        for name in ("seq", "env_us", "server_us", "observation", "reward", "terminated", "truncated"):
            reply.ClearField(name)
        rest = reply.SerializeToString()
        if len(rest) > at.MESSAGE_BYTES:
            return False
        if rest:
            whole[layout.reply_message : layout.reply_message + len(rest)] = rest
        at.REPLY_HEAD.pack_into(whole, at.REPLY_HEAD_AT, *head, len(rest))
        return True


class SharedHost(MemoryHost):
    """Serves one session's calls, on the environment's thread; :meth:`end` and :meth:`ring` are for all threads."""

    def __init__(
        self, request: pb.SharedMemoryRequest, session: HostSession, observation: Layout, action: Layout
    ) -> None:
        """Makes the file.

        Raises:
            SharedMemoryError: Memory cannot be shared with this client.
        """
        obstacle = machine.obstacle_to(request)
        if obstacle is not None:
            raise SharedMemoryError(obstacle)
        if len(request.nonce) != at.NONCE_BYTES:
            raise SharedMemoryError(
                f"the client's nonce has {len(request.nonce)} bytes where {at.NONCE_BYTES} are needed"
            )
        layout = layout_of(observation, action, session.lanes.count)
        if layout is None:
            raise SharedMemoryError("its observations or actions have no fixed size")
        self._peer = slot.Peer(request.process_id)
        self._nonce = bytes(request.nonce)
        self._descriptor: int | None = slot.make_file(layout.size)
        self._slot = slot.Slot(self._descriptor, layout)
        super().__init__(self._slot.map, layout, session, observation, action)
        self._attached = False
        self._until = time.monotonic() + _ATTACH_SECONDS
        self._seen = 0
        self._over = False
        nonce = secrets.token_bytes(at.NONCE_BYTES)
        whole = self._slot.map
        whole[: at.VERSION_AT] = at.MAGIC
        head = (at.VERSION, layout.lanes, layout.size)
        whole[at.VERSION_AT : at.HOST_NONCE_AT - 8] = b"".join(
            number.to_bytes(size, "little") for number, size in zip(head, (4, 4, 8), strict=True)
        )
        whole[at.HOST_NONCE_AT : at.HOST_NONCE_AT + at.NONCE_BYTES] = nonce
        self._slot.words[at.HOST_STATE] = at.HERE
        self.offer = pb.SharedMemoryOffer(
            layout=at.VERSION,
            process_id=os.getpid(),
            descriptor=self._descriptor,
            bytes=layout.size,
            nonce=nonce,
        )

    def ring(self) -> None:
        """Wakes the environment's thread, which has something else to do."""
        self._slot.ring(at.HOST_BELL)

    def end(self) -> None:
        """Says that the file is looked at no longer; the gRPC connection says why."""
        self._over = True
        self._slot.words[at.HOST_STATE] = at.GONE
        self._slot.ring(at.CLIENT_BELL)
        self._close_descriptor()

    def _close_descriptor(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def serve(self) -> bool:
        """Waits for a request and answers it; comes back early when it is rung. False when it is over."""
        words = self._slot.words
        if self._over:
            return False
        there = self._slot.wait(at.REQUEST, self._seen, at.HOST_BELL, at.HOST_SLEEPS)
        if self._over:
            return False
        if not self._attached and not self._attach(there):
            return False
        if not there:
            return not (words[at.CLIENT_STATE] == at.GONE or self._peer.ended())
        self._seen = words[at.REQUEST]
        self.answer()
        self._slot.post(at.REPLY, self._seen, at.CLIENT_BELL, at.CLIENT_SLEEPS)
        return True

    def _attach(self, there: bool) -> bool:
        """Looks whether the client has come, and is the one that the file was made for."""
        if self._slot.words[at.CLIENT_STATE] != at.HERE and not there:
            return time.monotonic() < self._until
        self._close_descriptor()  # From now on no third process can open the file.
        self._attached = self._slot.map[at.CLIENT_NONCE_AT : at.CLIENT_NONCE_AT + at.NONCE_BYTES] == self._nonce
        return self._attached


def _item_sizes() -> dict[int, int]:
    from gymbridge._dtypes import DTYPES

    return {number: dtype.itemsize for number, dtype in DTYPES.items()}


_ITEM_SIZES = _item_sizes()
