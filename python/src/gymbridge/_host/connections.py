"""How many connections a host holds, in all and of one peer: gRPC itself has no such limit.

Looked at from outside of gRPC, through the sockets of the process, so on Linux only. Connections that bring no call are
closed by gRPC (see sockets.py); this is for those who come by the thousand.
"""

from __future__ import annotations

import collections
import contextlib
import os
import socket
import stat
from collections.abc import Iterator

from gymbridge._host.faults import report

_SOCKETS = "/proc/self/fd"


class ConnectionCap:
    """Closes the newest connections to one address while there are too many."""

    def __init__(self, address: str, limit: int, limit_per_peer: int) -> None:
        """Watches over an address.

        Args:
            address: Where the host listens.
            limit: Connections in all.
            limit_per_peer: Connections from one IP address; a Unix socket has one peer, our own user.
        """
        self._unix = address[len("unix:") :] if address.startswith("unix:") else None
        self._port = 0 if self._unix is not None else int(address.rpartition(":")[2])
        self._limit = limit
        self._limit_per_peer = limit_per_peer
        self._ages: dict[int, int] = {}  # By inode: connections are numbered as they are seen.
        self._count = 0

    def enforce(self) -> None:
        """Looks, and closes what is too much."""
        try:
            names = os.listdir(_SOCKETS)
        except OSError:
            return  # Not Linux.
        if len(names) <= min(self._limit, self._limit_per_peer):
            return
        with contextlib.ExitStack() as stack:
            found: list[tuple[int, str, socket.socket]] = []
            for inode, connection in self._connections(names):
                stack.callback(connection.close)
                found.append((inode, _peer(connection), connection))
            known, self._ages = self._ages, {}
            for inode, _, _ in found:
                if inode not in known:
                    self._count += 1
                self._ages[inode] = known.get(inode, self._count)
            found.sort(key=lambda item: self._ages[item[0]])
            kept = 0
            by_peer: collections.Counter[str] = collections.Counter()
            for _, peer, connection in found:
                if kept < self._limit and (not peer or by_peer[peer] < self._limit_per_peer):
                    kept += 1
                    by_peer[peer] += 1
                    continue
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
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


def _peer(connection: socket.socket) -> str:
    if connection.family == socket.AF_UNIX:
        return ""
    try:
        return str(connection.getpeername()[0])
    except OSError:
        return ""  # It has ended.
