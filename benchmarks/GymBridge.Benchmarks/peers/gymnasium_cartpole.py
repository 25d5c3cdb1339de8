"""Steps a second of Gymnasium's own CartPole: one environment from make, or its vector environment."""

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


def vector() -> float:
    """CartPoleVectorEnv with 1024 lanes."""
    env = gymnasium.make_vec("CartPole-v1", num_envs=LANES, vectorization_mode="vector_entry_point")
    env.reset(seed=42)
    steps = 2000
    best = 0.0
    for _ in range(TRIALS):
        start = time.perf_counter()
        for i in range(steps):
            env.step(np.full(LANES, i & 1))
        best = max(best, LANES * steps / (time.perf_counter() - start))
    return best


if __name__ == "__main__":
    print(json.dumps({"steps_per_second": single() if sys.argv[1] == "single" else vector()}))
