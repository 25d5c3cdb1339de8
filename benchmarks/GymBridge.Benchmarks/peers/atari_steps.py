"""Steps a second of prepared Pong in Python alone: one environment, or Gymnasium's AsyncVectorEnv of so many lanes."""

import json
import sys
import time

import gymnasium
import numpy as np

import gymbridge.atari  # noqa: F401

TRIALS = 5
STEPS = 400


def main() -> None:
    """Prints the best of five trials."""
    lanes = int(sys.argv[1])
    env_id = "Atari/Pong-v5"
    if lanes == 1:
        env = gymnasium.make(env_id, disable_env_checker=True)
    else:
        env = gymnasium.make_vec(f"gymbridge.atari:{env_id}", num_envs=lanes, vectorization_mode="async")
    env.reset(seed=42)
    best, step = 0.0, 0
    for _ in range(TRIALS):
        start = time.perf_counter()
        for _ in range(STEPS):
            action = step // 7 % 6
            step += 1
            result = env.step(action if lanes == 1 else np.full(lanes, action))
            if lanes == 1 and (result[2] or result[3]):
                env.reset()
        best = max(best, lanes * STEPS / (time.perf_counter() - start))
    env.close()
    print(json.dumps({"steps_per_second": best}))


if __name__ == "__main__":
    main()
