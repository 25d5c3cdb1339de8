"""Gymnasium spaces to and from ``gymbridge.v1.Space``.

Bounds, dtypes and ``bounded_below``/``bounded_above`` come back byte for byte; the random generator of a space is its
own and stays at home.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces

from gymbridge import _values
from gymbridge._dtypes import DTYPES, wire_dtype
from gymbridge._generated import values_pb2 as pb
from gymbridge.errors import ProtocolError

_MASK64 = (1 << 64) - 1


def is_space(value: object) -> bool:
    """Whether a value is a Gymnasium space of any kind."""
    return isinstance(value, spaces.Space)


def encode(space: object, path: str = "space") -> pb.Space:
    """Encodes a space.

    Args:
        space: A Box or Discrete; a subclass of these is refused, for the other side could not give it back.
        path: What the space is called in an error.

    Raises:
        TypeError: The space cannot be carried.
    """
    message = pb.Space()
    encode_into(space, message, path)
    return message


def encode_into(space: object, out: pb.Space, path: str) -> None:
    """Encodes a space into a message, as :func:`encode` does."""
    if type(space) is spaces.Box:
        box = out.box
        box.dtype = wire_dtype(space.dtype, path)
        box.shape.extend(space.shape)
        box.low = _shortest(space.low)
        box.high = _shortest(space.high)
        box.bounded_below = _shortest(space.bounded_below)
        box.bounded_above = _shortest(space.bounded_above)
    elif type(space) is spaces.Discrete:
        out.discrete.dtype = wire_dtype(space.dtype, path)
        out.discrete.n = int(space.n)
        start = int(space.start)
        out.discrete.start = start if start < 1 << 63 else start - (1 << 64)
    else:
        raise TypeError(
            f"{path}: a space of class {type(space).__name__} cannot be carried over the wire; possible are Box and "
            "Discrete"
        )


def _shortest(array: np.ndarray[Any, Any]) -> bytes:
    """One element where all are equal to the bit, else all of them."""
    data, size = array.tobytes(), array.dtype.itemsize
    return data[:size] if data == data[:size] * array.size else data


def decode(message: pb.Space, path: str = "space") -> spaces.Space[Any]:
    """Decodes a space.

    Args:
        message: The message, from an untrusted peer.
        path: What the space is called in an error.

    Raises:
        ProtocolError: It describes no space that Gymnasium could have.
    """
    kind = message.WhichOneof("kind")
    if kind == "box":
        return _decode_box(message.box, path)
    if kind == "discrete":
        return _decode_discrete(message.discrete, path)
    raise ProtocolError(f"{path}: a space of a kind that this version does not know")


def _decode_box(message: pb.Space.Box, path: str) -> spaces.Box:
    dtype = DTYPES.get(message.dtype)
    if dtype is None:
        raise ProtocolError(f"{path}: a Box of unknown dtype {message.dtype}")
    shape = tuple(message.shape)
    size = _values.checked_size(shape, path)
    # The bounds bound what is allocated: a Box may be given by one element, so its size is the peer's word alone.
    if size > 1 << 28:
        raise ProtocolError(f"{path}: a Box of {size:,} elements is too large")
    low = _bound(message.low, dtype, shape, size, f"{path}.low")
    high = _bound(message.high, dtype, shape, size, f"{path}.high")
    flag = np.dtype(np.uint8)
    below = _bound(message.bounded_below, flag, shape, size, f"{path}.bounded_below").astype(np.bool_)
    above = _bound(message.bounded_above, flag, shape, size, f"{path}.bounded_above").astype(np.bool_)
    try:
        box = spaces.Box(low, high, shape, dtype.type)
    except (ValueError, TypeError, OverflowError) as error:
        raise ProtocolError(f"{path}: {error}") from None
    # An integer Box keeps in the flags alone that a bound was infinite.
    box.bounded_below, box.bounded_above = below, above
    return box


def _bound(
    data: bytes, dtype: np.dtype[Any], shape: tuple[int, ...], size: int, path: str
) -> np.ndarray[Any, np.dtype[Any]]:
    if dtype == np.bool_:
        return _bound(data, np.dtype(np.uint8), shape, size, path).astype(np.bool_)
    if len(data) == size * dtype.itemsize:
        return np.frombuffer(data, dtype).reshape(shape).copy()
    if len(data) == dtype.itemsize:
        return np.full(shape, np.frombuffer(data, dtype)[0], dtype)
    raise ProtocolError(
        f"{path}: {dtype.itemsize} or {size * dtype.itemsize} bytes expected ({dtype.name}, shape {list(shape)}), got "
        f"{len(data)}"
    )


def _decode_discrete(message: pb.Space.Discrete, path: str) -> spaces.Discrete[Any]:
    dtype = DTYPES.get(message.dtype)
    if dtype is None or dtype.kind not in "iu":
        raise ProtocolError(f"{path}: a Discrete of dtype {message.dtype}, which is no integer dtype")
    start = message.start & _MASK64 if dtype == np.uint64 else message.start
    limits = np.iinfo(dtype)
    if message.n == 0 or message.n > limits.max or not limits.min <= start <= limits.max:
        raise ProtocolError(f"{path}: Discrete({message.n}, start={start}) does not fit {dtype.name}")
    try:
        return spaces.Discrete(message.n, start=start, dtype=dtype.type)
    except (ValueError, TypeError, OverflowError) as error:
        raise ProtocolError(f"{path}: {error}") from None
