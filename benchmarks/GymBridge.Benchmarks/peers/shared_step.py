"""Microseconds of a CartPole step: through shared memory, and Gymnasium's own, made the same way; quiet and busy.

Usage: shared_step.py ADDRESS
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import time

import gymnasium

import gymbridge

STEPS = 2000
TRIALS = 9
BUSY_STEPS = 500
BUSY_TRIALS = 41


def trial(env, steps: int) -> float:
    """Microseconds of one step over a few episodes."""
    step, reset = env.step, env.reset
    start = time.perf_counter()
    for i in range(steps):
        _, _, terminated, truncated, _ = step(i & 1)
        if terminated or truncated:
            reset()
    return (time.perf_counter() - start) / steps * 1e6


def measured(*envs, trials: int = TRIALS, steps: int = STEPS, typical=min) -> list[float]:
    """The typical one of the trials of each, which are taken in turn."""
    for env in envs:
        env.reset(seed=42)
    rows = [[trial(env, steps) for env in envs] for _ in range(trials)]
    return [typical(column) for column in zip(*rows, strict=True)]


@contextlib.contextmanager
def busy():
    """Every processor has something else to do."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def main(address: str) -> dict[str, float]:
    """Measures."""
    shared = gymbridge.make("CartPole-v1", address=address, transport="shm")
    asleep = gymbridge.make("CartPole-v1", address=address, transport="shm")
    asleep.unwrapped._session.shared._slot.spin.never()
    own = gymnasium.make("CartPole-v1")
    step, gymnasium_step, bare = measured(shared, own, shared.unwrapped)
    with busy():
        # The best trial on a busy machine had a processor to itself for once.
        busy_step, busy_asleep, busy_gymnasium = measured(
            shared, asleep, own, trials=BUSY_TRIALS, steps=BUSY_STEPS, typical=statistics.median
        )
    return {
        "step_us": step,
        "gymnasium_us": gymnasium_step,
        "round_trip_us": bare,
        "busy_step_us": busy_step,
        "busy_asleep_us": busy_asleep,
        "busy_gymnasium_us": busy_gymnasium,
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
