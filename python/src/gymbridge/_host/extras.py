"""What to install when an environment's package is missing."""

from __future__ import annotations

import importlib.util
import re

import gymnasium

# Package by the extra of pyproject.toml, named as Gymnasium's, that brings it.
_EXTRAS = {
    "ale_py": "atari",
    "cv2": "atari",
    "Box2D": "box2d",
    "mujoco": "mujoco",
    "imageio": "mujoco",
    "pygame": "classic-control",
}

# What the errors of Gymnasium and its environments call the packages.
_NAMES = {
    "box2d": "box2d",
    "mujoco": "mujoco",
    "opencv": "atari",
    "namespace ale ": "atari",
    "pygame": "classic-control",
}


def command(extra: str) -> str:
    """The command that installs an extra."""
    return f"gymbridge python install --extra {extra}"


def of_module(module: str | None) -> str | None:
    """The extra that brings a module; None if no extra does."""
    return _EXTRAS.get((module or "").partition(".")[0])


def of_error(error: BaseException) -> str | None:
    """The extra whose packages an error says are missing; None if it says nothing of the kind.

    Args:
        error: What importing or making an environment raised.
    """
    if isinstance(error, ModuleNotFoundError):
        return of_module(error.name)
    if not isinstance(error, (gymnasium.error.DependencyNotInstalled, gymnasium.error.NamespaceNotFound)):
        return None
    text = str(error).casefold()
    # The extra that Gymnasium's own advice names, which covers pygame of Box2D's environments too.
    if (named := re.search(r"gymnasium\[([a-z0-9-]+)\]", text)) is not None:
        advised = named.group(1)
        if advised in _EXTRAS.values():
            return advised
        if advised == "toy-text":
            return "classic-control"
    return next((extra for name, extra in _NAMES.items() if name in text), None)


def with_advice(error: BaseException) -> BaseException:
    """The error, of the same class, with the command that mends it; the error itself where no extra does."""
    try:
        return _with_advice(error)
    except Exception:  # Of a class whose own code raises when it is looked at.
        return error


def _with_advice(error: BaseException) -> BaseException:
    extra = of_error(error)
    if extra is None:
        return error
    if isinstance(error, gymnasium.error.NamespaceNotFound) and importlib.util.find_spec("ale_py") is not None:
        # The package is there; Gymnasium knows its games once the id names its module.
        advice = f"{_sentence(error)} ale_py is installed: name its module in the id, as in 'ale_py:ALE/Pong-v5'."
    else:
        advice = f"{_sentence(error)} Through GymBridge: {command(extra)}"
    if isinstance(error, ModuleNotFoundError):
        return ModuleNotFoundError(advice, name=error.name, path=error.path).with_traceback(error.__traceback__)
    return type(error)(advice).with_traceback(error.__traceback__)


def _sentence(error: BaseException) -> str:
    text = str(error)
    return text if text.endswith((".", "!", "?")) else f"{text}."
