"""One answer, as the cross-check sees it."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from crowd.rules.questions import Value


@dataclass(frozen=True, kw_only=True)
class Vote:
    """What one person (or machine, or reviewer) said to one micro-task.

    Attributes:
        id: anything that names the answer.
        values: question key → value, as `questions.check_answer` cleaned them.
        badly_cut: "this excerpt is badly cut", in the place of values.
        person: whose reliability counts; the answer's id where nobody is named.
        group: those whose answers are not independent (a room, a burst of newcomers), or None.
        fresh: a guest without a record.
        machine: weighs in what is believed, and is none of the people a policy asks for.
        truth: a reviewer's decision or a known answer: what it says is so.
    """

    id: Any
    values: Mapping[str, Value]
    badly_cut: bool = False
    person: Hashable = None
    group: Hashable = None
    fresh: bool = False
    machine: bool = False
    truth: bool = False

    @property
    def who(self) -> Hashable:
        """The person, else the answer itself."""
        return self.id if self.person is None else self.person
