"""What gymbridge raises.

Everything that the bridge itself finds wrong is a :class:`GymBridgeError`, which is a ``gymnasium.error.Error``, and
also of the built-in class that fits (``ConnectionError``, ``TimeoutError``, ``ValueError``, ...), so that code that
knows nothing of gymbridge can catch it. An exception of the environment is raised again as its own class, else as the
nearest base class that exists here, else as a :class:`RemoteError`; its ``gymbridge_fault`` says where it came from. C#
has the same names, with ``Exception`` for ``Error``.
"""

from __future__ import annotations

import builtins
import sys
from dataclasses import dataclass

import gymnasium.error

__all__ = [
    "ActionError",
    "AttributeDeniedError",
    "AuthenticationError",
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


class GymBridgeError(gymnasium.error.Error):
    """Base of all errors of the bridge itself.

    Attributes:
        reason: What a server gave as the reason, as docs/protocol.md lists them (``CAP_REACHED``); empty where no
            server was asked.
        details: The numbers and names behind the text, by the names that the reason documents.
    """

    reason = ""

    def __init__(self, *args: object) -> None:
        """Has the text as its argument."""
        super().__init__(*args)
        self.details: dict[str, str] = {}


class ProtocolError(GymBridgeError, ValueError):
    """What came over the wire does not follow gymbridge.v1: a length, a dtype or a value that does not fit."""


class ServerConnectionError(GymBridgeError, ConnectionError):
    """The server cannot be reached, or died; the text says which, with the process's last words where known."""


class SessionLostError(ServerConnectionError):
    """The session is gone: its lease ended, another client resumed it, or the server was started again."""


class AuthenticationError(GymBridgeError, PermissionError):
    """The server wants a token, and this client has none or a wrong one."""


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
        python_class: Qualified name of the class that was raised there.
        dotnet_class: Full name of the .NET class, or empty.
        lanes: Lanes in which it happened.
        trace: Remote stack trace; empty unless the server sends detailed errors.
        recoverable: Whether a reset recovers the session.
        location: File and line of the environment's own code; empty unless the server sends detailed errors.
        python_bases: Qualified names of the base classes, nearest first.
    """

    python_class: str
    dotnet_class: str
    lanes: tuple[int, ...]
    trace: str
    recoverable: bool
    location: str = ""
    python_bases: tuple[str, ...] = ()


def exception_for(message: str, fault: RemoteFault) -> Exception:
    """Builds the exception that a fault stands for.

    Names outside of builtins, gymnasium.error and this module never lead to an import.

    Args:
        message: The exception's text.
        fault: Where it came from.

    Returns:
        An exception of the same class, else of the first base class that is known here, else a :class:`RemoteError`;
        the text of the latter two begins with the class's name.
    """
    name = fault.python_class or fault.dotnet_class or "Exception"
    error = _made(fault.python_class, message)
    for base in fault.python_bases:
        if error is not None:
            break
        error = _made(base, f"{name}: {message}")
    if error is None:
        error = RemoteError(f"{name}: {message}")
    error.gymbridge_fault = fault  # type: ignore[attr-defined]
    if sys.version_info >= (3, 11):
        if fault.trace:
            error.add_note(f"Remote trace:\n{fault.trace}")
        elif fault.location:
            error.add_note(f"Raised at {fault.location}")
    return error


def _made(name: str, message: str) -> Exception | None:
    found = _exception_class(name)
    if found is None:
        return None
    try:
        return found(message)
    except TypeError:  # A class that wants more than a text, such as UnicodeDecodeError.
        return None


def class_name(kind: type[BaseException]) -> str:
    """The name of an exception's class on the wire: ``ValueError`` for built-ins, else ``module.Class``."""
    if kind.__module__ == "builtins":
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def base_names(kind: type[BaseException]) -> list[str]:
    """Names of an exception's base classes, nearest first, down to before ``Exception``."""
    bases = [base for base in kind.__mro__[1:] if issubclass(base, BaseException)]
    return [class_name(base) for base in bases if base not in (Exception, BaseException)]


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
