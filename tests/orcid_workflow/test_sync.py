"""sync.py: exactly one work, whatever is lost on the way."""

import datetime as dt
import threading

import pytest
from django.db import connection as database
from django.db import connections as databases
from django.db import transaction
from django.utils import timezone

from orcid_workflow import messages, profile, sync
from orcid_workflow.api import client
from orcid_workflow.models import ApiCall, Connection, OrcidItem
from orcid_workflow.sending import leases

from .conftest import attach, calls, fault, grant_for, works_of
from .items import a_work, check_sent, later, writes

pytestmark = pytest.mark.django_db
State = OrcidItem.State


def test_post_put_delete_decided_by_the_difference(registry, connection, item) -> None:
    assert sync.run_due() == 1
    check_sent(registry, item, "On Kelp")
    assert item.first_sent_at == item.sent_at
    put_code = item.put_code

    sync.desire(connection, "work", "thesis-1", a_work("k-1", "On Giant Kelp"), title="On Giant Kelp")
    assert sync.run_due() == 1
    check_sent(registry, item, "On Giant Kelp")
    assert item.put_code == put_code
    assert item.sent_at > item.first_sent_at

    sync.desire(connection, "work", "thesis-1", None)
    assert sync.run_due() == 1
    item.refresh_from_db()
    assert (item.state, item.put_code, item.title) == (State.REMOVED, None, "On Giant Kelp")
    assert works_of(registry, connection) == []
    assert writes(registry, connection) == ["POST", "PUT", "DELETE"]

    sync.desire(connection, "work", "thesis-1", a_work("k-1"), title="On Kelp")
    sync.run_due()
    check_sent(registry, item, "On Kelp")


def test_twice_changes_nothing(registry, connection, item) -> None:
    sync.run_due()
    before = calls(registry, connection.orcid)
    sync.desire(connection, "work", "thesis-1", a_work("k-1"), title="On Kelp")
    assert sync.run_due() == 0
    assert calls(registry, connection.orcid) == before
    assert OrcidItem.objects.count() == 1


def test_a_wish_that_was_taken_back_before_it_was_sent(registry, connection, item) -> None:
    sync.desire(connection, "work", "thesis-1", None)
    sync.run_due()
    item.refresh_from_db()
    assert item.state == State.REMOVED
    assert calls(registry, connection.orcid) == []


def test_a_change_and_its_undoing_need_no_call(registry, connection, item) -> None:
    sync.run_due()
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Other"))
    sync.desire(connection, "work", "thesis-1", a_work("k-1"))
    item.refresh_from_db()
    assert item.state == State.SENT
    assert sync.run_due() == 0


def test_the_wish_is_part_of_the_hosts_transaction(connection) -> None:
    with transaction.atomic():
        sync.desire(connection, "work", "thesis-9", a_work("k-9"))
        transaction.set_rollback(True)
    assert not OrcidItem.objects.filter(key="thesis-9").exists()


# --- Many workers
# ------------------------------------------------------------------------------------------------------


def test_a_worker_that_died_holds_an_item_for_the_length_of_its_lease(registry, connection, item) -> None:
    now = timezone.now()
    assert leases.claim(OrcidItem.objects.filter(state=State.WAITING), "dead", now) == item
    assert sync.run_due(now=now) == 0
    assert sync.run_due(now=now + leases.LEASE - dt.timedelta(seconds=1)) == 0
    assert sync.run_due(now=now + leases.LEASE + dt.timedelta(seconds=1)) == 1
    check_sent(registry, item, "On Kelp")


def test_a_slow_worker_that_lost_its_lease_writes_nothing(registry, connection, item) -> None:
    now = timezone.now()
    leases.claim(OrcidItem.objects.filter(state=State.WAITING), "slow", now)
    OrcidItem.objects.update(lease_owner="other", lease_until=now + leases.LEASE)
    sync.work_on(item, "slow")
    item.refresh_from_db()
    assert (item.lease_owner, item.in_doubt) == ("other", "")
    assert calls(registry, connection.orcid) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("django_db_serialized_rollback")
def test_many_workers_one_work_each(registry, new_person) -> None:
    if database.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    rows = [attach(grant_for(registry, new_person(), "/activities/update")) for _ in range(4)]
    for row in rows:
        for number in range(5):
            sync.desire(row, "work", f"thesis-{number}", a_work(f"many-{row.orcid}-{number}"))
    for _ in range(3):
        fault(registry, method="POST", path_regex="/work$", action="drop_after")

    def worker() -> None:
        try:
            sync.run_due()
            sync.run_due(now=later())
        finally:
            databases.close_all()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sync.run_due(now=later())
    assert set(OrcidItem.objects.values_list("state", flat=True)) == {State.SENT}
    for row in rows:
        assert {work["put-code"] for work in works_of(registry, row)} == set(
            row.items.values_list("put_code", flat=True)
        )
        assert len(works_of(registry, row)) == 5


def test_back_off_grows_spreads_and_ends(registry) -> None:
    spread = {leases.delay(3) for _ in range(20)}
    assert len(spread) > 10
    assert all(dt.timedelta(seconds=80) <= one <= dt.timedelta(seconds=160) for one in spread)
    assert leases.delay(500) <= dt.timedelta(hours=6)


def test_history_has_every_call_and_no_token(registry, connection, item) -> None:
    sync.run_due()
    sync.desire(connection, "work", "thesis-1", None)
    sync.run_due()
    rows = list(ApiCall.objects.filter(item=item).order_by("pk").values_list("method", "status", "path"))
    assert [row[:2] for row in rows] == [("POST", 201), ("DELETE", 204)]
    assert all(path.startswith(f"/{connection.orcid}/work") for _, _, path in rows)
    secrets = [
        value for token in connection.tokens.all() for value in (token.access_token, token.refresh_token)
    ]
    for call in ApiCall.objects.all():
        assert not any(secret in f"{call.path}{call.outcome}" for secret in secrets)


def test_what_is_sent_names_its_put_code_only_on_put() -> None:
    message = a_work("k-1")
    assert b"put-code" not in message
    assert b'put-code="12"' in messages.with_put_code(message, 12)


def test_nothing_of_another_environment_is_called(registry, connection, settings) -> None:
    """After a move from the sandbox to production, sandbox tokens and works must not reach real records."""
    item = sync.desire(connection, "work", "t", a_work("k-1"))
    Connection.objects.update(read_wanted_at=timezone.now())
    before = ApiCall.objects.count()
    settings.ORCID_ENVIRONMENT = "sandbox"
    sync.run_due()
    assert not sync.run_item(item.pk)
    assert not sync.run_read(connection.pk)
    assert profile.refresh(connection) is None
    assert not client.post_item(connection, "work", a_work("k-1")).ok
    assert not client.delete_item(connection, "work", 1).ok
    Connection.objects.update(paused_by="")
    OrcidItem.objects.update(state=State.PAUSED)
    sync.keep_house()
    item.refresh_from_db()
    assert item.state == State.PAUSED
    assert ApiCall.objects.count() == before
    settings.ORCID_ENVIRONMENT = "local"
    sync.keep_house()
    sync.run_due()
    item.refresh_from_db()
    assert item.state == State.SENT


def test_nothing_is_wished_on_a_record_of_another_environment(connection, settings) -> None:
    settings.ORCID_ENVIRONMENT = "sandbox"
    with pytest.raises(ValueError, match="local"):
        sync.desire(connection, "work", "t", a_work("k-1"))
    assert not OrcidItem.objects.exists()
