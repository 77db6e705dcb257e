"""The list of theses: who is on it, in which order, and what it is narrowed by."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from submissions import languages, outlets
from submissions.models import Degree, Programme, Submission, ThesisFile, ThesisPage
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


def offered(response, name: str) -> dict[str, int]:
    """The values of a facet on the page, with their numbers."""
    facet = next(facet for facet in response.context["listing"].facets if facet.name == name)
    return {choice.label: choice.count for choice in facet.choices}


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
    assert offered(client.get("/theses/"), "year") == {"2023": 1}
    assert offered(client.get("/theses/"), "degree") == {case.degree.name: 1}
    assert offered(client.get("/theses/"), "programme") == {case.programme.name: 1}


@pytest.mark.parametrize(
    "query",
    [
        "year=x",
        "year=٢٠٢٦",
        "advisor=x",
        "language=xx",
        "access=x",
        "sort=x",
        "all=x",
        "year=%00",
        "degree=999999",
        "programme=%00",
        "q=%00",
        "p=x",
        "p=999",
    ],
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


def test_each_page_of_the_whole_list_has_one_address(client, monkeypatch) -> None:
    """Whatever else stands in it: a crawler would keep the list once for each."""
    monkeypatch.setattr(listing, "PER_PAGE", 1)
    published("Kelp one")
    published("Kelp two")
    link = '<link rel="canonical" href="http://localhost:8000/theses/{}">'
    for asked, canonical in (
        ("", ""),
        ("?utm_source=x&sort=newest", ""),
        ("?p=2", "?p=2"),
        ("?p=99", "?p=2"),
    ):
        assert link.format(canonical) in client.get(f"/theses/{asked}").content.decode()
    assert "canonical" not in client.get("/theses/?q=kelp").content.decode()


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


def test_facets_count_what_choosing_them_would_show(client) -> None:
    first, second, third = published("First", year=2023), published("Second", year=2023), published("Third")
    other = Programme.objects.exclude(pk=first.programme_id).first()
    Submission.objects.filter(pk=second.pk).update(programme=other)
    page = client.get("/theses/", {"year": "2023"})
    assert titles(page) == ["Second", "First"]
    assert offered(page, "year") == {"2026": 1, "2023": 2}  # a second year can be added
    assert offered(page, "programme") == {first.programme.name: 1, other.name: 1}
    page = client.get("/theses/", {"year": ["2023", "2026"], "programme": first.programme_id})
    assert titles(page) == ["Third", "First"]
    assert offered(page, "year") == {"2026": 1, "2023": 1}
    assert offered(page, "programme") == {first.programme.name: 2, other.name: 1}
    assert third.programme == first.programme
    for facet in page.context["listing"].facets:
        for choice in facet.choices:
            if not choice.selected and facet.name != "year":
                continue
            assert client.get("/theses/" + choice.query.partition("#")[0]).status_code == 200


def test_each_choice_can_be_taken_back_by_a_link(client) -> None:
    published("First", year=2023, language="en")
    page = client.get("/theses/?q=first&year=2023&language=en&sort=newest")
    chips = {chip.label: chip.query for chip in page.context["listing"].chips}
    assert chips == {"2023": "?q=first&language=en&sort=newest", "English": "?q=first&year=2023&sort=newest"}
    source = page.content.decode()
    assert '<input type="hidden" name="year" value="2023">' in source
    assert "noindex" in source
    assert "noindex" not in client.get("/theses/").content.decode()


def test_a_choice_that_finds_nothing_is_named_and_can_be_taken_back(client) -> None:
    published("First", year=2023)
    page = client.get("/theses/?year=1066")
    assert titles(page) == []
    assert [(chip.label, chip.query) for chip in page.context["listing"].chips] == [("1066", "?")]


def test_advisors_are_told_apart_by_their_id(client) -> None:
    first, second, third = published("First"), published("Second"), published("Third")
    with_id = first.people.get(supervises=True)
    with_id.orcid = "0000-0002-1825-0097"
    with_id.save()
    page = client.get("/theses/")
    advisors = next(facet for facet in page.context["listing"].facets if facet.name == "advisor").choices
    assert [(a.label, a.count, a.orcid) for a in advisors] == [
        ("Reader, Member0", 2, ""),
        ("Reader, Member0", 1, "0000-0002-1825-0097"),
    ]
    assert titles(client.get("/theses/" + advisors[1].query)) == ["First"]
    assert sorted(titles(client.get("/theses/" + advisors[0].query))) == ["Second", "Third"]
    assert [second.pk, third.pk]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_the_ends_of_the_calendar_break_nothing(client, settings, zone) -> None:
    """In UTC the last year ends after 9999 for the one, and the first begins before 1 for the other."""
    settings.TIME_ZONE = zone
    published("First", year=2023)
    for year in ("0001", "9999", "1000", "9998"):
        assert client.get(f"/theses/?year={year}").status_code == 200
    assert titles(client.get("/theses/?year=2023")) == ["First"]


def test_access_follows_the_day(client) -> None:
    case = make_submission("published", months=12)
    published("Open")
    page = client.get("/theses/")
    assert offered(page, "access") == {"Open to everybody": 1, "Files closed for now": 1}
    assert titles(client.get("/theses/?access=closed")) == [case.page.title]
    assert titles(client.get("/theses/?access=open")) == ["Open"]
    assert len(titles(client.get("/theses/?access=open&access=closed"))) == 2


def test_what_has_no_file_is_open_to_nobody(client) -> None:
    """An imported thesis often has none, and one with an embargo may have none too."""
    published("Open")
    bare, closed = published("Bare"), make_submission("published", months=12)
    for case in (bare, closed):
        ThesisFile.objects.filter(page=case.page).delete()
        outlets.refresh(case)
    page = client.get("/theses/")
    assert offered(page, "access") == {"Open to everybody": 1, "No file here": 2}
    assert sorted(titles(client.get("/theses/?access=none"))) == sorted(["Bare", closed.page.title])
    assert titles(client.get("/theses/?access=open")) == ["Open"]
    assert "File closed until" not in page.content.decode()
    for case in (bare, closed):
        html = client.get(case.page.url).content.decode()
        assert "There is no file here." in html
        assert "Ask the author for a copy" not in html
        record = case.records.get(format="oai_dc")
        assert not record.is_open
        assert b"info:eu-repo/semantics/closedAccess" in bytes(record.content)


def test_more_values_than_fit_are_one_link_away(client, monkeypatch) -> None:
    monkeypatch.setattr(listing, "VALUES_SHOWN", 1)
    published("First", year=2023)
    published("Second", year=2024)
    page = client.get("/theses/?q=first+second")
    page = client.get("/theses/")
    facet = page.context["listing"].facets[0]
    assert ([choice.label for choice in facet.choices], facet.total) == (["2024"], 2)
    assert len(client.get("/theses/" + facet.all_query).context["listing"].facets[0].choices) == 2


def test_languages_have_their_everyday_names(client) -> None:
    case = published("Οι ποταμοί", language="el")
    assert offered(client.get("/theses/"), "language") == {"Modern Greek": 1}
    assert "<dd>Modern Greek</dd>" in client.get(case.page.url).content.decode()
    assert len(set(languages.NAMES.values())) == len(languages.NAMES)


def test_authors_carry_their_icon(client) -> None:
    case = published("First")
    source = client.get("/theses/").content.decode()
    assert f"https://orcid.org/{case.author_connection.orcid}" in source


def test_the_number_of_queries_does_not_grow_with_what_is_chosen(client) -> None:
    address = "/theses/?q=kelp&year=2026&language=en&access=open&sort={}"
    for sort in ("newest", "best"):
        counts = []
        for _ in range(2):
            published("Kelp", language="en")
            client.get(address.format(sort))
            with CaptureQueriesContext(connection) as queries:
                client.get(address.format(sort))
            counts.append(len(queries))
        assert counts[0] == counts[1]


def test_what_is_too_long_or_unreadable_is_told_in_plain_words(client) -> None:
    published("First")
    page = client.get("/theses/", {"q": "x" * 300}).content.decode()
    assert "This is too long to look for: 200 characters at most." in page
    assert "Ensure" not in page
    assert "a character in it that cannot be read" in client.get("/theses/?q=%00").content.decode()
