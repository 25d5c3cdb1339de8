"""The host of Python environments: gymbridge.v1.EnvService over Gymnasium's registry."""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import contextlib
import copy
import dataclasses
import gc
import hashlib
import hmac
import importlib
import importlib.metadata
import json
import math
import os
import platform
import re
import secrets
import signal
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import grpc
import gymnasium
import numpy as np
from google.protobuf.message import DecodeError
from gymnasium.envs import registration

from gymbridge import _codec, _spaces, _values, _wire
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host_session import CREDITS, HostSession, LaneError, Refused, fault_of
from gymbridge._version import GENERATION, __version__
from gymbridge.errors import ProtocolError

MAX_LANES = 4096
MAX_LEASE_SECONDS = 3600.0
MIN_LEASE_SECONDS = 0.1
CAPABILITIES = ("attributes", "drive", "generator", "partial_reset", "raw", "render", "resume")

_STOP_SECONDS = 1.0
_TOMBSTONES = 4096
_MODULE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_AUTORESET_MODES = tuple(_codec.AUTORESET_TO_WIRE.values())


def default_modules() -> set[str]:
    """Modules that an environment id may import: Gymnasium, ale_py, and packages that declare environments."""
    declared = importlib.metadata.entry_points(group="gymnasium.envs")
    return {"gymnasium", "ale_py", *(point.value.partition(":")[0].partition(".")[0] for point in declared)}


class Catalog:
    """Which environments can be opened, and the making of them."""

    def __init__(self, modules: Iterable[str]) -> None:
        """Notes the modules that an id may import.

        Raises:
            ValueError: One of them is no module name.
        """
        self._modules = frozenset(modules)
        for module in self._modules:
            if _MODULE_NAME.fullmatch(module) is None:
                raise ValueError(f"'{module}' is not the name of a module.")

    def specs(self) -> Iterator[registration.EnvSpec]:
        """Specs of all registered environments that live here."""
        return (spec for spec in list(gymnasium.registry.values()) if spec.entry_point and not _is_remote(spec))

    def spec(self, env_id: str) -> registration.EnvSpec:
        """The spec of an id, with its module imported.

        Raises:
            Refused: Unknown, malformed, or of a module that is not allowed.
        """
        module, colon, name = env_id.rpartition(":")
        if len(env_id) > 256 or registration.ENV_ID_RE.fullmatch(name) is None:
            raise Refused("NOT_FOUND", f"{env_id[:256]!r} is not the id of an environment, such as 'CartPole-v1'.")
        if colon and module not in self._modules:
            allowed = ", ".join(sorted(self._modules))
            raise Refused(
                "PERMISSION_DENIED",
                f"The module {module[:256]!r} may not be imported; allowed are {allowed}. --allow-module adds one.",
            )
        try:
            # Gymnasium would split at the first colon itself; the module is known to be a good one here.
            if colon:
                importlib.import_module(module)
            spec = registration._find_spec(name)
        except ModuleNotFoundError as error:
            raise Refused(
                "NOT_FOUND",
                f"'{env_id}' cannot be found: the module '{error.name}' is not installed in {sys.executable}.",
            ) from None
        except gymnasium.error.Error as error:
            raise Refused("NOT_FOUND", str(error)) from None
        if _is_remote(spec):
            raise Refused(
                "PERMISSION_DENIED", f"'{spec.id}' is a remote environment itself; ask its own server for it."
            )
        return spec

    def make(
        self,
        spec: registration.EnvSpec,
        kwargs: dict[str, Any],
        render_mode: str | None,
        max_episode_steps: int | None,
        raw: bool,
    ) -> gymnasium.Env[Any, Any]:
        """Makes an environment.

        Args:
            spec: What to make.
            kwargs: The environment's own parameters.
            render_mode: As in Gymnasium.
            max_episode_steps: Overrides the spec's; 0 is none; None leaves it.
            raw: No TimeLimit and no OrderEnforcing.

        Raises:
            LaneError: The environment's constructor raised.
        """
        spec = copy.deepcopy(spec)
        if raw:
            spec.order_enforce = False
            max_episode_steps = -1
        elif max_episode_steps == 0:
            max_episode_steps = -1
        if render_mode is not None:
            kwargs = {**kwargs, "render_mode": render_mode}
        try:
            # The checks of the PassiveEnvChecker are made on the other side, where somebody reads the warnings.
            return gymnasium.make(spec, max_episode_steps=max_episode_steps, disable_env_checker=True, **kwargs)
        except BaseException as error:
            raise LaneError(0, error) from None


def _is_remote(spec: registration.EnvSpec) -> bool:
    return isinstance(spec.entry_point, str) and spec.entry_point.partition(":")[0].partition(".")[0] == "gymbridge"


def spec_json(spec: registration.EnvSpec) -> str:
    """A spec as EnvSpec.to_json gives it; what JSON cannot hold (callables, for one) is null."""
    fields = dataclasses.asdict(spec)
    for derived in ("namespace", "name", "version"):
        fields.pop(derived)
    return json.dumps(fields, default=lambda value: None)


class Host:
    """Sessions, and the methods of the service."""

    def __init__(
        self,
        catalog: Catalog,
        *,
        max_sessions: int,
        max_message_bytes: int,
        lease: float,
        declared_only: bool,
        detailed_errors: bool,
    ) -> None:
        """Prepares a host; :func:`serve` makes it listen.

        Args:
            catalog: What can be opened.
            max_sessions: How many at a time.
            max_message_bytes: Limit of one call or reply.
            lease: Seconds without a call after which a session is closed, if its client asks for no other.
            declared_only: Whether attributes must be declared by the environment.
            detailed_errors: Whether faults carry a stack trace.
        """
        self._catalog = catalog
        self._max_sessions = max_sessions
        self._max_message_bytes = max_message_bytes
        self._lease = lease
        self._declared_only = declared_only
        self._detailed_errors = detailed_errors
        self._sessions: dict[bytes, HostSession] = {}
        self._opening = 0
        self._tombstones: collections.OrderedDict[bytes, str] = collections.OrderedDict()
        self._lock = threading.Lock()
        self.versions = {
            "gymbridge": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "gymnasium": gymnasium.__version__,
        }
        self._warnings = _exactness_warnings()

    def handler(self) -> grpc.GenericRpcHandler:
        """The service, over bytes."""
        unary = grpc.unary_unary_rpc_method_handler
        return grpc.method_handlers_generic_handler(
            _wire.SERVICE,
            {
                "Exchange": unary(self._exchange),
                "Drive": grpc.stream_stream_rpc_method_handler(self._drive),
                "Open": unary(_method(pb.OpenRequest, self._open)),
                "Describe": unary(_method(pb.DescribeRequest, self._describe)),
                "List": unary(_method(pb.ListRequest, self._list)),
                "Close": unary(_method(pb.CloseRequest, self._close)),
            },
        )

    def _exchange(self, data: bytes, context: Any) -> bytes:
        started = time.perf_counter_ns()
        try:
            call = pb.Call.FromString(data)
            session = self._sessions.get(call.session_id)
            if session is None:
                raise self._no_session(call.session_id)
            return session.handle(call, data, started)
        except Refused as refused:
            _abort(context, refused.code, refused.details)
        except DecodeError as error:
            _abort(context, "INTERNAL", f"The request is not a Call: {error}")

    def _drive(self, requests: Iterator[bytes], context: Any) -> Iterator[bytes]:
        session: HostSession | None = None
        try:
            for data in requests:
                started = time.perf_counter_ns()
                call = pb.Call.FromString(data)
                if session is None:
                    session = self._sessions.get(call.session_id)
                    if session is None:
                        raise self._no_session(call.session_id)
                elif call.session_id and call.session_id != session.session_id:
                    raise Refused("INVALID_ARGUMENT", "A stream drives one session; open another stream for another.")
                yield session.handle(call, data, started)
        except Refused as refused:
            _abort(context, refused.code, refused.details)
        except DecodeError as error:
            _abort(context, "INTERNAL", f"The request is not a Call: {error}")

    def _no_session(self, session_id: bytes) -> Refused:
        if len(session_id) != 16:
            return Refused("INVALID_ARGUMENT", f"session id: 16 bytes expected, got {len(session_id)}")
        with self._lock:
            reason = self._tombstones.get(session_id)
        return Refused("NOT_FOUND", reason or "There is no such session here; the host may have been started again.")

    def _list(self, request: pb.ListRequest) -> pb.ListResponse:
        reply = pb.ListResponse(generation=GENERATION, versions=self.versions)
        for spec in self._catalog.specs():
            reply.environments.add(env_id=spec.id, spec_json=spec_json(spec))
        return reply

    def _describe(self, request: pb.DescribeRequest) -> pb.Contract:
        _check_generation(request.generation)
        spec = self._catalog.spec(request.env_id)
        env = self._catalog.make(spec, _kwargs(request), None, None, True)
        try:
            return self._contract(request.env_id, spec, env)
        finally:
            env.close()

    def _open(self, request: pb.OpenRequest) -> pb.Session:
        _check_generation(request.generation)
        missing = sorted(set(request.want) - set(CAPABILITIES))
        if missing:
            raise Refused("UNIMPLEMENTED", f"This host lacks {', '.join(missing)}; it has {', '.join(CAPABILITIES)}.")
        if request.resume_token:
            return self._resume(request)
        lanes = request.lanes or 1
        if lanes > MAX_LANES:
            raise Refused("RESOURCE_EXHAUSTED", f"{lanes} lanes are over the limit of {MAX_LANES} lanes a session.")
        autoreset = request.autoreset or (pb.AUTORESET_MODE_DISABLED if lanes == 1 else pb.AUTORESET_MODE_NEXT_STEP)
        if autoreset not in _AUTORESET_MODES:
            raise Refused("INVALID_ARGUMENT", f"autoreset: mode {autoreset} is not offered")
        spec = self._catalog.spec(request.env_id)
        limit = request.max_episode_steps if request.HasField("max_episode_steps") else None
        with self._slot():
            envs: list[gymnasium.Env[Any, Any]] = []
            try:
                for _ in range(lanes):
                    envs.append(
                        self._catalog.make(spec, _kwargs(request), request.render_mode or None, limit, request.raw)
                    )
                contract = self._contract(request.env_id, spec, envs[0])
                if request.expect_spec_hash and request.expect_spec_hash != contract.spec_hash:
                    raise Refused(
                        "FAILED_PRECONDITION",
                        f"The spaces of '{request.env_id}' are not those that were expected: hash "
                        f"{contract.spec_hash.hex()}, expected {request.expect_spec_hash.hex()}.",
                    )
                session = HostSession(
                    secrets.token_bytes(16),
                    request.env_id,
                    envs,
                    contract,
                    autoreset,
                    self._clamped_lease(request.lease_ms),
                    self._declared_only,
                    self._detailed_errors,
                )
            except BaseException:
                for env in envs:
                    with contextlib.suppress(Exception):
                        env.close()
                raise
            with self._lock:
                self._sessions[session.session_id] = session
        return self._opened(session)

    def _resume(self, request: pb.OpenRequest) -> pb.Session:
        with self._lock:
            for session in self._sessions.values():
                if hmac.compare_digest(session.resume_token, request.resume_token):
                    break
            else:
                raise Refused("NOT_FOUND", "There is no session with that resume token; it may have expired.")
        session.last_call = time.monotonic()
        return self._opened(session)

    def _opened(self, session: HostSession) -> pb.Session:
        # A new token each time: an old one must not take a session away from who resumed it.
        session.resume_token = secrets.token_bytes(32)
        return pb.Session(
            session_id=session.session_id,
            resume_token=session.resume_token,
            contract=session.contract,
            credits=CREDITS,
            lease_ms=round(session.lease * 1000),
            autoreset=session.autoreset,
            lanes=session.lanes,
            last_seq=session.last_seq,
        )

    @contextlib.contextmanager
    def _slot(self) -> Iterator[None]:
        with self._lock:
            if len(self._sessions) + self._opening >= self._max_sessions:
                raise Refused(
                    "RESOURCE_EXHAUSTED",
                    f"All {self._max_sessions} sessions of this host are taken; --max-sessions raises the limit.",
                )
            self._opening += 1
        try:
            yield
        finally:
            with self._lock:
                self._opening -= 1

    def _clamped_lease(self, asked_ms: int) -> float:
        lease = asked_ms / 1000 if asked_ms else self._lease
        return min(max(lease, MIN_LEASE_SECONDS), MAX_LEASE_SECONDS)

    def _close(self, request: pb.CloseRequest) -> pb.CloseResponse:
        self._end(request.session_id, "The session was closed by its client.")
        return pb.CloseResponse()

    def _end(self, session_id: bytes, reason: str) -> None:
        with self._lock:
            session = self._sessions.pop(session_id, None)
            if session is None:
                return
            self._tombstones[session_id] = reason
            while len(self._tombstones) > _TOMBSTONES:
                self._tombstones.popitem(last=False)
        session.close()

    def reap(self) -> float:
        """Closes the sessions whose lease has ended; gives the seconds until it is worth looking again."""
        now = time.monotonic()
        with self._lock:
            sessions = list(self._sessions.values())
        for session in sessions:
            if session.expired(now):
                self._end(
                    session.session_id,
                    f"The session of '{session.env_id}' had no call for its lease of {session.lease:g} s and was "
                    f"closed; its last call was {session.last_seq}.",
                )
        return min([1.0, *(session.lease / 4 for session in sessions)])

    def close(self) -> None:
        """Closes all sessions that are not in a call."""
        for session_id, session in list(self._sessions.items()):
            if not session.lock.locked():
                self._end(session_id, "The host was stopped.")

    def _contract(self, env_id: str, spec: registration.EnvSpec, env: gymnasium.Env[Any, Any]) -> pb.Contract:
        contract = pb.Contract(
            generation=GENERATION,
            capabilities=CAPABILITIES,
            env_id=env_id,
            autoreset_modes=_AUTORESET_MODES,
            max_lanes=MAX_LANES,
            max_message_bytes=self._max_message_bytes,
            versions=self.versions,
            spec_json=spec_json(spec),
            warnings=self._warnings,
        )
        try:
            _spaces.encode_into(env.observation_space, contract.observation_space, "observation space")
            _spaces.encode_into(env.action_space, contract.action_space, "action space")
        except TypeError as error:
            raise Refused("UNIMPLEMENTED", f"'{env_id}': {error}") from None
        metadata = {}
        for key, value in env.metadata.items():
            try:
                _values.encode({key: value}, "metadata")
                metadata[key] = value
            except (TypeError, ValueError) as error:
                contract.warnings.append(f"The metadata of '{env_id}' goes without {key!r}: {error}")
        contract.metadata.CopyFrom(_values.encode(metadata, "metadata"))
        contract.render_modes.extend(str(mode) for mode in env.metadata.get("render_modes") or ())
        contract.python_types.SetInParent()
        digest = hashlib.sha256()
        for part in (contract.observation_space, contract.action_space, contract.python_types):
            data = part.SerializeToString(deterministic=True)
            digest.update(len(data).to_bytes(4, "little") + data)
        contract.spec_hash = digest.digest()
        return contract


def _check_generation(generation: int) -> None:
    if generation != GENERATION:
        raise Refused(
            "FAILED_PRECONDITION",
            f"This host speaks generation {GENERATION} of the GymBridge protocol, the client asked for generation "
            f"{generation}; install versions that belong together.",
        )


def _kwargs(request: Any) -> dict[str, Any]:
    kwargs = _values.decode(request.kwargs, "kwargs") if request.HasField("kwargs") else {}
    if type(kwargs) is not dict or not all(type(key) is str for key in kwargs):
        raise Refused("INVALID_ARGUMENT", "kwargs: a dict with text keys was expected")
    reserved = sorted(
        set(kwargs) & {"id", "entry_point", "additional_wrappers", "max_episode_steps", "disable_env_checker"}
    )
    if reserved:
        raise Refused("INVALID_ARGUMENT", f"kwargs: {', '.join(reserved)} cannot be given this way")
    return kwargs


def _method(kind: Any, function: Callable[[Any], Any]) -> Callable[[bytes, Any], bytes]:
    """A handler over bytes of a method that is not called at every step."""

    def handle(data: bytes, context: Any) -> bytes:
        try:
            reply: bytes = function(kind.FromString(data)).SerializeToString()
            return reply
        except Refused as refused:
            _abort(context, refused.code, refused.details)
        except DecodeError as error:
            _abort(context, "INTERNAL", f"The request is not a {kind.__name__}: {error}")
        except ProtocolError as error:
            _abort(context, "INVALID_ARGUMENT", str(error))
        except LaneError as failure:
            fault = fault_of(failure.error, [])
            context.set_trailing_metadata(((_wire.FAULT_TRAILER, fault.SerializeToString()),))
            unknown_parameter = "unexpected keyword argument" in fault.message
            code = "INVALID_ARGUMENT" if unknown_parameter else "UNKNOWN"
            _abort(context, code, f"{fault.python_class}: {fault.message}")

    return handle


def _abort(context: Any, code: str, details: str) -> NoReturn:
    # Details travel as a header: no newlines that a peer could take for another one, and not without end.
    context.abort(grpc.StatusCode[code], details[:4096])
    raise AssertionError("abort raises")


def _exactness_warnings() -> list[str]:
    """What is not bit-exact on this machine."""
    probe = [0.1 * k - 50.0 for k in range(1000)]
    sines, cosines = np.sin(np.array(probe)), np.cos(np.array(probe))
    differing = sum(
        math.sin(x) != float(s) or math.cos(x) != float(c) for x, s, c in zip(probe, sines, cosines, strict=True)
    )
    if differing == 0:
        return []
    return [
        f"numpy.sin and numpy.cos of NumPy {np.__version__} differ from the C library's here ({differing} of 1000 "
        "inputs): environments that use them are not bit-exact with their C# twins."
    ]


# ---- the program


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """The command line of ``python -m gymbridge host``."""
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
    parser.add_argument("--max-sessions", type=_positive, default=1024, metavar="N")
    parser.add_argument("--max-message-bytes", type=_positive, default=_wire.DEFAULT_MAX_MESSAGE_BYTES, metavar="N")
    parser.add_argument(
        "--lease-ms", type=_positive, default=30_000, metavar="N", help="for clients that ask for no other"
    )
    parser.add_argument(
        "--attributes",
        choices=("declared", "public"),
        help="which attributes of environments can be reached by name: those that they declare (default on TCP), or "
        "all without leading underscore (default on a Unix socket, which only its owner can open)",
    )
    parser.add_argument(
        "--insecure-remote",
        action="store_true",
        help="listen on an address that other machines can reach, although there is neither TLS nor a token: whoever "
        "reaches it can run the environments",
    )
    return parser.parse_args(arguments)


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


def run(arguments: list[str], say: Callable[[dict[str, Any]], None], stdin: int) -> int:
    """Serves until it is told to stop.

    Args:
        arguments: The command line.
        say: Writes one JSON line where the starter of this process reads it.
        stdin: File descriptor of the real standard input.

    Returns:
        The exit code.
    """
    options = parse_arguments(arguments)
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    # Ctrl-C in a terminal reaches the whole process group. A parent that watches us through stdin wants to save its
    # work first, and closes stdin when it is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN if options.watch_stdin else lambda *_: stopping.set())
    if options.watch_stdin:
        threading.Thread(target=_watch, args=(stdin, stopping), daemon=True, name="gymbridge-stdin").start()
    address = options.address or f"{options.host}:{options.port}"
    unix = address.startswith("unix:")
    if not unix and not _is_loopback(address) and not options.insecure_remote:
        text = (
            f"{address} can be reached from other machines, and this host has neither TLS nor a token. Listen on "
            "127.0.0.1 or on a Unix socket, or accept it with --insecure-remote."
        )
        print(text, file=sys.stderr)
        say({"event": "error", "message": text})
        return 2
    try:
        catalog = Catalog(default_modules() | set(options.allow_module))
        host = Host(
            catalog,
            max_sessions=options.max_sessions,
            max_message_bytes=options.max_message_bytes,
            lease=options.lease_ms / 1000,
            declared_only=options.attributes == "declared" or (options.attributes is None and not unix),
            detailed_errors=unix or _is_loopback(address),
        )
        # What was imported is there to stay; the garbage collector need not look at it during steps.
        gc.freeze()
        server, bound = _listen(address, host, options.max_message_bytes, options.max_sessions)
    except (OSError, ValueError) as error:
        say({"event": "error", "message": str(error)})
        return 1
    say(
        {
            "event": "listening",
            "address": bound,
            "pid": os.getpid(),
            "generation": GENERATION,
            "version": __version__,
            "versions": host.versions,
        }
    )
    while not stopping.is_set():
        stopping.wait(host.reap())
    server.stop(_STOP_SECONDS).wait(_STOP_SECONDS + 0.5)
    closer = threading.Thread(target=host.close, daemon=True)
    closer.start()
    closer.join(_STOP_SECONDS)
    if unix:
        with contextlib.suppress(OSError):
            os.unlink(bound[len("unix:") :])
    return 0


def _listen(address: str, host: Host, max_message_bytes: int, max_sessions: int) -> tuple[Any, str]:
    """Binds and starts; gives the server and the address that clients use.

    Raises:
        OSError: The address is taken or cannot be had.
    """
    server = grpc.server(
        # A stream holds a worker as long as it lives, so there is one for each session and some for the rest. They
        # are only started when needed.
        concurrent.futures.ThreadPoolExecutor(max_workers=max_sessions + 32, thread_name_prefix="gymbridge"),
        handlers=(host.handler(),),
        options=[
            ("grpc.max_receive_message_length", max_message_bytes),
            ("grpc.max_send_message_length", -1),  # Replies are measured before they are sent.
            ("grpc.so_reuseport", 0),  # A port that is taken is an error.
        ],
    )
    if address.startswith("unix:"):
        path = _wire.grpc_target(address)[len("unix:") :]
        _clear_stale_socket(path)
        before = os.umask(0o177)
        try:
            port = _bind(server, address)
        finally:
            os.umask(before)
        bound = address
    else:
        name = address.rpartition(":")[0]
        port = _bind(server, address)
        bound = f"{name}:{port}"
    server.start()
    return server, bound


def _bind(server: Any, address: str) -> int:
    try:
        port: int = server.add_insecure_port(address)
    except RuntimeError as error:
        port = 0
        reason: object = error
    else:
        reason = "it is taken, or not an address of this machine"
    if port == 0:
        raise OSError(f"Cannot listen on {address}: {reason}. Choose another, or --port 0 for a free port.")
    return port


def _clear_stale_socket(path: str) -> None:
    """Removes a socket that nobody listens on; anything else in the way is an error.

    Raises:
        OSError: The path cannot be used.
    """
    import socket

    if not Path(path).parent.is_dir():
        raise OSError(f"Cannot listen on unix:{path}: the folder {Path(path).parent} does not exist.")
    if len(os.fsencode(path)) > 103:
        raise OSError(f"Cannot listen on unix:{path}: the path has more than 103 bytes.")
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.getuid():
        raise OSError(f"Cannot listen on unix:{path}: there is something else, or somebody else's.")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2.0)
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)
            return
        except OSError:
            pass
    raise OSError(f"Cannot listen on unix:{path}: a server listens there already.")


def _is_loopback(address: str) -> bool:
    return address.rpartition(":")[0] in ("127.0.0.1", "localhost", "[::1]")


def _watch(stdin: int, stopping: threading.Event) -> None:
    try:
        while os.read(stdin, 4096):
            pass
    except OSError:
        pass
    stopping.set()
