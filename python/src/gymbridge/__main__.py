"""``python -m gymbridge host``: serves Python environments.

Only the standard library is imported before the standard output is out of the environments' reach: what is missing is
said there in one JSON line.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import sys
from typing import Any

from gymbridge import _guardian

_USAGE = "usage: python -m gymbridge host [--help] ..."


def main(arguments: list[str]) -> int:
    """Runs a command.

    Args:
        arguments: The command line, without the program.

    Returns:
        The exit code: 0, 1 for a failure, 2 for a wrong command line.
    """
    if arguments[:1] == ["--version"]:
        from gymbridge._version import __version__

        print(__version__)
        return 0
    if arguments[:1] in (["-h"], ["--help"]):
        print(_USAGE)
        return 0
    if arguments[:1] != ["host"]:
        print(_USAGE, file=sys.stderr)
        return 2
    return _host(arguments[1:])


def host_main() -> None:
    """The command ``gymbridge-host``."""
    sys.exit(main(["host", *sys.argv[1:]]))


def _host(arguments: list[str]) -> int:
    if {"-h", "--help"} & set(arguments):
        return _run(arguments, None, 0)
    _open_standard_streams()
    # An environment that prints, or reads, must not get at the pipes to whoever started this process.
    sys.stdout.flush()
    out = os.dup(1)
    os.dup2(2, 1)
    stdin = os.dup(0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    _guardian.start(stdin if "--watch-stdin" in arguments else None)

    def say(event: dict[str, Any]) -> None:
        nonlocal out
        if out >= 0:
            try:
                os.write(out, (json.dumps(event) + "\n").encode())
                os.close(out)
            except OSError:
                pass  # Nobody reads it.
            out = -1

    _leave(_run(arguments, say, stdin))
    raise AssertionError("unreachable")


def _open_standard_streams() -> None:
    """Opens those that whoever started this process has closed: their numbers would be given to the next files."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    # Python has None there, which an environment that writes to it does not expect.
    if sys.stdout is None:
        sys.stdout = open(1, "w")
    if sys.stderr is None:
        sys.stderr = open(2, "w")


def _leave(code: int) -> None:
    """Ends the process; an environment that hangs in a call must not keep it, as its thread would be waited for."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(code)


def _run(arguments: list[str], say: Any, stdin: int) -> int:
    try:
        from gymbridge._host import process
    except ModuleNotFoundError:
        missing = next((package for module, package in _PACKAGES.items() if not _installed(module)), None)
        if missing is None or say is None:
            raise
        name, distribution = missing
        say(
            {
                "event": "error",
                "message": f"{name} is not installed in {sys.executable}; "
                f"run: {sys.executable} -m pip install {distribution}",
            }
        )
        return 1
    try:
        return process.run(arguments, say, stdin, _leave)
    except SystemExit as end:  # argparse's
        return end.code if isinstance(end.code, int) else 2


# What most people lack comes first: it is the one that is named.
_PACKAGES = {
    "gymnasium": ("Gymnasium", "gymnasium"),
    "numpy": ("NumPy", "numpy"),
    "grpc": ("grpcio", "grpcio"),
    "google.protobuf": ("protobuf", "protobuf"),
}


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # The package that it is in is not there.
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
