"""The host of Python environments: gymbridge.v1.EnvService over Gymnasium's registry.

``process`` is the program, ``service`` the transport, ``sessions`` and ``session`` decide which calls are executed,
``lanes`` executes them on the thread of the environments.
"""
