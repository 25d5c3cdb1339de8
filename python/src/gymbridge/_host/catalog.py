"""Which environments can be opened, and the making of them."""

from __future__ import annotations

import copy
import dataclasses
import difflib
import importlib
import importlib.metadata
import json
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import gymnasium
from gymnasium.envs import registration

from gymbridge._host import extras
from gymbridge._host.faults import LaneError
from gymbridge._host.limits import MAX_ID_BYTES, MAX_SUGGESTED_CHARACTERS
from gymbridge._host.refused import Refused
from gymbridge.errors import class_name

# Prepared Atari games: environments of this package that live in the host.
ATARI_MODULE = "gymbridge.atari"

_MODULE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


def default_modules() -> set[str]:
    """Modules that an environment id may import: Gymnasium, Atari's, and packages that declare environments."""
    declared = importlib.metadata.entry_points(group="gymnasium.envs")
    return {
        "gymnasium",
        "ale_py",
        ATARI_MODULE,
        *(point.value.partition(":")[0].partition(".")[0] for point in declared),
    }


class Catalog:
    """Which environments can be opened, and the making of them."""

    def __init__(self, modules: Iterable[str]) -> None:
        """Notes the modules that an id may import.

        Raises:
            ValueError: One of them is no module name.
        """
        self._modules: frozenset[str] = frozenset()
        for module in modules:
            self.allow(module)

    def allow(self, module: str) -> None:
        """Lets ids name one more module.

        Raises:
            ValueError: That is no name of one.
        """
        if _MODULE_NAME.fullmatch(module) is None:
            raise ValueError(f"'{module}' is not the name of a module.")
        self._modules |= {module}

    def specs(self) -> Iterator[registration.EnvSpec]:
        """Specs of all registered environments that live here."""
        return (spec for spec in list(gymnasium.registry.values()) if spec.entry_point and not _is_remote(spec))

    def check(self, env_id: str) -> tuple[str, str]:
        """Module (empty: none) and name of an id, without importing anything.

        Raises:
            Refused: Malformed, or of a module that is not allowed.
        """
        if len(env_id.encode("utf-8")) > MAX_ID_BYTES:
            raise Refused(
                "BAD_REQUEST",
                f"env_id: {len(env_id.encode('utf-8')):,} bytes are over the limit of {MAX_ID_BYTES:,}.",
                field="env_id",
            )
        module, colon, name = env_id.rpartition(":")
        if len(name) > MAX_SUGGESTED_CHARACTERS or registration.ENV_ID_RE.fullmatch(name) is None:
            raise _not_found(env_id, f"{env_id[:256]!r} is not the id of an environment, such as 'CartPole-v1'.")
        if colon and module not in self._modules:
            allowed = ", ".join(sorted(self._modules))
            raise Refused(
                "MODULE_DENIED",
                f"The module {module[:256]!r} may not be imported; allowed are {allowed}. Whoever starts "
                "the host adds one: python -m gymbridge host --allow-module NAME.",
                name=module[:256],
                allowed=allowed,
            )
        return module, name

    def spec(self, env_id: str) -> registration.EnvSpec:
        """The spec of an id, with its module imported.

        Raises:
            Refused: Unknown, malformed, or of a module that is not allowed.
            LaneError: The import raised.
        """
        module, name = self.check(env_id)
        try:
            # Gymnasium would split at the first colon itself; the module is known to be a good one here.
            if module:
                importlib.import_module(module)
        except ModuleNotFoundError as error:
            if error.name is not None and (module == error.name or module.startswith(f"{error.name}.")):
                text = f"'{env_id}' cannot be found: the module '{error.name}' is not installed in {sys.executable}."
                if (extra := extras.of_module(error.name)) is not None:
                    text += f" Run: {extras.command(extra)}"
                raise _not_found(env_id, text) from None
            raise LaneError(0, extras.with_advice(error)) from None
        except BaseException as error:  # SystemExit too: a module may end a program, not this host.
            raise LaneError(0, error) from None
        try:
            spec = registration._find_spec(name)
        except gymnasium.error.Error as error:
            text = str(extras.with_advice(error))
            if others := self._with_namespace(name):
                prefix = f"{module}:" if module else ""
                text += f" With a namespace there is {' and '.join(repr(prefix + other) for other in others)}."
            raise _not_found(env_id, text, class_name(type(error)), self._suggestion(name)) from None
        if _is_remote(spec):
            text = f"'{spec.id}' is a remote environment itself; ask its own server for it."
            raise Refused("MODULE_DENIED", text, name=spec.id, allowed="")
        return spec

    def _with_namespace(self, name: str) -> list[str]:
        """The ids of environments of the same name and version, where the namespace was left out."""
        namespace, short, version = registration.parse_env_id(name)
        if namespace is not None:
            return []
        return [spec.id for spec in self.specs() if spec.namespace and (spec.name, spec.version) == (short, version)]

    def _suggestion(self, name: str) -> str:
        return next(iter(difflib.get_close_matches(name, [spec.id for spec in self.specs()], 1)), "")

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
        spec = self.limited(spec, max_episode_steps, raw)
        if render_mode is not None:
            kwargs = {**kwargs, "render_mode": render_mode}
        try:
            # The checks of the PassiveEnvChecker are made on the other side, where somebody reads the warnings.
            return gymnasium.make(spec, disable_env_checker=True, **kwargs)
        except BaseException as error:
            raise LaneError(0, extras.with_advice(error)) from None

    @staticmethod
    def limited(spec: registration.EnvSpec, max_episode_steps: int | None, raw: bool) -> registration.EnvSpec:
        """A copy of a spec with what a session wants of it.

        Args:
            spec: As registered.
            max_episode_steps: Overrides the spec's; 0 is none; None leaves it.
            raw: No TimeLimit and no OrderEnforcing.
        """
        spec = copy.deepcopy(spec)
        spec.disable_env_checker = True
        if raw:
            spec.order_enforce = False
        if raw or max_episode_steps is not None:
            spec.max_episode_steps = None if raw else max_episode_steps or None
        return spec


def _not_found(env_id: str, text: str, kind: str = "gymnasium.error.NameNotFound", suggestion: str = "") -> Refused:
    return Refused("ENVIRONMENT_NOT_FOUND", text, env_id=env_id[:256], suggestion=suggestion, python_class=kind)


def _is_remote(spec: registration.EnvSpec) -> bool:
    if not isinstance(spec.entry_point, str):
        return False
    module = spec.entry_point.partition(":")[0]
    return module.partition(".")[0] == "gymbridge" and module != ATARI_MODULE


def spec_json(spec: registration.EnvSpec) -> str:
    """A spec as EnvSpec.to_json gives it; what JSON cannot hold (callables, for one) is null."""
    fields = dataclasses.asdict(spec)
    for derived in ("namespace", "name", "version"):
        fields.pop(derived)
    return json.dumps(fields, default=lambda value: None)
