"""How grpcio is set up in a host; nothing of it is imported here, for it reads its settings when it starts."""

from __future__ import annotations

import importlib.metadata
import os

KNOWN = (1, 64), (1, 85)
"""From which minor version of grpcio to which the experiments below are known; others would complain of their names."""

_POLLING = "-event_engine_client,-event_engine_listener"


def prepare_host() -> None:
    """Sets what has no other way to be set than the environment, unless a user has."""
    # grpcio's handlers of forks would now and then end what an environment forks.
    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
    # The thread that waits for calls looks at the sockets itself then, instead of being woken by three others.
    if _is_known():
        os.environ.setdefault("GRPC_EXPERIMENTS", _POLLING)


def _is_known() -> bool:
    try:
        parts = importlib.metadata.version("grpcio").split(".")
        return KNOWN[0] <= (int(parts[0]), int(parts[1])) <= KNOWN[1]
    except (importlib.metadata.PackageNotFoundError, ValueError, IndexError):
        return False
