"""Staff of the thesis office at the desk, and things on it."""

import pytest
from django.conf import settings
from django.test import Client

from orcid_workflow.models import Connection, OrcidItem
from submissions.permissions import MANAGER_GROUP, REGISTRAR_GROUP, STAFF_GROUP
from tests.factories import make_connection, make_office, make_user

GROUPS = {"staff": STAFF_GROUP, "registrar": REGISTRAR_GROUP, "manager": MANAGER_GROUP}


@pytest.fixture
def office(db):
    """The groups with their permissions."""
    return make_office()


@pytest.fixture
def enter(office):
    """Return a function that gives the browser of a new member of a group ("admin": a superuser, "": nobody)."""

    def make(group: str = "staff") -> Client:
        client = Client()
        groups = (GROUPS[group],) if group in GROUPS else ()
        client.user = make_user(groups=groups, is_superuser=group == "admin")
        client.force_login(client.user)
        return client

    return make


@pytest.fixture
def desk(enter) -> Client:
    """A browser in which a member of the graduate school is signed in."""
    return enter("staff")


def make_item(connection: Connection | None = None, **values) -> OrcidItem:
    """An item of somebody; waiting, when nothing else is said."""
    connection = connection or make_connection()
    values = {
        "connection": connection,
        "environment": settings.ORCID_ENVIRONMENT,
        "orcid": connection.orcid,
        "kind": "work",
        "key": f"key-{OrcidItem.objects.count()}",
        "title": "On Kelp",
        "message": "<work/>",
        "desired_hash": "h",
    } | values
    return OrcidItem.objects.create(**values)


def text(answer) -> str:
    """The page as text, or the file."""
    return (b"".join(answer) if answer.streaming else answer.content).decode()
