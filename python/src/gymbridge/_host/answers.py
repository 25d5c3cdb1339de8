"""What the handlers of gRPC calls have in common: how long a caller waits, whether it has gone, and refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import grpc

from gymbridge._host.refused import Refused
from gymbridge._refusals import TRAILER, encode_detail

_MAX_TEXT = 1024  # The text travels as a header: not without end.
_LONG = 1e9


def on_cancelled(context: Any, function: Callable[[], None]) -> None:
    """Calls a function if the client cancels, or its connection breaks, before the reply of this handler is sent."""
    state = getattr(context, "_state", None)  # Nothing else of grpcio tells, once the handler has returned.

    def ended() -> None:
        if getattr(state, "client", None) == "cancelled":
            function()

    if not context.add_callback(ended):
        function()


def remaining(context: Any) -> float:
    """Seconds until the caller waits no longer."""
    seconds: float | None = context.time_remaining()  # Without a deadline more than a timeout may be.
    return _LONG if seconds is None else min(seconds, _LONG)


def abort(context: Any, refused: Refused) -> NoReturn:
    """Ends a unary call with a refusal."""
    context.set_trailing_metadata(_trailer(refused))
    context.abort(grpc.StatusCode[refused.status], refused.text[:_MAX_TEXT])
    raise AssertionError("abort raises")


def put_refusal(context: Any, refused: Refused) -> None:
    """Makes a refusal the status with which a call is ended later."""
    context.set_trailing_metadata(_trailer(refused))
    context.set_code(grpc.StatusCode[refused.status])
    context.set_details(refused.text[:_MAX_TEXT])


def _trailer(refused: Refused) -> tuple[tuple[str, bytes], ...]:
    metadata = {name: value[:512] for name, value in refused.metadata.items()}
    return ((TRAILER, encode_detail(refused.reason, refused.text[:_MAX_TEXT], metadata, refused.fault)),)
