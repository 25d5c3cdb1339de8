"""How the sides of shared memory wake each other: by futex(2) where both have it, else by two pipes.

A pipe keeps the byte that wakes until it is read, so no wake-up is lost; a byte that nobody needed any more ends the
next sleep early. Both sides have each pipe open for both, so that a write never meets an end without a reader. That the
other side has died its process tells, in the same sleep.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
from typing import NamedTuple, Protocol

from gymbridge._generated import env_service_pb2 as pb
from gymbridge._shm import futex
from gymbridge._shm.errors import SharedMemoryError
from gymbridge._shm.peer import Peer

FUTEX, PIPE = 1, 2
"""Bits of what a side can, as SharedMemoryRequest.bells has them."""

_VARIABLE = "GYMBRIDGE_SHM_BELL"
_NAMES = {"": FUTEX | PIPE, "futex": FUTEX, "pipe": PIPE}
_ROOM = 65536  # What a pipe holds.
_IN = 1


class _Entry(ctypes.Structure):
    _fields_ = (("descriptor", ctypes.c_int), ("events", ctypes.c_short), ("returned", ctypes.c_short))


class Bell(Protocol):
    """Where a side sleeps that has said so in the file, until the other one wakes it."""

    def wait(self, address: int, value: int, seconds: float, /) -> None:
        """Sleeps, at most so long; it may come back early."""

    def wake(self, address: int, /) -> None:
        """Wakes whoever sleeps, or will sleep next."""


class Pipe:
    """A pipe without a name.

    Attributes:
        descriptor: Open for both ends; it is closed with this.
    """

    def __init__(self, path: str, peer: Peer) -> None:
        """Opens it.

        Args:
            path: In /proc.
            peer: The process at the other end, whose end ends a sleep, too.
        """
        self.descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
        self._entries = (_Entry * 2)(_Entry(self.descriptor, _IN, 0), _Entry(peer.descriptor, _IN, 0))
        self._peer = peer  # It is to live as long.
        self._poll = ctypes.CDLL(None).ppoll
        self._poll.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_void_p]

    def wait(self, _address: int, _value: int, seconds: float) -> None:
        """Sleeps, at most so long; it may come back early. Other threads of Python run on."""
        entries, time = self._entries, futex.time_of(seconds)
        if self._poll(ctypes.addressof(entries), 2, ctypes.addressof(time), None) > 0 and entries[0].returned:
            with contextlib.suppress(BlockingIOError):
                os.read(self.descriptor, _ROOM)

    def wake(self, _address: int) -> None:
        """Wakes whoever sleeps, or will sleep next; where the pipe is full, he wakes already."""
        with contextlib.suppress(BlockingIOError):
            os.write(self.descriptor, b"\1")

    def __del__(self) -> None:
        """Closes it."""
        descriptor = self.__dict__.get("descriptor")
        if descriptor is not None:
            os.close(descriptor)


class Bells(NamedTuple):
    """The bells of both sides.

    Attributes:
        host: Wakes the host.
        client: Wakes the client.
        name: Of what they are.
    """

    host: Bell
    client: Bell
    name: str


FUTEXES = Bells(futex, futex, "futex")


def own() -> int:
    """What this process can; ``GYMBRIDGE_SHM_BELL`` leaves one, for tests. Nothing if the variable names none."""
    asked = _NAMES.get(os.environ.get(_VARIABLE, ""), 0)
    return asked if futex.available() else asked & ~FUTEX


def name_of(bells: int) -> str:
    """The name of what is used where a side can these, as ``GYMBRIDGE_SHM_BELL`` has it."""
    return "futex" if bells & FUTEX else "pipe"


def obstacle() -> str | None:
    """Why this process cannot share memory with any; None if it can."""
    asked = os.environ.get(_VARIABLE, "")
    if asked not in _NAMES:
        return f"{_VARIABLE} must be 'futex' or 'pipe', got {asked!r}"
    return None if own() else "the system has no futex(2)"


def common(others: int) -> int:
    """How this process and one that can these wake each other: by futex(2) where both can; 0 for nothing."""
    both = own() & (others or FUTEX)
    return FUTEX if both & FUTEX else both


def make(others: int, peer: Peer) -> tuple[Bells, pb.SharedMemoryPipes | None]:
    """The host's bells, and what it offers to the client.

    Raises:
        SharedMemoryError: The system gives no pipes.
    """
    if common(others) == FUTEX:
        return FUTEXES, None
    host, client = _make(peer), _make(peer)
    return Bells(host, client, "pipe"), pb.SharedMemoryPipes(host=host.descriptor, client=client.descriptor)


def open_offered(offer: pb.SharedMemoryOffer, peer: Peer) -> Bells:
    """The client's bells.

    Raises:
        SharedMemoryError: What the host offers are no pipes of its own, or this side has no futex(2).
    """
    if offer.HasField("pipes"):
        pipes = offer.pipes
        return Bells(_open(offer.process_id, pipes.host, peer), _open(offer.process_id, pipes.client, peer), "pipe")
    if not own() & FUTEX:
        raise SharedMemoryError("the host wakes by futex(2) only, which this client does not have")
    return FUTEXES


def _make(peer: Peer) -> Pipe:
    try:
        read, write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            return Pipe(f"/proc/self/fd/{read}", peer)
        finally:
            os.close(read)
            os.close(write)
    except OSError as error:
        raise SharedMemoryError(f"the system gives no pipe ({error})") from None


def _open(process_id: int, descriptor: int, peer: Peer) -> Pipe:
    path = f"/proc/{process_id}/fd/{descriptor}"
    try:
        # Before it is opened: to open a file of another kind can do something.
        if not os.readlink(path).startswith("pipe:["):
            raise SharedMemoryError("the bell that the host offers is no pipe of its own")
        pipe = Pipe(path, peer)
        status = os.fstat(pipe.descriptor)
    except OSError as error:
        raise SharedMemoryError(f"the bell that the host offers cannot be reached ({error})") from None
    if not stat.S_ISFIFO(status.st_mode) or status.st_uid != os.geteuid():
        raise SharedMemoryError("the bell that the host offers is no pipe of its own")
    return pipe
