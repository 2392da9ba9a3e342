"""The ways of being sure of a step, as two pages offer them: one before launch, one after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crowd.models import Step
from crowd.models.steps import Preset
from crowd.rules.problems import Problem
from crowd.services import expectations

USUAL = 3  # identical answers, or answers in all, where nobody has said how many
MOST = 20
# Preset → the field of a step that holds the one number people choose for it.
NUMBERS = {Preset.IDENTICAL.value: "agree", Preset.FIXED.value: "at_most"}


def outlook(*, step: Step, per_day: int) -> expectations.Outlook:
    """What each way costs, with the step's own number where it has one.

    Args:
        per_day: answers a day that come to the campaign; 0: no days are told.
    """
    return expectations.of_step(
        step=step,
        per_day=per_day,
        agree=step.agree if step.preset == Preset.IDENTICAL else USUAL,
        fixed=step.at_most if step.preset == Preset.FIXED else USUAL,
    )


def wanted(*, step: Step, sent: Mapping[str, str]) -> dict[str, Any] | None:
    """The policy that was chosen for a step, or None: it has it already, or nothing was chosen.

    Raises:
        Problem: `policy_unlikely`.
    """
    preset = sent.get(f"preset-{step.pk}", step.preset)
    offered = expectations.choices(
        agree=whole(sent.get(f"agree-{step.pk}", ""), USUAL, MOST),
        fixed=whole(sent.get(f"fixed-{step.pk}", ""), USUAL, MOST),
    )
    if preset not in offered:
        raise Problem("policy_unlikely")
    number = NUMBERS.get(preset)
    if preset == step.preset and (number is None or offered[preset][number] == _own(step, number)):
        return None
    return {"preset": preset, **offered[preset], "sure": None}


def whole(text: str, otherwise: int, most: int) -> int:
    """A number from 1 to `most` as typed, else another."""
    return min(int(text), most) or otherwise if text.isdecimal() and len(text) < 9 else otherwise


def _own(step: Step, number: str) -> int:
    return int(getattr(step, number))
