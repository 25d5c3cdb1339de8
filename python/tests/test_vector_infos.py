"""Infos of vector environments: what is written over the message of the last step is what would be written anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gymbridge import _values
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host.vector_infos import VectorInfos

LANES = 3


def encode(info: Any, out: Any, name: str) -> None:
    _values.encode_info(info, out, name, lambda path, value, reason: None)


def written(writer: VectorInfos, infos: Any, final: Any = None) -> list[tuple[int, Any, Any]]:
    reply = pb.Reply.FromString(writer.write(infos, final))
    return [
        (
            message.lane,
            _values.decode(message.info, "info") if message.HasField("info") else None,
            _values.decode(message.final_info, "info") if message.HasField("final_info") else None,
        )
        for message in reply.infos
    ]


def ale(step: int) -> dict[str, Any]:
    return {
        "lives": np.array([5, 4, step], np.int32),
        "frame_number": np.arange(LANES, dtype=np.int32) + 4 * step,
        "speed": np.array([0.5, -1.0, step / 3]),
        "fire": np.array([True, False, step % 2 == 0]),
    }


@pytest.mark.parametrize("between", [{}, {"note": ["a", "b", "c"]}, {"lives": np.array([1, 2, 3], np.int64)}])
def test_numbers_of_every_step_are_those_of_the_step(between: dict[str, Any]) -> None:
    writer = VectorInfos(LANES, encode)
    for step in range(3):
        infos = ale(step)
        for lane, info, final_info in written(writer, infos):
            assert final_info is None
            assert list(info) == list(infos)
            for key, value in info.items():
                assert type(value) is type(infos[key][lane])
                assert value == infos[key][lane]
        rows = written(writer, between)
        assert rows == [
            (lane, {key: value[lane] for key, value in between.items()}, None) for lane in range(LANES) if between
        ]


def test_masks_choose_the_lanes() -> None:
    writer = VectorInfos(LANES, encode)
    values, all_of_them = np.array([1.0, 2.0, 3.0]), np.ones(LANES, bool)
    for mask in (all_of_them, np.array([True, False, True]), all_of_them):
        rows = written(writer, {"x": values, "_x": mask})
        assert rows == [(lane, {"x": values[lane]}, None) for lane in range(LANES) if mask[lane]]


def test_what_the_wire_lacks_is_left_out_beside_numbers() -> None:
    writer = VectorInfos(LANES, encode)
    for key in ("x", "k" * 70_000):  # A key that is too long for the wire.
        rows = written(writer, {"y": np.zeros(LANES), key: np.ones(LANES, np.longdouble)})
        assert rows == [(lane, {"y": 0.0}, None) for lane in range(LANES)]
    rows = written(writer, {"y": np.zeros(LANES), "k" * 70_000: np.ones(LANES)})
    assert rows == [(lane, {"y": 0.0}, None) for lane in range(LANES)]


def test_last_infos_of_episodes_are_beside_the_first_ones() -> None:
    writer = VectorInfos(LANES, encode)
    infos = {
        "x": np.arange(3.0),
        "final_info": {"score": np.array([0, 9, 0]), "_score": np.array([False, True, False])},
        "_final_info": np.array([False, True, False]),
        "final_obs": np.zeros((LANES, 2)),
        "_final_obs": np.array([False, True, False]),
    }
    final = np.array([False, True, False])
    assert written(writer, infos, final) == [
        (0, {"x": 0.0}, None),
        (1, {"x": 1.0}, {"score": 9}),
        (2, {"x": 2.0}, None),
    ]
