"""The form of a step: what it says is its state, until it is kept.

Adding, moving and deleting questions are submits that give the same form back, changed; so it works
without JavaScript, and the page's script only asks for the same parts.
"""

from frontend.step_form.deeds import changed
from frontend.step_form.reading import read, rows_of, unsaved
from frontend.step_form.showing import Row, StepForm, form

__all__ = ["Row", "StepForm", "changed", "form", "read", "rows_of", "unsaved"]
