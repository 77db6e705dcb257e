"""Workers killed at every step, answers lost, refusals, restarts on both sides: one deposit of each thesis a place."""

import os
import time

import pytest
from django.db import connection as database
from django.utils import timezone

from orcid_workflow.sending import leases
from submissions import lifecycle
from submissions.models import Status
from submissions.models.deliveries import Delivery, DeliveryCall
from submissions.outlets import refresh
from submissions.outlets.delivery import work
from tests.factories import fresh, make_registrar, make_staff, make_submission
from tests.places_process import start_places

from . import killing
from .kinds import PLACES, WRITES, account, arrived

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
#: Workers die at every so manieth step of each stage; 1 takes some minutes for each place.
EVERY = int(os.environ.get("ETD_KILL_EVERY", "3"))
THESES = max(42 // EVERY, 8)  # work for those who die late
WORKERS = 4
TIMES = 4  # each fault, at each stage
FAULTS = ({"do": "lose"}, {"do": "cut"}, {"do": "refuse", "status": 500}, {"do": "refuse", "status": 503})


@pytest.fixture(autouse=True)
def _needs_postgres():
    if database.vendor != "postgresql":
        pytest.skip("workers at the same time are for PostgreSQL")


@pytest.fixture
def places(tmp_path, settings):
    running = start_places(tmp_path)
    settings.ETD_TARGET_TIMEOUT_SECONDS = 20
    settings.ETD_TARGET_REST_SECONDS = 0.2
    yield running
    running.stop()


def settled() -> bool:
    return not Delivery.objects.filter(state=Delivery.State.WAITING).exists()


def bury() -> None:
    """Let the leases of the dead run out, and wait until as many deliveries are due as there are workers. Nobody works
    when this is called.
    """
    Delivery.objects.exclude(lease_owner="").update(lease_until=timezone.now())
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    for _ in range(50):
        if leases.due(waiting, timezone.now()).count() >= min(WORKERS, waiting.count()):
            return
        time.sleep(killing.BACK_OFF / 2)


def steps_of_one() -> int:
    """How many steps the work on one delivery takes, counted on one that is really done."""
    steps, calls = killing.Writes(), DeliveryCall.objects.count()
    waiting = set(Delivery.objects.filter(state=Delivery.State.WAITING).values_list("pk", flat=True))
    with database.execute_wrapper(steps.statement):
        work.run_due(limit=1)
    worked_on = Delivery.objects.filter(pk__in=waiting, state=Delivery.State.DONE)
    assert worked_on.count() == 1, list(DeliveryCall.objects.values_list("step", "status", "outcome")[:9])
    return steps.done + 2 * (DeliveryCall.objects.count() - calls)


def bring_through_trouble(places, kind: str, stage: int) -> tuple[int, int]:
    """Kill workers at steps of their work while answers are lost, let others finish; return how many died, and the
    number of those steps: others at each stage.
    """
    places.heal()
    points = range(1 + stage % EVERY, steps_of_one() + 12, EVERY)  # some lie in the next delivery
    # One after the other: of faults that match the same request a refusal would hide the lost answers.
    for number, fault in enumerate(FAULTS * TIMES):
        places.fail(WRITES, skip=2 * number, **fault)
    places.fail(PLACES[kind].makes, "lose", skip=1, times=TIMES)
    died = 0
    for first in range(0, len(points), WORKERS):
        bury()
        now = points[first : first + WORKERS]
        died += killing.die_everywhere(now, WORKERS, work.run_due, killing.Writes)
    places.restart()
    bury()
    places.fail(WRITES, "lose", times=TIMES)
    killing.work_until(settled, work=work.run_due)
    return died, len(points)


@pytest.mark.parametrize("kind", PLACES)
def test_every_kill_and_every_lost_answer_ends_with_one_of_each(kind: str, places, settings) -> None:
    place = PLACES[kind]
    settings.ETD_TARGETS = account(kind, places)
    theses = [make_submission(Status.APPROVED) for _ in range(THESES)]
    for number, submission in enumerate(theses):
        submission.page.title = f"Thesis {number}"
        submission.page.save_revision()
        submission.page.save(update_fields=["title"])
    staff, registrar = make_staff(), make_registrar()

    def publish(case) -> None:
        lifecycle.record_conferral(case, actor=registrar, conferred_on=timezone.localdate())

    def change(case) -> None:
        case.page.title += " again"
        case.page.save(update_fields=["title"])
        refresh(case)

    stages = (
        (refresh, place.reserved),
        (publish, place.public),
        (change, place.public),
        (lambda case: lifecycle.withdraw(case, actor=staff), place.withdrawn),
        (lambda case: lifecycle.publish(case, actor=staff), place.public),
    )
    killed = points = 0
    for number, (move, state) in enumerate(stages):
        for submission in theses:
            move(fresh(submission))
        if not settled():
            more_killed, more_points = bring_through_trouble(places, kind, number)
            killed, points = killed + more_killed, points + more_points
        trouble = Delivery.objects.exclude(state=Delivery.State.DONE).values_list(
            "state", "reason", "in_doubt"
        )
        assert list(trouble) == [], number
        titles = [fresh(submission).page.title for submission in theses] if state else []
        assert arrived(places, kind) == {title: [state] for title in titles}, number
    assert killed >= points * 2 // 3  # some points lie behind the end of a short piece of work
