"""The three repositories, each as its stand-in on this machine, and a thesis to bring there."""

import datetime as dt
from dataclasses import dataclass, field

import pytest
from django.db.models import Q
from django.utils import timezone

from submissions import lifecycle
from submissions.models import Status
from submissions.models.deliveries import Delivery
from submissions.outlets import refresh
from submissions.outlets.delivery import work
from tests.factories import fresh, make_connection, make_registrar, make_submission
from tests.places_process import SECRET, USER, start_places

COLLECTION = "c0ffee00-0000-4000-8000-000000000001"
REVIEWED = "c0ffee00-0000-4000-8000-000000000002"


@dataclass(frozen=True)
class Kind:
    """A kind of repository: its name among the stand-ins, its settings, and the states of what arrived."""

    place: str
    settings: dict
    public: str
    withdrawn: str  # "" where nothing is left


KINDS = {
    "sword2": Kind("sword", {"collection": "collection/theses"}, "archived", ""),
    "dspace": Kind("dspace", {"collection": COLLECTION, "leftover_minutes": 0}, "archived", "withdrawn"),
    "inveniordm": Kind("invenio", {}, "published", "tombstone"),
}


@dataclass
class Repository:
    """One stand-in as the only target."""

    places: object
    kind: str
    options: dict = field(default_factory=dict)

    @property
    def name(self) -> str:
        return KINDS[self.kind].place

    def there(self) -> list[dict]:
        """What is there, but for the people that DSpace makes of authorities."""
        return [one for one in self.places.see()["arrived"][self.name] if one["state"] != "person"]

    def states(self) -> list[str]:
        return [one["state"] for one in self.there()]

    def facts(self, name: str) -> list[str]:
        """The facts of that name of the only thing there."""
        (one,) = self.there()
        return [value for key, value in one["facts"] if key == name]

    def writes(self) -> list[str]:
        return [line for line in self.places.log() if not line.startswith("GET")]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    places = start_places(tmp_path_factory.mktemp("places"))
    yield places
    places.stop()


@pytest.fixture
def places(tmp_path):
    """A process of its own for each test: what arrived in another does not count."""
    running = start_places(tmp_path)
    yield running
    running.stop()


@pytest.fixture(params=KINDS)
def repository(request, places, settings) -> Repository:
    return set_up(places, settings, request.param)


def set_up(places, settings, kind: str, **more) -> Repository:
    """Make the stand-in of ``kind`` the only target."""
    row = KINDS[kind]
    base = {
        "kind": kind,
        "label": "The library",
        "address": places.at(row.place),
        "user": USER,
        "secret": SECRET,
    }
    settings.ETD_TARGETS = {row.place: base | row.settings | more}
    settings.ETD_TARGET_TIMEOUT_SECONDS = 5
    return Repository(places, kind)


def publish(*, months: int = 0):
    """A published thesis whose author and first advisor have an iD."""
    submission = make_submission(Status.APPROVED, months=months)
    invitation = submission.invitations.get(email="m0@example.edu")
    invitation.connection = make_connection()
    invitation.save()
    lifecycle.record_conferral(fresh(submission), actor=make_registrar(), conferred_on=timezone.localdate())
    return fresh(submission)


def work_on(submission=None, rounds: int = 12) -> Delivery:
    """Work until nothing waits any more and all is read back, each time a day later; return the delivery (of
    ``submission``).
    """
    unread = Q(state=Delivery.State.DONE, checked_at=None, check_at__isnull=False)
    now = timezone.now()
    for number in range(rounds):
        work.run_due(now=now + dt.timedelta(days=number * 1.1) if number else None)
        if not Delivery.objects.filter(unread | Q(state=Delivery.State.WAITING)).exists():
            break
    return Delivery.objects.get(submission=submission) if submission else Delivery.objects.get()


def change_title(submission, title: str) -> None:
    page = fresh(submission).page
    page.title = title
    page.save(update_fields=["title"])
    refresh(fresh(submission))


def assert_whole(delivery: Delivery) -> None:
    """It is there, it was read back after it was sent, and nothing was lost."""
    assert (delivery.state, delivery.reason, delivery.alarms) == (Delivery.State.DONE, "", [])
    assert delivery.checked_at
    assert delivery.checked_at >= delivery.sent_at
