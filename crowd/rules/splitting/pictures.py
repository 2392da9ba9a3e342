"""Pictures for slow lines and for reading handwriting: the same page in three widths."""

import io

from PIL import Image

from crowd.rules.splitting.parts import Picture

WIDTHS = (480, 960, 1600)  # pixels: a phone, a phone with a fine screen, zoomed in
QUALITY = {480: 55, 960: 68, 1600: 75}
EFFORT = 2  # of libwebp's 0 to 6: twice as fast as its default 4, for three per cent more bytes
LONGEST_SIDE = 16_383  # pixels: what WebP can hold
SMALLEST_BYTES = 60_000  # what the smallest variant may weigh where it stays legible


def variants(image: Image.Image) -> Picture:
    """Encode a picture in every width up to its own, without metadata."""
    flat = image.convert("RGB")
    widths = [width for width in WIDTHS if width < flat.width] or [flat.width]
    if flat.width <= WIDTHS[-1] and flat.width not in widths:
        widths.append(flat.width)
    encoded = {width: _encode(flat, width) for width in widths}
    return Picture(
        variants=encoded,
        width=widths[-1],
        height=round(flat.height * widths[-1] / flat.width) or 1,
    )


def _encode(image: Image.Image, width: int) -> bytes:
    height = round(image.height * width / image.width) or 1
    small = image.resize((width, height), Image.Resampling.LANCZOS)
    quality = QUALITY.get(width, 70)
    data = _webp(small, quality)
    while width <= WIDTHS[0] and len(data) > SMALLEST_BYTES and quality > 25:
        quality -= 10
        data = _webp(small, quality)
    return data


def _webp(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, method=EFFORT)
    return out.getvalue()
