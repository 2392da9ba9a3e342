"""People in templates: what may be told of who they are."""

from __future__ import annotations

from django import template

from crowd.models import Contributor
from crowd.services import names

register = template.Library()


@register.filter
def name(contributor: Contributor | None) -> str:
    """The name anyone may read."""
    return names.shown(contributor)
