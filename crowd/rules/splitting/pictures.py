"""Pictures for slow lines and for reading handwriting: the same page in three widths."""

import io

from PIL import Image

from crowd.rules.splitting.parts import Picture

# Pixels: a phone, a phone with a fine screen, zoomed in (230 dots an inch of an A4 page). Each is
# half the next: the average of four pixels is sharp, and made in a tenth of the time of a filter.
WIDTHS = (480, 960, 1920)
QUALITY = {480: 55, 960: 68, 1920: 70}
EFFORT = 2  # of libwebp's 0 to 6: twice as fast as its default 4, for three per cent more bytes
LONGEST_SIDE = 16_383  # pixels: what WebP can hold
SMALLEST_BYTES = 60_000  # what the smallest variant may weigh where it stays legible
LOWEST_QUALITY = 25  # below it letters blur into one another


def variants(image: Image.Image) -> Picture:
    """Encode a picture in every width up to its own, without metadata."""
    flat = image.convert("RGB") if image.mode != "RGB" else image
    widths = [width for width in WIDTHS if width < flat.width]
    widths.append(min(flat.width, WIDTHS[-1]))
    encoded = {}
    for width in reversed(widths):
        flat = shrunk(flat, width)
        encoded[width] = _encode(flat)
    height = round(image.height * widths[-1] / image.width) or 1
    return Picture(
        variants={width: encoded[width] for width in widths}, width=widths[-1], height=height
    )


def shrunk(image: Image.Image, width: int) -> Image.Image:
    """The picture in that width, or as it is when it is no wider."""
    if image.width <= width:
        return image
    if image.width == 2 * width:
        return image.reduce(2)
    height = round(image.height * width / image.width) or 1
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _encode(image: Image.Image) -> bytes:
    quality = QUALITY.get(image.width, 70)
    data = _webp(image, quality)
    while image.width <= WIDTHS[0] and len(data) > SMALLEST_BYTES and quality > LOWEST_QUALITY:
        quality -= 10
        data = _webp(image, quality)
    return data


def _webp(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    # Nothing of what came with the picture goes with it: no EXIF, no colour profile, no XMP.
    image.save(out, "WEBP", quality=quality, method=EFFORT, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()
