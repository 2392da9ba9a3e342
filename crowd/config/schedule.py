"""What beat sends, and when: each of these finds work that a lost message forgot."""

from datetime import timedelta

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE = {
    "cross-check what a lost message forgot": {
        "task": "tasks.consensus.settle_waiting",
        "kwargs": {"scheduled": True},
        "schedule": timedelta(seconds=3),
        "options": {"queue": "consensus", "expires": 10},
    },
    "estimate anew, at night": {
        "task": "tasks.consensus.estimate_all",
        "schedule": crontab(hour=2, minute=20),  # UTC
        "options": {"queue": "documents", "expires": 3600},
    },
    "estimate anew what has grown": {
        "task": "tasks.consensus.estimate_grown",
        "schedule": timedelta(seconds=20),
        "options": {"queue": "documents", "expires": 20},
    },
    "delete what is not kept for longer, at night": {
        "task": "tasks.people.sweep",
        "schedule": crontab(hour=3, minute=40),  # UTC
        "options": {"queue": "default", "expires": 3600},
    },
    "forget tokens of apps that are over, at night": {
        "task": "tasks.people.sweep_apps",
        "schedule": crontab(hour=3, minute=45),  # UTC
        "options": {"queue": "default", "expires": 3600},
    },
    "look for odd series of answers": {
        "task": "tasks.consensus.look_over",
        "schedule": timedelta(hours=1),
        "options": {"queue": "default", "expires": 1800},
    },
    "take back leases that ran out": {
        "task": "tasks.queues.expire_leases",
        "schedule": timedelta(seconds=15),
        "options": {"queue": "default", "expires": 30},
    },
    "forget drafts that were sent": {
        "task": "tasks.queues.sweep_drafts",
        "schedule": timedelta(minutes=5),
        "options": {"queue": "default", "expires": 300},
    },
    "refill the queues": {
        "task": "tasks.queues.refill_all",
        "schedule": timedelta(seconds=10),
        "options": {"queue": "default", "expires": 20},
    },
    "see which steps come to their end": {
        "task": "tasks.queues.look_for_endings",
        "schedule": timedelta(seconds=30),
        "options": {"queue": "default", "expires": 30},
    },
    "send the mails that wait": {
        "task": "tasks.mails.send_waiting",
        "schedule": timedelta(seconds=60),
        "options": {"queue": "default", "expires": 60},
    },
    "ask what came of campaigns whose deadline is past": {
        "task": "tasks.mails.ask_for_outcomes",
        "schedule": crontab(hour=8, minute=10),  # UTC
        "options": {"queue": "default", "expires": 3600},
    },
    "tell what became of last week's answers": {
        "task": "tasks.mails.tell_fates",
        "schedule": crontab(hour=8, minute=20),  # UTC
        "options": {"queue": "default", "expires": 3600},
    },
    "forget the mails of long ago": {
        "task": "tasks.mails.sweep",
        "schedule": crontab(hour=3, minute=40),  # UTC
        "options": {"queue": "default", "expires": 3600},
    },
    "tell streams what has become public": {
        "task": "tasks.streams.tell",
        "schedule": timedelta(seconds=5),
        "options": {"queue": "default", "expires": 5},
    },
    "send what webhooks are to be told": {
        "task": "tasks.webhooks.send_waiting",
        "schedule": timedelta(seconds=10),
        "options": {"queue": "default", "expires": 10},
    },
    "tell webhooks what is finished": {
        "task": "tasks.webhooks.look",
        "schedule": timedelta(seconds=60),
        "options": {"queue": "default", "expires": 60},
    },
    "forget what webhooks were told long ago": {
        "task": "tasks.webhooks.sweep",
        "schedule": crontab(hour=3, minute=50),  # UTC
        "options": {"queue": "default", "expires": 3600},
    },
    "count for the dashboards": {
        "task": "tasks.rollups.count_due",
        "schedule": timedelta(seconds=60),
        "options": {"queue": "default", "expires": 60},
    },
    "go on with changes after launch": {
        "task": "tasks.amendments.go_on",
        "schedule": timedelta(seconds=30),
        "options": {"queue": "default", "expires": 30},
    },
    "go on sending announcements": {
        "task": "tasks.announcements.go_on",
        "schedule": timedelta(seconds=60),
        "options": {"queue": "default", "expires": 60},
    },
    "go on sending thanks": {
        "task": "tasks.announcements.thank",
        "schedule": timedelta(seconds=60),
        "options": {"queue": "default", "expires": 60},
    },
    "go on splitting what was interrupted": {
        "task": "tasks.documents.go_on",
        "schedule": timedelta(seconds=3),
        "options": {"queue": "documents", "expires": 3},
    },
    "go on grouping and cutting what was interrupted": {
        "task": "tasks.layouts.resume_all",
        "schedule": timedelta(seconds=10),
        "options": {"queue": "documents", "expires": 10},
    },
    "go on reading what came together": {
        "task": "tasks.deliveries.resume_all",
        "schedule": timedelta(seconds=30),
        "options": {"queue": "documents", "expires": 60},
    },
    "take a snapshot of open data, at night": {
        "task": "tasks.exports.nightly",
        "schedule": crontab(hour=3, minute=10),  # UTC; after the estimates
        "options": {"queue": "default", "expires": 3600},
    },
    "go on with campaigns that move in or out": {
        "task": "tasks.moves.go_on",
        "schedule": timedelta(seconds=15),
        "options": {"queue": "documents", "expires": 15},
    },
    "see whether snapshots still name whom they may": {
        "task": "tasks.exports.look_over",
        "schedule": timedelta(minutes=5),
        "options": {"queue": "documents", "expires": 300},
    },
    "make snapshots, and rewrite those with something withdrawn": {
        "task": "tasks.exports.go_on",
        "schedule": timedelta(seconds=10),
        "options": {"queue": "documents", "expires": 10},
    },
    "remind of targets whose time is nearly over": {
        "task": "tasks.targets.remind",
        "schedule": timedelta(minutes=15),
        "options": {"queue": "default", "expires": 900},
    },
    "tell those who follow a target": {
        "task": "tasks.targets.tell_followers",
        "schedule": timedelta(minutes=10),
        "options": {"queue": "default", "expires": 600},
    },
    "delete files that nobody names": {
        "task": "tasks.targets.sweep_files",
        "schedule": timedelta(hours=1),
        "options": {"queue": "default", "expires": 1800},
    },
    "rebuild or catch up with the boards": {
        "task": "tasks.ranks.catch_up",
        "schedule": timedelta(seconds=10),
        "options": {"queue": "default", "expires": 20},
    },
    "give badges, notice goals, log experiments": {
        "task": "tasks.ranks.reward",
        "schedule": timedelta(seconds=10),
        "options": {"queue": "default", "expires": 10},
    },
    "give badges that nobody noticed": {
        "task": "tasks.ranks.reward_all",
        "schedule": crontab(hour=3, minute=40),  # UTC
        "options": {"queue": "default", "expires": 3600},
    },
}
