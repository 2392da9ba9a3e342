"""Orders: where a campaign's micro-tasks stand, and putting them in another order."""

from collections.abc import Iterator, Sequence

from django.db import connection

from crowd.models import Campaign, Document, Excerpt
from crowd.rules import ordering
from crowd.rules.ordering import Order
from crowd.services import queues

AT_ONCE = 5000


def rank_of(*, excerpt: Excerpt, campaign: Campaign) -> int:
    """Where the micro-tasks about one excerpt stand in the campaign's order."""
    order = Order(campaign.order)
    return ordering.rank(
        order=order,
        document=excerpt.document_id,
        position=excerpt.position,
        priority=_cell(excerpt, campaign.order_column) if order is Order.COLUMN else "",
    )


def ranks_of_new(
    *, document: Document, excerpts: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """(excerpt, rank) of excerpts this transaction has made, given as (number, position)."""
    order = Order(document.campaign.order)
    if order is Order.COLUMN:
        made = Excerpt.objects.filter(pk__in=[number for number, _ in excerpts])
        made = made.select_related("document")
        return [(each.pk, rank_of(excerpt=each, campaign=document.campaign)) for each in made]
    pk = document.pk
    return [
        (number, ordering.rank(order=order, document=pk, position=at)) for number, at in excerpts
    ]


def _cell(excerpt: Excerpt, column: str) -> str:
    cells = dict(zip(excerpt.column_names, excerpt.cells, strict=False))
    return str(cells.get(column, excerpt.metadata.get(column, "")))


def apply(*, campaign: Campaign) -> int:
    """Give every micro-task its rank anew, a chunk a transaction, and rebuild the queues.

    Safe to run again after it was cut short.

    Returns:
        How many excerpts were ranked.
    """
    ranked = 0
    for chunk in _chunks(campaign):
        ids = [excerpt.pk for excerpt in chunk]
        ranks = [rank_of(excerpt=excerpt, campaign=campaign) for excerpt in chunk]
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE crowd_microtask m SET rank = given.rank
                FROM unnest(%s::bigint[], %s::bigint[]) AS given (excerpt, rank)
                WHERE m.excerpt_id = given.excerpt AND m.rank <> given.rank
                """,
                [ids, ranks],
            )
        ranked += len(chunk)
    queues.rebuild(campaign=campaign)
    return ranked


def _chunks(campaign: Campaign) -> Iterator[list[Excerpt]]:
    last = 0
    excerpts = Excerpt.objects.filter(campaign=campaign).select_related("document").order_by("pk")
    while chunk := list(excerpts.filter(pk__gt=last)[:AT_ONCE]):
        yield chunk
        last = chunk[-1].pk
