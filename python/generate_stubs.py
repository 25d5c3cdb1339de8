"""Writes src/gymbridge/_generated from protos/gymbridge/v1; run it after a change of the protos.

The messages only: calls go through multicallables over bytes, so the service stubs of grpcio are not needed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROTOS = HERE.parent / "protos"
OUTPUT = HERE / "src" / "gymbridge" / "_generated"
NAMES = ("values", "errors", "env_service")


def generate(output: Path) -> None:
    """Writes the modules into a folder.

    Args:
        output: The folder; it must exist.

    Raises:
        RuntimeError: protoc refused the protos.
    """
    import grpc_tools
    from grpc_tools import protoc

    well_known = Path(grpc_tools.__file__).parent / "_proto"  # google/protobuf/any.proto
    with tempfile.TemporaryDirectory() as folder:
        includes = [f"-I{PROTOS}", f"-I{well_known}"]
        arguments = ["protoc", *includes, f"--python_out={folder}", f"--pyi_out={folder}"]
        if protoc.main([*arguments, *(f"gymbridge/v1/{name}.proto" for name in NAMES)]) != 0:
            raise RuntimeError("protoc failed; its message is above.")
        for name in NAMES:
            for suffix in (".py", ".pyi"):
                source = Path(folder) / "gymbridge" / "v1" / f"{name}_pb2{suffix}"
                # protoc imports by the proto's path, which is not where the modules live.
                text = source.read_text("utf-8").replace("from gymbridge.v1 import", "from gymbridge._generated import")
                (output / source.name).write_text(text, "utf-8", newline="\n")
    (output / "__init__.py").write_text('"""Messages of gymbridge.v1, made by generate_stubs.py."""\n', "utf-8")


def main() -> int:
    """Command line: writes the stubs, or with --check compares them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if the stubs are not up to date")
    if not parser.parse_args().check:
        shutil.rmtree(OUTPUT, ignore_errors=True)
        OUTPUT.mkdir(parents=True)
        generate(OUTPUT)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        stale = [path.name for path in Path(folder).iterdir() if not _same(path, OUTPUT / path.name)]
    if stale:
        print(f"Not up to date: {', '.join(sorted(stale))}. Run: python generate_stubs.py", file=sys.stderr)
    return 1 if stale else 0


def _same(first: Path, second: Path) -> bool:
    return second.exists() and first.read_bytes() == second.read_bytes()


if __name__ == "__main__":
    sys.exit(main())
