"""How a side waits: how long it pays to look again and again before going to sleep, and after which nap.

It is learned from what the last waits took. docs/transports.md, "How a side waits", has the rule; SpinBudget.cs is the
same in C#.
"""

from __future__ import annotations

import os

LOOKS, SPIN_SECONDS = 5000, 200e-6
"""The longest spin, and what it takes, about; twice that after a nap."""

_MARGIN_SECONDS = 150e-6
_LONGEST_FORESEEN_SECONDS = 5e-3
_WAITS_TO_FORESEE = 8
_WAITS_OF_A_LOOK_AROUND = 256
_MISS_COSTS = 8  # Hits.
_MOST_CREDIT = 4 * _MISS_COSTS
_LEAST_GOOD_WAITS, _MOST_GOOD_WAITS = 8, 1024


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

    Attributes:
        spins: Whether it pays to spin.
        nap: Seconds to sleep before that; 0 for none.
        looks: How often to look where there is no nap; 0 for no spinning.
        left: Hits until :meth:`look_around` is due.
    """

    spins: bool
    nap: float
    looks: int
    left: int

    __slots__ = (
        "_able",
        "_credit",
        "_good_waits",
        "_left_at_miss",
        "_long_waits",
        "_shortest",
        "_wanted",
        "left",
        "looks",
        "nap",
        "spins",
    )

    def __init__(self) -> None:
        """Starts with the whole budget."""
        self._able = processors() >= 2
        self._set(self._able, 0.0)
        self.left = self._left_at_miss = 1
        self._credit = _MOST_CREDIT
        self._good_waits = self._long_waits = 0
        self._shortest = 0.0
        self._wanted = _LEAST_GOOD_WAITS

    def never(self) -> None:
        """From now on it always sleeps."""
        self._able = False
        self._set(False, 0.0)

    def has_room(self) -> bool:
        """After a nap: whether there is a processor to spin on."""
        if machine.is_busy():
            self._stop()
        return self.spins

    def look_around(self) -> None:
        """Some hits are over: is there a processor to spare?"""
        self._left_at_miss += _WAITS_OF_A_LOOK_AROUND - self.left
        self.left = _WAITS_OF_A_LOOK_AROUND
        if machine.is_busy():
            self._stop()
        else:
            self._wanted = max(_LEAST_GOOD_WAITS, self._wanted // 2)

    def hit_after_nap(self, seconds: float) -> None:
        """A wait ended while it spun after a nap; what it took, all in all, here and below."""
        self._learn(seconds)
        self.left -= 1
        if self.left <= 0:
            self.look_around()

    def woken(self, seconds: float) -> None:
        """A wait ended during its nap."""
        if seconds < SPIN_SECONDS:
            self.miss()
        else:
            self._learn(seconds)

    def miss(self) -> None:
        """A wait did not end while it spun."""
        hits = self._left_at_miss - self.left
        self._left_at_miss = self.left
        self._credit = min(_MOST_CREDIT, self._credit + hits) - _MISS_COSTS
        if hits and not self.nap:
            self._long_waits = 0
        if self._credit <= 0:
            self.nap = 0.0
            self._long_waits = 0
            self._stop()
            self._wanted = min(_MOST_GOOD_WAITS, self._wanted * 2)

    def slept(self, seconds: float) -> None:
        """A wait ended in a sleep, whatever came before."""
        self._learn(seconds)
        if self.spins or not self._able:
            return
        reach = self.nap + 2 * SPIN_SECONDS if self.nap else SPIN_SECONDS
        self._good_waits = self._good_waits + 1 if seconds < reach else max(0, self._good_waits - _MISS_COSTS)
        if self._good_waits >= self._wanted:
            self._good_waits = 0
            if not machine.is_busy():
                self._set(True, self.nap)
                self.left = self._left_at_miss = _WAITS_OF_A_LOOK_AROUND
                self._credit = _MOST_CREDIT
            elif not self.nap:  # A look costs a good part of a short wait.
                self._wanted = min(_MOST_GOOD_WAITS, self._wanted * 2)

    def _stop(self) -> None:
        self._good_waits = 0
        self._set(False, self.nap)

    def _set(self, spins: bool, nap: float) -> None:
        self.spins, self.nap = spins, nap
        self.looks = LOOKS if spins and not nap else 0

    def _learn(self, seconds: float) -> None:
        if seconds < SPIN_SECONDS:
            self._long_waits = 0
            self._set(self.spins, 0.0)
            return
        self._shortest = seconds if self._long_waits == 0 else min(self._shortest, seconds)
        self._long_waits += 1
        if self._long_waits == _WAITS_TO_FORESEE:
            self._long_waits = 0
            foreseen = self._shortest <= _LONGEST_FORESEEN_SECONDS
            self._set(self.spins, self._shortest - _MARGIN_SECONDS if foreseen else 0.0)
        elif seconds - _MARGIN_SECONDS < self.nap:
            self.nap = seconds - _MARGIN_SECONDS
