"""asking.py: what stands in the address that leads to ORCID (orcid.md §2)."""

from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from orcid_workflow import connections, oauth
from orcid_workflow.models import Connection, IdHint
from orcid_workflow.visits.asking import language_at_orcid

from ..conftest import HOST, at_orcid, begin

HINTED = "0000-0002-1825-0097"


def asked(address: str) -> dict[str, str]:
    """The parameters of an address, each of which has to be there once."""
    pairs = parse_qsl(urlsplit(address).query, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_names_and_address_of_the_account_go_along_encoded(registry, browser, user) -> None:
    user.first_name, user.last_name, user.email = "Zoë & Ann", "O'Neil-Čapek", "zoe+thesis@example.edu"
    user.save()
    address = begin(browser)
    assert "zoe%2Bthesis%40example.edu" in address
    query = asked(address)
    assert query["given_names"] == "Zoë & Ann"
    assert query["family_names"] == "O'Neil-Čapek"
    assert query["email"] == "zoe+thesis@example.edu"
    assert "orcid" not in query
    assert query["scope"] == "openid /read-limited /activities/update"
    page = requests.get(address, timeout=5).text
    assert 'value="zoe+thesis@example.edu"' in page, "the registry filled in its form"


def test_what_is_not_known_is_left_out(registry, user) -> None:
    user.email = ""
    user.save()
    browser = Client(HTTP_HOST=HOST)
    browser.force_login(user)
    assert not {"email", "given_names", "family_names", "orcid"} & set(asked(begin(browser)))


def test_the_id_that_is_connected_wins_over_the_address(registry, browser, connection) -> None:
    query = asked(begin(browser))
    assert query["orcid"] == connection.orcid
    assert "email" not in query
    Connection.objects.update(state=Connection.State.REVOKED)
    assert asked(begin(browser))["orcid"] == connection.orcid


def test_an_id_that_was_disconnected_is_not_offered_again(registry, browser, connection, user) -> None:
    """It may have been somebody else's."""
    connections.disconnect(connection)
    query = asked(begin(browser))
    assert "orcid" not in query
    assert query["email"] == user.email
    assert query["prompt"] == "login", "whoever is signed in at ORCID now may be the same stranger"


def test_what_the_university_says_is_a_hint_and_nothing_more(registry, browser, user, person) -> None:
    IdHint.objects.create(user=user, orcid=HINTED, source="eduPersonOrcid")
    address = begin(browser)
    assert asked(address)["orcid"] == HINTED
    browser.get(at_orcid(registry, person, address))
    assert Connection.objects.get().orcid == person.orcid
    assert asked(begin(browser))["orcid"] == person.orcid


def test_a_hint_of_somebody_else_is_not_taken(registry, browser) -> None:
    other = get_user_model().objects.create_user("bob")
    IdHint.objects.create(user=other, orcid=HINTED, source="eduPersonOrcid")
    assert "orcid" not in asked(begin(browser))


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [("de-CH,de;q=0.9,en;q=0.5", "de"), ("pt-BR", "pt"), ("zh-TW", "zh_TW"), ("zh-CN", "zh_CN"), ("", "en")],
)
def test_orcid_speaks_the_readers_language(registry, browser, accepted: str, expected: str) -> None:
    address = browser.post("/orcid/connect/", HTTP_ACCEPT_LANGUAGE=accepted)["Location"]
    assert asked(address)["lang"] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("en-gb", "en"), ("pt-br", "pt"), ("zh", "zh_CN"), ("zh-Hans", "zh_CN"), ("zh-hant-hk", "zh_TW"),
        ("ja", "ja"), ("nn", ""), ("", ""),
    ],
)  # fmt: skip
def test_every_language_is_one_that_orcid_has_or_none(code: str, expected: str) -> None:
    assert language_at_orcid(code) == expected


def test_on_shared_machines_everybody_signs_in_anew(registry, browser, settings) -> None:
    assert "prompt" not in asked(begin(browser))
    settings.ORCID_FORCE_LOGIN = True
    assert asked(begin(browser))["prompt"] == "login"


@pytest.mark.django_db
def test_without_openid_orcid_is_not_told_to_ask(registry, purpose, settings) -> None:
    settings.ORCID_FORCE_LOGIN = True
    purpose("plain", scopes=("/authenticate",))
    request = RequestFactory().post("/host/", HTTP_HOST=HOST)
    request.user, request.session = AnonymousUser(), Client(HTTP_HOST=HOST).session
    assert "prompt" not in asked(oauth.begin(request, "plain")["Location"])


@pytest.mark.django_db
def test_hints_of_the_caller_go_before_those_of_the_purpose(registry, purpose) -> None:
    purpose("seat", prefill=lambda request, context: {"email": context["to"], "given_names": "Ann"})
    request = RequestFactory().post("/host/", HTTP_HOST=HOST)
    request.user, request.session = AnonymousUser(), Client(HTTP_HOST=HOST).session
    address = oauth.begin(
        request, "seat", {"to": "a@example.org"}, hints={"given_names": "Bea", "nonsense": "x"}
    )
    query = asked(address["Location"])
    assert (query["email"], query["given_names"]) == ("a@example.org", "Bea")
    assert "nonsense" not in query


def test_who_was_refused_is_asked_for_a_password_at_the_next_try(registry, browser, person, purpose) -> None:
    """ORCID remembers who is signed in, so the next try would end as the first did."""
    other = get_user_model().objects.create_user("bob")
    theirs = Client(HTTP_HOST=HOST)
    theirs.force_login(other)
    theirs.get(at_orcid(registry, person, begin(theirs)))
    assert browser.get(at_orcid(registry, person, begin(browser))).status_code == 409
    again = browser.post("/orcid/connect/again/")["Location"]
    assert parse_qs(urlsplit(again).query)["prompt"] == ["login"]
