"""Pictures as people bring them, drawn on the spot."""

import functools
import io

from PIL import Image, ImageDraw


@functools.cache
def a_desk() -> bytes:
    """Something brown under something white: a photograph for a story."""
    image = Image.new("RGB", (1200, 800), "#6d5843")
    pen = ImageDraw.Draw(image)
    pen.rectangle((260, 160, 860, 640), fill="#f4efe4", outline="#3a2d20", width=6)
    for line in range(220, 600, 48):
        pen.line((320, line, 800, line), fill="#5a5550", width=6)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
