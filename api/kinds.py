"""Every kind of problem the API answers with: its status, and what it says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crowd.sentences import SENTENCES


@dataclass(frozen=True)
class Kind:
    """One kind of problem.

    Attributes:
        status: of the HTTP response.
        title: what it is, in a few words.
        detail: what to do, unless the occasion knows better.
    """

    status: int
    title: str | Promise
    detail: str | Promise


KINDS: Mapping[str, Kind] = {
    "parse_error": Kind(
        400, _("The request can't be read"), _("The body of this request can't be read.")
    ),
    "bad_request": Kind(400, _("The request was refused"), _("This request is not well formed.")),
    "invalid_header": Kind(
        400, _("A header does not fit"), _("Some headers do not fit: see “errors”.")
    ),
    "invalid_parameter": Kind(
        400,
        _("A parameter does not fit"),
        _("Some parameters of the address do not fit: see “errors”."),
    ),
    "not_authenticated": Kind(
        401,
        _("An identity is needed"),
        _(
            "This needs an identity: an API key, a sign-in, or a guest's token "
            "(POST /api/v1/contributors gives one)."
        ),
    ),
    "authentication_failed": Kind(
        401,
        _("Unknown key or token"),
        _("This key or token is unknown, has expired or was revoked."),
    ),
    "permission_denied": Kind(403, _("Not allowed"), _("Only the campaign's team may do this.")),
    "scope_missing": Kind(
        403,
        _("The key may not do this"),
        _("This key lacks a scope. Make a key that has it on the page of your account."),
    ),
    "key_of_one_campaign": Kind(
        403,
        _("Beyond the key's campaign"),
        _("This key is for one campaign, and this concerns more than that."),
    ),
    "people_only": Kind(
        403,
        _("Only people do this"),
        _("No key may do this, whatever its scopes: sign in, and do it on the page about you."),
    ),
    "made_by_people": Kind(
        403,
        _("Keys are made by people"),
        _("A key can't make another: sign in, and make it on the page of your account."),
    ),
    "not_a_machine": Kind(
        403,
        _("For machines"),
        _("Only a machine of this campaign may do this, with the token it was made with."),
    ),
    "machine_stopped": Kind(403, _("The machine was stopped"), SENTENCES["machine_stopped"]),
    "machine_elsewhere": Kind(403, _("Another campaign's machine"), SENTENCES["machine_elsewhere"]),
    "campaign_not_open": Kind(409, _("Not open"), SENTENCES["campaign_not_open"]),
    "launching_not_allowed": Kind(
        403, _("Launching is not allowed"), SENTENCES["launching_not_allowed"]
    ),
    "csrf_failed": Kind(
        403,
        _("The CSRF token is missing"),
        _("A request with our cookies must carry the page's token in X-CSRFToken."),
    ),
    "not_found": Kind(
        404, _("Nothing here"), _("There is nothing at this address, or nothing for you.")
    ),
    "no_board": Kind(404, _("No leaderboard"), _("This campaign has no leaderboard.")),
    "no_game": Kind(
        404, _("No game"), _("Points, badges and teams are switched off here, or by you.")
    ),
    "method_not_allowed": Kind(
        405, _("Method not allowed"), _("This address does not take this method: see “Allow”.")
    ),
    "not_acceptable": Kind(
        406, _("Not in that format"), _("This address has nothing in a format that you accept.")
    ),
    "lease_ended": Kind(
        409,
        _("The lease has ended"),
        _("This lease has ended already. You may still answer, or ask for the next one."),
    ),
    "answer_settled": Kind(
        409,
        _("The answer stays as it is"),
        _("It has been settled meanwhile, or does not count: there is nothing to correct."),
    ),
    "not_now": Kind(
        409, _("Not in this state"), _("What this is about is in a state that does not allow this.")
    ),
    "someone_changed_it": Kind(409, _("Someone else changed it"), SENTENCES["someone_changed_it"]),
    "still_working": Kind(409, _("Being worked on"), SENTENCES["still_working"]),
    "steps_in_play": Kind(409, _("The campaign has been opened"), SENTENCES["steps_in_play"]),
    "withdrawn": Kind(
        410,
        _("Being written anew"),
        _(
            "Something in this must not be public any more. It is being written anew without it: "
            "please come back in a minute."
        ),
    ),
    "too_large": Kind(413, _("The request is too large"), _("Please send less at once.")),
    "unsupported_media_type": Kind(
        415, _("Unknown type of content"), _("This address does not take this type of content.")
    ),
    "invalid": Kind(
        422, _("The request does not fit"), _("Some of what was sent does not fit: see “errors”.")
    ),
    "key_reused": Kind(422, _("A key that was used before"), SENTENCES["key_reused"]),
    "invalid_answer": Kind(
        422,
        _("The answer does not fit"),
        _("Some values do not fit their questions: see “errors”. Nothing was stored."),
    ),
    "files_refused": Kind(
        422, _("No file was taken"), _("None of the files was taken: see “errors”.")
    ),
    "too_many_kept": Kind(
        429,
        _("Too many kept requests"),
        _("Too many requests with an Idempotency-Key have been kept for you today."),
    ),
    "throttled": Kind(
        429,
        _("Too many requests"),
        _("This key or token has asked too often. Please go on when “Retry-After” is over."),
    ),
    "error": Kind(
        500,
        _("Something went wrong"),
        _("Something went wrong on our side. Sending the same again is safe."),
    ),
    "unavailable": Kind(
        503, _("Away for a moment"), _("A part of the site is away. Please try again in a moment.")
    ),
}
