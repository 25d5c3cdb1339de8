"""The cases of docs/protocol.md, section 13, by the names that they have there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium import spaces

from gymbridge import _spaces, _values
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._generated import values_pb2
from gymbridge._version import GENERATION
from gymbridge.compliance._client import Client, Game, RefusedError, rows

SameStep, NextStep, Disabled = (
    pb.AUTORESET_MODE_SAME_STEP,
    pb.AUTORESET_MODE_NEXT_STEP,
    pb.AUTORESET_MODE_DISABLED,
)


class SkippedError(Exception):
    """A case that this server cannot be asked."""


@dataclass(frozen=True)
class Bench:
    """What a case works with.

    Attributes:
        client: Speaks to the server.
        env_id: CartPole's id there.
    """

    client: Client
    env_id: str

    def open(self, **fields: Any) -> Game:
        """Opens CartPole."""
        return self.client.open(self.env_id, **fields)


Case = Callable[[Bench], None]
CASES: dict[str, Case] = {}


def case(name: str) -> Callable[[Case], Case]:
    """Adds a case under its name."""

    def add(function: Case) -> Case:
        CASES[name] = function
        return function

    return add


def check(condition: object, text: str) -> None:
    """Fails a case.

    Raises:
        AssertionError: With the text.
    """
    if not condition:
        raise AssertionError(text)


def refused(function: Callable[[], object], reason: str, **metadata: object) -> RefusedError:
    """Expects a refusal with a reason.

    Raises:
        AssertionError: There was none, or another one.
    """
    try:
        function()
    except RefusedError as error:
        check(error.detail.reason == reason, f"expected {reason}, got {error.detail.reason or 'no reason'} ({error})")
        for name, value in metadata.items():
            found = error.detail.metadata.get(name)
            check(found == str(value), f"{reason}: {name} is {found}, expected {value}")
        return error
    raise AssertionError(f"expected {reason}, and the call was accepted")


# ---- opening


@case("open/contract")
def _contract(bench: Bench) -> None:
    game = bench.open()
    contract = game.session.contract
    check(contract.generation == GENERATION, f"generation {contract.generation}")
    wanted = {"drive", "partial_reset", "raw", "render", "attributes", "generator", "live_generator", "exact_actions"}
    wanted |= {"resume", "fencing", "step_some_lanes"}
    check(wanted <= set(contract.capabilities), f"missing: {sorted(wanted - set(contract.capabilities))}")
    check(_spaces.decode(contract.action_space) == spaces.Discrete(2), "the action space is not Discrete(2)")
    box = _spaces.decode(contract.observation_space)
    check(box.shape == (4,) and box.dtype == np.float32, f"the observation space is {box}")
    digest = hashlib.sha256()
    for part in (contract.observation_space, contract.action_space, contract.python_types):
        data = part.SerializeToString(deterministic=True)
        digest.update(len(data).to_bytes(4, "little") + data)
    check(contract.spec_hash == digest.digest(), "spec_hash is not the SHA-256 of spaces and types")
    check(len(game.session.session_id) == 16 and len(game.session.resume_token) == 32, "id or token is too short")
    check(game.session.epoch == 1 and game.session.last_seq == 0, "a session begins with epoch 1 and no call")


@case("open/unknown_environment")
def _unknown_environment(bench: Bench) -> None:
    module, colon, _ = bench.env_id.rpartition(":")
    refused(lambda: bench.client.open(f"{module}{colon}CartPol-v1"), "ENVIRONMENT_NOT_FOUND")


@case("open/generation")
def _generation(bench: Bench) -> None:
    refused(lambda: bench.open(generation=GENERATION + 1), "GENERATION_MISMATCH", client=GENERATION + 1)


@case("open/unknown_want")
def _unknown_want(bench: Bench) -> None:
    refused(lambda: bench.open(want=["telepathy", "render"]), "CAPABILITY_MISSING", missing="telepathy")


@case("open/bad_kwargs")
def _bad_kwargs(bench: Bench) -> None:
    error = refused(lambda: bench.open(kwargs=_values.encode({"no_such_argument": 1})), "BAD_ARGUMENT")
    fault = error.detail.fault
    check(fault is not None and fault.python_class == "TypeError", f"the Fault is {fault}, a TypeError was expected")


@case("open/zero_lanes_is_one")
def _zero_lanes(bench: Bench) -> None:
    session = bench.open(lanes=0).session
    check(session.lanes == 1, f"{session.lanes} lanes")
    check(session.autoreset == Disabled, "one lane has no autoreset unless it was asked for")


@case("open/too_many_lanes")
def _too_many_lanes(bench: Bench) -> None:
    refused(lambda: bench.open(lanes=1_000_000), "CAP_REACHED", cap="max_lanes", asked=1_000_000)


@case("open/expanded_spaces")
def _expanded_spaces(bench: Bench) -> None:
    box = _spaces.encode(spaces.Box(0, 1, (2,), np.float64))
    box.box.shape[:] = [8_000_000]
    items = [values_pb2.Value(space=box)] * 20
    kwargs = values_pb2.Value(
        dict=values_pb2.Value.Dict(
            keys=[values_pb2.Value(text="a")], values=[values_pb2.Value(list=values_pb2.Value.List(items=items))]
        )
    )
    refused(lambda: bench.open(kwargs=kwargs), "CAP_REACHED", cap="max_expanded_bytes")


@case("open/long_id")
def _long_id(bench: Bench) -> None:
    refused(lambda: bench.client.open("A" * 1025), "BAD_REQUEST")


@case("open/withdrawn")
def _withdrawn(bench: Bench) -> None:
    nonce = os.urandom(16)
    game = bench.open(nonce=nonce)
    if "withdraw_open" not in game.session.contract.capabilities:
        raise SkippedError("the server does not offer 'withdraw_open'")
    refused(lambda: bench.open(nonce=nonce), "BAD_REQUEST", field="nonce")
    game.reset(1)
    bench.client.withdraw(nonce)
    bench.client.withdraw(nonce)
    refused(lambda: game.step(1), "SESSION_CLOSED", cause="closed")
    late = os.urandom(16)
    bench.client.withdraw(late)
    refused(lambda: bench.open(nonce=late), "OPEN_WITHDRAWN")
    refused(lambda: bench.open(nonce=bytes(15)), "BAD_REQUEST", field="nonce")
    refused(lambda: bench.client.withdraw(bytes(17)), "BAD_REQUEST", field="open_nonce")


# ---- calls


def _same_number_again(game: Game) -> None:
    reply = game.reset(1)
    check(reply.seq == game.seq and not reply.HasField("fault"), "the refused call took its number")


@case("call/unknown_kind")
def _unknown_kind(bench: Bench) -> None:
    game = bench.open()
    refused(lambda: game.exchange(), "UNKNOWN_CALL")
    _same_number_again(game)


@case("call/step_before_reset")
def _step_before_reset(bench: Bench) -> None:
    fault = bench.open().step(0).fault
    check(fault.python_class == "gymnasium.error.ResetNeeded", f"the Fault is {fault.python_class or 'missing'}")
    check(fault.recoverable, "a reset recovers it")


@case("call/step_some_lanes")
def _step_some_lanes(bench: Bench) -> None:
    game = bench.open(lanes=3, want=["step_some_lanes"])
    before = rows(game.reset(1, 2, 3), 3)
    reply = game.step(1, 1, 1, lane_mask=b"\1\0\1")
    after = rows(reply, 3)
    check(np.array_equal(before[1], after[1]), "lane 1 was not to be stepped")
    check(not np.array_equal(before[0], after[0]) and not np.array_equal(before[2], after[2]), "lanes 0 and 2 were")
    check(np.frombuffer(reply.reward, "<f8").tolist() == [1.0, 0.0, 1.0], "reward of a lane that was left out")


@case("call/partial_reset")
def _partial_reset(bench: Bench) -> None:
    game = bench.open(lanes=2)
    game.reset(1, 2)
    before = rows(game.step(1, 1), 2)
    after = rows(game.reset(3, 4, lane_mask=b"\0\1"), 2)
    check(np.array_equal(before[0], after[0]), "lane 0 was not to be reset")
    check(not np.array_equal(before[1], after[1]), "lane 1 was")


@case("call/bad_slab")
def _bad_slab(bench: Bench) -> None:
    game = bench.open()
    refused(lambda: game.exchange(step=pb.Step(action=[bytes(7)])), "BAD_SLAB", expected=8, got=7)
    _same_number_again(game)


@case("call/bad_mask")
def _bad_mask(bench: Bench) -> None:
    game = bench.open(lanes=3)
    for mask in (b"\1\1", bytes(3), b"\1\7\0"):
        refused(lambda mask=mask: game.reset(lane_mask=mask), "LANES_INVALID")  # type: ignore[misc]
    game.reset(1, 2, 3)


@case("call/oversized_reply")
def _oversized_reply(bench: Bench) -> None:
    limits = bench.client.list().limits
    lanes = limits.max_message_bytes // 16 + 64
    if lanes > limits.max_lanes:
        raise SkippedError(f"the server's limit of {limits.max_message_bytes:,} bytes is too large to be reached")
    game = bench.open(lanes=lanes)
    fault = game.reset().fault
    check(fault.python_class == "gymbridge.errors.MessageTooLargeError", f"the Fault is {fault.python_class}")
    check(len(fault.lanes) == game.session.lanes and fault.recoverable, "every lane that was addressed is named")


# ---- sequence


@case("sequence/retry")
def _retry(bench: Bench) -> None:
    game = bench.open()
    game.reset(1)
    call = game.message(step=game.action(1))
    first = game.raw(call)
    check(game.raw(call) == first, "the same call got other bytes")
    game.seq += 1
    other = bench.open()
    other.reset(1)
    other.step(1)
    check(game.step(1).observation == other.step(1).observation, "the repeated call was executed twice")


@case("sequence/retry_other_timeout")
def _retry_other_timeout(bench: Bench) -> None:
    game = bench.open()
    call = game.message(reset=pb.Reset(), timeout_ms=5_000)
    first = game.raw(call)
    call.timeout_ms = 6_000
    check(game.raw(call) == first, "timeout_ms is no part of a call's content")


@case("sequence/conflict")
def _conflict(bench: Bench) -> None:
    game = bench.open()
    game.reset(1)
    refused(lambda: game.raw(game.message(seq=1, ping=pb.Ping())), "SEQUENCE_CONFLICT", seq=1)


@case("sequence/gap")
def _gap(bench: Bench) -> None:
    game = bench.open()
    game.reset(1)
    refused(lambda: game.raw(game.message(seq=99, ping=pb.Ping())), "SEQUENCE_GAP", expected=2, got=99)
    game.step(0)


@case("sequence/expired")
def _expired(bench: Bench) -> None:
    game = bench.open()
    game.reset(1)
    for _ in range(game.session.credits + 2):
        game.exchange(ping=pb.Ping())
    refused(lambda: game.raw(game.message(seq=1, reset=pb.Reset())), "SEQUENCE_EXPIRED", got=1)


@case("sequence/zero")
def _zero(bench: Bench) -> None:
    game = bench.open()
    refused(lambda: game.raw(game.message(seq=0, ping=pb.Ping())), "BAD_REQUEST")


# ---- sessions


@case("session/resume_rotates")
def _resume_rotates(bench: Bench) -> None:
    game = bench.open()
    game.reset(1)
    again = bench.open(resume_token=game.session.resume_token).session
    check(again.session_id == game.session.session_id, "another session")
    check(again.epoch == 2 and again.last_seq == 1, f"epoch {again.epoch}, last call {again.last_seq}")
    check(again.resume_token != game.session.resume_token, "the token stayed the same")
    refused(lambda: bench.open(resume_token=game.session.resume_token), "SUPERSEDED", epoch=2)
    game.session = again
    game.step(0)


@case("session/zombie")
def _zombie(bench: Bench) -> None:
    game = bench.open()
    game.reset(1)
    resumed = Game(bench.client, bench.open(resume_token=game.session.resume_token).session)
    refused(lambda: game.step(1), "SUPERSEDED", epoch=2)
    refused(lambda: game.close(epoch=1), "SUPERSEDED", epoch=2)
    other = bench.open()
    other.reset(1)
    check(resumed.step(1).observation == other.step(1).observation, "the refused step had an effect")


@case("session/unknown_token")
def _unknown_token(bench: Bench) -> None:
    refused(lambda: bench.open(resume_token=bytes(32)), "SESSION_NOT_FOUND")


@case("session/lease_clamped")
def _lease_clamped(bench: Bench) -> None:
    limits = bench.client.list().limits
    session = bench.open(lease_ms=1).session
    check(session.lease_ms == limits.min_lease_ms, f"a lease of {session.lease_ms} ms, expected {limits.min_lease_ms}")


@case("session/closed")
def _closed(bench: Bench) -> None:
    game = bench.open()
    game.reset(1)
    game.close()
    game.close()
    refused(lambda: game.step(0), "SESSION_CLOSED", last_seq=1, cause="closed")


@case("session/bad_id")
def _bad_id(bench: Bench) -> None:
    game = bench.open()
    refused(lambda: game.raw(game.message(session_id=bytes(15), ping=pb.Ping())), "BAD_REQUEST")
    refused(lambda: game.raw(game.message(session_id=bytes(16), ping=pb.Ping())), "SESSION_NOT_FOUND")


# ---- generators


@case("generator/roundtrip")
def _generator_roundtrip(bench: Bench) -> None:
    game = bench.open()
    game.reset(7)
    state = game.exchange(get_generator=pb.GetGenerator()).generator
    check(_values.decode(state.seed) == 7, "the seed is not that of the reset")
    first = game.reset()
    game.exchange(set_generator=pb.SetGenerator(state=state))
    again = game.exchange(get_generator=pb.GetGenerator()).generator
    check(again.state == state.state and again.increment == state.increment, "the state is not the one that was set")
    check(_values.decode(again.seed) == -1, "the seed is -1 after the generator was set")
    check(game.reset().observation == first.observation, "the environment does not draw from what was set")


@case("generator/live")
def _generator_live(bench: Bench) -> None:
    game = bench.open()
    game.reset(7)
    state = game.exchange(get_generator=pb.GetGenerator()).generator
    first = game.exchange(reset=pb.Reset(), want_generators=True)
    check(len(first.generators) == 1 and first.generators[0].state.state != state.state, "no state after the call")
    call = game.message(reset=pb.Reset(), want_generators=True)
    call.generators.add(lane=0).state.CopyFrom(state)
    reply = pb.Reply.FromString(game.raw(call))
    game.seq += 1
    check(reply.observation == first.observation, "the state was not written before the call")
    check(reply.generators[0].state.state == first.generators[0].state.state, "nor fetched after it")
    again = game.exchange(get_generator=pb.GetGenerator()).generator
    check(_values.decode(again.seed) == 7, "the seed stays as it was")


# ---- autoreset, determinism


def _to_the_end(game: Game) -> tuple[pb.Reply, int]:
    for _ in range(500):
        reply = game.step(*[1] * game.session.lanes)
        if any(reply.terminated):
            return reply, reply.terminated.index(1)
    raise AssertionError("CartPole did not fall within 500 steps to one side")


@case("autoreset/next_step")
def _next_step(bench: Bench) -> None:
    game = bench.open(lanes=2, autoreset=NextStep)
    game.reset(1, 2)
    reply, lane = _to_the_end(game)
    check(not any(reply.final_lanes), "no final observation in this mode")
    end = rows(reply, 2)[lane]
    after = game.step(1, 1)
    check(abs(rows(after, 2)[lane]).max() <= 0.05 and not np.array_equal(rows(after, 2)[lane], end), "no reset")
    check(np.frombuffer(after.reward, "<f8")[lane] == 0.0, "the step of the reset has no reward")
    check(not after.terminated[lane] and not after.truncated[lane], "nor an end")


@case("autoreset/same_step")
def _same_step(bench: Bench) -> None:
    game = bench.open(lanes=2, autoreset=SameStep)
    game.reset(1, 2)
    reply, lane = _to_the_end(game)
    check(reply.final_lanes[lane] == 1, "no final observation")
    finals = np.frombuffer(reply.final_observation[0], "<f4").reshape(-1, 4)
    check(len(finals) == sum(reply.final_lanes), "one final observation for each lane that ended")
    final = finals[sum(reply.final_lanes[:lane])]
    check(abs(final[0]) > 2.4 or abs(final[2]) > 0.2, f"{final} is no end")
    check(abs(rows(reply, 2)[lane]).max() <= 0.05, "the observation is not that of the reset")


@case("autoreset/disabled")
def _disabled(bench: Bench) -> None:
    game = bench.open(lanes=2, autoreset=Disabled)
    game.reset(1, 2)
    reply, lane = _to_the_end(game)
    check(not any(reply.final_lanes), "no final observation in this mode")
    end = rows(reply, 2)[lane]
    check(abs(end[0]) > 2.4 or abs(end[2]) > 0.2, "the observation is that of the end")
    mask = bytes(index == lane for index in range(2))
    fresh = rows(game.reset(lane_mask=mask), 2)
    check(abs(fresh[lane]).max() <= 0.05, "a reset of the lane begins anew")


@case("determinism/seeds")
def _seeds(bench: Bench) -> None:
    first, second = bench.open(), bench.open()
    seed = 2**100 + 7
    check(first.reset(seed).observation == second.reset(seed).observation, "the same seed, another start")
    for action in (0, 1, 1, 0, 1):
        one, two = first.step(action), second.step(action)
        check(one.observation == two.observation and one.reward == two.reward, "the same seed, another step")
