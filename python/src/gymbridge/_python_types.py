"""Python types of rewards, flags and leaves: which number of ``PythonType`` stands for which, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gymbridge._generated import env_service_pb2 as pb
from gymbridge.errors import ProtocolError

DEFAULT = pb.PYTHON_TYPE_DEFAULT

NUMBERS: dict[type, pb.PythonType] = {
    int: pb.PYTHON_TYPE_INT,
    float: pb.PYTHON_TYPE_FLOAT,
    bool: pb.PYTHON_TYPE_BOOL,
    np.bool_: pb.PYTHON_TYPE_NUMPY_BOOL,
    np.int8: pb.PYTHON_TYPE_NUMPY_INT8,
    np.int16: pb.PYTHON_TYPE_NUMPY_INT16,
    np.int32: pb.PYTHON_TYPE_NUMPY_INT32,
    np.int64: pb.PYTHON_TYPE_NUMPY_INT64,
    np.uint8: pb.PYTHON_TYPE_NUMPY_UINT8,
    np.uint16: pb.PYTHON_TYPE_NUMPY_UINT16,
    np.uint32: pb.PYTHON_TYPE_NUMPY_UINT32,
    np.uint64: pb.PYTHON_TYPE_NUMPY_UINT64,
    np.float16: pb.PYTHON_TYPE_NUMPY_FLOAT16,
    np.float32: pb.PYTHON_TYPE_NUMPY_FLOAT32,
    np.float64: pb.PYTHON_TYPE_NUMPY_FLOAT64,
}
"""Number of each type of a plain number."""

CASTS: dict[int, Callable[[Any], Any]] = {number: kind for kind, number in NUMBERS.items()}
"""Type of a plain number by its number."""

_REWARDS: dict[int, Callable[[Any], Any]] = {**CASTS, DEFAULT: float}
_FLAGS: dict[int, Callable[[Any], Any]] = {
    **{number: cast for number, cast in CASTS.items() if cast is not float},
    DEFAULT: bool,
}

LONGER_THAN_FLOAT64 = frozenset(kind for kind in (np.longdouble,) if np.dtype(kind).itemsize > 8)


class Types:
    """The Python types of a reply's numbers and leaves.

    Attributes:
        reward: Makes the reward of a float.
        terminated: Makes the flag of a bool.
        truncated: Makes the flag of a bool.
        observation: The leaves' numbers; empty where all are the default.
    """

    __slots__ = ("observation", "reward", "terminated", "truncated")

    def __init__(self, message: pb.PythonTypes) -> None:
        """Reads them; a number that this version does not know is the default."""
        self.reward = _REWARDS.get(message.reward, float)
        self.terminated = _FLAGS.get(message.terminated, bool)
        self.truncated = _FLAGS.get(message.truncated, bool)
        self.observation: tuple[int, ...] = tuple(message.observation_leaves)

    def leaves(self, count: int) -> tuple[int, ...]:
        """The leaves' numbers.

        Raises:
            ProtocolError: There is not one for each leaf.
        """
        if not self.observation:
            return (DEFAULT,) * count
        if len(self.observation) != count:
            raise ProtocolError(f"Python types: {count} leaves expected, got {len(self.observation)}")
        return self.observation


def note_numbers(types: pb.PythonTypes, reward: Any, terminated: Any, truncated: Any) -> None:
    """Writes the types of a step's numbers that are not the default."""
    if type(reward) is not float:
        types.reward = NUMBERS.get(type(reward), DEFAULT)
    if type(terminated) is not bool:
        types.terminated = NUMBERS.get(type(terminated), DEFAULT)
    if type(truncated) is not bool:
        types.truncated = NUMBERS.get(type(truncated), DEFAULT)


def reward_number(reward: Any) -> float:
    """A reward as float64.

    Raises:
        TypeError: It is no real number.
    """
    if type(reward) is float:
        return reward
    if isinstance(reward, (int, float, np.bool_, np.integer, np.floating)):
        return float(reward)
    if hasattr(type(reward), "__array__"):  # An array of one number, as a policy network or a tensor library gives it.
        array = np.asarray(reward)
        if array.size == 1 and array.dtype.kind in "biuf":
            return float(array.reshape(()))
    elif hasattr(type(reward), "__float__"):
        return float(reward)
    raise TypeError(f"reward: a number is expected, got {type(reward).__name__} {reward!r:.80}")


def needs_exact(reward: Any) -> bool:
    """Whether a reward is of a type that no number stands for, so that it goes as a value too."""
    return type(reward) not in NUMBERS and isinstance(reward, np.ndarray)


def flag(value: Any, name: str) -> bool:
    """A flag as bool.

    Raises:
        TypeError: It is neither a bool nor an integer.
    """
    if type(value) is bool:
        return value
    if isinstance(value, (int, np.bool_, np.integer)):
        return bool(value)
    if isinstance(value, np.ndarray) and value.size == 1 and value.dtype.kind in "biu":
        return bool(value.reshape(()))
    raise TypeError(f"{name}: a bool is expected, got {type(value).__name__} {value!r:.80}")
