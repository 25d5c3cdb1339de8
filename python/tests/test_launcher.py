"""Starting a server by itself; the server here is the Python host, by the C# server's command line."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gymnasium
import pytest

import gymbridge
from gymbridge import _launcher, errors

# "gymbridge serve ARGUMENTS" as the C# server has it.
SERVE = "import sys; from gymbridge.__main__ import main; sys.exit(main(['host', *sys.argv[2:]]))"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    command = shlex.join([sys.executable, "-c", SERVE])
    monkeypatch.setenv("GYMBRIDGE_SERVER", command)
    monkeypatch.setattr(_launcher, "_shared", None)
    yield
    if _launcher._shared is not None:
        _launcher._shared.stop()


@pytest.mark.usefixtures("server")
def test_gymnasium_make_starts_one_server_and_shares_it() -> None:
    first = gymnasium.make("gymbridge:GymBridge/CartPole-v1")
    second: Any = gymnasium.make("GymBridge/CartPole-v1")
    vector = gymnasium.make_vec("GymBridge/CartPole-v1", 3)
    assert str(first) == "<TimeLimit<OrderEnforcing<PassiveEnvChecker<Env<GymBridge/CartPole-v1>>>>>"
    shared = _launcher._shared
    assert shared is not None
    remotes = [first.unwrapped.remote, second.unwrapped.remote, vector.unwrapped.remote]
    assert {remote.server_pid for remote in remotes} == {shared.pid}
    path = Path(shared.address.removeprefix("unix:"))
    assert path.parent.stat().st_mode & 0o777 == 0o700
    local = gymnasium.make("CartPole-v1")
    assert first.reset(seed=1)[0].tobytes() == local.reset(seed=1)[0].tobytes()
    assert first.step(0)[0].tobytes() == local.step(0)[0].tobytes()
    shared.stop()
    assert not path.parent.exists() and not shared.alive()


@pytest.mark.usefixtures("server")
def test_a_killed_server_is_told_with_pid_signal_and_last_words() -> None:
    env = gymnasium.make("GymBridge/CartPole-v1")
    env.reset()
    shared = _launcher._shared
    assert shared is not None
    os.kill(shared.pid, signal.SIGKILL)
    with pytest.raises(ConnectionError, match=rf"\(pid {shared.pid}\) was killed by signal 9 \(SIGKILL\)"):
        env.step(0)
    env.close()
    again: Any = gymnasium.make("GymBridge/CartPole-v1")
    again.reset()
    assert again.unwrapped.remote.server_pid not in (None, shared.pid), "a new server is started for the next"


def test_a_server_that_ends_is_told_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import sys; print('about to', file=sys.stderr); print('fail', file=sys.stderr); sys.exit(3)"
    with pytest.raises(
        errors.ServerStartError, match=r"(?s)ended with exit code 3\. Its last output:\n  about to\n  fail"
    ):
        _launcher.StartedServer([sys.executable, "-c", code])


def test_without_dotnet_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(_launcher.shutil, "which", lambda _name: None)
    with pytest.raises(errors.ServerStartError, match=r"no 'dotnet' on PATH.*Install the ASP\.NET Core 10 runtime"):
        _launcher.dotnet_for(tmp_path / "gymbridge.dll")


def test_dotnet_root_comes_before_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / ("dotnet.exe" if os.name == "nt" else "dotnet")
    program.write_text("")
    program.chmod(0o700)
    monkeypatch.setenv("DOTNET_ROOT", str(tmp_path))
    assert _launcher.dotnet_for(tmp_path / "gymbridge.dll") == str(program)


def test_a_dotnet_without_the_runtime_is_told_with_the_remedy() -> None:
    code = "import sys; print('You must install or update .NET', file=sys.stderr); sys.exit(150)"
    with pytest.raises(
        errors.ServerStartError,
        match=r"(?s)lacks the runtime.*ASP\.NET Core 10 runtime.*\n  You must install or update",
    ):
        _launcher.StartedServer([sys.executable, "-c", code])


def test_a_server_that_reports_an_error() -> None:
    code = """import json; print(json.dumps({"event": "error", "message": "the port is taken"})); input()"""
    with pytest.raises(errors.ServerStartError, match="did not start: the port is taken"):
        _launcher.StartedServer([sys.executable, "-c", code])


def test_a_server_that_never_listens() -> None:
    with pytest.raises(errors.ServerStartError, match=r"(?s)did not listen within 1 s.*still warming"):
        _launcher.StartedServer([sys.executable, "-uc", "print('still warming'); import time; time.sleep(60)"], 1.0)


def test_a_command_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GYMBRIDGE_SERVER", "/no/such/program --flag")
    monkeypatch.setattr(_launcher, "_shared", None)
    with pytest.raises(errors.ServerStartError, match=r"could not be started by '/no/such/program --flag serve"):
        gymnasium.make("GymBridge/CartPole-v1")


@pytest.mark.usefixtures("server")
def test_nonsense_in_a_variable_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("soon", "nan", "-1", "inf"):
        monkeypatch.setenv("GYMBRIDGE_START_SECONDS", value)
        message = f"GYMBRIDGE_START_SECONDS must be a positive number of seconds, got '{value}'"
        with pytest.raises(ValueError, match=message):
            gymnasium.make("GymBridge/CartPole-v1")
    monkeypatch.setenv("GYMBRIDGE_SERVER", "dotnet 'x")
    with pytest.raises(errors.ServerStartError, match="GYMBRIDGE_SERVER is no command line: No closing quotation"):
        gymnasium.make("GymBridge/CartPole-v1")


@pytest.mark.parametrize("line", ["gymbridge serve", " gymbridge ", "gymbridge"])
def test_the_command_of_the_server_may_have_its_verb(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setenv("GYMBRIDGE_SERVER", line)
    assert _launcher.server_command() == ["gymbridge"]


def test_a_chatty_server_does_not_block() -> None:
    code = textwrap.dedent(
        """
        import sys, json
        print("Welcome!", flush=True)
        print(json.dumps({"event": "listening", "address": "127.0.0.1:1"}), flush=True)
        for _ in range(20000):
            print("x" * 100); print("y" * 100, file=sys.stderr)
        print("done", file=sys.stderr, flush=True)
        sys.stdin.read()
        """
    )
    server = _launcher.StartedServer([sys.executable, "-c", code])
    assert server.address == "127.0.0.1:1"
    deadline = time.monotonic() + 60
    while "done" not in server._tail:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    server.stop()
    assert server._process.returncode == 0, "it stops when its standard input ends"


def test_order_of_search(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GYMBRIDGE_SERVER", "dotnet 'a b.dll' --x")
    assert _launcher.server_command() == ["dotnet", "a b.dll", "--x"]
    monkeypatch.delenv("GYMBRIDGE_SERVER")
    package = tmp_path / "checkout" / "python" / "src" / "gymbridge"
    package.mkdir(parents=True)
    monkeypatch.setattr(_launcher, "__file__", str(package / "_launcher.py"))
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("dotnet", "gymbridge"):
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(_launcher, "_DOTNET_FOLDERS", ())
    monkeypatch.delenv("DOTNET_ROOT", raising=False)
    dotnet = str(programs / "dotnet")

    assert _launcher.server_command() == [str(programs / "gymbridge")]
    (tmp_path / "checkout" / "GymBridge.sln").write_text("")
    assert _launcher.server_command() == [str(programs / "gymbridge")], "a checkout without a build"
    built = []
    for age, mode in ((0, "Release"), (100, "Debug")):
        dll = tmp_path / "checkout" / "src" / "GymBridge.Cli" / "bin" / mode / "net10.0" / "gymbridge.dll"
        dll.parent.mkdir(parents=True)
        dll.write_text("")
        os.utime(dll, (1_000_000 + age, 1_000_000 + age))
        built.append(str(dll))
    assert _launcher.server_command() == [dotnet, built[1]], "the newest build"
    os.utime(built[0], (2_000_000, 2_000_000))
    assert _launcher.server_command() == [dotnet, built[0]]
    shipped = package / "_server" / "gymbridge.dll"
    shipped.parent.mkdir()
    shipped.write_text("")
    assert _launcher.server_command() == [dotnet, str(shipped)]
    (programs / "dotnet").unlink()
    with pytest.raises(errors.ServerStartError, match="there is no 'dotnet' on PATH"):
        _launcher.server_command()
    shipped.unlink()
    for dll_path in built:
        Path(dll_path).unlink()
    (programs / "gymbridge").unlink()
    with pytest.raises(errors.ServerStartError, match=r"No GymBridge server is at hand.*GYMBRIDGE_ADDRESS"):
        _launcher.server_command()


def test_an_address_from_the_environment(host: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GYMBRIDGE_ADDRESS", host.address)
    monkeypatch.setattr(_launcher, "shared_server", lambda: pytest.fail("a server was started"))
    env: Any = gymnasium.make("GymBridge/CartPole-v1")
    assert env.unwrapped.remote.address == host.address
    assert gymbridge.make("CartPole-v1").unwrapped.remote.address == host.address  # type: ignore[attr-defined]


PROGRAM = """
import os, sys, gymnasium, gymbridge
env = gymnasium.make("gymbridge:GymBridge/CartPole-v1")
env.reset(seed=1)
print(env.unwrapped.remote.server_pid, env.unwrapped.remote.address, flush=True)
{then}
"""


def run(then: str) -> tuple[subprocess.Popen[str], int, str]:
    environment = {**os.environ, "GYMBRIDGE_SERVER": shlex.join([sys.executable, "-c", SERVE])}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(then=then)], stdout=subprocess.PIPE, text=True, env=environment
    )
    pid, address = process.stdout.readline().split()  # type: ignore[union-attr]
    return process, int(pid), address.removeprefix("unix:")


def gone(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="looks at /proc")
@pytest.mark.parametrize(
    "then",
    ["", "raise SystemExit(3)", "os.fork() or sys.exit(0)", "os.kill(os.getpid(), 9)", "os._exit(1)"],
    ids=["end", "exit", "forked", "killed", "_exit"],
)
def test_the_server_stops_with_the_process(then: str) -> None:
    process, pid, path = run(then)
    process.wait(60)
    assert gone(pid, 30.0), "the server outlived its process"
    if then in ("", "raise SystemExit(3)"):
        assert not os.path.exists(os.path.dirname(path))


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="looks at /proc")
def test_a_forked_child_uses_its_parents_server_and_does_not_keep_it() -> None:
    then = """
source, sink = os.pipe()
child = os.fork()
if child == 0:
    other = gymnasium.make("GymBridge/CartPole-v1")
    other.reset(seed=1)
    same = other.unwrapped.remote.address == env.unwrapped.remote.address
    print("same" if same and other.step(0)[1] == 1.0 else "different", flush=True)
    os.write(sink, b"done")
    import time; time.sleep(120); os._exit(0)
os.read(source, 4)
print(env.step(0)[1], flush=True)
os._exit(child > 0)
"""
    process, pid, _ = run(then)
    assert process.stdout.readline() == "same\n"  # type: ignore[union-attr]
    assert process.stdout.readline() == "1.0\n"  # type: ignore[union-attr]
    process.wait(60)
    assert gone(pid, 30.0), "a child that lives on kept the server's input open"
