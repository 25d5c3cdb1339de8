"""What a client shows a server, and where it finds it: docs/security.md has the rules, which the C# side shares."""

from __future__ import annotations

import ipaddress
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc

from gymbridge.errors import GymBridgeError

_TLS = "https://"
_MAX_TOKEN_BYTES = 4096


def is_tls(address: str) -> bool:
    """Whether an address asks for TLS: ``https://host:port``."""
    return address.lower().startswith(_TLS)


def authority(address: str) -> str:
    """An address without the prefix that asks for TLS."""
    return address[len(_TLS) :].rstrip("/") if is_tls(address) else address


def is_local(address: str) -> bool:
    """Whether only this machine reaches an address: a Unix socket, or a loopback address."""
    if address.startswith("unix:"):
        return True
    host = authority(address).rpartition(":")[0].strip("[]")
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def metadata_for(address: str) -> tuple[tuple[str, str], ...] | None:
    """The metadata of every call to an address: its token, if there is one.

    Args:
        address: ``host:port``, ``https://host:port`` or ``unix:/path``.

    Raises:
        GymBridgeError: A token would travel in clear to another machine, or its file cannot be read.
    """
    token = os.environ.get("GYMBRIDGE_TOKEN") or _from_file()
    if token and not is_tls(address) and not is_local(address):
        raise GymBridgeError(
            f"The token for {address} would travel in clear to another machine; use 'https://{address}' with a server "
            "that has TLS."
        )
    if not token and not address.startswith("unix:") and is_local(address):
        token = read_token(int(authority(address).rpartition(":")[2]))
    return (("authorization", f"Bearer {token}"),) if token else None


def channel_credentials() -> Any:
    """TLS with the roots of $GYMBRIDGE_TLS_CA, else the system's, and the certificate of $GYMBRIDGE_TLS_CERT, if any.

    Raises:
        GymBridgeError: A file cannot be read.
    """
    certificate = os.environ.get("GYMBRIDGE_TLS_CERT") or None
    key = os.environ.get("GYMBRIDGE_TLS_KEY") or certificate
    return grpc.ssl_channel_credentials(
        root_certificates=_content(os.environ.get("GYMBRIDGE_TLS_CA") or None),
        private_key=_content(key if certificate else None),
        certificate_chain=_content(certificate),
    )


def runtime_folder() -> Path:
    """The directory in which servers of this user leave the tokens of their loopback ports; it need not exist."""
    explicit = os.environ.get("GYMBRIDGE_RUNTIME_DIR")
    if explicit:
        return Path(explicit)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir())) / "GymBridge" / "run"
    session = os.environ.get("XDG_RUNTIME_DIR")
    if session and os.path.isdir(session):
        return Path(session) / "gymbridge"
    return Path(os.environ.get("TMPDIR") or "/tmp") / f"gymbridge-{os.geteuid()}"


def read_token(port: int) -> str | None:
    """The token that a server of this user has left for a port; None if there is none that can be trusted."""
    folder = runtime_folder()
    path = folder / f"tcp-{port}.token"
    if not is_private(folder, stat.S_ISDIR) or not is_private(path, stat.S_ISREG):
        return None
    try:
        with open(path, encoding="ascii") as file:
            return file.readline(_MAX_TOKEN_BYTES).strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def is_private(path: Path, is_kind: Callable[[int], bool] = stat.S_ISDIR) -> bool:
    """Whether something is ours alone: no link, of this user, and closed to all others.

    Args:
        path: Where it is.
        is_kind: What it must be, by its mode; a folder unless said otherwise.
    """
    try:
        found = os.lstat(path)
    except OSError:
        return False
    if not is_kind(found.st_mode):
        return False
    return sys.platform == "win32" or (found.st_uid == os.geteuid() and not found.st_mode & 0o077)


def _from_file() -> str | None:
    path = os.environ.get("GYMBRIDGE_TOKEN_FILE")
    if not path:
        return None
    for line in (_content(path) or b"").decode("utf-8", "replace").splitlines():
        parts = line.split()
        if parts and not parts[0].startswith("#"):
            return parts[-1]
    raise GymBridgeError(f"The token file '{path}' (GYMBRIDGE_TOKEN_FILE) holds no token.")


def _content(path: str | None) -> bytes | None:
    if path is None:
        return None
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise GymBridgeError(f"'{path}' cannot be used: {error.strerror}.") from None
