"""A session of the Python host: the environments of its lanes, and the calls on them."""

from __future__ import annotations

import collections
import keyword
import struct
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from typing import Any

import gymnasium
import numpy as np

from gymbridge import _codec, _values
from gymbridge._generated import env_service_pb2 as pb
from gymbridge.errors import MessageTooLargeError, ProtocolError, class_name

CREDITS = 8
"""Calls in flight that Drive allows, and replies that are kept for a client that asks again."""

_PACK_FLOAT64 = struct.Struct("<d").pack
_FLAG_BYTES = {True: _codec.TRUE, False: _codec.FALSE}
_MAX_MESSAGE_CHARACTERS = 4096

# Read by name at any time; all else must be declared, unless the host serves its own user.
READABLE = ("metadata", "np_random_seed", "render_mode", "observation_space", "action_space")
# These would go past the session's count of calls and its autoreset.
_LIFECYCLE = frozenset(
    (
        *("reset", "step", "close", "render", "unwrapped", "np_random", "env"),
        *("get_wrapper_attr", "set_wrapper_attr", "has_wrapper_attr"),
    )
)


class Refused(Exception):
    """A call that is not executed and does not take its sequence number.

    Attributes:
        code: Name of the gRPC status.
        details: Its text.
    """

    def __init__(self, code: str, details: str) -> None:
        """Names the status."""
        super().__init__(details)
        self.code = code
        self.details = details


class LaneError(Exception):
    """What an environment raised; never leaves this module."""

    def __init__(self, lane: int, error: BaseException) -> None:
        """Notes the lane."""
        super().__init__(lane)
        self.lane = lane
        self.error = error


class HostSession:
    """Environments of one session; calls run one at a time, on whichever thread brings them.

    Attributes:
        session_id: 16 bytes.
        env_id: What was opened.
        lock: Held during a call.
        lease: Seconds without a call after which it is closed.
        last_call: When the last call ended, on the monotonic clock.
        last_seq: Sequence number of the last call that was executed.
        lanes: Count of lanes.
    """

    def __init__(
        self,
        session_id: bytes,
        env_id: str,
        envs: list[gymnasium.Env[Any, Any]],
        contract: pb.Contract,
        autoreset: pb.AutoresetMode,
        lease: float,
        declared_only: bool,
        detailed_errors: bool,
    ) -> None:
        """Takes over the environments.

        Args:
            session_id: 16 bytes.
            env_id: What was opened.
            envs: One for each lane.
            contract: What the client was told.
            autoreset: The mode of this session.
            lease: Seconds without a call after which it is closed.
            declared_only: Whether attributes must be on the environment's list of ``remote_attributes``.
            detailed_errors: Whether faults carry a stack trace.
        """
        self.session_id = session_id
        self.env_id = env_id
        self.contract = contract
        self.autoreset = autoreset
        self.lock = threading.Lock()
        self.lease = lease
        self.last_call = time.monotonic()
        self.last_seq = 0
        self.closed = False
        self.resume_token = b""
        self._envs = envs
        self._lanes = self.lanes = len(envs)
        self._limit = contract.max_message_bytes
        self._declared_only = declared_only
        self._detailed_errors = detailed_errors
        self._observation = _codec.Leaf(envs[0].observation_space, "observation")
        self._action = _codec.Leaf(envs[0].action_space, "action")
        self._column = self._observation.column(self._lanes)
        self._ended = [False] * self._lanes
        self._kept: collections.deque[tuple[int, bytes, bytes]] = collections.deque(maxlen=CREDITS)
        self._step_one = self._lanes == 1 and autoreset == pb.AUTORESET_MODE_DISABLED
        self._handlers: dict[str, Callable[[pb.Call, pb.Reply], None]] = {
            "reset": self._reset,
            "step": self._step,
            "ping": lambda call, reply: None,
            "get_attribute": self._get_attribute,
            "set_attribute": self._set_attribute,
            "call_method": self._call_method,
            "render": self._render,
            "get_generator": self._get_generator,
            "set_generator": self._set_generator,
        }

    def handle(self, call: pb.Call, data: bytes, started: int) -> bytes:
        """Executes a call, or gives the reply that was kept.

        Args:
            call: The call.
            data: Its bytes.
            started: When it came, in perf_counter nanoseconds.

        Returns:
            The reply's bytes.

        Raises:
            Refused: It is malformed or out of order.
        """
        with self.lock:
            if self.closed:
                raise Refused("NOT_FOUND", f"The session is closed; its last call was {self.last_seq}.")
            seq = call.seq
            if seq != self.last_seq + 1:
                return self._again(seq, data)
            reply = pb.Reply(seq=seq)
            try:
                if self._step_one and call.HasField("step"):
                    self._step_single(call.step, reply)
                else:
                    kind = call.WhichOneof("kind")
                    if kind is None:
                        raise Refused("UNIMPLEMENTED", "This host does not know that kind of call.")
                    self._handlers[kind](call, reply)
            except LaneError as failure:
                reply = pb.Reply(seq=seq, fault=self._fault(failure.error, [failure.lane]))
            except ProtocolError as error:
                raise Refused("INVALID_ARGUMENT", str(error)) from None
            reply.server_us = (time.perf_counter_ns() - started) // 1000
            raw = reply.SerializeToString()
            if len(raw) > self._limit:
                raw = self._too_large(seq, len(raw), call.WhichOneof("kind"))
            self.last_seq = seq
            self._kept.append((seq, data, raw))
            self.last_call = time.monotonic()
            return raw

    def _again(self, seq: int, data: bytes) -> bytes:
        for kept_seq, kept_data, kept_reply in self._kept:
            if kept_seq == seq:
                if kept_data != data:
                    raise Refused(
                        "INVALID_ARGUMENT", f"Call {seq} was already executed, with another content than this one."
                    )
                self.last_call = time.monotonic()
                return kept_reply
        raise Refused(
            "FAILED_PRECONDITION",
            f"Sequence number of session {self.session_id.hex()[:8]}: expected {self.last_seq + 1}, got {seq}.",
        )

    def _too_large(self, seq: int, size: int, kind: str) -> bytes:
        # In band, because the call was executed: the client's count must go on.
        error = MessageTooLargeError(
            f"The reply to {kind} has {size:,} bytes and is over the limit of {self._limit:,} bytes of this host; "
            "--max-message-bytes of the host raises it."
        )
        return pb.Reply(seq=seq, fault=self._fault(error, list(range(self._lanes)))).SerializeToString()

    def _fault(self, error: BaseException, lanes: list[int]) -> pb.Fault:
        return fault_of(error, lanes, self._detailed_errors)

    # ---- steps

    def _step_single(self, step: pb.Step, reply: pb.Reply) -> None:
        """One lane without autoreset: what a proxy of a single environment asks for."""
        if len(step.action) != 1:
            self._actions(step)
        action = self._action.one(step.action[0])
        if step.lane_mask:
            self._mask(step.lane_mask)
        try:
            before = time.perf_counter_ns()
            observation, reward, terminated, truncated, info = self._envs[0].step(action)
            reply.env_us = (time.perf_counter_ns() - before) // 1000
            if (
                type(observation) is np.ndarray
                and observation.dtype == self._observation.dtype
                and observation.shape == self._observation.shape
            ):
                leaf_type = pb.PYTHON_TYPE_DEFAULT
                reply.observation.append(observation.tobytes())
            else:
                leaf_type = self._observation.type_of(observation, 0)
                reply.observation.append(np.asarray(observation, self._observation.dtype).tobytes())
            if type(reward) is not float or type(terminated) is not bool or type(truncated) is not bool or leaf_type:
                _note_types(reply, leaf_type, reward, terminated, truncated)
            reply.reward = _PACK_FLOAT64(_number(reward))
            reply.terminated = _FLAG_BYTES[_flag(terminated, "terminated")]
            reply.truncated = _FLAG_BYTES[_flag(truncated, "truncated")]
            if info and step.want_info:
                reply.infos.add().info.CopyFrom(_encoded_info(info))
            elif type(info) is not dict:
                _encoded_info(info)
        except Refused:
            raise
        except BaseException as error:
            raise LaneError(0, error) from None

    def _step(self, call: pb.Call, reply: pb.Reply) -> None:
        step = call.step
        actions = self._actions(step)
        chosen = self._mask(step.lane_mask)
        lanes = self._lanes
        rewards = np.zeros(lanes, "<f8")
        terminated, truncated, final = bytearray(lanes), bytearray(lanes), bytearray(lanes)
        finals: list[bytes] = []
        types = _Types(lanes == 1)
        before = time.perf_counter_ns()
        for lane in chosen:
            env = self._envs[lane]
            final_info: Any = None
            try:
                if self._ended[lane] and self.autoreset == pb.AUTORESET_MODE_NEXT_STEP:
                    # The action is ignored: this step only starts the next episode.
                    self._ended[lane] = False
                    observation, info = env.reset()
                    types.see_observation(self._put(lane, observation))
                else:
                    observation, reward, ends, cut, info = env.step(actions[lane])
                    types.see_numbers(reward, ends, cut)
                    rewards[lane] = _number(reward)
                    terminated[lane], truncated[lane] = _flag(ends, "terminated"), _flag(cut, "truncated")
                    self._ended[lane] = bool(terminated[lane] or truncated[lane])
                    leaf_type = self._put(lane, observation)
                    types.see_observation(leaf_type)
                    if self._ended[lane] and self.autoreset == pb.AUTORESET_MODE_SAME_STEP:
                        final[lane] = 1
                        final_info = info
                        finals.append(self._column[lane].tobytes())
                        types.see_final(leaf_type)
                        self._ended[lane] = False
                        observation, info = env.reset()
                        self._put(lane, observation)
                if step.want_info and (info or final_info):
                    lane_info = reply.infos.add(lane=lane)
                    if info:
                        lane_info.info.CopyFrom(_encoded_info(info))
                    if final_info:
                        lane_info.final_info.CopyFrom(_encoded_info(final_info))
            except BaseException as error:
                raise LaneError(lane, error) from None
        reply.env_us = (time.perf_counter_ns() - before) // 1000
        reply.observation.append(self._column.tobytes())
        reply.reward = rewards.tobytes()
        reply.terminated = bytes(terminated)
        reply.truncated = bytes(truncated)
        if finals:
            reply.final_observation.append(b"".join(finals))
            reply.final_lanes = bytes(final)
        types.write(reply)

    def _reset(self, call: pb.Call, reply: pb.Reply) -> None:
        reset = call.reset
        if reset.seeds and len(reset.seeds) != self._lanes:
            raise Refused("INVALID_ARGUMENT", f"seeds: {self._lanes} expected, one a lane, got {len(reset.seeds)}")
        seeds = [_codec.decode_seed(seed) for seed in reset.seeds] or [None] * self._lanes
        chosen = self._mask(reset.lane_mask)
        options = _values.decode(reset.options, "options") if reset.HasField("options") else None
        if options is not None and type(options) is not dict:
            raise Refused("INVALID_ARGUMENT", f"options: a dict was expected, got {type(options).__name__}")
        types = _Types(self._lanes == 1)
        before = time.perf_counter_ns()
        for lane in chosen:
            try:
                observation, info = self._envs[lane].reset(seed=seeds[lane], options=options)
                self._ended[lane] = False
                types.see_observation(self._put(lane, observation))
                if info:
                    reply.infos.add(lane=lane).info.CopyFrom(_encoded_info(info))
            except BaseException as error:
                raise LaneError(lane, error) from None
        reply.env_us = (time.perf_counter_ns() - before) // 1000
        reply.observation.append(self._column.tobytes())
        types.write(reply)

    def _put(self, lane: int, observation: Any) -> pb.PythonType:
        leaf_type = self._observation.type_of(observation, lane)
        self._column[lane] = observation
        return leaf_type

    def _actions(self, step: pb.Step) -> Any:
        """The actions by lane: NumPy scalars for a Discrete, arrays of their own for a Box."""
        if len(step.action) != 1:
            raise Refused("INVALID_ARGUMENT", f"1 action leaf expected, got {len(step.action)}")
        # A Box's rows are views of one fresh array; no two lanes share bytes.
        return self._action.batch(step.action[0], self._lanes)

    def _mask(self, mask: bytes) -> Iterable[int]:
        if not mask:
            return range(self._lanes)
        if len(mask) != self._lanes:
            raise Refused("INVALID_ARGUMENT", f"lane mask: {self._lanes} bytes expected, one a lane, got {len(mask)}")
        if not any(mask):
            raise Refused("INVALID_ARGUMENT", "lane mask: at least one lane must be chosen")
        return [lane for lane, flag in enumerate(mask) if flag]

    # ---- everything else

    def _render(self, call: pb.Call, reply: pb.Reply) -> None:
        lane = self._lane(call.render.lane)
        self._fill(reply, lane, lambda: _values.encode(self._envs[lane].render(), "frame"))

    def _get_generator(self, call: pb.Call, reply: pb.Reply) -> None:
        lane = self._lane(call.get_generator.lane)
        try:
            env = self._envs[lane].unwrapped
            # Seeds it from the system's entropy if nothing has yet, as Gymnasium does on first use.
            _codec.encode_generator(env.np_random, env.np_random_seed, reply.generator)
        except BaseException as error:
            raise LaneError(lane, error) from None

    def _set_generator(self, call: pb.Call, reply: pb.Reply) -> None:
        lane = self._lane(call.set_generator.lane)
        generator, seed = _codec.decode_generator(call.set_generator.state)
        try:
            env = self._envs[lane].unwrapped
            env.np_random = generator
            if seed is not None:
                env._np_random_seed = seed
        except BaseException as error:
            raise LaneError(lane, error) from None

    def _get_attribute(self, call: pb.Call, reply: pb.Reply) -> None:
        lane = self._lane(call.get_attribute.lane)
        name = call.get_attribute.name
        self._check_name(name)
        value = self._attribute(lane, name)
        self._check_declared(lane, name, name in READABLE)
        if callable(value) and not isinstance(value, gymnasium.Space):
            return  # No value: it is a method, see call_method.
        self._fill(reply, lane, lambda: _values.encode(value, name))

    def _set_attribute(self, call: pb.Call, reply: pb.Reply) -> None:
        lane = self._lane(call.set_attribute.lane)
        name = call.set_attribute.name
        self._check_name(name)
        if name in _LIFECYCLE or name in READABLE:
            raise Refused("PERMISSION_DENIED", f"The attribute '{name}' cannot be set from outside.")
        self._check_declared(lane, name, False)
        value = _values.decode(call.set_attribute.value, name)
        try:
            self._envs[lane].set_wrapper_attr(name, value)
        except BaseException as error:
            raise LaneError(lane, error) from None

    def _call_method(self, call: pb.Call, reply: pb.Reply) -> None:
        method = call.call_method
        lane = self._lane(method.lane)
        self._check_name(method.name)
        if method.name in _LIFECYCLE:
            raise Refused("PERMISSION_DENIED", f"The method '{method.name}' cannot be called by name.")
        arguments = [_values.decode(item, f"argument {index}") for index, item in enumerate(method.arguments)]
        keywords = (
            _values.decode(method.keyword_arguments, "keyword arguments")
            if method.HasField("keyword_arguments")
            else {}
        )
        if type(keywords) is not dict or not all(type(key) is str for key in keywords):
            raise Refused("INVALID_ARGUMENT", "keyword arguments: a dict with text keys was expected")
        function = self._attribute(lane, method.name)
        self._check_declared(lane, method.name, not callable(function) and method.name in READABLE)

        def result() -> Any:
            value = function(*arguments, **keywords) if callable(function) else function
            return _values.encode(value, f"result of {method.name}")

        self._fill(reply, lane, result)

    def _attribute(self, lane: int, name: str) -> Any:
        if name in _LIFECYCLE:
            raise Refused("PERMISSION_DENIED", f"The attribute '{name}' cannot be reached by name.")
        try:
            return self._envs[lane].get_wrapper_attr(name)
        except BaseException as error:
            raise LaneError(lane, error) from None

    def _check_name(self, name: str) -> None:
        if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_") or len(name) > 256:
            raise Refused(
                "PERMISSION_DENIED", f"{name[:256]!r} cannot be reached: a name without leading underscore is needed."
            )

    def _check_declared(self, lane: int, name: str, always: bool) -> None:
        if always or not self._declared_only:
            return
        declared = getattr(self._envs[lane].unwrapped, "remote_attributes", ())
        if name not in declared:
            listed = ", ".join(sorted({*READABLE, *declared}))
            raise Refused(
                "PERMISSION_DENIED",
                f"The attribute '{name}' is not on the list of what this host gives away: {listed}. An environment "
                "declares more by its class attribute remote_attributes; --attributes public opens all public ones.",
            )

    def _fill(self, reply: pb.Reply, lane: int, value: Callable[[], Any]) -> None:
        before = time.perf_counter_ns()
        try:
            reply.value.CopyFrom(value())
        except BaseException as error:
            raise LaneError(lane, error) from None
        reply.env_us = (time.perf_counter_ns() - before) // 1000

    def _lane(self, lane: int) -> int:
        if lane >= self._lanes:
            raise Refused("INVALID_ARGUMENT", f"lane {lane}; this session has the lanes 0 to {self._lanes - 1}")
        return lane

    def expired(self, now: float) -> bool:
        """Whether the lease has ended; never while a call runs."""
        return not self.lock.locked() and now - self.last_call > self.lease

    def close(self) -> None:
        """Closes the environments; twice is fine."""
        with self.lock:
            if self.closed:
                return
            self.closed = True
            for env in self._envs:
                try:
                    env.close()
                except Exception:
                    traceback.print_exc()  # To stderr: nobody is left to tell.


def fault_of(error: BaseException, lanes: list[int], detailed: bool = False) -> pb.Fault:
    """An exception as it goes over the wire.

    Args:
        error: The exception.
        lanes: Where it happened.
        detailed: Whether to send the stack trace.
    """
    message = str(error)
    if isinstance(error, KeyError) and len(error.args) == 1 and isinstance(error.args[0], str):
        message = error.args[0]  # str() of a KeyError is the repr of its key.
    if len(message) > _MAX_MESSAGE_CHARACTERS:
        message = message[:_MAX_MESSAGE_CHARACTERS] + " ... (cut)"
    fault = pb.Fault(lanes=lanes, python_class=class_name(error), message=_carried(message), recoverable=True)
    if detailed:
        frames = "".join(traceback.format_tb(error.__traceback__))[-_MAX_MESSAGE_CHARACTERS:]
        fault.trace = _carried(f"Traceback (most recent call last):\n{frames}")
    return fault


class _Types:
    """Python types of a reply that are not the contract's defaults.

    With many lanes only those of final observations count: all else ends up in arrays.
    """

    __slots__ = ("_leaf", "_numbers", "_single")

    def __init__(self, single: bool) -> None:
        self._single = single
        self._leaf = pb.PYTHON_TYPE_DEFAULT
        self._numbers: tuple[Any, Any, Any] | None = None

    def see_observation(self, leaf_type: pb.PythonType) -> None:
        if self._single:
            self._leaf = leaf_type

    def see_final(self, leaf_type: pb.PythonType) -> None:
        self._leaf = leaf_type

    def see_numbers(self, reward: Any, terminated: Any, truncated: Any) -> None:
        if self._single:
            self._numbers = (reward, terminated, truncated)

    def write(self, reply: pb.Reply) -> None:
        reward, terminated, truncated = self._numbers or (0.0, False, False)
        default = type(reward) is float and type(terminated) is bool and type(truncated) is bool
        if self._leaf or not default:
            _note_types(reply, self._leaf, reward, terminated, truncated)


def _note_types(reply: pb.Reply, leaf: pb.PythonType, reward: Any, terminated: Any, truncated: Any) -> None:
    types = reply.python_types
    types.SetInParent()
    if type(reward) is not float:
        types.reward = _codec.python_type_of(reward)
    if type(terminated) is not bool:
        types.terminated = _codec.python_type_of(terminated)
    if type(truncated) is not bool:
        types.truncated = _codec.python_type_of(truncated)
    if leaf:
        types.observation_leaves.append(leaf)


def _number(reward: Any) -> float:
    """A reward as float64.

    Raises:
        TypeError: It is no real number.
    """
    if type(reward) is float:
        return reward
    if isinstance(reward, (int, float, np.bool_, np.integer, np.floating)) or (
        isinstance(reward, np.ndarray) and reward.shape == () and reward.dtype.kind in "biuf"
    ):
        return float(reward)
    raise TypeError(f"reward: a number is expected, got {type(reward).__name__} {reward!r:.80}")


def _flag(value: Any, name: str) -> bool:
    """A flag as bool.

    Raises:
        TypeError: It is neither a bool nor an integer.
    """
    if type(value) is bool:
        return value
    if isinstance(value, (int, np.bool_, np.integer)) or (
        isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind in "biu"
    ):
        return bool(value)
    raise TypeError(f"{name}: a bool is expected, got {type(value).__name__} {value!r:.80}")


def _encoded_info(info: Any) -> Any:
    if type(info) is not dict:
        raise TypeError(f"info: a dict is expected, got {type(info).__name__} {info!r:.80}")
    return _values.encode(info, "info")


def _carried(text: str) -> str:
    """Text that protobuf takes: lone surrogates are shown as their escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
