"""The benchmarks' own Python scripts. No benchmark runs in the tests: imports, names and arguments are looked up."""

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

PEERS = Path(__file__).resolve().parents[2] / "benchmarks" / "GymBridge.Benchmarks" / "peers"
SCRIPTS = sorted(path.stem for path in PEERS.glob("*.py"))


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    """A script, imported as the benchmarks' Python finds it; what it imports beside itself is forgotten again."""
    monkeypatch.syspath_prepend(str(PEERS))
    if "gymbridge.atari" in (PEERS / f"{request.param}.py").read_text():
        pytest.importorskip("ale_py")
    before = set(sys.modules)
    try:
        yield importlib.import_module(request.param)
    finally:
        for name in (set(sys.modules) - before) & set(SCRIPTS):
            del sys.modules[name]


@pytest.mark.skipif(not SCRIPTS, reason="the repository is not around the package")
@pytest.mark.parametrize("peer", SCRIPTS, indirect=True)
def test_every_name_of_a_peer_is_there(peer: ModuleType) -> None:
    tree = ast.parse(Path(str(peer.__file__)).read_text())
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                for alias in names:
                    assert hasattr(importlib.import_module(module), alias.name), f"{module} has no {alias.name}"
            case ast.Import(names=names):
                for alias in names:
                    importlib.import_module(alias.name)
            case ast.Attribute():
                resolve(node, peer)
    arguments_fit(tree, peer)


def resolve(node: ast.Attribute, peer: ModuleType) -> None:
    """Looks up a chain that begins at an imported module: ``gymbridge.make``."""
    names: list[str] = []
    part: ast.expr = node
    while isinstance(part, ast.Attribute):
        names.append(part.attr)
        part = part.value
    if isinstance(part, ast.Name) and isinstance(value := getattr(peer, part.id, None), ModuleType):
        for name in reversed(names):
            assert hasattr(value, name), f"{value} has no {name}"
            value = getattr(value, name)


def arguments_fit(tree: ast.Module, peer: ModuleType) -> None:
    """Binds the arguments of calls of the peers' own functions to their parameters."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        function = getattr(peer, node.func.id, None)
        named = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        is_plain = len(named) == len(node.keywords) and not any(isinstance(arg, ast.Starred) for arg in node.args)
        if inspect.isfunction(function) and is_plain:
            inspect.signature(function).bind(*node.args, **named)
