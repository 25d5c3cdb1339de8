from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from gymnasium.spaces import Box, Dict, Discrete, Space
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gymbridge import ProtocolError, _spaces
from gymbridge._dtypes import DTYPES
from gymbridge._generated import values_pb2 as pb


def round_trip(space: Space[Any]) -> Any:
    return _spaces.decode(pb.Space.FromString(_spaces.encode(space).SerializeToString()))


def assert_same_box(first: Box, second: Box) -> None:
    assert first == second and repr(first) == repr(second)
    assert first.dtype == second.dtype and first.shape == second.shape
    for name in ("low", "high", "bounded_below", "bounded_above"):
        a, b = getattr(first, name), getattr(second, name)
        assert a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes(), name


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    dtype = draw(st.sampled_from([dtype for dtype in DTYPES.values() if dtype.kind != "c"]))
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
    elements = {"allow_nan": False} if dtype.kind == "f" else {}
    first = draw(hnp.arrays(dtype, shape, elements=hnp.from_dtype(dtype, **elements)))
    second = draw(hnp.arrays(dtype, shape, elements=hnp.from_dtype(dtype, **elements)))
    if draw(st.booleans()) and first.size:
        first, second = np.full_like(first, first.flat[0]), np.full_like(second, second.flat[0])
    # NumPy makes scalars of arrays without dimensions; Box takes no bool among these.
    low, high = np.asarray(np.minimum(first, second)), np.asarray(np.maximum(first, second))
    return Box(low, high, shape, dtype.type)


@settings(max_examples=200, deadline=None)
@given(boxes())
def test_boxes_come_back_to_the_byte(box: Box) -> None:
    assert_same_box(round_trip(box), box)


@pytest.mark.parametrize(
    "box",
    [
        Box(-np.inf, np.inf, (3,), np.float32),
        Box(np.array([-4.8, -np.inf], np.float32), np.array([4.8, np.inf], np.float32)),
        Box(-np.inf, np.inf, (2,), np.int32),
        Box(np.array([-np.inf, 0.0]), np.array([1.0, np.inf]), dtype=np.int16),
        Box(0, 255, (210, 160, 3), np.uint8),
        Box(0, 1, (), np.float64),
        Box(0, 1, (2,), np.bool_),
        Box(-0.0, 0.0, (1,), np.float64),
    ],
    ids=str,
)
def test_boxes_with_unbounded_sides(box: Box) -> None:
    back = round_trip(box)
    assert_same_box(back, box)
    back.seed(5)
    box.seed(5)
    assert back.sample().tobytes() == box.sample().tobytes()


def test_equal_bounds_take_one_element() -> None:
    message = _spaces.encode(Box(0, 255, (210, 160, 3), np.uint8))
    assert len(message.SerializeToString()) < 40


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([d for d in DTYPES.values() if d.kind in "iu"]), st.data())
def test_discretes_come_back(dtype: np.dtype[Any], data: st.DataObject) -> None:
    limits = np.iinfo(dtype)
    space = Discrete(
        data.draw(st.integers(1, int(limits.max))),
        start=data.draw(st.integers(int(limits.min), int(limits.max))),
        dtype=dtype.type,
    )
    back = round_trip(space)
    assert back == space and repr(back) == repr(space)
    assert type(back.n) is type(space.n) and type(back.start) is type(space.start)


def test_a_space_of_ones_own_is_refused_with_its_path() -> None:
    class Own(Space[Any]):
        pass

    with pytest.raises(TypeError, match=r"observation\['a'\]: a space of class Own cannot be carried"):
        _spaces.encode(Dict({"a": Own()}), "observation")


def test_a_subclass_goes_as_the_space_that_it_derives_from() -> None:
    class Mine(Discrete[Any]):
        pass

    assert round_trip(Mine(2)) == Discrete(2)


F32 = pb.DTYPE_FLOAT32
ONE, NAN = np.float32(1).tobytes(), np.float32("nan").tobytes()


def box_message(**fields: Any) -> pb.Space:
    base = {"dtype": F32, "shape": [2], "low": ONE, "high": ONE, "bounded_below": b"\1", "bounded_above": b"\1"}
    return pb.Space(box=pb.Space.Box(**{**base, **fields}))


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (box_message(low=ONE + b"1"), r"space.low: 4 or 8 bytes expected .* got 5"),
        (box_message(low=NAN), "nan"),
        (box_message(high=np.float32(0).tobytes()), "low"),
        (box_message(bounded_above=b""), "bounded_above: 1 or 2 bytes"),
        (box_message(dtype=0), "unknown dtype 0"),
        (box_message(shape=[2**40]), "spread over their shapes"),
        (box_message(shape=[2**32, 2**32]), "too large"),
        (pb.Space(discrete=pb.Space.Discrete(dtype=pb.DTYPE_INT64, n=0)), "does not fit int64"),
        (pb.Space(discrete=pb.Space.Discrete(dtype=pb.DTYPE_INT8, n=300)), "does not fit int8"),
        (pb.Space(discrete=pb.Space.Discrete(dtype=pb.DTYPE_INT8, n=1, start=-129)), "does not fit int8"),
        (pb.Space(discrete=pb.Space.Discrete(dtype=F32, n=2)), "no integer dtype"),
        (pb.Space(), "does not know"),
    ],
)
def test_bad_spaces_are_protocol_errors(message: pb.Space, text: str) -> None:
    with pytest.raises(ProtocolError, match=text):
        _spaces.decode(message)
