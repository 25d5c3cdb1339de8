"""What gymbridge raises.

Everything that the bridge itself finds wrong is a :class:`GymBridgeError`, and also of the built-in class that fits
(``ConnectionError``, ``TimeoutError``, ``ValueError``, ...), so that code that knows nothing of gymbridge can catch it.
An exception of the environment is raised again as its own class; one that has no such class here is a
:class:`RemoteError`.
"""

from __future__ import annotations

import builtins
import sys
from dataclasses import dataclass

import gymnasium.error

__all__ = [
    "ActionError",
    "AttributeDeniedError",
    "CallTimeoutError",
    "GenerationMismatchError",
    "GymBridgeError",
    "InvalidCallError",
    "LimitError",
    "MessageTooLargeError",
    "NotSupportedError",
    "ProtocolError",
    "RemoteAccessError",
    "RemoteError",
    "RemoteFault",
    "ServerConnectionError",
    "ServerStartError",
    "SessionLostError",
    "UnknownEnvironmentError",
]


class GymBridgeError(Exception):
    """Base of all errors of the bridge itself."""


class ProtocolError(GymBridgeError, ValueError):
    """What came over the wire does not follow gymbridge.v1: a length, a dtype or a value that does not fit."""


class ServerConnectionError(GymBridgeError, ConnectionError):
    """The server cannot be reached, or died; the text says which, with the process's last words where known."""


class SessionLostError(ServerConnectionError):
    """The server lives, but the session does not (its lease ended, or the server was started again)."""


class ServerStartError(GymBridgeError, RuntimeError):
    """The server could not be started."""


class CallTimeoutError(GymBridgeError, TimeoutError):
    """The server gave no answer in time."""


class GenerationMismatchError(GymBridgeError, RuntimeError):
    """Client and server speak different generations of the protocol."""


class MessageTooLargeError(GymBridgeError, ValueError):
    """A message is over the limit of one of the sides."""


class LimitError(GymBridgeError, RuntimeError):
    """A cap of the server (sessions, lanes) is reached."""


class InvalidCallError(GymBridgeError, ValueError):
    """The server refused a call as malformed."""


class ActionError(GymBridgeError, gymnasium.error.InvalidAction, ValueError):
    """An action that cannot be carried in the action space's dtype and shape."""


class NotSupportedError(GymBridgeError, NotImplementedError):
    """The server lacks a capability."""


class RemoteAccessError(GymBridgeError, PermissionError):
    """The server does not allow this: a module that is not on its list, for one."""


class AttributeDeniedError(GymBridgeError, AttributeError):
    """The server does not let this attribute be read, set or called from outside."""


class UnknownEnvironmentError(GymBridgeError, gymnasium.error.NameNotFound):
    """The server has no such environment; the text holds its suggestion."""


class RemoteError(GymBridgeError, RuntimeError):
    """An exception of the environment whose class does not exist on this side."""


@dataclass(frozen=True)
class RemoteFault:
    """Where an exception came from; the ``gymbridge_fault`` of an exception that crossed the bridge.

    Attributes:
        python_class: Qualified name of the class that was asked for.
        dotnet_class: Full name of the .NET class, or empty.
        lanes: Lanes in which it happened.
        trace: Remote stack trace; empty unless the server sends detailed errors.
        recoverable: Whether a reset recovers the session.
    """

    python_class: str
    dotnet_class: str
    lanes: tuple[int, ...]
    trace: str
    recoverable: bool


def exception_for(python_class: str, message: str, fault: RemoteFault) -> Exception:
    """Builds the exception that a fault stands for.

    Args:
        python_class: ``ValueError``, ``gymnasium.error.ResetNeeded``, ...; names outside of builtins, gymnasium.error
            and this module never lead to an import.
        message: The exception's text.
        fault: Where it came from.

    Returns:
        An exception of the same class, else a :class:`RemoteError` whose text names the class.
    """
    error: Exception | None = None
    found = _exception_class(python_class)
    if found is not None:
        try:
            error = found(message)
        except TypeError:  # A class that wants more than a text, such as UnicodeDecodeError.
            error = None
    if error is None:
        error = RemoteError(f"{python_class or fault.dotnet_class or 'Exception'}: {message}")
    error.gymbridge_fault = fault  # type: ignore[attr-defined]
    if fault.trace and sys.version_info >= (3, 11):
        error.add_note(f"Remote trace:\n{fault.trace}")
    return error


def class_name(error: BaseException) -> str:
    """The name that goes over the wire for an exception.

    Args:
        error: The exception.

    Returns:
        ``ValueError`` for built-ins, else ``module.Class``.
    """
    kind = type(error)
    if kind.__module__ == "builtins":
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def _exception_class(name: str) -> type[Exception] | None:
    module, _, simple = name.rpartition(".")
    namespace: object
    if module in ("", "builtins"):
        namespace = builtins
    elif module == "gymnasium.error":
        namespace = gymnasium.error
    elif module in ("gymbridge", "gymbridge.errors"):
        namespace = sys.modules[__name__]
    else:
        return None
    found = getattr(namespace, simple, None)
    # Only Exception: a SystemExit of the environment must not end this process.
    return found if isinstance(found, type) and issubclass(found, Exception) else None
