"""A host process for each environment, where that is asked: ``--isolate``.

This process then runs no environment. It starts a host for each Open, on a Unix socket of its own, and hands all calls
through as they are; what kills, blocks or fills one environment's process leaves the others alone.
"""

from __future__ import annotations

import hashlib
import sys
import threading
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
from gymbridge._host.faults import fault_of
from gymbridge._host.named_opens import NamedOpens, session_and_nonce
from gymbridge._host.places import Places
from gymbridge._host.refused import Refused, cap_reached
from gymbridge._launcher import StartedServer
from gymbridge._version import GENERATION
from gymbridge.errors import ServerStartError, SessionLostError

_TOMBSTONES = 4096
_LONG = 1e9


class _Child:
    """The host of one environment."""

    def __init__(self, arguments: list[str]) -> None:
        self.process = StartedServer([sys.executable, "-m", "gymbridge"], verb=["host", "--once", *arguments])
        self._channel = grpc.insecure_channel(self.process.address, options=_wire.channel_options(-1))
        self.session_id = b""
        self.open_nonce = b""
        self.token = b""

    def unary(self, name: str) -> Any:
        return self._channel.unary_unary(f"/{_wire.SERVICE}/{name}")

    def drive(self, requests: Iterator[bytes]) -> Any:
        return self._channel.stream_stream(_wire.DRIVE)(requests)

    def stop(self) -> None:
        self._channel.close()
        self.process.stop(2.0)


class _Stream:
    """A Drive stream that is handed through."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self.driven: bytes | None = None
        self.opened = time.monotonic()

    def refuse(self, refused: Refused) -> None:
        """Ends it; its handler waits for its peer or for its child, so that nothing can be said."""
        self._context.cancel()


class IsolatedService:
    """The methods of the service, each answered by the host of its session."""

    def __init__(
        self, catalog: Catalog, identity: Identity, arguments: list[str], admit: Callable[[Any], None]
    ) -> None:
        """Starts without environments.

        Args:
            catalog: What can be opened.
            identity: What List says of this host.
            arguments: Of the command line of each environment's host.
            admit: Is told the context of each call that was let in.
        """
        self._admit = admit
        self._catalog = catalog
        self._identity = identity
        self._arguments = arguments
        self._children: dict[bytes, _Child] = {}
        self._named: NamedOpens[_Child] = NamedOpens()
        self._places = Places(identity.limits.sessions)
        self._ended: dict[bytes, Refused] = {}
        self._starting = 0
        self._lock = threading.Lock()
        self._started = time.monotonic()

    def handler(self) -> grpc.GenericRpcHandler:
        """The service, over bytes."""
        unary = grpc.unary_unary_rpc_method_handler
        return grpc.method_handlers_generic_handler(
            _wire.SERVICE,
            {
                "Exchange": unary(self._answered(self._exchange)),
                "Drive": grpc.stream_stream_rpc_method_handler(self._drive),
                "Open": unary(self._answered(self._open)),
                "Describe": unary(self._answered(self._describe)),
                "List": unary(self._answered(self._list)),
                "Close": unary(self._answered(self._close)),
            },
        )

    def _answered(self, function: Callable[[bytes, Any], bytes]) -> Callable[[bytes, Any], bytes]:
        def handle(data: bytes, context: Any) -> bytes:
            self._admit(context)
            try:
                return function(data, context)
            except Refused as refused:
                abort(context, refused)
            except DecodeError as error:
                context.abort(grpc.StatusCode.INTERNAL, f"The request is no message of gymbridge.v1: {error}")
            except ServerStartError as error:
                abort(context, Refused("ENVIRONMENT_FAILED", str(error)))
            except grpc.RpcError as error:
                context.set_trailing_metadata(tuple(error.trailing_metadata() or ()))
                context.abort(error.code(), error.details())
            raise AssertionError("abort raises")

        return handle

    def _exchange(self, data: bytes, context: Any) -> bytes:
        call = pb.Call.FromString(data)
        session_id = call.session_id
        child = self._find(session_id)
        try:
            self._places.begin_wait(call)
            try:
                reply: bytes = child.unary("Exchange")(data, remaining(context))
            finally:
                self._places.end_wait()
            return reply
        except grpc.RpcError as error:
            raise self._loss(session_id, child, error) from None

    def _drive(self, requests: Iterator[bytes], context: Any) -> Iterator[bytes]:
        self._admit(context)
        stream = _Stream(context)
        try:
            self._places.enter(stream)
            first = next(requests, None)
            if first is None:
                return
            session_id = pb.Call.FromString(first).session_id
            child = self._find(session_id)
            stream.driven = session_id
            self._places.named(stream)

            def all_requests() -> Iterator[bytes]:
                yield first
                yield from requests

            replies = child.drive(all_requests())
            context.add_callback(replies.cancel)
            try:
                yield from replies
            except grpc.RpcError as error:
                failure = self._loss(session_id, child, error)
                if isinstance(failure, Refused):
                    raise failure from None
                context.set_trailing_metadata(tuple(error.trailing_metadata() or ()))
                context.abort(error.code(), error.details())
        except Refused as refused:
            abort(context, refused)
        except DecodeError as error:
            context.abort(grpc.StatusCode.INTERNAL, f"The request is not a Call: {error}")
        finally:
            self._places.leave(stream)

    def _find(self, session_id: bytes) -> _Child:
        child = self._children.get(session_id)
        if child is not None:
            return child
        if len(session_id) != 16:
            text = f"session id: 16 bytes expected, got {len(session_id)}"
            raise Refused("BAD_REQUEST", text, field="session_id")
        ended = self._ended.get(session_id)
        if ended is not None:
            raise ended
        text = "There is no such session here; the host may have been started again."
        raise Refused("SESSION_NOT_FOUND", text, boot_id=self._identity.boot_id.hex())

    def _loss(self, session_id: bytes, child: _Child, error: Exception) -> Exception:
        """What a failed call means: the end of a process, if it was that."""
        death = child.process.death() if error.code() is grpc.StatusCode.UNAVAILABLE else None  # type: ignore[attr-defined]
        if death is None:
            return error
        loss = _ended(f"The environment's {death.removeprefix('the ')}", "fault")
        self._forget(session_id, loss)
        return loss

    def _open(self, data: bytes, context: Any) -> bytes:
        request = pb.OpenRequest.FromString(data)
        if request.resume_token:
            return self._resume(request, data, context)
        self._catalog.check(request.env_id)
        limit = self._identity.limits.sessions
        with self._lock:
            taken = len(self._children) + self._starting
            if taken >= limit:
                text = f"All {limit} sessions of this host are taken; --max-sessions raises the limit."
                raise cap_reached("max_sessions", limit, 1, taken, text)
            self._starting += 1
        try:
            self._named.begin(request.nonce)
            child = _Child(self._arguments)
            child.open_nonce = request.nonce
            try:
                reply: bytes = child.unary("Open")(data, remaining(context))
                session = pb.Session.FromString(reply)
                child.session_id, child.token = session.session_id, hashlib.sha256(session.resume_token).digest()
                if not context.is_active():
                    raise Refused("STOPPING", "Nobody waits for the session.")
                with self._lock:
                    self._children[session.session_id] = child
                self._named.succeed(request.nonce, child)
            except BaseException:
                with self._lock:
                    self._children.pop(child.session_id, None)
                self._named.forget(request.nonce)
                child.stop()
                raise
        finally:
            with self._lock:
                self._starting -= 1
        on_cancelled(context, lambda: self._forget(session.session_id, _ended("Its client has gone.", "disconnected")))
        return reply

    def _resume(self, request: pb.OpenRequest, data: bytes, context: Any) -> bytes:
        with self._lock:
            children = list(self._children.values())
        digest = hashlib.sha256(request.resume_token).digest()
        # A former token is told so by the host that it was of.
        for child in sorted(children, key=lambda child: child.token != digest):
            try:
                reply: bytes = child.unary("Open")(data, remaining(context))
            except grpc.RpcError as error:
                if error.code() is grpc.StatusCode.NOT_FOUND:
                    continue
                raise
            child.token = hashlib.sha256(pb.Session.FromString(reply).resume_token).digest()
            return reply
        text = "There is no session with that resume token; it may have expired."
        raise Refused("SESSION_NOT_FOUND", text, boot_id=self._identity.boot_id.hex())

    def _describe(self, data: bytes, context: Any) -> bytes:
        self._catalog.check(pb.DescribeRequest.FromString(data).env_id)
        child = _Child(self._arguments)
        try:
            reply: bytes = child.unary("Describe")(data, remaining(context))
            return reply
        finally:
            child.stop()

    def _close(self, data: bytes, context: Any) -> bytes:
        request = pb.CloseRequest.FromString(data)
        session_id = request.session_id
        if request.open_nonce:
            return self._withdraw(request)
        if len(session_id) != 16:
            self._find(session_id)
        child = self._children.get(session_id)
        if child is None:
            return pb.CloseResponse().SerializeToString()
        try:
            reply: bytes = child.unary("Close")(data, 5.0)
        except grpc.RpcError as error:
            loss = self._loss(session_id, child, error)
            if not isinstance(loss, Refused):
                raise
            fault = fault_of(SessionLostError(f"{loss.text} It was being closed."), [], False)
            return pb.CloseResponse(fault=fault).SerializeToString()
        self._forget(session_id, _ended("The session was closed by its client.", "closed"))
        return reply

    def _withdraw(self, request: pb.CloseRequest) -> bytes:
        if request.session_id:
            raise session_and_nonce()
        child = self._named.withdraw(request.open_nonce)
        if child is not None:
            self._forget(child.session_id, _ended("The session was closed by its client.", "closed"))
        return pb.CloseResponse().SerializeToString()

    def _list(self, data: bytes, context: Any) -> bytes:
        identity = self._identity
        reply = pb.ListResponse(
            generation=GENERATION,
            versions=identity.versions,
            boot_id=identity.boot_id,
            limits=identity.limits.message(),
            state=pb.HostState(
                sessions=len(self._children), uptime_ms=round((time.monotonic() - self._started) * 1000)
            ),
        )
        for spec in self._catalog.specs():
            reply.environments.add(env_id=spec.id, spec_json=spec_json(spec))
        return reply.SerializeToString()

    def _forget(self, session_id: bytes, reason: Refused) -> None:
        with self._lock:
            child = self._children.pop(session_id, None)
            if child is None:
                return
            self._ended[session_id] = reason
            while len(self._ended) > _TOMBSTONES:
                del self._ended[next(iter(self._ended))]
        self._named.forget(child.open_nonce)
        threading.Thread(target=child.stop, daemon=True, name="gymbridge-child-stop").start()

    def watch(self) -> float:
        """Forgets the hosts that ended: their leases did, or they died.

        Returns:
            Seconds until it is worth looking again.
        """
        self._places.end_nameless(time.monotonic())
        for session_id, child in list(self._children.items()):
            if not child.process.alive():
                death = child.process.death() or "host ended."
                if "exit code 0" in death:  # It ends so when its only session has.
                    self._forget(session_id, _ended("The session was closed, for its lease ended.", "lease"))
                else:
                    self._forget(session_id, _ended(f"The environment's {death.removeprefix('the ')}", "fault"))
        return 0.5

    def stop(self) -> None:
        """Ends all hosts."""
        for session_id in list(self._children):
            self._forget(session_id, _ended("The host was stopped.", "closed"))


def _ended(text: str, cause: str) -> Refused:
    return Refused("SESSION_CLOSED", text[:1000], last_seq=0, cause=cause)
