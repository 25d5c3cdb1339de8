"""Those of the forty requirements that are about no server in particular, on the C# server.

The other numbers are in ``test_csharp_server.py`` and ``test_csharp_semantics.py``.
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv

import gymbridge
from strict import assert_same

pytestmark = pytest.mark.usefixtures("shared_server")


def remote(name: str, **keywords: Any) -> Any:
    return gymnasium.make(f"gymbridge:GymBridge/{name}", **keywords)


def both(name: str, **keywords: Any) -> tuple[Any, Any]:
    return remote(name, **keywords), gymnasium.make(name, **keywords)


def both_vectors(name: str, lanes: int, **keywords: Any) -> tuple[Any, Any]:
    ours = gymnasium.make_vec(f"gymbridge:GymBridge/{name}", lanes, **keywords)
    return ours, SyncVectorEnv([lambda: gymnasium.make(name)] * lanes, **keywords)


def test_07_a_reset_without_a_seed_never_reseeds() -> None:
    env = remote("CartPole-v1").unwrapped

    def state(**keywords: Any) -> Any:
        env.reset(**keywords)
        return env.np_random.bit_generator.state

    first = state(seed=5)
    assert state() != first and state(seed=5) == first and state(seed=6) != first
    assert env.np_random_seed == 6


@pytest.mark.parametrize(
    ("name", "reward"), [("CartPole-v1", float), ("FrozenLake-v1", int), ("Taxi-v4", int), ("Pendulum-v1", np.float64)]
)
def test_08_and_10_rewards_and_flags_have_gymnasiums_types(name: str, reward: type) -> None:
    results = []
    for env in both(name):
        env.reset(seed=1)
        results.append(env.step(np.zeros(1, np.float32) if name == "Pendulum-v1" else 0))
    assert type(results[0][1]) is reward
    assert_same(*results)


def test_24_reset_masks() -> None:
    pair = both_vectors("CartPole-v1", 3)
    for envs in pair:
        envs.reset(seed=1)
        envs.step(np.array([0, 1, 0]))
    options = [{"reset_mask": np.array([True, False, True]), "low": -0.01} for _ in pair]
    results = [envs.reset(seed=[7, 8, 9], options=given) for envs, given in zip(pair, options, strict=True)]
    assert_same(*results)
    assert_same(*options, "the mask is taken out of the caller's dict")
    for bad in ([True, False, True], np.zeros(3, np.bool_), np.ones(2, np.bool_), np.ones(3, np.int8)):
        texts = []
        for envs in pair:
            with pytest.raises(Exception) as caught:
                envs.reset(options={"reset_mask": bad})
            texts.append((type(caught.value), str(caught.value)))
        assert texts[0] == texts[1]


@pytest.mark.parametrize("name", ["FrozenLake-v1", "Taxi-v4", "CliffWalking-v1"])
def test_30_texts_are_gymnasiums_and_frames_have_their_shape(name: str) -> None:
    texts = []
    for env in both(name, render_mode="ansi"):
        env.reset(seed=3)
        env.step(1)
        texts.append(env.render())
    assert_same(*texts)
    one, many = remote(name, render_mode="rgb_array"), remote(name, render_mode="rgb_array_list")
    for env in (one, many):
        env.reset(seed=3)
        env.step(1)
    frame, frames = one.render(), many.render()
    assert frame.dtype == np.uint8 and frame.ndim == 3 and frame.shape[2] == 3
    assert len(frames) == 2
    assert_same(frames[-1], frame)
    silent = remote(name)
    silent.reset()
    with pytest.warns(UserWarning, match="without specifying any render mode"):
        assert silent.render() is None


@pytest.mark.parametrize("name", ["FrozenLake-v1", "Taxi-v4", "CliffWalking-v1"])
def test_31_metadata_is_equal_and_not_shared(name: str) -> None:
    ours, theirs = both(name)
    # A server opens no window; gymnasium.make draws the frames in one here.
    modes = [mode for mode in theirs.metadata["render_modes"] if mode != "human"]
    assert_same(ours.metadata, {**theirs.metadata, "render_modes": modes})
    envs = gymnasium.make_vec(f"gymbridge:GymBridge/{name}", 2, autoreset_mode="SameStep")
    assert envs.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    assert "autoreset_mode" not in remote(name).metadata


def test_34_sessions_share_nothing() -> None:
    envs = [remote("FrozenLake-v1") for _ in range(3)]
    alone = [gymnasium.make("FrozenLake-v1") for _ in range(3)]
    for seed, pair in enumerate(zip(envs, alone, strict=True)):
        assert_same(pair[0].reset(seed=seed), pair[1].reset(seed=seed))
    for step in range(20):
        for index in (2, 0, 1):
            assert_same(envs[index].step(step % 4), alone[index].step(step % 4))


def test_35_asynchronous_calls() -> None:
    ours, theirs = both_vectors("CartPole-v1", 2)
    ours.reset_async(seed=1)
    with pytest.raises(gymnasium.error.AlreadyPendingCallError, match="waiting for a pending call to `reset`"):
        ours.step_async([0, 0])
    with pytest.raises(gymnasium.error.NoAsyncCallError, match="without any prior call to `step_async`"):
        ours.step_wait()
    assert_same(ours.reset_wait(), theirs.reset(seed=1))
    other, _ = both_vectors("CartPole-v1", 2)
    other.reset()
    ours.step_async(np.array([0, 1]))
    assert other.step(np.array([0, 1]))[1].tolist() == [1.0, 1.0], "meanwhile"
    assert_same(ours.step_wait(), theirs.step(np.array([0, 1])))
    ours.close()
    with pytest.raises(gymnasium.error.ClosedEnvironmentError):
        ours.step([0, 0])


def test_36_the_handshake_says_what_runs_there() -> None:
    versions = remote("CartPole-v1").unwrapped.remote.versions
    assert versions["gymbridge"].startswith(gymbridge.__version__) and versions["dotnet"].startswith(".NET 10")
