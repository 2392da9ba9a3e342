"""Texts: word by word, and in the form most people typed."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from crowd.rules import sameness
from crowd.rules.forms import rover
from crowd.rules.forms.measures import inside
from crowd.rules.forms.parts import (
    CANT_TELL,
    LEFT_OUT,
    NOTHING,
    UNASKED,
    Category,
    Lesson,
    Missing,
    Said,
    Weights,
    Winners,
)
from crowd.rules.forms.rover import Slot
from crowd.rules.questions import Question, Value
from crowd.rules.wording import most_typed, says_nothing

TEXT: Category = ("a text",)  # whatever it says
WORDS = 6  # so many words show as much of who typed them as one choice does; measured
SCATTER = 10  # different wrong texts, when whole texts are counted


@dataclass(frozen=True)
class Texts:
    """The texts of one question; see `parts.Parts`."""

    question: Question
    values: tuple[Value | Missing, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return ("",)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        return tuple(
            {} if value is UNASKED else {"": category(value, self.question)}
            for value in self.values
        )

    def closed(self, name: str) -> None:
        return None

    def alternatives(self, name: str) -> int:
        return SCATTER

    @cached_property
    def typed(self) -> tuple[int, ...]:
        """Which answers are texts that say something."""
        return tuple(i for i, said in enumerate(self.said) if isinstance(said.get(""), str))

    @cached_property
    def slots(self) -> list[Slot]:
        words = [sameness.tokens(str(self.values[index])) for index in self.typed]
        return rover.network([[token.key for token in each] for each in words])

    def sure(self, accuracies: Sequence[float]) -> dict[str, float]:
        kinds = _kinds(self.said, [math.log(p * 2 / (1 - p)) for p in map(inside, accuracies)])
        if not kinds:
            return {}
        best = max(kinds, key=lambda kind: kinds[kind])
        # Who can't tell may be wrong although nobody has said what it says; a text is there.
        rivals = kinds if best == TEXT else {"": 0.0, **kinds}
        alone = 1 / sum(math.exp(each - kinds[best]) for each in rivals.values())
        if best != TEXT:
            return {"": alone}
        return {"": alone * rover.certainty(self.slots, [accuracies[i] for i in self.typed])}

    def lessons(self, name: str, accuracies: Sequence[float]) -> dict[int, Lesson]:
        """The words each typing has as the others together have them."""
        if len(self.typed) < 2:
            return {}
        shares = [1 / (1 - inside(accuracies[index])) for index in self.typed]
        found: dict[int, Lesson] = {}
        for place, index in enumerate(self.typed):
            rest = shares[:place] + shares[place + 1 :]
            same = sum(
                rover.vote(slot[:place] + slot[place + 1 :], rest) == slot[place]
                for slot in self.slots
            )
            found[index] = same / WORDS, len(self.slots) / WORDS
        return found

    def matters(self, name: str, winners: Winners) -> bool:
        return True

    def compose(self, winners: Winners, weights: Weights) -> tuple[str, Value]:
        kinds = _kinds(self.said, weights)
        if not kinds:
            return "unasked", None
        if "" not in winners:
            return "contested", None
        best = max(kinds, key=lambda kind: kinds[kind])
        if best == CANT_TELL:
            return "cant_tell", None
        if best == NOTHING:
            forms = [str(v) for v in self.values if isinstance(v, str) and says_nothing(v)]
            return ("settled", most_typed(forms)) if forms else ("left_empty", None)
        return "settled", self._text([weights[index] for index in self.typed])

    def agreement(self, index: int, winners: Winners, weights: Weights) -> float:
        outcome, value = self.compose(winners, weights)
        decided = LEFT_OUT if outcome == "left_empty" else value
        return likeness(self.values[index], decided, self.question)

    def _text(self, weights: Weights) -> str:
        """The whole form most people typed, if anyone typed these words; else word by word."""
        # Wrong words are not independent (what is hard is hard for all): votes by the inverse of
        # the error rate beat the log-odds that independence would ask for.
        shares = [1 + math.exp(weight) for weight in weights]
        words = [rover.vote(slot, shares) for slot in self.slots]
        said = " ".join(filter(None, words))
        texts = [str(self.values[index]) for index in self.typed]
        same = [text for text in texts if _said(text) == said]
        return most_typed(same) if same else self._rebuilt(words, texts, shares)

    def _rebuilt(self, words: Sequence[str], texts: Sequence[str], shares: Weights) -> str:
        """Each word in the form most people typed."""
        left = [iter(sameness.tokens(text)) for text in texts]
        found = ""
        for slot, word in zip(self.slots, words, strict=True):
            forms: dict[tuple[str, str], float] = defaultdict(float)
            for key, tokens, share in zip(slot, left, shares, strict=True):
                token = next(tokens) if key else None
                if token and key == word:
                    forms[token.before, token.form] += share
            if word:
                before, form = max(forms, key=lambda each: forms[each])
                found += before + form
        return found.strip()


def category(value: Value | Missing, question: Question) -> Category:
    """What a text says, as it is compared."""
    if value is None:
        return CANT_TELL
    if value is LEFT_OUT or says_nothing(str(value)):
        return NOTHING
    return sameness.key(str(value), str(question.settings.get("field") or "free"))


def likeness(one: Value | Missing, other: Value | Missing, question: Question) -> float:
    """The share of words two texts have in common, in order, 0 to 1."""
    first, second = category(one, question), category(other, question)
    if first == second:
        return 1.0
    if not isinstance(first, str) or not isinstance(second, str):
        return 0.0
    return rover.likeness(first.split(), second.split())


def _said(text: str) -> str:
    return " ".join(token.key for token in sameness.tokens(text))


def _kinds(said: Sequence[Said], weights: Weights) -> dict[Category, float]:
    """The weight of "a text", of "can't tell" and of "nothing here"."""
    kinds: dict[Category, float] = defaultdict(float)
    for each, weight in zip(said, weights, strict=True):
        if "" in each:
            kinds[each[""] if each[""] in {CANT_TELL, NOTHING} else TEXT] += weight
    return kinds
