"""transport="inproc": each part of inproc_cases.py in a process of its own, because a runtime is never unloaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import TESTS
from gymbridge import _launcher, errors

SIMULATOR = TESTS.parents[1] / "tests/OwnSimulator/bin/Release/net10.0/OwnSimulator.dll"
MAKE = "import gymbridge; env = gymbridge.make('{}', transport='inproc'); env.reset(); print(env.step(0)[1])"


def built(path: Path | None = None) -> None:
    """Fails or skips where the C# side is not built."""
    try:
        if path is None or not path.is_file():
            _launcher.server_command()
        if path is None or path.is_file():
            return
        reason = f"{path} is not built: dotnet build {path.parents[3].name} -c Release"
    except errors.ServerStartError as error:
        reason = str(error)
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def python(*arguments: str, code: int = 0, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")]), **variables},
        capture_output=True,
        text=True,
        timeout=500,
        cwd=TESTS,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def cases(*arguments: str, **variables: str) -> None:
    text = python("-m", "pytest", "-q", "-p", "no:cacheprovider", "inproc_cases.py", *arguments, **variables)
    assert " passed" in text and "skipped" not in text, text


def test_built_in_environments_run_in_process() -> None:
    built()
    cases("-k", "not trouble")


def test_a_simulator_of_ones_own_runs_in_process() -> None:
    built(SIMULATOR)
    cases("-k", "trouble", GYMBRIDGE_SERVER=f"{_launcher.dotnet_for(SIMULATOR)} {SIMULATOR}")


def test_a_program_that_just_ends_ends_cleanly() -> None:
    built()
    assert python("-c", MAKE.format("CartPole-v1")) == "1.0\n"


@pytest.mark.parametrize(
    ("server", "message"),
    [
        ("/nowhere/program --option", "does not lead to one; name it in GYMBRIDGE_SERVER"),
        ("dotnet /nowhere/program.dll", "there is no 'program.runtimeconfig.json'"),
    ],
)
def test_what_is_no_assembly_is_told(server: str, message: str) -> None:
    text = python("-c", MAKE.format("CartPole-v1"), code=1, GYMBRIDGE_SERVER=server)
    assert "ServerStartError" in text and message in text


def test_an_assembly_without_an_entry_is_told() -> None:
    oracle = TESTS.parents[1] / "tests/SpaceOracle/bin/Release/net10.0/SpaceOracle.dll"
    built(oracle)
    text = python("-c", MAKE.format("CartPole-v1"), code=1, GYMBRIDGE_SERVER=f"dotnet {oracle}")
    assert "ServerStartError" in text and "GymBridgeEntry" in text and "docs/transports.md" in text


def test_a_missing_loader_is_told(tmp_path: Path) -> None:
    built()
    (tmp_path / "clr_loader.py").write_text("raise ModuleNotFoundError('hidden')\n")
    variables = {"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    text = python("-c", MAKE.format("CartPole-v1"), code=1, **variables)
    assert "NotSupportedError" in text and "pip install 'gymbridge[inproc]'" in text
