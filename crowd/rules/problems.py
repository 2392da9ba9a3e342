"""What is wrong, as a value: a code and what it is about. Sentences are made at the doors."""

from typing import Any


class Problem(Exception):
    """Something a person or a file did that cannot be accepted.

    Attributes:
        code: a stable name, such as `pdf_encrypted`; part of the API.
        params: what the sentence needs (a row number, a limit …), plain JSON values.
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self.args == other.args

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.params.items()))))
