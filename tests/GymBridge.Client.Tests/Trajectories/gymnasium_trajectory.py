"""Streams what the real Gymnasium does, for LiveParityTests.cs to compare with the C# environments step by step.

    python gymnasium_trajectory.py GENERATE_PY                the configurations as JSON
    python gymnasium_trajectory.py GENERATE_PY NAME STEPS     for each seed a reset and so many steps, as binary records

GENERATE_PY is the script of the golden trajectories, which holds the configurations, the seeds and the choice of
actions. A record is, for each field, its length as uint16 and its bytes. A reset has observation, info and generator; a
step has action, observation, reward, terminated, truncated, info and generator, and is followed by a reset where an
episode ended. A value starts with a letter for its Python type, so that int, float and np.float64 stay apart.
"""

import importlib.util
import json
import struct
import sys

import numpy as np

LENGTH = struct.Struct("<H")
DOUBLE = struct.Struct("<d")
LONG = struct.Struct("<q")
HALF = struct.Struct("<BI")


def load(path):
    spec = importlib.util.spec_from_file_location("generate", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ENCODERS = {
    float: lambda value: b"f" + DOUBLE.pack(value),
    np.float64: lambda value: b"F" + DOUBLE.pack(value),
    int: lambda value: b"i" + LONG.pack(value),
    np.int64: lambda value: b"I" + LONG.pack(value),
    bool: lambda value: b"b\1" if value else b"b\0",
    np.bool_: lambda value: b"B\1" if value else b"B\0",
    np.ndarray: lambda value: b"a" + value.dtype.str[1:].encode() + b":" + value.tobytes(),
    tuple: lambda value: b"t" + b"".join(ENCODERS[type(item)](item) for item in value),
    dict: lambda value: b"".join(key.encode() + b"=" + ENCODERS[type(item)](item) for key, item in value.items()),
}


def field(data):
    return LENGTH.pack(len(data)) + data


def encode(value):
    return field(ENCODERS[type(value)](value))


def generator(bit_generator):
    state = bit_generator.state
    numbers = state["state"]
    return field(
        numbers["state"].to_bytes(16, "little")
        + numbers["inc"].to_bytes(16, "little")
        + HALF.pack(state["has_uint32"], state["uinteger"])
    )


def stream(golden, name, steps, out):
    _, env_id, kwargs, options, policy = next(case for case in golden.CASES if case[0] == name)
    env = golden.make(env_id, kwargs)
    for seed in golden.SEEDS:
        env.action_space.seed(seed)
        obs, info = env.reset(seed=seed, options=options)
        bits = env.unwrapped.np_random.bit_generator
        out.write(encode(obs) + encode(info) + generator(bits))
        for t in range(steps):
            action = golden.choose(env, policy, t, obs, info)
            obs, reward, terminated, truncated, info = env.step(action)
            out.write(
                encode(action)
                + encode(obs)
                + encode(reward)
                + encode(terminated)
                + encode(truncated)
                + encode(info)
                + generator(bits)
            )
            if terminated or truncated:
                obs, info = env.reset(options=options)
                out.write(encode(obs) + encode(info) + generator(bits))
    out.flush()


def main():
    golden = load(sys.argv[1])
    if len(sys.argv) == 2:
        names = ("name", "env_id", "kwargs", "options", "policy")
        cases = [dict(zip(names, case, strict=True)) for case in golden.CASES]
        print(json.dumps({"seeds": [str(seed) for seed in golden.SEEDS], "steps": golden.STEPS, "cases": cases}))
    else:
        stream(golden, sys.argv[2], int(sys.argv[3]), sys.stdout.buffer)


if __name__ == "__main__":
    main()
