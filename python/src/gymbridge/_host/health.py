"""grpc.health.v1 and server reflection, where their packages are installed."""

from __future__ import annotations

from typing import Any

from gymbridge import _wire

try:
    from grpc_health.v1 import health, health_pb2, health_pb2_grpc
except ImportError:  # pragma: no cover - the extra 'health' is not installed.
    health = None
try:
    from grpc_reflection.v1alpha import reflection
except ImportError:  # pragma: no cover
    reflection = None


class Health:
    """Tells monitors whether the host serves."""

    def __init__(self) -> None:
        """Serves from the start."""
        self._servicer: Any = None
        if health is not None:
            self._servicer = health.HealthServicer()
            for name in ("", _wire.SERVICE):
                self._servicer.set(name, health_pb2.HealthCheckResponse.SERVING)

    def add_to(self, server: Any) -> None:
        """Adds health and reflection to a server."""
        names = [_wire.SERVICE]
        if self._servicer is not None:
            health_pb2_grpc.add_HealthServicer_to_server(self._servicer, server)
            names.append(health.SERVICE_NAME)
        if reflection is not None:
            names.append(reflection.SERVICE_NAME)
            reflection.enable_server_reflection(names, server)

    def stop(self) -> None:
        """Serves no more."""
        if self._servicer is not None:
            self._servicer.enter_graceful_shutdown()
