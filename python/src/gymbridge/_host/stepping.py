"""Steps of a session's environments, from their actions to columns and what does not go into columns."""

from __future__ import annotations

import mmap
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import gymnasium
import numpy as np

from gymbridge import _values
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._generated import values_pb2
from gymbridge._host import results
from gymbridge._host.columns import Columns
from gymbridge._host.faults import LaneError, home, leave_forked_child
from gymbridge._host.info_forms import InfoForms
from gymbridge._leaves import FixedLeaf, Layout, Warn
from gymbridge._python_types import flag, needs_exact, note_numbers, reward_number
from gymbridge._shm.layout import FileLayout

_ARRAY = np.ndarray
_clock = time.perf_counter_ns


class Stepper:
    """Steps environments; everything runs on the session's thread.

    Attributes:
        columns: Where the results lie.
        ended: By lane, whether the episode has ended and no reset came.
        started: When the last step began, in perf_counter nanoseconds.
        env_us: Microseconds that the environments took in the last step.
        is_single: Whether there is one lane, which :attr:`one` can step.
        one: Steps the only lane; takes its action and whether its info is wanted, and gives what does not go into
            columns, as bytes of a reply. LaneError: the environment raised, or returned what it must not.
    """

    def __init__(
        self, envs: list[gymnasium.Env[Any, Any]], observation: Layout, autoreset: pb.AutoresetMode, warn: Warn
    ) -> None:
        """Takes the environments."""
        self._envs = envs
        self._warn = warn
        self._lanes = lanes = len(envs)
        self.columns = Columns(observation, lanes)
        self.ended = [False] * lanes
        self.started = self.env_us = 0
        self._next_step = autoreset == pb.AUTORESET_MODE_NEXT_STEP
        self._same_step = autoreset == pb.AUTORESET_MODE_SAME_STEP
        self.is_single = lanes == 1 and not self._same_step
        root = observation.root
        # The dtype and the shape of an observation that needs no look at its kind.
        plain = isinstance(root, FixedLeaf) and not root.discrete and root.shape != ()
        self._dtype = root.dtype if isinstance(root, FixedLeaf) and plain else None
        self._shape = root.shape if isinstance(root, FixedLeaf) and plain else ()
        self._infos = InfoForms(self.encode_info)
        self.one = self._single()

    def move(self, memory: mmap.mmap | memoryview, at: FileLayout) -> None:
        """Steps into columns of shared memory from now on."""
        self.columns.move(memory, at)
        self.one = self._single()

    def _single(self) -> Callable[[Any, bool], bytes]:
        """The step of the only lane: a function that holds what it works with, for every step goes through it."""
        env, ended, columns, next_step = self._envs[0], self.ended, self.columns, self._next_step
        rewards, ends, cuts = columns.rewards, columns.terminated, columns.truncated
        row: Any = columns.lanes[0] if columns.lanes else None
        dtype, shape, write_info = self._dtype, self._shape, self._infos.write

        def one(action: Any, want_info: bool) -> bytes:
            reward: Any
            self.started = started = _clock()
            try:
                if ended[0] and next_step:
                    # The action is ignored: this step only starts the next episode.
                    ended[0] = False
                    observation, info = results.of_reset(env.reset())
                    reward, terminated, truncated = 0.0, False, False
                else:
                    observation, reward, terminated, truncated, info = env.step(action)
                if not home[0]:
                    leave_forked_child()  # Before it writes where the client reads.
                self.env_us = (_clock() - started) // 1000
                plain = type(reward) is float and type(terminated) is bool and type(truncated) is bool
                if plain:
                    rewards[0], ends[0], cuts[0] = reward, terminated, truncated
                    ended[0] = terminated or truncated
                else:
                    rewards[0] = reward_number(reward)
                    ends[0], cuts[0] = flag(terminated, "terminated"), flag(truncated, "truncated")
                    ended[0] = bool(terminated or truncated)
                if type(observation) is _ARRAY and observation.dtype is dtype and observation.shape == shape:
                    row[...] = observation
                    types = None
                else:
                    types = columns.put(0, observation, self._warn)
                if info and want_info:
                    rest = write_info(info)
                else:
                    rest = b""
                    if type(info) is not dict:
                        _check_info(info, "info")
                if types or not plain:
                    rest += _types_of(types, reward, terminated, truncated)
            except BaseException as error:
                raise LaneError(0, results.explained(error), results.method_of(env, "step")) from None
            return rest

        return one

    def many(self, actions: Sequence[Any], chosen: Iterable[int], want_info: bool) -> bytes:
        """Steps lanes.

        Args:
            actions: By lane.
            chosen: The lanes.
            want_info: Whether infos are wanted.

        Returns:
            What does not go into columns, as bytes of a reply.

        Raises:
            LaneError: An environment raised, or returned what it must not.
        """
        rest: list[bytes] = []
        columns, ended, envs, put = self.columns, self.ended, self._envs, self._put
        lanes, next_step, same_step = self._lanes, self._next_step, self._same_step
        rewards, ends, cuts, write_info = columns.rewards, columns.terminated, columns.truncated, self._infos.write
        rewards.cast("B")[:] = bytes(8 * lanes)
        ends[:] = cuts[:] = bytes(lanes)
        final = bytearray(lanes)
        finals: list[list[bytes]] = []
        seen = _Seen(lanes == 1)
        lane = 0
        self.started = before = _clock()
        try:
            for lane in chosen:
                if ended[lane] and next_step:
                    # The action is ignored: this step only starts the next episode.
                    ended[lane] = False
                    observation, info = results.of_reset(envs[lane].reset())
                    leave_forked_child()
                    seen.observation(put(lane, observation))
                else:
                    observation, reward, terminated, truncated, info = envs[lane].step(actions[lane])
                    leave_forked_child()
                    if lanes == 1:
                        seen.numbers(reward, terminated, truncated)
                    rewards[lane] = reward if type(reward) is float else reward_number(reward)
                    ends[lane] = end = terminated if type(terminated) is bool else flag(terminated, "terminated")
                    cuts[lane] = cut = truncated if type(truncated) is bool else flag(truncated, "truncated")
                    ended[lane] = over = end or cut
                    types = put(lane, observation)
                    if types is not None:
                        seen.observation(types)
                    if over and same_step:
                        final[lane] = 1
                        finals.append(columns.rows(lane))
                        seen.final(types)
                        last = pb.Reply()
                        if want_info and info:
                            # Before the reset: an environment may keep one info and write into it.
                            self.encode_info(info, last.infos.add(lane=lane).final_info, "final_info")
                        ended[lane] = False
                        observation, info = results.of_reset(envs[lane].reset())
                        leave_forked_child()
                        put(lane, observation)
                        if last.infos:
                            if info:
                                self.encode_info(info, last.infos[0].info, "info")
                            rest.append(last.SerializeToString())
                            continue
                if info and want_info:
                    rest.append(write_info(info, lane))
                elif type(info) is not dict:
                    _check_info(info, "info")
        except BaseException as error:
            raise LaneError(lane, results.explained(error), results.method_of(envs[lane], "step")) from None
        self.env_us = (_clock() - before) // 1000
        if finals:
            last = pb.Reply(final_lanes=bytes(final))
            last.final_observation.extend(b"".join(column) for column in zip(*finals, strict=True))
            rest.append(last.SerializeToString())
        rest.append(seen.types())
        return b"".join(rest)

    def _put(self, lane: int, observation: Any) -> list[int] | None:
        """Writes a lane's observation; gives the leaves' types if one is not the default."""
        if type(observation) is _ARRAY and observation.dtype is self._dtype and observation.shape == self._shape:
            self.columns.lanes[lane][...] = observation
            return None
        return self.columns.put(lane, observation, self._warn)

    def encode_info(self, info: Any, out: values_pb2.Value, name: str) -> None:
        """Writes an info.

        Raises:
            TypeError: It is no dict.
        """
        _check_info(info, name)
        _values.encode_info(info, out, name, self._left_out)

    def _left_out(self, path: str, value: object, reason: str) -> None:
        self._warn(
            f"{path} of type {type(value).__name__} was left out of the info: {reason.removeprefix(f'{path}: ')}"
        )


def _check_info(info: Any, name: str) -> None:
    if not isinstance(info, dict):
        raise TypeError(f"{name}: a dict is expected, got {type(info).__name__} {info!r:.80}")


def note_leaves(reply: pb.Reply, types: list[int] | None) -> None:
    """Writes the Python types of a reset's observation, where they are not the default."""
    if types:
        reply.python_types.observation_leaves.extend(types)  # type: ignore[arg-type]


def _types_of(types: list[int] | None, reward: Any, terminated: Any, truncated: Any) -> bytes:
    """The Python types of a step, as bytes of a reply."""
    reply = pb.Reply()
    reply.python_types.SetInParent()
    note_numbers(reply.python_types, reward, terminated, truncated)
    if needs_exact(reward):
        reply.exact_reward.CopyFrom(_values.encode(reward, "reward"))
    note_leaves(reply, types)
    return reply.SerializeToString()


class _Seen:
    """Python types of a step that are not the contract's defaults.

    With many lanes only those of final observations count: all else ends up in arrays.
    """

    __slots__ = ("_leaves", "_numbers", "_single")

    def __init__(self, single: bool) -> None:
        self._single = single
        self._leaves: list[int] | None = None
        self._numbers: tuple[Any, Any, Any] = (0.0, False, False)

    def observation(self, types: list[int] | None) -> None:
        if self._single:
            self._leaves = types

    def final(self, types: list[int] | None) -> None:
        self._leaves = types

    def numbers(self, reward: Any, terminated: Any, truncated: Any) -> None:
        if self._single:
            self._numbers = (reward, terminated, truncated)

    def types(self) -> bytes:
        """They, as bytes of a reply."""
        reward, terminated, truncated = self._numbers
        default = type(reward) is float and type(terminated) is bool and type(truncated) is bool
        if self._leaves or not default:
            return _types_of(self._leaves, reward, terminated, truncated)
        return b""
