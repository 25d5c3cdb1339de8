"""The calls of a session on one Drive stream of gRPC, made and answered on the caller's thread.

A unary call builds a call, its metadata and its status anew every time, which is most of what it takes. A stream does
so once. On the public face of grpcio a stream has two threads, which hand every message over to each other; here its
batches are started, and their ends waited for, by whoever calls, as grpcio does for unary calls.
"""

from __future__ import annotations

import math
import os
import threading
import time
import weakref
from collections.abc import Sequence
from typing import Any

try:
    from grpc import StatusCode, _common
    from grpc._cython import cygrpc

    _DEFAULTS = cygrpc.PropagationConstants.GRPC_PROPAGATE_DEFAULTS
    _CODES: dict[int, StatusCode] = _common.CYGRPC_STATUS_CODE_TO_STATUS_CODE
    _start, _send, _receive = (
        cygrpc.SendInitialMetadataOperation,
        cygrpc.SendMessageOperation,
        cygrpc.ReceiveMessageOperation,
    )
    _started, _status = cygrpc.ReceiveInitialMetadataOperation, cygrpc.ReceiveStatusOnClientOperation
    _close = cygrpc.SendCloseFromClientOperation
    _there = hasattr(cygrpc.Channel, "segregated_call")
except (ImportError, AttributeError):  # None of these names is grpcio's public face.
    _there = False

Metadata = Sequence[tuple[str, Any]]

MOST_STREAMS = 50
"""Of one channel: a connection has room for a hundred calls, and others than sessions' want some as well."""

_NO_FLAGS = 0


def is_possible() -> bool:
    """Whether this grpcio has such streams, and they can live with how it is set up."""
    # With its own support of forks grpcio waits, in the child, for calls that nobody there will end.
    return _there and os.environ.get("GRPC_ENABLE_FORK_SUPPORT", "0").lower() not in ("1", "true", "yes")


class StreamEndedError(Exception):
    """A stream that ended instead of bringing a reply; never leaves the package.

    Attributes:
        code: Name of the gRPC status.
        text: What it says.
        metadata: The trailers.
    """

    def __init__(self, code: str, text: str, metadata: Metadata) -> None:
        """Notes what is known."""
        super().__init__(text)
        self.code = code
        self.text = text
        self.metadata = metadata


class CallStream:
    """One stream: a reply to each request. Its calls are made one at a time.

    Attributes:
        seconds: What its calls are given as a rule.
    """

    def __init__(self, channel: Any, method: str, metadata: Metadata | None, seconds: float) -> None:
        """Starts it.

        Args:
            channel: grpcio's.
            method: Of the service.
            metadata: Of the call.
            seconds: What its calls are given as a rule.
        """
        self.seconds = seconds
        self._receive_status = _status(_NO_FLAGS)
        # The batches of a call that there always are: it lives as long as one of them is not done.
        batches = ((_start(metadata, _NO_FLAGS),), (_started(_NO_FLAGS),), (self._receive_status,))
        self._call = channel._channel.segregated_call(
            *(_DEFAULTS, method.encode(), None, None, metadata, None, tuple((batch, None) for batch in batches))
        )
        self._left = len(batches)
        self._ended = False
        self._busy = False
        self._due = math.inf
        self._lock = threading.Lock()
        self._process = os.getpid()

    @property
    def due(self) -> float:
        """When what it waits for is overdue, on the monotonic clock; infinite if it waits for nothing."""
        return self._due

    @property
    def ended(self) -> bool:
        """Whether it brings no more replies."""
        return self._ended

    def exchange(self, request: bytes, seconds: float) -> bytes:
        """Sends a request and waits for its reply.

        Raises:
            StreamEndedError: The stream has ended, or was ended because the reply did not come in time.
        """
        with self._lock:
            self._busy, self._due = True, time.monotonic() + seconds
        if seconds < self.seconds:
            watch.look()
        try:
            message = self._turn(request)
        except StreamEndedError:
            raise
        except BaseException:
            # Ctrl-C, for one. Whether grpcio has let go of the call is not known, so that nothing may wait for it.
            self._ended = True
            self._call.cancel(cygrpc.StatusCode.cancelled, "interrupted")
            raise
        finally:
            self._rest()
        if self._ended:  # The reply came just when it was overdue.
            self._drain()
        return message

    def _rest(self) -> None:
        with self._lock:
            self._busy, self._due = False, math.inf

    def _turn(self, request: bytes) -> bytes:
        receive = _receive(_NO_FLAGS)
        if not self._call.operate((_send(request, _NO_FLAGS), receive), None):
            self._ended = True
            raise StreamEndedError("UNAVAILABLE", "the stream of calls has ended", ())
        self._left += 1
        while True:
            operations = self._call.next_event().batch_operations
            self._left -= 1
            if operations[-1] is receive:
                break
        message: bytes | None = receive.message()
        if message is None:
            self._ended = True
            self._drain()
            raise self._error()
        return message

    def end_if_overdue(self, now: float) -> None:
        """Ends it if it has waited too long; on another thread than that which waits."""
        with self._lock:
            if now < self._due:
                return
            self._ended, self._due = True, math.inf
            self._call.cancel(cygrpc.StatusCode.deadline_exceeded, "no reply came in time")

    def end(self, seconds: float) -> None:
        """Ends it, unless a call runs, which then ends with its session's end; not in a fork's child.

        A server that is the first to end it, or to which it is broken off, keeps it in mind for some seconds, and of
        these it does not stand many.

        Args:
            seconds: How long to wait for the server to end its side.
        """
        with self._lock:
            if self._ended or self._busy or self._process != os.getpid():
                return
            self._ended = self._busy = True
            self._due = time.monotonic() + seconds
        watch.look()
        if self._call.operate((_close(_NO_FLAGS),), None):
            self._left += 1
        self._drain()
        self._rest()

    def _drain(self) -> None:
        """Takes what is left of a call that is over: grpcio keeps it until then."""
        while self._left:
            self._call.next_event()
            self._left -= 1

    def _error(self) -> StreamEndedError:
        status = self._receive_status
        code = _CODES.get(status.code(), StatusCode.UNKNOWN)
        if code is StatusCode.OK:  # The server has ended the stream, and not executed what it did not answer.
            return StreamEndedError("UNAVAILABLE", "the server has ended the stream of calls", ())
        return StreamEndedError(code.name, status.details() or "", status.trailing_metadata() or ())


class _Watch:
    """A thread that ends streams whose calls have taken too long: grpcio's wait for them has no limit."""

    def __init__(self) -> None:
        self._streams: weakref.WeakSet[CallStream] = weakref.WeakSet()
        self._condition = threading.Condition()
        self._shortest = math.inf
        self._thread: threading.Thread | None = None

    def add(self, stream: CallStream) -> None:
        """Watches a stream as long as it is referred to; of a wait that is shorter than its calls', :meth:`look`."""
        with self._condition:
            self._streams.add(stream)
            sooner, self._shortest = stream.seconds < self._shortest, min(stream.seconds, self._shortest)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="gymbridge-deadlines")
                self._thread.start()
            elif sooner:
                self._condition.notify()

    def look(self) -> None:
        """Takes notice of something that is due sooner than any call."""
        with self._condition:
            self._condition.notify()

    def _run(self) -> None:
        while True:
            with self._condition:
                # A call that begins from now on is not overdue before that.
                now = time.monotonic()
                due = min((stream.due for stream in self._streams), default=math.inf)
                self._condition.wait(max(0.0, min(due - now, self._shortest)))
                streams = list(self._streams)
            now = time.monotonic()
            for stream in streams:
                stream.end_if_overdue(now)
            stream = None  # type: ignore[assignment]  # A loop variable would keep it alive.
            del streams


watch = _Watch()


def _new_watch() -> None:
    global watch
    watch = _Watch()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_watch)
