"""How a form's inputs are called: what is sent is found again under the same names."""

UNSURE, NONE = "unsure", "none"  # an option's own value is sent as "=value", so it can't be these


def name_of(key: str) -> str:
    """The input of a question; its parts are called after it."""
    return f"q-{key}"


def unsure_name(key: str) -> str:
    """“I can't tell”, beside a question that is not a choice."""
    return f"unsure-{key}"


def none_name(key: str) -> str:
    """“Nothing declared here”, “nothing to mark”."""
    return f"none-{key}"


def count_name(key: str) -> str:
    """How many rows or marks the page had."""
    return f"count-{key}"


def part_name(key: str, row: int | str, part: str) -> str:
    """One cell of a table, one number of a mark; rows count from 1."""
    return f"q-{key}.{row}.{part}"


def file_name(key: str) -> str:
    """A file chosen on the device."""
    return f"file-{key}"


def camera_name(key: str) -> str:
    """A photo taken for the occasion."""
    return f"camera-{key}"


def next_name(key: str) -> str:
    """The id that the next file will have."""
    return f"upload-{key}"
