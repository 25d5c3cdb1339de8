"""The C# environments that every GymBridge server has, by their ids there."""

from __future__ import annotations

from dataclasses import dataclass

NAMESPACE = "GymBridge"


@dataclass(frozen=True)
class BuiltIn:
    """What Gymnasium's registry needs to know before a server runs."""

    env_id: str
    max_episode_steps: int | None
    reward_threshold: float | None


BUILT_INS = (BuiltIn("CartPole-v1", max_episode_steps=500, reward_threshold=475.0),)
