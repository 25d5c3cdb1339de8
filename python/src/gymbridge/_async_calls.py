"""Calls that are begun and waited for apart, as gymnasium.vector.AsyncVectorEnv has them."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
from collections.abc import Callable
from typing import Any

from gymnasium.error import AlreadyPendingCallError, NoAsyncCallError


class AsyncCalls:
    """At most one call at a time, on a thread of its own."""

    def __init__(self) -> None:
        """Starts no thread yet."""
        self._executor: concurrent.futures.ThreadPoolExecutor | None = None
        self._pending: tuple[str, concurrent.futures.Future[Any]] | None = None

    def check(self, what: str) -> None:
        """Refuses a call while another one is pending, in Gymnasium's words.

        Raises:
            AlreadyPendingCallError: One is.
        """
        if self._pending is not None:
            kind = self._pending[0]
            raise AlreadyPendingCallError(
                f"Calling `{what}` while waiting for a pending call to `{kind}` to complete", kind
            )

    def begin(self, kind: str, function: Callable[[], Any]) -> None:
        """Begins a call.

        Raises:
            AlreadyPendingCallError: Another one is pending.
        """
        self.check(f"{kind}_async")
        if self._executor is None:
            self._executor = concurrent.futures.ThreadPoolExecutor(1, "gymbridge-async")
        self._pending = kind, self._executor.submit(function)

    def finish(self, kind: str, timeout: float | None) -> Any:
        """Waits for a call, and gives its result or raises what it raised.

        Raises:
            NoAsyncCallError: None of this kind was begun.
            multiprocessing.TimeoutError: It took too long; its result is lost, the environment's state is not.
        """
        if self._pending is None or self._pending[0] != kind:
            raise NoAsyncCallError(f"Calling `{kind}_wait` without any prior call to `{kind}_async`.", kind)
        future = self._pending[1]
        self._pending = None
        try:
            return future.result(timeout)
        except concurrent.futures.TimeoutError as error:
            if future.done():  # It is the call's own.
                raise
            raise multiprocessing.TimeoutError(
                f"The call to `{kind}_wait` has timed out after {timeout} second(s)."
            ) from error

    def close(self) -> None:
        """Forgets a call that is pending."""
        self._pending = None
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None
