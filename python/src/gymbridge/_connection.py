"""A channel to a server, and what its failures mean."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.message import DecodeError

from gymbridge import _credentials, _wire
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._version import GENERATION
from gymbridge.errors import (
    CallTimeoutError,
    GenerationMismatchError,
    GymBridgeError,
    InvalidCallError,
    LimitError,
    MessageTooLargeError,
    NotSupportedError,
    ProtocolError,
    RemoteAccessError,
    RemoteFault,
    ServerConnectionError,
    UnknownEnvironmentError,
    exception_for,
)

if TYPE_CHECKING:
    from gymbridge._launcher import StartedServer

Multicallable = Callable[[bytes, float], bytes]

_connections: dict[tuple[str, int], Connection] = {}
_connections_lock = threading.Lock()


def connect(address: str | None, max_message_bytes: int | None = None) -> Connection:
    """The process's connection to a server; sessions share it.

    Args:
        address: ``host:port`` or ``unix:/path``; None is $GYMBRIDGE_ADDRESS, else a C# server that is started here.
        max_message_bytes: Limit of one reply; None is $GYMBRIDGE_MAX_MESSAGE_BYTES, else 64 MiB.

    Raises:
        ServerStartError: A server had to be started and could not be.
        ValueError: The address or the limit makes no sense.
    """
    server = None
    address = address or os.environ.get("GYMBRIDGE_ADDRESS") or None
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

    def __init__(self, address: str, max_message_bytes: int, server: StartedServer | None) -> None:
        """Notes where to connect; nothing is opened yet.

        Raises:
            ValueError: The address makes no sense.
        """
        self.address = address
        self.max_message_bytes = max_message_bytes
        self.server = server
        self._target = _wire.grpc_target(_credentials.authority(address))
        self._metadata: tuple[tuple[str, str], ...] | None = None
        self._channel: Any = None
        self._channels = 0
        self._lock = threading.Lock()

    def bind(self, method: str) -> tuple[Multicallable, int]:
        """A function from request to reply, both as bytes, for one method; and which channel it uses.

        The function raises grpc.RpcError; see :meth:`error`.
        """
        with self._lock:
            if self._channel is None:
                self._channels += 1
                options = _wire.channel_options(self.max_message_bytes)
                self._metadata = _credentials.metadata_for(self.address)
                if _credentials.is_tls(self.address):
                    # The certificate is for the host of the address.
                    options = [option for option in options if option[0] != "grpc.default_authority"]
                    self._channel = grpc.secure_channel(self._target, _credentials.channel_credentials(), options)
                else:
                    self._channel = grpc.insecure_channel(self._target, options)
            function = self._channel.unary_unary(method)
            if self._metadata is not None:
                function = functools.partial(function, metadata=self._metadata)
            return function, self._channels

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
        """One call outside of a session: List, Describe, Open, Close.

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
            except grpc.RpcError as error:
                # A channel that was idle may only now notice that its server is gone. Nothing was executed then, save
                # for an Open, whose session the lease ends.
                if error.code() is not grpc.StatusCode.UNAVAILABLE:
                    raise
                self.renew(channel)
                return self.bind(method)[0](request, timeout)
        except grpc.RpcError as error:
            raise self.error(error, what, timeout) from None

    def list(self, timeout: float) -> pb.ListResponse:
        """The environments of the server."""
        data = self.call(_wire.LIST, b"", timeout, "listing the environments")
        reply: pb.ListResponse = self.parse(pb.ListResponse, data)
        check_generation(reply.generation, self.address)
        return reply

    def describe(self, request: pb.DescribeRequest, timeout: float) -> pb.Contract:
        """The contract of an environment that is not open."""
        data = self.call(_wire.DESCRIBE, request.SerializeToString(), timeout, f"describing '{request.env_id}'")
        reply: pb.Contract = self.parse(pb.Contract, data)
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

    def error(self, error: grpc.RpcError, what: str, timeout: float) -> Exception:
        """The exception to raise for a failed call.

        Args:
            error: What gRPC says.
            what: What was tried.
            timeout: The deadline that the call had.
        """
        fault = _fault_of(error)
        if fault is not None:
            return fault
        code, details = error.code(), error.details() or ""
        where = f"{what[:1].upper()}{what[1:]} at {self.address}"
        if code is grpc.StatusCode.UNAVAILABLE:
            death = self.server.death() if self.server is not None else None
            if death is not None:
                return ServerConnectionError(f"{where} failed: {death}")
            return ServerConnectionError(
                f"{where} failed: nothing answers there ({details}). Is the server running? A C# server is started by "
                "'gymbridge serve', a Python one by 'python -m gymbridge host'."
            )
        if code is grpc.StatusCode.DEADLINE_EXCEEDED:
            return CallTimeoutError(f"{where} gave no answer within {timeout:g} s; timeout= sets another limit.")
        if code is grpc.StatusCode.NOT_FOUND:
            return UnknownEnvironmentError(details)
        if code is grpc.StatusCode.RESOURCE_EXHAUSTED:
            return _exhausted(where, details)
        if code is grpc.StatusCode.FAILED_PRECONDITION and "generation" in details.lower():
            return GenerationMismatchError(f"{where} was refused: {details} (this client speaks {GENERATION}).")
        if code is grpc.StatusCode.UNIMPLEMENTED:
            return NotSupportedError(f"{where} was refused: {details}")
        if code in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED):
            return RemoteAccessError(f"{where} was refused: {details}")
        if code in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION):
            return InvalidCallError(f"{where} was refused: {details}")
        return GymBridgeError(f"{where} failed with {code.name}: {details}")


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


def _exhausted(where: str, details: str) -> GymBridgeError:
    lowered = details.lower()
    if "message" not in lowered:
        return LimitError(f"{where} was refused: {details}")
    text = f"{where} failed, a message is over the limit: {details}"
    if "max-message-bytes" not in lowered and "max_message_bytes" not in lowered:
        text += (
            ". The limit is raised by max_message_bytes= or GYMBRIDGE_MAX_MESSAGE_BYTES on the client and by "
            "--max-message-bytes on the server"
        )
    return MessageTooLargeError(f"{text.rstrip('.')}.")


def _fault_of(error: grpc.RpcError) -> Exception | None:
    for key, value in error.trailing_metadata() or ():
        if key == _wire.FAULT_TRAILER:
            try:
                return fault_exception(pb.Fault.FromString(value))
            except DecodeError:
                return None
    return None


def fault_exception(fault: pb.Fault) -> Exception:
    """The exception that a Fault stands for."""
    origin = RemoteFault(fault.python_class, fault.dotnet_class, tuple(fault.lanes), fault.trace, fault.recoverable)
    return exception_for(fault.python_class, fault.message, origin)
