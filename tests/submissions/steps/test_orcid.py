"""Connecting at a real registry: before, allowed, denied, narrower, unreadable, undone."""

import pytest
import requests
from django.test import Client

from orcid_workflow.models import Connection
from submissions.models import Status
from tests.factories import fresh, make_connection, make_draft, make_submission, make_user

from .conftest import HOST, visit
from .pages import state_of, step_url, tasks_url, tree, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return make_draft(complete=False, connected=False)


@pytest.fixture
def browser(draft):
    client = Client(HTTP_HOST=HOST)
    client.force_login(draft.student)
    return client


def test_before_it_says_why_what_is_read_and_written_and_that_it_can_be_undone(draft, browser):
    page = browser.get(step_url(draft, "orcid"))
    headings = [heading.text for heading in tree(page).iter("h2")]
    assert headings == ["Why we ask", "What we read", "What we write", "How to undo it"]
    button = tree(page).xpath("//form[@method='post']//button")
    assert [" ".join(one.text_content().split()) for one in button] == ["Create or connect your ORCID iD"]


def test_looking_changes_nothing(draft, browser):
    before = state_of(draft)
    browser.get(step_url(draft, "orcid"))
    assert state_of(draft) == before
    assert Connection.objects.count() == 0


def test_allowed_prefills_what_is_empty_and_comes_back(registry, draft, browser, orcid):
    start = browser.post(step_url(draft, "orcid"))
    assert start.url.startswith(f"{registry.base_url}/oauth/authorize?")
    response = visit(registry, browser, start, orcid)
    assert response.url == step_url(draft, "orcid")
    connection = Connection.objects.get(user=draft.student)
    assert connection.orcid == orcid
    profile = fresh(draft).profile
    assert profile.country == "GB"
    assert profile.contact_email.endswith("@example.org")
    assert profile.from_orcid == {
        "_orcid": orcid,
        "contact_email": profile.contact_email,
        "country": "GB",
        "research_keywords": "engines",
        "_stated_by": dict.fromkeys(("contact_email", "country", "research_keywords"), "yourself"),
    }
    page = browser.get(response.url)
    assert "Ada Byron" in words(page)
    assert connection.uri in words(page)
    assert (
        "We filled in: e-mail address after graduation, country where you live, research interests."
        in words(page)
    )
    assert "This is not me" in words(page)
    assert "Add works and affiliations to your record" in words(page)


def test_from_the_review_it_leads_back_there(registry, draft, browser, orcid):
    start = browser.post(step_url(draft, "orcid"), {"back": "review"})
    response = visit(registry, browser, start, orcid)
    assert response.url == step_url(draft, "orcid", "?back=review")
    links = tree(browser.get(response.url)).xpath("//a[@class='button']/@href")
    assert links == [step_url(draft, "review")]


def test_denied_loses_nothing_and_leads_back(registry, draft, browser, orcid):
    before = state_of(draft)
    start = browser.post(step_url(draft, "orcid"))
    response = visit(registry, browser, start, orcid, allow=False)
    assert response.status_code == 200
    assert step_url(draft, "orcid") in response.text
    assert state_of(draft) == before


def test_a_permission_that_was_not_given_is_said(registry, draft, browser, orcid):
    start = browser.post(step_url(draft, "orcid"))
    visit(registry, browser, start, orcid, scope="openid")
    assert Connection.objects.get(user=draft.student).scopes == {"openid"}
    page = words(browser.get(step_url(draft, "orcid")))
    assert "We cannot put your thesis on your record" in page
    assert "You did not permit us to read your record" in page
    assert "Connect your ORCID iD again" in page


def test_a_record_that_cannot_be_read_does_not_lose_the_connection(registry, draft, browser, orcid):
    start = browser.post(step_url(draft, "orcid"))
    fail(registry, "/record", times=9)
    response = visit(registry, browser, start, orcid)
    assert response.url == step_url(draft, "orcid")
    assert Connection.objects.get(user=draft.student).is_connected
    page = browser.get(response.url)
    assert "ORCID did not give us your record" in words(page)
    again = browser.post(step_url(draft, "orcid"), {"do": "read"}, follow=True)
    assert "ORCID did not give us your record just now." in words(again)
    requests.delete(f"{registry.base_url}/_faults", timeout=5).raise_for_status()
    again = browser.post(step_url(draft, "orcid"), {"do": "read"}, follow=True)
    assert "We read your ORCID record. We filled in:" in words(again)
    assert fresh(draft).profile.country == "GB"


def fail(registry, path: str, times: int) -> None:
    """Make the registry answer 503 to the next calls for ``path``."""
    fault = {"method": "GET", "path_regex": path, "status": 503, "times": times}
    requests.post(f"{registry.base_url}/_faults", json=fault, timeout=5).raise_for_status()


def test_connecting_while_others_have_it_changes_no_word_of_it(registry, orcid, settings):
    settings.ETD_ORCID_REQUIRED = False
    submission = make_submission(Status.WITH_COMMITTEE, connected=False)
    client = Client(HTTP_HOST=HOST)
    client.force_login(submission.student)
    before = state_of(submission)
    response = visit(registry, client, client.post(step_url(submission, "orcid")), orcid)
    assert response.url == step_url(submission, "orcid")
    assert state_of(submission) == before
    assert Connection.objects.get(user=submission.student).orcid == orcid


def test_somebody_elses_submission_is_never_touched(registry, draft, orcid):
    other = make_user()
    client = Client(HTTP_HOST=HOST)
    client.force_login(other)
    assert client.post(step_url(draft, "orcid")).status_code == 403
    assert state_of(draft)["profile"]["from_orcid"] == {}


def test_states_of_the_step(draft, browser, settings):
    def state():
        page = tree(browser.get(tasks_url(draft)))
        row = page.xpath("//ul[@class='tasks']/li[.//a[normalize-space()='Your ORCID iD']]")[0]
        return " ".join(row.text_content().split())

    assert state() == "Your ORCID iD Not started"
    settings.ETD_ORCID_REQUIRED = False
    assert state() == "Your ORCID iDYou can submit without it and connect later Not started"
    connection = make_connection(draft.student)
    assert state() == "Your ORCID iD Done"
    Connection.objects.filter(pk=connection.pk).update(state="revoked")
    assert state().endswith("Needs an answer")
    page = words(browser.get(step_url(draft, "orcid")))
    assert "ORCID no longer lets us act for you" in page
    Connection.objects.filter(pk=connection.pk).update(state="disconnected")
    assert state().endswith("Not started")
