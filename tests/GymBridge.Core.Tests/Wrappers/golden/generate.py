"""Writes wrappers.json: what Gymnasium's wrappers do, for GymBridge.Wrappers to reproduce.

Run with Gymnasium 1.4.0 and NumPy 2.4.6:

    python tests/GymBridge.Core.Tests/Wrappers/golden/generate.py

WrapperGoldenTests.cs builds the same under the same names; change both together.
"""

import hashlib
import json
import pathlib
import struct

import gymnasium as gym
import numpy as np
from gymnasium import wrappers as w

gym.logger.min_level = 50
STEPS = 600


class Double(gym.ActionWrapper):
    """Actions beyond the bounds."""

    def __init__(self, env, factor):
        super().__init__(env)
        self.factor = np.float32(factor)

    def action(self, action):
        return action * self.factor


CASES = {
    "flatten tuple": lambda: w.FlattenObservation(gym.make("Blackjack-v1")),
    "flatten discrete": lambda: w.FlattenObservation(gym.make("FrozenLake-v1")),
    "reshape": lambda: w.ReshapeObservation(gym.make("CartPole-v1"), (2, 2)),
    "rescale observation": lambda: w.RescaleObservation(gym.make("MountainCar-v0"), np.float32(0), np.float32(1)),
    "dtype float64": lambda: w.DtypeObservation(gym.make("CartPole-v1"), np.float64),
    "dtype float16": lambda: w.DtypeObservation(gym.make("MountainCar-v0"), np.float16),
    "stack": lambda: w.FrameStackObservation(gym.make("CartPole-v1"), 3),
    "stack zeros": lambda: w.FrameStackObservation(gym.make("CartPole-v1"), 4, padding_type="zero"),
    "stack discrete": lambda: w.FrameStackObservation(gym.make("FrozenLake-v1"), 3),
    "delay": lambda: w.DelayObservation(gym.make("CartPole-v1"), 2),
    "filter tuple": lambda: w.FlattenObservation(w.FilterObservation(gym.make("Blackjack-v1"), [2, 0])),
    "clip action": lambda: Double(w.ClipAction(gym.make("MountainCarContinuous-v0")), 3),
    "rescale action": lambda: w.RescaleAction(gym.make("Pendulum-v1"), np.float32(-1), np.float32(1)),
    "sticky": lambda: w.StickyAction(gym.make("CartPole-v1"), 0.4, (1, 3)),
    "sticky one": lambda: w.StickyAction(gym.make("CartPole-v1"), 0.25),
    "repeat": lambda: w.RepeatAction(gym.make("MountainCar-v0"), 4),
    "clip reward": lambda: w.ClipReward(gym.make("Pendulum-v1"), -5.0, -1.0),
    "clip reward below": lambda: w.ClipReward(gym.make("Pendulum-v1"), min_reward=-2.5),
    "normalize reward": lambda: w.NormalizeReward(gym.make("Pendulum-v1")),
    "normalize reward gamma": lambda: w.NormalizeReward(gym.make("CartPole-v1"), gamma=0.9, epsilon=1e-4),
    "max and skip": lambda: w.MaxAndSkipObservation(gym.make("CartPole-v1"), 3),
    "time aware": lambda: w.TimeAwareObservation(gym.make("MountainCar-v0")),
    "time aware normalized": lambda: w.TimeAwareObservation(gym.make("FrozenLake-v1"), normalize_time=True),
    "normalize float32": lambda: w.NormalizeObservation(gym.make("CartPole-v1")),
    "normalize float64": lambda: w.NormalizeObservation(
        w.DtypeObservation(gym.make("CartPole-v1"), np.float64), epsilon=1e-3
    ),
    "normalize float16": lambda: w.NormalizeObservation(w.DtypeObservation(gym.make("MountainCar-v0"), np.float16)),
    "normalize discrete": lambda: w.NormalizeObservation(gym.make("FrozenLake-v1")),
    "discretize": lambda: w.DiscretizeObservation(gym.make("MountainCar-v0"), 10),
    "discretize uneven": lambda: w.DiscretizeObservation(gym.make("MountainCar-v0"), (7, 13), multidiscrete=True),
    "discretize float64": lambda: w.DiscretizeObservation(
        w.DtypeObservation(gym.make("MountainCar-v0"), np.float64), (300, 1)
    ),
    "discretize float16": lambda: w.DiscretizeObservation(
        w.DtypeObservation(gym.make("MountainCar-v0"), np.float16), 9, multidiscrete=True
    ),
    "discretize action": lambda: w.DiscretizeAction(gym.make("Pendulum-v1"), 11),
    "discretize action multi": lambda: w.DiscretizeAction(gym.make("MountainCarContinuous-v0"), (6,), True),
    "autoreset": lambda: w.Autoreset(gym.make("CartPole-v1")),
}


def plain(obs):
    return np.asarray(obs).tobytes()


def run(make, name):
    env = make()
    env.action_space.seed(5)
    if hasattr(env, "factor") or name == "clip action":
        env.env.env.action_space.seed(5)
        sample = env.env.env.action_space.sample
    else:
        sample = env.action_space.sample
    digests = []
    digest = hashlib.sha256()
    obs, _ = env.reset(seed=5)
    digest.update(plain(obs))
    for t in range(STEPS):
        obs, reward, terminated, truncated, _ = env.step(sample())
        digest.update(plain(obs) + struct.pack("<d??", float(reward), terminated, truncated))
        if (terminated or truncated) and name != "autoreset":
            obs, _ = env.reset()
            digest.update(plain(obs))
        if t % 100 == 99:
            digests.append(digest.hexdigest()[:8])
    return {
        "text": str(env) if name != "clip action" else str(env.env),
        "observation_space": str(env.observation_space),
        "action_space": str(env.action_space),
        "digests": digests,
    }


def main():
    golden = {
        "gymnasium": gym.__version__,
        "cases": {name: run(make, name) for name, make in CASES.items()},
    }
    path = pathlib.Path(__file__).with_name("wrappers.json")
    path.write_text(json.dumps(golden, indent=1) + "\n")


main()
