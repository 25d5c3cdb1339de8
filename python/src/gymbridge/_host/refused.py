"""Calls that a host does not execute."""

from __future__ import annotations

from gymbridge._arrays import ExpandedTooLargeError
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._leaves import SlabError
from gymbridge._refusals import STATUS_OF_REASON
from gymbridge.errors import ProtocolError


class Refused(Exception):
    """A call that is not executed and does not take its sequence number.

    Attributes:
        reason: As docs/protocol.md lists them.
        text: What was wrong, and what to do.
        metadata: The values behind the text, by the names that the reason documents.
        fault: The environment's exception behind it.
    """

    def __init__(self, reason: str, text: str, fault: pb.Fault | None = None, /, **metadata: object) -> None:
        """Names the reason."""
        super().__init__(text)
        self.reason = reason
        self.text = text
        self.metadata = {name: str(value) for name, value in metadata.items()}
        self.fault = fault

    @property
    def status(self) -> str:
        """Name of the gRPC status."""
        return STATUS_OF_REASON[self.reason]


def refusal_of(error: ProtocolError) -> Refused:
    """The refusal of a message that does not follow the contract."""
    if isinstance(error, SlabError):
        return Refused(
            "BAD_SLAB", str(error), field="action", leaf=error.leaf.index, expected=error.expected, got=error.got
        )
    if isinstance(error, ExpandedTooLargeError):
        return cap_reached("max_expanded_bytes", error.limit, error.asked, 0, str(error))
    return Refused("BAD_VALUE", str(error), path=str(error).partition(":")[0])


def cap_reached(cap: str, limit: int, asked: int, in_use: int, text: str) -> Refused:
    """The refusal of what would go over a cap."""
    return Refused("CAP_REACHED", text, cap=cap, limit=limit, asked=asked, in_use=in_use)
