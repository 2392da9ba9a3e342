"""A campaign's team in a browser, and the workers that nobody has started."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone

from crowd.models import Campaign, Document, Membership, User
from crowd.services import campaigns, splitting
from tests.frontend import drives

Made = TypeVar("Made")


def away(work: Callable[[], Made]) -> Made:
    """Do something in a thread of its own: Playwright's loop runs in the test's."""

    def done() -> Made:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(done).result()


def draft() -> Campaign:
    """A campaign with two steps and no document."""
    return campaigns.set_up(description=drives.DESCRIPTION, owner=None, now=timezone.now())


def sign_in(client: Client, campaign: Campaign, role: str = "owner") -> User:
    """Make this browser one of the campaign's team."""
    user = User.objects.create_user(f"{role}@example.org")
    Membership.objects.create(campaign=campaign, user=user, role=role)
    client.force_login(user)
    return user


def upload(data: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def split_all() -> None:
    """What the workers would do."""
    for document in Document.objects.unfinished().order_by("pk"):
        splitting.split(document_id=document.pk, now=timezone.now())
