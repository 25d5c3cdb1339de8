"""Writes attribute_types.json: the Python types of the public attributes of Gymnasium's environments after a step.

Run with Gymnasium 1.4.0 and NumPy 2: python generate_types.py. What only drawing uses is left out.
"""

import json
import pathlib

import gymnasium as gym
import numpy as np

IDS = (
    "CartPole-v1 MountainCar-v0 MountainCarContinuous-v0 Pendulum-v1 Acrobot-v1 "
    "FrozenLake-v1 CliffWalking-v1 Taxi-v4 Blackjack-v1"
).split()
BASE = set(dir(gym.Env)) | {"np_random", "np_random_seed", "spec", "unwrapped", "metadata", "render_mode"}
DRAWING = {
    "clock", "isopen", "screen", "window", "window_surface", "window_size", "cell_size", "locs_colors", "get_surf_loc",
    "taxi_orientation", "taxi_imgs", "action_arrow", "domain_fig", "cliff_imgs", "dealer_top_card_suit",
    "dealer_top_card_value_str",
}  # fmt: skip


def kind(value):
    if callable(value):
        return "method"
    name = type(value).__name__
    if isinstance(value, np.ndarray):
        return f"{name} {value.dtype.str} {list(value.shape)}"
    return f"{name} of {kind(value[0])}" if isinstance(value, (list, tuple)) and value else name


def kinds(env):
    names = [
        name
        for name in dir(env)
        if not name.startswith("_") and name not in BASE | DRAWING and not name.endswith(("_img", "_imgs"))
    ]
    return {name: kind(getattr(env, name)) for name in names}


result = {}
for env_id in IDS:
    env = gym.make(env_id).unwrapped
    env.reset(seed=7)
    after_reset = kinds(env)
    env.step(0 if isinstance(env.action_space, gym.spaces.Discrete) else np.array([0.5], np.float32))
    result[env_id] = {"after_reset": after_reset, "after_step": kinds(env)}
pathlib.Path(__file__).with_name("attribute_types.json").write_text(json.dumps(result, indent=0) + "\n")
