"""Where the results of a session's steps lie: a column for each leaf of the observation, rewards, and two of flags."""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from typing import Any

import numpy as np

from gymbridge._generated import env_service_pb2 as pb
from gymbridge._leaves import FixedLeaf, Layout, Warn
from gymbridge._shm.layout import FileLayout


class Columns:
    """The last results by lane: in memory of their own, or in that which a client reads as well.

    Attributes:
        observations: A column for each leaf.
        lanes: The lanes of the first leaf as they lie in its column; empty where it has no fixed size, or no shape.
        rewards: By lane.
        terminated: One byte a lane.
        truncated: One byte a lane.
    """

    def __init__(self, layout: Layout, lanes: int) -> None:
        """Makes columns of zeros."""
        self._layout = layout
        self._count = lanes
        self.observations = layout.columns(lanes)
        self.lanes: list[Any] = self._by_lane()
        self.rewards = memoryview(bytearray(8 * lanes)).cast("d")
        self.terminated = memoryview(bytearray(lanes))
        self.truncated = memoryview(bytearray(lanes))

    def move(self, memory: mmap.mmap | memoryview, at: FileLayout) -> None:
        """Lies in shared memory from now on; leaves that are not of a fixed size cannot."""
        lanes, whole = self._count, memoryview(memory)
        for index, (leaf, first) in enumerate(zip(self._layout.leaves, at.observations, strict=True)):
            assert isinstance(leaf, FixedLeaf)
            column = np.frombuffer(memory, leaf.dtype, lanes * leaf.nbytes // leaf.dtype.itemsize, first)
            column = column.reshape((lanes, *leaf.shape))
            column[...] = self.observations[index]
            self.observations[index] = column
        self.lanes = self._by_lane()
        self.rewards = whole[at.reward : at.reward + 8 * lanes].cast("d")
        self.terminated = whole[at.terminated : at.terminated + lanes]
        self.truncated = whole[at.truncated : at.truncated + lanes]

    def _by_lane(self) -> list[Any]:
        leaf = self._layout.root
        return list(self.observations[0]) if isinstance(leaf, FixedLeaf) and leaf.shape else []

    def put(self, lane: int, observation: Any, warn: Warn) -> list[int] | None:
        """Writes a lane's observation; gives the leaves' types if one is not the default.

        Raises:
            TypeError: It is none of the space.
        """
        layout = self._layout
        parts = zip(layout.leaves, self.observations, layout.split(observation), strict=True)
        types = [leaf.put(column, lane, part, warn) for leaf, column, part in parts]
        return types if any(types) else None

    def put_leaves(self, lane: int, values: Iterable[Any], warn: Warn) -> None:
        """Writes the leaves of a lane's observation."""
        for leaf, column, value in zip(self._layout.leaves, self.observations, values, strict=False):
            leaf.put(column, lane, value, warn)

    def rows(self, lane: int) -> list[bytes]:
        """The bytes of a lane's observation, by leaf."""
        parts = zip(self._layout.leaves, self.observations, strict=True)
        return [leaf.rows(column, [lane]) for leaf, column in parts]

    def write_observations(self, reply: pb.Reply) -> None:
        """Puts the observations of all lanes into a message."""
        parts = zip(self._layout.leaves, self.observations, strict=True)
        reply.observation.extend([leaf.slab(column) for leaf, column in parts])

    def write(self, reply: pb.Reply) -> None:
        """Puts the results of a step into a message."""
        self.write_observations(reply)
        reply.reward = self.rewards.tobytes()
        reply.terminated = self.terminated.tobytes()
        reply.truncated = self.truncated.tobytes()
