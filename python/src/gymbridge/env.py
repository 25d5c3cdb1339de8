"""One remote environment as a :class:`gymnasium.Env`."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np
from gymnasium import logger
from gymnasium.utils import seeding

from gymbridge import _codec, _spaces, _values
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._session import DEFAULT_TIMEOUT, Session
from gymbridge.errors import GymBridgeError, ProtocolError

if TYPE_CHECKING:
    from gymbridge._human import Window

__all__ = ["Env", "Remote"]

_FLOAT64 = struct.Struct("<d")


class Remote:
    """What is behind a proxy; its ``remote`` attribute.

    Attributes:
        env_id: The environment's id on the server.
        address: Where the server is.
        server_pid: Its process id if this process started it, else None.
        versions: Versions of what runs there, by name.
        capabilities: Names of what the server can do.
        warnings: What is not bit-exact there, one sentence each.
        autoreset_modes: The modes that the server offers, as gymnasium.vector.AutoresetMode names them.
        max_message_bytes: The server's limit of one call or reply.
        env_us: Microseconds that the last call took inside the environment.
        server_us: Microseconds that it took inside the server, the environment's included.
    """

    def __init__(self, session: Session) -> None:
        """Reads the contract."""
        contract = session.contract
        modes = {number: name for name, number in _codec.AUTORESET_TO_WIRE.items()}
        self.env_id = session.env_id
        self.address = session.connection.address
        self.server_pid = session.connection.server.pid if session.connection.server is not None else None
        self.versions = dict(contract.versions)
        self.capabilities = tuple(contract.capabilities)
        self.warnings = tuple(contract.warnings)
        self.autoreset_modes = tuple(modes[mode] for mode in contract.autoreset_modes if mode in modes)
        self.max_message_bytes = contract.max_message_bytes
        self.env_us = 0
        self.server_us = 0

    def __repr__(self) -> str:
        """Says which environment it is and where."""
        return f"<'{self.env_id}' at {self.address}>"


class Env(gymnasium.Env[Any, Any]):
    """An environment that lives on a GymBridge server, in C# or in another Python process.

    It has Gymnasium's semantics without exception: observations are fresh arrays, numbers have the Python types that
    the environment returned, exceptions of the environment are raised as their own class. Public attributes that this
    class does not have are those of the remote environment (``env.unwrapped.gravity``); methods can be called.

    ``np_random`` gives a copy of the remote generator: draws from the copy do not move the original; assigning to
    ``np_random`` does.

    A pickled or copied proxy opens a session of its own when it is loaded, with the environment in its initial state;
    so does the child of a fork.
    """

    # gymnasium.make reads the class before there is an instance: the modes that a remote environment may have, so that
    # "rgb_array_list" gets its wrapper and no other mode a warning. An instance has the remote environment's own.
    metadata: dict[str, Any] = {  # noqa: RUF012
        "render_modes": ["human", "rgb_array", "ansi", "depth_array", "rgbd_tuple", "state_pixels"]
    }

    _session: Session | None = None
    _window: Window | None = None

    def __init__(
        self,
        env_id: str,
        *,
        address: str | None = None,
        render_mode: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        max_message_bytes: int | None = None,
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
            **kwargs: The environment's own parameters.

        Raises:
            UnknownEnvironmentError: The server has no such environment.
            ServerConnectionError: Nothing answers at the address.
            ServerStartError: No server could be started.
        """
        self._arguments = {
            "env_id": env_id,
            "address": address,
            "render_mode": render_mode,
            "timeout": timeout,
            "max_message_bytes": max_message_bytes,
            **kwargs,
        }
        self.render_mode = render_mode
        session = Session(
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
        )
        contract = session.contract
        self.observation_space = _spaces.decode(contract.observation_space, "observation space")
        self.action_space = _spaces.decode(contract.action_space, "action space")
        self.metadata = decode_metadata(contract)
        if render_mode == "human" and "human" not in self.metadata["render_modes"]:
            self.metadata["render_modes"] = [*self.metadata["render_modes"], "human"]
        self.remote = Remote(session)
        self._observation = _codec.Leaf(self.observation_space, "observation")
        self._action = _codec.Leaf(self.action_space, "action")
        self._types = Types(contract.python_types)
        self._step_call = session.new_call()
        self._step_call.step.want_info = True
        self._step_call.step.action.append(b"")
        self._slabs = self._step_call.step.action
        self._session = session

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Starts an episode; see :meth:`gymnasium.Env.reset`.

        Raises:
            gymnasium.error.Error: The seed is negative or no Python integer.
        """
        check_seed(seed)
        session = self._live()
        call = session.new_call()
        call.reset.SetInParent()
        if seed is not None:
            _codec.encode_seed(seed, call.reset.seeds.add())
        if options is not None:
            call.reset.options.CopyFrom(_values.encode(options, "options"))
        reply = session.exchange(call)
        types = Types(reply.python_types) if reply.HasField("python_types") else self._types
        observation = self._read_observation(reply, types)
        info = decode_info(reply.infos[0].info) if reply.infos else {}
        self._note(reply)
        if self._window is not None or self.render_mode == "human":
            self._show()
        return observation, info

    def step(self, action: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Takes one step; see :meth:`gymnasium.Env.step`.

        Raises:
            ActionError: The action does not fit the action space's dtype or shape. One that does, but is out of
                bounds, is the environment's to judge.
        """
        self._slabs[0] = self._action.pack_action(action)
        reply = self._live().exchange(self._step_call)
        types = self._types
        if reply.HasField("python_types"):
            types = Types(reply.python_types)
        observation = self._read_observation(reply, types)
        try:
            reward = types.reward(_FLOAT64.unpack(reply.reward)[0])
            terminated = types.terminated(_FLAGS[reply.terminated])
            truncated = types.truncated(_FLAGS[reply.truncated])
        except (struct.error, KeyError):
            raise ProtocolError(
                f"a step of 1 lane brings 8 + 1 + 1 bytes of reward and flags, got {len(reply.reward)} + "
                f"{reply.terminated!r} + {reply.truncated!r}"
            ) from None
        info = decode_info(reply.infos[0].info) if reply.infos else {}
        remote = self.remote
        remote.env_us, remote.server_us = reply.env_us, reply.server_us
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
        """A copy of the remote generator; setting it gives the environment a copy of a generator (PCG64)."""
        return self._generator()[0]

    @np_random.setter
    def np_random(self, value: np.random.Generator) -> None:
        self._live().set_generator(value, -1)

    @property
    def np_random_seed(self) -> int:
        """The seed of the generator, of any size; -1 after ``np_random`` was set."""
        return self._generator()[1]

    @property
    def _np_random(self) -> np.random.Generator:  # type: ignore[override]
        return self.np_random

    @property
    def _np_random_seed(self) -> int:  # type: ignore[override]
        return self.np_random_seed

    def _generator(self) -> tuple[np.random.Generator, int]:
        generator, seed = self._live().generator()
        if seed is None:
            # Never seeded: Gymnasium seeds on first use, from the system's entropy.
            generator, seed = seeding.np_random()
            self._live().set_generator(generator, seed)
        return generator, seed

    def __getattr__(self, name: str) -> Any:
        """Reads an attribute of the remote environment."""
        session = self.__dict__.get("_session")
        if name.startswith("_") or session is None or session.closed:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        return session.get_attribute(name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Sets an attribute: of the proxy if it has it, else of the remote environment."""
        session = self.__dict__.get("_session")
        if session is None or name.startswith("_") or name in self.__dict__ or hasattr(type(self), name):
            object.__setattr__(self, name, value)
        else:
            session.set_attribute(name, value)

    def __getstate__(self) -> dict[str, Any]:
        """What is needed to open a session of the same kind elsewhere."""
        return {"arguments": self._arguments, "spec": self.spec}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Opens a session of its own."""
        self.__init__(**state["arguments"])  # type: ignore[misc]
        self.spec = state["spec"]

    def _live(self) -> Session:
        session = self._session
        if session is None:
            raise GymBridgeError("This environment was not opened.")
        return session

    def _read_observation(self, reply: pb.Reply, types: Types) -> Any:
        slabs = reply.observation
        if len(slabs) != 1:
            raise ProtocolError(f"1 observation leaf expected, got {len(slabs)}")
        if types.observation:
            return self._observation.typed(slabs[0], types.observation)
        return self._observation.one(slabs[0])

    def _note(self, reply: pb.Reply) -> None:
        self.remote.env_us, self.remote.server_us = reply.env_us, reply.server_us

    def _show(self) -> None:
        if self._window is None:
            from gymbridge._human import Window

            self._window = Window(self.metadata.get("render_fps"))
        frame = self._live().render()
        if frame is not None:
            self._window.show(frame)


_FLAGS = {_codec.TRUE: True, _codec.FALSE: False}


class Types:
    """The Python types of a reply's numbers."""

    __slots__ = ("observation", "reward", "terminated", "truncated")

    def __init__(self, message: pb.PythonTypes) -> None:
        """Reads them.

        Raises:
            ProtocolError: One of them is none that this version knows.
        """
        try:
            self.reward = _codec.REWARD_CASTS[message.reward]
            self.terminated = _codec.FLAG_CASTS[message.terminated]
            self.truncated = _codec.FLAG_CASTS[message.truncated]
        except KeyError as error:
            raise ProtocolError(f"Python type {error.args[0]} is none of a reward or flag") from None
        self.observation = message.observation_leaves[0] if message.observation_leaves else pb.PYTHON_TYPE_DEFAULT


def check_seed(seed: Any) -> None:
    """Refuses what Gymnasium refuses, in its words.

    Raises:
        gymnasium.error.Error: The seed is negative or no Python integer.
    """
    if seed is None:
        return
    if not isinstance(seed, int):
        raise gymnasium.error.Error(f"Seed must be a python integer, actual type: {type(seed)}")
    if seed < 0:
        raise gymnasium.error.Error(f"Seed must be greater or equal to zero, actual value: {seed}")


def decode_info(message: Any) -> dict[str, Any]:
    """An info from the wire.

    Raises:
        ProtocolError: It is no dict.
    """
    info = _values.decode(message, "info")
    if type(info) is not dict:
        raise ProtocolError(f"info: a dict was expected, got {type(info).__name__}")
    return info


def decode_metadata(contract: pb.Contract) -> dict[str, Any]:
    """An environment's metadata.

    Raises:
        ProtocolError: It is no dict.
    """
    metadata = _values.decode(contract.metadata, "metadata") if contract.HasField("metadata") else {}
    if type(metadata) is not dict:
        raise ProtocolError(f"metadata: a dict was expected, got {type(metadata).__name__}")
    metadata.setdefault("render_modes", list(contract.render_modes))
    return metadata
