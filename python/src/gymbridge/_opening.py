"""Opening sessions so that whoever gives up waiting leaves none behind."""

from __future__ import annotations

import os
from collections.abc import Callable

from gymbridge import _keeper, _wire
from gymbridge._channel import CallFailedError
from gymbridge._connection import Connection
from gymbridge._generated import env_service_pb2 as pb


def opened(
    connection: Connection, request: pb.OpenRequest, timeout: float, what: str, check: Callable[[pb.Session], None]
) -> pb.Session:
    """Opens a session.

    Args:
        connection: Where.
        request: The request. Each attempt gets a nonce of its own, so that a former one that comes late is refused.
        timeout: Seconds.
        what: What is tried, for the error.
        check: Raises where the reply will not do.

    Raises:
        GymBridgeError: It failed.
    """
    try:
        try:
            return _attempt(connection, request, timeout, check)
        except CallFailedError as failure:
            # A channel that was idle may only now notice that its server is gone; one started anew has a new token.
            if not failure.broken and failure.code != "UNAUTHENTICATED":
                raise
            return _attempt(connection, request, timeout, check)
    except CallFailedError as failure:
        raise connection.error(failure, what, timeout) from None


def _attempt(
    connection: Connection, request: pb.OpenRequest, timeout: float, check: Callable[[pb.Session], None]
) -> pb.Session:
    request.nonce = os.urandom(_wire.OPEN_NONCE_BYTES)
    function, channel = connection.bind(_wire.OPEN)
    try:
        session: pb.Session = connection.parse(pb.Session, function(request.SerializeToString(), timeout))
        check(session)
        return session
    except BaseException as error:  # Ctrl-C, for one: there may be a session now, or will be.
        failure = error if isinstance(error, CallFailedError) else None
        if failure is not None and (failure.broken or failure.code == "UNAUTHENTICATED"):
            connection.renew(channel)
        if failure is None or not failure.detail.reason:  # Else the server has said that there is none.
            _keeper.keeper.withdraw(connection, request.nonce)
        raise
