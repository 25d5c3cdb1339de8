"""Seeds and the states of generators, to and from the wire."""

from __future__ import annotations

from typing import Any

import numpy as np

from gymbridge import _values
from gymbridge._arrays import MAX_TEXT_BYTES
from gymbridge._generated import values_pb2 as pb
from gymbridge.errors import ProtocolError


def encode_seed(seed: int | None, out: pb.Seed) -> None:
    """Writes a seed of any size; None is "keep the generator"."""
    if seed is not None:
        seed = int(seed)
        out.value = seed.to_bytes((seed.bit_length() + 7) // 8, "little")


def decode_seed(message: pb.Seed) -> int | None:
    """Reads a seed.

    Raises:
        ProtocolError: It is longer than any seed could be.
    """
    if not message.HasField("value"):
        return None
    if len(message.value) > MAX_TEXT_BYTES:
        raise ProtocolError(f"a seed of {len(message.value):,} bytes is over the limit of {MAX_TEXT_BYTES:,}")
    return int.from_bytes(message.value, "little")


def encode_generator(generator: Any, seed: Any, out: pb.GeneratorState) -> None:
    """Writes a generator's full state.

    Args:
        generator: numpy.random.Generator over PCG64.
        seed: np_random_seed, -1 after a generator was set, or None.
        out: The message to fill.

    Raises:
        TypeError: It is another kind of generator.
    """
    bit_generator = getattr(generator, "bit_generator", None)
    if not isinstance(bit_generator, np.random.PCG64):
        name = type(bit_generator if bit_generator is not None else generator).__name__
        raise TypeError(f"Only numpy.random.Generator(PCG64) can be carried over the wire, got {name}.")
    encode_state(bit_generator.state, seed, out)


def encode_state(state: Any, seed: Any, out: pb.GeneratorState) -> None:
    """Writes the state that PCG64 shows."""
    out.state = state["state"]["state"].to_bytes(16, "little")
    out.increment = state["state"]["inc"].to_bytes(16, "little")
    out.has_uint32 = bool(state["has_uint32"])
    out.uinteger = state["uinteger"]
    if seed is not None:
        seed = int(seed)
    out.seed.CopyFrom(_values.encode(seed, "np_random_seed"))


def decode_state(message: pb.GeneratorState) -> tuple[dict[str, Any], int | None]:
    """Reads a state as PCG64 takes it, and the seed (-1: set from outside, None: unknown).

    Raises:
        ProtocolError: The state is none of PCG64's.
    """
    if len(message.state) != 16 or len(message.increment) != 16:
        raise ProtocolError(
            f"generator state: 16 bytes expected of state and increment, got {len(message.state)} and "
            f"{len(message.increment)}"
        )
    increment = int.from_bytes(message.increment, "little")
    if increment % 2 == 0:
        raise ProtocolError("generator state: the increment of PCG64 is always odd")
    seed = _values.decode(message.seed, "np_random_seed") if message.HasField("seed") else None
    if seed is not None and type(seed) is not int:
        raise ProtocolError(f"generator state: the seed is a {type(seed).__name__}, not an integer")
    state = {
        "bit_generator": "PCG64",
        "state": {"state": int.from_bytes(message.state, "little"), "inc": increment},
        "has_uint32": int(message.has_uint32),
        "uinteger": message.uinteger,
    }
    return state, seed


def decode_generator(message: pb.GeneratorState) -> tuple[np.random.Generator, int | None]:
    """Reads a generator of its own, and its seed.

    Raises:
        ProtocolError: The state is none of PCG64's.
    """
    state, seed = decode_state(message)
    bit_generator = np.random.PCG64(0)
    bit_generator.state = state  # type: ignore[assignment]
    return np.random.Generator(bit_generator), seed
