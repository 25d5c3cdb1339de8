"""The infos of a vector environment's lanes, which come by key and go by lane."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gymbridge._dtypes import DTYPES
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._generated import values_pb2
from gymbridge._host.info_forms import Encode

# How Gymnasium's infos of vector environments say what an episode ended with.
FINAL_OBSERVATION, FINAL_INFO = "final_obs", "final_info"

_NUMBERS = frozenset(DTYPES.values())


class VectorInfos:
    """Writes the infos of all lanes into replies.

    Infos of numbers alone, one a lane, as ALE's are in every step, are written into the bytes of the last step that
    had the same keys and dtypes: messages of all lanes would have to be built anew, which takes longer than a game.
    """

    def __init__(self, lanes: int, encode: Encode) -> None:
        """Prepares to write.

        Args:
            lanes: How many.
            encode: Writes one info; see :meth:`Stepper.encode_info`.
        """
        self._lanes = lanes
        self._encode = encode
        self._form: list[tuple[str, Any]] | None = None
        self._kept: Any = None
        self._places: Any = None

    def write(self, infos: Any, final: Any) -> bytes:
        """The bytes of a reply that has nothing but these infos.

        Args:
            infos: What the environment gave.
            final: By lane, whether its episode ended in a step that began the next one; None where none did.
        """
        arrays = self._arrays(infos) if final is None else None
        if arrays is None:
            reply = pb.Reply()
            self._write_each(infos, final, reply)
            return reply.SerializeToString()
        numbers = b"".join([array.tobytes() for array in arrays.values()])
        self._kept[self._places] = np.frombuffer(numbers, np.uint8)
        raw: bytes = self._kept.tobytes()
        return raw

    def _arrays(self, infos: Any) -> Any:
        """The infos by key where the kept bytes are of their form, from now on; None for those that have none."""
        if self._is_of_form(infos):
            return infos
        arrays = self._numbers(infos)
        return arrays if arrays is not None and self._has_form(arrays) else None

    def _is_of_form(self, infos: Any) -> bool:
        """Whether infos are those of the step before with other numbers: the quick look, which knows no masks."""
        form, shape = self._form, (self._lanes,)
        if form is None or len(form) != len(infos):
            return False
        for (key, value), (kept, dtype) in zip(infos.items(), form, strict=True):
            if key != kept or type(value) is not np.ndarray or value.dtype is not dtype or value.shape != shape:
                return False
        return True

    def _numbers(self, infos: Any) -> dict[str, Any] | None:
        """The infos by key where each is a number for every lane; None for all others."""
        arrays = {}
        for key, value in infos.items():
            if type(key) is not str or type(value) is not np.ndarray or value.shape != (self._lanes,):
                return None
            if key.startswith("_"):
                if key[1:] not in infos or value.dtype != np.bool_ or not value.all():
                    return None
            elif value.dtype not in _NUMBERS or key in (FINAL_OBSERVATION, FINAL_INFO):
                return None
            else:
                arrays[key] = value
        return arrays

    def _has_form(self, arrays: dict[str, Any]) -> bool:
        """Makes the kept bytes those of such numbers; False if something in them was left out."""
        form = [(key, array.dtype) for key, array in arrays.items()]
        if form != self._form:
            self._form, kept = None, pb.Reply()
            self._write_each(arrays, None, kept)
            rows = [message.info.dict.values for message in kept.infos]
            if any(len(row) != len(arrays) for row in rows):
                return False
            self._kept, places = _places(kept, [number.scalar for row in rows for number in row])
            by_key = [place for index in range(len(arrays)) for place in places[index :: len(arrays)]]
            self._places = np.concatenate(by_key) if by_key else np.empty(0, np.intp)
            self._form = form
        return True

    def _write_each(self, infos: Any, final: Any, reply: pb.Reply) -> None:
        whole = {key: value for key, value in infos.items() if key.lstrip("_") not in (FINAL_OBSERVATION, FINAL_INFO)}
        last = infos.get(FINAL_INFO, {})
        for lane in range(self._lanes):
            info = dict(_entries(whole, lane))
            final_info = dict(_entries(last, lane)) if final is not None and final[lane] else {}
            if info or final_info:
                message = reply.infos.add(lane=lane)
                if info:
                    self._encode(info, message.info, "info")
                if final_info:
                    self._encode(final_info, message.final_info, "final_info")


def _places(reply: pb.Reply, numbers: list[values_pb2.NDArray]) -> tuple[Any, list[Any]]:
    """The bytes of a message, and where in them the data of each of its numbers lie."""

    def filled(byte: bytes) -> Any:
        for number in numbers:
            number.data = byte * len(number.data)
        return np.frombuffer(reply.SerializeToString(), np.uint8)

    # They are found by what changes with them: sizes and all else stay as they are.
    low, high = filled(b"\0"), filled(b"\xff")
    ends = np.cumsum([len(number.data) for number in numbers])
    return low.copy(), np.split(np.flatnonzero(low != high), ends[:-1])


def _entries(infos: Any, lane: int) -> Iterator[tuple[Any, Any]]:
    """What the infos of all lanes say of one; a key has a mask where the same key after an underscore is one."""
    for key, value in infos.items():
        mask = infos.get(f"_{key}") if isinstance(key, str) else None
        if isinstance(key, str) and key.startswith("_") and key[1:] in infos:
            continue
        if mask is not None and not mask[lane]:
            continue
        if isinstance(value, dict):
            inner = dict(_entries(value, lane))
            if inner:
                yield key, inner
        elif isinstance(value, (np.ndarray, list, tuple)) and len(value) > lane:
            yield key, value[lane]
        else:
            yield key, value
