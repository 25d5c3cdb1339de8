"""The transport seam: what carries a call to a server and brings its result.

A session knows :class:`CallChannel` alone; a further transport is a further class here.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import Any, Protocol

import grpc

from gymbridge import _credentials, _stream, _wire
from gymbridge._refusals import TRAILER, Detail, decode_detail

__all__ = ["Call", "CallChannel", "CallFailedError", "GrpcChannel", "SessionCalls", "open_channel"]

Call = Callable[[bytes, float], bytes]
"""From a request's bytes and the seconds that it may take to the reply's bytes; raises :class:`CallFailedError`."""


class CallFailedError(Exception):
    """A call that brought no reply; never leaves the package.

    Attributes:
        code: Name of the gRPC status, which other transports use too: ``UNAVAILABLE`` where the connection broke.
        text: What the server or the transport says.
        detail: The server's structured detail.
    """

    def __init__(self, code: str, text: str, detail: Detail) -> None:
        """Notes what is known."""
        super().__init__(text)
        self.code = code
        self.text = text
        self.detail = detail

    @property
    def broken(self) -> bool:
        """Whether the connection broke, so that nobody knows whether the call was executed."""
        return self.code == "UNAVAILABLE" and not self.detail.reason


class SessionCalls(Protocol):
    """A way for the calls of one session, of which there is one at a time."""

    def __call__(self, request: bytes, seconds: float) -> bytes:
        """A :data:`Call`."""

    def end(self, seconds: float) -> None:
        """Lets go of what it holds, unless a call runs; it can be used again.

        Args:
            seconds: How long to wait for the server.
        """


class CallChannel(Protocol):
    """A way to one server; it connects when it is first used."""

    def method(self, name: str) -> Call:
        """A function for one method of the service, such as ``/gymbridge.v1.EnvService/Open``."""

    def calls(self, often: bool) -> SessionCalls:
        """A way for the calls of one session.

        Args:
            often: Whether every step is one; else it holds nothing between its calls.
        """

    def close(self) -> None:
        """Lets go of the connection; calls that run fail."""


def open_channel(address: str, max_message_bytes: int) -> tuple[Any, tuple[tuple[str, str], ...] | None]:
    """GRPC's channel to an address, and the metadata of every call on it: the credentials that there are for it.

    Args:
        address: ``host:port``, ``https://host:port`` or ``unix:/path``.
        max_message_bytes: Limit of one reply.

    Raises:
        GymBridgeError: A token would travel in clear to another machine, or a file of credentials cannot be read.
    """
    target = _wire.grpc_target(_credentials.authority(address))
    options = _wire.channel_options(max_message_bytes)
    metadata = _credentials.metadata_for(address)
    if not _credentials.is_tls(address):
        return grpc.insecure_channel(target, options=options), metadata
    # The certificate is for the host of the address.
    options = [option for option in options if option[0] != "grpc.default_authority"]
    return grpc.secure_channel(target, _credentials.channel_credentials(), options), metadata


class GrpcChannel:
    """A :class:`CallChannel` over gRPC, on TCP or a Unix socket."""

    def __init__(self, address: str, max_message_bytes: int) -> None:
        """Prepares a channel with the credentials that there are for the address; nothing is opened yet.

        Args:
            address: ``host:port``, ``https://host:port`` or ``unix:/path``.
            max_message_bytes: Limit of one reply.

        Raises:
            GymBridgeError: A token would travel in clear to another machine, or a file of credentials cannot be read.
        """
        self._channel, self._metadata = open_channel(address, max_message_bytes)
        self._streams: weakref.WeakSet[_stream.CallStream] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._has_streams = _stream.is_possible()

    def method(self, name: str) -> Call:
        """A function for one method."""
        function = self._channel.unary_unary(name)
        metadata = self._metadata

        def call(request: bytes, timeout: float) -> bytes:
            try:
                reply: bytes = function(request, timeout, metadata)
                return reply
            except grpc.RpcError as error:
                raise _failure(error) from None

        return call

    def calls(self, often: bool) -> SessionCalls:
        """A way for the calls of one session: a stream, as long as there is room for one more."""
        unary = UnaryCalls(self.method(_wire.EXCHANGE))
        return _StreamedCalls(self, unary) if often and self._has_streams else unary

    def stream(self, seconds: float) -> _stream.CallStream | None:
        """A stream of calls; None where there is none, or no room for it.

        Args:
            seconds: What its calls are given as a rule.
        """
        with self._lock:
            if not self._has_streams or sum(not stream.ended for stream in self._streams) >= _stream.MOST_STREAMS:
                return None
            stream = _stream.CallStream(self._channel, _wire.DRIVE, self._metadata, seconds)
            self._streams.add(stream)
        _stream.watch.add(stream)
        return stream

    def forgo_streams(self) -> None:
        """The server has none."""
        self._has_streams = False

    def close(self) -> None:
        """Closes the channel."""
        self._channel.close()


class UnaryCalls:
    """:class:`SessionCalls` of which each stands for itself."""

    def __init__(self, call: Call) -> None:
        """Takes the method."""
        self._call = call

    def __call__(self, request: bytes, seconds: float) -> bytes:
        """A call."""
        return self._call(request, seconds)

    def end(self, seconds: float) -> None:
        """Nothing is held."""


class _StreamedCalls:
    """:class:`SessionCalls` on a stream, which is opened when it is first needed, and anew when it has ended."""

    def __init__(self, channel: GrpcChannel, unary: UnaryCalls) -> None:
        """Opens nothing yet."""
        self._channel = channel
        self._unary = unary
        self._stream: _stream.CallStream | None = None

    def __call__(self, request: bytes, seconds: float) -> bytes:
        """A call."""
        stream = self._stream
        if stream is None or stream.ended:
            stream = self._stream = self._channel.stream(seconds)
            if stream is None:
                return self._unary(request, seconds)
        try:
            return stream.exchange(request, seconds)
        except _stream.StreamEndedError as error:
            failure = _failed(error.code, error.text, error.metadata)
        if failure.code == "UNIMPLEMENTED" and not failure.detail.reason:
            self._channel.forgo_streams()
            return self._unary(request, seconds)
        raise failure

    def end(self, seconds: float) -> None:
        """Ends the stream, unless a call runs, which then ends with its session's end."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.end(seconds)


def _failure(error: grpc.RpcError) -> CallFailedError:
    return _failed(error.code().name, error.details() or "", error.trailing_metadata() or ())


def _failed(code: str, text: str, metadata: _stream.Metadata) -> CallFailedError:
    detail = Detail()
    for key, value in metadata:
        if key == TRAILER:
            detail = decode_detail(value)
    return CallFailedError(code, text, detail)
