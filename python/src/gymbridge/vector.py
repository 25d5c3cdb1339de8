"""Many lanes of one remote environment as a :class:`gymnasium.vector.VectorEnv`."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import logger
from gymnasium.vector import AutoresetMode
from gymnasium.vector import VectorEnv as GymnasiumVectorEnv
from gymnasium.vector.utils import batch_space

from gymbridge import _proxy, _seeding, _values
from gymbridge._actions import ActionWriter
from gymbridge._async_calls import AsyncCalls
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._leaves import Layout
from gymbridge._proxy import Remote, adopt_server, decode_info, server_hint
from gymbridge._python_types import Types
from gymbridge._session import DEFAULT_TIMEOUT, RemoteMethod, Session, check_num_envs, open_session
from gymbridge._shm.steps import BatchStep
from gymbridge.errors import GymBridgeError, ProtocolError

__all__ = ["VectorEnv"]


def open_vector_session(
    env_id: str,
    num_envs: int,
    address: str | None,
    render_mode: str | None,
    max_episode_steps: int | None,
    autoreset_mode: str | AutoresetMode,
    timeout: float,
    max_message_bytes: int | None,
    transport: str | None,
    kwargs: dict[str, Any],
) -> Session:
    """The session of many lanes; arguments as of :class:`VectorEnv`."""
    return open_session(
        env_id,
        address=address,
        kwargs=kwargs,
        lanes=num_envs,
        autoreset=_proxy.AUTORESET_TO_WIRE[AutoresetMode(autoreset_mode).value],
        render_mode=render_mode,
        max_episode_steps=None if max_episode_steps is None else max(0, max_episode_steps),
        raw=False,
        timeout=timeout,
        max_message_bytes=max_message_bytes,
        transport=transport,
    )


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
        transport: str | None = None,
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
            transport: As in :class:`gymbridge.Env`.
            **kwargs: The environment's own parameters.

        Raises:
            UnknownEnvironmentError: The server has no such environment.
            ServerConnectionError: Nothing answers at the address.
            ServerStartError: No server could be started.
            ValueError: A number of lanes, a mode or a limit that makes no sense.
        """
        super().__init__()
        check_num_envs(num_envs)
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
            "transport": transport,
            **kwargs,
        }
        self._session = session = open_vector_session(
            env_id,
            num_envs,
            address,
            render_mode,
            max_episode_steps,
            self.autoreset_mode,
            timeout,
            max_message_bytes,
            transport,
            kwargs,
        )
        contract = session.contract
        self.num_envs = num_envs
        self.render_mode = render_mode
        self.metadata = {**_proxy.decode_metadata(contract), "autoreset_mode": self.autoreset_mode}
        self.remote = Remote(session)
        self.single_observation_space, self.single_action_space = _proxy.contract_spaces(session)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._observation = Layout(self.single_observation_space, "observation")
        self._types = Types(contract.python_types)
        self._ended = np.zeros(num_envs, np.bool_)
        self._was_reset = False
        self._calls = AsyncCalls()
        self._step_call = session.new_call()
        self._step_call.step.want_info = True
        exact = "exact_actions" in contract.capabilities
        layout = Layout(self.single_action_space, "action")
        writer = ActionWriter(layout, self._step_call.step, num_envs, exact)
        self._step_message = _proxy.message_maker(writer.many, self._step_call)
        self._bind_fast()

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
        self._calls.check("reset")
        return self._reset(seed, options)

    def _reset(self, seed: int | list[int | None] | None, options: dict[str, Any] | None) -> tuple[Any, dict[str, Any]]:
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
            mask = _proxy.checked_mask(options.pop("reset_mask"), lanes)
        for lane, one in enumerate(seeds):
            if mask is None or mask[lane]:
                _proxy.check_seed(one)
                if one is not None:
                    self._session.generators.forget(lane)
        call = self._session.new_call()
        call.reset.SetInParent()
        if any(one is not None for one in seeds):
            for lane, one in enumerate(seeds):
                _seeding.encode_seed(one if mask is None or mask[lane] else None, call.reset.seeds.add())
        if mask is not None:
            call.reset.lane_mask = mask.tobytes()
        if options is not None:
            call.reset.options.CopyFrom(_values.encode(options, "options"))
        reply = self._session.exchange(call)
        self._was_reset = True
        observations = self._observation.batch(reply.observation, lanes)
        infos: dict[str, Any] = {}
        for lane_info in reply.infos:
            infos = self._add_info(infos, decode_info(lane_info.info), self._lane(lane_info.lane))
        if mask is None:
            self._ended = np.zeros(lanes, np.bool_)
        else:
            self._ended[mask] = False
        self.remote.note(reply.env_us, reply.server_us)
        return observations, infos

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Takes one step in every lane; see :meth:`gymnasium.vector.VectorEnv.step`.

        Args:
            actions: One for each lane; the environments get them as they were given.

        Returns:
            Observations, rewards (float64), terminations and truncations (bool), infos.

        Raises:
            ActionError: An action is of a type that cannot be carried over the wire.
            ValueError: Not one action for each lane.
            AssertionError: Autoreset is disabled and a lane was not reset after its episode ended.
        """
        self._calls.check("step")
        return self._step(actions)

    def reset_async(self, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None) -> None:
        """Begins a reset; see :meth:`gymnasium.vector.AsyncVectorEnv.reset_async`."""
        self._calls.begin("reset", lambda: self._reset(seed, options))

    def reset_wait(self, timeout: float | None = None) -> tuple[Any, dict[str, Any]]:
        """Waits for the reset that was begun."""
        result: tuple[Any, dict[str, Any]] = self._calls.finish("reset", timeout)
        return result

    def step_async(self, actions: Any) -> None:
        """Begins a step; other environments can be stepped meanwhile.

        See :meth:`gymnasium.vector.AsyncVectorEnv.step_async`.
        """
        self._calls.begin("step", lambda: self._step(actions))

    def step_wait(self, timeout: float | None = None) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Waits for the step that was begun."""
        result: tuple[Any, Any, Any, Any, dict[str, Any]] = self._calls.finish("step", timeout)
        return result

    def call_async(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Begins a call of a method in every lane."""
        self._calls.begin("call", lambda: self._call(name, *args, **kwargs))

    def call_wait(self, timeout: float | None = None) -> tuple[Any, ...]:
        """Waits for the call that was begun."""
        result: tuple[Any, ...] = self._calls.finish("call", timeout)
        return result

    def _step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        lanes = self.num_envs
        if self.autoreset_mode is AutoresetMode.DISABLED:
            assert not self._ended.any(), f"self._autoreset_envs={self._ended!r}"
        fast = self._fast
        reply = None
        if fast is not None:
            done = self._session.step_fast(fast, actions)
            if isinstance(done, tuple):
                self._ended = done[2] | done[3]
                return done
            reply = done
        if reply is None:
            reply = self._session.exchange(self._step_message(actions))
            if fast is not None and not fast.client.usable:  # After a fork, or the host's end of the file.
                self._bind_fast()
        observations = self._observation.batch(reply.observation, lanes)
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
        self.remote.note(reply.env_us, reply.server_us)
        return observations, rewards, terminations, truncations, infos

    def _bind_fast(self) -> None:
        self._fast = self.remote.fast = self._session.fast_step(self._types, BatchStep, self._step_message)

    def render(self) -> tuple[Any, ...]:
        """A frame of every lane."""
        return tuple(self._session.render(lane) for lane in range(self.num_envs))

    def call(self, name: str, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """Calls a method of the environment in every lane, or reads an attribute that is no method."""
        self._calls.check("call")
        return self._call(name, *args, **kwargs)

    def _call(self, name: str, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
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
        """Sets an attribute of the environment in every lane, or adds one that it does not have.

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
        """The generators of all lanes: draws made here move those of the environments."""
        return self.call("np_random")

    @property
    def np_random_seed(self) -> tuple[int, ...]:  # type: ignore[override]
        """The seeds of the generators of all lanes."""
        return self.call("np_random_seed")

    def close_extras(self, **kwargs: Any) -> None:
        """Ends the session."""
        session = self.__dict__.get("_session")
        if session is not None:
            self._calls.close()
            session.close()

    def __getstate__(self) -> dict[str, Any]:
        """What is needed to open a session of the same kind elsewhere and to go on from here."""
        snapshot: list[bytes] | None = None
        if self._was_reset and not self._session.closed:
            try:
                snapshot = self._session.take_snapshot()
            except GymBridgeError as error:
                logger.warn(f"The copy starts in its initial state: {error}")
        return {
            "arguments": self._arguments,
            "spec": self.spec,
            "snapshot": snapshot,
            "ended": self._ended.copy(),
            "server": server_hint(self._arguments["address"]),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Opens a session of its own."""
        adopt_server(state.get("server"))
        self.__init__(**state["arguments"])  # type: ignore[misc]
        self.spec = state["spec"]
        if state.get("snapshot") is not None:
            self._session.restore_snapshot(state["snapshot"])
            self._ended = state["ended"].copy()
            self._was_reset = True

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
        types = Types(reply.python_types) if reply.HasField("python_types") else self._types
        return dict(zip(lanes, self._observation.values(reply.final_observation, len(lanes), types), strict=True))

    def _lane(self, lane: int) -> int:
        if lane >= self.num_envs:
            raise ProtocolError(f"an info of lane {lane}; there are {self.num_envs} lanes")
        return lane
