"""Whose an iD becomes that comes back from ORCID, and what is given back when it cannot be kept."""

import threading

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import connections as databases
from django.db import transaction
from django.test import Client
from django.utils import timezone

from orcid_workflow.models import ApiCall, Connection, Token
from orcid_workflow.purposes import ConnectionRefused

from .conftest import HOST, at_orcid, attach, begin, fault, grant_for, live_at_orcid, nothing_stored


@pytest.mark.django_db
def test_the_id_of_another_account(registry, browser, person, user) -> None:
    other = get_user_model().objects.create_user("bob", "bob-secret@example.edu")
    attach(grant_for(registry, person), other)
    before = set(Token.objects.values_list("pk", flat=True))
    response = browser.get(at_orcid(registry, person, begin(browser)))
    page = response.content.decode()
    assert response.status_code == 409
    assert "connected to another account here" in page
    assert "bob" not in page
    for way_out in (
        "Sign out here and sign in with the other account",
        person.orcid,
        "Use another iD",
    ):
        assert way_out in page
    assert set(Token.objects.values_list("pk", flat=True)) == before
    assert Connection.objects.get().user == other
    assert ApiCall.objects.filter(path="/oauth/revoke", status=200).count() == 1
    kept = Token.objects.get().access_token
    assert live_at_orcid(registry, kept, person.orcid), "only the pair that was refused is given back"


def _fails(*args) -> None:
    raise RuntimeError("a fault of the host's")


def _fails_afterwards(*args) -> str:
    transaction.on_commit(_fails)
    return "/done/"


def _come_back(registry, person, purpose, **changes) -> int:
    """Go to ORCID and back for a purpose of the host's; return the status."""
    browser = Client(HTTP_HOST=HOST, raise_request_exception=False)
    browser.force_login(get_user_model().objects.create_user("ada"))
    purpose("account", scopes=("openid", "/read-limited"), **changes)
    return browser.get(at_orcid(registry, person, begin(browser))).status_code


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["on_connected", "identify"])
def test_a_grant_that_a_fault_of_ours_kept_from_being_stored_is_given_back(
    registry, person, purpose, part
) -> None:
    assert _come_back(registry, person, purpose, **{part: _fails}) == 500, "the fault stays to be seen"
    assert nothing_stored()
    assert list(ApiCall.objects.filter(path="/oauth/revoke").values_list("status", flat=True)) == [200]


@pytest.mark.django_db
def test_and_by_the_worker_when_orcid_does_not_answer_either(registry, person, purpose) -> None:
    fault(registry, path_regex="/oauth/revoke", action="drop_before")
    assert _come_back(registry, person, purpose, on_connected=_fails) == 500
    assert Token.objects.get().revoke_again_at > timezone.now()
    assert not Connection.objects.get().is_connected


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("django_db_serialized_rollback")
def test_a_grant_that_was_stored_before_something_failed_stays(registry, person, purpose) -> None:
    assert _come_back(registry, person, purpose, on_connected=_fails_afterwards) == 500
    assert live_at_orcid(registry, Token.objects.get().access_token, person.orcid)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("django_db_serialized_rollback")
def test_two_accounts_come_back_with_one_id_at_the_same_moment(registry, person) -> None:
    if databases["default"].vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    ways_back = []
    for name in ("ada", "bob"):
        browser = Client(HTTP_HOST=HOST)
        browser.force_login(get_user_model().objects.create_user(name, f"{name}@example.edu"))
        ways_back.append((browser, at_orcid(registry, person, begin(browser))))
    answers, gate = [], threading.Barrier(2)

    def come_back(browser: Client, address: str) -> None:
        gate.wait()
        try:
            answers.append(browser.get(address))
        finally:
            databases.close_all()

    threads = [threading.Thread(target=come_back, args=way) for way in ways_back]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "connected to another account" in refused.content.decode()
    row = Connection.objects.get()
    assert row.consents.get().receipt_to == row.user.email
    assert live_at_orcid(registry, row.tokens.get().access_token, person.orcid)
    assert ApiCall.objects.filter(path="/oauth/revoke", status=200).count() == 1


@pytest.mark.django_db
def test_another_id_than_the_one_connected(registry, browser, new_person, user) -> None:
    first, second = new_person(), new_person()
    attach(grant_for(registry, first), user)
    response = browser.get(at_orcid(registry, second, begin(browser)))
    page = response.content.decode()
    assert response.status_code == 409
    assert first.orcid in page
    assert second.orcid in page
    assert "/orcid/choose/" in page
    assert [row.orcid for row in Connection.objects.filter(user=user)] == [first.orcid]
    assert Connection.objects.get(orcid=second.orcid).live_tokens() == []


@pytest.mark.django_db
def test_an_id_known_without_an_account_gets_one(registry, browser, person, user) -> None:
    row = attach(grant_for(registry, person, "openid"))
    assert row.user is None
    browser.get(at_orcid(registry, person, begin(browser)))
    row.refresh_from_db()
    assert row.user == user
    assert row.tokens.count() == 2


@pytest.mark.django_db
def test_a_narrower_sign_in_takes_nothing_away(registry, connection, person, purpose, user) -> None:
    purpose("member")
    member = Client(HTTP_HOST=HOST)
    response = _visit(registry, member, person, "member", {"role": "advisor"})
    assert response["Location"] == "/done/advisor"
    connection.refresh_from_db()
    assert connection.user == user
    assert connection.can_write
    assert connection.tokens.count() == 2


def _visit(registry, client: Client, person, name: str, context: dict):
    """Begin a purpose as a host's view would, in the session of ``client``, and come back."""
    from django.test import RequestFactory

    from orcid_workflow import oauth

    request = RequestFactory().post("/host/", HTTP_HOST=HOST)
    request.user, request.session = AnonymousUser(), client.session
    response = oauth.begin(request, name, context, "")
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key
    return client.get(at_orcid(registry, person, response["Location"]))


@pytest.mark.django_db
def test_a_purpose_without_an_account(registry, person, purpose) -> None:
    purpose("member")
    response = _visit(registry, Client(HTTP_HOST=HOST), person, "member", {"role": "advisor"})
    assert response["Location"] == "/done/advisor"
    row = Connection.objects.get()
    assert row.user is None
    assert row.scope == "openid"
    assert not row.can_write
    assert row.record is None, "nothing is read that was not asked for"


@pytest.mark.django_db
def test_a_host_that_refuses_leaves_nothing_behind(registry, person, purpose) -> None:
    def refuse(request, connection, context):
        raise ConnectionRefused("Not this iD", "Another iD is attached.", "Ask the office", "/help/")

    purpose("member", on_connected=refuse)
    response = _visit(registry, Client(HTTP_HOST=HOST), person, "member", {})
    page = response.content.decode()
    assert response.status_code == 409
    for words in ("Not this iD", "Another iD is attached.", "/help/", "/back/"):
        assert words in page
    assert nothing_stored()
    assert ApiCall.objects.filter(path="/oauth/revoke", status=200).exists()


@pytest.mark.django_db
def test_a_permission_that_was_not_given_is_said(registry, browser, person, purpose, user) -> None:
    # ORCID drops OIDC scopes such as "profile" without a word (orcid.md §2), so that the answer is narrower.
    purpose("wide", scopes=("openid", "profile"), requires_user=False)
    response = _visit(registry, Client(HTTP_HOST=HOST), person, "wide", {"role": "x"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "a permission is missing" in page
    assert "/done/x" in page
    assert Connection.objects.get().scope == "openid"


@pytest.mark.django_db
def test_disconnected_rows_hold_nobody_back(registry, browser, new_person, user) -> None:
    first, second = new_person(), new_person()
    old = attach(grant_for(registry, first), user)
    browser.post("/orcid/disconnect/")
    browser.get(at_orcid(registry, second, begin(browser)))
    old.refresh_from_db()
    assert old.user is None
    assert Connection.objects.get(orcid=second.orcid).user == user
    bob = get_user_model().objects.create_user("bob")
    assert attach(grant_for(registry, first), bob).pk == old.pk
