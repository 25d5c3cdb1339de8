"""Writes catch.json: what the Python twin of Catch-v0 and PixelCatch-v0 does, for CatchEnv to reproduce byte for byte.

    python tests/GymBridge.Environments.Tests/golden/generate_catch.py

For each environment, arguments and seed a SHA-256 over the frames, rewards and flags of 400 random steps; an ended
episode is followed by a reset.
"""

import hashlib
import json
import pathlib
import struct

import gymnasium as gym
import numpy as np

DEFAULTS = {
    "Catch-v0": {},
    "PixelCatch-v0": {"cells": 28, "paddle_width": 4, "paddle_speed": 2, "drifts": False, "miss_reward": -1.0},
}
CASES = [
    ("Catch-v0", {}),
    ("Catch-v0", {"frame_size": 36, "cells": 9}),
    ("Catch-v0", {"frame_size": 40, "cells": 5}),
    ("Catch-v0", {"paddle_width": 2, "paddle_speed": 3, "miss_reward": -0.5}),
    ("PixelCatch-v0", {}),
    ("PixelCatch-v0", {"frame_size": 56, "drifts": True}),
]
SEEDS = [0, 1, 2**64 + 5]
STEPS = 400


class Catch(gym.Env):
    """A ball falls through an image of cells, and bounces off its walls if it drifts; a paddle is to be under it."""

    def __init__(self, frame_size=84, cells=21, paddle_width=3, paddle_speed=1, drifts=True, miss_reward=0.0):
        self.frame_size, self.cells, self.drifts, self.miss_reward = frame_size, cells, drifts, miss_reward
        self.paddle_width, self.paddle_speed = paddle_width, paddle_speed
        self.observation_space = gym.spaces.Box(0, 255, (frame_size, frame_size), np.uint8)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.row, self.left = 0, self.cells // 2 - self.paddle_width // 2
        self.column = int(self.np_random.integers(self.cells))
        self.drift = int(self.np_random.integers(3)) - 1 if self.drifts else 0
        return self.observe(), {}

    def step(self, action):
        last = self.cells - 1
        moved = self.left + (0, -self.paddle_speed, self.paddle_speed)[int(action)]
        self.left = min(max(moved, 0), self.cells - self.paddle_width)
        if self.row == last:
            return self.observe(), 0.0, True, False, {}
        self.row += 1
        self.column += self.drift
        if not 0 <= self.column <= last:
            self.column = -self.column if self.column < 0 else 2 * last - self.column
            self.drift = -self.drift
        if self.row < last:
            return self.observe(), 0.0, False, False, {}
        is_caught = self.left <= self.column < self.left + self.paddle_width
        return self.observe(), 1.0 if is_caught else self.miss_reward, True, False, {}

    def observe(self):
        cells = np.zeros((self.cells, self.cells), np.uint8)
        cells[-1, self.left : self.left + self.paddle_width] = 128
        cells[self.row, self.column] = 255
        return np.kron(cells, np.ones((self.frame_size // self.cells,) * 2, np.uint8))


def digest(env_id, kwargs, seed):
    env = Catch(**{**DEFAULTS[env_id], **kwargs})
    env.action_space.seed(seed)
    data = hashlib.sha256(env.reset(seed=seed)[0].tobytes())
    for _ in range(STEPS):
        frame, reward, terminated, truncated, _ = env.step(env.action_space.sample())
        data.update(frame.tobytes() + struct.pack("<d??", reward, terminated, truncated))
        if terminated:
            data.update(env.reset()[0].tobytes())
    return data.hexdigest()


def main():
    cases = [
        {"id": env_id, "kwargs": kwargs, "seed": str(seed), "digest": digest(env_id, kwargs, seed)}
        for env_id, kwargs in CASES
        for seed in SEEDS
    ]
    path = pathlib.Path(__file__).with_name("catch.json")
    path.write_text(json.dumps({"steps": STEPS, "cases": cases}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
