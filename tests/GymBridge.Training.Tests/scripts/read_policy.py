"""Reads an exported policy with onnx, onnxruntime and safetensors, and prints what they find as JSON."""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file

folder = pathlib.Path(sys.argv[1])
model = onnx.load(folder / "model.onnx")
onnx.checker.check_model(model, full_check=True)
observations = np.fromfile(folder / "observations.f32", dtype=np.float32).reshape(-1, 4)
session = onnxruntime.InferenceSession(folder / "model.onnx")
actions, outputs = session.run(["action", "outputs"], {"observation": observations})

weights = load_file(folder / "model.safetensors")
hidden = observations
layers = sorted({name.rsplit(".", 1)[0] for name in weights if name.startswith("policy.")})
for layer in layers:
    hidden = hidden @ weights[f"{layer}.weight"].T + weights[f"{layer}.bias"]
    if layer != layers[-1]:
        hidden = np.tanh(hidden)

json.dump(
    {
        "actions": actions.tolist(),
        "weights": sorted(weights),
        "difference": float(np.abs(hidden - outputs).max()),
    },
    sys.stdout,
)
