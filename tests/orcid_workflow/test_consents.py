"""consents.py and receipts.py: what was said, to what text, when it ended, and the page its owner keeps."""

import datetime as dt
import hashlib

import pytest
import requests
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from orcid_workflow import connections
from orcid_workflow.api import client
from orcid_workflow.models import Connection, Consent, Token
from orcid_workflow.purposes import ConnectionRefused, get_purpose
from tests.consent_text import check_receipt, press

from .conftest import HOST, at_orcid, attach, begin, grant_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(registry, browser, person, django_capture_on_commit_callbacks) -> Consent:
    """The consent of a whole visit."""
    back = at_orcid(registry, person, begin(browser))
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.get(back)["Location"] == "/orcid/connected/"
    return Consent.objects.get()


def test_the_evidence_is_whole(given, registry, person, user) -> None:
    row = given.connection
    purpose = get_purpose("account")
    assert row.orcid == person.orcid
    assert given.purpose == "account"
    for words in (purpose.why, *purpose.reads, *purpose.writes):
        assert words in given.text
    assert given.text_version == hashlib.sha256(given.text.encode()).hexdigest()[:16]
    assert given.language == "en-gb"
    assert given.asked == "openid /read-limited /activities/update"
    assert set(given.granted.split()) == {"openid", "/read-limited", "/activities/update"}
    assert given.client_id == registry.client_id
    assert given.amr == "pwd"
    assert given.auth_time == row.auth_time
    assert given.given_at == row.authenticated_at
    assert timezone.now() - given.given_at < dt.timedelta(minutes=1)
    assert (given.withdrawn_at, given.withdrawn_how) == (None, "")


def test_the_text_is_the_one_on_the_page_before(registry, browser, given) -> None:
    page = browser.get("/orcid/connect/").content.decode()
    for line in filter(None, given.text.splitlines()):
        assert line in page


def test_a_text_that_changed_meanwhile_is_not_the_one_that_was_shown(
    registry, browser, person, purpose
) -> None:
    account = get_purpose("account")
    values = {name: getattr(account, name) for name in ("scopes", "requires_user", "open_to_all")}
    purpose("account", why="The old reason.", **values)
    back = at_orcid(registry, person, begin(browser))
    purpose("account", why="The new reason.", **values)
    browser.get(back)
    assert "The old reason." in Consent.objects.get().text


def test_the_language_of_the_text_is_kept(registry, browser, person) -> None:
    with translation.override("de"):
        address = begin(browser)
    browser.get(at_orcid(registry, person, address))
    assert Consent.objects.get().language == "de"


def test_what_was_granted_is_what_the_answer_says(registry, browser, person, purpose) -> None:
    purpose("account", scopes=("openid", "profile"), requires_user=True, open_to_all=True)
    page = browser.get(at_orcid(registry, person, begin(browser)))
    assert "a permission is missing" in page.content.decode()
    row = Consent.objects.get()
    assert (row.asked, row.granted) == ("openid profile", "openid")
    assert row.connection.scope == "openid"


def test_nothing_is_written_when_the_host_refuses(registry, browser, person, purpose) -> None:
    def refuse(request, connection, context):
        raise ConnectionRefused("No", "Not this one.")

    purpose(
        "account",
        requires_user=True,
        open_to_all=True,
        on_connected=refuse,
        receipt_to=lambda *_: "a@b.example",
    )
    assert browser.get(at_orcid(registry, person, begin(browser))).status_code == 409
    assert not Consent.objects.exists()
    assert mail.outbox == []


def test_the_receipt_is_mailed_and_opens_without_an_account(given, user, person) -> None:
    message = mail.outbox[0]
    assert message.to == [user.email]
    assert person.orcid in message.subject
    link = f"http://{HOST}/orcid/receipts/{given.key}/"
    assert link in message.body
    assert "add works" in message.body
    given.refresh_from_db()
    assert given.receipt_sent_at
    answer = Client(HTTP_HOST=HOST).get(link)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    for words in (
        f"https://orcid.org/{person.orcid}",
        "What your record shows",
        given.text_version,
        "with a password",
    ):
        assert words in page
    for token in Token.objects.all():
        for secret in (token.access_token, token.refresh_token):
            assert secret not in page
            assert secret not in message.body


def test_a_key_that_is_none_and_another_environment_show_nothing(given, settings) -> None:
    stranger = Client(HTTP_HOST=HOST)
    assert stranger.get("/orcid/receipts/7d1c1f1e-2b3a-4c5d-8e9f-001122334455/").status_code == 404
    settings.ORCID_ENVIRONMENT = "sandbox"
    assert stranger.get(f"/orcid/receipts/{given.key}/").status_code == 404


def test_a_receipt_is_read_and_not_written_to(given) -> None:
    assert Client(HTTP_HOST=HOST).post(f"/orcid/receipts/{given.key}/").status_code == 405


def test_a_mail_that_does_not_leave_breaks_nothing(
    registry, browser, person, settings, django_capture_on_commit_callbacks
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    back = at_orcid(registry, person, begin(browser))
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.get(back).status_code == 302
    row = Consent.objects.get()
    assert row.receipt_sent_at is None
    assert str(row.key) in browser.get("/orcid/connected/").content.decode()


def test_disconnecting_withdraws_here(given) -> None:
    connections.disconnect(given.connection)
    given.refresh_from_db()
    assert given.withdrawn_how == "here"
    assert (
        "This permission has ended"
        in Client(HTTP_HOST=HOST).get(f"/orcid/receipts/{given.key}/").content.decode()
    )
    before = given.withdrawn_at
    connections.disconnect(given.connection)
    given.refresh_from_db()
    assert given.withdrawn_at == before, "it ended once"


def test_a_permission_that_ended_at_orcid_is_noticed_at_the_next_call(
    registry, browser, given, person
) -> None:
    row = given.connection
    for token in row.tokens.all():
        data = {
            "client_id": registry.client_id,
            "client_secret": registry.client_secret,
            "token": token.access_token,
        }
        requests.post(f"{registry.base_url}/oauth/revoke", data=data, timeout=5).raise_for_status()
    assert not client.read_record(row).ok
    given.refresh_from_db()
    assert given.withdrawn_how == "orcid"
    page = browser.get("/orcid/").content.decode()
    assert "no longer lets us in" in page
    assert "Connect again" in page
    browser.get(at_orcid(registry, person, begin(browser)))
    assert Consent.objects.filter(withdrawn_at=None).count() == 1
    assert Connection.objects.get().is_connected


def test_asking_for_more_keeps_what_there_is(registry, browser, person, user, purpose) -> None:
    """Many tokens for one iD; the scopes add up (orcid.md §22)."""
    attach(grant_for(registry, person, "openid"), user)
    browser.get(at_orcid(registry, person, begin(browser)))
    row = Connection.objects.get()
    assert row.tokens.count() == 2
    assert row.can_write
    purpose("account", scopes=("openid",), requires_user=True, open_to_all=True)
    browser.get(at_orcid(registry, person, begin(browser)))
    row.refresh_from_db()
    assert row.can_write
    assert Consent.objects.count() == 2


class TestWhereTheButtonStood:
    """What stands in the receipt stood beside the button that was pressed."""

    BUTTON = "Create or connect your ORCID iD"

    def test_from_the_page_of_ones_own(self, registry, browser, person) -> None:
        page, start = press(browser, browser.get("/orcid/"), "Connect an ORCID iD", self.BUTTON)
        browser.get(at_orcid(registry, person, start["Location"]))
        check_receipt(browser, page, "account")

    def test_after_disconnecting(self, registry, browser, person, given) -> None:
        browser.post("/orcid/disconnect/")
        page, start = press(browser, browser.get("/orcid/"), "Connect an ORCID iD", self.BUTTON)
        browser.get(at_orcid(registry, person, start["Location"]))
        check_receipt(browser, page, "account")

    def test_when_orcid_is_asked_again(self, registry, browser, person) -> None:
        denied = browser.get(at_orcid(registry, person, begin(browser), allow=False))
        page, start = press(browser, denied, self.BUTTON)
        browser.get(at_orcid(registry, person, start["Location"]))
        check_receipt(browser, page, "account")

    def test_signing_in_gives_no_consent_and_shows_none(self, registry, user, person) -> None:
        stranger = Client(HTTP_HOST=HOST)
        page = stranger.get(at_orcid(registry, person, stranger.post("/orcid/sign-in/")["Location"]))
        assert "Try another iD" in page.content.decode()
        assert "Why we ask" not in page.content.decode()

    def test_a_purpose_that_is_not_for_all_is_not_offered_again(self, registry, browser, given) -> None:
        """So it is for somebody who is on a committee too."""
        Consent.objects.create(
            connection=given.connection,
            purpose="no-such",
            text="x",
            asked="",
            granted="",
            given_at=timezone.now(),
        )
        assert 'value="account"' in browser.get("/orcid/connect/").content.decode()
