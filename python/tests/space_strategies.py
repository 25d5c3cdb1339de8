"""Random descriptions of spaces, and values near to a space's own."""

from __future__ import annotations

import functools
import random
from typing import Any

import numpy as np
from gymnasium.spaces import GraphInstance
from hypothesis import strategies as st

from space_oracle import array

INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
FLOATS = ["float16", "float32", "float64"]
DTYPES = ["bool", *INTEGERS, *FLOATS]

LETTERS = "abcXYZ09 '\"\\\n\té€\U0001f600\uffee"

Description = st.SearchStrategy[dict[str, Any]]


def shapes(least: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(st.integers(least, 3), max_size=3).map(tuple)


def limits(dtype: str) -> tuple[int, int]:
    return (0, 1) if dtype == "bool" else (int(np.iinfo(dtype).min), int(np.iinfo(dtype).max))


def near(low: int, high: int) -> st.SearchStrategy[int]:
    """Integers of a range: small ones, those at its ends, any."""
    return st.one_of(st.integers(max(low, -5), min(high, 20)), st.sampled_from([low, high]), st.integers(low, high))


def floats(dtype: str) -> st.SearchStrategy[float]:
    # Half the range of the type: between bounds further apart, NumPy's uniform raises OverflowError.
    most = float(np.finfo(dtype).max) / 2
    exact = st.floats(-most, most, width={"float16": 16, "float32": 32, "float64": 64}[dtype])
    return st.one_of(exact, st.floats(-10, 10), st.integers(-1000, 1000).map(float), st.sampled_from([0.0, -0.0, 0.1]))


@st.composite
def boxes(draw: st.DrawFn) -> dict[str, Any]:
    dtype = draw(st.sampled_from(DTYPES))
    shape = draw(shapes(0))
    size = int(np.prod(shape, dtype=int))
    is_float = dtype in FLOATS
    # Cast bounds are float64, where an integer beyond 2**53 is another number.
    cast = draw(st.booleans())
    low, high = (0, 0) if is_float else limits(dtype)
    if cast:
        low, high = max(low, -(2**53)), min(high, 2**53)
    element = floats(dtype) if is_float else near(low, high)
    pairs = draw(st.lists(st.tuples(element, element).map(sorted), min_size=size, max_size=size))
    if draw(st.booleans()) and pairs:
        pairs = [pairs[0]] * size
    bounds = []
    for side, infinity in ((0, -np.inf), (1, np.inf)):
        values = np.array([pair[side] for pair in pairs], "float64" if cast or is_float else dtype).reshape(shape)
        # Upstream an infinite bound above in an array wraps to the least int64.
        if is_float or (cast and dtype.startswith("int") and (dtype, infinity) != ("int64", np.inf)):
            open_ = draw(st.lists(st.booleans(), min_size=size, max_size=size))
            values = np.where(np.reshape(open_, shape).astype(bool), infinity, values)
        bounds.append(values if cast else values.astype(dtype))
    return {
        "kind": "Box",
        "dtype": dtype,
        "low": array(bounds[0]),
        "high": array(bounds[1]),
        "cast": cast,
        "below": [bool(bound > -np.inf) for bound in bounds[0].flat],
        "above": [bool(bound < np.inf) for bound in bounds[1].flat],
    }


@st.composite
def discretes(draw: st.DrawFn) -> dict[str, Any]:
    dtype = draw(st.sampled_from(INTEGERS))
    # The C# side counts in int64.
    low, high = limits(dtype)[0], min(limits(dtype)[1], 2**63 - 1)
    start = draw(near(low, high))
    # A batch needs n itself in the type: OverflowError upstream.
    n = draw(near(1, min(high - start + 1, high)))
    return {"kind": "Discrete", "dtype": dtype, "n": str(n), "start": str(start)}


@st.composite
def multi_discretes(draw: st.DrawFn) -> dict[str, Any]:
    dtype = draw(st.sampled_from(INTEGERS))
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple))
    size = int(np.prod(shape, dtype=int))
    counts = draw(st.lists(st.integers(1, 60), min_size=size, max_size=size))
    start = None
    if draw(st.booleans()):
        low, high = (max(limits(dtype)[0], -1000), min(limits(dtype)[1] - 60, 1000))
        values = draw(st.lists(st.integers(low, high), min_size=size, max_size=size))
        start = array(np.array(values, dtype).reshape(shape))
    return {
        "kind": "MultiDiscrete",
        "dtype": dtype,
        "nvec": array(np.array(counts, dtype).reshape(shape)),
        "start": start,
    }


@st.composite
def texts(draw: st.DrawFn) -> dict[str, Any]:
    least = draw(st.integers(0, 4))
    charset = draw(st.one_of(st.none(), st.text(LETTERS, min_size=1, max_size=6)))
    most = draw(st.integers(max(least, 1), 8))
    return {"kind": "Text", "min": least, "max": most, "charset": charset or LETTERS[:8]}


def multi_binaries() -> Description:
    n = st.one_of(st.integers(1, 12), st.lists(st.integers(1, 3), min_size=1, max_size=3))
    return n.map(lambda n: {"kind": "MultiBinary", "n": n})


def writes_dict(item: dict[str, Any]) -> bool:
    """Whether ``to_jsonable`` gives a dict and no list, of which OneOf takes item 0: KeyError upstream."""
    return item["kind"] == "Dict" or (item["kind"] == "Sequence" and item["stack"] and writes_dict(item["feature"]))


@functools.cache
def descriptions(depth: int = 2, graphs: bool = True) -> Description:
    """Descriptions of spaces.

    Args:
        depth: How many composite spaces are around a simple one, at most.
        graphs: Whether there are graphs; there are none inside graphs, whose samples would be large.
    """
    leaf = st.one_of(boxes(), discretes(), multi_binaries(), multi_discretes(), texts())
    if depth == 0:
        return leaf
    inner = descriptions(depth - 1, graphs)
    several = st.lists(inner, min_size=1, max_size=3)
    pairs = st.lists(
        st.tuples(st.text(LETTERS, max_size=3), inner).map(list), min_size=1, max_size=3, unique_by=lambda pair: pair[0]
    )
    choices = st.lists(inner.filter(lambda item: not writes_dict(item)), min_size=1, max_size=3)
    kinds = [
        leaf,
        several.map(lambda items: {"kind": "Tuple", "spaces": items}),
        choices.map(lambda items: {"kind": "OneOf", "spaces": items}),
        # A C# dictionary has no order to keep: unsorted keys come as pairs.
        st.tuples(pairs, st.sampled_from([(True, True), (False, True), (False, False)])).map(
            lambda both: {"kind": "Dict", "spaces": both[0], "mapping": both[1][0], "sort_keys": both[1][1]}
        ),
        st.tuples(inner, st.booleans()).map(lambda both: {"kind": "Sequence", "feature": both[0], "stack": both[1]}),
    ]
    if graphs:
        plain = descriptions(depth - 1, False)
        kinds.append(
            st.tuples(plain, st.one_of(st.none(), plain)).map(
                lambda both: {"kind": "Graph", "nodes": both[0], "edges": both[1]}
            )
        )
    return st.one_of(kinds)


def width(item: dict[str, Any]) -> int:
    """The greatest number of elements that a simple space inside flattens to."""
    match item["kind"]:
        case "Discrete":
            return int(item["n"])
        case "Tuple" | "OneOf":
            return max((width(inner) for inner in item["spaces"]), default=0)
        case "Dict":
            return max((width(inner) for _, inner in item["spaces"]), default=0)
        case "Sequence":
            return width(item["feature"])
        case "Graph":
            return max(width(inner) for inner in (item["nodes"], item["edges"]) if inner is not None)
    return 0


def is_loose(item: dict[str, Any], batched: bool = False) -> bool:
    """Whether Gymnasium contains more than it should, as it does in a Graph or stacked Sequence.

    A batch of composite spaces may have surplus parts, which ``zip`` drops. A batch of a Box of shape () yields
    scalars, and what is no array is cast, from any element type, before it is looked at. C# is strict about both.
    """
    inner = batched or item["kind"] == "Graph" or bool(item.get("stack"))
    match item["kind"]:
        case "Box":
            return batched and item["low"]["shape"] == []
        case "Text" | "Tuple" | "OneOf" | "Dict" | "Sequence" | "Graph" if batched:
            return True
        case "Tuple" | "OneOf":
            return any(is_loose(part, inner) for part in item["spaces"])
        case "Dict":
            return any(is_loose(part, inner) for _, part in item["spaces"])
        case "Sequence":
            return is_loose(item["feature"], inner)
        case "Graph":
            return any(is_loose(part, inner) for part in (item["nodes"], item["edges"]) if part is not None)
    return False


def mutate(value: Any, chance: random.Random) -> Any:
    """A value with one thing about it changed, that may or may not belong to the space."""
    with np.errstate(all="ignore"):
        return mutate_part(value, chance)


def mutate_part(value: Any, chance: random.Random) -> Any:
    match value:
        case np.ndarray():
            return mutate_array(value, chance)
        case np.integer():
            return chance.choice(
                [
                    int(value),
                    int(value) + chance.choice([-1, 1, 2**64]),
                    float(value),
                    np.array(value),
                    value.astype(chance.choice(DTYPES)),
                    np.array([value]),
                    None,
                    str(value),
                    True,
                ]
            )
        case str():
            return chance.choice([value + "!", value[1:], value + value, value[::-1], "", None, 3])
        case GraphInstance():
            part = chance.choice([i for i in range(3) if value[i] is not None])
            changed = chance.choice([lambda: None, lambda: mutate(value[part], chance)])()
            return GraphInstance(
                *(value[i] if i != part or (i == 0 and changed is None) else changed for i in range(3))
            )
        case tuple() if value:
            part = chance.randrange(len(value))
            return chance.choice(
                [
                    value[:-1],
                    (*value, value[part]),
                    *[(*value[:part], mutate(value[part], chance), *value[part + 1 :])] * 3,
                ]
            )
        case dict() if value:
            key = chance.choice(list(value))
            others = {k: v for k, v in value.items() if k != key}
            return chance.choice(
                [others, {**others, "other": value[key]}, *[{**others, key: mutate(value[key], chance)}] * 3]
            )
    return chance.choice([None, (value,), "text", {"key": None}])


def mutate_array(value: Any, chance: random.Random) -> Any:
    changed = value.copy()
    match chance.randrange(4):
        case 0:
            return changed.astype(chance.choice(DTYPES))
        case 1:
            return chance.choice([changed[np.newaxis], changed.reshape(-1), changed.T.copy()])
        case _ if changed.size:
            place = chance.randrange(changed.size)
            if changed.dtype.kind == "f":
                changed.flat[place] = chance.choice([np.nan, np.inf, -np.inf, changed.flat[place] * 2, 0])
            elif changed.dtype.kind == "b":
                changed.flat[place] = not changed.flat[place]
            else:
                low, high = limits(changed.dtype.name)
                number = int(changed.flat[place])
                changed.flat[place] = chance.choice([low, high, max(low, number - 1), min(high, number + 1)])
    return changed
