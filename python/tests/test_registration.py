from __future__ import annotations

import subprocess
import sys
from typing import Any

import gymnasium
import pytest

import gymbridge
from conftest import HostProcess
from gymbridge import registration
from strict import assert_same


def test_import_registers_the_built_ins() -> None:
    spec = gymnasium.spec("GymBridge/CartPole-v1")
    assert (spec.max_episode_steps, spec.reward_threshold) == (500, 475.0)
    assert (spec.entry_point, spec.vector_entry_point) == ("gymbridge:Env", "gymbridge:VectorEnv")
    assert gymnasium.envs.registration.EnvSpec.from_json(spec.to_json()) == spec


def test_import_starts_nothing_and_loads_no_server_code() -> None:
    code = (
        "import threading, sys, gymbridge; assert threading.active_count() == 1, threading.enumerate(); "
        "assert not {'gymbridge._host', 'gymbridge._launcher', 'pygame'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-W", "error::UserWarning", "-c", code], check=True, timeout=300)


def test_unknown_built_ins_are_gymnasiums_to_refuse() -> None:
    with pytest.raises(gymnasium.error.NameNotFound, match="Did you mean: `CartPole`"):
        gymnasium.make("gymbridge:GymBridge/CartPol-v1")


def test_register_puts_a_server_under_a_namespace(host: HostProcess) -> None:
    ids = gymbridge.register(host.address, namespace="MyGame")
    assert "MyGame/CartPole-v1" in ids and "MyGame/phys2d.CartPole-v1" in ids
    env: Any = gymnasium.make("MyGame/CartPole-v1")
    local = gymnasium.make("CartPole-v1")
    assert_same(env.reset(seed=2), local.reset(seed=2))
    assert env.spec.max_episode_steps == 500 and env.unwrapped.remote.env_id == "CartPole-v1"
    assert gymbridge.register(host.address, namespace="MyGame") == ids, "again is fine, and gives no warnings"


def test_register_never_takes_a_name_that_is_taken(host: HostProcess) -> None:
    before = dict(gymnasium.registry)
    with pytest.raises(ValueError, match="is already registered with Gymnasium; pass namespace="):
        gymbridge.register(host.address)
    assert gymnasium.registry == before


def test_specs_from_the_wire_are_checked() -> None:
    for text in ("[]", "{", '"x"'):
        with pytest.raises(gymbridge.ProtocolError, match="the spec of 'A-v0' cannot be read"):
            registration._remote_spec("A-v0", text, None)
    spec = registration._remote_spec("module:A-v0", '{"entry_point": "os:system", "kwargs": {"x": 1}}', "h:1")
    assert spec.entry_point == "gymbridge:Env" and spec.kwargs == {"env_id": "module:A-v0", "address": "h:1"}
    assert spec.id == "A-v0"
