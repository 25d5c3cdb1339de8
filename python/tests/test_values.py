from __future__ import annotations

import collections
import datetime
import decimal
import os
import pathlib
import sys
import types
import uuid
from enum import Enum, IntEnum
from typing import Any, NamedTuple

import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete, GraphInstance, MultiBinary, Sequence, Text, Tuple
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gymbridge import ProtocolError, _values
from gymbridge._dtypes import DTYPES
from gymbridge._generated import values_pb2 as pb
from strict import assert_same

EXAMPLES = int(os.environ.get("GYMBRIDGE_EXAMPLES", "2000"))

scalar_types = st.sampled_from(list(DTYPES.values()))
arrays = scalar_types.flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
scalars = scalar_types.flatmap(lambda dtype: hnp.from_dtype(dtype)).map(lambda value: value)
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**200), 2**200)
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=20)
    | arrays
    | scalars
)
keys = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.tuples(st.integers(), st.text(max_size=2))
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=20,
)


def round_trip(value: Any) -> Any:
    return _values.decode(pb.Value.FromString(_values.encode(value).SerializeToString()))


@settings(max_examples=EXAMPLES, deadline=None)
@given(values)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    assert_same(round_trip(value), value)


@settings(max_examples=200, deadline=None)
@given(values)
def test_encoding_again_gives_the_same_bytes(value: Any) -> None:
    first = _values.encode(value).SerializeToString()
    assert _values.encode(_values.decode(pb.Value.FromString(first))).SerializeToString() == first


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 2**130, -(2**130), 255, -256])
def test_integers_of_any_size(number: int) -> None:
    assert_same(round_trip(number), number)


def test_big_integers_take_the_shortest_form() -> None:
    assert _values.encode(2**63).big_integer == bytes(7) + b"\x80\x00"
    assert _values.encode(-(2**63) - 1).big_integer == b"\xff" * 7 + b"\x7f\xff"


def test_key_order_is_kept() -> None:
    assert list(round_trip({"z": 1, "a": 2, 3: 4})) == ["z", "a", 3]


@pytest.mark.parametrize("space", [Discrete(3, start=-1), Box(-1, 1, (2,), np.float32)])
def test_spaces_are_values(space: Any) -> None:
    back = round_trip({"space": space})["space"]
    assert back == space and type(back) is type(space)


def test_fortran_order_and_views_come_back_row_major() -> None:
    array = np.arange(12, dtype=np.int32).reshape(3, 4)
    for view in (np.asfortranarray(array), array[::2, ::-1], array.T):
        back = round_trip(view)
        np.testing.assert_array_equal(back, view)
        assert back.flags.c_contiguous and back.flags.writeable and back.flags.owndata


class Colour(IntEnum):
    RED = 1


class Pair(NamedTuple):
    a: int


class MyText(str):
    pass


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ({"a": [1, object()]}, r"value\['a'\]\[1\]: object cannot be carried"),
        ({"f": print}, r"value\['f'\]: builtin_function_or_method cannot be carried"),
        (np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]), "dtype"),
        (np.longdouble(1), "dtype"),
        (np.ma.masked_array([1]), "MaskedArray"),
        ("\ud800", "lone surrogate"),
    ],
)
def test_what_cannot_be_carried_is_refused_with_its_path(value: Any, what: str) -> None:
    with pytest.raises(TypeError, match=what):
        _values.encode(value)


class Word(str, Enum):
    UP = "up"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Colour.RED, 1),
        (Word.UP, "up"),
        (Enum("Kind", {"A": (1, "a")})["A"], (1, "a")),
        (Pair(1), (1,)),
        (MyText("a"), "a"),
        (collections.OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (collections.defaultdict(int, a=1), {"a": 1}),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (types.MappingProxyType({"a": 1}), {"a": 1}),
        (collections.deque([1, 2]), [1, 2]),
        (range(3), [0, 1, 2]),
        (np.str_("a"), "a"),
        (np.bytes_(b"a"), b"a"),
        (bytearray(b"ab"), b"ab"),
        (memoryview(b"ab"), b"ab"),
        (datetime.date(2020, 1, 2), "2020-01-02"),
        (datetime.datetime(2020, 1, 2, 3, 4, 5), "2020-01-02T03:04:05"),
        (datetime.timedelta(days=1, seconds=2), "1 day, 0:00:02"),
        (decimal.Decimal("1.50"), "1.50"),
        (uuid.UUID(int=5), "00000000-0000-0000-0000-000000000005"),
        (pathlib.PurePosixPath("/a/b"), "/a/b"),
        (np.array([1.0, 2.0], ">f8"), np.array([1.0, 2.0])),
        (np.matrix([[1, 2]]), np.array([[1, 2]])),
    ],
)
def test_what_has_an_obvious_meaning_is_converted(value: Any, expected: Any) -> None:
    assert_same(round_trip(value), expected)
    assert_same(round_trip({"a": [value]}), {"a": [expected]})


@pytest.mark.parametrize(
    "value",
    [
        {1, 2, "a"},
        frozenset((1, (2, 3))),
        1j,
        np.array([1j, 2.5 - 1j], np.complex64),
        np.complex128(1j),
        np.array(["a", "longer", ""]),
        np.array([b"S", b"FF"]),
        np.array([[b"S", b"F"]], "S1"),
        np.array([], "U3"),
        np.array([None, 1, "a", np.arange(3)], object),
        np.datetime64("2020-01-01T00:00:01", "ns"),
        np.array(["2020-01-01", "NaT"], "datetime64[D]"),
        np.timedelta64(7, "25s"),
        GraphInstance(np.zeros((2, 3), np.float32), None, None),
        GraphInstance(np.zeros((2,), np.int64), np.zeros((1, 2)), np.zeros((1, 2), np.int32)),
        [MultiBinary([2, 3]), Tuple([Text(3), Sequence(Discrete(2))])],
    ],
)
def test_kinds_beside_the_plain_ones(value: Any) -> None:
    assert_same(round_trip(value), value)


def test_an_info_goes_without_what_cannot_be_carried() -> None:
    left: list[tuple[str, str]] = []
    message = pb.Value()
    info = {
        "a": 1,
        "object": object(),
        "nested": {"f": print, "ok": [1, {"deep": object(), "kept": 2}]},
        "list": [1, object()],
        "text": "x" * 70_000,
        "many": list(range(150_000)),
        "bad": Broken(),
        "z": 3,
    }
    _values.encode_info(info, message, "info", lambda path, value, reason: left.append((path, type(value).__name__)))
    assert_same(_values.decode(message), {"a": 1, "nested": {"ok": [1, {"kept": 2}]}, "z": 3})
    assert left == [
        ("info['object']", "object"),
        ("info['nested']['f']", "builtin_function_or_method"),
        ("info['nested']['ok'][1]['deep']", "object"),
        ("info['list']", "list"),
        ("info['text']", "str"),
        ("info['many']", "list"),
        ("info['bad']", "Broken"),
    ]


class Broken:
    def __array__(self, *_: Any) -> Any:
        raise RuntimeError("no array")


def test_limits_of_the_sender() -> None:
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    with pytest.raises(ValueError, match="deeper than 32"):
        _values.encode(deep)
    with pytest.raises(ValueError, match="more than 100,000 items"):
        _values.encode([0] * 100_001)
    with pytest.raises(ValueError, match="65,537 bytes is over the limit"):
        _values.encode("x" * 65_537)
    recursive: list[Any] = []
    recursive.append(recursive)
    with pytest.raises(ValueError, match="deeper"):
        _values.encode(recursive)


def nested(depth: int) -> pb.Value:
    message = pb.Value(none=True)
    for _ in range(depth):
        message = pb.Value(list=pb.Value.List(items=[message]))
    return message


BAD = {
    "no kind": (pb.Value(), "without a kind"),
    "deep": (nested(33), "deeper than 32"),
    "many": (pb.Value(list=pb.Value.List(items=[pb.Value(none=True)] * 100_001)), "more than 100,000"),
    "unequal dict": (pb.Value(dict=pb.Value.Dict(keys=[pb.Value(none=True)])), "1 keys and 0 values"),
    "twice": (
        pb.Value(dict=pb.Value.Dict(keys=[pb.Value(integer=1)] * 2, values=[pb.Value(none=True)] * 2)),
        "there twice",
    ),
    "list as key": (
        pb.Value(dict=pb.Value.Dict(keys=[pb.Value(list=pb.Value.List())], values=[pb.Value(none=True)])),
        "cannot be a key",
    ),
    "short array": (pb.Value(array=pb.NDArray(dtype=pb.DTYPE_FLOAT32, shape=[3], data=bytes(11))), "12 bytes expected"),
    "dtype": (pb.Value(array=pb.NDArray(dtype=19, shape=[1], data=b"1")), "unknown dtype 19"),  # type: ignore[arg-type]
    "overflow": (pb.Value(array=pb.NDArray(dtype=pb.DTYPE_INT8, shape=[2**32, 2**32])), "too large"),
    "huge and empty": (pb.Value(array=pb.NDArray(dtype=pb.DTYPE_INT8, shape=[0, 2**63])), "too large"),
    "rank": (pb.Value(array=pb.NDArray(dtype=pb.DTYPE_INT8, shape=[1] * 65, data=b"1")), "65 dimensions"),
    "scalar shape": (pb.Value(scalar=pb.NDArray(dtype=pb.DTYPE_INT8, shape=[1], data=b"1")), "has the shape"),
    "space": (pb.Value(space=pb.Space()), "a kind that this version does not know"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_messages_are_protocol_errors(name: str) -> None:
    message, text = BAD[name]
    with pytest.raises(ProtocolError, match=text):
        _values.decode(message)


@settings(max_examples=500, deadline=None)
@given(values, st.data())
def test_mutated_bytes_never_raise_anything_else(value: Any, data: st.DataObject) -> None:
    raw = bytearray(_values.encode(value).SerializeToString())
    if raw:
        for _ in range(data.draw(st.integers(1, 3))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    message = pb.Value()
    try:
        message.ParseFromString(bytes(raw))
    except Exception as error:
        assert type(error).__name__ == "DecodeError"
        return
    try:
        _values.decode(message)
    except ProtocolError:
        pass


def test_bools_from_the_wire_are_0_or_1() -> None:
    array = _values.decode(pb.Value(array=pb.NDArray(dtype=pb.DTYPE_BOOL, shape=[3], data=b"\x00\x01\x07")))
    assert array.view(np.uint8).tolist() == [0, 1, 1]


def test_deep_values_do_not_exhaust_the_stack() -> None:
    value: Any = "leaf"
    for _ in range(_values.MAX_DEPTH - 1):
        value = {"k": value}
    limit = sys.getrecursionlimit()
    assert_same(round_trip(value), value)
    assert sys.getrecursionlimit() == limit


@pytest.mark.parametrize("name", ["a", "", "\u00e9", "x" * 101])
@pytest.mark.parametrize("number", [True, 0, -1, 2**63 - 1, 2**63, -(2**63), 0.0, -0.0, 1.5, float("inf")])
def test_numbers_in_dicts_are_written_as_by_themselves(name: str, number: Any) -> None:
    info = pb.Value()
    _values.encode_info({name: number}, info, "info", lambda path, value, reason: pytest.fail(reason))
    for message in (_values.encode({name: number}), info):
        assert list(message.dict.keys) == [_values.encode(name)]
        assert list(message.dict.values) == [_values.encode(number)]


def test_numbers_in_dicts_count_as_items() -> None:
    encoder = _values._Encoder(None)
    encoder._budget.items = 5
    encoder.write({"a": 1, "b": 2}, pb.Value(), "value", 0)
    encoder._budget.items = 4
    with pytest.raises(ValueError, match="more than"):
        encoder.write({"a": 1, "b": 2}, pb.Value(), "value", 0)
