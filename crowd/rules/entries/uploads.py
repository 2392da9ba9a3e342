"""Uploads: an answer holds the name of a stored file, never the file."""

from typing import Any
from uuid import UUID

from crowd.rules.problems import Problem


def read(value: Any) -> str:
    """Clean a file's reference, a UUID; whether there is such a file is for the service to say.

    Raises:
        Problem: `file_reference_expected`.
    """
    try:
        return str(UUID(value))
    except (ValueError, AttributeError, TypeError) as wrong:
        raise Problem("file_reference_expected") from wrong
