"""Gymnasium environments across C# and Python.

Importing this package registers the C# environments with Gymnasium, under ``GymBridge/``::

    env = gymnasium.make("gymbridge:GymBridge/CartPole-v1")

See :func:`make`, :func:`make_vec`, :class:`EnvPool` and :func:`register` for environments of a server of your own,
:mod:`gymbridge.errors` for what can go wrong, and ``python -m gymbridge host --help`` for serving Python environments.
"""

from __future__ import annotations

import sys

from gymbridge import _grpcio
from gymbridge._version import __version__

if sys.argv[:1] == ["-m"]:  # A host that starts.
    _grpcio.prepare_host()

try:
    from gymbridge import errors
    from gymbridge.env import Env
    from gymbridge.errors import GymBridgeError, ProtocolError
    from gymbridge.pool import EnvPool
    from gymbridge.registration import make, make_vec, register, register_built_ins
    from gymbridge.vector import VectorEnv
except ModuleNotFoundError:
    # "python -m gymbridge" must come far enough to say on its standard output what is missing.
    if sys.argv[:1] != ["-m"]:
        raise
else:
    register_built_ins()

__all__ = [
    "Env",
    "EnvPool",
    "GymBridgeError",
    "ProtocolError",
    "VectorEnv",
    "__version__",
    "errors",
    "make",
    "make_vec",
    "register",
]
