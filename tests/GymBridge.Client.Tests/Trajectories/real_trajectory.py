"""Prints digests of what a real environment does in plain Python, for the C# tests to compare with the bridge.

    python real_trajectory.py ENV_ID LANES STEPS KWARGS_JSON [PREPROCESSING_JSON]
    python real_trajectory.py ENV_ID LANES STEPS KWARGS_JSON VECTORIZATION AUTORESET

One line each hundred steps: SHA-256 so far of observations, rewards, flags and the numbers of infos. Lanes are single
environments that are reset by the step after an end, as Gymnasium's SyncVectorEnv does by default. Actions follow a
formula. With PREPROCESSING_JSON Gymnasium's AtariPreprocessing is put around each. With VECTORIZATION the lanes are
those of gymnasium.make_vec.
"""

import hashlib
import importlib
import json
import struct
import sys

import gymnasium
import numpy as np


def actions(space, step, lane):
    if isinstance(space, gymnasium.spaces.Discrete):
        return (step * 7 + lane * 3 + step // 11) % int(space.n)
    parts = [((step * 1009 + lane * 31 + k * 17) * 2654435761 % 2**32) / 2**32 for k in range(space.shape[0])]
    low, high = space.low.astype(np.float64), space.high.astype(np.float64)
    return (low + (high - low) * np.array(parts)).astype(np.float32)


def text(info):
    parts = []
    for key in sorted(info):
        value = info[key]
        if isinstance(value, (bool, np.bool_, int, np.integer)):
            parts.append(f"{key}={int(value)}")
        elif isinstance(value, (float, np.floating)):
            parts.append(f"{key}={struct.pack('<d', float(value)).hex()}")
    return ";".join(parts).encode()


def vector(name, lanes, steps, kwargs, vectorization, autoreset):
    mode = gymnasium.vector.AutoresetMode(autoreset)
    if vectorization != "vector_entry_point":
        env = gymnasium.make_vec(name, lanes, vectorization, {"autoreset_mode": mode}, **kwargs)
    else:
        if name.startswith("ALE/"):
            kwargs = {**kwargs, "autoreset_mode": mode}
        env = gymnasium.make_vec(name, lanes, vectorization, **kwargs)
    digest = hashlib.sha256()
    observations, infos = env.reset(seed=5)
    for lane in range(lanes):
        digest.update(observations[lane].tobytes() + text(of_lane(infos, lane)))
    for step in range(steps):
        batch = np.array([actions(env.single_action_space, step, lane) for lane in range(lanes)])
        observations, rewards, terminated, truncated, infos = env.step(batch)
        final = infos.pop("final_obs", None)
        infos.pop("final_info", None)
        for lane in range(lanes):
            digest.update(observations[lane].tobytes())
            ends = bool(terminated[lane]), bool(truncated[lane])
            digest.update(struct.pack("<d??", float(rewards[lane]), *ends) + text(of_lane(infos, lane)))
            if any(ends) and mode == gymnasium.vector.AutoresetMode.SAME_STEP:
                digest.update(final[lane].tobytes())
        if step % 20 == 19:
            print(digest.hexdigest())
    env.close()


def of_lane(infos, lane):
    given = {key: value for key, value in infos.items() if not key.startswith("_")}
    return {key: value[lane] for key, value in given.items() if f"_{key}" not in infos or infos[f"_{key}"][lane]}


def main():
    env_id, lanes, steps, kwargs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4])
    module, _, name = env_id.rpartition(":")
    importlib.import_module(module)
    if len(sys.argv) == 7:
        vector(name, lanes, steps, kwargs, sys.argv[5], sys.argv[6])
        return
    envs = [gymnasium.make(name, **kwargs) for _ in range(lanes)]
    if len(sys.argv) > 5:
        envs = [gymnasium.wrappers.AtariPreprocessing(env, **json.loads(sys.argv[5])) for env in envs]
    digest = hashlib.sha256()
    ended = [False] * lanes
    for lane, env in enumerate(envs):
        observation, info = env.reset(seed=5 + lane)
        digest.update(np.ascontiguousarray(observation).tobytes() + text(info))
    for step in range(steps):
        for lane, env in enumerate(envs):
            if ended[lane]:
                (observation, info), reward, terminated, truncated = env.reset(), 0.0, False, False
            else:
                observation, reward, terminated, truncated, info = env.step(actions(env.action_space, step, lane))
            ended[lane] = bool(terminated or truncated)
            digest.update(np.ascontiguousarray(observation).tobytes())
            digest.update(struct.pack("<d??", float(reward), terminated, truncated) + text(info))
        if step % 20 == 19:
            print(digest.hexdigest())


if __name__ == "__main__":
    main()
