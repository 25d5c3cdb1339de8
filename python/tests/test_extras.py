"""What an environment says whose package is not installed: the command that installs it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import gymnasium
import pytest

import gymbridge
from conftest import TESTS
from gymbridge._host import extras, faults


@pytest.mark.parametrize(
    ("env_id", "module", "extra"),
    [
        ("ale_py:ALE/Pong-v5", "ale_py", "atari"),
        ("gymnasium:HalfCheetah-v5", "mujoco", "mujoco"),
        ("gymnasium:LunarLander-v3", "Box2D", "box2d"),
    ],
)
def test_a_missing_package_is_told_with_the_command_that_installs_it(
    start_host: Any, tmp_path: Path, env_id: str, module: str, extra: str
) -> None:
    text = f"raise ModuleNotFoundError(\"No module named '{module}'\", name='{module}')\n"
    (tmp_path / f"{module}.py").write_text(text, encoding="utf-8")
    host = start_host(env={"PYTHONPATH": f"{tmp_path}{':' if sys.platform != 'win32' else ';'}{TESTS}"})
    with pytest.raises(Exception, match=f"gymbridge python install --extra {extra}(\\s|$)"):
        gymbridge.make(env_id, address=host.address)


@pytest.mark.parametrize(
    ("error", "extra"),
    [
        (
            gymnasium.error.DependencyNotInstalled('MuJoCo is not installed, run `pip install "gymnasium[mujoco]"`'),
            "mujoco",
        ),
        (
            gymnasium.error.DependencyNotInstalled('pygame is not installed, run `pip install "gymnasium[box2d]"`'),
            "box2d",
        ),
        (
            gymnasium.error.DependencyNotInstalled('pygame is not installed, run `pip install "gymnasium[toy-text]"`'),
            "classic-control",
        ),
        (
            gymnasium.error.DependencyNotInstalled(
                'opencv-python package not installed, run `pip install "gymnasium[other]"`'
            ),
            "atari",
        ),
        (ModuleNotFoundError("No module named 'cv2'", name="cv2"), "atari"),
        (ModuleNotFoundError("No module named 'mine'", name="mine"), None),
        (ValueError("mujoco"), None),
    ],
)
def test_advice_keeps_the_class_and_names_the_extra(error: BaseException, extra: str | None) -> None:
    advised = extras.with_advice(error)
    assert type(advised) is type(error)
    assert str(advised).startswith(f"{error}. " if extra else str(error))
    assert str(advised).endswith(f"gymbridge python install --extra {extra}" if extra else str(error))


@pytest.mark.parametrize(("is_installed", "advice"), [(True, "'ale_py:ALE/Pong-v5'"), (False, "--extra atari")])
def test_a_namespace_is_told_with_the_id_or_with_the_command(
    monkeypatch: pytest.MonkeyPatch, is_installed: bool, advice: str
) -> None:
    monkeypatch.setattr(extras.importlib.util, "find_spec", lambda _: object() if is_installed else None)
    error = extras.with_advice(gymnasium.error.NamespaceNotFound("Namespace ALE not found."))
    assert isinstance(error, gymnasium.error.NamespaceNotFound)
    assert advice in str(error)


def test_mujoco_without_a_screen_is_told_with_the_variable_that_helps() -> None:
    error = type("FatalError", (Exception,), {"__module__": "mujoco"})
    fault = faults.fault_of(
        error("an OpenGL platform library has not been loaded into this process"), [0], detailed=False
    )
    assert fault.message.startswith("an OpenGL platform library") and "MUJOCO_GL=egl" in fault.message
    assert "MUJOCO_GL" not in faults.fault_of(error("bad XML"), [0], detailed=False).message
