"""tasks.py: a task is a nudge, whatever backend carries it; the rows are the truth."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from orcid_workflow import sync
from orcid_workflow.api import circuit
from orcid_workflow.models import Connection, OrcidItem, ServiceState
from orcid_workflow.sending import leases, tasks

from ..conftest import calls, fault
from ..items import a_work, check_sent, later

pytestmark = pytest.mark.django_db
State = OrcidItem.State
DEFAULT = {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}
DATABASE = {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["orcid"]}
IMMEDIATE = {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["orcid"]}


@pytest.fixture
def database_backend(settings) -> None:
    """Tasks are kept in the database."""
    settings.TASKS = {"default": DEFAULT, "orcid": DATABASE}


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Return a context in which what is to happen at the commit happens."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def wish(connection: Connection, title: str = "On Kelp", key: str = "thesis-1") -> OrcidItem:
    return sync.desire(connection, "work", key, a_work(f"k-{key}", title), title=title)


def work_off() -> None:
    """Do what ``db_worker --batch`` does, on the test's own connection (the command closes connections)."""
    worker = Worker(
        queue_names=["orcid"],
        interval=0,
        batch=True,
        backend_name="orcid",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
        excluded_queue_names=[],
    )
    while row := DBTaskResult.objects.ready().filter(backend_name="orcid").first():
        row.claim("test")
        worker.run_task(row)


def waiting() -> list[tuple[str, list]]:
    """Return the tasks that nobody has taken yet."""
    rows = DBTaskResult.objects.filter(status="READY", backend_name="orcid").order_by("enqueued_at")
    return [(row.task_path.rsplit(".", 1)[1], row.args_kwargs["args"]) for row in rows]


def test_a_worker_of_the_database_backend_sends_it(registry, connection, database_backend, committed) -> None:
    with committed():
        item = wish(connection)
    assert waiting() == [("send", [item.pk])]
    work_off()
    check_sent(registry, item, "On Kelp")
    assert waiting() == []
    assert sync.run_due() == 0


def test_another_backend_is_a_setting(registry, connection, settings, committed) -> None:
    settings.TASKS = {"default": DEFAULT, "orcid": IMMEDIATE}
    with committed():
        item = wish(connection)
    check_sent(registry, item, "On Kelp")


def test_without_a_backend_the_sweep_does_it(registry, connection, settings, committed) -> None:
    settings.TASKS = {"default": DEFAULT}
    with committed():
        item = wish(connection)
    assert not DBTaskResult.objects.exists()
    assert calls(registry, connection.orcid) == []
    assert tasks.prune() == 0
    sync.run_due()
    check_sent(registry, item, "On Kelp")


def test_a_wish_that_was_taken_back_with_its_transaction_wakes_nobody(
    connection, database_backend, committed
) -> None:
    with committed() as callbacks:
        pass
    assert callbacks == []
    assert waiting() == []


def test_many_changes_while_it_waits_wake_one_worker_once(
    registry, connection, database_backend, committed
) -> None:
    for title in ("First", "Second", "Third"):
        with committed():
            item = wish(connection, title)
    sync.send_now(item)
    assert waiting() == [("send", [item.pk])]
    work_off()
    check_sent(registry, item, "Third")
    with committed():
        wish(connection, "Fourth")
    assert len(waiting()) == 1


def test_a_failure_wakes_a_worker_when_it_is_time(registry, connection, database_backend, committed) -> None:
    fault(registry, method="POST", path_regex="/work$", status=503)
    with committed():
        item = wish(connection)
    with committed():
        work_off()
    item.refresh_from_db()
    row = DBTaskResult.objects.get(status="READY")
    assert (row.run_after, row.args_kwargs["args"]) == (item.next_try_at, [item.pk])
    with committed():
        work_off()
    assert DBTaskResult.objects.filter(status="READY").count() == 1, "it is not time yet"
    OrcidItem.objects.update(next_try_at=timezone.now())
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    with committed():
        work_off()
    check_sent(registry, item, "On Kelp")
    assert waiting() == []


def test_a_task_that_comes_too_early_or_too_late_does_nothing(registry, connection, database_backend) -> None:
    item = wish(connection)
    OrcidItem.objects.update(next_try_at=later())
    assert not sync.run_item(item.pk)
    OrcidItem.objects.update(
        next_try_at=None, lease_owner="another", lease_until=timezone.now() + leases.LEASE
    )
    assert not sync.run_item(item.pk)
    OrcidItem.objects.update(lease_owner="", lease_until=None)
    assert sync.run_item(item.pk)
    assert not sync.run_item(item.pk)
    assert not sync.run_item(item.pk + 1000)
    assert [call[0] for call in calls(registry, connection.orcid)] == ["POST"]


def test_a_lost_task_is_made_good_by_the_sweep(registry, connection, database_backend, committed) -> None:
    with committed():
        item = wish(connection)
    DBTaskResult.objects.all().delete()
    call_command("sync_orcid", "--drain")
    check_sent(registry, item, "On Kelp")


def test_a_worker_that_was_killed_is_made_good_by_the_sweep(
    registry, connection, database_backend, committed
) -> None:
    """Its task stays "running" for ever; its lease does not."""
    with committed():
        item = wish(connection)
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    OrcidItem.objects.update(
        lease_owner="killed", lease_until=timezone.now() + leases.LEASE, in_doubt="POST", self_ids=[]
    )
    work_off()
    assert sync.run_due() == 0
    assert sync.run_due(now=timezone.now() + leases.LEASE + dt.timedelta(seconds=1)) == 1
    check_sent(registry, item, "On Kelp")


def test_while_orcid_is_down_it_is_put_off_until_somebody_asks_again(
    registry, connection, database_backend, committed
) -> None:
    until = timezone.now() + dt.timedelta(seconds=50)
    ServiceState.objects.create(environment="local", open_until=until, reason="down")
    with committed():
        item = wish(connection)
    with committed():
        work_off()
    row = DBTaskResult.objects.get(status="READY")
    assert (row.run_after, row.args_kwargs["args"]) == (circuit.status().until, [item.pk])
    item.refresh_from_db()
    assert (item.state, item.attempts) == (State.WAITING, 0)


def test_a_record_is_read_by_a_task(registry, connection, database_backend, committed) -> None:
    Connection.objects.update(read_wanted_at=timezone.now())
    with committed():
        tasks.wake_read(connection.pk)
    assert waiting() == [("read", [connection.pk])]
    work_off()
    connection.refresh_from_db()
    assert connection.record
    assert not sync.run_read(connection.pk)


def test_what_is_of_no_more_use_goes(connection, database_backend, committed) -> None:
    for key in ("done", "running", "nobody", "deferred", "fresh", "soon"):
        with committed():
            wish(connection, key=key)
    rows = {
        OrcidItem.objects.get(pk=row.args_kwargs["args"][0]).key: DBTaskResult.objects.filter(pk=row.pk)
        for row in DBTaskResult.objects.all()
    }
    long_ago = timezone.now() - dt.timedelta(days=2)
    rows["done"].update(status="SUCCESSFUL", finished_at=long_ago)
    rows["running"].update(status="RUNNING", started_at=long_ago)
    rows["nobody"].update(enqueued_at=long_ago)
    rows["deferred"].update(enqueued_at=long_ago, run_after=timezone.now() + dt.timedelta(hours=5))
    rows["soon"].update(enqueued_at=long_ago, run_after=timezone.now() - dt.timedelta(minutes=5))
    other = DBTaskResult.objects.create(
        task_path="wagtail.tasks.something", backend_name="orcid", args_kwargs={}, run_after=long_ago
    )
    DBTaskResult.objects.filter(pk=other.pk).update(enqueued_at=long_ago, run_after=F("enqueued_at"))
    assert tasks.prune() == 3
    assert sorted(key for key, row in rows.items() if row.exists()) == ["deferred", "fresh", "soon"]
    assert DBTaskResult.objects.filter(pk=other.pk).exists(), "what others enqueued is theirs"
