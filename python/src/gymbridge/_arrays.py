"""Arrays to and from ``gymbridge.v1.NDArray``, and the budget of what one request may make of its bytes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gymbridge._dtypes import read_bools, read_dtype, write_dtype
from gymbridge._generated import values_pb2 as pb
from gymbridge.errors import ProtocolError

MAX_DEPTH = 32
MAX_ITEMS = 100_000
MAX_TEXT_BYTES = 64 * 1024
MAX_RANK = 64
MAX_EXPANDED_BYTES = 16 * 1024 * 1024

_INT64_MAX = (1 << 63) - 1


class Budget:
    """Counts what one message makes, so that neither side builds more than it bargained for.

    Attributes:
        items: Values, spaces and array elements of Python objects that may still come.
        expanded: Bytes that spaces may still take, after their bounds are spread over their shapes.
    """

    __slots__ = ("_expanded_limit", "expanded", "items")

    def __init__(self, items: int = MAX_ITEMS, expanded: int = MAX_EXPANDED_BYTES) -> None:
        """Starts a count."""
        self.items = items
        self.expanded = self._expanded_limit = expanded

    def take_items(self, count: int, path: str, error: type[ValueError] = ProtocolError) -> None:
        """Takes items.

        Raises:
            ValueError: There are none left; of the class that was given.
        """
        self.items -= count
        if self.items < 0:
            raise error(f"{path}: more than {MAX_ITEMS:,} items in one value")

    def take_bytes(self, count: int, path: str) -> None:
        """Takes bytes, before they are allocated.

        Raises:
            ProtocolError: There are none left.
        """
        self.expanded -= count
        if self.expanded < 0:
            raise ExpandedTooLargeError(
                f"{path}: the spaces of this message take {self._expanded_limit - self.expanded:,} bytes and more when "
                f"their bounds are spread over their shapes; the limit is {self._expanded_limit:,}",
                self._expanded_limit,
                self._expanded_limit - self.expanded,
            )


class ExpandedTooLargeError(ProtocolError):
    """Spaces that are over the budget.

    Attributes:
        limit: The budget's bytes.
        asked: Bytes that were asked for until then.
    """

    def __init__(self, text: str, limit: int, asked: int) -> None:
        """Notes the numbers."""
        super().__init__(text)
        self.limit = limit
        self.asked = asked


def client_budget(max_message_bytes: int) -> Budget:
    """The budget of what a server sends: any space whose observations fit the limit of a message."""
    return Budget(expanded=16 * max_message_bytes)


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


def encode_array(array: np.ndarray[Any, Any] | np.generic, out: pb.NDArray, path: str) -> None:
    """Encodes an array or scalar into an NDArray message.

    Args:
        array: Any order in memory and any byte order; the wire is row-major and little-endian.
        out: The message to fill.
        path: What the array is called in an error.

    Raises:
        TypeError: The dtype cannot be carried.
    """
    dtype = write_dtype(array.dtype, out, path)
    out.shape.extend(array.shape)
    if array.dtype != dtype:
        array = array.astype(dtype)
    out.data = array.tobytes()


def decode_array(message: pb.NDArray, path: str) -> np.ndarray[Any, Any]:
    """Decodes an NDArray message into a fresh array.

    Args:
        message: The message; its byte length is checked before anything is made from it.
        path: What the array is called in an error.

    Raises:
        ProtocolError: Unknown dtype, or a byte length that does not fit the shape.
    """
    dtype = read_dtype(message, path)
    shape = tuple(message.shape)
    expected = checked_size(shape, path) * dtype.itemsize
    if len(message.data) != expected:
        raise ProtocolError(
            f"{path}: {expected} bytes expected ({dtype.name}, shape {list(shape)}), got {len(message.data)}"
        )
    if dtype == np.bool_:
        return read_bools(message.data, shape)
    if not expected:
        return np.zeros(shape, dtype)
    return np.frombuffer(message.data, dtype).reshape(shape).copy()
