"""Runs the cases, and says what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gymbridge.compliance._cases import CASES, Bench, SkippedError
from gymbridge.compliance._client import Client, RefusedError


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
    address: str, names: Iterable[str] | None = None, env_id: str | None = None, shared: bool = False
) -> Iterator[Outcome]:
    """Runs cases against a server, one after another.

    Args:
        address: ``host:port`` or ``unix:/path``.
        names: Which; None is all of them.
        env_id: The id of CartPole there; None asks the server.
        shared: Whether steps and resets go through shared memory, as far as they can.

    Raises:
        RefusedError: The server does not answer List.
        KeyError: A name is none of a case.
    """
    client = Client(address, shared)
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
