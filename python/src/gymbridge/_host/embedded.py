"""A host inside a C# process that has embedded this interpreter: package GymBridge.PythonNet, docs/transports.md.

Calls come as function calls, on the thread that makes them, under the GIL; there is no other thread. A call that takes
too long is ended by the caller's program, which has KeyboardInterrupt raised in it.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable

import grpc
import numpy as np
from google.protobuf.message import DecodeError

from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host.catalog import Catalog, default_modules
from gymbridge._host.contract import Identity
from gymbridge._host.limits import Limits
from gymbridge._host.refused import Refused
from gymbridge._host.service import Service
from gymbridge._host.sessions import Sessions
from gymbridge._host.threads import EnvironmentThread, Job, Threads
from gymbridge._refusals import encode_detail
from gymbridge._shm.host import MemoryHost
from gymbridge._shm.layout import layout_of

_LONG = 1e9
_EXCHANGE = "Exchange"


class _CallersThread(EnvironmentThread):
    """Stands for the thread of a session where whoever calls is it."""

    def submit(self, job: Job | None) -> None:
        """Runs a job at once."""
        if job is not None:
            job[0](job[1])


class _NoThreads(Threads):
    """Gives sessions the caller's thread."""

    def _choose(self) -> EnvironmentThread:
        return _CallersThread("caller")


class EmbeddedHost:
    """What C# calls."""

    def __init__(self) -> None:
        """Starts without sessions."""
        # Output is the C# program's; what environments print is for people.
        sys.stdout = sys.stderr
        day = 86_400.0
        identity = Identity(Limits(lease=49 * day, max_lease=49 * day, call_seconds=_LONG / 1000))
        self._catalog = catalog = Catalog(default_modules())
        self._sessions = Sessions(
            catalog, identity, _NoThreads(identity.limits.threads), declared_only=False, own_user_only=True
        )
        self._service = Service(catalog, identity, self._sessions, "inproc", lambda _: None)

    def allow(self, module: str) -> None:
        """Lets ids name a module.

        Raises:
            ValueError: That is no name of one.
        """
        self._catalog.allow(module)

    def call(self, method: str, address: int, length: int) -> tuple[int, bytes]:
        """Answers a request.

        Args:
            method: Of the service.
            address: Where the request lies.
            length: Its bytes.

        Returns:
            0 and the reply, or the number of a status and its detail.
        """
        data = ctypes.string_at(address, length) if length else b""
        try:
            if method == _EXCHANGE:
                return 0, self._exchange(data)
            return 0, self._service.answer(method, data, lambda: True, _LONG)
        except Refused as refused:
            detail = encode_detail(refused.reason, refused.text, refused.metadata, refused.fault)
            return _number(refused.status), detail
        except DecodeError as error:
            return _number("INTERNAL"), encode_detail(
                "INTERNAL", f"The request of {method} cannot be read: {error}", {}
            )

    def _exchange(self, data: bytes) -> bytes:
        started = time.perf_counter_ns()
        call = pb.Call.FromString(data)
        pending = self._service.session(call).execute(call, started)
        if pending.refusal is not None:
            raise pending.refusal
        assert pending.reply is not None
        return pending.reply

    def attach(self, session_id: bytes, address: int, size: int) -> Callable[[], None] | None:
        """A function that answers the call that lies in memory of the caller; None if that is laid out otherwise."""
        session = self._sessions.find(bytes(session_id))
        if session is None:
            return None
        observation, action = session.lanes.layouts
        layout = layout_of(observation, action, session.lanes.count)
        if layout is None or layout.size != size:
            return None
        owner = (ctypes.c_ubyte * size).from_address(address)
        memory = memoryview(np.frombuffer(owner, np.uint8))  # type: ignore[call-overload]
        return MemoryHost(memory, layout, session, observation, action).answer


def _number(status: str) -> int:
    number: int = grpc.StatusCode[status].value[0]
    return number
