"""Names and settings of the wire that client and host share."""

from __future__ import annotations

import re

SERVICE = "gymbridge.v1.EnvService"

LIST = f"/{SERVICE}/List"
DESCRIBE = f"/{SERVICE}/Describe"
OPEN = f"/{SERVICE}/Open"
EXCHANGE = f"/{SERVICE}/Exchange"
DRIVE = f"/{SERVICE}/Drive"
CLOSE = f"/{SERVICE}/Close"

IN_PROCESS = "inproc"
"""Stands for an address where the server is in the process of its client."""

FIRST_CALL_SECONDS = 30.0
"""A session that has had no call yet is closed after so long at the latest: its client may never have heard of it."""

OPEN_NONCE_BYTES = 16
"""Of the nonce by which a client names an Open."""

DEFAULT_MAX_MESSAGE_BYTES = 64 * 1024 * 1024

_HOST_PORT = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+):(?P<port>\d{1,5})")


def grpc_target(address: str) -> str:
    """The name under which gRPC knows an address.

    Args:
        address: ``host:port`` or ``unix:/path``.

    Raises:
        ValueError: It is neither.
    """
    if address.startswith("unix:"):
        path = address[len("unix:") :]
        if not path.startswith("/"):
            raise ValueError(f"The address '{address}' needs an absolute path: 'unix:/path/to/socket'.")
        return address
    match = _HOST_PORT.fullmatch(address)
    if match is None or not 0 < int(match["port"]) < 65536:
        raise ValueError(f"The address '{address}' is neither 'host:port' nor 'unix:/path'.")
    return address


def channel_options(max_message_bytes: int) -> list[tuple[str, int | str]]:
    """Options of a client's channel.

    Args:
        max_message_bytes: Limit of what may come back; what is sent is checked against the server's own limit.
    """
    return [
        ("grpc.max_receive_message_length", max_message_bytes),
        ("grpc.max_send_message_length", -1),
        # A new channel after a broken connection must not inherit the old one's back-off.
        ("grpc.use_local_subchannel_pool", 1),
        # Proxies are for the web; without this an http_proxy in the environment takes loopback addresses with it.
        ("grpc.enable_http_proxy", 0),
        # For a Unix socket gRPC would send the path, which Kestrel refuses as a host name.
        ("grpc.default_authority", "localhost"),
    ]
