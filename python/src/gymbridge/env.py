"""One remote environment as a :class:`gymnasium.Env`."""

from __future__ import annotations

import copy
import struct
from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np
from gymnasium import logger

from gymbridge import _proxy, _seeding, _values
from gymbridge._actions import ActionWriter
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._leaves import Layout
from gymbridge._proxy import Remote, adopt_server, server_hint
from gymbridge._python_types import Types
from gymbridge._session import DEFAULT_TIMEOUT, Session, open_session
from gymbridge._shm.steps import SingleStep
from gymbridge.errors import GymBridgeError, ProtocolError

if TYPE_CHECKING:
    from gymbridge._human import Window

__all__ = ["Env"]

_FLOAT64 = struct.Struct("<d")
# What the Arcade Learning Environment hides by its name, and the wrappers for it read all the same.
_SHOWN = frozenset(("_frameskip", "_game_mode", "_game_difficulty"))
_FLAGS = {b"\x01": True, b"\x00": False}


def open_env_session(
    env_id: str,
    address: str | None,
    render_mode: str | None,
    timeout: float,
    max_message_bytes: int | None,
    transport: str | None,
    kwargs: dict[str, Any],
) -> Session:
    """The session of one environment; arguments as of :class:`Env`."""
    return open_session(
        env_id,
        address=address,
        kwargs=kwargs,
        lanes=1,
        autoreset=pb.AUTORESET_MODE_DISABLED,
        render_mode="rgb_array" if render_mode == "human" else render_mode,
        max_episode_steps=None,
        raw=True,
        timeout=timeout,
        max_message_bytes=max_message_bytes,
        transport=transport,
    )


class Env(gymnasium.Env[Any, Any]):
    """An environment that lives on a GymBridge server, in C# or in another Python process.

    It has Gymnasium's semantics without exception: observations are fresh arrays, numbers have the Python types that
    the environment returned, exceptions of the environment are raised as their own class. Public attributes that this
    class does not have are those of the remote environment (``env.unwrapped.gravity``); methods can be called.

    ``np_random`` is the environment's generator: draws made here move it, and the environment's own draws move it too.

    A copied or pickled proxy opens a session of its own when it is loaded and goes on from where the original was, if
    the environment has a snapshot of its state; else a warning says that it is in its initial state. The child of a
    fork gets a session of its own in the initial state.
    """

    # gymnasium.make reads the class before there is an instance: the modes that a remote environment may have, so that
    # "rgb_array_list" gets its wrapper and no other mode a warning. An instance has the remote environment's own.
    metadata: dict[str, Any] = {  # noqa: RUF012
        "render_modes": ["human", "rgb_array", "ansi", "depth_array", "rgbd_tuple", "state_pixels"]
    }

    _session: Session | None = None
    _was_reset = False
    _window: Window | None = None

    def __init__(
        self,
        env_id: str,
        *,
        address: str | None = None,
        render_mode: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        max_message_bytes: int | None = None,
        transport: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Opens a session with one lane.

        Args:
            env_id: The environment's id on the server.
            address: ``host:port`` or ``unix:/path``; None is $GYMBRIDGE_ADDRESS, else the C# server that this process
                starts and shares.
            render_mode: As in Gymnasium. "human" opens its window here, from frames of "rgb_array".
            timeout: Seconds that one call may take.
            max_message_bytes: Limit of one reply; None is $GYMBRIDGE_MAX_MESSAGE_BYTES, else 64 MiB.
            transport: ``auto`` takes shared memory where server and client are one user's on one machine, else gRPC;
                ``shm`` and ``grpc`` insist; ``inproc`` runs the C# environment in this process. None is
                $GYMBRIDGE_TRANSPORT, else ``auto``. ``remote.transport`` says which it is.
            **kwargs: The environment's own parameters.

        Raises:
            UnknownEnvironmentError: The server has no such environment.
            ServerConnectionError: Nothing answers at the address.
            ServerStartError: No server could be started.
        """
        self._arguments: dict[str, Any] = {
            "env_id": env_id,
            "address": address,
            "render_mode": render_mode,
            "timeout": timeout,
            "max_message_bytes": max_message_bytes,
            "transport": transport,
            **kwargs,
        }
        self.render_mode = render_mode
        self._own: set[str] = set()
        session = open_env_session(env_id, address, render_mode, timeout, max_message_bytes, transport, kwargs)
        contract = session.contract
        self.observation_space, self.action_space = _proxy.contract_spaces(session)
        self.metadata = _proxy.decode_metadata(contract)
        if render_mode == "human" and "human" not in self.metadata["render_modes"]:
            self.metadata["render_modes"] = [*self.metadata["render_modes"], "human"]
        self.remote = Remote(session)
        self._observation = Layout(self.observation_space, "observation")
        self._types = Types(contract.python_types)
        self._prepare(session)
        self._was_reset = False
        self._session = session

    def _prepare(self, session: Session) -> None:
        self._step_call = session.new_call()
        self._step_call.step.want_info = True
        exact = "exact_actions" in session.contract.capabilities
        writer = ActionWriter(Layout(self.action_space, "action"), self._step_call.step, 1, exact)
        self._step_message = _proxy.message_maker(writer.one, self._step_call)
        self._bind_fast(session)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Starts an episode; see :meth:`gymnasium.Env.reset`.

        Raises:
            gymnasium.error.Error: The seed is negative or no Python integer.
        """
        _proxy.check_seed(seed)
        session = self._live()
        call = session.new_call()
        call.reset.SetInParent()
        if seed is not None:
            _seeding.encode_seed(seed, call.reset.seeds.add())
            session.generators.forget(0)
        if options is not None:
            call.reset.options.CopyFrom(_values.encode(options, "options"))
        reply = session.exchange(call)
        self._was_reset = True
        types = Types(reply.python_types) if reply.HasField("python_types") else self._types
        observation = self._observation.one(reply.observation, types)
        info = _proxy.decode_info(reply.infos[0].info) if reply.infos else {}
        self._note(reply)
        if self._window is not None or self.render_mode == "human":
            self._show()
        return observation, info

    def step(self, action: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Takes one step; see :meth:`gymnasium.Env.step`.

        The environment gets the action as it was given, and is the judge of one that is none of its action space.

        Raises:
            ActionError: The action is of a type that cannot be carried over the wire.
        """
        fast, session = self._fast, self._session
        if fast is not None and session is not None:
            done = session.step_fast(fast, action)
            if isinstance(done, tuple):
                if self.render_mode == "human":
                    self._show()
                return done
            if done is not None:
                return self._outcome(done)
        reply = self._live().exchange(self._step_message(action))
        if fast is not None and not fast.client.usable:  # After a fork, or the host's end of the file.
            self._bind_fast(self._live())
        return self._outcome(reply)

    def _bind_fast(self, session: Session) -> None:
        self._fast = self.remote.fast = session.fast_step(self._types, SingleStep, self._step_message)

    def _outcome(self, reply: pb.Reply) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        types = self._types
        if reply.HasField("python_types"):
            types = Types(reply.python_types)
        observation = self._observation.one(reply.observation, types)
        try:
            reward = types.reward(_FLOAT64.unpack(reply.reward)[0])
            terminated = types.terminated(_FLAGS[reply.terminated])
            truncated = types.truncated(_FLAGS[reply.truncated])
        except (struct.error, KeyError):
            raise ProtocolError(
                f"a step of 1 lane brings 8 + 1 + 1 bytes of reward and flags, got {len(reply.reward)} + "
                f"{reply.terminated!r} + {reply.truncated!r}"
            ) from None
        if reply.HasField("exact_reward"):
            reward = _values.decode(reply.exact_reward, "reward")
        info = _proxy.decode_info(reply.infos[0].info) if reply.infos else {}
        self.remote.note(reply.env_us, reply.server_us)
        if self.render_mode == "human":
            self._show()
        return observation, reward, terminated, truncated, info

    def render(self) -> Any:
        """A frame, as ``render_mode`` says; see :meth:`gymnasium.Env.render`."""
        if self.render_mode is None:
            env_id = self.spec.id if self.spec is not None else self.remote.env_id
            logger.warn(
                "You are calling render method without specifying any render mode. "
                "You can specify the render_mode at initialization, "
                f'e.g. gym.make("{env_id}", render_mode="rgb_array")'
            )
            return None
        if self.render_mode == "human":
            self._show()
            return None
        return self._live().render()

    def close(self) -> None:
        """Ends the session; twice is fine, and so is a server that is gone."""
        if self._window is not None:
            self._window.close()
            self._window = None
        if self._session is not None:
            self._session.close()

    @property
    def np_random(self) -> np.random.Generator:
        """The environment's generator; another one that is set here (PCG64) is the environment's from then on."""
        return self._live().generator()[0]

    @np_random.setter
    def np_random(self, value: np.random.Generator) -> None:
        self._live().assign_generator(value)

    @property
    def np_random_seed(self) -> int:
        """The seed of the generator, of any size; -1 after ``np_random`` was set."""
        return self._live().generator()[1]

    @property
    def _np_random(self) -> np.random.Generator:  # type: ignore[override]
        return self.np_random

    @property
    def _np_random_seed(self) -> int:  # type: ignore[override]
        return self.np_random_seed

    def __getattr__(self, name: str) -> Any:
        """Reads an attribute of the remote environment."""
        session = self.__dict__.get("_session")
        hidden = name.startswith("_") and name not in _SHOWN
        if hidden or session is None:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        if session.closed:
            raise AttributeError(f"The attribute '{name}' of '{session.env_id}' cannot be read: it was closed.")
        return session.get_attribute(name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Sets an attribute: of the proxy if it has it, else of the remote environment.

        What the environment cannot have - a function, an object of the user's, an attribute that a C# environment lacks
        - is kept by the proxy.
        """
        session = self.__dict__.get("_session")
        own = name.startswith("_") or name in self.__dict__ or hasattr(type(self), name)
        if session is None or own:
            object.__setattr__(self, name, value)
            return
        try:
            session.set_attribute(name, value)
        except (TypeError, ValueError) as error:
            # What the bridge could not carry has no fault; what the environment raised has one and is the user's.
            if hasattr(error, "gymbridge_fault") or isinstance(error, GymBridgeError):
                raise
            object.__setattr__(self, name, value)
            self._own.add(name)
        except AttributeError as error:
            denied = isinstance(error, GymBridgeError) and error.details.get("missing") != "true"
            if denied or self._has_remote(session, name):  # One that the environment has, and cannot be set.
                raise
            object.__setattr__(self, name, value)
            self._own.add(name)

    @staticmethod
    def _has_remote(session: Session, name: str) -> bool:
        try:
            session.get_attribute(name)
        except AttributeError:
            return False
        return True

    def __delattr__(self, name: str) -> None:
        """Deletes an attribute of the proxy's own."""
        object.__delattr__(self, name)
        self._own.discard(name)

    def __deepcopy__(self, memo: dict[int, Any]) -> Env:
        """A proxy with a session of its own, where this one is."""
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        state = self.__getstate__()
        twin.__setstate__(
            {**state, "spec": copy.deepcopy(state["spec"], memo), "own": copy.deepcopy(state["own"], memo)}
        )
        return twin

    def __getstate__(self) -> dict[str, Any]:
        """What is needed to open a session of the same kind elsewhere and to go on from here."""
        session = self._live()
        snapshot: list[bytes] | None = None
        if self._was_reset and not session.closed:
            try:
                snapshot = session.take_snapshot()
            except GymBridgeError as error:
                logger.warn(f"The copy starts in its initial state: {error}")
        own = {name: self.__dict__[name] for name in sorted(self._own)}
        return {
            "arguments": self._arguments,
            "spec": self.spec,
            "snapshot": snapshot,
            "own": own,
            "server": server_hint(self._arguments["address"]),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Opens a session of its own."""
        adopt_server(state.get("server"))
        self.__init__(**state["arguments"])  # type: ignore[misc]
        self.spec = state["spec"]
        if state.get("snapshot") is not None:
            self._live().restore_snapshot(state["snapshot"])
            self._was_reset = True
        for name, value in state.get("own", {}).items():
            object.__setattr__(self, name, value)
            self._own.add(name)

    def _live(self) -> Session:
        session = self._session
        if session is None:
            raise GymBridgeError("This environment was not opened.")
        return session

    def _note(self, reply: pb.Reply) -> None:
        self.remote.note(reply.env_us, reply.server_us)

    def _show(self) -> None:
        if self._window is None:
            from gymbridge._human import Window

            self._window = Window(self.metadata.get("render_fps"))
        frame = self._live().render()
        if frame is not None:
            self._window.show(frame)
