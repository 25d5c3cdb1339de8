"""Rules of the package as a whole."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

import gymbridge

PYTHON = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for path in (PYTHON / "src").rglob("*.py") if "_generated" not in path.parts)
FORBIDDEN = {"pickle", "cloudpickle", "dill", "marshal", "shelve", "yaml"}


def test_the_version_is_one() -> None:
    assert importlib.metadata.version("gymbridge") == gymbridge.__version__
    props = PYTHON.parent / "Directory.Build.props"
    if props.exists():
        # C#'s version is read from Python's, the one place that has it.
        (version,) = re.findall("<Version>(.*)</Version>", props.read_text())
        assert "python/src/gymbridge/_version.py" in version


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_nothing_on_the_wire_can_become_code(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert not FORBIDDEN & {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] not in FORBIDDEN
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec", "compile", "__import__")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "import_module":
            assert path.name == "catalog.py", "only the host imports by name, and only what is on its list"


def test_the_stubs_are_those_of_the_protos() -> None:
    pytest.importorskip("grpc_tools", reason="grpcio-tools is not installed (pip install -e '.[dev]')")
    if not (PYTHON.parent / "protos").exists():
        pytest.skip("not in a checkout: there are no protos")
    from importlib.metadata import version

    made_by = (PYTHON / "src" / "gymbridge" / "_generated" / "values_pb2.py").read_text()
    checked = subprocess.run(
        [sys.executable, PYTHON / "generate_stubs.py", "--check"], capture_output=True, text=True, timeout=300
    )
    assert checked.returncode == 0, f"{checked.stderr} (grpcio-tools {version('grpcio-tools')}, {made_by[:200]})"


def test_all_is_what_there_is() -> None:
    for module in (gymbridge, gymbridge.errors):
        assert sorted(module.__all__) == sorted(set(module.__all__))
        for name in module.__all__:
            assert getattr(module, name).__doc__ or name == "__version__"
    for name in gymbridge.errors.__all__:
        kind = getattr(gymbridge.errors, name)
        if isinstance(kind, type) and issubclass(kind, Exception):
            assert issubclass(kind, gymbridge.GymBridgeError) and str(kind("text")) in ("text", "'text'")
