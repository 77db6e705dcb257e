"""circuit.py: while ORCID is down nothing is claimed and no attempt is used up; one asks when it is over."""

import datetime as dt

import pytest
import requests
from django.utils import timezone

from orcid_workflow import sync
from orcid_workflow.api import circuit, client, errors
from orcid_workflow.models import ApiCall, OrcidItem, ServiceState

from ..conftest import calls, fault
from ..items import a_work, check_sent

pytestmark = pytest.mark.django_db
State = OrcidItem.State
MINUTE = dt.timedelta(seconds=61)


@pytest.fixture
def items(connection) -> list[OrcidItem]:
    """Items that wait, more than it takes to open the circuit."""
    return [sync.desire(connection, "work", f"thesis-{n}", a_work(f"k-{n}")) for n in range(6)]


@pytest.fixture
def board(registry):
    """Return a function that sets the registry's switches, which are put back afterwards."""
    yield lambda **values: registry.control("switches", **values)
    registry.control("switches", api_status="up")


def asked() -> int:
    return ApiCall.objects.filter(path="/apiStatus").count()


def posts(registry, connection) -> int:
    return sum(method == "POST" for method, _, _ in calls(registry, connection.orcid))


def test_orcid_says_that_it_is_down(registry, connection, items, board) -> None:
    board(api_status="down")
    fault(registry, method="POST", path_regex="/work$", status=503, times=0)
    assert sync.run_due() == 3
    assert posts(registry, connection) == 3
    status = circuit.status()
    assert status.is_open
    assert status.reason == "ORCID says that its API is out of order."
    assert status.until > timezone.now()
    assert sync.run_due() == 0, "nothing is claimed"
    rest = OrcidItem.objects.filter(attempts=0)
    assert rest.count() == 3
    assert not rest.filter(lease_until__isnull=False).exists()
    assert client.read_record(connection).ruling is errors.DOWN, "nobody waits for what does not answer"
    assert (posts(registry, connection), asked()) == (3, 1)

    for _ in range(3):
        assert sync.run_due(now=status.until) == 0
    assert asked() == 2, "one asked; it is still down"
    first_changed = ServiceState.objects.get().changed_at
    assert first_changed == status.changed_at, "since when it has been down is kept"

    board(api_status="up")
    requests.delete(f"{registry.base_url}/_faults", timeout=5)
    sync.run_due(now=circuit.status().until + MINUTE * 60 * 24)
    status = circuit.status()
    assert (status.is_open, status.reason, status.failures) == (False, "", 0)
    for item in items:
        item.refresh_from_db()
        assert item.state == State.SENT


def test_orcid_does_not_answer_at_all(registry, connection, items, settings) -> None:
    good, settings.ORCID_API_URL = settings.ORCID_API_URL, "http://127.0.0.1:9/v3.0"
    sync.run_due()
    status = circuit.status()
    assert (status.is_open, status.reason) == (True, "ORCID does not answer.")
    assert OrcidItem.objects.filter(attempts=0).count() == 3
    settings.ORCID_API_URL = good
    assert sync.run_due() == 0
    sync.run_due(now=status.until + MINUTE * 60)
    assert set(OrcidItem.objects.values_list("state", flat=True)) == {State.SENT}


def test_one_record_that_fails_is_not_orcid_that_is_down(registry, connection, items) -> None:
    fault(registry, method="POST", path_regex="/work$", status=500, times=5)
    assert sync.run_due() == 6
    assert asked() == 1
    assert not circuit.status().is_open
    assert sync.run_due(now=timezone.now() + dt.timedelta(days=1)) == 5
    assert not OrcidItem.objects.exclude(state=State.SENT).exists()


def test_a_refusal_is_an_answer(registry, connection, items) -> None:
    for _ in range(10):
        circuit.note(answered=False)
        circuit.note(answered=True)
    assert circuit.status().failures == 0
    assert asked() == 0


def test_failures_are_counted_in_a_row_by_all_together(registry, connection) -> None:
    circuit.note(answered=False)
    circuit.note(answered=False)
    assert (circuit.status().failures, asked()) == (2, 0)
    circuit.note(answered=False)
    assert (circuit.status().failures, asked()) == (0, 1)


def test_only_one_of_those_who_wait_asks(registry, connection, board) -> None:
    now = timezone.now()
    ServiceState.objects.create(environment="local", open_until=now - dt.timedelta(seconds=1), reason="down")
    board(api_status="error")
    assert [circuit.allows(now) for _ in range(3)] == [False, False, False]
    assert asked() == 1
    board(api_status="up")
    assert [circuit.allows(now + MINUTE) for _ in range(3)] == [True, True, True]
    assert asked() == 2


def test_a_clock_that_was_set_back_does_not_keep_it_open(registry, connection) -> None:
    now = timezone.now()
    ServiceState.objects.create(environment="local", open_until=now + dt.timedelta(hours=1), reason="down")
    assert circuit.allows(now)


def test_an_item_in_hand_is_given_back_unharmed(registry, connection, items) -> None:
    """The circuit opens between the claim and the call."""
    item = OrcidItem.objects.filter(pk=items[0].pk)
    item.update(lease_owner="me", lease_until=timezone.now() + MINUTE)
    ServiceState.objects.create(environment="local", open_until=timezone.now() + MINUTE / 2, reason="down")
    sync.work_on(items[0], "me")
    row = item.get()
    assert (row.state, row.attempts, row.in_doubt, row.lease_owner) == (State.WAITING, 0, "", "")
    assert row.reason == errors.DOWN.person
    assert row.next_try_at == circuit.status().until
    assert calls(registry, connection.orcid) == []


def test_a_change_in_hand_is_not_forgotten_by_it(registry, connection) -> None:
    item = sync.desire(connection, "work", "thesis-1", a_work("k-1"))
    sync.run_due()
    item.refresh_from_db()
    sent = item.sent_hash
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    OrcidItem.objects.update(lease_owner="me", lease_until=timezone.now() + MINUTE)
    ServiceState.objects.create(environment="local", open_until=timezone.now() + MINUTE / 2, reason="down")
    sync.work_on(item, "me")
    item.refresh_from_db()
    assert (item.sent_hash, item.in_doubt) == (sent, "")
    sync.run_due(now=timezone.now() + MINUTE * 2)
    check_sent(registry, item, "Second")
