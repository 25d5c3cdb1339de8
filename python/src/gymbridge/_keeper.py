"""Renews the leases of idle sessions, and closes those that were garbage collected."""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from typing import TYPE_CHECKING

from gymbridge import _wire
from gymbridge._connection import Connection
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._refusals import exception_of
from gymbridge.errors import GymBridgeError, ServerConnectionError

if TYPE_CHECKING:
    from gymbridge._channel import SessionCalls
    from gymbridge._session import Session

CLOSE_SECONDS = 5.0
_END_SECONDS = 1.0  # Of its stream before that.


def close(
    connection: Connection, request: pb.CloseRequest, timeout: float, calls: SessionCalls | None = None
) -> Exception | None:
    """Ends a session, or withdraws an Open; a server that is gone is closed enough.

    Returns:
        What closing the environments raised, or that the server which this process has started ended in it.
    """
    server = connection.server
    ran = server is not None and server.alive()
    try:
        if calls is not None:
            calls.end(min(timeout, _END_SECONDS))
        reply = connection.parse(
            pb.CloseResponse, connection.call(_wire.CLOSE, request.SerializeToString(), timeout, "closing")
        )
        return exception_of(reply.fault) if reply.HasField("fault") else None
    except GymBridgeError as error:
        ended = ran and isinstance(error, ServerConnectionError) and server is not None and not server.alive()
        return error if ended else None


def _patience(lease: float, seq: int) -> float:
    """How long a session is kept without a call, by the count of its calls."""
    return lease if seq else min(lease, _wire.FIRST_CALL_SECONDS)


class _Keeper:
    """One thread for all sessions of the process."""

    def __init__(self) -> None:
        self._sessions: weakref.WeakKeyDictionary[Session, tuple[int, float]] = weakref.WeakKeyDictionary()
        self._discarded: list[tuple[Connection, pb.CloseRequest, SessionCalls | None]] = []
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None

    def watch(self, session: Session) -> None:
        """Looks after a session as long as it is referred to."""
        with self._condition:
            self._sessions[session] = (session.seq, time.monotonic())
            self._wake()

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True, name="gymbridge-keeper")
            self._thread.start()
        self._condition.notify()

    def discard(self, connection: Connection, session_id: bytes, epoch: int, calls: SessionCalls) -> None:
        """Closes a session that nobody refers to; called by the garbage collector, so it must not wait."""
        self._discarded.append((connection, pb.CloseRequest(session_id=session_id, epoch=epoch), calls))

    def withdraw(self, connection: Connection, nonce: bytes) -> None:
        """Ends what comes of an Open that nobody waits for any more; whoever gave it up need not wait for that."""
        with self._condition:
            self._discarded.append((connection, pb.CloseRequest(open_nonce=nonce), None))
            self._wake()

    def _run(self) -> None:
        while True:
            with self._condition:
                leases = [s.lease_seconds for s in self._sessions if not s.closed and s.lease_seconds]
                # A third of the shortest lease: two pings may get lost. A second: garbage is not left lying about.
                self._condition.wait(min(1.0, min(leases, default=3.0) / 3))
                due = [(s, *seen) for s, seen in self._sessions.items() if not s.closed and s.lease_seconds]
            now = time.monotonic()
            for session, seen, at in due:
                if now - at >= _patience(session.lease_seconds, seen) / 3:
                    renewed = session.ping_if_idle(seen)
                    with self._condition:
                        self._sessions[session] = (renewed, now)
            del due[:]
            session = None  # type: ignore[assignment]  # A loop variable would keep it alive.
            while self._discarded:
                self._close_next(CLOSE_SECONDS)

    def _close_next(self, seconds: float) -> None:
        connection, request, calls = self._discarded.pop(0)
        close(connection, request, seconds, calls)

    def close_all(self) -> None:
        """At exit: servers that live on need not wait for the leases to end."""
        deadline = time.monotonic() + 1.0
        while self._discarded and time.monotonic() < deadline:
            self._close_next(0.5)
        for session in list(self._sessions):
            # A server that is stopped or hangs must not hold up the exit of this process, however many sessions it has.
            if session.connection.server is None and time.monotonic() < deadline:
                session.timeout = min(session.timeout, 0.5)
                session.end()


keeper = _Keeper()


@atexit.register
def _close_all() -> None:
    keeper.close_all()


def _new_keeper() -> None:
    global keeper
    keeper = _Keeper()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_keeper)
