"""Writes spaces.json: texts, seeds, samples and conversions of Gymnasium's spaces, for GymBridge.Spaces to reproduce.

Run with Gymnasium 1.4.0 and NumPy 2.4.6:

    python tests/GymBridge.Core.Tests/Spaces/golden/generate.py

SpaceCases.cs builds the same spaces under the same names; change both together. The list holds Gymnasium's own testing
spaces (tests/spaces/utils.py) and some more for element types and limits.
"""

import hashlib
import json
import pathlib
import warnings

import gymnasium as gym
import numpy as np
from gymnasium.spaces import (
    Box,
    Dict,
    Discrete,
    Graph,
    GraphInstance,
    MultiBinary,
    MultiDiscrete,
    OneOf,
    Sequence,
    Text,
    Tuple,
)
from gymnasium.spaces.utils import flatdim, flatten, flatten_space
from gymnasium.vector.utils import batch_space

warnings.simplefilter("ignore")
gym.logger.min_level = 50

SEEDS = [0, 5, 2**33]
SAMPLES = 25

f64 = np.float64
inf = np.inf


def box(low, high, dtype):
    return Box(np.array(low), np.array(high), dtype=dtype)


SPACES = {
    "discrete 3": Discrete(3),
    "discrete start": Discrete(3, start=-1),
    "discrete int32": Discrete(4, dtype=np.int32, start=1),
    "discrete 1": Discrete(1),
    "discrete uint8": Discrete(200, dtype=np.uint8),
    "discrete int8": Discrete(100, start=-50, dtype=np.int8),
    "discrete int16": Discrete(300, dtype=np.int16),
    "discrete uint16": Discrete(65000, dtype=np.uint16),
    "discrete uint32": Discrete(4_000_000_000, dtype=np.uint32),
    "discrete 2**40": Discrete(2**40),
    "discrete 2**32": Discrete(2**32),
    "box unit": Box(0.0, 1.0),
    "box low only": Box(0.0, inf, (2, 2)),
    "box per element f64": box([-10.0, 0.0], [10.0, 10.0], f64),
    "box high only": Box(-inf, 0.0, (2, 1)),
    "box low only 2x1": Box(0.0, inf, (2, 1)),
    "box unbounded": Box(-inf, inf, (3,)),
    "box uint8": Box(0, 255, (2, 2, 3), np.uint8),
    "box bool": box([0, 0, 1], [1, 0, 1], np.bool_),
    "box int32 half bounds": box([-inf, -inf, 0, -10], [inf, 0, inf, 10], np.int32),
    "box int8": Box(-128, 127, (5,), np.int8),
    "box int16": Box(-5, 6, (2, 3), np.int16),
    "box uint16": Box(0, 65535, (4,), np.uint16),
    "box uint32": Box(0, 2**32 - 1, (4,), np.uint32),
    "box int64": Box(-5, 5, (3,), np.int64),
    "box int64 unbounded": Box(-inf, inf, (3,), np.int64),
    "box uint64": Box(0, 1000, (3,), np.uint64),
    "box float16": Box(-5, 5, (3,), np.float16),
    "box f64 low only": Box(0, inf, (4,), f64),
    "box mixed f32": box([-inf, 0.0, -inf, -1.5], [inf, inf, 3.25, 2.5], np.float32),
    "box scalar": Box(0, 1, ()),
    "box image": Box(0, 255, (84, 84), np.uint8),
    "box cartpole": box([-4.8, -inf, -0.41887903, -inf], [4.8, inf, 0.41887903, inf], np.float32),
    "box small and large": box([1e-5, -1e-7, 0.0], [1.0, 1e7, 123456.789], f64),
    "box wide": box(np.arange(40) - 20.5, np.arange(40) + 0.25, np.float32),
    "box wide int": box(np.arange(60) * -7, np.arange(60) * 1000, np.int64),
    "box long": box(np.zeros(1200), np.arange(1200) + 1.0, f64),
    "box deep": box(np.zeros((2, 3, 4)), np.arange(24.0).reshape(2, 3, 4) + 0.125, np.float32),
    "box many rows": box(np.zeros((60, 20)), np.ones((60, 20)) * np.arange(20) + 1, np.float32),
    "box f16 digits": box([0.1, -3.3], [1.7, 900.0], np.float16),
    "multidiscrete": MultiDiscrete([2, 2]),
    "multidiscrete 2d": MultiDiscrete([[2, 3], [3, 2]]),
    "multidiscrete start": MultiDiscrete([2, 2], start=[10, 10]),
    "multidiscrete 2d start": MultiDiscrete([[2, 3], [3, 2]], start=[[10, 20], [30, 40]]),
    "multidiscrete int8": MultiDiscrete([2, 3], dtype=np.int8),
    "multidiscrete uint16": MultiDiscrete([2, 3], dtype=np.uint16),
    "multidiscrete large": MultiDiscrete([5, 1, 1000, 77], dtype=np.int32),
    "multibinary 8": MultiBinary(8),
    "multibinary 2d": MultiBinary([2, 3]),
    "multibinary 1": MultiBinary([1]),
    "text 6": Text(6),
    "text min": Text(min_length=3, max_length=6),
    "text charset": Text(6, charset="abcdef"),
    "text order": Text(9, min_length=0, charset="zyxcba'"),
    "tuple": Tuple([Discrete(5), Discrete(4)]),
    "tuple box": Tuple((Discrete(5), box([0.0, 0.0], [1.0, 5.0], f64))),
    "tuple nested": Tuple((Discrete(5), Tuple((Box(0.0, 1.0, (3,)), Discrete(2))))),
    "tuple dict": Tuple((Discrete(3), Dict(position=Box(0.0, 1.0), velocity=Discrete(2)))),
    "tuple graph": Tuple((Graph(Box(-1, 1, (2, 1)), None), Discrete(2))),
    "tuple blackjack": Tuple((Discrete(32), Discrete(11), Discrete(2))),
    "dict sorted": Dict({"velocity": box([0.0, 0.0], [1.0, 5.0], f64), "position": Discrete(5)}),
    "dict kwargs": Dict(velocity=Discrete(6), position=box([0.0, 0.0], [1.0, 5.0], f64)),
    "dict nested": Dict(
        {
            "a": Box(0, 1, (3, 3)),
            "b": Dict({"b_1": Box(-100, 100, (2,)), "b_2": Box(-1, 1, (2,))}),
            "c": Discrete(4),
        }
    ),
    "dict graph": Dict(
        a=Dict(a=Graph(Box(-100, 100, (2, 2)), None), b=Box(-100, 100, (2, 2))),
        b=Tuple((Box(-100, 100, (2,)), Box(-100, 100, (2,)))),
    ),
    "graph": Graph(Box(-1, 1, (2,)), None),
    "graph box discrete": Graph(Box(-100, 100, (3, 4)), Discrete(5)),
    "graph discrete box": Graph(Discrete(5), Box(-100, 100, (3, 4))),
    "graph discrete": Graph(Discrete(3), Discrete(4)),
    "graph dict": Graph(Dict({"node_feature_1": Discrete(5), "node_feature_2": MultiBinary(5)}), Box(1, 4)),
    "graph multibinary": Graph(MultiBinary(4), None),
    "graph multidiscrete": Graph(MultiDiscrete([3, 4, 2]), Discrete(3)),
    "graph tuple": Graph(Tuple((Box(-1, 1, (2,)), Discrete(3))), None),
    "graph tuple edges": Graph(Discrete(4), Tuple((Box(0, 1, (2,)), Discrete(3)))),
    "graph dict edges": Graph(Discrete(3), Dict({"weight": Box(0, 1, ()), "type": Discrete(4)})),
    "graph dicts": Graph(
        Dict({"pos": Box(-10, 10, (3,)), "label": Discrete(5)}), Dict({"weight": Box(0, 1, ()), "type": Discrete(3)})
    ),
    "graph tuples": Graph(Tuple((Dict({"a": Discrete(3)}), MultiBinary(2))), Tuple((Discrete(4), Box(0, 1, (2,))))),
    "sequence": Sequence(Discrete(4)),
    "sequence dict": Sequence(Dict({"feature": Box(0, 1, (3,))})),
    "sequence graph": Sequence(Graph(Box(-100, 100, (2, 2)), Discrete(4))),
    "sequence stacked": Sequence(Box(0.0, 1.0), stack=True),
    "sequence stacked dict": Sequence(Dict({"a": Box(0, 1, (3,)), "b": Discrete(5)}), stack=True),
    "oneof": OneOf([Discrete(3), Box(0.0, 1.0)]),
    "oneof arrays": OneOf([MultiBinary(2), MultiDiscrete([2, 2])]),
    "oneof text": OneOf([Text(4, charset="ab"), Tuple((Discrete(2), Box(-1, 1, (2,), np.float32)))]),
}

i8 = np.int8


def m(*values):
    return np.array(values, dtype=i8)


def p(*values):
    return np.array(values, dtype=f64)


# name, space, mask, probability: 25 draws each with seed 3
RESTRICTED = {
    "discrete mask": (Discrete(5, start=2), m(1, 0, 1, 0, 1), None),
    "discrete one": (Discrete(5, start=2), m(0, 0, 1, 0, 0), None),
    "discrete none": (Discrete(5, start=2), m(0, 0, 0, 0, 0), None),
    "discrete probability": (Discrete(4), None, p(0.1, 0.2, 0.3, 0.4)),
    "discrete int8 probability": (Discrete(3, start=-1, dtype=np.int8), None, p(0.5, 0.0, 0.5)),
    "multibinary mask": (MultiBinary([2, 3]), np.array([[0, 1, 2], [2, 2, 0]], dtype=i8), None),
    "multibinary probability": (MultiBinary(5), None, p(0.0, 0.25, 0.5, 0.75, 1.0)),
    "multidiscrete mask": (MultiDiscrete([3, 2]), (m(1, 0, 1), m(0, 0)), None),
    "multidiscrete 2d mask": (
        MultiDiscrete([[2, 3], [3, 2]], start=[[10, 20], [30, 40]]),
        ((m(1, 0), m(1, 1, 0)), (m(0, 1, 1), m(1, 1))),
        None,
    ),
    "multidiscrete probability": (MultiDiscrete([3, 2]), None, (p(0.2, 0.0, 0.8), p(0.3, 0.7))),
    "multidiscrete wide probability": (MultiDiscrete([20]), None, (np.arange(20.0) / 190.0,)),
    "text mask": (Text(8, charset="abcdef"), (None, m(1, 0, 1, 0, 0, 1)), None),
    "text length": (Text(8, charset="abcdef"), (5, None), None),
    "text both": (Text(8, charset="abcdef"), (3, m(0, 1, 0, 0, 1, 1)), None),
    "text empty": (Text(8, min_length=0, charset="abc"), (None, m(0, 0, 0)), None),
    "text probability": (Text(8, charset="abcd"), None, (4, p(0.1, 0.2, 0.3, 0.4))),
    "tuple mask": (Tuple((Discrete(3), Discrete(4))), (m(1, 0, 1), None), None),
    "tuple probability": (Tuple((Discrete(3), Discrete(2))), None, (p(0.2, 0.3, 0.5), p(0.9, 0.1))),
    "dict mask": (Dict(a=Discrete(3), b=MultiBinary(2)), {"a": m(0, 1, 1), "b": m(2, 1)}, None),
    "sequence mask": (Sequence(Discrete(4)), (3, m(1, 1, 0, 1)), None),
    "sequence lengths": (Sequence(Discrete(4)), (np.array([1, 4, 6]), m(1, 1, 0, 1)), None),
    "sequence free length": (Sequence(Discrete(4)), (None, m(1, 1, 0, 1)), None),
    "sequence probability": (Sequence(Discrete(2)), None, (2, p(0.25, 0.75))),
    "oneof mask": (OneOf([Discrete(3), Discrete(2)]), (m(1, 0, 1), m(0, 1)), None),
    "graph mask": (Graph(Discrete(3), Discrete(2)), (tuple(m(1, 0, 1) for _ in range(10)), None), None),
    "graph edge mask": (Graph(Discrete(3), Discrete(2)), (None, m(0, 1)), None),
}


def jsonable(value):
    """A flattened value as JSON."""
    if isinstance(value, GraphInstance):
        return {
            "nodes": jsonable(value.nodes),
            "edges": jsonable(value.edges),
            "edge_links": jsonable(value.edge_links),
        }
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {key: jsonable(v) for key, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [jsonable(v) for v in value]
    return value


def digest(texts):
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def state(space):
    s = space.np_random.bit_generator.state
    return f"{s['state']['state']:032x} {s['has_uint32']} {s['uinteger']}"


def attempt(action):
    try:
        return action()
    except Exception as error:
        return f"!{type(error).__name__}"


def describe(space):
    is_huge = isinstance(space, Discrete) and space.n > 100_000
    runs = []
    for seed in SEEDS:
        seeds = space.seed(seed)
        samples = [space.sample() for _ in range(SAMPLES)]
        texts = [json.dumps(space.to_jsonable([s])) for s in samples]
        assert all(space.contains(s) for s in samples), space
        runs.append(
            {
                "seed": str(seed),
                "seeds": json.dumps(jsonable(seeds)),
                "first": texts[0][:400],
                "samples": digest(texts),
                "together": digest([json.dumps(space.to_jsonable(samples))]),
                "state": state(space),
                "flattened": ""
                if is_huge
                else attempt(
                    lambda samples=samples: digest([json.dumps(jsonable(flatten(space, s))) for s in samples])
                ),
                "flattened_first": ""
                if is_huge
                else attempt(lambda samples=samples: json.dumps(jsonable(flatten(space, samples[0])))[:400]),
            }
        )
    space.seed(7)
    batched = batch_space(space, 3)
    batched_repr = str(batched)
    batch_first = attempt(lambda: json.dumps(batched.to_jsonable([batched.sample()]))[:400])
    return {
        "repr": str(space),
        "runs": runs,
        "flatdim": attempt(lambda: int(flatdim(space))),
        "flat_space": "" if is_huge else attempt(lambda: str(flatten_space(space))),
        "batch": batched_repr,
        "batch_first": batch_first,
    }


def restricted(space, mask, probability):
    space.seed(3)
    texts = [
        json.dumps(
            space.to_jsonable(
                [space.sample(mask=mask) if probability is None else space.sample(probability=probability)]
            )
        )
        for _ in range(SAMPLES)
    ]
    return {"first": texts[0][:400], "samples": digest(texts), "state": state(space)}


def main():
    golden = {
        "gymnasium": gym.__version__,
        "numpy": np.__version__,
        "spaces": {name: describe(space) for name, space in SPACES.items()},
        "restricted": {name: restricted(*case) for name, case in RESTRICTED.items()},
    }
    path = pathlib.Path(__file__).with_name("spaces.json")
    path.write_text(json.dumps(golden, indent=1) + "\n")


main()
