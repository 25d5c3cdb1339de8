"""The .NET runtime in this process, and the functions of the server in it."""

from __future__ import annotations

import ctypes
import os
import struct
import threading
from pathlib import Path
from typing import Any

from gymbridge import _launcher
from gymbridge._inproc.interrupts import Interrupts
from gymbridge.errors import NotSupportedError, ServerStartError

_ENTRY = "GymBridgeEntry"
_TABLE_BYTES = 4096
_VERSION = 2

_handle, _bytes, _integer = ctypes.c_ssize_t, ctypes.c_char_p, ctypes.c_int
_pointer_to = ctypes.POINTER

# As InProcess/NativeTable.cs has them: name, result, arguments. All give back the GIL while they run.
_FUNCTIONS: list[tuple[str, Any, tuple[Any, ...]]] = [
    ("begin", _handle, (_integer, _bytes, _integer)),
    ("wait", _integer, (_handle, _integer)),
    ("outcome", _integer, (_handle, _pointer_to(ctypes.c_void_p), _pointer_to(_integer))),
    ("free", None, (_handle,)),
    ("attach", _handle, (_bytes, _integer, _pointer_to(ctypes.c_ssize_t), _pointer_to(ctypes.c_int64))),
    ("exchange", _integer, (_handle,)),
    ("wait_exchange", _integer, (_handle,)),
    ("detach", None, (_handle,)),
    ("note_main_thread", None, ()),
    ("interrupt", None, ()),
]


RUNS, REPLIED, ENDED = 0, 1, 2
"""What :attr:`Library.exchange` says of a call: it is to be waited for, was answered, or took too long."""


class Library:
    """The functions of the server, by name.

    Attributes:
        path: The assembly.
        begin: Begins a call of the service; gives a handle.
        wait: Waits for its outcome; whether it is there.
        outcome: The status, 0 for a reply, and where the bytes lie.
        free: Ends a call.
        attach: Memory for the steps of a session: a handle, the address and the bytes; 0 for none.
        exchange: Executes the call that lies in the memory; :data:`RUNS`, :data:`REPLIED` or :data:`ENDED`.
        wait_exchange: Waits for it.
        detach: Frees the memory.
        note_main_thread: Says that this is the thread that hears of Ctrl-C.
        interrupt: Ends a call that this thread has made and that does not come back.
        interrupts: Hears of Ctrl-C.
    """

    begin: Any
    wait: Any
    outcome: Any
    free: Any
    attach: Any
    exchange: Any
    wait_exchange: Any
    detach: Any
    note_main_thread: Any
    interrupt: Any

    def __init__(self, path: Path, dotnet: Path) -> None:
        """Loads the runtime and starts the server.

        Raises:
            NotSupportedError: The loader is not installed.
            ServerStartError: It does not load, or does not start.
        """
        self.path = path
        bind = _entry(path, dotnet)
        table = bytearray(_TABLE_BYTES)
        struct.pack_into("<q", table, 0, _VERSION)
        code = bind(table)
        if code == 1:
            raise ServerStartError(f"'{path}' is of another version than this package; install those that match.")
        if code != 0:
            text = bytes(table).split(b"\0", 1)[0].decode("utf-8", "replace")
            raise ServerStartError(f"'{path}' does not start in this process: {text}")
        for (name, result, arguments), address in zip(
            _FUNCTIONS, struct.unpack_from(f"<{len(_FUNCTIONS)}q", table), strict=True
        ):
            setattr(self, name, ctypes.CFUNCTYPE(result, *arguments)(address))
        self.interrupts = Interrupts(self.note_main_thread, self.interrupt)


_library: Library | None = None
_lock = threading.Lock()
_loaded_before_fork = 0


def library() -> Library:
    """The server of this process; loaded at the first call, and never unloaded.

    Raises:
        NotSupportedError: The loader is not installed, or this is a forked child of a process with a runtime.
        ServerStartError: There is no server, or it does not start.
    """
    global _library
    with _lock:
        if _loaded_before_fork:
            raise NotSupportedError(
                f"transport='inproc' is impossible in a forked child: process {_loaded_before_fork} had loaded the "
                ".NET runtime before the fork, and its threads do not exist here. Start workers by 'spawn' (for one, "
                "AsyncVectorEnv(..., context='spawn')), or use transport='auto'."
            )
        if _library is None:
            path = _assembly(command := _launcher.server_command())
            if path is None:
                raise ServerStartError(
                    f"transport='inproc' needs the assembly of the server, and '{command[0]}' does not lead to one; "
                    "name it in GYMBRIDGE_SERVER: 'dotnet /path/to/gymbridge.dll'."
                )
            _library = Library(path, Path(_launcher.dotnet_for(path)).resolve())
        _library.interrupts.listen()
        return _library


def _assembly(command: list[str]) -> Path | None:
    """The assembly behind a server's command."""
    for word in command[:2]:
        if word.endswith(".dll"):
            return Path(word).resolve()
    # A program has its assembly beside it; one of "dotnet tool install" in the store.
    program = Path(command[0]).resolve()
    name = f"{program.stem if os.name == 'nt' else program.name}.dll"
    stored = sorted(program.parent.glob(f".store/*/*/*/*/tools/net*/any/{name}"))
    return next((path for path in (program.parent / name, *reversed(stored)) if path.is_file()), None)


def _entry(path: Path, dotnet: Path) -> Any:
    try:
        import clr_loader
    except ModuleNotFoundError:
        raise NotSupportedError(
            "transport='inproc' needs the package clr_loader: pip install 'gymbridge[inproc]'."
        ) from None
    config = path.with_suffix(".runtimeconfig.json")
    if not config.is_file():
        raise ServerStartError(f"'{path}' is no program that can be run in process: there is no '{config.name}'.")
    # With write-xor-execute the runtime keeps compiled code in memory that a forked child shares: it could write there.
    former = os.environ.get(_WRITE_XOR_EXECUTE)
    os.environ[_WRITE_XOR_EXECUTE] = former or "0"
    try:
        runtime = clr_loader.get_coreclr(runtime_config=config, dotnet_root=dotnet.parent)
        return runtime.get_assembly(path).get_function(_ENTRY, "Bind")
    except Exception as error:
        raise ServerStartError(
            f"The .NET runtime of '{dotnet}' does not run '{path}' in this process ({type(error).__name__}: {error}). "
            f"It needs the ASP.NET Core 10 runtime, and the assembly a class {_ENTRY} as docs/transports.md has it."
        ) from error
    finally:
        if former is None:
            del os.environ[_WRITE_XOR_EXECUTE]


_WRITE_XOR_EXECUTE = "DOTNET_EnableWriteXorExecute"


def _after_fork() -> None:
    global _library, _loaded_before_fork, _lock
    _lock = threading.Lock()
    if _library is not None:
        _library.interrupts.forget()
        _library, _loaded_before_fork = None, os.getppid()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
