"""Equality down to types, dtypes, bytes and the order of keys; and every warning of a block."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np


@contextmanager
def recorded_warnings() -> Iterator[list[warnings.WarningMessage]]:
    """Every warning of a block, without those of the garbage that other tests left."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", ResourceWarning)
        yield caught


def difference(first: Any, second: Any, path: str = "value") -> str | None:
    """The first difference of two values, or None."""
    if type(first) is not type(second):
        return f"{path}: {type(first)} {first!r} != {type(second)} {second!r}"
    if isinstance(first, (np.ndarray, np.generic)):
        if first.dtype != second.dtype or first.shape != second.shape:
            return f"{path}: {first.dtype}{first.shape} != {second.dtype}{second.shape}"
        if first.dtype == object:
            for index in np.ndindex(first.shape):
                found = difference(first[index], second[index], f"{path}{list(index)}")
                if found:
                    return found
            return None
        return None if first.tobytes() == second.tobytes() else f"{path}: {first!r} != {second!r}"
    if isinstance(first, dict):
        if list(first) != list(second):
            return f"{path}: keys {list(first)} != {list(second)}"
        pairs = [(first[key], second[key], f"{path}[{key!r}]") for key in first]
    elif isinstance(first, (list, tuple)):
        if len(first) != len(second):
            return f"{path}: {len(first)} items != {len(second)}"
        pairs = [(a, b, f"{path}[{i}]") for i, (a, b) in enumerate(zip(first, second, strict=True))]
    elif isinstance(first, float):
        return None if np.float64(first).tobytes() == np.float64(second).tobytes() else f"{path}: {first} != {second}"
    else:
        return None if first == second else f"{path}: {first!r} != {second!r}"
    for a, b, where in pairs:
        found = difference(a, b, where)
        if found:
            return found
    return None


def assert_same(first: Any, second: Any, path: str = "value") -> None:
    """Fails with the first difference."""
    found = difference(first, second, path)
    assert found is None, found
