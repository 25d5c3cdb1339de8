"""A session whose lanes are a vector environment of Python's own.

ALE's C++ lanes, Gymnasium's CartPoleVectorEnv, or its AsyncVectorEnv of single environments.
"""

from __future__ import annotations

import inspect
import mmap
import time
from collections.abc import Iterable, Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.envs import registration
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv, VectorEnv
from gymnasium.vector.utils import concatenate, create_empty_array, iterate

from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host import extras
from gymbridge._host.contract import CAPABILITIES
from gymbridge._host.faults import LaneError, leave_forked_child
from gymbridge._host.lanes import Lanes, options_of
from gymbridge._host.refused import Refused
from gymbridge._host.stepping import Stepper
from gymbridge._host.vector_infos import FINAL_OBSERVATION, VectorInfos
from gymbridge._leaves import FixedLeaf, Layout, Warn
from gymbridge._proxy import AUTORESET_TO_WIRE
from gymbridge._python_types import flag, reward_number
from gymbridge._shm.layout import FileLayout

VECTOR_ENTRY_POINT = "vector_entry_point"
ASYNC = "async_lanes"

# What needs an environment for each lane.
_LACKING = frozenset(("generator", "live_generator", "partial_reset", "raw", "snapshot", "step_some_lanes"))

_ALE_SEEDS = 2**31 - 1


def wanted(want: Any) -> str | None:
    """The vectorization that a client wants to have hosted as it is; None for environments one by one."""
    return VECTOR_ENTRY_POINT if VECTOR_ENTRY_POINT in want else "async" if ASYNC in want else None


def make(
    spec: registration.EnvSpec,
    vectorization: str,
    lanes: int,
    kwargs: dict[str, Any],
    render_mode: str | None,
    autoreset: pb.AutoresetMode,
) -> VectorEnv[Any, Any, Any]:
    """Makes a vector environment, as ``gymnasium.make_vec`` does.

    Args:
        spec: What to make; its time limit and wrappers are the ones that apply.
        vectorization: ``vector_entry_point`` or ``async``.
        lanes: How many.
        kwargs: The environment's own parameters.
        render_mode: As in Gymnasium.
        autoreset: What the session was opened with.

    Raises:
        Refused: There is no vector environment, or none with that autoreset mode.
        LaneError: Its constructor raised.
    """
    mode = AutoresetMode(next(name for name, number in AUTORESET_TO_WIRE.items() if number == autoreset))
    vector_kwargs: dict[str, Any] = {}
    if render_mode is not None:
        kwargs = {**kwargs, "render_mode": render_mode}
    if vectorization == VECTOR_ENTRY_POINT:
        if spec.vector_entry_point is None:
            text = f"'{spec.id}' has no vector form of its own (vector_entry_point); leave it to make single ones."
            raise Refused("CAPABILITY_MISSING", text, missing=VECTOR_ENTRY_POINT, offered="")
        if _takes_autoreset(spec):
            kwargs = {**kwargs, "autoreset_mode": mode}
    else:
        # The host has threads, and a fork of it would hold their locks for ever.
        vector_kwargs = {"autoreset_mode": mode, "context": "spawn"}
    try:
        env = gymnasium.make_vec(spec, lanes, vectorization, vector_kwargs, **kwargs)
    except BaseException as error:
        raise LaneError(0, extras.with_advice(error)) from None
    found = env.metadata.get("autoreset_mode", mode)
    if found != mode:
        env.close()
        text = f"The vector form of '{spec.id}' starts episodes by the mode '{found.value}' alone, not '{mode.value}'."
        raise Refused("AUTORESET_NOT_OFFERED", text, asked=autoreset, offered=found.value)
    return env


def _takes_autoreset(spec: registration.EnvSpec) -> bool:
    creator: Any = spec.vector_entry_point
    try:
        if isinstance(creator, str):
            creator = registration.load_env_creator(creator)
        return "autoreset_mode" in inspect.signature(creator).parameters
    except BaseException as error:
        raise LaneError(0, extras.with_advice(error)) from None


class Lane(gymnasium.Env[Any, Any]):
    """One lane as far as it can be told from outside: its spaces, and the attributes of the whole."""

    def __init__(self, vector: VectorEnv[Any, Any, Any]) -> None:
        """Looks at a vector environment."""
        self.vector = vector
        self.observation_space = vector.single_observation_space
        self.action_space = vector.single_action_space
        self.metadata = {
            key: value.value if isinstance(value, AutoresetMode) else value for key, value in vector.metadata.items()
        }
        self.render_mode = vector.render_mode

    def has_wrapper_attr(self, name: str) -> bool:
        """Whether the vector environment has it."""
        return hasattr(self.vector, name)

    def get_wrapper_attr(self, name: str) -> Any:
        """The vector environment's attribute."""
        return getattr(self, name) if name in vars(self) else getattr(self.vector, name)

    def set_wrapper_attr(self, name: str, value: Any, *, force: bool = True) -> bool:
        """Sets the vector environment's attribute."""
        setattr(self.vector, name, value)
        return True

    @property
    def unwrapped(self) -> Any:
        """The vector environment."""
        return self.vector.unwrapped


def capabilities(offered: Any) -> list[str]:
    """What a session of such lanes can do, of what one of single environments can."""
    return sorted(set(offered) - _LACKING)


class _VectorStepper(Stepper):
    """Steps all lanes of a vector environment at once."""

    def __init__(
        self,
        vector: VectorEnv[Any, Any, Any],
        lanes: list[gymnasium.Env[Any, Any]],
        observation: Layout,
        autoreset: pb.AutoresetMode,
        warn: Warn,
    ) -> None:
        """Takes the environment."""
        super().__init__(lanes, observation, autoreset, warn)
        self._vector = vector
        self.is_single = False
        root = observation.root
        self._is_one_array = isinstance(root, FixedLeaf) and not root.discrete
        self.infos = VectorInfos(len(lanes), self.encode_info)
        self._outcomes = self._arrays()

    def move(self, memory: mmap.mmap | memoryview, at: FileLayout) -> None:
        """Steps into columns of shared memory from now on."""
        super().move(memory, at)
        self._outcomes = self._arrays()

    def _arrays(self) -> tuple[Any, Any, Any]:
        """Rewards and flags as arrays."""
        columns = self.columns
        ends, cuts = np.frombuffer(columns.terminated, np.bool_), np.frombuffer(columns.truncated, np.bool_)
        return np.asarray(columns.rewards), ends, cuts

    def many(self, actions: Sequence[Any], chosen: Iterable[int], want_info: bool) -> bytes:
        """Steps all lanes; see :meth:`Stepper.many`."""
        rest = b""
        lanes = len(self.ended)
        reward_column, ends, cuts = self._outcomes
        try:
            self.started = before = time.perf_counter_ns()
            observations, rewards, terminated, truncated, infos = self._vector.step(self._batch(actions))
            leave_forked_child()
            self.env_us = (time.perf_counter_ns() - before) // 1000
            self.put_all(observations)
            reward_column[:] = _rewards(rewards, lanes)
            ends[:] = _flags(terminated, "terminated", lanes)
            cuts[:] = _flags(truncated, "truncated", lanes)
            ended = ends | cuts
            final = None
            if not self._same_step:
                self.ended[:] = ended.tolist()
            elif ended.any():
                final = ended
                rest = self._finals(infos, final)
            if want_info:
                rest += self.infos.write(infos, final)
        except BaseException as error:
            raise LaneError(0, error) from None
        return rest

    def _batch(self, actions: Sequence[Any]) -> Any:
        """Actions by lane as the environment takes them."""
        space, lanes = self._vector.single_action_space, len(self.ended)
        if isinstance(actions, np.ndarray) and actions.dtype == space.dtype:
            return actions
        if isinstance(space, spaces.Discrete) and {type(action) for action in actions} == {space.dtype.type}:
            return np.array(actions, space.dtype)
        empty: Any = create_empty_array(space, lanes)
        return concatenate(space, actions, empty)

    def put_all(self, observations: Any) -> None:
        """Writes the observations of all lanes."""
        if self._is_one_array and type(observations) is np.ndarray:
            self.columns.observations[0][:] = observations
            return
        for lane, observation in enumerate(iterate(self._vector.observation_space, observations)):
            self.columns.put(lane, observation, self._warn)

    def _finals(self, infos: Any, final: Any) -> bytes:
        """The last observations of the lanes that ended: in the columns for the time it takes to write them."""
        given = infos[FINAL_OBSERVATION]
        kept = [column.copy() for column in self.columns.observations]
        rows = []
        for lane in np.flatnonzero(final):
            row = given[lane] if isinstance(given, np.ndarray) else _part(given, lane)
            self.columns.put(int(lane), row, self._warn)
            rows.append(self.columns.rows(int(lane)))
        for column, former in zip(self.columns.observations, kept, strict=True):
            column[:] = former
        reply = pb.Reply(final_lanes=bytes(bool(value) for value in final))
        reply.final_observation.extend(b"".join(column) for column in zip(*rows, strict=True))
        return reply.SerializeToString()


class VectorLanes(Lanes):
    """The lanes of one vector environment; calls reach it as ``reset`` and ``step`` of all of them."""

    def __init__(
        self,
        vector: VectorEnv[Any, Any, Any],
        contract: pb.Contract,
        autoreset: pb.AutoresetMode,
        declared_only: bool,
    ) -> None:
        """Takes over the environment; the arguments are those of :class:`Lanes`."""
        self._vector = vector
        super().__init__([Lane(vector) for _ in range(vector.num_envs)], contract, autoreset, declared_only)
        self._is_ale = type(vector.unwrapped).__module__.partition(".")[0] == "ale_py"

    def close(self) -> None:
        """Closes the environment."""
        self._envs = [self._vector]  # type: ignore[list-item]
        super().close()

    def _stepper_of(self, envs: list[gymnasium.Env[Any, Any]], autoreset: pb.AutoresetMode) -> Stepper:
        self._all_lanes = _VectorStepper(self._vector, envs, self._observation, autoreset, self.warn)
        return self._all_lanes

    def _step(self, call: pb.Call, reply: pb.Reply) -> None:
        self._all(call.step.lane_mask, "step_some_lanes")
        super()._step(call, reply)

    def _reset(self, call: pb.Call, reply: pb.Reply) -> None:
        reset = call.reset
        seeds = self._seeds_of(reset)
        self._all(reset.lane_mask, "partial_reset")
        options = options_of(reset)
        try:
            before = time.perf_counter_ns()
            observations, infos = self._vector.reset(seed=self._seed(seeds), options=options)
            leave_forked_child()
            reply.env_us = (time.perf_counter_ns() - before) // 1000
            self._all_lanes.put_all(observations)
            self.stepper.ended[:] = [False] * self.count
            self._was_reset = [True] * self.count
            self.columns.write_observations(reply)
            reply.MergeFromString(self._all_lanes.infos.write(infos, None))
        except BaseException as error:
            raise LaneError(0, error) from None

    def _seed(self, seeds: list[int | None]) -> Any:
        """The seed as one says it in Python: a number where lane i has that number and i, else one for each."""
        first = seeds[0]
        if all(seed is None for seed in seeds):
            return None
        if self._is_ale and any(seed is not None and seed > _ALE_SEEDS for seed in seeds):
            # Agents' seeds are greater than its 32 bits; its single environments hash theirs, too.
            hashed = [np.random.SeedSequence(seed).generate_state(1)[0] for seed in seeds]
            return np.array(hashed, np.int64) & _ALE_SEEDS
        if first is not None and seeds == list(range(first, first + self.count)):
            return first
        return seeds if isinstance(self._vector, (SyncVectorEnv, AsyncVectorEnv)) else np.array(seeds)

    def _render(self, call: pb.Call, reply: pb.Reply) -> None:
        try:
            frames: Any = self._vector.render()
        except BaseException as error:
            raise LaneError(0, error) from None
        self._fill(reply, call.render, lambda lane: None if frames is None else frames[lane], "frame")

    def _all(self, mask: bytes, capability: str) -> None:
        if mask and len(list(self._mask(mask))) < self.count:
            raise self._lacks(capability)

    def _get_generator(self, call: pb.Call, reply: pb.Reply) -> None:
        raise self._lacks("generator")

    def _set_generator(self, call: pb.Call, reply: pb.Reply) -> None:
        raise self._lacks("generator")

    def _read_generators(self, reply: pb.Reply) -> None:
        raise self._lacks("live_generator")

    def _write_generators(self, call: pb.Call) -> None:
        raise self._lacks("live_generator")

    def _lacks(self, capability: str) -> Refused:
        text = f"{type(self._vector).__name__} moves all its lanes together, without {capability}."
        return Refused("CAPABILITY_MISSING", text, missing=capability, offered=", ".join(capabilities(CAPABILITIES)))


def _part(given: Any, lane: Any) -> Any:
    """A lane's part of a batch in dicts and tuples of arrays."""
    if isinstance(given, dict):
        return {key: _part(value, lane) for key, value in given.items()}
    if isinstance(given, tuple):
        return tuple(_part(value, lane) for value in given)
    return given[lane]


def _rewards(rewards: Any, lanes: int) -> Any:
    """Rewards by lane as numbers that float64 takes."""
    if type(rewards) is np.ndarray and rewards.shape == (lanes,) and rewards.dtype.kind in "biuf":
        return rewards
    return [reward_number(reward) for reward in rewards]


def _flags(flags: Any, name: str, lanes: int) -> Any:
    """Flags by lane."""
    if type(flags) is np.ndarray and flags.shape == (lanes,) and flags.dtype == np.bool_:
        return flags
    return np.array([flag(value, name) for value in flags], bool)
