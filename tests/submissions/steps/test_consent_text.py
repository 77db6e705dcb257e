"""What stands in the student's receipt stood beside the button that they pressed, whichever way they came."""

import pytest
from django.test import Client
from django.urls import reverse

from orcid_workflow.models import Connection, Consent, OrcidItem
from tests.consent_text import check_receipt, press, words
from tests.factories import make_draft

from .conftest import HOST, visit
from .pages import step_url

pytestmark = pytest.mark.django_db
BUTTON = "Create or connect your ORCID iD"


@pytest.fixture
def draft():
    return make_draft(complete=False, connected=False)


@pytest.fixture
def browser(draft):
    client = Client(HTTP_HOST=HOST)
    client.force_login(draft.student)
    return client


@pytest.fixture
def connected(registry, browser, draft, orcid) -> Connection:
    """The student connected at their step."""
    visit(registry, browser, browser.post(step_url(draft, "orcid")), orcid)
    return Connection.objects.get(user=draft.student)


def withdrawn(connection: Connection) -> None:
    """ORCID no longer lets us in."""
    connection.tokens.all().delete()
    Connection.objects.filter(pk=connection.pk).update(state=Connection.State.REVOKED, scope="")


def test_at_the_step(registry, browser, draft, orcid):
    page, start = press(browser, browser.get(step_url(draft, "orcid")), BUTTON)
    visit(registry, browser, start, orcid)
    check_receipt(browser, page, "author")


def test_at_the_step_when_we_may_not_write(registry, browser, draft, orcid):
    visit(registry, browser, browser.post(step_url(draft, "orcid")), orcid, scope="openid")
    page, start = press(browser, browser.get(step_url(draft, "orcid")), "Connect your ORCID iD again")
    assert visit(registry, browser, start, orcid).url == step_url(draft, "orcid")
    check_receipt(browser, page, "author")
    assert Consent.objects.count() == 2


def test_at_the_step_when_orcid_no_longer_lets_us_in(registry, browser, draft, orcid, connected):
    withdrawn(connected)
    page, start = press(browser, browser.get(step_url(draft, "orcid")), "Connect your ORCID iD again")
    visit(registry, browser, start, orcid)
    check_receipt(browser, page, "author")


def test_from_the_page_of_ones_own_it_is_what_one_agreed_to(registry, browser, draft, orcid, connected):
    withdrawn(connected)
    page, start = press(browser, browser.get("/orcid/"), "Connect again", BUTTON)
    answer = visit(registry, browser, start, orcid)
    check_receipt(browser, page, "author")
    assert answer.url == f"{reverse('orcid:connected')}?next=%2Forcid%2F"
    assert orcid in words(browser.get(answer.url))


def test_from_an_item(registry, browser, draft, orcid, connected):
    withdrawn(connected)
    item = OrcidItem.objects.create(
        connection=connected, environment="local", orcid=orcid, user=draft.student, kind="work", key="thesis",
        title="On Kelp", desired_hash="x", state="needs_attention", action="reconnect",
    )  # fmt: skip
    for address in ("/orcid/", reverse("orcid:item", args=[item.pk])):
        page, start = press(browser, browser.get(address), "Connect again", BUTTON)
        visit(registry, browser, start, orcid)
        check_receipt(browser, page, "author")
        OrcidItem.objects.update(state="needs_attention", action="reconnect")
        withdrawn(connected)


def test_from_the_page_of_ones_own_when_we_may_not_write(registry, browser, draft, orcid):
    visit(registry, browser, browser.post(step_url(draft, "orcid")), orcid, scope="openid")
    page, start = press(browser, browser.get("/orcid/"), "Connect again", BUTTON)
    visit(registry, browser, start, orcid)
    check_receipt(browser, page, "author")


def test_after_a_no(registry, browser, draft, orcid):
    start = browser.post(step_url(draft, "orcid"))
    denied = visit(registry, browser, start, orcid, allow=False)
    page, start = press(browser, denied, BUTTON)
    assert visit(registry, browser, start, orcid).url == step_url(draft, "orcid")
    check_receipt(browser, page, "author")


def test_after_a_permission_that_is_missing(registry, browser, draft, orcid):
    start = browser.post(step_url(draft, "orcid"))
    narrow = visit(registry, browser, start, orcid, scope="openid")
    page, start = press(browser, narrow, "Ask ORCID again")
    visit(registry, browser, start, orcid)
    check_receipt(browser, page, "author")


def test_at_another_host_the_step_is_where_it_goes_on(registry, draft):
    client = Client(HTTP_HOST="etd.example.edu:8000")
    client.force_login(draft.student)
    assert client.post(step_url(draft, "orcid")).url == f"http://{HOST}{step_url(draft, 'orcid')}"
