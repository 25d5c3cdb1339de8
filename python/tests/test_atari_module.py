"""gymbridge.atari: games as agents are trained on them."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest

import gymbridge
from conftest import HostProcess
from strict import assert_same

pytest.importorskip("ale_py", reason="the extra 'atari' is not installed")
pytest.importorskip("cv2", reason="the extra 'atari' is not installed")

from gymbridge import atari
from gymbridge._host.catalog import Catalog
from gymbridge._host.refused import Refused


class ThreeLives(gymnasium.Env[Any, Any]):
    """Three lives of four steps; each step brings 5."""

    observation_space = gymnasium.spaces.Box(0, 255, (2,), np.uint8)
    action_space = gymnasium.spaces.Discrete(2)

    def reset(self, **keywords: Any) -> Any:
        super().reset(**keywords)
        self.steps = 0
        return np.zeros(2, np.uint8), {"lives": 3}

    def step(self, action: Any) -> Any:
        self.steps += 1
        lives = 3 - self.steps // 4
        return np.full(2, self.steps, np.uint8), 5, lives == 0, False, {"lives": lives}


def test_a_lost_life_ends_an_episode_and_the_game_goes_on() -> None:
    env = atari.SignReward(atari.EpisodicLife(atari.GameReport(ThreeLives())))
    env.reset(seed=1)
    ends = []
    for _ in range(22):
        _, reward, terminated, _, info = env.step(1)
        assert reward == 1.0
        if terminated:
            ends.append((info.get("life_lost"), info.get("episode"), env.unwrapped.steps))  # type: ignore[attr-defined]
            env.reset()
    # The no-op after a lost life is a step of the game.
    assert ends[:4] == [(True, None, 4), (True, None, 8), (None, {"r": 60.0, "l": 12}, 12), (True, None, 4)]


def test_a_seed_begins_a_game_anew() -> None:
    env = atari.EpisodicLife(ThreeLives())
    env.reset(seed=1)
    for _ in range(4):
        env.step(0)
    assert env.reset(seed=1)[1] == {"lives": 3}


def test_an_episode_begins_with_fire_and_the_action_after_it() -> None:
    class Button(ThreeLives):
        def step(self, action: Any) -> Any:
            taken.append(int(action))
            observation, reward, terminated, truncated, info = super().step(action)
            return observation, reward, terminated or self.ends_at == len(taken), truncated, info

        def reset(self, **keywords: Any) -> Any:
            taken.append("reset")
            return super().reset(**keywords)

    taken: list[Any] = []
    game = Button()
    game.ends_at = 0
    observation, info = atari.FireReset(game).reset(seed=1)
    assert (taken, observation.tolist(), info) == (["reset", 1, 2], [2, 2], {"lives": 3})
    taken.clear()
    game.ends_at = 3  # The second action ends it: another begins, without the buttons.
    observation, _ = atari.FireReset(game).reset()
    assert (taken, observation.tolist()) == (["reset", 1, 2, "reset"], [0, 0])


@pytest.mark.parametrize(("game", "fires"), [("Breakout", True), ("Pong", True), ("MsPacman", False)])
def test_games_with_the_button_begin_with_it(game: str, fires: bool) -> None:
    assert any(isinstance(env, atari.FireReset) for env in _wrappers(atari.make(game))) is fires
    assert not any(isinstance(env, atari.FireReset) for env in _wrappers(atari.make(game, fire_reset=False)))


def _wrappers(env: Any) -> Any:
    while isinstance(env, gymnasium.Wrapper):
        yield env
        env = env.env


def test_prepared_games_are_the_same_through_the_bridge(host: HostProcess) -> None:
    results = []
    for env in (
        gymbridge.make("gymbridge.atari:Atari/Breakout-v5", address=host.address),
        gymnasium.make("Atari/Breakout-v5"),
    ):
        seen: list[Any] = [env.reset(seed=3)]
        for step in range(150):
            seen.append(env.step(step % 4))
            if seen[-1][2]:
                seen.append(env.reset())
        results.append(seen)
        env.close()
    assert_same(results[0], results[1])
    assert any(step[-1].get("life_lost") for step in results[0] if len(step) == 5)


def test_arguments_reach_wrappers_and_game() -> None:
    env = gymnasium.make(
        "Atari/Pong-v5",
        screen_size=42,
        episodic_life=False,
        clip_reward=False,
        repeat_action_probability=0.0,
        full_action_space=True,
    )
    assert env.observation_space.shape == (42, 42)
    assert env.action_space == gymnasium.spaces.Discrete(18)
    assert "EpisodicLife" not in str(env) and "SignReward" not in str(env)
    env.close()


def test_an_id_without_its_namespace_is_told_the_whole_one() -> None:
    catalog = Catalog(frozenset(["ale_py"]))
    with pytest.raises(Refused) as refused:
        catalog.spec("ale_py:Pong-v5")
    assert "'ale_py:ALE/Pong-v5'" in refused.value.text
    with pytest.raises(Refused) as refused:
        catalog.spec("ale_py:ALE/Png-v5")
    assert "namespace there is" not in refused.value.text


@pytest.mark.parametrize(
    ("argument", "value", "told"),
    [
        ("frame_skip", 0, "a whole number from 1"),
        ("frame_skip", 2.5, "a whole number from 1"),
        ("noop_max", -1, "a whole number from 0"),
        ("screen_size", "large", "a whole number from 1"),
        ("repeat_action_probability", 2, "a number from 0 to 1"),
        ("obs_type", "ram", "frames are prepared here; ale_py:ALE/Pong-v5"),
        ("frameskip", 4, "frame_skip says"),
    ],
)
def test_an_argument_that_cannot_be_is_told_before_a_game_is_made(argument: str, value: Any, told: str) -> None:
    with pytest.raises(ValueError, match=f"^{argument}={value!r}: {told}"):
        atari.make("Pong", **{argument: value})
