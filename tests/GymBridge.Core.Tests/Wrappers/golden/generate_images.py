"""Writes images.json: what Gymnasium's image wrappers and OpenCV do, for GymBridge.Wrappers to reproduce.

Run with Gymnasium 1.4.0, NumPy 2.4.6, opencv-python-headless 5.0.0.93 and ale-py 0.12.1:

    python tests/GymBridge.Core.Tests/Wrappers/golden/generate_images.py

ImageWrapperTests.cs and AtariPreprocessingTests.cs make the same images by the same formula; change both together.
"""

import base64
import hashlib
import json
import pathlib
import zlib

import ale_py
import cv2
import gymnasium as gym
import numpy as np
from gymnasium import wrappers as w

gym.logger.min_level = 50
gym.register_envs(ale_py)


def noise(seed, count):
    """Bytes that C# can make too: a hash of the place and the seed."""
    x = (np.arange(count, dtype=np.uint64) * 2654435761 + (seed * 40503 + 12345) % 2**32) % 2**32
    x ^= x >> 15
    x = x * 2246822519 % 2**32
    x ^= x >> 13
    return (x >> 24).astype(np.uint8)


def smooth(seed, shape):
    """An image with large even parts, as games have."""
    y, x, c = np.indices(shape)
    return ((x // (3 + seed % 5) * 37 + y // (2 + seed % 7) * 91 + c * 53 + seed) % 256).astype(np.uint8)


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:8]


KNOWN_SIZES = [
    (210, 160, 84, 84, 1),
    (210, 160, 84, 84, 3),
    (250, 160, 84, 84, 1),
    (210, 160, 110, 84, 1),
    (210, 160, 105, 80, 3),
    (210, 160, 42, 32, 1),
    (210, 160, 210, 160, 3),
    (210, 160, 84, 200, 1),
    (210, 160, 300, 40, 3),
    (96, 96, 84, 84, 3),
    (96, 96, 48, 48, 3),
    (400, 600, 84, 84, 3),
    (400, 600, 100, 150, 3),
    (84, 84, 210, 160, 1),
    (64, 64, 128, 128, 3),
    (7, 5, 1, 1, 3),
    (1, 1, 9, 4, 3),
    (1, 50, 1, 7, 1),
]


def random_sizes():
    rng = np.random.default_rng(1)
    for i in range(582):
        height, width, to_height, to_width = (int(v) for v in rng.integers(1, 48, 4))
        if i % 4 == 0:
            height, width = to_height * int(rng.integers(1, 6)), to_width * int(rng.integers(1, 6))
        yield height, width, to_height, to_width, int(rng.choice([1, 1, 2, 3, 3, 4]))


class ImageEnv(gym.Env):
    def __init__(self, shape, image):
        self.observation_space = gym.spaces.Box(0, 255, shape, np.uint8)
        self.action_space = gym.spaces.Discrete(2)
        self.image = image

    def reset(self, *, seed=None, options=None):
        return self.image, {}


def resized():
    rows = []
    for seed, (height, width, to_height, to_width, channels) in enumerate([*KNOWN_SIZES, *random_sizes()]):
        shape = (height, width, channels)
        image = smooth(seed, shape) if seed % 3 == 0 else noise(seed, height * width * channels).reshape(shape)
        image = image[:, :, 0] if channels == 1 and seed % 2 == 0 else image
        env = w.ResizeObservation(ImageEnv(image.shape, image), (to_height, to_width))
        result, _ = env.reset()
        assert result.shape == env.observation_space.shape
        rows.append([*image.shape, to_height, to_width, digest(result)])
    return rows


def gray():
    values = np.arange(256)
    rows = []
    for red in range(256):
        image = np.stack(np.broadcast_arrays(red, *np.meshgrid(values, values, indexing="ij")), -1).astype(np.uint8)
        keep = red % 2 == 0
        rows.append(digest(w.GrayscaleObservation(ImageEnv(image.shape, image), keep_dim=keep).reset()[0]))
    return rows


class Screen:
    def __init__(self, env):
        self.env = env

    def lives(self):
        return self.env.lives

    def getScreenGrayscale(self, out):
        np.copyto(out, self.env.frame(1).reshape(out.shape))

    def getScreenRGB(self, out):
        np.copyto(out, self.env.frame(3).reshape(out.shape))


class FakeAtari(gym.Env):
    """Frames by formula, a life lost every 23 frames, the end when none is left."""

    _frameskip = 1

    def __init__(self, shape=(210, 160, 3)):
        self.observation_space = gym.spaces.Box(0, 255, shape, np.uint8)
        self.action_space = gym.spaces.Discrete(4)
        self.ale = Screen(self)

    def get_action_meanings(self):
        return ["NOOP", "FIRE", "RIGHT", "LEFT"]

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.time, self.lives = int(self.np_random.integers(1000)), 3
        self.played = 0
        return self.frame(3), {"lives": 3, "start": self.time}

    def step(self, action):
        self.time += 1 + int(action)
        self.played += 1
        self.lives -= self.played % 23 == 0
        return self.frame(3), float(action) - 0.25, self.lives == 0, False, {"lives": self.lives, "time": self.time}

    def frame(self, channels):
        height, width, _ = self.observation_space.shape
        image = (
            noise(self.time, height * width * channels)
            if self.time % 2
            else smooth(self.time, (height, width, channels))
        )
        return image.reshape(height, width, channels)


ATARI = {
    "default": {},
    "no skip": {"frame_skip": 1, "noop_max": 0},
    "colour": {"grayscale_obs": False, "screen_size": (100, 70), "noop_max": 5},
    "life loss": {"terminal_on_life_loss": True, "frame_skip": 3, "grayscale_newaxis": True, "screen_size": (80, 105)},
    "scaled": {"scale_obs": True, "screen_size": 42, "frame_skip": 2},
    "colour scaled": {"scale_obs": True, "grayscale_obs": False, "screen_size": (200, 84), "noop_max": 40},
}


def run(env, steps):
    env.action_space.seed(5)
    obs, info = env.reset(seed=5)
    rows = [[digest(obs), info.get("time", -1), info["lives"]]]
    for _ in range(steps):
        obs, reward, terminated, truncated, info = env.step(env.action_space.sample())
        rows.append([digest(obs), reward, terminated, info["lives"]])
        if terminated or truncated:
            obs, info = env.reset()
            rows.append([digest(obs), info.get("time", -1), info["lives"]])
    return rows


def atari():
    cases = {}
    for name, kwargs in ATARI.items():
        env = w.AtariPreprocessing(FakeAtari(), **kwargs)
        cases[name] = {"space": str(env.observation_space), "text": str(env), "rows": run(env, 40)}
    return cases


class Rendered(gym.Env):
    """Frames by formula."""

    render_mode = "rgb_array"

    def __init__(self):
        self.observation_space = gym.spaces.Box(0, 1000, (1,), np.float32)
        self.action_space = gym.spaces.Discrete(2)
        self.time = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.time = 1
        return np.array([self.time], np.float32), {}

    def step(self, action):
        self.time += 1 + int(action)
        return np.array([self.time], np.float32), 0.0, False, False, {}

    def render(self):
        return noise(self.time, 23 * 31 * 3).reshape(23, 31, 3)


RENDERED = {
    "plain": lambda env: env,
    "white": lambda env: w.AddWhiteNoise(env, 0.3),
    "white gray": lambda env: w.AddWhiteNoise(env, 0.5, is_noise_grayscale=True),
    "obstructed": lambda env: w.ObstructView(env, 0.4, 4),
    "obstructed gray": lambda env: w.ObstructView(env, 0.2, 7, is_noise_grayscale=True),
    "obstructed little": lambda env: w.ObstructView(env, 0.0, 1),
    "observed": lambda env: w.AddRenderObservation(w.AddWhiteNoise(env, 0.3)),
}


def rendered():
    cases = {}
    for name, wrap in RENDERED.items():
        env = wrap(Rendered())
        obs, _ = env.reset(seed=5)
        rows = [digest(env.render())]
        for t in range(8):
            obs, *_ = env.step(t % 2)
            rows.append(digest(obs if name == "observed" else env.render()))
        cases[name] = {"space": str(env.observation_space), "rows": rows}
    return cases


class Recorder(gym.Wrapper):
    """Keeps every frame of a real game."""

    def __init__(self, env):
        super().__init__(env)
        self.gray, self.colour, self.rewards, self.lives = [], [], [], []

    def keep(self, reward):
        ale = self.env.unwrapped.ale
        self.gray.append(ale.getScreenGrayscale())
        self.colour.append(ale.getScreenRGB())
        self.rewards.append(reward)
        self.lives.append(ale.lives())

    def reset(self, **kwargs):
        result = super().reset(**kwargs)
        self.keep(0.0)
        return result

    def step(self, action):
        result = super().step(action)
        self.keep(float(result[1]))
        return result


def packed(frames):
    return base64.b64encode(zlib.compress(np.stack(frames).tobytes(), 9)).decode()


def breakout():
    recorder = Recorder(gym.make("ALE/Breakout-v5", frameskip=1, repeat_action_probability=0.0))
    games = {}
    for name, kwargs in (("gray", {}), ("colour", {"grayscale_obs": False})):
        recorder.gray, recorder.colour, recorder.rewards, recorder.lives = [], [], [], []
        env = w.AtariPreprocessing(recorder, noop_max=0, **kwargs)
        env.action_space.seed(5)
        obs, _ = env.reset(seed=5)
        rows = [digest(obs)]
        for t in range(20):
            obs, _, terminated, truncated, _ = env.step(1 if t == 0 else env.action_space.sample())
            assert not terminated and not truncated
            rows.append(digest(obs))
        frames = recorder.gray if name == "gray" else recorder.colour
        games[name] = {"frames": packed(frames), "count": len(frames), "rows": rows}
    return games


def main():
    golden = {
        "gymnasium": gym.__version__,
        "opencv": cv2.__version__,
        "ale": ale_py.__version__,
        "resized": resized(),
        "gray": gray(),
        "atari": atari(),
        "rendered": rendered(),
        "breakout": breakout(),
    }
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items()]
    pathlib.Path(__file__).with_name("images.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


main()
