"""What the measurements write goes on fitting the models."""

import pytest
from django.utils import timezone

from crowd.models import Answer, MicroTask
from crowd.services import consensus
from tests import builders
from tests.bench import filling

pytestmark = pytest.mark.django_db


def test_a_campaign_written_at_one_blow_plays_on_like_any_other() -> None:
    drive = builders.drive(excerpts=0, agree=3, at_most=3)
    filling.fill(
        campaign=drive.campaign.pk,
        step=drive.step().pk,
        document=drive.document.pk,
        microtasks=12,
        crowd=5,
    )
    written = MicroTask.objects.filter(answers__isnull=False).distinct()
    ids = list(written.values_list("pk", flat=True))
    assert (len(ids), Answer.objects.count()) == (12, 24)
    assert consensus.settle(microtask_ids=ids, now=timezone.now()) == 12
