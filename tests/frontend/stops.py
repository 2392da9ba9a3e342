"""Where the walk stops: every page that volunteers see, by the name of its address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from tests.frontend import doing
from tests.frontend.town import APP_BACK, Town
from tests.frontend.walking import Stop

# Addresses that are no pages: files, parts of pages, and what only takes a form and leads on.
NO_PAGES = {
    *("card", "poster", "picture", "upload_picture", "story_picture", "social_card", "try_picture"),
    *("worker", "campaign_feed", "data_catalogue", "my_data", "certificate_pdf"),
    *("campaign_progress", "campaign_board", "numbers", "room_numbers"),
    *("deliver", "send_file", "goal", "switches", "choose_mails", "set_language", "set_theme"),
    *("take_back_find", "certificate_back", "team_leave", "team_join", "team_arrange"),
    *("room_leave", "revoke_key", "device_go_on", "sign_in_link", "welcome", "team_invitation"),
    *("launch_permit", "object", "report", "end_app", "remove_app"),
}


def _asked_by(app: Any) -> dict[str, str]:
    """What an app of others asks somebody's leave with (RFC 7636)."""
    return {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": APP_BACK,
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }


def play(made: Town) -> dict[str, list[Stop]]:
    """What one does: every question, every "nothing left"."""
    at = made.fixed
    held = f"/c/declarations/play/{at['held'].pk}/"
    row = f"/c/mobilite/play/{at['row_held'].pk}/"
    kinds = f"/c/kinds/play/{at['kinds_held'].pk}/"
    taken = f"/c/{at['collecting'].slug}/play/{at['taken'].pk}/"
    return {
        "play": [
            *(
                Stop(f"/c/{slug}/play/?why={why}", "newcomer")
                for slug, why in (
                    ("letters", "complete"),
                    ("letters", "all_yours"),
                    ("letters", "filtered"),
                    ("letters", "to_take_on"),
                    ("letters", "all_lent"),
                    ("letters", "checking"),
                    ("paused", "not_open"),
                    ("done", "not_open"),
                )
            )
        ],
        "assignment": [
            Stop(held, "newcomer"),
            Stop(row, "newcomer"),
            Stop(row, "newcomer", doing.refused),
            Stop(kinds, "newcomer"),
            Stop(kinds, "newcomer", doing.filled),
            Stop(kinds, "newcomer", doing.keys),
            Stop(taken, "player"),
            Stop(f"/c/suggested/play/{at['suggested'].pk}/", "newcomer"),
            Stop(f"/c/hidden/play/{at['gone'].pk}/", "newcomer"),
            Stop(f"/c/letters/play/{at['waiting'].assignment_id}/", "player"),
        ],
        "correct": [
            Stop(f"/c/letters/play/{at['waiting'].assignment_id}/correct/", "player"),
            Stop(f"/c/letters/play/{at['settled_lease']}/correct/", "player"),
        ],
        "learn": [
            Stop("/c/letters/learn/", "newcomer"),
            Stop("/c/letters/learn/", "newcomer", doing.lesson),
        ],
        "wishes": [Stop("/choices/"), Stop("/choices/", "player")],
        "along": [
            Stop("/c/letters/along/", "newcomer"),
            Stop("/c/mobilite/along/", "traveller"),
            Stop("/c/letters/along/", "traveller"),
            Stop("/c/paused/along/", "newcomer"),
        ],
        "try": [
            Stop(f"/try/{at['tryout'].token}/"),
            Stop(f"/try/{at['tryout'].token}/?go=1", "newcomer"),
        ],
    }


def campaign(made: Town) -> dict[str, list[Stop]]:
    """What a campaign shows: its story, its results and their proof."""
    at = made.fixed
    letters, target = "/c/letters/", f"/c/{at['collecting'].slug}/targets/"
    return {
        "campaign": [
            Stop("/c/declarations/"),
            Stop("/c/mobilite/", "player"),
            Stop(letters, "newcomer"),
            Stop("/c/done/"),
            Stop("/c/paused/"),
            Stop(f"/c/{at['collecting'].slug}/"),
        ],
        "data": [Stop("/c/mobilite/data/"), Stop("/c/paused/data/")],
        "results": [Stop("/c/mobilite/results/"), Stop("/c/paused/results/")],
        "share": [Stop("/c/mobilite/share/"), Stop("/c/mobilite/share/?instance=piaille.fr")],
        "widget": [Stop("/c/mobilite/widget/")],
        "finds": [Stop("/c/letters/finds/"), Stop("/c/mobilite/finds/")],
        "find": [Stop(f"/finds/{at['find'].pk}/"), Stop(f"/finds/{at['find'].pk}/", "player")],
        "excerpt": [
            Stop(f"/excerpts/{at['excerpt'].pk}/", "player"),
            Stop(f"/excerpts/{at['held'].microtask.excerpt_id}/", "newcomer"),
        ],
        "mark_find": [Stop(f"/excerpts/{at['excerpt'].pk}/", "newcomer", doing.empty_find)],
        "verdict": [
            Stop(f"/verdicts/{at['verdict'].pk}/", "player"),
            Stop(f"/verdicts/{at['against'].pk}/", "player"),
            Stop(f"/verdicts/{at['scanned'].pk}/"),
        ],
        "targets": [Stop(target), Stop(target, "player")],
        "target": [
            Stop(f"{target}{at['target'].pk}/", "player"),
            Stop(f"{target}{at['free_target'].pk}/"),
        ],
        "my_targets": [Stop("/targets/", "player"), Stop("/targets/", "newcomer")],
    }


def person(made: Town) -> dict[str, list[Stop]]:
    """What is about oneself: answers, data, devices."""
    at = made.fixed
    return {
        "contributions": [
            Stop("/contributions/"),
            Stop("/contributions/", "newcomer"),
            Stop("/contributions/", "player"),
            Stop("/contributions/", "member"),
        ],
        "choose_name": [Stop("/contributions/", "player", doing.taken_name)],
        "reliability": [Stop("/contributions/reliability/", "player")],
        "why": [Stop("/contributions/why/", "player"), Stop("/contributions/why/", "newcomer")],
        "yours": [Stop("/you/"), Stop("/you/", "player"), Stop("/you/", "member")],
        "forget": [Stop("/you/forget/", "player"), Stop("/you/forget/", "member")],
        "devices": [
            Stop("/you/devices/"),
            Stop("/you/devices/", "player", doing.press("main form button.primary")),
        ],
        "device_joined": [Stop("/you/devices/joined/", "player")],
        "join_device": [Stop(f"/join/{at['letters']}/"), Stop("/join/WRONGCOD/")],
    }


def game(made: Town) -> dict[str, list[Stop]]:
    """Badges, boards, teams, certificates."""
    at = made.fixed
    return {
        "certificates": [
            Stop("/contributions/certificates/", "player"),
            Stop("/contributions/certificates/", "newcomer"),
        ],
        "certificate": [Stop(f"/certificates/{at['certificate'].code}/")],
        "badges": [Stop("/badges/"), Stop("/badges/", "player")],
        "boards": [
            Stop("/boards/", "player"),
            Stop("/boards/?who=teams"),
            Stop("/boards/?period=week"),
        ],
        "teams": [Stop("/teams/"), Stop("/teams/", "player")],
        "team": [Stop("/teams/herons/"), Stop("/teams/herons/", "player")],
    }


def entrances(made: Town) -> dict[str, list[Stop]]:
    """Ways in: launching, rooms, accounts, apps of others."""
    at = made.fixed
    asks = f"/oauth/authorize/?{urlencode(_asked_by(at['app']))}"
    return {
        "launch": [Stop("/launch/"), Stop("/launch/", "member"), Stop("/launch/", "staff")],
        "launch_import": [Stop("/launch/import/", "staff")],
        "launch_permits": [Stop("/launch/requests/", "staff")],
        "invitation": [Stop(f"/invitations/{at['secret']}/", "member")],
        "room_find": [Stop("/r/"), Stop("/r/?code=XXXX")],
        "room": [Stop(f"/r/{at['room'].code}/")],
        "room_screen": [Stop(f"/r/{at['room'].code}/screen/")],
        "account": [Stop("/account/", "member")],
        "account_keys": [Stop("/account/keys/", "member")],
        "account_apps": [Stop("/account/apps/", "member"), Stop("/account/apps/", "staff")],
        "authorize": [Stop(asks, "member"), Stop("/oauth/authorize/?client_id=nobody", "member")],
        "open_account": [Stop("/accounts/signup/")],
        "stop_mails": [Stop(f"/mails/stop/{at['stop']}/")],
        # Not ours alone: allauth's pages.
        "accounts": [
            Stop("/accounts/login/"),
            Stop("/accounts/login/", do=doing.code_by_mail),
            Stop("/accounts/login/", do=doing.wrong_code),
            Stop("/accounts/logout/", "member"),
            Stop("/accounts/2fa/webauthn/", "member"),
            Stop("/accounts/2fa/webauthn/add/", "member"),
        ],
    }


def site(_made: Town) -> dict[str, list[Stop]]:
    """The site's own pages, and what is shown when something is wrong."""
    return {
        "home": [Stop("/"), Stop("/", "player")],
        "about": [Stop("/about/")],
        "privacy": [Stop("/privacy/")],
        "imprint": [Stop("/legal/")],
        "retention": [Stop("/retention/")],
        "edit_legal": [Stop("/legal/privacy/en/", "staff")],
        "complain": [Stop("/complain/"), Stop("/complain/?about=pseudonym&which=Pinson")],
        "moderation": [Stop("/moderation/", "staff")],
        "flags": [Stop("/c/letters/flags/", "staff")],
        "errors": [
            Stop("/nowhere/"),
            Stop("/errors/403/"),
            Stop("/errors/500/"),
            Stop("/errors/csrf/"),
            Stop("/errors/429/"),
        ],
    }


PARTS: dict[str, Callable[[Town], dict[str, list[Stop]]]] = {
    "play": play,
    "campaign": campaign,
    "person": person,
    "game": game,
    "entrances": entrances,
    "site": site,
}
