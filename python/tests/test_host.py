"""The host, seen over raw gRPC: what any client of gymbridge.v1 may rely on."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

import host_envs
from conftest import HostProcess
from gymbridge import _credentials, _values, _wire
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._generated import values_pb2
from gymbridge._refusals import TRAILER, decode_detail

DEADLINE = 60.0


class Client:
    """A client that does as it is told."""

    def __init__(self, address: str, token: str | None = None) -> None:
        self.channel = grpc.insecure_channel(address, options=_wire.channel_options(-1))
        shown = (("authorization", f"Bearer {token}"),) if token else ()
        self._metadata = _credentials.metadata_for(address) if token is None else shown
        self._calls = {
            name: self.channel.unary_unary(
                f"/{_wire.SERVICE}/{name}", lambda message: message.SerializeToString(), reply.FromString
            )
            for name, reply in (
                ("List", pb.ListResponse),
                ("Describe", pb.Contract),
                ("Open", pb.Session),
                ("Exchange", pb.Reply),
                ("Close", pb.CloseResponse),
            )
        }
        self.exchange_bytes = self.channel.unary_unary(_wire.EXCHANGE)
        self.drive = self.channel.stream_stream(
            _wire.DRIVE, lambda message: message.SerializeToString(), pb.Reply.FromString
        )

    def __call__(self, name: str, request: Any) -> Any:
        return self._calls[name](request, timeout=DEADLINE, metadata=self._metadata)

    def open(self, env_id: str = "host_envs:Counting-v0", **fields: Any) -> pb.Session:
        return self("Open", pb.OpenRequest(**{"generation": 1, "env_id": env_id, **fields}))

    def step(self, session: pb.Session, seq: int, *actions: int, **fields: Any) -> pb.Reply:
        slab = np.array(actions or [0] * session.lanes, np.int64).tobytes()
        return self("Exchange", pb.Call(seq=seq, session_id=session.session_id, step=pb.Step(action=[slab], **fields)))

    def reset(self, session: pb.Session, seq: int, **fields: Any) -> pb.Reply:
        return self("Exchange", pb.Call(seq=seq, session_id=session.session_id, reset=pb.Reset(**fields)))


def until(condition: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@pytest.fixture(scope="module")
def client(host: HostProcess) -> Iterator[Client]:
    made = Client(host.address)
    yield made
    made.channel.close()


def refused(code: str, text: str, reason: str | None = None) -> Any:
    class Check:
        def __enter__(self) -> None:
            pass

        def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
            assert isinstance(error, grpc.RpcError), f"expected {code}, got {error!r}"
            assert error.code().name == code and text in error.details(), (error.code(), error.details())
            details = dict(error.trailing_metadata()).get(TRAILER)
            assert reason is None or decode_detail(details).reason == reason, decode_detail(details)
            return True

    return Check()


def test_the_ready_line(host: HostProcess) -> None:
    event = host.event
    assert event["event"] == "listening" and event["pid"] == host.pid and event["generation"] == 1
    assert event["version"] == "0.1.0"
    assert {"gymbridge", "python", "numpy", "gymnasium"} <= set(event["versions"])
    path = Path(event["address"].removeprefix("unix:"))
    assert path.is_socket() and path.stat().st_mode & 0o077 == 0


def test_list_has_every_local_environment_with_its_spec(client: Client) -> None:
    reply = client("List", pb.ListRequest())
    specs = {entry.env_id: json.loads(entry.spec_json) for entry in reply.environments}
    assert reply.generation == 1
    assert specs["CartPole-v1"]["max_episode_steps"] == 500 and specs["CartPole-v1"]["reward_threshold"] == 475.0
    assert not any(env_id.startswith("GymBridge/") for env_id in specs), "remote environments are not offered again"


def test_describe_is_the_contract_of_open(client: Client) -> None:
    contract = client("Describe", pb.DescribeRequest(generation=1, env_id="gymnasium:CartPole-v1"))
    assert contract == client.open("gymnasium:CartPole-v1").contract
    assert contract.max_message_bytes == 64 * 1024 * 1024 and contract.max_lanes == 4096
    assert list(contract.autoreset_modes) == [1, 2, 3] and len(contract.spec_hash) == 32
    assert list(contract.render_modes) == ["human", "rgb_array"] and not contract.warnings
    assert contract.HasField("python_types")


def test_open_defaults(client: Client) -> None:
    one, many = client.open(), client.open(lanes=3)
    assert (one.lanes, one.autoreset) == (1, pb.AUTORESET_MODE_DISABLED)
    assert (many.lanes, many.autoreset) == (3, pb.AUTORESET_MODE_NEXT_STEP)
    assert len(one.session_id) == 16 and one.session_id != many.session_id
    assert one.credits >= 1 and one.lease_ms == 30_000 and one.last_seq == 0


def test_a_generation_that_is_not_ours_is_refused(client: Client) -> None:
    for generation in (0, 2):
        with refused("FAILED_PRECONDITION", "speaks generation 1 of the GymBridge protocol, the client asked for"):
            client.open(generation=generation)
        with refused("FAILED_PRECONDITION", f"asked for generation {generation}"):
            client("Describe", pb.DescribeRequest(generation=generation, env_id="CartPole-v1"))


def test_capabilities_and_hashes_are_compared(client: Client) -> None:
    with refused("UNIMPLEMENTED", "lacks telepathy"):
        client.open(want=["telepathy", "render"])
    expected = client.open().contract.spec_hash
    client.open(expect_spec_hash=expected)
    with refused("FAILED_PRECONDITION", expected.hex()):
        client.open(expect_spec_hash=bytes(32))


@pytest.mark.parametrize(
    ("env_id", "code", "text"),
    [
        ("CartPol-v1", "NOT_FOUND", "Did you mean: `CartPole`?"),
        ("CartPole-v9", "NOT_FOUND", "v9"),
        ("Nothing/CartPole-v1", "NOT_FOUND", "Namespace Nothing not found"),
        ("no such id!", "NOT_FOUND", "is not the id of an environment"),
        ("x" * 1_025, "INVALID_ARGUMENT", "1,025 bytes are over the limit of 1,024"),
        ("x" * 1_000, "NOT_FOUND", "is not the id of an environment"),
        ("a\0b", "NOT_FOUND", "is not the id of an environment"),
        ("os:system", "PERMISSION_DENIED", "The module 'os' may not be imported"),
        ("subprocess:Popen", "PERMISSION_DENIED", "python -m gymbridge host --allow-module NAME"),
        ("__main__:E-v0", "PERMISSION_DENIED", "may not be imported"),
        ("gymnasium.envs.registration:X", "PERMISSION_DENIED", "may not be imported"),
        ("..os:X", "PERMISSION_DENIED", "may not be imported"),
        ("a:b:X-v0", "PERMISSION_DENIED", "may not be imported"),
        ("gymnas\u0131um:CartPole-v1", "PERMISSION_DENIED", "may not be imported"),
        ("GymBridge/CartPole-v1", "PERMISSION_DENIED", "a remote environment itself"),
        ("ale_py:ALE/Pong-v5", "NOT_FOUND", "'ale_py' is not installed"),
        ("host_envs:Odd-v0", "UNIMPLEMENTED", "a space of class OddSpace cannot be carried"),
    ],
)
def test_ids_that_cannot_be_opened(client: Client, env_id: str, code: str, text: str) -> None:
    if "ale_py" in env_id:
        try:
            import ale_py  # noqa: F401
        except ImportError:
            pass
        else:
            pytest.skip("ale_py is installed here")
    with refused(code, text):
        client.open(env_id)


def test_kwargs_are_checked(client: Client) -> None:
    def kwargs(value: Any) -> values_pb2.Value:
        return _values.encode(value)

    for value, text in (
        ([1], "a dict with text keys"),
        ({1: 2}, "a dict with text keys"),
        ({"id": "x"}, "id cannot"),
        ({"entry_point": "os:system"}, "entry_point cannot"),
    ):
        with refused("INVALID_ARGUMENT", text):
            client.open(kwargs=kwargs(value))
    with refused("INVALID_ARGUMENT", "unexpected keyword argument 'unknown'"):
        client.open(kwargs=kwargs({"unknown": 1}))
    with refused("INVALID_ARGUMENT", "without a kind"):
        client.open(kwargs=values_pb2.Value())
    pickled = {"anything": True, "a": b"\x80\x04\x95", "b": float("nan"), "c": 2**70, "d": {"__class__": 1}}
    session = client.open(kwargs=kwargs(pickled))
    call = pb.Call(seq=1, session_id=session.session_id, get_attribute=pb.GetAttribute(name="parameters"))
    back = _values.decode(client("Exchange", call).value)
    assert back.pop("b") != 0 and back == {"a": b"\x80\x04\x95", "c": 2**70, "d": {"__class__": 1}}


def test_a_constructor_that_raises_is_told_with_its_class(client: Client) -> None:
    request = pb.OpenRequest(generation=1, env_id="host_envs:Counting-v0", kwargs=_values.encode({"fail": "no luck"}))
    with pytest.raises(grpc.RpcError) as caught:
        client("Open", request)
    error: Any = caught.value
    assert error.code() is grpc.StatusCode.UNKNOWN and error.details() == "ValueError: no luck"
    trailers = dict(error.trailing_metadata())
    detail = decode_detail(trailers[TRAILER])
    assert detail.reason == "ENVIRONMENT_FAILED" and detail.fault is not None
    assert detail.fault.python_class == "ValueError" and "host_envs.py:" in detail.fault.location


def test_a_result_that_is_wrong_is_told_with_the_line_of_the_method_that_returned_it(client: Client) -> None:
    session = client.open("host_envs:Misshapen-v0")
    client.reset(session, 1)
    fault = client.step(session, 2, 0).fault
    place = f"{host_envs.__file__}:{host_envs.Misshapen.step.__code__.co_firstlineno}"
    assert (fault.python_class, fault.location) == ("TypeError", place)
    assert fault.trace.endswith(", in step\n    def step(self, action: Any) -> Any:\n")


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        ("mute", "host_envs.MuteError", ""),
        ("number", "host_envs.NumberError", "<TypeError in str() of the exception>"),
        ("leaving", "host_envs.LeavingError", "<SystemExit in str() of the exception>"),
    ],
)
def test_an_exception_that_misbehaves_itself_is_told(client: Client, kind: str, name: str, text: str) -> None:
    for where in ("reset", "step"):
        session = client.open("host_envs:Hostile-v0", kwargs=_values.encode({"kind": kind, "where": where}))
        replies = [client.reset(session, 1), client.step(session, 2, 0), client.step(session, 3, 1)]
        (fault,) = (reply.fault for reply in replies if reply.HasField("fault"))
        assert (fault.python_class, fault.message) == (name, text) and "host_envs.py:" in fault.location
    with refused("UNKNOWN", f"{name}: {text}", "ENVIRONMENT_FAILED"):
        client.open("host_envs:Hostile-v0", kwargs=_values.encode({"kind": kind, "where": "init"}))


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("missing", "AttributeError: 'Unspoken' has no observation_space"),
        ("raises", "TypeError: the sensor is not there"),
        ("metadata", "TypeError: metadata: a dict is expected, got int"),
        ("modes", "TypeError: "),
    ],
)
def test_an_environment_without_spaces_or_metadata_is_told_with_its_class(client: Client, what: str, told: str) -> None:
    kwargs = _values.encode({"what": what})
    for method, request in (("Open", pb.OpenRequest), ("Describe", pb.DescribeRequest)):
        with refused("UNKNOWN", told, "ENVIRONMENT_FAILED"):
            client(method, request(generation=1, env_id="host_envs:Unspoken-v0", kwargs=kwargs))


@pytest.mark.parametrize("arguments", [(), ("--isolate",)])
def test_only_the_hosts_own_user_names_files(
    start_host: Callable[..., HostProcess], arguments: tuple[str, ...]
) -> None:
    paths: list[Any] = [
        "/proc/self/environ",
        "~/x",
        "a/../../b",
        "..",
        b"/dev/null",
        "C:\\x",
        "file:///x",
        ["b", ("/x",)],
    ]
    strangers = start_host("--port", "0", "--no-token", *arguments)
    for path in paths:
        kwargs = _values.encode({"fail": path})
        for method, request in (("Open", pb.OpenRequest), ("Describe", pb.DescribeRequest)):
            with refused("INVALID_ARGUMENT", "is a path, and only clients of the host's own user", "BAD_REQUEST"):
                Client(strangers.address, "")(
                    method, request(generation=1, env_id="host_envs:Counting-v0", kwargs=kwargs)
                )
    with refused("UNKNOWN", "ant..xml/a", "ENVIRONMENT_FAILED"):
        Client(strangers.address, "").open(kwargs=_values.encode({"fail": "ant..xml/a"}))
    with refused("UNKNOWN", "/proc/self/environ", "ENVIRONMENT_FAILED"):
        Client(start_host(*arguments).address).open(kwargs=_values.encode({"fail": paths[0]}))


def test_the_same_call_again_gets_the_same_reply(client: Client) -> None:
    session = client.open()
    client.reset(session, 1)
    call = pb.Call(seq=2, session_id=session.session_id, step=pb.Step(action=[bytes(8)])).SerializeToString()
    replies = {client.exchange_bytes(call, timeout=DEADLINE) for _ in range(5)}
    assert len(replies) == 1
    assert np.frombuffer(client.step(session, 3).observation[0])[0] == 2.0, "it was executed once"
    assert client.exchange_bytes(call, timeout=DEADLINE) in replies, "not only the last reply is kept"


def test_the_same_call_at_once_is_executed_once(client: Client) -> None:
    session = client.open()
    client.reset(session, 1)
    slab = np.int64(15).tobytes()  # takes two seconds
    call = pb.Call(seq=2, session_id=session.session_id, step=pb.Step(action=[slab])).SerializeToString()
    futures = [client.exchange_bytes.future(call, timeout=DEADLINE) for _ in range(4)]
    assert len({future.result() for future in futures}) == 1
    assert np.frombuffer(client.step(session, 3).observation[0])[0] == 2.0


def test_sequence_numbers(client: Client) -> None:
    session = client.open()
    client.reset(session, 1)
    for seq in range(2, 12):
        client.step(session, seq)
    with refused("FAILED_PRECONDITION", "expected 12, got 99"):
        client.step(session, 99)
    with refused("INVALID_ARGUMENT", "the numbers of calls begin with 1, got 0", "BAD_REQUEST"):
        client.step(session, 0)
    with refused("OUT_OF_RANGE", "the oldest reply that is kept is that of 4", "SEQUENCE_EXPIRED"):
        client.reset(session, 1)
    with refused("INVALID_ARGUMENT", "Call 11 was already executed, with another content"):
        client.step(session, 11, 1)
    with refused("FAILED_PRECONDITION", f"got {2**64 - 1}"):
        client.step(session, 2**64 - 1)
    assert np.frombuffer(client.step(session, 12).observation[0])[0] == 11.0


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ({"step": pb.Step(action=[bytes(23)])}, "leaf 0 'action': 24 bytes expected (3 lanes x int64), got 23"),
        ({"step": pb.Step(action=[bytes(25)])}, "24 bytes expected (3 lanes x int64), got 25"),
        ({"step": pb.Step(action=[])}, "1 action leaf expected, got 0"),
        ({"step": pb.Step(action=[bytes(24)] * 2)}, "1 action leaf expected, got 2"),
        ({"step": pb.Step(action=[bytes(24)], lane_mask=b"\1\1")}, "lane mask: 3 bytes expected, one a lane, got 2"),
        ({"step": pb.Step(action=[bytes(24)], lane_mask=bytes(3))}, "at least one lane"),
        ({"reset": pb.Reset(seeds=[values_pb2.Seed(value=b"1")])}, "seeds: 3 expected, one a lane, got 1"),
        ({"reset": pb.Reset(lane_mask=bytes(3))}, "at least one lane"),
        ({"reset": pb.Reset(seeds=[values_pb2.Seed(value=bytes(10**6))] * 3)}, "a seed of 1,000,000 bytes"),
        ({"reset": pb.Reset(options=values_pb2.Value(integer=1))}, "options: a dict was expected, got int"),
        ({"reset": pb.Reset(options=values_pb2.Value())}, "without a kind"),
        ({"render": pb.Render(lane=3)}, "this session has the lanes 0 to 2"),
        ({"get_attribute": pb.GetAttribute(name="steps", lane=9)}, "lane 9"),
        ({"set_generator": pb.SetGenerator(state=values_pb2.GeneratorState(state=bytes(15)))}, "16 bytes expected"),
        (
            {"set_generator": pb.SetGenerator(state=values_pb2.GeneratorState(state=bytes(16), increment=bytes(16)))},
            "always odd",
        ),
    ],
)
def test_malformed_calls_are_refused_and_cost_nothing(client: Client, call: dict[str, Any], text: str) -> None:
    session = client.open(lanes=3)
    client.reset(session, 1)
    with refused("INVALID_ARGUMENT", text):
        client("Exchange", pb.Call(seq=2, session_id=session.session_id, **call))
    assert np.frombuffer(client.step(session, 2).observation[0]).tolist() == [1.0, 1.0, 1.0]


def test_calls_that_are_no_calls(client: Client) -> None:
    session = client.open()
    with refused("UNIMPLEMENTED", "does not know that kind of call"):
        client("Exchange", pb.Call(seq=1, session_id=session.session_id))
    with refused("INTERNAL", "not a Call"):
        client.exchange_bytes(b"\xff\xff\xff", timeout=DEADLINE)
    with refused("INVALID_ARGUMENT", "16 bytes expected, got 15"):
        client("Exchange", pb.Call(seq=1, session_id=bytes(15)))
    with refused("NOT_FOUND", "no such session"):
        client("Exchange", pb.Call(seq=1, session_id=bytes(16)))
    with refused("INTERNAL", "not a OpenRequest"):
        client.channel.unary_unary(_wire.OPEN)(b"\xff\xff", timeout=DEADLINE)
    with refused("UNIMPLEMENTED", ""):
        client.channel.unary_unary(f"/{_wire.SERVICE}/Nothing")(b"", timeout=DEADLINE)


def test_close_twice_is_fine(client: Client) -> None:
    session = client.open()
    for _ in range(2):
        client("Close", pb.CloseRequest(session_id=session.session_id))
    with refused("NOT_FOUND", "closed by its client"):
        client.step(session, 1)
    client("Close", pb.CloseRequest(session_id=bytes(16)))
    with refused("INVALID_ARGUMENT", "16 bytes expected, got 8", "BAD_REQUEST"):
        client("Close", pb.CloseRequest(session_id=b"anything"))


def test_stepping_some_lanes(client: Client) -> None:
    session = client.open(lanes=3)
    client.reset(session, 1)
    reply = client.step(session, 2, 0, 31, 31, lane_mask=b"\1\0\1")
    assert np.frombuffer(reply.observation[0]).tolist() == [1.0, 0.0, 1.0]
    assert np.frombuffer(reply.reward).tolist() == [0.0, 0.0, 2.5]
    assert reply.terminated == b"\0\0\1"


def test_infos_only_where_wanted_and_not_empty(client: Client) -> None:
    session = client.open("host_envs:Infos-v0", lanes=4, autoreset=pb.AUTORESET_MODE_SAME_STEP)
    reply = client.reset(session, 1, seeds=[values_pb2.Seed(value=bytes([seed])) for seed in range(4)])
    lengths = np.frombuffer(reply.observation[0], np.float32).reshape(4, 2)[:, 1]
    assert [info.lane for info in reply.infos] == [lane for lane in range(4) if lengths[lane] % 2]
    assert not client.step(session, 2).infos
    assert [info.lane for info in client.step(session, 3, want_info=True).infos] == [0, 1, 2, 3]


def test_python_types_are_told_where_they_deviate(client: Client) -> None:
    session = client.open()
    assert not client.reset(session, 1).HasField("python_types")
    assert not client.step(session, 2, 0).HasField("python_types")
    types = client.step(session, 3, 34).python_types
    assert (types.reward, types.terminated, types.truncated) == (pb.PYTHON_TYPE_NUMPY_INT64, 0, 0)
    assert not types.observation_leaves
    scalars = client.open("host_envs:Scalars-v0")
    assert list(client.reset(scalars, 1).python_types.observation_leaves) == [pb.PYTHON_TYPE_INT]


def test_drive_carries_many_calls_on_one_stream(client: Client) -> None:
    session = client.open()
    first = pb.Call(seq=1, session_id=session.session_id, reset=pb.Reset())
    steps = [pb.Call(seq=seq, step=pb.Step(action=[bytes(8)])) for seq in range(2, 202)]
    credits = threading.Semaphore(session.credits)

    def calls() -> Iterator[pb.Call]:
        for call in (first, *steps):
            assert credits.acquire(timeout=DEADLINE)
            yield call

    replies = []
    for reply in client.drive(calls(), timeout=DEADLINE):
        replies.append(reply)
        credits.release()
    assert [reply.seq for reply in replies] == list(range(1, 202))
    assert np.frombuffer(replies[-1].observation[0])[0] == 200.0
    with refused("FAILED_PRECONDITION", "expected 202, got 500"):
        list(client.drive(iter([pb.Call(seq=500, session_id=session.session_id, ping=pb.Ping())]), timeout=DEADLINE))
    assert client.step(session, 202).seq == 202, "the session lives on"
    with refused("NOT_FOUND", "no such session"):
        list(client.drive(iter([pb.Call(seq=1, session_id=bytes(16), ping=pb.Ping())]), timeout=DEADLINE))


def test_a_session_is_resumed_by_its_token(client: Client) -> None:
    session = client.open()
    client.reset(session, 1)
    client.step(session, 2)
    again = client.open(resume_token=session.resume_token)
    assert again.session_id == session.session_id and again.last_seq == 2 and again.contract == session.contract
    assert (session.epoch, again.epoch, again.first_kept_seq, again.running_seq, again.ended) == (1, 2, 1, 0, b"\0")
    slab = [np.int64(0).tobytes()]

    def step(seq: int, epoch: int) -> Any:
        return pb.Call(seq=seq, session_id=session.session_id, step=pb.Step(action=slab), epoch=epoch)

    for epoch in (0, 1):
        with refused("ABORTED", "was resumed by another connection (epoch 2)", "SUPERSEDED"):
            client("Exchange", step(3, epoch))
    with refused("ABORTED", "epoch 2", "SUPERSEDED"):
        client("Close", pb.CloseRequest(session_id=session.session_id, epoch=1))
    assert np.frombuffer(client("Exchange", step(3, 2)).observation[0])[0] == 2.0
    with refused("ABORTED", "epoch 2", "SUPERSEDED"):
        client.open(resume_token=session.resume_token)
    with refused("NOT_FOUND", "no session with that resume token", "SESSION_NOT_FOUND"):
        client.open(resume_token=b"guess")


def test_a_lease_ends_without_calls_and_not_during_one(start_host: Callable[..., HostProcess], tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    client = Client(start_host("--lease-ms", "6000", "--min-lease-ms", "100").address)
    idle, kept, busy = client.open(), client.open(), client.open(kwargs=_values.encode({"gate": str(gate)}))
    assert idle.lease_ms == 6000
    client.reset(busy, 1)
    running = client.exchange_bytes.future(
        pb.Call(seq=2, session_id=busy.session_id, step=pb.Step(action=[np.int64(15).tobytes()])).SerializeToString(),
        timeout=DEADLINE,
    )
    for seq in range(1, 27):
        time.sleep(0.25)
        client("Exchange", pb.Call(seq=seq, session_id=kept.session_id, ping=pb.Ping()))
    with refused("NOT_FOUND", "was closed, for its lease ended; its last call was 0", "SESSION_CLOSED"):
        client.reset(idle, 1)
    gate.touch()
    assert pb.Reply.FromString(running.result()).seq == 2
    assert client.open(lease_ms=1).lease_ms == 100 and client.open(lease_ms=2**32 - 1).lease_ms == 3_600_000


def test_the_cap_of_sessions_is_named_and_slots_come_back(start_host: Callable[..., HostProcess]) -> None:
    client = Client(start_host("--max-sessions", "2").address)
    sessions = [client.open() for _ in range(2)]
    with refused("RESOURCE_EXHAUSTED", "All 2 sessions of this host are taken; --max-sessions raises the limit"):
        client.open()
    client("Close", pb.CloseRequest(session_id=sessions[0].session_id))
    for _ in range(20):
        with refused("UNKNOWN", "no luck"):
            client.open(kwargs=_values.encode({"fail": "no luck"}))
    client.open()


def test_attributes_must_be_declared_on_tcp(start_host: Callable[..., HostProcess]) -> None:
    client = Client(start_host("--port", "0").address)
    session = client.open()

    def get(seq: int, name: str) -> Any:
        return client(
            "Exchange", pb.Call(seq=seq, session_id=session.session_id, get_attribute=pb.GetAttribute(name=name))
        )

    assert _values.decode(get(1, "level").value) == 1.5
    assert _values.decode(get(2, "render_mode").value) is None
    assert not get(3, "add").HasField("value")
    with refused("PERMISSION_DENIED", "The attribute 'secret' is not on the list of what this host gives away: "):
        get(4, "secret")
    assert get(4, "nothing").fault.python_class == "AttributeError"
    with refused("PERMISSION_DENIED", "cannot be reached"):
        get(5, "__class__")


def test_what_environments_print_stays_off_the_protocol(host: HostProcess, client: Client) -> None:
    session = client.open()
    client.reset(session, 1)
    client.step(session, 2, 17)
    os.set_blocking(host.process.stdout.fileno(), False)  # type: ignore[union-attr]
    assert not host.process.stdout.read()  # type: ignore[union-attr]
    deadline = time.monotonic() + 60
    while "raw to fd 1\n" not in host.stderr and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "raw to fd 1\n" in host.stderr


def test_ctrl_c_is_left_to_a_parent_that_watches(start_host: Callable[..., HostProcess]) -> None:
    host = start_host()
    client = Client(host.address)
    session = client.open()
    client.reset(session, 1)
    host.process.send_signal(signal.SIGINT)
    client.reset(session, 2)
    host.stop()
    assert host.process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_stop_it_cleanly(start_host: Callable[..., HostProcess], number: int) -> None:
    host = start_host(watch=number == signal.SIGTERM)
    client = Client(host.address)
    client.reset(client.open(), 1)
    host.process.send_signal(number)
    assert host.wait() == 0
    assert not Path(host.address.removeprefix("unix:")).exists()
    assert "Traceback" not in "".join(host.stderr)


def test_it_stops_after_its_parent_though_a_step_hangs(start_host: Callable[..., HostProcess], tmp_path: Path) -> None:
    host = start_host()
    client = Client(host.address)
    session = client.open(kwargs=_values.encode({"gate": str(tmp_path / "never")}))
    client.reset(session, 1)
    slow = pb.Call(seq=2, session_id=session.session_id, step=pb.Step(action=[np.int64(15).tobytes()]))
    running = client.exchange_bytes.future(slow.SerializeToString(), timeout=DEADLINE)
    until(lambda: client("List", pb.ListRequest()).state.running_calls == 1, "the step runs")
    host.process.stdin.close()  # type: ignore[union-attr]
    host.wait()
    assert running.exception() is not None


@pytest.mark.parametrize(("prefix", "stays"), [("gymbridge-s-", False), ("mine-", True)])
def test_the_folder_of_one_socket_ends_with_it(
    start_host: Callable[..., HostProcess], prefix: str, stays: bool
) -> None:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    host = start_host("--address", f"unix:{folder}/sock")
    Client(host.address).open()
    host.stop()
    assert folder.exists() == stays and (not stays or not list(folder.iterdir()))
    shutil.rmtree(folder, ignore_errors=True)


def test_an_address_that_is_taken(start_host: Callable[..., HostProcess], host: HostProcess) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        second = start_host("--port", str(port))
        assert second.event["event"] == "error" and f"Cannot listen on 127.0.0.1:{port}" in second.event["message"]
        assert second.wait() == 1
    third = start_host("--address", host.address)
    assert "a server listens there already" in third.event["message"] and third.wait() == 1
    assert Client(host.address).open()


def test_a_stale_socket_is_replaced_and_nothing_else(
    start_host: Callable[..., HostProcess], socket_folder: Path
) -> None:
    stale = socket_folder / "stale"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(stale))
    assert Client(start_host("--address", f"unix:{stale}").address).open()
    for name in ("file", "link"):
        path = socket_folder / name
        if name == "file":
            path.write_text("mine")
        else:
            path.symlink_to(socket_folder / "file")
        refused_host = start_host("--address", f"unix:{path}")
        assert "something else" in refused_host.event["message"]
        assert refused_host.wait() == 1
        assert (socket_folder / "file").read_text() == "mine"
    assert "cannot be made" in start_host("--address", "unix:/proc/no/such/s").event["message"]
    assert "more than 103 bytes" in start_host("--address", f"unix:{socket_folder}/{'x' * 100}").event["message"]


def test_tcp_on_a_free_port(start_host: Callable[..., HostProcess]) -> None:
    host = start_host("--host", "127.0.0.1", "--port", "0")
    name, _, port = host.address.partition(":")
    assert name == "127.0.0.1" and int(port) > 0
    assert Client(host.address).open()


def test_other_machines_are_not_let_in_by_accident(start_host: Callable[..., HostProcess]) -> None:
    host = start_host("--host", "0.0.0.0", "--port", "0")
    assert "this host has no TLS" in host.event["message"] and host.wait() == 2
    assert start_host("--host", "0.0.0.0", "--port", "0", "--insecure-remote").event["event"] == "listening"


@pytest.mark.parametrize(
    "arguments", [["--port", "x"], ["--max-sessions", "0"], ["--unknown"], ["--address", "unix:/a", "--host", "b"]]
)
def test_a_wrong_command_line_exits_2(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gymbridge", "host", *arguments], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 2 and "usage:" in done.stderr and not done.stdout


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_streams_that_its_starter_has_closed(closed: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -m gymbridge host --watch-stdin --port 0 {closed}', sys.executable],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_help_and_other_commands() -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gymbridge", *arguments], capture_output=True, text=True, timeout=120
        )

    assert "--watch-stdin" in run("host", "--help").stdout
    assert run("--version").stdout == "0.1.0\n"
    assert run("nothing").returncode == 2


def test_gymnasium_missing_is_one_json_line(tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", with_pip=False, symlinks=True)
    python = tmp_path / "bare" / "bin" / "python"
    source = Path(__file__).resolve().parent.parent / "src"
    done = subprocess.run(
        [python, "-m", "gymbridge", "host", "--port", "0"],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(source)},
    )
    assert done.returncode == 1
    assert json.loads(done.stdout) == {
        "event": "error",
        "message": f"Gymnasium is not installed in {python}; run: {python} -m pip install gymnasium",
    }
    # Without "-m gymbridge", it is the import error that everybody knows.
    plain = subprocess.run(
        [python, "-c", "import gymbridge"], capture_output=True, text=True, env={"PYTHONPATH": str(source)}
    )
    assert "ModuleNotFoundError: No module named 'gymnasium'" in plain.stderr
    shutil.rmtree(tmp_path / "bare")


def test_36_a_warning_where_numpy_is_not_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    from gymbridge._host import contract

    assert contract._exactness_warnings() == []
    exact = np.sin
    monkeypatch.setattr(np, "sin", lambda values: np.nextafter(exact(values), 2.0))
    (warning,) = contract._exactness_warnings()
    assert "1000 of 1000" in warning or "of 1000 inputs" in warning


def test_many_sessions_at_once(client: Client) -> None:
    results: list[list[float]] = []

    def play(seed: int) -> None:
        session = client.open("CartPole-v1")
        client.reset(session, 1, seeds=[values_pb2.Seed(value=bytes([seed]))])
        results.append(
            [float(np.frombuffer(client.step(session, seq, 1).observation[0], "<f4")[0]) for seq in range(2, 9)]
        )

    threads = [threading.Thread(target=play, args=(3,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8 and all(result == results[0] for result in results)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="becomes another user, which root alone can")
def test_another_user_cannot_connect_whatever_the_modes_say(
    start_host: Callable[..., HostProcess], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime, open_to_all = tmp_path / "run", Path(tempfile.mkdtemp(prefix="gbt-"))
    monkeypatch.setenv("GYMBRIDGE_RUNTIME_DIR", str(runtime))
    open_to_all.chmod(0o777)
    path = open_to_all / "socket"
    host = start_host("--address", f"unix:{path}")
    assert host.address == f"unix:{path}"
    assert Client(host.address).open()
    path.chmod(0o666)
    connect = (
        "import os, socket, sys; os.setgid(65534); os.setuid(65534)\n"
        "try: socket.socket(socket.AF_UNIX).connect(sys.argv[1])\n"
        "except PermissionError: sys.exit(7)"
    )
    assert subprocess.run([sys.executable, "-c", connect, str(path)]).returncode == 7
    host.stop()
    assert os.listdir(open_to_all) == [] and os.listdir(runtime) == []
    open_to_all.rmdir()


def test_a_link_of_a_host_that_was_killed_is_no_obstacle(
    start_host: Callable[..., HostProcess], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GYMBRIDGE_RUNTIME_DIR", str(tmp_path / "run"))
    folder = Path(tempfile.mkdtemp(prefix="gbt-"))
    folder.chmod(0o755)
    first = start_host("--address", f"unix:{folder}/s")
    taken = start_host("--address", f"unix:{folder}/s")
    assert "a server listens there already" in taken.event["message"]
    first.process.kill()
    first.wait()
    second = start_host("--address", f"unix:{folder}/s")
    assert Client(second.address).open()
    second.stop()
    folder.rmdir()


@pytest.mark.skipif(sys.platform != "linux", reason="the sockets of a process are seen on Linux only")
@pytest.mark.parametrize("arguments", [[], ["--port", "0", "--no-token"]], ids=["unix", "tcp"])
def test_connections_beyond_the_cap_are_closed(start_host: Callable[..., HostProcess], arguments: list[str]) -> None:
    host = start_host(*arguments, "--max-connections", "40")
    client = Client(host.address)
    session = client.open()
    held = []
    for _ in range(60):
        if arguments:
            name, _, port = host.address.rpartition(":")
            held.append(socket.create_connection((name, int(port))))
        else:
            held.append(socket.socket(socket.AF_UNIX))
            held[-1].connect(host.address[len("unix:") :])
    limit = 40 if not arguments else 20  # Of one peer half as many.
    deadline = time.monotonic() + 60
    while sum(map(_has_ended, held)) < 60 - limit + 1:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert client("Exchange", pb.Call(seq=1, session_id=session.session_id, reset=pb.Reset())).seq == 1
    for each in held:
        each.close()


_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")


def _strangers(host: HostProcess, count: int) -> list[socket.socket]:
    """Connections that speak HTTP/2 and bring no call."""
    name, _, port = host.address.rpartition(":")
    strangers = []
    for _ in range(count):
        strangers.append(socket.create_connection((name, int(port))))
        strangers[-1].sendall(_PREFACE)
    return strangers


@pytest.mark.skipif(sys.platform != "linux", reason="the host looks at its sockets through /proc")
@pytest.mark.parametrize("arguments", [(), ("--isolate",)])
def test_connections_without_a_call_make_room_for_others(
    start_host: Callable[..., HostProcess], arguments: tuple[str, ...]
) -> None:
    host = start_host("--port", "0", "--max-connections", "40", *arguments)  # 20 of one address.
    strangers = _strangers(host, 30)
    client = Client(host.address)
    session = client.open()
    asked: queue.SimpleQueue[pb.Call | None] = queue.SimpleQueue()
    replies = client.drive(iter(asked.get, None), timeout=60.0, metadata=client._metadata)
    for seq in range(1, 41):  # One stream: its connection is not cut while strangers come and go.
        asked.put(pb.Call(seq=seq, session_id=session.session_id, ping=pb.Ping()))
        assert next(replies).seq == seq
        strangers += _strangers(host, 1)
        time.sleep(0.05)
    until(lambda: sum(map(_has_ended, strangers)) >= len(strangers) - 19, "the oldest strangers are closed")
    asked.put(None)
    for each in strangers:
        each.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the host looks at its sockets through /proc")
def test_connections_without_a_call_have_little_time_where_they_are_many(
    start_host: Callable[..., HostProcess],
) -> None:
    host = start_host("--port", "0")
    client = Client(host.address)
    session = client.open()
    strangers = _strangers(host, 200)
    until(lambda: sum(map(_has_ended, strangers)) >= 72, "strangers beyond 128 are closed")
    assert not _has_ended(strangers[-1])
    assert client.reset(session, 1).seq == 1
    for each in strangers:
        each.close()


def _has_ended(connection: socket.socket) -> bool:
    """Whether the other side has closed a connection; what it has sent meanwhile is read."""
    connection.setblocking(False)
    try:
        while connection.recv(4096):
            pass
        return True
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
