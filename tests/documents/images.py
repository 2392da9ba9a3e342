"""Pictures as cameras and scanners write them, drawn so that one sees which way is up."""

import io
import zlib
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

RED, BLUE = (200, 20, 20), (20, 20, 200)


def drawn(width: int = 600, height: int = 400) -> Image.Image:
    """White, with a red corner at the top left and a blue one at the top right."""
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, width // 4, height // 4), fill=RED)
    pen.rectangle((width - width // 4, 0, width, height // 4), fill=BLUE)
    return image


def saved(image: Image.Image, kind: str, **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def held(orientation: int) -> bytes:
    """A JPEG that is stored turned, and says in its EXIF how the camera was held."""
    turned = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90}
    turned |= {8: Image.Transpose.ROTATE_270, 2: Image.Transpose.FLIP_LEFT_RIGHT}
    image = drawn().transpose(turned[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Camera of someone"
    return saved(image, "JPEG", exif=exif, quality=95)


def sixteen_bits(kind: str, *, brightest: int = 65535) -> bytes:
    """A grey ramp of 16 bits, from black to `brightest`."""
    ramp = np.linspace(0, brightest, 600, dtype=np.uint16)
    return saved(Image.fromarray(np.tile(ramp, (40, 1))), kind)


def pages(count: int) -> bytes:
    """A TIFF of many pages, each a little narrower than the one before."""
    first, *others = (drawn(600 - 10 * number) for number in range(count))
    return saved(first, "TIFF", save_all=True, append_images=others)


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header says that it is that large."""
    data = bytearray(saved(Image.new("L", (1, 1)), "PNG"))
    data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    return bytes(data)


def geotagged() -> bytes:
    """A phone's photo, stored lying, that says where, when and with what it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of someone"
    exif[0x8825] = {1: "N", 2: (45.0, 45.0, 36.0), 3: "E", 4: (4.0, 50.0, 24.0)}
    lying = drawn(600, 400).transpose(Image.Transpose.ROTATE_90)
    return saved(lying, "JPEG", exif=exif, comment=b"my kitchen", quality=90)
