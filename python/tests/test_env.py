from __future__ import annotations

import copy
import math
import multiprocessing
import pickle
import re
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import gymbridge
from conftest import HostProcess
from gymbridge import errors
from strict import assert_same, recorded_warnings

SEEDS = [0, 1, 42, 2**32 + 1, 2**100 + 7]


def compare(first: gymnasium.Env[Any, Any], second: gymnasium.Env[Any, Any], seed: int, steps: int) -> None:
    """The same seed and the same random actions give the same results, to types, bytes and generator."""
    assert_same(first.reset(seed=seed), second.reset(seed=seed), "reset")
    second.action_space.seed(seed)
    for step in range(steps):
        action = second.action_space.sample()
        result = second.step(action)
        assert_same(first.step(action), result, f"step {step}")
        if result[2] or result[3]:
            assert_same(first.reset(), second.reset(), f"reset at {step}")
    assert_same(first.unwrapped.np_random_seed, second.unwrapped.np_random_seed, "seed")
    assert first.unwrapped.np_random.bit_generator.state == second.unwrapped.np_random.bit_generator.state


@pytest.mark.parametrize("seed", SEEDS)
def test_cartpole_equals_the_local_one(host: HostProcess, seed: int) -> None:
    with gymbridge.make("CartPole-v1", address=host.address) as env, gymnasium.make("CartPole-v1") as local:
        compare(env, local, seed, 10_000)


@pytest.mark.parametrize(
    "env_id",
    [
        "MountainCar-v0",
        "Pendulum-v1",
        "Acrobot-v1",
        "FrozenLake-v1",
        "CliffWalking-v1",
        "Taxi-v4",
        "MountainCarContinuous-v0",
    ],
)
def test_other_environments_equal_the_local_ones(host: HostProcess, env_id: str) -> None:
    with gymbridge.make(env_id, address=host.address) as env, gymnasium.make(env_id) as local:
        assert env.observation_space == local.observation_space and env.action_space == local.action_space
        assert env.metadata == local.metadata
        compare(env, local, 7, 500)


def test_check_env_finds_nothing_that_it_does_not_find_locally(host: HostProcess) -> None:
    with recorded_warnings() as of_local:
        check_env(gymnasium.make("CartPole-v1").unwrapped)
    with recorded_warnings() as of_remote:
        check_env(gymbridge.make("CartPole-v1", address=host.address).unwrapped)
    assert sorted(str(w.message) for w in of_remote) == sorted(str(w.message) for w in of_local)


def test_wrappers_of_make_are_applied_once_and_here(host: HostProcess) -> None:
    env = gymbridge.make("host_envs:Limited-v0", address=host.address)
    assert str(env) == "<TimeLimit<OrderEnforcing<PassiveEnvChecker<Env<Limited-v0>>>>>"
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(0)
    env.reset()
    assert [env.step(0)[3] for _ in range(3)] == [False, False, True]
    assert env.spec is not None and env.spec.reward_threshold == 9.0
    unlimited = gymbridge.make("host_envs:Limited-v0", address=host.address, max_episode_steps=-1)
    unlimited.reset()
    assert not any(unlimited.step(0)[3] for _ in range(10))


def test_one_make_is_one_construction(host: HostProcess, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    env = gymbridge.make("host_envs:Counted-v0", address=host.address, path=str(notes))
    env.reset()
    env.step(0)
    assert notes.read_text().split() == ["made"]
    env.close()
    assert notes.read_text().split() == ["made", "closed"]
    envs = gymbridge.make_vec("host_envs:Counted-v0", 3, address=host.address, path=str(notes))
    envs.reset()
    assert notes.read_text().split()[2:] == ["made"] * 3
    envs.close()
    assert notes.read_text().split()[5:] == ["closed"] * 3


def test_spec_makes_the_environment_again(host: HostProcess) -> None:
    env = gymbridge.make("CartPole-v1", address=host.address, sutton_barto_reward=True)
    assert env.spec is not None
    spec = gymnasium.envs.registration.EnvSpec.from_json(env.spec.to_json())
    assert spec == env.spec
    again = spec.make()
    first, second = env.reset(seed=3), again.reset(seed=3)
    assert_same(first, second)
    assert_same(env.step(1), again.step(1))
    assert again.step(1)[1] == 0.0


def test_observations_are_fresh_and_writable(host: HostProcess) -> None:
    env = gymbridge.Env("CartPole-v1", address=host.address)
    first, _ = env.reset(seed=1)
    kept = first.copy()
    second = env.step(0)[0]
    second[:] = 9
    np.testing.assert_array_equal(first, kept)
    assert first.flags.owndata and first.flags.writeable
    assert not np.shares_memory(env.step(0)[0], second)


@pytest.mark.parametrize("action", range(30, 40))
def test_rewards_and_flags_keep_their_types(host: HostProcess, action: int) -> None:
    import host_envs

    env = gymbridge.Env("host_envs:Counting-v0", address=host.address)
    env.reset()
    _, reward, terminated, truncated, _ = env.step(action)
    assert_same((reward, terminated, truncated), (*host_envs.TYPES[action - 30], False))


@pytest.mark.parametrize("kind", ["int", "int64", "int32"])
def test_discrete_observations_keep_their_types(host: HostProcess, kind: str) -> None:
    env = gymbridge.Env("host_envs:Scalars-v0", address=host.address, kind=kind)
    expected = {"int": int, "int64": np.int64, "int32": np.int32}[kind]
    assert_same(env.reset(seed=5), (expected(-5), {"seed": 5}))
    assert_same(env.step(np.int64(-2)), (expected(-2), 0.0, False, False, {"action_type": "int64"}))
    for action in (-2, np.int8(-2), np.uint32(2), True):
        assert env.step(action)[4] == {"action_type": type(action).__name__}


def test_box_actions_reach_the_environment_in_their_dtype(host: HostProcess) -> None:
    env = gymbridge.Env("host_envs:Echo-v0", address=host.address)
    env.reset()
    action = np.array([[0.1, -0.0, np.nan], [np.inf, 5.0, -1.0]], np.float32)
    observation, *_, info = env.step(action)
    assert_same(observation, action)
    assert info == {"dtype": "float32", "writable": True}
    assert env.step(np.zeros((2, 3), np.float64))[4]["dtype"] == "float64"


@pytest.mark.parametrize(
    "action", [0.5, "a", None, [1], np.array([1]), 2**63, np.float64(1.0), {"left": 1}], ids=lambda a: f"{a!r}"
)
def test_actions_that_are_none_reach_the_environment_as_they_are(host: HostProcess, action: Any) -> None:
    env = gymbridge.Env("CartPole-v1", address=host.address)
    local = gymnasium.make("CartPole-v1").unwrapped
    caught = []
    for one in (env, local):
        one.reset(seed=1)
        with pytest.raises(AssertionError) as error:
            one.step(action)
        caught.append(str(error.value))
    assert caught[0] == caught[1], "the environment's own words"
    assert_same(env.step(np.int32(1))[1], 1.0)


@pytest.mark.parametrize("make", [gymbridge.Env, gymbridge.make])
@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        ({"env_id": None}, TypeError, "An environment's id is a str, such as 'CartPole-v1', got None"),
        ({"env_id": 5}, TypeError, "got 5"),
        ({"address": 5}, TypeError, r"address must be a str \('host:port' or 'unix:/path'\) or None, got 5"),
        ({"timeout": "1"}, TypeError, "timeout must be a number of seconds, got '1'"),
        ({"timeout": math.nan}, ValueError, "timeout must be a positive number of seconds, at most 4294967, got nan"),
        ({"timeout": math.inf}, ValueError, "got inf"),
        ({"timeout": 0}, ValueError, "got 0"),
    ],
)
def test_arguments_that_make_no_sense(make: Any, arguments: dict[str, Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        make(**{"env_id": "CartPole-v1", "address": "127.0.0.1:1", **arguments})


def test_a_closed_environment_says_so_where_attributes_are_read(host: HostProcess) -> None:
    env = gymbridge.Env("CartPole-v1", address=host.address)
    env.close()
    with pytest.raises(AttributeError, match=r"'gravity' of 'CartPole-v1' cannot be read: it was closed"):
        _ = env.gravity
    assert not hasattr(env, "gravity")


def test_an_action_that_cannot_be_carried_is_refused_here(host: HostProcess) -> None:
    env = gymbridge.Env("CartPole-v1", address=host.address)
    env.reset(seed=1)
    with pytest.raises(errors.ActionError, match=r"cannot be carried to an environment whose action space is Discrete"):
        env.step(object())
    assert env.step(1)[1] == 1.0


@pytest.mark.parametrize(
    "action",
    [
        np.zeros(6, np.float32),
        np.zeros((2, 3)),
        np.zeros((2, 3), np.complex64),
        np.zeros((2, 3), np.int8),
        np.zeros(()),
    ],
    ids=lambda action: f"{action.dtype}{action.shape}",
)
def test_arrays_reach_the_environment_as_they_are(host: HostProcess, action: Any) -> None:
    env = gymbridge.Env("host_envs:Echo-v0", address=host.address)
    env.reset()
    if action.shape != (2, 3) or action.dtype.kind == "c":
        with pytest.raises((TypeError, ValueError)):
            env.step(action)
        action = np.zeros((2, 3), np.float32)
    assert env.step(action)[4] == {"dtype": str(action.dtype), "writable": True}


def test_an_action_out_of_range_is_the_environments_to_judge(host: HostProcess) -> None:
    env = gymbridge.make("CartPole-v1", address=host.address)
    env.reset(seed=1)
    with pytest.raises(AssertionError, match="invalid"):
        env.step(5)
    assert env.step(1)[1] == 1.0


@pytest.mark.parametrize(
    ("seed", "text"),
    [
        (-1, "Seed must be greater or equal to zero, actual value: -1"),
        (1.5, "Seed must be a python integer, actual type: <class 'float'>"),
        ("1", "Seed must be a python integer, actual type: <class 'str'>"),
        (np.int64(3), "Seed must be a python integer, actual type: <class 'numpy.int64'>"),
    ],
)
def test_bad_seeds_are_refused_in_gymnasiums_words(host: HostProcess, seed: Any, text: str) -> None:
    env = gymbridge.make("CartPole-v1", address=host.address)
    with pytest.raises(gymnasium.error.Error) as caught:
        env.reset(seed=seed)
    assert str(caught.value) == text
    with pytest.raises(gymnasium.error.Error) as of_local:
        gymnasium.make("CartPole-v1").reset(seed=seed)
    assert str(of_local.value) == text


def test_generator_is_read_and_set(host: HostProcess) -> None:
    env = gymbridge.Env("CartPole-v1", address=host.address)
    seed = env.np_random_seed
    assert seed.bit_length() > 64, "an environment that was never seeded has 128 bits of entropy"
    assert env.np_random_seed == seed
    env.reset(seed=2**130 + 1)
    assert env.np_random_seed == 2**130 + 1
    generator = np.random.Generator(np.random.PCG64(9))
    generator.integers(10, dtype=np.int32)  # half of a draw is in the buffer: has_uint32
    assert generator.bit_generator.state["has_uint32"] == 1
    env.np_random = generator
    assert env.np_random_seed == -1
    assert env.np_random.bit_generator.state == generator.bit_generator.state
    local = gymnasium.make("CartPole-v1").unwrapped
    local.np_random = copy.deepcopy(generator)
    assert env.np_random is generator, "as in Gymnasium: the environment has the very generator that was set"
    assert_same(env.reset(), local.reset())
    assert generator.bit_generator.state == local.np_random.bit_generator.state
    with pytest.raises(TypeError, match="PCG64"):
        env.np_random = np.random.Generator(np.random.MT19937(1))
    with pytest.raises(AttributeError):
        env.np_random_seed = 5  # type: ignore[misc]


def test_options_and_infos_cross_with_their_types(host: HostProcess) -> None:
    env = gymbridge.Env("host_envs:Counting-v0", address=host.address)
    assert env.reset()[1] == {}
    assert env.reset(options={})[1] == {"options": {}}
    options = {"low": np.array(-0.1), "l": [1, (2.0, None)], "s": "x", "b": b"\x00", "big": -(2**70), 3: np.int8(4)}
    assert_same(env.reset(options=options)[1]["options"], options)
    with pytest.raises(TypeError, match=r"options\['f'\]"):
        env.reset(options={"f": print})
    assert env.step(0)[0][0] == 1.0, "a refused call must not have taken a step or a sequence number"


def test_bad_options_raise_what_the_environment_raises(host: HostProcess) -> None:
    env = gymbridge.make("CartPole-v1", address=host.address)
    with pytest.raises(ValueError, match="could not be converted"):
        env.reset(options={"low": "a", "high": 1.0})
    assert_same(
        env.reset(seed=1, options={"low": np.array(-0.2), "high": 0.2}),
        gymnasium.make("CartPole-v1").reset(seed=1, options={"low": -0.2, "high": 0.2}),
    )


@pytest.mark.parametrize(
    ("action", "kind", "text"),
    [
        (10, ValueError, "^the env's ValueError$"),
        (11, KeyError, "^'a key'$"),
        (12, errors.RemoteError, "^host_envs.CustomError: of a class that nobody else knows$"),
        (13, gymnasium.error.InvalidAction, "^the env's InvalidAction$"),
        (14, errors.RemoteError, "SystemExit: 3"),
        (21, TypeError, r"got float64\[3\]"),
        (22, TypeError, "reward: a number is expected, got NoneType None"),
        (24, TypeError, "terminated: a bool is expected, got NoneType"),
        (25, TypeError, "info: a dict is expected, got NoneType"),
        (
            26,
            ValueError,
            r"step\(\) \(observation, reward, .* gym before 0.26 .*: not enough values to unpack \(expected 5",
        ),
        (28, LookupError, r"^host_envs.UnspeakableError: <RuntimeError in str\(\) of the exception>"),
        (27, ValueError, r"^line\r\nbreak % \x1b\[2J \\ud800 x+ \.\.\. \(cut\)$"),
    ],
)
def test_exceptions_cross_and_the_environment_stays_usable(
    host: HostProcess, action: int, kind: type[Exception], text: str
) -> None:
    env = gymbridge.Env("host_envs:Counting-v0", address=host.address)
    env.reset()
    with pytest.raises(kind) as caught:
        env.step(action)
    assert type(caught.value) is kind and re.search(text, str(caught.value))
    fault = caught.value.gymbridge_fault  # type: ignore[attr-defined]
    assert fault.lanes == (0,) and fault.recoverable and "Traceback" in fault.trace
    assert env.step(0)[0][0] == 2.0
    assert env.reset()[0][0] == 2.0


@pytest.mark.parametrize("lanes", [1, 2])
def test_a_reset_without_an_info_is_told_as_that(host: HostProcess, lanes: int) -> None:
    envs = gymbridge.make_vec("host_envs:Older-v0", lanes, address=host.address)
    text = r"reset\(\) must return \(observation, info\).* gym before 0.26.*; reset\(\) returned ndarray array"
    with pytest.raises(TypeError, match=text):
        envs.reset()


def test_exception_in_reset(host: HostProcess) -> None:
    env = gymbridge.Env("host_envs:Counting-v0", address=host.address)
    with pytest.raises(RuntimeError) as caught:
        env.reset(options={"raise": "oh"})
    assert str(caught.value) == "oh"
    assert env.reset()[0][0] == 0.0


def test_exception_in_the_constructor(host: HostProcess) -> None:
    with pytest.raises(ValueError, match="no luck") as caught:
        gymbridge.Env("host_envs:Counting-v0", address=host.address, fail="no luck")
    assert type(caught.value) is ValueError
    with pytest.raises(TypeError, match="unexpected keyword argument 'unknown'"):
        gymbridge.make("CartPole-v1", address=host.address, unknown=1)


def test_attributes_of_the_environment(host: HostProcess) -> None:
    env = gymbridge.make("CartPole-v1", address=host.address)
    assert_same(env.unwrapped.gravity, 9.8)
    assert_same(env.get_wrapper_attr("length"), 0.5)
    env.reset(seed=1)
    assert_same(env.unwrapped.state, _local_state())
    env.unwrapped.gravity = 3.5
    assert env.unwrapped.gravity == 3.5 and "gravity" not in env.unwrapped.__dict__
    env.set_wrapper_attr("force_mag", 2.0)
    assert env.unwrapped.force_mag == 2.0
    assert not hasattr(env.unwrapped, "nothing")
    with pytest.raises(AttributeError, match="nothing"):
        env.unwrapped.nothing  # noqa: B018
    with pytest.raises(AttributeError, match="_secret"):
        env.unwrapped._secret  # noqa: B018


def _local_state() -> Any:
    local = gymnasium.make("CartPole-v1")
    local.reset(seed=1)
    return local.unwrapped.state


def test_methods_of_the_environment(host: HostProcess) -> None:
    env = gymbridge.Env("host_envs:Counting-v0", address=host.address)
    assert_same(env.add([1], [2, (3,)]), [1, 2, (3,)])
    assert_same(env.add("a", second="b"), "ab")
    with pytest.raises(TypeError, match="argument 0 of add"):
        env.add(object())
    with pytest.raises(LookupError, match="in a method"):
        env.fail()
    assert env.get_wrapper_attr("add")(2**70, 1) == 2**70 + 1


@pytest.mark.parametrize(
    "name", ["reset", "close", "step", "np_random", "unwrapped", "__class__", "_size", "a.b", "", "class"]
)
def test_names_that_are_never_reached(host: HostProcess, name: str) -> None:
    env = gymbridge.Env("host_envs:Counting-v0", address=host.address)
    session: Any = env._session
    for ask in (
        lambda: session.get_attribute(name),
        lambda: session.set_attribute(name, 1),
        lambda: session.call_method(name, (), {}),
    ):
        with pytest.raises(errors.AttributeDeniedError, match=r"reach|called|set from outside"):
            ask()


def test_render(host: HostProcess) -> None:
    env = gymbridge.make("CartPole-v1", address=host.address, render_mode="rgb_array")
    local = gymnasium.make("CartPole-v1", render_mode="rgb_array")
    for one in (env, local):
        one.reset(seed=4)
        one.step(1)
    assert_same(env.render(), local.render())
    assert env.render_mode == "rgb_array"
    frames = gymbridge.make("CartPole-v1", address=host.address, render_mode="rgb_array_list")
    frames.reset(seed=4)
    frames.step(1)
    assert_same(frames.render()[-1], local.render())
    text = gymbridge.make("FrozenLake-v1", address=host.address, render_mode="ansi")
    of_local = gymnasium.make("FrozenLake-v1", render_mode="ansi")
    for one in (text, of_local):
        one.reset(seed=4)
        one.step(1)
    assert_same(text.render(), of_local.render())
    silent = gymbridge.make("CartPole-v1", address=host.address)
    silent.reset()
    with pytest.warns(UserWarning, match="without specifying any render mode"):
        assert silent.render() is None


def test_human_rendering_opens_its_window_here(host: HostProcess) -> None:
    pygame = pytest.importorskip("pygame")
    env = gymbridge.make("CartPole-v1", address=host.address, render_mode="human")
    env.reset(seed=4)
    assert pygame.display.get_surface().get_size() == (600, 400)
    env.step(1)
    assert env.render() is None
    assert env.metadata == gymnasium.make("CartPole-v1").metadata
    env.close()
    assert pygame.display.get_surface() is None
    # An environment without a window of its own gets one all the same.
    frames = gymbridge.make("host_envs:Frames-v0", address=host.address, render_mode="human")
    frames.reset()
    assert (
        pygame.display.get_surface().get_size() == (6, 4) and frames.unwrapped.metadata["render_modes"][-1] == "human"
    )
    frames.close()


def test_close_is_idempotent_and_ends_the_session(host: HostProcess) -> None:
    env = gymbridge.make("CartPole-v1", address=host.address)
    env.reset()
    session: Any = env.unwrapped._session
    env.close()
    env.close()
    with pytest.raises(gymnasium.error.ClosedEnvironmentError):
        env.reset()
    session.closed = False
    with pytest.raises(errors.SessionLostError, match="closed by its client"):
        env.reset()
    with gymbridge.make("CartPole-v1", address=host.address) as inner:
        inner.reset()
    assert inner.unwrapped._session.closed


@pytest.mark.parametrize("copier", [lambda env: pickle.loads(pickle.dumps(env)), copy.deepcopy], ids=["pickle", "copy"])
def test_a_copy_opens_a_session_of_its_own(host: HostProcess, copier: Any) -> None:
    env = gymbridge.make("CartPole-v1", address=host.address, sutton_barto_reward=True)
    expected = [env.reset(seed=123), env.step(1), env.step(0)]
    other = copier(env)
    assert_same([other.reset(seed=123), other.step(1), other.step(0)], expected)
    assert other.spec == env.spec
    assert other.unwrapped._session.session_id != env.unwrapped._session.session_id
    assert_same(env.step(1)[0], other.step(1)[0])


def _in_a_child(address: str, connection: Any, env: Any) -> None:
    results: list[Any] = []
    for one in (env, gymbridge.make("CartPole-v1", address=address)):
        one.reset(seed=5)
        results.append(one.step(1)[0].tolist())
    connection.send(results)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_other_processes_have_sessions_of_their_own(host: HostProcess, method: str) -> None:
    env = gymbridge.make("CartPole-v1", address=host.address)
    env.reset(seed=5)
    context: Any = multiprocessing.get_context(method)
    here, there = context.Pipe()
    child = context.Process(target=_in_a_child, args=(host.address, there, env))
    child.start()
    assert here.poll(60), "the child hangs"
    results = here.recv()
    child.join(60)
    assert child.exitcode == 0
    mine = env.step(1)[0].tolist()
    assert results == [mine, mine]


def test_async_vector_env_of_proxies(host: HostProcess) -> None:
    address = host.address
    env = gymbridge.make("CartPole-v1", address=address)  # The parent has a live channel when it forks.
    env.reset()
    made = [lambda: gymbridge.make("CartPole-v1", address=address)] * 2
    remote, local = gymnasium.vector.AsyncVectorEnv(made), gymnasium.make_vec("CartPole-v1", 2, "sync")
    try:
        assert_same(remote.reset(seed=3), local.reset(seed=3))
        for _ in range(50):
            actions = local.action_space.sample()
            assert_same(remote.step(actions), local.step(actions))
    finally:
        remote.close()


def test_sessions_do_not_share_anything(host: HostProcess) -> None:
    envs = [gymbridge.make("CartPole-v1", address=host.address) for _ in range(4)]
    alone = gymnasium.make("CartPole-v1")
    for seed, env in enumerate(envs):
        env.reset(seed=seed)
    trajectories = [[env.step(k % 2)[0].tolist() for env in envs] for k in range(8)]
    for seed in range(4):
        alone.reset(seed=seed)
        assert [alone.step(k % 2)[0].tolist() for k in range(8)] == [row[seed] for row in trajectories]


def test_remote_says_what_is_behind(host: HostProcess) -> None:
    env = gymbridge.Env("CartPole-v1", address=host.address)
    env.reset()
    env.step(0)
    assert env.remote.address == host.address and env.remote.server_pid is None
    assert env.remote.versions["gymnasium"] == gymnasium.__version__
    assert env.remote.autoreset_modes == ("NextStep", "SameStep", "Disabled")
    assert 0 < env.remote.env_us <= env.remote.server_us < 10_000_000


def test_human_readable_address_errors() -> None:
    for address in ("localhost", "unix:relative", "host:99999", "http://x:1", "a b:1"):
        with pytest.raises(ValueError, match=r"neither 'host:port' nor|needs an absolute path"):
            gymbridge.Env("CartPole-v1", address=address)
