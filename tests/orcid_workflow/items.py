"""Things that should be on a record, and how to see what became of them there."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import requests
from django.db.models.signals import post_save
from django.utils import timezone

from orcid_workflow import sync
from orcid_workflow.messages.work import ExternalId, Work, to_xml
from orcid_workflow.models import ApiCall, Connection, OrcidItem

from .conftest import calls, works_of

BASE = Work(title="On Kelp", external_ids=())


def a_work(key: str, title: str = "On Kelp", *more: str) -> bytes:
    """Return a message whose ``self`` identifiers are ``key`` and ``more``."""
    ids = tuple(ExternalId("source-work-id", value) for value in (key, *more))
    return to_xml(replace(BASE, title=title, external_ids=ids))


def later() -> dt.datetime:
    """Return a moment at which every back-off is over."""
    return timezone.now() + dt.timedelta(days=1)


def writes(registry, connection: Connection) -> list[str]:
    """Return the methods of the calls that wrote, or tried to."""
    return [method for method, _, _ in calls(registry, connection.orcid) if method != "GET"]


def titles(registry, connection: Connection) -> list[str]:
    """Return the titles of the works on the record."""
    return [work["title"]["title"]["value"] for work in works_of(registry, connection)]


def check_sent(registry, item: OrcidItem, title: str) -> None:
    """See that the item is on the record, there alone and with this title, and that nothing is left to do."""
    item.refresh_from_db()
    assert item.state == OrcidItem.State.SENT, (item.state, item.reason)
    works = works_of(registry, item.connection)
    assert [work["put-code"] for work in works] == [item.put_code]
    assert works[0]["title"]["title"]["value"] == title
    assert item.sent_hash == item.desired_hash
    assert (item.in_doubt, item.lease_owner, item.lease_until, item.reason) == ("", "", None, "")


def remove(registry, connection: Connection, put_code: int) -> None:
    """Take a work off the record behind our back, as its owner would."""
    token = connection.tokens.order_by("-pk").first().access_token
    requests.delete(
        f"{registry.api_url}/{connection.orcid}/work/{put_code}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=5,
    ).raise_for_status()


def withdraw(registry, connection: Connection) -> None:
    """Revoke our tokens behind our back."""
    for token in connection.tokens.filter(revoked_at=None):
        requests.post(
            f"{registry.base_url}/oauth/revoke",
            data={
                "client_id": registry.client_id,
                "client_secret": registry.client_secret,
                "token": token.access_token,
            },
            timeout=5,
        ).raise_for_status()


def during(method: str, happens: Callable[[], object]) -> None:
    """Run what is due, and let something else happen when the first call with ``method`` is written down."""

    def note(sender, instance, created, **kwargs):
        if created and instance.method == method:
            post_save.disconnect(note, ApiCall)
            happens()

    post_save.connect(note, ApiCall)
    try:
        sync.run_due(limit=1)
    finally:
        post_save.disconnect(note, ApiCall)


def alive(registry, access_token: str) -> bool:
    """Whether ORCID still takes a token."""
    answer = requests.get(
        f"{registry.base_url}/oauth/userinfo", headers={"Authorization": f"Bearer {access_token}"}, timeout=5
    )
    return answer.status_code == 200
