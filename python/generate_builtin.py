"""Writes src/gymbridge/_builtin.py from the catalog of the C# environments; run it when EnvironmentCatalog.cs changed.

The catalog is asked of the command itself (``gymbridge envs --json``), so it has to be built.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).resolve().parent / "src" / "gymbridge" / "_builtin.py"

_HEAD = '''"""The C# environments that every GymBridge server has, by their ids there; made by generate_builtin.py."""

from __future__ import annotations

from dataclasses import dataclass

NAMESPACE = "GymBridge"


@dataclass(frozen=True)
class BuiltIn:
    """What Gymnasium's registry needs to know before a server runs."""

    env_id: str
    max_episode_steps: int | None
    reward_threshold: float | None


BUILT_INS = (
'''


def catalog() -> list[dict[str, Any]]:
    """The specs of the C# environments.

    Raises:
        ServerStartError: The command is not built.
    """
    from gymbridge import _launcher

    command = [*_launcher.server_command(), "envs", "--json"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    specs: list[dict[str, Any]] = json.loads(listed)
    return specs


def text_of(specs: list[dict[str, Any]]) -> str:
    """The module's text."""
    lines = [
        f'    BuiltIn("{spec["id"]}", max_episode_steps={spec["max_episode_steps"]}, '
        f"reward_threshold={spec['reward_threshold']}),\n"
        for spec in sorted(specs, key=lambda spec: str(spec["id"]))
    ]
    return _HEAD + "".join(lines) + ")\n"


def main() -> int:
    """Command line: writes the module, or with --check compares it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if the module is not up to date")
    check = parser.parse_args().check
    text = text_of(catalog())
    if not check:
        OUTPUT.write_text(text, "utf-8", newline="\n")
    if OUTPUT.read_text("utf-8") == text:
        return 0
    print(f"{OUTPUT.name} is not up to date. Run: python generate_builtin.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
