"""How many connections a host holds, in all and of one peer, and how long those that say nothing.

gRPC has no such limits. Looked at from outside of it, through the sockets of the process, so on Linux only.
"""

from __future__ import annotations

import collections
import contextlib
import os
import socket
import stat
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gymbridge._host.faults import report

_SOCKETS = "/proc/self/fd"
_LOOK_SECONDS = 0.5
_STRANGER_SECONDS = 10.0
_HURRIED_SECONDS = 1.0
_MAX_STRANGERS = 128


@dataclass
class _Connection:
    """A connection as it was found.

    Attributes:
        inode: Of its socket.
        address: IP address of the peer; empty for a Unix socket.
        name: Address and port, as gRPC names the peer.
        since: When it was first seen.
        number: In the order in which they were seen.
        handle: A duplicate of its socket.
    """

    inode: int
    address: str
    name: str
    since: float
    number: int
    handle: socket.socket


class ConnectionCap:
    """Closes connections to one address: those that bring no call, and the newest while there are too many.

    A connection over TCP that has not brought a call that was let in is a stranger: every user of the machine may be
    one. It is closed in time, and before the connections that are used.
    """

    def __init__(self, limit: int, limit_per_peer: int) -> None:
        """Watches over nothing yet.

        Args:
            limit: Connections in all.
            limit_per_peer: Connections from one IP address; a Unix socket has one peer, our own user.
        """
        self._unix: str | None = None
        self._port = 0
        self._limit = limit
        self._limit_per_peer = limit_per_peer
        self._seen: dict[int, tuple[float, int]] = {}  # By inode: when, and in which order.
        self._let_in: set[str] = set()
        self._count = 0
        self._looked = 0.0

    def watch(self, address: str) -> None:
        """Watches over the address where the host listens."""
        self._unix = address[len("unix:") :] if address.startswith("unix:") else None
        self._port = 0 if self._unix is not None else int(address.rpartition(":")[2])

    def admit(self, context: Any) -> None:
        """Notes that a connection has brought a call that was let in.

        Args:
            context: Of the call.
        """
        if self._unix is None:  # A Unix socket is open to our own user alone.
            self._let_in.add(urllib.parse.unquote(context.peer()).partition(":")[2])

    def enforce(self) -> None:
        """Looks, and closes what is too much."""
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS:
            return
        try:
            names = os.listdir(_SOCKETS)
        except OSError:
            return  # Not Linux.
        if self._unix is not None and len(names) <= self._limit:
            return
        self._looked = now
        with contextlib.ExitStack() as stack:
            found = []
            for inode, handle in self._connections(names):
                stack.callback(handle.close)
                found.append(self._note(inode, handle, now))
            self._seen = {each.inode: (each.since, each.number) for each in found}
            present = {each.name for each in found}
            self._let_in -= {name for name in list(self._let_in) if name not in present}
            self._close_strangers(found, now)
            self._close_beyond_limit(found)

    def _note(self, inode: int, handle: socket.socket, now: float) -> _Connection:
        address, name = _peer(handle)
        since, number = self._seen.get(inode, (now, self._count))
        if inode not in self._seen:
            self._count += 1
        return _Connection(inode, address, name, since, number, handle)

    def _is_stranger(self, connection: _Connection) -> bool:
        return self._unix is None and connection.name not in self._let_in

    def _close_strangers(self, found: list[_Connection], now: float) -> None:
        """Those that have had their time, the oldest first; it is short while there are many."""
        strangers = sorted(filter(self._is_stranger, found), key=lambda each: each.number)
        for index, each in enumerate(strangers):
            many = len(strangers) - index > _MAX_STRANGERS
            if now - each.since > (_HURRIED_SECONDS if many else _STRANGER_SECONDS):
                found.remove(each)
                _close(each)

    def _close_beyond_limit(self, found: list[_Connection]) -> None:
        # Strangers go first, the oldest of them; of the others those that came last.
        found.sort(key=lambda each: (self._is_stranger(each), -each.number if self._is_stranger(each) else each.number))
        kept = 0
        by_peer: collections.Counter[str] = collections.Counter()
        for each in found:
            if kept < self._limit and (not each.address or by_peer[each.address] < self._limit_per_peer):
                kept += 1
                by_peer[each.address] += 1
            else:
                _close(each)
        if kept < len(found):
            report(f"{len(found) - kept} connections were closed: {kept} are open, which is the limit of this host")

    def _connections(self, names: list[str]) -> Iterator[tuple[int, socket.socket]]:
        """The connections to the address, each as a duplicate that is the caller's to close."""
        for descriptor in sorted(map(int, names)):  # Those that come at once are numbered in their order.
            try:
                if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                    continue
                connection = socket.socket(fileno=os.dup(descriptor))
            except OSError:
                continue  # It has gone meanwhile.
            if self._is_ours(connection):
                yield os.fstat(connection.fileno()).st_ino, connection
            else:
                connection.close()

    def _is_ours(self, connection: socket.socket) -> bool:
        try:
            if connection.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                return False
            name = connection.getsockname()
        except OSError:
            return False
        if self._unix is not None:
            return connection.family == socket.AF_UNIX and name in (self._unix, os.fsencode(self._unix))
        return connection.family in (socket.AF_INET, socket.AF_INET6) and name[1] == self._port


def _peer(connection: socket.socket) -> tuple[str, str]:
    """IP address of a peer, and its name with the port; empty for a Unix socket, and where it has ended."""
    if connection.family == socket.AF_UNIX:
        return "", ""
    try:
        host, port = connection.getpeername()[:2]
    except OSError:
        return "", ""
    host = host.removeprefix("::ffff:") if "." in host else host
    return host, f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _close(connection: _Connection) -> None:
    with contextlib.suppress(OSError):
        connection.handle.shutdown(socket.SHUT_RDWR)
