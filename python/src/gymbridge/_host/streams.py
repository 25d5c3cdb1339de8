"""Drive streams: calls come in where their bytes arrive, answers go out from the environment's thread."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.message import DecodeError

from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host.answers import put_refusal
from gymbridge._host.pending import Pending
from gymbridge._host.places import SilentPeer
from gymbridge._host.refused import Refused
from gymbridge._host.session import HostSession
from gymbridge._host.turns import Turns

if TYPE_CHECKING:
    from gymbridge._host.service import Service


class DriveStream:
    """A stream that drives one session. It holds no thread.

    Attributes:
        session: Which one; None before its first call.
        opened: When it came, on the monotonic clock.
    """

    __slots__ = (
        *("_close", "_closing", "_context", "_epoch", "_last", "_lock", "_open", "_service", "_turns"),
        *("_writing", "opened", "session"),
    )

    def __init__(self, service: Service, context: Any, close: Callable[[None], None]) -> None:
        """Takes a stream that has come.

        Args:
            service: Whose sessions it may drive.
            context: The call's.
            close: Sends the status that the context has.
        """
        self._service = service
        self._context = context
        self._close = close
        self._lock = threading.Lock()
        self._open = True
        self._last: Pending | None = None
        self._epoch = 1
        self._writing, self._closing = SilentPeer(), SilentPeer()
        self._turns = Turns(context, self._receive, self._writing.end)
        self.session: HostSession | None = None
        self.opened = time.monotonic()

    @property
    def driven(self) -> HostSession | None:
        """As :class:`gymbridge._host.places.Stream` has it."""
        return self.session

    def begin(self) -> None:
        """Waits for calls."""
        try:
            self._service.places.enter(self)
        except Refused as refused:
            self.refuse(refused)
            return
        if self._context.add_callback(self._over):
            self._turns.read()
        else:
            self._over()

    def is_stuck(self, now: float) -> bool:
        """Whether the client has not read for so long that the stream is to be broken off."""
        ended = self.session is not None and bool(self.session.ended)
        return self._writing.is_over(now) or self._closing.is_over(now) or (ended and self._writing.has_begun)

    def _receive(self, data: bytes | None) -> None:
        """Hands a call to its session."""
        if data is None:
            self._turns.at_last(lambda: self._finish(grpc.StatusCode.OK, ""))
            return
        try:
            pending = self._submit(data)
        except (Refused, DecodeError) as error:
            self._turns.at_last(functools.partial(self._refuse_call, error))
            self._turns.forgo()
            return
        self._last = pending
        if not pending.listeners:  # Its reply was kept.
            self._answer(pending)
        elif pending.held:  # For others that are still to come.
            self._turns.read()

    def _submit(self, data: bytes) -> Pending:
        started = time.perf_counter_ns()
        call = pb.Call.FromString(data)
        session = self.session
        if session is None:
            session = self._service.session(call)
            self._epoch = call.epoch or 1
            self.session = session
            self._service.places.named(self)
        elif call.session_id and call.session_id != session.session_id:
            text = "A stream drives one session; open another stream for another."
            raise Refused("BAD_REQUEST", text, field="session_id")
        if session.epoch != self._epoch:
            raise session.superseded_refusal()
        return session.submit(call, started, self._answer)

    def _answer(self, pending: Pending) -> None:
        """Sends a reply; on the session's thread, in the order of the calls."""
        if pending.refusal is not None:
            self.refuse(pending.refusal)
            return
        assert pending.reply is not None
        if self._open:
            self._writing.begin(len(pending.reply))
            if not self._turns.reply(pending.reply):
                self._writing.end()

    def _refuse_call(self, error: Refused | DecodeError) -> None:
        if isinstance(error, Refused):
            self.refuse(error)
        else:
            self._finish(grpc.StatusCode.INTERNAL, f"The request is not a Call: {error}")

    def refuse(self, refused: Refused) -> None:
        """Ends the stream with a refusal, from whichever thread."""
        self._finish(grpc.StatusCode[refused.status], "", refused)

    def break_off(self) -> None:
        """Ends the stream as if its connection had broken: what is being sent goes nowhere."""
        self._context.cancel()

    def _finish(self, code: grpc.StatusCode, text: str, refused: Refused | None = None) -> None:
        with self._lock:
            if not self._open:
                return
            self._open = False
        if refused is not None:
            put_refusal(self._context, refused)
        elif code is not grpc.StatusCode.OK:
            self._context.set_code(code)
            self._context.set_details(text)
        self._closing.begin(0)
        self._close(None)

    def _over(self) -> None:
        session = self.session
        if session is not None:
            if self._last is not None:
                session.leave(self._last, self._answer)
            if self._turns.broken:
                session.broken_at = time.monotonic()
        self._service.places.leave(self)
