"""Writes trajectories.json: what Gymnasium's environments do, for GymBridge.Environments to reproduce bit for bit.

Run with Gymnasium 1.4.0, NumPy 2.4.6 and glibc on an x86-64 processor with AVX2 and FMA:

    python tests/GymBridge.Environments.Tests/golden/generate.py

For each case and seed, a running SHA-256 over everything that a reset or step returns and the generator's whole state
after it, and of the ansi rendering where there is one; every 1000 steps its first 8 bytes are noted.
TrajectoryReplay.cs does the same in C#; change both together.
"""

import hashlib
import json
import pathlib
import struct

import gymnasium as gym
import numpy as np

gym.logger.min_level = 50

SEEDS = [0, 1, 42, 2**32, 2**64 + 5]
STEPS = 20_000
CHECKPOINT = 1000

ANSI = ("FrozenLake", "CliffWalking", "Taxi")
CUSTOM_MAP = ["SFFHF", "FHFFF", "FFSHG"]

# name, id, kwargs, reset options, policy in odd blocks of 1000 steps (random in even ones)
CASES = [
    ("CartPole-v1", "CartPole-v1", {}, None, None),
    ("CartPole-v0", "CartPole-v0", {}, None, None),
    ("CartPole-v1 sutton_barto_reward", "CartPole-v1", {"sutton_barto_reward": True}, None, None),
    ("CartPole-v1 low high", "CartPole-v1", {}, {"low": -0.2, "high": 0.15}, None),
    ("MountainCar-v0", "MountainCar-v0", {}, None, "pump"),
    ("MountainCar-v0 goal_velocity", "MountainCar-v0", {"goal_velocity": 0.02}, {"low": -0.9, "high": 0.1}, "pump"),
    ("MountainCarContinuous-v0", "MountainCarContinuous-v0", {}, None, "pump"),
    (
        "MountainCarContinuous-v0 goal_velocity",
        "MountainCarContinuous-v0",
        {"goal_velocity": 0.03},
        {"low": -1.1, "high": 0.0},
        "pump",
    ),
    ("Pendulum-v1", "Pendulum-v1", {}, None, "pump"),
    ("Pendulum-v1 g", "Pendulum-v1", {"g": 9.81}, {"x_init": 1.0, "y_init": 0.5}, "pump"),
    ("Acrobot-v1", "Acrobot-v1", {}, None, "pump"),
    ("Acrobot-v1 low high", "Acrobot-v1", {}, {"low": -0.5, "high": 0.7}, "pump"),
    ("Acrobot-v1 noise", "Acrobot-v1", {"torque_noise_max": 0.5}, None, "pump"),
    ("Acrobot-v1 nips", "Acrobot-v1", {"book_or_nips": "nips"}, None, "pump"),
    ("FrozenLake-v1", "FrozenLake-v1", {}, None, None),
    ("FrozenLake-v1 dry", "FrozenLake-v1", {"is_slippery": False}, None, None),
    ("FrozenLake-v1 rewards", "FrozenLake-v1", {"success_rate": 0.7, "reward_schedule": (10, -5, -1)}, None, None),
    ("FrozenLake-v1 map", "FrozenLake-v1", {"desc": CUSTOM_MAP}, None, None),
    ("FrozenLake8x8-v1", "FrozenLake8x8-v1", {}, None, None),
    ("CliffWalking-v1", "CliffWalking-v1", {}, None, None),
    ("CliffWalkingSlippery-v1", "CliffWalkingSlippery-v1", {}, None, None),
    ("Taxi-v4", "Taxi-v4", {}, None, None),
    ("Taxi-v4 rainy", "Taxi-v4", {"is_rainy": True, "rainy_probability": 0.7}, None, "mask"),
    ("Taxi-v4 fickle", "Taxi-v4", {"fickle_passenger": True, "fickle_probability": 0.6}, None, "mask"),
    ("Blackjack-v1", "Blackjack-v1", {}, None, None),
    ("Blackjack-v1 natural", "Blackjack-v1", {"natural": True, "sab": False}, None, None),
    ("Blackjack-v1 plain", "Blackjack-v1", {"natural": False, "sab": False}, None, None),
]

# Gymnasium has these as class attributes; in C# they are keyword arguments.
ATTRIBUTES = ("torque_noise_max", "book_or_nips")


def make(env_id, kwargs, render_mode=None):
    attributes = {name: value for name, value in kwargs.items() if name in ATTRIBUTES}
    arguments = {name: value for name, value in kwargs.items() if name not in ATTRIBUTES}
    env = gym.make(env_id, disable_env_checker=True, render_mode=render_mode, **arguments)
    for name, value in attributes.items():
        setattr(env.unwrapped, name, value)
    return env


def plain(value):
    """A value in bytes; the letter keeps int and float apart."""
    if isinstance(value, np.ndarray):
        return b"a" + value.tobytes()
    if isinstance(value, tuple):
        return b"".join(struct.pack("<q", int(v)) for v in value)
    if isinstance(value, (bool, np.bool_)):
        return b"b" + bytes([value])
    if isinstance(value, (int, np.integer)):
        return b"i" + struct.pack("<q", int(value))
    return b"f" + struct.pack("<d", float(value))


def state_bytes(env):
    state = env.unwrapped.np_random.bit_generator.state
    return (
        state["state"]["state"].to_bytes(16, "little")
        + state["state"]["inc"].to_bytes(16, "little")
        + struct.pack("<BI", state["has_uint32"], state["uinteger"])
    )


def info_bytes(info):
    return b"".join(key.encode() + plain(value) for key, value in info.items())


def choose(env, policy, t, obs, info):
    """Always draws, so that the stream does not depend on the policy."""
    action = env.action_space.sample(info["action_mask"] if policy == "mask" else None)
    if policy == "pump" and t // CHECKPOINT % 2 == 1:
        kind = type(env.unwrapped).__name__
        if kind == "MountainCarEnv":
            return 2 if obs[1] >= 0 else 0
        if kind == "Continuous_MountainCarEnv":
            return np.array([1.25 if obs[1] >= 0 else -1.0], dtype=np.float32) * np.abs(action)
        if kind == "PendulumEnv":
            return action * np.float32(1.5)
        return 2 if obs[4] < 0 else 0
    return action


def replay(env_id, kwargs, options, policy, seed):
    has_text = env_id.startswith(ANSI)
    env = make(env_id, kwargs, "ansi" if has_text else None)
    env.action_space.seed(seed)
    digest = hashlib.sha256()
    obs, info = env.reset(seed=seed, options=options)

    def feed_reset():
        digest.update(plain(obs) + info_bytes(info) + state_bytes(env) + (env.render().encode() if has_text else b""))

    feed_reset()
    checkpoints, terminations, truncations, total = [], 0, 0, 0.0
    for t in range(STEPS):
        obs, reward, terminated, truncated, info = env.step(choose(env, policy, t, obs, info))
        digest.update(
            plain(obs) + struct.pack("<d??", reward, terminated, truncated) + info_bytes(info) + state_bytes(env)
        )
        digest.update(env.render().encode() if has_text else b"")
        terminations, truncations, total = terminations + terminated, truncations + truncated, total + float(reward)
        if terminated or truncated:
            obs, info = env.reset(options=options)
            feed_reset()
        if (t + 1) % CHECKPOINT == 0:
            checkpoints.append(digest.hexdigest()[:16])
    print(env_id, kwargs, seed, "terminated", terminations, "truncated", truncations, "return", total)
    return {
        "seed": str(seed),
        "checkpoints": checkpoints,
        "terminations": int(terminations),
        "truncations": int(truncations),
        "return": float(total),
    }


def gold_digest(env_id):
    """SHA-256 over the observations of 1000 steps with seed 42."""
    env = gym.make(env_id, disable_env_checker=True)
    env.action_space.seed(42)
    digest = hashlib.sha256()

    def feed(obs):
        digest.update(np.asarray(obs, dtype="<f4" if isinstance(obs, np.ndarray) else "<i8").tobytes())

    feed(env.reset(seed=42)[0])
    for _ in range(1000):
        obs, reward, terminated, truncated, _ = env.step(env.action_space.sample())
        feed(obs)
        digest.update(np.float64(reward).tobytes() + bytes([bool(terminated), bool(truncated)]))
        if terminated or truncated:
            feed(env.reset()[0])
    return digest.hexdigest()[:16]


def main():
    golden = {
        "gymnasium": gym.__version__,
        "numpy": np.__version__,
        "gold": {name: gold_digest(name) for name in sorted({case[1] for case in CASES})},
        "cases": [
            {
                "name": name,
                "env_id": env_id,
                "kwargs": kwargs,
                "options": options,
                "policy": policy,
                "runs": [replay(env_id, kwargs, options, policy, seed) for seed in SEEDS],
            }
            for name, env_id, kwargs, options, policy in CASES
        ],
    }
    path = pathlib.Path(__file__).with_name("trajectories.json")
    path.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
