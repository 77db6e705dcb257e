"""webhooks.py and its address: registered once, removed for certain, and however often called read once."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
import requests
from django.core.exceptions import ImproperlyConfigured
from django.db import connection as database
from django.utils import timezone

from orcid_workflow import connections, sync, webhooks
from orcid_workflow.models import ApiCall, ClientToken, Connection
from orcid_workflow.sending import leases
from tests.registry_process import client_token

from ..conftest import attach, fault, grant_for
from .conftest import SITE, fresh, later, registered

Hook = Connection.Hook


def hooks_called(connection: Connection) -> list[tuple[str, int | None]]:
    """Our own history of registering and removing, oldest first."""
    rows = ApiCall.objects.filter(connection=connection, path__contains="/webhook/").order_by("pk")
    return list(rows.values_list("method", "status"))


# --- Registering and removing ---
def test_a_webhook_is_registered_at_an_address_of_this_site(hooked, registry) -> None:
    (url,) = registered(registry, hooked)
    assert url == f"{SITE}/orcid/hook/{hooked.hook_key}/"
    assert len(hooked.hook_key) >= 43
    assert hooks_called(hooked) == [("PUT", 201)]
    assert webhooks.run_due() == 0, "once is enough"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_who_connects_gets_a_webhook_and_who_disconnects_loses_it(registry, person, user) -> None:
    connection = attach(grant_for(registry, person), user)
    assert fresh(connection).hook == Hook.WANTED
    webhooks.run_due()
    assert len(registered(registry, connection)) == 1
    connections.disconnect(fresh(connection))
    assert fresh(connection).hook == Hook.UNWANTED
    webhooks.run_due()
    assert registered(registry, connection) == []
    assert (fresh(connection).hook, fresh(connection).hook_key) == (Hook.NONE, None)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_who_lets_us_read_nothing_gets_none(registry, person, user) -> None:
    connection = attach(grant_for(registry, person, "openid"), user)
    webhooks.want(connection)
    assert webhooks.run_due() == 0
    assert (fresh(connection).hook, registered(registry, connection)) == (Hook.NONE, [])


def test_a_signal_that_was_lost_loses_nothing(connection, registry) -> None:
    """The fixture's transaction never commits, so nobody was told of the connection."""
    assert connection.hook == Hook.NONE
    webhooks.run_due()
    assert len(registered(registry, connection)) == 1
    Connection.objects.filter(pk=connection.pk).update(state=Connection.State.REVOKED)
    webhooks.run_due()
    assert registered(registry, connection) == []


def test_what_was_registered_before_is_fine(connection, registry) -> None:
    webhooks.want(connection)
    token = client_token(registry, "/webhook").json()["access_token"]
    url = quote(webhooks.callback_url(connection.hook_key), safe="")
    address = f"{registry.base_url}/{connection.orcid}/webhook/{url}"
    assert requests.put(address, headers={"Authorization": f"Bearer {token}"}, timeout=5).status_code == 201
    webhooks.run_due()
    assert hooks_called(connection) == [("PUT", 204)]
    assert fresh(connection).hook == Hook.REGISTERED


def test_what_is_gone_at_orcid_is_gone(hooked, registry) -> None:
    token = client_token(registry, "/webhook").json()["access_token"]
    address = f"{registry.base_url}/{hooked.orcid}/webhook/{quote(registered(registry, hooked)[0], safe='')}"
    requests.delete(address, headers={"Authorization": f"Bearer {token}"}, timeout=5).raise_for_status()
    connections.disconnect(hooked)
    webhooks.run_due()
    assert hooks_called(hooked)[-1] == ("DELETE", 404)
    assert fresh(hooked).hook == Hook.NONE


def test_switched_off_nothing_is_registered_and_all_is_removed(
    hooked, registry, settings, new_person
) -> None:
    settings.ORCID_WEBHOOKS = False
    other = attach(grant_for(registry, new_person()))
    webhooks.want(other)
    assert other.hook == Hook.NONE
    webhooks.run_due()
    assert (fresh(hooked).hook, registered(registry, hooked)) == (Hook.NONE, [])
    assert (fresh(other).hook, registered(registry, other)) == (Hook.NONE, [])
    settings.ORCID_WEBHOOKS = True
    webhooks.run_due()
    assert len(registered(registry, hooked)) == len(registered(registry, other)) == 1


def test_without_a_membership_there_are_none(connection, registry, settings) -> None:
    settings.ORCID_API_KIND = "public"
    assert webhooks.run_due() == 0
    assert registered(registry, connection) == []


def test_a_key_is_never_used_for_a_second_registration(hooked, registry) -> None:
    first = hooked.hook_key
    connections.disconnect(hooked)
    webhooks.run_due()
    Connection.objects.filter(pk=hooked.pk).update(state=Connection.State.CONNECTED, scope="/read-limited")
    webhooks.run_due()
    assert fresh(hooked).hook_key not in (None, first)
    assert first not in registered(registry, hooked)[0]


def test_a_change_of_mind_before_the_run_costs_nothing(hooked, registry) -> None:
    webhooks.unwant(hooked)
    assert hooked.hook == Hook.UNWANTED
    webhooks.want(hooked)
    webhooks.run_due()
    assert fresh(hooked).hook == Hook.REGISTERED
    assert len(registered(registry, hooked)) == 1


def test_what_is_wished_during_the_call_comes_next(connection, registry, monkeypatch) -> None:
    send = requests.adapters.HTTPAdapter.send

    def slow(adapter, request, **kwargs):
        answer = send(adapter, request, **kwargs)
        if request.method == "PUT":
            connections.disconnect(fresh(connection))
            webhooks.unwant(fresh(connection))
        return answer

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", slow)
    webhooks.run_due()
    assert fresh(connection).hook == Hook.NONE
    assert hooks_called(connection) == [("PUT", 201), ("DELETE", 204)]
    assert registered(registry, connection) == []


def test_other_environments_are_left_alone(hooked, registry, settings) -> None:
    settings.ORCID_WEBHOOKS = False
    settings.ORCID_ENVIRONMENT = "sandbox"
    assert webhooks.run_due() == 0
    assert fresh(hooked).hook == Hook.REGISTERED


def test_no_more_are_tried_than_the_limit(db, registry, new_person) -> None:
    for _ in range(3):
        attach(grant_for(registry, new_person()))
    assert [webhooks.run_due(limit=2), webhooks.run_due(limit=2)] == [2, 1]


# --- Trouble ---
def test_what_orcid_refuses_is_said_and_not_repeated(connection, registry) -> None:
    fault(registry, method="PUT", path_regex="/webhook/", error=9014)
    webhooks.run_due()
    assert fresh(connection).hook == Hook.FAILED
    assert webhooks.run_due(now=later(days=1)) == 0
    assert webhooks.words(fresh(connection)).startswith(
        "Refused by ORCID. ORCID refused it: not every member"
    )
    webhooks.want(connection)
    webhooks.run_due()
    assert fresh(connection).hook == Hook.REGISTERED
    assert webhooks.words(fresh(connection)) == "Registered"


def test_an_unknown_id_is_said(connection, registry) -> None:
    fault(registry, method="PUT", path_regex="/webhook/", error=9011)
    webhooks.run_due()
    assert webhooks.words(fresh(connection)) == "Refused by ORCID. ORCID does not know the iD."


@pytest.mark.parametrize("trouble", [{"status": 500}, {"status": 429}, {"action": "drop_before"}])
def test_what_may_pass_is_tried_again_later(connection, registry, trouble) -> None:
    fault(registry, method="PUT", path_regex="/webhook/", **trouble)
    webhooks.run_due()
    row = fresh(connection)
    assert (row.hook, row.hook_attempts, row.lease_owner) == (Hook.WANTED, 1, "")
    assert row.hook_next_try_at > timezone.now()
    assert webhooks.run_due() == 0
    assert webhooks.run_due(now=row.hook_next_try_at) == 1
    assert (fresh(connection).hook, fresh(connection).hook_attempts) == (Hook.REGISTERED, 0)


def test_a_webhook_that_fails_keeps_no_reading_waiting_nor_the_other_way_round(connection, registry) -> None:
    fault(registry, method="PUT", path_regex="/webhook/", status=503, times=3)
    Connection.objects.update(read_wanted_at=timezone.now())
    for days in range(3):
        webhooks.run_due(now=later(days=days))
    assert fresh(connection).hook_attempts == 3
    fault(registry, method="GET", path_regex="/record", error=9008)
    sync.run_read(connection.pk)
    row = fresh(connection)
    assert (row.attempts, row.hook_attempts) == (1, 3), "it was read at once, and failed by itself"
    webhooks.run_due(now=row.hook_next_try_at)
    row = fresh(connection)
    assert (row.hook, row.hook_attempts, row.attempts) == (Hook.REGISTERED, 0, 1)
    sync.run_read(connection.pk, now=row.next_try_at)
    assert fresh(connection).read_wanted_at is None


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_lost_answer_changes_nothing(connection, registry, method) -> None:
    fault(registry, method=method, path_regex="/webhook/", action="drop_after")
    webhooks.run_due()
    webhooks.run_due(now=later(days=1))
    assert (fresh(connection).hook, len(registered(registry, connection))) == (Hook.REGISTERED, 1)
    connections.disconnect(fresh(connection))
    webhooks.run_due(now=later(days=2))
    webhooks.run_due(now=later(days=3))
    assert (fresh(connection).hook, registered(registry, connection)) == (Hook.NONE, [])


def test_a_client_without_webhooks_asks_once_for_all(db, registry, new_person) -> None:
    rows = [attach(grant_for(registry, new_person())) for _ in range(3)]
    registry.control("clients", client_id=registry.client_id, webhooks=False)
    webhooks.run_due()
    assert ApiCall.objects.filter(path="/oauth/token", outcome__gt="").count() == 1
    assert {fresh(row).hook for row in rows} == {Hook.WANTED}
    assert all(fresh(row).hook_next_try_at > timezone.now() for row in rows)
    registry.control("clients", client_id=registry.client_id, webhooks=True)
    assert webhooks.run_due(now=later(days=1)) == 3


def test_a_token_that_orcid_forgot_is_replaced(connection, registry) -> None:
    webhooks.want(connection)
    webhooks.client.client_token(webhooks.SCOPE)
    ClientToken.objects.update(access_token="00000000-0000-0000-0000-000000000000")
    webhooks.run_due()
    assert fresh(connection).hook == Hook.REGISTERED
    assert [status for _, status in hooks_called(connection)] == [401, 201]


def test_without_a_public_address_nothing_is_called(connection, registry, settings, caplog) -> None:
    settings.ORCID_REDIRECT_URI = ""
    with pytest.raises(ImproperlyConfigured):
        webhooks.callback_url("x")
    webhooks.run_due()
    assert hooks_called(connection) == []
    assert "ORCID_REDIRECT_URI" in caplog.text
    assert fresh(connection).hook_next_try_at > timezone.now()


class Killed(BaseException):
    """The process is gone: no handler of ours sees it."""


def _count(monkeypatch, kill_at: int) -> Callable[[], int]:
    """Count statements and calls, and die at one of them; return how many there were."""
    done = [0]
    send = requests.adapters.HTTPAdapter.send

    def step() -> None:
        done[0] += 1
        if done[0] == kill_at:
            raise Killed

    def counted(adapter, request, **kwargs):
        step()
        answer = send(adapter, request, **kwargs)
        step()
        return answer

    def statement(execute, *arguments):
        step()
        return execute(*arguments)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", counted)
    database.execute_wrappers.append(statement)

    def stop() -> int:
        database.execute_wrappers.remove(statement)
        monkeypatch.undo()
        return done[0]

    return stop


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_may_die_at_any_step(registry, person, user) -> None:
    connection = attach(grant_for(registry, person), user)
    webhooks.client.client_token(webhooks.SCOPE)
    for wish, begin, end in (
        (webhooks.want, Hook.NONE, Hook.REGISTERED),
        (webhooks.unwant, Hook.REGISTERED, Hook.NONE),
    ):
        steps = _die(connection, wish, begin, 0)
        assert steps > 8
        for kill_at in range(1, steps + 1):
            assert (
                _die(connection, wish, begin, kill_at) <= kill_at + 3
            )  # it died, and the database took back
            webhooks.run_due(now=timezone.now() + 2 * leases.LEASE)
            row = fresh(connection)
            assert (row.hook, row.lease_owner) == (end, ""), kill_at
            assert len(registered(registry, row)) == (1 if end == Hook.REGISTERED else 0), kill_at


def _die(connection: Connection, wish: Callable, begin: str, kill_at: int) -> int:
    """Let a worker fulfil ``wish`` from ``begin``, and die at a step (0: not); return the number of steps."""
    _settle(connection, begin)
    wish(connection)
    with pytest.MonkeyPatch.context() as patch:
        stop = _count(patch, kill_at)
        try:
            webhooks.run_due()
        except Killed:
            assert kill_at
        finally:
            steps = stop()
    return steps


def _settle(connection: Connection, begin: str) -> None:
    """Bring the connection to ``begin``, where nothing is to be done."""
    state = Connection.State.CONNECTED if begin == Hook.REGISTERED else Connection.State.DISCONNECTED
    Connection.objects.filter(pk=connection.pk).update(state=state, hook_next_try_at=None)
    webhooks.run_due(now=timezone.now() + 3 * leases.LEASE)
    assert fresh(connection).hook == begin
    # The wish alone decides from here.
    other = {
        Connection.State.CONNECTED: Connection.State.DISCONNECTED,
        Connection.State.DISCONNECTED: Connection.State.CONNECTED,
    }[state]
    Connection.objects.filter(pk=connection.pk).update(state=other)
