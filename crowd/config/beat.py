"""Celery's beat with a pulse: whoever looks after it can see that it still beats."""

from pathlib import Path
from typing import Any

from celery.beat import PersistentScheduler


class Scheduler(PersistentScheduler):
    """Celery's own scheduler, touching a file beside its schedule each time it looks at the clock.

    The schedule itself says nothing: some of the databases Python keeps it in are written on exit.
    """

    schedule_filename: str

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due.

        Returns:
            Seconds until the next look.
        """
        Path(f"{self.schedule_filename}.pulse").touch()
        waits: float = super().tick(*args, **kwargs)
        return waits
