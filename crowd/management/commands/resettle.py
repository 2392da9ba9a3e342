"""Settle a campaign anew from all its answers, and compare with its live verdicts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crowd.models import Campaign
from crowd.services import estimates, resettling
from crowd.services.resettling import Report


class Command(BaseCommand):
    """`manage.py resettle CAMPAIGN [--policy NAME] [--apply]`."""

    help = (
        "Applies the nightly rule to all answers of a campaign, which gives the same for any order "
        "of arrival, and says where its live verdicts differ. With --policy it says what another "
        "policy would have cost and changed. Nothing is changed without --apply."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", help="the last part of its address")
        parser.add_argument(
            "--policy", help="quick, careful, very_careful, identical:3:5 or fixed:4"
        )
        parser.add_argument(
            "--apply", action="store_true", help="revise the live verdicts, by the steps' policies"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign “{options['campaign']}”.")
        if options["policy"] and options["apply"]:
            raise CommandError("Change the steps' policies first, then apply without --policy.")
        try:
            policy = resettling.policy_named(options["policy"]) if options["policy"] else None
        except ValueError as wrong:
            raise CommandError(f"No such policy: {wrong}") from wrong
        for report in resettling.report(campaign=campaign, policy=policy):
            self._tell(report)
        if options["apply"]:
            revised = estimates.nightly(campaign_id=campaign.pk, now=timezone.now())
            self.stdout.write(f"{revised} verdicts revised")

    def _tell(self, report: Report) -> None:
        mean = report.needed / report.microtasks if report.microtasks else 0.0
        outcomes = ", ".join(f"{count} {name}" for name, count in sorted(report.outcomes.items()))
        self.stdout.write(
            f"{report.step.key} ({report.policy.kind}): {report.microtasks} micro-tasks, "
            f"{report.answers} answers of which {report.needed} needed ({mean:.2f} each); "
            f"{outcomes or 'nothing'}; {report.differing} differ from the live verdicts"
        )
        for each in report.differences:
            self.stdout.write(f"  {each.microtask_id}: {each.live} → {each.now}")
        if report.differing > len(report.differences):
            self.stdout.write(f"  … and {report.differing - len(report.differences)} more")
