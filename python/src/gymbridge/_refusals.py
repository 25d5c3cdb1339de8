"""The structured detail of a refused call: docs/protocol.md, section 11."""

from __future__ import annotations

from dataclasses import dataclass, field

from google.protobuf.message import DecodeError

from gymbridge._generated import env_service_pb2 as pb
from gymbridge._generated import errors_pb2
from gymbridge.errors import GymBridgeError, RemoteFault, exception_for

TRAILER = "grpc-status-details-bin"
DOMAIN = "gymbridge.v1"

_INFO_TYPE = "type.googleapis.com/google.rpc.ErrorInfo"
_FAULT_TYPE = "type.googleapis.com/gymbridge.v1.Fault"

STATUS_OF_REASON = {
    "BAD_REQUEST": "INVALID_ARGUMENT",
    "BAD_SLAB": "INVALID_ARGUMENT",
    "BAD_VALUE": "INVALID_ARGUMENT",
    "BAD_ARGUMENT": "INVALID_ARGUMENT",
    "LANES_INVALID": "INVALID_ARGUMENT",
    "SEQUENCE_CONFLICT": "INVALID_ARGUMENT",
    "SEQUENCE_GAP": "FAILED_PRECONDITION",
    "SEQUENCE_EXPIRED": "OUT_OF_RANGE",
    "GENERATION_MISMATCH": "FAILED_PRECONDITION",
    "SPEC_MISMATCH": "FAILED_PRECONDITION",
    "AUTORESET_NOT_OFFERED": "INVALID_ARGUMENT",
    "RENDER_MODE_NOT_OFFERED": "INVALID_ARGUMENT",
    "ENVIRONMENT_NOT_FOUND": "NOT_FOUND",
    "SESSION_NOT_FOUND": "NOT_FOUND",
    "SESSION_CLOSED": "NOT_FOUND",
    "SUPERSEDED": "ABORTED",
    "CAPABILITY_MISSING": "UNIMPLEMENTED",
    "UNKNOWN_CALL": "UNIMPLEMENTED",
    "CAP_REACHED": "RESOURCE_EXHAUSTED",
    "MESSAGE_TOO_LARGE": "RESOURCE_EXHAUSTED",
    "CALL_TIMEOUT": "DEADLINE_EXCEEDED",
    "OPEN_TIMEOUT": "DEADLINE_EXCEEDED",
    "OPEN_WITHDRAWN": "CANCELLED",
    "ATTRIBUTE_DENIED": "PERMISSION_DENIED",
    "MODULE_DENIED": "PERMISSION_DENIED",
    "UNAUTHENTICATED": "UNAUTHENTICATED",
    "STOPPING": "UNAVAILABLE",
    "ENVIRONMENT_FAILED": "UNKNOWN",
    "INTERNAL": "INTERNAL",
}
"""The name of the gRPC status of each reason."""

_STATUS_NUMBERS = {
    "CANCELLED": 1,
    "UNKNOWN": 2,
    "INVALID_ARGUMENT": 3,
    "DEADLINE_EXCEEDED": 4,
    "NOT_FOUND": 5,
    "PERMISSION_DENIED": 7,
    "RESOURCE_EXHAUSTED": 8,
    "FAILED_PRECONDITION": 9,
    "ABORTED": 10,
    "OUT_OF_RANGE": 11,
    "UNIMPLEMENTED": 12,
    "INTERNAL": 13,
    "UNAVAILABLE": 14,
    "UNAUTHENTICATED": 16,
}


@dataclass(frozen=True)
class Detail:
    """What a refusal says besides its status.

    Attributes:
        reason: One of docs/protocol.md; empty where the peer sent no detail.
        metadata: Values of the text, by name.
        fault: The environment's exception behind it, if there is one.
    """

    reason: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    fault: pb.Fault | None = None


def encode_detail(reason: str, text: str, metadata: dict[str, str], fault: pb.Fault | None = None) -> bytes:
    """The trailer's bytes."""
    status = errors_pb2.ErrorStatus(code=_STATUS_NUMBERS[STATUS_OF_REASON[reason]], message=text)
    info = errors_pb2.ErrorInfo(reason=reason, domain=DOMAIN, metadata=metadata)
    status.details.add(type_url=_INFO_TYPE, value=info.SerializeToString())
    if fault is not None:
        status.details.add(type_url=_FAULT_TYPE, value=fault.SerializeToString())
    return status.SerializeToString()


def decode_detail(data: bytes) -> Detail:
    """What the trailer's bytes say; those of other domains and types are passed over."""
    reason, metadata, fault = "", dict[str, str](), None
    try:
        for detail in errors_pb2.ErrorStatus.FromString(data).details:
            if detail.type_url == _INFO_TYPE:
                info = errors_pb2.ErrorInfo.FromString(detail.value)
                if info.domain == DOMAIN:
                    reason, metadata = info.reason, dict(info.metadata)
            elif detail.type_url == _FAULT_TYPE:
                fault = pb.Fault.FromString(detail.value)
    except DecodeError:
        pass  # A detail that cannot be read is none; the status still says enough.
    return Detail(reason, metadata, fault)


def exception_of(fault: pb.Fault) -> Exception:
    """The exception that a fault stands for."""
    origin = RemoteFault(
        fault.python_class,
        fault.dotnet_class,
        tuple(fault.lanes),
        fault.trace,
        fault.recoverable,
        fault.location,
        tuple(fault.python_bases),
    )
    return exception_for(fault.message, origin)


def with_detail(error: GymBridgeError, detail: Detail) -> GymBridgeError:
    """An error that says what the server gave as the reason."""
    error.reason = detail.reason
    error.details = detail.metadata
    return error
