"""One step's questions as a form: what was typed, what is wrong, and the values it comes to."""

from frontend.answer_form.files import take_files
from frontend.answer_form.form import AnswerForm, again, answer_id, blank, values
from frontend.answer_form.typed import filled, given, says_something, typed

__all__ = [
    "AnswerForm",
    "again",
    "answer_id",
    "blank",
    "filled",
    "given",
    "says_something",
    "take_files",
    "typed",
    "values",
]
