"""The process's connection to a server, and what the failures of its calls mean."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from google.protobuf.message import DecodeError

from gymbridge import _credentials, _wire
from gymbridge._channel import Call, CallChannel, CallFailedError, GrpcChannel, SessionCalls
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._refusals import exception_of, with_detail
from gymbridge._version import GENERATION
from gymbridge.errors import (
    AttributeDeniedError,
    AuthenticationError,
    CallTimeoutError,
    GenerationMismatchError,
    GymBridgeError,
    InvalidCallError,
    LimitError,
    MessageTooLargeError,
    NotSupportedError,
    ProtocolError,
    RemoteAccessError,
    ServerConnectionError,
    SessionLostError,
    UnknownEnvironmentError,
)

if TYPE_CHECKING:
    from gymbridge._launcher import InheritedServer, StartedServer

_connections: dict[tuple[str, int], Connection] = {}
_connections_lock = threading.Lock()


def connect(address: str | None, max_message_bytes: int | None = None, in_process: bool = False) -> Connection:
    """The process's connection to a server; sessions share it.

    Args:
        address: ``host:port`` or ``unix:/path``; None is $GYMBRIDGE_ADDRESS, else a C# server that is started here.
        max_message_bytes: Limit of one reply; None is $GYMBRIDGE_MAX_MESSAGE_BYTES, else 64 MiB.
        in_process: Whether the server is to run in this process, and so has no address.

    Raises:
        ServerStartError: A server had to be started and could not be.
        NotSupportedError: No server can run in this process.
        ValueError: The address or the limit makes no sense.
    """
    server = None
    address = address or os.environ.get("GYMBRIDGE_ADDRESS") or None
    if in_process:
        if address is not None:
            raise ValueError(
                f"transport='inproc' runs the environment in this process and so takes no address, got '{address}'; "
                "leave out the address (also GYMBRIDGE_ADDRESS) or the transport (also GYMBRIDGE_TRANSPORT)."
            )
        address = _wire.IN_PROCESS
    if address is None:
        from gymbridge import _launcher

        server = _launcher.shared_server()
        address = server.address
    limit = _message_limit() if max_message_bytes is None else max_message_bytes
    if limit < 1:
        raise ValueError(f"The limit of a message must be at least 1 byte, got {limit}.")
    with _connections_lock:
        connection = _connections.get((address, limit))
        if connection is None or (server is not None and connection.server is not server):
            connection = _connections[address, limit] = Connection(address, limit, server)
        return connection


def _message_limit() -> int:
    text = os.environ.get("GYMBRIDGE_MAX_MESSAGE_BYTES")
    if not text:
        return _wire.DEFAULT_MAX_MESSAGE_BYTES
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"GYMBRIDGE_MAX_MESSAGE_BYTES must be a number of bytes, got '{text}'.") from None


def _forget_connections() -> None:
    """After a fork: the parent's channels are of no use here, and their threads do not exist."""
    global _connections_lock
    _connections_lock = threading.Lock()
    _connections.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_connections)


class Connection:
    """A channel to one address, made when first needed and made anew when it broke.

    Attributes:
        address: As the user gave it.
        max_message_bytes: Limit of one reply.
        server: The process behind it, if this process started it.
    """

    def __init__(self, address: str, max_message_bytes: int, server: StartedServer | InheritedServer | None) -> None:
        """Notes where to connect; nothing is opened yet.

        Raises:
            ValueError: The address makes no sense.
        """
        self.address = address
        self.max_message_bytes = max_message_bytes
        self.server = server
        if address != _wire.IN_PROCESS:
            # A bad address is told at once, not at the first call.
            _wire.grpc_target(_credentials.authority(address))
        self._channel: CallChannel | None = None
        self._channels = 0
        self._lock = threading.Lock()

    def bind(self, method: str) -> tuple[Call, int]:
        """A function from request to reply, both as bytes, for one method; and which channel it uses."""
        with self._lock:
            return self._open().method(method), self._channels

    def calls(self, often: bool) -> tuple[SessionCalls, int]:
        """A way for the calls of one session; and which channel it uses.

        Args:
            often: Whether every step is one.
        """
        with self._lock:
            return self._open().calls(often), self._channels

    def _open(self) -> CallChannel:
        if self._channel is None:
            self._channels += 1
            self._channel = self._open_channel()
        return self._channel

    def _open_channel(self) -> CallChannel:
        if self.address == _wire.IN_PROCESS:
            from gymbridge._inproc.channel import InProcessChannel

            return InProcessChannel(self.max_message_bytes)
        return GrpcChannel(self.address, self.max_message_bytes)

    def renew(self, broken: int) -> None:
        """Drops a channel, so that the next :meth:`bind` connects at once instead of after gRPC's back-off.

        It is not closed: calls of other sessions may still be on it. It goes when they have let go of it.

        Args:
            broken: Which channel failed; nothing happens if it was already replaced.
        """
        with self._lock:
            if self._channels == broken:
                self._channel = None

    def call(self, method: str, request: bytes, timeout: float, what: str) -> bytes:
        """One call outside of a session: List, Describe, Close.

        Args:
            method: Its name on the wire.
            request: The request.
            timeout: Seconds.
            what: What was tried, for the error: ``opening 'CartPole-v1'``.

        Raises:
            GymBridgeError: It failed.
        """
        function, channel = self.bind(method)
        try:
            try:
                return function(request, timeout)
            except CallFailedError as failure:
                # A channel that was idle may only now notice that its server is gone: nothing was executed then. A
                # server that was started anew has a new token.
                if not failure.broken and failure.code != "UNAUTHENTICATED":
                    raise
                self.renew(channel)
                return self.bind(method)[0](request, timeout)
        except CallFailedError as failure:
            raise self.error(failure, what, timeout) from None

    def list(self, timeout: float) -> pb.ListResponse:
        """The environments of the server."""
        data = self.call(_wire.LIST, b"", timeout, "listing the environments")
        reply: pb.ListResponse = self.parse(pb.ListResponse, data)
        check_generation(reply.generation, self.address)
        return reply

    def parse(self, kind: Any, data: bytes) -> Any:
        """Parses a message of the server.

        Raises:
            ProtocolError: It is not such a message.
        """
        try:
            return kind.FromString(data)
        except DecodeError as error:
            raise ProtocolError(
                f"The server at {self.address} sent {len(data)} bytes that are no {kind.__name__}: {error}"
            ) from None

    def error(self, failure: CallFailedError, what: str, timeout: float) -> Exception:
        """The exception to raise for a failed call.

        Args:
            failure: What is known.
            what: What was tried.
            timeout: The seconds that the call had.
        """
        detail = failure.detail
        if detail.fault is not None:
            return exception_of(detail.fault)
        where = f"{what[:1].upper()}{what[1:]} at {self.address}"
        if failure.broken:
            return self._broken(where, failure.text)
        if failure.code == "DEADLINE_EXCEEDED":
            told = detail.metadata.get("limit_ms", "")
            limit = float(told) / 1000 if told.isdecimal() else timeout
            own = "it is the server's own limit, which timeout= cannot raise"
            hint = own if limit < timeout else "timeout= sets another limit"
            text = f"{where} gave no answer within {limit:g} s; {hint}."
            return with_detail(CallTimeoutError(text), detail)
        kind = _BY_REASON.get(detail.reason) or _BY_STATUS.get(failure.code, GymBridgeError)
        if kind is MessageTooLargeError or (kind is LimitError and not detail.reason):
            return with_detail(_exhausted(where, failure.text, detail.reason), detail)
        text = failure.text if kind in _SPEAK_FOR_THEMSELVES else f"{where} was refused: {failure.text}"
        if kind is GymBridgeError:
            text = f"{where} failed with {failure.code}: {failure.text}"
        elif kind is GenerationMismatchError:
            text += f" (this client speaks {GENERATION})."
        elif kind is AuthenticationError:
            text += (
                " The same user's clients find the token of a server on loopback by themselves; else name it in "
                "GYMBRIDGE_TOKEN."
            )
        return with_detail(kind(text), detail)

    def _broken(self, where: str, text: str) -> Exception:
        death = self.server.death() if self.server is not None else None
        if death is not None:
            return ServerConnectionError(f"{where} failed: {death}")
        if "handshake failed" in text:
            trouble = (
                f"TLS failed ({text}). The server's certificate must fit the host name and lead to a root of the "
                "system, or of GYMBRIDGE_TLS_CA; a server without TLS is 'host:port'."
            )
        elif text.endswith(("Socket closed", "Connection reset by peer")) and not self.address.startswith("unix:"):
            trouble = f"what answers there has closed the connection ({text}). "
            trouble += (
                "If it wants a client certificate, name it and its key by GYMBRIDGE_TLS_CERT and GYMBRIDGE_TLS_KEY."
                if self.address.startswith("https://")
                else "If it has TLS, write 'https://host:port'."
            )
        else:
            trouble = (
                f"nothing answers there ({text}). Is the server running? A C# server is started by 'gymbridge serve', "
                "a Python one by 'python -m gymbridge host'."
            )
        return ServerConnectionError(f"{where} failed: {trouble}")


_BY_REASON: dict[str, type[GymBridgeError]] = {
    "GENERATION_MISMATCH": GenerationMismatchError,
    "ENVIRONMENT_NOT_FOUND": UnknownEnvironmentError,
    "SESSION_NOT_FOUND": SessionLostError,
    "SESSION_CLOSED": SessionLostError,
    "SUPERSEDED": SessionLostError,
    "SEQUENCE_EXPIRED": SessionLostError,
    "CAPABILITY_MISSING": NotSupportedError,
    "UNKNOWN_CALL": NotSupportedError,
    "CAP_REACHED": LimitError,
    "MESSAGE_TOO_LARGE": MessageTooLargeError,
    "ATTRIBUTE_DENIED": AttributeDeniedError,
    "MODULE_DENIED": RemoteAccessError,
    "UNAUTHENTICATED": AuthenticationError,
    "STOPPING": ServerConnectionError,
}
_BY_STATUS: dict[str, type[GymBridgeError]] = {
    "UNAVAILABLE": ServerConnectionError,
    "NOT_FOUND": UnknownEnvironmentError,
    "RESOURCE_EXHAUSTED": LimitError,
    "UNIMPLEMENTED": NotSupportedError,
    "PERMISSION_DENIED": RemoteAccessError,
    "UNAUTHENTICATED": AuthenticationError,
    "INVALID_ARGUMENT": InvalidCallError,
    "FAILED_PRECONDITION": InvalidCallError,
    "OUT_OF_RANGE": InvalidCallError,
}
_SPEAK_FOR_THEMSELVES = (UnknownEnvironmentError, AttributeDeniedError)


def check_generation(generation: int, address: str) -> None:
    """Compares the server's generation with ours.

    Raises:
        GenerationMismatchError: They differ.
    """
    if generation != GENERATION:
        raise GenerationMismatchError(
            f"The server at {address} speaks generation {generation} of the GymBridge protocol, this client "
            f"generation {GENERATION}; install versions of gymbridge and of the server that belong together."
        )


def _exhausted(where: str, text: str, reason: str) -> GymBridgeError:
    """RESOURCE_EXHAUSTED of the transport itself, or of a message: gRPC gives the former no detail to tell them by."""
    if not reason and "message" not in text.lower():
        return LimitError(f"{where} was refused: {text}")
    told = f"{where} failed, a message is over the limit: {text}"
    if "max-message-bytes" not in text and "max_message_bytes" not in text:
        told += (
            ". The limit is raised by max_message_bytes= or GYMBRIDGE_MAX_MESSAGE_BYTES on the client and by "
            "--max-message-bytes on the server"
        )
    return MessageTooLargeError(f"{told.rstrip('.')}.")
