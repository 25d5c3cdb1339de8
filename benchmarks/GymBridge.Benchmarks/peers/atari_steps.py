"""Steps a second of prepared and stacked Pong in Python alone.

python atari_steps.py LANES single|async|vector_entry_point
"""

import json
import sys
import time

import gymnasium
import numpy as np
from gymnasium.wrappers import FrameStackObservation

import gymbridge.atari  # noqa: F401

TRIALS = 5
STEPS = 400


def main() -> None:
    """Prints the best of five trials."""
    lanes = int(sys.argv[1])
    mode = sys.argv[2]
    env_id = "gymbridge.atari:Atari/Pong-v5"
    if mode == "single":
        env = FrameStackObservation(gymnasium.make(env_id, disable_env_checker=True), 4)
    elif mode == "async":
        stack = [lambda env: FrameStackObservation(env, 4)]
        env = gymnasium.make_vec(env_id, num_envs=lanes, vectorization_mode="async", wrappers=stack)
    else:
        env = gymnasium.make_vec("ALE/Pong-v5", num_envs=lanes, vectorization_mode=mode)
    single = mode == "single"
    env.reset(seed=42)
    best, step = 0.0, 0
    for _ in range(TRIALS):
        start = time.perf_counter()
        for _ in range(STEPS):
            action = step // 7 % 6
            step += 1
            result = env.step(action if single else np.full(lanes, action))
            if single and (result[2] or result[3]):
                env.reset()
        best = max(best, lanes * STEPS / (time.perf_counter() - start))
    env.close()
    print(json.dumps({"steps_per_second": best}))


if __name__ == "__main__":
    main()
