"""Leaves and slabs: how the values of a space lie in columns, one ``bytes`` a leaf (docs/protocol.md, section 5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from gymnasium import spaces

from gymbridge import _python_types
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._packing import FixedPacker, Packer, Reader, packer_of
from gymbridge._python_types import DEFAULT
from gymbridge.errors import ProtocolError

Warn = Callable[[str], None]
"""Told what was changed about a value, one sentence."""


class FixedLeaf(FixedPacker):
    """A leaf whose values all have one size.

    Attributes:
        index: Which leaf of its space it is.
        name: What it is called in errors: the space's role, with the path inside of it.
    """

    def __init__(self, space: spaces.Space[Any], index: int, name: str) -> None:
        """Prepares the layout."""
        super().__init__(space)
        self.index = index
        self.name = name
        self._bool = self.dtype == np.bool_
        self._flat = len(self.shape) == 1

    def check(self, data: bytes, lanes: int, dtype: np.dtype[Any] | None = None) -> None:
        """Compares a slab's length with what it must be.

        Raises:
            SlabError: It differs; the text names the leaf and both numbers.
        """
        dtype = dtype or self.dtype
        expected = lanes * (self.nbytes // self.dtype.itemsize) * dtype.itemsize
        if len(data) != expected:
            layout = " x ".join([f"{lanes} lane{'s' if lanes > 1 else ''}", *map(str, self.shape), dtype.name])
            raise SlabError(self, f"{expected} bytes expected ({layout}), got {len(data)}", expected, len(data))

    def one(self, data: bytes) -> Any:
        """The value of a slab of one lane: a fresh array, or a NumPy scalar for a Discrete.

        Raises:
            SlabError: The slab has another length.
        """
        if len(data) != self.nbytes:
            self.check(data, 1)
        if self._bool:
            return self.array(data, self.shape)
        if not data:
            return np.zeros(self.shape, self.dtype)
        array = np.frombuffer(data, self.dtype)
        if self.discrete:
            return array[0]
        if self._flat:
            return array.copy()
        return array.reshape(self.shape).copy()

    def typed(self, value: Any, number: int) -> Any:
        """A value of this leaf as the Python type that the environment returned."""
        if number == DEFAULT:
            return value
        if self.shape == ():
            if number == pb.PYTHON_TYPE_NDARRAY:
                return np.array(value)
            scalar = value[()]
            cast = _python_types.CASTS.get(number)
            return scalar if cast is None else cast(scalar)
        if number == pb.PYTHON_TYPE_LIST:
            return value.tolist()
        if number == pb.PYTHON_TYPE_TUPLE:
            return _tuples(value.tolist())
        if number == pb.PYTHON_TYPE_BYTES and self.dtype == np.uint8 and self._flat:
            return value.tobytes()
        return value

    def batch(self, data: bytes, lanes: int) -> np.ndarray[Any, Any]:
        """All lanes of a slab as one fresh array (lanes, *shape).

        Raises:
            SlabError: The slab has another length.
        """
        if len(data) != lanes * self.nbytes:
            self.check(data, lanes)
        return self.array(data, (lanes, *self.shape))

    def values(self, data: bytes, count: int, number: int) -> list[Any]:
        """The values of a slab one by one, as an environment returned them."""
        self.check(data, count)
        size = self.nbytes
        return [self.typed(self.one(data[i * size : (i + 1) * size]), number) for i in range(count)]

    def accept(self, value: Any, warn: Warn) -> tuple[Any, int]:
        """What an environment returned, as it can be assigned to this leaf's column, and its Python type.

        Raises:
            TypeError: It has another shape, or is no array of numbers.
        """
        kind = type(value)
        if isinstance(value, (np.ndarray, np.generic)) and value.dtype == self.dtype and value.shape == self.shape:
            if self.shape != ():
                return value, DEFAULT
            scalar = isinstance(value, np.generic)
            if scalar == self.discrete:
                return value, DEFAULT
            return value, pb.PYTHON_TYPE_NUMPY_SCALAR if scalar else pb.PYTHON_TYPE_NDARRAY
        number = self._exact_number(value, kind)
        if number is not None:
            return value, number
        return self._cast(value, kind, warn), DEFAULT

    def _exact_number(self, value: Any, kind: type) -> int | None:
        """The type of a number, or of a list or tuple of Python integers, that the dtype holds as it is."""
        if self.shape == ():
            number = _python_types.NUMBERS.get(kind)
            if number is None or (self.discrete and not isinstance(value, (int, np.integer, np.bool_))):
                return None
            return number if self._holds(value) else None
        if self.dtype.kind in "iu" and kind in (list, tuple):
            array = np.asarray(value)
            if array.dtype.kind in "iu" and array.shape == self.shape and _only(value, kind) and self._holds(array):
                return pb.PYTHON_TYPE_LIST if kind is list else pb.PYTHON_TYPE_TUPLE
        if kind is bytes and self.dtype == np.uint8 and self.shape == (len(value),):
            return pb.PYTHON_TYPE_BYTES
        return None

    def _holds(self, value: Any) -> bool:
        try:
            cast = np.asarray(value).astype(self.dtype)
        except (OverflowError, ValueError):
            return False
        return bool(np.all(cast == value)) or (cast.dtype.kind == "f" and bool(np.all(cast != cast)))

    def _cast(self, value: Any, kind: type, warn: Warn) -> Any:
        found = (
            f"{value.dtype.name}{list(value.shape)}" if isinstance(value, (np.ndarray, np.generic)) else kind.__name__
        )
        expected = f"{self.dtype.name}{list(self.shape)}"
        try:
            array = np.asarray(value)
            if array.shape != self.shape or array.dtype.kind not in "biuf":
                raise TypeError(f"an array of shape {list(array.shape)} and dtype {array.dtype.name}")
            cast = np.empty(self.shape, self.dtype)
            cast[...] = array if isinstance(value, np.ndarray) else value
        except (TypeError, ValueError, OverflowError) as error:
            raise TypeError(
                f"{self.name}: {expected} expected by {self.space}, got {found} {value!r:.80}: {error}"
            ) from None
        warn(f"The {self.name} is {found} and was cast to {expected}, which {self.space} declares.")
        return cast

    def column(self, lanes: int) -> np.ndarray[Any, Any]:
        """A zeroed column."""
        return np.zeros((lanes, *self.shape), self.dtype)

    def put(self, column: Any, lane: int, value: Any, warn: Warn) -> int:
        """Writes a lane of a column; gives the Python type.

        Raises:
            TypeError: As :meth:`accept`.
        """
        value, number = self.accept(value, warn)
        column[lane] = np.frombuffer(value, np.uint8) if number == pb.PYTHON_TYPE_BYTES else value
        return number

    def slab(self, column: Any) -> bytes:
        """A column's bytes."""
        data: bytes = column.tobytes()
        return data

    def rows(self, column: Any, lanes: list[int]) -> bytes:
        """The bytes of some lanes."""
        return b"".join(column[lane].tobytes() for lane in lanes)


class VariableLeaf:
    """A leaf whose values differ in size: Text, Sequence, Graph, OneOf.

    Attributes:
        index: Which leaf of its space it is.
        name: What it is called in errors.
        packer: Packs one value.
    """

    def __init__(self, space: spaces.Space[Any], index: int, name: str) -> None:
        """Prepares the packer."""
        self.space = space
        self.index = index
        self.name = name
        self.packer: Packer = packer_of(space)

    def one(self, data: bytes) -> Any:
        """The value of a slab of one lane.

        Raises:
            SlabError: The bytes are no such value.
        """
        return self.batch(data, 1)[0]

    def typed(self, value: Any, number: int) -> Any:
        """A value of this leaf as the Python type that the environment returned."""
        if number == pb.PYTHON_TYPE_LIST and type(value) is tuple:
            return list(value)
        if number == pb.PYTHON_TYPE_NUMPY_STR and type(value) is str:
            return np.str_(value)
        return value

    def batch(self, data: bytes, lanes: int) -> tuple[Any, ...]:
        """The values of all lanes.

        Raises:
            SlabError: The bytes are no such values.
        """
        reader = Reader(data, f"leaf {self.index} '{self.name}'")
        try:
            values = tuple(self.packer.unpack(reader) for _ in range(lanes))
        except SlabError:
            raise
        except ProtocolError as error:
            raise SlabError(self, str(error).partition(": ")[2], len(data), len(data)) from None
        if reader.left:
            raise SlabError(
                self, f"{reader.left} bytes are left after {lanes} values", len(data) - reader.left, len(data)
            )
        return values

    def values(self, data: bytes, count: int, number: int) -> list[Any]:
        """The values of a slab one by one, as an environment returned them."""
        return [self.typed(value, number) for value in self.batch(data, count)]

    def column(self, lanes: int) -> list[bytes]:
        """A column of the value of nothing."""
        zero = bytearray()
        self.packer.zero(zero)
        return [bytes(zero)] * lanes

    def put(self, column: Any, lane: int, value: Any, warn: Warn) -> int:
        """Writes a lane of a column; gives the Python type.

        Raises:
            TypeError: It is no value of such a space.
        """
        packed = bytearray()
        try:
            self.packer.pack(value, packed, False)
        except (TypeError, ValueError, OverflowError, AttributeError, KeyError) as error:
            raise TypeError(
                f"{self.name}: a value of {self.space} is expected, got {type(value).__name__} {value!r:.80}: {error}"
            ) from None
        column[lane] = bytes(packed)
        if type(value) is np.str_:
            return pb.PYTHON_TYPE_NUMPY_STR
        return pb.PYTHON_TYPE_LIST if type(value) is list and isinstance(self.space, spaces.Sequence) else DEFAULT

    def slab(self, column: Any) -> bytes:
        """A column's bytes."""
        return b"".join(column)

    def rows(self, column: Any, lanes: list[int]) -> bytes:
        """The bytes of some lanes."""
        return b"".join(column[lane] for lane in lanes)


Leaf = FixedLeaf | VariableLeaf


class SlabError(ProtocolError):
    """A slab that does not fit its leaf.

    Attributes:
        leaf: Which.
        expected: Bytes.
        got: Bytes.
    """

    def __init__(self, leaf: FixedLeaf | VariableLeaf, text: str, expected: int, got: int) -> None:
        """Notes the numbers."""
        super().__init__(f"leaf {leaf.index} '{leaf.name}': {text}.")
        self.leaf = leaf
        self.expected = expected
        self.got = got


class Layout:
    """The leaves of a space, and the way between its values and theirs.

    Attributes:
        space: The space of one lane.
        leaves: In canonical pre-order.
        root: The one leaf where the space is itself a leaf, else None.
    """

    def __init__(self, space: spaces.Space[Any], name: str) -> None:
        """Prepares the leaves.

        Args:
            space: One of Gymnasium's ten.
            name: ``observation`` or ``action``.
        """
        self.space = space
        self.name = name
        self.leaves: list[FixedLeaf | VariableLeaf] = []
        self._tree = self._grow(space, name)
        self.root = self.leaves[0] if isinstance(self._tree, int) else None
        self.count = len(self.leaves)

    def _grow(self, space: spaces.Space[Any], name: str) -> Any:
        if isinstance(space, spaces.Tuple):
            return tuple(self._grow(child, f"{name}[{index}]") for index, child in enumerate(space.spaces))
        if isinstance(space, spaces.Dict):
            return {key: self._grow(child, f"{name}[{key!r}]") for key, child in space.spaces.items()}
        index = len(self.leaves)
        variable = isinstance(space, (spaces.Text, spaces.Sequence, spaces.Graph, spaces.OneOf))
        self.leaves.append(VariableLeaf(space, index, name) if variable else FixedLeaf(space, index, name))
        return index

    def check_count(self, slabs: Sequence[bytes]) -> None:
        """Refuses slabs of another count than leaves.

        Raises:
            ProtocolError: The counts differ.
        """
        if len(slabs) != self.count:
            leaf = "leaf" if self.count == 1 else "leaves"
            raise ProtocolError(f"{self.count} {self.name} {leaf} expected, got {len(slabs)}")

    def one(self, slabs: Sequence[bytes], types: _python_types.Types | None = None) -> Any:
        """The value of slabs of one lane.

        Raises:
            ProtocolError: They do not fit.
        """
        if len(slabs) != self.count:
            self.check_count(slabs)
        if types is None or not types.observation:
            if self.root is not None:
                return self.root.one(slabs[0])
            return self.join([leaf.one(slab) for leaf, slab in zip(self.leaves, slabs, strict=True)])
        parts = zip(self.leaves, slabs, types.leaves(self.count), strict=True)
        return self.join([leaf.typed(leaf.one(slab), number) for leaf, slab, number in parts])

    def batch(self, slabs: Sequence[bytes], lanes: int) -> Any:
        """The batch of slabs of many lanes, as Gymnasium's vector environments have it.

        Raises:
            ProtocolError: They do not fit.
        """
        if len(slabs) != self.count:
            self.check_count(slabs)
        if self.root is not None:
            return self.root.batch(slabs[0], lanes)
        return self.join([leaf.batch(slab, lanes) for leaf, slab in zip(self.leaves, slabs, strict=True)])

    def values(self, slabs: Sequence[bytes], count: int, types: _python_types.Types) -> list[Any]:
        """The values of slabs one by one, as an environment returned them.

        Raises:
            ProtocolError: They do not fit.
        """
        self.check_count(slabs)
        parts = zip(self.leaves, slabs, types.leaves(self.count), strict=True)
        columns = [leaf.values(slab, count, number) for leaf, slab, number in parts]
        return [self.join([column[lane] for column in columns]) for lane in range(count)]

    def join(self, parts: Sequence[Any]) -> Any:
        """A value of its leaves' parts."""
        return parts[0] if self.root is not None else _join(self._tree, parts)

    def split(self, value: Any) -> list[Any]:
        """The leaves' parts of a value.

        Raises:
            TypeError: The value is not structured as the space is.
        """
        if self.root is not None:
            return [value]
        parts: list[Any] = []
        _split(self._tree, value, parts, self.name)
        return parts

    def columns(self, lanes: int) -> list[Any]:
        """A column for each leaf."""
        return [leaf.column(lanes) for leaf in self.leaves]


def _join(tree: Any, parts: Sequence[Any]) -> Any:
    if isinstance(tree, int):
        return parts[tree]
    if isinstance(tree, tuple):
        return tuple(_join(child, parts) for child in tree)
    return {key: _join(child, parts) for key, child in tree.items()}


def _split(tree: Any, value: Any, parts: list[Any], name: str) -> None:
    if isinstance(tree, int):
        parts.append(value)
    elif isinstance(tree, tuple):
        if not isinstance(value, (tuple, list, np.ndarray)) or len(value) != len(tree):
            raise TypeError(f"{name}: a tuple of {len(tree)} is expected, got {type(value).__name__} {value!r:.80}")
        for index, (child, item) in enumerate(zip(tree, value, strict=True)):
            _split(child, item, parts, f"{name}[{index}]")
    else:
        if not hasattr(value, "keys") or set(value.keys()) != set(tree):
            keys = ", ".join(repr(key) for key in tree)
            raise TypeError(f"{name}: a dict of the keys {keys} is expected, got {type(value).__name__} {value!r:.80}")
        for key, child in tree.items():
            _split(child, value[key], parts, f"{name}[{key!r}]")


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _only(value: Any, kind: type) -> bool:
    """Whether a nested list (or tuple) is one all through, of Python integers."""
    return all(_only(item, kind) if type(item) is kind else type(item) is int for item in value)
