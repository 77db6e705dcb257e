"""sync.py: exactly one work, whatever is lost on the way."""

import datetime as dt
import threading
from dataclasses import replace

import pytest
import requests
from django.db import connection as database
from django.db import connections as databases
from django.db import transaction
from django.utils import timezone

from orcid_workflow import messages, profile, sync
from orcid_workflow.api import client
from orcid_workflow.api.errors import Action
from orcid_workflow.messages.work import ExternalId, Work, to_xml
from orcid_workflow.models import ApiCall, Connection, OrcidItem
from orcid_workflow.sending import leases
from tests.registry_process import authorize, submit

from .conftest import CALLBACK, PASSWORD, attach, calls, fault, grant_for, works_of

pytestmark = pytest.mark.django_db
State = OrcidItem.State
BASE = Work(title="On Kelp", external_ids=())


def a_work(key: str, title: str = "On Kelp", *more: str) -> bytes:
    """Return a message whose ``self`` identifiers are ``key`` and ``more``."""
    ids = tuple(ExternalId("source-work-id", value) for value in (key, *more))
    return to_xml(replace(BASE, title=title, external_ids=ids))


def later() -> dt.datetime:
    """Return a moment at which every back-off is over."""
    return timezone.now() + dt.timedelta(days=1)


def writes(registry, connection: Connection) -> list[str]:
    """Return the methods of the calls that wrote, or tried to."""
    return [method for method, _, _ in calls(registry, connection.orcid) if method != "GET"]


def titles(registry, connection: Connection) -> list[str]:
    return [work["title"]["title"]["value"] for work in works_of(registry, connection)]


@pytest.fixture
def item(connection) -> OrcidItem:
    """An item that waits."""
    return sync.desire(
        connection, "work", "thesis-1", a_work("k-1"), title="On Kelp", url="https://x.example/"
    )


def check_sent(registry, item: OrcidItem, title: str) -> None:
    item.refresh_from_db()
    assert item.state == State.SENT, (item.state, item.reason)
    works = works_of(registry, item.connection)
    assert [work["put-code"] for work in works] == [item.put_code]
    assert works[0]["title"]["title"]["value"] == title
    assert item.sent_hash == item.desired_hash
    assert (item.in_doubt, item.lease_owner, item.lease_until, item.reason) == ("", "", None, "")


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


# --- Lost answers and broken calls
# ------------------------------------------------------------------------------------


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


# --- What people do
# ----------------------------------------------------------------------------------------------------


def remove(registry, connection: Connection, put_code: int) -> None:
    token = connection.tokens.order_by("-pk").first().access_token
    requests.delete(
        f"{registry.api_url}/{connection.orcid}/work/{put_code}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=5,
    ).raise_for_status()


def test_removed_by_its_owner_is_asked_about_and_never_sent_again(registry, connection, item) -> None:
    sync.run_due()
    item.refresh_from_db()
    remove(registry, connection, item.put_code)
    for title in ("Second", "Third"):
        sync.desire(connection, "work", "thesis-1", a_work("k-1", title))
        sync.run_due(now=later())
        item.refresh_from_db()
        assert (item.state, item.action, item.put_code) == (State.NEEDS_ATTENTION, Action.GONE, None)
        assert works_of(registry, connection) == []
    assert writes(registry, connection) == ["POST", "DELETE", "PUT"]
    sync.send_again(item)
    sync.run_due()
    check_sent(registry, item, "Third")


def test_removed_by_its_owner_and_no_longer_wanted(registry, connection, item) -> None:
    sync.run_due()
    item.refresh_from_db()
    remove(registry, connection, item.put_code)
    sync.desire(connection, "work", "thesis-1", None)
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.put_code) == (State.REMOVED, None)


def test_left_off_until_the_owner_says_otherwise(registry, connection, item) -> None:
    sync.leave_off(item)
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    assert sync.run_due(now=later()) == 0
    sync.send_again(item)
    sync.run_due()
    check_sent(registry, item, "Second")


def withdraw(registry, connection: Connection) -> None:
    """Revoke our tokens behind our back."""
    for token in connection.tokens.filter(revoked_at=None):
        requests.post(
            f"{registry.base_url}/oauth/revoke",
            data={
                "client_id": registry.client_id,
                "client_secret": registry.client_secret,
                "token": token.access_token,
            },
            timeout=5,
        ).raise_for_status()


def test_permission_withdrawn_is_noticed_and_work_goes_on_after_reconnecting(
    registry, connection, item, person, user
) -> None:
    withdraw(registry, connection)
    sync.run_due()
    item.refresh_from_db()
    connection.refresh_from_db()
    assert (item.state, item.action) == (State.NEEDS_ATTENTION, Action.RECONNECT)
    assert connection.state == Connection.State.REVOKED
    assert not connection.can_write
    token = connection.tokens.get()
    assert token.revoked_at
    call = ApiCall.objects.get(method="POST")
    assert (call.status, call.error_code) == (401, "invalid_token")
    assert token.access_token not in call.outcome
    attach(grant_for(registry, person), user)
    connection.refresh_from_db()
    assert connection.can_write
    sync.run_due()
    check_sent(registry, item, "On Kelp")


@pytest.mark.parametrize("scopes", ["openid /read-limited /activities/update", "openid"])
def test_connected_again_before_the_refusal_was_written_down(
    registry, connection, item, person, user, monkeypatch, scopes
) -> None:
    new, post = grant_for(registry, person, scopes), client.post_item
    before = []

    def post_item(*args, **kwargs):
        if not before:
            withdraw(registry, connection)
        answer = post(*args, **kwargs)
        if not before:
            before.append(answer.status)
            attach(new, user)
        return answer

    monkeypatch.setattr(client, "post_item", post_item)
    sync.run_due()
    item.refresh_from_db()
    assert before == [401]
    if scopes == "openid":  # that one does not help
        assert (item.state, item.action) == (State.NEEDS_ATTENTION, Action.RECONNECT)
        return
    assert (item.state, item.action, item.attempts) == (State.WAITING, Action.RETRY, 0)
    sync.run_due(now=later())
    check_sent(registry, item, "On Kelp")


def test_one_dead_token_of_two_is_no_loss(registry, connection, item, person, user) -> None:
    old = connection.tokens.get()
    attach(grant_for(registry, person), user)
    newest = connection.tokens.order_by("-pk").first()
    requests.post(
        f"{registry.base_url}/oauth/revoke",
        data={
            "client_id": registry.client_id,
            "client_secret": registry.client_secret,
            "token": newest.access_token,
        },
        timeout=5,
    ).raise_for_status()
    sync.run_due()
    connection.refresh_from_db()
    assert connection.is_connected
    assert connection.live_tokens() == [old]
    item.refresh_from_db()
    assert item.state == State.SENT


def test_without_the_permission_nothing_is_called(registry, person) -> None:
    row = attach(grant_for(registry, person, "openid"))
    thing = sync.desire(row, "work", "thesis", a_work("k-9"))
    sync.run_due()
    thing.refresh_from_db()
    assert (thing.state, thing.action, thing.in_doubt) == (State.NEEDS_ATTENTION, Action.RECONNECT, "")
    assert calls(registry, row.orcid) == []


@pytest.mark.parametrize(
    ("status", "action"), [("locked", Action.ASK_PERSON), ("deactivated", Action.ASK_PERSON)]
)
def test_a_closed_record(registry, connection, item, status: str, action: Action) -> None:
    body = {"orcid": connection.orcid, "status": status}
    requests.post(f"{registry.base_url}/_status", json=body, timeout=5).raise_for_status()
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.action) == (State.NEEDS_ATTENTION, action)
    requests.post(f"{registry.base_url}/_status", json=body | {"status": "active"}, timeout=5)
    sync.send_again(item)
    sync.run_due()
    check_sent(registry, item, "On Kelp")


def test_a_refused_message_waits_for_another_one(registry, connection) -> None:
    bad = a_work("k-1").replace(b"dissertation-thesis", b"thesis")
    thing = sync.desire(connection, "work", "thesis-1", bad)
    sync.run_due()
    thing.refresh_from_db()
    assert (thing.state, thing.action, thing.in_doubt) == (State.NEEDS_ATTENTION, Action.ASK_STAFF, "")
    assert thing.error_code
    sync.desire(connection, "work", "thesis-1", bad)
    assert sync.run_due(now=later()) == 0
    sync.desire(connection, "work", "thesis-1", a_work("k-1"))
    sync.run_due()
    check_sent(registry, thing, "On Kelp")


def test_two_things_with_one_identifier_do_not_overwrite_each_other(registry, connection, item) -> None:
    sync.run_due()
    other = sync.desire(connection, "work", "thesis-2", a_work("k-1", "Twin"))
    sync.run_due()
    other.refresh_from_db()
    assert (other.state, other.action, other.put_code) == (State.NEEDS_ATTENTION, Action.ASK_STAFF, None)
    check_sent(registry, item, "On Kelp")


def test_a_404_that_is_not_the_registrys_own_says_nothing_about_the_item(registry, connection, item) -> None:
    sync.run_due()
    item.refresh_from_db()
    put_code = item.put_code
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    fault(registry, method="PUT", path_regex="/work/", status=404)
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.action, item.put_code) == (State.NEEDS_ATTENTION, Action.ASK_STAFF, put_code)
    sync.send_again(item)
    sync.run_due()
    check_sent(registry, item, "Second")


def test_a_permission_withdrawn_by_the_person_still_removes(registry, connection, item, person) -> None:
    """A token that the person withdrew at ORCID is good for DELETE (orcid.md §6)."""
    sync.run_due()
    session = requests.Session()
    authorize(registry, person.orcid, PASSWORD, "openid", CALLBACK, session=session)
    page = session.get(f"{registry.base_url}/trusted-parties", timeout=5)
    submit(session, page, {"client_id": registry.client_id})
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "Second"))
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.action) == (State.NEEDS_ATTENTION, Action.RECONNECT)
    sync.desire(connection, "work", "thesis-1", None)
    sync.run_due()
    item.refresh_from_db()
    assert (item.state, item.put_code) == (State.REMOVED, None)
    connection.refresh_from_db()
    assert connection.state == Connection.State.REVOKED


def test_the_doubt_outlives_a_lost_permission(registry, connection, item, person, user) -> None:
    fault(registry, method="POST", path_regex="/work$", action="drop_after")
    sync.run_due()
    withdraw(registry, connection)
    sync.desire(connection, "work", "thesis-1", a_work("other-id", "Second"))
    sync.run_due(now=later())
    item.refresh_from_db()
    assert (item.state, item.action, item.in_doubt) == (State.NEEDS_ATTENTION, Action.RECONNECT, "POST")
    attach(grant_for(registry, person), user)
    sync.run_due(now=later())
    check_sent(registry, item, "Second")


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
