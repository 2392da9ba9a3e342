"""When all answers of a step are estimated anew, besides every night."""

FIRST, GROWTH = 50, 1.25  # answers until a first time; by how much they grow until the next
# From so many on, by so much: each time costs as much as all answers together, and what is learnt
# of people and questions hardly moves any more.
MANY, GROWTH_OF_MANY = 2000, 2.0


def next_due(answers: float) -> float:
    """At how many answers all is estimated anew, after it was at so many (0: never yet)."""
    return max(FIRST, answers * (GROWTH if answers < MANY else GROWTH_OF_MANY))
