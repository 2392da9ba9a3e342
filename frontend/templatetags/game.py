"""The game in words: levels, badges and their rules, goals."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from crowd.rules.levels import Level
from crowd.services import deeds
from frontend.printing import certificate as printing

register = template.Library()

LEVELS = {
    Level.NEWCOMER: _("Newcomer"),
    Level.GRAIN: _("A grain"),
    Level.HANDFUL: _("A handful"),
    Level.BOWL: _("A bowl"),
    Level.BASKET: _("A basket"),
    Level.SACK: _("A sack"),
    Level.BARROW: _("A barrow"),
    Level.CART: _("A cart"),
    Level.BARGE: _("A barge"),
    Level.GRANARY: _("A granary"),
    Level.MILL: _("A mill"),
}

RULES = {
    "first": _("Others have confirmed an answer of yours for the first time."),
    "tie_breaker": _("People disagreed; your answer came last, settled it and was right."),
    "deciphered": _("You could read what someone else could not, and others confirmed it."),
    "honest_doubt": _("You said that you can't tell, and others agreed that nobody can."),
    "sharp_eye": _("You noticed that an excerpt was badly cut, and others confirmed it."),
    "gleaner": _("A find of yours was good enough for the campaign's page."),
    "all_rounder": _("Confirmed answers to four different kinds of questions."),
    "whole_document": _("You answered about every excerpt of a document of three or more."),
    "back_again": _("You gave answers in four different weeks, however far apart."),
    "reviewer": _("You decided, as a reviewer, about an excerpt that waited for it."),
    "welcomer": _("Someone came by your invitation link, and an answer of theirs was confirmed."),
    "changed_something": _("A campaign you helped has told what came of it."),
}

assert deeds.NUMBERS == {"kinds": 4, "weeks": 4, "smallest": 3}  # as the rules above say


@register.filter
def level_name(level: Level) -> Any:
    """A level as people call it."""
    return LEVELS[level]


@register.filter
def badge_rule(kind: str) -> Any:
    """What a badge is given for, in a sentence."""
    return RULES[kind]


@register.filter
def certified(certificate: Any) -> list[str]:
    """What a certificate says, one sentence a line."""
    return printing.sentences(certificate)
