"""The C# side of a comparison of spaces: descriptions, values without a lost bit, and the process that answers."""

from __future__ import annotations

import json
import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium import spaces

ORACLE = Path(__file__).resolve().parents[2] / "tests/SpaceOracle/bin/Release/net10.0/SpaceOracle.dll"


class Oracle:
    """``dotnet SpaceOracle.dll``: a JSON line for a JSON line."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["dotnet", str(ORACLE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def ask(self, request: Any) -> dict[str, Any]:
        return self.ask_text(json.dumps(request))

    def ask_text(self, line: str) -> dict[str, Any]:
        self._process.stdin.write(line + "\n")  # type: ignore[union-attr]
        self._process.stdin.flush()  # type: ignore[union-attr]
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())  # type: ignore[union-attr]
        return answer

    def close(self) -> None:
        self._process.stdin.close()  # type: ignore[union-attr]
        self._process.wait(60)
        self._process.stdout.close()  # type: ignore[union-attr]


def build(item: dict[str, Any]) -> spaces.Space[Any]:
    """The Gymnasium space of a description; tests/SpaceOracle/SpaceReader.cs builds the C# one."""
    dtype = np.dtype(item["dtype"]) if "dtype" in item else None
    match item["kind"]:
        case "Box":
            return spaces.Box(decode(item["low"]), decode(item["high"]), dtype=dtype)
        case "Discrete":
            return spaces.Discrete(int(item["n"]), start=int(item["start"]), dtype=dtype)
        case "MultiBinary":
            return spaces.MultiBinary(item["n"])
        case "MultiDiscrete":
            start = None if item["start"] is None else decode(item["start"])
            return spaces.MultiDiscrete(decode(item["nvec"]), start=start, dtype=dtype)
        case "Text":
            return spaces.Text(item["max"], min_length=item["min"], charset=item["charset"])
        case "Tuple":
            return spaces.Tuple([build(inner) for inner in item["spaces"]])
        case "OneOf":
            return spaces.OneOf([build(inner) for inner in item["spaces"]])
        case "Dict":
            pairs = [(key, build(inner)) for key, inner in item["spaces"]]
            return spaces.Dict(dict(pairs) if item["mapping"] else pairs, sort_keys=item["sort_keys"])
        case "Sequence":
            return spaces.Sequence(build(item["feature"]), stack=item["stack"])
        case "Graph":
            return spaces.Graph(build(item["nodes"]), item["edges"] and build(item["edges"]))
    raise ValueError(item["kind"])


def array(values: Any) -> dict[str, Any]:
    little = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    return {"dtype": values.dtype.name, "shape": list(values.shape), "bytes": little.tobytes().hex()}


def decode(item: dict[str, Any]) -> Any:
    """The array that :func:`array` wrote."""
    dtype = np.dtype(item["dtype"]).newbyteorder("<")
    return np.frombuffer(bytes.fromhex(item["bytes"]), dtype).reshape(item["shape"]).astype(item["dtype"])


def encode(value: Any, scalars: bool = False) -> Any:
    """A value as tests/SpaceOracle/ValueCodec.cs reads and writes it.

    Args:
        value: A value of a space, or something near to one.
        scalars: Whether NumPy's scalars keep their type. In samples of the C# side they are plain integers.
    """
    match value:
        case None | bool() | str():
            return value
        case np.generic() if scalars:
            return {"scalar": array(np.asarray(value))}
        case int() | np.integer():
            return {"int": str(int(value))}
        case float():
            return {"float": struct.pack(">d", value).hex()}
        case np.ndarray():
            return array(value)
        case spaces.GraphInstance():
            return {"graph": [encode(part, scalars) for part in value]}
        case tuple() | list():
            return {"tuple": [encode(part, scalars) for part in value]}
        case dict():
            return {"dict": [[key, encode(part, scalars)] for key, part in value.items()]}
    raise TypeError(type(value))


def as_arrays(space: spaces.Space[Any], sample: Any) -> Any:
    """A sample where a Box of shape () has an array, as in C#: Gymnasium draws a scalar for most dtypes."""
    match space:
        case spaces.Box():
            return np.asarray(sample)
        case spaces.Tuple():
            return tuple(as_arrays(inner, part) for inner, part in zip(space.spaces, sample, strict=True))
        case spaces.Dict():
            return {key: as_arrays(space.spaces[key], part) for key, part in sample.items()}
        case spaces.OneOf():
            return sample[0], as_arrays(space.spaces[sample[0]], sample[1])
        case spaces.Sequence() if space.stack:
            return batch_as_arrays(space.feature_space, sample)
        case spaces.Sequence():
            return tuple(as_arrays(space.feature_space, part) for part in sample)
        case spaces.Graph():
            nodes = batch_as_arrays(space.node_space, sample.nodes)
            edges = None if sample.edges is None else batch_as_arrays(space.edge_space, sample.edges)
            return spaces.GraphInstance(nodes, edges, sample.edge_links)
    return sample


def batch_as_arrays(space: spaces.Space[Any], batch: Any) -> Any:
    """The same for a batch of samples of a space."""
    match space:
        case spaces.Tuple():
            return tuple(batch_as_arrays(inner, part) for inner, part in zip(space.spaces, batch, strict=True))
        case spaces.Dict():
            return {key: batch_as_arrays(space.spaces[key], part) for key, part in batch.items()}
        case spaces.Text() | spaces.OneOf() | spaces.Sequence() | spaces.Graph():
            return tuple(as_arrays(space, part) for part in batch)
    return batch


def states(space: spaces.Space[Any]) -> list[str]:
    """The generators' states of the space and the spaces inside, in pre-order."""
    state = space.np_random.bit_generator.state
    own = f"{state['state']['state']:032x} {state['has_uint32']} {state['uinteger']}"
    inner: list[spaces.Space[Any]] = []
    match space:
        case spaces.Tuple() | spaces.OneOf():
            inner = list(space.spaces)
        case spaces.Dict():
            inner = list(space.spaces.values())
        case spaces.Sequence():
            inner = [space.feature_space]
        case spaces.Graph():
            inner = [part for part in (space.node_space, space.edge_space) if part is not None]
    return [own, *(text for part in inner for text in states(part))]
