"""Opens that their clients have named, so that one that was given up can be ended without the id of its session."""

from __future__ import annotations

import collections
import threading
from typing import Generic, TypeVar

from gymbridge._host.refused import Refused
from gymbridge._wire import OPEN_NONCE_BYTES

MAX_WITHDRAWN = 4096
"""Nonces remembered that were withdrawn before their Open came."""

Made = TypeVar("Made")


class NamedOpens(Generic[Made]):
    """By nonce, from the coming of an Open until its session ends: docs/protocol.md, section 4."""

    def __init__(self) -> None:
        """Knows none."""
        self._made: dict[bytes, Made | None] = {}
        self._unwanted: set[bytes] = set()  # Of those that are still being made.
        self._withdrawn: collections.OrderedDict[bytes, None] = collections.OrderedDict()
        self._lock = threading.Lock()

    def begin(self, nonce: bytes) -> None:
        """Notes that an Open has come; an empty nonce is no name.

        Raises:
            Refused: The nonce is none, is used already, or was withdrawn.
        """
        if not nonce:
            return
        _check(nonce, "nonce")
        with self._lock:
            if nonce in self._withdrawn:
                raise _withdrawn()
            if nonce in self._made:
                text = "The nonce of this Open is that of another one; draw one for each."
                raise Refused("BAD_REQUEST", text, field="nonce")
            self._made[nonce] = None

    def succeed(self, nonce: bytes, made: Made) -> None:
        """Notes what came of it.

        Raises:
            Refused: Nobody wants it: the caller ends it.
        """
        if not nonce:
            return
        with self._lock:
            if nonce in self._unwanted:
                raise _withdrawn()
            self._made[nonce] = made

    def forget(self, nonce: bytes) -> None:
        """Notes that it failed, or that its session has ended."""
        with self._lock:
            self._made.pop(nonce, None)
            self._unwanted.discard(nonce)

    def withdraw(self, nonce: bytes) -> Made | None:
        """Notes that nobody wants it.

        Returns:
            What it has made, if it has.

        Raises:
            Refused: The nonce is none.
        """
        _check(nonce, "open_nonce")
        with self._lock:
            if nonce not in self._made:
                self._withdrawn[nonce] = None
                while len(self._withdrawn) > MAX_WITHDRAWN:
                    self._withdrawn.popitem(last=False)
                return None
            made = self._made[nonce]
            if made is None:
                self._unwanted.add(nonce)
            return made


def session_and_nonce() -> Refused:
    """The refusal of a Close that names two things."""
    return Refused("BAD_REQUEST", "A Close names a session or the nonce of an Open, and not both.", field="open_nonce")


def _check(nonce: bytes, field: str) -> None:
    if len(nonce) != OPEN_NONCE_BYTES:
        text = f"The nonce of an Open has {OPEN_NONCE_BYTES} bytes, got {len(nonce)}."
        raise Refused("BAD_REQUEST", text, field=field)


def _withdrawn() -> Refused:
    return Refused("OPEN_WITHDRAWN", "The client has withdrawn this Open; what it made is closed.")
