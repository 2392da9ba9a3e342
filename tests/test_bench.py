"""What the measurements write goes on fitting the models."""

from typing import Any

import pytest
from django.utils import timezone

from crowd.models import Answer, MicroTask
from crowd.services import consensus
from tests import builders
from tests.bench import filling

pytestmark = pytest.mark.django_db


def test_a_campaign_written_at_one_blow_plays_on_like_any_other() -> None:
    drive = builders.drive(excerpts=1, agree=3, at_most=3)
    document: Any = drive.campaign.documents.get()
    filling.fill(
        campaign=drive.campaign.pk,
        step=drive.step().pk,
        document=document.pk,
        microtasks=12,
        crowd=5,
    )
    written = MicroTask.objects.filter(excerpt__kind="row", answers__isnull=False).distinct()
    assert written.count() == 12
    assert Answer.objects.count() == 24
    assert consensus.settle(microtask_ids=written.values_list("pk"), now=timezone.now()) == 12
