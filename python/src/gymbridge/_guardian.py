"""A small process beside a host that ends what the host leaves behind.

A host whose parent was killed ends by itself, unless an environment holds its interpreter; processes that an
environment forked outlive a host that was killed. The guardian runs no code of theirs: it waits for the end of the
parent and of the host, and then ends the host's process group.

Only the standard library: it is forked before anything else is imported, while the process has one thread.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time

_GRACE_SECONDS = 3.0
_POLL_MS = 200


def lead_group() -> bool:
    """Makes this process the leader of its process group; False where a terminal's Ctrl-C would not reach it then."""
    if os.getpgrp() == os.getpid():
        return True
    for descriptor in (0, 1, 2):
        try:
            if os.tcgetpgrp(descriptor) == os.getpgrp():
                return False
        except OSError:
            continue
    try:
        os.setpgid(0, 0)
    except OSError:
        return False
    return True


def start(watched: int | None) -> None:
    """Forks the guardian of this process.

    Args:
        watched: A pipe that ends when the parent does; None if nobody is to be outlived.
    """
    if not hasattr(os, "fork"):
        return
    leads = lead_group()
    host = os.getpid()
    if os.fork() != 0:
        return
    code = 1
    try:
        _be_guardian(host, watched, leads)
        code = 0
    finally:
        os._exit(code)


def _be_guardian(host: int, watched: int | None, leads: bool) -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    life = _life_of(host)
    keep = sorted({descriptor for descriptor in (watched, life) if descriptor is not None})
    _close_all_but(keep)
    poll = select.poll()
    if watched is not None:
        poll.register(watched, 0)  # Its end alone; the host reads it.
    if life is not None:
        poll.register(life, select.POLLIN)
    deadline: float | None = None
    while _lives(host, life):
        for descriptor, _ in poll.poll(_POLL_MS if life is None or deadline is not None else -1):
            if descriptor == watched and deadline is None:
                deadline = time.monotonic() + _GRACE_SECONDS
                poll.unregister(descriptor)
        if deadline is not None and time.monotonic() > deadline:
            break
    _end(host, leads)


def _life_of(host: int) -> int | None:
    """A descriptor that is readable when a process has ended."""
    try:
        return os.pidfd_open(host)
    except (AttributeError, OSError):
        return None


def _lives(host: int, life: int | None) -> bool:
    if life is not None:
        return not select.select([life], [], [], 0)[0]
    return os.getppid() == host


def _end(host: int, leads: bool) -> None:
    with contextlib.suppress(OSError):
        if leads:
            os.killpg(host, signal.SIGKILL)
        elif os.getppid() == host:
            os.kill(host, signal.SIGKILL)


def _close_all_but(keep: list[int]) -> None:
    low = 0
    for descriptor in [*keep, os.sysconf("SC_OPEN_MAX")]:
        os.closerange(low, min(descriptor, 65_536))
        low = descriptor + 1
