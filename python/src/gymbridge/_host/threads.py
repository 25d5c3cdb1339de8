"""Threads of environments: each environment is made, called and closed on one, for life.

The first one that is open runs on the main thread, as it would without a bridge: event loops, signal handlers and
windows want it.
"""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable
from typing import Any

from gymbridge._host.faults import leave_forked_child
from gymbridge._host.refused import cap_reached
from gymbridge._shm.host import SharedHost

Job = tuple[Callable[[Any], None], Any]


class EnvironmentThread:
    """A thread that runs jobs in the order in which they come.

    Attributes:
        sessions: How many sessions live on it.
        abandoned: How many calls of sessions that were closed still hang on it.
    """

    def __init__(self, name: str) -> None:
        """Prepares it; :meth:`run` is its life."""
        self.name = name
        self.sessions = 0
        self.abandoned = 0
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._shared: SharedHost | None = None

    def submit(self, job: Job | None) -> None:
        """Runs a job after those that are waiting."""
        self._jobs.put(job)
        shared = self._shared
        if shared is not None:
            shared.ring()

    def share(self, shared: SharedHost) -> bool:
        """Serves calls of shared memory between the jobs; False if it serves those of another session."""
        if self._shared is not None:
            return False
        self._shared = shared
        self._jobs.put((lambda _: None, None))  # It may wait for a job.
        return True

    def start(self) -> None:
        """Runs it beside."""
        threading.Thread(target=self.run, daemon=True, name=self.name).start()

    def run(self) -> None:
        """Runs jobs until it is told to stop."""
        get = self._jobs.get
        while True:
            job = get() if self._shared is None else self._serve()
            if job is None:
                return
            try:
                job[0](job[1])
            except BaseException:  # A job answers for its errors itself; this is a bug, and must not end the thread.
                traceback.print_exc()
            job = None
            leave_forked_child()

    def _serve(self) -> Job | None:
        """Answers calls of shared memory until there is a job."""
        while (shared := self._shared) is not None:
            try:
                if shared.serve(self._jobs.empty):
                    break
            except BaseException:  # A bug of ours: the session goes on over gRPC.
                traceback.print_exc()
            shared.end()
            self._shared = None
        return self._jobs.get()

    def stop(self) -> None:
        """Ends it after the jobs that it has."""
        self.submit(None)


class Threads:
    """Gives sessions their threads."""

    def __init__(self, limit: int) -> None:
        """Starts with the main thread alone.

        Args:
            limit: How many there may be; more sessions share them.
        """
        self.main = EnvironmentThread("gymbridge-main")
        self._limit = limit
        self._others: set[EnvironmentThread] = set()
        self._made = 0
        self._lock = threading.Lock()

    def acquire(self) -> EnvironmentThread:
        """The thread of a new session.

        Raises:
            Refused: All threads there may be hang in calls.
        """
        with self._lock:
            thread = self._choose()
            thread.sessions += 1
            return thread

    def _choose(self) -> EnvironmentThread:
        if self.main.sessions == 0 and self.main.abandoned == 0:
            return self.main
        if len(self._others) < self._limit:
            self._made += 1
            thread = EnvironmentThread(f"gymbridge-env-{self._made}")
            self._others.add(thread)
            thread.start()
            return thread
        free = [thread for thread in self._others if not thread.abandoned]
        if not free:
            raise cap_reached(
                "max_environment_threads",
                self._limit,
                1,
                self._limit,
                f"All {self._limit} threads of this host hang in calls of environments; --max-threads raises it.",
            )
        return min(free, key=lambda thread: thread.sessions)

    def release(self, thread: EnvironmentThread) -> None:
        """Gives a thread back when its session's environments are closed."""
        with self._lock:
            thread.sessions -= 1
            if thread.sessions == 0 and thread is not self.main:
                self._others.discard(thread)
                thread.stop()

    def abandon(self, thread: EnvironmentThread) -> int:
        """Notes that a session was closed while a call of it hangs; gives the count of such calls."""
        with self._lock:
            thread.abandoned += 1
        return self.abandoned()

    def recover(self, thread: EnvironmentThread) -> None:
        """Notes that such a call came back."""
        with self._lock:
            thread.abandoned -= 1

    def abandoned(self) -> int:
        """Calls of closed sessions that hang."""
        with self._lock:
            return self.main.abandoned + sum(thread.abandoned for thread in self._others)
