"""The forty requirements of a bridge that keeps Gymnasium's contract, each by its number.

Here is the pairing of Gymnasium with this package's host and proxies. Numbers 1, 3, 4, 21 and 37 are about the C#
server and are in ``test_csharp_server.py``; 5 and 13 to 16 compare C#'s generators and spaces, in
``test_space_oracle.py`` and in the C# tests; 38 is a benchmark.
"""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import warnings
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.wrappers import FrameStackObservation, RecordEpisodeStatistics
from gymnasium.wrappers import vector as vector_wrappers

import gymbridge
import host_envs
from conftest import HostProcess
from gymbridge import _values, errors
from strict import assert_same

IDS = [
    "CartPole-v1",
    "MountainCar-v0",
    "MountainCarContinuous-v0",
    "Pendulum-v1",
    "Acrobot-v1",
    "FrozenLake-v1",
    "FrozenLake8x8-v1",
    "CliffWalking-v1",
    "CliffWalkingSlippery-v1",
    "Taxi-v4",
    "Blackjack-v1",
    "CartPole-v0",
]


def remote(host: HostProcess, env_id: str, **keywords: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # CartPole-v0 is out of date.
        return gymbridge.make(env_id, address=host.address, **keywords)


def local(env_id: str, **keywords: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return gymnasium.make(env_id, **keywords)


def mine(host: HostProcess, name: str, **keywords: Any) -> Any:
    return gymbridge.make(f"host_envs:{name}", address=host.address, disable_env_checker=True, **keywords)


@pytest.mark.parametrize("env_id", IDS)
@pytest.mark.parametrize("seed", [0, 2**32 + 1])
def test_02_results_match_strictly(host: HostProcess, env_id: str, seed: int) -> None:
    one, two = remote(host, env_id), local(env_id)
    assert_same(one.reset(seed=seed), two.reset(seed=seed))
    two.action_space.seed(seed)
    for step in range(400):
        action = two.action_space.sample()
        result = two.step(action)
        assert_same(one.step(action), result, f"step {step}")
        if result[2] or result[3]:
            assert_same(one.reset(), two.reset())
    assert one.unwrapped.np_random.bit_generator.state == two.unwrapped.np_random.bit_generator.state


def test_06_seeds_have_any_size(host: HostProcess) -> None:
    env = remote(host, "CartPole-v1").unwrapped
    unseeded = env.np_random_seed
    assert unseeded.bit_length() > 64 and env.np_random_seed == unseeded
    env.reset()
    assert env.np_random_seed == unseeded
    env.reset(seed=2**200 + 3)
    assert env.np_random_seed == 2**200 + 3
    env.np_random = np.random.Generator(np.random.PCG64(1))
    assert env.np_random_seed == -1


def test_07_a_reset_without_a_seed_never_reseeds(host: HostProcess) -> None:
    env = remote(host, "CartPole-v1").unwrapped

    def state(**keywords: Any) -> Any:
        env.reset(**keywords)
        return env.np_random.bit_generator.state

    first = state(seed=5)
    assert state() != first and state(seed=5) == first and state(seed=6) != first
    assert env.np_random_seed == 6


@pytest.mark.parametrize("reward", [1, 2.5, np.float32(0.1), np.float64(0.1)], ids=lambda r: type(r).__name__)
def test_08_reward_types_come_back(host: HostProcess, reward: Any) -> None:
    env = mine(host, "Loose-v0", reward=reward)
    env.reset()
    assert_same(env.step(0)[1], reward)


@pytest.mark.parametrize("value", [3, np.int64(3), np.array(3), np.int32(3)], ids=lambda v: type(v).__name__)
def test_09_scalar_observations_come_back(host: HostProcess, value: Any) -> None:
    env = mine(host, "Everything-v0", space=spaces.Discrete(5))
    env.reset(seed=1)
    assert_same(env.step(value)[0], value)


def test_10_flags_stay_bool_or_numpys_bool(host: HostProcess) -> None:
    env = mine(host, "Counting-v0")
    env.reset()
    for index, (_, terminated) in enumerate(host_envs.TYPES):
        assert_same(env.step(30 + index)[2], terminated)


def test_11_all_dtypes_and_shapes_survive(host: HostProcess) -> None:
    env = mine(host, "Counting-v0")
    names = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16", "U3", "S2", "O"]
    arrays = [np.zeros(shape, name) for name in names for shape in ((), (0, 2), (2, 3))]
    assert_same(env.reset(options={"arrays": arrays})[1]["options"]["arrays"], arrays)
    fortran = np.asfortranarray(np.arange(6).reshape(2, 3))
    np.testing.assert_array_equal(env.reset(options={"a": fortran})[1]["options"]["a"], fortran)


def test_12_spaces_come_back_to_the_byte(host: HostProcess) -> None:
    for space in (
        spaces.Box(np.array([-np.inf, 0]), np.array([1, np.inf]), dtype=np.int16),
        spaces.Dict([("z", spaces.Discrete(3, start=-1)), ("a", spaces.MultiBinary(3))]),
        spaces.Tuple([spaces.Text(4, charset="xyz"), spaces.OneOf([spaces.Discrete(2), spaces.MultiDiscrete([2, 3])])]),
    ):
        back = mine(host, "Everything-v0", space=space).observation_space
        assert back == space and repr(back) == repr(space)
        if isinstance(space, spaces.Box):
            for name in ("low", "high", "bounded_below", "bounded_above"):
                assert_same(getattr(back, name), getattr(space, name))
        if isinstance(space, spaces.Dict):
            assert list(back) == ["z", "a"]


def test_17_infos_keep_types_and_order(host: HostProcess) -> None:
    info = {"z": None, "a": (1, [2.5, b"x"]), 3: {"n": np.float32(0.5), "s": spaces.Discrete(2)}, "big": -(2**90)}
    assert_same(mine(host, "Counting-v0").reset(options=info)[1]["options"], info)
    with pytest.raises(TypeError, match="options"):
        mine(host, "Counting-v0").reset(options={"f": print})


def test_18_exceptions_cross_and_the_environment_stays_usable(host: HostProcess) -> None:
    env = mine(host, "Counting-v0")
    env.reset()
    for action, kind in ((10, ValueError), (11, KeyError), (13, gymnasium.error.InvalidAction)):
        with pytest.raises(kind) as caught:
            env.step(action)
        assert type(caught.value) is kind
    with pytest.raises(gymnasium.error.ResetNeeded):
        gymbridge.VectorEnv("CartPole-v1", 1, address=host.address).step([0])
    assert env.step(0)[0][0] == 4.0


@pytest.mark.parametrize("action", [1, np.int64(1), np.int8(1), True, 1.5, "x", np.array([1.0])], ids=repr)
def test_19_actions_arrive_as_they_were_given(host: HostProcess, action: Any) -> None:
    env = mine(host, "Mirror-v0")
    env.reset()
    assert_same(env.step(action)[4]["action"], action)


def test_20_options_cross(host: HostProcess) -> None:
    one, two = remote(host, "CartPole-v1"), local("CartPole-v1")
    options = {"low": np.array(-0.3), "high": np.float32(0.2)}
    assert_same(one.reset(seed=1, options=options), two.reset(seed=1, options=options))
    for bad in ({"low": [1], "high": 2}, {"low": "a", "high": "b"}):
        for env in (one, two):
            with pytest.raises((ValueError, TypeError)):
                env.reset(options=bad)


@pytest.mark.parametrize("mode", list(AutoresetMode))
@pytest.mark.parametrize("env_id", ["FrozenLake-v1", "host_envs:Infos-v0"])
def test_22_and_23_vector_results_are_those_of_sync_vector_env(host: HostProcess, env_id: str, mode: Any) -> None:
    one = gymbridge.make_vec(env_id, 4, address=host.address, autoreset_mode=mode)
    two = SyncVectorEnv([lambda: gymnasium.make(env_id.rpartition(":")[2])] * 4, autoreset_mode=mode)
    assert_same(one.reset(seed=3), two.reset(seed=3))
    two.action_space.seed(3)
    for step in range(60):
        actions = two.action_space.sample()
        result = two.step(actions)
        assert_same(one.step(actions), result, f"step {step}")
        ended = result[2] | result[3]
        if mode is AutoresetMode.DISABLED and ended.any():
            options = [{"reset_mask": ended.copy()} for _ in range(2)]
            assert_same(one.reset(options=options[0]), two.reset(options=options[1]))


def test_24_reset_masks(host: HostProcess) -> None:
    one = gymbridge.make_vec("CartPole-v1", 3, address=host.address)
    two = SyncVectorEnv([lambda: gymnasium.make("CartPole-v1")] * 3)
    for envs in (one, two):
        envs.reset(seed=1)
        envs.step(np.array([0, 1, 0]))
    options = [{"reset_mask": np.array([True, False, True]), "low": -0.01} for _ in range(2)]
    results = [envs.reset(seed=[7, 8, 9], options=given) for envs, given in zip((one, two), options, strict=True)]
    assert_same(results[0], results[1])
    assert_same(options[0], options[1], "the mask is taken out of the caller's dict")


def test_25_specs_make_the_environment_again(host: HostProcess) -> None:
    env = remote(host, "Pendulum-v1", g=5.0, max_episode_steps=7)
    again = gymnasium.envs.registration.EnvSpec.from_json(env.spec.to_json())
    assert again == env.spec
    twin = again.make()
    assert_same(twin.reset(seed=1), env.reset(seed=1))
    for _ in range(7):
        assert_same(twin.step(np.array([1.0], np.float32)), env.step(np.array([1.0], np.float32)))


def test_26_wrappers_apply_exactly_once(host: HostProcess) -> None:
    env = remote(host, "FrozenLake-v1")
    assert str(env).count("TimeLimit") == str(env).count("OrderEnforcing") == str(env).count("PassiveEnvChecker") == 1
    env = mine(host, "Limited-v0", max_episode_steps=-1)
    env.reset()
    assert not any(env.step(0)[3] for _ in range(9))


def test_27_wrapper_attributes_reach_the_environment(host: HostProcess) -> None:
    env = remote(host, "MountainCar-v0")
    assert env.has_wrapper_attr("gravity") and not env.has_wrapper_attr("nothing")
    assert env.get_wrapper_attr("gravity") == 0.0025
    assert (
        env.get_wrapper_attr("get_keys_to_action")() == local("MountainCar-v0").get_wrapper_attr("get_keys_to_action")()
    )
    assert env.set_wrapper_attr("gravity", 0.01) and env.unwrapped.gravity == 0.01
    with pytest.raises(AttributeError):
        env.get_wrapper_attr("nothing")
    with pytest.raises(AttributeError):
        env.unwrapped.nothing  # noqa: B018


def test_28_attributes_of_lanes(host: HostProcess) -> None:
    envs = gymbridge.make_vec("CartPole-v1", 3, address=host.address)
    envs.set_attr("length", [1.0, 2.0, 3.0])
    envs.set_attr("gravity", 5.0)
    assert envs.get_attr("length") == (1.0, 2.0, 3.0) and envs.call("gravity") == (5.0, 5.0, 5.0)


def test_29_generators_cross_whole(host: HostProcess) -> None:
    env = remote(host, "CartPole-v1").unwrapped
    generator = np.random.Generator(np.random.PCG64(3))
    generator.integers(5, dtype=np.int32)
    state = generator.bit_generator.state
    assert state["has_uint32"] == 1
    env.np_random = generator
    env._session.generators.forget(0)
    assert env.np_random is not generator and env.np_random.bit_generator.state == state
    with pytest.raises(
        TypeError, match=r"Only numpy.random.Generator\(PCG64\) can be carried over the wire, got Philox"
    ):
        env.np_random = np.random.Generator(np.random.Philox(3))


def test_30_frames_and_texts_are_those_of_the_environment(host: HostProcess) -> None:
    for env_id, mode in (("FrozenLake-v1", "rgb_array"), ("Taxi-v4", "ansi"), ("CliffWalking-v1", "rgb_array_list")):
        frames = []
        for env in (remote(host, env_id, render_mode=mode), local(env_id, render_mode=mode)):
            env.reset(seed=3)
            env.step(1)
            frames.append(env.render())
        assert_same(frames[0], frames[1])
    silent = remote(host, "FrozenLake-v1")
    silent.reset()
    with pytest.warns(UserWarning, match="without specifying any render mode"):
        assert silent.render() is None


def test_31_metadata_is_equal_and_not_shared(host: HostProcess) -> None:
    env = remote(host, "CartPole-v1")
    assert_same(env.metadata, local("CartPole-v1").metadata)
    envs = gymbridge.make_vec("CartPole-v1", 2, address=host.address, autoreset_mode="SameStep")
    assert envs.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    assert "autoreset_mode" not in remote(host, "CartPole-v1").metadata


def test_32_close_is_idempotent(host: HostProcess) -> None:
    with remote(host, "CartPole-v1") as env:
        env.reset()
    env.close()
    with pytest.raises(gymnasium.error.ClosedEnvironmentError):
        env.step(0)


def test_33_pickles_reconnect(host: HostProcess) -> None:
    env = remote(host, "CartPole-v1")
    twin = pickle.loads(pickle.dumps(env))
    assert_same(twin.reset(seed=123), env.reset(seed=123))
    assert_same(twin.step(1), env.step(1))


def test_34_sessions_share_nothing(host: HostProcess) -> None:
    envs = [remote(host, "FrozenLake-v1") for _ in range(3)]
    alone = [local("FrozenLake-v1") for _ in range(3)]
    for seed, pair in enumerate(zip(envs, alone, strict=True)):
        assert_same(pair[0].reset(seed=seed), pair[1].reset(seed=seed))
    for step in range(20):
        for index in (2, 0, 1):
            assert_same(envs[index].step(step % 4), alone[index].step(step % 4))


def test_35_asynchronous_calls(host: HostProcess, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    envs: Any = gymbridge.make_vec("host_envs:Counting-v0", 2, address=host.address, gate=str(gate))
    envs.reset_async(seed=1)
    with pytest.raises(gymnasium.error.AlreadyPendingCallError, match="waiting for a pending call to `reset`"):
        envs.step_async([0, 0])
    with pytest.raises(gymnasium.error.NoAsyncCallError, match="without any prior call to `step_async`"):
        envs.step_wait()
    assert envs.reset_wait()[0].tolist() == [[0.0], [0.0]]
    other: Any = gymbridge.make_vec("CartPole-v1", 2, address=host.address)
    other.reset()
    envs.step_async([15, 0])  # hangs until the gate opens
    assert other.step([0, 1])[1].tolist() == [1.0, 1.0], "meanwhile"
    with pytest.raises(multiprocessing.TimeoutError, match=r"`step_wait` has timed out after 0\.1"):
        envs.step_wait(timeout=0.1)
    gate.touch()
    assert envs.step([0, 0])[0].tolist() == [[2.0], [2.0]]
    envs.call_async("add", 1, second=2)
    assert envs.call_wait() == (3, 3)
    envs.close()
    with pytest.raises(gymnasium.error.ClosedEnvironmentError):
        envs.step([0, 0])


def test_36_the_handshake_says_what_runs_there(host: HostProcess) -> None:
    versions = remote(host, "CartPole-v1").unwrapped.remote.versions
    assert versions["gymnasium"] == gymnasium.__version__ and versions["numpy"] == np.__version__


def test_39_wrappers_give_what_they_give_locally(host: HostProcess) -> None:
    one, two = (
        FrameStackObservation(RecordEpisodeStatistics(env), 3)
        for env in (remote(host, "CartPole-v1"), local("CartPole-v1"))
    )
    assert_same(one.reset(seed=1), two.reset(seed=1))
    for _ in range(30):
        results = [env.step(1) for env in (one, two)]
        for result in results:
            result[4].get("episode", {}).pop("t", None)
        assert_same(results[0], results[1])
        if results[0][2]:
            break
    wrapped = [
        vector_wrappers.NormalizeReward(vector_wrappers.NormalizeObservation(envs))
        for envs in (
            gymbridge.make_vec("CartPole-v1", 3, address=host.address),
            SyncVectorEnv([lambda: gymnasium.make("CartPole-v1")] * 3),
        )
    ]
    assert_same(wrapped[0].reset(seed=2), wrapped[1].reset(seed=2))
    for _ in range(30):
        assert_same(wrapped[0].step(np.array([0, 1, 1])), wrapped[1].step(np.array([0, 1, 1])))


def test_40_the_installed_gymnasium_decides(host: HostProcess) -> None:
    space = spaces.Text(5, charset=frozenset("qwe"))
    back = _values.decode(_values.encode(space))
    back.seed(1)
    space.seed(1)
    assert [back.sample() for _ in range(5)] == [space.sample() for _ in range(5)]
    with pytest.raises(errors.UnknownEnvironmentError):
        remote(host, "CartPole-v99")
    assert copy.deepcopy(back) == space
