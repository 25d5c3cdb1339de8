"""Python values to and from ``gymbridge.v1.Value``.

Types and the order of dict keys survive; what cannot be carried is refused by the sender with the path to it. There is
no pickle, and nothing on the wire names a type to load.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from gymbridge import _spaces
from gymbridge._dtypes import DTYPES, read_bools, wire_dtype
from gymbridge._generated import values_pb2 as pb
from gymbridge.errors import ProtocolError

MAX_DEPTH = 32
MAX_ITEMS = 100_000
MAX_TEXT_BYTES = 64 * 1024
MAX_RANK = 64

_INT64_MIN, _INT64_MAX = -(1 << 63), (1 << 63) - 1


class _Budget:
    """Counts the items of one value, so that neither side builds more than it bargained for."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_ITEMS

    def take(self, count: int, path: str, error: Callable[[str], Exception]) -> None:
        self.left -= count
        if self.left < 0:
            raise error(f"{path}: more than {MAX_ITEMS:,} items in one value")


def encode(value: object, path: str = "value") -> pb.Value:
    """Encodes a value.

    Args:
        value: None, bool, int, float, str, bytes, list, tuple, dict, numpy array or scalar, or Gymnasium space, nested
            at will. Subclasses are refused, for the other side could not give them back.
        path: What the value is called in an error, such as ``options``.

    Returns:
        The message.

    Raises:
        TypeError: Something in it cannot be carried; the text names the path.
        ValueError: It is too deep or holds too many items or too long a text.
    """
    message = pb.Value()
    _encode(value, message, path, 0, _Budget())
    return message


def _encode(value: object, out: pb.Value, path: str, depth: int, budget: _Budget) -> None:
    if depth >= MAX_DEPTH:
        raise ValueError(f"{path}: nested deeper than {MAX_DEPTH} levels")
    budget.take(1, path, ValueError)
    kind = type(value)
    if value is None:
        out.none = True
    elif kind is bool:
        out.boolean = value  # type: ignore[assignment]
    elif kind is int:
        _encode_int(value, out)  # type: ignore[arg-type]
    elif kind is float:
        out.float = value  # type: ignore[assignment]
    elif kind is str:
        out.text = _checked_text(value, path)  # type: ignore[arg-type]
    elif kind is bytes:
        out.blob = value  # type: ignore[assignment]
    elif kind is list or kind is tuple:
        items = out.list if kind is list else out.tuple
        items.SetInParent()
        for index, item in enumerate(value):  # type: ignore[arg-type, var-annotated]
            _encode(item, items.items.add(), f"{path}[{index}]", depth + 1, budget)
    elif kind is dict:
        out.dict.SetInParent()
        for key, item in value.items():  # type: ignore[attr-defined]
            _encode(key, out.dict.keys.add(), f"key {key!r} of {path}", depth + 1, budget)
            _encode(item, out.dict.values.add(), f"{path}[{key!r}]", depth + 1, budget)
    elif kind is np.ndarray:
        encode_array(value, out.array, path)  # type: ignore[arg-type]
    elif isinstance(value, np.generic):
        encode_array(np.asarray(value), out.scalar, path, original=kind)
    elif _spaces.is_space(value):
        _spaces.encode_into(value, out.space, path)
    else:
        raise TypeError(
            f"{path}: {kind.__module__}.{kind.__qualname__} cannot be carried over the wire; possible are None, bool, "
            "int, float, str, bytes, list, tuple, dict, numpy arrays and scalars, and Gymnasium spaces"
        )


def _encode_int(value: int, out: pb.Value) -> None:
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


def encode_array(array: np.ndarray[Any, Any], out: pb.NDArray, path: str, original: type | None = None) -> None:
    """Encodes an array into an NDArray message.

    Args:
        array: Any order in memory; the wire is row-major.
        out: The message to fill.
        path: What the array is called in an error.
        original: The scalar's type where the array stands for one.

    Raises:
        TypeError: The dtype cannot be carried.
    """
    out.dtype = wire_dtype(array.dtype, path, original)
    out.shape.extend(array.shape)
    out.data = array.tobytes()


def decode(message: pb.Value, path: str = "value") -> Any:
    """Decodes a value.

    Args:
        message: The message, from an untrusted peer.
        path: What the value is called in an error.

    Returns:
        The value, of the very types that went in; arrays are fresh and writable.

    Raises:
        ProtocolError: The message does not follow the contract.
    """
    return _decode(message, path, 0, _Budget())


def _decode(message: pb.Value, path: str, depth: int, budget: _Budget) -> Any:
    if depth >= MAX_DEPTH:
        raise ProtocolError(f"{path}: nested deeper than {MAX_DEPTH} levels")
    budget.take(1, path, ProtocolError)
    kind = message.WhichOneof("kind")
    if kind == "none":
        return None
    if kind in ("boolean", "integer", "float", "blob"):
        return getattr(message, kind)
    if kind == "big_integer":
        return int.from_bytes(message.big_integer, "little", signed=True)
    if kind == "text":
        text = message.text
        if len(text) > MAX_TEXT_BYTES:
            raise ProtocolError(f"{path}: a text of {len(text):,} characters is over the limit of {MAX_TEXT_BYTES:,}")
        return text
    if kind == "list" or kind == "tuple":
        items = message.list.items if kind == "list" else message.tuple.items
        decoded = [_decode(item, f"{path}[{index}]", depth + 1, budget) for index, item in enumerate(items)]
        return decoded if kind == "list" else tuple(decoded)
    if kind == "dict":
        return _decode_dict(message.dict, path, depth, budget)
    if kind == "array":
        return decode_array(message.array, path)
    if kind == "scalar":
        array = decode_array(message.scalar, path)
        if array.shape != ():
            raise ProtocolError(f"{path}: a scalar of shape {list(array.shape)}; a scalar has the shape []")
        return array[()]
    if kind == "space":
        return _spaces.decode(message.space, path)
    raise ProtocolError(f"{path}: a value without a kind that this version knows")


def _decode_dict(message: pb.Value.Dict, path: str, depth: int, budget: _Budget) -> dict[Any, Any]:
    if len(message.keys) != len(message.values):
        raise ProtocolError(f"{path}: a dict of {len(message.keys)} keys and {len(message.values)} values")
    decoded: dict[Any, Any] = {}
    for key_message, value_message in zip(message.keys, message.values, strict=True):
        key = _decode(key_message, f"key of {path}", depth + 1, budget)
        try:
            if key in decoded:
                raise ProtocolError(f"{path}: the key {key!r} is there twice")
        except TypeError:
            raise ProtocolError(f"{path}: {type(key).__name__} cannot be a key of a dict") from None
        decoded[key] = _decode(value_message, f"{path}[{key!r}]", depth + 1, budget)
    return decoded


def decode_array(message: pb.NDArray, path: str) -> np.ndarray[Any, Any]:
    """Decodes an NDArray message into a fresh array.

    Args:
        message: The message; its byte length is checked before anything is made from it.
        path: What the array is called in an error.

    Raises:
        ProtocolError: Unknown dtype, or a byte length that does not fit the shape.
    """
    dtype = DTYPES.get(message.dtype)
    if dtype is None:
        raise ProtocolError(f"{path}: unknown dtype {message.dtype}")
    shape = tuple(message.shape)
    expected = checked_size(shape, path) * dtype.itemsize
    if len(message.data) != expected:
        raise ProtocolError(
            f"{path}: {expected} bytes expected ({dtype.name}, shape {list(shape)}), got {len(message.data)}"
        )
    if dtype == np.bool_:
        return read_bools(message.data, shape)
    return np.frombuffer(message.data, dtype).reshape(shape).copy()


def checked_size(shape: tuple[int, ...], path: str) -> int:
    """The number of elements of a shape from the wire.

    Raises:
        ProtocolError: NumPy could not hold such a shape.
    """
    if len(shape) > MAX_RANK:
        raise ProtocolError(f"{path}: {len(shape)} dimensions; at most {MAX_RANK} are possible")
    if any(dimension > _INT64_MAX for dimension in shape) or math.prod(d for d in shape if d) > _INT64_MAX // 16:
        raise ProtocolError(f"{path}: the shape {list(shape)} is too large")
    return math.prod(shape)
