"""Every space and every value of it, both ways: slabs of one lane, of many, of final observations, and of actions."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.vector.utils import batch_space, concatenate, create_empty_array
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gymbridge import ProtocolError, _spaces
from gymbridge._actions import ActionReader, ActionWriter
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._generated import values_pb2
from gymbridge._leaves import FixedLeaf, Layout
from gymbridge._python_types import Types
from space_oracle import build
from space_strategies import descriptions
from strict import assert_same

# CONTRIBUTING.md has the command of the long run.
EXAMPLES = int(os.environ.get("GYMBRIDGE_EXAMPLES", "2000"))
MANY = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def no_warning(text: str) -> None:
    raise AssertionError(f"nothing was to be cast: {text}")


def sampled(space: spaces.Space[Any], seed: int, count: int) -> list[Any]:
    """Samples; none of spaces from which Gymnasium itself cannot sample."""
    space.seed(seed)
    try:
        return [space.sample() for _ in range(count)]
    except (OverflowError, ValueError, KeyError):
        return []


def slabs_of(layout: Layout, values: list[Any]) -> tuple[list[bytes], list[int]]:
    columns = layout.columns(len(values))
    types = [0] * layout.count
    for lane, value in enumerate(values):
        for index, (leaf, column, part) in enumerate(zip(layout.leaves, columns, layout.split(value), strict=True)):
            types[index] = leaf.put(column, lane, part, no_warning)
    return [leaf.slab(column) for leaf, column in zip(layout.leaves, columns, strict=True)], types


def scalars(layout: Layout, value: Any) -> Any:
    """Inside of a leaf of variable size, an array without dimensions and a NumPy scalar are one."""
    if all(isinstance(leaf, FixedLeaf) for leaf in layout.leaves):
        return value
    if isinstance(value, np.ndarray):
        return value[()] if value.shape == () else value
    if isinstance(value, spaces.GraphInstance):
        return spaces.GraphInstance(*(scalars(layout, part) for part in value))
    if isinstance(value, (list, tuple)):
        return type(value)(scalars(layout, item) for item in value)
    if isinstance(value, dict):  # A batch of dicts is sorted by Gymnasium where the single one is not.
        return {key: scalars(layout, value[key]) for key in sorted(value)}
    return value


# One test: to draw a space takes as long as what is then done with it.
@MANY
@given(descriptions(), st.integers(0, 2**32), st.integers(1, 4))
def test_every_observation_and_action_of_every_space_arrives_as_it_was(item: Any, seed: int, lanes: int) -> None:
    space = build(item)
    back = _spaces.decode(values_pb2.Space.FromString(_spaces.encode(space).SerializeToString()))
    assert back == space and repr(back) == repr(space)
    values = sampled(space, seed, lanes)
    if values:
        check_observations(Layout(space, "observation"), Layout(back, "observation"), values)
        check_actions(Layout(space, "action"), Layout(back, "action"), values)


def check_observations(layout: Layout, other: Layout, values: list[Any]) -> None:
    slabs, types = slabs_of(layout, values)
    message = Types(pb.PythonTypes(observation_leaves=types))
    assert_same(scalars(layout, other.values(slabs, len(values), message)), scalars(layout, values))
    slabs, types = slabs_of(layout, values[:1])
    message = Types(pb.PythonTypes(observation_leaves=types))
    assert_same(scalars(layout, other.one(slabs, message)), scalars(layout, values[0]))


def check_actions(layout: Layout, other: Layout, values: list[Any]) -> None:
    step = pb.Step()
    writer, reader = ActionWriter(layout, step, 1, True), ActionReader(other, 1)
    for value in values:
        writer.one(value)
        found = reader.one(pb.Step.FromString(step.SerializeToString()))
        assert_same(scalars(other, found), scalars(other, value))


@MANY
@given(descriptions(1), st.integers(0, 2**32), st.integers(1, 4))
def test_a_batch_is_what_a_vector_environment_makes(item: Any, seed: int, lanes: int) -> None:
    space = build(item)
    values = sampled(space, seed, lanes)
    if not values:
        return
    expected = concatenate(space, values, create_empty_array(space, lanes))
    layout = Layout(space, "observation")
    found = layout.batch(slabs_of(layout, values)[0], lanes)
    assert_same(scalars(layout, found), scalars(layout, expected))


@pytest.mark.parametrize(
    ("space", "action"),
    [
        (spaces.Discrete(3), 1),
        (spaces.Discrete(3), True),
        (spaces.Discrete(3), np.int32(2)),
        (spaces.Discrete(3), np.uint64(2)),
        (spaces.Discrete(3), np.array(2)),
        (spaces.Discrete(3), np.array([2])),
        (spaces.Discrete(3), 2**70),
        (spaces.Discrete(3), 1.5),
        (spaces.Discrete(3), None),
        (spaces.Discrete(3), "left"),
        (spaces.Discrete(3, dtype=np.int8), 300),
        (spaces.Box(-1, 1, (2,), np.float32), np.array([0.1, 0.2])),
        (spaces.Box(-1, 1, (2,), np.float32), np.array([1, 2])),
        (spaces.Box(-1, 1, (2,), np.float32), np.array([0.1, 0.2], np.float16)),
        (spaces.Box(-1, 1, (2,), np.float32), [0.1, 0.2]),
        (spaces.Box(-1, 1, (2,), np.float32), (0.1, 0)),
        (spaces.Box(-1, 1, (2,), np.float32), np.zeros((1, 2), np.float32)),
        (spaces.Box(-1, 1, (2,), np.float32), np.array([0.1, 0.2], ">f4").astype("<f4")),
        (spaces.Box(-1, 1, (), np.float32), np.float32(0.5)),
        (spaces.Box(-1, 1, (), np.float32), np.float64(0.1)),
        (spaces.Box(-1, 1, (), np.float32), 0.1),
        (spaces.MultiDiscrete([2, 3]), [1, 2]),
        (spaces.MultiDiscrete([2, 3]), np.array([1, 2], np.int32)),
        (spaces.MultiBinary(3), np.array([1, 0, 1])),
        (spaces.Tuple([spaces.Discrete(2), spaces.Discrete(2)]), (np.int64(1), 1)),
        (spaces.Tuple([spaces.Discrete(2), spaces.Discrete(2)]), [1, 1]),
        (spaces.Dict(a=spaces.Discrete(2)), {"a": 1}),
        (spaces.Dict(a=spaces.Discrete(2)), {"b": 1}),
        (spaces.Text(3), "abcdef"),
        (spaces.Text(3), 3),
        (spaces.Sequence(spaces.Discrete(2)), [1, 0]),
        (spaces.OneOf([spaces.Discrete(2)]), (0, 1)),
    ],
    ids=lambda value: f"{value!r:.40}",
)
def test_what_is_no_action_of_the_space_arrives_too(space: Any, action: Any) -> None:
    step = pb.Step()
    writer = ActionWriter(Layout(space, "action"), step, 1, True)
    reader = ActionReader(Layout(space, "action"), 1)
    for given_ in (space.sample(), action, action, space.sample(), action):
        writer.one(given_)
        expected = list(given_) if isinstance(space, spaces.Tuple) and type(given_) is list else given_
        found = reader.one(pb.Step.FromString(step.SerializeToString()))
        if isinstance(space, spaces.Tuple) and type(given_) is list:
            found = list(found)  # A Tuple's action is a tuple of what was given.
        assert_same(found, expected)


@pytest.mark.parametrize(
    ("space", "actions"),
    [
        (spaces.Discrete(3), [0, 1, 2]),
        (spaces.Discrete(3), [np.int64(0), np.int64(1), np.int64(2)]),
        (spaces.Discrete(3), np.array([0, 1, 2], np.int32)),
        (spaces.Discrete(3), [0, 1.5, None]),
        (spaces.Box(-1, 1, (2,), np.float32), np.linspace(0, 1, 6).reshape(3, 2)),
        (spaces.Box(-1, 1, (2,), np.float32), [[0.1, 0.2]] * 3),
        (spaces.Dict(a=spaces.Discrete(2), b=spaces.Box(0, 1)), {"a": np.array([1, 0, 1]), "b": np.zeros((3, 1))}),
        (spaces.Text(3), ("a", "b", "")),
    ],
    ids=lambda value: f"{value!r:.40}",
)
def test_batches_of_actions(space: Any, actions: Any) -> None:
    step = pb.Step()
    writer = ActionWriter(Layout(space, "action"), step, 3, True)
    writer.many(actions)
    found = list(ActionReader(Layout(space, "action"), 3).all(pb.Step.FromString(step.SerializeToString())))
    from gymnasium.vector.utils import iterate

    expected = list(iterate(batch_space(space, 3), actions))
    if isinstance(space, spaces.Box) or (isinstance(actions, np.ndarray) and actions.ndim == 1):
        assert [np.asarray(value).tolist() for value in found] == [np.asarray(value).tolist() for value in expected]
        assert [np.asarray(value).dtype for value in found] == [np.asarray(value).dtype for value in expected]
    else:
        assert_same(found, expected)


def test_observations_of_another_type_are_cast_with_one_sentence() -> None:
    said: list[str] = []
    leaf = Layout(spaces.Box(-9, 9, (2,), np.float32), "observation").leaves[0]
    column = leaf.column(1)
    for value in (np.array([0.5, 1.25]), [0.5, 1.25], (1, 2), np.array([3, 4], np.int8)):
        leaf.put(column, 0, value, said.append)
        assert column[0].tolist() == list(value)
    assert "float64[2] and was cast to float32[2]" in said[0] and "is list" in said[1] and "is tuple" in said[2]
    for value in (np.zeros(3), "text", None, np.array([1j, 2]), [[1, 2]]):
        with pytest.raises(TypeError, match="observation: float32\\[2\\] expected by Box"):
            leaf.put(column, 0, value, said.append)


@pytest.mark.parametrize(
    ("space", "value"),
    [
        (spaces.Discrete(5), 3),
        (spaces.Discrete(5), np.int32(3)),
        (spaces.Discrete(5), np.array(3)),
        (spaces.Discrete(5), True),
        (spaces.Box(0, 1, (), np.float32), np.float32(0.5)),
        (spaces.Box(0, 1, (), np.float64), 0.1),
        (spaces.MultiDiscrete([3, 3]), [1, 2]),
        (spaces.MultiBinary((2, 2)), ((1, 0), (0, 1))),
        (spaces.Box(0, 255, (3,), np.uint8), b"\x01\x02\xff"),
        (spaces.Text(5), np.str_("abc")),
        (spaces.Sequence(spaces.Discrete(3)), [np.int64(1)]),
        (spaces.Tuple([spaces.Discrete(32), spaces.Discrete(11), spaces.Discrete(2)]), (20, 7, 0)),
    ],
    ids=lambda value: f"{value!r:.40}",
)
def test_python_types_of_observations_survive(space: Any, value: Any) -> None:
    layout = Layout(space, "observation")
    slabs, types = slabs_of(layout, [value])
    assert_same(layout.one(slabs, Types(pb.PythonTypes(observation_leaves=types))), value)


def test_slabs_that_do_not_fit_name_the_leaf_and_both_lengths() -> None:
    layout = Layout(spaces.Dict(a=spaces.Discrete(2), pos=spaces.Box(0, 1, (2,), np.float32)), "observation")
    with pytest.raises(ProtocolError) as caught:
        layout.batch([bytes(24), bytes(23)], 3)
    assert str(caught.value) == ("leaf 1 'observation['pos']': 24 bytes expected (3 lanes x 2 x float32), got 23.")
    with pytest.raises(ProtocolError, match="2 observation leaves expected, got 1"):
        layout.one([bytes(8)])
    text = Layout(spaces.Text(5), "observation")
    for data in (b"", b"\x05\0\0\0abc", b"\x01\0\0\0ab", b"\x01\0\0\0\xff", b"\xff\xff\xff\xff"):
        with pytest.raises(ProtocolError, match="leaf 0 'observation'"):
            text.one([data])
    sequence = Layout(spaces.Sequence(spaces.Box(0, 1, (4,), np.float64)), "observation")
    with pytest.raises(ProtocolError, match="4294967295 values of 32 bytes or more are announced, with 0 bytes left"):
        sequence.one([b"\xff\xff\xff\xff"])


def test_values_without_bytes_are_limited_by_number() -> None:
    nothing = spaces.Box(0, 1, (0,), np.float32)
    for space, count, rest in (
        (spaces.Sequence(nothing), 100_001, b""),
        (spaces.Sequence(spaces.Tuple((nothing, nothing))), 200_000, bytes(400_000)),  # Bytes behind it do not count.
        (spaces.Graph(nothing, None), 100_001, bytes(5)),
        (spaces.Graph(spaces.Discrete(2), nothing), 0, (100_001).to_bytes(4, "little") + b"\1"),
    ):
        layout = Layout(space, "observation")
        with pytest.raises(ProtocolError, match=r"values without bytes are announced, at most 100000 are possible"):
            layout.one([count.to_bytes(4, "little") + rest])
    assert len(Layout(spaces.Sequence(nothing), "observation").one([(100_000).to_bytes(4, "little")])) == 100_000


@pytest.mark.parametrize("flags", [4, 255])
def test_flags_of_a_graph_that_do_not_exist_are_refused(flags: int) -> None:
    layout = Layout(spaces.Graph(spaces.Discrete(2), None), "observation")
    for data in (bytes(8) + bytes([flags]), bytes(4) + b"\1\0\0\0\0"):
        with pytest.raises(ProtocolError, match=r"a graph with \d edges has the flags"):
            layout.one([data])


@settings(max_examples=min(EXAMPLES, 2000), deadline=None, suppress_health_check=list(HealthCheck))
@given(descriptions(1), st.integers(0, 2**32), st.data())
def test_mutated_slabs_never_raise_anything_else(item: Any, seed: int, data: st.DataObject) -> None:
    space = build(item)
    values = sampled(space, seed, 2)
    if not values:
        return
    layout = Layout(space, "observation")
    slabs = [bytearray(slab) for slab in slabs_of(layout, values)[0]]
    for slab in slabs:
        if slab:
            slab[data.draw(st.integers(0, len(slab) - 1))] = data.draw(st.integers(0, 255))
            del slab[data.draw(st.integers(0, len(slab))) :]
    try:
        layout.batch([bytes(slab) for slab in slabs], 2)
    except ProtocolError:
        pass


@MANY
@given(descriptions(), st.data())
def test_mutated_spaces_never_raise_anything_else(item: Any, data: st.DataObject) -> None:
    raw = bytearray(_spaces.encode(build(item)).SerializeToString())
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    message = values_pb2.Space()
    try:
        message.ParseFromString(bytes(raw))
    except Exception as error:
        assert type(error).__name__ == "DecodeError"
        return
    try:
        _spaces.decode(message)
    except ProtocolError:
        pass


def test_spaces_of_a_request_have_a_budget_before_they_are_made() -> None:
    box = _spaces.encode(spaces.Box(0, 1, (2,), np.float64))
    box.box.shape[:] = [8_000_000]
    with pytest.raises(ProtocolError, match="when their bounds are spread over their shapes; the limit is 16,777,216"):
        _spaces.decode(box)
