"""Floating-point operations a second of NumPy's float32 matrix product on one thread."""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import json
import sys
import time

import numpy as np

if __name__ == "__main__":
    m, n, k = map(int, sys.argv[1:])
    a = np.random.default_rng(1).standard_normal((m, k), dtype=np.float32)
    b = np.random.default_rng(2).standard_normal((k, n), dtype=np.float32)
    repeats = max(20, int(2e9 / (2 * m * n * k)))
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(repeats):
            a @ b
        best = min(best, (time.perf_counter() - start) / repeats)
    print(json.dumps({"flops": 2 * m * n * k / best}))
