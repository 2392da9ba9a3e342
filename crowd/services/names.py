"""Names: what anyone may be told of who someone is."""

from django.utils.translation import gettext as _

from crowd.models import Contributor


def shown(contributor: Contributor | None) -> str:
    """The pseudonym of who chose one and to be listed (DESIGN, rule 6); "A volunteer" otherwise.

    Names that were taken away (`services.complaints`) are gone from the row itself, so that nothing
    here, and no board, export or socket, has to know of it.
    """
    if contributor is None or not contributor.listed or contributor.forgotten_at:
        return _("A volunteer")
    return contributor.pseudonym or _("A volunteer")
