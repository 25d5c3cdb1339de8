"""The host's end of a shared file: calls that come through it, on the thread of their environment."""

from __future__ import annotations

import mmap
import os
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError

from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host.pending import ColumnStep
from gymbridge._leaves import FixedLeaf, Layout
from gymbridge._shm import bells, machine, slot
from gymbridge._shm import layout as at
from gymbridge._shm.actions import ColumnActions
from gymbridge._shm.errors import SharedMemoryError
from gymbridge._shm.layout import FileLayout, layout_of
from gymbridge._shm.peer import Peer
from gymbridge.errors import ProtocolError

if TYPE_CHECKING:
    from gymbridge._host.session import HostSession

_ATTACH_SECONDS = 10.0
_awake: set[slot.Slot] = set()
_OUTCOME_BYTES = 8 + 1 + 1  # Reward and two flags of a lane.
_HEAD_BYTES = 1024  # Of a message: numbers, and the lengths of columns.
_COLUMNS = at.OBSERVATIONS | at.OUTCOMES
_SEQ = at.REQUEST_HEAD_AT // 8  # In words of eight bytes.
_REPLY_SEQ, _REPLY_TIMES = at.REPLY_HEAD_AT // 8, at.REPLY_HEAD_AT // 8 + 2
_KIND, _EPOCH, _, _WANT_INFO, _LENGTH = range(at.REQUEST_HEAD_AT // 4 + 2, at.REQUEST_HEAD_AT // 4 + 7)


class MemoryHost:
    """Answers one session's calls that lie in memory.

    A step whose actions and results are columns is executed without a message; the session makes one of it if somebody
    else asks. Every other call is a message.
    """

    def __init__(
        self,
        memory: mmap.mmap | memoryview,
        layout: FileLayout,
        session: HostSession,
        observation: Layout,
        action: Layout,
    ) -> None:
        """Looks at the memory, where the session's columns lie from now on."""
        self._map = memory
        self._layout = layout
        self._session = session
        self._lanes = lanes = session.lanes
        self._observation = [leaf for leaf in observation.leaves if isinstance(leaf, FixedLeaf)]
        whole = memoryview(memory)[: at.MARKS_AT]
        self._longs, self._words = whole.cast("Q"), whole.cast("I")
        self._single = lanes.stepper.is_single
        self._actions = ColumnActions(memory, layout, action, self._single)
        columns = sum(leaf.nbytes for leaf in self._observation) * layout.lanes + _OUTCOME_BYTES * layout.lanes
        # How long the message beside the columns may be, so that both are one that the connection could bring as well.
        self._room = min(at.MESSAGE_BYTES, session.contract.max_message_bytes - columns - _HEAD_BYTES)
        self._is_plain = False  # Whether the head of the reply is that of a step without a message.
        lanes.stepper.move(memory, layout)
        self._take_step = self._stepper()

    def answer(self, number: int = 0) -> None:
        """Executes the call that lies in the memory, on the environment's thread, and tells that its reply is there.

        Args:
            number: Of the request in the file.
        """
        words = self._words
        kind, seq = words[_KIND], self._longs[_SEQ]
        if kind == at.STEP:
            if self._take_step(seq, number):
                return
        elif kind == at.MESSAGE:
            started = time.perf_counter_ns()
            call = self._message(words[_LENGTH])
            if call is not None and call.seq == seq:
                reply = self._session.execute_shared(call, started)
                if reply is not None and self._write(reply):
                    self._tell(number)
                    return
        self._write_head(seq, at.ON_STREAM, 0, 0, 0, 0)
        self._tell(number)

    def _tell(self, number: int) -> None:
        """Tells whoever waits for the reply to a request that it is there."""

    def _message(self, length: int) -> pb.Call | None:
        if not 0 < length <= at.MESSAGE_BYTES:
            return None
        start = self._layout.request_message
        try:
            call: pb.Call = pb.Call.FromString(bytes(self._map[start : start + length]))
            return call
        except DecodeError:
            return None

    def _stepper(self) -> Callable[[int, int], bool]:
        """What executes a step and tells so: a function that holds what it works with, for every step goes through it.

        It takes the numbers of the call and of the request, and gives False if the connection has the call's answer.
        """
        session, stepper, warnings = self._session, self._lanes.stepper, self._lanes.warnings
        words, longs, read = self._words, self._longs, self._actions.read
        begin, end = session.begin_step, session.end_step
        tell, clock, run = self._tell, time.perf_counter_ns, stepper.one if self._single else self._lanes.step_all
        whole, message, room = self._map, self._layout.reply_message, self._room
        step = ColumnStep(self._call_of)

        def told(reply: pb.Reply | None, number: int) -> bool:
            """Tells of a step that has a message: others may hold it as well, so the next one is another object."""
            nonlocal step
            step = ColumnStep(self._call_of)
            return self._write_told(reply, number)

        def take(seq: int, number: int) -> bool:
            nonlocal step
            want_info = words[_WANT_INFO] != 0
            try:
                given, action = read()
            except ProtocolError:
                return False
            if not begin(step, seq, words[_EPOCH], (given, want_info)):
                return False
            try:
                raw = run(action, want_info)
                if warnings:
                    raw += self._lanes.told()
            except BaseException as error:  # Be it a bug of ours: the call was executed, whatever came of it.
                step.started = stepper.started
                return told(session.fail_step(step, error), number)
            step.env_us = env_us = stepper.env_us
            if raw:
                step.rest = raw
                if len(raw) > room:
                    return told(session.tell_step(step), number)
                whole[message : message + len(raw)] = raw
            step.server_us = server_us = (clock() - stepper.started) // 1000
            if raw or not self._is_plain:
                self._write_head(seq, at.DONE, _COLUMNS, env_us, server_us, len(raw))
                self._is_plain = not raw
            else:  # All else of the head is as it was.
                longs[_REPLY_SEQ] = seq
                longs[_REPLY_TIMES] = env_us | server_us << 32
            # What the client does with it and what is left to do here go on at once. Nobody else can have the columns
            # before both are over: the next call comes to this thread.
            step.told = True
            tell(number)
            if not end(step):
                session.tell_step(step)
                step = ColumnStep(self._call_of)
            return True

        return take

    def _write_told(self, reply: pb.Reply | None, number: int) -> bool:
        """Puts a reply into the file and tells so; False if the connection has it."""
        if reply is None or not self._write(reply):
            return False
        self._tell(number)
        return True

    def _write_head(self, seq: int, status: int, columns: int, env_us: int, server_us: int, length: int) -> None:
        at.REPLY_HEAD.pack_into(self._map, at.REPLY_HEAD_AT, seq, status, columns, env_us, server_us, length)
        self._is_plain = False

    def _call_of(self, step: ColumnStep) -> pb.Call:
        read, want_info = step.action
        call = pb.Call(seq=step.seq)
        call.step.want_info = want_info
        self._actions.write(read, call.step)
        return call

    def _write(self, reply: pb.Reply) -> bool:
        """Puts a reply into the file; False if it does not fit. What it holds is spoiled then."""
        layout, whole = self._layout, self._map
        seq, env_us, server_us, columns = reply.seq, reply.env_us, reply.server_us, 0
        if not reply.HasField("fault"):
            if len(reply.observation) == len(self._observation):
                columns |= at.OBSERVATIONS  # They are there: the columns of the session lie in the file.
            if reply.reward:
                columns |= at.OUTCOMES
        for name in ("seq", "env_us", "server_us", "observation", "reward", "terminated", "truncated"):
            reply.ClearField(name)
        rest = reply.SerializeToString()
        if len(rest) > at.MESSAGE_BYTES:
            return False
        if rest:
            whole[layout.reply_message : layout.reply_message + len(rest)] = rest
        self._write_head(seq, at.DONE, columns, env_us, server_us, len(rest))
        return True


class SharedHost(MemoryHost):
    """Serves one session's calls, on the environment's thread; :meth:`end` and :meth:`ring` are for all threads.

    Attributes:
        over: Whether the file is looked at no longer.
    """

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
        self._peer = Peer(request.process_id)
        self._nonce = bytes(request.nonce)
        self._descriptor: int | None = slot.make_file(layout.size)
        rings, pipes = bells.make(request.bells, self._peer)
        self._slot = slot.Slot(self._descriptor, layout, slot.HOST, rings, _awake)
        super().__init__(self._slot.map, layout, session, observation, action)
        self._attached = False
        self._until = time.monotonic() + _ATTACH_SECONDS
        self._seen = 0
        self.over = False
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
            pipes=pipes,
        )

    def _tell(self, number: int) -> None:
        self._slot.post(number)

    def ring(self) -> None:
        """Wakes the environment's thread, which has something else to do."""
        self._slot.ring(at.HOST_BELL)

    def end(self) -> None:
        """Says that the file is looked at no longer; the gRPC connection says why."""
        self.over = True
        self._slot.words[at.HOST_STATE] = at.GONE
        self._slot.ring(at.CLIENT_BELL)
        self._close_descriptor()

    def _close_descriptor(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def serve(self, is_idle: Callable[[], bool]) -> bool:
        """Waits for requests and answers them, while there is nothing else to do.

        Args:
            is_idle: Whether there is not; who has something rings.

        Returns:
            False when it is over.
        """
        slot, words, answer = self._slot, self._slot.words, self.answer
        wait, request, seen = slot.wait, at.REQUEST, self._seen
        while not self.over:
            if not is_idle():
                return True
            there = wait(seen)
            if there and self._attached and not self.over:
                self._seen = seen = words[request]
                answer(seen)
            elif not self.over and not self._look_around(there):
                break
        _awake.discard(slot)
        return False

    def _look_around(self, there: bool) -> bool:
        """Whether the client is one to wait for, or to answer."""
        if not self._attached and not self._attach(there):
            return False
        return there or not (self._slot.words[at.CLIENT_STATE] == at.GONE or self._peer.ended())

    def _attach(self, there: bool) -> bool:
        """Looks whether the client has come, and is the one that the file was made for."""
        if self._slot.words[at.CLIENT_STATE] != at.HERE and not there:
            return time.monotonic() < self._until
        self._close_descriptor()  # From now on no third process can open the file.
        self._attached = self._slot.map[at.CLIENT_NONCE_AT : at.CLIENT_NONCE_AT + at.NONCE_BYTES] == self._nonce
        return self._attached
