"""Messages of a stream, sent and read without a thread that waits for them.

With grpcio's public face a thread waits for the next request, and another one, when it sends, for the transport to
take the message: both wake up at every message, and wait for each other's hold of the interpreter. Here a reply and
the reading of the next request are one batch of grpcio's core, and a request is told on grpcio's own thread, where its
bytes arrive.
"""

from __future__ import annotations

import collections
import traceback
from collections.abc import Callable
from typing import Any

from grpc import _server
from grpc._cython import cygrpc

_TURN = "gymbridge turn"
_SENDING = "gymbridge sending"
_NO_FLAGS = 0
_LARGE = 16 * 1024


class Turns:
    """One stream's messages, from the server's side; each request is owed one reply."""

    __slots__ = ("_at_last", "_call", "_outbox", "_owed", "_reading", "_received", "_sending", "_sent", "_state")

    def __init__(self, context: Any, received: Callable[[bytes | None], None], sent: Callable[[], None]) -> None:
        """Does nothing yet; :meth:`read` begins.

        Args:
            context: The call's.
            received: Is given each request, and None when there are no more; on a thread that must not wait.
            sent: Is told when the transport has taken all replies that :meth:`reply` said it would tell of.
        """
        self._state, self._call = context._state, context._rpc_event.call
        self._received, self._sent = received, sent
        self._outbox: collections.deque[bytes] = collections.deque()
        self._owed = 0
        self._reading = self._sending = False
        self._at_last: Callable[[], None] | None = None

    @property
    def broken(self) -> bool:
        """Whether the client has given up, or its connection is broken."""
        return bool(self._state.client is _server._CANCELLED)

    def read(self) -> None:
        """Reads the next request, unless it is being read."""
        with self._state.condition:
            if not self._reading:
                self._start((), _TURN, self._turned)

    def reply(self, message: bytes) -> bool:
        """Sends a reply, and reads the next request.

        Returns:
            Whether its sending is told of; that of a small one is not worth it.
        """
        with self._state.condition:
            # Nothing else can be sent before the next request has come.
            one_batch = self._owed == 1 and not self._reading and not self._sending and len(message) <= _LARGE
            if one_batch:
                self._start(self._sends(message), _TURN, self._turned)
            else:
                self._outbox.append(message)
                self._send_next()
                self.read()
            ends = self._settle_one()
        if ends is not None:
            ends()
        return not one_batch

    def forgo(self) -> None:
        """One request less is owed a reply."""
        with self._state.condition:
            ends = self._settle_one()
        if ends is not None:
            ends()

    def _settle_one(self) -> Callable[[], None] | None:
        self._owed -= 1
        return None if self._at_last is None else self._take_end()

    def at_last(self, function: Callable[[], None]) -> None:
        """Calls a function once all requests have their replies and these are sent; of several the first."""
        with self._state.condition:
            self._at_last = self._at_last or function
            ends = self._take_end()
        if ends is not None:
            ends()

    def _take_end(self) -> Callable[[], None] | None:
        if self._owed or self._sending:
            return None
        ends, self._at_last = self._at_last, None
        return ends

    def _sends(self, message: bytes) -> tuple[Any, ...]:
        send = cygrpc.SendMessageOperation(message, _NO_FLAGS)
        if not self._state.initial_metadata_allowed:
            return (send,)
        self._state.initial_metadata_allowed = False
        return (cygrpc.SendInitialMetadataOperation(None, _NO_FLAGS), send)

    def _send_next(self) -> None:
        if self._outbox and not self._sending:
            self._start(self._sends(self._outbox.popleft()), _SENDING, self._was_sent)

    def _start(self, operations: tuple[Any, ...], token: str, tag: Callable[[Any], Any]) -> None:
        if not _server._is_rpc_state_active(self._state):
            return
        if token is _TURN:
            operations = (*operations, cygrpc.ReceiveMessageOperation(_NO_FLAGS))
            self._reading = True
        else:
            self._sending = True
        self._call.start_server_batch(operations, tag)
        self._state.due.add(token)

    def _was_sent(self, _: Any) -> Any:
        with self._state.condition:
            self._sending = False
            self._send_next()
            if self._sending:
                return None, ()
            ended = _server._possibly_finish_call(self._state, _SENDING)
            ends = self._take_end()
        self._tell(self._sent)
        if ends is not None:
            self._tell(ends)
        return ended

    def _turned(self, event: Any) -> Any:
        message = event.batch_operations[-1].message()
        with self._state.condition:
            self._reading = False
            if message is not None:
                self._owed += 1
            elif self._state.client is _server._OPEN:
                self._state.client = _server._CLOSED
            ended = _server._possibly_finish_call(self._state, _TURN)
        if ended[0] is None:
            self._tell(self._received, message)
        return ended

    def _tell(self, function: Callable[..., None], *arguments: Any) -> None:
        try:
            function(*arguments)
        except BaseException:  # A bug of ours must end the stream, and not the thread that serves all calls.
            traceback.print_exc()
            with self._state.condition:
                _server._abort(self._state, self._call, cygrpc.StatusCode.internal, b"Bug in GymBridge; its log tells.")
