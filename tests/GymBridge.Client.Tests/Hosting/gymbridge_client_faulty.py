"""Environments that misbehave in known ways, for the tests of the C# client."""

import os
import sys
import time
from typing import ClassVar

import gymnasium
import numpy as np


class Faulty(gymnasium.Env):
    """One observation number; what the action says is what happens."""

    metadata: ClassVar[dict[str, object]] = {"render_modes": ["rgb_array"], "render_fps": 10}
    observation_space = gymnasium.spaces.Box(-1.0, 1.0, (2,), np.float32)
    action_space = gymnasium.spaces.Discrete(8)

    def __init__(self, render_mode=None, start="well", gate=""):
        if start != "well":
            raise ValueError(f"cannot start {start}")
        self.render_mode = render_mode
        self.gate = gate
        self.count = 0
        self.note = ""

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return np.zeros(2, np.float32), {"options": options}

    def step(self, action):
        self.count += 1
        if action == 1:
            raise ValueError("the value is wrong")
        if action == 2:
            sys.stderr.write("last words\n")
            sys.stderr.flush()
            os._exit(3)
        if action == 3:
            while not os.path.exists(self.gate):
                time.sleep(0.005)
        if action == 4:
            sys.stderr.write("x" * 1_000_000)
        info = {
            "count": self.count,
            "array": np.array([1.5, 2.5]),
            "scalar": np.float32(0.5),
            "nested": {"t": (1, "a")},
        }
        return np.full(2, self.count / 1000, np.float32), 1.0, False, False, info

    def render(self):
        return np.zeros((400, 600, 3), np.uint8)


gymnasium.register("Faulty-v0", entry_point=Faulty)
