"""What agreement is counted on: all answers to a question, taken apart into shared atoms."""

from collections.abc import Mapping, Sequence

from crowd.rules.forms import choosing, estimates, measures, regions, tables, texts, uploads
from crowd.rules.forms.parts import (
    CANT_TELL,
    LEFT_OUT,
    NOTHING,
    UNASKED,
    Category,
    Lesson,
    Missing,
    Parts,
    Said,
    label,
)
from crowd.rules.questions import Kind, Question, Value, is_shown

__all__ = [
    "CANT_TELL",
    "LEFT_OUT",
    "NOTHING",
    "UNASKED",
    "Category",
    "Lesson",
    "Missing",
    "Parts",
    "Said",
    "label",
    "likeness",
    "take_apart",
    "value_of",
]


def value_of(question: Question, values: Mapping[str, Value]) -> Value | Missing:
    """What a whole answer (question key → value) says to one question."""
    if question.key in values:
        return values[question.key]
    return LEFT_OUT if is_shown(question, values) else UNASKED


def take_apart(question: Question, values: Sequence[Value | Missing]) -> Parts:
    """Lay all answers to one question side by side.

    Args:
        values: one per answer that counts, as `check_answer` cleaned them.
    """
    said = tuple(values)
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES:
            return choosing.Choices(question, said)
        case Kind.TEXT:
            return texts.Texts(question, said)
        case Kind.NUMBER if question.settings.get("estimate"):
            return estimates.Estimates(question, said)
        case Kind.NUMBER | Kind.DATE:
            return measures.Measures(question, said)
        case Kind.TABLE:
            return tables.Tables(question, said)
        case Kind.REGION:
            return regions.Regions(question, said)
        case Kind.UPLOAD:
            return uploads.Uploads(question, said)


def likeness(question: Question, one: Value | Missing, other: Value | Missing) -> float:
    """How much two values of one question say the same, 0 to 1; either way round.

    Tables by cell, texts by word, regions by mark, several choices by option, estimates by
    nearness; all others are the same or not.
    """
    if one is UNASKED or other is UNASKED:
        return float(one is other)
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES:
            return choosing.likeness(one, other, question)
        case Kind.TEXT:
            return texts.likeness(one, other, question)
        case Kind.NUMBER if question.settings.get("estimate"):
            return estimates.likeness(one, other, question)
        case Kind.NUMBER | Kind.DATE:
            return measures.likeness(one, other, question)
        case Kind.TABLE:
            return tables.likeness(one, other, question)
        case Kind.REGION:
            return regions.likeness(one, other, question)
        case Kind.UPLOAD:
            return float(one == other)


# Today's counting, until the cross-check reads `take_apart`.
def of_answer(question: Question, values: Mapping[str, Value]) -> Mapping[str, Category]:
    """The atoms of one question in a whole answer; left out is a category of its own."""
    return take_apart(question, [value_of(question, values)]).said[0]


def alternatives(question: Question) -> int:
    """How many different things people could say to one atom."""
    parts = take_apart(question, [])
    return parts.alternatives(next(iter(parts.names), ""))
