"""The transport seam: what carries a call to a server and brings its result.

A session knows :class:`CallChannel` alone; a further transport is a further class here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import grpc

from gymbridge import _credentials, _wire
from gymbridge._refusals import TRAILER, Detail, decode_detail

__all__ = ["Call", "CallChannel", "CallFailedError", "GrpcChannel", "open_channel"]

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


class CallChannel(Protocol):
    """A way to one server; it connects when it is first used."""

    def method(self, name: str) -> Call:
        """A function for one method of the service, such as ``/gymbridge.v1.EnvService/Open``."""

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

    def close(self) -> None:
        """Closes the channel."""
        self._channel.close()


def _failure(error: grpc.RpcError) -> CallFailedError:
    detail = Detail()
    for key, value in error.trailing_metadata() or ():
        if key == TRAILER:
            detail = decode_detail(value)
    return CallFailedError(error.code().name, error.details() or "", detail)
