"""Gymnasium spaces to and from ``gymbridge.v1.Space``.

Bounds, dtypes and ``bounded_below``/``bounded_above`` come back byte for byte; the random generator of a space is its
own and stays at home.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from gymnasium import spaces

from gymbridge._arrays import MAX_DEPTH, Budget, checked_size
from gymbridge._dtypes import DTYPES, wire_dtype
from gymbridge._generated import values_pb2 as pb
from gymbridge.errors import ProtocolError

_MASK64 = (1 << 64) - 1
_UINT8 = np.dtype(np.uint8)
_DICT_SORTS = "sort_keys" in inspect.signature(spaces.Dict.__init__).parameters  # Gymnasium 1.4


def is_space(value: object) -> bool:
    """Whether a value is a Gymnasium space of any kind."""
    return isinstance(value, spaces.Space)


def encode(space: object, path: str = "space") -> pb.Space:
    """Encodes a space.

    Args:
        space: One of Gymnasium's ten; a subclass goes as the one that it derives from.
        path: What the space is called in an error.

    Raises:
        TypeError: The space cannot be carried.
    """
    message = pb.Space()
    encode_into(space, message, path)
    return message


def encode_into(space: object, out: pb.Space, path: str) -> None:
    """Encodes a space into a message, as :func:`encode` does."""
    for kind, write in _WRITERS:
        if isinstance(space, kind):
            write(space, out, path)
            return
    raise TypeError(
        f"{path}: a space of class {type(space).__name__} cannot be carried over the wire; possible are "
        f"{', '.join(kind.__name__ for kind, _ in _WRITERS)}"
    )


def _write_box(space: spaces.Box, out: pb.Space, path: str) -> None:
    box = out.box
    box.dtype = wire_dtype(space.dtype, path)
    box.shape.extend(space.shape)
    box.low = _shortest(space.low)
    box.high = _shortest(space.high)
    box.bounded_below = _shortest(space.bounded_below)
    box.bounded_above = _shortest(space.bounded_above)


def _write_discrete(space: spaces.Discrete[Any], out: pb.Space, path: str) -> None:
    out.discrete.dtype = wire_dtype(space.dtype, path)
    out.discrete.n = int(space.n)
    start = int(space.start)
    out.discrete.start = start if start < 1 << 63 else start - (1 << 64)


def _write_multi_binary(space: spaces.MultiBinary, out: pb.Space, path: str) -> None:
    out.multi_binary.shape.extend(space.shape)
    out.multi_binary.is_flat = isinstance(space.n, int)


def _write_multi_discrete(space: spaces.MultiDiscrete[Any], out: pb.Space, path: str) -> None:
    message = out.multi_discrete
    message.dtype = wire_dtype(space.dtype, path)
    message.shape.extend(space.nvec.shape)
    message.nvec = _shortest(space.nvec)
    message.start = _shortest(space.start)


def _write_text(space: spaces.Text, out: pb.Space, path: str) -> None:
    out.text.min_length = space.min_length
    out.text.max_length = space.max_length
    try:
        out.text.characters = "".join(space.character_list)
    except UnicodeEncodeError:
        raise TypeError(f"{path}: the characters of {space} hold a lone surrogate and cannot be carried") from None


def _write_tuple(space: spaces.Tuple[Any], out: pb.Space, path: str) -> None:
    out.tuple.SetInParent()
    for index, child in enumerate(space.spaces):
        encode_into(child, out.tuple.spaces.add(), f"{path}[{index}]")


def _write_dict(space: spaces.Dict, out: pb.Space, path: str) -> None:
    out.dict.SetInParent()
    out.dict.keeps_order = not getattr(space, "sort_keys", True)
    for key, child in space.spaces.items():
        _write_key(key, out.dict.keys.add(), path)
        encode_into(child, out.dict.spaces.add(), f"{path}[{key!r}]")


def _write_key(key: object, out: pb.Value, path: str) -> None:
    if type(key) is str:
        out.text = key
    elif type(key) is bool:
        out.boolean = key
    elif type(key) is int and -(1 << 63) <= key < 1 << 63:
        out.integer = key
    else:
        raise TypeError(f"{path}: the key {key!r} of a Dict space cannot be carried; possible are str, int and bool")


def _write_sequence(space: spaces.Sequence, out: pb.Space, path: str) -> None:
    out.sequence.stack = space.stack
    encode_into(space.feature_space, out.sequence.feature_space, f"{path}.feature_space")


def _write_graph(space: spaces.Graph, out: pb.Space, path: str) -> None:
    encode_into(space.node_space, out.graph.node_space, f"{path}.node_space")
    if space.edge_space is not None:
        encode_into(space.edge_space, out.graph.edge_space, f"{path}.edge_space")


def _write_one_of(space: spaces.OneOf[Any], out: pb.Space, path: str) -> None:
    for index, child in enumerate(space.spaces):
        encode_into(child, out.one_of.spaces.add(), f"{path}[{index}]")


_WRITERS: tuple[tuple[type[spaces.Space[Any]], Callable[[Any, pb.Space, str], None]], ...] = (
    (spaces.Box, _write_box),
    (spaces.Discrete, _write_discrete),
    (spaces.MultiBinary, _write_multi_binary),
    (spaces.MultiDiscrete, _write_multi_discrete),
    (spaces.Text, _write_text),
    (spaces.Tuple, _write_tuple),
    (spaces.Dict, _write_dict),
    (spaces.Sequence, _write_sequence),
    (spaces.Graph, _write_graph),
    (spaces.OneOf, _write_one_of),
)


def _shortest(array: np.ndarray[Any, Any]) -> bytes:
    """One element where all are equal to the bit, else all of them."""
    if array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
    data, size = array.tobytes(), array.dtype.itemsize
    return data[:size] if data == data[:size] * array.size else data


def decode(message: pb.Space, path: str = "space", budget: Budget | None = None) -> spaces.Space[Any]:
    """Decodes a space.

    Args:
        message: The message, from an untrusted peer.
        path: What the space is called in an error.
        budget: What it may take; None is a fresh one.

    Raises:
        ProtocolError: It describes no space that Gymnasium could have, or one that is over the budget.
    """
    return _decode(message, path, 0, budget or Budget())


def _decode(message: pb.Space, path: str, depth: int, budget: Budget) -> spaces.Space[Any]:
    if depth >= MAX_DEPTH:
        raise ProtocolError(f"{path}: nested deeper than {MAX_DEPTH} levels")
    budget.take_items(1, path)
    kind = message.WhichOneof("kind")
    read = _READERS.get(kind) if kind is not None else None
    if kind is None or read is None:
        raise ProtocolError(f"{path}: a space of a kind that this version does not know")
    try:
        return read(getattr(message, kind), path, depth, budget)
    except ProtocolError:
        raise
    except (ValueError, TypeError, OverflowError, AssertionError) as error:
        raise ProtocolError(f"{path}: {error}") from None


def _read_box(message: pb.Space.Box, path: str, depth: int, budget: Budget) -> spaces.Box:
    dtype = DTYPES.get(message.dtype)
    if dtype is None or dtype.kind == "c":
        raise ProtocolError(f"{path}: a Box of unknown dtype {message.dtype}")
    shape = tuple(message.shape)
    size = checked_size(shape, path)
    # A Box may be given by one element, so that its size is the peer's word alone.
    budget.take_bytes(size * (2 * dtype.itemsize + 2), path)
    low = _bound(message.low, dtype, shape, size, f"{path}.low")
    high = _bound(message.high, dtype, shape, size, f"{path}.high")
    below = _bound(message.bounded_below, _UINT8, shape, size, f"{path}.bounded_below").astype(np.bool_)
    above = _bound(message.bounded_above, _UINT8, shape, size, f"{path}.bounded_above").astype(np.bool_)
    box = spaces.Box(low, high, shape, dtype.type)
    # An integer Box keeps in the flags alone that a bound was infinite.
    box.bounded_below, box.bounded_above = below, above
    return box


def _bound(
    data: bytes, dtype: np.dtype[Any], shape: tuple[int, ...], size: int, path: str
) -> np.ndarray[Any, np.dtype[Any]]:
    if dtype == np.bool_:
        return _bound(data, _UINT8, shape, size, path).astype(np.bool_)
    if len(data) == size * dtype.itemsize:
        return np.frombuffer(data, dtype).reshape(shape).copy() if size else np.zeros(shape, dtype)
    if len(data) == dtype.itemsize:
        return np.full(shape, np.frombuffer(data, dtype)[0], dtype)
    raise ProtocolError(
        f"{path}: {dtype.itemsize} or {size * dtype.itemsize} bytes expected ({dtype.name}, shape {list(shape)}), got "
        f"{len(data)}"
    )


def _integer_dtype(number: int, path: str, kind: str) -> np.dtype[Any]:
    dtype = DTYPES.get(number)
    if dtype is None or dtype.kind not in "iu":
        raise ProtocolError(f"{path}: a {kind} of dtype {number}, which is no integer dtype")
    return dtype


def _read_discrete(message: pb.Space.Discrete, path: str, depth: int, budget: Budget) -> spaces.Discrete[Any]:
    dtype = _integer_dtype(message.dtype, path, "Discrete")
    start = message.start & _MASK64 if dtype == np.uint64 else message.start
    limits = np.iinfo(dtype)
    if message.n == 0 or message.n > limits.max or not limits.min <= start <= limits.max:
        raise ProtocolError(f"{path}: Discrete({message.n}, start={start}) does not fit {dtype.name}")
    return spaces.Discrete(message.n, start=start, dtype=dtype.type)


def _read_multi_binary(message: pb.Space.MultiBinary, path: str, depth: int, budget: Budget) -> spaces.MultiBinary:
    shape = tuple(message.shape)
    checked_size(shape, path)
    if 0 in shape:
        raise ProtocolError(f"{path}: a MultiBinary of shape {list(shape)}; every extent must be positive")
    if not message.is_flat:
        return spaces.MultiBinary(shape)
    if len(shape) != 1:
        raise ProtocolError(f"{path}: a flat MultiBinary has one extent, got the shape {list(shape)}")
    return spaces.MultiBinary(shape[0])


def _read_multi_discrete(
    message: pb.Space.MultiDiscrete, path: str, depth: int, budget: Budget
) -> spaces.MultiDiscrete[Any]:
    dtype = _integer_dtype(message.dtype, path, "MultiDiscrete")
    shape = tuple(message.shape)
    size = checked_size(shape, path)
    budget.take_bytes(size * 2 * dtype.itemsize, path)
    nvec = _bound(message.nvec, dtype, shape, size, f"{path}.nvec")
    start = _bound(message.start, dtype, shape, size, f"{path}.start")
    return spaces.MultiDiscrete(nvec, dtype=dtype.type, start=start)


def _read_text(message: pb.Space.Text, path: str, depth: int, budget: Budget) -> spaces.Text:
    return spaces.Text(message.max_length, min_length=message.min_length, charset=message.characters)


def _read_tuple(message: pb.Space.Tuple, path: str, depth: int, budget: Budget) -> spaces.Tuple[Any]:
    return spaces.Tuple(_children(message.spaces, path, depth, budget))


def _read_one_of(message: pb.Space.OneOf, path: str, depth: int, budget: Budget) -> spaces.OneOf[Any]:
    return spaces.OneOf(_children(message.spaces, path, depth, budget))


def _children(messages: Any, path: str, depth: int, budget: Budget) -> list[spaces.Space[Any]]:
    return [_decode(child, f"{path}[{index}]", depth + 1, budget) for index, child in enumerate(messages)]


def _read_dict(message: pb.Space.Dict, path: str, depth: int, budget: Budget) -> spaces.Dict:
    if len(message.keys) != len(message.spaces):
        raise ProtocolError(f"{path}: a Dict of {len(message.keys)} keys and {len(message.spaces)} spaces")
    pairs: dict[Any, spaces.Space[Any]] = {}
    for key_message, child in zip(message.keys, message.spaces, strict=True):
        kind = key_message.WhichOneof("kind")
        if kind not in ("text", "integer", "boolean"):
            raise ProtocolError(f"{path}: a key of a Dict space is a str, an int or a bool, got a {kind}")
        key = getattr(key_message, kind)
        if key in pairs:
            raise ProtocolError(f"{path}: the key {key!r} is there twice")
        pairs[key] = _decode(child, f"{path}[{key!r}]", depth + 1, budget)
    # Only a mapping would be sorted anew; the order of the wire is the one that the space already has.
    if message.keeps_order and _DICT_SORTS:
        return spaces.Dict(pairs, sort_keys=False)
    return spaces.Dict(list(pairs.items()))


def _read_sequence(message: pb.Space.Sequence, path: str, depth: int, budget: Budget) -> spaces.Sequence:
    feature = _decode(message.feature_space, f"{path}.feature_space", depth + 1, budget)
    return spaces.Sequence(feature, stack=message.stack)


def _read_graph(message: pb.Space.Graph, path: str, depth: int, budget: Budget) -> spaces.Graph:
    node = _decode(message.node_space, f"{path}.node_space", depth + 1, budget)
    edge = None
    if message.HasField("edge_space"):
        edge = _decode(message.edge_space, f"{path}.edge_space", depth + 1, budget)
    return spaces.Graph(node, edge)


_READERS: dict[str, Callable[[Any, str, int, Budget], spaces.Space[Any]]] = {
    "box": _read_box,
    "discrete": _read_discrete,
    "multi_binary": _read_multi_binary,
    "multi_discrete": _read_multi_discrete,
    "text": _read_text,
    "tuple": _read_tuple,
    "dict": _read_dict,
    "sequence": _read_sequence,
    "graph": _read_graph,
    "one_of": _read_one_of,
}
