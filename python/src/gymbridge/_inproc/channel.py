"""Calls of the service in this process."""

from __future__ import annotations

import ctypes
import time

import grpc

from gymbridge import _wire
from gymbridge._channel import Call, CallFailedError, UnaryCalls
from gymbridge._generated import errors_pb2
from gymbridge._inproc.library import library
from gymbridge._refusals import Detail, decode_detail

_METHODS = (_wire.LIST, _wire.DESCRIBE, _wire.OPEN, _wire.EXCHANGE, _wire.CLOSE)
_STATUS_NAMES = {status.value[0]: status.name for status in grpc.StatusCode}
_SLICE_MS = 50
"""Between two looks whether Ctrl-C was pressed."""


class InProcessChannel:
    """A :class:`gymbridge._channel.CallChannel` to the server in this process."""

    def __init__(self, max_message_bytes: int) -> None:
        """Loads the runtime, if it was not.

        Args:
            max_message_bytes: Limit of one reply.

        Raises:
            GymBridgeError: It cannot be loaded.
        """
        self._library = library()
        self._limit = max_message_bytes

    def method(self, name: str) -> Call:
        """A function for one method."""
        number = _METHODS.index(name)
        functions = self._library

        def call(request: bytes, timeout: float) -> bytes:
            deadline = time.monotonic() + timeout
            handle = functions.begin(number, request, len(request))
            try:
                while not functions.wait(handle, _SLICE_MS):
                    if time.monotonic() >= deadline:
                        raise CallFailedError("DEADLINE_EXCEEDED", "no reply came in this process", Detail())
                return self._outcome(handle)
            finally:
                functions.free(handle)

        return call

    def calls(self, often: bool) -> UnaryCalls:
        """A way for the calls of one session."""
        return UnaryCalls(self.method(_wire.EXCHANGE))

    def _outcome(self, handle: int) -> bytes:
        where, length = ctypes.c_void_p(), ctypes.c_int()
        code = self._library.outcome(handle, ctypes.byref(where), ctypes.byref(length))
        data = ctypes.string_at(where.value or 0, length.value) if length.value else b""
        if code:
            raise CallFailedError(
                _STATUS_NAMES[code], errors_pb2.ErrorStatus.FromString(data).message, decode_detail(data)
            )
        if len(data) > self._limit:
            text = f"the message has {len(data):,} bytes, the limit of this client is {self._limit:,}"
            raise CallFailedError("RESOURCE_EXHAUSTED", text, Detail())
        return data

    def close(self) -> None:
        """Does nothing: a runtime is never unloaded."""
