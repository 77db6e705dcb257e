"""sync.keep_house: what was wished in the moment in which the rules changed, and what is kept too long."""

import datetime as dt

import pytest
from django.utils import timezone

from orcid_workflow import sync
from orcid_workflow.models import ApiCall, Connection, OrcidItem

from .conftest import calls
from .test_sync_rules import wish

pytestmark = pytest.mark.django_db
State = OrcidItem.State


def pause_it(connection: Connection) -> None:
    sync.pause_all(connection)


def go_on(connection: Connection) -> None:
    sync.resume_all(connection)


def ask_first(connection: Connection) -> None:
    sync.set_mode(connection, "manual")


def at_once(connection: Connection) -> None:
    sync.set_mode(connection, "automatic")


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        (pause_it, go_on, State.SENT),
        (go_on, pause_it, State.PAUSED),
        (ask_first, at_once, State.SENT),
        (at_once, ask_first, State.HELD),
    ],
)
def test_wished_in_the_moment_in_which_the_rules_change(
    uncommitted, registry, connection, before, after, state
) -> None:
    before(connection)
    commit = uncommitted(lambda: wish(Connection.objects.get(pk=connection.pk), "On Kelp"))
    after(connection)
    commit()
    sync.keep_house()
    sync.run_due()
    item = OrcidItem.objects.get()
    assert (item.state, bool(calls(registry, connection.orcid))) == (state, state == State.SENT), item.reason


def test_keeping_house_leaves_alone_what_somebody_said(connection, django_assert_max_num_queries) -> None:
    """And costs the same however much is left off."""
    paused, off, gone, held = (wish(connection, "On Kelp", f"thesis-{n}", f"k-{n}") for n in range(4))
    sync.pause(paused)
    sync.leave_off(off)
    sync.leave_off(gone)
    wish_away = sync.desire(connection, "work", "thesis-2", None)
    before = {row.pk: (row.state, row.reason) for row in OrcidItem.objects.all()}
    assert wish_away.pk == gone.pk
    with django_assert_max_num_queries(4):
        sync.keep_house()
    assert {row.pk: (row.state, row.reason) for row in OrcidItem.objects.all()} == before
    assert before[held.pk][0] == State.WAITING
    sync.pause_all(connection)
    before = {row.pk: (row.state, row.reason) for row in OrcidItem.objects.all()}
    with django_assert_max_num_queries(4):
        sync.keep_house()
    assert {row.pk: (row.state, row.reason) for row in OrcidItem.objects.all()} == before


@pytest.mark.parametrize(("days", "left"), [(730, [0, 729]), (10, [0]), (0, [0, 729, 731, 3000])])
def test_the_history_is_kept_as_long_as_the_site_says(db, settings, days, left) -> None:
    settings.ORCID_HISTORY_DAYS = days
    now = timezone.now()
    ages = [0, 729, 731, 3000]
    for age in ages:
        ApiCall.objects.create(method="GET", path=f"/{age}", at=now - dt.timedelta(days=age))
    sync.keep_house()
    assert [int(row.path[1:]) for row in ApiCall.objects.all()] == left


def test_a_long_history_is_forgotten_piece_by_piece(db, django_assert_max_num_queries) -> None:
    long_ago = timezone.now() - dt.timedelta(days=800)
    ApiCall.objects.bulk_create(ApiCall(method="GET", path="/", at=long_ago) for _ in range(2500))
    with django_assert_max_num_queries(30) as done:
        sync.keep_house()
    assert not ApiCall.objects.exists()
    assert not [query for query in done.captured_queries if len(query["sql"]) > 50_000]
