"""The host as a C# program embeds it, in a process of its own, for it takes over the output. Run by test_embedded.py.

What C# does by pythonnet is done here by Python: calls are function calls with addresses, and memory is the caller's.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Callable
from typing import Any

import grpc

from gymbridge._channel import Call, CallFailedError
from gymbridge._generated import errors_pb2
from gymbridge._host.embedded import EmbeddedHost
from gymbridge._leaves import Layout
from gymbridge._refusals import decode_detail
from gymbridge._shm.client import MemoryClient
from gymbridge._shm.layout import layout_of
from gymbridge.compliance import run_on
from gymbridge.compliance._client import Client

_NAMES = {status.value[0]: status.name for status in grpc.StatusCode}


class EmbeddedChannel:
    """Calls of the service as function calls."""

    def __init__(self, host: EmbeddedHost) -> None:
        self._host = host

    def method(self, name: str) -> Call:
        def call(request: bytes, timeout: float) -> bytes:
            memory = ctypes.create_string_buffer(request, len(request))
            code, data = self._host.call(name.rpartition("/")[2], ctypes.addressof(memory), len(request))
            if code:
                text = errors_pb2.ErrorStatus.FromString(data).message
                raise CallFailedError(_NAMES[code], text, decode_detail(data))
            return data

        return call

    def close(self) -> None:
        """Nothing is open."""


class EmbeddedMemory(MemoryClient):
    """Steps and resets in memory of the caller's."""

    answer: Callable[[], None]

    def send(self, seconds: float) -> None:
        self.answer()

    def close(self) -> None:
        self.usable = False


def main() -> None:
    output = sys.stdout
    host = EmbeddedHost()

    def attach(session_id: bytes, observation: Layout, action: Layout, lanes: int, epoch: int) -> Any:
        layout = layout_of(observation, action, lanes)
        assert layout is not None
        owner = (ctypes.c_ubyte * layout.size)()
        answer = host.attach(session_id, ctypes.addressof(owner), layout.size)
        assert answer is not None
        client = EmbeddedMemory(memoryview(owner).cast("B"), layout, observation, action, epoch)
        client.answer, client.owner = answer, owner  # type: ignore[attr-defined]
        return client

    for outcome in run_on(Client(EmbeddedChannel(host), attach=attach)):
        print(json.dumps([outcome.name, outcome.result, outcome.text]), file=output, flush=True)
    assert host.call("List", 0, 0)[0] == 0
    for name in ("", "1up", "os;sys"):
        try:
            host.allow(name)
        except ValueError as error:
            assert "is not the name of a module" in str(error)
        else:
            raise AssertionError(f"{name!r} was taken for a module")


if __name__ == "__main__":
    main()
