"""Tell these browsers: small messages, at most one a second and audience, never anyone's text."""

import logging
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings

from crowd import valkey

logger = logging.getLogger(__name__)

PAUSE_MS = 1000  # at most one message a second and audience (DESIGN, rule 7)


def campaign(campaign_id: int) -> str:
    """The audience of everyone with this campaign's page open."""
    return f"campaign-{campaign_id}"


def contributor(contributor_id: int) -> str:
    """The audience of one person's open pages."""
    return f"contributor-{contributor_id}"


def room(room_id: int) -> str:
    """The audience of a room's screens."""
    return f"room-{room_id}"


def is_empty(audience: str) -> bool:
    """Whether nobody listens: what would be told need not be counted."""
    # The name that channels_redis gives a group's channel.
    channel = f"{settings.TAMIS_LIVE_PREFIX}__group__{audience}"
    try:
        return not valkey.client().pubsub_numsub(channel)[0][1]
    except valkey.Unreachable:
        return True


def may_tell(audience: str) -> bool:
    """Whether this audience has had its pause; the pause begins anew when it had."""
    try:
        return bool(valkey.client().set(valkey.key("told", audience), 1, nx=True, px=PAUSE_MS))
    except valkey.Unreachable:
        return False


def tell(audience: str, message: dict[str, Any]) -> None:
    """Send counts, ranks and links to one audience; nobody listening is fine."""
    layer = get_channel_layer()
    try:
        async_to_sync(layer.group_send)(audience, {"type": "tell", "message": message})
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; pages refresh without sockets")
