"""The Celery application: three queues, tasks named in full, nothing pickled."""

import os

from celery import Celery
from celery.signals import worker_process_init

from crowd.config import tidiness

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowd.config.settings")

app = Celery(
    "tamis",
    # Named one by one: autodiscovery looks for `<app>.tasks` and would miss them.
    include=[
        "tasks.amendments",
        "tasks.announcements",
        "tasks.consensus",
        "tasks.deliveries",
        "tasks.documents",
        "tasks.exports",
        "tasks.layouts",
        "tasks.people",
        "tasks.mails",
        "tasks.microtasks",
        "tasks.moves",
        "tasks.queues",
        "tasks.ranks",
        "tasks.rollups",
        "tasks.streams",
        "tasks.targets",
        "tasks.webhooks",
    ],
)
app.config_from_object("django.conf:settings", namespace="CELERY")
# Who waits for a page comes before work that can wait: on a busy machine web processes and
# PostgreSQL get three times a worker's share of it.
COURTESY = 5

# Celery's current app belongs to the thread that made it; web threads send tasks, too.
app.set_default()


@worker_process_init.connect
def _settle(**_: object) -> None:
    tidiness.settle()
    os.nice(COURTESY)
