"""What Gymnasium does without a bridge is what happens over it: generators, precision, infos, attributes, copies."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.wrappers import AddWhiteNoise, StickyAction

import gymbridge
import host_envs
from conftest import HostProcess
from strict import assert_same, recorded_warnings


def make(host: HostProcess, env_id: str, **keywords: Any) -> Any:
    return gymbridge.make(f"host_envs:{env_id}", address=host.address, **keywords)


# ---- the generator is live


def test_draws_of_the_user_move_the_environments_generator(host: HostProcess) -> None:
    remote, local = make(host, "Draws-v0").unwrapped, host_envs.Draws()
    results: list[list[Any]] = []
    for env in (remote, local):
        seen: list[Any] = [env.reset(seed=3)[0]]
        rng = env.np_random
        for step in range(6):
            seen += [int(env.np_random.integers(100)), float(rng.normal()), env.step(0)[0]]
            assert env.np_random is rng
            if step == 2:
                seen.append(rng.integers(2**31, dtype=np.int32))  # Half of a 64-bit draw waits for the next.
        seen += [env.np_random_seed, env.np_random.bit_generator.state, rng.bit_generator.state]
        results.append(seen)
    assert_same(results[0], results[1])


def test_a_generator_in_the_users_hands_moves_with_the_environment(host: HostProcess) -> None:
    remote, local = make(host, "Draws-v0").unwrapped, host_envs.Draws()
    for env in (remote, local):
        env.reset(seed=11)
    mine, theirs = remote.np_random, local.np_random
    for _ in range(3):
        assert_same(remote.step(1)[0], local.step(1)[0])
        assert mine.bit_generator.state == theirs.bit_generator.state, "without being asked for again"
    with pytest.raises(RuntimeError, match="after a draw of"):
        remote.step(4)
    with pytest.raises(RuntimeError):
        local.step(4)
    assert mine.bit_generator.state == theirs.bit_generator.state, "an exception draws, too"
    for env in (remote, local):
        env.reset(seed=12)
    assert_same(mine.random(3), theirs.random(3), "a seeded reset gives a new generator; the old one is on its own")
    assert_same(remote.step(1)[0], local.step(1)[0])


def test_nobody_who_holds_no_generator_pays_for_it(host: HostProcess) -> None:
    env = make(host, "Draws-v0").unwrapped
    env.reset(seed=1)
    env.np_random.random()
    for _ in range(3):
        env.step(0)
    assert env._session._live_now is False and not env._session.generators._lanes


@pytest.mark.parametrize("probability", [0.3, 0.7])
def test_sticky_actions_stick_as_they_do_without_a_bridge(host: HostProcess, probability: float) -> None:
    paths = []
    for env in (gymbridge.make("CartPole-v1", address=host.address), gymnasium.make("CartPole-v1")):
        sticky = StickyAction(env, probability)
        sticky.reset(seed=5)
        paths.append([sticky.step(step % 2)[0] for step in range(12)])
    assert_same(paths[0], paths[1])


def test_white_noise_is_the_same_noise(host: HostProcess) -> None:
    frames = []
    for env in (
        gymbridge.make("FrozenLake-v1", address=host.address, render_mode="rgb_array"),
        gymnasium.make("FrozenLake-v1", render_mode="rgb_array"),
    ):
        noisy = AddWhiteNoise(env, probability_of_noise_per_pixel=0.5)
        noisy.reset(seed=2)
        frames.append(np.asarray(noisy.render()))
    np.testing.assert_array_equal(frames[0], frames[1])


def test_generators_of_lanes_are_live(host: HostProcess) -> None:
    remote = gymbridge.make_vec("host_envs:Draws-v0", 3, address=host.address)
    local = SyncVectorEnv([host_envs.Draws] * 3)
    results: list[list[Any]] = []
    for envs in (remote, local):
        seen: list[Any] = [envs.reset(seed=[4, 5, 6])[0]]
        seen.append([rng.integers(1000) for rng in envs.np_random])
        seen.append(envs.step(np.zeros(3, np.int64))[0])
        seen.append(envs.np_random[1].random())
        seen.append(envs.step(np.zeros(3, np.int64))[0])
        seen.append(envs.np_random_seed)
        results.append(seen)
    assert_same(results[0], results[1])


# ---- precision


@pytest.mark.parametrize("env_id", ["Pendulum-v1", "MountainCarContinuous-v0"])
def test_a_float64_action_is_computed_with_as_it_is(host: HostProcess, env_id: str) -> None:
    remote, local = gymbridge.make(env_id, address=host.address), gymnasium.make(env_id)
    for env in (remote, local):
        env.reset(seed=8)
    for step in range(120):
        action = np.array([0.07 * ((step % 11) - 5)])
        assert_same(remote.step(action), local.step(action), f"step {step}")


@pytest.mark.parametrize("what", ["float64", "list", "integers"])
def test_observations_of_another_type_are_cast_with_one_warning(host: HostProcess, what: str) -> None:
    env = make(host, "Loose-v0", what=what, disable_env_checker=True)
    with pytest.warns(UserWarning, match="was cast to float32"):
        observation, _ = env.reset(seed=0)
    assert_same(observation, np.asarray(host_envs.Loose.VALUES[what], np.float32))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_same(env.step(0)[0], observation)
    envs = gymbridge.make_vec("host_envs:Loose-v0", 2, address=host.address, what=what)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert envs.reset()[0].dtype == np.float32


@pytest.mark.parametrize(
    "reward", [np.array([2.5]), np.array(2.5), np.array([3], np.int16), np.float16(0.5), np.uint8(3), 7], ids=repr
)
def test_rewards_of_any_numeric_type_come_through(host: HostProcess, reward: Any) -> None:
    env = make(host, "Loose-v0", reward=reward, disable_env_checker=True)
    env.reset()
    assert_same(env.step(0)[1], reward)
    envs = gymbridge.make_vec("host_envs:Loose-v0", 2, address=host.address, reward=reward)
    envs.reset()
    assert_same(envs.step(np.zeros(2, np.int64))[1], np.full(2, float(np.asarray(reward).reshape(())), np.float64))


# ---- infos


@pytest.mark.parametrize("name", sorted(host_envs.INFOS))
def test_no_info_fails_a_step(host: HostProcess, name: str) -> None:
    env = make(host, "Loose-v0", info=name, disable_env_checker=True)
    env.reset()
    with recorded_warnings() as caught:
        infos = [env.step(0)[4] for _ in range(3)]
    expected: dict[str, Any] = {
        "ordered": {"b": 1, "a": [2]},
        "phase": 3,
        "pair": (1, "b"),
        "name": "gripper",
        "names": np.array(["left", "right"]),
        "day": "2026-11-28",
        "folder": "/tmp/x",
    }
    wanted: dict[str, Any] = {"kept": 5}
    if name in expected:
        wanted[name] = expected[name]
        assert not caught
    else:
        (warning,) = caught
        kind = type(host_envs.INFOS[name]).__name__
        assert f"info['{name}'] of type {kind} was left out of the info" in str(warning.message)
        assert str(warning.message).count(f"info['{name}']") == 1
    for info in infos:
        assert_same(info, wanted)


@pytest.mark.parametrize("length", [2, 5])
def test_final_info_is_that_of_the_last_step(host: HostProcess, length: int) -> None:
    seen = []
    for envs in (
        gymbridge.make_vec(
            "host_envs:Keeps-v0", 2, address=host.address, autoreset_mode=AutoresetMode.SAME_STEP, length=length
        ),
        SyncVectorEnv([lambda: host_envs.Keeps(length)] * 2, autoreset_mode=AutoresetMode.SAME_STEP),
    ):
        envs.reset(seed=1)
        for _ in range(length):
            *_, info = envs.step(np.zeros(2, np.int64))
        seen.append(info)
    assert seen[0]["final_info"]["count"].tolist() == [length, length]
    assert_same(seen[0], seen[1])


# ---- attributes


def test_attributes_of_ones_own_are_kept(host: HostProcess) -> None:
    env = gymbridge.make("CartPole-v1", address=host.address).unwrapped
    env.my_number = 3
    env.my_object = marker = object()
    assert env.my_number == 3 and env.my_object is marker
    env.my_number = 4
    assert env.my_number == 4
    del env.my_object
    assert not hasattr(env, "my_object")
    assert not env.__dict__.get("my_number"), "the environment itself has it, as without a bridge"
    envs = gymbridge.make_vec("CartPole-v1", 3, address=host.address)
    envs.set_attr("label", ["a", "b", "c"])
    envs.set_attr("level", 2)
    assert envs.get_attr("label") == ("a", "b", "c") and envs.get_attr("level") == (2, 2, 2)


ATTRIBUTES = {
    "Taxi-v4": ["s", "locs", "desc", "P", "render_mode", "fickle_passenger"],
    "FrozenLake-v1": ["desc", "reward_range", "ncol", "s", "initial_state_distrib"],
    "CliffWalking-v1": ["s", "nA", "lastaction", "shape", "start_state_index"],
    "MountainCar-v0": ["state", "low", "goal_position"],
    "Acrobot-v1": ["AVAIL_TORQUE", "LINK_LENGTH_1", "state", "book_or_nips", "SCREEN_DIM"],
    "Pendulum-v1": ["state", "g", "last_u", "max_speed"],
}


@pytest.mark.parametrize("env_id", ATTRIBUTES)
def test_attributes_keep_their_types(host: HostProcess, env_id: str) -> None:
    remote, local = gymbridge.make(env_id, address=host.address).unwrapped, gymnasium.make(env_id).unwrapped
    for env in (remote, local):
        env.reset(seed=4)
        env.step(env.action_space.high * 0.5 if env_id == "Pendulum-v1" else 1)
    for name in ATTRIBUTES[env_id]:
        assert_same(getattr(remote, name), getattr(local, name), f"{env_id}.{name}")
    if env_id == "Taxi-v4":
        assert list(remote.decode(217)) == list(local.decode(217))
        assert remote.P is remote.P, "as long as it is the same, it is the same object"


# ---- copies


@pytest.mark.parametrize("copier", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))], ids=["copy", "pickle"])
@pytest.mark.parametrize("env_id", ["CartPole-v1", "FrozenLake-v1", "host_envs:Snaps-v0"])
def test_a_copy_goes_on_where_the_original_is(host: HostProcess, env_id: str, copier: Callable[[Any], Any]) -> None:
    env = gymbridge.make(env_id, address=host.address)
    env.reset(seed=6)
    for _ in range(2):
        env.step(1)
    env.unwrapped.np_random.random()
    twin = copier(env)
    for _ in range(3):
        assert_same(twin.step(1), env.step(1))
    assert_same(twin.reset(), env.reset(), "the generator, too")
    twin.close()
    assert env.step(1)


def test_a_copy_of_lanes_goes_on(host: HostProcess) -> None:
    envs = gymbridge.make_vec("CartPole-v1", 3, address=host.address, max_episode_steps=6)
    envs.reset(seed=6)
    for _ in range(4):
        envs.step(np.ones(3, np.int64))
    twin = copy.deepcopy(envs)
    for _ in range(6):
        assert_same(twin.step(np.ones(3, np.int64)), envs.step(np.ones(3, np.int64)))


def test_a_copy_that_cannot_go_on_says_so(host: HostProcess) -> None:
    env = make(host, "Counting-v0")
    copy.deepcopy(env)
    env.reset()
    with pytest.warns(UserWarning, match="The copy starts in its initial state: .* has no snapshot"):
        copy.deepcopy(env)


# ---- every space, all the way


SPACES = [
    spaces.Box(-1, 1, (2, 3), np.float32),
    spaces.Discrete(5, start=-2, dtype=np.int16),
    spaces.MultiBinary([2, 3]),
    spaces.MultiDiscrete([[3, 4], [5, 6]], start=[[1, 1], [2, 2]]),
    spaces.Text(6, charset="bca"),
    spaces.Tuple([spaces.Discrete(3), spaces.Tuple([spaces.Box(0, 1, (2,)), spaces.Text(3)])]),
    spaces.Dict({"z": spaces.Discrete(2), "a": spaces.Dict({"pos": spaces.Box(0, 1, (3,), np.float64)})}),
    spaces.Sequence(spaces.Box(0, 1, (2,), np.float32)),
    spaces.Sequence(spaces.Discrete(4), stack=True),
    spaces.Graph(spaces.Box(0, 1, (2,)), spaces.Discrete(3)),
    spaces.OneOf([spaces.Discrete(3), spaces.Box(0, 1, (2,)), spaces.Text(4)]),
]


@pytest.mark.parametrize("space", SPACES, ids=lambda space: type(space).__name__)
def test_12_each_space_goes_all_the_way_and_back(host: HostProcess, space: Any) -> None:
    remote, local = make(host, "Everything-v0", space=space), host_envs.Everything(copy.deepcopy(space))
    assert remote.observation_space == space and repr(remote.action_space) == repr(space)
    assert_same(remote.reset(seed=3)[0], local.reset(seed=3)[0])
    for _ in range(5):
        action = local.action_space.sample()
        assert_same(remote.step(action), local.step(action))
    envs = gymbridge.make_vec("host_envs:Everything-v0", 3, address=host.address, space=space)
    reference = SyncVectorEnv([lambda: host_envs.Everything(copy.deepcopy(space))] * 3)
    assert envs.observation_space == reference.observation_space
    assert_same(envs.reset(seed=3)[0], reference.reset(seed=3)[0])
    actions = reference.action_space.sample()
    assert_same(envs.step(actions)[0], reference.step(actions)[0])
