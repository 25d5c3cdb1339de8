"""Tokens of the Python host: drawn and written, or read from a file that the user names.

See docs/security.md.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
import sys
from pathlib import Path

from gymbridge._credentials import is_private, runtime_folder

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,256}")
_MAX_FILE_BYTES = 4096


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


def read_token_file(path: Path) -> str:
    """The token of a file that a user names.

    Raises:
        OSError: It cannot be read, is open to others, or holds no token.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or (sys.platform != "win32" and found.st_mode & 0o077):
            raise OSError(f"The token file {path} can be read by others; run: chmod 600 {path}")
        text = file.read(_MAX_FILE_BYTES).decode("ascii", "replace").strip()
    if _TOKEN.fullmatch(text) is None:
        raise OSError(f"The token file {path} holds no token of at least 128 bits (22 characters of base64url).")
    return text
