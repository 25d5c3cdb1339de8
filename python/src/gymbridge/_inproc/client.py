"""Steps and resets in this process, through memory that both runtimes see."""

from __future__ import annotations

import ctypes
import os
import time
import weakref

import numpy as np

from gymbridge._channel import CallFailedError
from gymbridge._inproc.library import ENDED, REPLIED, Library, library
from gymbridge._leaves import Layout
from gymbridge._refusals import Detail
from gymbridge._shm.client import MemoryClient
from gymbridge._shm.layout import FileLayout, layout_of
from gymbridge.errors import ProtocolError


class InProcessClient(MemoryClient):
    """The client's end of memory of the runtime in this process."""

    def __init__(
        self,
        functions: Library,
        handle: int,
        memory: memoryview,
        layout: FileLayout,
        observation: Layout,
        action: Layout,
        epoch: int,
    ) -> None:
        """Takes over the memory that a handle stands for."""
        super().__init__(memory, layout, observation, action, epoch)
        self._handle = ctypes.c_ssize_t(handle)
        self._exchange = functions.exchange
        self._wait = functions.wait_exchange

    def send(self, seconds: float) -> None:
        """Executes the request whose head is written; waits for one that is slow.

        Raises:
            CallFailedError: There was no answer in time.
        """
        outcome = self._exchange(self._handle)
        if outcome == REPLIED:
            return
        if outcome == ENDED:
            raise CallFailedError("DEADLINE_EXCEEDED", "the environment's code was ended", Detail())
        deadline = time.monotonic() + seconds
        while not self._wait(self._handle):
            if time.monotonic() >= deadline:
                raise CallFailedError("DEADLINE_EXCEEDED", "no reply came in this process", Detail())

    def close(self) -> None:
        """Nothing will come any more; the memory goes with the last who looks at it."""
        self.usable = False


def attach(session_id: bytes, observation: Layout, action: Layout, lanes: int, epoch: int) -> InProcessClient | None:
    """Memory for the steps of a session; None where its columns have no fixed size.

    Raises:
        ProtocolError: The runtime lays it out in another way.
    """
    layout = layout_of(observation, action, lanes)
    if layout is None:
        return None
    functions = library()
    address, size = ctypes.c_ssize_t(), ctypes.c_int64()
    handle = functions.attach(session_id, len(session_id), ctypes.byref(address), ctypes.byref(size))
    if not handle:
        return None
    owner = (ctypes.c_ubyte * size.value).from_address(address.value)
    finalizer = weakref.finalize(owner, _detach, functions, handle, os.getpid())
    finalizer.atexit = False
    if size.value != layout.size:
        raise ProtocolError(f"the memory of the runtime has {size.value} bytes where {layout.size} are needed")
    # Everything that looks at the memory holds the owner.
    memory = memoryview(np.frombuffer(owner, np.uint8))  # type: ignore[call-overload]
    return InProcessClient(functions, handle, memory, layout, observation, action, epoch)


def _detach(functions: Library, handle: int, pid: int) -> None:
    if pid == os.getpid():  # In a forked child the runtime must not be called.
        functions.detach(handle)
