"""Steps without a message: actions and observations go straight between their columns and the caller."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Any

import numpy as np

from gymbridge._generated import env_service_pb2 as pb
from gymbridge._leaves import FixedLeaf
from gymbridge._python_types import DEFAULT, Types
from gymbridge._shm import layout as at
from gymbridge._shm.client import MemoryClient
from gymbridge._shm.errors import SharedMemoryError
from gymbridge.errors import ProtocolError

_FLAGS = {0: False, 1: True}
_STEP_OF = at.REQUEST_HEAD_AT // 8  # In words of eight bytes: the number of a request.
# The same of a reply: its number, its status with its columns, and, two words on, the length of its message.
_SEQ, _STATUS, _LENGTH = (at.REPLY_HEAD_AT // 8 + word for word in (0, 1, 3))
_DONE = at.DONE | (at.OBSERVATIONS | at.OUTCOMES) << 32
_ENV_US, _SERVER_US = at.REPLY_HEAD_AT // 4 + 4, at.REPLY_HEAD_AT // 4 + 5  # In words of four.

Outcome = tuple[Any, Any, Any, Any, dict[str, Any]]
"""Observation, reward, terminated, truncated and an empty info; of one lane or of all."""


class FastStep(abc.ABC):
    """The step of one session, without a message; for actions that are one leaf.

    Attributes:
        client: The memory.
        message: Makes the message of the same step, where it is needed after all.
        told: Microseconds of the last call inside the environment and inside the server, if a message has told them.
    """

    def __init__(self, client: MemoryClient, types: Types, timeout_ms: int, message: Callable[[Any], pb.Call]) -> None:
        """Prepares views of the columns.

        Raises:
            SharedMemoryError: The spaces have no such step.
        """
        action = client.action.root
        if not isinstance(action, FixedLeaf) or action.dtype == np.bool_:
            raise SharedMemoryError("the action has several leaves")
        self.client = client
        self.message = message
        self.told: tuple[int, int] | None = (0, 0)
        self._words = client.words
        self._send = client.send
        self._map = client.map
        self._whole = whole = memoryview(self._map)
        self._longs = whole[: at.MARKS_AT].cast("Q")
        self._marks = whole[at.MARKS_AT : at.MARKS_AT + 2]
        self._mark = -1
        self._timeout_ms, self._timeout = timeout_ms, timeout_ms / 1000
        self._shape: tuple[int, ...] = action.shape
        self._dtype = action.dtype
        self._types = types

    def _array(self, leaf: FixedLeaf, first: int, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
        count = int(np.prod(shape, dtype=np.int64))
        return np.frombuffer(self._map, leaf.dtype, count, first).reshape(shape)

    def _observer(self, shape: Callable[[FixedLeaf], tuple[int, ...]]) -> Callable[[], Any]:
        """Makes a fresh observation of what the columns hold."""
        observation = self.client.observation
        parts: list[Callable[[], Any]] = []
        for leaf, first in zip(observation.leaves, self.client.layout.observations, strict=True):
            assert isinstance(leaf, FixedLeaf)
            parts.append(_copier(leaf, self._array(leaf, first, shape(leaf))))
        if observation.root is not None:
            return parts[0]
        return lambda: observation.join([part() for part in parts])

    @abc.abstractmethod
    def write(self, action: Any) -> bool:
        """Puts what was given as action into its column; False if it is of a kind that needs a message."""

    def _mark_as(self, mark: int) -> None:
        if mark != self._mark:
            self._marks[0] = DEFAULT
            self._marks[1] = self._mark = mark

    def step(self, seq: int) -> Outcome | None:
        """Executes the step whose action is written.

        Returns:
            What it brought; None if there is more to read than the columns.

        Raises:
            CallFailedError: The host is dead, or gave no answer in time.
        """
        client, longs = self.client, self._longs
        if client.stepper is self:  # All else of the head is as it was.
            longs[_STEP_OF] = seq
        else:
            at.REQUEST_HEAD.pack_into(self._map, at.REQUEST_HEAD_AT, seq, at.STEP, client.epoch, self._timeout_ms, 1, 0)
            client.stepper = self
        self._send(self._timeout)
        if longs[_SEQ] != seq or longs[_STATUS] != _DONE or longs[_LENGTH]:
            return None
        self.told = None
        return self._read()

    @property
    def times(self) -> tuple[int, int]:
        """Microseconds of the last call inside the environment, and inside the server."""
        return self.told or (self._words[_ENV_US], self._words[_SERVER_US])

    @abc.abstractmethod
    def _read(self) -> Outcome:
        """What the columns hold after a step."""


def _copier(leaf: FixedLeaf, column: np.ndarray[Any, Any]) -> Callable[[], Any]:
    if leaf.dtype == np.bool_:
        # Any other byte than 0 and 1 would make a bool that is neither true nor false.
        bits = column.view(np.uint8)
        return lambda: bits != 0
    if leaf.discrete and column.shape == ():
        return lambda: column[()]
    return column.copy


class SingleStep(FastStep):
    """The step of one lane as a single environment."""

    def __init__(self, client: MemoryClient, types: Types, timeout_ms: int, message: Callable[[Any], pb.Call]) -> None:
        """Prepares views of the columns.

        Raises:
            SharedMemoryError: The spaces have no such step.
        """
        super().__init__(client, types, timeout_ms, message)
        action, layout, whole = client.action.root, client.layout, self._whole
        assert isinstance(action, FixedLeaf)
        if any(number != DEFAULT for number in types.observation):
            raise SharedMemoryError("observations of other Python types need a message")
        self._integer: Any = None
        if action.discrete:
            if action.dtype != np.dtype("<i8"):
                raise SharedMemoryError("actions of other integers need a message")
            self._integer = whole[layout.actions[0] : layout.actions[0] + 8].cast("q")
            self._scalar = action.dtype.type
        else:
            self._action = self._array(action, layout.actions[0], action.shape)
        self._observe = self._observer(lambda leaf: leaf.shape)
        self._reward = whole[layout.reward : layout.reward + 8].cast("d")
        self._ends = whole[layout.terminated : layout.terminated + 1]
        self._cuts = whole[layout.truncated : layout.truncated + 1]
        self._plain = types.reward is float and types.terminated is bool and types.truncated is bool

    def write(self, action: Any) -> bool:
        """Puts an action into its column; False if it is of a kind that needs a message."""
        kind = type(action)
        if self._integer is not None:
            if kind is not int and kind is not self._scalar:
                return False
            try:
                self._integer[0] = action
            except (ValueError, OverflowError):
                return False
            self._mark_as(pb.PYTHON_TYPE_INT if kind is int else DEFAULT)
            return True
        if kind is not np.ndarray or action.dtype != self._dtype or action.shape != self._shape:
            return False
        self._action[...] = action
        self._mark_as(DEFAULT)
        return True

    def _read(self) -> Outcome:
        try:
            reward, ends, cuts = self._reward[0], _FLAGS[self._ends[0]], _FLAGS[self._cuts[0]]
        except KeyError:
            raise ProtocolError(f"flags of {self._ends[0]} and {self._cuts[0]} stand in the shared memory") from None
        if self._plain:
            return self._observe(), reward, ends, cuts, {}
        types = self._types
        return self._observe(), types.reward(reward), types.terminated(ends), types.truncated(cuts), {}


class BatchStep(FastStep):
    """The step of all lanes of a vector environment."""

    def __init__(self, client: MemoryClient, types: Types, timeout_ms: int, message: Callable[[Any], pb.Call]) -> None:
        """Prepares views of the columns.

        Raises:
            SharedMemoryError: The spaces have no such step.
        """
        super().__init__(client, types, timeout_ms, message)
        action, layout, lanes = client.action.root, client.layout, client.lanes
        assert isinstance(action, FixedLeaf)
        self._shape = (lanes, *action.shape)
        self._action = self._array(action, layout.actions[0], self._shape)
        self._observe = self._observer(lambda leaf: (lanes, *leaf.shape))
        self._rewards = np.frombuffer(self._map, "<f8", lanes, layout.reward)
        self._ends = np.frombuffer(self._map, np.uint8, lanes, layout.terminated)
        self._cuts = np.frombuffer(self._map, np.uint8, lanes, layout.truncated)

    def write(self, action: Any) -> bool:
        """Puts the actions into their column; False if they are of a kind that needs a message."""
        if type(action) is not np.ndarray or action.dtype != self._dtype or action.shape != self._shape:
            return False
        self._action[...] = action
        self._mark_as(DEFAULT)
        return True

    def _read(self) -> Outcome:
        return self._observe(), self._rewards.copy(), self._ends != 0, self._cuts != 0, {}
