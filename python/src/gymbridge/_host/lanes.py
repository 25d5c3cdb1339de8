"""The environments of one session, and the execution of calls on them.

Everything here runs on the session's thread.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import gymnasium
import numpy as np

from gymbridge import _seeding, _values
from gymbridge._actions import ActionReader
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._generated import values_pb2
from gymbridge._host import results, snapshots
from gymbridge._host.attributes import Attributes
from gymbridge._host.faults import LaneError, leave_forked_child
from gymbridge._host.refused import Refused, refusal_of
from gymbridge._host.stepping import Stepper, note_leaves
from gymbridge._leaves import Layout
from gymbridge.errors import ProtocolError

_WARNING_BYTES = 1024  # For what is said about entries that were left out.

Handler = Callable[[pb.Call, pb.Reply], None]


class Lanes:
    """Environments by lane, their last observations, and what a call does to them.

    Attributes:
        count: How many.
        layouts: Of observation and action.
        stepper: Steps them.
        columns: Where the results lie.
        warnings: What nobody was told yet.
    """

    def __init__(
        self,
        envs: list[gymnasium.Env[Any, Any]],
        contract: pb.Contract,
        autoreset: pb.AutoresetMode,
        declared_only: bool,
    ) -> None:
        """Takes over the environments.

        Args:
            envs: One for each lane.
            contract: What the client was told.
            autoreset: The mode of this session.
            declared_only: Whether attributes must be on the environment's list of ``remote_attributes``.
        """
        self._envs = envs
        self.count = len(envs)
        self._spec_hash = contract.spec_hash
        self._observation = Layout(envs[0].observation_space, "observation")
        action = Layout(envs[0].action_space, "action")
        self.layouts = self._observation, action
        self._action = ActionReader(action, self.count)
        self.stepper = self._stepper_of(envs, autoreset)
        self.columns = self.stepper.columns
        self._was_reset = [False] * self.count
        self._attributes = Attributes(envs, declared_only)
        self._can_snapshot = "snapshot" in contract.capabilities
        self._said: set[str] = set()
        self.warnings: list[str] = []
        self._handlers: dict[str, Handler] = {
            "reset": self._reset,
            "step": self._step,
            "ping": lambda call, reply: None,
            "get_attribute": self._get_attribute,
            "set_attribute": self._set_attribute,
            "call_method": self._call_method,
            "render": self._render,
            "get_generator": self._get_generator,
            "set_generator": self._set_generator,
            "take_snapshot": self._take_snapshot,
            "restore_snapshot": self._restore_snapshot,
        }

    def _stepper_of(self, envs: list[gymnasium.Env[Any, Any]], autoreset: pb.AutoresetMode) -> Stepper:
        return Stepper(envs, self._observation, autoreset, self.warn)

    def perform(self, call: pb.Call, reply: pb.Reply) -> None:
        """Executes a call.

        Raises:
            Refused: It is malformed; the environments are as they were.
            LaneError: An environment raised.
        """
        kind = call.WhichOneof("kind")
        if kind is None or kind not in self._handlers:
            raise Refused("UNKNOWN_CALL", "This host does not know that kind of call.")
        try:
            if call.generators:
                self._write_generators(call)
            self._handlers[kind](call, reply)
            if call.want_generators:
                self._read_generators(reply)
        except ProtocolError as error:
            raise refusal_of(error) from None
        finally:
            leave_forked_child()
            self.tell(reply)

    def addressed(self, call: pb.Call) -> list[int]:
        """The lanes that a call is for."""
        kind = call.WhichOneof("kind")
        message = getattr(call, kind) if kind else None
        if message is not None and hasattr(message, "lane_mask") and message.lane_mask:
            return [lane for lane, chosen in enumerate(message.lane_mask) if chosen]
        if message is not None and hasattr(message, "lane") and not getattr(message, "all_lanes", False):
            return [message.lane]
        return list(range(self.count))

    def ended(self) -> bytes:
        """One byte a lane, 1 where the episode has ended and no reset came."""
        return bytes(self.stepper.ended)

    def close(self) -> None:
        """Closes all environments.

        Raises:
            LaneError: What the first of them raised that did.
        """
        first: LaneError | None = None
        for lane, env in enumerate(self._envs):
            try:
                env.close()
            except BaseException as error:
                failure = LaneError(lane, error)
                traceback.print_exc()  # To stderr: of all but the first nobody else is told.
                first = first or failure
        if first is not None:
            raise first

    def warn(self, text: str) -> None:
        """Notes what was done in the user's stead; it is said once."""
        if text not in self._said and len(self._said) < 1000:
            self._said.add(text)
            self.warnings.append(text)

    def tell(self, reply: pb.Reply) -> None:
        """Writes the warnings that nobody was told yet."""
        if self.warnings:
            reply.warnings.extend(self.warnings)
            self.warnings.clear()

    def told(self) -> bytes:
        """The same as bytes of a reply."""
        reply = pb.Reply()
        self.tell(reply)
        return reply.SerializeToString()

    # ---- steps

    def step_all(self, actions: Sequence[Any], want_info: bool) -> bytes:
        """Steps all lanes into their columns.

        Returns:
            What does not go into columns, as bytes of a reply.

        Raises:
            LaneError: An environment raised.
        """
        return self.stepper.many(actions, range(self.count), want_info)

    def _step(self, call: pb.Call, reply: pb.Reply) -> None:
        step, stepper = call.step, self.stepper
        if stepper.is_single:
            action = self._action.one(step)
            if step.lane_mask:
                self._mask(step.lane_mask)
            rest = stepper.one(action, step.want_info)
        else:
            actions = self._action.all(step)
            rest = stepper.many(actions, self._mask(step.lane_mask), step.want_info)
        reply.MergeFromString(rest)
        reply.env_us = stepper.env_us
        self.columns.write(reply)

    def _reset(self, call: pb.Call, reply: pb.Reply) -> None:
        reset = call.reset
        seeds = self._seeds_of(reset)
        chosen = self._mask(reset.lane_mask)
        options = options_of(reset)
        types = None
        before = time.perf_counter_ns()
        for lane in chosen:
            try:
                result = self._envs[lane].reset(seed=seeds[lane], options=options)
                observation, info = results.of_reset(result)
                leave_forked_child()
                self.stepper.ended[lane] = False
                self._was_reset[lane] = True
                types = self.columns.put(lane, observation, self.warn)
                if info:
                    self.stepper.encode_info(info, reply.infos.add(lane=lane).info, "info")
            except BaseException as error:
                raise LaneError(lane, error, results.method_of(self._envs[lane], "reset")) from None
        reply.env_us = (time.perf_counter_ns() - before) // 1000
        self.columns.write_observations(reply)
        if self.count == 1:
            note_leaves(reply, types)

    def _seeds_of(self, reset: pb.Reset) -> list[int | None]:
        if reset.seeds and len(reset.seeds) != self.count:
            raise Refused(
                "BAD_REQUEST", f"seeds: {self.count} expected, one a lane, got {len(reset.seeds)}", field="seeds"
            )
        return [_seeding.decode_seed(seed) for seed in reset.seeds] or [None] * self.count

    def shrink(self, reply: pb.Reply, limit: int) -> None:
        """Leaves out the largest entries of infos, until a reply fits into a message."""
        entries = [
            (value.ByteSize(), lane_info.lane, name, index, getattr(lane_info, name).dict)
            for lane_info in reply.infos
            for name in ("info", "final_info")
            for index, value in enumerate(getattr(lane_info, name).dict.values)
        ]
        excess = reply.ByteSize() + _WARNING_BYTES - limit
        dropped: list[tuple[int, Any]] = []
        for size, _, name, index, message in sorted(entries, key=lambda entry: entry[:4], reverse=True):
            if excess <= 0:
                break
            excess -= size
            dropped.append((index, message))
            key = _values.decode(message.keys[index], "key")
            self.warn(
                f"{name}[{key!r:.80}] of {size:,} bytes was left out: a reply may have {limit:,} bytes; "
                "--max-message-bytes of the host raises it."
            )
        for index, message in sorted(dropped, key=lambda item: item[0], reverse=True):
            del message.keys[index]
            del message.values[index]
        self.tell(reply)

    def _mask(self, mask: bytes) -> Iterable[int]:
        if not mask:
            return range(self.count)
        if len(mask) != self.count:
            text = f"lane mask: {self.count} bytes expected, one a lane, got {len(mask)}"
            raise Refused("LANES_INVALID", text, lanes=self.count, got=len(mask))
        for lane, byte in enumerate(mask):
            if byte > 1:
                text = f"lane mask: 0 or 1 is expected, got {byte} for lane {lane}"
                raise Refused("LANES_INVALID", text, lanes=self.count, got=byte)
        if not any(mask):
            text = "lane mask: at least one lane must be chosen"
            raise Refused("LANES_INVALID", text, lanes=self.count, got=0)
        return [lane for lane, chosen in enumerate(mask) if chosen]

    # ---- everything else

    def _render(self, call: pb.Call, reply: pb.Reply) -> None:
        self._fill(reply, call.render, lambda lane: self._envs[lane].render(), "frame")

    def _get_attribute(self, call: pb.Call, reply: pb.Reply) -> None:
        message = call.get_attribute
        values = [self._attributes.get(lane, message.name) for lane in self._lanes_of(message)]
        if not message.all_lanes and not _is_value(values[0]):
            return  # No value: it is a method, see call_method.
        by_lane = dict(zip(self._lanes_of(message), values, strict=True))
        self._fill(reply, message, by_lane.__getitem__, message.name)

    def _set_attribute(self, call: pb.Call, reply: pb.Reply) -> None:
        message = call.set_attribute
        value = _values.decode(message.value, message.name)
        lanes = self._lanes_of(message)
        values = [value]
        if message.all_lanes:
            if type(value) is not tuple or len(value) != self.count:
                text = f"{message.name}: a tuple of {self.count} values, one a lane, was expected"
                raise Refused("LANES_INVALID", text, lanes=self.count, got=len(value) if type(value) is tuple else 0)
            values = list(value)
        for lane, item in zip(lanes, values, strict=True):
            self._attributes.set(lane, message.name, item, message.force)

    def _call_method(self, call: pb.Call, reply: pb.Reply) -> None:
        method = call.call_method
        arguments = [_values.decode(item, f"argument {index}") for index, item in enumerate(method.arguments)]
        keywords = (
            _values.decode(method.keyword_arguments, "keyword arguments")
            if method.HasField("keyword_arguments")
            else {}
        )
        if type(keywords) is not dict or not all(type(key) is str for key in keywords):
            raise Refused(
                "BAD_REQUEST", "keyword arguments: a dict with text keys was expected", field="keyword_arguments"
            )
        functions = {lane: self._attributes.get(lane, method.name, False) for lane in self._lanes_of(method)}

        def result(lane: int) -> Any:
            function = functions[lane]
            return function(*arguments, **keywords) if callable(function) else function

        self._fill(reply, method, result, f"result of {method.name}")

    def _fill(self, reply: pb.Reply, message: Any, value: Callable[[int], Any], name: str) -> None:
        before = time.perf_counter_ns()
        results = []
        for lane in self._lanes_of(message):
            try:
                results.append(_values.encode(value(lane), name))
            except BaseException as error:
                raise LaneError(lane, error) from None
        if message.all_lanes:
            reply.value.tuple.items.extend(results)
        else:
            reply.value.CopyFrom(results[0])
        reply.env_us = (time.perf_counter_ns() - before) // 1000

    def _lanes_of(self, message: Any) -> list[int]:
        if message.all_lanes:
            return list(range(self.count))
        return [self._lane(message.lane)]

    def _lane(self, lane: int) -> int:
        if lane >= self.count:
            text = f"lane {lane}; this session has the lanes 0 to {self.count - 1}"
            raise Refused("LANES_INVALID", text, lanes=self.count, got=lane)
        return lane

    # ---- generators and snapshots

    def _get_generator(self, call: pb.Call, reply: pb.Reply) -> None:
        self._read_generator(self._lane(call.get_generator.lane), reply.generator)

    def _read_generator(self, lane: int, out: values_pb2.GeneratorState) -> None:
        try:
            env = self._envs[lane].unwrapped
            # Seeds it from the system's entropy if nothing has yet, as Gymnasium does on first use.
            _seeding.encode_generator(env.np_random, env.np_random_seed, out)
        except BaseException as error:
            raise LaneError(lane, error) from None

    def _read_generators(self, reply: pb.Reply) -> None:
        for lane in range(self.count):
            self._read_generator(lane, reply.generators.add(lane=lane).state)

    def _set_generator(self, call: pb.Call, reply: pb.Reply) -> None:
        lane = self._lane(call.set_generator.lane)
        generator, _ = _seeding.decode_generator(call.set_generator.state)
        try:
            self._envs[lane].unwrapped.np_random = generator
        except BaseException as error:
            raise LaneError(lane, error) from None

    def _write_generators(self, call: pb.Call) -> None:
        states = [(self._lane(item.lane), _seeding.decode_state(item.state)[0]) for item in call.generators]
        for lane, state in states:
            try:
                env = self._envs[lane].unwrapped
                bit_generator = env.np_random.bit_generator
                if isinstance(bit_generator, np.random.PCG64):
                    # In place: the environment may hold the generator by another name.
                    bit_generator.state = state  # type: ignore[assignment]
                else:
                    name = type(bit_generator).__name__
                    raise TypeError(f"The environment's generator is {name}; only PCG64 can be written from outside.")
            except BaseException as error:
                raise LaneError(lane, error) from None

    def _take_snapshot(self, call: pb.Call, reply: pb.Reply) -> None:
        self._check_snapshot()
        for lane in self._mask(call.take_snapshot.lane_mask):
            snapshot = reply.snapshots.add(
                lane=lane, was_reset=self._was_reset[lane], ended=self.stepper.ended[lane], spec_hash=self._spec_hash
            )
            try:
                snapshots.take(self._envs[lane], snapshot)
            except BaseException as error:
                raise LaneError(lane, error) from None
            if self._was_reset[lane]:
                snapshot.observation.extend(self.columns.rows(lane))

    def _restore_snapshot(self, call: pb.Call, reply: pb.Reply) -> None:
        self._check_snapshot()
        lanes = call.restore_snapshot.lanes
        for snapshot in lanes:
            self._lane(snapshot.lane)
            if snapshot.spec_hash != self._spec_hash:
                text = "The snapshot was taken of an environment with other spaces."
                raise Refused("BAD_VALUE", text, path="spec_hash")
        if len({snapshot.lane for snapshot in lanes}) != len(lanes):
            raise Refused("LANES_INVALID", "restore: a lane is there twice", lanes=self.count, got=len(lanes))
        for snapshot in lanes:
            lane = snapshot.lane
            last: list[Any] = []
            if snapshot.observation:
                self._observation.check_count(snapshot.observation)
                parts = zip(self._observation.leaves, snapshot.observation, strict=True)
                last = [leaf.one(slab) for leaf, slab in parts]
            try:
                snapshots.restore(self._envs[lane], snapshot)
            except BaseException as error:
                raise LaneError(lane, error) from None
            self.columns.put_leaves(lane, last, self.warn)
            self._was_reset[lane], self.stepper.ended[lane] = snapshot.was_reset, snapshot.ended

    def _check_snapshot(self) -> None:
        if not self._can_snapshot:
            raise Refused(
                "CAPABILITY_MISSING",
                f"{type(self._envs[0].unwrapped).__name__} has no snapshot: it lacks the methods take_snapshot and "
                "restore_snapshot.",
                missing="snapshot",
                offered="",
            )


def options_of(reset: pb.Reset) -> dict[str, Any] | None:
    """The options of a reset; None where it has none.

    Raises:
        Refused: They are no dict.
    """
    options = _values.decode(reset.options, "options") if reset.HasField("options") else None
    if options is not None and type(options) is not dict:
        raise Refused("BAD_REQUEST", f"options: a dict was expected, got {type(options).__name__}", field="options")
    return options


def _is_value(value: Any) -> bool:
    """Whether an attribute is one that can be carried, and not a method or an object with methods."""
    if isinstance(value, gymnasium.Space):
        return True
    return not callable(value) and type(value).__module__.partition(".")[0] != "ale_py"
