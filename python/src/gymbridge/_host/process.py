"""The life of a host process: it listens, serves, and ends in good order."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gymbridge import _tokens
from gymbridge._credentials import is_local
from gymbridge._host import arguments as command_line
from gymbridge._host import sockets
from gymbridge._host.catalog import Catalog, default_modules
from gymbridge._host.connections import ConnectionCap
from gymbridge._host.contract import Identity
from gymbridge._host.health import Health
from gymbridge._host.isolation import IsolatedService
from gymbridge._host.limits import Limits
from gymbridge._host.places import Places
from gymbridge._host.service import Service
from gymbridge._host.sessions import Sessions
from gymbridge._host.threads import EnvironmentThread, Threads
from gymbridge._tokens import TokenFile, Tokens
from gymbridge._version import GENERATION, __version__

_STOP_SECONDS = 1.0
_SPARE_WORKERS = 64


def run(arguments: list[str], say: Callable[[dict[str, Any]], None], stdin: int, leave: Callable[[int], None]) -> int:
    """Serves until it is told to stop.

    Args:
        arguments: The command line.
        say: Writes one JSON line where the starter of this process reads it.
        stdin: File descriptor of the real standard input.
        leave: Ends the process at once with an exit code, from whichever thread.

    Returns:
        The exit code, where it could not serve.
    """
    options = command_line.parse(arguments)
    address = options.address or sockets.joined(options.host, options.port)
    refusal = _exposed(address, options)
    if refusal:
        print(refusal, file=sys.stderr)
        say({"event": "error", "message": refusal})
        return 2
    try:
        host = _Host(options, address)
    except (OSError, ValueError) as error:
        say({"event": "error", "message": str(error)})
        return 2 if isinstance(error, _TokenFileError) else 1
    if openness := _openness(address, options):
        print(openness, file=sys.stderr, flush=True)
    stopping = threading.Event()
    _stop_on_signals(stopping, options.watch_stdin, host.threads.main)
    if options.watch_stdin:
        threading.Thread(target=_watch, args=(stdin, stopping), daemon=True, name="gymbridge-stdin").start()
    threading.Thread(target=host.supervise, args=(stopping, leave), daemon=True, name="gymbridge-supervisor").start()
    say(host.listening())
    # The first environment lives here: event loops, signal handlers and windows want the main thread.
    host.threads.main.run()
    return 0


class _Host:
    """What listens, and what it takes to stop it."""

    def __init__(self, options: Any, address: str) -> None:
        self._unix = address.startswith("unix:")
        limits = Limits(
            sessions=options.max_sessions,
            total_lanes=options.max_total_lanes,
            message_bytes=options.max_message_bytes,
            lease=options.lease_ms / 1000,
            min_lease=options.min_lease_ms / 1000,
            call_seconds=options.call_timeout_ms / 1000,
            open_seconds=options.open_timeout_ms / 1000,
            threads=options.max_threads,
            connections=options.max_connections,
            connections_per_peer=max(1, options.max_connections // 2),
        )
        is_drawn = not (self._unix or options.no_token or options.token_file) and is_local(address)
        drawn = _tokens.new_token() if is_drawn else ""
        tokens = _token_file(options.token_file) if options.token_file else Tokens(drawn) if is_drawn else None
        # A token of a file may be another user's; one that was drawn is found by those of the same user alone.
        own_user_only = not options.strangers and not options.token_file and (self._unix or is_drawn)
        self.identity = Identity(limits)
        self.threads = Threads(limits.threads)
        catalog = Catalog(default_modules() | set(options.allow_module))
        self._sessions = Sessions(
            catalog,
            self.identity,
            self.threads,
            declared_only=options.attributes == "declared" or (options.attributes is None and not self._unix),
            own_user_only=own_user_only,
        )
        self._once = options.once
        self._isolated: IsolatedService | None = None
        self._cap = ConnectionCap(limits.connections, limits.connections_per_peer)
        transport = "unix" if self._unix else "tcp"
        self._service = Service(catalog, self.identity, self._sessions, transport, self._cap.admit)
        handler = self._service.handler()
        if options.isolate:
            child = command_line.of_child(options, self._unix, own_user_only)
            self._isolated = IsolatedService(catalog, self.identity, child, self._cap.admit)
            handler = self._isolated.handler()
        self._health = Health()
        # What was imported is there to stay; the garbage collector need not look at it during steps.
        gc.freeze()
        # A call that waits holds a worker, and with --isolate a stream does as long as it lives.
        workers = Places.workers(limits.sessions) + _SPARE_WORKERS
        self._server = sockets.make_server((handler,), workers, limits.message_bytes, tokens)
        self._health.add_to(self._server)
        self._bound, self._leftovers = sockets.bind(self._server, address)
        self._cap.watch(f"unix:{self._leftovers[-1]}" if self._unix else self._bound)
        if is_drawn:
            self._leftovers.append(_tokens.write_token(int(self._bound.rpartition(":")[2]), drawn))
        self._server.start()

    def listening(self) -> dict[str, Any]:
        """What the starter of this process wants to know."""
        return {
            "event": "listening",
            "address": self._bound,
            "pid": os.getpid(),
            "generation": GENERATION,
            "version": __version__,
            "versions": self.identity.versions,
        }

    def supervise(self, stopping: threading.Event, leave: Callable[[int], None]) -> None:
        """Reaps sessions, watches streams, and ends the process when it is told to."""
        while not stopping.is_set():
            stopping.wait(min(self._sessions.reap(), self._service.watch()))
            self._cap.enforce()
            if self._isolated is not None:
                self._isolated.watch()
            if self._once and self._sessions.had_all():
                stopping.set()
        self._health.stop()
        if self._isolated is not None:
            self._isolated.stop()
        self._sessions.stop()
        stopped = self._server.stop(_STOP_SECONDS)
        stopped.wait(_STOP_SECONDS + 0.5)
        closer = threading.Thread(target=self._sessions.close_all, args=(_STOP_SECONDS,), daemon=True)
        closer.start()
        closer.join(_STOP_SECONDS)
        for path in self._leftovers:
            with contextlib.suppress(OSError):
                path.unlink()
            sockets.remove_folder(path)
        leave(0)


class _TokenFileError(ValueError):
    """The file that was named for the tokens will not do."""


def _token_file(path: str) -> TokenFile:
    try:
        return TokenFile(Path(path))
    except OSError as error:
        raise _TokenFileError(f"--token-file: {error}") from None


def _openness(address: str, options: Any) -> str:
    """What whoever starts a host on purpose so that others can use it is told each time, or empty."""
    if not is_local(address):
        credentials = "" if options.token_file else " and credentials"
        risk = (
            "Whoever reads the traffic learns the token."
            if options.token_file
            else "Whoever reaches it can run the environments."
        )
        return f"{address} is open to other machines without TLS{credentials}: --insecure-remote. {risk}"
    return f"{address} is open to every user of this machine: --no-token." if options.no_token else ""


def _exposed(address: str, options: Any) -> str:
    """Why an address is too open to be listened on, or empty."""
    ipv4 = sockets.mapped(address)
    if ipv4:
        return f"{address} is an IPv4 address written as one of IPv6; listen on {ipv4}."
    if is_local(address):
        return ""
    if options.no_token:
        return "--no-token is for loopback addresses; use --token-file on others."
    if not options.insecure_remote:
        return (
            f"{address} can be reached from other machines, and this host has no TLS. Listen on 127.0.0.1 or on a Unix "
            "socket (and forward it by ssh), or accept it with --insecure-remote and --token-file."
        )
    return ""


def _stop_on_signals(stopping: threading.Event, watched: bool, main: EnvironmentThread) -> None:
    """Lets SIGTERM, and Ctrl-C where nobody watches us, end the host.

    A signal may be delivered to any thread, and the main one may wait for a job or be in a call of an environment: the
    numbers come through a pipe, to a thread that wakes the main one up for handlers that an environment has installed.
    """

    def stop(*_: object) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    # Ctrl-C in a terminal reaches the whole process group. A parent that watches us through stdin wants to save its
    # work first, and closes stdin when it is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN if watched else stop)
    source, sink = os.pipe()
    os.set_blocking(sink, False)
    signal.set_wakeup_fd(sink, warn_on_full_buffer=False)

    def read() -> None:
        while True:
            for number in os.read(source, 64):
                if signal.getsignal(number) is stop:
                    stopping.set()
            main.submit((lambda _: None, None))

    threading.Thread(target=read, daemon=True, name="gymbridge-signals").start()


def _watch(stdin: int, stopping: threading.Event) -> None:
    try:
        while os.read(stdin, 4096):
            pass
    except OSError:
        pass
    stopping.set()
