"""What is wrong, as a value: a code and what it is about. Sentences are made at the doors."""

from typing import Any

from crowd.rules.wording import storable


class Problem(Exception):
    """Something a person or a file did that cannot be accepted.

    Attributes:
        code: a stable name, such as `pdf_encrypted`; part of the API.
        params: what the sentence needs (a row number, a limit …), plain JSON values; texts often
            quote what came in, and lose what could not be stored or sent back.
    """

    def __init__(self, code: str, **params: Any) -> None:
        params = {k: storable(v) if isinstance(v, str) else v for k, v in params.items()}
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self.args == other.args

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.params.items()))))
