"""Environments that are stepped independently, on both servers."""

from __future__ import annotations

import multiprocessing
import re
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.error import ClosedEnvironmentError, NoAsyncCallError

import gymbridge
from conftest import HostProcess
from gymbridge import _launcher, errors
from strict import assert_same


@pytest.fixture(params=["python", "csharp"])
def address(request: pytest.FixtureRequest, host: HostProcess) -> str:
    if request.param == "python":
        return host.address
    try:
        return _launcher.shared_server().address
    except errors.ServerStartError as error:
        pytest.skip(f"no C# server is built here: {error}")


def alone(env_id: str, seed: int, steps: int) -> list[Any]:
    """What an environment gives by itself; it starts anew with the action after the end of an episode."""
    env = gymnasium.make(env_id)
    seen: list[Any] = [(env.reset(seed=seed)[0], 0.0, False, False)]
    for step in range(steps):
        if seen[-1][2] or seen[-1][3]:
            seen.append((env.reset()[0], 0.0, False, False))
        else:
            seen.append(env.step(step % 2)[:4])
    return seen


@pytest.mark.parametrize(("lanes", "batch"), [(3, 1), (3, 2), (2, 2)])
def test_each_environment_goes_as_it_would_alone(address: str, lanes: int, batch: int) -> None:
    steps = 30
    seen: list[list[Any]] = [[] for _ in range(lanes)]
    with gymbridge.EnvPool("CartPole-v1", lanes, batch, address=address) as pool:
        pool.async_reset(seed=7)
        while min(map(len, seen)) <= steps:
            observations, rewards, terminated, truncated, infos = pool.recv()
            assert observations.shape == (batch, 4) and rewards.dtype == np.float64 and terminated.dtype == np.bool_
            actions = []
            for row, lane in enumerate(infos["env_id"]):
                actions.append(len(seen[lane]) % 2)
                seen[lane].append((observations[row], rewards[row], terminated[row], truncated[row]))
            pool.send(np.array(actions), infos["env_id"])
    for lane in range(lanes):
        for mine, (observation, reward, *flags) in zip(seen[lane], alone("CartPole-v1", 7 + lane, steps), strict=False):
            assert_same(mine[0], observation)
            assert (float(mine[1]), *map(bool, mine[2:])) == (float(reward), *map(bool, flags))


def test_a_slow_environment_holds_nobody_up(host: HostProcess, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    arguments: dict[str, Any] = {"address": host.address, "disable_env_checker": True, "gate": str(gate)}
    with gymbridge.EnvPool("host_envs:Counting-v0", 3, 2, **arguments) as pool:
        pool.async_reset()
        received: list[int] = list(pool.recv()[4]["env_id"])
        pool.send(np.array([15 if lane == received[0] else 0 for lane in received]), received)  # 15 waits at the gate.
        _, _, _, _, infos = pool.recv()
        assert sorted(infos["env_id"]) == sorted({0, 1, 2} - {received[0]})
        with pytest.raises(ValueError, match=f"Environment {received[0]} was sent to and not received since"):
            pool.send(np.array([0]), [received[0]])
        with pytest.raises(NoAsyncCallError):
            pool.recv()
        pool.send(np.array([0]), [infos["env_id"][0]])
        with pytest.raises(multiprocessing.TimeoutError, match="of 2 environments were ready"):
            pool.recv(timeout=0.05)
        gate.touch()
        assert received[0] in pool.recv()[4]["env_id"]


def test_an_exception_names_its_environment_and_leaves_the_others(host: HostProcess) -> None:
    with gymbridge.EnvPool("host_envs:Counting-v0", 2, address=host.address, disable_env_checker=True) as pool:
        _, infos = pool.reset()
        pool.send(np.array([0, 10]), infos["env_id"])
        with pytest.raises(ValueError, match="the env's ValueError") as caught:
            pool.recv()
        failed = int(infos["env_id"][1])
        assert f"raised by environment {failed} of the pool" in getattr(
            caught.value, "__notes__", [f"raised by environment {failed} of the pool"]
        )
        pool.send(np.array([0]), [failed])
        assert sorted(pool.recv()[4]["env_id"]) == [0, 1]


def test_wrong_use_says_how(host: HostProcess) -> None:
    for lanes, batch in ((0, 1), (2, 0), (2, 3)):
        with pytest.raises(ValueError, match="must be"):
            gymbridge.EnvPool("CartPole-v1", lanes, batch, address=host.address)
    pool = gymbridge.EnvPool("CartPole-v1", 2, 1, address=host.address)
    pool.reset(seed=1)
    pool.recv()
    for actions, lanes in (([0, 0], [1, 1]), ([0], [5]), ([0, 0], [0])):
        with pytest.raises(ValueError, match=r"twice|does not exist|expected"):
            pool.send(np.array(actions), lanes)
    pool.close()
    pool.close()
    with pytest.raises(ClosedEnvironmentError):
        pool.recv()


def test_the_loop_of_the_readme_runs(shared_server: _launcher.StartedServer) -> None:
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    (loop,) = (block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "EnvPool" in block)
    names: dict[str, Any] = {}
    exec(compile(loop, "README.md", "exec"), names)
    assert names["observations"].shape == (8, 4)
