"""How many workers of a host its streams and its waiting calls may hold, so that some are left for everybody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from typing import Protocol

from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host.limits import FIRST_CALL_SECONDS, MAX_NAMELESS_STREAMS, MAX_STREAMS_PER_SESSION
from gymbridge._host.refused import Refused, cap_reached


class Stream(Protocol):
    """A Drive stream.

    Attributes:
        opened: When it came, on the monotonic clock.
        driven: Which session it drives; None before its first call.
    """

    opened: float

    @property
    def driven(self) -> Hashable | None: ...

    def refuse(self, refused: Refused) -> None:
        """Ends it, from whichever thread."""


class Places:
    """The streams and the waiting unary calls of a host.

    A call that waits holds a worker, and so does a stream of a host that isolates its environments.
    """

    def __init__(self, sessions: int) -> None:
        """Starts with none.

        Args:
            sessions: How many sessions the host may have.
        """
        self._most_waiting = _most_waiting(sessions)
        self._streams: dict[Stream, None] = {}  # In the order in which they came.
        self._waiting = 0
        self._lock = threading.Lock()

    @staticmethod
    def workers(sessions: int) -> int:
        """Workers that all of them together may hold."""
        return sessions * MAX_STREAMS_PER_SESSION + _most_waiting(sessions) + MAX_NAMELESS_STREAMS

    def enter(self, stream: Stream) -> None:
        """Takes a place for a stream.

        Raises:
            Refused: There are too many that have named no session.
        """
        with self._lock:
            nameless = sum(other.driven is None for other in self._streams)
            if stream.driven is None and nameless >= MAX_NAMELESS_STREAMS:
                text = f"{nameless} streams of this host have not named a session yet, which is its limit."
                raise cap_reached("max_nameless_streams", MAX_NAMELESS_STREAMS, 1, nameless, text)
            self._streams[stream] = None
        if stream.driven is not None:
            self.named(stream)

    def named(self, stream: Stream) -> None:
        """Notes that a stream has named its session; the oldest of that session makes room.

        A connection that broke may have left one that the host still believes in: the newest is the one that is used.
        """
        with self._lock:
            others = [other for other in self._streams if other is not stream and other.driven == stream.driven]
        for other in others[: max(0, len(others) + 1 - MAX_STREAMS_PER_SESSION)]:
            text = (
                f"A session is driven by {MAX_STREAMS_PER_SESSION} streams at most; newer ones took this one's place."
            )
            limit = MAX_STREAMS_PER_SESSION
            other.refuse(cap_reached("max_streams_per_session", limit, 1, limit, text))

    def leave(self, stream: Stream) -> None:
        """Gives a stream's place back."""
        with self._lock:
            self._streams.pop(stream, None)

    def streams(self) -> list[Stream]:
        """Those that there are."""
        with self._lock:
            return list(self._streams)

    def end_nameless(self, now: float) -> None:
        """Ends streams that have named no session for too long."""
        for stream in self.streams():
            if stream.driven is None and now - stream.opened > FIRST_CALL_SECONDS:
                limit = round(FIRST_CALL_SECONDS * 1000)
                text = f"The stream named no session within {FIRST_CALL_SECONDS:g} s."
                stream.refuse(Refused("CALL_TIMEOUT", text, limit_ms=limit, seq=0, running_seq=0))

    def begin_wait(self, call: pb.Call) -> None:
        """Takes a place for a unary call that waits for its answer.

        Raises:
            Refused: Too many wait. The call goes on.
        """
        with self._lock:
            if self._waiting < self._most_waiting:
                self._waiting += 1
                return
        text = (
            f"{self._most_waiting} calls of this host wait for their answers, which is its limit; call {call.seq} goes "
            "on, and the same call again gets its reply."
        )
        raise Refused("CALL_TIMEOUT", text, limit_ms=0, seq=call.seq, running_seq=0)

    def end_wait(self) -> None:
        """Gives such a place back."""
        with self._lock:
            self._waiting -= 1


def _most_waiting(sessions: int) -> int:
    return max(sessions, 64)  # Few sessions may have many calls in flight.


class SilentPeer:
    """How long the transport has been trying to hand on a message.

    A peer that does not read holds the thread that writes: after 10 seconds and the time for its bytes at 64 KiB/s, the
    stream is broken off. The reply is kept, as for any broken connection.
    """

    __slots__ = ("_until",)

    def __init__(self) -> None:
        """Nothing is being handed on."""
        self._until: float | None = None

    def begin(self, size: int) -> None:
        """A message of so many bytes is handed on."""
        self._until = time.monotonic() + 10.0 + size / 65536

    def end(self) -> None:
        """It was taken."""
        self._until = None

    @property
    def has_begun(self) -> bool:
        """Whether a message is being handed on."""
        return self._until is not None

    def is_over(self, now: float) -> bool:
        """Whether it takes too long."""
        until = self._until
        return until is not None and now > until
