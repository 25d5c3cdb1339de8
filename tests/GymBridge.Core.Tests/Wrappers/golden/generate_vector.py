"""Writes vector.json: what Gymnasium's vector wrappers do, for GymBridge.Wrappers.Vector to reproduce.

Run with Gymnasium 1.4.0 and NumPy 2.4.6:

    python tests/GymBridge.Core.Tests/Wrappers/golden/generate_vector.py

VectorWrapperGoldenTests.cs builds the same under the same names; change both together.
"""

import hashlib
import json
import pathlib

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode, VectorWrapper
from gymnasium.wrappers import TransformReward
from gymnasium.wrappers import vector as v

gym.logger.min_level = 50
STEPS = 300
NEXT, SAME, DISABLED = AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP, AutoresetMode.DISABLED


class CopiesOptions(VectorWrapper):
    """SyncVectorEnv takes the mask out of the caller's options, so that wrappers outside would not see it."""

    def reset(self, *, seed=None, options=None):
        return super().reset(seed=seed, options=None if options is None else dict(options))


class Triples(v.TransformAction):
    """Actions beyond the bounds."""

    def __init__(self, env):
        super().__init__(env, lambda actions: actions * np.float32(3), env.action_space, env.single_action_space)


def make(name, lanes, mode=NEXT):
    return CopiesOptions(
        gym.make_vec(name, lanes, vectorization_mode="sync", vector_kwargs={"autoreset_mode": mode}),
    )


def float16(name, lanes):
    return v.DtypeObservation(make(name, lanes), np.float16)


CASES = {
    "plain": lambda: make("CartPole-v1", 3),
    "filter": lambda: v.FlattenObservation(v.FilterObservation(make("Blackjack-v1", 3), [2, 0])),
    "flatten tuple": lambda: v.FlattenObservation(make("Blackjack-v1", 4)),
    "flatten discrete": lambda: v.FlattenObservation(make("FrozenLake-v1", 2)),
    "reshape": lambda: v.ReshapeObservation(make("CartPole-v1", 3), (2, 2)),
    "rescale": lambda: v.RescaleObservation(make("MountainCar-v0", 3), np.float32(0), np.float32(1)),
    "dtype": lambda: v.DtypeObservation(make("CartPole-v1", 3), np.float64),
    "dtype discrete": lambda: v.DtypeObservation(make("FrozenLake-v1", 3), np.float32),
    "dtype masked": lambda: v.DtypeObservation(make("CartPole-v1", 5, DISABLED), np.float64),
    "transform": lambda: v.TransformObservation(make("CartPole-v1", 3), lambda obs: obs * np.float32(2)),
    "clip action": lambda: Triples(v.ClipAction(make("MountainCarContinuous-v0", 3))),
    "rescale action": lambda: v.RescaleAction(make("Pendulum-v1", 3), np.float32(-1), np.float32(1)),
    "clip reward": lambda: v.ClipReward(make("Pendulum-v1", 3), -5.0, -1.0),
    "transform reward": lambda: v.TransformReward(make("Pendulum-v1", 3), lambda rewards: rewards * 2 + 1),
    "vectorized reward": lambda: v.VectorizeTransformReward(
        make("CartPole-v1", 3, SAME), TransformReward, func=lambda reward: reward / 3
    ),
    "normalize": lambda: v.NormalizeObservation(make("CartPole-v1", 3)),
    "normalize many": lambda: v.NormalizeObservation(make("MountainCar-v0", 37), epsilon=1e-3),
    "normalize float64": lambda: v.NormalizeObservation(v.DtypeObservation(make("CartPole-v1", 9), np.float64)),
    "normalize float16": lambda: v.NormalizeObservation(float16("MountainCar-v0", 9)),
    "normalize numbers": lambda: v.NormalizeObservation(make("FrozenLake-v1", 17)),
    "normalize float16 numbers": lambda: v.NormalizeObservation(float16("FrozenLake-v1", 41)),
    "normalize float32 numbers": lambda: v.NormalizeObservation(
        v.DtypeObservation(make("FrozenLake-v1", 150), np.float32)
    ),
    "normalize reward": lambda: v.NormalizeReward(make("Pendulum-v1", 3)),
    "normalize reward many": lambda: v.NormalizeReward(make("Pendulum-v1", 140), gamma=0.9, epsilon=1e-4),
    "normalize reward ends": lambda: v.NormalizeReward(make("CartPole-v1", 11)),
    "normalize reward same step": lambda: v.NormalizeReward(make("CartPole-v1", 11, SAME), gamma=0.95),
    "normalize reward masked": lambda: v.NormalizeReward(make("CartPole-v1", 5, DISABLED)),
    "statistics": lambda: v.RecordEpisodeStatistics(make("CartPole-v1", 4)),
    "statistics same step": lambda: v.RecordEpisodeStatistics(make("CartPole-v1", 4, SAME)),
    "statistics masked": lambda: v.RecordEpisodeStatistics(make("CartPole-v1", 4, DISABLED)),
}


def run(env):
    digest, digests = hashlib.sha256(), []

    def feed(*arrays):
        for array in arrays:
            digest.update(np.ascontiguousarray(array).tobytes())

    space = env.single_action_space
    space.seed(5)
    obs, _ = env.reset(seed=5)
    feed(obs)
    for t in range(STEPS):
        actions = np.stack([space.sample() for _ in range(env.num_envs)])
        obs, rewards, terminated, truncated, info = env.step(actions)
        feed(obs, rewards, terminated, truncated)
        if "episode" in info:
            feed(info["episode"]["r"], info["episode"]["l"])
        ended = terminated | truncated
        if env.metadata["autoreset_mode"] == DISABLED and ended.any():
            obs, _ = env.reset(options={"reset_mask": ended})
            feed(obs)
        if t % 50 == 49:
            digests.append(digest.hexdigest()[:8])
    return {
        "observation_space": str(env.single_observation_space),
        "action_space": str(env.single_action_space),
        "digests": digests,
    }


def main():
    golden = {"gymnasium": gym.__version__, "cases": {name: run(make_case()) for name, make_case in CASES.items()}}
    lines = [f"  {json.dumps(name)}: {json.dumps(case)}" for name, case in golden["cases"].items()]
    text = f'{{\n "gymnasium": "{gym.__version__}",\n "cases": {{\n' + ",\n".join(lines) + "\n }\n}\n"
    pathlib.Path(__file__).with_name("vector.json").write_text(text)


main()
