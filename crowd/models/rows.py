"""Rows that are read by the thousand, made quickly."""

from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models.base import ModelState


class QuickRow(models.Model):
    """A model whose rows, when read, are made from their values as they are.

    `Model.__init__` sets each field through its descriptors and sends two signals that nobody
    listens to: that is most of what reading a row costs. For models without a field that must
    know of being set (an ImageField with its size).
    """

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **_: Any
    ) -> Self:
        made = cls.__new__(cls)
        # What is not among them (`only`, `defer`) is looked up when it is asked for.
        made.__dict__.update(zip(field_names, values, strict=True))
        made._state = ModelState()
        made._state.adding, made._state.db = False, db
        return made
