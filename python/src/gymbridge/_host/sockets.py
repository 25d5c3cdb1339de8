"""Addresses that a host listens on, and who may speak to it there."""

from __future__ import annotations

import concurrent.futures
import contextlib
import hashlib
import ipaddress
import os
import socket
import stat
from pathlib import Path
from typing import Any

import grpc

from gymbridge import _tokens, _wire
from gymbridge._credentials import is_private
from gymbridge._host.limits import MAX_STREAMS_PER_CONNECTION
from gymbridge._refusals import TRAILER, encode_detail
from gymbridge._tokens import Tokens

_MAX_SOCKET_PATH = 103
_FOLDER_OF_ONE_SOCKET = "gymbridge-s-"
_HANDSHAKE_MS = 10_000
_IDLE_MS = 300_000
_HEALTH_CHECK = "/grpc.health.v1.Health/Check"
_UNAUTHENTICATED = "This server wants a token; show it as 'authorization: Bearer TOKEN'."


def joined(host: str, port: int) -> str:
    """The address of a host, which may be one of IPv6 without its brackets, and a port."""
    return f"[{host}]:{port}" if ":" in host and not host.startswith("[") else f"{host}:{port}"


def mapped(address: str) -> str:
    """The IPv4 address that an address of IPv6 stands for (``::ffff:127.0.0.1``); empty if it stands for none."""
    try:
        ipv6 = ipaddress.IPv6Address(address.rpartition(":")[0].strip("[]"))
    except ValueError:
        return ""
    return str(ipv6.ipv4_mapped or "")


def make_server(handlers: tuple[Any, ...], workers: int, max_message_bytes: int, tokens: Tokens | None) -> Any:
    """A server that does not listen yet.

    Args:
        handlers: What it serves.
        workers: Threads at most; they are started when needed.
        max_message_bytes: Limit of a request.
        tokens: One of them a client must show; None lets everybody in.
    """
    return grpc.server(
        concurrent.futures.ThreadPoolExecutor(max_workers=workers, thread_name_prefix="gymbridge"),
        handlers=handlers,
        interceptors=(_Authentication(tokens),),
        options=[
            ("grpc.max_receive_message_length", max_message_bytes),
            ("grpc.max_send_message_length", -1),  # Replies are measured before they are sent.
            ("grpc.so_reuseport", 0),  # A port that is taken is an error.
            ("grpc.max_concurrent_streams", MAX_STREAMS_PER_CONNECTION),
            # Who brings no call holds no place for long; our clients make their connection anew when they need it.
            ("grpc.server_handshake_timeout_ms", _HANDSHAKE_MS),
            ("grpc.max_connection_idle_ms", _IDLE_MS),
            # Clients of ours ping a connection that is idle; that is no flood.
            ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
            ("grpc.keepalive_permit_without_calls", 1),
        ],
    )


def bind(server: Any, address: str) -> tuple[str, list[Path]]:
    """Binds a server.

    A Unix socket lies in a folder that is ours alone: the system then keeps other users out, whatever the modes of the
    socket itself (gRPC does not say who a peer is). Where the folder of the address is open to others, the address is a
    link to a socket in the runtime folder.

    Returns:
        The address that clients use, and the files to remove when the server has stopped.

    Raises:
        OSError: The address is taken or cannot be had.
        ValueError: It is none.
    """
    if not address.startswith("unix:"):
        port = _bind(server, address)
        return f"{address.rpartition(':')[0]}:{port}", []
    path = Path(_wire.grpc_target(address)[len("unix:") :])
    if len(os.fsencode(path)) > _MAX_SOCKET_PATH:
        raise OSError(f"Cannot listen on {address}: the path has more than {_MAX_SOCKET_PATH} bytes.")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(
            f"Cannot listen on {address}: the folder {path.parent} cannot be made ({error.strerror})."
        ) from None
    place = path
    if not is_private(path.parent):
        place = _tokens.private_runtime_folder() / f"unix-{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}"
        _clear_stale_link(path, place)
    _clear_stale_socket(place, address)
    before = os.umask(0o177)
    try:
        _bind(server, f"unix:{place}")
    finally:
        os.umask(before)
    if place == path:
        return address, [path]
    os.symlink(place, path)
    return address, [path, place]


def _bind(server: Any, address: str) -> int:
    try:
        port: int = server.add_insecure_port(address)
    except RuntimeError as error:
        port = 0
        reason: object = error
    else:
        reason = "it is taken, or not an address of this machine"
    if port == 0:
        raise OSError(f"Cannot listen on {address}: {reason}. Choose another, or --port 0 for a free port.")
    return port


def _clear_stale_link(path: Path, place: Path) -> None:
    """Removes a link of ours to a socket; anything else in the way is an error.

    Raises:
        OSError: The path cannot be used.
    """
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    if stat.S_ISLNK(found.st_mode) and found.st_uid == os.geteuid() and os.readlink(path) == str(place):
        _clear_stale_socket(place, f"unix:{path}")
    else:
        _clear_stale_socket(path, f"unix:{path}")
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


def _clear_stale_socket(path: Path, address: str) -> None:
    """Removes a socket that nobody listens on; anything else in the way is an error.

    Raises:
        OSError: The path cannot be used.
    """
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.geteuid():
        raise OSError(f"Cannot listen on {address}: there is something else, or somebody else's.")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2.0)
        try:
            probe.connect(os.fspath(path))
        except ConnectionRefusedError:
            path.unlink()
            return
        except OSError:
            pass
    raise OSError(f"Cannot listen on {address}: a server listens there already.")


def remove_folder(path: Path) -> None:
    """Removes the folder that was made for one socket, which its maker may have had no time for; no other folder."""
    if path.parent.name.startswith(_FOLDER_OF_ONE_SOCKET):
        with contextlib.suppress(OSError):
            path.parent.rmdir()


class _Authentication(grpc.ServerInterceptor):  # type: ignore[misc]
    """Lets in whoever shows a token, before a request is read; all methods, streams too."""

    def __init__(self, tokens: Tokens | None) -> None:
        self._tokens = tokens
        self._refusing = {
            streams: _refuse(*streams) for streams in ((False, False), (False, True), (True, False), (True, True))
        }

    def intercept_service(self, continuation: Any, details: Any) -> Any:
        tokens = self._tokens
        handler = continuation(details)
        if tokens is None or details.method == _HEALTH_CHECK or _shows(details.invocation_metadata, tokens):
            return handler
        if handler is None:
            return self._refusing[False, False]
        return self._refusing[bool(handler.request_streaming), bool(handler.response_streaming)]


def _shows(metadata: Any, tokens: Tokens) -> bool:
    shown = [value for key, value in metadata if key == "authorization"]
    if len(shown) != 1 or not isinstance(shown[0], str):
        return False
    scheme, _, token = shown[0].partition(" ")
    return scheme.lower() == "bearer" and tokens.hold(token)


def _refuse(request_streaming: bool, response_streaming: bool) -> Any:
    def refuse(request: Any, context: Any) -> Any:
        context.set_trailing_metadata(((TRAILER, encode_detail("UNAUTHENTICATED", _UNAUTHENTICATED, {})),))
        context.abort(grpc.StatusCode.UNAUTHENTICATED, _UNAUTHENTICATED)

    kind = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }[request_streaming, response_streaming]
    return kind(refuse)
