"""What Gymnasium does without a bridge is what the C# server does: generators, precision, attributes, copies, workers.

Each test says what it needs of the server, and is skipped where an older one lacks it.
"""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import sys
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.wrappers import StickyAction

import gymbridge
from gymbridge.compliance import CASES, run
from strict import assert_same
from test_bridge_semantics import ATTRIBUTES

pytestmark = pytest.mark.usefixtures("shared_server")


def needs(capability: str) -> None:
    with gymbridge.Env("CartPole-v1") as env:
        if capability not in env.remote.capabilities:
            pytest.skip(f"this server lacks {capability}")


def both(name: str, **keywords: Any) -> tuple[Any, Any]:
    return gymnasium.make(f"gymbridge:GymBridge/{name}", **keywords), gymnasium.make(name, **keywords)


@pytest.mark.parametrize("name", ["CartPole-v1", "FrozenLake-v1", "Acrobot-v1"])
def test_29_the_generator_is_live(name: str) -> None:
    needs("live_generator")
    results = []
    for env in both(name):
        seen: list[Any] = [env.reset(seed=9)[0]]
        rng = env.unwrapped.np_random
        for step in range(10):
            seen += [int(env.np_random.integers(50)), float(rng.random()), env.step(step % 2)[0]]
        seen += [env.reset()[0], rng.bit_generator.state, env.unwrapped.np_random_seed]
        results.append(seen)
    assert_same(results[0], results[1])


@pytest.mark.parametrize("probability", [0.25, 0.75])
def test_sticky_actions_stick_as_they_do_without_a_bridge(probability: float) -> None:
    needs("live_generator")
    paths = []
    for env in both("CartPole-v1"):
        sticky = StickyAction(env, probability)
        path = []
        for seed in range(3):
            path.append(sticky.reset(seed=seed))
            path += [sticky.step(step % 2) for step in range(9)]
        paths.append(path)
    assert_same(paths[0], paths[1])


@pytest.mark.parametrize("name", ["Pendulum-v1", "MountainCarContinuous-v0"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.int64, np.uint8, np.bool_])
def test_19_the_precision_of_an_action_is_kept(name: str, dtype: Any) -> None:
    needs("exact_actions")
    remote, local = both(name)
    for env in (remote, local):
        env.reset(seed=4)
    for step in range(120):
        action = np.array([0.63 * ((step % 9) - (0 if np.dtype(dtype).kind == "u" else 4))]).astype(dtype)
        assert_same(remote.step(action)[:2], local.step(action)[:2], f"step {step}")
        if name == "Pendulum-v1":
            assert_same(remote.unwrapped.last_u, local.unwrapped.last_u)


@pytest.mark.parametrize("name", ["Pendulum-v1", "MountainCarContinuous-v0"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.int16])
def test_19_the_precision_of_a_vectors_actions_is_kept(name: str, dtype: Any) -> None:
    remote, local = gymbridge.make_vec(name, 3), gymnasium.make_vec(name, 3, vectorization_mode="sync")
    for envs in (remote, local):
        envs.reset(seed=4)
    for step in range(40):
        actions = np.array([[0.63 * ((step + lane) % 9 - 4)] for lane in range(3)]).astype(dtype)
        assert_same(remote.step(actions)[:2], local.step(actions)[:2], f"step {step}")


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_27_attributes_keep_their_types(name: str) -> None:
    lake = gymbridge.Env("FrozenLake-v1")
    if not isinstance(lake.desc, np.ndarray):
        pytest.skip("attributes of this server's environments do not have Gymnasium's types")
    remote, local = both(name)
    for env in (remote, local):
        env.reset(seed=4)
        env.step(env.action_space.high * 0.5 if name == "Pendulum-v1" else 1)
    for attribute in ATTRIBUTES[name]:
        if attribute not in ("render_mode", "initial_state_distrib"):
            assert_same(
                getattr(remote.unwrapped, attribute), getattr(local.unwrapped, attribute), f"{name}.{attribute}"
            )


@pytest.mark.parametrize(
    ("name", "method", "arguments"),
    [("Taxi-v4", "decode", (328,)), ("Taxi-v4", "encode", (3, 1, 2, 0)), ("MountainCar-v0", "get_keys_to_action", ())],
)
def test_27_what_methods_return_keeps_its_types(name: str, method: str, arguments: tuple[int, ...]) -> None:
    remote, local = both(name)
    results = [getattr(env.unwrapped, method)(*arguments) for env in (remote, local)]
    assert_same(results[0], results[1])


@pytest.mark.parametrize("copier", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))], ids=["copy", "pickle"])
@pytest.mark.parametrize("name", ["CartPole-v1", "FrozenLake-v1", "MountainCar-v0", "Taxi-v4"])
def test_33_a_copy_goes_on_where_the_original_is(name: str, copier: Callable[[Any], Any]) -> None:
    needs("snapshot")
    env, local = both(name)
    for one in (env, local):
        one.reset(seed=6)
        one.step(1)
    twin, local_twin = copier(env), copy.deepcopy(local)
    for step in (0, 1, 1):
        result = local.step(step)
        assert_same(env.step(step), result)
        assert_same(twin.step(step), result)
        local_twin.step(step)
    assert_same(twin.reset(), local_twin.reset(), "the generator, too")


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("transport", ["grpc", "shm"])
def test_the_server_complies(server: Any, name: str, transport: str) -> None:
    needs("fencing")
    if transport == "shm" and sys.platform != "linux":
        pytest.skip("shared memory is for Linux")
    (outcome,) = run(server.address, [name], transport=transport)
    assert outcome.result == "pass" or (name == "call/oversized_reply" and outcome.result == "skip"), outcome


def test_blackjack_and_its_tuple_of_integers() -> None:
    needs("exact_actions")
    remote = gymbridge.make("Blackjack-v1")
    local = gymnasium.make("Blackjack-v1")
    for seed in range(20):
        assert_same(remote.reset(seed=seed), local.reset(seed=seed))
        for action in (1, 0):
            result = local.step(action)
            assert_same(remote.step(action), result)
            if result[2]:
                break


def _address(connection: Any, env: Any) -> None:
    made = gymnasium.make("gymbridge:GymBridge/CartPole-v1")
    connection.send((env.unwrapped.remote.address, made.unwrapped.remote.address))  # type: ignore[attr-defined]


@pytest.mark.parametrize("inherits", [True, False], ids=["spawned", "an actor's"])
def test_workers_of_one_machine_share_the_server(server: Any, inherits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """An actor of Ray is no child of the process with the server: all that it has is what was pickled for it."""
    if inherits:
        monkeypatch.setenv("GYMBRIDGE_STARTED_SERVER", f"{server.pid} {server.address}")
    env = gymnasium.make("gymbridge:GymBridge/CartPole-v1")
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    worker = context.Process(target=_address, args=(there, env))
    worker.start()
    assert here.poll(60)
    assert here.recv() == (server.address, server.address)
    worker.join(60)
    assert worker.exitcode == 0
    env.reset()
    assert env.step(1)[1] == 1.0, "the server outlives its workers"
