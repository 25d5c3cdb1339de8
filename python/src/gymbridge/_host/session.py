"""A session of the host: which calls are executed, in which order, and which replies are kept."""

from __future__ import annotations

import collections
import threading
import time
from typing import Any

from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host.faults import LaneError, fault_of
from gymbridge._host.lanes import Lanes
from gymbridge._host.limits import CREDITS, MAX_JOINERS
from gymbridge._host.pending import ColumnStep, Listener, Pending
from gymbridge._host.refused import Refused, cap_reached
from gymbridge._host.threads import EnvironmentThread
from gymbridge._shm.host import SharedHost
from gymbridge._wire import FIRST_CALL_SECONDS
from gymbridge.errors import MessageTooLargeError


class HostSession:
    """Calls of one session: each number is executed once, in order, on the session's thread.

    Attributes:
        session_id: 16 bytes.
        env_id: What was opened.
        contract: What the client was told.
        autoreset: The mode.
        lease: Seconds without a call after which it is closed.
        grace: Seconds that it is kept after its stream broke.
        epoch: One more at every resume.
        thread: Where its environments live.
        lanes: Its environments.
        last_seq: Sequence number of the last call that was executed.
        ended: Why it is closed, else empty.
        shared: Its shared memory, if there is some.
        open_nonce: By which its client may name its Open; empty for none.
    """

    def __init__(
        self,
        session_id: bytes,
        env_id: str,
        lanes: Lanes,
        contract: pb.Contract,
        autoreset: pb.AutoresetMode,
        thread: EnvironmentThread,
        *,
        lease: float,
        grace: float,
        call_seconds: float,
        detailed_errors: bool,
    ) -> None:
        """Takes over the environments."""
        self.session_id = session_id
        self.env_id = env_id
        self.lanes = lanes
        self.contract = contract
        self.autoreset = autoreset
        self.thread = thread
        self.lease = lease
        self.grace = grace
        self.epoch = 1
        self.last_seq = 0
        self.ended = ""
        self.token_hash = b""
        self.open_nonce = b""
        self.shared: SharedHost | None = None
        self.broken_at: float | None = None
        self._call_seconds = call_seconds
        self._detailed_errors = detailed_errors
        self._limit = contract.max_message_bytes
        self._lock = threading.Lock()
        self._take, self._give = self._lock.acquire, self._lock.release
        self._admitted = 0
        self._last_call = time.monotonic()
        self._open: dict[int, Pending] = {}  # Admitted and not yet answered.
        self._held: dict[int, Pending] = {}  # Ahead of a gap in the numbers.
        self._kept: collections.deque[tuple[int, pb.Call, bytes]] = collections.deque(maxlen=CREDITS)
        self._last_step: ColumnStep | None = None  # The last call, if it is one whose reply is not among those yet.

    def submit(self, call: pb.Call, started: int, listener: Listener | None = None) -> Pending:
        """Admits a call, or joins it to the one that it repeats.

        Args:
            call: The call.
            started: When it came, in perf_counter nanoseconds.
            listener: Told on the session's thread when the call is answered.

        Returns:
            What to wait for; it may be answered already.

        Raises:
            Refused: It is out of order, of a former connection, or one too many.
        """
        with self._lock:
            self._check_epoch(call.epoch or 1)
            if self.ended:
                raise self.closed_refusal()
            seq = call.seq
            if seq == self._admitted + 1 and len(self._open) < CREDITS:
                return self._admit(call, started, listener)
            return self._other(call, seq, started, listener)

    def _admit(self, call: pb.Call, started: int, listener: Listener | None) -> Pending:
        pending = Pending(call, started, listener)
        pending.deadline = self.deadline_of(call)
        self._schedule(pending)
        return pending

    def deadline_of(self, call: pb.Call) -> float:
        """When a call that came now is overdue, on the monotonic clock."""
        return time.monotonic() + self._seconds_of(call)

    def _seconds_of(self, call: pb.Call) -> float:
        asked = call.timeout_ms
        return min(asked / 1000, self._call_seconds) if asked else self._call_seconds

    def _schedule(self, pending: Pending) -> None:
        self._admitted = pending.call.seq
        self._open[self._admitted] = pending
        self.broken_at = None
        self.thread.submit((self._execute, pending))

    def _other(self, call: pb.Call, seq: int, started: int, listener: Listener | None) -> Pending:
        if seq == 0:
            raise Refused("BAD_REQUEST", "seq: the numbers of calls begin with 1, got 0.", field="seq")
        running = self._open.get(seq)
        if running is not None:
            return self._join(running, call, started, listener)
        self._keep_step()
        for kept_seq, kept_call, reply in self._kept:
            if kept_seq == seq:
                _check_same(kept_call, call)
                self._last_call = time.monotonic()
                answered = Pending(call, started, None)
                answered.finish(reply, None)
                return answered
        expected = self._admitted + 1
        if seq < expected:
            oldest = min((kept_seq for kept_seq, _, _ in self._kept if kept_seq > seq), default=expected)
            text = f"Call {seq} is too old to be answered again; the oldest reply that is kept is that of {oldest}."
            raise Refused("SEQUENCE_EXPIRED", text, oldest=oldest, got=seq)
        if len(self._open) + len(self._held) >= CREDITS:
            text = f"{CREDITS} calls of this session are in flight, which is its limit."
            raise cap_reached("credits", CREDITS, 1, CREDITS, text)
        if seq > self.last_seq + CREDITS or seq in self._held:
            text = f"Sequence number of session {self.session_id.hex()[:8]}: expected {expected}, got {seq}."
            raise Refused("SEQUENCE_GAP", text, expected=expected, got=seq)
        pending = Pending(call, started, listener)
        pending.deadline = self.deadline_of(call)
        pending.held = True
        self._held[seq] = pending
        return pending

    def _join(self, running: Pending, call: pb.Call, started: int, listener: Listener | None) -> Pending:
        _check_same(running.call, call)
        if listener is not None:
            running.listeners.append(listener)
            running.deadline = self.deadline_of(call)
            return running
        if running.joiners >= MAX_JOINERS:
            text = f"{MAX_JOINERS} repetitions of call {call.seq} wait for it already."
            raise cap_reached("joiners", MAX_JOINERS, 1, running.joiners, text)
        running.joiners += 1
        return running

    def leave(self, pending: Pending, listener: Listener | None = None) -> None:
        """Whoever waited for a call waits no longer; one that was held ahead of a gap is dropped."""
        with self._lock:
            if listener is None:
                pending.joiners = max(0, pending.joiners - 1)
            elif listener in pending.listeners:
                pending.listeners.remove(listener)
            if self._held.get(pending.call.seq) is pending:
                del self._held[pending.call.seq]

    def timeout_refusal(self, call: pb.Call) -> Refused:
        """The refusal of a call that takes too long."""
        limit = self._seconds_of(call)
        seq = call.seq
        running = min(self._open, default=0)
        text = (
            f"Call {seq} of '{self.env_id}' gave no answer within {limit:g} s; it goes on, and the same call again "
            "gets its reply."
        )
        return Refused("CALL_TIMEOUT", text, limit_ms=round(limit * 1000), seq=seq, running_seq=running)

    def overdue(self, now: float) -> list[Pending]:
        """Calls in flight whose time has passed."""
        with self._lock:
            waiting = [*self._open.values(), *self._held.values()]
        return [pending for pending in waiting if pending.deadline <= now]

    def execute_shared(self, call: pb.Call, started: int) -> pb.Reply | None:
        """Executes a call that came through shared memory, on the session's thread.

        Returns:
            Its reply, which the caller may spoil; None if the session's channel has the answer to the same call.
        """
        with self._lock:
            if self.ended or (call.epoch or 1) < self.epoch or not self._is_next(call.seq):
                return None
            pending = self._begin(call, started)
        self._execute(pending)
        return pending.message

    def begin_step(self, step: ColumnStep, seq: int, epoch: int, action: Any) -> bool:
        """Begins a step between columns, on the session's thread; False if it is not the next call."""
        self._take()  # "with" would cost a tenth of a microsecond more, here and below.
        try:
            if self._open or self._held or seq != self._admitted + 1 or self.ended or (epoch or 1) < self.epoch:
                return False
            self._last_step = None  # Its results go, and perhaps it is the same object.
            step.seq, step.action, step.rest, step.told = seq, action, b"", False
            self._admitted = seq
            self._open[seq] = step
            return True
        finally:
            self._give()

    def end_step(self, step: ColumnStep) -> bool:
        """Ends a step whose results lie in the columns; False if somebody else waits for it, see :meth:`conclude`."""
        seq = step.seq
        self._take()
        try:
            if step.joiners or step.listeners or step.refusal is not None or self._held:
                return False
            self.last_seq = seq
            self._last_step = step
            self._last_call = time.monotonic()
            del self._open[seq]
            return True
        finally:
            self._give()

    def _keep_step(self) -> None:
        """Makes messages of the last call if it was a step between columns; under the lock."""
        step, self._last_step = self._last_step, None
        if step is not None:
            self._kept.append((step.seq, step.call, self._raw_of(step, self._reply_of(step))))

    def _reply_of(self, step: ColumnStep) -> pb.Reply:
        reply = pb.Reply(seq=step.seq, env_us=step.env_us, server_us=step.server_us)
        reply.MergeFromString(step.rest)
        self.lanes.columns.write(reply)
        return reply

    def tell_step(self, step: ColumnStep) -> pb.Reply | None:
        """Ends a step for which columns are not enough: whoever waits for it gets a message.

        Returns:
            The reply, which the caller may spoil; None if it is too large.
        """
        step.message = None
        self._conclude(step, self._reply_of(step))
        return step.message

    def fail_step(self, step: ColumnStep, error: BaseException) -> pb.Reply | None:
        """Ends a step in which an environment raised, as a LaneError says, or something else.

        Returns:
            The reply, which the caller may spoil.
        """
        reply = pb.Reply(seq=step.seq)
        step.message = None
        self.lanes.tell(reply)
        lanes = list(range(self.lanes.count))
        if isinstance(error, LaneError):
            lanes = [error.lane]
        reply.fault.CopyFrom(fault_of(error, lanes, self._detailed_errors))
        reply.server_us = (time.perf_counter_ns() - step.started) // 1000
        self._conclude(step, reply)
        return step.message

    def execute(self, call: pb.Call, started: int) -> Pending:
        """Executes a call on the caller's thread, which is the session's, or finds the one that it repeats.

        Raises:
            Refused: It is out of order, or of a former connection.
        """
        with self._lock:
            self._check_epoch(call.epoch or 1)
            if self.ended:
                raise self.closed_refusal()
            if not self._is_next(call.seq):
                return self._other(call, call.seq, started, None)
            pending = self._begin(call, started)
        self._execute(pending)
        return pending

    def _is_next(self, seq: int) -> bool:
        return seq == self._admitted + 1 and not self._open and not self._held

    def _begin(self, call: pb.Call, started: int) -> Pending:
        pending = Pending(call, started, None)
        pending.deadline = self.deadline_of(call)
        self._admitted = call.seq
        self._open[call.seq] = pending
        return pending

    def _execute(self, pending: Pending) -> None:
        """On the session's thread."""
        if pending.refusal is not None or self.ended:
            pending.finish(None, self.closed_refusal())
            return
        if self._last_step is not None:
            with self._lock:
                self._keep_step()  # The call may change the columns.
        call = pending.call
        seq = call.seq
        reply = pb.Reply(seq=seq)
        try:
            self.lanes.perform(call, reply)
        except LaneError as failure:
            fault = fault_of(failure, [failure.lane], self._detailed_errors)
            reply = pb.Reply(seq=seq, fault=fault, warnings=reply.warnings)
        except Refused as refused:
            self._roll_back(pending, refused)
            return
        except BaseException as error:  # A bug of ours, or memory: the call was executed, whatever came of it.
            fault = fault_of(error, list(range(self.lanes.count)), self._detailed_errors)
            reply = pb.Reply(seq=seq, fault=fault)
        reply.server_us = (time.perf_counter_ns() - pending.started) // 1000
        self._conclude(pending, reply)

    def _conclude(self, pending: Pending, reply: pb.Reply) -> None:
        """Keeps the reply of an executed call, and tells all that wait."""
        raw = self._raw_of(pending, reply)
        call, seq = pending.call, reply.seq
        with self._lock:
            self.last_seq = seq
            self._kept.append((seq, call, raw))
            while self._kept and self._kept[0][0] <= call.acknowledged_seq and self._kept[0][0] < seq:
                self._kept.popleft()
            self._open.pop(seq, None)
            self._last_call = time.monotonic()
            held = self._held.pop(seq + 1, None) if self._held and not self._open else None
            if held is not None:
                self._schedule(held)
        pending.finish(raw, None)

    def _raw_of(self, pending: Pending, reply: pb.Reply) -> bytes:
        """The bytes of a reply; of a fault that says so if it is too large. Otherwise the call has the message."""
        raw = reply.SerializeToString()
        if len(raw) > self._limit and reply.infos:
            self.lanes.shrink(reply, self._limit)
            raw = reply.SerializeToString()
        if len(raw) > self._limit:
            return self._too_large(pending.call, len(raw))
        pending.message = reply
        return raw

    def _roll_back(self, pending: Pending, refused: Refused) -> None:
        """A refused call takes no number; those behind it have lost their place."""
        with self._lock:
            seq = pending.call.seq
            self._admitted = seq - 1
            self._last_call = time.monotonic()
            behind = [self._open.pop(number) for number in sorted(self._open) if number > seq]
            self._open.pop(seq, None)
        pending.finish(None, refused)
        for other in behind:
            text = f"Call {seq} was refused; expected {seq}, got {other.call.seq}."
            other.finish(None, Refused("SEQUENCE_GAP", text, expected=seq, got=other.call.seq))

    def _too_large(self, call: pb.Call, size: int) -> bytes:
        # In band, because the call was executed: the client's count must go on.
        error = MessageTooLargeError(
            f"The reply to {call.WhichOneof('kind')} has {size:,} bytes and is over the limit of {self._limit:,} bytes "
            "of this host; --max-message-bytes of the host raises it."
        )
        fault = fault_of(error, self.lanes.addressed(call), False)
        return pb.Reply(seq=call.seq, fault=fault).SerializeToString()

    # ---- resuming and the end

    def _check_epoch(self, epoch: int) -> None:
        if epoch < self.epoch:
            raise self.superseded_refusal()

    def superseded_refusal(self) -> Refused:
        """The refusal of a connection that was resumed elsewhere."""
        text = f"The session of '{self.env_id}' was resumed by another connection (epoch {self.epoch})."
        return Refused("SUPERSEDED", text, epoch=self.epoch)

    def check_close(self, epoch: int) -> None:
        """Refuses to be closed by a former connection.

        Raises:
            Refused: It was resumed elsewhere.
        """
        with self._lock:
            self._check_epoch(epoch or 1)

    def closed_refusal(self) -> Refused:
        """The refusal of a call after the end."""
        causes = {"closed": "closed by its client", "lease": "closed, for its lease ended", "": "closed"}
        text = (
            f"The session of '{self.env_id}' was {causes.get(self.ended, f'closed ({self.ended})')}; its last call was "
            f"{self.last_seq}. Open a new one."
        )
        return Refused("SESSION_CLOSED", text, last_seq=self.last_seq, cause=self.ended or "closed")

    def resume(self) -> None:
        """Begins the next epoch, which fences off all former connections."""
        with self._lock:
            if self.ended:
                raise self.closed_refusal()
            self.epoch += 1
            if self.shared is not None:
                self.shared.end()  # It is the former connection's.
            self.broken_at = None
            self._last_call = time.monotonic()

    def opened(self, resume_token: bytes, boot_id: bytes) -> pb.Session:
        """What Open answers."""
        with self._lock:
            self._keep_step()
            return pb.Session(
                session_id=self.session_id,
                resume_token=resume_token,
                contract=self.contract,
                credits=CREDITS,
                lease_ms=round(self.lease * 1000),
                grace_ms=round(self.grace * 1000),
                autoreset=self.autoreset,
                lanes=self.lanes.count,
                last_seq=self.last_seq,
                epoch=self.epoch,
                first_kept_seq=self._kept[0][0] if self._kept else 0,
                running_seq=min(self._open, default=0),
                ended=self.lanes.ended() if self.epoch > 1 else b"",
                boot_id=boot_id,
            )

    def running(self) -> int:
        """Calls in flight."""
        return len(self._open)

    def expired(self, now: float) -> str:
        """Why the session is to be closed, or empty; never while a call runs."""
        with self._lock:
            if self._open or self.ended:
                return ""
            # An Open may be cancelled while its reply is on the way: nobody then knows of the session.
            patience = self.lease if self._admitted else min(self.lease, FIRST_CALL_SECONDS)
            if now - self._last_call > patience:
                return "lease"
            # As long as memory is looked at a client is there, be it that its connection broke unnoticed.
            shared = self.shared is not None and not self.shared.over
            if self.broken_at is not None and not shared and now - self.broken_at > self.grace:
                return "disconnected"
            return ""

    def end(self, cause: str) -> tuple[bool, list[Pending]]:
        """Takes no more calls; gives whether one runs now, and those that wait."""
        with self._lock:
            self.ended = cause
            if self.shared is not None:
                self.shared.end()
            calls = self._open.values()
            running = [call for call in calls if not (isinstance(call, ColumnStep) and call.told)]
            waiting = [*running, *self._held.values()]
            self._held.clear()
            return bool(running), waiting


def _check_same(kept: pb.Call, call: pb.Call) -> None:
    if _content(kept) != _content(call):
        text = f"Call {call.seq} was already executed, with another content than this one."
        raise Refused("SEQUENCE_CONFLICT", text, seq=call.seq)


def _content(call: pb.Call) -> Any:
    content = pb.Call()
    content.CopyFrom(call)
    for field in ("session_id", "timeout_ms", "epoch", "acknowledged_seq"):
        content.ClearField(field)
    return content
