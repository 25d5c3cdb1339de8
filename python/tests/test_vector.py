from __future__ import annotations

import pickle
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv

import gymbridge
from conftest import HostProcess
from gymbridge import errors
from strict import assert_same

MODES = list(AutoresetMode)
IDS = ["CartPole-v1", "FrozenLake-v1", "Taxi-v4", "Pendulum-v1", "host_envs:Infos-v0"]


def pair(
    host: HostProcess, env_id: str, lanes: int, mode: AutoresetMode, limit: int | None = None
) -> tuple[Any, SyncVectorEnv]:
    import host_envs  # noqa: F401  # The local twin needs its registration.

    remote = gymbridge.make_vec(
        env_id, lanes, address=host.address, autoreset_mode=mode, **({"max_episode_steps": limit} if limit else {})
    )
    local = SyncVectorEnv([lambda: gymnasium.make(env_id, max_episode_steps=limit)] * lanes, autoreset_mode=mode)
    return remote, local


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
@pytest.mark.parametrize("env_id", IDS)
def test_equals_sync_vector_env(host: HostProcess, env_id: str, mode: AutoresetMode) -> None:
    remote, local = pair(host, env_id, 5, mode, limit=20)
    assert remote.metadata == local.metadata
    for name in ("observation_space", "action_space", "single_observation_space", "single_action_space", "num_envs"):
        assert getattr(remote, name) == getattr(local, name), name
    assert_same(remote.reset(seed=11), local.reset(seed=11), "reset")
    local.action_space.seed(3)
    ended = 0
    for step in range(150):
        actions = local.action_space.sample()
        result = local.step(actions)
        assert_same(remote.step(actions), result, f"step {step}")
        done = result[2] | result[3]
        ended += int(done.sum())
        if mode is AutoresetMode.DISABLED and done.any():
            seeds: Any = [None if step % 2 else step + lane for lane in range(5)]
            options = [{"reset_mask": done.copy()} for _ in range(2)]
            assert_same(
                remote.reset(seed=seeds, options=options[0]), local.reset(seed=seeds, options=options[1]), f"{step}"
            )
            assert options == [{}, {}]
    assert ended > 5, "the comparison must have met ends of episodes"
    for mine, theirs in zip(remote.np_random, local.np_random, strict=True):
        assert mine.bit_generator.state == theirs.bit_generator.state
    assert remote.np_random_seed == local.np_random_seed
    remote.close()


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP], ids=lambda mode: mode.value)
def test_reset_of_some_lanes(host: HostProcess, mode: AutoresetMode) -> None:
    remote, local = pair(host, "host_envs:Infos-v0", 4, mode)
    assert_same(remote.reset(seed=[1, 2, 3, 2**64]), local.reset(seed=[1, 2, 3, 2**64]))
    for step in range(60):
        actions = np.zeros(4, np.int64)
        assert_same(remote.step(actions), local.step(actions), f"step {step}")
        if step % 7 == 3:
            mask = np.array([step % 2 == 0, True, False, step % 3 == 0])
            assert_same(
                remote.reset(options={"reset_mask": mask.copy()}), local.reset(options={"reset_mask": mask.copy()})
            )


def test_disabled_insists_on_a_reset(host: HostProcess) -> None:
    remote, local = pair(host, "host_envs:Infos-v0", 3, AutoresetMode.DISABLED)
    texts = []
    for env in (remote, local):
        env.reset(seed=1)
        with pytest.raises(AssertionError) as caught:
            for _ in range(10):
                env.step(np.zeros(3, np.int64))
        texts.append(str(caught.value))
    assert texts[0].splitlines()[0] == texts[1].splitlines()[0]


@pytest.mark.parametrize("mask", [[True], np.array([1, 0]), np.array([True]), np.array([False, False])])
def test_bad_masks_are_refused_in_gymnasiums_words(host: HostProcess, mask: Any) -> None:
    remote, local = pair(host, "CartPole-v1", 2, AutoresetMode.NEXT_STEP)
    caught = []
    for env in (remote, local):
        env.reset(seed=1)
        with pytest.raises((TypeError, ValueError)) as error:
            env.reset(options={"reset_mask": mask})
        caught.append((type(error.value), str(error.value)))
    assert caught[0] == caught[1]


@pytest.mark.parametrize("seed", [[1], -5, [1, -2], [1, "x"], [1, 2.0]])
def test_bad_seeds_are_refused_in_gymnasiums_words(host: HostProcess, seed: Any) -> None:
    remote, local = pair(host, "CartPole-v1", 2, AutoresetMode.NEXT_STEP)
    caught = []
    for env in (remote, local):
        with pytest.raises((ValueError, gymnasium.error.Error)) as error:
            env.reset(seed=seed)
        caught.append((type(error.value), str(error.value)))
    assert caught[0] == caught[1]


def test_actions_of_other_kinds(host: HostProcess) -> None:
    remote, local = pair(host, "CartPole-v1", 2, AutoresetMode.NEXT_STEP)
    for env in (remote, local):
        env.reset(seed=1)
    for actions in ([0, 1], (1, 1), np.array([1, 0], np.int32), np.array([1, 0], np.uint8)):
        assert_same(remote.step(actions), local.step(actions))
    for actions, kind in ((1, TypeError), ([1], ValueError), ([1, 0, 1], ValueError)):
        with pytest.raises(kind):
            remote.step(actions)
    with pytest.raises(AssertionError, match=r"0\.5 \(<class 'float'>\) invalid"):
        remote.step([0, 0.5])
    remote.reset(seed=1)
    pendulum, _ = pair(host, "Pendulum-v1", 2, AutoresetMode.NEXT_STEP)
    pendulum.reset(seed=1)
    with pytest.raises(errors.ActionError):
        pendulum.step([object(), object()])


def test_an_exception_names_its_lane_and_a_reset_recovers(host: HostProcess) -> None:
    env = gymbridge.make_vec("host_envs:Counting-v0", 3, address=host.address)
    env.reset()
    with pytest.raises(ValueError, match="the env's ValueError") as caught:
        env.step([0, 10, 0])
    assert caught.value.gymbridge_fault.lanes == (1,)  # type: ignore[attr-defined]
    env.reset()
    assert env.step([0, 0, 0])[0].ravel().tolist() == [2.0, 2.0, 1.0], "in order, up to the lane that raised"


def test_attributes_and_methods_of_lanes(host: HostProcess) -> None:
    remote, local = pair(host, "CartPole-v1", 3, AutoresetMode.NEXT_STEP)
    assert_same(remote.get_attr("gravity"), local.get_attr("gravity"))
    for env in (remote, local):
        env.set_attr("gravity", [1.0, 2.0, 3.0])
        env.set_attr("length", 0.25)
    assert_same(remote.call("gravity"), local.call("gravity"))
    assert remote.get_attr("length") == (0.25, 0.25, 0.25)
    with pytest.raises(ValueError, match="Got `2` values for 3 environments"):
        remote.set_attr("gravity", [1, 2])
    counting = gymbridge.make_vec("host_envs:Counting-v0", 2, address=host.address)
    assert counting.call("add", 1, second=2) == (3, 3)
    with pytest.raises(AttributeError):
        counting.get_attr("nothing")


def test_render_of_lanes(host: HostProcess) -> None:
    remote = gymbridge.make_vec("CartPole-v1", 2, address=host.address, render_mode="rgb_array")
    local = SyncVectorEnv([lambda: gymnasium.make("CartPole-v1", render_mode="rgb_array")] * 2)
    for env in (remote, local):
        env.reset(seed=1)
        env.step(np.array([0, 1]))
    assert_same(remote.render(), local.render())
    with pytest.raises(ValueError, match="rgb_array"):
        gymbridge.VectorEnv("CartPole-v1", 2, address=host.address, render_mode="human")


def test_make_vec_and_wrappers_of_gymnasium(host: HostProcess) -> None:
    gymbridge.register(host.address, namespace="Vec")
    env = gymnasium.make_vec("Vec/CartPole-v1", 3, autoreset_mode="NextStep")
    assert repr(env) == "VectorEnv(Vec/CartPole-v1, num_envs=3)"
    wrapped: Any = gymnasium.wrappers.vector.RecordEpisodeStatistics(env)
    local: Any = gymnasium.wrappers.vector.RecordEpisodeStatistics(gymnasium.make_vec("CartPole-v1", 3, "sync"))
    assert_same(wrapped.reset(seed=1), local.reset(seed=1))
    for _ in range(100):
        actions = local.action_space.sample()
        mine, theirs = wrapped.step(actions), local.step(actions)
        for result in (mine, theirs):
            result[4].get("episode", {}).pop("t", None)
        assert_same(mine, theirs)
    env.close()
    env.close()
    with pytest.raises(gymnasium.error.ClosedEnvironmentError):
        env.reset()


def test_pickle_opens_a_session_of_its_own(host: HostProcess) -> None:
    env = gymbridge.make_vec("CartPole-v1", 2, address=host.address, autoreset_mode="SameStep", max_episode_steps=5)
    other = pickle.loads(pickle.dumps(env))
    assert other.autoreset_mode is AutoresetMode.SAME_STEP
    assert_same(other.reset(seed=1), env.reset(seed=1))
    for _ in range(12):
        assert_same(other.step([0, 1]), env.step([0, 1]))


def test_time_limits(host: HostProcess) -> None:
    def longest(**keywords: Any) -> int:
        env = gymbridge.make_vec("host_envs:Limited-v0", 1, address=host.address, **keywords)
        env.reset()
        return next((step for step in range(1, 10) if env.step([0])[3][0]), 0)

    assert longest() == 3
    assert longest(max_episode_steps=5) == 5
    assert longest(max_episode_steps=-1) == 0


def test_many_lanes(host: HostProcess) -> None:
    remote, local = pair(host, "CartPole-v1", 256, AutoresetMode.NEXT_STEP)
    assert_same(remote.reset(seed=2**70), local.reset(seed=2**70))
    for _ in range(30):
        actions = local.action_space.sample()
        assert_same(remote.step(actions), local.step(actions))


@pytest.mark.parametrize(
    ("lanes", "kind", "text"),
    [
        (0, ValueError, "num_envs must be at least 1 and at most 4294967295, got 0"),
        (1 << 40, ValueError, "got 1099511627776"),
        (1.5, TypeError, "num_envs must be an integer, got 1.5"),
        ("2", TypeError, "num_envs must be an integer, got '2'"),
        (None, TypeError, "num_envs must be an integer, got None"),
    ],
)
@pytest.mark.parametrize("make", [gymbridge.VectorEnv, gymbridge.make_vec, gymbridge.EnvPool])
def test_counts_of_lanes_that_are_none(make: Any, lanes: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        make("CartPole-v1", lanes, address="127.0.0.1:1")


@pytest.mark.parametrize("lanes", [0, -1])
def test_bad_counts_of_lanes(host: HostProcess, lanes: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        gymbridge.VectorEnv("CartPole-v1", lanes, address=host.address)
    with pytest.raises(errors.LimitError, match="5000 lanes are over the limit of 4096"):
        gymbridge.VectorEnv("CartPole-v1", 5000, address=host.address)
    with pytest.raises(ValueError, match="Sometimes"):
        gymbridge.VectorEnv("CartPole-v1", 2, address=host.address, autoreset_mode="Sometimes")
