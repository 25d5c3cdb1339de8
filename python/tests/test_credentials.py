"""Tokens and TLS of the client, against the C# server."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import gymbridge
from gymbridge import _credentials, _launcher
from gymbridge.errors import AuthenticationError, GymBridgeError, ServerConnectionError

Start = Callable[..., str]


@pytest.fixture
def start_server() -> Iterator[Start]:
    """Starts C# servers on ports of their own; gives their addresses."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> str:
        process = subprocess.Popen(
            [*_launcher.server_command(), "serve", "--watch-stdin", "--port", "0", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        processes.append(process)
        return str(json.loads(process.stdout.readline())["address"])  # type: ignore[union-attr]

    yield start
    for process in processes:
        process.stdin.close()  # type: ignore[union-attr]
        process.wait(60)


def step(address: str) -> None:
    env = gymbridge.make("CartPole-v1", address=address)
    env.reset(seed=1)
    env.step(1)
    env.close()


def test_make_finds_the_token_of_the_users_server(start_server: Start) -> None:
    step(start_server())


def test_make_without_the_token_is_refused(
    start_server: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = start_server()
    monkeypatch.setenv("GYMBRIDGE_RUNTIME_DIR", str(tmp_path / "elsewhere"))
    with pytest.raises(AuthenticationError, match="This server needs its token"):
        step(address)


def test_make_takes_a_token_file(start_server: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text("# who\nada " + "a" * 43 + "\n")
    tokens.chmod(0o600)
    address = start_server("--token-file", str(tokens))
    monkeypatch.setenv("GYMBRIDGE_TOKEN_FILE", str(tokens))
    step(address)


def test_make_over_tls_verifies_the_server(
    start_server: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    address = start_server("--host", "localhost", "--tls-cert", str(certificate), "--tls-key", str(key))
    assert address.startswith("https://localhost:")
    with pytest.raises(ServerConnectionError, match=r"TLS failed .* GYMBRIDGE_TLS_CA"):
        step(address)
    with pytest.raises(ServerConnectionError, match=r"closed the connection .* write 'https://host:port'"):
        step(address.removeprefix("https://"))
    monkeypatch.setenv("GYMBRIDGE_TLS_CA", str(certificate))
    # Another spelling: connections are shared by address, and the first one was made without the root.
    step(address.replace("localhost", "127.0.0.1"))
    credentials = ("--tls-cert", str(certificate), "--tls-key", str(key), "--client-ca", str(certificate))
    with pytest.raises(ServerConnectionError, match=r"closed the connection .* GYMBRIDGE_TLS_CERT and"):
        step(start_server("--host", "localhost", *credentials))


def test_token_is_not_sent_in_clear_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GYMBRIDGE_TOKEN", "x" * 43)
    with pytest.raises(GymBridgeError, match="would travel in clear to another machine"):
        step("192.0.2.1:50051")


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_token_that_others_could_have_left_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("GYMBRIDGE_RUNTIME_DIR", str(folder))
    file = folder / "tcp-7.token"
    file.write_text("t" * 43 + "\n")
    file.chmod(0o600)
    assert _credentials.read_token(7) == "t" * 43
    file.chmod(0o640)
    assert _credentials.read_token(7) is None
    file.chmod(0o600)
    folder.chmod(0o755)
    assert _credentials.read_token(7) is None
    assert _credentials.read_token(8) is None
