"""An environment that has trouble when it is closed, for the tests of the C# client; some of it ends the process."""

import os

import gymnasium
import numpy as np


class Closing(gymnasium.Env):
    """One observation number; what ``close`` does is an argument."""

    observation_space = gymnasium.spaces.Box(-1.0, 1.0, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, badly="", exit_code=None):
        self.badly, self.exit_code = badly, exit_code

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return np.zeros(1, np.float32), {}

    def step(self, action):
        return np.zeros(1, np.float32), 0.0, False, False, {}

    def close(self):
        if self.exit_code is not None:
            os._exit(self.exit_code)
        if self.badly:
            raise OSError(self.badly)


gymnasium.register("Closing-v0", entry_point=Closing)
