"""Steps through shared memory to the C# server: docs/protocol.md, section 16."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest

import gymbridge
from conftest import HostProcess
from gymbridge import _connection, _launcher, errors
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._shm import bells, futex, machine, slot, spin
from gymbridge._shm import layout as at
from gymbridge._shm.errors import SharedMemoryError
from gymbridge._shm.layout import FileLayout
from gymbridge._shm.peer import Peer
from strict import assert_same

ID = "CartPole-v1"
ROUNDS = int(os.environ.get("GYMBRIDGE_KILLS", "3"))

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="shared memory is for Linux")


def make(server: _launcher.StartedServer, env_id: str = ID, **arguments: Any) -> Any:
    return gymbridge.make(env_id, address=server.address, **arguments)


def session_of(env: Any) -> Any:
    return env.unwrapped._session


# ---- which way


def test_one_machine_shares_memory_and_says_so(
    server: _launcher.StartedServer, bell: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "gymbridge"):
        env = make(server)
    assert env.unwrapped.remote.transport == "shm" and env.unwrapped.remote.transport_reason == ""
    assert f"'CartPole-v1' at {server.address} steps through shared memory (bell: {bell})." in caplog.messages
    env.close()


@pytest.mark.parametrize("way", ["argument", "variable"])
def test_grpc_on_request_says_why(
    server: _launcher.StartedServer, way: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "variable":
        monkeypatch.setenv("GYMBRIDGE_TRANSPORT", "grpc")
    with caplog.at_level(logging.INFO, "gymbridge"):
        env = make(server, transport="grpc" if way == "argument" else None)
    remote = env.unwrapped.remote
    assert (remote.transport, remote.transport_reason) == ("grpc", "it was asked for")
    assert f"'CartPole-v1' at {server.address} steps over gRPC: it was asked for." in caplog.messages
    env.close()


def test_shared_memory_that_was_asked_for_and_cannot_be_had_is_an_error(
    server: _launcher.StartedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_machine", lambda: "elsewhere")
    with pytest.raises(
        errors.NotSupportedError, match=r"cannot be stepped through shared memory: client and host run on two machines"
    ):
        make(server, transport="shm")
    env = make(server)
    assert env.unwrapped.remote.transport == "grpc"
    env.close()


@pytest.mark.parametrize("source", ["argument", "variable"])
def test_unknown_transport_names_those_that_there_are(
    server: _launcher.StartedServer, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if source == "variable":
        monkeypatch.setenv("GYMBRIDGE_TRANSPORT", "pigeon")
    name = "GYMBRIDGE_TRANSPORT" if source == "variable" else "transport"
    with pytest.raises(ValueError, match=f"{name} must be one of 'auto', 'grpc', 'shm'.*'pigeon'"):
        make(server, transport="pigeon" if source == "argument" else None)


# ---- the same bytes


@pytest.mark.parametrize("env_id", sorted({b.env_id for b in gymbridge._builtin.BUILT_INS}))
def test_random_steps_are_the_same_through_memory_and_over_grpc(server: _launcher.StartedServer, env_id: str) -> None:
    """A short form; GYMBRIDGE_STEPS=10000 is the long one."""
    steps = int(os.environ.get("GYMBRIDGE_STEPS", "300"))
    shared, wire = make(server, env_id), make(server, env_id, transport="grpc")
    assert shared.unwrapped.remote.transport == "shm"
    assert_same(shared.reset(seed=3), wire.reset(seed=3))
    shared.action_space.seed(5)
    for step in range(steps):
        action = shared.action_space.sample()
        result = shared.step(action)
        assert_same(result, wire.step(action), f"step {step}")
        if result[2] or result[3]:
            assert_same(shared.reset(), wire.reset())
    shared.close()
    wire.close()


@pytest.mark.parametrize("mode", ["NextStep", "SameStep", "Disabled"])
@pytest.mark.parametrize("lanes", [1, 5])
def test_lanes_are_the_same_through_memory_and_over_grpc(
    server: _launcher.StartedServer, lanes: int, mode: str
) -> None:
    shared, wire = (
        gymbridge.make_vec(ID, lanes, address=server.address, transport=name, autoreset_mode=mode, max_episode_steps=30)
        for name in ("shm", "grpc")
    )
    assert_same(shared.reset(seed=3), wire.reset(seed=3))
    rng = np.random.default_rng(1)
    for step in range(120):
        actions = rng.integers(0, 2, lanes)
        given: Any = actions if step % 3 else list(map(int, actions))
        result = shared.step(given)
        assert_same(result, wire.step(given), f"step {step}")
        ended = result[2] | result[3]
        if mode == "Disabled" and ended.any():
            assert_same(*(env.reset(options={"reset_mask": ended.copy()}) for env in (shared, wire)))
    shared.close()
    wire.close()


@pytest.mark.parametrize("action", [True, 1.0, np.int32(1), np.array(1), "push", None, 7, 2**70, np.float32(1)])
def test_actions_of_every_kind_have_the_same_outcome(server: _launcher.StartedServer, action: Any) -> None:
    outcomes = []
    for name in ("shm", "grpc"):
        env = make(server, transport=name, disable_env_checker=True)
        env.reset(seed=1)
        try:
            outcomes.append(env.step(action))
        except Exception as error:
            outcomes.append((type(error), str(error)))
        outcomes[-1] = (outcomes[-1], env.step(0))
        env.close()
    assert_same(outcomes[0], outcomes[1])


def test_generator_in_the_users_hands_moves_with_the_environment(server: _launcher.StartedServer) -> None:
    env, local = make(server), gymnasium.make(ID)
    env.reset(seed=4)
    local.reset(seed=4)
    generator, twin = env.unwrapped.np_random, local.unwrapped.np_random
    for _ in range(3):
        assert generator.random() == twin.random()
        assert_same(env.step(1), local.step(1))
        assert_same(env.reset(), local.reset())
    assert generator.bit_generator.state == twin.bit_generator.state
    env.close()


def test_times_of_the_last_step_are_those_of_the_server(server: _launcher.StartedServer) -> None:
    env = make(server)
    env.reset(seed=1)
    for _ in range(20):
        env.step(1)
        remote = env.unwrapped.remote
        assert 0 <= remote.env_us <= remote.server_us < 10_000_000
    env.close()


# ---- the peer


def kill(process_id: int) -> None:
    os.kill(process_id, signal.SIGKILL)


def stepping(env: Any, done: list[Any]) -> threading.Thread:
    def run() -> None:
        try:
            env.reset(seed=1)
            while True:
                if env.step(0)[2]:
                    env.reset()
        except Exception as error:
            done.append((time.monotonic(), error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def mapped() -> int:
    """Shared files that this process looks at."""
    gc.collect()
    return sum("memfd:gymbridge" in line for line in mappings_of(os.getpid()))


def kill_at_random(make_peer: Callable[[], tuple[Any, int, Callable[[], None]]], seed: int) -> None:
    """Kills the process at the other end of an environment that steps, round after round.

    Args:
        make_peer: Starts it: an environment there, its process id, and what cleans up after it.
        seed: Of the moments.
    """
    chance, before, times = random.Random(seed), mapped(), []
    for _ in range(ROUNDS):
        env, process_id, clean_up = make_peer()
        assert env.unwrapped.remote.transport == "shm"
        done: list[Any] = []
        thread = stepping(env, done)
        time.sleep(chance.uniform(0.0, 0.2))
        killed = time.monotonic()
        kill(process_id)
        thread.join(60)
        when, error = done.pop()
        assert isinstance(error, errors.ServerConnectionError), repr(error)
        times.append(when - killed)
        with pytest.raises(errors.GymBridgeError):
            env.step(0)
        env.close()
        clean_up()
        del env, error, thread
    print(f"{len(times)} kills, noticed after {sorted(times)[len(times) // 2]:.3f} s, at most {max(times):.3f} s")
    assert max(times) < 30.0  # A second; the rest is for a machine on which everything is late.
    assert mapped() <= before
    assert not [name for name in os.listdir("/dev/shm") if "gymbridge" in name]


def test_server_that_is_killed_is_noticed_within_a_second(server_command: list[str], bell: str) -> None:
    """At random moments; GYMBRIDGE_KILLS=200 is the long form, and -s shows the times."""

    def start() -> tuple[Any, int, Callable[[], None]]:
        server = _launcher.StartedServer(server_command)
        return make(server), server.pid, server.stop

    kill_at_random(start, 7)


_CLIENT = """
import sys, gymbridge
env = gymbridge.make("CartPole-v1", address=sys.argv[1], transport="shm")
env.reset(seed=1)
print("stepping", flush=True)
while True:
    if env.step(0)[2]:
        env.reset()
"""


def test_client_that_is_killed_leaves_nothing_and_nobody_spins(server: _launcher.StartedServer, bell: str) -> None:
    chance = random.Random(8)
    for _ in range(ROUNDS):
        client = subprocess.Popen([sys.executable, "-c", _CLIENT, server.address], stdout=subprocess.PIPE, text=True)
        assert client.stdout is not None and client.stdout.readline() == "stepping\n"
        time.sleep(chance.uniform(0.0, 0.1))
        kill(client.pid)
        client.wait()
        client.stdout.close()
    deadline = time.monotonic() + 60
    while threads_of(server.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threads_of(server.pid) == 0
    assert not [line for line in mappings_of(server.pid) if "memfd:gymbridge" in line]


def threads_of(process_id: int) -> int:
    """Threads that serve shared memory; their names have fifteen characters."""
    names = [path.read_text().strip() for path in Path(f"/proc/{process_id}/task").glob("*/comm")]
    return sum(name == "gymbridge shared memory"[:15] for name in names)


def mappings_of(process_id: int) -> list[str]:
    return Path(f"/proc/{process_id}/maps").read_text().splitlines()


def test_server_that_is_stopped_gives_a_deadline_and_goes_on_afterwards(server_command: list[str], bell: str) -> None:
    server = _launcher.StartedServer(server_command)
    env = make(server, timeout=5.0)
    local = gymnasium.make(ID)
    assert_same(env.reset(seed=1), local.reset(seed=1))
    os.kill(server.pid, signal.SIGSTOP)
    try:
        with pytest.raises(errors.CallTimeoutError, match="gave no answer within 5 s"):
            env.step(1)
    finally:
        os.kill(server.pid, signal.SIGCONT)
    local.step(1)  # The call was made once; its reply is lost, the next one goes on.
    assert_same(env.step(0), local.step(0))
    env.close()
    server.stop()


def test_ctrl_c_in_a_wait_loses_nothing(server_command: list[str]) -> None:
    server = _launcher.StartedServer(server_command)
    env = make(server, timeout=20.0)
    local = gymnasium.make(ID)
    assert_same(env.reset(seed=1), local.reset(seed=1))
    os.kill(server.pid, signal.SIGSTOP)
    timer = threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            env.step(1)
    finally:
        os.kill(server.pid, signal.SIGCONT)
    local.step(1)
    assert_same(env.step(0), local.step(0))
    env.close()
    server.stop()


def test_lease_that_ends_is_told_as_over_grpc(server: _launcher.StartedServer) -> None:
    env = make(server)
    env.reset(seed=1)
    session = session_of(env)
    request = pb.CloseRequest(session_id=session.session_id, epoch=1)
    session.connection.call("/gymbridge.v1.EnvService/Close", request.SerializeToString(), 5.0, "closing")
    with pytest.raises(errors.SessionLostError):
        env.step(0)


@pytest.mark.parametrize(
    ("where", "value"),
    [(at.REPLY_HEAD_AT, 9), (at.REPLY_HEAD_AT + 8, 77), (at.REPLY_HEAD_AT + 12, 4), (at.REPLY_HEAD_AT + 24, 2**31)],
)
def test_nonsense_in_the_reply_is_refused(server: _launcher.StartedServer, where: int, value: int) -> None:
    env = make(server)
    env.reset(seed=1)
    client = session_of(env).shared
    send = client.send

    def corrupting(seconds: float) -> None:
        send(seconds)
        client.words[where // 4] = value

    client.send = env.unwrapped._fast._send = corrupting
    with pytest.raises(errors.ProtocolError):
        env.step(0)


def test_file_that_is_not_what_was_told_is_not_used(server: _launcher.StartedServer) -> None:
    session = session_of(make(server))
    offer = pb.SharedMemoryOffer(layout=1, process_id=os.getpid(), bytes=session.shared.layout.size)
    with open("/proc/self/maps") as other:  # Some file of this process.
        offer.descriptor = other.fileno()
        with pytest.raises(SharedMemoryError, match="no file of its own"):
            type(session.shared)(offer, bytes(16), session.shared.observation, session.shared.action, 1, 1)


# ---- other processes


def test_child_of_a_fork_gets_memory_of_its_own(server: _launcher.StartedServer) -> None:
    env, local = make(server), gymnasium.make(ID)
    assert_same(env.reset(seed=9), local.reset(seed=9))
    assert_same(env.step(1), local.step(1))
    child = os.fork()
    if child == 0:
        try:
            first, _ = env.reset(seed=9)
            same = np.array_equal(first, gymnasium.make(ID).reset(seed=9)[0])
            env.step(1)
            env.step(1)
            os._exit(0 if same and env.unwrapped._fast.client.usable else 1)
        except BaseException:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    for action in (0, 1, 0):
        assert_same(env.step(action), local.step(action))
    env.close()


def rollout(address: str, seed: int, steps: int) -> list[bytes]:
    env = gymbridge.make(ID, address=address, transport="shm")
    observations = [env.reset(seed=seed)[0].tobytes()]
    for step in range(steps):
        result = env.step(step % 2)
        observations.append(result[0].tobytes())
        if result[2]:
            observations.append(env.reset()[0].tobytes())
    env.close()
    return observations


def test_spawned_workers_share_memory_with_one_server(server: _launcher.StartedServer) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        results = pool.starmap(rollout, [(server.address, seed, 100) for seed in (1, 2, 1)])
    assert results[0] == results[2] != results[1]


def test_many_sessions_at_once_starve_nobody(server: _launcher.StartedServer) -> None:
    envs = [make(server) for _ in range(64)]
    assert {env.unwrapped.remote.transport for env in envs} == {"shm"}
    counts = [0] * len(envs)

    def run(index: int) -> None:
        env = envs[index]
        env.reset(seed=index)
        for _ in range(30):
            counts[index] += 1
            if env.step(0)[2]:
                env.reset()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(envs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert counts == [30] * len(envs)
    for env in envs:
        env.close()


# ---- spinning


def spinning(monkeypatch: pytest.MonkeyPatch, busy: bool) -> spin.Spin:
    monkeypatch.setattr(spin, "processors", lambda: 2.0)
    monkeypatch.setattr(spin.machine, "is_busy", lambda: busy)
    return spin.Spin()


def hit(budget: spin.Spin, times: int) -> None:
    """As a waiter does where its waits end while it spins."""
    for _ in range(times):
        budget.left -= 1
        if budget.left <= 0:
            budget.look_around()


def wait(budget: spin.Spin, seconds: float, times: int = 1) -> None:
    """As a slot does it, on a clock that stands still."""
    for _ in range(times):
        naps, nap = budget.takes_nap(), budget.nap
        reach = nap + (budget.looks_after_nap / spin.LOOKS if nap else 1) * spin.SPIN_SECONDS
        if naps and (seconds < nap or (budget.has_room() and seconds <= reach)):
            budget.napped(seconds)
        elif nap or not budget.spins:
            budget.slept(seconds)
        elif seconds > reach:
            budget.miss()
            budget.slept(seconds)
        else:
            hit(budget, 1)


SHORT = 10e-6


def test_spinning_is_unlearned_by_misses_and_learned_again_by_short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = spinning(monkeypatch, busy=False)
    for _ in range(3):
        budget.miss()
    assert budget.looks == spin.LOOKS and budget.spins
    budget.miss()
    for _ in range(15):
        budget.slept(SHORT)
    assert budget.looks == 0 and not budget.spins
    budget.slept(SHORT)
    assert budget.looks == spin.LOOKS and budget.spins


@pytest.mark.parametrize(("hits", "goes_on"), [(31, True), (8, True), (300, True), (7, False), (0, False)])
def test_a_miss_now_and_then_does_not_end_spinning(monkeypatch: pytest.MonkeyPatch, hits: int, goes_on: bool) -> None:
    """As in a training: thirty-two steps, and the time of an update."""
    budget = spinning(monkeypatch, busy=False)
    for _ in range(40):
        hit(budget, hits)
        wait(budget, 20e-3)
    assert budget.spins is goes_on and budget.nap == 0.0


def test_short_waits_between_rare_long_ones_begin_spinning(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = spinning(monkeypatch, busy=False)
    for _ in range(12):  # Relapses: it wants to see more and more of them.
        for _ in range(4):
            budget.miss()
        while not budget.spins:
            budget.slept(SHORT)
    for _ in range(4):
        budget.miss()
    for _ in range(100):
        for _ in range(31):
            budget.slept(SHORT)
        budget.slept(10e-3)
    assert budget.spins


def test_nobody_spins_while_all_processors_of_the_machine_are_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = spinning(monkeypatch, busy=True)
    budget.look_around()
    for _ in range(100):
        budget.slept(SHORT)
    assert not budget.spins
    monkeypatch.setattr(spin.machine, "is_busy", lambda: False)
    for _ in range(1024):
        budget.slept(SHORT)
    assert budget.spins


@pytest.mark.parametrize(("seconds", "nap"), [(450e-6, 300e-6), (500e-6, 350e-6), (5e-3, 4.85e-3), (5.1e-3, 0.0)])
def test_waits_that_all_take_long_are_spun_at_their_ends(
    monkeypatch: pytest.MonkeyPatch, seconds: float, nap: float
) -> None:
    budget = spinning(monkeypatch, busy=False)
    wait(budget, seconds, 100)
    assert budget.nap == pytest.approx(nap) and not budget.spins and budget.looks == 0


@pytest.mark.parametrize(
    ("rounds", "foreseen", "other"),
    [pytest.param(40, 31, 20e-3, id="an update now and then"), pytest.param(100, 3, 2e-3, id="every fourth wait")],
)
def test_naps_go_on_where_some_waits_are_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, rounds: int, foreseen: int, other: float
) -> None:
    budget = spinning(monkeypatch, busy=False)
    wait(budget, 500e-6, 100)
    for _ in range(rounds):
        wait(budget, 500e-6, foreseen)
        wait(budget, other)
    assert budget.nap == pytest.approx(350e-6)


def test_naps_follow_waits_that_become_longer_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = spinning(monkeypatch, busy=False)
    wait(budget, 500e-6, 100)
    wait(budget, 2e-3, 16)
    assert budget.nap == pytest.approx(1.85e-3)


def test_naps_end_where_waits_become_short(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = spinning(monkeypatch, busy=False)
    wait(budget, 500e-6, 100)
    wait(budget, SHORT)
    assert budget.nap == pytest.approx(350e-6)  # One does not count.
    wait(budget, 450e-6)
    assert budget.nap == pytest.approx(300e-6)
    wait(budget, SHORT, 100)
    assert budget.nap == 0.0 and budget.looks == spin.LOOKS


def test_waits_that_nobody_can_foresee_have_no_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = spinning(monkeypatch, busy=False)
    for i in range(400):
        wait(budget, (1 + i * 7 % 13) * 1e-3)
    assert budget.nap == 0.0 and not budget.spins


def test_there_are_fewer_and_fewer_naps_while_all_processors_are_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = spinning(monkeypatch, busy=False)
    wait(budget, 500e-6, 104)

    def sleeps_after_a_look(busy: bool) -> int:
        monkeypatch.setattr(spin.machine, "is_busy", lambda: busy)
        assert budget.has_room() is not busy
        sleeps = 0
        while not budget.takes_nap():
            budget.slept(500e-6)
            sleeps += 1
        return sleeps

    assert [sleeps_after_a_look(True) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 64, 64]
    assert budget.nap == pytest.approx(350e-6)
    assert sleeps_after_a_look(False) == 0
    assert sleeps_after_a_look(True) == 32  # It forgets as slowly as it learned.


def test_a_busy_machine_is_looked_at_less_and_less(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[None] = []
    budget = spinning(monkeypatch, busy=True)
    budget.look_around()
    monkeypatch.setattr(spin.machine, "is_busy", lambda: looks.append(None) is None)
    for _ in range(8 + 16 + 32 + 64):
        budget.slept(10e-6)
    assert len(looks) == 4


@pytest.mark.parametrize(
    ("line", "busy"),
    [
        (b"0.20 0.18 0.12 2/80 11206\n", False),
        (b"0.20 0.18 0.12 3/80 11206\n", True),
        (b"nothing of the kind", False),
        (b"", False),
    ],
)
def test_the_machine_is_busy_where_more_threads_run_than_it_has_processors(
    line: bytes, busy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(os, "pread", lambda file, count, offset: line)
    assert spin._Machine().is_busy() is busy


def test_one_processor_never_spins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spin, "processors", lambda: 1.0)
    budget = spin.Spin()
    assert not budget.spins
    for seconds in (1e-6, 500e-6):
        wait(budget, seconds, 100)
        assert not budget.spins and budget.looks == 0


@pytest.fixture(params=[bells.FUTEX, bells.PIPE], ids=["futex", "pipe"])
def sides(request: pytest.FixtureRequest) -> Iterator[tuple[slot.Slot, slot.Slot]]:
    """Host and client of one file in this process."""
    layout = FileLayout([], [], 1)
    descriptor, peer = slot.make_file(layout.size), Peer(os.getpid())
    hosts, pipes = bells.make(request.param, peer)
    offer = pb.SharedMemoryOffer(process_id=os.getpid(), pipes=pipes)
    clients = bells.open_offered(offer, peer)
    yield (
        slot.Slot(descriptor, layout, slot.HOST, hosts),
        slot.Slot(descriptor, layout, slot.CLIENT, clients),
    )
    os.close(descriptor)


@pytest.fixture(params=["futex", "pipe"])
def bell(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the environments of a test wake each other."""
    monkeypatch.setenv("GYMBRIDGE_SHM_BELL", request.param)
    name: str = request.param
    return name


@pytest.mark.parametrize("nap", [0.0, 600.0])
def test_a_ring_is_heard_whenever_it_comes_and_once(sides: tuple[slot.Slot, slot.Slot], nap: float) -> None:
    host, client = sides
    host.spin._set(True, nap)
    host.spin.looks_after_nap = spin.LOOKS
    for _ in range(3):
        client.ring(at.HOST_BELL)  # While the host is awake; it would sleep for ten minutes after it.
        assert not host.wait(0, 600.0)
    assert not host.wait(0, 0.001)  # Nothing new: it does sleep.
    client.post(1)
    assert host.wait(0, 600.0)
    client.ring(at.HOST_BELL)
    assert not host.wait(1, 600.0)


def test_a_wait_is_no_longer_than_it_may_be_though_it_spins_after_a_nap(
    sides: tuple[slot.Slot, slot.Slot], monkeypatch: pytest.MonkeyPatch
) -> None:
    host, _ = sides
    monkeypatch.setattr(spin.machine, "is_busy", lambda: False)
    host.spin._set(True, 1e-6)
    host.spin.looks_after_nap = 10**12
    waits = threading.Thread(target=host.wait, args=(0, 0.01), daemon=True)
    waits.start()
    waits.join(30)
    assert not waits.is_alive()


def test_a_nap_ends_by_what_it_waits_for(sides: tuple[slot.Slot, slot.Slot]) -> None:
    host, client = sides
    host.spin._set(True, 600.0)
    asleep = threading.Thread(target=host.wait, args=(0, 600.0))
    asleep.start()
    client.post(1)
    asleep.join(60)
    assert not asleep.is_alive()


def pipe_to(peer: Peer) -> bells.Pipe:
    made, _ = bells.make(bells.PIPE, peer)
    assert isinstance(made.host, bells.Pipe)
    return made.host


def test_a_pipe_keeps_a_wake_up_for_whoever_sleeps_next_and_is_never_full() -> None:
    pipe = pipe_to(Peer(os.getpid()))
    for _ in range(70_000):  # More than it holds.
        pipe.wake(0)
    pipe.wait(0, 0, 600.0)
    started = time.monotonic()
    pipe.wait(0, 0, 0.05)  # All of it was one.
    assert time.monotonic() - started >= 0.05


def test_a_sleep_on_a_pipe_ends_with_the_process_at_the_other_end() -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    peer = Peer(other.pid)
    pipe = pipe_to(peer)
    asleep = threading.Thread(target=pipe.wait, args=(0, 0, 600.0), daemon=True)
    asleep.start()
    other.kill()
    asleep.join(60)
    assert not asleep.is_alive() and peer.ended()
    other.communicate()


def test_a_bell_that_is_no_pipe_of_the_hosts_is_refused() -> None:
    peer = Peer(os.getpid())
    with open(os.devnull, "rb") as file:
        pipes = pb.SharedMemoryPipes(host=file.fileno(), client=file.fileno())
        with pytest.raises(SharedMemoryError, match="no pipe of its own"):
            bells.open_offered(pb.SharedMemoryOffer(process_id=os.getpid(), pipes=pipes), peer)


def test_bells_of_both_sides_are_agreed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bells.own() == bells.FUTEX | bells.PIPE
    assert bells.common(bells.FUTEX | bells.PIPE) == bells.FUTEX
    assert bells.common(0) == bells.FUTEX  # An older side.
    assert bells.common(bells.PIPE) == bells.PIPE
    monkeypatch.setattr(futex, "available", lambda: False)
    assert bells.common(bells.FUTEX | bells.PIPE) == bells.PIPE
    assert bells.common(0) == 0
    assert bells.obstacle() is None
    monkeypatch.setenv("GYMBRIDGE_SHM_BELL", "futex")
    assert bells.obstacle() == "the system has no futex(2)"


def test_a_server_that_knows_no_other_bell_is_stepped_over_grpc(
    server: _launcher.StartedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GYMBRIDGE_SHM_BELL", "pipe")
    monkeypatch.setattr(machine.bells, "own", lambda: 0)  # As an older client asks, and so an older server answers.
    monkeypatch.setattr(machine.bells, "obstacle", lambda: None)
    env = make(server)
    assert env.unwrapped.remote.transport_reason == "the host wakes by futex(2) only, which this client does not have"
    env.reset(seed=1)
    env.close()


def test_a_bell_that_there_is_not_is_told(server: _launcher.StartedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GYMBRIDGE_SHM_BELL", "drum")
    env = make(server)
    assert env.unwrapped.remote.transport_reason == "GYMBRIDGE_SHM_BELL must be 'futex' or 'pipe', got 'drum'"
    env.close()


def test_connections_are_not_opened_for_steps(server: _launcher.StartedServer) -> None:
    env = make(server)
    env.reset(seed=1)
    channel = _connection.connect(server.address)
    bound = channel._channels
    session_of(env)._exchange = None  # Any step over gRPC would fail.
    for _ in range(50):
        if env.step(0)[2]:
            env.reset()
    assert channel._channels == bound


# ---- the Python host


def hosted(host: HostProcess, env_id: str, name: str) -> Any:
    return gymbridge.make(env_id, address=host.address, transport=name, disable_env_checker=True)


PYTHON_ENVS = [
    "CartPole-v1",
    "MountainCar-v0",
    "MountainCarContinuous-v0",
    "Acrobot-v1",
    "Pendulum-v1",
    "FrozenLake-v1",
    "CliffWalking-v1",
    "Taxi-v4",
    "Blackjack-v1",
    "FrozenLake8x8-v1",
]


@pytest.mark.parametrize("env_id", PYTHON_ENVS)
def test_python_environments_are_the_same_through_memory_and_over_grpc(
    start_host: Callable[..., HostProcess], env_id: str
) -> None:
    """A short form; GYMBRIDGE_STEPS=10000 is the long one."""
    host = start_host("--allow-module", "gymnasium")
    shared, wire = (hosted(host, f"gymnasium:{env_id}", name) for name in ("shm", "grpc"))
    local = gymnasium.make(env_id, disable_env_checker=True)
    assert shared.unwrapped.remote.transport == "shm"
    envs = shared, wire, local
    first, *others = [env.reset(seed=3) for env in envs]
    for other in others:
        assert_same(first, other)
    local.action_space.seed(5)
    for step in range(int(os.environ.get("GYMBRIDGE_STEPS", "200"))):
        action = local.action_space.sample()
        first, *others = [env.step(action) for env in envs]
        for other in others:
            assert_same(first, other, f"step {step}")
        if first[2] or first[3]:
            first, *others = [env.reset() for env in envs]
            for other in others:
                assert_same(first, other)
    assert shared.unwrapped._fast is not None and shared.unwrapped._fast.client.usable
    shared.close()
    wire.close()


def test_other_calls_of_a_host_come_between_those_of_the_memory(
    start_host: Callable[..., HostProcess], bell: str
) -> None:
    env = hosted(start_host("--allow-module", "gymnasium"), "gymnasium:CartPole-v1", "shm")
    env.reset(seed=1)
    for step in range(30):
        env.step(step % 2)
        env.unwrapped.gravity = 9.0 + step
        assert env.unwrapped.gravity == 9.0 + step
    env.close()


def test_host_that_is_killed_is_noticed_within_a_second(start_host: Callable[..., HostProcess], bell: str) -> None:
    """At random moments; GYMBRIDGE_KILLS=200 is the long form, and -s shows the times."""

    def start() -> tuple[Any, int, Callable[[], None]]:
        host = start_host("--allow-module", "gymnasium")
        return hosted(host, "gymnasium:CartPole-v1", "shm"), host.pid, host.stop

    kill_at_random(start, 9)


def test_second_session_of_a_host_shares_memory_too(start_host: Callable[..., HostProcess]) -> None:
    host = start_host("--allow-module", "gymnasium")
    envs = [hosted(host, "gymnasium:CartPole-v1", "shm") for _ in range(3)]
    local = gymnasium.make("CartPole-v1")
    expected = [local.reset(seed=2), local.step(1)]
    for env in envs:
        assert_same([env.reset(seed=2), env.step(1)], expected)
    for env in envs:
        env.close()
    again = hosted(host, "gymnasium:CartPole-v1", "shm")
    assert_same([again.reset(seed=2), again.step(1)], expected)
    again.close()
