"""The log of a campaign in words: what somebody changed, in the reader's language.

Whoever adds a verb that a team calls adds its line here; `services.changes.record` takes no other.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, Any] = {
    # the campaign
    "campaign.made": _("made the campaign"),
    "campaign.imported": _("made the campaign from a file"),
    "campaign.edited": _("changed the cause: %(fields)s"),
    "campaign.picture_set": _("gave the story a picture"),
    "campaign.picture_removed": _("took the picture off the story"),
    "campaign.opened": _("opened the campaign"),
    "campaign.paused": _("paused the campaign"),
    "campaign.closed": _("closed the campaign"),
    "campaign.game": _("chose how the game is played: %(game)s"),
    "campaign.outcome_told": _("told what came of it"),
    # steps and questions
    "step.added": _("added the step “%(step)s”"),
    "step.edited": _("changed the step “%(step)s”"),
    "step.removed": _("deleted the step “%(step)s”"),
    "step.moved": _("moved the step “%(step)s”"),
    "step.policy": _("changed how sure “%(step)s” must be: %(policy)s"),
    "steps.replaced": _("replaced all steps by those of a file"),
    "amendment.policy": _("applied another policy to “%(step)s”, to the answers that were there"),
    "amendment.wording": _("corrected the wording of “%(question)s”; all answers stay"),
    "amendment.meaning": _("changed what “%(question)s” asks; answers to it are set aside"),
    "amendment.wording_of_step": _("corrected the words of the step “%(step)s”; all answers stay"),
    "amendment.meaning_of_step": _(
        "corrected the words of the step “%(step)s”; answers to it are set aside"
    ),
    "campaign.deadline": _("moved the deadline to %(date)s"),
    "announcement.made": _("announced “%(title)s”"),
    "announcement.withdrawn": _("took back the announcement “%(title)s”"),
    "known_answers.drawn": _("took %(count)s known answers"),
    "audit.drawn": _("drew %(count)s verdicts to be looked at again"),
    # try-outs
    "tryout.begun": _("began a try-out"),
    "tryout.ended": _("ended the try-out"),
    # the team
    "team.invited": _("invited %(whom)s as %(role)s"),
    "team.invitation_revoked": _("took back the invitation of %(whom)s"),
    "team.joined": _("joined the team as %(role)s"),
    "team.role": _("made %(whom)s %(role)s"),
    "team.left": _("left the team"),
    "team.removed": _("removed %(whom)s from the team"),
    # who else is told
    "webhook.made": _("added a webhook to %(host)s"),
    "webhook.changed": _("changed what the webhook to %(host)s is told"),
    "webhook.stopped": _("stopped the webhook to %(host)s"),
    "webhook.resumed": _("let the webhook to %(host)s go on"),
    "webhook.rotated": _("replaced the secret of the webhook to %(host)s"),
    "webhook.removed": _("removed the webhook to %(host)s"),
    # machine volunteers
    "machine.made": _("let the machine “%(name)s” take part"),
    "machine.suggests": _("had what the machine “%(name)s” says shown to volunteers"),
    "machine.silent": _("had what the machine “%(name)s” says no longer shown to volunteers"),
    "machine.stopped": _("stopped the machine “%(name)s”"),
    "machine.resumed": _("let the machine “%(name)s” go on"),
    # files that volunteers sent, and what they said of targets
    "upload.published": _("published a file that a volunteer sent"),
    "upload.redacted": _("blacked out and published a file that a volunteer sent"),
    "upload.refused": _("refused a file that a volunteer sent"),
    "comment.published": _("published a comment"),
    "comment.hidden": _("hid a comment"),
    # what came in, and how it is cut
    "documents.brought": _("brought documents: %(name)s"),
    "documents.stop": _("stopped the cutting of %(name)s"),
    "documents.resume": _("let the cutting of %(name)s go on"),
    "documents.retry": _("had %(name)s cut once more"),
    "documents.cut_otherwise": _("had %(name)s cut in another way"),
    "documents.removed": _("removed the document %(name)s"),
    "documents.all_stop": _("stopped the cutting of %(count)s documents"),
    "documents.all_resume": _("let the cutting of %(count)s documents go on"),
    "documents.all_retry": _("had %(count)s documents cut once more"),
    "delivery.stop": _("stopped reading %(name)s"),
    "delivery.resume": _("let the reading of %(name)s go on"),
    # zones and cuts
    "layout.renamed": _("called the layout “%(layout)s” “%(name)s”"),
    "layout.merged": _("put the layouts “%(layout)s” and “%(into)s” together"),
    "layout.moved": _("put the document %(name)s into another layout"),
    "layout.stop": _("stopped the cutting of documents like “%(layout)s”"),
    "layout.resume": _("let the cutting of documents like “%(layout)s” go on"),
    "page.placed": _("showed how page %(page)s of %(name)s lies"),
    "page.ignored": _("said that nothing is to be cut from page %(page)s of %(name)s"),
    "zones.drawn": _("drew the zones of “%(layout)s”: %(count)s"),
    "zones.applied": _("had the documents like “%(layout)s” cut by their zones"),
    "zone.mended": _("mended the zone “%(zone)s” in all documents"),
    "cut.mended": _("mended a cut of “%(document)s”"),
    "cut.kept": _("kept a cut of “%(document)s” as it was"),
    # reviews
    "review.decided": _("decided what an excerpt says (“%(step)s”)"),
    "review.withdrawn": _("took back what a reviewer had decided (“%(step)s”)"),
    "review.asked_more": _("had one more person asked (“%(step)s”)"),
    "flag.restored": _("let an odd series of answers decide again"),
    "flag.held": _("held an odd series of answers out"),
    "known_answers.written": _("wrote a known answer"),
    # documents
    "report.upheld": _("kept a reported excerpt hidden"),
    "report.dismissed": _("showed a reported excerpt again"),
    "words.taken_away": _("took words away that someone complained about (%(about)s)"),
    "find.shown": _("showed a find"),
    "find.hidden": _("did not show a find"),
}


def words(*, what: str, details: Mapping[str, Any]) -> str:
    """One change, said after the name of who made it: "anne@… *opened the campaign*".

    Raises:
        KeyError: nobody wrote this change's line, or its details lack what the line tells.
    """
    return str(WORDS[what]) % details
