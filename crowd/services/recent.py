"""Recent leases: what this process lent to guests a moment ago, so that an answer need not ask for
it again.

What is kept of a lease never changes: whose it is, and which micro-task. Whether it still holds,
and whether the guest is one still, the statement that takes the answer asks (`turns`). Elsewhere,
or when it says no, everything is looked up as ever.
"""

import uuid
from collections import OrderedDict

from crowd.models import Assignment, Contributor

KEPT = 5000  # leases; the oldest are forgotten first

Lent = tuple[Contributor, Assignment]

_lent: "OrderedDict[tuple[uuid.UUID, int], Lent]" = OrderedDict()


def remember(*, guest: Contributor, assignment: Assignment) -> None:
    """Keep a lease until it is answered here."""
    _lent[guest.public_id, assignment.pk] = guest, assignment
    while len(_lent) > KEPT:
        try:
            _lent.popitem(last=False)
        except KeyError:  # another thread has just emptied it
            return


def take(*, public_id: uuid.UUID, assignment_id: int) -> Lent | None:
    """A lease of this guest's, which is forgotten; None: not lent here, or asked for already."""
    return _lent.pop((public_id, assignment_id), None)


def forget() -> None:
    """As if nothing had been lent here."""
    _lent.clear()
