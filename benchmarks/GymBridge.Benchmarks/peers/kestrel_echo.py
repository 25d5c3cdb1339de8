"""The client of the benchmarks' empty Kestrel echo."""

from collections.abc import Callable

import grpc


def echo_of(address: str, message: bytes) -> Callable[[int], object]:
    """A unary call that sends the message back, also from the echo of grpcio."""
    # Kestrel refuses the percent-encoded path that grpcio sends as the authority of a Unix socket.
    channel = grpc.insecure_channel(address, [("grpc.default_authority", "localhost")])
    call = channel.unary_unary("/gymbridge.bench.Echo/Echo")
    return lambda _: call(message)
