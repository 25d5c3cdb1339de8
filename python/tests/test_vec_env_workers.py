"""What Stable-Baselines3's DummyVecEnv and SubprocVecEnv do with environments, over shared memory.

The package is not needed: these are its workers, with their pickled functions, pipes and resets.
"""

from __future__ import annotations

import functools
import multiprocessing
import sys
from collections.abc import Callable
from typing import Any

import cloudpickle  # type: ignore[import-untyped]
import gymnasium
import numpy as np
import pytest

import gymbridge
from gymbridge import _launcher
from strict import assert_same

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="shared memory is for Linux")

ENVS, STEPS = 2, 60


def step(env: Any, action: int) -> tuple[Any, ...]:
    """A step as both classes take it: the observation after an end is that of the next episode."""
    observation, reward, terminated, truncated, info = env.step(action)
    if terminated or truncated:
        info = {**info, "TimeLimit.truncated": truncated and not terminated, "terminal_observation": observation}
        observation, reset_info = env.reset()
        info["reset_info"] = reset_info
    return observation, reward, terminated or truncated, info


def worker(remote: Any, parent: Any, pickled: bytes) -> None:
    """The process of one environment."""
    parent.close()
    env = cloudpickle.loads(pickled)()
    while True:
        command, data = remote.recv()
        if command == "step":
            remote.send(step(env, data))
        elif command == "reset":
            remote.send(env.reset(seed=data))
        elif command == "get_attr":
            remote.send(env.get_wrapper_attr(data))
        elif command == "transport":
            remote.send(env.unwrapped.remote.transport)
        else:
            env.close()
            remote.close()
            return


def expected() -> list[Any]:
    envs = [gymnasium.make("CartPole-v1") for _ in range(ENVS)]
    results: list[Any] = [[env.reset(seed=index) for index, env in enumerate(envs)]]
    return results + [[step(env, number % 2) for env in envs] for number in range(STEPS)]


@pytest.mark.parametrize("start_method", ["forkserver", "spawn", "fork"])
def test_workers_of_subproc_vec_env(server: _launcher.StartedServer, start_method: str) -> None:
    address = server.address
    in_use = gymbridge.make("CartPole-v1", address=address)  # The parent has an environment of its own.
    in_use.reset(seed=5)
    make: Callable[[], Any] = lambda: gymbridge.make("CartPole-v1", address=address, transport="shm")  # noqa: E731
    context: Any = multiprocessing.get_context(start_method)
    pipes = [context.Pipe() for _ in range(ENVS)]
    processes = [
        context.Process(target=worker, args=(theirs, ours, cloudpickle.dumps(make)), daemon=True)
        for ours, theirs in pipes
    ]
    for process, (_, theirs) in zip(processes, pipes, strict=True):
        process.start()
        theirs.close()
    remotes = [ours for ours, _ in pipes]

    def ask(command: str, *data: Any) -> list[Any]:
        for index, remote in enumerate(remotes):
            remote.send((command, data[index % len(data)]))
        return [remote.recv() for remote in remotes]

    assert ask("transport", None) == ["shm"] * ENVS
    results: list[Any] = [ask("reset", *range(ENVS))]
    results += [ask("step", number % 2) for number in range(STEPS)]
    assert_same(results, expected())
    assert ask("get_attr", "gravity") == [9.8] * ENVS
    in_use.step(0)
    for remote in remotes:
        remote.send(("close", None))
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * ENVS
    in_use.close()


def test_environments_of_dummy_vec_env(server: _launcher.StartedServer) -> None:
    make = functools.partial(gymbridge.make, "CartPole-v1", address=server.address, transport="shm")
    envs = [make() for _ in range(ENVS)]
    assert len({id(env.unwrapped) for env in envs}) == ENVS  # It refuses one environment that is given twice.
    buffer = np.zeros((ENVS, *envs[0].observation_space.shape), envs[0].observation_space.dtype)
    results: list[Any] = [[env.reset(seed=index) for index, env in enumerate(envs)]]
    for number in range(STEPS):
        row = []
        for index, env in enumerate(envs):
            row.append(step(env, number % 2))
            buffer[index] = row[-1][0]
        results.append(row)
        assert np.array_equal(buffer, [result[0] for result in row])
    assert_same(results, expected())
    for env in envs:
        env.close()
