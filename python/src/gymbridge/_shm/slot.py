"""The shared file as both sides use it: one request and one reply at a time, each with a counter that says it is there.

Who writes data stores its counter after it, who reads looks at the counter before. Sleeping: the sleeper reads its
bell, raises its flag, and after a full fence looks at the counter; the other side stores counter and bell and after a
full fence looks at the flag. So one of the two sees the other, and futex compares the bell once more, or a pipe keeps
what it was given. No sleep is longer than :data:`SLICE`, be it that the other side breaks these rules.
"""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import stat
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from gymbridge._shm import futex
from gymbridge._shm import layout as at
from gymbridge._shm.bells import FUTEXES, Bell, Bells
from gymbridge._shm.errors import SharedMemoryError
from gymbridge._shm.layout import FileLayout
from gymbridge._shm.spin import LOOKS, SPIN_SECONDS, Spin

SLICE = 0.25
"""Seconds of the longest sleep; after it somebody looks whether the other side lives."""

_NAME = "gymbridge"
_ADD_SEALS, _GET_SEALS = 1033, 1034
_SEALED_SIZE = 0x1 | 0x2 | 0x4  # F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW


def make_file(size: int) -> int:
    """A file of zeros without a name, which keeps its size: it is gone with the last process that holds it.

    Raises:
        SharedMemoryError: The system gives none.
    """
    try:
        descriptor = os.memfd_create(_NAME, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except OSError as error:
        raise SharedMemoryError(f"the system gives no shared memory ({error})") from None
    try:
        os.ftruncate(descriptor, size)
        os.fchmod(descriptor, 0o600)
        fcntl.fcntl(descriptor, _ADD_SEALS, _SEALED_SIZE)
    except OSError as error:
        os.close(descriptor)
        raise SharedMemoryError(f"the system gives no shared memory ({error})") from None
    return descriptor


def open_file(process_id: int, descriptor: int, size: int) -> int:
    """The file that another process of this user has made, after everything about it was checked.

    Raises:
        SharedMemoryError: It is not there, or is not what was told.
    """
    path = f"/proc/{process_id}/fd/{descriptor}"
    try:
        # Before it is opened: to open a file of another kind can do something.
        if f"memfd:{_NAME}" not in os.readlink(path):
            raise SharedMemoryError("what the host offers is no file of its own; does it run in another container?")
        opened = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise SharedMemoryError(f"the file that the host offers cannot be reached ({error})") from None
    status = os.fstat(opened)
    sealed = fcntl.fcntl(opened, _GET_SEALS) & _SEALED_SIZE == _SEALED_SIZE
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_size != size or not sealed:
        os.close(opened)
        raise SharedMemoryError(
            f"the file that the host offers is not what it says ({status.st_size} bytes, {size} expected)"
        )
    return opened


class Side(NamedTuple):
    """Where one side of the file writes and looks, in words of four bytes.

    Attributes:
        own: The counter of what it posts.
        other: The counter that it waits for.
        bell: Which it sleeps on.
        sleeps: Its flag that it does.
        bell_of_other: Which wakes the other side.
        other_sleeps: The other side's flag.
    """

    own: int
    other: int
    bell: int
    sleeps: int
    bell_of_other: int
    other_sleeps: int


CLIENT = Side(at.REQUEST, at.REPLY, at.CLIENT_BELL, at.CLIENT_SLEEPS, at.HOST_BELL, at.HOST_SLEEPS)
HOST = Side(at.REPLY, at.REQUEST, at.HOST_BELL, at.HOST_SLEEPS, at.CLIENT_BELL, at.CLIENT_SLEEPS)


class Slot:
    """A mapped file, as one side has it.

    What each step needs is two functions that hold what they work with: an attribute that is looked up costs as much
    as a look at the memory.

    Attributes:
        layout: Where everything lies.
        map: The whole file.
        bells: How the sides wake each other.
        words: The head in words of four bytes.
        spin: How long :attr:`wait` looks again and again.
        post: Says that a request or a reply is there; takes the counter's value.
        wait: Waits until the other side's counter is another one than the one seen, for at most so many seconds
            (:data:`SLICE`); False if nothing came in time.
    """

    post: Callable[[int], None]
    wait: Callable[..., bool]

    def __init__(
        self, descriptor: int, layout: FileLayout, side: Side, bells: Bells = FUTEXES, awake: set[Any] | None = None
    ) -> None:
        """Maps the file.

        Args:
            descriptor: The file; it stays the caller's.
            layout: Where everything lies in it.
            side: Which one this is.
            bells: How the sides wake each other.
            awake: Those whose threads do not sleep: where there are two, who spins would hold up the other, for
                Python runs one of them at a time. None where there is but one thread.
        """
        self.layout = layout
        self.map = mmap.mmap(descriptor, layout.size)
        self.words = memoryview(self.map)[: at.MARKS_AT].cast("I")
        self._give, self._take = futex.fence()
        self.bells = bells
        self.spin = Spin()
        self._last_ring = (0, 0)
        self._address = ctypes.addressof(ctypes.c_char.from_buffer(self.map))
        self._awake: set[Any] = set() if awake is None else awake
        self.post, self.wait = self._poster(side), self._waiter(side)

    def _poster(self, side: Side) -> Callable[[int], None]:
        words, give, take, ordered = self.words, self._give, self._take, not futex.READS_NEED_FENCES
        counter, bell, sleeps = side.own, side.bell_of_other, side.other_sleeps
        address, wake = self._address + 4 * bell, self._bell(bell).wake

        def post(value: int) -> None:
            if ordered:
                words[counter] = value
            else:
                give()
                take()
                words[counter] = value
                give()
                take()
            words[bell] = (value << 1) & 0xFFFFFFFF  # Even here, odd in ring: no two writers make the same value.
            give()  # The fence; a call of a function around both would cost as much as one of them.
            take()
            if words[sleeps]:
                wake(address)

        return post

    def _waiter(self, side: Side) -> Callable[..., bool]:
        words, spin, awake, rest, fence = self.words, self.spin, self._awake, self._rest, self.fence
        ordered, counter = not futex.READS_NEED_FENCES, side.other

        def wait(seen: int, seconds: float = SLICE) -> bool:
            looks = spin.looks
            if looks and len(awake) < 2:
                for _ in range(looks):
                    if words[counter] != seen:
                        spin.left = left = spin.left - 1
                        if left <= 0:
                            spin.look_around()
                        if not ordered:
                            fence()
                        return True
                spin.miss()
                return rest(side, seen, seconds, SPIN_SECONDS)
            return rest(side, seen, seconds, 0.0)

        return wait

    def _rest(self, side: Side, seen: int, seconds: float, spent: float) -> bool:
        """Waits on, after some seconds that are spent already; with a nap, if that is the rule by now."""
        spin, words, counter = self.spin, self.words, side.other
        if words[counter] != seen:
            if futex.READS_NEED_FENCES:
                self.fence()
            return True
        started = time.perf_counter() - spent
        if not spent and len(self._awake) < 2 and spin.takes_nap():
            if self._sleep(side, seen, min(spin.nap, seconds)):
                spin.napped(time.perf_counter() - started)
                return True
            if self._take_ring(side, seen):
                return False
            if spin.has_room():
                left = seconds - (time.perf_counter() - started)
                for _ in range(min(spin.looks_after_nap, int(LOOKS * left / SPIN_SECONDS))):
                    if words[counter] != seen:
                        spin.napped(time.perf_counter() - started)
                        if futex.READS_NEED_FENCES:
                            self.fence()
                        return True
                spin.miss()
        there = self._sleep(side, seen, max(0.0, seconds - (time.perf_counter() - started)))
        spin.slept(time.perf_counter() - started)
        self._take_ring(side, seen)
        return there

    def _sleep(self, side: Side, seen: int, seconds: float) -> bool:
        words, counter, bell, sleeps = self.words, side.other, side.bell, side.sleeps
        heard = words[bell]
        if futex.READS_NEED_FENCES:
            self.fence()
        words[sleeps] = 1
        self.fence()
        if words[counter] == seen and not self._is_new_ring(heard, seen):
            self._awake.discard(self)
            self._bell(bell).wait(self._address + 4 * bell, heard, seconds)
            self._awake.add(self)
        words[sleeps] = 0
        if futex.READS_NEED_FENCES:
            self.fence()
        return words[counter] != seen

    def _take_ring(self, side: Side, seen: int) -> bool:
        """Whether the bell was rung and nobody has looked around since; after the wait somebody does."""
        heard = self.words[side.bell]
        new = self._is_new_ring(heard, seen)
        if new:
            self._last_ring = heard, seen
        return new

    def _is_new_ring(self, heard: int, seen: int) -> bool:
        return heard & 1 != 0 and self._last_ring != (heard, seen)

    def fence(self) -> None:
        """A full memory fence."""
        self._give()
        self._take()

    def ring(self, bell: int) -> None:
        """Wakes the other side, or this one's own waiting thread, so that it looks around."""
        words = self.words
        words[bell] = ((words[bell] | 1) + 2) & 0xFFFFFFFF
        self.fence()
        self._bell(bell).wake(self._address + 4 * bell)

    def _bell(self, word: int) -> Bell:
        return self.bells.host if word == at.HOST_BELL else self.bells.client
