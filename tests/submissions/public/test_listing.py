"""The list of theses: who is on it, in which order, and what it is narrowed by."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from submissions.models import Degree, Programme, Submission, ThesisPage
from submissions.public import listing
from tests.factories import make_office, make_submission

pytestmark = pytest.mark.django_db


def published(title: str, *, year: int = 2026, **fields: object) -> Submission:
    """A public thesis with this title, published in the middle of ``year``."""
    case = make_submission("published")
    page = case.page
    page.title = title
    for name, value in fields.items():
        setattr(page, name, value)
    page.save()
    moment = dt.datetime(year, 6, 1, 12, tzinfo=dt.UTC)
    Submission.objects.filter(pk=case.pk).update(published_at=moment)
    return case


def titles(response) -> list[str]:
    """Titles on the page, in order."""
    return [thesis.title for thesis in response.context["listing"].theses]


def test_nothing_is_public_yet(client) -> None:
    make_office()
    response = client.get("/theses/")
    assert "No thesis is public yet" in response.content.decode()
    assert "when its degree has been conferred" in response.content.decode()


def test_only_public_theses_newest_first(client) -> None:
    for status in ("draft", "with_committee", "approved", "withdrawn"):
        make_submission(status)
    published("Older", year=2023)
    published("Newest", year=2026)
    published("Middle", year=2024)
    assert titles(client.get("/theses/")) == ["Newest", "Middle", "Older"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("kelp", ["Kelp forests"]),
        ("KELP forests", ["Kelp forests"]),
        ("kelp glacier", []),
        ("moraine", ["Glaciers"]),
        ("zostera", ["Kelp forests"]),
        ("Ångström", ["Glaciers"]),
        ("narwhal", []),
    ],
)
def test_words_are_looked_for_in_title_abstract_keywords_and_author(client, words, found) -> None:
    published("Kelp forests", keywords="zostera\nalgae", abstract="Of the sea.", author_family="Berg")
    published("Glaciers", keywords="ice", abstract="A moraine in Lapland.", author_family="Ångström")
    response = client.get("/theses/", {"q": words})
    assert titles(response) == found
    if not found:
        assert "No thesis matches" in response.content.decode()


@pytest.mark.parametrize(
    "words", ['"', "'", "*", "kelp*", "a AND", "(", "-", "title:x", ";--", "%", "\\", "x" * 200]
)
def test_no_words_break_the_search(client, words) -> None:
    published("Kelp forests")
    assert client.get("/theses/", {"q": words}).status_code == 200


def test_year_degree_and_programme_narrow_the_list(client) -> None:
    first, second = published("First", year=2023), published("Second", year=2026)
    master = Degree.objects.exclude(pk=first.degree_id).first()
    programme = Programme.objects.exclude(pk=first.programme_id).first()
    Submission.objects.filter(pk=second.pk).update(degree=master, programme=programme)
    assert titles(client.get("/theses/", {"year": "2023"})) == ["First"]
    assert titles(client.get("/theses/", {"degree": master.pk})) == ["Second"]
    assert titles(client.get("/theses/", {"programme": first.programme_id})) == ["First"]
    assert titles(client.get("/theses/", {"degree": master.pk, "year": "2023"})) == []
    assert titles(client.get("/theses/", {"q": "second", "degree": master.pk})) == ["Second"]


def test_only_values_that_find_something_are_offered(client) -> None:
    case = published("First", year=2023)
    make_submission("draft")
    form = client.get("/theses/").context["listing"].form
    assert [value for value, _ in form.fields["year"].choices] == ["", 2023]
    assert list(form.fields["degree"].queryset) == [case.degree]
    assert list(form.fields["programme"].queryset) == [case.programme]


@pytest.mark.parametrize(
    "query", ["year=1066", "year=x", "degree=999999", "programme=%00", "q=%00", "p=x", "p=999"]
)
def test_a_made_up_address_is_answered(client, query) -> None:
    published("First")
    response = client.get(f"/theses/?{query}")
    assert response.status_code == 200
    assert titles(response) == ["First"]


def test_pages_keep_what_was_asked(client, monkeypatch) -> None:
    monkeypatch.setattr(listing, "PER_PAGE", 1)
    published("Kelp one", year=2024)
    published("Kelp two", year=2025)
    published("Glaciers")
    response = client.get("/theses/?q=kelp&p=1")
    assert titles(response) == ["Kelp two"]
    assert "?q=kelp&amp;p=2" in response.content.decode()
    assert titles(client.get("/theses/?q=kelp&p=2")) == ["Kelp one"]


def test_a_closed_file_is_marked(client) -> None:
    case = make_submission("published", months=24)
    assert f"File closed until {case.embargo_until:%-d %B %Y}" in client.get("/theses/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_list(client) -> None:
    counts = []
    for _ in range(2):
        published("Kelp")
        client.get("/theses/?q=kelp")
        with CaptureQueriesContext(connection) as queries:
            client.get("/theses/?q=kelp")
        counts.append(len(queries))
    assert ThesisPage.objects.live().count() == 2
    assert counts[0] == counts[1]
