"""manage.py api_key EMAIL NAME: a key for scripts, printed once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crowd.models import Campaign, User
from crowd.models.users import Scope
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import accounts


class Command(BaseCommand):
    help = "Make an API key that acts for an account, and print it this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name", help="what the key is for")
        parser.add_argument(
            "--scope",
            action="append",
            choices=Scope.values,
            help="what it may do (several times; everything by default)",
        )
        parser.add_argument("--campaign", help="the slug of the only campaign it reaches")
        parser.add_argument("--days", type=int, help="until it expires (never by default)")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"No account has the address {options['email']}.")
        campaign = None
        if options["campaign"]:
            campaign = Campaign.objects.filter(slug=options["campaign"]).first()
            if campaign is None:
                raise CommandError(f"There is no campaign {options['campaign']}.")
        try:
            secret = accounts.make_key(
                user=user,
                name=options["name"],
                now=timezone.now(),
                days=options["days"],
                scopes=options["scope"],
                campaign=campaign,
            )
        except Problem as problem:
            raise CommandError(sentence(problem)) from problem
        self.stdout.write(secret)
