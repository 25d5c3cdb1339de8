"""The host in the process of a C# program keeps the contract as well."""

from __future__ import annotations

import json
import subprocess
import sys

from conftest import TESTS
from gymbridge.compliance import CASES


def test_the_embedded_host_complies() -> None:
    done = subprocess.run(
        [sys.executable, str(TESTS / "embedded_case.py")], capture_output=True, text=True, timeout=500, cwd=TESTS
    )
    assert done.returncode == 0, done.stderr
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [name for name, _, _ in outcomes] == list(CASES)
    skipped = [outcome for outcome in outcomes if outcome[1] == "skip"]
    assert [outcome for outcome in outcomes if outcome[1] == "fail"] == []
    assert {name for name, _, _ in skipped} <= {"call/oversized_reply"}, skipped
