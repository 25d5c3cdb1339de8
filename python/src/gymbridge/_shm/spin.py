"""How long it pays to look again and again before going to sleep: learned from what the last waits took."""

from __future__ import annotations

import os

_LIMIT = 1000  # Looks; about 40 microseconds.
_LEAST = 20
_SHORT_SECONDS = 50e-6
_LEAST_SHORT_WAITS, _MOST_SHORT_WAITS = 8, 1024
_HITS_THAT_FORGIVE = 64


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


class Spin:
    """The budget of one waiter.

    A wait that ends while it spins doubles the budget up to its limit, one that does not halves it down to nothing.
    While there is none, waits that were short count: after eight of them in a row spinning is tried again, after a
    relapse of twice as many. With one processor nobody spins: the other side could not go on.

    Attributes:
        looks: How often to look; 0 for no spinning.
    """

    __slots__ = ("_able", "_hits", "_short", "_wanted", "looks")

    def __init__(self) -> None:
        """Starts with the whole budget."""
        self._able = processors() > 1
        self.looks = _LIMIT if self._able else 0
        self._wanted = _LEAST_SHORT_WAITS
        self._short = 0
        self._hits = 0

    def hit(self) -> None:
        """The wait ended while it spun."""
        self.looks = min(_LIMIT, self.looks * 2)
        self._hits += 1
        if self._hits == _HITS_THAT_FORGIVE:
            self._wanted = _LEAST_SHORT_WAITS

    def miss(self) -> None:
        """It did not."""
        self._hits = 0
        self.looks //= 2
        if self.looks < _LEAST:
            self.looks = 0
            self._wanted = min(_MOST_SHORT_WAITS, self._wanted * 2)
            self._short = 0

    def slept(self, seconds: float) -> None:
        """A wait is over that went to sleep."""
        if self.looks or not self._able:
            return
        self._short = self._short + 1 if seconds < _SHORT_SECONDS else 0
        if self._short >= self._wanted:
            self.looks = _LIMIT
            self._short = 0
