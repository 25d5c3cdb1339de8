"""Environments that the tests' hosts serve: ``host_envs:Counting-v0`` and so on."""

from __future__ import annotations

import asyncio
import collections
import ctypes
import datetime
import enum
import os
import pathlib
import signal
import sqlite3
import sys
import threading
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

    def __init__(self, size: int = 0, fail: str = "", gate: str = "", **parameters: Any) -> None:
        if fail:
            raise ValueError(fail)
        if parameters and not parameters.pop("anything", False):
            raise TypeError(f"got an unexpected keyword argument '{next(iter(parameters))}'")
        self.steps = 0
        self.level = 1.5
        self.secret = "not declared"
        self._size = size
        self._gate = pathlib.Path(gate) if gate else None
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
        if number == 15 and self._gate is None:
            time.sleep(2.0)
        if number == 15 and self._gate is not None:
            self._gate.with_suffix(".reached").touch()
            while not self._gate.exists():
                time.sleep(0.01)
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
        if number == 28:
            raise UnspeakableError
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


class UnspeakableError(LookupError):
    def __str__(self) -> str:
        raise RuntimeError("no words")


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


class Bound(gymnasium.Env[Any, Any]):
    """Owns something that belongs to the thread that made it."""

    action_space = Discrete(2)
    observation_space = Box(0, 1, (1,), np.float32)
    remote_attributes = ("threads", "is_main")

    def __init__(self, what: str = "sqlite") -> None:
        self.what = what
        self.threads = [threading.get_ident()]
        self.is_main = threading.current_thread() is threading.main_thread()
        if what == "sqlite":
            self.db = sqlite3.connect(":memory:")
            self.db.execute("create table t (x)")
        elif what == "signal":
            signal.signal(signal.SIGUSR2, lambda *_: None)
        elif what == "loop":
            self.loop = asyncio.get_event_loop_policy().get_event_loop()
        elif what == "local":
            self.here = threading.local()
            self.here.count = 0

    def _use(self) -> None:
        self.threads.append(threading.get_ident())
        if self.what == "sqlite":
            self.db.execute("insert into t values (1)")
        elif self.what == "loop":
            self.loop.run_until_complete(asyncio.sleep(0))
        elif self.what == "local":
            self.here.count += 1

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self._use()
        return np.zeros(1, np.float32), {}

    def step(self, action: Any) -> Any:
        self._use()
        return np.zeros(1, np.float32), 1.0, False, False, {}

    def close(self) -> None:
        self._use()


class Loose(gymnasium.Env[Any, Any]):
    """Returns what its space does not declare, and puts anything into its infos."""

    action_space = Discrete(2)
    observation_space = Box(-9, 9, (2,), np.float32)
    VALUES: dict[str, Any] = {  # noqa: RUF012
        "float64": np.array([0.25, 1.5]),
        "list": [0.25, 1.5],
        "integers": np.array([1, 2], np.int16),
        "fine": np.array([0.25, 1.5], np.float32),
    }

    def __init__(self, what: str = "fine", reward: Any = 1.0, info: str = "") -> None:
        self.what = what
        self.reward = reward
        self.info = info

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        return self.VALUES[self.what], {}

    def step(self, action: Any) -> Any:
        info: dict[str, Any] = {"kept": 5}
        if self.info:
            info[self.info] = INFOS[self.info]
        return self.VALUES[self.what], self.reward, False, False, info


class Phase(enum.IntEnum):
    LANDED = 3


INFOS: dict[str, Any] = {
    "ordered": collections.OrderedDict(b=1, a=[2]),
    "phase": Phase.LANDED,
    "pair": collections.namedtuple("pair", "left right")(1, "b"),
    "name": np.str_("gripper"),
    "names": np.array(["left", "right"]),
    "day": datetime.date(2026, 11, 28),
    "folder": pathlib.PurePosixPath("/tmp/x"),
    "lock": threading.Lock(),
    "long": list(range(200_000)),
}


class Keeps(gymnasium.Env[Any, Any]):
    """Keeps one info, and writes into it."""

    action_space = Discrete(2)
    observation_space = Box(0, 99, (1,), np.float32)

    def __init__(self, length: int = 4) -> None:
        self._length = length
        self._info: dict[str, Any] = {}

    def _now(self) -> Any:
        self._info["count"] = self._count
        self._info["row"] = np.full(2, self._count)
        return np.array([self._count], np.float32)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self._count = 0
        return self._now(), self._info

    def step(self, action: Any) -> Any:
        self._count += 1
        return self._now(), 1.0, self._count == self._length, False, self._info


class Draws(gymnasium.Env[Any, Any]):
    """Observes draws of its generator, by two names."""

    action_space = Discrete(5)
    observation_space = Box(0, 1, (2,), np.float64)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self._own = self.np_random
        return self._own.random(2), {}

    def step(self, action: Any) -> Any:
        if action == 4:
            raise RuntimeError("after a draw of " + str(self._own.integers(10)))
        return np.array([self._own.random(), self.np_random.random()]), 0.0, False, False, {}


class Everything(gymnasium.Env[Any, Any]):
    """Observes and takes any space: the action is the next observation."""

    def __init__(self, space: Any) -> None:
        self.observation_space = space
        self.action_space = space

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.observation_space.seed(seed)
        return self.observation_space.sample(), {}

    def step(self, action: Any) -> Any:
        return action, 0.0, False, False, {}


class Mirror(gymnasium.Env[Any, Any]):
    """Shows the action that it got."""

    action_space = Discrete(5)
    observation_space = Discrete(2)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        return np.int64(0), {}

    def step(self, action: Any) -> Any:
        return np.int64(0), 0.0, False, False, {"action": action}


class Forks(gymnasium.Env[Any, Any]):
    """Leaves processes behind, by Python's fork (actions 0 to 2) or by that of C, which runs no hooks (3 to 5)."""

    action_space = Discrete(6)
    observation_space = Discrete(2)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        return np.int64(0), {}

    def step(self, action: Any) -> Any:
        child = os.fork() if action < 3 else ctypes.PyDLL(None).fork()
        if child == 0:
            if action % 3 == 0:
                time.sleep(1000)
            if action % 3 == 1:
                sys.exit(5)  # It comes back into the host's code.
        return np.int64(0), 0.0, False, False, {"child": child}


class Counted(gymnasium.Env[Any, Any]):
    """Writes down that it was made, and that it was closed."""

    action_space = Discrete(2)
    observation_space = Discrete(2)

    def __init__(self, path: str) -> None:
        self._path = path
        self._note("made")

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        return np.int64(0), {}

    def step(self, action: Any) -> Any:
        return np.int64(0), 0.0, False, False, {}

    def close(self) -> None:
        self._note("closed")

    def _note(self, text: str) -> None:
        with open(self._path, "a") as notes:
            notes.write(text + "\n")


class Gated(gymnasium.Env[Any, Any]):
    """Its constructor says that it runs by a file, and waits for another one; a third one says that it was closed."""

    action_space = Discrete(2)
    observation_space = Discrete(2)

    def __init__(self, folder: str) -> None:
        self._folder = pathlib.Path(folder)
        (self._folder / "entered").touch()
        while not (self._folder / "gate").exists():
            time.sleep(0.01)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        super().reset(seed=seed)
        return 0, {}

    def step(self, action: Any) -> tuple[int, float, bool, bool, dict[str, Any]]:
        return 0, 0.0, False, False, {}

    def close(self) -> None:
        (self._folder / "closed").touch()


class Holds(gymnasium.Env[Any, Any]):
    """Holds the interpreter for ever."""

    action_space = Discrete(2)
    observation_space = Discrete(2)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        import ctypes

        ctypes.PyDLL(None).sleep(1000)  # Unlike CDLL, PyDLL keeps the lock of the interpreter.
        return np.int64(0), {}


class Snaps(gymnasium.Env[Any, Any]):
    """Has a snapshot of its own."""

    action_space = Discrete(3)
    observation_space = Box(0, 1000, (1,), np.float64)

    def __init__(self) -> None:
        self._total = 0.0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self._total = float(self.np_random.integers(10))
        return np.array([self._total]), {}

    def step(self, action: Any) -> Any:
        self._total += int(action) + self.np_random.random()
        return np.array([self._total]), self._total, False, False, {}

    def take_snapshot(self) -> Any:
        return (self._total,)

    def restore_snapshot(self, state: Any) -> None:
        (self._total,) = state


class MuteError(Exception):
    """Raises whatever is asked of it."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(f"no {name}")


class NumberError(LookupError):
    """Has a text that is none."""

    def __str__(self) -> str:
        return 5  # type: ignore[return-value]


class LeavingError(KeyError):
    """Ends the program of whoever reads it."""

    def __str__(self) -> str:
        sys.exit(2)


class Hostile(gymnasium.Env[Any, Any]):
    """Raises exceptions that misbehave themselves; where and of which class is a parameter."""

    action_space = Discrete(2)
    observation_space = Box(0, 1, (1,), np.float32)

    def __init__(self, kind: str, where: str = "step") -> None:
        self._error = {"mute": MuteError, "number": NumberError, "leaving": LeavingError}[kind]
        self._where = where
        self._raise("init")

    def _raise(self, where: str) -> None:
        if where == self._where:
            raise self._error

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        self._raise("reset")
        return np.zeros(1, np.float32), {}

    def step(self, action: Any) -> Any:
        if action == 0:
            self._raise("step")
        return np.zeros(1, np.float32), 1.0, False, False, {}


class Unspoken(gymnasium.Env[Any, Any]):
    """Has no spaces, or none that can be had."""

    action_space = Discrete(2)

    def __init__(self, what: str = "missing") -> None:
        if what == "missing":
            return
        self._what = what
        self.metadata = 7 if what == "metadata" else {"render_modes": 5}  # type: ignore[assignment]

    @property
    def observation_space(self) -> Any:
        if not hasattr(self, "_what"):
            raise AttributeError("'Unspoken' has no observation_space")
        if self._what == "raises":
            raise TypeError("the sensor is not there")
        return Box(0, 1, (1,), np.float32)


class OddSpace(gymnasium.Space[Any]):
    """A space that nobody else knows."""


class Older(gymnasium.Env[Any, Any]):
    """Written for gym before 0.26; its observation has as many numbers as a reset has results today."""

    action_space = Discrete(2)
    observation_space = Box(-1, 1, (2,), np.float32)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        return np.zeros(2, np.float32)


class Odd(gymnasium.Env[Any, Any]):
    """A space that cannot be carried."""

    action_space = Discrete(2)
    observation_space = Dict({"a": OddSpace()})


class Closes(gymnasium.Env[Any, Any]):
    """Notes in a file that it was closed, and has trouble then."""

    action_space = Discrete(2)
    observation_space = Box(-1, 1, (1,), np.float32)

    def __init__(self, how: str = "", log: str = "") -> None:
        self._how, self._log = how, log

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        return np.zeros(1, np.float32), {}

    def step(self, action: Any) -> Any:
        return np.zeros(1, np.float32), 0.0, False, False, {}

    def close(self) -> None:
        if self._log:
            with open(self._log, "a") as log:
                log.write("closed\n")
        if self._how == "raise":
            raise OSError("the recorder is full")
        if self._how.startswith("exit "):
            os._exit(int(self._how[5:]))


class Misshapen(Counting):
    """Observes what its space does not hold."""

    def step(self, action: Any) -> Any:
        return np.zeros(3), 0.0, False, False, {}


for cls in (
    Closes,
    Counting,
    Scalars,
    Echo,
    Big,
    Infos,
    Frames,
    Odd,
    Older,
    Bound,
    Loose,
    Keeps,
    Draws,
    Everything,
    Mirror,
    Misshapen,
    Counted,
    Forks,
    Gated,
    Holds,
    Hostile,
    Snaps,
    Unspoken,
):
    gymnasium.register(f"{cls.__name__}-v0", entry_point=f"host_envs:{cls.__name__}")
gymnasium.register("Limited-v0", entry_point="host_envs:Counting", max_episode_steps=3, reward_threshold=9.0)
