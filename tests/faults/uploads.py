"""Uploads while the disk is full; run as a program, it prints an API key that may send them."""

import http.client
import uuid

ROWS = "word\n" + "\n".join(f"row {n} with some words" for n in range(2000))
SLUG = "archive"


def send(*, port: int, key: str) -> int:
    """Send one table of some 50 kB; the result is the status."""
    mark = uuid.uuid4().hex
    body = (
        f"--{mark}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{mark}.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n{ROWS}\n{mark}\r\n--{mark}--\r\n"
    ).encode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(
        "POST",
        f"/api/v1/campaigns/{SLUG}/documents",
        body,
        {
            "Host": "localhost",
            "Authorization": f"Bearer {key}",
            "Content-Type": f"multipart/form-data; boundary={mark}",
        },
    )
    return connection.getresponse().status


def main() -> None:
    """A draft campaign nobody plays, its owner, and a key of theirs."""
    from django.utils import timezone

    from crowd.models import Campaign
    from crowd.services import accounts, campaigns

    owner, now = accounts.admin(email="owner@example.org"), timezone.now()
    if not Campaign.objects.filter(slug=SLUG).exists():
        question = {"key": "q", "kind": "text", "label": "?"}
        step = {"key": "s", "title": "s", "questions": [question]}
        campaigns.set_up(
            description={"slug": SLUG, "title": SLUG, "steps": [step]}, owner=owner, now=now
        )
    print(accounts.make_key(user=owner, name="chaos", now=now))


if __name__ == "__main__":
    import django

    django.setup()
    main()
