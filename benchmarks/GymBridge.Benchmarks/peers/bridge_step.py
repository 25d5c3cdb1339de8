"""Microseconds of one step through gymbridge, of an empty Kestrel echo, and of an empty grpcio echo, same client."""

import json
import os
import subprocess
import sys
import tempfile
import time

import grpc

import gymbridge

STEPS = 4000
TRIALS = 5
MESSAGE = bytes(48)  # about a step's request and reply


def microseconds(work) -> float:
    """The best of five trials."""
    best = float("inf")
    for _ in range(TRIALS):
        start = time.perf_counter()
        for i in range(STEPS):
            work(i)
        best = min(best, (time.perf_counter() - start) / STEPS * 1e6)
    return best


def step(address: str) -> float:
    """The whole proxy: action to bytes, the call, bytes to a fresh observation."""
    env = gymbridge.make("CartPole-v1", address=address, transport="grpc")
    env.reset(seed=42)

    def one(i: int) -> None:
        _, _, terminated, truncated, _ = env.step(i & 1)
        if terminated or truncated:
            env.reset()

    result = microseconds(one)
    env.close()
    return result


def echo(address: str) -> float:
    """A unary call that sends the same number of bytes back."""
    # Kestrel refuses the percent-encoded path that grpcio sends as the authority of a Unix socket.
    with grpc.insecure_channel(address, [("grpc.default_authority", "localhost")]) as channel:
        call = channel.unary_unary("/gymbridge.bench.Echo/Echo")
        return microseconds(lambda i: call(MESSAGE))


def grpcio(folder: str) -> float:
    """The echo against a grpcio server in a process of its own."""
    address = f"unix:{folder}/echo.sock"
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "grpcio_echo.py")
    with subprocess.Popen([sys.executable, script, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None and server.stdin is not None
        server.stdout.readline()
        result = echo(address)
        server.stdin.close()
    return result


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        print(
            json.dumps(
                {
                    "step_us": step(sys.argv[1]),
                    "echo_us": echo(sys.argv[2]),
                    "grpcio_us": grpcio(temporary),
                }
            )
        )
