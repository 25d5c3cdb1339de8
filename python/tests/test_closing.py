"""What closing an environment raises is told by ``close()``, as it is without a bridge, and costs no other lane."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gymnasium
import pytest

import gymbridge
from conftest import HostProcess
from gymbridge.errors import ServerConnectionError

Start = Callable[..., HostProcess]
CLOSES = "host_envs:Closes-v0"


def test_close_raises_what_the_environment_raises(host: HostProcess, tmp_path: Path) -> None:
    env = gymbridge.make(CLOSES, address=host.address, log=str(tmp_path / "log"), how="raise")
    env.reset()
    with pytest.raises(OSError, match="the recorder is full"):
        env.close()
    env.close()
    assert (tmp_path / "log").read_text() == "closed\n"


def test_close_of_lanes_closes_all_and_then_raises(host: HostProcess, tmp_path: Path) -> None:
    keywords = {"log": str(tmp_path / "log"), "how": "raise"}
    envs = gymbridge.make_vec(CLOSES, 3, address=host.address, **keywords)
    envs.reset()
    with pytest.raises(OSError, match="the recorder is full"):
        envs.close()
    envs.close()
    assert (tmp_path / "log").read_text() == "closed\n" * 3


def test_close_of_a_pool_closes_all_and_then_raises(host: HostProcess, tmp_path: Path) -> None:
    keywords = {"log": str(tmp_path / "log"), "how": "raise"}
    pool = gymbridge.EnvPool(CLOSES, 3, address=host.address, **keywords)
    with pytest.raises(OSError, match="the recorder is full"):
        pool.close()
    pool.close()
    assert (tmp_path / "log").read_text() == "closed\n" * 3


def test_an_environment_that_nobody_closes_tells_nobody(host: HostProcess, tmp_path: Path) -> None:
    def use() -> None:
        gymbridge.make(CLOSES, address=host.address, log=str(tmp_path / "log"), how="raise").reset()

    use()  # pytest turns an exception of a finalizer into a failure.


@pytest.mark.parametrize("code", [0, 7])
def test_a_process_that_ends_in_close_is_told(start_host: Start, code: int) -> None:
    env = gymbridge.make(CLOSES, address=start_host("--isolate").address, how=f"exit {code}")
    env.reset()
    with pytest.raises(ServerConnectionError, match=f"ended with exit code {code}"):
        env.close()
    env.close()


def test_a_server_that_was_gone_before_is_closed_enough(start_host: Start) -> None:
    host = start_host()
    env = gymbridge.make("host_envs:Counting-v0", address=host.address)
    env.reset()
    host.process.kill()
    host.wait()
    env.close()


def test_what_closing_raises_is_what_gymnasium_raises(host: HostProcess) -> None:
    errors = []
    for env in (gymnasium.make(CLOSES, how="raise"), gymbridge.make(CLOSES, address=host.address, how="raise")):
        with pytest.raises(Exception, match="recorder") as caught:
            env.close()
        errors.append((type(caught.value), str(caught.value)))
    assert errors[0] == errors[1]
