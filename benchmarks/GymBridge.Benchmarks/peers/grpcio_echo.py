"""An empty grpcio server that sends every message back, unary or on a stream, until stdin ends.

Prints one line when it listens.
"""

import sys
from concurrent import futures

import grpc


class Echo(grpc.GenericRpcHandler):
    """Answers any method with its own requests, as raw bytes."""

    def service(self, handler_call_details):
        """The least that a handler can do."""
        if handler_call_details.method.endswith("/Stream"):
            return grpc.stream_stream_rpc_method_handler(lambda requests, context: requests)
        return grpc.unary_unary_rpc_method_handler(lambda request, context: request)


def start(address: str) -> grpc.Server:
    """A running echo server."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    server.add_generic_rpc_handlers((Echo(),))
    server.add_insecure_port(address)
    server.start()
    return server


if __name__ == "__main__":
    running = start(sys.argv[1])
    print("listening", flush=True)
    sys.stdin.read()
    running.stop(0)
