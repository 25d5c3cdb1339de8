"""Atari games as agents are trained on them: ``gymnasium.make("gymbridge.atari:Atari/Pong-v5")``, the same from C#.

Importing this module registers ``Atari/<Game>-v5`` beside each ``ALE/<Game>-v5``. Frames are prepared here, by
Gymnasium's ``AtariPreprocessing``: random no-ops at the start, one action for four frames, the greater of the last two,
gray, 84 x 84. A life that is lost ends an episode, rewards are clipped to their sign, and what the whole game brought
is in the info.

    noop_max (30): No-ops at the start of a game are drawn from 1 to this.
    frame_skip (4): Frames for each action.
    screen_size (84): Rows and columns of a frame.
    episodic_life (True): Whether a lost life ends an episode; the game goes on in the next.
    fire_reset (True): Whether an episode begins with the fire button and the action after it, in games whose second
        action is FIRE: the first ball of Breakout waits for it.
    clip_reward (True): Whether rewards become -1, 0 or 1.
    repeat_action_probability (0.25): Sticky actions; 0 for the games as the first papers had them.

All other arguments are those of ``ALE/<Game>-v5``. Sources: Mnih et al. 2015, doi:10.1038/nature14236; Machado et al.
2018, arXiv:1709.06009; stable_baselines3/common/atari_wrappers.py.
"""

from __future__ import annotations

from typing import Any

import ale_py
import gymnasium
import numpy as np
from gymnasium.envs import registration
from gymnasium.wrappers import AtariPreprocessing

NAMESPACE = "Atari"


class GameReport(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Says at the end of a game what it brought: ``info["episode"]`` with the return ``r`` and the frames ``l``."""

    def __init__(self, env: gymnasium.Env[Any, Any]) -> None:
        """Wraps a game that takes one frame for each step."""
        super().__init__(env)
        self._return = 0.0
        self._frames = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begins a game."""
        self._return, self._frames = 0.0, 0
        return self.env.reset(seed=seed, options=options)

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Takes one frame."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._return += float(reward)
        self._frames += 1
        if terminated or truncated:
            info = {**info, "episode": {"r": self._return, "l": self._frames}}
        return observation, reward, terminated, truncated, info


class EpisodicLife(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Ends an episode with every life that is lost, which ``info["life_lost"]`` says; a reset goes on with the game.

    A seed or options begin a game anew.
    """

    def __init__(self, env: gymnasium.Env[Any, Any]) -> None:
        """Wraps a game whose infos have ``lives``."""
        super().__init__(env)
        self._lives = 0
        self._is_over = True

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begins a game, or the next life of the one that is running."""
        if self._is_over or seed is not None or options:
            observation, info = self.env.reset(seed=seed, options=options)
        else:
            # A no-op leads out of the frames in which the life was lost.
            observation, _, terminated, truncated, info = self.env.step(0)
            if terminated or truncated:
                observation, info = self.env.reset()
        self._is_over = False
        self._lives = int(info["lives"])
        return observation, info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Takes one step."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._is_over = bool(terminated or truncated)
        lives = int(info["lives"])
        if 0 < lives < self._lives and not self._is_over:
            terminated = True
            info = {**info, "life_lost": True}
        self._lives = lives
        return observation, reward, terminated, truncated, info


class FireReset(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Begins every episode with the actions 1, which is FIRE, and 2, as Stable-Baselines3's ``FireResetEnv`` does."""

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begins an episode."""
        observation, info = self.env.reset(seed=seed, options=options)
        for action in (1, 2):
            observation, _, terminated, truncated, info = self.env.step(action)
            if terminated or truncated:
                observation, info = self.env.reset()
        return observation, info

    @staticmethod
    def fits(env: gymnasium.Env[Any, Any]) -> bool:
        """Whether a game has the button where it is looked for."""
        meanings = env.unwrapped.get_action_meanings()  # type: ignore[attr-defined]
        return len(meanings) >= 3 and meanings[1] == "FIRE"


class SignReward(gymnasium.RewardWrapper[Any, Any]):
    """Gives the sign of a reward."""

    def reward(self, reward: Any) -> float:
        """-1, 0 or 1."""
        return float(np.sign(reward))


def make(
    game: str,
    *,
    noop_max: int = 30,
    frame_skip: int = 4,
    screen_size: int = 84,
    episodic_life: bool = True,
    fire_reset: bool = True,
    clip_reward: bool = True,
    repeat_action_probability: float = 0.25,
    **keywords: Any,
) -> gymnasium.Env[Any, Any]:
    """Makes a game; the arguments are those of this module.

    Raises:
        ValueError: One of them is out of its range.
    """
    for name, value, least in (
        ("noop_max", noop_max, 0),
        ("frame_skip", frame_skip, 1),
        ("screen_size", screen_size, 1),
    ):
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
            raise ValueError(f"{name}={value!r}: a whole number from {least} is expected.")
    if keywords.get("obs_type", "rgb") not in ("rgb", "grayscale"):
        raise ValueError(f"obs_type={keywords['obs_type']!r}: frames are prepared here; ale_py:ALE/{game}-v5 has it.")
    if "frameskip" in keywords:
        raise ValueError(f"frameskip={keywords['frameskip']!r}: frame_skip says here how many frames an action takes.")
    if not isinstance(repeat_action_probability, (int, float)) or not 0 <= repeat_action_probability <= 1:
        raise ValueError(f"repeat_action_probability={repeat_action_probability!r}: a number from 0 to 1 is expected.")
    env: gymnasium.Env[Any, Any] = gymnasium.make(
        f"ALE/{game}-v5",
        frameskip=1,
        repeat_action_probability=repeat_action_probability,
        disable_env_checker=True,
        **keywords,
    )
    env = AtariPreprocessing(GameReport(env), noop_max=noop_max, frame_skip=frame_skip, screen_size=screen_size)
    if episodic_life:
        env = EpisodicLife(env)
    if fire_reset and FireReset.fits(env):
        env = FireReset(env)
    return SignReward(env) if clip_reward else env


def _register() -> None:
    gymnasium.register_envs(ale_py)
    for spec in [spec for spec in gymnasium.registry.values() if spec.namespace == "ALE" and spec.version == 5]:
        env_id = f"{NAMESPACE}/{spec.name}-v5"
        if env_id not in gymnasium.registry:
            registration.register(env_id, entry_point="gymbridge.atari:make", kwargs={"game": spec.name})


_register()
