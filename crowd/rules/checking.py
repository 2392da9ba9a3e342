"""Checks of files: what the verdict of a check means for the file it is about.

A question of the check says what its options mean, in its setting `decides`:
`{"no": "refuse", "yes": "publish"}`. Of several questions the most careful one counts.
"""

from collections.abc import Mapping, Sequence

from crowd.rules.entries.checks import Deed
from crowd.rules.questions import Question, Value, is_shown


def deed_of(questions: Sequence[Question], verdict: Mapping[str, Value]) -> Deed | None:
    """What a check's verdict asks for; None leaves the file as it is, for a reviewer.

    Args:
        questions: of the check, in order.
        verdict: question key → settled value; absent or None: no value.
    """
    deeds = set()
    for question in questions:
        decides = question.settings.get("decides")
        if not decides or not is_shown(question, verdict):
            continue
        value = verdict.get(question.key)
        if not isinstance(value, str):
            return None  # nobody can tell: a reviewer must look
        if value in decides:
            deeds.add(Deed(decides[value]))
    return next((deed for deed in Deed if deed in deeds), None)
