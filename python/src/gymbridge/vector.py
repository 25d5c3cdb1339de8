"""Many lanes of one remote environment as a :class:`gymnasium.vector.VectorEnv`."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from gymnasium.vector import VectorEnv as GymnasiumVectorEnv
from gymnasium.vector.utils import batch_space

from gymbridge import _codec, _spaces, _values
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._session import DEFAULT_TIMEOUT, RemoteMethod, Session
from gymbridge.env import Remote, Types, check_seed, decode_info, decode_metadata
from gymbridge.errors import ProtocolError

__all__ = ["VectorEnv"]


class VectorEnv(GymnasiumVectorEnv[Any, Any, Any]):
    """Lanes of an environment on a GymBridge server, stepped by one call.

    Results equal those of :class:`gymnasium.vector.SyncVectorEnv` over the same environments: rewards float64, flags
    bool arrays, infos batched with their masks, the three autoreset modes. Lane i is seeded with ``seed + i``.
    """

    def __init__(
        self,
        env_id: str,
        num_envs: int = 1,
        *,
        address: str | None = None,
        render_mode: str | None = None,
        max_episode_steps: int | None = None,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        timeout: float = DEFAULT_TIMEOUT,
        max_message_bytes: int | None = None,
        **kwargs: Any,
    ) -> None:
        """Opens a session.

        Args:
            env_id: The environment's id on the server.
            num_envs: Count of lanes.
            address: ``host:port`` or ``unix:/path``; None is $GYMBRIDGE_ADDRESS, else the C# server that this process
                starts and shares.
            render_mode: As in Gymnasium, but not "human".
            max_episode_steps: Overrides the time limit of the environment's spec; -1 is none; None leaves it.
            autoreset_mode: What happens to a lane whose episode has ended.
            timeout: Seconds that one call may take.
            max_message_bytes: Limit of one reply; None is $GYMBRIDGE_MAX_MESSAGE_BYTES, else 64 MiB.
            **kwargs: The environment's own parameters.

        Raises:
            UnknownEnvironmentError: The server has no such environment.
            ServerConnectionError: Nothing answers at the address.
            ServerStartError: No server could be started.
            ValueError: A number of lanes, a mode or a limit that makes no sense.
        """
        super().__init__()
        if num_envs < 1:
            raise ValueError(f"num_envs must be at least 1, got {num_envs}.")
        if render_mode == "human":
            raise ValueError("A vector environment cannot open a window for each lane; use render_mode='rgb_array'.")
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self._arguments = {
            "env_id": env_id,
            "num_envs": num_envs,
            "address": address,
            "render_mode": render_mode,
            "max_episode_steps": max_episode_steps,
            "autoreset_mode": self.autoreset_mode,
            "timeout": timeout,
            "max_message_bytes": max_message_bytes,
            **kwargs,
        }
        limit = None if max_episode_steps is None else max(0, max_episode_steps)
        self._session = session = Session(
            env_id,
            address=address,
            kwargs=kwargs,
            lanes=num_envs,
            autoreset=_codec.AUTORESET_TO_WIRE[self.autoreset_mode.value],
            render_mode=render_mode,
            max_episode_steps=limit,
            raw=False,
            timeout=timeout,
            max_message_bytes=max_message_bytes,
        )
        contract = session.contract
        self.num_envs = num_envs
        self.render_mode = render_mode
        self.metadata = {**decode_metadata(contract), "autoreset_mode": self.autoreset_mode}
        self.remote = Remote(session)
        self.single_observation_space = _spaces.decode(contract.observation_space, "observation space")
        self.single_action_space = _spaces.decode(contract.action_space, "action space")
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._observation = _codec.Leaf(self.single_observation_space, "observation")
        self._action = _codec.Leaf(self.single_action_space, "action")
        self._types = Types(contract.python_types)
        self._ended = np.zeros(num_envs, np.bool_)
        self._step_call = session.new_call()
        self._step_call.step.want_info = True
        self._step_call.step.action.append(b"")
        self._slabs = self._step_call.step.action

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Starts an episode in every lane, or in those of ``options["reset_mask"]``.

        Args:
            seed: None keeps the generators, an integer seeds lane i with ``seed + i``, a list has one for each lane.
            options: Passed to every environment; "reset_mask" is taken out of the dict, as Gymnasium does.

        Returns:
            Observations (of lanes that were not reset: the previous ones), and the infos of the lanes that were.

        Raises:
            gymnasium.error.Error: A seed is negative or no Python integer.
            ValueError: The list of seeds or the mask has the wrong length.
            TypeError: The mask is no array of bool.
        """
        lanes = self.num_envs
        if seed is None:
            seeds: list[int | None] = [None] * lanes
        elif isinstance(seed, int):
            seeds = [seed + lane for lane in range(lanes)]
        else:
            seeds = seed
        if len(seeds) != lanes:
            raise ValueError(
                f"If seeds are passed as a list the length must match num_envs={lanes} but got length={len(seeds)}."
            )
        mask = None
        if options is not None and "reset_mask" in options:
            mask = _checked_mask(options.pop("reset_mask"), lanes)
        for lane, one in enumerate(seeds):
            if mask is None or mask[lane]:
                check_seed(one)
        call = self._session.new_call()
        call.reset.SetInParent()
        if any(one is not None for one in seeds):
            for lane, one in enumerate(seeds):
                _codec.encode_seed(one if mask is None or mask[lane] else None, call.reset.seeds.add())
        if mask is not None:
            call.reset.lane_mask = mask.tobytes()
        if options is not None:
            call.reset.options.CopyFrom(_values.encode(options, "options"))
        reply = self._session.exchange(call)
        observations = self._read_observations(reply)
        infos: dict[str, Any] = {}
        for lane_info in reply.infos:
            infos = self._add_info(infos, decode_info(lane_info.info), self._lane(lane_info.lane))
        if mask is None:
            self._ended = np.zeros(lanes, np.bool_)
        else:
            self._ended[mask] = False
        self.remote.env_us, self.remote.server_us = reply.env_us, reply.server_us
        return observations, infos

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Takes one step in every lane; see :meth:`gymnasium.vector.VectorEnv.step`.

        Args:
            actions: One for each lane, in the dtype of the action space.

        Returns:
            Observations, rewards (float64), terminations and truncations (bool), infos.

        Raises:
            ActionError: An action does not fit the action space's dtype or shape.
            ValueError: Not one action for each lane.
            AssertionError: Autoreset is disabled and a lane was not reset after its episode ended.
        """
        lanes = self.num_envs
        if self.autoreset_mode is AutoresetMode.DISABLED:
            assert not self._ended.any(), f"self._autoreset_envs={self._ended!r}"
        self._slabs[0] = self._action.pack_actions(actions, lanes)
        reply = self._session.exchange(self._step_call)
        observations = self._read_observations(reply)
        if len(reply.reward) != 8 * lanes or len(reply.terminated) != lanes or len(reply.truncated) != lanes:
            raise ProtocolError(
                f"a step of {lanes} lanes brings {8 * lanes} + {lanes} + {lanes} bytes of rewards and flags, got "
                f"{len(reply.reward)} + {len(reply.terminated)} + {len(reply.truncated)}"
            )
        rewards = np.frombuffer(reply.reward, "<f8").copy()
        terminations = np.frombuffer(reply.terminated, np.uint8) != 0
        truncations = np.frombuffer(reply.truncated, np.uint8) != 0
        infos: dict[str, Any] = {}
        if reply.infos or reply.final_lanes:
            infos = self._read_infos(reply)
        self._ended = terminations | truncations
        remote = self.remote
        remote.env_us, remote.server_us = reply.env_us, reply.server_us
        return observations, rewards, terminations, truncations, infos

    def render(self) -> tuple[Any, ...]:
        """A frame of every lane."""
        return tuple(self._session.render(lane) for lane in range(self.num_envs))

    def call(self, name: str, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """Calls a method of the environment in every lane, or reads an attribute that is no method."""
        if name in ("np_random", "np_random_seed"):
            index = 0 if name == "np_random" else 1
            return tuple(self._session.generator(lane)[index] for lane in range(self.num_envs))
        results = []
        for lane in range(self.num_envs):
            value = self._session.get_attribute(name, lane)
            results.append(value(*args, **kwargs) if isinstance(value, RemoteMethod) else value)
        return tuple(results)

    def get_attr(self, name: str) -> tuple[Any, ...]:
        """An attribute of the environment in every lane."""
        return self.call(name)

    def set_attr(self, name: str, values: Any) -> None:
        """Sets an attribute of the environment in every lane.

        Args:
            name: Of the attribute.
            values: A list or tuple has one for each lane; anything else is for all.

        Raises:
            ValueError: The list has another length.
        """
        if not isinstance(values, (list, tuple)):
            values = [values] * self.num_envs
        if len(values) != self.num_envs:
            raise ValueError(
                "Values must be a list or tuple with length equal to the number of environments. "
                f"Got `{len(values)}` values for {self.num_envs} environments."
            )
        for lane, value in enumerate(values):
            self._session.set_attribute(name, value, lane)

    @property  # type: ignore[misc]  # Read-only, as SyncVectorEnv's.
    def np_random(self) -> tuple[np.random.Generator, ...]:  # type: ignore[override]
        """Copies of the generators of all lanes."""
        return self.call("np_random")

    @property
    def np_random_seed(self) -> tuple[int, ...]:  # type: ignore[override]
        """The seeds of the generators of all lanes."""
        return self.call("np_random_seed")

    def close_extras(self, **kwargs: Any) -> None:
        """Ends the session."""
        session = self.__dict__.get("_session")
        if session is not None:
            session.close()

    def __getstate__(self) -> dict[str, Any]:
        """What is needed to open a session of the same kind elsewhere."""
        return {"arguments": self._arguments, "spec": self.spec}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Opens a session of its own."""
        self.__init__(**state["arguments"])  # type: ignore[misc]
        self.spec = state["spec"]

    def _read_observations(self, reply: pb.Reply) -> np.ndarray[Any, Any]:
        slabs = reply.observation
        if len(slabs) != 1:
            raise ProtocolError(f"1 observation leaf expected, got {len(slabs)}")
        return self._observation.batch(slabs[0], self.num_envs)

    def _read_infos(self, reply: pb.Reply) -> dict[str, Any]:
        """Infos in the order in which SyncVectorEnv would have met them: by lane, the final ones first."""
        infos: dict[str, Any] = {}
        by_lane = {self._lane(lane_info.lane): lane_info for lane_info in reply.infos}
        finals = self._read_finals(reply) if reply.final_lanes else {}
        for lane in sorted(by_lane.keys() | finals.keys()):
            lane_info = by_lane.get(lane)
            if lane in finals:
                final_info: dict[str, Any] = {}
                if lane_info is not None and lane_info.HasField("final_info"):
                    final_info = decode_info(lane_info.final_info)
                infos = self._add_info(infos, {"final_obs": finals[lane], "final_info": final_info}, lane)
            if lane_info is not None and lane_info.HasField("info"):
                infos = self._add_info(infos, decode_info(lane_info.info), lane)
        return infos

    def _read_finals(self, reply: pb.Reply) -> dict[int, Any]:
        if len(reply.final_lanes) != self.num_envs:
            raise ProtocolError(f"final lanes: {self.num_envs} bytes expected, got {len(reply.final_lanes)}")
        lanes = [lane for lane, flag in enumerate(reply.final_lanes) if flag]
        if not lanes:
            return {}
        if len(reply.final_observation) != 1:
            raise ProtocolError(f"1 final observation leaf expected, got {len(reply.final_observation)}")
        slab, leaf = reply.final_observation[0], self._observation
        leaf.check(slab, len(lanes))
        types = Types(reply.python_types) if reply.HasField("python_types") else self._types
        size = leaf.nbytes
        return {
            lane: leaf.typed(slab[index * size : (index + 1) * size], types.observation)
            for index, lane in enumerate(lanes)
        }

    def _lane(self, lane: int) -> int:
        if lane >= self.num_envs:
            raise ProtocolError(f"an info of lane {lane}; there are {self.num_envs} lanes")
        return lane


def _checked_mask(mask: Any, lanes: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """A reset mask, refused in Gymnasium's words if it is none."""
    if not isinstance(mask, np.ndarray):
        raise TypeError(f"`options['reset_mask']` must be a numpy array, got {type(mask)}")
    if mask.shape != (lanes,):
        raise ValueError(f"`options['reset_mask']` must have shape `({lanes},)`, got {mask.shape}")
    if mask.dtype != np.bool_:
        raise TypeError(f"`options['reset_mask']` must have `dtype=np.bool_`, got {mask.dtype}")
    if not np.any(mask):
        raise ValueError(
            f"`options['reset_mask']` must contain a boolean array with at least one True value, got reset_mask={mask}"
        )
    return mask
