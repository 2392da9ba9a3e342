"""Drawing lots that anyone with the salt can draw again: by a hash, never by a random number."""

import hashlib


def falls_on(*, salt: str, name: str, share: float) -> bool:
    """Whether the lot falls on this name; it does on about `share` of all names, 0 to 1."""
    drawn = hashlib.blake2b(f"{salt}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(drawn) < share * 2**64
