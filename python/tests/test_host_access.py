"""Who is let in by a Python host, and what it says of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from conftest import HostProcess
from gymbridge import _tokens
from test_host import Client, refused


def test_a_token_file_must_be_the_users_own(start_host: Callable[..., HostProcess], tmp_path: Any) -> None:
    file = tmp_path / "token"
    for text, mode in (("", 0o600), ("short", 0o600), ("x" * 43, 0o644)):
        file.write_text(text)
        file.chmod(mode)
        host = start_host("--port", "0", "--token-file", str(file))
        assert host.event["event"] == "error" and "--token-file" in host.event["message"] and host.wait() == 2
        file.unlink()
    assert start_host("--port", "0", "--token-file", str(tmp_path / "none")).wait() == 2
    os.mkfifo(file, 0o600)
    assert start_host("--port", "0", "--token-file", str(file)).wait() == 2
    file.unlink()
    file.write_text("y" * 43 + "\n")
    file.chmod(0o600)
    (tmp_path / "link").symlink_to(file)
    host = start_host("--port", "0", "--token-file", str(tmp_path / "link"))
    assert Client(host.address, "y" * 43).open()


def test_a_token_file_is_that_of_the_csharp_server(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"# who may come\n\nalice {'a' * 22}\n{'b-._~+/=' * 3}\n")
    file.chmod(0o600)
    tokens = _tokens.TokenFile(file)
    assert tokens.hold("a" * 22) and tokens.hold("b-._~+/=" * 3)
    assert not tokens.hold("alice") and not tokens.hold("# who may come") and not tokens.hold("")

    def look() -> None:
        tokens._looked -= _tokens._LOOK_EVERY_SECONDS

    file.write_text("carol short\n")
    look()
    assert tokens.hold("a" * 22), "what was valid stays valid while the file is no good"
    assert "Line 1 of the token file" in capsys.readouterr().err
    file.write_text("c" * 22)
    look()
    assert tokens.hold("c" * 22) and not tokens.hold("a" * 22)


def test_a_token_file_counts_on_a_unix_socket_and_keeps_traces(
    start_host: Callable[..., HostProcess], tmp_path: Any
) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"alice {'a' * 43}\n")
    file.chmod(0o600)
    for place in ([], ["--port", "0"]):
        host = start_host("--token-file", str(file), *place)
        with refused("UNAUTHENTICATED", "wants a token", "UNAUTHENTICATED"):
            Client(host.address, "b" * 43).open()
        client = Client(host.address, "a" * 43)
        session = client.open()
        client.reset(session, 1)
        fault = client.step(session, 2, 10).fault
        assert fault.python_class == "ValueError" and not fault.trace, "whoever has a token may be another user"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--no-token"], "127.0.0.1:0 is open to every user of this machine: --no-token."),
        (
            ["--host", "0.0.0.0", "--insecure-remote"],
            "open to other machines without TLS and credentials: --insecure-remote.",
        ),
        (["--insecure-remote"], ""),
    ],
)
def test_a_host_that_is_open_says_so(start_host: Callable[..., HostProcess], arguments: list[str], told: str) -> None:
    host = start_host("--port", "0", *arguments)
    assert host.event["event"] == "listening"
    if not told:
        with refused("UNAUTHENTICATED", "wants a token", "UNAUTHENTICATED"):
            Client(host.address, "b" * 43).open()
    host.stop()
    assert any(told in line for line in host.stderr) if told else not host.stderr, host.stderr
