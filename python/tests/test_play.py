"""A person plays in a window: here on a screen that is none, with keys that the events bring."""

from __future__ import annotations

import json
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.envs.classic_control import CartPoleEnv, PendulumEnv

from gymbridge import play

pygame = pytest.importorskip("pygame")


@pytest.fixture(autouse=True)
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")


class Player:
    """Gives the events of each look at the keyboard."""

    def __init__(self, *turns: list[Any]) -> None:
        self._turns = list(turns)

    def __call__(self) -> list[Any]:
        return self._turns.pop(0) if self._turns else [pygame.event.Event(pygame.QUIT)]


def down(key: int) -> Any:
    return pygame.event.Event(pygame.KEYDOWN, key=key)


def up(key: int) -> Any:
    return pygame.event.Event(pygame.KEYUP, key=key)


def played(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], player: Player, *arguments: str) -> Any:
    monkeypatch.setattr(pygame.event, "get", player)
    assert play.main([*arguments, "--fps", "1000"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_keys_that_are_held_take_their_action(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taken: list[int] = []
    step = CartPoleEnv.step
    monkeypatch.setattr(CartPoleEnv, "step", lambda env, action: taken.append(action) or step(env, action))
    right = pygame.K_RIGHT
    player = Player([], [down(right)], [], [up(right)], [down(pygame.K_ESCAPE)])
    keys = json.dumps([["a", 0], ["d", 1], ["right", 1]])
    episodes = played(monkeypatch, capsys, player, "CartPole-v1", "--usual-keys", keys, "--seed", "3")
    # The first look is a reset's, and a key counts from the look after it was pressed.
    assert taken == [0, 1, 1, 0]
    assert episodes == [{"return": 4.0, "length": 4, "complete": False}]


def test_a_seed_is_that_of_the_first_episode_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lengths = []
    env = gymnasium.make("CartPole-v1")
    env.reset(seed=5)
    for _ in range(3):
        length, ended = 0, False
        while not ended:
            _, _, terminated, truncated, _ = env.step(0)
            length, ended = length + 1, terminated or truncated
        lengths.append(length)
        env.reset()
    player = Player(*[[] for _ in range(200)])
    arguments = ["CartPole-v1", "--seed", "5", "--episodes", "3", "--keys", '[["d", 1]]', "--noop", "0"]
    episodes = played(monkeypatch, capsys, player, *arguments)
    assert episodes == [{"return": float(n), "length": n, "complete": True} for n in lengths]


def test_wait_steps_with_keys_alone_and_boxes_take_arrays(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taken: list[Any] = []
    step = PendulumEnv.step
    monkeypatch.setattr(PendulumEnv, "step", lambda env, action: taken.append(action) or step(env, action))
    player = Player([], [], [down(pygame.K_d)], [up(pygame.K_d)], [], [down(pygame.K_ESCAPE)])
    keys = json.dumps([["a", [-2.0]], ["d", [2.0]]])
    played(monkeypatch, capsys, player, "gymnasium:Pendulum-v1", "--keys", keys, "--noop", "[0.0]", "--wait")
    assert [(action.dtype, action.tolist()) for action in taken] == [(np.dtype("float32"), [2.0])]


def test_what_cannot_be_made_or_shown_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert play.main(["no_such_module:Thing-v0"]) == 1
    assert "no_such_module" in capsys.readouterr().err

    def fail() -> None:
        raise pygame.error("there is no screen")

    monkeypatch.setattr(pygame.display, "init", fail)
    assert play.main(["CartPole-v1"]) == play.NO_WINDOW
    assert "there is no screen" in capsys.readouterr().err


def test_steps_are_told_where_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    player = Player([], [down(pygame.K_d)], [], [down(pygame.K_ESCAPE)])
    keys = json.dumps([["a", [-2.0]], ["d", [2.0]]])
    (episode,) = played(
        monkeypatch, capsys, player, "Pendulum-v1", "--usual-keys", keys, "--noop", "[0.5]", "--seed", "3", "--steps"
    )
    env = gymnasium.make("Pendulum-v1")
    env.reset(seed=3)
    assert episode["length"] == len(episode["actions"]) == 3
    rewards = [float(env.step(np.array(action, np.float32))[1]) for action in episode["actions"]]
    assert episode["actions"][0] == [0.5]
    assert episode["actions"][1:] == [[2.0], [2.0]]
    assert episode["rewards"] == rewards
    assert episode["return"] == pytest.approx(sum(rewards))


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (np.zeros((4, 4, 3)), "TypeError: render() has to return a uint8 array of shape (height, width, 3)"),
        (np.zeros(48, np.uint8), "got uint8 of shape (48,)"),
        (None, "got NoneType"),
        (RuntimeError("no paint left"), "RuntimeError: no paint left"),
    ],
)
def test_a_frame_that_cannot_be_shown_ends_the_game_with_one_sentence_and_the_users_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], frame: Any, told: str
) -> None:
    class Drawing(gymnasium.Env[Any, Any]):
        metadata = {"render_modes": ["rgb_array"], "render_fps": 30}  # noqa: RUF012
        observation_space = action_space = gymnasium.spaces.Discrete(2)

        def __init__(self, render_mode: str | None = None) -> None:
            self.render_mode = render_mode

        def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
            return 0, {}

        def step(self, action: Any) -> Any:
            return 0, 0.0, False, False, {}

        def render(self) -> Any:
            if isinstance(frame, Exception):
                raise frame
            return frame

    monkeypatch.setitem(gymnasium.registry, "Drawing-v0", gymnasium.envs.registration.EnvSpec("Drawing-v0", Drawing))
    assert play.main(["Drawing-v0", "--keys", '[["a", 1]]', "--noop", "0"]) == 1
    said = capsys.readouterr().err
    assert told in said and f'  File "{__file__}", line ' in said and "Traceback" not in said
