"""Deliveries: what came together, how far its reading is, and what of it was refused."""

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from crowd import later
from crowd.models import Campaign, Delivery, Document, Refusal
from crowd.models.deliveries import DeliveryKind
from crowd.rules import addresses as network
from crowd.rules.archives import printable
from crowd.rules.lifecycle import DeliveryState
from crowd.rules.problems import Problem
from crowd.services import intake

logger = logging.getLogger(__name__)

# What may be over by now.
PASSING = ("fetch_failed", "fetch_slow", "fetch_status", "fetch_unknown_host", "fetch_certificate")
UNFINISHED = (DeliveryState.RECEIVED.value, DeliveryState.READING.value)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """One outermost delivery, with all that is nested in it.

    Attributes:
        known: entries to read; None until somebody has looked.
        done, refused, documents: of these entries.
        unfinished: whether something of it is still to be read.
    """

    delivery: Delivery
    known: int | None
    done: int
    refused: int
    documents: int
    unfinished: bool


def take(
    *,
    campaign: Campaign,
    upload: BinaryIO,
    name: str,
    now: datetime,
    source_url: str = "",
    delivery: Delivery | None = None,
) -> Document | Delivery:
    """Take any file: a document, or an archive, a list of addresses, a IIIF manifest.

    Args:
        delivery: of several files that come at once (`begin`); it keeps what is refused, too.

    Raises:
        Problem: the file can't be taken.
    """
    try:
        made = _stored(
            campaign=campaign,
            upload=upload,
            name=name,
            now=now,
            source_url=source_url,
            inside=delivery,
        )
        with transaction.atomic():
            kept = intake.keep(made=made)
            _count(delivery)
    except Problem as problem:
        if delivery is not None:
            with transaction.atomic():
                refuse(delivery=delivery, position=None, name=name, problem=problem, now=now)
                _count(delivery)
        raise
    return kept


def _stored(**about: Any) -> Document | Delivery:
    """What became of a file that somebody waits for: without room they are told, not made to."""
    try:
        return intake.store(**about)
    except OSError as wrong:
        logger.exception("A file can't be stored")
        raise Problem("storage_failed") from wrong


def begin(*, campaign: Campaign, name: str, now: datetime, source_url: str = "") -> Delivery:
    """A delivery of files that come at once: give it to `take` with each of them."""
    return Delivery.objects.create(
        campaign=campaign,
        kind=DeliveryKind.FILES,
        name=printable(name)[-500:],
        source_url=source_url,
        state=DeliveryState.READ.value,
        entries_known=0,
        received_at=now,
        finished_at=now,
    )


def receive_urls(*, campaign: Campaign, addresses: Sequence[str], now: datetime) -> Delivery:
    """Have these web addresses fetched.

    Raises:
        Problem: no address, one that is none, or too many.
    """
    targets = [network.target(address).url for address in addresses if address.strip()]
    if not targets:
        raise Problem("list_empty")
    if len(targets) > settings.TAMIS_MAX_ENTRIES:
        raise Problem("list_too_long", most=settings.TAMIS_MAX_ENTRIES)
    name = targets[0] if len(targets) == 1 else f"{targets[0]} … ({len(targets)})"
    upload = io.BytesIO("\n".join(targets).encode())
    made = intake.store(campaign=campaign, upload=upload, name=name, now=now)
    return cast(Delivery, intake.keep(made=made))


def receive_iiif(*, campaign: Campaign, address: str, now: datetime) -> Delivery:
    """Have the pictures of a IIIF manifest, or of all manifests of a collection, fetched.

    Raises:
        Problem: `url_invalid`.
    """
    target = network.target(address)
    return cast(
        Delivery,
        intake.keep(
            made=Delivery(
                campaign=campaign,
                kind=DeliveryKind.IIIF,
                name=target.url[-500:],
                source_url=target.url,
                received_at=now,
            )
        ),
    )


def stop(*, delivery: Delivery, now: datetime) -> None:
    """Read no further: what became documents stays, the rest waits until it is resumed."""
    Delivery.objects.of(delivery).unfinished().update(
        state=DeliveryState.STOPPED.value, finished_at=now
    )
    delivery.refresh_from_db()


def resume(*, delivery: Delivery) -> None:
    """Read on from where a delivery was stopped, or where it failed."""
    with transaction.atomic():
        family = list(Delivery.objects.of(delivery).values_list("pk", flat=True))
        for pk in family:
            # Rival: a second click. Only one of us finds it stopped.
            if Delivery.objects.filter(pk=pk).restart():
                later.after_commit(intake.READ, queue="documents", delivery_id=pk)
    delivery.refresh_from_db()


def fetch_again(*, delivery: Delivery, now: datetime) -> Delivery:
    """Fetch once more what a list's servers did not give: a delivery of its own.

    Raises:
        Problem: `list_empty`, nothing of it is worth trying again.
    """
    failed = delivery.refusals.filter(problem_code__in=PASSING).order_by("position")
    addresses = list(failed.values_list("name", flat=True)) if delivery.kind == "urls" else []
    with transaction.atomic():
        made = receive_urls(campaign=delivery.campaign, addresses=addresses, now=now)
        failed.delete()
    return made


def of_campaign(*, campaign: Campaign) -> list[Summary]:
    """What came to a campaign together, the latest first."""
    return summaries(list(campaign.deliveries.outermost().order_by("-pk")))


def summaries(found: Sequence[Delivery]) -> list[Summary]:
    """How far these deliveries are, with the archives that are nested in them."""
    nested = Delivery.objects.filter(within__in=found)
    families: dict[int, list[Delivery]] = {each.pk: [each] for each in found}
    for inner in nested:
        families[inner.within_id or 0].append(inner)
    members = [each.pk for family in families.values() for each in family]
    refused = _counted(Refusal.objects.filter(delivery__in=members))
    documents = _counted(Document.objects.filter(delivery__in=members))
    return [_summary(families[each.pk], refused, documents) for each in found]


def refusals(*, delivery: Delivery) -> QuerySet[Refusal]:
    """What was refused of a delivery and of all that is nested in it."""
    found = Refusal.objects.filter(Q(delivery=delivery) | Q(delivery__within=delivery))
    return found.select_related("delivery").order_by("pk")


def dismiss(*, refusal: Refusal) -> None:
    """Somebody of the team has read what was refused, and does not want to see it any more."""
    refusal.delete()


def refuse(
    *, delivery: Delivery, position: int | None, name: str, problem: Problem, now: datetime
) -> None:
    """Keep one sentence about an entry that could not become a document."""
    Refusal.objects.create(
        delivery=delivery,
        position=position,
        name=printable(name)[-500:],
        problem_code=problem.code,
        problem_params=problem.params,
        refused_at=now,
    )


def _count(delivery: Delivery | None) -> None:
    if delivery is not None:
        Delivery.objects.filter(pk=delivery.pk).update(
            entries_known=F("entries_known") + 1, entries_done=F("entries_done") + 1
        )


def _counted(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("delivery").annotate(count=Count("pk")))


def _summary(family: list[Delivery], refused: dict[int, int], documents: dict[int, int]) -> Summary:
    known = sum(each.entries_known or 0 for each in family)
    return Summary(
        delivery=family[0],
        known=None if family[0].entries_known is None else known,
        done=sum(each.entries_done for each in family),
        refused=sum(refused.get(each.pk, 0) for each in family),
        documents=sum(documents.get(each.pk, 0) for each in family),
        unfinished=any(each.state in UNFINISHED for each in family),
    )
