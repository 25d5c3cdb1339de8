"""Microseconds of a step of Gymnasium's CartPole in a plain loop, its resets included: a trial for each line of stdin.

With Python ints as actions, and with np.int64, which is what a host passes on and what an action space samples.
"""

import json
import sys
import time

import gymnasium
import numpy as np

STEPS = 5000


def trial(env, actions) -> float:
    """Microseconds of one step over a few episodes."""
    start = time.perf_counter()
    for i in range(STEPS):
        _, _, terminated, truncated, _ = env.step(actions[i & 1])
        if terminated or truncated:
            env.reset()
    return (time.perf_counter() - start) / STEPS * 1e6


if __name__ == "__main__":
    env = gymnasium.make("CartPole-v1")
    env.reset(seed=42)
    for _ in sys.stdin:
        times = {"step_us": trial(env, (0, 1)), "int64_step_us": trial(env, (np.int64(0), np.int64(1)))}
        print(json.dumps(times), flush=True)
