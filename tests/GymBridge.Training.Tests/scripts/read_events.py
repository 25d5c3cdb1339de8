"""Prints what TensorBoard's own reader finds in a run folder, as JSON."""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

accumulator = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "tensors": 0})
accumulator.Reload()
tags = accumulator.Tags()
json.dump(
    {
        "scalars": {
            tag: [[event.wall_time, event.step, event.value] for event in accumulator.Scalars(tag)]
            for tag in tags["scalars"]
        },
        "texts": {
            tag: [event.tensor_proto.string_val[0].decode() for event in accumulator.Tensors(tag)]
            for tag in tags["tensors"]
        },
    },
    sys.stdout,
)
