"""Parameters that name files of this machine, which only its own user may give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from gymbridge._host.refused import Refused

_PATH = re.compile(r"\s*([/\\~]|[a-z]:[/\\]|file:)|(.*[/\\])?\s*\.\.\s*([/\\].*)?$", re.DOTALL | re.IGNORECASE)


def check_no_paths(value: Any, name: str) -> None:
    """Refuses parameters that lead out of an environment's own folder.

    An environment opens what it is told to, with the rights of the host's user, and its error says what is there.

    Args:
        value: Of a parameter, or of all.
        name: What it is called in an error.

    Raises:
        Refused: There is such a path in it.
    """
    if isinstance(value, (bytes, bytearray)):
        value = value.decode("latin-1")
    if isinstance(value, str):
        if _PATH.match(value):
            text = (
                f"{name}: {str(value)[:200]!r} is a path, and only clients of the host's own user may name its files."
            )
            raise Refused("BAD_REQUEST", text, field="kwargs")
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            check_no_paths(key, f"{name}: a key")
            check_no_paths(inner, f"{name}[{str(key)[:64]!r}]")
    elif isinstance(value, (list, tuple, set, frozenset)):
        for inner in value:
            check_no_paths(inner, name)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "OSU":
        for inner in value.flat:
            check_no_paths(inner, name)
