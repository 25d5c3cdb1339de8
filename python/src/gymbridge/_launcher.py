"""Starts the C# server, one for this process, and stops it when the process ends."""

from __future__ import annotations

import atexit
import collections
import contextlib
import json
import os
import queue
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gymbridge.errors import ServerStartError

_START_SECONDS = 60.0
_STOP_SECONDS = 5.0
_EXIT_SECONDS = 2.0
_STALE_SECONDS = 600.0
_STDERR_LINES = 20

_DOTNET_FOLDERS = (
    "~/.dotnet",
    "/usr/lib/dotnet",
    "/usr/share/dotnet",
    "/usr/local/share/dotnet",
    "%ProgramFiles%/dotnet",
)
"""Where Microsoft's script and installers and the distributions put .NET; not all of them extend the PATH."""

_RUNTIME_MISSING = 150
"""What ``dotnet`` exits with when it has no runtime that the program runs on."""

_GET_DOTNET = (
    "Install the ASP.NET Core 10 runtime, which brings the .NET 10 runtime along: "
    "https://dotnet.microsoft.com/download/dotnet/10.0 (package aspnetcore-runtime-10.0 of Debian, Ubuntu and Fedora)."
)

_FOLDER_PREFIX = "gymbridge-s-"
_INHERITED = "GYMBRIDGE_STARTED_SERVER"  # Process id and address, for the processes that this one starts.

_shared: StartedServer | InheritedServer | None = None
_shared_lock = threading.Lock()


def shared_server() -> StartedServer | InheritedServer:
    """The server of this process; started if there is none, or if the one there was died.

    A process that was started by one with a server, by fork, spawn or a command line, uses its parent's.

    Raises:
        ServerStartError: It cannot be found, or does not start.
    """
    global _shared
    with _shared_lock:
        if _shared is None or not _shared.alive():
            _shared = _inherited() or StartedServer(server_command())
            os.environ[_INHERITED] = f"{_shared.pid} {_shared.address}"
        return _shared


def adopt(hint: str | None) -> None:
    """Uses the server of another process of this machine, if it lives and this one has none yet.

    A proxy that was pickled carries the hint to workers that are no children of the process with the server.
    """
    if hint is not None and _shared is None and _INHERITED not in os.environ:
        os.environ[_INHERITED] = hint


def hint() -> str | None:
    """Where the shared server of this process is, for :func:`adopt`."""
    return f"{_shared.pid} {_shared.address}" if _shared is not None and _shared.alive() else None


def _inherited() -> InheritedServer | None:
    pid, _, address = os.environ.get(_INHERITED, "").partition(" ")
    if not pid.isdigit() or not address.startswith("unix:"):
        return None
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2.0)
        try:
            # Of this user alone: a socket of somebody else's would see what we do.
            if os.lstat(address[len("unix:") :]).st_uid != os.getuid():
                return None
            probe.connect(address[len("unix:") :])
        except OSError:
            return None
    return InheritedServer(address, int(pid))


class InheritedServer:
    """A server that another process of this machine started, and stops.

    Attributes:
        address: Where it listens.
        pid: Its process id.
    """

    def __init__(self, address: str, pid: int) -> None:
        """Notes where it is."""
        self.address = address
        self.pid = pid

    def alive(self) -> bool:
        """Whether it still listens."""
        return _lives(self.pid) and os.path.exists(self.address[len("unix:") :])

    def death(self) -> str | None:
        """How it ended, as far as this process can tell; None while it runs."""
        if self.alive():
            return None
        return f"the GymBridge server (pid {self.pid}), which another process had started, has ended."

    def stop(self, seconds: float = _STOP_SECONDS) -> None:
        """Leaves it to whoever started it."""


def server_command() -> list[str]:
    """The command that runs the server, without its arguments.

    Raises:
        ServerStartError: There is none on this machine.
    """
    line = os.environ.get("GYMBRIDGE_SERVER", "").strip()
    if line:
        try:
            command = shlex.split(line, posix=os.name != "nt")
        except ValueError as error:
            raise ServerStartError(f"GYMBRIDGE_SERVER is no command line: {error}, got {line!r}.") from None
        # Its verb is added anyway; who writes it means the same.
        return command[:-1] if command[1:] and command[-1] == "serve" else command
    package = Path(__file__).resolve().parent
    dll = package / "_server" / "gymbridge.dll"
    found = dll if dll.is_file() else _built_in_checkout(package)
    if found is not None:
        return [dotnet_for(found), str(found)]
    program = shutil.which("gymbridge")
    if program is not None:
        return [program]
    raise ServerStartError(
        "No GymBridge server is at hand. Either install it (dotnet tool install -g GymBridge.Cli), or build it in a "
        "checkout (dotnet build src/GymBridge.Cli -c Release), or name its command line in GYMBRIDGE_SERVER, or name a "
        "server that already runs by address= or GYMBRIDGE_ADDRESS."
    )


def _start_seconds() -> float:
    text = os.environ.get("GYMBRIDGE_START_SECONDS")
    if not text:
        return _START_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < threading.TIMEOUT_MAX:
        raise ValueError(f"GYMBRIDGE_START_SECONDS must be a positive number of seconds, got {text!r}.")
    return seconds


def _built_in_checkout(package: Path) -> Path | None:
    root = next((folder for folder in package.parents if (folder / "GymBridge.sln").is_file()), None)
    if root is None:
        return None
    output = root / "src" / "GymBridge.Cli" / "bin"
    built = [output / mode / "net10.0" / "gymbridge.dll" for mode in ("Release", "Debug")]
    return max((dll for dll in built if dll.is_file()), key=lambda dll: dll.stat().st_mtime, default=None)


def dotnet_for(dll: Path) -> str:
    """The program that runs an assembly.

    Raises:
        ServerStartError: There is none on this machine.
    """
    name = "dotnet.exe" if os.name == "nt" else "dotnet"
    root = os.environ.get("DOTNET_ROOT")
    places = [str(Path(root) / name)] if root else []
    places += ["dotnet", *(os.path.expandvars(os.path.expanduser(f"{folder}/{name}")) for folder in _DOTNET_FOLDERS)]
    for place in places:
        program = shutil.which(place)
        if program is not None:
            return program
    raise ServerStartError(
        f"The server {dll} needs .NET, and there is no 'dotnet' on PATH, in DOTNET_ROOT or in the usual places. "
        f"{_GET_DOTNET}"
    )


class StartedServer:
    """A server process that lives as long as this one.

    Attributes:
        address: Where it listens.
        pid: Its process id.
        command: The command line that started it.
    """

    def __init__(
        self, command: Sequence[str], start_seconds: float | None = None, verb: Sequence[str] = ("serve",)
    ) -> None:
        """Starts the process and waits until it listens.

        Args:
            command: The command that runs the server, without its arguments.
            verb: The arguments that make it serve.
            start_seconds: How long to wait; None is $GYMBRIDGE_START_SECONDS, else 60.

        Raises:
            ServerStartError: It did not start; the text holds its last words.
        """
        self._owner = os.getpid()
        self._folder: str | None = None
        self._tail: collections.deque[str] = collections.deque(maxlen=_STDERR_LINES)
        self._stop_lock = threading.Lock()
        self.command = [*command, *verb, *self._where(), "--watch-stdin"]
        seconds = start_seconds or _start_seconds()
        try:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Ctrl-C is for the program, which may want to save its work with the server's help.
                start_new_session=os.name == "posix",
            )
        except OSError as error:
            self._remove_folder()
            raise ServerStartError(f"The server could not be started by '{self._line()}': {error}") from None
        self.pid = self._process.pid
        try:
            self.address = self._wait_until_listening(seconds)
        except BaseException:
            self.stop(0.0)
            raise
        atexit.register(self.stop, _EXIT_SECONDS)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._let_go)

    def alive(self) -> bool:
        """Whether it still runs, as far as this process can tell."""
        if self._owner == os.getpid():
            return self._process.poll() is None
        return _lives(self.pid)

    def death(self) -> str | None:
        """How it ended, with its last words; None while it runs, or if another process started it."""
        if self._owner != os.getpid():
            return None
        try:
            # The connection breaks a moment before the process is gone.
            code = self._process.wait(2.0)
        except subprocess.TimeoutExpired:
            return None
        for reader in self._readers:
            reader.join(1.0)
        how = f"was killed by {_signal_name(-code)}" if code < 0 else f"ended with exit code {code}"
        remedy = f" This .NET lacks the runtime that it needs. {_GET_DOTNET}" if code == _RUNTIME_MISSING else ""
        return f"the GymBridge server (pid {self.pid}) {how}.{remedy}{self._last_words()}"

    def stop(self, seconds: float = _STOP_SECONDS) -> None:
        """Ends it: politely, then by force. Twice is fine; in a forked child it does nothing."""
        if self._owner != os.getpid():
            return
        with self._stop_lock:
            process = self._process
            with contextlib.suppress(OSError, ValueError):
                process.stdin.close()  # type: ignore[union-attr]  # It watches its stdin.
            for force in (None, process.terminate, process.kill):
                if force is not None:
                    force()
                try:
                    process.wait(seconds)
                    break
                except subprocess.TimeoutExpired:
                    continue
            self._remove_folder()

    def _where(self) -> list[str]:
        if not hasattr(socket, "AF_UNIX"):
            return ["--host", "127.0.0.1", "--port", "0"]
        base = os.environ.get("XDG_RUNTIME_DIR")
        base = base if base and os.access(base, os.W_OK | os.X_OK) else None
        _remove_stale_folders(base or tempfile.gettempdir())
        self._folder = tempfile.mkdtemp(prefix=_FOLDER_PREFIX, dir=base)  # mode 0700
        path = os.path.join(self._folder, "s")
        if len(os.fsencode(path)) > 100:  # The system's limit is 104 to 108 bytes.
            os.rmdir(self._folder)
            self._folder = tempfile.mkdtemp(prefix=_FOLDER_PREFIX, dir="/tmp")
            path = os.path.join(self._folder, "s")
        return ["--address", f"unix:{path}"]

    def _wait_until_listening(self, seconds: float) -> str:
        lines: queue.Queue[str | None] = queue.Queue()
        self._readers = [
            threading.Thread(target=self._read_stdout, args=(lines,), daemon=True, name="gymbridge-server-stdout"),
            threading.Thread(target=self._read_stderr, daemon=True, name="gymbridge-server-stderr"),
        ]
        for reader in self._readers:
            reader.start()
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise ServerStartError(
                    f"The server started by '{self._line()}' (pid {self.pid}) did not listen within {seconds:g} s."
                    f"{self._last_words()}"
                ) from None
            if line is None:
                death = self.death() or f"the GymBridge server (pid {self.pid}) closed its output.{self._last_words()}"
                raise ServerStartError(f"'{self._line()}' did not start: {death}")
            event = _event(line)
            if event.get("event") == "listening" and isinstance(event.get("address"), str):
                return str(event["address"])
            if event.get("event") == "error":
                raise ServerStartError(f"'{self._line()}' did not start: {event.get('message')}")
            self._tail.append(line)

    def _read_stdout(self, lines: queue.Queue[str | None]) -> None:
        listening = False
        for raw in self._process.stdout:  # type: ignore[union-attr]
            # After the one line that counts, the pipe is only kept from filling up.
            if not listening:
                line = raw.decode("utf-8", "replace").strip()
                listening = _event(line).get("event") == "listening"
                lines.put(line)
        lines.put(None)

    def _read_stderr(self) -> None:
        for raw in self._process.stderr:  # type: ignore[union-attr]
            self._tail.append(raw[:4096].decode("utf-8", "replace").rstrip())

    def _last_words(self) -> str:
        lines = [line for line in self._tail if line]
        return "\n  ".join([" Its last output:", *lines]) if lines else " It left no output."

    def _line(self) -> str:
        return shlex.join(self.command)

    def _remove_folder(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _let_go(self) -> None:
        """In a forked child: the server must see its stdin end when the parent does."""
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.close()  # type: ignore[union-attr]


def _remove_stale_folders(base: str) -> None:
    """Removes the folders of servers whose process was killed before it could."""
    with contextlib.suppress(OSError), os.scandir(base) as entries:
        for entry in entries:
            if not entry.name.startswith(_FOLDER_PREFIX):
                continue
            with contextlib.suppress(OSError):
                found = entry.stat(follow_symlinks=False)
                old = time.time() - found.st_mtime > _STALE_SECONDS
                if old and found.st_uid == os.getuid() and entry.is_dir(follow_symlinks=False):
                    os.rmdir(entry.path)  # One with a socket in it is in use, or was left by a server that was killed.


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _signal_name(number: int) -> str:
    try:
        return f"signal {number} ({signal.Signals(number).name})"
    except ValueError:
        return f"signal {number}"


def _new_lock() -> None:
    global _shared_lock
    _shared_lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_lock)
