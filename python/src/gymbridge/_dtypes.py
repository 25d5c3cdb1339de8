"""Element types of the wire."""

from __future__ import annotations

from typing import Any

import numpy as np

from gymbridge._generated import values_pb2 as pb

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
    }.items()
}
"""NumPy's dtype for each number of ``DType`` that this version knows."""

_NUMBERS = {dtype.str: number for number, dtype in DTYPES.items()}


def read_bools(data: bytes, shape: tuple[int, ...]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Bytes as a fresh array of bool, where any byte but 0 is True: NumPy trusts that there are no others."""
    flags: np.ndarray[Any, np.dtype[np.bool_]] = np.frombuffer(data, np.uint8) != 0
    return flags.reshape(shape)


def wire_dtype(dtype: np.dtype[Any], path: str, original: type | None = None) -> pb.DType:
    """The number of a dtype.

    Args:
        dtype: The dtype; only little-endian numbers and bool can be carried.
        path: What has this dtype, for the error.
        original: The scalar type that it came from, for the error.

    Raises:
        TypeError: The dtype cannot be carried.
    """
    number = _NUMBERS.get(dtype.str)
    if number is None:
        name = original.__name__ if original is not None else f"dtype {dtype.str!r} ({dtype})"
        raise TypeError(
            f"{path}: {name} cannot be carried over the wire; possible are bool, int8 to int64, uint8 to "
            "uint64, float16, float32 and float64, little-endian"
        )
    return number  # type: ignore[return-value]
