"""Filters of lists: parameters of the address, each with a sentence when it does not fit."""

import django_filters
from django.utils.translation import gettext as _

MOST = 2**31 - 1  # beyond it PostgreSQL's whole numbers end


class Filters(django_filters.FilterSet):  # type: ignore[misc]
    """Filters that take an empty value for a mistake: whoever sends one did not mean everything."""

    def is_valid(self) -> bool:
        valid = bool(super().is_valid())
        empty = [name for name in self.filters if self.data.get(name) == ""]
        for name in empty:
            self.form.add_error(name, _("Give a value, or leave it out."))
        return valid and not empty
