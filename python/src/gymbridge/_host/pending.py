"""Calls that were admitted to a session."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Any

from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host.refused import Refused

Listener = Callable[["Pending"], None]


class Pending:
    """A call that was admitted; whoever brought it waits for its reply or its refusal.

    Attributes:
        call: The call.
        started: When it came, in perf_counter nanoseconds.
        deadline: When it is overdue, on the monotonic clock.
        reply: The reply's bytes, once there are.
        message: The same as a message, where it was not too large.
        refusal: Why there are none.
        joiners: How many unary calls wait besides the first.
        listeners: Told on the session's thread when there is an answer.
        held: Whether it came ahead of its turn, and waits for the calls before it.
    """

    __slots__ = ("_done", "call", "deadline", "held", "joiners", "listeners", "message", "refusal", "reply", "started")

    def __init__(self, call: pb.Call, started: int, listener: Listener | None) -> None:
        """Starts to wait."""
        self.call = call
        self._start(started, listener)

    def _start(self, started: int, listener: Listener | None) -> None:
        self.started = started
        self.deadline = 0.0
        self.reply: bytes | None = None
        self.message: pb.Reply | None = None
        self.refusal: Refused | None = None
        self.held = False
        self.joiners = 0
        self.listeners: list[Listener] = [] if listener is None else [listener]
        self._done = threading.Lock()
        self._done.acquire()

    def finish(self, reply: bytes | None, refusal: Refused | None) -> None:
        """Tells all that wait; only the first one counts."""
        if self.reply is not None or self.refusal is not None:
            return
        self.reply, self.refusal = reply, refusal
        self._done.release()
        for listener in list(self.listeners):
            listener(self)

    def wait(self, seconds: float) -> bool:
        """Waits for the end; False if it did not come."""
        if not self._done.acquire(timeout=max(0.0, seconds)):
            return False
        self._done.release()
        return True


class ColumnStep(Pending):
    """A step whose actions and results lie in columns: there is no message of it unless somebody asks for one.

    One after the other uses the same object, as long as nobody else waits for the call.

    Attributes:
        seq: Its number.
        action: What of its actions is not a message yet.
        env_us: Microseconds in the environment.
        server_us: Microseconds in the host.
        rest: What its reply has besides columns, as bytes of one.
        told: Whether its client has its results already: it does not run any more, whatever is left to note of it.
    """

    __slots__ = ("_call_of", "action", "env_us", "rest", "seq", "server_us", "told")

    def __init__(self, call_of: Callable[[ColumnStep], pb.Call]) -> None:
        """Waits to be used.

        Args:
            call_of: Makes the message of a call.
        """
        self._call_of = call_of
        self.seq = self.env_us = self.server_us = 0
        self.action: Any = None
        self.rest = b""
        self.told = False
        self._start(0, None)
        self.deadline = math.inf  # Whoever joins it sets one.

    @property
    def call(self) -> pb.Call:  # type: ignore[override]
        """The call as a message."""
        return self._call_of(self)
