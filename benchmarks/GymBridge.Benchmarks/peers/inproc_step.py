"""Microseconds of a CartPole step: of the C# environment in this process, and Gymnasium's own, made the same way."""

import json

import gymnasium
from shared_step import measured

import gymbridge

if __name__ == "__main__":
    ours, own = measured(gymbridge.make("CartPole-v1", transport="inproc"), gymnasium.make("CartPole-v1"))
    print(json.dumps({"step_us": ours, "gymnasium_us": own}))
