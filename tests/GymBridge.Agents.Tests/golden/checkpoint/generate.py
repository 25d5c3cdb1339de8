"""Writes what the Python package `safetensors` makes of a dictionary: `python generate.py` (safetensors 0.8.0)."""

import pathlib

import numpy as np
import safetensors.numpy

TENSORS = {
    "b.weight": np.arange(6, dtype=np.float32).reshape(2, 3),
    "a": np.array([1e-300, -0.0, np.inf], np.float64),
    "steps": np.array(-7, np.int64),
    "int32": np.array([[1], [-2]], np.int32),
    "uint8": np.array([0, 255], np.uint8),
    "bool": np.array([True, False, True]),
    "empty": np.zeros((0, 3), np.float32),
    'é "quoted" \\ back\n\t\b\f\r\x01\x7f\u2028</script>': np.ones(1, np.float32),
    "\U0001f600 after \uffff in UTF-16, before it in UTF-8": np.ones(1, np.float32),
    "\uffff": np.ones(1, np.float32),
}

if __name__ == "__main__":
    here = pathlib.Path(__file__).parent
    (here / "package.safetensors").write_bytes(safetensors.numpy.save(TENSORS))
    (here / "package_metadata.safetensors").write_bytes(safetensors.numpy.save(TENSORS, metadata={"format": "pt"}))
