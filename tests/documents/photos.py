"""Small pictures with a word on them, in every format that comes in."""

import io

from PIL import Image, ImageDraw


def picture(
    form: str = "PNG", *, size: tuple[int, int] = (60, 40), said: str = "a", mode: str = "RGB"
) -> bytes:
    """One picture with a word on it."""
    out = io.BytesIO()
    drawn(size=size, said=said).convert(mode).save(out, form)
    return out.getvalue()


def heic(*, size: tuple[int, int] = (64, 48)) -> bytes:
    """As telephones take them."""
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(drawn(size=size, said="telephone")).save(out)
    return out.getvalue()


def drawn(*, size: tuple[int, int] = (60, 40), said: str = "a") -> Image.Image:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((3, 3), said, fill="black")
    return image
