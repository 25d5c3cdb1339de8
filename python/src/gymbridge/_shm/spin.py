"""How a side waits: how long it pays to look again and again before going to sleep, and after which nap.

It is learned from what the last waits took. docs/transports.md, "How a side waits", has the rule; SpinBudget.cs is the
same in C#.
"""

from __future__ import annotations

import os

LOOKS, SPIN_SECONDS = 10000, 400e-6
"""The longest spin without a nap, and what it takes, about."""

_MARGIN_SECONDS = 150e-6
_LONGEST_FORESEEN_SECONDS = 5e-3
_WAITS_TO_FORESEE = 8
_LEAST_FORESEEN = 6
_MOST_RESTS = 64
_WAITS_OF_A_LOOK_AROUND = 256
_MISS_COSTS = 8  # Hits.
_MOST_CREDIT = 4 * _MISS_COSTS
_LEAST_GOOD_WAITS, _MOST_GOOD_WAITS, _MOST_WHEN_BUSY = 8, 1024, 64


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
        spins: Whether it pays to spin at once, where there is no nap.
        nap: Seconds to sleep before spinning; 0 for none.
        looks: How often to look where there is no nap; 0 for no spinning.
        looks_after_nap: How often to look after a nap.
        left: Hits until :meth:`look_around` is due.
    """

    spins: bool
    nap: float
    looks: int
    looks_after_nap: int
    left: int

    __slots__ = (
        "_able",
        "_credit",
        "_good_waits",
        "_left_at_miss",
        "_rests",
        "_rests_when_busy",
        "_waits",
        "_wanted",
        "left",
        "looks",
        "looks_after_nap",
        "nap",
        "spins",
    )

    def __init__(self) -> None:
        """Starts with the whole budget."""
        self._able = processors() >= 2
        self._set(self._able, 0.0)
        self.left = self._left_at_miss = 1
        self._credit = _MOST_CREDIT
        self._good_waits = self._rests = 0
        self._rests_when_busy = 1
        self._waits: list[float] = []
        self._wanted = _LEAST_GOOD_WAITS

    def never(self) -> None:
        """From now on it always sleeps."""
        self._able = False
        self._set(False, 0.0)

    def takes_nap(self) -> bool:
        """Whether the wait that begins has a nap, and is not one that only sleeps, for all were busy lately."""
        if self.nap and self._rests:
            self._rests -= 1
            return False
        return self.nap > 0

    def has_room(self) -> bool:
        """After a nap: whether there is a processor to spin on."""
        if machine.is_busy():
            self._rests = self._rests_when_busy
            self._rests_when_busy = min(_MOST_RESTS, 2 * self._rests_when_busy)
            return False
        self._rests_when_busy = max(1, self._rests_when_busy // 2)
        return True

    def look_around(self) -> None:
        """Some hits are over: is there a processor to spare?"""
        self._left_at_miss += _WAITS_OF_A_LOOK_AROUND - self.left
        self.left = _WAITS_OF_A_LOOK_AROUND
        if machine.is_busy():
            self._stop()
        else:
            self._wanted = max(_LEAST_GOOD_WAITS, self._wanted // 2)

    def miss(self) -> None:
        """A wait did not end while it spun."""
        if self.nap:
            return  # The window of the next waits tells whether they are foreseen.
        hits = self._left_at_miss - self.left
        self._left_at_miss = self.left
        self._credit = min(_MOST_CREDIT, self._credit + hits) - _MISS_COSTS
        if hits:
            self._waits.clear()
        if self._credit <= 0:
            self._stop()
            self._wanted = min(_MOST_GOOD_WAITS, self._wanted * 2)

    def napped(self, seconds: float) -> None:
        """A wait ended in a nap, or while it spun after one; what it took, all in all, here and below."""
        self._learn(seconds)

    def slept(self, seconds: float) -> None:
        """A wait ended in a sleep, whatever came before."""
        self._learn(seconds)
        if self.spins or not self._able or self.nap:
            return
        self._good_waits = self._good_waits + 1 if seconds < SPIN_SECONDS else max(0, self._good_waits - _MISS_COSTS)
        if self._good_waits >= self._wanted:
            self._good_waits = 0
            if not machine.is_busy():
                self._begin()
            else:  # A look costs a part of a short wait.
                self._wanted = max(self._wanted, min(_MOST_WHEN_BUSY, self._wanted * 2))

    def _begin(self) -> None:
        self._set(True, 0.0)
        self.left = self._left_at_miss = _WAITS_OF_A_LOOK_AROUND
        self._credit = _MOST_CREDIT

    def _stop(self) -> None:
        self._good_waits = 0
        self._set(False, self.nap)

    def _set(self, spins: bool, nap: float) -> None:
        self.spins, self.nap = spins, nap
        self.looks = LOOKS if spins and not nap else 0
        self.looks_after_nap = int(LOOKS * _after_nap(nap) / SPIN_SECONDS)

    def _learn(self, seconds: float) -> None:
        waits = self._waits
        if seconds < SPIN_SECONDS and not self.nap:
            waits.clear()
            return
        waits.append(seconds)
        if SPIN_SECONDS <= seconds < self.nap + _MARGIN_SECONDS:
            self._set(self.spins, seconds - _MARGIN_SECONDS)
        if len(waits) == _WAITS_TO_FORESEE:
            self._foresee()
            waits.clear()

    def _foresee(self) -> None:
        long_ones = [wait for wait in self._waits if wait >= SPIN_SECONDS]
        shortest = min(long_ones, default=0.0)
        nap = shortest - _MARGIN_SECONDS
        hits = sum(wait <= nap + _after_nap(nap) for wait in long_ones)
        if self._able and hits >= _LEAST_FORESEEN and shortest <= _LONGEST_FORESEEN_SECONDS:
            self._set(self.spins, nap)
        elif self.nap and len(long_ones) < _LEAST_FORESEEN:
            self._begin()
        else:
            self._set(self.spins, 0.0)


def _after_nap(nap: float) -> float:
    return SPIN_SECONDS + nap / 4  # What is foreseen is the end of a short one.
