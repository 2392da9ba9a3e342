"""Settings are environment variables that refuse nonsense loudly."""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def flag(name: str, *, default: bool) -> bool:
    """`0` or `1`.

    Raises:
        ImproperlyConfigured: the variable holds anything else.
    """
    value = os.environ.get(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def whole(name: str, *, default: int, least: int, most: int) -> int:
    """A whole number between `least` and `most`.

    Raises:
        ImproperlyConfigured: the variable holds anything else.
    """
    value = os.environ.get(name, str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {least} to {most}, not {value!r}."
        )
    return int(value)


def one_of(name: str, *, default: str, known: list[str]) -> str:
    """One of the words that are known.

    Raises:
        ImproperlyConfigured: the variable holds anything else.
    """
    value = os.environ.get(name, default)
    if value not in known:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(known)}, not {value!r}.")
    return value


def words(name: str, *, default: str) -> list[str]:
    """A comma-separated list without empty members."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def for_tests(name: str, *, debug: bool) -> list[str]:
    """A comma-separated list that opens what must stay closed on a real site.

    Raises:
        ImproperlyConfigured: it is set although this is not a place for trying things.
    """
    given = words(name, default="")
    if given and not debug:
        raise ImproperlyConfigured(
            f"{name} lets the site fetch from private networks. It is for tests only: remove it, "
            "or set TAMIS_DEBUG=1 on a machine that nobody else can reach."
        )
    return given


def origin(name: str, *, default: str) -> str:
    """Scheme, host and port of a web address, nothing behind it.

    Raises:
        ImproperlyConfigured: the variable is not such an origin.
    """
    value = os.environ.get(name, default)
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like https://tamis.example.org, not {value}.")
    return f"{parts.scheme}://{parts.netloc}"


def server_url(name: str, value: str, *, schemes: set[str]) -> str:
    """A server's address with one of the schemes it can have.

    Raises:
        ImproperlyConfigured: another scheme, or a port that is none (the address is not shown: it
            may hold a password).
    """
    try:
        scheme, _ = urlsplit(value).scheme, urlsplit(value).port
    except ValueError:
        raise ImproperlyConfigured(f"{name} has a port that is not a number.") from None
    if scheme not in schemes:
        allowed = ", ".join(f"{known}://" for known in sorted(schemes))
        raise ImproperlyConfigured(f"{name} must start with one of {allowed}; it has {scheme!r}.")
    return value


def bucket() -> dict[str, str] | None:
    """Where files are kept when not on the disk: the options of `crowd.bucket.BucketStorage`.

    From `TAMIS_S3_BUCKET`, `TAMIS_S3_ENDPOINT` and `TAMIS_S3_REGION`, empty ones as if not there.

    Raises:
        ImproperlyConfigured: no name a bucket can have, no web address, half of a pair of keys, or
            an endpoint or a region without a bucket.
    """
    names = ("BUCKET", "ENDPOINT", "REGION")
    said = {name: os.environ.get(f"TAMIS_S3_{name}", "") for name in names}
    if not said["BUCKET"]:
        for name in ("ENDPOINT", "REGION"):
            if said[name]:
                raise ImproperlyConfigured(f"TAMIS_S3_{name} is of no use without TAMIS_S3_BUCKET.")
        return None
    if not BUCKET.fullmatch(said["BUCKET"]):
        raise ImproperlyConfigured(
            "TAMIS_S3_BUCKET must be the name of a bucket (3 to 63 small letters, digits, dots and "
            f"hyphens), not {said['BUCKET']!r}."
        )
    if endpoint := said["ENDPOINT"]:
        address = urlsplit(server_url("TAMIS_S3_ENDPOINT", endpoint, schemes={"http", "https"}))
        if not address.hostname or address.username or address.query:
            raise ImproperlyConfigured("TAMIS_S3_ENDPOINT must look like https://s3.example.org.")
    if bool(os.environ.get("AWS_ACCESS_KEY_ID")) != bool(os.environ.get("AWS_SECRET_ACCESS_KEY")):
        raise ImproperlyConfigured(
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together: give both, or none where the "
            "machine itself may use the bucket."
        )
    named = {
        "bucket_name": said["BUCKET"],
        "endpoint_url": endpoint,
        "region_name": said["REGION"],
    }
    return {name: value for name, value in named.items() if value}


def secret_key(*, kept_in: Path, embedded: bool) -> str:
    """`TAMIS_SECRET_KEY`; on the embedded servers, a key made once and kept in `kept_in`.

    Raises:
        ImproperlyConfigured: missing on a real deployment, or too short.
    """
    given = os.environ.get("TAMIS_SECRET_KEY", "")
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured("TAMIS_SECRET_KEY must have at least 32 characters.")
        return given
    if not embedded:
        raise ImproperlyConfigured("TAMIS_SECRET_KEY is required when DATABASE_URL is set.")
    return _kept_key(kept_in)


def _kept_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and linked: of several processes that start at once the first one's key is
        # everybody's, and none reads a file that is still empty.
        with NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}-") as made:
            made.write(secrets.token_urlsafe(50))
            made.flush()
            with suppress(FileExistsError):
                os.link(made.name, path)
    return path.read_text()
