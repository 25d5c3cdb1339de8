"""The C# environments in this process: transport="inproc". Run by test_inproc.py in a process of its own."""

from __future__ import annotations

import atexit
import contextlib
import copy
import ctypes
import gc
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest

import gymbridge
from gymbridge import _connection, errors
from gymbridge._generated import env_service_pb2 as pb
from gymbridge.compliance import CASES, run
from strict import assert_same

WAIT, NULL, THROW, COMPUTE = 1, 2, 3, 4


def both(name: str, **keywords: Any) -> tuple[Any, Any]:
    ours = gymnasium.make(f"gymbridge:GymBridge/{name}", transport="inproc", **keywords)
    return ours, gymnasium.make(name, **keywords)


def state() -> pb.HostState:
    return _connection.connect(None, None, in_process=True).list(5.0).state


@pytest.fixture
def trouble() -> Iterator[Callable[..., Any]]:
    """Makes the environment of tests/OwnSimulator, which this process runs instead of the built-in ones.

    Options make its resets slow: the calls of an environment that was quick just now hold up the caller.
    """
    made: list[Any] = []

    def make(options: dict[str, Any] | None = None, **keywords: Any) -> Any:
        made.append(gymbridge.make("Trouble-v0", transport="inproc", **keywords))
        made[-1].reset(options=options)
        return made[-1]

    yield make
    for env in made:
        env.close()


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Path]:
    """A file that the action WAIT waits for; open at the end in any case, so that no thread stays."""
    path = tmp_path / "gate"
    yield path
    path.touch()


# ---- built-in environments


@pytest.mark.parametrize("name", ["CartPole-v1", "Pendulum-v1", "FrozenLake-v1", "Blackjack-v1", "Acrobot-v1"])
def test_steps_are_those_of_gymnasium(name: str) -> None:
    ours, theirs = both(name)
    assert ours.unwrapped.remote.transport == "inproc" and ours.unwrapped.remote.transport_reason == ""
    ours.action_space.seed(1)
    assert_same(ours.reset(seed=7), theirs.reset(seed=7))
    for _ in range(300):
        action = ours.action_space.sample()
        mine, other = ours.step(action), theirs.step(action)
        assert_same(mine, other)
        if mine[2] or mine[3]:
            assert_same(ours.reset(), theirs.reset())
    ours.close()


@pytest.mark.parametrize("env_id", sorted({built_in.env_id for built_in in gymbridge._builtin.BUILT_INS}))
def test_random_steps_are_those_over_grpc(env_id: str) -> None:
    """A short form; GYMBRIDGE_STEPS=10000 is the long one."""
    ours, wire = (gymbridge.make(env_id, transport=way) for way in ("inproc", "grpc"))
    assert_same(ours.reset(seed=3), wire.reset(seed=3))
    ours.action_space.seed(5)
    for step in range(int(os.environ.get("GYMBRIDGE_STEPS", "100"))):
        action = ours.action_space.sample()
        result = ours.step(action)
        assert_same(result, wire.step(action), f"step {step}")
        if result[2] or result[3]:
            assert_same(ours.reset(), wire.reset())
    ours.close()
    wire.close()


def test_lanes_are_those_of_gymnasium() -> None:
    ours = gymbridge.make_vec("CartPole-v1", 5, transport="inproc")
    theirs = gymnasium.make_vec("CartPole-v1", 5, vectorization_mode="sync")
    assert_same(ours.reset(seed=3), theirs.reset(seed=3))
    rng = np.random.default_rng(3)
    for _ in range(200):
        actions = rng.integers(2, size=5)
        assert_same(ours.step(actions), theirs.step(actions))
    ours.close()


def test_everything_else_is_as_over_grpc() -> None:
    ours, theirs = both("CartPole-v1", render_mode="rgb_array")
    ours.reset(seed=3)
    theirs.reset(seed=3)
    assert ours.unwrapped.gravity == 9.8
    ours.unwrapped.gravity = 1.5
    assert ours.unwrapped.gravity == 1.5
    assert ours.unwrapped.np_random.integers(1000) == theirs.unwrapped.np_random.integers(1000)
    assert ours.render().shape == theirs.render().shape
    for twin in (copy.deepcopy(ours), pickle.loads(pickle.dumps(ours))):
        assert twin.unwrapped.remote.transport == "inproc" and twin.unwrapped.gravity == 1.5
        twin.close()
    with pytest.raises(AttributeError, match="no_such_thing"):
        _ = ours.unwrapped.no_such_thing
    with pytest.raises(AssertionError, match="Action 7"):
        ours.step(7)
    ours.step(0)
    ours.close()


def test_an_unknown_id_is_told() -> None:
    with pytest.raises(gymnasium.error.NameNotFound, match="CartPol"):
        gymbridge.make("CartPol-v1", transport="inproc")


@pytest.mark.parametrize("way", ["argument", "variable"])
def test_an_address_contradicts_it(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GYMBRIDGE_TRANSPORT", "inproc")
    monkeypatch.setenv("GYMBRIDGE_ADDRESS", "" if way == "argument" else "unix:/tmp/here")
    with pytest.raises(ValueError, match=r"takes no address, got 'unix:/tmp/here'.*GYMBRIDGE_TRANSPORT"):
        gymbridge.make("CartPole-v1", address="unix:/tmp/here" if way == "argument" else None)


def test_environments_that_nobody_holds_are_closed() -> None:
    before = state().sessions
    for _ in range(20):
        env = gymbridge.make("CartPole-v1", transport="inproc")
        env.reset()
        env.step(0)
        del env
    gc.collect()
    deadline = time.monotonic() + 60
    while state().sessions > before:
        assert time.monotonic() < deadline, state()
        time.sleep(0.05)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_is_refused_and_the_parent_goes_on() -> None:
    env = gymbridge.make("CartPole-v1", transport="inproc")
    env.reset(seed=1)
    source, sink = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            env.step(0)
        except errors.NotSupportedError as error:
            os.write(sink, str(error).encode())
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    text = os.read(source, 4096).decode()
    assert f"process {os.getpid()} had loaded" in text and "spawn" in text
    # A child that ends as a program does, with everything that Python and the C library do then. After sys.exit, which
    # pytest catches, it would run the rest of the tests.
    pid = os.fork()
    if pid == 0:
        del env
        gc.collect()
        os.close(1)
        os.close(2)
        atexit._run_exitfuncs()
        ctypes.CDLL(None).exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    env.step(0)
    env.close()


def test_workers_that_are_spawned_have_a_runtime_of_their_own() -> None:
    makers = [_maker] * 2
    with_workers = gymnasium.vector.AsyncVectorEnv(makers, context="spawn")
    here = gymnasium.vector.SyncVectorEnv(makers)
    assert_same(with_workers.reset(seed=5), here.reset(seed=5))
    assert_same(with_workers.step([0, 1]), here.step([0, 1]))
    with_workers.close()


def _maker() -> Any:
    return gymnasium.make("gymbridge:GymBridge/CartPole-v1", transport="inproc")


def test_threads_step_side_by_side() -> None:
    totals: dict[int, float] = {}

    def run(number: int) -> None:
        env = gymbridge.make("Pendulum-v1", transport="inproc")
        env.reset(seed=number % 2)
        totals[number] = sum(env.step(np.float32([0.5]))[1] for _ in range(150))
        env.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(totals) == 8 and len(set(totals.values())) == 2


@pytest.mark.parametrize("name", CASES)
def test_the_server_in_this_process_complies(name: str) -> None:
    (outcome,) = run("", [name], transport="inproc")
    assert outcome.result == "pass" or (name == "call/oversized_reply" and outcome.result == "skip"), outcome


# ---- environments that make trouble


def test_trouble_is_an_exception_and_the_session_goes_on(trouble: Callable[..., Any]) -> None:
    env = trouble()
    for _ in range(3):
        with pytest.raises(Exception, match="trouble was asked for"):
            env.step(THROW)
        with pytest.raises(Exception, match="Object reference") as caught:
            env.step(NULL)
        assert caught.value.gymbridge_fault.dotnet_class == "System.NullReferenceException"
    assert env.step(0)[0] == 7


def test_trouble_of_time_has_its_deadline_and_is_executed_once(trouble: Callable[..., Any], gate: Path) -> None:
    env = trouble({"gate": str(gate)}, timeout=2.0)
    with pytest.raises(errors.CallTimeoutError, match="2 s"):
        env.step(WAIT)
    gate.touch()
    while True:
        with contextlib.suppress(errors.CallTimeoutError):
            assert env.step(0)[0] == 2  # The slow one was executed once.
            return


def press_ctrl_c_in(gate: Path) -> None:
    """Does so once a step is on its way."""

    def interrupt() -> None:
        while not os.path.exists(f"{gate}.entered"):
            time.sleep(0.005)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()


def test_trouble_of_time_is_interrupted_by_ctrl_c(trouble: Callable[..., Any], gate: Path) -> None:
    env = trouble({"gate": str(gate)})
    press_ctrl_c_in(gate)
    with pytest.raises(KeyboardInterrupt):
        env.step(WAIT)
    gate.touch()
    assert env.step(0)[0] == 2


def test_trouble_of_time_goes_on_after_its_environment_is_closed(trouble: Callable[..., Any], gate: Path) -> None:
    env = trouble({"gate": str(gate)}, timeout=2.0)
    with pytest.raises(errors.CallTimeoutError):
        env.step(WAIT)
    env.close()
    del env
    gc.collect()
    other = trouble()
    assert other.step(0)[0] == 1


# After a quick call the next one runs on the thread that makes it: what does not come back is ended there. On a machine
# that is late the call before may not have been quick; then the gate lets this one go.


@pytest.mark.parametrize("action", [WAIT, COMPUTE])
def test_trouble_of_time_after_quick_calls_has_its_deadline(
    trouble: Callable[..., Any], gate: Path, action: int
) -> None:
    env = trouble({"gate": str(gate)}, timeout=2.0)
    env.step(0)
    with pytest.raises(errors.CallTimeoutError, match="2 s"):
        env.step(action)
    gate.touch()
    while True:
        with contextlib.suppress(errors.CallTimeoutError):
            assert env.step(0)[0] == 3  # The slow one was executed once.
            return


@pytest.mark.parametrize("action", [WAIT, COMPUTE])
def test_trouble_of_time_after_quick_calls_is_interrupted_by_ctrl_c(
    trouble: Callable[..., Any], gate: Path, action: int
) -> None:
    env = trouble({"gate": str(gate)})
    env.step(0)
    press_ctrl_c_in(gate)
    with pytest.raises(KeyboardInterrupt):
        env.step(action)
    gate.touch()
    assert env.step(0)[0] == 3
