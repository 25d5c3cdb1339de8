"""The C# server, started by gymnasium.make as a user would."""

from __future__ import annotations

import copy
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode, SyncVectorEnv

import gymbridge
from conftest import HostProcess
from gymbridge import _connection, _launcher, _session, _wire, errors
from gymbridge._builtin import BUILT_INS
from gymbridge._channel import CallFailedError
from gymbridge._generated import env_service_pb2 as pb
from strict import assert_same, recorded_warnings

ID = "gymbridge:GymBridge/CartPole-v1"


pytestmark = pytest.mark.usefixtures("shared_server")


@pytest.mark.parametrize("seed", [0, 1, 42, 2**32 + 1, 2**100 + 7])
def test_02_and_04_ten_thousand_steps_equal_the_python_cartpole(seed: int) -> None:
    env, local = gymnasium.make(ID), gymnasium.make("CartPole-v1")
    assert env.observation_space == local.observation_space and env.action_space == local.action_space
    assert_same(env.reset(seed=seed), local.reset(seed=seed), "reset")
    env.action_space.seed(seed)
    local.action_space.seed(seed)
    for step in range(10_000):
        action = local.action_space.sample()
        assert_same(env.action_space.sample(), action)
        result = local.step(action)
        assert_same(env.step(action), result, f"step {step}")
        if result[2] or result[3]:
            assert_same(env.reset(), local.reset(), f"reset at {step}")
    assert_same(env.unwrapped.np_random_seed, local.unwrapped.np_random_seed)
    assert env.unwrapped.np_random.bit_generator.state == local.unwrapped.np_random.bit_generator.state
    env.close()


TWINS = sorted({b.env_id for b in BUILT_INS} & set(gymnasium.registry))
OWN = sorted({b.env_id for b in BUILT_INS} - set(TWINS))


ATTRIBUTES = {
    "CartPole-v1": {"gravity": 3.7, "force_mag": 4.0, "tau": 0.013, "kinematics_integrator": "semi"},
    "MountainCar-v0": {"force": 0.0031, "goal_position": 0.1},
    "MountainCarContinuous-v0": {"power": 0.0041, "max_speed": 0.05},
    "Pendulum-v1": {"g": 9.1, "m": 1.4, "l": 0.7, "dt": 0.03},
    "FrozenLake-v1": {"s": 9},
    "Taxi-v4": {"s": 100, "fickle_passenger": True},
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_27_attributes_are_those_of_gymnasium_and_change_the_dynamics(name: str) -> None:
    env, local = gymnasium.make(f"gymbridge:GymBridge/{name}"), gymnasium.make(name)
    assert_same(env.reset(seed=4), local.reset(seed=4), "reset")
    for attribute, value in ATTRIBUTES[name].items():
        assert env.unwrapped.__getattr__(attribute) == local.get_wrapper_attr(attribute)
        assert env.has_wrapper_attr(attribute)
        assert env.set_wrapper_attr(attribute, value, force=False) is True
        assert attribute not in env.unwrapped.__dict__
        local.set_wrapper_attr(attribute, value)
        assert_same(env.get_wrapper_attr(attribute), value)
    local.action_space.seed(4)
    for step in range(100):
        action = local.action_space.sample()
        result = local.step(action)
        assert_same(env.step(action), result, f"step {step}")
        if result[2] or result[3]:
            assert_same(env.reset(), local.reset(), f"reset at {step}")
    env.close()


def test_state_crosses_both_ways() -> None:
    env, local = gymnasium.make(ID), gymnasium.make("CartPole-v1")
    env.reset(seed=1)
    local.reset(seed=1)
    assert_same(env.unwrapped.state, local.unwrapped.state)
    for one in (env, local):
        one.unwrapped.state = np.array([0.5, 0.0, 0.1, 0.0])
    assert_same(env.step(1), local.step(1))
    env.close()


def test_missing_and_read_only_attributes() -> None:
    env = gymnasium.make("gymbridge:GymBridge/Taxi-v4")
    assert not env.has_wrapper_attr("nothing")
    assert env.set_wrapper_attr("nothing", 1, force=False) is False
    env.unwrapped.nothing = marker = object()
    assert env.unwrapped.nothing is marker, "an attribute of the user's own is kept"
    env.unwrapped.something = 1
    assert env.unwrapped.something == 1
    with pytest.raises(AttributeError, match="'P' of 'TaxiEnv' cannot be set"):
        env.unwrapped.P = {}
    with pytest.raises(errors.AttributeDeniedError, match="cannot be reached"):
        env.unwrapped._session.get_attribute("__class__")
    env.close()


def test_methods_and_tables_of_taxi() -> None:
    env, local = gymnasium.make("gymbridge:GymBridge/Taxi-v4"), gymnasium.make("Taxi-v4")
    assert env.unwrapped.encode(3, 1, pass_loc=2, dest_idx=0) == local.unwrapped.encode(3, 1, 2, 0)
    assert_same(env.unwrapped.action_mask(328), local.unwrapped.action_mask(328))
    assert env.unwrapped.P == local.unwrapped.P
    env.close()


@pytest.mark.parametrize("name", TWINS)
def test_01_and_04_and_21_every_twin_equals_gymnasiums_own_and_passes_check_env(name: str) -> None:
    env, local = gymnasium.make(f"gymbridge:GymBridge/{name}"), gymnasium.make(name)
    assert env.observation_space == local.observation_space and env.action_space == local.action_space
    assert_same(env.reset(seed=3), local.reset(seed=3), "reset")
    local.action_space.seed(3)
    for step in range(1_000):
        action = local.action_space.sample()
        result = local.step(action)
        assert_same(env.step(action), result, f"step {step}")
        if result[2] or result[3]:
            assert_same(env.reset(), local.reset(), f"reset after step {step}")
    assert env.unwrapped.np_random.bit_generator.state == local.unwrapped.np_random.bit_generator.state
    with warnings.catch_warnings(action="ignore"):  # The next test compares the warnings.
        check_env(env.unwrapped)


@pytest.mark.parametrize("name", OWN)
def test_01_and_21_every_environment_of_our_own_passes_check_env_and_repeats_itself(name: str) -> None:
    def episode(env: Any) -> list[Any]:
        env.action_space.seed(3)
        trajectory = [env.reset(seed=3)]
        while len(trajectory) < 30 and not (len(trajectory) > 1 and trajectory[-1][2]):
            trajectory.append(env.step(env.action_space.sample()))
        return trajectory

    env = gymnasium.make(f"gymbridge:GymBridge/{name}")
    for step, (first, second) in enumerate(zip(episode(env), episode(env), strict=True)):
        assert_same(first, second, f"step {step}")
    with warnings.catch_warnings(action="ignore"):  # Not about warnings.
        check_env(env.unwrapped)
    env.close()


def test_25_the_registered_specs_are_the_servers(server: _launcher.StartedServer) -> None:
    connection = _connection.connect(None)
    listed = pb.ListResponse.FromString(
        connection.call(_wire.LIST, pb.ListRequest().SerializeToString(), 20.0, "listing")
    )
    specs = {entry.env_id: json.loads(entry.spec_json) for entry in listed.environments}
    for built_in in BUILT_INS:
        spec = specs.pop(built_in.env_id)
        assert spec["max_episode_steps"] == built_in.max_episode_steps
        assert spec["reward_threshold"] == built_in.reward_threshold
    assert not specs, "run: python generate_builtin.py"
    generator = Path(__file__).resolve().parents[1] / "generate_builtin.py"
    if generator.exists():
        done = subprocess.run([sys.executable, generator, "--check"], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr


def test_01_check_env_warns_no_more_than_for_gymnasiums_own() -> None:
    def messages(env: Any) -> list[str]:
        with recorded_warnings() as caught:
            check_env(env)
        return sorted(str(warning.message) for warning in caught)

    assert set(messages(gymnasium.make(ID).unwrapped)) <= set(messages(gymnasium.make("CartPole-v1").unwrapped))


@pytest.mark.parametrize("mode", list(AutoresetMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("lanes", [1, 7])
def test_22_and_23_lanes_equal_sync_vector_env(mode: AutoresetMode, lanes: int) -> None:
    remote = gymnasium.make_vec(ID, lanes, autoreset_mode=mode)
    local = SyncVectorEnv([lambda: gymnasium.make("CartPole-v1")] * lanes, autoreset_mode=mode)
    assert remote.single_observation_space == local.single_observation_space
    assert_same(remote.reset(seed=2**64), local.reset(seed=2**64))
    local.action_space.seed(4)
    ended = 0
    for step in range(400):
        actions = local.action_space.sample()
        result = local.step(actions)
        assert_same(remote.step(actions), result, f"step {step}")
        done = result[2] | result[3]
        ended += int(done.sum())
        if mode is AutoresetMode.DISABLED and done.any():
            assert_same(remote.reset(options={"reset_mask": done}), local.reset(options={"reset_mask": done}))
    assert ended >= lanes * 5
    for mine, theirs in zip(remote.np_random, local.np_random, strict=True):
        assert mine.bit_generator.state == theirs.bit_generator.state
    remote.close()


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP], ids=lambda mode: mode.value)
def test_26_the_time_limit_is_applied_once(mode: AutoresetMode) -> None:
    remote: Any = gymnasium.make_vec(ID, 3, autoreset_mode=mode, max_episode_steps=6)
    local = SyncVectorEnv([lambda: gymnasium.make("CartPole-v1", max_episode_steps=6)] * 3, autoreset_mode=mode)
    assert_same(remote.reset(seed=9), local.reset(seed=9))
    truncated = 0
    for step in range(40):
        actions = np.array([step % 2] * 3)
        result = local.step(actions)
        assert_same(remote.step(actions), result, f"step {step}")
        truncated += int(result[3].sum())
    assert truncated > 10
    env = gymnasium.make(ID)
    env.reset(seed=1)
    env.unwrapped.reset(seed=1)
    assert str(env) == "<TimeLimit<OrderEnforcing<PassiveEnvChecker<Env<GymBridge/CartPole-v1>>>>>"


def test_20_options_and_parameters() -> None:
    for keywords in ({}, {"sutton_barto_reward": True}):
        env, local = gymnasium.make(ID, **keywords), gymnasium.make("CartPole-v1", **keywords)
        options = {"low": -0.2, "high": 0.15}
        assert_same(env.reset(seed=3, options=options), local.reset(seed=3, options=options))
        for step in range(60):
            result = local.step(step % 2)
            assert_same(env.step(step % 2), result)
            if result[2]:
                break


def test_29_the_generator_is_read_and_set() -> None:
    env: Any = gymnasium.make(ID)
    env.reset(seed=2**130 + 3)
    assert env.unwrapped.np_random_seed == 2**130 + 3
    generator = np.random.Generator(np.random.PCG64(5))
    generator.integers(9, dtype=np.int32)
    env.unwrapped.np_random = generator
    local: Any = gymnasium.make("CartPole-v1")
    local.unwrapped.np_random = copy.deepcopy(generator)
    assert env.unwrapped.np_random_seed == -1
    assert_same(env.reset(), local.reset())
    assert env.unwrapped.np_random.bit_generator.state == local.unwrapped.np_random.bit_generator.state


@pytest.mark.parametrize("seed", [-1, 1.5, "1"])
def test_06_bad_seeds(seed: Any) -> None:
    with pytest.raises(gymnasium.error.Error, match=r"Seed must be"):
        gymnasium.make(ID).reset(seed=seed)


def test_18_an_action_out_of_range() -> None:
    env = gymnasium.make(ID)
    env.reset(seed=1)
    # As Gymnasium's CartPole, whose check is an assertion; the text names the action.
    with pytest.raises((AssertionError, ValueError, gymnasium.error.InvalidAction), match="5"):
        env.step(5)
    env.reset(seed=1)
    assert env.step(1)[1] == 1.0


def test_unknown_ids() -> None:
    with pytest.raises(gymnasium.error.NameNotFound, match=r"Did you mean: `CartPole`"):
        gymnasium.make("gymbridge:GymBridge/CartPol-v1")
    with pytest.raises(gymnasium.error.NameNotFound, match=r"CartPole"):
        gymbridge.make("CartPol-v1")


def test_another_generation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_session, "GENERATION", 99)
    with pytest.raises(errors.GenerationMismatchError, match=r"(?s)(?=.*\b1\b)(?=.*\b99\b)"):
        gymnasium.make(ID)


def test_a_message_over_the_limit(server: _launcher.StartedServer) -> None:
    env = gymbridge.Env("CartPole-v1")
    limit = env.remote.max_message_bytes
    assert limit > 0
    with pytest.raises(errors.MessageTooLargeError, match=r"--max-message-bytes") as caught:
        env.reset(options={"blob": bytes(limit)})
    assert f"{limit:,}" in str(caught.value)
    env.reset(seed=1)
    assert env.step(1)[1] == 1.0


def test_one_server_is_shared(server: _launcher.StartedServer) -> None:
    first, second, vector = gymnasium.make(ID), gymnasium.make(ID), gymnasium.make_vec(ID, 2)
    pids = {env.unwrapped.remote.server_pid for env in (first, second, vector)}  # type: ignore[attr-defined]
    assert pids == {server.pid}
    first.reset(seed=1)
    second.reset(seed=1)
    for _ in range(20):
        first.step(0)
    alone = gymnasium.make("CartPole-v1")
    alone.reset(seed=1)
    assert_same(second.step(1), alone.step(1))


def test_the_same_call_again_is_not_a_second_step(server: _launcher.StartedServer) -> None:
    env: Any = gymbridge.Env("CartPole-v1")
    env.reset(seed=1)
    session = env._session
    call = session.new_call()
    call.seq = session._seq + 1
    call.step.action.append(bytes(8))
    data = call.SerializeToString()
    replies = [pb.Reply.FromString(session._exchange(data, 20.0)) for _ in range(3)]
    assert all(reply.observation == replies[0].observation for reply in replies)
    session._seq += 1
    local = gymnasium.make("CartPole-v1").unwrapped
    local.reset(seed=1)
    local.step(0)
    assert_same(env.step(1), local.step(1))
    call.seq = 999
    with pytest.raises(CallFailedError) as caught:
        session._exchange(call.SerializeToString(), 20.0)
    assert caught.value.code == "FAILED_PRECONDITION" and "999" in caught.value.text


@pytest.mark.parametrize(
    "call",
    [
        pb.Call(step=pb.Step(action=[bytes(7)])),
        pb.Call(step=pb.Step(action=[bytes(9)])),
        pb.Call(step=pb.Step(action=[])),
        pb.Call(step=pb.Step(action=[bytes(8)], lane_mask=bytes(2))),
        pb.Call(get_generator=pb.GetGenerator(lane=7)),
    ],
    ids=["short", "long", "no leaf", "mask", "lane"],
)
def test_malformed_calls_are_invalid_arguments(call: pb.Call) -> None:
    env: Any = gymbridge.Env("CartPole-v1")
    env.reset(seed=1)
    session = env._session
    call.session_id = session.session_id
    call.seq = session._seq + 1
    with pytest.raises(CallFailedError) as caught:
        session._exchange(call.SerializeToString(), 20.0)
    assert caught.value.code == "INVALID_ARGUMENT", caught.value.text
    assert env.step(1)[1] == 1.0, "a refused call takes no sequence number"


def test_list_describe_and_register(server: _launcher.StartedServer) -> None:
    listed = _connection.connect(None).list(20.0)
    specs = {entry.env_id: json.loads(entry.spec_json) for entry in listed.environments}
    assert specs["CartPole-v1"]["max_episode_steps"] == 500
    assert specs["CartPole-v1"]["reward_threshold"] == 475.0
    assert "Sharp/CartPole-v1" in gymbridge.register(server.address, namespace="Sharp")
    env: Any = gymnasium.make("Sharp/CartPole-v1")
    assert env.spec.max_episode_steps == 500
    assert_same(env.reset(seed=1), gymnasium.make("CartPole-v1").reset(seed=1))


def test_32_and_33_pickle_and_close() -> None:
    env = gymnasium.make(ID)
    other = pickle.loads(pickle.dumps(env))
    assert_same(other.reset(seed=123), env.reset(seed=123))
    assert_same(other.step(1), env.step(1))
    for one in (env, other, env):
        one.close()
    with pytest.raises(gymnasium.error.ClosedEnvironmentError):
        env.unwrapped.reset()


def test_async_vector_env_shares_the_parents_server(server: _launcher.StartedServer) -> None:
    gymnasium.make(ID).reset()
    remote = gymnasium.make_vec(ID, 2, "async")
    local = gymnasium.make_vec("CartPole-v1", 2, "sync")
    try:
        assert_same(remote.reset(seed=3), local.reset(seed=3))
        for _ in range(30):
            actions = local.action_space.sample()
            assert_same(remote.step(actions), local.step(actions))
        assert {remote.server_pid for remote in remote.get_attr("remote")} == {server.pid}
    finally:
        remote.close()


def test_39_gymnasiums_wrappers_work_on_it() -> None:
    def wrapped(env: Any) -> Any:
        env = gymnasium.wrappers.RecordEpisodeStatistics(env)
        env = gymnasium.wrappers.NormalizeObservation(env)
        return gymnasium.wrappers.FrameStackObservation(env, 3)

    remote, local = wrapped(gymnasium.make(ID)), wrapped(gymnasium.make("CartPole-v1"))
    assert_same(remote.reset(seed=8), local.reset(seed=8))
    for step in range(100):
        results = [env.step(step % 2) for env in (remote, local)]
        for result in results:
            result[4].get("episode", {}).pop("t", None)
        assert_same(*results)
        if results[0][2]:
            assert_same(remote.reset(), local.reset())


PROGRAM = """
import sys, gymnasium
env = gymnasium.make("gymbridge:GymBridge/CartPole-v1")
env.reset(seed=1)
print(env.unwrapped.remote.server_pid, flush=True)
{then}
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="looks at /proc")
@pytest.mark.parametrize("then", ["", "raise RuntimeError", "import os; os.kill(os.getpid(), 9)"])
def test_it_stops_with_the_process(then: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(then=then)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    pid = int(process.stdout.readline())  # type: ignore[union-attr]
    process.wait(60)
    deadline = time.monotonic() + 60
    while os.path.exists(f"/proc/{pid}") and _state(pid) != "Z":
        assert time.monotonic() < deadline, f"the server {pid} outlived its process"
        time.sleep(0.05)


def test_28_lanes_have_attributes_of_their_own_as_those_of_sync_vector_env(server: _launcher.StartedServer) -> None:
    envs: Any = gymnasium.make_vec(ID, 3)
    local: Any = gymnasium.vector.SyncVectorEnv([lambda: gymnasium.make("CartPole-v1")] * 3)
    for each in (envs, local):
        each.reset(seed=5)
        each.set_attr("gravity", [1.0, 9.8, 20.0])
    assert envs.get_attr("gravity") == local.get_attr("gravity") == (1.0, 9.8, 20.0)
    for t in range(60):
        ours, theirs = envs.step([t % 2] * 3), local.step([t % 2] * 3)
        assert ours[0].tobytes() == theirs[0].tobytes() and (ours[2] == theirs[2]).all()
    assert all((a == b).all() for a, b in zip(envs.get_attr("state"), local.get_attr("state"), strict=True))
    envs.close()


def _state(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"


def test_a_killed_server_is_told_at_once_and_the_next_make_starts_another(server: _launcher.StartedServer) -> None:
    env, vector = gymnasium.make(ID), gymnasium.make_vec(ID, 4)
    env.reset()
    vector.reset()
    threading.Timer(0.2, os.kill, (server.pid, signal.SIGKILL)).start()
    started = time.monotonic()
    with pytest.raises(ConnectionError, match=rf"\(pid {server.pid}\) was killed by signal 9 \(SIGKILL\)"):
        while True:
            if env.step(0)[2]:
                env.reset()
    with pytest.raises(
        ConnectionError, match=r"^Reset of 'CartPole-v1', after a (step|reset) whose reply was not seen, at .* failed"
    ):
        env.reset()
    with pytest.raises(ConnectionError, match="SIGKILL"):
        vector.step([0, 0, 0, 0])
    assert time.monotonic() - started < 30
    env.close()
    vector.close()
    again: Any = gymnasium.make(ID)
    again.reset()
    assert again.unwrapped.remote.server_pid != server.pid
    assert _launcher._shared is not None
    _launcher._shared.stop()


def test_both_hosts_give_the_twins_one_spec_hash(server: _launcher.StartedServer, host: HostProcess) -> None:
    hashes = set()
    for address, name in ((None, "CartPole-v1"), (host.address, "CartPole-v1")):
        request = pb.DescribeRequest(generation=1, env_id=name)
        connection = _connection.connect(address)
        data = connection.call(_wire.DESCRIBE, request.SerializeToString(), 20.0, "describing")
        hashes.add(pb.Contract.FromString(data).spec_hash)
    assert len(hashes) == 1 and len(hashes.pop()) == 32


def test_drive_and_exchange_give_the_same(server: _launcher.StartedServer) -> None:
    connection = _connection.connect(None)
    replies = []
    for stream in (False, True):
        request = pb.OpenRequest(generation=1, env_id="CartPole-v1", raw=True)
        opened = pb.Session.FromString(connection.call(_wire.OPEN, request.SerializeToString(), 20.0, "opening"))
        calls = [pb.Call(seq=1, session_id=opened.session_id, reset=pb.Reset())]
        calls[0].reset.seeds.add(value=b"\x05")
        calls += [
            pb.Call(seq=seq, session_id=opened.session_id, step=pb.Step(action=[bytes(8)])) for seq in range(2, 8)
        ]
        raw = [call.SerializeToString() for call in calls]
        if stream:
            results = list(connection._channel._channel.stream_stream(_wire.DRIVE)(iter(raw), timeout=60.0))
        else:
            results = [connection.call(_wire.EXCHANGE, data, 20.0, "stepping") for data in raw]
        replies.append([pb.Reply.FromString(result).observation for result in results])
    assert replies[0] == replies[1]
