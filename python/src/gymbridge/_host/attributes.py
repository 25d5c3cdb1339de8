"""Which attributes and methods of an environment can be reached by name."""

from __future__ import annotations

import keyword
from typing import Any

import gymnasium

from gymbridge._host.faults import LaneError
from gymbridge._host.refused import Refused

# Read by name at any time; all else must be declared, unless the host serves its own user.
READABLE = ("metadata", "np_random_seed", "render_mode", "observation_space", "action_space")
# These would go past the session's count of calls and its autoreset.
_LIFECYCLE = frozenset(
    (
        *("reset", "step", "close", "render", "unwrapped", "np_random", "env"),
        *("get_wrapper_attr", "set_wrapper_attr", "has_wrapper_attr", "take_snapshot", "restore_snapshot"),
    )
)
# What the preprocessing wrappers of Gymnasium and of Stable-Baselines3 ask of the Arcade Learning Environment.
_ATARI = frozenset(
    (
        *("_frameskip", "_game_mode", "_game_difficulty", "get_action_meanings", "get_keys_to_action", "ale"),
        *("ale.lives", "ale.getScreenGrayscale", "ale.getScreenRGB", "ale.getRAM", "ale.getRAMSize"),
        *("ale.getEpisodeFrameNumber", "ale.getFrameNumber", "ale.game_over", "ale.getScreenDims"),
        *("ale.getAvailableModes", "ale.getAvailableDifficulties", "ale.getMode", "ale.getDifficulty"),
    )
)


class Attributes:
    """Reads, sets and calls what the rules allow."""

    def __init__(self, envs: list[gymnasium.Env[Any, Any]], declared_only: bool) -> None:
        """Notes the environments.

        Args:
            envs: By lane.
            declared_only: Whether attributes must be on the environment's list of ``remote_attributes``.
        """
        self._envs = envs
        self._declared_only = declared_only
        self._extra = _ATARI if type(envs[0].unwrapped).__module__.partition(".")[0] == "ale_py" else frozenset()

    def get(self, lane: int, name: str, readable: bool = True) -> Any:
        """An attribute's value.

        Raises:
            Refused: It is not for others.
            LaneError: There is none, or it raised.
        """
        self._check_name(name)
        value = self._find(lane, name)
        if not (readable and name in READABLE):
            self._check_declared(lane, name)
        return value

    def set(self, lane: int, name: str, value: Any, force: bool) -> None:
        """Sets an attribute.

        Raises:
            Refused: It is not for others.
            LaneError: There is none and ``force`` is not set, or it raised.
        """
        self._check_name(name)
        env = self._envs[lane]
        if name in READABLE:
            raise self._denied(lane, name, f"The attribute '{name}' cannot be set from outside.")
        try:
            exists = env.has_wrapper_attr(name)
        except BaseException as error:
            raise LaneError(lane, error) from None
        if not exists and not force:
            missing = AttributeError(f"'{type(env.unwrapped).__name__}' object has no attribute '{name}'")
            raise LaneError(lane, missing)
        self._check_declared(lane, name, missing=not exists)
        try:
            if exists:
                env.set_wrapper_attr(name, value)
            else:
                setattr(env.unwrapped, name, value)
        except BaseException as error:
            raise LaneError(lane, error) from None

    def _find(self, lane: int, name: str) -> Any:
        try:
            if name in self._extra:
                value: Any = self._envs[lane].unwrapped
                for part in name.split("."):
                    value = getattr(value, part)
                return value
            return self._envs[lane].get_wrapper_attr(name)
        except BaseException as error:
            raise LaneError(lane, error) from None

    def _check_name(self, name: str) -> None:
        if name in self._extra:
            return
        if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_") or len(name) > 256:
            raise Refused(
                "ATTRIBUTE_DENIED",
                f"{name[:256]!r} cannot be reached: a name without leading underscore is needed.",
                name=name[:256],
                allowed="",
            )
        if name in _LIFECYCLE:
            raise Refused(
                "ATTRIBUTE_DENIED", f"The attribute '{name}' cannot be reached by name.", name=name, allowed=""
            )

    def _check_declared(self, lane: int, name: str, missing: bool = False) -> None:
        if not self._declared_only or name in self._extra:
            return
        if name in self._declared(lane):
            return
        raise self._denied(
            lane,
            name,
            f"The attribute '{name}' is not on the list of what this host gives away: {self._allowed(lane)}. An "
            "environment declares more by its class attribute remote_attributes; --attributes public opens all public "
            "ones.",
            missing,
        )

    def _declared(self, lane: int) -> Any:
        return getattr(self._envs[lane].unwrapped, "remote_attributes", ())

    def _allowed(self, lane: int) -> str:
        return ", ".join(sorted({*READABLE, *map(str, self._declared(lane))}))

    def _denied(self, lane: int, name: str, text: str, missing: bool = False) -> Refused:
        allowed = self._allowed(lane)
        if missing:
            return Refused("ATTRIBUTE_DENIED", text, name=name, allowed=allowed, missing="true")
        return Refused("ATTRIBUTE_DENIED", text, name=name, allowed=allowed)
