"""Being called by ORCID: what a call brings about, and that its key is told to nobody."""

import datetime as dt
import logging

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orcid_workflow import connections, profile, sync, webhooks
from orcid_workflow.api import errors
from orcid_workflow.models import ApiCall, Connection
from orcid_workflow.pages.in_words import call_in_words

from ..conftest import CALLBACK, attach, fault, grant_for
from .conftest import fresh, later, registered


def _call(key: str, method: str = "post") -> int:
    return getattr(Client(enforce_csrf_checks=True), method)(f"/orcid/hook/{key}/").status_code


def test_a_call_asks_for_one_reading_however_often_it_comes(hooked, registry) -> None:
    profile.refresh(hooked)
    Connection.objects.update(read_wanted_at=None)
    assert _call(hooked.hook_key) == 204
    first = fresh(hooked).read_wanted_at
    assert first
    for _ in range(20):
        assert _call(hooked.hook_key) == 204
    assert fresh(hooked).read_wanted_at == first


def test_a_call_during_the_reading_is_not_lost(hooked) -> None:
    before = timezone.now() - dt.timedelta(minutes=1)
    Connection.objects.update(read_wanted_at=before, lease_owner="w", lease_until=later(minutes=1))
    assert _call(hooked.hook_key) == 204
    assert fresh(hooked).read_wanted_at > before


def test_a_call_needs_nothing_but_the_key(hooked, django_assert_max_num_queries) -> None:
    Connection.objects.update(read_wanted_at=None)
    with django_assert_max_num_queries(4):
        response = Client(enforce_csrf_checks=True).post(
            f"/orcid/hook/{hooked.hook_key}/", b"x" * 5_000_000, content_type="text/plain"
        )
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_only_post_is_answered(hooked, method) -> None:
    Connection.objects.update(read_wanted_at=None)
    assert _call(hooked.hook_key, method) == 405
    assert fresh(hooked).read_wanted_at is None


def test_an_unknown_key_says_nothing(hooked) -> None:
    response = Client().post("/orcid/hook/" + "x" * 43 + "/")
    assert (response.status_code, response.content) == (404, b"")
    assert _call("x" * 5000) == 404
    assert Client().post("/orcid/hook/None/").status_code == 404


def test_after_disconnecting_a_call_does_nothing(hooked) -> None:
    connections.disconnect(hooked)
    Connection.objects.update(read_wanted_at=None)
    assert _call(hooked.hook_key) == 204
    assert fresh(hooked).read_wanted_at is None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_from_a_change_at_orcid_to_a_new_reading(live_server, settings, registry, person, user) -> None:
    settings.ORCID_REDIRECT_URI = f"{live_server.url}/orcid/callback/"
    connection = attach(grant_for(registry, person), user)
    profile.refresh(connection)
    sync.run_due()
    (url,) = registered(registry, connection)
    assert url.startswith(live_server.url)
    Connection.objects.update(read_wanted_at=None)
    registry.control("status", orcid=person.orcid, given_names="Changed")
    registry.control("webhooks")
    assert registry.see("webhooks")["deliveries"][-1]["status"] == 204
    assert fresh(connection).read_wanted_at
    sync.run_due()
    row = fresh(connection)
    assert profile.parse(row.record).given == "Changed"
    assert row.read_wanted_at is None


def test_what_changed_before_the_registration_is_read_as_well(connection, registry) -> None:
    profile.refresh(connection)
    Connection.objects.update(record_read_at=timezone.now() - dt.timedelta(days=30))
    webhooks.run_due()
    assert fresh(connection).read_wanted_at
    webhooks.unwant(connection)
    Connection.objects.update(read_wanted_at=None, record_read_at=timezone.now())
    webhooks.want(connection)
    webhooks.run_due()
    assert fresh(connection).read_wanted_at is None


def test_the_key_is_in_no_history(hooked, registry, caplog) -> None:
    fault(registry, method="DELETE", path_regex="/webhook/", error=9014)
    connections.disconnect(hooked)
    with caplog.at_level(logging.INFO):
        webhooks.run_due()
        webhooks.run_due(now=later(days=1))
    rows = ApiCall.objects.filter(connection=hooked, path__contains="/webhook/")
    assert rows.count() >= 2
    for row in rows:
        assert hooked.hook_key not in f"{row.path} {row.outcome} {call_in_words(row)}"
        assert row.path.startswith(f"/{hooked.orcid}/webhook/")
    assert hooked.hook_key not in caplog.text


def test_the_words_of_orcid_that_repeat_the_key_are_scrubbed() -> None:
    body = b'{"error-code": 9028, "developer-message": "no webhook https://x/orcid/hook/k3y-of_it/"}'
    fault = errors.parse(body, "application/json")
    assert errors.scrub(fault.text, "", "k3y-of_it") == "no webhook https://x/orcid/hook/[token]/"


def test_the_key_is_cut_out_of_the_lines_of_a_server() -> None:
    from submissions.committee.logs import HideLinks

    path = reverse("orcid:hook", args=["k3y-of_it"])
    line = logging.LogRecord(
        "django.server", logging.INFO, "", 0, '"%s" %s', (f"POST {path} HTTP/1.1", 204), None
    )
    assert HideLinks().filter(line)
    assert "k3y" not in line.getMessage()


def test_the_address_is_beside_the_callback() -> None:
    assert reverse("orcid:hook", args=["x"]).startswith(reverse("orcid:callback").removesuffix("callback/"))
    assert CALLBACK.endswith(reverse("orcid:callback"))
