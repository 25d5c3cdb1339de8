"""Steps a second of 1024 CartPole lanes on a C# server, through gymbridge's vector environment: ADDRESS TRANSPORT."""

import json
import sys
import time

import numpy as np

import gymbridge

LANES = 1024
STEPS = 1000
TRIALS = 3

if __name__ == "__main__":
    env = gymbridge.make_vec("CartPole-v1", num_envs=LANES, address=sys.argv[1], transport=sys.argv[2])
    env.reset(seed=42)
    best = 0.0
    for _ in range(TRIALS):
        start = time.perf_counter()
        for i in range(STEPS):
            env.step(np.full(LANES, i & 1))
        best = max(best, LANES * STEPS / (time.perf_counter() - start))
    env.close()
    print(json.dumps({"steps_per_second": best}))
