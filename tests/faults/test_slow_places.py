"""A place that does its work and answers when we no longer listen: one deposit of each thesis all the same."""

import datetime as dt

import pytest
from django.utils import timezone

from submissions import lifecycle
from submissions.models import Status, Submission
from submissions.models.deliveries import Delivery, DeliveryCall
from submissions.outlets.delivery import work
from tests.factories import fresh, make_registrar, make_submission
from tests.places_process import start_places

from .kinds import PLACES, WRITES, account, arrived

pytestmark = pytest.mark.django_db
PATIENCE, SLOWNESS = 0.5, 1.1  # seconds


@pytest.fixture
def places(tmp_path, settings):
    running = start_places(tmp_path)
    settings.ETD_TARGET_TIMEOUT_SECONDS = PATIENCE
    yield running
    running.stop()


def publish(title: str) -> Submission:
    submission = make_submission(Status.APPROVED)
    submission.page.title = title
    submission.page.save_revision()
    submission.page.save(update_fields=["title"])
    lifecycle.record_conferral(fresh(submission), actor=make_registrar(), conferred_on=timezone.localdate())
    return submission


def bring() -> None:
    """Work until nothing waits, each time an hour later."""
    for hours in range(12):
        work.run_due(now=timezone.now() + dt.timedelta(hours=hours) if hours else None)
        if not Delivery.objects.filter(state=Delivery.State.WAITING).exists():
            return


@pytest.mark.parametrize("kind", PLACES)
def test_each_writing_request_is_answered_when_we_no_longer_listen(kind: str, places, settings) -> None:
    settings.ETD_TARGETS = account(kind, places)
    publish("Answered at once")
    bring()
    expected = {"Answered at once": [PLACES[kind].public]}
    assert arrived(places, kind) == expected
    writes = [line for line in places.log() if not line.startswith("GET")]
    assert writes
    for number in range(len(writes)):
        title = f"Answered late at request {number}"
        places.heal()
        places.fail(WRITES, "slow", skip=number, seconds=SLOWNESS)
        submission = publish(title)
        bring()
        assert DeliveryCall.objects.filter(delivery__submission=submission, status=None).exists(), number
        delivery = Delivery.objects.get(submission=submission)
        assert (delivery.state, delivery.in_doubt) == (Delivery.State.DONE, ""), (number, delivery.reason)
        expected[title] = [PLACES[kind].public]
        assert arrived(places, kind) == expected
