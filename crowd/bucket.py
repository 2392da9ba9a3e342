"""Files in an S3-compatible bucket: the same promises as local files (crowd.storage)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

IN_MEMORY = 4 * 1024 * 1024  # bytes of a file that is read; the rest of it waits on the disk
CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 4},
    # Sums that S3-compatible servers other than Amazon's often do not know; TLS has its own.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class BucketStorage(S3Storage):  # type: ignore[misc]
    """Private objects under our own names; a name that is taken is replaced.

    What goes wrong between us and the server is an OSError, as with a disk. No access list is sent
    with an object: it is private by default, and buckets that allow none refuse any.
    """

    def get_default_settings(self) -> dict[str, Any]:
        """Those of django-storages, none of them from Django's settings but these."""
        ours = {"max_memory_size": IN_MEMORY, "client_config": CONFIG, "default_acl": None}
        return {**super().get_default_settings(), "file_overwrite": True, **ours}

    def url(self, *_: Any, **__: Any) -> str:
        """No address: every file passes through our own origin, which knows who may see it."""
        raise NotImplementedError("Files in a bucket have no addresses of their own.")

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _as_os_errors():
            return super()._open(name, mode)

    def _save(self, name: str, content: "File[Any]") -> str:
        with _as_os_errors():
            saved: str = super()._save(name, content)
            return saved

    def delete(self, name: str) -> None:
        """Delete a file; one that is not there is no mistake."""
        with _as_os_errors():
            super().delete(name)

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        with _as_os_errors():
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        """Bytes of a file."""
        with _as_os_errors():
            return int(super().size(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        """Folders and files directly in one."""
        with _as_os_errors():
            folders, files = super().listdir(name)
            return folders, files


@contextmanager
def _as_os_errors() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as wrong:
        raise OSError(f"The bucket of files does not do it: {wrong}") from wrong
