"""Which way calls go: shared memory on one machine, else gRPC; in process where that is asked for."""

from __future__ import annotations

import logging
import os
from typing import NamedTuple

from gymbridge._shm import machine
from gymbridge.errors import NotSupportedError

TRANSPORTS = ("auto", "grpc", "shm", "inproc")
_LOOPBACK = ("localhost:", "127.", "[::1]:")
_LOG = logging.getLogger("gymbridge")


class Transport(NamedTuple):
    """The way of one session's steps.

    Attributes:
        name: ``grpc``, ``shm`` or ``inproc``.
        reason: Why it is not the faster one; empty if it is.
    """

    name: str
    reason: str


def wanted(transport: str | None) -> str:
    """The transport that was asked for.

    Args:
        transport: As the user gave it; None is $GYMBRIDGE_TRANSPORT, else ``auto``.

    Raises:
        ValueError: There is no such transport.
    """
    source = "transport"
    if transport is None:
        transport, source = os.environ.get("GYMBRIDGE_TRANSPORT") or "auto", "GYMBRIDGE_TRANSPORT"
    if transport not in TRANSPORTS:
        names = ", ".join(f"'{name}'" for name in TRANSPORTS)
        raise ValueError(f"{source} must be one of {names}, got {transport!r}.")
    return transport


def obstacle(asked: str, address: str) -> str:
    """Why memory is not even asked for at an address; empty if it is."""
    if asked in ("grpc", "inproc"):
        return "it was asked for"
    if not address.startswith(("unix:", *_LOOPBACK)):
        return "the server is reached over the network"
    return machine.obstacle() or ""


def chosen(asked: str, env_id: str, address: str, reason: str, bell: str) -> Transport:
    """The transport of a session, told to the log.

    Args:
        asked: What :func:`wanted` gave.
        env_id: The environment.
        address: Of the server.
        reason: Why memory is not shared; empty if it is.
        bell: How the sides of shared memory wake each other.

    Raises:
        NotSupportedError: Shared memory was asked for and there is none.
    """
    if asked == "inproc":
        _LOG.info("'%s' runs in this process.", env_id)
        return Transport("inproc", "")
    if not reason:
        _LOG.info("'%s' at %s steps through shared memory (bell: %s).", env_id, address, bell)
        return Transport("shm", "")
    if asked == "shm":
        raise NotSupportedError(
            f"'{env_id}' at {address} cannot be stepped through shared memory: {reason}. transport='auto' takes gRPC "
            "then."
        )
    _LOG.info("'%s' at %s steps over gRPC: %s.", env_id, address, reason)
    return Transport("grpc", reason)
