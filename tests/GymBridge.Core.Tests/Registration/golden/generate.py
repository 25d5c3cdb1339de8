"""Writes specs.json: what Gymnasium's EnvSpec.to_json and EnvSpec.pprint give, for EnvSpec to reproduce.

Run with Gymnasium 1.4.0 and NumPy 2.4.6:

    python tests/GymBridge.Core.Tests/Registration/golden/generate.py

EnvSpecJsonTests.cs reads it; change both together.
"""

import json
import pathlib

import gymnasium as gym
import numpy as np
from gymnasium.envs.registration import EnvSpec, WrapperSpec
from gymnasium.wrappers import ClipReward, RescaleObservation

KWARGS = {
    "none": None,
    "flags": (True, False),
    "big": 2**70,
    "float": 475.0,
    "small": 1e-07,
    "limits": [float("inf"), float("-inf"), float("nan")],
    "numpy": np.float64(0.1),
    "text": 'é "quoted" \\ it\'s\n\x7f 🎈',
    "nested": {
        "list": [1, [2.5, "x"]],
        "empty": {},
        "keys": {7: "int", 2.5: "float", True: "bool"},
    },
}

SPECS = [
    EnvSpec("Bare-v0"),
    EnvSpec("Unversioned", entry_point="a.b:C"),
    EnvSpec(
        "ns/All-v12",
        entry_point="a.b:C",
        vector_entry_point="a.b:D",
        reward_threshold=-0.5,
        nondeterministic=True,
        max_episode_steps=7,
        order_enforce=False,
        disable_env_checker=True,
        kwargs=KWARGS,
        additional_wrappers=(
            WrapperSpec("W", "w:W", None),
            WrapperSpec("V", "w:V", {"a": (1, 2.0), "b": None}),
        ),
    ),
]


def made():
    env = gym.make("MountainCar-v0", max_episode_steps=5)
    env = ClipReward(RescaleObservation(env, np.float32(0), np.float32(1)), -0.5, 0.5)
    spec = env.spec
    spec.additional_wrappers = spec.additional_wrappers[1:]
    yield spec
    for spec in gym.registry.values():
        if isinstance(spec.entry_point, str) and "mujoco" not in spec.entry_point:
            yield spec


def record(spec):
    text = spec.to_json()
    return {
        "json": text,
        "again": EnvSpec.from_json(text).to_json(),
        "derived": [spec.namespace, spec.name, spec.version],
        "pprint": spec.pprint(disable_print=True),
        "pprint_points": spec.pprint(disable_print=True, include_entry_points=True),
        "pprint_all": spec.pprint(disable_print=True, print_all=True),
        "pprint_read": EnvSpec.from_json(text).pprint(disable_print=True, print_all=True),
    }


def main():
    specs = [record(spec) for spec in [*SPECS, *made()]]
    path = pathlib.Path(__file__).with_name("specs.json")
    path.write_text(json.dumps(specs, indent=0) + "\n")


if __name__ == "__main__":
    main()
