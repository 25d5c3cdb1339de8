"""Column slabs, Python types, seeds and generator states: what a step carries besides values.

A slab is one ``bytes`` a leaf of a space, little-endian, (lanes, *shape) row-major. Box and Discrete have one leaf.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from gymnasium import spaces

from gymbridge import _values
from gymbridge._dtypes import read_bools
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._generated import values_pb2
from gymbridge.errors import ActionError, ProtocolError

TRUE, FALSE = b"\x01", b"\x00"

_STRUCT_CODES = {"i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q", "u8": "Q"}

FLAG_CASTS: dict[int, Callable[[bool], Any]] = {
    pb.PYTHON_TYPE_DEFAULT: bool,
    pb.PYTHON_TYPE_BOOL: bool,
    pb.PYTHON_TYPE_NUMPY_BOOL: np.bool_,
    pb.PYTHON_TYPE_INT: int,
    pb.PYTHON_TYPE_NUMPY_INT32: np.int32,
    pb.PYTHON_TYPE_NUMPY_INT64: np.int64,
}

REWARD_CASTS: dict[int, Callable[[float], Any]] = {
    pb.PYTHON_TYPE_DEFAULT: float,
    pb.PYTHON_TYPE_FLOAT: float,
    pb.PYTHON_TYPE_INT: int,
    pb.PYTHON_TYPE_BOOL: bool,
    pb.PYTHON_TYPE_NUMPY_BOOL: np.bool_,
    pb.PYTHON_TYPE_NUMPY_INT32: np.int32,
    pb.PYTHON_TYPE_NUMPY_INT64: np.int64,
    pb.PYTHON_TYPE_NUMPY_FLOAT32: np.float32,
    pb.PYTHON_TYPE_NUMPY_FLOAT64: np.float64,
}

_INTEGER_LEAF_CASTS: dict[int, Callable[[Any], Any]] = {
    pb.PYTHON_TYPE_INT: int,
    pb.PYTHON_TYPE_BOOL: bool,
    pb.PYTHON_TYPE_NUMPY_BOOL: np.bool_,
    pb.PYTHON_TYPE_NUMPY_INT32: np.int32,
    pb.PYTHON_TYPE_NUMPY_INT64: np.int64,
}

_TYPE_NUMBERS: dict[type, pb.PythonType] = {
    float: pb.PYTHON_TYPE_FLOAT,
    int: pb.PYTHON_TYPE_INT,
    bool: pb.PYTHON_TYPE_BOOL,
    np.bool_: pb.PYTHON_TYPE_NUMPY_BOOL,
    np.int32: pb.PYTHON_TYPE_NUMPY_INT32,
    np.int64: pb.PYTHON_TYPE_NUMPY_INT64,
    np.float32: pb.PYTHON_TYPE_NUMPY_FLOAT32,
    np.float64: pb.PYTHON_TYPE_NUMPY_FLOAT64,
}

AUTORESET_TO_WIRE: dict[str, pb.AutoresetMode] = {
    "NextStep": pb.AUTORESET_MODE_NEXT_STEP,
    "SameStep": pb.AUTORESET_MODE_SAME_STEP,
    "Disabled": pb.AUTORESET_MODE_DISABLED,
}
"""By the values of gymnasium.vector.AutoresetMode."""


class Leaf:
    """How one space's elements lie in a slab.

    Attributes:
        space: The space of one lane.
        dtype: Element type.
        shape: Shape of one lane's element.
        nbytes: Bytes of one lane.
        name: What the leaf is called in errors.
    """

    def __init__(self, space: spaces.Space[Any], name: str) -> None:
        """Prepares the layout.

        Args:
            space: A Box or Discrete.
            name: ``observation`` or ``action``.
        """
        self.space = space
        self.name = name
        self.dtype: np.dtype[Any] = space.dtype  # type: ignore[assignment]
        self.shape: tuple[int, ...] = space.shape  # type: ignore[assignment]
        self.nbytes = math.prod(self.shape) * self.dtype.itemsize
        self.discrete = isinstance(space, spaces.Discrete)
        self._is_bool = self.dtype == np.bool_
        self._flat = len(self.shape) == 1
        code = _STRUCT_CODES.get(self.dtype.str[1:]) if self.discrete else None
        self._pack = struct.Struct(f"<{code}") if code else None

    def check(self, data: bytes, lanes: int) -> None:
        """Compares a slab's length with what it must be.

        Raises:
            ProtocolError: It differs; the text names the leaf and both numbers.
        """
        expected = lanes * self.nbytes
        if len(data) != expected:
            raise ProtocolError(
                f"leaf '{self.name}': {expected} bytes expected ({lanes} x {list(self.shape)} x {self.dtype.name}), "
                f"got {len(data)}"
            )

    def one(self, data: bytes) -> Any:
        """The element of a slab of one lane: a fresh array for a Box, a NumPy scalar for a Discrete.

        Raises:
            ProtocolError: The slab has another length.
        """
        if len(data) != self.nbytes:
            self.check(data, 1)
        if self._is_bool:
            return read_bools(data, self.shape)
        array = np.frombuffer(data, self.dtype)
        if self.discrete:
            return array[0]
        if self._flat:
            return array.copy()
        return array.reshape(self.shape).copy()

    def typed(self, data: bytes, python_type: int) -> Any:
        """As :meth:`one`, as the Python type that the environment returned.

        Raises:
            ProtocolError: The type makes no sense for this space.
        """
        value = self.one(data)
        if python_type == pb.PYTHON_TYPE_DEFAULT:
            return value
        if self.discrete:
            cast = _INTEGER_LEAF_CASTS.get(python_type)
            if cast is not None:
                return cast(value)
        elif self.shape == ():
            # A NumPy scalar, where the contract's default is an array of no dimensions.
            return value[()]
        raise ProtocolError(f"leaf '{self.name}': Python type {python_type} does not go with {self.space}")

    def batch(self, data: bytes, lanes: int) -> np.ndarray[Any, Any]:
        """All lanes of a slab as one fresh array (lanes, *shape).

        Raises:
            ProtocolError: The slab has another length.
        """
        if len(data) != lanes * self.nbytes:
            self.check(data, lanes)
        if self._is_bool:
            return read_bools(data, (lanes, *self.shape))
        return np.frombuffer(data, self.dtype).reshape((lanes, *self.shape)).copy()

    def pack_action(self, action: Any) -> bytes:
        """The slab of one lane's action.

        What does not fit the dtype is refused here; what fits it but is out of the space's bounds is the
        environment's to judge.

        Raises:
            ActionError: It does not fit.
        """
        if self._pack is not None:
            try:
                return self._pack.pack(action)
            except (struct.error, TypeError):
                raise self._misfit(action) from None
        return self._pack_array(action, self.shape)

    def pack_actions(self, actions: Any, lanes: int) -> bytes:
        """The slab of all lanes' actions.

        Raises:
            TypeError: A single number was given for many lanes, as Gymnasium says it.
            ValueError: Wrong count of lanes, as Gymnasium says it.
            ActionError: An action does not fit the dtype or shape.
        """
        if type(actions) is np.ndarray and actions.dtype == self.dtype and actions.shape == (lanes, *self.shape):
            return actions.tobytes()
        try:
            count = len(actions)
        except TypeError:
            raise TypeError(f"Unable to iterate over the following elements: {actions}") from None
        if count != lanes:
            raise ValueError(f"{lanes} actions expected, one for each environment, got {count}")
        if self.discrete:
            return b"".join(self.pack_action(action) for action in actions)
        return self._pack_array(actions, (lanes, *self.shape))

    def _pack_array(self, action: Any, shape: tuple[int, ...]) -> bytes:
        if type(action) is np.ndarray and action.dtype == self.dtype and action.shape == shape:
            return action.tobytes()
        try:
            array = np.asarray(action)
            # Python numbers and lists of them have no dtype of their own; arrays only change within their kind.
            if array.shape != shape or not np.can_cast(array.dtype, self.dtype, "same_kind"):
                raise self._misfit(action)
            return array.astype(self.dtype).tobytes()
        except ActionError:
            raise
        except (TypeError, ValueError, OverflowError):
            raise self._misfit(action) from None

    def _misfit(self, action: Any) -> ActionError:
        shape = f", shape {list(np.shape(action))}" if isinstance(action, np.ndarray) else ""
        text = f"Action {action!r} ({type(action).__name__}{shape}) cannot be carried in {self.space}"
        if self.discrete:
            first = int(self.space.start)  # type: ignore[attr-defined]
            last = first + int(self.space.n) - 1  # type: ignore[attr-defined]
            return ActionError(f"{text}; valid actions are the integers {first} to {last}.")
        return ActionError(f"{text}; an array of {self.dtype.name}, shape {list(self.shape)}, is expected.")

    def column(self, lanes: int) -> np.ndarray[Any, Any]:
        """A zeroed array that :meth:`put` writes to."""
        return np.zeros((lanes, *self.shape), self.dtype)

    def type_of(self, value: Any, lane: int) -> pb.PythonType:
        """The Python type of an environment's observation; also checks that it fits the leaf.

        Raises:
            TypeError: It has another dtype or shape than the space, so that no slab can hold it.
        """
        kind = type(value)
        if self.discrete:
            if isinstance(value, np.generic) and value.dtype == self.dtype:
                return pb.PYTHON_TYPE_DEFAULT
            number = _TYPE_NUMBERS.get(kind)
            if number in _INTEGER_LEAF_CASTS:
                limits = np.iinfo(self.dtype)
                if limits.min <= int(value) <= limits.max:
                    return number
        elif kind is np.ndarray:
            if value.dtype == self.dtype and value.shape == self.shape:
                return pb.PYTHON_TYPE_DEFAULT
        elif self.shape == () and isinstance(value, np.generic) and value.dtype == self.dtype:
            return _TYPE_NUMBERS.get(kind, pb.PYTHON_TYPE_NUMPY_FLOAT64)
        found = (
            f"{value.dtype.name}{list(value.shape)}"
            if isinstance(value, np.ndarray)
            else f"{kind.__name__} {value!r:.80}"
        )
        raise TypeError(
            f"{self.name} of lane {lane}: {self.dtype.name}{list(self.shape)} expected by {self.space}, got {found}"
        )


def python_type_of(value: Any) -> pb.PythonType:
    """The nearest Python type of a reward or flag.

    A NumPy number of a width that the wire does not name goes as the widest of its kind: its value is kept, and an
    environment with a float16 reward can be used.
    """
    number = _TYPE_NUMBERS.get(type(value))
    if number is not None:
        return number
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        return pb.PYTHON_TYPE_DEFAULT
    return {"f": pb.PYTHON_TYPE_NUMPY_FLOAT64, "b": pb.PYTHON_TYPE_NUMPY_BOOL}.get(
        dtype.kind, pb.PYTHON_TYPE_NUMPY_INT64
    )


def encode_seed(seed: int | None, out: values_pb2.Seed) -> None:
    """Writes a seed of any size; None is "keep the generator"."""
    if seed is not None:
        seed = int(seed)
        out.value = seed.to_bytes((seed.bit_length() + 7) // 8, "little")


def decode_seed(message: values_pb2.Seed) -> int | None:
    """Reads a seed.

    Raises:
        ProtocolError: It is longer than any seed could be.
    """
    if not message.HasField("value"):
        return None
    if len(message.value) > _values.MAX_TEXT_BYTES:
        raise ProtocolError(f"a seed of {len(message.value):,} bytes is over the limit of {_values.MAX_TEXT_BYTES:,}")
    return int.from_bytes(message.value, "little")


def encode_generator(generator: Any, seed: Any, out: values_pb2.GeneratorState) -> None:
    """Writes a generator's full state.

    Args:
        generator: numpy.random.Generator over PCG64.
        seed: np_random_seed, -1 after a generator was set, or None.
        out: The message to fill.

    Raises:
        TypeError: It is another kind of generator.
    """
    bit_generator = getattr(generator, "bit_generator", None)
    if type(bit_generator) is not np.random.PCG64:
        name = type(bit_generator if bit_generator is not None else generator).__name__
        raise TypeError(f"Only numpy.random.Generator(PCG64) can be carried over the wire, got {name}.")
    state = bit_generator.state
    out.state = state["state"]["state"].to_bytes(16, "little")
    out.increment = state["state"]["inc"].to_bytes(16, "little")
    out.has_uint32 = bool(state["has_uint32"])
    out.uinteger = state["uinteger"]
    out.seed.CopyFrom(_values.encode(seed if seed is None else int(seed), "np_random_seed"))


def decode_generator(message: values_pb2.GeneratorState) -> tuple[np.random.Generator, int | None]:
    """Reads a generator's full state.

    Returns:
        A generator of its own, and the seed that it had (-1: set from outside, None: unknown).

    Raises:
        ProtocolError: The state is none of PCG64's.
    """
    if len(message.state) != 16 or len(message.increment) != 16:
        raise ProtocolError(
            f"generator state: 16 bytes expected of state and increment, got {len(message.state)} and "
            f"{len(message.increment)}"
        )
    increment = int.from_bytes(message.increment, "little")
    if increment % 2 == 0:
        raise ProtocolError("generator state: the increment of PCG64 is always odd")
    seed = _values.decode(message.seed, "np_random_seed") if message.HasField("seed") else None
    if seed is not None and type(seed) is not int:
        raise ProtocolError(f"generator state: the seed is a {type(seed).__name__}, not an integer")
    bit_generator = np.random.PCG64(0)
    bit_generator.state = {
        "bit_generator": "PCG64",
        "state": {"state": int.from_bytes(message.state, "little"), "inc": increment},
        "has_uint32": int(message.has_uint32),
        "uinteger": message.uinteger,
    }
    return np.random.Generator(bit_generator), seed
