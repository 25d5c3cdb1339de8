"""``python -m gymbridge.compliance --address ADDRESS``."""

from __future__ import annotations

import argparse
import json
import sys

from gymbridge.compliance import CASES, run
from gymbridge.compliance._client import RefusedError
from gymbridge.errors import GymBridgeError


def main(arguments: list[str] | None = None) -> int:
    """Runs the cases; the exit code is 0 if none failed, 1 if one did, 2 for a wrong command line."""
    parser = argparse.ArgumentParser(
        prog="python -m gymbridge.compliance", description="Checks a gymbridge.v1 server, in any language."
    )
    parser.add_argument("--address", help="host:port or unix:/path; needed unless the transport is inproc")
    parser.add_argument("--env", metavar="ID", help="the id of CartPole there, if it is not CartPole-v1")
    parser.add_argument(
        "--transport",
        choices=("grpc", "shm", "inproc"),
        default="grpc",
        help="how steps and resets travel; inproc runs the C# server in this process; default: grpc",
    )
    parser.add_argument("--list", action="store_true", help="only say which cases there are")
    parser.add_argument("--json", action="store_true", help="one JSON line a case")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="run these alone")
    options = parser.parse_args(arguments)
    if options.list:
        print("\n".join(CASES))
        return 0
    if (options.address is None) != (options.transport == "inproc"):
        parser.error("--address names the server, and a server in this process (--transport inproc) has none")
    unknown = sorted(set(options.cases) - set(CASES))
    if unknown:
        parser.error(f"there is no case {', '.join(unknown)}; --list shows them")
    counts = {"pass": 0, "fail": 0, "skip": 0}
    try:
        for outcome in run(options.address or "", options.cases or None, options.env, options.transport):
            counts[outcome.result] += 1
            if options.json:
                print(json.dumps({"case": outcome.name, "result": outcome.result, "text": outcome.text}), flush=True)
            else:
                print(f"{outcome.result:4}  {outcome.name}{'  ' if outcome.text else ''}{outcome.text}", flush=True)
    except (RefusedError, GymBridgeError, ValueError) as error:
        print(f"error: {options.address or 'in this process'}: {error}", file=sys.stderr)
        return 1
    if not options.json:
        print(f"{counts['pass']} passed, {counts['fail']} failed, {counts['skip']} skipped")
    return 1 if counts["fail"] else 0


if __name__ == "__main__":
    sys.exit(main())
