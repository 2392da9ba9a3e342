"""How many answers, how sure."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Settle when `agree` people agree on everything; after `at_most` answers, contested.

    Raises:
        ValueError: fewer than one must agree, or more than may be asked.
    """

    agree: int = 2
    at_most: int = 5

    def __post_init__(self) -> None:
        if not 1 <= self.agree <= self.at_most:
            raise ValueError(f"{self.agree} of at most {self.at_most} answers can never agree")
