"""Writes precision.json: Gymnasium's Pendulum and MountainCarContinuous under actions that are not float32.

Run with Gymnasium 1.4.0 and NumPy 2: python generate_precision.py
"""

import hashlib
import json
import pathlib

import gymnasium as gym
import numpy as np

STEPS = 400
ACTIONS = {
    "small": lambda t: 0.1 * ((t % 7) - 3),
    "swing": lambda t: 0.9 if (t // 35) % 2 else -0.9,
    "beyond": lambda t: 2.6 * ((t % 5) - 2) / 2,
}


def run(name, dtype, actions):
    env = gym.make(name, max_episode_steps=-1, disable_env_checker=True).unwrapped
    env.reset(seed=3)
    digest = hashlib.sha256()
    for t in range(STEPS):
        observation, reward, terminated, _, _ = env.step(np.array([actions(t)]).astype(dtype))
        digest.update(observation.tobytes())
        digest.update(np.float64(reward).tobytes())
        digest.update(bytes([terminated]))
    return {
        "digest": digest.hexdigest(),
        "reward": float(reward),
        "observation": [float(value) for value in observation],
    }


cases = [
    {"env": name, "dtype": dtype, "actions": label, **run(name, dtype, actions)}
    for name in ("Pendulum-v1", "MountainCarContinuous-v0")
    for dtype in ("float64", "int64", "uint8", "float32")
    for label, actions in ACTIONS.items()
    if not (dtype == "uint8" and label != "small")
]
target = pathlib.Path(__file__).parent / "precision.json"
target.write_text(json.dumps({"gymnasium": gym.__version__, "numpy": np.__version__, "cases": cases}, indent=1) + "\n")
