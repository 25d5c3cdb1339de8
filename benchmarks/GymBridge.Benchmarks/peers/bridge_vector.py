"""Seconds of a step of 1024 CartPole lanes on a C# server, through gymbridge's vector environment, and of its peers.

Usage: bridge_vector.py ADDRESS TRANSPORT MODE [ECHO]

MODE is that of Gymnasium's own vector environment. ECHO is the address of an empty Kestrel echo, which then brings as
many bytes both ways together as a step has.
"""

import json
import sys

import gymnasium
import numpy as np
from kestrel_echo import echo_of
from turns import Work, best, warm_up

import gymbridge

LANES = 1024
TRIALS = 15
WARM_UP = 4.0
STEP_BYTES = 8233 + 26652  # request and reply


def steps_of(env: gymnasium.vector.VectorEnv, count: int) -> Work:
    """Steps of every lane; those that fall are reset."""
    env.reset(seed=42)
    return Work(lambda i: env.step(np.full(LANES, i & 1)), count)


def main(address: str, transport: str, mode: str, echo: str = "") -> dict[str, float]:
    """Measures."""
    env = gymbridge.make_vec("CartPole-v1", num_envs=LANES, address=address, transport=transport)
    peer = gymnasium.make_vec("CartPole-v1", num_envs=LANES, vectorization_mode=mode)
    work = {"step": steps_of(env, 1000), "peer": steps_of(peer, 40 if mode == "sync" else 1000)}
    if echo:
        work["echo"] = Work(echo_of(echo, bytes(STEP_BYTES // 2)), 500)
    for one in work.values():
        warm_up(one, WARM_UP)
    result = best(TRIALS, **work)
    env.close()
    peer.close()
    return result


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
