"""Element types of the wire."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from gymbridge._generated import values_pb2 as pb
from gymbridge.errors import ProtocolError

DTYPES: dict[int, np.dtype[Any]] = {
    number: np.dtype(name)
    for number, name in {
        pb.DTYPE_BOOL: "?",
        pb.DTYPE_INT8: "i1",
        pb.DTYPE_UINT8: "u1",
        pb.DTYPE_INT16: "<i2",
        pb.DTYPE_UINT16: "<u2",
        pb.DTYPE_INT32: "<i4",
        pb.DTYPE_UINT32: "<u4",
        pb.DTYPE_INT64: "<i8",
        pb.DTYPE_UINT64: "<u8",
        pb.DTYPE_FLOAT16: "<f2",
        pb.DTYPE_FLOAT32: "<f4",
        pb.DTYPE_FLOAT64: "<f8",
        pb.DTYPE_COMPLEX64: "<c8",
        pb.DTYPE_COMPLEX128: "<c16",
    }.items()
}
"""NumPy's dtype for each number of ``DType`` that has a width of its own."""

_NUMBERS: dict[str, pb.DType] = {dtype.str: number for number, dtype in DTYPES.items()}  # type: ignore[misc]
_TEXT: dict[str, pb.DType] = {"U": pb.DTYPE_UNICODE, "S": pb.DTYPE_BYTES}
_TIMES: dict[str, pb.DType] = {"M": pb.DTYPE_DATETIME64, "m": pb.DTYPE_TIMEDELTA64}
_UNIT = re.compile(r"\d{0,9}(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)")
_MAX_ITEM_SIZE = 1 << 20


def read_bools(data: bytes, shape: tuple[int, ...]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Bytes as a fresh array of bool, where any byte but 0 is True: NumPy trusts that there are no others."""
    flags: np.ndarray[Any, np.dtype[np.bool_]] = np.frombuffer(data, np.uint8) != 0
    return flags.reshape(shape)


def wire_dtype(dtype: np.dtype[Any], path: str) -> pb.DType:
    """The number of a dtype that has a width of its own.

    Args:
        dtype: The dtype, in any byte order.
        path: What has this dtype, for the error.

    Raises:
        TypeError: The dtype cannot be carried.
    """
    number = _NUMBERS.get(dtype.str) or _NUMBERS.get(dtype.newbyteorder("<").str)
    if number is None:
        raise TypeError(
            f"{path}: dtype {dtype.str!r} ({dtype}) cannot be carried over the wire; possible are bool, int8 to int64, "
            "uint8 to uint64, float16 to float64, complex64 and complex128"
        )
    return number


def write_dtype(dtype: np.dtype[Any], out: pb.NDArray, path: str) -> np.dtype[Any]:
    """Writes the dtype of an array or scalar into its message, and gives it in the wire's byte order.

    Raises:
        TypeError: The dtype cannot be carried.
    """
    kind = dtype.kind
    if kind in _TEXT:
        out.dtype = _TEXT[kind]
        out.item_size = dtype.itemsize
    elif kind in _TIMES:
        out.dtype = _TIMES[kind]
        unit, count = np.datetime_data(dtype)
        out.unit = "" if unit == "generic" else unit if count == 1 else f"{count}{unit}"
    else:
        out.dtype = wire_dtype(dtype, path)
    return dtype.newbyteorder("<")


def read_dtype(message: pb.NDArray, path: str) -> np.dtype[Any]:
    """The dtype of an array's message.

    Raises:
        ProtocolError: It is none that this version knows.
    """
    number = message.dtype
    dtype = DTYPES.get(number)
    if dtype is not None:
        return dtype
    if number in (pb.DTYPE_UNICODE, pb.DTYPE_BYTES):
        size = message.item_size
        width = 4 if number == pb.DTYPE_UNICODE else 1
        if size % width or size > _MAX_ITEM_SIZE:
            raise ProtocolError(f"{path}: elements of {size} bytes are none of dtype {pb.DType.Name(number)}")
        return np.dtype(f"<U{size // 4}" if width == 4 else f"S{size}")
    if number in (pb.DTYPE_DATETIME64, pb.DTYPE_TIMEDELTA64):
        name = "M8" if number == pb.DTYPE_DATETIME64 else "m8"
        if message.unit and _UNIT.fullmatch(message.unit) is None:
            raise ProtocolError(f"{path}: {message.unit[:20]!r} is no unit of time")
        return np.dtype(f"<{name}[{message.unit}]" if message.unit else f"<{name}")
    raise ProtocolError(f"{path}: unknown dtype {number}")
