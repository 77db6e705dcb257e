"""The office in front of the matrix, two places that theses go to, and rows as a worker would leave them."""

import pytest
from django.test import Client
from django.utils import timezone

from submissions.models import Delivery, Status, Submission
from submissions.permissions import MANAGER_GROUP, REGISTRAR_GROUP, STAFF_GROUP
from tests.factories import make_office, make_submission, make_user

GROUPS = {"staff": STAFF_GROUP, "registrar": REGISTRAR_GROUP, "manager": MANAGER_GROUP}
#: Nobody listens there: the matrix reads rows and calls nobody.
PLACES = {
    "repository": {
        "kind": "dspace",
        "label": "University repository",
        "address": "http://localhost:9/server",
        "user": "thesis-office",
        "secret": "s3cret-of-the-repository",
        "collection": "c0ffee00-0000-4000-8000-000000000000",
    },
    "doi": {
        "kind": "datacite",
        "label": "DOI at DataCite",
        "address": "http://localhost:9",
        "user": "UNI.THESES",
        "secret": "s3cret-of-datacite",
        "prefix": "10.5072",
    },
}


@pytest.fixture
def office(db):
    """The groups with their permissions."""
    return make_office()


@pytest.fixture
def enter(office, settings):
    """Return a function that gives the browser of a new member of a group ("": a person without one)."""

    def make(group: str = "manager") -> Client:
        client = Client()
        client.user = make_user(groups=(GROUPS[group],) if group else ())
        client.force_login(client.user)
        return client

    return make


@pytest.fixture
def desk(enter) -> Client:
    """A browser in which a repository manager is signed in."""
    return enter("manager")


@pytest.fixture
def thesis(office, settings) -> Submission:
    """A public thesis, published before the two places were set up."""
    settings.ETD_TARGETS = {}
    case = make_submission(Status.PUBLISHED)
    settings.ETD_TARGETS = PLACES
    return case


def retitled(submission: Submission, title: str) -> Submission:
    """The same thesis under another title, as staff read it."""
    type(submission.page).objects.filter(pk=submission.page_id).update(title=title, draft_title=title)
    return Submission.objects.get(pk=submission.pk)


def make_delivery(submission: Submission, target: str = "repository", **values) -> Delivery:
    """A delivery; done and public, when nothing else is said."""
    now = timezone.now()
    done = {
        "wish": "public",
        "desired_hash": "a" * 64,
        "sent_wish": "public",
        "sent_hash": "a" * 64,
        "state": Delivery.State.DONE,
        "first_sent_at": now,
        "sent_at": now,
    }
    return Delivery.objects.create(submission=submission, target=target, **done | values)


def text(answer) -> str:
    """The page as text, or the file."""
    return (b"".join(answer) if answer.streaming else answer.content).decode()
