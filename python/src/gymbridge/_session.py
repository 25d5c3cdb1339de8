"""A session: one environment, or many lanes of one, on a server."""

from __future__ import annotations

import contextlib
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from gymnasium import logger
from gymnasium.error import ClosedEnvironmentError

from gymbridge import _keeper, _opening, _seeding, _spaces, _transport, _values, _wire
from gymbridge._arrays import client_budget
from gymbridge._channel import CallFailedError, SessionCalls
from gymbridge._connection import Connection, check_generation, connect
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._generator import LiveGenerators
from gymbridge._leaves import Layout
from gymbridge._python_types import Types
from gymbridge._refusals import exception_of
from gymbridge._shm.client import MemoryClient, SharedClient
from gymbridge._shm.errors import SharedMemoryError
from gymbridge._shm.layout import NONCE_BYTES
from gymbridge._shm.machine import describe
from gymbridge._shm.steps import BatchStep, FastStep, Outcome, SingleStep
from gymbridge._version import GENERATION, __version__
from gymbridge.errors import MessageTooLargeError, NotSupportedError, ProtocolError

DEFAULT_TIMEOUT = 60.0

# What a message has room for.
_MAX_LANES = (1 << 32) - 1
_MAX_TIMEOUT = ((1 << 32) - 1) // 1000
_DEADLINE_MARGIN = 5.0
_RETRY_SECONDS = (0.0, 0.05, 0.08, 0.13, 0.2, 0.33)
_CACHED_BYTES = 1024
_SHARED_KINDS = ("step", "reset")

_warned: set[str] = set()


class RemoteMethod:
    """A method, or an object with methods, of an environment on a server; call it as if it were here."""

    def __init__(self, session: Session, name: str, lane: int = 0) -> None:
        """Names the method."""
        self._session = session
        self._name = name
        self._lane = lane

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls it; arguments and result are carried values.

        A method of the Arcade Learning Environment that fills an array of the caller's does so.
        """
        fills = len(args) == 1 and not kwargs and isinstance(args[0], np.ndarray)
        if fills and self._name.startswith(("ale.getScreen", "ale.getRAM")):
            args[0][...] = self._session.call_method(self._name, (), {}, self._lane)
            return args[0]
        return self._session.call_method(self._name, args, kwargs, self._lane)

    def __getattr__(self, name: str) -> RemoteMethod:
        """A method of the object, if that is what it is: ``env.unwrapped.ale.lives()``."""
        if name.startswith("_"):
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        return RemoteMethod(self._session, f"{self._name}.{name}", self._lane)

    def __repr__(self) -> str:
        """Says what it is."""
        return f"<method '{self._name}' of {self._session.env_id} at {self._session.connection.address}>"


_handed = threading.local()


@contextlib.contextmanager
def handed_over(session: Session) -> Iterator[None]:
    """Within it, the next proxy of this thread that asks for such a session gets this one instead of a second.

    gymnasium.make wants to know the environment's spec before it makes the environment; both are one session.
    """
    _handed.session = session
    try:
        yield
    finally:
        left: Session | None = _handed.session
        _handed.session = None
        if left is not None:
            left.end()


def open_session(env_id: str, **arguments: Any) -> Session:
    """Opens a session, or takes the one that was handed over; arguments as of :class:`Session`."""
    session: Session | None = getattr(_handed, "session", None)
    if session is not None and session.serves(env_id, arguments):
        _handed.session = None
        return session
    return Session(env_id, **arguments)


def check_num_envs(num_envs: int) -> None:
    """Refuses what is no number of environments.

    Raises:
        TypeError: It is no integer.
        ValueError: It is less than 1, or more than a message can say.
    """
    if not isinstance(num_envs, (int, np.integer)):
        raise TypeError(f"num_envs must be an integer, got {num_envs!r}.")
    if not 1 <= num_envs <= _MAX_LANES:
        raise ValueError(f"num_envs must be at least 1 and at most {_MAX_LANES}, got {num_envs}.")


def _check_arguments(env_id: str, address: str | None, lanes: int, timeout: float) -> None:
    if not isinstance(env_id, str):
        raise TypeError(f"An environment's id is a str, such as 'CartPole-v1', got {env_id!r}.")
    if not isinstance(address, (str, type(None))):
        raise TypeError(f"address must be a str ('host:port' or 'unix:/path') or None, got {address!r}.")
    check_num_envs(lanes)
    if not isinstance(timeout, (int, float, np.integer, np.floating)):
        raise TypeError(f"timeout must be a number of seconds, got {timeout!r}.")
    if not 0 < timeout <= _MAX_TIMEOUT:
        raise ValueError(f"timeout must be a positive number of seconds, at most {_MAX_TIMEOUT}, got {timeout}.")


class Session:
    """Calls with sequence numbers, deadlines and retries: each is executed exactly once while the server lives.

    Attributes:
        connection: The channel.
        contract: What the server said about the environment.
        env_id: The environment's id on the server.
        lanes: Count of lanes.
        generators: The generators of lanes that somebody asked for.
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
        transport: str | None = None,
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
            transport: ``auto``, ``grpc``, ``shm`` or ``inproc``; None is $GYMBRIDGE_TRANSPORT, else ``auto``.

        Raises:
            GymBridgeError: The server cannot be reached or refuses.
            TypeError: An argument is of a wrong type.
            ValueError: There is no such transport, or a number makes no sense.
        """
        _check_arguments(env_id, address, lanes, timeout)
        self.env_id = env_id
        self._arguments = (
            *(address, lanes, autoreset, render_mode, max_episode_steps, raw, timeout, max_message_bytes, transport),
        )
        self._wanted = _transport.wanted(transport)
        self.timeout = float(timeout)
        self._make_lock()
        self._address = address
        self._max_message_bytes = max_message_bytes
        self._request = pb.OpenRequest(
            env_id=env_id,
            kwargs=_values.encode(kwargs, "kwargs"),
            lanes=lanes,
            autoreset=autoreset,
            render_mode=render_mode or "",
            max_episode_steps=max_episode_steps,
            raw=raw,
            client=f"gymbridge-python {__version__}",
        )
        self.closed = False
        self._finalizer: weakref.finalize[..., Any] | None = None
        self._open()

    def _make_lock(self) -> None:
        self._lock = threading.RLock()
        self._take, self._give = self._lock.acquire, self._lock.release

    def _open(self) -> None:
        in_process = self._wanted == "inproc"
        self.connection: Connection = connect(self._address, self._max_message_bytes, in_process)
        self._request.generation = GENERATION
        what = f"opening '{self.env_id}'"
        nonce = os.urandom(NONCE_BYTES)
        self._no_sharing = _transport.obstacle(self._wanted, self.connection.address)
        self._request.ClearField("shared_memory")
        if not self._no_sharing:
            self._request.shared_memory.CopyFrom(describe(nonce))
        opened = _opening.opened(self.connection, self._request, self.timeout, what, self._check_opened)
        self.contract = opened.contract
        self.session_id = opened.session_id
        self.lanes = opened.lanes
        self.lease_seconds = opened.lease_ms / 1000 if opened.lease_ms else 0.0
        self._epoch = opened.epoch
        self._limit = opened.contract.max_message_bytes or _wire.DEFAULT_MAX_MESSAGE_BYTES
        self._pid = os.getpid()
        self._seq = opened.last_seq
        self._unsettled: tuple[bytes, pb.Call] | None = None
        self._live = "live_generator" in opened.contract.capabilities
        self.generators = LiveGenerators(self)
        self._live_now = False
        self._attributes: dict[tuple[str, int], tuple[bytes, Any]] = {}
        self.shared: MemoryClient | None = None
        self._bind_calls()
        _keeper.keeper.watch(self)
        self._share(opened, nonce)
        if self.shared is not None:
            self._bind_calls()
        for text in self.contract.warnings:
            self._warn_once(text)

    def _bind_calls(self) -> None:
        """Takes a way for calls from the connection."""
        self._exchange, self._channel = self.connection.calls(often=self.shared is None)
        if self._finalizer is not None:
            self._finalizer.detach()
        self._finalizer = weakref.finalize(
            self, _discard, self.connection, self.session_id, self._epoch, self._pid, self._exchange
        )
        self._finalizer.atexit = False

    def _check_opened(self, opened: pb.Session) -> None:
        check_generation(opened.contract.generation, self.connection.address)
        if len(opened.session_id) != 16:
            raise ProtocolError(f"a session id of 16 bytes was expected, got {len(opened.session_id)}")
        if opened.lanes != self._request.lanes:
            raise ProtocolError(f"{self._request.lanes} lanes were asked for, the server opened {opened.lanes}")

    def _share(self, opened: pb.Session, nonce: bytes) -> None:
        """Maps the memory that the server offers, or notes why calls go over gRPC."""
        reason = self._no_sharing or opened.shared_memory_refusal
        if self._wanted == "inproc":
            from gymbridge._inproc.client import attach

            self.shared = attach(self.session_id, *self._layouts(), self.lanes, self._epoch)
        elif opened.HasField("shared_memory"):
            try:
                self.shared = SharedClient(opened.shared_memory, nonce, *self._layouts(), self.lanes, self._epoch)
                reason = ""
            except SharedMemoryError as error:
                reason = str(error)
        elif not reason:
            reason = "the server does not know of it"
        bell = self.shared.bell if isinstance(self.shared, SharedClient) else ""
        self.transport = _transport.chosen(self._wanted, self.env_id, self.connection.address, reason, bell)

    def _layouts(self) -> tuple[Layout, Layout]:
        observation = _spaces.decode(self.contract.observation_space, "observation space", self.budget())
        action = _spaces.decode(self.contract.action_space, "action space", self.budget())
        return Layout(observation, "observation"), Layout(action, "action")

    def serves(self, env_id: str, arguments: dict[str, Any]) -> bool:
        """Whether this is the session that would be opened with these arguments."""
        rest = dict(arguments)
        kwargs = _values.encode(rest.pop("kwargs"), "kwargs")
        return self.env_id == env_id and tuple(rest.values()) == self._arguments and kwargs == self._request.kwargs

    def budget(self) -> Any:
        """The budget of what the server's contract may take."""
        return client_budget(self._limit)

    def _warn_once(self, text: str) -> None:
        if text not in _warned:
            _warned.add(text)
            logger.warn(f"{self.connection.address}: {text}")

    def new_call(self) -> pb.Call:
        """A call to fill and to pass to :meth:`exchange`; it may be used again."""
        return pb.Call(session_id=self.session_id, timeout_ms=max(1, round(self.timeout * 1000)), epoch=self._epoch)

    def exchange(self, call: pb.Call) -> pb.Reply:
        """Executes a call.

        Raises:
            GymBridgeError: The bridge failed.
            Exception: What the environment raised.
        """
        if self._pid != os.getpid():
            self._after_fork()
        with self._lock:
            if self.closed:
                raise ClosedEnvironmentError(f"Trying to use the environment '{self.env_id}' after it was closed.")
            if self._unsettled is not None:
                self._settle(call)
            live = self._live_now
            if live:
                self._live_now = self.generators.before(call)
            seq = self._seq + 1
            data = self._addressed(call, seq)
            if len(data) > self._limit:
                raise MessageTooLargeError(
                    f"A {call.WhichOneof('kind')} call of {len(data):,} bytes is over the limit of {self._limit:,} "
                    f"bytes of the server at {self.connection.address}; --max-message-bytes of the server raises it."
                )
            reply: pb.Reply | None = None
            raw = b""
            try:
                if self.shared is not None and call.WhichOneof("kind") in _SHARED_KINDS:
                    reply = self.shared.exchange(data, seq, self._patience_ms())
                if reply is None:
                    raw = self._exchange(data, self.timeout + _DEADLINE_MARGIN)
            except CallFailedError as failure:
                raw = self._recover(failure, data, call)
            except BaseException:
                self._unsettled = data, call  # Ctrl-C, for one: the call may still be executed.
                raise
            self._seq = seq
            return self._read(call, reply if reply is not None else self.connection.parse(pb.Reply, raw), live)

    def fast_step(
        self, types: Types, kind: type[SingleStep] | type[BatchStep], message: Callable[[Any], pb.Call]
    ) -> FastStep | None:
        """The step that needs no message; None where there is none.

        Args:
            types: Of what it returns.
            kind: Of one lane or of all.
            message: Makes the message of the same step, where it is needed after all.
        """
        if self.shared is None:
            return None
        try:
            return kind(self.shared, types, self._patience_ms(), message)
        except SharedMemoryError:
            return None

    def step_fast(self, fast: FastStep, action: Any) -> Outcome | pb.Reply | None:
        """Executes a step without a message.

        Args:
            fast: What :meth:`fast_step` gave.
            action: The action.

        Returns:
            What the step brought, or its reply where that has more than columns; None if it must be exchanged.
        """
        self._take()  # "with" would cost a tenth of a microsecond more.
        try:
            if self.closed or self._live_now or self._unsettled is not None or not fast.client.usable:
                return None
            if not fast.write(action):
                return None
            seq = self._seq + 1
            try:
                result = fast.step(seq)
                if result is not None:
                    self._seq = seq
                    return result
                reply = fast.client.whole_reply(seq)
            except CallFailedError as failure:
                call, data = self._message_of(fast, action, seq)
                reply = self.connection.parse(pb.Reply, self._recover(failure, data, call))
            except BaseException:
                call, data = self._message_of(fast, action, seq)
                self._unsettled = data, call
                raise
            if reply is None:
                return None
            self._seq = seq
            return self._read(None, reply, False)
        finally:
            self._give()

    def _message_of(self, fast: FastStep, action: Any, seq: int) -> tuple[pb.Call, bytes]:
        call = fast.message(action)
        return call, self._addressed(call, seq)

    def _addressed(self, call: pb.Call, seq: int) -> bytes:
        """The bytes of a call of this session."""
        # A call that is used again may be older than the session: that of a forked child is another one.
        call.session_id, call.epoch, call.seq = self.session_id, self._epoch, seq
        return call.SerializeToString()

    def _patience_ms(self) -> int:
        """How long to wait for a reply in shared memory: the host's limit counts there too."""
        asked = max(1, round(self.timeout * 1000))
        limit = self.contract.limits.call_timeout_ms
        return min(asked, limit) if limit else asked

    def _read(self, call: pb.Call | None, reply: pb.Reply, live: bool) -> pb.Reply:
        """Takes a reply: tells its warnings, and raises what the environment raised."""
        if reply.seq != self._seq:
            raise ProtocolError(f"the reply to call {self._seq} says that it answers call {reply.seq}")
        if live and call is not None:
            self.generators.after(call, reply)
        if reply.warnings:
            for text in reply.warnings:
                logger.warn(f"'{self.env_id}' at {self.connection.address}: {text}")
        if reply.HasField("fault"):
            raise self._fault(reply.fault)
        return reply

    def _recover(self, failure: CallFailedError, data: bytes, call: pb.Call, asked: pb.Call | None = None) -> bytes:
        """Sends a call again after a broken connection, or raises what the failure means.

        Whether it was executed is not known then. The same sequence number again gets the reply that the server kept,
        or joins the call that runs, or executes it now.

        Args:
            failure: What is known.
            data: The call's bytes.
            call: The call.
            asked: The call that the user made; another one where a call before it is settled first.
        """
        for pause in _RETRY_SECONDS:
            if not failure.broken or (pause and self._is_dead()):
                break
            time.sleep(pause)
            self.connection.renew(self._channel)
            self._bind_calls()
            try:
                return self._exchange(data, self.timeout + _DEADLINE_MARGIN)
            except CallFailedError as again:
                failure = again
            except BaseException:
                self._unsettled = data, call
                raise
        if failure.code in ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED"):
            self._unsettled = data, call
        what = f"{_name(asked or call)} of '{self.env_id}'"
        if asked is not None:
            what += f", after a {_name(call)} whose reply was not seen,"
        raise self.connection.error(failure, what, self.timeout) from None

    def _is_dead(self) -> bool:
        """Whether the process that has the session is known to have ended: no other one can have it."""
        server = self.connection.server
        return (server is not None and not server.alive()) or (self.shared is not None and self.shared.peer_ended())

    def _settle(self, asked: pb.Call) -> None:
        """Finds out what became of a call that nobody saw the end of, so that both sides count alike again."""
        assert self._unsettled is not None
        data, call = self._unsettled
        self._unsettled = None
        sent = pb.Call.FromString(data)
        try:
            raw = self._exchange(data, self.timeout + _DEADLINE_MARGIN)
        except CallFailedError as failure:
            raw = self._recover(failure, data, sent, asked)
        except BaseException:
            self._unsettled = data, call
            raise
        self._seq = sent.seq
        self.generators.after(sent, self.connection.parse(pb.Reply, raw))

    def _fault(self, fault: pb.Fault) -> Exception:
        if not fault.recoverable:
            self.closed = True
        return exception_of(fault)

    def _after_fork(self) -> None:
        # The parent goes on with its session; this process gets its own, in its initial state. A thread that does not
        # exist here may have held the lock.
        self._make_lock()
        self._open()

    # ---- attributes and methods

    def get_attribute(self, name: str, lane: int = 0) -> Any:
        """An attribute of the environment; a :class:`RemoteMethod` where it can be called."""
        call = self.new_call()
        call.get_attribute.name = name
        call.get_attribute.lane = lane
        reply = self.exchange(call)
        if not reply.HasField("value"):
            return RemoteMethod(self, name, lane)
        size = reply.value.ByteSize()
        if size < _CACHED_BYTES:
            return _values.decode(reply.value, name, self.budget())
        # A large one, such as Taxi's P, is most often a constant: the same bytes are the same object again, as they
        # would be without a bridge.
        data = reply.value.SerializeToString()
        known = self._attributes.get((name, lane))
        if known is not None and known[0] == data:
            return known[1]
        value = _values.decode(reply.value, name, self.budget())
        self._attributes[name, lane] = data, value
        return value

    def get_attributes(self, name: str) -> tuple[Any, ...]:
        """An attribute of the environment in every lane."""
        return tuple(self.get_attribute(name, lane) for lane in range(self.lanes))

    def set_attribute(self, name: str, value: Any, lane: int = 0, force: bool = True) -> None:
        """Sets an attribute of the environment; ``force`` adds one that it does not have."""
        call = self.new_call()
        call.set_attribute.name = name
        call.set_attribute.lane = lane
        call.set_attribute.force = force
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
        return _values.decode(reply.value, name, self.budget()) if reply.HasField("value") else None

    def render(self, lane: int = 0) -> Any:
        """What the environment's render returns."""
        call = self.new_call()
        call.render.lane = lane
        reply = self.exchange(call)
        return _values.decode(reply.value, "frame", self.budget()) if reply.HasField("value") else None

    # ---- generators

    def generator(self, lane: int = 0) -> tuple[np.random.Generator, int]:
        """The environment's generator, live, and its seed."""
        if not self._live:  # All that such a server can give is a copy.
            return LiveGenerators(self).get(lane)
        found = self.generators.get(lane)
        self._live_now = True
        return found

    def assign_generator(self, generator: np.random.Generator, lane: int = 0) -> None:
        """Makes a generator the environment's; its seed is -1 then.

        Raises:
            TypeError: It is no PCG64.
        """
        self.generators.set(lane, generator)
        self._live_now = self._live

    def generator_state(self, lane: int) -> tuple[dict[str, Any] | None, int | None]:
        """The state of the environment's generator as it is there, and its seed."""
        call = self.new_call()
        call.get_generator.lane = lane
        reply = self.exchange(call)
        if not reply.generator.state:
            return None, None
        return _seeding.decode_state(reply.generator)

    def set_generator(self, generator: Any, lane: int) -> None:
        """Gives the environment a generator in another's state; its seed is -1 then."""
        call = self.new_call()
        call.set_generator.lane = lane
        _seeding.encode_generator(generator, -1, call.set_generator.state)
        self.exchange(call)

    # ---- snapshots

    def take_snapshot(self) -> list[bytes]:
        """Where every lane is in its episode.

        Raises:
            NotSupportedError: The environment has no snapshot.
        """
        if "snapshot" not in self.contract.capabilities:
            raise NotSupportedError(f"'{self.env_id}' at {self.connection.address} has no snapshot of its state.")
        call = self.new_call()
        call.take_snapshot.SetInParent()
        return [snapshot.SerializeToString() for snapshot in self.exchange(call).snapshots]

    def restore_snapshot(self, snapshots: list[bytes]) -> None:
        """Puts the lanes where those of a snapshot were.

        Raises:
            ProtocolError: It is no snapshot.
        """
        call = self.new_call()
        call.restore_snapshot.SetInParent()
        for data in snapshots:
            call.restore_snapshot.lanes.append(self.connection.parse(pb.LaneSnapshot, data))
        self.exchange(call)

    # ---- the end

    @property
    def seq(self) -> int:
        """The number of the last call."""
        return self._seq

    def ping_if_idle(self, seen: int) -> int:
        """Renews the lease if no call was made since the sequence number that was seen; gives the one now."""
        if self.closed or not self._lock.acquire(blocking=False):
            return seen
        try:
            if self._seq == seen and self._pid == os.getpid() and self._unsettled is None:
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
        """Ends the session; twice is fine, and a server that is gone is closed enough.

        Raises:
            Exception: What closing the environments raised.
        """
        error = self.end()
        if error is not None:
            raise error

    def end(self) -> Exception | None:
        """As :meth:`close`, but gives what closing the environments raised."""
        if self.closed:
            return None
        self.closed = True
        assert self._finalizer is not None
        self._finalizer.detach()
        if self.shared is not None:
            self.shared.close()
        if self._pid != os.getpid():
            return None
        seconds = min(self.timeout, _keeper.CLOSE_SECONDS)
        request = pb.CloseRequest(session_id=self.session_id, epoch=self._epoch)
        return _keeper.close(self.connection, request, seconds, self._exchange)


def _name(call: pb.Call) -> str:
    return (call.WhichOneof("kind") or "call").replace("_", " ")


def _discard(connection: Connection, session_id: bytes, epoch: int, pid: int, calls: SessionCalls) -> None:
    if pid == os.getpid():  # A fork's copy is not the one that was opened.
        _keeper.keeper.discard(connection, session_id, epoch, calls)
