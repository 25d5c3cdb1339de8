"""The cases of docs/protocol.md, against this host."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import HostProcess
from gymbridge.compliance import CASES, run
from gymbridge.compliance.__main__ import main

PROTOCOL = Path(__file__).resolve().parents[2] / "docs" / "protocol.md"


def test_the_cases_are_those_of_the_protocol_page() -> None:
    if not PROTOCOL.exists():
        pytest.skip("not in a checkout: there is no docs/protocol.md")
    section = PROTOCOL.read_text("utf-8").partition("## 13. Compliance cases")[2].partition("\n## ")[0]
    assert set(re.findall(r"`([a-z]+/[a-z_]+)`", section)) == set(CASES)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("transport", "bell"), [("grpc", ""), ("shm", "futex"), ("shm", "pipe")])
def test_this_host_complies(
    host: HostProcess, name: str, transport: str, bell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if transport == "shm" and sys.platform != "linux":
        pytest.skip("shared memory is for Linux")
    monkeypatch.setenv("GYMBRIDGE_SHM_BELL", bell)
    (outcome,) = run(host.address, [name], transport=transport)
    assert outcome.result == "pass" or (name == "call/oversized_reply" and outcome.result == "skip"), outcome


def test_an_oversized_reply_names_its_lanes(start_host: Callable[..., HostProcess]) -> None:
    (outcome,) = run(start_host("--max-message-bytes", "50000").address, ["call/oversized_reply"])
    assert outcome.result == "pass", outcome


def test_the_command(host: HostProcess, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--address", host.address, "--json", "open/contract", "sequence/gap"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["case"], line["result"]) for line in lines] == [("open/contract", "pass"), ("sequence/gap", "pass")]
    assert main(["--address", host.address, "--env", "Pendulum-v1", "open/contract"]) == 1
    assert "the action space is not Discrete(2)" in capsys.readouterr().out
    done = subprocess.run(
        [sys.executable, "-m", "gymbridge.compliance", "--address", "unix:/no/such/socket"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1 and done.stderr.startswith("error: unix:/no/such/socket: UNAVAILABLE")
    with pytest.raises(SystemExit) as caught:
        main(["--address", host.address, "no/such_case"])
    assert caught.value.code == 2
