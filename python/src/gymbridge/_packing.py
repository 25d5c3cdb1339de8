"""Packed values of a space: the bytes of one lane in a slab (docs/protocol.md, section 5).

Every packed value tells its own end, so that values of different sizes lie one after another.
"""

from __future__ import annotations

import abc
import math
import struct
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.spaces import GraphInstance

from gymbridge._arrays import MAX_ITEMS
from gymbridge._dtypes import read_bools
from gymbridge.errors import ProtocolError

_COUNT = struct.Struct("<I")
_GRAPH = struct.Struct("<IIB")
_HAS_EDGES, _HAS_LINKS = 1, 2


class InexactError(Exception):
    """A value that its space's packed form cannot hold without changing it."""


class Reader:
    """Bytes that are read from the front.

    Attributes:
        left: How many are left.
    """

    __slots__ = ("_data", "_offset", "_path", "left")

    def __init__(self, data: bytes, path: str) -> None:
        """Starts at the front; the path is for errors."""
        self._data = data
        self._path = path
        self._offset = 0
        self.left = len(data)

    def take(self, count: int) -> bytes:
        """The next bytes.

        Raises:
            ProtocolError: There are not as many.
        """
        if count > self.left:
            raise ProtocolError(f"{self._path}: {count} more bytes expected, got {self.left}")
        offset = self._offset
        self._offset += count
        self.left -= count
        return self._data[offset : offset + count]

    def count(self) -> int:
        """A count that comes next."""
        number: int = _COUNT.unpack(self.take(4))[0]
        return number

    def check(self, count: int, size: int) -> None:
        """Refuses a count whose values cannot be in the bytes that are left, before anything is made for them."""
        if size == 0 and count > MAX_ITEMS:
            raise self.error(f"{count} values without bytes are announced, at most {MAX_ITEMS} are possible")
        if count * size > self.left:
            raise self.error(f"{count} values of {size} bytes or more are announced, with {self.left} bytes left")

    def error(self, text: str) -> ProtocolError:
        """An error at this place."""
        return ProtocolError(f"{self._path}: {text}")


class Packer(abc.ABC):
    """Packs the values of one space.

    Attributes:
        space: The space.
        least: The least bytes of a packed value.
    """

    space: spaces.Space[Any]
    least = 0

    @abc.abstractmethod
    def pack(self, value: Any, out: bytearray, exact: bool) -> None:
        """Appends a packed value.

        Args:
            value: The value.
            out: Where to.
            exact: Whether a value of another dtype than the space's is refused instead of cast.

        Raises:
            InexactError: ``exact`` is set, and the packed value would be another one.
            TypeError: It is no value of such a space.
            ValueError: Likewise.
        """

    @abc.abstractmethod
    def unpack(self, reader: Reader) -> Any:
        """Reads a value.

        Raises:
            ProtocolError: The bytes are no packed value.
        """

    @abc.abstractmethod
    def zero(self, out: bytearray) -> None:
        """Appends the value of a lane that holds nothing yet."""

    def join(self, values: list[Any]) -> Any:
        """Many values as one batch, as Gymnasium's ``concatenate`` makes it."""
        return tuple(values)

    def split(self, batch: Any) -> list[Any]:
        """The values of a batch."""
        return list(batch)


class FixedPacker(Packer):
    """Box, Discrete, MultiBinary and MultiDiscrete: the elements, row-major.

    Attributes:
        dtype: Element type.
        shape: Shape of one value.
        nbytes: Bytes of one value.
    """

    def __init__(self, space: spaces.Space[Any]) -> None:
        """Prepares the layout."""
        self.space = space
        self.dtype: np.dtype[Any] = np.dtype(space.dtype)
        self.shape: tuple[int, ...] = space.shape  # type: ignore[assignment]
        self.discrete = isinstance(space, spaces.Discrete)
        self.nbytes = self.least = math.prod(self.shape) * self.dtype.itemsize

    def pack(self, value: Any, out: bytearray, exact: bool) -> None:
        """Appends the elements."""
        if isinstance(value, (np.ndarray, np.generic)) and value.dtype == self.dtype and value.shape == self.shape:
            if exact and self.discrete != isinstance(value, np.generic):
                raise InexactError
            out += value.tobytes()
            return
        if exact:
            raise InexactError
        array = np.empty(self.shape, self.dtype)
        array[...] = value
        out += array.tobytes()

    def unpack(self, reader: Reader) -> Any:
        """Reads an array, or a scalar of a Discrete."""
        value = self.array(reader.take(self.nbytes), self.shape)
        return value[()] if self.discrete else value

    def array(self, data: bytes, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
        """Bytes as a fresh array."""
        if self.dtype == np.bool_:
            return read_bools(data, shape)
        if not data:
            return np.zeros(shape, self.dtype)
        return np.frombuffer(data, self.dtype).reshape(shape).copy()

    def zero(self, out: bytearray) -> None:
        """Appends zeros."""
        out += bytes(self.nbytes)

    def join(self, values: list[Any]) -> Any:
        """One array."""
        batch = np.zeros((len(values), *self.shape), self.dtype)
        for index, value in enumerate(values):
            batch[index] = value
        return batch

    def split(self, batch: Any) -> list[Any]:
        """The rows."""
        return list(np.asarray(batch))


class TuplePacker(Packer):
    """Tuple: the children one after another."""

    def __init__(self, space: spaces.Tuple[Any]) -> None:
        """Prepares the children."""
        self.space = space
        self._children = [packer_of(child) for child in space.spaces]
        self.least = sum(child.least for child in self._children)

    def pack(self, value: Any, out: bytearray, exact: bool) -> None:
        """Appends the children."""
        if exact and type(value) is not tuple:
            raise InexactError
        for child, item in zip(self._children, value, strict=True):
            child.pack(item, out, exact)

    def unpack(self, reader: Reader) -> Any:
        """Reads a tuple."""
        return tuple(child.unpack(reader) for child in self._children)

    def zero(self, out: bytearray) -> None:
        """Appends the children's."""
        for child in self._children:
            child.zero(out)

    def join(self, values: list[Any]) -> Any:
        """A tuple of batches."""
        return tuple(child.join([value[index] for value in values]) for index, child in enumerate(self._children))

    def split(self, batch: Any) -> list[Any]:
        """Tuples of the children's."""
        columns = [child.split(part) for child, part in zip(self._children, batch, strict=True)]
        return list(zip(*columns, strict=True))


class DictPacker(Packer):
    """Dict: the children in stored order."""

    def __init__(self, space: spaces.Dict) -> None:
        """Prepares the children."""
        self.space = space
        self._children = {key: packer_of(child) for key, child in space.spaces.items()}
        self.least = sum(child.least for child in self._children.values())

    def pack(self, value: Any, out: bytearray, exact: bool) -> None:
        """Appends the children."""
        if exact and type(value) is not dict:
            raise InexactError
        if len(value) != len(self._children):
            raise ValueError(f"the keys {list(self._children)} are expected, got {list(value)}")
        for key, child in self._children.items():
            child.pack(value[key], out, exact)

    def unpack(self, reader: Reader) -> Any:
        """Reads a dict."""
        return {key: child.unpack(reader) for key, child in self._children.items()}

    def zero(self, out: bytearray) -> None:
        """Appends the children's."""
        for child in self._children.values():
            child.zero(out)

    def join(self, values: list[Any]) -> Any:
        """A dict of batches."""
        return {key: child.join([value[key] for value in values]) for key, child in self._children.items()}

    def split(self, batch: Any) -> list[Any]:
        """Dicts of the children's."""
        columns = [child.split(batch[key]) for key, child in self._children.items()]
        return [dict(zip(self._children, row, strict=True)) for row in zip(*columns, strict=True)]


class TextPacker(Packer):
    """Text: length in bytes, UTF-8."""

    least = 4

    def __init__(self, space: spaces.Text) -> None:
        """Notes the space."""
        self.space = space

    def pack(self, value: Any, out: bytearray, exact: bool) -> None:
        """Appends the text."""
        if type(value) is not str:
            if exact:
                raise InexactError
            if not isinstance(value, str):
                raise TypeError(f"a str is expected, got {type(value).__name__}")
        try:
            data = value.encode("utf-8")
        except UnicodeEncodeError:
            raise ValueError("the text holds a lone surrogate and cannot be carried") from None
        out += _COUNT.pack(len(data)) + data

    def unpack(self, reader: Reader) -> str:
        """Reads a text."""
        data = reader.take(reader.count())
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise reader.error(f"the text is no UTF-8: {error}") from None

    def zero(self, out: bytearray) -> None:
        """Appends an empty text."""
        out += bytes(4)


class SequencePacker(Packer):
    """Sequence: count, features."""

    least = 4

    def __init__(self, space: spaces.Sequence) -> None:
        """Prepares the feature."""
        self.space = space
        self._feature = packer_of(space.feature_space)
        self._stack = space.stack

    def pack(self, value: Any, out: bytearray, exact: bool) -> None:
        """Appends the features."""
        if exact and not self._stack and type(value) is not tuple:
            raise InexactError
        items = self._feature.split(value) if self._stack else list(value)
        out += _COUNT.pack(len(items))
        for item in items:
            self._feature.pack(item, out, exact)

    def unpack(self, reader: Reader) -> Any:
        """Reads a tuple, or a batch where the space stacks."""
        count = reader.count()
        reader.check(count, self._feature.least)
        items = [self._feature.unpack(reader) for _ in range(count)]
        return self._feature.join(items) if self._stack else tuple(items)

    def zero(self, out: bytearray) -> None:
        """Appends an empty sequence."""
        out += bytes(4)


class GraphPacker(Packer):
    """Graph: counts, nodes, edges, links."""

    least = _GRAPH.size

    def __init__(self, space: spaces.Graph) -> None:
        """Prepares nodes and edges."""
        self.space = space
        self._node = packer_of(space.node_space)
        self._edge = packer_of(space.edge_space) if space.edge_space is not None else None

    def pack(self, value: Any, out: bytearray, exact: bool) -> None:
        """Appends the graph."""
        if not isinstance(value, GraphInstance):
            if exact:
                raise InexactError
            raise TypeError(f"a GraphInstance is expected, got {type(value).__name__}")
        nodes = self._node.split(value.nodes)
        edges: list[Any] = []
        if value.edges is not None:
            if self._edge is None:
                raise ValueError("the graph has edges, its space has none")
            edges = self._edge.split(value.edges)
        links = None if value.edge_links is None else np.asarray(value.edge_links)
        if links is not None:
            if links.ndim != 2 or links.shape[1] != 2 or (value.edges is not None and len(links) != len(edges)):
                raise ValueError(f"edge links of shape {list(links.shape)} do not fit {len(edges)} edges")
            if exact and (links.dtype != np.int32 or value.edges is None):
                raise InexactError
        flags = (_HAS_EDGES if value.edges is not None else 0) | (_HAS_LINKS if links is not None else 0)
        edge_count = len(edges) if value.edges is not None or links is None else len(links)
        out += _GRAPH.pack(len(nodes), edge_count, flags)
        for node in nodes:
            self._node.pack(node, out, exact)
        for edge in edges:
            self._edge.pack(edge, out, exact)  # type: ignore[union-attr]
        if links is not None:
            out += links.astype("<i4").tobytes()

    def unpack(self, reader: Reader) -> GraphInstance:
        """Reads a graph."""
        node_count, edge_count, flags = _GRAPH.unpack(reader.take(_GRAPH.size))
        if flags > _HAS_EDGES | _HAS_LINKS or (flags == 0 and edge_count):
            raise reader.error(f"a graph with {edge_count} edges has the flags {flags}")
        reader.check(node_count, self._node.least)
        nodes = self._node.join([self._node.unpack(reader) for _ in range(node_count)])
        edges = links = None
        if flags & _HAS_EDGES:
            if self._edge is None:
                raise reader.error("a graph with edges, of a space that has none")
            reader.check(edge_count, self._edge.least)
            edges = self._edge.join([self._edge.unpack(reader) for _ in range(edge_count)])
        if flags & _HAS_LINKS:
            links = np.frombuffer(reader.take(edge_count * 8), "<i4").reshape(edge_count, 2).copy()
        return GraphInstance(nodes, edges, links)

    def zero(self, out: bytearray) -> None:
        """Appends a graph of nothing."""
        out += bytes(_GRAPH.size)


class OneOfPacker(Packer):
    """OneOf: index, value of that space."""

    least = 4

    def __init__(self, space: spaces.OneOf[Any]) -> None:
        """Prepares the spaces."""
        self.space = space
        self._children = [packer_of(child) for child in space.spaces]

    def pack(self, value: Any, out: bytearray, exact: bool) -> None:
        """Appends index and value."""
        index, item = value
        if exact and (type(value) is not tuple or type(index) is not np.int64):
            raise InexactError
        if not 0 <= int(index) < len(self._children):
            raise ValueError(f"the index {index} is none of the {len(self._children)} spaces")
        out += _COUNT.pack(int(index))
        self._children[int(index)].pack(item, out, exact)

    def unpack(self, reader: Reader) -> Any:
        """Reads index and value."""
        index = reader.count()
        if index >= len(self._children):
            raise reader.error(f"the index {index} is none of the {len(self._children)} spaces")
        return np.int64(index), self._children[index].unpack(reader)

    def zero(self, out: bytearray) -> None:
        """Appends the first space's."""
        out += bytes(4)
        self._children[0].zero(out)


_PACKERS: tuple[tuple[type[spaces.Space[Any]], Any], ...] = (
    (spaces.Box, FixedPacker),
    (spaces.Discrete, FixedPacker),
    (spaces.MultiBinary, FixedPacker),
    (spaces.MultiDiscrete, FixedPacker),
    (spaces.Tuple, TuplePacker),
    (spaces.Dict, DictPacker),
    (spaces.Text, TextPacker),
    (spaces.Sequence, SequencePacker),
    (spaces.Graph, GraphPacker),
    (spaces.OneOf, OneOfPacker),
)


def packer_of(space: spaces.Space[Any]) -> Packer:
    """The packer of a space.

    Raises:
        TypeError: It is none of Gymnasium's ten.
    """
    for kind, packer in _PACKERS:
        if isinstance(space, kind):
            made: Packer = packer(space)
            return made
    raise TypeError(f"a space of class {type(space).__name__} cannot be carried over the wire")
