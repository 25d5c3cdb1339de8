"""Prints as JSON what TensorBoard's EventAccumulator finds in a folder of event files: `read_events.py FOLDER`."""

import io
import json
import sys

from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def main(folder: str) -> None:
    events = EventAccumulator(folder, size_guidance={"images": 0, "histograms": 0, "scalars": 0, "tensors": 0})
    events.Reload()
    tags = events.Tags()
    json.dump(
        {
            "scalars": {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in tags["scalars"]},
            "texts": {
                tag: [[e.step, e.tensor_proto.string_val[0].decode()] for e in events.Tensors(tag)]
                for tag in tags["tensors"]
            },
            "histograms": {tag: [histogram(e) for e in events.Histograms(tag)] for tag in tags["histograms"]},
            "images": {tag: [image(e) for e in events.Images(tag)] for tag in tags["images"]},
        },
        sys.stdout,
    )


def histogram(event) -> list:
    names = ["min", "max", "num", "sum", "sum_squares", "bucket_limit", "bucket"]
    return [event.step, *(repr(getattr(event.histogram_value, name)) for name in names)]


def image(event) -> dict:
    png = Image.open(io.BytesIO(event.encoded_image_string))
    png.load()
    return {
        "step": event.step,
        "size": [event.height, event.width],
        "png": [png.height, png.width, png.mode],
        "pixels": list(png.tobytes()),
    }


if __name__ == "__main__":
    main(sys.argv[1])
