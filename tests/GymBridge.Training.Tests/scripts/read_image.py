"""Prints what Pillow finds in a picture or an animation, as JSON."""

import json
import sys

from PIL import Image, ImageSequence

with Image.open(sys.argv[1]) as image:
    frames = [
        (frame.info.get("duration"), sum(frame.convert("RGB").tobytes())) for frame in ImageSequence.Iterator(image)
    ]
    json.dump(
        {
            "format": image.format,
            "size": image.size,
            "loop": image.info.get("loop"),
            "durations": [duration for duration, _ in frames],
            "sums": [total for _, total in frames],
        },
        sys.stdout,
    )
