"""How many answers, how sure: five policies in words."""

from dataclasses import dataclass

SURE, VERY_SURE = 0.95, 0.99
MOST = 10  # answers, where a policy goes by probability


@dataclass(frozen=True, kw_only=True)
class Policy:
    """When to stop asking.

    By counting (`sure` is None): settle when `agree` people agree on everything; after `at_most`
    answers, contested. By probability: settle when `agree` people have answered and everything is
    at least `sure`. With `exactly`, settle for the likeliest when `at_most` have answered.

    Attributes:
        agree: people who must say the same; by probability, people who must have answered.
        at_most: answers; then contested, but with `exactly`.
        at_least: answers, even if fewer agree.
        sure: the probability wanted, between 0.5 and 1, or None.
        exactly: ask everyone there is room for, then take the likeliest.
        per_group: of one group (a room, a burst of newcomers) so many answers decide.

    Raises:
        ValueError: what is asked for can never happen.
    """

    agree: int = 2
    at_most: int = 5
    at_least: int = 1
    sure: float | None = None
    exactly: bool = False
    per_group: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.agree <= self.at_most:
            raise ValueError(f"{self.agree} of at most {self.at_most} answers can never agree")
        if not 1 <= self.at_least <= self.at_most:
            raise ValueError(f"at least {self.at_least} is more than at most {self.at_most}")
        if self.sure is not None and not 0.5 < self.sure < 1:
            raise ValueError(f"a probability of {self.sure} can't be wanted")
        if self.per_group < 1:
            raise ValueError("someone of a group must be able to decide")

    @classmethod
    def quick_look(cls, *, per_group: int = 1) -> "Policy":
        """Two agree, else up to five."""
        return cls(agree=2, at_most=5, per_group=per_group)

    @classmethod
    def careful(cls, *, sure: float = SURE, at_most: int = MOST, per_group: int = 1) -> "Policy":
        """As many as it takes to be 95 % sure, two at least, ten at most."""
        return cls(agree=2, at_most=at_most, at_least=2, sure=sure, per_group=per_group)

    @classmethod
    def very_careful(
        cls, *, sure: float = VERY_SURE, at_most: int = MOST, per_group: int = 1
    ) -> "Policy":
        """As many as it takes to be 99 % sure, two at least, ten at most."""
        return cls(agree=2, at_most=at_most, at_least=2, sure=sure, per_group=per_group)

    @classmethod
    def identical(cls, k: int, *, at_most: int, at_least: int = 1, per_group: int = 1) -> "Policy":
        """So many identical answers.

        The rule of the 2014 drive is `identical(3, at_most=…)`; that of 2010, where everyone had
        three answers at first and two had to agree, `identical(2, at_least=3, at_most=7)`.
        """
        return cls(agree=k, at_most=at_most, at_least=at_least, per_group=per_group)

    @classmethod
    def fixed(cls, n: int, *, per_group: int = 1) -> "Policy":
        """A fixed number of answers, then the likeliest."""
        return cls(agree=min(2, n), at_most=n, at_least=n, exactly=True, per_group=per_group)

    @property
    def kind(self) -> str:
        """Its name: quick_look, careful, very_careful, identical or fixed."""
        if self.exactly:
            return "fixed"
        if self.sure is not None:
            return "very_careful" if self.sure >= VERY_SURE else "careful"
        is_quick = (self.agree, self.at_most, self.at_least) == (2, 5, 1)
        return "quick_look" if is_quick else "identical"
