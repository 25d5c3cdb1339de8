"""Writes float16.json: how NumPy writes every float16, alone and in arrays, for PythonText and NumPyText to reproduce.

Run with NumPy 2.4.6:

    python tests/GymBridge.Core.Tests/Values/golden/generate.py

Float16TextTests.cs runs the same; change both together.
"""

import hashlib
import json
import pathlib

import numpy as np

BLOCK = 1024


def digest(texts):
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]


def main():
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    blocks = [halves[start : start + BLOCK] for start in range(0, len(halves), BLOCK)]
    golden = {
        "scalars": [digest([str(half) for half in block]) for block in blocks],
        "pairs": [digest([str(pair) for pair in block.reshape(-1, 2)]) for block in blocks],
        "mixed": [digest([str(np.array([half, 1], np.float16)) for half in block]) for block in blocks],
    }
    pathlib.Path(__file__).with_name("float16.json").write_text(json.dumps(golden, indent=0) + "\n")


if __name__ == "__main__":
    main()
