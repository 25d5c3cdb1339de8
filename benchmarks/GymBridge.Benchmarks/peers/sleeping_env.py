"""An environment whose step sleeps: ``sleeping_env:Sleeping-v0``."""

from __future__ import annotations

import time
from typing import Any

import gymnasium
import numpy as np


class Sleeping(gymnasium.Env[Any, Any]):
    """Sleeps for as many seconds as it is told."""

    observation_space = gymnasium.spaces.Discrete(2)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        return np.int64(0), {}

    def step(self, action: Any) -> Any:
        time.sleep(self._seconds)
        return np.int64(0), 0.0, False, False, {}


gymnasium.register("Sleeping-v0", Sleeping, disable_env_checker=True, order_enforce=False)
