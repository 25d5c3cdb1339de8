"""Exceptions of environments, as they go over the wire."""

from __future__ import annotations

import contextlib
import linecache
import mmap
import os
import sys
import sysconfig
import traceback
from collections.abc import Callable
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any

import gymnasium

from gymbridge._generated import env_service_pb2 as pb
from gymbridge.errors import base_names, class_name

_MAX_BYTES = 4096
_WITHOUT_OSMESA = "MUJOCO_GL=osmesa needs OSMesa's library (libosmesa6 on Debian and Ubuntu); or set MUJOCO_GL=egl."
# Gymnasium takes GLFW where nothing is said, which needs a screen.
_WITHOUT_A_SCREEN = "Without a screen, set MUJOCO_GL=egl (or osmesa) where the command or the host is started."
_WIPE_ON_FORK = 18  # MADV_WIPEONFORK of Linux; the module mmap has no name for it.

_PACKAGE = str(Path(__file__).resolve().parent.parent)
_NOT_THE_USERS = tuple(
    os.path.realpath(folder)
    for folder in {
        _PACKAGE,
        str(Path(gymnasium.__file__).resolve().parent),
        sysconfig.get_paths()["stdlib"],
        sysconfig.get_paths()["purelib"],
        sysconfig.get_paths()["platlib"],
    }
)


class LaneError(Exception):
    """What an environment raised; never leaves the host."""

    def __init__(self, lane: int, error: BaseException, method: Callable[..., Any] | None = None) -> None:
        """Notes the lane.

        Args:
            lane: Where it happened.
            error: What was raised.
            method: The environment's method whose result may be what is wrong.
        """
        super().__init__(lane)
        self.lane = lane
        self.error = error
        self.method = method
        leave_forked_child(error)


def leave_forked_child(error: BaseException | None = None) -> None:
    """Ends a process that an environment forked and that came back into the host's own code.

    Without a bridge it would run on through the user's program; here it must not become a second host.
    """
    if not home[0]:
        code = error.code if isinstance(error, SystemExit) else 1 if error is not None else 0
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _home_mark() -> mmap.mmap | bytearray:
    """A byte that is 1 in this process, and 0 in every process that is forked from it.

    Where Linux wipes the page, that holds for a fork in native code too, of which Python's hooks do not hear.
    """
    mark: mmap.mmap | bytearray = bytearray(1)
    if sys.platform == "linux":
        page = mmap.mmap(-1, mmap.PAGESIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        with contextlib.suppress(OSError):  # A kernel before 4.14.
            page.madvise(_WIPE_ON_FORK)
            mark = page
    mark[0] = 1
    return mark


def _note_fork() -> None:
    home[0] = 0


home = _home_mark()
"""Its byte is 0 in a forked child; a look is a quarter of a call of :func:`leave_forked_child`."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)


def fault_of(error: BaseException, lanes: list[int], detailed: bool, limit: int = _MAX_BYTES) -> pb.Fault:
    """An exception as it goes over the wire.

    Args:
        error: The exception; a :class:`LaneError` stands for what the environment raised.
        lanes: Where it happened.
        detailed: Whether to send the stack trace and the place.
        limit: Longest message, and longest trace.
    """
    method = None
    if type(error) is LaneError:  # Not isinstance, which asks the class of the exception.
        method = error.method
        error = error.error
    try:
        return _told(error, method, lanes, detailed, limit)
    except BaseException as second:  # Whatever its class does: a call is answered.
        message = f"The environment raised an exception that cannot be told: {type(second).__name__} in its class."
        return pb.Fault(lanes=lanes, python_class="RuntimeError", message=message, recoverable=True)


def _told(
    error: BaseException, method: Callable[..., Any] | None, lanes: list[int], detailed: bool, limit: int
) -> pb.Fault:
    # Nothing is asked of the exception but its text: its attributes may be anybody's code.
    kind = type(error)
    try:
        message = str(error)
    except BaseException as second:  # An exception whose own __str__ raises.
        message = f"<{type(second).__name__} in str() of the exception>"
    if issubclass(kind, KeyError):
        arguments = BaseException.__getattribute__(error, "args")
        if len(arguments) == 1 and type(arguments[0]) is str:
            message = arguments[0]  # str() of a KeyError is the repr of its key.
    if class_name(kind) == "mujoco.FatalError" and "OpenGL" in message:
        message = f"{message.rstrip('.')}. {_WITHOUT_A_SCREEN}"
    if kind is AttributeError and "glGetError" in message and os.environ.get("MUJOCO_GL") == "osmesa":
        message = f"{message}. {_WITHOUT_OSMESA}"
    fault = pb.Fault(
        lanes=lanes,
        python_class=class_name(kind),
        message=_cut(message, limit),
        recoverable=True,
        python_bases=base_names(kind),
    )
    if detailed:
        trace = BaseException.__getattribute__(error, "__traceback__")
        frames = "".join(traceback.format_tb(trace)[-40:])
        location, is_users = _location(trace)
        if issubclass(kind, SyntaxError):
            place = _place_of_syntax(error)
        elif kind in (TypeError, ValueError) and not is_users:
            place = _place_of_method(method)
        else:
            place = None
        if place is not None:
            frames += place[0]
            location = place[1]
        fault.trace = f"Traceback (most recent call last):\n{_carried(frames)[-limit:]}"
        fault.location = _carried(location)
    return fault


def _place_of_syntax(error: BaseException) -> tuple[str, str] | None:
    """The line that is no Python, as a frame and as file and line; no frame of the trace is in what never ran."""
    name, line, text = (BaseException.__getattribute__(error, member) for member in ("filename", "lineno", "text"))
    if type(name) is not str or type(line) is not int:
        return None
    shown = f"    {text.strip()}\n" if type(text) is str else ""
    return f'  File "{name}", line {line}, in <module>\n{shown}', f"{name}:{line}"


def _place_of_method(method: Callable[..., Any] | None) -> tuple[str, str] | None:
    """Where a method of the user's own begins, as a frame and as file and line: what it returned is wrong."""
    code = getattr(getattr(method, "__func__", None), "__code__", None)
    if type(code) is not CodeType or not is_users(code.co_filename):
        return None
    name, line = code.co_filename, code.co_firstlineno
    text = linecache.getline(name, line).strip()
    shown = f"    {text}\n" if text else ""
    return f'  File "{name}", line {line}, in {code.co_name}\n{shown}', f"{name}:{line}"


def _location(trace: TracebackType | None) -> tuple[str, bool]:
    """File and line of the innermost frame that is the environment's own, else of the innermost one; which of both."""
    found = last = ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if not name.startswith("<"):  # Of the interpreter's own import, say.
            last = f"{name}:{trace.tb_lineno}"
        if is_users(name):
            found = last
        trace = trace.tb_next
    return found or last, bool(found)


def is_users(file: str) -> bool:
    """Whether a file is the user's own: neither ours, nor Gymnasium's, nor another package's, nor Python's."""
    return not file.startswith("<") and not os.path.realpath(file).startswith(_NOT_THE_USERS)


def _cut(text: str, limit: int) -> str:
    carried = _carried(text)
    if len(carried.encode("utf-8")) <= limit:
        return carried
    return carried.encode("utf-8")[: limit - 16].decode("utf-8", "ignore") + " ... (cut)"


def _carried(text: str) -> str:
    """Text that protobuf takes: lone surrogates are shown as their escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def report(text: str) -> None:
    """One line for whoever reads the host's standard error."""
    print(f"gymbridge host: {_carried(text)[:2000]!s}".replace("\n", "\\n"), file=sys.stderr, flush=True)
