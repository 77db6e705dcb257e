"""A site that ORCID tells of changes, and a connection whose webhook is registered."""

import datetime as dt

import pytest
from django.utils import timezone

from orcid_workflow import webhooks
from orcid_workflow.models import Connection
from tests.registry_process import Registry

SITE = "https://theses.example.edu"


@pytest.fixture(autouse=True)
def _webhooks_are_on(settings) -> None:
    settings.ORCID_WEBHOOKS = True
    settings.ORCID_REDIRECT_URI = f"{SITE}/orcid/callback/"


@pytest.fixture(autouse=True)
def _may_have_webhooks(registry: Registry):
    yield
    registry.control("clients", client_id=registry.client_id, webhooks=True)


def registered(registry: Registry, connection: Connection) -> list[str]:
    """The addresses that the registry will call when this record changes."""
    rows = registry.see("webhooks")["registrations"]
    return [row["url"] for row in rows if row["orcid"] == connection.orcid]


def fresh(connection: Connection) -> Connection:
    """The row as it is now."""
    return Connection.objects.get(pk=connection.pk)


def later(**lapse: float) -> dt.datetime:
    """A moment to come."""
    return timezone.now() + dt.timedelta(**lapse)


@pytest.fixture
def hooked(connection: Connection) -> Connection:
    """A connection whose webhook is registered."""
    webhooks.run_due()
    connection = fresh(connection)
    assert connection.hook == Connection.Hook.REGISTERED
    return connection
