"""The tables of a package that are made of its proofs: verdicts and votes, plain cells only."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crowd.rules.opendata.cells import cell, guarded
from crowd.rules.opendata.columns import Column
from crowd.rules.opendata.proofs import AskedStep, Proof

Field = tuple[str, str, str]
"""Name, type and sentence of a column."""

VERDICT_FIELDS: Sequence[Field] = (
    ("microtask", "integer", "Number of the micro-task: one step asked about one excerpt."),
    ("excerpt", "integer", "Number of the excerpt."),
    ("step", "string", "Key of the step."),
    ("about", "string", "Of a follow-up, which option it is about."),
    ("question", "string", "Key of the question; empty where the cut was found to be bad."),
    ("outcome", "string", "settled, contested, cant_tell, left_empty, unasked or set_aside."),
    ("value", "string", "What was concluded, as in excerpts.csv."),
    ("confidence", "number", "How probable it is that the value is right, when it was concluded."),
    ("answers", "integer", "How many answers count."),
    ("support", "integer", "How many of them say exactly this."),
    ("by", "string", "What settled it: answers, review or known answer."),
    ("revision", "integer", "How often the verdict was made; earlier ones are corrections."),
    ("made_at", "string", "When, in UTC (ISO 8601)."),
    ("rule_version", "string", "The rule of the cross-check."),
    ("now_outcome", "string", "What the weights of this release make of the same votes."),
    ("now_value", "string", "Likewise the value."),
    ("now_confidence", "number", "Likewise the confidence."),
)
VOTE_FIELDS: Sequence[Field] = (
    ("vote", "string", "Name of the vote in this release; of a review: review."),
    ("microtask", "integer", "What it is about."),
    ("excerpt", "integer", "Number of the excerpt."),
    ("step", "string", "Key of the step."),
    ("about", "string", "Of a follow-up, which option it is about."),
    ("voter", "string", "Who: a name of this release alone; empty for a review."),
    ("question", "string", "Key of the question."),
    ("said", "string", "value, cant_tell, nothing or badly_cut."),
    ("row", "integer", "Of several options, rows or marks: which, from 1."),
    ("column", "string", "Of a table's cell: which column; of a mark: which part."),
    ("value", "string", "What was said."),
    ("weight", "number", "Log-odds of that person being right there, by the recorded weights."),
    ("agrees", "integer", "1 if the vote says all that the verdict says."),
    ("machine", "integer", "1 if it is a machine's."),
)
WEIGHT_FIELDS: Sequence[Field] = (
    ("voter", "string", "Who: a name of this release alone."),
    ("step", "string", "Key of the step."),
    ("question", "string", "Key of the question."),
    ("right", "string", "What is right there."),
    ("said", "string", "What they said."),
    ("count", "number", "How often, in expectation."),
)
CORRECTION_FIELDS: Sequence[Field] = (
    ("microtask", "integer", "Number of the micro-task."),
    ("excerpt", "integer", "Number of the excerpt."),
    ("revision", "integer", "Which verdict, from 1; the last one holds."),
    ("made_at", "string", "When, in UTC (ISO 8601)."),
    ("by", "string", "What settled it: answers, review or known answer."),
    ("question", "string", "Key of the question."),
    ("outcome", "string", "How it ended then."),
    ("value", "string", "What was concluded then."),
    ("confidence", "number", "How sure it was then."),
    ("answers", "integer", "How many answers counted then."),
)
CREDIT_FIELDS: Sequence[Field] = (
    ("name", "string", "Pseudonym of someone who took part and agreed to be named."),
)
LINK_FIELDS: Sequence[Field] = (
    ("excerpt", "integer", "Number of the excerpt."),
    ("page", "string", "Address of its page, with its verdicts and their proof."),
    ("picture", "string", "Address of its picture (WebP), if it has one."),
    ("width", "integer", "Pixels of that picture."),
    ("height", "integer", "Pixels of that picture."),
    ("source", "string", "Where the document was found, if that was said."),
)
WITHDRAWN_FIELDS: Sequence[Field] = (
    ("excerpt", "integer", "Number of an excerpt that is in these data no more."),
    ("withdrawn_at", "string", "Since when, in UTC (ISO 8601)."),
)
VERDICT = tuple(name for name, _, _ in VERDICT_FIELDS)
VOTE = tuple(name for name, _, _ in VOTE_FIELDS)
WEIGHT = tuple(name for name, _, _ in WEIGHT_FIELDS)


def link_row(record: Mapping[str, Any], origin: str) -> list[str]:
    """Where an excerpt is shown, as cells of a CSV.

    Args:
        origin: scheme and host of the site.
    """
    number, picture = record["excerpt"], record["picture"]
    shown: list[Any] = ["", None, None]
    if picture:
        width = picture["widths"][-1]
        height = round(picture["height"] * width / picture["width"]) or 1
        shown = [f"{origin}/pictures/{number}/{width}.webp", width, height]
    return list(map(cell, [number, f"{origin}/excerpts/{number}/", *shown, record["source"]]))


def verdict_rows(proof: Proof, _steps: Mapping[str, AskedStep]) -> Iterator[list[str]]:
    """One row a question, as cells of a CSV."""
    verdict, now = proof["verdict"], proof["now"]
    start = [proof["microtask"], proof["excerpt"], proof["step"], proof["about"]]
    common = [verdict["by"], verdict["revision"], verdict["made_at"], verdict["rule_version"]]
    for key, said in verdict["values"].items() or [("", {})]:
        told = [said.get("outcome", verdict["outcome"]), said.get("value")]
        told += [said.get("confidence", verdict["confidence"])]
        told += [said.get("answers"), said.get("support")]
        again = now["values"].get(key, {})
        later = [again.get("outcome", now["outcome"]), again.get("value"), again.get("confidence")]
        yield list(map(cell, [*start, key, *told, *common, *later]))


def vote_rows(proof: Proof, steps: Mapping[str, AskedStep]) -> Iterator[list[str]]:
    """One row a question, option or cell, as cells of a CSV."""
    asked = [question.key for question in steps[proof["step"]].questions]
    for vote in proof["votes"]:
        start = [vote["vote"], proof["microtask"], proof["excerpt"], proof["step"]]
        start += [proof["about"], vote["voter"]]
        end = [vote["weight"], int(vote["agrees"]), int(vote["machine"])]
        said = [("", "badly_cut", None, "", None)] if vote["badly_cut"] else _said(vote, asked)
        for each in said:
            yield list(map(cell, [*start, *each, *end]))


def _said(vote: Mapping[str, Any], asked: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for key in asked:
        if key not in vote["values"]:
            continue
        value = vote["values"][key]
        if value is None:
            yield key, "cant_tell", None, "", None
        elif value == []:
            yield key, "nothing", None, "", None
        elif isinstance(value, list):
            yield from _members(key, value)
        else:
            yield key, "value", None, "", value


def _members(key: str, members: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    for number, member in enumerate(members, start=1):
        if not isinstance(member, Mapping):
            yield key, "value", number, "", member
            continue
        for column, part in member.items():
            if part is not None:
                text = " ".join(map(cell, part)) if isinstance(part, list) else part
                yield key, "value", number, column, text


def weight_rows(voter: str, step: str, sums: Mapping[str, Any]) -> Iterator[list[str]]:
    """One row a pair of labels. Counts are written with all their digits.

    Args:
        sums: question → right label → said label → expected count.
    """
    for question, confusion in sorted(sums.items()):
        for right, row in sorted(confusion.items()):
            for said, count in sorted(row.items()):
                yield [voter, step, question, right, said, repr(count)]


def fields(columns: Sequence[Column]) -> list[Field]:
    return [(guarded(each.name), each.type, each.about) for each in columns]
