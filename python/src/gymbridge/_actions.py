"""Actions on the wire: what was given is what arrives (docs/protocol.md, section 6)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import spaces

from gymbridge import _python_types, _values
from gymbridge._dtypes import DTYPES, read_bools, wire_dtype
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._generated import values_pb2
from gymbridge._leaves import FixedLeaf, Layout, VariableLeaf
from gymbridge._packing import InexactError
from gymbridge._python_types import DEFAULT
from gymbridge.errors import ActionError, ProtocolError

_NO_DTYPE = values_pb2.DTYPE_UNSPECIFIED
_INT64_MIN, _INT64_MAX = -(1 << 63), (1 << 63) - 1

_PACK_INT64 = struct.Struct("<q").pack

Part = tuple[bytes, int, int]
"""A leaf's slab, its dtype where that is not the space's, and its Python type."""


class ActionWriter:
    """Writes actions into a Step message, one lane or a batch of them."""

    def __init__(self, layout: Layout, step: pb.Step, lanes: int, exact: bool) -> None:
        """Prepares the message.

        Args:
            layout: Of the action space of one lane.
            step: The message that is used for every step.
            lanes: How many.
            exact: Whether the server takes actions that do not fit the slabs.
        """
        self._layout = layout
        self._step = step
        self._lanes = lanes
        self._exact = exact
        self._marks: tuple[tuple[int, int], ...] | None = None  # dtypes and types that the message holds now
        self._default = tuple((_NO_DTYPE, DEFAULT) for _ in layout.leaves)
        self._integer: tuple[tuple[int, int], ...] | None = None  # The marks of a Python int, where that is an action
        leaf = layout.root
        self._root = leaf if isinstance(leaf, FixedLeaf) else None
        self._scalar = leaf.dtype.type if self._root is not None and leaf.discrete else None  # type: ignore[union-attr]
        if self._scalar is not None and self._root is not None:
            self._integer = ((_dtype_mark(self._root, np.dtype("<i8")), pb.PYTHON_TYPE_INT),)
        step.action.extend([b""] * layout.count)

    def one(self, action: Any) -> None:
        """Writes the action of one lane.

        Raises:
            ActionError: The server takes no such action.
        """
        root = self._root
        if root is not None:
            kind = type(action)
            if self._marks is self._default:
                if kind is self._scalar or (
                    kind is np.ndarray
                    and action.dtype == root.dtype
                    and action.shape == root.shape
                    and self._scalar is None
                ):
                    self._step.action[0] = action.tobytes()
                    return
            elif kind is int and self._marks is self._integer and _INT64_MIN <= action <= _INT64_MAX:
                self._step.action[0] = _PACK_INT64(action)
                return
        try:
            parts = [_one_part(leaf, part) for leaf, part in self._parts(action)]
        except (InexactError, TypeError, ValueError, OverflowError, AttributeError, KeyError):
            self._write_exact(action)
        else:
            self._write(parts)

    def many(self, actions: Any) -> None:
        """Writes the actions of all lanes.

        Raises:
            TypeError: A single number was given for many lanes, as Gymnasium says it.
            ValueError: Wrong count of lanes, as Gymnasium says it.
            ActionError: The server takes no such action.
        """
        root, lanes = self._root, self._lanes
        if root is not None and self._marks is self._default:
            if type(actions) is np.ndarray and actions.dtype == root.dtype and actions.shape == (lanes, *root.shape):
                self._step.action[0] = actions.tobytes()
                return
        self._check_count(actions)
        try:
            parts = [_batch_part(leaf, part, lanes) for leaf, part in self._parts(actions)]
        except (InexactError, TypeError, ValueError, OverflowError, AttributeError, KeyError):
            self._write_exact(actions)
        else:
            self._write(parts)

    def _parts(self, value: Any) -> list[tuple[FixedLeaf | VariableLeaf, Any]]:
        return list(zip(self._layout.leaves, self._layout.split(value), strict=True))

    def _check_count(self, actions: Any) -> None:
        if isinstance(self._layout.space, (spaces.Tuple, spaces.Dict)):
            return  # A tuple or dict of batches; their leaves are checked one by one.
        try:
            count = len(actions)
        except TypeError:
            raise TypeError(f"Unable to iterate over the following elements: {actions}") from None
        if count != self._lanes:
            raise ValueError(f"One action for each environment expected ({self._lanes}), got {count}")

    def _write(self, parts: list[Part]) -> None:
        step = self._step
        marks = tuple((dtype, number) for _, dtype, number in parts)
        if not self._exact and marks != self._default:
            parts = [self._plain(leaf, part) for leaf, part in zip(self._layout.leaves, parts, strict=True)]
            marks = self._default
        if len(step.action) != len(parts):
            del step.action[:]
            step.action.extend([slab for slab, _, _ in parts])
        else:
            for index, (slab, _, _) in enumerate(parts):
                step.action[index] = slab
        if marks == self._marks:
            return
        step.ClearField("exact_action")
        del step.action_dtypes[:]
        del step.action_types[:]
        if marks == self._default:
            self._marks = self._default
            return
        if any(dtype for dtype, _ in marks):
            step.action_dtypes.extend([dtype for dtype, _ in marks])  # type: ignore[misc]
        if any(number for _, number in marks):
            step.action_types.extend([number for _, number in marks])  # type: ignore[misc]
        self._marks = self._integer if marks == self._integer else marks

    def _plain(self, leaf: FixedLeaf | VariableLeaf, part: Part) -> Part:
        """A part for a server that takes the space's own dtype only."""
        slab, dtype, _ = part
        if dtype and isinstance(leaf, FixedLeaf):
            array = np.frombuffer(slab, DTYPES[dtype])
            cast = array.astype(leaf.dtype)
            if leaf.dtype.kind != "f" and not np.array_equal(cast, array):
                raise self._misfit(array)
            slab = cast.tobytes()
        return slab, _NO_DTYPE, DEFAULT

    def _write_exact(self, action: Any) -> None:
        if not self._exact:
            raise self._misfit(action)
        step = self._step
        try:
            carried = _values.encode(action, "action")
        except (TypeError, ValueError) as error:
            raise self._misfit(action, str(error)) from None
        del step.action[:]
        del step.action_dtypes[:]
        del step.action_types[:]
        step.exact_action.CopyFrom(carried)
        self._marks = None

    def _misfit(self, action: Any, reason: str = "") -> ActionError:
        shape = f", shape {list(action.shape)}" if isinstance(action, np.ndarray) else ""
        return ActionError(
            f"Action {action!r:.200} ({type(action).__name__}{shape}) cannot be carried to an environment whose action "
            f"space is {self._layout.space}{': ' if reason else ''}{reason}."
        )


def _one_part(leaf: FixedLeaf | VariableLeaf, value: Any) -> Part:
    if isinstance(leaf, VariableLeaf):
        packed = bytearray()
        leaf.packer.pack(value, packed, True)
        return bytes(packed), _NO_DTYPE, DEFAULT
    if isinstance(value, (np.ndarray, np.generic)):
        if value.shape != leaf.shape:
            raise InexactError
        scalar = isinstance(value, np.generic)
        number = DEFAULT
        if leaf.shape == () and scalar != leaf.discrete:
            number = pb.PYTHON_TYPE_NUMPY_SCALAR if scalar else pb.PYTHON_TYPE_NDARRAY
        return _slab(leaf, value), _dtype_mark(leaf, value.dtype), number
    if leaf.shape != ():
        raise InexactError
    kind = type(value)
    if kind is bool:
        dtype: np.dtype[Any] = np.dtype(np.bool_)
    elif kind is int and _INT64_MIN <= value <= _INT64_MAX and leaf.dtype.kind in "iu":
        dtype = np.dtype("<i8")
    elif kind is float and leaf.dtype.kind == "f":
        dtype = np.dtype("<f8")
    else:
        raise InexactError
    return np.array(value, dtype).tobytes(), _dtype_mark(leaf, dtype), _python_types.NUMBERS[kind]


def _batch_part(leaf: FixedLeaf | VariableLeaf, value: Any, lanes: int) -> Part:
    if isinstance(leaf, VariableLeaf):
        if len(value) != lanes or type(value) is not tuple:
            raise InexactError
        packed = bytearray()
        for item in value:
            leaf.packer.pack(item, packed, True)
        return bytes(packed), _NO_DTYPE, DEFAULT
    if isinstance(value, np.ndarray):
        if value.shape != (lanes, *leaf.shape):
            raise InexactError
        return _slab(leaf, value), _dtype_mark(leaf, value.dtype), DEFAULT
    if leaf.shape == () and leaf.dtype.kind in "iu" and len(value) == lanes:
        kinds = {type(item) for item in value}
        if kinds == {int}:
            dtype = np.dtype("<i8")
            return np.array(value, dtype).tobytes(), _dtype_mark(leaf, dtype), pb.PYTHON_TYPE_INT
        if kinds == {leaf.dtype.type}:
            return np.array(value, leaf.dtype).tobytes(), _NO_DTYPE, DEFAULT
    raise InexactError


def _dtype_mark(leaf: FixedLeaf, dtype: np.dtype[Any]) -> int:
    if dtype == leaf.dtype:
        return _NO_DTYPE
    if dtype.kind not in "biuf" or (dtype.kind in "iu") != (leaf.dtype.kind in "iu"):
        raise InexactError
    return wire_dtype(dtype, leaf.name)


def _slab(leaf: FixedLeaf, array: Any) -> bytes:
    if array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
    data: bytes = array.tobytes()
    return data


class ActionReader:
    """Reads actions of Step messages, as the environment would have got them without a bridge."""

    def __init__(self, layout: Layout, lanes: int) -> None:
        """Prepares to read.

        Args:
            layout: Of the action space of one lane.
            lanes: How many.
        """
        self._layout = layout
        self._lanes = lanes
        self._root = layout.root
        self._batched = None if lanes == 1 else layout

    def one(self, step: pb.Step) -> Any:
        """The action of a session of one lane.

        Raises:
            ProtocolError: The slabs do not fit.
        """
        if self._root is not None and len(step.action) == 1 and not step.action_dtypes and not step.action_types:
            return self._root.one(step.action[0])
        return self.all(step)[0]

    def all(self, step: pb.Step) -> Sequence[Any]:
        """The actions by lane.

        Raises:
            ProtocolError: The slabs do not fit, or there is not one action a lane.
        """
        if step.HasField("exact_action"):
            if len(step.action):
                raise ProtocolError("action: either slabs or an exact action, not both")
            return self._exact(_values.decode(step.exact_action, "action"))
        return self.of(step.action, step.action_dtypes, step.action_types)

    def of(self, slabs: Sequence[bytes], dtypes: Sequence[int], types: Sequence[int]) -> Sequence[Any]:
        """The actions of slabs by lane.

        Args:
            slabs: By leaf.
            dtypes: Their dtypes where they are not the space's; empty where all are.
            types: Their Python types; empty where all are the default.

        Raises:
            ProtocolError: The slabs do not fit.
        """
        layout, lanes = self._layout, self._lanes
        if len(slabs) != layout.count:
            layout.check_count(slabs)
        columns = [
            _column(leaf, slab, lanes, dtype, number)
            for leaf, slab, dtype, number in zip(
                layout.leaves,
                slabs,
                self._marks(dtypes, "action dtypes"),
                self._marks(types, "action types"),
                strict=True,
            )
        ]
        if layout.root is not None:
            return columns[0]
        return [layout.join([column[lane] for column in columns]) for lane in range(lanes)]

    def _marks(self, marks: Any, name: str) -> Sequence[int]:
        if not marks:
            return (0,) * self._layout.count
        if len(marks) != self._layout.count:
            raise ProtocolError(f"{name}: {self._layout.count} expected, one a leaf, got {len(marks)}")
        return list(marks)

    def _exact(self, value: Any) -> Sequence[Any]:
        if self._lanes == 1:
            return [value]
        space = self._layout.space
        actions: list[Any] = []
        try:
            if isinstance(space, spaces.Tuple):
                actions.extend(zip(*value, strict=True))
            elif isinstance(space, spaces.Dict):
                rows = zip(*(value[key] for key in space.spaces), strict=True)
                actions.extend(dict(zip(space.spaces, row, strict=True)) for row in rows)
            else:
                actions.extend(value)
        except (TypeError, ValueError, KeyError):
            actions = []
        if len(actions) != self._lanes:
            raise ProtocolError(
                f"action: a batch of one action for each lane ({self._lanes}) is expected, got {type(value).__name__}"
            )
        return actions


def _column(leaf: FixedLeaf | VariableLeaf, slab: bytes, lanes: int, number: int, python_type: int) -> Sequence[Any]:
    """A leaf's values by lane; no two lanes share bytes that a third sees."""
    if isinstance(leaf, VariableLeaf):
        return leaf.batch(slab, lanes)
    if number == _NO_DTYPE:
        batch = leaf.batch(slab, lanes)
    else:
        dtype = DTYPES.get(number)
        if dtype is None or dtype.kind not in "biuf":
            raise ProtocolError(f"leaf {leaf.index} '{leaf.name}': an action of dtype {number}")
        leaf.check(slab, lanes, dtype)
        shape = (lanes, *leaf.shape)
        batch = read_bools(slab, shape) if dtype == np.bool_ else np.frombuffer(slab, dtype).reshape(shape).copy()
    if leaf.shape != ():
        return list(batch)
    cast = _python_types.CASTS.get(python_type)
    if cast is not None:
        return [cast(item) for item in batch]
    as_array = python_type == pb.PYTHON_TYPE_NDARRAY or (not leaf.discrete and python_type == DEFAULT)
    return [np.array(item) for item in batch] if as_array else list(batch)
