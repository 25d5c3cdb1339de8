"""A person plays an environment in a window: ``python -m gymbridge.play ENV``, which ``gymbridge play`` starts.

Gymnasium's ``gymnasium.utils.play`` shows the frames of render mode ``rgb_array`` and reads the keys. For each episode
one JSON line is printed, with ``return``, ``length`` and ``complete``, and with ``--steps`` its actions and rewards.

    --kwargs JSON       Keyword arguments of the environment.
    --keys JSON         List of ``[keys, action]``: keys joined with "+", single characters, left, right, up, down or
                        space; the action as JSON has it.
    --usual-keys JSON   The same, for an environment without ``get_keys_to_action`` of its own.
    --noop JSON         The action while no key is pressed (0).
    --fps N             Steps a second; by default the environment's.
    --zoom X            How many times as large.
    --seed N            Of the first episode; the next ones go on from there.
    --episodes N        Ends after so many.
    --steps             Tell the actions and rewards of each episode as well.
    --wait              The environment waits for a key at every step.
    --bridged           The environment is a server's: $GYMBRIDGE_ADDRESS's, else the C# server's that is started.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from typing import Any

import gymnasium
import numpy as np

import gymbridge
from gymbridge._host import extras
from gymbridge._host.faults import LaneError, fault_of, is_users
from gymbridge._host.results import method_of

NO_WINDOW = 3
"""Exit code where no window can be opened: no pygame, no screen, or no frames of the environment."""


class _Over(Exception):
    """The last episode was played."""


class _Episodes(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Seeds the first episode alone, tells what each brought, and ends after the last."""

    def __init__(self, env: gymnasium.Env[Any, Any], seed: int | None, most: int | None, tells_steps: bool) -> None:
        super().__init__(env)
        self._tells_steps = tells_steps
        self._actions: list[Any] = []
        self._rewards: list[float] = []
        self._seed = seed
        self._left = most
        self._is_first = True
        self._return = 0.0
        self._steps = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        # gymnasium.utils.play resets twice before it begins.
        self.tell(False)
        return self.env.reset(seed=self._seed if self._is_first else None, options=options)

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._is_first = False
        self._return += float(reward)
        if self._tells_steps:
            self._actions += self.env.action_space.to_jsonable([action])
            self._rewards.append(float(reward))
        self._steps += 1
        if terminated or truncated:
            self.tell(True)
            if self._left is not None:
                self._left -= 1
                if self._left == 0:
                    raise _Over
        return observation, reward, bool(terminated), bool(truncated), info

    def render(self) -> Any:
        frame: Any = self.env.render()
        is_array = isinstance(frame, np.ndarray)
        if not is_array or frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3 or frame.size == 0:
            found = f"{frame.dtype.name} of shape {frame.shape}" if is_array else type(frame).__name__
            text = f"render() has to return a uint8 array of shape (height, width, 3) in mode 'rgb_array', got {found}"
            raise LaneError(0, TypeError(text), method_of(self.env, "render"))
        return frame

    def tell(self, complete: bool) -> None:
        """Prints the episode so far, if it has steps."""
        if self._steps:
            episode: dict[str, Any] = {"return": self._return, "length": self._steps, "complete": complete}
            if self._tells_steps:
                episode |= {"actions": self._actions, "rewards": self._rewards}
            print(json.dumps(episode), flush=True)
        self._return, self._steps, self._actions, self._rewards = 0.0, 0, [], []


def main(arguments: list[str] | None = None) -> int:
    """Plays.

    Args:
        arguments: The command line; None is that of the process.

    Returns:
        0, 1 where the environment fails, or :data:`NO_WINDOW`.
    """
    options = _parser().parse_args(arguments)
    try:
        import pygame

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # That its plots need matplotlib; none is drawn.
            from gymnasium.utils import play
    except ImportError as error:
        return _tell(f"{error}. It comes with: gymbridge python install --extra classic-control", NO_WINDOW)
    try:
        pygame.display.init()
    except pygame.error as error:
        return _tell(f"no window can be opened: {error}", NO_WINDOW)
    try:
        env = _make(options)
    except Exception as error:
        return _tell(_told(extras.with_advice(error)), 1)
    keys = options.keys
    if keys is None and not env.has_wrapper_attr("get_keys_to_action"):
        keys = options.usual_keys
    episodes = _Episodes(env, options.seed, options.episodes, options.steps)
    try:
        play.play(
            episodes,
            fps=max(1, round(float(options.fps or env.metadata.get("render_fps") or 30))),
            zoom=options.zoom,
            keys_to_action=None if keys is None else _actions(pygame, keys, env.action_space),
            noop=env.action_space.from_jsonable([options.noop])[0],
            wait_on_player=options.wait,
        )
    except (KeyboardInterrupt, _Over):
        pygame.quit()
    except Exception as error:
        pygame.quit()
        episodes.tell(False)
        return _tell(_told(error), 1)
    episodes.tell(False)
    env.close()
    return 0


def _make(options: argparse.Namespace) -> gymnasium.Env[Any, Any]:
    if options.bridged:
        return gymbridge.make(options.env, render_mode="rgb_array", **options.kwargs)
    return gymnasium.make(options.env, render_mode="rgb_array", **options.kwargs)


def _actions(pygame: Any, keys: list[Any], space: gymnasium.Space[Any]) -> dict[tuple[int, ...], Any]:
    codes = {
        "left": pygame.K_LEFT,
        "right": pygame.K_RIGHT,
        "up": pygame.K_UP,
        "down": pygame.K_DOWN,
        "space": pygame.K_SPACE,
    }
    return {
        tuple(codes[key] if key in codes else ord(key) for key in names.split("+")): space.from_jsonable([action])[0]
        for names, action in keys
    }


def _told(error: BaseException) -> str:
    """An error in one sentence, and the line of the environment's own file where it has one."""
    fault = fault_of(error, [], detailed=True)
    file, _, line = fault.location.rpartition(":")
    return f"{fault.python_class}: {fault.message}" + (f'\n  File "{file}", line {line}' if is_users(file) else "")


def _tell(text: str, code: int) -> int:
    print(text, file=sys.stderr, flush=True)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gymbridge.play", description="Play an environment in a window.")
    parser.add_argument("env", metavar="ENV", help="id, module:id where a module registers it")
    parser.add_argument("--kwargs", type=json.loads, default={}, metavar="JSON")
    parser.add_argument("--keys", type=json.loads, metavar="JSON")
    parser.add_argument("--usual-keys", type=json.loads, metavar="JSON")
    parser.add_argument("--noop", type=json.loads, default=0, metavar="JSON")
    parser.add_argument("--fps", type=float)
    parser.add_argument("--zoom", type=float)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--episodes", type=int)
    parser.add_argument("--steps", action="store_true")
    parser.add_argument("--wait", action="store_true")
    parser.add_argument("--bridged", action="store_true")
    return parser


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # Of Gymnasium's checks: what keeps a frame from being shown is an error here.
    sys.exit(main())
