"""Environments whose workers wait, die and are counted, for the tests of many host processes."""

import os
import signal
import time
from typing import ClassVar

import gymnasium
import numpy as np


class Worker(gymnasium.Env):
    """Observes the steps of the episode and a number drawn by its start; the action says what happens."""

    metadata: ClassVar[dict[str, object]] = {"render_modes": []}
    observation_space = gymnasium.spaces.Box(0.0, 1e6, (2,), np.float64)
    action_space = gymnasium.spaces.Discrete(3)

    def __init__(self, gate="", render_mode=None):
        self.gate = gate
        self.steps = 0
        self.drawn = 0.0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.steps, self.drawn = 0, self.np_random.random()
        return np.array([self.steps, self.drawn]), {"pid": os.getpid()}

    def step(self, action):
        if action == 1:
            while not os.path.exists(self.gate):
                time.sleep(0.005)
        if action == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        self.steps += 1
        return np.array([self.steps, self.drawn]), 1.0, False, False, {"pid": os.getpid()}


gymnasium.register("Worker-v0", entry_point=Worker)
