"""The command line of ``python -m gymbridge host``."""

from __future__ import annotations

import argparse

from gymbridge._host.limits import Limits

_DEFAULT = Limits()


def parse(arguments: list[str]) -> argparse.Namespace:
    """Reads it.

    Raises:
        SystemExit: It is wrong, or asks for help.
    """
    parser = argparse.ArgumentParser(prog="python -m gymbridge host", description="Serves Python environments.")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--address", help="unix:/path/to/socket, or host:port")
    where.add_argument("--host", default="127.0.0.1", help="interface to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="port to listen on, 0 for a free one (default: 0)")
    parser.add_argument("--watch-stdin", action="store_true", help="stop when the standard input ends")
    parser.add_argument(
        "--allow-module",
        action="append",
        default=[],
        metavar="MODULE",
        help="also let ids of the form MODULE:Name-v0 import this module; may be given more than once",
    )
    parser.add_argument(
        "--isolate",
        action="store_true",
        help="a process for each environment: what kills or blocks one leaves the others alone, and calls take "
        "twice as long",
    )
    parser.add_argument("--once", action="store_true", help="end with the first session")
    parser.add_argument("--max-sessions", type=_positive, default=_DEFAULT.sessions, metavar="N")
    parser.add_argument("--max-total-lanes", type=_positive, default=_DEFAULT.total_lanes, metavar="N")
    parser.add_argument(
        "--max-threads",
        type=_positive,
        default=_DEFAULT.threads,
        metavar="N",
        help="threads of environments; more sessions than that share them (default: %(default)s)",
    )
    parser.add_argument(
        "--max-connections",
        type=_positive,
        default=_DEFAULT.connections,
        metavar="N",
        help="connections at a time; from one IP address half as many (default: %(default)s)",
    )
    parser.add_argument("--max-message-bytes", type=_positive, default=_DEFAULT.message_bytes, metavar="N")
    parser.add_argument(
        "--lease-ms",
        type=_positive,
        default=round(_DEFAULT.lease * 1000),
        metavar="N",
        help="a session without a call for so long is closed, if its client asks for no other time",
    )
    parser.add_argument(
        "--min-lease-ms",
        type=_positive,
        default=round(_DEFAULT.min_lease * 1000),
        metavar="N",
        help="the shortest lease that a client can ask for (default: %(default)s)",
    )
    parser.add_argument(
        "--call-timeout-ms",
        type=_positive,
        default=round(_DEFAULT.call_seconds * 1000),
        metavar="N",
        help="the longest that one call of an environment may take (default: %(default)s)",
    )
    parser.add_argument(
        "--open-timeout-ms",
        type=_positive,
        default=round(_DEFAULT.open_seconds * 1000),
        metavar="N",
        help="the longest that making an environment may take (default: %(default)s)",
    )
    parser.add_argument(
        "--attributes",
        choices=("declared", "public"),
        help="which attributes of environments can be reached by name: those that they declare (default on TCP), or "
        "all without leading underscore (default on a Unix socket, which only its owner can open)",
    )
    token = parser.add_mutually_exclusive_group()
    token.add_argument(
        "--token-file",
        metavar="FILE",
        help="a file (mode 0600) with the tokens of which clients must show one: one a line, alone or as NAME TOKEN; "
        "read again when it changes",
    )
    token.add_argument(
        "--no-token",
        action="store_true",
        help="let every user of this machine in, on a loopback address; without it a token is made that the clients "
        "of the same user find by themselves",
    )
    parser.add_argument(
        "--insecure-remote",
        action="store_true",
        help="listen on an address that other machines can reach, although there is no TLS: whoever reads the traffic "
        "learns the token, and without --token-file whoever reaches the address can run the environments",
    )
    # Of a child of --isolate, whose own socket is its owner's alone.
    parser.add_argument("--strangers", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def of_child(options: argparse.Namespace, unix: bool, own_user_only: bool) -> list[str]:
    """The command line of an environment's own host, for ``--isolate``."""
    arguments = [f"--allow-module={module}" for module in options.allow_module]
    for name in (
        "max_total_lanes",
        "max_message_bytes",
        "lease_ms",
        "min_lease_ms",
        "call_timeout_ms",
        "open_timeout_ms",
    ):
        arguments.append(f"--{name.replace('_', '-')}={getattr(options, name)}")
    # Each listens on a Unix socket, whose default is for its owner alone; what counts is who reaches this host.
    arguments.append(f"--attributes={options.attributes or ('public' if unix else 'declared')}")
    if not own_user_only:
        arguments.append("--strangers")
    return arguments


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"a positive number is expected, got {text}")
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number < 65536:
        raise argparse.ArgumentTypeError(f"a port from 0 to 65535 is expected, got {text}")
    return number
