"""How long it pays to look again and again before going to sleep: learned from what the last waits took."""

from __future__ import annotations

import os

_LIMIT = 5000  # Looks; about 200 microseconds.
_SHORT_SECONDS = 200e-6
_WAITS_OF_A_LOOK_AROUND = 256
_MISS_COSTS = 8  # Hits.
_MOST_CREDIT = 4 * _MISS_COSTS
_LEAST_SHORT_WAITS, _MOST_SHORT_WAITS = 8, 1024


def processors() -> float:
    """How many processors this process may use: its affinity, and the quota of its container."""
    count = float(len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else float(os.cpu_count() or 1)
    try:
        with open("/sys/fs/cgroup/cpu.max", encoding="ascii") as file:
            quota, _, period = file.read().strip().partition(" ")
        if quota != "max":
            count = min(count, int(quota) / int(period))
    except (OSError, ValueError, ZeroDivisionError):
        pass
    return count


class _Machine:
    """Whether all processors of the machine have something to do; a look takes about a microsecond."""

    def __init__(self) -> None:
        self._file: int | None = None
        self._processors = os.cpu_count() or 1

    def is_busy(self) -> bool:
        """Whether more threads want to run than there are processors; False where the system does not tell."""
        try:
            if self._file is None:
                self._file = os.open("/proc/loadavg", os.O_RDONLY | os.O_CLOEXEC)
            running = os.pread(self._file, 128, 0).split()[3].partition(b"/")[0]
            return int(running) > self._processors
        except (OSError, ValueError, IndexError):
            return False


machine = _Machine()
"""The one on which this runs."""


class Spin:
    """The budget of one waiter.

    A waiter spins as long as its waits end while it does, up to 200 microseconds, and the machine has a processor to
    spare, for which it looks every 256 waits. It stops after four misses, and does not where at least eight hits come
    between two of them: whoever trains steps many times, and then not at all for an update's time. While it does not
    spin, waits that were short count: after eight of them more than there were long ones by the same measure, or after
    a relapse or a look at a busy machine twice as many, it tries again. With less than two processors nobody spins: the
    other side could not go on.

    Attributes:
        looks: How often to look; 0 for no spinning.
        left: Hits until :meth:`look_around` is due.
    """

    __slots__ = ("_able", "_credit", "_left_at_miss", "_short", "_wanted", "left", "looks")

    def __init__(self) -> None:
        """Starts with the whole budget."""
        self._able = processors() >= 2
        self.looks = _LIMIT if self._able else 0
        self.left = self._left_at_miss = 1
        self._credit = _MOST_CREDIT
        self._short = 0
        self._wanted = _LEAST_SHORT_WAITS

    def look_around(self) -> None:
        """Some hits are over: is there a processor to spare?"""
        self._left_at_miss += _WAITS_OF_A_LOOK_AROUND - self.left
        self.left = _WAITS_OF_A_LOOK_AROUND
        if machine.is_busy():
            self.looks = self._short = 0
        else:
            self._wanted = max(_LEAST_SHORT_WAITS, self._wanted // 2)

    def miss(self) -> None:
        """A wait did not end while it spun."""
        hits = self._left_at_miss - self.left
        self._left_at_miss = self.left
        self._credit = min(_MOST_CREDIT, self._credit + hits) - _MISS_COSTS
        if self._credit <= 0:
            self.looks = self._short = 0
            self._wanted = min(_MOST_SHORT_WAITS, self._wanted * 2)

    def slept(self, seconds: float) -> None:
        """A wait is over that went to sleep."""
        if self.looks or not self._able:
            return
        self._short = self._short + 1 if seconds < _SHORT_SECONDS else max(0, self._short - _MISS_COSTS)
        if self._short >= self._wanted:
            self._short = 0
            if machine.is_busy():
                self._wanted = min(_MOST_SHORT_WAITS, self._wanted * 2)  # A look costs a good part of a short wait.
            else:
                self.looks = _LIMIT
                self.left = self._left_at_miss = _WAITS_OF_A_LOOK_AROUND
                self._credit = _MOST_CREDIT
