"""Python values to and from ``gymbridge.v1.Value``.

Types and the order of dict keys survive. What the wire has no type for is converted where Python has an obvious meaning
(docs/protocol.md, section 7); all else is refused by the sender with the path to it, or left out of an info with a
warning. There is no pickle, and nothing on the wire names a type to load.
"""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import pathlib
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from gymnasium.spaces import GraphInstance

from gymbridge import _spaces
from gymbridge._arrays import (
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_RANK,
    MAX_TEXT_BYTES,
    Budget,
    checked_size,
    decode_array,
    encode_array,
)
from gymbridge._generated import values_pb2 as pb
from gymbridge.errors import ProtocolError

__all__ = ["MAX_DEPTH", "MAX_ITEMS", "MAX_RANK", "MAX_TEXT_BYTES", "decode", "encode", "encode_info"]

_NUMBERS = frozenset((bool, int, float))
_SHORT_TEXT = 100  # Characters, of which none is long by itself.
_INT64_MIN, _INT64_MAX = -(1 << 63), (1 << 63) - 1

LeftOut = Callable[[str, object, str], None]
"""Told the path, the value and the reason of what an info goes without."""


def encode(value: object, path: str = "value") -> pb.Value:
    """Encodes a value.

    Args:
        value: None, bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict, numpy array or scalar,
            GraphInstance or Gymnasium space, nested at will, or what can be converted into these.
        path: What the value is called in an error, such as ``options``.

    Returns:
        The message.

    Raises:
        TypeError: Something in it cannot be carried; the text names the path.
        ValueError: It is too deep or holds too many items or too long a text.
    """
    message = pb.Value()
    _Encoder(None).write(value, message, path, 0)
    return message


def encode_info(info: dict[Any, Any], out: pb.Value, path: str, left_out: LeftOut) -> None:
    """Encodes an info; what cannot be carried is left out instead of refused.

    Args:
        info: The info.
        out: The message to fill.
        path: ``info`` or ``final_info``.
        left_out: Told what the info goes without.
    """
    _Encoder(left_out).write(info, out, path, 0)


class _Encoder:
    """Writes one value; with ``left_out`` it drops the entries of dicts that cannot be carried."""

    __slots__ = ("_budget", "_left_out")

    def __init__(self, left_out: LeftOut | None) -> None:
        self._left_out = left_out
        self._budget = Budget()

    def write(self, value: Any, out: pb.Value, path: str, depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise ValueError(f"{path}: nested deeper than {MAX_DEPTH} levels")
        self._budget.take_items(1, path, ValueError)
        kind = type(value)
        if value is None:
            out.none = True
        elif kind is bool:
            out.boolean = value
        elif kind is int:
            _write_int(value, out)
        elif kind is float:
            out.float = value
        elif kind is str:
            out.text = _checked_text(value, path)
        elif kind is dict:
            self._write_dict(value, out, path, depth)
        elif kind is np.ndarray:
            self._write_array(value, out, path, depth)
        elif kind is list:
            self._write_items(value, out.list, path, depth)
        elif kind is tuple:
            self._write_items(value, out.tuple, path, depth)
        elif kind is bytes:
            out.blob = value
        else:
            self._write_other(value, kind, out, path, depth)

    def _write_other(self, value: Any, kind: type, out: pb.Value, path: str, depth: int) -> None:
        if isinstance(value, np.generic) and not isinstance(value, (np.str_, np.bytes_, np.void, np.object_)):
            encode_array(value, out.scalar, path)
        elif kind is set:
            self._write_items(value, out.set, path, depth)
        elif kind is frozenset:
            self._write_items(value, out.frozenset, path, depth)
        elif kind is complex:
            out.complex.real, out.complex.imaginary = value.real, value.imag
        elif isinstance(value, GraphInstance):
            self._write_graph(value, out.graph, path, depth)
        elif _spaces.is_space(value):
            _spaces.encode_into(value, out.space, path)
        else:
            self.write(_converted(value, path), out, path, depth + 1)

    def _write_items(self, items: Any, out: pb.Value.List, path: str, depth: int) -> None:
        out.SetInParent()
        if len(items) > self._budget.items:  # Before they are looked at one by one.
            self._budget.take_items(len(items), path, ValueError)
        for index, item in enumerate(items):
            self.write(item, out.items.add(), f"{path}[{index}]", depth + 1)

    def _write_dict(self, value: Mapping[Any, Any], out: pb.Value, path: str, depth: int) -> None:
        message = out.dict
        message.SetInParent()
        budget, add_key, add_value = self._budget, message.keys.add, message.values.add
        flat = depth + 1 < MAX_DEPTH
        for key, item in value.items():
            kind = type(item)
            # Most entries of infos are a name and a number of Python's, which nothing speaks against.
            if kind in _NUMBERS and type(key) is str and key.isascii() and len(key) <= _SHORT_TEXT:
                if flat and budget.items >= 2 and (kind is not int or _INT64_MIN <= item <= _INT64_MAX):
                    budget.items -= 2
                    add_key().text = key
                    if kind is int:
                        add_value().integer = item
                    elif kind is float:
                        add_value().float = item
                    else:
                        add_value().boolean = item
                    continue
            where = f"{path}[{key!r:.100}]"
            if self._left_out is None:
                self.write(key, message.keys.add(), f"key of {path}", depth + 1)
                self.write(item, message.values.add(), where, depth + 1)
                continue
            items = self._budget.items
            try:
                carried_key, carried = pb.Value(), pb.Value()
                self.write(key, carried_key, f"key of {path}", depth + 1)
                self.write(item, carried, where, depth + 1)
            except Exception as error:  # Of an object's own __iter__, for one: an info never fails a step.
                self._budget.items = items
                self._left_out(where, item, str(error))
            else:
                message.keys.append(carried_key)
                message.values.append(carried)

    def _write_array(self, array: np.ndarray[Any, Any], out: pb.Value, path: str, depth: int) -> None:
        if array.dtype != object:
            encode_array(array, out.array, path)
            return
        message = out.object_array
        message.shape.extend(array.shape)
        for index, item in enumerate(array.flat):
            self.write(item, message.items.add(), f"{path}[{index}]", depth + 1)

    def _write_graph(self, graph: GraphInstance, out: pb.Value.Graph, path: str, depth: int) -> None:
        self.write(graph.nodes, out.nodes, f"{path}.nodes", depth + 1)
        if graph.edges is not None:
            self.write(graph.edges, out.edges, f"{path}.edges", depth + 1)
        if graph.edge_links is not None:
            self.write(graph.edge_links, out.edge_links, f"{path}.edge_links", depth + 1)


def _converted(value: Any, path: str) -> Any:
    """A value of a type that the wire has, with the obvious meaning of one that it has not.

    Raises:
        TypeError: There is none.
    """
    if isinstance(value, enum.Enum):
        return int(value) if isinstance(value, int) else str(value.value) if isinstance(value, str) else value.value
    if isinstance(value, np.ma.MaskedArray):  # Its data alone would be another value.
        raise TypeError(f"{path}: a MaskedArray cannot be carried over the wire; fill it first")
    for kinds, convert in _CONVERSIONS:
        if isinstance(value, kinds):
            return convert(value)
    if hasattr(type(value), "__array__"):
        return np.asarray(value)
    raise TypeError(
        f"{path}: {type(value).__name__} cannot be carried over the wire; possible are None, bool, int, float, "
        "complex, str, bytes, list, tuple, set, dict, numpy arrays and scalars of ordinary dtypes, and Gymnasium spaces"
    )


_CONVERSIONS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (np.ndarray, lambda value: np.array(value, subok=False)),
    (str, lambda value: str.__str__(value)),
    (int, int),
    (float, float),
    (complex, complex),
    ((bytes, bytearray, memoryview), bytes),
    (Mapping, dict),
    (tuple, tuple),
    ((list, collections.deque, range), list),
    (frozenset, frozenset),
    (set, set),
    ((datetime.date, datetime.time), lambda value: value.isoformat()),
    ((datetime.timedelta, decimal.Decimal, uuid.UUID, pathlib.PurePath), str),
)


def _write_int(value: int, out: pb.Value) -> None:
    if _INT64_MIN <= value <= _INT64_MAX:
        out.integer = value
    else:
        # Two's complement wants one bit for the sign. ~x has the length that a negative number needs.
        bits = (value if value >= 0 else ~value).bit_length() + 1
        out.big_integer = value.to_bytes((bits + 7) // 8, "little", signed=True)


def _checked_text(value: str, path: str) -> str:
    try:
        size = len(value.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise TypeError(f"{path}: the text holds a lone surrogate at {error.start} and cannot be carried") from None
    if size > MAX_TEXT_BYTES:
        raise ValueError(f"{path}: a text of {size:,} bytes is over the limit of {MAX_TEXT_BYTES:,}")
    return value


def decode(message: pb.Value, path: str = "value", budget: Budget | None = None) -> Any:
    """Decodes a value.

    Args:
        message: The message, from an untrusted peer.
        path: What the value is called in an error.
        budget: What it may take; None is a fresh one.

    Returns:
        The value, of the very types that went in; arrays are fresh and writable.

    Raises:
        ProtocolError: The message does not follow the contract.
    """
    return _decode(message, path, 0, budget or Budget())


def _decode(message: pb.Value, path: str, depth: int, budget: Budget) -> Any:
    if depth >= MAX_DEPTH:
        raise ProtocolError(f"{path}: nested deeper than {MAX_DEPTH} levels")
    budget.take_items(1, path)
    kind = message.WhichOneof("kind")
    if kind == "none":
        return None
    if kind in ("boolean", "integer", "float", "blob"):
        return getattr(message, kind)
    if kind == "text":
        text = message.text
        if len(text) > MAX_TEXT_BYTES:
            raise ProtocolError(f"{path}: a text of {len(text):,} characters is over the limit of {MAX_TEXT_BYTES:,}")
        return text
    if kind == "dict":
        return _decode_dict(message.dict, path, depth, budget)
    if kind in _COLLECTIONS:
        return _decode_items(getattr(message, kind), _COLLECTIONS[kind], path, depth, budget)
    read = _READERS.get(kind) if kind is not None else None
    if read is None:
        raise ProtocolError(f"{path}: a value without a kind that this version knows")
    return read(message, path, depth, budget)


_COLLECTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "list": lambda items: items,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
}


def _decode_items(
    message: pb.Value.List, make: Callable[[list[Any]], Any], path: str, depth: int, budget: Budget
) -> Any:
    decoded = [_decode(item, f"{path}[{index}]", depth + 1, budget) for index, item in enumerate(message.items)]
    try:
        return make(decoded)
    except TypeError as error:
        raise ProtocolError(f"{path}: {error}") from None


def _decode_big_integer(message: pb.Value, path: str, depth: int, budget: Budget) -> int:
    if len(message.big_integer) > MAX_TEXT_BYTES:
        raise ProtocolError(
            f"{path}: an integer of {len(message.big_integer):,} bytes is over the limit of {MAX_TEXT_BYTES:,}"
        )
    return int.from_bytes(message.big_integer, "little", signed=True)


def _decode_scalar(message: pb.Value, path: str, depth: int, budget: Budget) -> Any:
    array = decode_array(message.scalar, path)
    if array.shape != ():
        raise ProtocolError(f"{path}: a scalar of shape {list(array.shape)}; a scalar has the shape []")
    return array[()]


def _decode_object_array(message: pb.Value, path: str, depth: int, budget: Budget) -> Any:
    shape = tuple(message.object_array.shape)
    items = message.object_array.items
    if checked_size(shape, path) != len(items):
        raise ProtocolError(f"{path}: an object array of shape {list(shape)} with {len(items)} items")
    array: np.ndarray[Any, Any] = np.empty(len(items), object)
    for index, item in enumerate(items):
        array[index] = _decode(item, f"{path}[{index}]", depth + 1, budget)
    return array.reshape(shape)


def _decode_graph(message: pb.Value, path: str, depth: int, budget: Budget) -> GraphInstance:
    graph = message.graph
    parts = [
        _decode(getattr(graph, name), f"{path}.{name}", depth + 1, budget) if graph.HasField(name) else None
        for name in ("nodes", "edges", "edge_links")
    ]
    return GraphInstance(*parts)  # type: ignore[arg-type]


_READERS: dict[str, Callable[[pb.Value, str, int, Budget], Any]] = {
    "array": lambda message, path, depth, budget: decode_array(message.array, path),
    "scalar": _decode_scalar,
    "space": lambda message, path, depth, budget: _spaces.decode(message.space, path, budget),
    "complex": lambda message, path, depth, budget: complex(message.complex.real, message.complex.imaginary),
    "big_integer": _decode_big_integer,
    "object_array": _decode_object_array,
    "graph": _decode_graph,
}


def _decode_dict(message: pb.Value.Dict, path: str, depth: int, budget: Budget) -> dict[Any, Any]:
    if len(message.keys) != len(message.values):
        raise ProtocolError(f"{path}: a dict of {len(message.keys)} keys and {len(message.values)} values")
    decoded: dict[Any, Any] = {}
    for key_message, value_message in zip(message.keys, message.values, strict=True):
        key = _decode(key_message, f"key of {path}", depth + 1, budget)
        try:
            if key in decoded:
                raise ProtocolError(f"{path}: the key {key!r:.100} is there twice")
        except TypeError:
            raise ProtocolError(f"{path}: {type(key).__name__} cannot be a key of a dict") from None
        decoded[key] = _decode(value_message, f"{path}[{key!r:.100}]", depth + 1, budget)
    return decoded
