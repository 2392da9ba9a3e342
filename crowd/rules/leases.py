"""Leases: of minutes, where the queue says what comes next; of days, where a person chose it."""

LONG_SECONDS = 24 * 3600
"""From this length on, a step's micro-tasks are taken on: chosen from a list, several at a time,
beside whatever else one is doing. None of them comes from the queue."""

LONGEST_IN_LEASES = 4  # however often it is extended, a lease ends after so many of its length


def is_long(lease_seconds: int) -> bool:
    """Whether a step with this lease is taken on rather than handed out."""
    return lease_seconds >= LONG_SECONDS
