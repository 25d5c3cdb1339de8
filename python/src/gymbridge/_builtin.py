"""The C# environments that every GymBridge server has, by their ids there; made by generate_builtin.py."""

from __future__ import annotations

from dataclasses import dataclass

NAMESPACE = "GymBridge"


@dataclass(frozen=True)
class BuiltIn:
    """What Gymnasium's registry needs to know before a server runs."""

    env_id: str
    max_episode_steps: int | None
    reward_threshold: float | None


BUILT_INS = (
    BuiltIn("Acrobot-v1", max_episode_steps=500, reward_threshold=-100.0),
    BuiltIn("BernoulliBandit-v0", max_episode_steps=500, reward_threshold=None),
    BuiltIn("Blackjack-v1", max_episode_steps=None, reward_threshold=None),
    BuiltIn("CartPole-v0", max_episode_steps=200, reward_threshold=195.0),
    BuiltIn("CartPole-v1", max_episode_steps=500, reward_threshold=475.0),
    BuiltIn("CartPoleNoVel-v1", max_episode_steps=500, reward_threshold=475.0),
    BuiltIn("Catch-v0", max_episode_steps=None, reward_threshold=0.9),
    BuiltIn("Chain-v0", max_episode_steps=100, reward_threshold=None),
    BuiltIn("CliffWalking-v1", max_episode_steps=None, reward_threshold=None),
    BuiltIn("CliffWalkingSlippery-v1", max_episode_steps=None, reward_threshold=None),
    BuiltIn("ContextualBandit-v0", max_episode_steps=500, reward_threshold=None),
    BuiltIn("Dialogue-v0", max_episode_steps=50, reward_threshold=None),
    BuiltIn("DialogueBelief-v0", max_episode_steps=50, reward_threshold=None),
    BuiltIn("DialogueEvidence-v0", max_episode_steps=50, reward_threshold=None),
    BuiltIn("FrozenLake-v1", max_episode_steps=100, reward_threshold=0.7),
    BuiltIn("FrozenLake8x8-v1", max_episode_steps=200, reward_threshold=0.85),
    BuiltIn("GaussianBandit-v0", max_episode_steps=500, reward_threshold=None),
    BuiltIn("GridWorld-v0", max_episode_steps=100, reward_threshold=None),
    BuiltIn("GridWorldOneHot-v0", max_episode_steps=100, reward_threshold=None),
    BuiltIn("GridWorldPosition-v0", max_episode_steps=100, reward_threshold=None),
    BuiltIn("Inventory-v0", max_episode_steps=100, reward_threshold=None),
    BuiltIn("LineWorld-v0", max_episode_steps=100, reward_threshold=None),
    BuiltIn("MountainCar-v0", max_episode_steps=200, reward_threshold=-110.0),
    BuiltIn("MountainCarContinuous-v0", max_episode_steps=999, reward_threshold=90.0),
    BuiltIn("PauseGame-v0", max_episode_steps=200, reward_threshold=None),
    BuiltIn("Pendulum-v1", max_episode_steps=200, reward_threshold=None),
    BuiltIn("PixelCatch-v0", max_episode_steps=None, reward_threshold=0.8),
    BuiltIn("PointNav-v0", max_episode_steps=50, reward_threshold=None),
    BuiltIn("RandomWalk-v0", max_episode_steps=None, reward_threshold=None),
    BuiltIn("RankingBandit-v0", max_episode_steps=500, reward_threshold=None),
    BuiltIn("RewardChain-v0", max_episode_steps=100, reward_threshold=None),
    BuiltIn("SimpleEnv-v0", max_episode_steps=None, reward_threshold=1.0),
    BuiltIn("StateMachine-v0", max_episode_steps=100, reward_threshold=None),
    BuiltIn("Taxi-v4", max_episode_steps=200, reward_threshold=8.0),
    BuiltIn("TicTacToe-v0", max_episode_steps=None, reward_threshold=None),
    BuiltIn("TokenModularAddition-v0", max_episode_steps=None, reward_threshold=None),
    BuiltIn("TokenParity-v0", max_episode_steps=None, reward_threshold=None),
    BuiltIn("TokenPreference-v0", max_episode_steps=None, reward_threshold=None),
    BuiltIn("TokenSorting-v0", max_episode_steps=None, reward_threshold=None),
)
