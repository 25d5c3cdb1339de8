"""What the proxies of single and of vector environments share."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

from gymbridge import _spaces, _values
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._session import Session
from gymbridge._shm.steps import FastStep
from gymbridge.errors import ProtocolError

AUTORESET_TO_WIRE: dict[str, pb.AutoresetMode] = {
    "NextStep": pb.AUTORESET_MODE_NEXT_STEP,
    "SameStep": pb.AUTORESET_MODE_SAME_STEP,
    "Disabled": pb.AUTORESET_MODE_DISABLED,
}
"""By the values of gymnasium.vector.AutoresetMode."""


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
        transport: How steps travel: ``shm`` (shared memory), ``grpc``, or ``inproc`` (in this process).
        transport_reason: Why not the faster one; empty if it is.
    """

    def __init__(self, session: Session) -> None:
        """Reads the contract."""
        contract = session.contract
        modes = {number: name for name, number in AUTORESET_TO_WIRE.items()}
        self.env_id = session.env_id
        self.address = session.connection.address
        self.server_pid = session.connection.server.pid if session.connection.server is not None else None
        self.versions = dict(contract.versions)
        self.capabilities = tuple(contract.capabilities)
        self.warnings = tuple(contract.warnings)
        self.autoreset_modes = tuple(modes[mode] for mode in contract.autoreset_modes if mode in modes)
        self.max_message_bytes = contract.max_message_bytes
        self.transport, self.transport_reason = session.transport
        self.fast: FastStep | None = None
        self._times = (0, 0)

    def note(self, env_us: int, server_us: int) -> None:
        """Notes the times of a call that brought a message."""
        self._times = env_us, server_us
        if self.fast is not None:
            self.fast.told = self._times

    def _last_times(self) -> tuple[int, int]:
        return self._times if self.fast is None else self.fast.times

    @property
    def env_us(self) -> int:
        """Microseconds that the last call took inside the environment."""
        return self._last_times()[0]

    @property
    def server_us(self) -> int:
        """Microseconds that it took inside the server, the environment's included."""
        return self._last_times()[1]

    def __getstate__(self) -> dict[str, Any]:
        """What it says, without the memory that it reads."""
        return {**self.__dict__, "fast": None, "_times": self._last_times()}

    def __repr__(self) -> str:
        """Says which environment it is and where."""
        return f"<'{self.env_id}' at {self.address}>"


def message_maker(write: Callable[[Any], None], call: pb.Call) -> Callable[[Any], pb.Call]:
    """Makes the message of a step. It knows no proxy, which would keep itself alive by it.

    Args:
        write: Puts an action into the call.
        call: The call.
    """

    def make(action: Any) -> pb.Call:
        write(action)
        return call

    return make


def server_hint(address: str | None) -> str | None:
    """What a pickled proxy says of the server that this process started; None if it names a server itself."""
    if address or os.environ.get("GYMBRIDGE_ADDRESS"):
        return None
    from gymbridge import _launcher

    return _launcher.hint()


def adopt_server(hint: str | None) -> None:
    """Uses that server in the process that loads the proxy, so that workers of one machine share one."""
    if hint is not None:
        from gymbridge import _launcher

        _launcher.adopt(hint)


def contract_spaces(session: Session) -> tuple[spaces.Space[Any], spaces.Space[Any]]:
    """Observation and action space of one lane.

    Raises:
        ProtocolError: They are none.
    """
    contract, budget = session.contract, session.budget()
    return (
        _spaces.decode(contract.observation_space, "observation space", budget),
        _spaces.decode(contract.action_space, "action space", budget),
    )


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


def checked_mask(mask: Any, lanes: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """A reset mask, refused in Gymnasium's words if it is none.

    Raises:
        TypeError: It is no array of bool.
        ValueError: It has another shape, or is all False.
    """
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
