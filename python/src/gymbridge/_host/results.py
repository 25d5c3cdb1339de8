"""What calls of an environment have to return, and what they return that were written for gym before 0.26."""

from __future__ import annotations

from typing import Any

import gymnasium

_FORMS = (
    "reset() must return (observation, info) and step() (observation, reward, terminated, truncated, info). "
    "An environment for gym before 0.26 returns less; rewrite it, or wrap it with shimmy's GymV21CompatibilityV0"
)


def of_reset(result: Any) -> tuple[Any, Any]:
    """The observation and the info of a reset.

    Raises:
        TypeError: The result is no pair. An observation of two numbers, which could be taken apart, is none either.
    """
    if isinstance(result, (tuple, list)) and len(result) == 2:
        observation, info = result
        return observation, info
    raise TypeError(f"{_FORMS}; reset() returned {type(result).__name__} {result!r:.80}.")


def method_of(env: gymnasium.Env[Any, Any], name: str) -> Any:
    """A method of the environment inside all wrappers, where a wrong result came from; None if it cannot be had."""
    try:
        return getattr(env.unwrapped, name)
    except BaseException:  # Its attributes may be anybody's code.
        return None


def explained(error: BaseException) -> BaseException:
    """An error of the caller's own frame about results of another length, with what is right; others as they are."""
    # Nothing is asked of an exception of another kind: its attributes may be anybody's code.
    if type(error) in (ValueError, TypeError) and "unpack" in str(error):
        trace = error.__traceback__
        if trace is not None and trace.tb_next is None:
            return type(error)(f"{_FORMS}: {error}.").with_traceback(trace)
    return error
