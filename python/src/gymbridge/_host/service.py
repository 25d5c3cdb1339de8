"""gymbridge.v1.EnvService over gRPC: the only place of the host that knows its transport."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc
from google.protobuf.message import DecodeError

from gymbridge import _wire
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host.answers import abort, on_cancelled, remaining
from gymbridge._host.catalog import Catalog, spec_json
from gymbridge._host.contract import Identity
from gymbridge._host.faults import LaneError, fault_of, report
from gymbridge._host.limits import MAX_CONTROL_BYTES
from gymbridge._host.pending import Pending
from gymbridge._host.places import Places
from gymbridge._host.refused import Refused, refusal_of
from gymbridge._host.session import HostSession
from gymbridge._host.sessions import Sessions
from gymbridge._host.streams import DriveStream
from gymbridge._version import GENERATION
from gymbridge.errors import ProtocolError

_FAULT_BYTES = 1536  # Of a trailer: the headers of a reply may have 8 KiB.


class Service:
    """The methods of the service."""

    def __init__(
        self,
        catalog: Catalog,
        identity: Identity,
        sessions: Sessions,
        transport: str,
        admit: Callable[[Any], None],
    ) -> None:
        """Serves sessions.

        Args:
            catalog: What can be opened.
            identity: What is the same in all contracts.
            sessions: The sessions.
            transport: ``tcp`` or ``unix``.
            admit: Is told the context of each call that was let in.
        """
        self.admit = admit
        self._catalog = catalog
        self._identity = identity
        self._sessions = sessions
        self._transport = transport
        self._started = time.monotonic()
        self.places = Places(identity.limits.sessions)
        self._methods: dict[str, tuple[Any, Callable[[Any, Callable[[], bool], float], Any]]] = {
            "Open": (pb.OpenRequest, self._sessions.open),
            "Describe": (pb.DescribeRequest, self._sessions.describe),
            "List": (pb.ListRequest, self._list),
            "Close": (pb.CloseRequest, self._close),
        }

    def handler(self) -> grpc.GenericRpcHandler:
        """The service, over bytes."""
        return _Methods(self, {name: self._control(name) for name in self._methods})

    def answer(self, name: str, data: bytes, alive: Callable[[], bool], seconds: float) -> bytes:
        """Answers a request that is no call of a session.

        Args:
            name: Of the method.
            data: The request.
            alive: Whether somebody still waits.
            seconds: For how long at most.

        Raises:
            Refused: It cannot be.
            DecodeError: The bytes are no such request.
        """
        kind, function = self._methods[name]
        try:
            if len(data) > MAX_CONTROL_BYTES:
                text = f"A request of {len(data):,} bytes is over the limit of {MAX_CONTROL_BYTES:,} bytes."
                raise Refused("MESSAGE_TOO_LARGE", text, bytes=len(data), limit=MAX_CONTROL_BYTES)
            reply: bytes = function(kind.FromString(data), alive, seconds).SerializeToString()
            return reply
        except (Refused, DecodeError):
            raise
        except ProtocolError as error:
            raise refusal_of(error) from None
        except LaneError as failure:
            raise self._failed(failure) from None
        except Exception as error:
            report(f"{name} failed: {type(error).__name__}: {error}")
            raise Refused("INTERNAL", f"{type(error).__name__}: {error}") from None

    # ---- calls

    def session(self, call: pb.Call) -> HostSession:
        """The session that a call names.

        Raises:
            Refused: There is none.
        """
        session = self._sessions.find(call.session_id)
        if session is None:
            raise self._sessions.not_found(call.session_id)
        return session

    def watch(self) -> float:
        """Ends streams that name no session or do not read, and answers calls of streams that take too long.

        Returns:
            Seconds until it is worth looking again.
        """
        now = time.monotonic()
        self.places.end_nameless(now)
        busy = False
        for stream in self.places.streams():
            assert isinstance(stream, DriveStream)
            session = stream.session
            if stream.is_stuck(now):
                stream.break_off()
            elif session is None:
                continue
            elif session.ended:  # Nothing more can come of it; the rest of a message may be outstanding for ever.
                stream.refuse(session.closed_refusal())
            else:
                overdue = session.overdue(now)
                if overdue:
                    stream.refuse(session.timeout_refusal(overdue[0].call))
                busy = busy or bool(session.running())
        return 0.05 if busy else 0.25

    # ---- methods that are not called at every step

    def _list(self, request: pb.ListRequest, alive: Callable[[], bool], seconds: float) -> pb.ListResponse:
        identity = self._identity
        state = self._sessions.state()
        state.uptime_ms = round((time.monotonic() - self._started) * 1000)
        state.transport = self._transport
        state.process_id = os.getpid()
        reply = pb.ListResponse(
            generation=GENERATION,
            versions=identity.versions,
            boot_id=identity.boot_id,
            state=state,
            limits=identity.limits.message(),
        )
        for spec in self._catalog.specs():
            reply.environments.add(env_id=spec.id, spec_json=spec_json(spec))
        return reply

    def _close(self, request: pb.CloseRequest, alive: Callable[[], bool], seconds: float) -> pb.CloseResponse:
        return pb.CloseResponse(fault=self._sessions.close(request))

    def _control(self, name: str) -> Callable[[bytes, Any], bytes]:
        def handle(data: bytes, context: Any) -> bytes:
            self.admit(context)
            try:
                reply = self.answer(name, data, context.is_active, remaining(context))
                if name == "Open":
                    self._close_if_cancelled(data, reply, context)
                return reply
            except Refused as refused:
                abort(context, refused)
            except DecodeError as error:
                kind = self._methods[name][0].__name__
                context.abort(grpc.StatusCode.INTERNAL, f"The request is not a {kind}: {error}")
            raise AssertionError("abort raises")

        return handle

    def _close_if_cancelled(self, request: bytes, reply: bytes, context: Any) -> None:
        if pb.OpenRequest.FromString(request).resume_token:
            return  # The session was there before, and has its lease.
        session_id = pb.Session.FromString(reply).session_id
        on_cancelled(context, lambda: self._sessions.close_cancelled(session_id))

    def _failed(self, failure: LaneError) -> Refused:
        error = failure.error
        fault = fault_of(error, [], self._sessions.own_user_only, _FAULT_BYTES)
        wrong_parameter = issubclass(type(error), TypeError) and (
            "unexpected keyword argument" in fault.message or "multiple values for argument" in fault.message
        )
        reason = "BAD_ARGUMENT" if wrong_parameter else "ENVIRONMENT_FAILED"
        return Refused(reason, f"{fault.python_class}: {fault.message}", fault)


class _Methods(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Finds the handler of a call; those of calls on environments are made for each.

    What they are given as request deserializer runs where the bytes arrive, and hands the call straight to the thread
    of its environment: no other thread has to wake up in between.
    """

    def __init__(self, service: Service, control: dict[str, Callable[[bytes, Any], bytes]]) -> None:
        self._service = service
        self._control = {
            f"/{_wire.SERVICE}/{name}": grpc.unary_unary_rpc_method_handler(function)
            for name, function in control.items()
        }

    def service(self, details: Any) -> Any:
        method = details.method
        if method == _wire.EXCHANGE:
            exchange = _Exchange(self._service)
            return grpc.unary_unary_rpc_method_handler(exchange.run, exchange.receive)
        if method == _wire.DRIVE:
            return grpc.stream_stream_rpc_method_handler(_Drive(self._service))
        return self._control.get(method)


class _Drive:
    """Begins streams; what follows happens where their bytes arrive."""

    experimental_non_blocking = True  # It returns at once, and the stream goes on.

    def __init__(self, service: Service) -> None:
        self._service = service

    def __call__(self, requests: Iterator[bytes], context: Any, send: Callable[[Any], None]) -> None:
        self._service.admit(context)
        DriveStream(self._service, context, send).begin()


_Received = Pending | Refused | DecodeError


class _Exchange:
    """One unary call."""

    __slots__ = ("_call", "_service", "_session")

    def __init__(self, service: Service) -> None:
        self._service = service
        self._session: HostSession | None = None
        self._call = pb.Call()

    def receive(self, data: bytes) -> _Received:
        """Hands the call to its session."""
        started = time.perf_counter_ns()
        try:
            self._call = call = pb.Call.FromString(data)
            self._session = session = self._service.session(call)
            return session.submit(call, started)
        except (Refused, DecodeError) as error:
            return error

    def run(self, received: _Received, context: Any) -> bytes:
        """Waits for the answer."""
        self._service.admit(context)
        if isinstance(received, DecodeError):
            context.abort(grpc.StatusCode.INTERNAL, f"The request is not a Call: {received}")
        if isinstance(received, Refused):
            abort(context, received)
        assert isinstance(received, Pending) and self._session is not None
        session, call = self._session, self._call  # The one that it joined may have had another timeout.
        places = self._service.places
        try:
            places.begin_wait(call)
        except Refused as refused:
            session.leave(received)
            abort(context, refused)
        seconds = min(session.deadline_of(call) - time.monotonic(), remaining(context))
        answered = received.wait(seconds) or received.wait(0.0)
        places.end_wait()
        if not answered:
            session.leave(received)
            abort(context, session.timeout_refusal(call))
        if received.refusal is not None:
            abort(context, received.refusal)
        assert received.reply is not None
        return received.reply
