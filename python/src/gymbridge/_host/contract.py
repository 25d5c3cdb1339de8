"""What a host tells a client about an environment, and about itself."""

from __future__ import annotations

import hashlib
import math
import platform
import secrets
from typing import Any

import gymnasium
import numpy as np
from gymnasium.envs import registration

from gymbridge import _spaces, _values
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._generated import values_pb2
from gymbridge._host.catalog import spec_json
from gymbridge._host.faults import LaneError
from gymbridge._host.limits import Limits
from gymbridge._host.refused import Refused
from gymbridge._host.snapshots import has_snapshot
from gymbridge._leaves import FixedLeaf, Layout
from gymbridge._proxy import AUTORESET_TO_WIRE
from gymbridge._version import GENERATION, __version__

CAPABILITIES = (
    "async_lanes",
    "attributes",
    "drive",
    "exact_actions",
    "fencing",
    "generator",
    "live_generator",
    "partial_reset",
    "raw",
    "render",
    "resume",
    "step_some_lanes",
    "vector_entry_point",
    "withdraw_open",
)
AUTORESET_MODES = tuple(AUTORESET_TO_WIRE.values())


class Identity:
    """What is the same in all contracts of a host.

    Attributes:
        boot_id: 16 random bytes of this run.
        versions: By name.
        limits: The caps.
    """

    def __init__(self, limits: Limits) -> None:
        """Looks at what is installed."""
        self.boot_id = secrets.token_bytes(16)
        self.limits = limits
        self.versions = {
            "gymbridge": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "gymnasium": gymnasium.__version__,
        }
        self._warnings = _exactness_warnings()

    def contract(self, env_id: str, spec: registration.EnvSpec, env: gymnasium.Env[Any, Any]) -> pb.Contract:
        """The contract of an environment.

        Raises:
            Refused: A space cannot be carried.
            LaneError: The environment raised when it was asked for its spaces or its metadata, or has none.
        """
        try:
            return self._contract(env_id, spec, env)
        except (Refused, LaneError):
            raise
        except BaseException as error:
            raise LaneError(0, error) from None

    def _contract(self, env_id: str, spec: registration.EnvSpec, env: gymnasium.Env[Any, Any]) -> pb.Contract:
        observation_space, action_space = env.observation_space, env.action_space
        contract = pb.Contract(
            generation=GENERATION,
            capabilities=_capabilities(spec, env),
            env_id=env_id,
            autoreset_modes=AUTORESET_MODES,
            max_lanes=self.limits.lanes,
            max_message_bytes=self.limits.message_bytes,
            versions=self.versions,
            spec_json=spec_json(spec),
            warnings=self._warnings,
            limits=self.limits.message(),
        )
        try:
            _spaces.encode_into(observation_space, contract.observation_space, "observation space")
            _spaces.encode_into(action_space, contract.action_space, "action space")
        except TypeError as error:
            raise Refused("CAPABILITY_MISSING", f"'{env_id}': {error}", missing="space", offered="") from None
        if not isinstance(env.metadata, dict):
            raise TypeError(f"metadata: a dict is expected, got {type(env.metadata).__name__}")
        metadata = {}
        for key, value in env.metadata.items():
            try:
                _values.encode({key: value}, "metadata")
                metadata[key] = value
            except (TypeError, ValueError) as error:
                contract.warnings.append(f"The metadata of '{env_id}' goes without {key!r}: {error}")
        contract.metadata.CopyFrom(_values.encode(metadata, "metadata"))
        contract.render_modes.extend(str(mode) for mode in env.metadata.get("render_modes") or ())
        contract.python_types.SetInParent()
        # The environment is given the very action, whatever it is.
        contract.action_dtypes.extend(
            values_pb2.DTYPE_FLOAT64 if isinstance(leaf, FixedLeaf) else values_pb2.DTYPE_UNSPECIFIED
            for leaf in Layout(action_space, "action").leaves
        )
        digest = hashlib.sha256()
        for part in (contract.observation_space, contract.action_space, contract.python_types):
            data = part.SerializeToString(deterministic=True)
            digest.update(len(data).to_bytes(4, "little") + data)
        contract.spec_hash = digest.digest()
        return contract


def _capabilities(spec: registration.EnvSpec, env: gymnasium.Env[Any, Any]) -> list[str]:
    return sorted(
        {*CAPABILITIES, *(("snapshot",) if has_snapshot(env) else ())}
        - (set() if spec.vector_entry_point is not None else {"vector_entry_point"})
    )


def _exactness_warnings() -> list[str]:
    """What is not bit-exact on this machine."""
    probe = [0.1 * k - 50.0 for k in range(1000)]
    sines, cosines = np.sin(np.array(probe)), np.cos(np.array(probe))
    differing = sum(
        math.sin(x) != float(s) or math.cos(x) != float(c) for x, s, c in zip(probe, sines, cosines, strict=True)
    )
    if differing == 0:
        return []
    return [
        f"numpy.sin and numpy.cos of NumPy {np.__version__} differ from the C library's here ({differing} of 1000 "
        "inputs): environments that use them are not bit-exact with their C# twins."
    ]
