"""manage.py signin_link [EMAIL] [--admin]: a link that signs an account in, once."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from crowd.models import User
from crowd.services import accounts

ADMIN_EMAIL = "admin@localhost"


class Command(BaseCommand):
    help = "Print a link that signs an account in once, within three days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", nargs="?", help=f"with --admin: {ADMIN_EMAIL} by default")
        parser.add_argument("--admin", action="store_true", help="make it an administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["admin"]:
            user = accounts.admin(email=options["email"] or ADMIN_EMAIL)
        elif not options["email"]:
            raise CommandError("Say whose: an e-mail address, or --admin.")
        else:
            found = User.objects.filter(email__iexact=options["email"]).first()
            user = found or User.objects.create_user(options["email"])
        self.stdout.write(accounts.make_link(user=user, origin=settings.TAMIS_ORIGIN))
