"""What agreement is counted on: every value taken apart into the smallest things people can share.

A choice, a text and a number are one atom each; several choices are one atom per option (yes or
no). Two people agree on an atom when its category is the same.
"""

from collections.abc import Hashable, Mapping

from crowd.rules.questions import Kind, Question, Value
from crowd.rules.wording import normalise

Category = Hashable
CANT_TELL: Category = ("can't tell",)
NOTHING: Category = ("nothing entered",)  # an optional question left empty


def of_value(question: Question, value: Value) -> dict[str, Category]:
    """Atom name → category of one value ("" names the only atom of a question that has one)."""
    if question.kind is Kind.CHOICES:
        if value is None:
            return dict.fromkeys(question.options, CANT_TELL)
        chosen = value if isinstance(value, list) else ()
        return {option: option in chosen for option in question.options}
    if value is None:
        return {"": CANT_TELL}
    if question.kind is Kind.TEXT:
        return {"": normalise(str(value))}
    return {"": value if isinstance(value, str | int | float) else str(value)}


def of_answer(question: Question, values: Mapping[str, Value]) -> dict[str, Category]:
    """The atoms of one question in a whole answer; left out is a category of its own."""
    if question.key in values:
        return of_value(question, values[question.key])
    names = question.options if question.kind is Kind.CHOICES else ("",)
    return dict.fromkeys(names, NOTHING)


def alternatives(question: Question) -> int:
    """How many different things people could say to one atom (texts and numbers: taken as ten)."""
    match question.kind:
        case Kind.CHOICE:
            return max(2, len(question.options))
        case Kind.CHOICES:
            return 2
        case _:
            return 10
