"""A session: one environment, or many lanes of one, on a server."""

from __future__ import annotations

import atexit
import os
import threading
import time
import warnings
import weakref
from typing import Any

import grpc
from gymnasium.error import ClosedEnvironmentError

from gymbridge import _codec, _values, _wire
from gymbridge._connection import Connection, check_generation, connect, fault_exception
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._version import GENERATION
from gymbridge.errors import (
    AttributeDeniedError,
    GymBridgeError,
    MessageTooLargeError,
    ProtocolError,
    SessionLostError,
)

DEFAULT_TIMEOUT = 60.0
_LEASE_MS = 300_000
_CLOSE_SECONDS = 5.0

_warned: set[str] = set()


class RemoteMethod:
    """A method of an environment on a server; call it as if it were here."""

    def __init__(self, session: Session, name: str, lane: int = 0) -> None:
        """Names the method."""
        self._session = session
        self._name = name
        self._lane = lane

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls it; arguments and result are carried values."""
        return self._session.call_method(self._name, args, kwargs, self._lane)

    def __repr__(self) -> str:
        """Says what it is."""
        return f"<method '{self._name}' of {self._session.env_id} at {self._session.connection.address}>"


class Session:
    """Calls with sequence numbers, deadlines and one retry: each is executed exactly once while the server lives.

    Attributes:
        connection: The channel.
        contract: What the server said about the environment.
        env_id: The environment's id on the server.
        lanes: Count of lanes.
    """

    def __init__(
        self,
        env_id: str,
        *,
        address: str | None,
        kwargs: dict[str, Any],
        lanes: int,
        autoreset: pb.AutoresetMode,
        render_mode: str | None,
        max_episode_steps: int | None,
        raw: bool,
        timeout: float,
        max_message_bytes: int | None,
    ) -> None:
        """Opens the session.

        Args:
            env_id: The environment's id on the server.
            address: Where the server is; None starts one.
            kwargs: The environment's own parameters.
            lanes: Count of lanes.
            autoreset: What happens to a lane whose episode ended.
            render_mode: As in Gymnasium.
            max_episode_steps: Overrides the spec's; 0 is none; None leaves it.
            raw: No TimeLimit and no OrderEnforcing on the server.
            timeout: Seconds that one call may take.
            max_message_bytes: Limit of a reply; None is the default.

        Raises:
            GymBridgeError: The server cannot be reached or refuses.
        """
        if timeout <= 0:
            raise ValueError(f"timeout must be a positive number of seconds, got {timeout}.")
        self.env_id = env_id
        self.timeout = float(timeout)
        self._lock = threading.RLock()
        self._address = address
        self._max_message_bytes = max_message_bytes
        self._request = pb.OpenRequest(
            env_id=env_id,
            kwargs=_values.encode(kwargs, "kwargs"),
            lanes=lanes,
            autoreset=autoreset,
            lease_ms=_LEASE_MS,
            render_mode=render_mode or "",
            max_episode_steps=max_episode_steps,
            raw=raw,
        )
        self.closed = False
        self._open()

    def _open(self) -> None:
        self.connection: Connection = connect(self._address, self._max_message_bytes)
        self._request.generation = GENERATION
        what = f"opening '{self.env_id}'"
        data = self.connection.call(_wire.OPEN, self._request.SerializeToString(), self.timeout, what)
        opened: pb.Session = self.connection.parse(pb.Session, data)
        check_generation(opened.contract.generation, self.connection.address)
        if len(opened.session_id) != 16:
            raise ProtocolError(f"a session id of 16 bytes was expected, got {len(opened.session_id)}")
        if opened.lanes != self._request.lanes:
            raise ProtocolError(f"{self._request.lanes} lanes were asked for, the server opened {opened.lanes}")
        self.contract = opened.contract
        self.session_id = opened.session_id
        self.lanes = opened.lanes
        self.lease_seconds = opened.lease_ms / 1000 if opened.lease_ms else 0.0
        self._limit = opened.contract.max_message_bytes or _wire.DEFAULT_MAX_MESSAGE_BYTES
        self._pid = os.getpid()
        self._seq = opened.last_seq
        self._unsettled: bytes | None = None
        self._exchange, self._channel = self.connection.bind(_wire.EXCHANGE)
        self._finalizer = weakref.finalize(self, _keeper.discard, self.connection, self.session_id)
        self._finalizer.atexit = False
        _keeper.watch(self)
        for text in self.contract.warnings:
            if text not in _warned:
                _warned.add(text)
                warnings.warn(f"{self.connection.address}: {text}", RuntimeWarning, stacklevel=2)

    def new_call(self) -> pb.Call:
        """A call to fill and to pass to :meth:`exchange`; it may be used again."""
        return pb.Call(session_id=self.session_id)

    def exchange(self, call: pb.Call) -> pb.Reply:
        """Executes a call.

        Raises:
            GymBridgeError: The bridge failed.
            Exception: What the environment raised.
        """
        if self._pid != os.getpid():
            self._after_fork(call)
        with self._lock:
            if self.closed:
                raise ClosedEnvironmentError(f"Trying to use the environment '{self.env_id}' after it was closed.")
            if self._unsettled is not None:
                self._settle()
            seq = self._seq + 1
            call.seq = seq
            data = call.SerializeToString()
            if len(data) > self._limit:
                raise MessageTooLargeError(
                    f"A {call.WhichOneof('kind')} call of {len(data):,} bytes is over the limit of {self._limit:,} "
                    f"bytes of the server at {self.connection.address}; --max-message-bytes of the server raises it."
                )
            try:
                raw = self._exchange(data, self.timeout)
            except BaseException as error:
                raw = self._recover(error, data, call)
            self._seq = seq
            reply: pb.Reply = self.connection.parse(pb.Reply, raw)
            if reply.seq != seq:
                raise ProtocolError(f"the reply to call {seq} says that it answers call {reply.seq}")
            if reply.HasField("fault"):
                raise self._fault(reply.fault)
            return reply

    def _recover(self, error: BaseException, data: bytes, call: pb.Call) -> bytes:
        """Sends a call again after a broken connection, or raises what the failure means."""
        if isinstance(error, grpc.RpcError) and error.code() is grpc.StatusCode.UNAVAILABLE:
            # Whether it was executed is not known. The same sequence number again gets the reply that the server
            # kept, or executes it now.
            self.connection.renew(self._channel)
            try:
                self._exchange, self._channel = self.connection.bind(_wire.EXCHANGE)
                return self._exchange(data, self.timeout)
            except BaseException as second:
                error = second
        if not isinstance(error, grpc.RpcError):
            self._unsettled = data  # Ctrl-C, for one: the call may still be executed.
            raise error
        code = error.code()
        if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED):
            self._unsettled = data
        what = f"{call.WhichOneof('kind')} of '{self.env_id}'".replace("_", " ")
        if code is grpc.StatusCode.NOT_FOUND:
            raise SessionLostError(f"{what} at {self.connection.address} failed: {error.details()}") from None
        if code is grpc.StatusCode.PERMISSION_DENIED:
            raise AttributeDeniedError(error.details()) from None
        raise self.connection.error(error, what, self.timeout) from None

    def _settle(self) -> None:
        """Finds out what became of a call that nobody saw the end of, so that both sides count alike again."""
        data = self._unsettled
        assert data is not None
        self._unsettled = None
        call = pb.Call.FromString(data)
        try:
            self._exchange(data, self.timeout)
        except BaseException as error:
            self._recover(error, data, call)
        self._seq = call.seq

    def _fault(self, fault: pb.Fault) -> Exception:
        if not fault.recoverable:
            self.closed = True
        return fault_exception(fault)

    def _after_fork(self, call: pb.Call) -> None:
        # The parent goes on with its session; this process gets its own, in its initial state. A thread that does not
        # exist here may have held the lock.
        self._lock = threading.RLock()
        self._finalizer.detach()
        self._open()
        call.session_id = self.session_id

    def get_attribute(self, name: str, lane: int = 0) -> Any:
        """An attribute of the environment; a :class:`RemoteMethod` where it can be called."""
        call = self.new_call()
        call.get_attribute.name = name
        call.get_attribute.lane = lane
        reply = self.exchange(call)
        if not reply.HasField("value"):
            return RemoteMethod(self, name, lane)
        return _values.decode(reply.value, name)

    def set_attribute(self, name: str, value: Any, lane: int = 0) -> None:
        """Sets an attribute of the environment."""
        call = self.new_call()
        call.set_attribute.name = name
        call.set_attribute.lane = lane
        call.set_attribute.value.CopyFrom(_values.encode(value, name))
        self.exchange(call)

    def call_method(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], lane: int = 0) -> Any:
        """Calls a method of the environment."""
        call = self.new_call()
        call.call_method.name = name
        call.call_method.lane = lane
        for index, argument in enumerate(args):
            call.call_method.arguments.append(_values.encode(argument, f"argument {index} of {name}"))
        call.call_method.keyword_arguments.CopyFrom(_values.encode(kwargs, f"keyword arguments of {name}"))
        reply = self.exchange(call)
        return _values.decode(reply.value, name) if reply.HasField("value") else None

    def render(self, lane: int = 0) -> Any:
        """What the environment's render returns."""
        call = self.new_call()
        call.render.lane = lane
        reply = self.exchange(call)
        return _values.decode(reply.value, "frame") if reply.HasField("value") else None

    def generator(self, lane: int = 0) -> tuple[Any, int | None]:
        """A copy of the environment's generator, and its seed."""
        call = self.new_call()
        call.get_generator.lane = lane
        return _codec.decode_generator(self.exchange(call).generator)

    def set_generator(self, generator: Any, seed: int, lane: int = 0) -> None:
        """Gives the environment a copy of a generator."""
        call = self.new_call()
        call.set_generator.lane = lane
        _codec.encode_generator(generator, seed, call.set_generator.state)
        self.exchange(call)

    def ping_if_idle(self, seen: int) -> int:
        """Renews the lease if no call was made since the sequence number that was seen; gives the one now."""
        if self.closed or not self._lock.acquire(blocking=False):
            return seen
        try:
            if self._seq == seen and self._pid == os.getpid():
                call = self.new_call()
                call.ping.SetInParent()
                self.exchange(call)
            return self._seq
        except Exception:
            # The next real call meets the same trouble, and has somebody to tell.
            return self._seq
        finally:
            self._lock.release()

    def close(self) -> None:
        """Ends the session; twice is fine, and a server that is gone is closed enough."""
        if self.closed:
            return
        self.closed = True
        self._finalizer.detach()
        if self._pid == os.getpid():
            close_session(self.connection, self.session_id, min(self.timeout, _CLOSE_SECONDS))


def close_session(connection: Connection, session_id: bytes, timeout: float) -> None:
    """Ends a session by its id; failures are of no interest."""
    try:
        connection.call(_wire.CLOSE, pb.CloseRequest(session_id=session_id).SerializeToString(), timeout, "closing")
    except GymBridgeError:
        pass


class _Keeper:
    """One thread that renews the leases of idle sessions and closes those that were garbage collected."""

    def __init__(self) -> None:
        self._sessions: weakref.WeakKeyDictionary[Session, int] = weakref.WeakKeyDictionary()
        self._discarded: list[tuple[Connection, bytes]] = []
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None

    def watch(self, session: Session) -> None:
        """Looks after a session as long as it is referred to."""
        with self._condition:
            self._sessions[session] = -1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="gymbridge-keeper")
                self._thread.start()
            self._condition.notify()

    def discard(self, connection: Connection, session_id: bytes) -> None:
        """Closes a session that nobody refers to; called by the garbage collector, so it must not wait."""
        self._discarded.append((connection, session_id))

    def _run(self) -> None:
        while True:
            with self._condition:
                leases = [s.lease_seconds for s in self._sessions if not s.closed and s.lease_seconds]
                # A third of the shortest lease: two pings may get lost. A second: garbage is not left lying about.
                self._condition.wait(min(1.0, min(leases, default=3.0) / 3))
                due = [(s, seen) for s, seen in self._sessions.items() if not s.closed and s.lease_seconds]
            now = time.monotonic()
            for session, seen in due:
                self._renew(session, seen, now)
            del due[:]
            session = None  # type: ignore[assignment]  # A loop variable would keep it alive.
            while self._discarded:
                close_session(*self._discarded.pop(), _CLOSE_SECONDS)

    def close_all(self) -> None:
        """At exit: servers that live on need not wait for the leases to end."""
        for session in list(self._sessions):
            if session.connection.server is None:
                session.timeout = min(session.timeout, 1.0)
                session.close()

    def _renew(self, session: Session, seen: int, now: float) -> None:
        last = getattr(session, "_kept_at", None)
        if last is not None and now - last < session.lease_seconds / 3:
            return
        session._kept_at = now  # type: ignore[attr-defined]
        with self._condition:
            self._sessions[session] = session.ping_if_idle(seen)


_keeper = _Keeper()


@atexit.register
def _close_all() -> None:
    _keeper.close_all()


def _new_keeper() -> None:
    global _keeper
    _keeper = _Keeper()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_keeper)
