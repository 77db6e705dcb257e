"""Grants and works read from a real registry: whole, in one call, again by hand, and when it does not answer."""

import pytest
import requests
from django.test import Client

from tests.factories import fresh, make_draft

from .conftest import HOST, visit
from .pages import step_url, tree, words
from .test_orcid import fail

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return make_draft(connected=False)


@pytest.fixture
def browser(registry, draft, rich_orcid):
    """The student's browser, after the iD was connected."""
    client = Client(HTTP_HOST=HOST)
    client.force_login(draft.student)
    visit(registry, client, client.post(step_url(draft, "orcid")), rich_orcid)
    requests.delete(f"{registry.base_url}/_log", timeout=5).raise_for_status()
    yield client
    requests.delete(f"{registry.base_url}/_faults", timeout=5).raise_for_status()


def offered(browser, draft, step: str) -> dict[str, str]:
    """Title -> put-code of what can be ticked."""
    page = tree(browser.get(step_url(draft, step, "?pick=1")))
    return {
        box.xpath("following-sibling::span/text()")[0].strip(): box.get("value")
        for box in page.xpath("//input[@name='tick']")
    }


def use(browser, draft, step: str, *codes: str):
    data = {"pick": "1", "shown": list(codes), "tick": list(codes), "do": "use"}
    return browser.post(step_url(draft, step), data, follow=True)


def calls(registry, path: str) -> list[str]:
    """The paths of the API calls so far that hold ``path``."""
    log = requests.get(f"{registry.base_url}/_log", params={"path": path}, timeout=5).json()
    return [call["path"] for call in log["calls"]]


def test_connecting_says_what_can_be_chosen(browser, draft):
    page = words(browser.get(step_url(draft, "orcid")))
    assert "2 grants, at Funding" in page
    assert "3 works, at Articles and related works" in page


def test_a_grant_of_the_record(browser, draft, rich_orcid):
    codes = offered(browser, draft, "funding")
    assert set(codes) == {"Cliffs in motion", "Hard winters"}
    use(browser, draft, "funding", codes["Cliffs in motion"])
    grant = fresh(draft).page.funding.get()
    assert grant.award_number.startswith("1010-")
    assert (grant.funder_name, grant.funder_id, grant.award_url, grant.orcid_source) == (
        "European Research Council",
        "https://ror.org/0472cxd90",
        "https://doi.org/10.3030/1010",
        "yourself",
    )


def test_works_are_read_whole_in_one_call(registry, browser, draft):
    codes = offered(browser, draft, "works")
    assert list(codes) == ["Hard winters", "Soft cliffs", "Heights"]
    use(browser, draft, "works", codes["Soft cliffs"], codes["Heights"])
    (path,) = calls(registry, "/works/")
    assert path.endswith(f"/works/{codes['Soft cliffs']},{codes['Heights']}")
    article, data = fresh(draft).page.related_works.all()
    assert (article.relation, article.container, article.year) == ("HasPart", "Journal of Coasts", 2024)
    assert article.identifier.startswith("10.5555/soft-")
    assert (data.relation, data.orcid_source) == ("IsSupplementedBy", "yourself")


def test_without_an_answer_they_are_taken_as_they_were_read(registry, browser, draft):
    codes = offered(browser, draft, "works")
    fail(registry, "/works/", times=9)
    page = use(browser, draft, "works", codes["Soft cliffs"])
    assert "So we used what we had read of your record before" in page.content.decode()
    assert fresh(draft).page.related_works.get().identifier.startswith("10.5555/soft-")


def test_reading_again_offers_what_is_there_now_and_keeps_what_was_taken(
    registry, browser, draft, rich_orcid
):
    codes = offered(browser, draft, "funding")
    use(browser, draft, "funding", codes["Cliffs in motion"])
    for code in codes.values():
        requests.delete(
            f"{registry.base_url}/_items", json={"put_code": int(code)}, timeout=5
        ).raise_for_status()
    fail(registry, "/record", times=9)
    page = browser.post(step_url(draft, "orcid"), {"do": "read"}, follow=True)
    assert "is kept and still offered to you" in page.content.decode()
    assert set(offered(browser, draft, "funding")) == {"Hard winters"}
    requests.delete(f"{registry.base_url}/_faults", timeout=5).raise_for_status()
    browser.post(step_url(draft, "orcid"), {"do": "read"})
    assert offered(browser, draft, "funding") == {}
    assert fresh(draft).page.funding.get().award_title == "Cliffs in motion"
