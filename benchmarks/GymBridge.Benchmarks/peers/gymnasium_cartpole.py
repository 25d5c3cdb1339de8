"""Steps a second of Gymnasium's own CartPole: one environment from make, its vector environment, or SyncVectorEnv."""

import json
import sys
import time

import gymnasium
import numpy as np

TRIALS = 3
LANES = 1024


def single() -> float:
    """gymnasium.make, with its default wrappers."""
    env = gymnasium.make("CartPole-v1")
    env.reset(seed=42)
    steps = 60_000
    best = 0.0
    for _ in range(TRIALS):
        start = time.perf_counter()
        for i in range(steps):
            _, _, terminated, truncated, _ = env.step(i & 1)
            if terminated or truncated:
                env.reset()
        best = max(best, steps / (time.perf_counter() - start))
    return best


def vector(mode: str, steps: int) -> float:
    """A vector environment of 1024 lanes."""
    env = gymnasium.make_vec("CartPole-v1", num_envs=LANES, vectorization_mode=mode)
    env.reset(seed=42)
    best = 0.0
    for _ in range(TRIALS):
        start = time.perf_counter()
        for i in range(steps):
            env.step(np.full(LANES, i & 1))
        best = max(best, LANES * steps / (time.perf_counter() - start))
    return best


if __name__ == "__main__":
    what = sys.argv[1]
    if what == "single":
        rate = single()
    elif what == "vector":
        rate = vector("vector_entry_point", 2000)
    else:
        rate = vector("sync", 40)
    print(json.dumps({"steps_per_second": rate}))
