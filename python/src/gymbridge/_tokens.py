"""Tokens of the Python host: drawn and written, or read from a file that the user names.

See docs/security.md.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
import stat
import sys
import time
from pathlib import Path

from gymbridge._credentials import is_private, runtime_folder

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{22,}")
_MAX_FILE_BYTES = 1024 * 1024
_LOOK_EVERY_SECONDS = 1.0


def new_token() -> str:
    """A random token of 256 bits."""
    return secrets.token_urlsafe(32)


def private_runtime_folder() -> Path:
    """The runtime folder, made if need be.

    Raises:
        OSError: It cannot be made, or is open to others.
    """
    folder = runtime_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not is_private(folder):
        raise OSError(
            f"The folder {folder} belongs to another user or is open to others; give it mode 0700, or name another in "
            "GYMBRIDGE_RUNTIME_DIR."
        )
    return folder


def token_path(folder: Path, port: int) -> Path:
    """The file of the token of the server on a loopback port."""
    return folder / f"tcp-{port}.token"


def write_token(port: int, token: str) -> Path:
    """Writes a server's token where the same user's clients find it.

    Raises:
        OSError: It cannot be written.
    """
    path = token_path(private_runtime_folder(), port)
    with contextlib.suppress(FileNotFoundError):
        path.unlink()  # Of a server that was killed; O_EXCL follows no link that somebody put there.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token + "\n")
    return path


class Tokens:
    """The tokens that let a client in: one that the host drew."""

    def __init__(self, *tokens: str) -> None:
        self._digests = [_digest(token) for token in tokens]

    def hold(self, token: str) -> bool:
        """Whether a token is one of them; takes the same time wherever it differs from them."""
        given = _digest(token)
        return any([hmac.compare_digest(given, wanted) for wanted in self._digests])


class TokenFile(Tokens):
    """Tokens that stand in a file, one a line, as ``TOKEN`` or ``NAME TOKEN``; read again when it changes.

    Raises:
        OSError: It cannot be read, is open to others, or a line of it is no token.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(*_read(path))
        self._path = path
        self._version = _version(path)
        self._looked = time.monotonic()

    def hold(self, token: str) -> bool:
        """Whether a token stands in the file."""
        now = time.monotonic()
        if now - self._looked >= _LOOK_EVERY_SECONDS:
            self._looked = now
            self._refresh()
        return super().hold(token)

    def _refresh(self) -> None:
        version = _version(self._path)
        if version == self._version:
            return
        try:
            self._digests = [_digest(token) for token in _read(self._path)]
        except OSError as error:
            # Half-written, or a mistake: those that were valid stay so, and the next look tries again.
            print(f"The tokens stay as they were: {error}", file=sys.stderr, flush=True)
        else:
            self._version = version


def _digest(token: str) -> bytes:
    # Digests have one length, whatever was shown.
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _version(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def _read(path: Path) -> list[str]:
    # Without waiting: a pipe has no end of which one could be sure.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(f"The token file '{path}' is no file.")
        if sys.platform != "win32" and found.st_mode & 0o077:
            raise OSError(f"The token file '{path}' can be read by others; close it with: chmod 600 '{path}'.")
        text = file.read(_MAX_FILE_BYTES + 1)
    if len(text) > _MAX_FILE_BYTES:
        raise OSError(f"The token file '{path}' is larger than 1 MiB; it holds one token a line.")
    tokens = []
    for number, line in enumerate(text.decode("utf-8-sig", "replace").splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) > 2 or _TOKEN.fullmatch(words[-1]) is None:
            raise OSError(
                f"Line {number} of the token file '{path}' is no token of at least 22 letters, digits and "
                "- . _ ~ + / =, with a name before it or none. Make one with: openssl rand -base64 32"
            )
        tokens.append(words[-1])
    if not tokens:
        raise OSError(f"The token file '{path}' holds no token. Make one with: openssl rand -base64 32")
    return tokens
