"""Writes catch.json: what the Python twin of Catch-v0 does, for CatchEnv to reproduce byte for byte.

    python tests/GymBridge.Environments.Tests/golden/generate_catch.py

For each size and seed a SHA-256 over the frames, rewards and flags of 400 random steps; an ended episode is
followed by a reset.
"""

import hashlib
import json
import pathlib
import struct

import gymnasium as gym
import numpy as np

SIZES = [(84, 21), (36, 9), (40, 5)]
SEEDS = [0, 1, 2**64 + 5]
STEPS = 400


class Catch(gym.Env):
    """A ball falls through an image of cells and bounces off its walls; a paddle of three cells is to be under it."""

    def __init__(self, frame_size=84, cells=21):
        self.frame_size, self.cells = frame_size, cells
        self.observation_space = gym.spaces.Box(0, 255, (frame_size, frame_size), np.uint8)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.row, self.paddle = 0, self.cells // 2
        self.column = int(self.np_random.integers(self.cells))
        self.drift = int(self.np_random.integers(3)) - 1
        return self.observe(), {}

    def step(self, action):
        last = self.cells - 1
        self.paddle = min(max(self.paddle + (0, -1, 1)[int(action)], 1), last - 1)
        if self.row == last:
            return self.observe(), 0.0, True, False, {}
        self.row += 1
        self.column += self.drift
        if not 0 <= self.column <= last:
            self.column = -self.column if self.column < 0 else 2 * last - self.column
            self.drift = -self.drift
        is_caught = self.row == last and abs(self.column - self.paddle) <= 1
        return self.observe(), float(is_caught), self.row == last, False, {}

    def observe(self):
        cells = np.zeros((self.cells, self.cells), np.uint8)
        cells[-1, self.paddle - 1 : self.paddle + 2] = 128
        cells[self.row, self.column] = 255
        return np.kron(cells, np.ones((self.frame_size // self.cells,) * 2, np.uint8))


def digest(frame_size, cells, seed):
    env = Catch(frame_size, cells)
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
        {"frame_size": size, "cells": cells, "seed": str(seed), "digest": digest(size, cells, seed)}
        for size, cells in SIZES
        for seed in SEEDS
    ]
    path = pathlib.Path(__file__).with_name("catch.json")
    path.write_text(json.dumps({"steps": STEPS, "cases": cases}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
