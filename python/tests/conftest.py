"""Fixtures: real hosts on real sockets."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from gymbridge import _launcher, errors

TESTS = Path(__file__).resolve().parent

# A window is opened in memory where there is no display.
os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.pop("GYMBRIDGE_ADDRESS", None)

# A shell lets its background jobs ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A build must not fail by chance; elsewhere every run tries other examples.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI") == "true":
    hypothesis.settings.load_profile("ci")


class HostProcess:
    """``python -m gymbridge host`` and what it said."""

    def __init__(
        self,
        *arguments: str,
        env: dict[str, str] | None = None,
        python: str = sys.executable,
        watch: bool = True,
    ) -> None:
        paths = [str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **(env or {})}
        self.process = subprocess.Popen(
            [python, "-m", "gymbridge", "host", *(["--watch-stdin"] if watch else []), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
        )
        line = self.process.stdout.readline()  # type: ignore[union-attr]
        self.event: dict[str, Any] = json.loads(line) if line else {}
        self.stderr: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stderr:  # type: ignore[union-attr]
            self.stderr.append(line)

    @property
    def address(self) -> str:
        assert self.event.get("event") == "listening", (self.event, self.stderr)
        return str(self.event["address"])

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait(self, seconds: float = 60.0) -> int:
        code = self.process.wait(seconds)
        self._reader.join(seconds)
        return code

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self.process.stdin.close()  # type: ignore[union-attr]
        try:
            self.wait(30.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.wait()


@pytest.fixture(autouse=True)
def servers_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that a test starts do not find the server of another test."""
    monkeypatch.delenv("GYMBRIDGE_STARTED_SERVER", raising=False)


@pytest.fixture(scope="session")
def socket_folder() -> Iterator[Path]:
    """A folder with a short name: a socket's path must fit 100 bytes."""
    folder = tempfile.mkdtemp(prefix="gbt-")
    yield Path(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def start_host(socket_folder: Path) -> Iterator[Callable[..., HostProcess]]:
    """Starts hosts that end with the test."""
    hosts: list[HostProcess] = []

    def start(*arguments: str, **keywords: Any) -> HostProcess:
        if "--address" not in arguments and "--port" not in arguments:
            arguments = (
                "--address",
                f"unix:{socket_folder}/{len(os.listdir(socket_folder))}-{os.urandom(4).hex()}",
                *arguments,
            )
        host = HostProcess("--allow-module", "host_envs", *arguments, **keywords)
        hosts.append(host)
        return host

    yield start
    for host in hosts:
        host.stop()


@pytest.fixture(scope="session")
def host(socket_folder: Path) -> Iterator[HostProcess]:
    """A host that all tests share."""
    process = HostProcess("--address", f"unix:{socket_folder}/shared", "--allow-module", "host_envs")
    yield process
    process.stop()


@pytest.fixture(scope="session")
def server_command() -> list[str]:
    """The command that starts a C# server; a skip where none is built."""
    try:
        return _launcher.server_command()
    except errors.ServerStartError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"The C# server must be built where CI=true: {error}")
        pytest.skip("no C# server is built here (dotnet build src/GymBridge.Cli -c Release)")


@pytest.fixture(scope="module")
def server(server_command: list[str]) -> Iterator[_launcher.StartedServer]:
    """A C# server for the tests of a file; a skip where none is built."""
    started = _launcher.StartedServer(server_command)
    yield started
    started.stop()


@pytest.fixture(params=["csharp", "python"])
def address(request: pytest.FixtureRequest) -> str:
    """Of each of the two servers."""
    if request.param == "python":
        host: HostProcess = request.getfixturevalue("host")
        return host.address
    server: _launcher.StartedServer = request.getfixturevalue("server")
    return server.address


@pytest.fixture(scope="module")
def shared_server(server: _launcher.StartedServer) -> _launcher.StartedServer:
    """The server of this process, which clients without an address take."""
    if _launcher._shared is not None:
        _launcher._shared.stop()
    _launcher._shared = server
    return server


class CuttingProxy:
    """A TCP proxy to a Unix socket that can lose an answer: it cuts the connection when the answer comes."""

    def __init__(self, target: str) -> None:
        self._target = target.removeprefix("unix:")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.cuts = 0
        self._cut = threading.Event()
        self._closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_next_answer(self) -> None:
        self._cut.set()

    def _accept(self) -> None:
        while not self._closed:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._target)
            threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                # Short frames are HTTP/2's own (acknowledgements, pings); the answer is longer.
                if answers and len(data) > 40 and self._cut.is_set():
                    self._cut.clear()
                    self.cuts += 1
                    break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        self._closed = True
        self._listener.close()


@pytest.fixture
def proxy(host: HostProcess) -> Iterator[CuttingProxy]:
    cutting = CuttingProxy(host.address)
    yield cutting
    cutting.close()
