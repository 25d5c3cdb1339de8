"""Writes numpy.json, the numbers that GymBridge.Seeding must reproduce bit for bit.

Run with Gymnasium 1.4.0, NumPy 2.4.6 and glibc on an x86-64 processor with FMA (others round log1p differently):

    python tests/GymBridge.Core.Tests/Seeding/golden/generate.py

MixedDraws.cs replays mixed_draws() in C#; change both together.
"""

import hashlib
import json
import math
import pathlib
import platform
import struct

import gymnasium
import numpy as np
from gymnasium.utils import seeding

SEEDS = [0, 42, 2**32, 2**64 + 5, 2**100 + 7, 2**200 + 3]
DRAWS = 1_000_000
CHECKPOINT = 100_000
LOG1P_INPUTS = 1_000_000
PAIRWISE_LENGTHS = [*range(301), 1000, 1023, 4096, 20_000]

MASK = 2**64 - 1
PROBABILITIES = [
    [0.1, 0.2, 0.3, 0.4],
    [1.0],
    [0.0, 0.0, 1.0, 0.0],
    [1 / 3, 1 / 3, 1 / 3],
    [0.5, 0.5 - 1e-9],
    [1 / 200] * 200,
]
GEOMETRIC = [0.25, 0.4, 1 / 3, 1.0, 1e-3, 1e-15, 1e-300]
INT64_HIGHS = [2**32 - 1, 2**32, 2**32 + 1, 2**31 + 1, 2**62 + 1]
UINT32_HIGHS = [1, 2**32, 2**31 + 1, 6]
INT8_BOUNDS = [(0, 2), (-128, 128), (-64, 65), (3, 4)]
UINT8_BOUNDS = [(0, 256), (0, 129), (10, 20), (255, 256)]
INT16_BOUNDS = [(0, 2), (-32768, 32768), (-16384, 16385), (9, 10)]
UINT16_BOUNDS = [(0, 65536), (0, 32769), (100, 1000), (65535, 65536)]
BOOL_BOUNDS = [(0, 2), (0, 1), (1, 2)]


class Script:
    """A generator of its own that decides what is drawn next: Knuth's MMIX congruence, top 31 bits."""

    def __init__(self, start):
        self.x = start

    def next64(self):
        self.x = (self.x * 6364136223846793005 + 1442695040888963407) & MASK
        return self.x

    def next(self):
        return self.next64() >> 33


def mixed_draw(rng, op, a, b):
    """One operation; returns the values drawn."""
    low, high = -(a % 1000) / 7.0, (b % 1000) / 3.0
    match op:
        case 0:
            return rng.random()
        case 1:
            return rng.random(dtype=np.float32)
        case 2:
            return rng.uniform(low, high)
        case 3:
            return rng.uniform(low, high, size=a % 5)
        case 4:
            return rng.uniform(np.array([-1.5, -0.05, -a / 1e3]), np.array([0.25, 0.05, b / 1e3]))
        case 5:
            return rng.integers(1 + a % 20)
        case 6:
            return rng.integers(-a, b * b + 1)
        case 7:
            return rng.integers(0, INT64_HIGHS[a % 5])
        case 8:
            match a % 3:
                case 0:
                    return rng.integers(-(2**63), 2**63)
                case 1:
                    return rng.integers(0, 2**64, dtype=np.uint64)
                case _:
                    return rng.integers(5, 2**63 + 6, dtype=np.uint64)
        case 9:
            match a % 3:
                case 0:
                    return rng.integers(-(2**31), 2**31, dtype=np.int32)
                case 1:
                    return rng.integers(-7, b % 1000 + 1, dtype=np.int32)
                case _:
                    return rng.integers(-(2**30) - 1, 2**30, dtype=np.int32)
        case 10:
            return rng.integers(0, UINT32_HIGHS[b % 4], size=a % 7, dtype=np.uint32)
        case 11:
            return rng.integers(*INT8_BOUNDS[b % 4], size=a % 11, dtype=np.int8)
        case 12:
            return rng.integers(*UINT8_BOUNDS[b % 4], size=a % 11, dtype=np.uint8)
        case 13:
            return rng.integers(*INT16_BOUNDS[b % 4], size=a % 6, dtype=np.int16)
        case 14:
            return rng.integers(*UINT16_BOUNDS[b % 4], size=a % 6, dtype=np.uint16)
        case 15:
            return rng.integers(*BOOL_BOUNDS[b % 3], size=a % 70, dtype=bool)
        case 16:
            match a % 3:
                case 0:
                    return rng.integers(-3, 100, dtype=np.int8)
                case 1:
                    return rng.integers(0, 1000, dtype=np.uint16)
                case _:
                    return rng.integers(0, 2, dtype=np.bool_)
        case 17:
            return rng.choice(1 + a % 50)
        case 18:
            p = PROBABILITIES[a % len(PROBABILITIES)]
            return rng.choice(len(p), p=p)
        case 19:
            p = PROBABILITIES[a % len(PROBABILITIES)]
            return rng.choice(len(p), size=b % 5, p=p)
        case 20:
            return rng.choice(1 + a % 50, size=b % 6)
        case 21:
            if b % 2 == 0:
                return rng.permutation(a % 40)
            values = list(range(a % 12))
            rng.shuffle(values)
            return np.array(values, dtype=np.int64)
        case 22:
            shuffle = bool(a & 64)
            if b % 2000 == 0:
                return rng.choice(20_000, size=1100, replace=False, shuffle=shuffle)
            n = 1 + a % 60
            return rng.choice(n, size=b % (n + 1), replace=False, shuffle=shuffle)
        case 23:
            match a % 4:
                case 0:
                    return rng.normal()
                case 1:
                    return rng.standard_normal()
                case 2:
                    return rng.normal(a / 1e3, b / 1e3)
                case _:
                    return rng.normal(size=b % 4)
        case 24:
            match a % 4:
                case 0:
                    return rng.exponential()
                case 1:
                    return rng.standard_exponential()
                case 2:
                    return rng.exponential(b / 1e3)
                case _:
                    return rng.exponential(2.5, size=b % 4)
        case 25:
            p = GEOMETRIC[a % len(GEOMETRIC)]
            return rng.geometric(p, size=3) if b % 4 == 0 else rng.geometric(p)
        case 26:
            return np.uint64(rng.bit_generator.random_raw())
        case 27:
            return rng.random(a % 6)
        case 28:
            return rng.random(a % 6, dtype=np.float32)
        case _:
            return rng.integers(0, 2**32, dtype=np.uint32)


OPERATIONS = 30


def to_bytes(values):
    """Floats as float64, integers as (u)int64, little-endian."""
    if type(values) is int:
        return (values & MASK).to_bytes(8, "little")
    values = np.asarray(values)
    if values.dtype.kind == "f":
        return values.astype("<f8").tobytes()
    return values.astype("<u8" if values.dtype == np.uint64 else "<i8").tobytes()


def state_of(rng):
    state = rng.bit_generator.state
    return {
        "state": f"{state['state']['state']:032x}",
        "increment": f"{state['state']['inc']:032x}",
        "has_uint32": bool(state["has_uint32"]),
        "uinteger": state["uinteger"],
    }


def mixed_draws(seed):
    rng, _ = seeding.np_random(seed)
    script = Script(seed & MASK)
    digest = hashlib.sha256()
    checkpoints = []
    for i in range(1, DRAWS + 1):
        op, a, b = script.next() % OPERATIONS, script.next(), script.next()
        digest.update(to_bytes(mixed_draw(rng, op, a, b)))
        if i % CHECKPOINT == 0:
            checkpoints.append({"sha256": digest.hexdigest(), **state_of(rng)})
    return checkpoints


def seed_case(seed):
    rng, _ = seeding.np_random(seed)
    case = {
        "seed": str(seed),
        "words32": [int(w) for w in np.random.SeedSequence(seed).generate_state(9, np.uint32)],
        "words64": [f"{int(w):016x}" for w in np.random.SeedSequence(seed).generate_state(5, np.uint64)],
        "initial": state_of(rng),
        "raw": [f"{rng.bit_generator.random_raw():016x}" for _ in range(4)],
    }
    for name in ("random", "normal", "exponential"):
        rng, _ = seeding.np_random(seed)
        case[name] = [f"{struct.unpack('<Q', struct.pack('<d', getattr(rng, name)()))[0]:016x}" for _ in range(4)]
    case["mixed"] = mixed_draws(seed)
    return case


def log1p_input(script):
    bits = script.next64()
    kind, sign, unit = script.next() % 4, script.next() % 2, (bits >> 11) * 2.0**-53
    if kind == 0:
        return -unit
    if kind == 1:
        return unit if sign else -unit * 0.34
    x = math.ldexp(1.0 + unit, script.next() % 120 - 60)
    if kind == 2 and x < 1.0:
        return -x
    return x


def log1p_digest():
    script, digest = Script(1), hashlib.sha256()
    for _ in range(LOG1P_INPUTS):
        digest.update(struct.pack("<d", math.log1p(log1p_input(script))))
    return digest.hexdigest()


def pairwise_digest():
    script, digest = Script(2), hashlib.sha256()
    for n in PAIRWISE_LENGTHS:
        values = np.array([(script.next64() >> 11) * 2.0**-53 - 0.25 for _ in range(n)])
        digest.update(struct.pack("<d", np.sum(values)))
    return digest.hexdigest()


def main():
    golden = {
        "gymnasium": gymnasium.__version__,
        "numpy": np.__version__,
        "libc": " ".join(platform.libc_ver()),
        "log1p_sha256": log1p_digest(),
        "pairwise_sha256": pairwise_digest(),
        "cases": [seed_case(seed) for seed in SEEDS],
    }
    path = pathlib.Path(__file__).with_name("numpy.json")
    path.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
