"""Atari's standard wrappers, Gymnasium's and those of Stable-Baselines3, on a proxied Arcade Learning Environment."""

from __future__ import annotations

import warnings
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.wrappers import AtariPreprocessing

import gymbridge
from conftest import HostProcess
from strict import assert_same

ale_py = pytest.importorskip("ale_py", reason="the extra 'atari' is not installed")
pytest.importorskip("cv2", reason="the extra 'atari' is not installed")


class NoopReset(gymnasium.Wrapper[Any, Any, Any, Any]):
    """As stable_baselines3.common.atari_wrappers.NoopResetEnv: no-ops, as many as the environment's generator says."""

    def reset(self, **keywords: Any) -> Any:
        self.env.reset(**keywords)
        self.noops = int(self.unwrapped.np_random.integers(1, 31))
        assert self.unwrapped.get_action_meanings()[0] == "NOOP"  # type: ignore[attr-defined]
        for _ in range(self.noops):
            observation, _, terminated, truncated, info = self.env.step(0)
            if terminated or truncated:
                observation, info = self.env.reset()
        return observation, info


class EpisodicLife(gymnasium.Wrapper[Any, Any, Any, Any]):
    """As stable_baselines3.common.atari_wrappers.EpisodicLifeEnv: a lost life ends the episode."""

    lives = 0

    def step(self, action: Any) -> Any:
        observation, reward, terminated, truncated, info = self.env.step(action)
        lives = self.env.unwrapped.ale.lives()  # type: ignore[attr-defined]
        terminated = terminated or 0 < lives < self.lives
        self.lives = lives
        return observation, reward, terminated, truncated, info


def pair(host: HostProcess, env_id: str, **keywords: Any) -> tuple[Any, Any]:
    gymnasium.register_envs(ale_py)
    return gymbridge.make(f"ale_py:{env_id}", address=host.address, **keywords), gymnasium.make(env_id, **keywords)


def test_atari_preprocessing_gives_the_same_frames(host: HostProcess) -> None:
    results = []
    for env in pair(host, "ALE/Pong-v5", frameskip=1):
        wrapped = AtariPreprocessing(env, noop_max=30, frame_skip=4, terminal_on_life_loss=True)
        results.append([wrapped.reset(seed=3), *(wrapped.step(step % 6) for step in range(25)), wrapped.reset()])
        env.close()
    assert_same(results[0], results[1])


def test_the_wrappers_of_stable_baselines_draw_and_count_alike(host: HostProcess) -> None:
    results = []
    for env in pair(host, "ALE/Breakout-v5", frameskip=4, repeat_action_probability=0.25):
        wrapped = EpisodicLife(NoopReset(env))
        seen: list[Any] = []
        for seed in (5, None, None):
            seen += [wrapped.reset(seed=seed), wrapped.env.noops]
            for step in range(40):
                seen.append(wrapped.step(step % 4))
                if seen[-1][2]:
                    break
        results.append(seen)
        env.close()
    assert_same(results[0], results[1])
    counts = [item for item in results[0] if type(item) is int]
    assert len(set(counts)) > 1, "the generator moves from reset to reset"


def test_what_is_shown_of_the_emulator_is_a_list(start_host: Any) -> None:
    host = start_host("--port", "0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        env = gymbridge.make("ale_py:ALE/Pong-v5", address=host.address, frameskip=1).unwrapped
    env.reset(seed=1)
    screen = np.zeros((210, 160), np.uint8)
    assert env.ale.getScreenGrayscale(screen) is screen and screen.any()
    assert env.ale.lives() == 0 and env._frameskip == 1
    for name in ("saveState", "setString", "loadROM"):
        with pytest.raises(AttributeError):
            getattr(env.ale, name)()
