"""Microseconds of one step through gymbridge, of an empty Kestrel echo, and of an empty grpcio echo, same client.

Usage: bridge_step.py ADDRESS ECHO_ADDRESS
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kestrel_echo import echo_of
from turns import Work, best

import gymbridge

STEPS = 1000
TRIALS = 15
MESSAGE = bytes(48)  # about a step's request and reply


def step_of(env: gymbridge.Env) -> Callable[[int], None]:
    """The whole proxy: action to bytes, the call, bytes to a fresh observation; and resets."""
    env.reset(seed=42)

    def one(i: int) -> None:
        _, _, terminated, truncated, _ = env.step(i & 1)
        if terminated or truncated:
            env.reset()

    return one


def ping_of(env: gymbridge.Env) -> Callable[[int], None]:
    """A call that asks for nothing: what gRPC, the session and their messages take without an environment."""
    session = env.unwrapped._session

    def one(_: int) -> None:
        call = session.new_call()
        call.ping.SetInParent()
        session.exchange(call)

    return one


@contextmanager
def grpcio_echo() -> Iterator[str]:
    """A grpcio server in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"unix:{folder}/echo.sock"
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "grpcio_echo.py")
        with subprocess.Popen(
            [sys.executable, script, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as server:
            assert server.stdout is not None and server.stdin is not None
            server.stdout.readline()
            yield address
            server.stdin.close()


def main(address: str, kestrel: str) -> dict[str, float]:
    """Measures."""
    env = gymbridge.make("CartPole-v1", address=address, transport="grpc")
    with grpcio_echo() as grpcio:
        ones = {
            "step_us": step_of(env),
            "ping_us": ping_of(env),
            "echo_us": echo_of(kestrel, MESSAGE),
            "grpcio_us": echo_of(grpcio, MESSAGE),
        }
        times = best(TRIALS, **{name: Work(one, STEPS) for name, one in ones.items()})
    env.close()
    return {name: seconds * 1e6 for name, seconds in times.items()}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
