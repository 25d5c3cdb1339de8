"""Where a lane is in its episode, taken out of an environment and put back.

An environment has a snapshot if it says so itself, by the methods ``take_snapshot() -> value`` and
``restore_snapshot(value)``, or if it is one of Gymnasium's classic control and toy text, whose whole state is in plain
attributes.
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium.wrappers import OrderEnforcing, TimeLimit

from gymbridge import _seeding, _values
from gymbridge._generated import env_service_pb2 as pb

_PLAIN_FAMILIES = ("gymnasium.envs.classic_control.", "gymnasium.envs.toy_text.")
_PLAIN_TYPES = (bool, int, float, str, tuple, list, dict, np.ndarray, np.generic, type(None))
# Constants, and what belongs to the window or the generator.
_LEFT_ALONE = frozenset(("P", "initial_state_distrib", "metadata", "render_mode", "observation_space", "action_space"))


def has_snapshot(env: gymnasium.Env[Any, Any]) -> bool:
    """Whether an environment's state can be taken out and put back."""
    core = env.unwrapped
    own = hasattr(core, "take_snapshot") and hasattr(core, "restore_snapshot")
    return own or type(core).__module__.startswith(_PLAIN_FAMILIES)


def take(env: gymnasium.Env[Any, Any], out: pb.LaneSnapshot) -> None:
    """Writes an environment's state, generator and position in the episode."""
    core = env.unwrapped
    if hasattr(core, "take_snapshot"):
        state = core.take_snapshot()
    else:
        state = {name: value for name, value in vars(core).items() if _is_state(name, value)}
    out.state.CopyFrom(_values.encode(state, "snapshot"))
    _seeding.encode_generator(core.np_random, core.np_random_seed, out.generator)
    for layer in _layers(env):
        if isinstance(layer, TimeLimit):
            out.elapsed_steps = layer._elapsed_steps or 0


def restore(env: gymnasium.Env[Any, Any], snapshot: pb.LaneSnapshot) -> None:
    """Puts an environment where a snapshot was taken.

    Raises:
        ProtocolError: It is no snapshot of such an environment.
    """
    core = env.unwrapped
    state = _values.decode(snapshot.state, "snapshot")
    if hasattr(core, "restore_snapshot"):
        core.restore_snapshot(state)
    else:
        for name, value in state.items():
            if _is_state(name, value):
                setattr(core, name, value)
    if snapshot.HasField("generator"):
        generator, seed = _seeding.decode_generator(snapshot.generator)
        core.np_random = generator
        if seed is not None:
            core._np_random_seed = seed
    for layer in _layers(env):
        if isinstance(layer, TimeLimit):
            layer._elapsed_steps = snapshot.elapsed_steps  # type: ignore[assignment]
        elif isinstance(layer, OrderEnforcing):
            layer._has_reset = snapshot.was_reset


def _is_state(name: str, value: Any) -> bool:
    return not name.startswith("_") and name not in _LEFT_ALONE and isinstance(value, _PLAIN_TYPES)


def _layers(env: Any) -> Any:
    while isinstance(env, gymnasium.Wrapper):
        yield env
        env = env.env
