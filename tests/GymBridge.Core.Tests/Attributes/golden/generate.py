"""Writes attributes.json: what Gymnasium's environments have as attributes, and how they step after some were set.

Run with Gymnasium 1.4.0 and NumPy 2.4.6:

    python tests/GymBridge.Core.Tests/Attributes/golden/generate.py

EnvAttributesTests.cs runs the same; change both together.
"""

import copy
import hashlib
import json
import pathlib

import gymnasium as gym
import numpy as np

STEPS = 300
BLOCK = 50
SEED = 7

TABULAR = ["P", "s", "lastaction", "initial_state_distrib"]
CASES = {
    "CartPole-v1": [
        (
            "gravity masscart masspole total_mass length polemass_length force_mag tau kinematics_integrator "
            "theta_threshold_radians x_threshold state"
        ),
        {
            "gravity": 3.7,
            "force_mag": 4.5,
            "masspole": 0.3,
            "polemass_length": 0.2,
            "total_mass": 1.7,
            "length": 0.75,
            "tau": 0.013,
            "kinematics_integrator": "semi-implicit euler",
            "theta_threshold_radians": 0.5,
            "x_threshold": 1.1,
        },
    ],
    "MountainCar-v0": [
        "min_position max_position max_speed goal_position goal_velocity force gravity low high state",
        {
            "min_position": -1.0,
            "max_position": 0.4,
            "max_speed": 0.05,
            "goal_position": 0.1,
            "goal_velocity": 0.01,
            "force": 0.0031,
            "gravity": 0.0019,
        },
    ],
    "MountainCarContinuous-v0": [
        "min_action max_action min_position max_position max_speed goal_position goal_velocity power "
        "low_state high_state state",
        {
            "min_action": -0.6,
            "max_action": 0.7,
            "min_position": -1.0,
            "max_position": 0.4,
            "max_speed": 0.05,
            "goal_position": 0.1,
            "goal_velocity": 0.01,
            "power": 0.0041,
        },
    ],
    "Pendulum-v1": [
        "max_speed max_torque dt g m l last_u state",
        {"max_speed": 5, "max_torque": 1.3, "dt": 0.03, "g": 9.1, "m": 1.4, "l": 0.7},
    ],
    "Acrobot-v1": [
        "dt LINK_LENGTH_1 LINK_MASS_1 LINK_MASS_2 LINK_COM_POS_1 LINK_COM_POS_2 LINK_MOI MAX_VEL_1 MAX_VEL_2 "
        "torque_noise_max book_or_nips state",
        {
            "torque_noise_max": 0.3,
            "book_or_nips": "nips",
            "state": [0.1, -0.2, 0.3, -0.4],
        },
    ],
    "FrozenLake-v1": ["nrow ncol desc", {"s": 9}],
    "CliffWalking-v1": ["shape start_state_index nS nA is_slippery", {"s": 12}],
    "Taxi-v4": [
        "rainy_probability fickle_probability fickle_passenger fickle_step max_row max_col desc locs",
        {
            "s": 100,
            "fickle_passenger": True,
            "fickle_probability": 0.9,
            "fickle_step": True,
        },
    ],
    "Blackjack-v1": [
        "natural sab dealer player",
        {"sab": False, "natural": True, "player": [10, 1], "dealer": [9, 8]},
    ],
}


def plain(name, value):
    if name == "state":
        return None if value is None else [float(number) for number in value]
    if isinstance(value, np.ndarray) and value.dtype.kind == "S":
        return [b"".join(row).decode() for row in value]
    if isinstance(value, np.ndarray):
        return {"dtype": str(value.dtype), "data": value.tolist()}
    if isinstance(value, dict):
        return {str(key): plain("", item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain("", item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def text(name, value):
    written = json.dumps(plain(name, value))
    return written if len(written) < 300 else hashlib.sha256(written.encode()).hexdigest()[:16]


def actions(env):
    rng = np.random.default_rng(SEED)
    if isinstance(env.action_space, gym.spaces.Discrete):
        return [int(action) for action in rng.integers(0, env.action_space.n, STEPS)]
    return [np.array([x], np.float32) for x in rng.uniform(-3, 3, STEPS)]


def run(env, chosen):
    digests, digest = [], hashlib.sha256()
    for step, action in enumerate(chosen, 1):
        observation, reward, terminated, _, _ = env.step(action)
        digest.update(np.asarray(observation, np.float64).tobytes())
        digest.update(np.array([reward, terminated], np.float64).tobytes())
        if terminated:
            observation, _ = env.reset()
            digest.update(np.asarray(observation, np.float64).tobytes())
        if step % BLOCK == 0:
            digests.append(digest.hexdigest()[:16])
    return digests


def main():
    result = {}
    for env_id, (names, changes) in CASES.items():
        env = gym.make(env_id).unwrapped
        tabular = TABULAR if hasattr(env, "P") else []
        names = [*names.split(), *tabular]
        env.reset(seed=SEED)
        after_reset = {name: text(name, env.get_wrapper_attr(name)) for name in names}
        env.step(actions(env)[0])
        after_step = {name: text(name, env.get_wrapper_attr(name)) for name in names}
        env.reset(seed=SEED)
        for name, value in changes.items():
            env.set_wrapper_attr(name, copy.deepcopy(value))
        result[env_id] = {
            "after_reset": after_reset,
            "after_step": after_step,
            "changes": changes,
            "changed_values": {name: text(name, env.get_wrapper_attr(name)) for name in changes},
            "actions": [float(np.asarray(action).item()) for action in actions(env)],
            "digests": run(env, actions(env)),
        }
    path = pathlib.Path(__file__).with_name("attributes.json")
    path.write_text(json.dumps(result, indent=0) + "\n")


if __name__ == "__main__":
    main()
