"""No log holds a key to the committee's page: what the configured handlers write is read here, line by line."""

import io
import logging

import pytest
from django.test import Client
from django.urls import reverse

from submissions.committee.invitations import make_token
from submissions.committee.logs import hide_links
from tests.factories import make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def console(monkeypatch):
    """What the log's handlers write from now on: the root's as ``LOGGING`` set it up, and the development server's."""
    written = io.StringIO()
    for name in ("", "django.server"):
        for handler in logging.getLogger(name).handlers:
            if type(handler) is logging.StreamHandler:
                monkeypatch.setattr(handler, "stream", written)
    return written


@pytest.fixture
def token():
    return make_token(make_submission("with_committee").invitations.first())


def test_not_in_the_line_of_a_form_with_faults(console, token, client):
    assert client.post(reverse("committee:decide", args=[token]), {}).status_code == 422
    assert "/committee/…/decide/" in console.getvalue()
    assert token not in console.getvalue()


def test_not_in_the_line_of_a_link_that_ended(console, client):
    submission = make_submission("with_committee")
    invitation = submission.invitations.first()
    token = make_token(invitation)
    submission.invitations.update(active=False)
    assert client.get(reverse("committee:read", args=[token])).status_code == 410
    assert "/committee/…/" in console.getvalue()
    assert token not in console.getvalue()


@pytest.mark.parametrize("tail", ["/nowhere/", "/decide", ""])
def test_not_in_the_line_of_an_address_that_is_not_there(console, token, client, tail):
    client.get(f"/committee/{token}{tail}")  # "" and "/decide" are led to the address with its last stroke
    client.get(f"/committee/{token}/nowhere/")
    assert "Not Found: /committee/…/nowhere/" in console.getvalue()
    assert token not in console.getvalue()


def test_not_in_the_line_of_a_forged_form(console, token):
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("committee:decide", args=[token]), {}).status_code == 403
    assert "Forbidden" in console.getvalue()
    assert token not in console.getvalue()


def test_not_in_the_line_of_a_file_that_is_not_there(console, token, client):
    client.get(f"/files/none/?via={token}")
    logging.getLogger("django.request").warning("Not Found: %s", f"/files/none/?via={token}&x=1")
    assert "/files/none/?via=…&x=1" in console.getvalue()
    assert token not in console.getvalue()


def test_not_in_the_access_lines_of_the_development_server(console, token):
    logging.getLogger("django.server").info('"%s" %s %s', f"GET /committee/{token}/ HTTP/1.1", "200", "1")
    assert "GET /committee/…/ HTTP/1.1" in console.getvalue()
    assert token not in console.getvalue()


@pytest.mark.parametrize("value", [None, 3, {"a": 1}, b"/committee/x/"])
def test_what_is_no_text_stays_as_it_is(value):
    assert hide_links(value) is value


@pytest.mark.parametrize(
    "text", ["/committee/", "the committee/x", "/theses/2026-committee/", "via the office"]
)
def test_other_words_stay(text):
    assert hide_links(text) == text
