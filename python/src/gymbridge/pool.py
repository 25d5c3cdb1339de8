"""Environments that are stepped independently: the first that are ready are received, as EnvPool has it."""

from __future__ import annotations

import multiprocessing
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium.error import ClosedEnvironmentError, NoAsyncCallError
from gymnasium.vector import VectorEnv as GymnasiumVectorEnv
from gymnasium.vector.utils import batch_space, concatenate, create_empty_array, iterate

from gymbridge._session import check_num_envs
from gymbridge.registration import make

__all__ = ["EnvPool"]

_Job = Callable[[], Any]


class EnvPool:
    """Environments of a GymBridge server, each with a session of its own, stepped asynchronously.

    :meth:`async_reset`, then :meth:`recv` and :meth:`send` in turns: ``recv`` brings the ``batch_size`` lanes that are
    ready first, so that a slow environment holds nobody up. Each lane goes as it would alone, bit for bit; only the
    order in which lanes are received depends on time. A lane whose episode has ended starts the next one with the
    action that is sent to it, which is ignored (Gymnasium's NEXT_STEP).

    Attributes:
        num_envs: How many.
        batch_size: How many :meth:`recv` waits for.
        single_observation_space: Of one environment.
        single_action_space: Likewise.
        observation_space: Of a batch.
        action_space: Likewise.
    """

    def __init__(self, env_id: str, num_envs: int, batch_size: int | None = None, **arguments: Any) -> None:
        """Opens the sessions.

        Args:
            env_id: The environment's id on the server.
            num_envs: How many.
            batch_size: How many :meth:`recv` waits for; None is all.
            **arguments: As of :func:`gymbridge.make`: the address and the environment's own, among others.

        Raises:
            ValueError: The numbers make no sense.
            GymBridgeError: A session cannot be opened.
        """
        check_num_envs(num_envs)
        batch_size = num_envs if batch_size is None else batch_size
        if not 1 <= batch_size <= num_envs:
            raise ValueError(f"batch_size must be 1 to num_envs={num_envs}, got {batch_size}.")
        self.num_envs, self.batch_size = num_envs, batch_size
        self._ready: queue.SimpleQueue[_Lane] = queue.SimpleQueue()
        self._lanes: list[_Lane] = []
        self._in_flight = 0
        self._finished: list[_Lane] = []  # Taken from the queue by a call that did not get a whole batch.
        self._closed = False
        try:
            for number in range(num_envs):
                self._lanes.append(_Lane(number, make(env_id, **arguments), self._ready))
        except BaseException:
            self.close()
            raise
        first = self._lanes[0].env
        self.single_observation_space, self.single_action_space = first.observation_space, first.action_space
        self.observation_space = batch_space(self.single_observation_space, batch_size)
        self.action_space = batch_space(self.single_action_space, batch_size)
        self._infos = _Infos(batch_size)

    def async_reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:
        """Begins an episode in every environment; results that were not received are given up.

        Args:
            seed: Lane i is seeded with ``seed + i``; None lets the generators run on.
            options: Passed to every environment.
        """
        self._check("async_reset")
        while self._in_flight > len(self._finished):
            self._finished.append(self._ready.get())
        self._finished.clear()
        self._in_flight = self.num_envs
        for lane in self._lanes:
            lane.reset(None if seed is None else seed + lane.number, options)

    def send(self, actions: Any, env_id: Sequence[int] | np.ndarray[Any, Any]) -> None:
        """Begins a step.

        Args:
            actions: A batch of actions, as many as environments are named.
            env_id: Which environments; each was received since it was last sent to.

        Raises:
            ValueError: An environment is still on its way, does not exist, or comes twice; or the counts differ.
        """
        self._check("send")
        numbers = [int(number) for number in env_id]
        rows = list(iterate(batch_space(self.single_action_space, len(numbers)), actions)) if numbers else []
        if len(rows) != len(numbers):
            raise ValueError(f"One action for each environment expected ({len(numbers)}), got {len(rows)}.")
        if len(set(numbers)) != len(numbers):
            raise ValueError(f"An environment is named twice: {numbers}.")
        for number in numbers:
            if not 0 <= number < self.num_envs:
                raise ValueError(f"Environment {number} does not exist; they are 0 to {self.num_envs - 1}.")
            if self._lanes[number].pending:
                raise ValueError(f"Environment {number} was sent to and not received since; call recv first.")
        self._in_flight += len(numbers)
        for number, action in zip(numbers, rows, strict=True):
            self._lanes[number].step(action)

    def recv(self, timeout: float | None = None) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Waits for the first ``batch_size`` environments that are ready.

        Args:
            timeout: Seconds to wait at most.

        Returns:
            Observations, rewards (float64), terminations, truncations and infos of the batch. ``infos["env_id"]`` tells
            the environment of each row. After a reset rewards are 0 and flags False.

        Raises:
            NoAsyncCallError: Fewer environments than a batch are on their way.
            multiprocessing.TimeoutError: It took too long; a later call may bring them.
            Exception: What an environment raised, with a note of its number. That one is received, the others of the
                batch stay ready.
        """
        self._check("recv")
        if self._in_flight < self.batch_size:
            raise NoAsyncCallError(
                f"Calling `recv` with {self._in_flight} environments on their way, and a batch has {self.batch_size}; "
                "call `send` first.",
                "recv",
            )
        self._collect(timeout)
        for index, lane in enumerate(self._finished):
            if lane.error is not None:
                del self._finished[index]
                self._in_flight -= 1
                lane.pending = False
                if hasattr(lane.error, "add_note"):  # From Python 3.11 on.
                    lane.error.add_note(f"raised by environment {lane.number} of the pool")
                raise lane.error
        batch, self._finished = self._finished[: self.batch_size], self._finished[self.batch_size :]
        self._in_flight -= len(batch)
        for lane in batch:
            lane.pending = False
        return self._joined([lane.result for lane in batch], np.array([lane.number for lane in batch], np.int64))

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begins an episode everywhere, and waits for the first batch."""
        self.async_reset(seed, options)
        observations, _, _, _, infos = self.recv()
        return observations, infos

    def step(
        self, actions: Any, env_id: Sequence[int] | np.ndarray[Any, Any]
    ) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Sends, and waits for the next batch."""
        self.send(actions, env_id)
        return self.recv()

    def close(self) -> None:
        """Ends all sessions, then raises what the first of them raised that did; twice is fine."""
        if not self._closed:
            self._closed = True
            first: Exception | None = None
            for lane in self._lanes:
                try:
                    lane.close()
                except Exception as error:
                    first = first or error
            if first is not None:
                raise first

    def __enter__(self) -> EnvPool:
        """The pool itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()

    def _check(self, what: str) -> None:
        if self._closed:
            raise ClosedEnvironmentError(f"Trying to call `{what}` of a pool that is closed.")

    def _collect(self, timeout: float | None) -> None:
        deadline = None if timeout is None else time.monotonic() + timeout
        while len(self._finished) < self.batch_size:
            try:
                left = None if deadline is None else max(0.0, deadline - time.monotonic())
                self._finished.append(self._ready.get(timeout=left))
            except queue.Empty:
                raise multiprocessing.TimeoutError(
                    f"{len(self._finished)} of {self.batch_size} environments were ready after {timeout} second(s)."
                ) from None

    def _joined(self, results: list[Any], numbers: np.ndarray[Any, Any]) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        observations, rewards, terminations, truncations, infos = zip(*results, strict=True)
        space, count = self.single_observation_space, len(results)
        empty: Any = create_empty_array(space, count)
        batch = concatenate(space, observations, empty)
        joined: dict[str, Any] = {}
        for row, info in enumerate(infos):
            joined = self._infos.add(joined, info, row)
        joined["env_id"] = numbers
        flags = np.array(terminations, np.bool_), np.array(truncations, np.bool_)
        return batch, np.array(rewards, np.float64), *flags, joined


class _Lane:
    """One environment and its thread.

    Attributes:
        number: Its place in the pool.
        env: The environment.
        pending: Whether a call runs, or its result was not received.
        result: Of the last call.
        error: What the last call raised.
    """

    def __init__(self, number: int, env: gymnasium.Env[Any, Any], ready: queue.SimpleQueue[_Lane]) -> None:
        self.number = number
        self.env = env
        self.pending = False
        self.result: Any = None
        self.error: Exception | None = None
        self._ready = ready
        self._ended = False
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, daemon=True, name=f"gymbridge-pool-{number}").start()

    def reset(self, seed: int | None, options: dict[str, Any] | None) -> None:
        self._begin(lambda: self._reset(seed, options))

    def step(self, action: Any) -> None:
        self._begin(lambda: self._step(action))

    def close(self) -> None:
        """Ends it; a call that runs is left to itself."""
        self._jobs.put(None)
        self.env.close()

    def _begin(self, job: _Job) -> None:
        self.pending, self.error = True, None
        self._jobs.put(job)

    def _reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        observation, info = self.env.reset(seed=seed, options=options)
        self._ended = False
        return observation, 0.0, False, False, info

    def _step(self, action: Any) -> Any:
        if self._ended:
            return self._reset()
        result = self.env.step(action)
        self._ended = bool(result[2] or result[3])
        return result

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                self.result = job()
            except Exception as error:
                self.error = error  # Raised where the lane is received.
            self._ready.put(self)


class _Infos(GymnasiumVectorEnv[Any, Any, Any]):
    """Gymnasium's way of joining infos."""

    def __init__(self, num_envs: int) -> None:
        self.num_envs = num_envs

    def add(self, infos: dict[str, Any], info: dict[str, Any], row: int) -> dict[str, Any]:
        joined: dict[str, Any] = self._add_info(infos, info, row)
        return joined
