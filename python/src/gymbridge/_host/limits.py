"""The caps of a host."""

from __future__ import annotations

from dataclasses import dataclass

from gymbridge._arrays import MAX_DEPTH, MAX_EXPANDED_BYTES, MAX_ITEMS, MAX_TEXT_BYTES
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._wire import DEFAULT_MAX_MESSAGE_BYTES

CREDITS = 8
"""Calls in flight that a session allows, and replies that are kept for a client that asks again."""

MAX_ID_BYTES = 1024
MAX_SUGGESTED_CHARACTERS = 128
MAX_CONTROL_BYTES = 1024 * 1024
MAX_CLIENT_BYTES = 256
MAX_JOINERS = 16
MAX_NAMELESS_STREAMS = 64
MAX_STREAMS_PER_CONNECTION = 100
MAX_STREAMS_PER_SESSION = 2
FIRST_CALL_SECONDS = 10.0


@dataclass(frozen=True)
class Limits:
    """Caps that can be set.

    Attributes:
        sessions: Sessions at a time.
        lanes: Lanes of one session.
        total_lanes: Lanes of all sessions.
        message_bytes: Of one Call or Reply.
        lease: Seconds without a call after which a session is closed, if its client asks for no other.
        min_lease: The shortest that a client can ask for.
        max_lease: The longest.
        grace: Seconds that a session is kept after its stream broke.
        call_seconds: Limit of one environment call, and the longest that a client can ask for.
        open_seconds: Limit of one constructor.
        threads: Threads of environments; more sessions than that share them.
        connections: Connections at a time.
        connections_per_peer: Connections at a time from one IP address.
    """

    sessions: int = 1024
    lanes: int = 4096
    total_lanes: int = 65_536
    message_bytes: int = DEFAULT_MAX_MESSAGE_BYTES
    lease: float = 30.0
    min_lease: float = 1.0
    max_lease: float = 3600.0
    grace: float = 60.0
    call_seconds: float = 600.0
    open_seconds: float = 120.0
    threads: int = 256
    connections: int = 2048
    connections_per_peer: int = 1024

    def message(self) -> pb.Limits:
        """As the contract has them."""
        return pb.Limits(
            max_sessions=self.sessions,
            max_total_lanes=self.total_lanes,
            max_lanes=self.lanes,
            max_message_bytes=self.message_bytes,
            max_control_bytes=MAX_CONTROL_BYTES,
            max_value_depth=MAX_DEPTH,
            max_value_items=MAX_ITEMS,
            max_text_bytes=MAX_TEXT_BYTES,
            max_expanded_bytes=MAX_EXPANDED_BYTES,
            call_timeout_ms=round(self.call_seconds * 1000),
            open_timeout_ms=round(self.open_seconds * 1000),
            min_lease_ms=round(self.min_lease * 1000),
            max_lease_ms=round(self.max_lease * 1000),
            max_streams_per_connection=MAX_STREAMS_PER_CONNECTION,
            max_connections_per_peer=self.connections_per_peer,
            max_environment_threads=self.threads,
        )
