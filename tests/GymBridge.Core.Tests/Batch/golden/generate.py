"""Writes infos.json: how Gymnasium's SyncVectorEnv batches infos, for InfoBatching to reproduce.

Run with Gymnasium 1.4.0 and NumPy 2.4.6:

    python tests/GymBridge.Core.Tests/Batch/golden/generate.py

InfoBatchingTests.cs runs the same; change both together.
"""

import hashlib
import json
import pathlib

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode, SyncVectorEnv

LANES = 3
STEPS = 120

CASES = {
    "frozen lake": ("FrozenLake-v1", {}, AutoresetMode.NEXT_STEP),
    "frozen lake same": ("FrozenLake-v1", {}, AutoresetMode.SAME_STEP),
    "taxi": ("Taxi-v4", {"max_episode_steps": 15}, AutoresetMode.NEXT_STEP),
    "taxi same": ("Taxi-v4", {"max_episode_steps": 15}, AutoresetMode.SAME_STEP),
    "cart pole same": ("CartPole-v1", {}, AutoresetMode.SAME_STEP),
}


def plain(value):
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, np.ndarray) and value.dtype == object:
        return [plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return {"dtype": str(value.dtype), "data": value.tolist()}
    return value.item() if isinstance(value, np.generic) else value


def run(env_id, kwargs, mode):
    env = SyncVectorEnv([lambda: gym.make(env_id, disable_env_checker=True, **kwargs)] * LANES, autoreset_mode=mode)
    env.single_action_space.seed(8)
    _, info = env.reset(seed=8)
    texts = [json.dumps(plain(info))]
    for _ in range(STEPS):
        actions = np.array([env.single_action_space.sample() for _ in range(LANES)])
        info = env.step(actions)[4]
        texts.append(json.dumps(plain(info)))
    longest = max(texts, key=len)
    return {"first": texts[0], "longest": longest, "digest": hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]}


path = pathlib.Path(__file__).with_name("infos.json")
path.write_text(
    json.dumps({"gymnasium": gym.__version__, "cases": {n: run(*c) for n, c in CASES.items()}}, indent=1) + "\n"
)
