"""What two processes must have in common to share memory."""

from __future__ import annotations

import os
import platform
import sys

from gymbridge._generated import env_service_pb2 as pb
from gymbridge._shm import bells, layout


def obstacle() -> str | None:
    """Why this process cannot share memory with any; None if it can."""
    if sys.platform != "linux":
        return "only Linux has shared memory here so far"
    if platform.machine() not in ("x86_64", "aarch64"):
        return f"there is no shared memory on {platform.machine()} so far"
    if not hasattr(os, "pidfd_open") or not hasattr(os, "memfd_create"):
        return "this Python was built without pidfd_open or memfd_create"
    if not _machine() or not _pid_namespace():
        return "/proc does not tell which machine this is"
    return bells.obstacle()


def describe(nonce: bytes) -> pb.SharedMemoryRequest:
    """What this process says of itself."""
    return pb.SharedMemoryRequest(
        layout=layout.VERSION,
        machine=_machine(),
        user_id=os.geteuid(),
        pid_namespace=_pid_namespace(),
        process_id=os.getpid(),
        nonce=nonce,
        bells=bells.own(),
    )


def obstacle_to(other: pb.SharedMemoryRequest) -> str | None:
    """Why this process and that one cannot share memory; None if nothing is known that speaks against it."""
    own = obstacle()
    if own is not None:
        return own
    if other.layout != layout.VERSION:
        return f"the client has layout {other.layout} of the file and the host layout {layout.VERSION}"
    if other.machine != _machine():
        return "client and host run on two machines"
    if other.user_id != os.geteuid():
        return "client and host run as two users"
    if other.pid_namespace != _pid_namespace():
        return "client and host run in two containers"
    if not bells.common(other.bells):
        return f"the host can wake others by {bells.name_of(bells.own())}, and the client cannot be woken so"
    return None


def _machine() -> str:
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""


def _pid_namespace() -> int:
    try:
        return int(os.readlink("/proc/self/ns/pid").partition("[")[2].rstrip("]"))
    except (OSError, ValueError):
        return 0
