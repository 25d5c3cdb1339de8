"""What becomes of sessions that nobody calls."""

from __future__ import annotations

import time
from typing import Any

import pytest

from gymbridge import _keeper, _wire
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host.pending import ColumnStep
from gymbridge._host.session import HostSession


class Quiet:
    """Lanes and thread of a session whose calls are never executed."""

    def submit(self, job: Any) -> None:
        """Leaves the job undone."""


def session_with(lease: float) -> HostSession:
    nothing: Any = Quiet()
    contract = pb.Contract(max_message_bytes=1024)
    return HostSession(
        bytes(16),
        "X-v0",
        nothing,
        contract,
        pb.AUTORESET_MODE_DISABLED,
        nothing,
        lease=lease,
        grace=lease,
        call_seconds=60.0,
        detailed_errors=False,
    )


@pytest.mark.parametrize(("lease", "kept"), [(3600.0, 30.0), (30.0, 30.0), (2.0, 2.0)])
def test_a_session_without_a_first_call_is_kept_for_a_short_time(lease: float, kept: float) -> None:
    session = session_with(lease)
    now = time.monotonic()
    assert session.expired(now + kept - 1) == ""
    assert session.expired(now + kept + 60) == "lease"


def test_a_session_with_a_first_call_is_kept_for_its_lease() -> None:
    session = session_with(3600.0)
    pending = session.submit(pb.Call(seq=1, ping=pb.Ping()), 0)
    now = time.monotonic()
    assert session.expired(now + 7200) == "", "a call runs"
    session._open.clear()
    pending.finish(b"", None)
    assert session.expired(now + 3000) == ""
    assert session.expired(now + 3700) == "lease"


def test_a_client_renews_a_session_without_a_call_in_time() -> None:
    assert _keeper._patience(3600.0, 0) == _wire.FIRST_CALL_SECONDS
    assert _keeper._patience(3600.0, 1) == 3600.0
    assert _keeper._patience(2.0, 0) == 2.0


class Memory:
    """Shared memory as far as a session looks at it."""

    def __init__(self) -> None:
        self.over = False

    def end(self) -> None:
        """Nobody looks at it any more."""
        self.over = True


def test_a_session_stays_while_its_memory_is_looked_at_when_its_idle_connection_breaks() -> None:
    session, memory = session_with(3600.0), Memory()
    session.grace, session.shared = 5.0, memory  # type: ignore[assignment]
    session.broken_at = now = time.monotonic()
    assert session.expired(now + 20) == "", "a client steps through the memory, and does not notice"
    memory.end()
    assert session.expired(now + 4) == ""
    assert session.expired(now + 20) == "disconnected"


def test_a_session_without_memory_ends_after_its_grace() -> None:
    session = session_with(3600.0)
    session.grace = 5.0
    session.broken_at = now = time.monotonic()
    assert session.expired(now + 4) == ""
    assert session.expired(now + 20) == "disconnected"


@pytest.mark.parametrize("told", [False, True])
def test_a_step_whose_client_has_its_results_does_not_run_any_more(told: bool) -> None:
    session, step = session_with(3600.0), ColumnStep(lambda step: pb.Call(seq=step.seq))
    assert session.begin_step(step, 1, 1, None)
    step.told = told
    assert session.end("closed") == ((False, []) if told else (True, [step]))
    assert session.end_step(step)
