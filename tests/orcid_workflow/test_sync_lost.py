"""sync.py: answers that are lost and calls that break off: still exactly one work."""

import pytest
from django.db import connection as database
from django.utils import timezone

from orcid_workflow import sync
from orcid_workflow.api import client
from orcid_workflow.api.errors import Action
from orcid_workflow.models import OrcidItem

from .conftest import attach, calls, fault, grant_for, works_of
from .items import a_work, check_sent, later, titles, withdraw, writes

pytestmark = pytest.mark.django_db
State = OrcidItem.State


def test_the_answer_to_a_post_is_lost(registry, connection, item) -> None:
    fault(registry, method="POST", path_regex="/work$", action="drop_after")
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.put_code, item.in_doubt, item.attempts) == (State.WAITING, None, "POST", 1)
    assert item.next_try_at > timezone.now()
    assert sync.run_due() == 0, "not before its time"
    sync.run_due(now=later())
    check_sent(registry, item, "On Kelp")
    assert writes(registry, connection).count("POST") == 1


def test_the_answer_is_lost_and_our_own_memory_too(registry, connection, item) -> None:
    """The database was put back to before the call: only ORCID knows, and answers 409/9021 with the
    put-code.
    """
    fault(registry, method="POST", path_regex="/work$", action="drop_after")
    sync.run_due()
    OrcidItem.objects.update(in_doubt="", next_try_at=None, attempts=0)
    sync.run_due()
    check_sent(registry, item, "On Kelp")
    assert [status for method, _, status in calls(registry, connection.orcid) if method == "POST"] == [0, 409]
    assert writes(registry, connection) == ["POST", "POST", "PUT"]


def test_the_wish_changed_while_the_answer_was_lost(registry, connection, item) -> None:
    fault(registry, method="POST", path_regex="/work$", action="drop_after")
    sync.run_due()
    sync.desire(connection, "work", "thesis-1", a_work("doi-now", "New title, new identifier"))
    sync.run_due(now=later())
    check_sent(registry, item, "New title, new identifier")


def test_the_wish_was_taken_back_while_the_answer_was_lost(registry, connection, item) -> None:
    fault(registry, method="POST", path_regex="/work$", action="drop_after")
    sync.run_due()
    sync.desire(connection, "work", "thesis-1", None)
    sync.run_due(now=later())
    item.refresh_from_db()
    assert item.state == State.REMOVED
    assert works_of(registry, connection) == []


def test_the_call_never_arrived(registry, connection, item, settings) -> None:
    good = settings.ORCID_API_URL
    settings.ORCID_API_URL = "http://127.0.0.1:9/v3.0"
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.action) == (State.WAITING, Action.RETRY)
    assert item.reason.startswith("ORCID did not answer")
    settings.ORCID_API_URL = good
    sync.run_due(now=later())
    check_sent(registry, item, "On Kelp")


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_orcid_is_down_or_busy(registry, connection, item, status: int) -> None:
    fault(registry, method="POST", path_regex="/work$", status=status)
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.attempts) == (State.WAITING, 1)
    sync.run_due(now=later())
    check_sent(registry, item, "On Kelp")


def test_a_write_is_never_repeated_blindly(registry, connection, item) -> None:
    fault(registry, method="POST", path_regex="/work$", status=503)
    sync.run_due()
    assert writes(registry, connection) == ["POST"]


def test_the_answer_to_a_put_is_lost_and_the_wish_goes_back(registry, connection, item) -> None:
    sync.run_due()
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    fault(registry, method="PUT", path_regex="/work/", action="drop_after")
    sync.run_due()
    assert titles(registry, connection) == ["Second"]
    sync.desire(connection, "work", "thesis-1", a_work("k-1"))
    sync.run_due(now=later())
    check_sent(registry, item, "On Kelp")


def test_a_lost_put_and_a_lost_permission_and_the_wish_goes_back(
    registry, connection, item, person, user
) -> None:
    sync.run_due()
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    fault(registry, method="PUT", path_regex="/work/", action="drop_after")
    sync.run_due()
    withdraw(registry, connection)
    sync.run_due(now=later())
    sync.desire(connection, "work", "thesis-1", a_work("k-1"))
    item.refresh_from_db()
    assert item.state == State.NEEDS_ATTENTION, "nobody knows which of the two is on the record"
    attach(grant_for(registry, person), user)
    sync.run_due(now=later())
    check_sent(registry, item, "On Kelp")


def test_the_answer_to_a_delete_is_lost(registry, connection, item) -> None:
    sync.run_due()
    sync.desire(connection, "work", "thesis-1", None)
    fault(registry, method="DELETE", path_regex="/work/", action="drop_after")
    sync.run_due()
    sync.run_due(now=later())
    item.refresh_from_db()
    assert (item.state, item.put_code) == (State.REMOVED, None)


def test_wanted_again_after_a_delete_whose_answer_was_lost(registry, connection, item) -> None:
    sync.run_due()
    sync.desire(connection, "work", "thesis-1", None)
    fault(registry, method="DELETE", path_regex="/work/", action="drop_after")
    sync.run_due()
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Back"))
    sync.run_due(now=later())
    check_sent(registry, item, "Back")


def test_one_kill_at_every_write_of_ours(registry, new_person, user) -> None:
    """A process that dies between any two of its own statements leaves what the next one can finish."""

    class Killed(BaseException):
        pass

    step, finished = 0, False
    while not finished:
        step += 1
        row = attach(grant_for(registry, new_person(), "/activities/update"))
        thing = sync.desire(row, "work", "thesis", a_work(f"kill-{step}"))
        left = step

        def count(execute, sql, params, many, context):
            nonlocal left
            if sql.startswith(("UPDATE", "INSERT")):
                left -= 1
                if left == 0:
                    raise Killed
            return execute(sql, params, many, context)

        try:
            with database.execute_wrapper(count):
                sync.run_due()
            finished = True
        except Killed:
            pass
        sync.run_due(now=later())
        check_sent(registry, thing, "On Kelp")
        assert len(works_of(registry, row)) == 1
    assert step >= 6, "claim, begin, saved, released and the history in between"


def test_the_put_code_cannot_be_read(registry, connection, item) -> None:
    assert client.put_code_of("https://api.orcid.org/v3.0/x/work/123456") == 123456
    assert client.put_code_of("https://api.orcid.org/v3.0/x/work/123456/?a=1") == 123456
    for location in (None, "", "/work/", "/work/0", "/work/abc", "/work/-5"):
        assert client.put_code_of(location) is None


def test_our_own_among_works_of_others(registry, connection) -> None:
    def group(client_id, value, relationship="self", put_code=7):
        entry = {
            "external-id-type": "doi",
            "external-id-value": value,
            "external-id-relationship": relationship,
        }
        source = {"source-client-id": {"path": client_id}} if client_id else None
        return {"put-code": put_code, "source": source, "external-ids": {"external-id": [entry]}}

    def find(*summaries):
        works = {"group": [{"work-summary": list(summaries)}, {"work-summary": None}]}
        return client.own_put_code(works, "APP-US", [["doi", "10.1/AbC"]])

    assert find(group("APP-THEM", "10.1/abc", put_code=3), group("APP-US", "10.1/abc", put_code=4)) == 4
    assert find(group("APP-THEM", "10.1/abc"), group(None, "10.1/abc")) is None
    assert find(group("APP-US", "10.1/other"), group("APP-US", "10.1/abc", "part-of")) is None
    assert client.own_put_code(None, "APP-US", []) is None
