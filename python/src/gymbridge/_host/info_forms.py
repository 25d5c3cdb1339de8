"""Infos of steps as bytes of a reply.

Most environments give infos of the same keys and types in every step. Such an info is written over the message of an
earlier one, which takes less time than a message that is built anew, and comes to the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gymbridge._dtypes import DTYPES
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._generated import values_pb2

Encode = Callable[[Any, values_pb2.Value, str], None]
"""Writes one info under a name; see :meth:`Stepper.encode_info`."""

_MOST_FORMS = 64
_LARGEST_ARRAY = 1024  # Bytes; a copy of a larger one is not worth keeping.
_LONGEST_TEXT = 1000  # Characters; a longer text may be over the limit of the wire.
_TEXT, _DATA = "text", "data"
_FIELDS = {bool: "boolean", int: "integer", float: "float", str: _TEXT}
_SCALARS = frozenset(dtype.type for dtype in DTYPES.values())

_Key = tuple[tuple[Any, ...], tuple[type, ...]]


class _Form:
    """A message of an info, and where in it the values of another one go.

    Attributes:
        reply: The message.
        lane_info: The info in it, with its lane.
        places: By entry: what holds the value, and in which field.
        arrays: By entry that is an array: its dtype and its shape, which the message has as well.
    """

    __slots__ = ("arrays", "lane_info", "places", "reply")

    def __init__(self, reply: pb.Reply, info: dict[Any, Any], kinds: tuple[type, ...]) -> None:
        """Finds the places in the message of an info."""
        self.reply = reply
        self.lane_info = reply.infos[0]
        values = self.lane_info.info.dict.values
        self.places = [_place(value, kind) for value, kind in zip(values, kinds, strict=True)]
        self.arrays = [
            (index, value.dtype, value.shape) for index, value in enumerate(info.values()) if type(value) is np.ndarray
        ]

    def fits(self, info: dict[Any, Any]) -> bool:
        """Whether the arrays of an info are as large as those of the message."""
        values = list(info.values())
        return all(values[index].dtype is dtype and values[index].shape == shape for index, dtype, shape in self.arrays)


def _place(value: values_pb2.Value, kind: type) -> tuple[Any, str]:
    if kind in _SCALARS:
        return value.scalar, _DATA
    return (value.array, _DATA) if kind is np.ndarray else (value, _FIELDS[kind])


class InfoForms:
    """Writes infos, those of known keys and types over earlier ones."""

    def __init__(self, encode: Encode) -> None:
        """Knows none yet.

        Args:
            encode: Writes an info of any kind.
        """
        self._encode = encode
        self._forms: dict[_Key, _Form] = {}

    def write(self, info: Any, lane: int = 0) -> bytes:
        """The bytes of a reply that has nothing but this info.

        Raises:
            TypeError: It is no dict.
        """
        if type(info) is not dict:
            return self._anew(info, lane).SerializeToString()
        key = tuple(info), tuple(map(type, info.values()))
        form = self._forms.get(key)
        if form is None:
            return self._learn(key, info, lane)
        if form.arrays and not form.fits(info):
            return self._anew(info, lane).SerializeToString()
        try:
            for (place, field), value in zip(form.places, info.values(), strict=True):
                if field is _DATA:
                    value = value.tobytes()
                elif field is _TEXT and len(value) > _LONGEST_TEXT:
                    return self._anew(info, lane).SerializeToString()
                setattr(place, field, value)
        except ValueError:  # An integer of more than 64 bits, or a text that is none.
            return self._anew(info, lane).SerializeToString()
        form.lane_info.lane = lane
        return form.reply.SerializeToString()

    def _anew(self, info: Any, lane: int) -> pb.Reply:
        reply = pb.Reply()
        self._encode(info, reply.infos.add(lane=lane).info, "info")
        return reply

    def _learn(self, key: _Key, info: dict[Any, Any], lane: int) -> bytes:
        reply = self._anew(info, lane)
        raw = reply.SerializeToString()
        if _has_form(key, info, reply):
            if len(self._forms) >= _MOST_FORMS:
                self._forms.clear()
            self._forms[key] = _Form(reply, info, key[1])
        return raw


def _has_form(key: _Key, info: dict[Any, Any], reply: pb.Reply) -> bool:
    """Whether all entries of an info have a place in its message, whatever values they take later."""
    names, kinds = key
    return (
        all(type(name) is str for name in names)
        and all(_has_place(value, kind) for value, kind in zip(info.values(), kinds, strict=True))
        and len(reply.infos[0].info.dict.values) == len(info)  # Nothing was left out.
    )


def _has_place(value: Any, kind: type) -> bool:
    if kind is not np.ndarray:
        return kind in _FIELDS or kind in _SCALARS
    return value.dtype.type in _SCALARS and value.dtype.isnative and value.nbytes <= _LARGEST_ARRAY
