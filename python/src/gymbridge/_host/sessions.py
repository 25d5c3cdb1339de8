"""All sessions of a host: opening, resuming, ending, and the caps."""

from __future__ import annotations

import collections
import contextlib
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from gymnasium.vector import VectorEnv

from gymbridge import _values
from gymbridge._arrays import Budget
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host import vector_lanes
from gymbridge._host.catalog import Catalog
from gymbridge._host.contract import AUTORESET_MODES, CAPABILITIES, Identity
from gymbridge._host.faults import LaneError, fault_of, report
from gymbridge._host.lanes import Lanes
from gymbridge._host.limits import MAX_CLIENT_BYTES, Limits
from gymbridge._host.named_opens import NamedOpens, session_and_nonce
from gymbridge._host.paths import check_no_paths
from gymbridge._host.refused import Refused, cap_reached, refusal_of
from gymbridge._host.session import HostSession
from gymbridge._host.threads import EnvironmentThread, Threads
from gymbridge._host.vector_lanes import VectorLanes
from gymbridge._proxy import AUTORESET_TO_WIRE
from gymbridge._shm.errors import SharedMemoryError
from gymbridge._shm.host import SharedHost
from gymbridge._version import GENERATION
from gymbridge.errors import ProtocolError

_TOMBSTONES = 4096
_TOMBSTONE_SECONDS = 600.0
_CLOSE_SECONDS = 2.0
_POLL_SECONDS = 0.5
_RESERVED = frozenset(("id", "entry_point", "additional_wrappers", "max_episode_steps", "disable_env_checker"))


class _Making:
    """Environments that a thread makes while whoever asked for them waits."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None
        self.abandoned = False
        self.lock = threading.Lock()


class Sessions:
    """Sessions by id."""

    def __init__(
        self, catalog: Catalog, identity: Identity, threads: Threads, *, declared_only: bool, own_user_only: bool
    ) -> None:
        """Starts with none.

        Args:
            catalog: What can be opened.
            identity: What all contracts share.
            threads: Where environments live.
            declared_only: Whether attributes must be declared by the environment.
            own_user_only: Whether all clients are of the host's own user: their faults carry a stack trace, and their
                parameters may be paths.
        """
        self._catalog = catalog
        self._identity = identity
        self._limits: Limits = identity.limits
        self._threads = threads
        self._declared_only = declared_only
        self.own_user_only = own_user_only
        self._by_id: dict[bytes, HostSession] = {}
        self._by_token: dict[bytes, HostSession] = {}
        self._former_tokens: collections.OrderedDict[bytes, HostSession] = collections.OrderedDict()
        self._tombstones: collections.OrderedDict[bytes, tuple[float, Refused]] = collections.OrderedDict()
        self._named: NamedOpens[HostSession] = NamedOpens()
        self._lock = threading.Lock()
        self._opening = 0
        self._lanes = 0
        self._stopping = False
        self._had_one = False
        self.find = self._by_id.get

    def not_found(self, session_id: bytes) -> Refused:
        """The refusal of an id that no session has."""
        if len(session_id) != 16:
            text = f"session id: 16 bytes expected, got {len(session_id)}"
            return Refused("BAD_REQUEST", text, field="session_id")
        with self._lock:
            stone = self._tombstones.get(session_id)
        if stone is not None and time.monotonic() - stone[0] < _TOMBSTONE_SECONDS:
            return stone[1]
        text = "There is no such session here; the host may have been started again."
        return Refused("SESSION_NOT_FOUND", text, boot_id=self._identity.boot_id.hex())

    def state(self) -> pb.HostState:
        """How much there is."""
        with self._lock:
            sessions = list(self._by_id.values())
            lanes = self._lanes
        return pb.HostState(
            sessions=len(sessions),
            lanes=lanes,
            running_calls=sum(session.running() for session in sessions),
            abandoned_calls=self._threads.abandoned(),
        )

    # ---- opening

    def describe(self, request: pb.DescribeRequest, alive: Callable[[], bool], seconds: float) -> pb.Contract:
        """The contract of an environment that is made and closed again.

        Raises:
            Refused: It cannot be.
            LaneError: The import or the constructor raised.
        """
        _check_generation(request.generation)
        self._catalog.check(request.env_id)
        kwargs = self._kwargs(request)
        render_mode = request.render_mode or None

        def make() -> Any:
            spec = self._catalog.spec(request.env_id)
            env = self._catalog.make(spec, kwargs(), render_mode, None, True)
            try:
                return self._identity.contract(request.env_id, spec, env)
            finally:
                env.close()

        contract: pb.Contract = self._on_new_thread(make, lambda _: None, alive, seconds)[0]
        return contract

    def open(self, request: pb.OpenRequest, alive: Callable[[], bool], seconds: float) -> pb.Session:
        """Opens a session, or resumes one.

        Raises:
            Refused: It cannot be.
            LaneError: The import or the constructor raised.
        """
        _check_generation(request.generation)
        if request.resume_token:
            return self._resume(request.resume_token)
        missing = sorted(set(request.want) - {*CAPABILITIES, "snapshot"})
        if missing:
            raise _lacks(missing)
        if len(request.client.encode("utf-8")) > MAX_CLIENT_BYTES:
            raise Refused("BAD_REQUEST", f"client: more than {MAX_CLIENT_BYTES} bytes", field="client")
        count = request.lanes or 1
        limits = self._limits
        if count > limits.lanes:
            text = f"{count} lanes are over the limit of {limits.lanes} lanes a session."
            raise cap_reached("max_lanes", limits.lanes, count, 0, text)
        default = pb.AUTORESET_MODE_DISABLED if count == 1 else pb.AUTORESET_MODE_NEXT_STEP
        autoreset = request.autoreset or default
        if autoreset not in AUTORESET_MODES:
            text = f"autoreset: mode {autoreset} is not offered"
            raise Refused("AUTORESET_NOT_OFFERED", text, asked=autoreset, offered=", ".join(AUTORESET_TO_WIRE))
        self._catalog.check(request.env_id)
        kwargs = self._kwargs(request)
        limit = request.max_episode_steps if request.HasField("max_episode_steps") else None
        with self._slot(count), self._named_as(request.nonce):
            (envs, contract), thread = self._on_new_thread(
                lambda: self._make(request, kwargs, count, limit, autoreset), _close_all, alive, seconds, keep=True
            )
            lease = request.lease_ms / 1000 if request.lease_ms else limits.lease
            lease = min(max(lease, limits.min_lease), limits.max_lease)
            session = HostSession(
                secrets.token_bytes(16),
                request.env_id,
                self._lanes_of(envs, contract, autoreset),
                contract,
                autoreset,
                thread,
                lease=lease,
                grace=min(request.grace_ms / 1000 if request.grace_ms else limits.grace, lease),
                call_seconds=limits.call_seconds,
                detailed_errors=self.own_user_only,
            )
            session.open_nonce = request.nonce
            with self._lock:
                self._by_id[session.session_id] = session
                self._lanes += count
                self._had_one = True
            try:
                self._named.succeed(request.nonce, session)
            except Refused:
                self.end(session, "closed")
                raise
        reply = session.opened(self._new_token(session), self._identity.boot_id)
        if request.HasField("shared_memory"):
            _share(request.shared_memory, session, reply)
        if not alive():
            self.end(session, "disconnected")
        return reply

    def _lanes_of(self, envs: list[Any], contract: pb.Contract, autoreset: pb.AutoresetMode) -> Lanes:
        if isinstance(envs[0], VectorEnv):
            return VectorLanes(envs[0], contract, autoreset, self._declared_only)
        return Lanes(envs, contract, autoreset, self._declared_only)

    def _make(
        self,
        request: pb.OpenRequest,
        kwargs: Callable[[], dict[str, Any]],
        count: int,
        limit: int | None,
        autoreset: pb.AutoresetMode,
    ) -> Any:
        """On the environment's thread: one for each lane, or the one vector environment that was wanted."""
        spec = self._catalog.spec(request.env_id)
        render_mode = request.render_mode or None
        envs: list[Any] = []
        try:
            vectorization = vector_lanes.wanted(request.want)
            if vectorization is None:
                for _ in range(count):
                    envs.append(self._catalog.make(spec, kwargs(), render_mode, limit, request.raw))
            else:
                limited = self._catalog.limited(spec, limit, request.raw)
                envs.append(vector_lanes.make(limited, vectorization, count, kwargs(), render_mode, autoreset))
            one = envs[0] if vectorization is None else vector_lanes.Lane(envs[0])
            contract = self._identity.contract(request.env_id, spec, one)
            if vectorization is not None:
                contract.capabilities[:] = vector_lanes.capabilities(contract.capabilities)
            missing = sorted(set(request.want) - set(contract.capabilities))
            if missing:
                raise _lacks(missing)
            if request.expect_spec_hash and request.expect_spec_hash != contract.spec_hash:
                expected, got = request.expect_spec_hash.hex(), contract.spec_hash.hex()
                raise Refused(
                    "SPEC_MISMATCH",
                    f"The spaces of '{request.env_id}' are not those that were expected: hash {got}, expected "
                    f"{expected}.",
                    expected=expected,
                    got=got,
                )
        except BaseException:
            _close_all((envs, None))
            raise
        return envs, contract

    def _on_new_thread(
        self,
        function: Callable[[], Any],
        undo: Callable[[Any], None],
        alive: Callable[[], bool],
        seconds: float,
        keep: bool = False,
    ) -> tuple[Any, EnvironmentThread]:
        """Runs a function on the thread of a new session, which is given back unless it succeeds and is to be kept."""
        thread = self._threads.acquire()
        try:
            result = self._run(thread, function, undo, alive, seconds)
        except _AbandonedError as abandoned:
            raise abandoned.refused from None
        except BaseException:
            self._threads.release(thread)
            raise
        if not keep:
            self._threads.release(thread)
        return result, thread

    def _run(
        self,
        thread: EnvironmentThread,
        function: Callable[[], Any],
        undo: Callable[[Any], None],
        alive: Callable[[], bool],
        seconds: float,
    ) -> Any:
        """Runs a function on a thread, for as long as somebody waits for it."""
        making = _Making()

        def job(_: object) -> None:
            try:
                making.result = function()
            except BaseException as error:
                making.error = error
            with making.lock:
                making.done.set()
                if not making.abandoned:
                    return
            if making.error is None:
                undo(making.result)
            self._threads.recover(thread)
            self._threads.release(thread)

        thread.submit((job, None))
        deadline = time.monotonic() + min(seconds, self._limits.open_seconds)
        while not making.done.wait(min(_POLL_SECONDS, max(0.0, deadline - time.monotonic()))):
            gone = not alive()
            if gone or time.monotonic() >= deadline:
                with making.lock:
                    if making.done.is_set():
                        break
                    making.abandoned = True
                self._abandon(thread, "an environment's constructor")
                limit = round(self._limits.open_seconds * 1000)
                text = f"The environment was not made within {min(seconds, self._limits.open_seconds):g} s."
                raise _AbandonedError(Refused("OPEN_TIMEOUT", text, limit_ms=limit, seq=0, running_seq=0))
        if making.error is not None:
            raise making.error
        return making.result

    def _kwargs(self, request: Any) -> Callable[[], dict[str, Any]]:
        """Makes the parameters of an environment, anew for each lane.

        Raises:
            Refused: They are none.
        """

        def decoded() -> Any:
            return _values.decode(request.kwargs, "kwargs", Budget()) if request.HasField("kwargs") else {}

        try:
            kwargs = decoded()
        except ProtocolError as error:
            raise refusal_of(error) from None
        if type(kwargs) is not dict or not all(type(key) is str for key in kwargs):
            raise Refused("BAD_REQUEST", "kwargs: a dict with text keys was expected", field="kwargs")
        reserved = sorted(set(kwargs) & _RESERVED)
        if reserved:
            raise Refused("BAD_REQUEST", f"kwargs: {', '.join(reserved)} cannot be given this way", field="kwargs")
        if not self.own_user_only:
            check_no_paths(kwargs, "kwargs")
        first: list[dict[str, Any]] = [kwargs]
        return lambda: first.pop() if first else decoded()

    @contextlib.contextmanager
    def _slot(self, lanes: int) -> Iterator[None]:
        limits = self._limits
        with self._lock:
            if self._stopping:
                raise Refused("STOPPING", "The host is stopping.")
            taken = len(self._by_id) + self._opening
            if taken >= limits.sessions:
                text = f"All {limits.sessions} sessions of this host are taken; --max-sessions raises the limit."
                raise cap_reached("max_sessions", limits.sessions, 1, taken, text)
            if self._lanes + lanes > limits.total_lanes:
                text = (
                    f"{lanes} lanes beside the {self._lanes} that are open are over the limit of {limits.total_lanes} "
                    "lanes of this host; --max-total-lanes raises it."
                )
                raise cap_reached("max_total_lanes", limits.total_lanes, lanes, self._lanes, text)
            self._opening += 1
        try:
            yield
        finally:
            with self._lock:
                self._opening -= 1

    @contextlib.contextmanager
    def _named_as(self, nonce: bytes) -> Iterator[None]:
        """An Open with a name that ends without a session is forgotten."""
        self._named.begin(nonce)
        try:
            yield
        except BaseException:
            self._named.forget(nonce)
            raise

    # ---- resuming

    def _new_token(self, session: HostSession) -> bytes:
        token = secrets.token_bytes(32)
        with self._lock:
            former = session.token_hash
            if former:
                self._by_token.pop(former, None)
                self._former_tokens[former] = session
                while len(self._former_tokens) > _TOMBSTONES:
                    self._former_tokens.popitem(last=False)
            session.token_hash = _hash(token)
            self._by_token[session.token_hash] = session
        return token

    def _resume(self, token: bytes) -> pb.Session:
        key = _hash(token)
        with self._lock:
            # Taken out under the lock: of two that resume at once, one finds it.
            session = self._by_token.pop(key, None)
            if session is None:
                former = self._former_tokens.get(key)
                if former is not None and former.session_id in self._by_id:
                    raise former.superseded_refusal()
        if session is None or not hmac.compare_digest(session.token_hash, key):
            text = "There is no session with that resume token; it may have expired."
            raise Refused("SESSION_NOT_FOUND", text, boot_id=self._identity.boot_id.hex())
        session.resume()
        return session.opened(self._new_token(session), self._identity.boot_id)

    # ---- the end

    def close_cancelled(self, session_id: bytes) -> None:
        """Ends a session whose client cancelled its Open before the reply was sent, and so will never hear of it."""
        session = self._by_id.get(session_id)
        if session is not None and session.epoch == 1:
            self.end(session, "disconnected")

    def close(self, request: pb.CloseRequest) -> pb.Fault | None:
        """Ends a session, also while a call of it hangs; twice is fine. Or withdraws an Open.

        Returns:
            What closing the environments raised.

        Raises:
            Refused: The id is none, or the connection a former one.
        """
        if request.open_nonce:
            if request.session_id:
                raise session_and_nonce()
            session = self._named.withdraw(request.open_nonce)
            return None if session is None else self.end(session, "closed", _CLOSE_SECONDS)
        if len(request.session_id) != 16:
            raise self.not_found(request.session_id)
        session = self.find(request.session_id)
        if session is None:
            return None
        session.check_close(request.epoch)
        return self.end(session, "closed", _CLOSE_SECONDS)

    def end(self, session: HostSession, cause: str, wait: float = 0.0) -> pb.Fault | None:
        """Takes a session out, and closes its environments on their thread.

        Args:
            session: Which.
            cause: As docs/protocol.md names them.
            wait: Seconds to wait for the environments to be closed; not if a call of them runs.

        Returns:
            What closing them raised, as far as it was waited for.
        """
        with self._lock:
            if self._by_id.pop(session.session_id, None) is None:
                return None
            self._by_token.pop(session.token_hash, None)
            self._lanes -= session.lanes.count
        self._named.forget(session.open_nonce)
        runs, waiting = session.end(cause)
        with self._lock:
            self._tombstones[session.session_id] = (time.monotonic(), session.closed_refusal())
            while len(self._tombstones) > _TOMBSTONES:
                self._tombstones.popitem(last=False)
        for pending in waiting:
            pending.finish(None, session.closed_refusal())
        if runs:
            self._abandon(session.thread, f"a call of '{session.env_id}'")
        closed = threading.Event()
        raised: list[pb.Fault] = []

        def close(_: object) -> None:
            if runs:
                self._threads.recover(session.thread)
            try:
                session.lanes.close()
            except LaneError as failure:
                raised.append(fault_of(failure.error, [failure.lane], self.own_user_only))
            finally:
                closed.set()
                self._threads.release(session.thread)

        session.thread.submit((close, None))
        if wait and not runs:
            closed.wait(wait)
        return raised[0] if raised else None

    def _abandon(self, thread: EnvironmentThread, what: str) -> None:
        count = self._threads.abandon(thread)
        report(f"{what} still runs although nobody waits for it; calls abandoned so far: {count}")

    def reap(self) -> float:
        """Closes the sessions whose lease has ended; gives the seconds until it is worth looking again."""
        now = time.monotonic()
        sessions = list(self._by_id.values())
        for session in sessions:
            cause = session.expired(now)
            if cause:
                self.end(session, cause)
        return min([1.0, *(session.lease / 4 for session in sessions)])

    def all(self) -> list[HostSession]:
        """The sessions that are open."""
        return list(self._by_id.values())

    def had_all(self) -> bool:
        """Whether there was a session, and there is none any more."""
        with self._lock:
            return self._had_one and not self._by_id and not self._opening

    def stop(self) -> None:
        """Opens no more."""
        with self._lock:
            self._stopping = True

    def close_all(self, seconds: float) -> None:
        """Closes all sessions, each on its thread, and waits a little."""
        deadline = time.monotonic() + seconds
        for session in list(self._by_id.values()):
            self.end(session, "closed", max(0.0, deadline - time.monotonic()))


class _AbandonedError(Exception):
    """Nobody waits for a constructor any more; its thread is given back when it ends."""

    def __init__(self, refused: Refused) -> None:
        super().__init__()
        self.refused = refused


def _close_all(made: Any) -> None:
    for env in made[0]:
        with contextlib.suppress(BaseException):
            env.close()


def _hash(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()


def _lacks(missing: list[str]) -> Refused:
    offered = ", ".join(CAPABILITIES)
    text = f"This host lacks {', '.join(missing)}; it has {offered}."
    return Refused("CAPABILITY_MISSING", text, missing=",".join(missing), offered=",".join(CAPABILITIES))


def _check_generation(generation: int) -> None:
    if generation != GENERATION:
        raise Refused(
            "GENERATION_MISMATCH",
            f"This host speaks generation {GENERATION} of the GymBridge protocol, the client asked for generation "
            f"{generation}; install versions that belong together.",
            client=generation,
            host=GENERATION,
        )


__all__ = ["LaneError", "Sessions"]


def _share(request: pb.SharedMemoryRequest, session: HostSession, reply: pb.Session) -> None:
    """Offers shared memory for a session's calls, or says why not."""
    try:
        shared = SharedHost(request, session, *session.lanes.layouts)
        if not session.thread.share(shared):
            shared.end()
            raise SharedMemoryError("the thread of its environment serves another session, too")
    except SharedMemoryError as error:
        reply.shared_memory_refusal = str(error)
        return
    session.shared = shared
    reply.shared_memory.CopyFrom(shared.offer)
