"""Sleeping on a word that two processes share, and waking whoever does: futex(2)."""

from __future__ import annotations

import ctypes
import functools
import platform
import threading
from collections.abc import Callable

_NUMBER = {"x86_64": 202, "aarch64": 98}.get(platform.machine(), 0)
_WAIT, _WAKE = 0, 1  # Without FUTEX_PRIVATE_FLAG: between processes.
_ALL = 0x7FFFFFFF

_call = ctypes.CDLL(None, use_errno=False).syscall
_call.restype = ctypes.c_long
_call.argtypes = [
    ctypes.c_long,
    ctypes.c_void_p,
    ctypes.c_int,
    ctypes.c_uint,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_int,
]


class _Time(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


def time_of(seconds: float) -> _Time:
    """A time as the system takes it."""
    whole = int(seconds)
    return _Time(whole, int((seconds - whole) * 1e9))


@functools.cache
def available() -> bool:
    """Whether the system has the call: a filter of system calls may refuse it."""
    nobody = ctypes.c_uint32(0)
    return bool(_call(_NUMBER, ctypes.addressof(nobody), _WAKE, 1, None, None, 0) >= 0)


def wait(address: int, value: int, seconds: float) -> None:
    """Sleeps while the word has a value, at most so long; it may come back early. Other threads of Python run on."""
    time = time_of(seconds)
    _call(_NUMBER, address, _WAIT, value, ctypes.addressof(time), None, 0)


def wake(address: int) -> None:
    """Wakes whoever sleeps on the word."""
    _call(_NUMBER, address, _WAKE, _ALL, None, None, 0)


def fence() -> tuple[Callable[[], object], Callable[[], object]]:
    """A full memory fence, for one thread at a time: two functions to call one after the other.

    Python has none of its own. To give a lock back is a release and to take it an acquire: on x86-64 both are locked
    instructions, each of them a fence, and on ARM64 a release that an acquire follows lets nothing pass in either
    direction (RCsc). Nobody else holds the lock, so it never waits.
    """
    lock = threading.Lock()
    lock.acquire()
    return lock.release, lock.acquire


READS_NEED_FENCES = platform.machine() != "x86_64"
"""Whether a later load can be done before an earlier one, and a later store before an earlier one."""
