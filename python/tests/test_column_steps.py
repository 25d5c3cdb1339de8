"""Steps of a Python host between columns of shared memory: they bring what a message brings."""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces

import gymbridge
import host_envs
from conftest import HostProcess
from gymbridge import errors
from gymbridge._channel import CallFailedError
from gymbridge._generated import env_service_pb2 as pb
from strict import assert_same

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="shared memory is for Linux")

# All that host_envs.Counting does, but to end its process, to hang, and to hold the thread.
ACTIONS = [action for action in range(30 + len(host_envs.TYPES)) if action not in (14, 15, 16)]


@pytest.fixture(scope="module")
def gymnasium_host(socket_folder: Path) -> Iterator[HostProcess]:
    """A host of these tests' own."""
    process = HostProcess(
        "--address", f"unix:{socket_folder}/columns", "--allow-module", "host_envs", "--allow-module", "gymnasium"
    )
    yield process
    process.stop()


def make(host: HostProcess, env_id: str, transport: str = "shm", **arguments: Any) -> Any:
    return gymbridge.make(env_id, address=host.address, transport=transport, disable_env_checker=True, **arguments)


def outcome(step: Callable[[], Any]) -> Any:
    try:
        return step()
    except Exception as error:
        return type(error), str(error)


def session_of(env: Any) -> Any:
    return env.unwrapped._session


def send(env: Any, call: pb.Call) -> pb.Reply:
    """Sends a call on the connection."""
    reply: pb.Reply = pb.Reply.FromString(session_of(env)._exchange(call.SerializeToString(), 20.0))
    return reply


def step_call(env: Any, action: int, seq: int) -> pb.Call:
    """The message of a step."""
    call = pb.Call()
    call.CopyFrom(env.unwrapped._step_message(action))
    call.seq = seq
    return call


@pytest.mark.parametrize("given", [int, np.int64, np.int32])
def test_whatever_an_environment_does_is_the_same_as_over_grpc(host: HostProcess, given: Any) -> None:
    shared, wire = (make(host, "host_envs:Counting-v0", name) for name in ("shm", "grpc"))
    assert shared.unwrapped.remote.transport == "shm"
    assert_same(shared.reset(seed=1), wire.reset(seed=1))
    for action in ACTIONS:
        first, second = (outcome(functools.partial(env.step, given(action))) for env in (shared, wire))
        assert_same(first, second, f"action {action}")
    shared.close()
    wire.close()


@pytest.mark.parametrize("mode", ["NextStep", "SameStep", "Disabled"])
@pytest.mark.parametrize("lanes", [1, 3])
@pytest.mark.parametrize("env_id", ["host_envs:Counting-v0", "host_envs:Infos-v0", "gymnasium:Blackjack-v1"])
def test_lanes_are_the_same_as_over_grpc(gymnasium_host: HostProcess, env_id: str, lanes: int, mode: str) -> None:
    host = gymnasium_host
    shared, wire = (
        gymbridge.make_vec(env_id, lanes, address=host.address, transport=name, autoreset_mode=mode)
        for name in ("shm", "grpc")
    )
    assert_same(shared.reset(seed=3), wire.reset(seed=3))
    shared.action_space.seed(7)
    for step in range(60):
        actions = shared.action_space.sample()
        if env_id.startswith("host_envs:Counting"):
            actions = np.array([ACTIONS[(step + lane) % len(ACTIONS)] for lane in range(lanes)])
        first, second = (outcome(functools.partial(env.step, actions)) for env in (shared, wire))
        assert_same(first, second, f"step {step}")
        if mode == "Disabled" and len(first) == 5 and (first[2] | first[3]).any():
            ended = first[2] | first[3]
            assert_same(*(env.reset(options={"reset_mask": ended.copy()}) for env in (shared, wire)))
    shared.close()
    wire.close()


@pytest.mark.parametrize("given", [int, np.int64])
def test_the_last_step_again_gets_the_same_reply_on_the_connection(host: HostProcess, given: Any) -> None:
    env = make(host, "host_envs:Counting-v0")
    env.reset(seed=1)
    for action in (0, 23, 5):  # The second one has a warning.
        result = env.step(given(action))
        seq = session_of(env)._seq
        reply = send(env, step_call(env, given(action), seq))
        assert reply.seq == seq and np.frombuffer(reply.observation[0])[0] == result[0][0]
        assert send(env, step_call(env, given(action), seq)) == reply
    with pytest.raises(CallFailedError, match="was already executed, with another content"):
        send(env, step_call(env, 6, session_of(env)._seq))
    assert env.step(0)[0][0] == 4.0  # Nothing was executed twice.
    with pytest.raises(CallFailedError, match="too old to be answered again"):
        env.step(0)
        env.step(0)
        send(env, step_call(env, 0, session_of(env)._seq - 1))
    env.close()


def test_the_last_step_is_kept_when_a_call_of_the_connection_follows(host: HostProcess) -> None:
    env = make(host, "host_envs:Counting-v0")
    env.reset(seed=1)
    env.step(0)
    seq = session_of(env)._seq
    assert env.unwrapped.steps == 1
    assert np.frombuffer(send(env, step_call(env, 0, seq)).observation[0])[0] == 1.0
    env.close()


def test_the_same_call_on_the_connection_waits_for_the_step_that_runs(host: HostProcess, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    env = make(host, "host_envs:Counting-v0", gate=str(gate))
    env.reset(seed=1)
    call = step_call(env, 15, session_of(env)._seq + 1)
    results: list[Any] = []
    stepping = threading.Thread(target=lambda: results.append(env.step(15)))
    stepping.start()
    repeating = [threading.Thread(target=lambda: results.append(send(env, call))) for _ in range(3)]
    for thread in repeating:
        thread.start()
    gate.touch()
    for thread in (stepping, *repeating):
        thread.join(60)
    replies = [result for result in results if isinstance(result, pb.Reply)]
    outcomes = [result for result in results if isinstance(result, tuple)]
    assert len(outcomes) == 1 and len(replies) == 3
    assert {np.frombuffer(reply.observation[0])[0] for reply in replies} == {outcomes[0][0][0]} == {1.0}
    assert env.step(0)[0][0] == 2.0
    env.close()


def test_a_host_that_is_stopped_gives_a_deadline_and_goes_on_afterwards(start_host: Callable[..., HostProcess]) -> None:
    host = start_host("--allow-module", "gymnasium")
    env, local = make(host, "gymnasium:CartPole-v1", timeout=2.0), gymnasium.make("CartPole-v1")
    assert_same(env.reset(seed=1), local.reset(seed=1))
    assert_same(env.step(1), local.step(1))
    os.kill(host.pid, signal.SIGSTOP)
    try:
        with pytest.raises(errors.CallTimeoutError, match="gave no answer within 2 s"):
            env.step(1)
    finally:
        os.kill(host.pid, signal.SIGCONT)
    session_of(env).timeout = 60.0
    local.step(1)  # The call was made once; its reply is lost, the next one goes on.
    assert_same(env.step(0), local.step(0))
    env.close()


SPACES = [
    spaces.Box(-1.0, 1.0, ()),
    spaces.Box(0, 255, (2, 3, 1), np.uint8),
    spaces.Box(0, 1, (3,), np.bool_),  # type: ignore[arg-type]
    spaces.Box(-1.0, 1.0, (0,), np.float64),
    spaces.MultiBinary([2, 2]),
    spaces.MultiDiscrete([3, 4]),
    spaces.Discrete(4, dtype=np.uint8),
    spaces.Discrete(5, start=-2),
    spaces.Dict({"b": spaces.Discrete(3), "a": spaces.Tuple([spaces.Box(-1.0, 1.0, (2,)), spaces.MultiBinary(3)])}),
]


@pytest.mark.parametrize("space", SPACES, ids=str)
@pytest.mark.parametrize("lanes", [None, 2])
def test_leaves_of_every_kind_are_the_same_as_over_grpc(host: HostProcess, space: Any, lanes: int | None) -> None:
    env_id = "host_envs:Everything-v0"
    if lanes is None:
        envs = [make(host, env_id, name, space=space) for name in ("shm", "grpc")]
    else:
        envs = [
            gymbridge.make_vec(env_id, lanes, address=host.address, transport=name, space=space)
            for name in ("shm", "grpc")
        ]
    assert envs[0].unwrapped.remote.transport == "shm"
    assert_same(*(env.reset(seed=1) for env in envs))
    envs[0].action_space.seed(2)
    for step in range(10):
        action = envs[0].action_space.sample()
        assert_same(*(outcome(functools.partial(env.step, action)) for env in envs), f"step {step}")
    for env in envs:
        env.close()
