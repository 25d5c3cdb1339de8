"""Remote environments in Gymnasium's registry, and without it."""

from __future__ import annotations

import json
from typing import Any

import gymnasium
from gymnasium.envs.registration import EnvSpec, WrapperSpec, parse_env_id
from gymnasium.vector import AutoresetMode

from gymbridge._builtin import BUILT_INS, NAMESPACE
from gymbridge._connection import connect
from gymbridge._session import DEFAULT_TIMEOUT, handed_over
from gymbridge.env import open_env_session
from gymbridge.errors import ProtocolError
from gymbridge.vector import open_vector_session

__all__ = ["make", "make_vec", "register"]

_ENTRY_POINT = "gymbridge:Env"
_VECTOR_ENTRY_POINT = "gymbridge:VectorEnv"
# Arguments of the proxies, not the environment's own.
_PROXYS = ("render_mode", "timeout", "max_message_bytes", "transport")


def register_built_ins() -> None:
    """Puts the C# environments into Gymnasium's registry, under ``GymBridge/``."""
    for built_in in BUILT_INS:
        _put(
            EnvSpec(
                id=f"{NAMESPACE}/{built_in.env_id}",
                entry_point=_ENTRY_POINT,
                vector_entry_point=_VECTOR_ENTRY_POINT,
                max_episode_steps=built_in.max_episode_steps,
                reward_threshold=built_in.reward_threshold,
                kwargs={"env_id": built_in.env_id},
            )
        )


def register(address: str, namespace: str | None = None, *, timeout: float = DEFAULT_TIMEOUT) -> list[str]:
    """Puts the environments of a server into Gymnasium's registry.

    Args:
        address: ``host:port`` or ``unix:/path``.
        namespace: They are registered as ``namespace/Name-v0``, and those that have a namespace of their own as
            ``namespace/Own.Name-v0``; None keeps the server's names.
        timeout: Seconds to wait for the server.

    Returns:
        The ids, for :func:`gymnasium.make` and :func:`gymnasium.make_vec`.

    Raises:
        ServerConnectionError: Nothing answers at the address.
        ValueError: A name is already taken by an environment that is not gymbridge's; nothing is registered then.
    """
    specs = []
    for entry in connect(address).list(timeout).environments:
        spec = _remote_spec(entry.env_id, entry.spec_json, address)
        if namespace is not None:
            # An id has room for one namespace, and two of a server's may hold the same name.
            spec = _renamed(spec, f"{namespace}/{spec.id.replace('/', '.')}")
        known = gymnasium.registry.get(spec.id)
        if known is not None and known.entry_point != _ENTRY_POINT:
            raise ValueError(
                f"'{spec.id}' is already registered with Gymnasium; pass namespace= to register it beside."
            )
        specs.append(spec)
    for spec in specs:
        _put(spec)
    return [spec.id for spec in specs]


def make(env_id: str, *, address: str | None = None, **kwargs: Any) -> gymnasium.Env[Any, Any]:
    """Makes an environment of a server, with the wrappers that :func:`gymnasium.make` gives it.

    Args:
        env_id: The environment's id on the server; ``module:Name-v0`` on a Python host.
        address: ``host:port`` or ``unix:/path``; None is $GYMBRIDGE_ADDRESS, else the C# server that this process
            starts and shares.
        **kwargs: Those of :func:`gymnasium.make` (``max_episode_steps``, ``disable_env_checker``), of
            :class:`gymbridge.Env` (``render_mode``, ``timeout``, ``max_message_bytes``, ``transport``) and of the
            environment.

    Returns:
        The environment.

    Raises:
        UnknownEnvironmentError: The server has no such environment.
        ServerConnectionError: Nothing answers at the address.
    """
    own = _environments_own(kwargs, ("max_episode_steps", "disable_env_checker"))
    # gymnasium.make collects frames itself for the modes that end in "_list".
    render_mode = kwargs.get("render_mode")
    session = open_env_session(
        env_id,
        address,
        render_mode.removesuffix("_list") if isinstance(render_mode, str) else render_mode,
        kwargs.get("timeout", DEFAULT_TIMEOUT),
        kwargs.get("max_message_bytes"),
        kwargs.get("transport"),
        own,
    )
    with handed_over(session):
        return gymnasium.make(_remote_spec(env_id, session.contract.spec_json, address), **kwargs)


def make_vec(
    env_id: str, num_envs: int = 1, *, address: str | None = None, **kwargs: Any
) -> gymnasium.vector.VectorEnv[Any, Any, Any]:
    """Makes a vector environment whose lanes live on a server.

    Args:
        env_id: The environment's id on the server.
        num_envs: Count of lanes.
        address: As in :func:`make`.
        **kwargs: Those of :class:`gymbridge.VectorEnv` (``autoreset_mode``, ``max_episode_steps``, ``render_mode``,
            ``timeout``, ``max_message_bytes``, ``transport``) and of the environment.

    Returns:
        The vector environment.

    Raises:
        UnknownEnvironmentError: The server has no such environment.
        ServerConnectionError: Nothing answers at the address.
    """
    own = _environments_own(kwargs, ("max_episode_steps", "autoreset_mode"))
    session = open_vector_session(
        env_id,
        num_envs,
        address,
        kwargs.get("render_mode"),
        kwargs.get("max_episode_steps"),
        kwargs.get("autoreset_mode", AutoresetMode.NEXT_STEP),
        kwargs.get("timeout", DEFAULT_TIMEOUT),
        kwargs.get("max_message_bytes"),
        kwargs.get("transport"),
        own,
    )
    with handed_over(session):
        spec = _remote_spec(env_id, session.contract.spec_json, address)
        return gymnasium.make_vec(spec, num_envs, vectorization_mode="vector_entry_point", **kwargs)


def _environments_own(kwargs: dict[str, Any], gymnasiums: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in kwargs.items() if name not in (*_PROXYS, *gymnasiums)}


def _remote_spec(env_id: str, spec_json: str, address: str | None) -> EnvSpec:
    """The spec of a proxy: the remote one's limits, our entry points.

    The remote environment's own wrappers and parameters are applied where it lives.
    """
    try:
        remote = json.loads(spec_json) if spec_json else {}
        if not isinstance(remote, dict):
            raise TypeError(f"an object was expected, got {type(remote).__name__}")
        kwargs: dict[str, Any] = {"env_id": env_id}
        if address is not None:
            kwargs["address"] = address
        return EnvSpec(
            id=env_id.rpartition(":")[2],
            entry_point=_ENTRY_POINT,
            vector_entry_point=_VECTOR_ENTRY_POINT,
            reward_threshold=remote.get("reward_threshold"),
            nondeterministic=bool(remote.get("nondeterministic", False)),
            max_episode_steps=remote.get("max_episode_steps"),
            order_enforce=bool(remote.get("order_enforce", True)),
            disable_env_checker=bool(remote.get("disable_env_checker", False)),
            kwargs=kwargs,
        )
    except (ValueError, TypeError) as error:
        raise ProtocolError(f"the spec of '{env_id}' cannot be read: {error}") from None


def _renamed(spec: EnvSpec, env_id: str) -> EnvSpec:
    parse_env_id(env_id)
    wrappers: tuple[WrapperSpec, ...] = spec.additional_wrappers
    return EnvSpec(
        id=env_id,
        entry_point=spec.entry_point,
        vector_entry_point=spec.vector_entry_point,
        reward_threshold=spec.reward_threshold,
        nondeterministic=spec.nondeterministic,
        max_episode_steps=spec.max_episode_steps,
        order_enforce=spec.order_enforce,
        disable_env_checker=spec.disable_env_checker,
        kwargs=spec.kwargs,
        additional_wrappers=wrappers,
    )


def _put(spec: EnvSpec) -> None:
    # Straight into the registry: gymnasium.register would warn when an address is registered again.
    gymnasium.registry[spec.id] = spec
