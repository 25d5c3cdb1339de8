"""Environments that the tests' hosts serve: ``host_envs:Counting-v0`` and so on."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete


class Counting(gymnasium.Env[Any, Any]):
    """Observes how often it was stepped, ever; options and actions make it misbehave."""

    observation_space = Box(-np.inf, np.inf, (1,), np.float64)
    action_space = Discrete(100)
    remote_attributes = ("steps", "level", "add", "fail")

    def __init__(self, size: int = 0, fail: str = "", **parameters: Any) -> None:
        if fail:
            raise ValueError(fail)
        if parameters and not parameters.pop("anything", False):
            raise TypeError(f"got an unexpected keyword argument '{next(iter(parameters))}'")
        self.steps = 0
        self.level = 1.5
        self.secret = "not declared"
        self._size = size
        self.parameters = parameters

    def _observe(self) -> Any:
        return np.array([self.steps], np.float64)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        if options and "raise" in options:
            raise RuntimeError(options["raise"])
        info: dict[str, Any] = {"options": options} if options is not None else {}
        if options and "bytes" in options:
            info["blob"] = bytes(options["bytes"])
        return self._observe(), info

    def step(self, action: Any) -> Any:
        self.steps += 1
        number = int(action)
        observation: Any = self._observe()
        reward: Any = 0.0
        terminated: Any = False
        info: dict[str, Any] = {}
        if number == 10:
            raise ValueError("the env's ValueError")
        if number == 11:
            raise KeyError("a key")
        if number == 12:
            raise CustomError("of a class that nobody else knows")
        if number == 13:
            raise gymnasium.error.InvalidAction("the env's InvalidAction")
        if number == 14:
            sys.exit(3)
        if number == 15:
            time.sleep(2.0)
        if number == 16:
            os._exit(7)
        if number == 17:
            print("to stdout " * 100)
            os.write(1, b"raw to fd 1\n")
        if number == 20:
            observation = observation.astype(np.float32)
        if number == 21:
            observation = np.zeros(3)
        if number == 22:
            reward = None
        if number == 23:
            info = {"object": object()}
        if number == 24:
            terminated = None
        if number == 25:
            info = None  # type: ignore[assignment]
        if number == 26:
            return observation, reward, terminated, info
        if number == 27:
            raise ValueError("line\r\nbreak % \x1b[2J \ud800 " + "x" * 10_000)
        if number >= 30:
            reward, terminated = TYPES[number - 30]
        return observation, reward, terminated, False, info

    def add(self, first: Any, second: Any = 0) -> Any:
        return first + second

    def fail(self) -> None:
        raise LookupError("in a method")


class CustomError(Exception):
    pass


TYPES: list[tuple[Any, Any]] = [
    (1, True),
    (2.5, np.True_),
    (np.float32(0.1), np.bool_(False)),
    (np.float64(0.1), False),
    (np.int64(-3), True),
    (np.int32(7), np.False_),
    (True, False),
    (np.bool_(True), False),
    (float("nan"), False),
    (-0.0, False),
]


class Scalars(gymnasium.Env[Any, Any]):
    """Observes a Discrete as the type that it was made for."""

    action_space = Discrete(5, start=-2)
    observation_space = Discrete(10, start=-5)

    def __init__(self, kind: str = "int") -> None:
        self._kind = {"int": int, "int64": np.int64, "int32": np.int32}[kind]

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        return self._kind(-5), {"seed": self.np_random_seed}

    def step(self, action: Any) -> Any:
        return self._kind(int(action)), 0.0, False, False, {"action_type": type(action).__name__}


class Echo(gymnasium.Env[Any, Any]):
    """Observes its action; bounds that are not finite, many dimensions."""

    action_space = Box(-1, 1, (2, 3), np.float32)
    observation_space = Box(-np.inf, np.inf, (2, 3), np.float32)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        return np.zeros((2, 3), np.float32), {}

    def step(self, action: Any) -> Any:
        return (
            action,
            float(action.sum()),
            False,
            False,
            {"dtype": str(action.dtype), "writable": action.flags.writeable},
        )


class Big(gymnasium.Env[Any, Any]):
    """Observations of as many bytes as wanted."""

    action_space = Discrete(2)

    def __init__(self, size: int = 1) -> None:
        self.observation_space = Box(0, 255, (size,), np.uint8)
        self._size = size

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        return np.full(self._size, 7, np.uint8), {}

    def step(self, action: Any) -> Any:
        blob = {"blob": bytes(self._size)} if action == 1 else {}
        return np.full(self._size, 7, np.uint8), 0.0, False, False, blob


class Infos(gymnasium.Env[Any, Any]):
    """Episodes of different lengths, and infos of every kind."""

    action_space = Discrete(2)
    observation_space = Box(-1000, 1000, (2,), np.float32)

    def __init__(self) -> None:
        self._step = 0
        self._length = 1

    def _observe(self) -> Any:
        return np.array([self._step, self._length], np.float32)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self._step = 0
        self._length = int(self.np_random.integers(1, 6))
        return self._observe(), {"started": True, "length": self._length, "text": "a"} if self._length % 2 else {}

    def step(self, action: Any) -> Any:
        self._step += 1
        ended = self._step >= self._length
        info: dict[str, Any] = {"step": self._step, "nested": {"half": self._step / 2, "deep": {"name": "n"}}}
        if self._step % 2:
            info["array"] = np.arange(3, dtype=np.int16) * self._step
        if ended:
            info["final"] = [1, "two", None]
        truncated = ended and self._length % 2 == 0
        return self._observe(), float(self._step), ended and not truncated, truncated, info


class Frames(gymnasium.Env[Any, Any]):
    """Has frames, but no window."""

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 1000}  # noqa: RUF012
    action_space = Discrete(2)
    observation_space = Discrete(2)

    def __init__(self, render_mode: str | None = None) -> None:
        self.render_mode = render_mode

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        return np.int64(0), {}

    def render(self) -> Any:
        return np.full((4, 6, 3), 128, np.uint8)


class Nested(gymnasium.Env[Any, Any]):
    """A space that this version cannot carry."""

    action_space = Discrete(2)
    observation_space = Dict({"a": Discrete(2)})


for cls in (Counting, Scalars, Echo, Big, Infos, Frames, Nested):
    gymnasium.register(f"{cls.__name__}-v0", entry_point=f"host_envs:{cls.__name__}")
gymnasium.register("Limited-v0", entry_point="host_envs:Counting", max_episode_steps=3, reward_threshold=9.0)
