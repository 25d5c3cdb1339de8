"""Runs the cases, and says what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gymbridge.compliance._cases import CASES, Bench, SkippedError
from gymbridge.compliance._client import Client, RefusedError, connect


@dataclass(frozen=True)
class Outcome:
    """What came of a case.

    Attributes:
        name: The case.
        result: ``pass``, ``fail`` or ``skip``.
        text: What was wrong, or why it was skipped.
    """

    name: str
    result: str
    text: str = ""


def run(
    address: str, names: Iterable[str] | None = None, env_id: str | None = None, transport: str = "grpc"
) -> Iterator[Outcome]:
    """Runs cases against a server, one after another.

    Args:
        address: ``host:port`` or ``unix:/path``; nothing with ``inproc``.
        names: Which; None is all of them.
        env_id: The id of CartPole there; None asks the server.
        transport: How steps and resets go, as far as they can: ``grpc``, ``shm``, or ``inproc``, where the C# server is
            in this process.

    Raises:
        RefusedError: The server does not answer List.
        KeyError: A name is none of a case.
    """
    return run_on(connect(address, transport), names, env_id)


def run_on(client: Client, names: Iterable[str] | None = None, env_id: str | None = None) -> Iterator[Outcome]:
    """Runs cases by a client, which is closed then; arguments as of :func:`run`."""
    try:
        chosen = list(CASES) if names is None else list(names)
        bench = Bench(client, env_id or _cartpole(client))
        for name in chosen:
            try:
                CASES[name](bench)
            except SkippedError as skipped:
                yield Outcome(name, "skip", str(skipped))
            except RefusedError as refused:
                yield Outcome(name, "fail", f"refused: {refused} ({refused.detail.reason or 'no reason'})")
            except Exception as error:
                text = str(error) if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"
                yield Outcome(name, "fail", text)
            else:
                yield Outcome(name, "pass")
    finally:
        client.close()


def _cartpole(client: Client) -> str:
    ids = {entry.env_id for entry in client.list().environments}
    return "CartPole-v1" if "CartPole-v1" in ids else "gymnasium:CartPole-v1"
