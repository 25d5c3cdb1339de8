"""Actions that lie in the columns of memory."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gymbridge._actions import ActionReader
from gymbridge._dtypes import DTYPES
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._leaves import FixedLeaf, Layout
from gymbridge._shm import layout as at
from gymbridge._shm.layout import FileLayout
from gymbridge.errors import ProtocolError

_INT = pb.PYTHON_TYPE_INT << 8  # The two marks of a Python int in the place of an int64, as one number.

Slabs = tuple[Sequence[bytes], bytes]
"""A slab for each leaf, and the marks of dtypes and Python types in turn."""


class ColumnActions:
    """Reads actions as the environment would have got them without a bridge.

    Attributes:
        read: What lies there, copied, and the action that it is: one, or one a lane, be it as an array.
            ProtocolError: it is none.
    """

    def __init__(self, memory: mmap.mmap | memoryview, layout: FileLayout, action: Layout, single: bool) -> None:
        """Looks at the columns.

        Args:
            memory: Where they lie.
            layout: Where in it.
            action: Of the action space of one lane.
            single: Whether there is one action, and not one a lane.
        """
        whole = memoryview(memory)
        self._leaves = leaves = [leaf for leaf in action.leaves if isinstance(leaf, FixedLeaf)]
        self._lanes = layout.lanes
        self._reader = ActionReader(action, layout.lanes)
        self._marks = whole[at.MARKS_AT : at.MARKS_AT + 2 * len(leaves)]
        self._rooms = [
            whole[start : start + room] for start, room in zip(layout.actions, layout.action_room, strict=True)
        ]
        self._single = single
        root = action.root
        self.read: Callable[[], tuple[Any, Any]] = self._any
        if isinstance(root, FixedLeaf) and root.discrete and root.dtype == np.dtype("<i8"):
            scalars = np.frombuffer(memory, "<i8", layout.lanes, layout.actions[0])
            self.read = self._one_integer(scalars) if single else self._integers(scalars)

    def _one_integer(self, scalars: Any) -> Callable[[], tuple[Any, Any]]:
        """Of the commonest space; a function that holds what it works with, for every step goes through it."""
        mark, integers, others = self._marks.cast("H"), self._rooms[0].cast("q"), self._any

        def read() -> tuple[Any, Any]:
            kind = mark[0]
            if kind == 0:
                action = scalars[0]
            elif kind == _INT:
                action = integers[0]
            else:
                return others()
            return action, action

        return read

    def _integers(self, scalars: Any) -> Callable[[], tuple[Any, Any]]:
        """The same of many lanes."""
        mark = self._marks.cast("H")

        def read() -> tuple[Any, Any]:
            if mark[0]:
                return self._any()
            actions = scalars.copy()
            return ([actions.tobytes()], b"\0\0"), actions

        return read

    def _any(self) -> tuple[Any, Any]:
        slabs, marks = self._slabs()
        types = marks[1::2]
        actions = self._reader.of(slabs, marks[::2], types if any(types) else b"")
        return (slabs, marks), actions[0] if self._single else actions

    def _slabs(self) -> Slabs:
        marks = bytes(self._marks)
        slabs = []
        for leaf, room, mark in zip(self._leaves, self._rooms, marks[::2], strict=True):
            size = leaf.nbytes * self._lanes
            if mark:
                dtype = DTYPES.get(mark)
                if dtype is None:
                    raise ProtocolError(f"leaf {leaf.index} '{leaf.name}': an action of dtype {mark}")
                size = size // leaf.dtype.itemsize * dtype.itemsize
            if size > len(room):
                raise ProtocolError(f"leaf {leaf.index} '{leaf.name}': {size} bytes do not fit into the column")
            slabs.append(bytes(room[:size]))
        return slabs, marks

    def write(self, read: Any, step: pb.Step) -> None:
        """Puts what was read into a message."""
        if type(read) is tuple:
            slabs, marks = read
        else:
            slabs = [int(read).to_bytes(8, "little", signed=True)]
            marks = bytes((0, pb.PYTHON_TYPE_INT if type(read) is int else 0))
        step.action.extend(slabs)
        if any(marks[::2]):
            step.action_dtypes.extend(marks[::2])
        if any(marks[1::2]):
            step.action_types.extend(marks[1::2])
