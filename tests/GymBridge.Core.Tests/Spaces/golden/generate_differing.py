"""Writes differing.json: batches of spaces that differ, equivalence of spaces, and numbers in boxes.

Run with Gymnasium 1.4.0 and NumPy 2.4.6:

    python tests/GymBridge.Core.Tests/Spaces/golden/generate_differing.py

DifferingSpacesTests.cs runs the same; change both together.
"""

import json
import pathlib
import warnings

import numpy as np
from gymnasium.spaces import (
    Box,
    Dict,
    Discrete,
    Graph,
    MultiBinary,
    MultiDiscrete,
    OneOf,
    Sequence,
    Text,
    Tuple,
)
from gymnasium.spaces.utils import is_space_dtype_shape_equiv
from gymnasium.vector.utils import batch_differing_spaces

CASES = {
    "box": [Box(0, 1, (2,)), Box(-1, 3, (2,)), Box(-np.inf, 5, (2,))],
    "int box": [Box(0, 9, (2,), np.int32), Box(-np.inf, 3, (2,), np.int32)],
    "discrete": [Discrete(3), Discrete(5, start=-2), Discrete(8)],
    "small discrete": [Discrete(3, dtype=np.int8), Discrete(5, dtype=np.int16)],
    "multi discrete": [MultiDiscrete([2, 3]), MultiDiscrete([5, 4], start=[1, 2])],
    "multi binary": [MultiBinary(3), MultiBinary([3])],
    "tuple": [
        Tuple([Discrete(3), Box(0, 1, (2,))]),
        Tuple([Discrete(4), Box(0, 2, (2,))]),
    ],
    "dict": [
        Dict({"b": Discrete(3), "a": Discrete(2)}),
        Dict({"a": Discrete(4), "b": Discrete(9)}),
    ],
    "text": [Text(3, charset="ab"), Text(4, charset="ab")],
    "one of": [OneOf([Discrete(2), Discrete(3)]), OneOf([Discrete(4), Discrete(5)])],
    "sequence": [Sequence(Discrete(2)), Sequence(Discrete(3))],
    "graph": [Graph(Discrete(2), None), Graph(Discrete(3), None)],
    "dtypes": [Box(0, 1, (2,)), Box(0, 1, (2,), np.float64)],
    "shapes": [Box(0, 1, (2,)), Box(0, 1, (3,))],
    "kinds": [Discrete(3), Box(0, 1, (2,))],
    "keys": [Dict({"a": Discrete(3)}), Dict({"b": Discrete(3)})],
    "lengths": [Tuple([Discrete(3)]), Tuple([Discrete(3), Discrete(3)])],
    "none": [],
}

NUMBERS = [
    0.5,
    1,
    True,
    -1,
    300,
    2**40,
    1e30,
    np.float32(0.5),
    np.float64(0.5),
    np.float64(5.7),
    np.int8(1),
    np.int64(300),
    np.float16(7),
    np.uint64(2**63),
]
BOXES = [
    Box(0, 1, ()),
    Box(0, 5, (), np.int64),
    Box(0, 50, (), np.uint8),
    Box(-128, 127, (), np.int8),
    Box(0, 1, (), np.float64),
    Box(0, 1, (1,)),
]


def differing(spaces):
    for i, space in enumerate(spaces):
        space.seed(i)
    try:
        batch = batch_differing_spaces(spaces)
    except (ValueError, TypeError) as error:
        return [type(error).__name__]
    return [str(batch), json.dumps(batch.to_jsonable([batch.sample()]))]


def equivalent(spaces):
    return [[bool(is_space_dtype_shape_equiv(a, b)) for b in spaces] for a in spaces]


def main():
    warnings.simplefilter("ignore")
    golden = {
        "batches": {name: differing(spaces) for name, spaces in CASES.items()},
        "equivalent": {name: equivalent(spaces) for name, spaces in CASES.items()},
        "contains": [[bool(box.contains(number)) for number in NUMBERS] for box in BOXES],
        "unbounded": {},
    }
    for low, high in [(0, np.inf), (-np.inf, np.inf), (-np.inf, 5)]:
        box = Box(low, high, (2,), np.int64)
        box.seed(1)
        golden["unbounded"][str(box)] = [box.sample().tolist() for _ in range(3)]
    path = pathlib.Path(__file__).with_name("differing.json")
    path.write_text(json.dumps(golden, indent=0) + "\n")


if __name__ == "__main__":
    main()
