"""Measuring several things in turns, so that what else the machine does meets all alike."""

import time
from collections.abc import Callable
from typing import NamedTuple


class Work(NamedTuple):
    """What is measured."""

    one: Callable[[int], object]
    """Does it once; it is told how many were before in this trial."""
    count: int
    """How often in a trial."""


def seconds(work: Work) -> float:
    """One trial: of one time, on average."""
    start = time.perf_counter()
    for i in range(work.count):
        work.one(i)
    return (time.perf_counter() - start) / work.count


def warm_up(work: Work, at_least: float) -> None:
    """Trials that do not count: a .NET server compiles what is called often once more, from what it has seen."""
    end = time.perf_counter() + at_least
    while time.perf_counter() < end:
        seconds(work)


def best(trials: int, **work: Work) -> dict[str, float]:
    """The seconds of one time in the best trial of each."""
    times = [{name: seconds(one) for name, one in work.items()} for _ in range(trials)]
    return {name: min(trial[name] for trial in times) for name in work}
