"""PDFs of a few hundred bytes, written object by object so that each can be broken on purpose."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

A4 = (595, 842)  # points
PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page.

    Attributes:
        text: drawn, and thus its text layer; Latin-1.
        size: width and height in points.
        crop: a crop box (left, bottom, right, top); one outside the page leaves nothing of it.
        drawing: more drawing commands, as PDF has them.
    """

    text: str = ""
    size: tuple[float, float] = A4
    crop: tuple[float, float, float, float] | None = None
    drawing: str = ""


def pdf(pages: Sequence[Page] | int, *, missing: Sequence[int] = ()) -> bytes:
    """A PDF of these pages; a number makes so many that say "Page 1", "Page 2"…

    Args:
        missing: indices of pages that the document counts but does not have.
    """
    if isinstance(pages, int):
        pages = [Page(text=f"Page {number}") for number in range(1, pages + 1)]
    return _written(_objects(pages, set(missing)))


def truncated(data: bytes, *, share: float = 0.5) -> bytes:
    """What an interrupted download leaves."""
    return data[: int(len(data) * share)]


def encrypted(*, password: str = "secret") -> bytes:
    """A one-page PDF nobody opens without its password (RC4, 40 bits: PDF 1.7, 7.6.4)."""
    name, permissions = b"0123456789abcdef", -4
    owner = _rc4(hashlib.md5(_padded(password)).digest()[:5], _padded(password))
    seed = _padded(password) + owner + permissions.to_bytes(4, "little", signed=True) + name
    user = _rc4(hashlib.md5(seed).digest()[:5], PADDING)
    lock = (
        f"<< /Filter /Standard /V 1 /R 2 /P {permissions} /O <{owner.hex()}> /U <{user.hex()}> >>"
    )
    objects = [*_objects([Page()], set()), lock.encode()]
    trailer = f" /Encrypt {len(objects)} 0 R /ID [<{name.hex()}> <{name.hex()}>]"
    return _written(objects, trailer=trailer)


def _objects(pages: Sequence[Page], missing: set[int]) -> list[bytes]:
    """Catalogue, page tree, font, then a page and its content in turn."""
    numbers = [4 + 2 * index for index in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for index, page in enumerate(pages):
        content = _content(page)
        objects.append(b"null" if index in missing else _page(page, numbers[index] + 1))
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return objects


def _page(page: Page, content: int) -> bytes:
    width, height = page.size
    crop = f" /CropBox [{' '.join(map(str, page.crop))}]" if page.crop else ""
    return (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}]{crop} "
        f"/Resources << /Font << /F1 3 0 R >> >> /Contents {content} 0 R >>"
    ).encode()


def _content(page: Page) -> bytes:
    lines = []
    for number, line in enumerate(page.text.splitlines()):
        said = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        lines.append(f"BT /F1 12 Tf 40 {page.size[1] - 40 - 16 * number} Td ({said}) Tj ET")
    return "\n".join([*lines, page.drawing]).encode("cp1252")


def _written(objects: Sequence[bytes], *, trailer: str = "") -> bytes:
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R{trailer} >>\n".encode()
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _padded(password: str) -> bytes:
    return (password.encode("latin-1") + PADDING)[:32]


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
