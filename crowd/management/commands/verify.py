"""`manage.py verify PACKAGE`: see `crowd.rules.opendata.verify`, which needs no database either."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from crowd.rules.opendata import verify


class Command(BaseCommand):
    """Verify one package of open data."""

    help = "Make every verdict of a package anew, and say where it differs."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("package")
        parser.add_argument("--quick", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        quick = ["--quick"] if options["quick"] else []
        if code := verify.main([options["package"], *quick]):
            sys.exit(code)
