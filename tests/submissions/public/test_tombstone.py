"""What the address of a withdrawn thesis says."""

import datetime as dt

import pytest
from django.utils import timezone

from submissions import lifecycle
from submissions.models import StoredRecord, Submission
from tests.factories import fresh, make_draft, make_staff, make_submission
from tests.submissions.public.test_thesis import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def withdrawn() -> Submission:
    """A thesis that was public for a month and was withdrawn on 2 March 2026, with a DOI."""
    case = make_submission("published")
    lifecycle.withdraw(case, actor=make_staff(), comment="A secret reason")
    Submission.objects.filter(pk=case.pk).update(
        doi="10.5555/gone",
        published_at=dt.datetime(2026, 2, 1, 12, tzinfo=dt.UTC),
        status_since=dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC),
    )
    return fresh(case)


def test_it_says_whose_it_was_and_since_when_it_is_gone(client, withdrawn) -> None:
    response = client.get(withdrawn.page.url)
    assert response.status_code == 410
    source = response.content.decode()
    for part in (
        withdrawn.page.title,
        withdrawn.page.author_name,
        "This thesis was withdrawn on 2 March 2026",
        "1 February 2026",
        "10.5555/gone",
        '<meta name="robots" content="noindex">',
    ):
        assert part in source, part
    assert response["X-Robots-Tag"] == "noindex"


def test_it_keeps_to_itself_what_was_taken_back(client, withdrawn) -> None:
    source = client.get(withdrawn.page.url).content.decode()
    for part in (
        "We measured it",
        "/files/",
        "/records/",
        "citation_",
        "ld+json",
        "describedby",
        "secret reason",
        "orcid.org/0000",
    ):
        assert part not in source, part
    assert withdrawn.page.title not in client.get("/theses/").content.decode()
    for name in StoredRecord.objects.filter(submission=withdrawn).values_list("format", flat=True):
        assert StoredRecord.objects.get(submission=withdrawn, format=name).deleted


def test_an_administrator_who_takes_the_page_offline_leaves_a_tombstone_too(client) -> None:
    case = make_submission("published")
    case.page.unpublish()
    assert client.get(case.page.url).status_code == 410
    case.page.get_latest_revision().publish()
    assert client.get(case.page.url).status_code == 200


def test_a_draft_that_was_discarded_was_never_here(client) -> None:
    case = make_draft()
    lifecycle.withdraw(fresh(case), actor=case.student)
    assert fresh(case).status_since <= timezone.now()
    assert client.get(case.page.url).status_code == 404


def test_an_address_below_it_is_not_found(client, withdrawn) -> None:
    assert client.get(f"{withdrawn.page.url}files/").status_code == 404


def test_it_says_who_when_why_nothing_is_here_and_how_to_cite(client, withdrawn) -> None:
    text = words(client.get(withdrawn.page.url))
    page = withdrawn.page
    for part in (
        "Northfield University no longer publishes this thesis",
        "its files, its abstract and its metadata were removed",
        "The reasons are not public.",
        f"{page.author_family}, {page.author_given} (2026). {page.title} [Doctor of Philosophy thesis, "
        "Northfield University; withdrawn 2 March 2026]. https://doi.org/10.5555/gone",
    ):
        assert part in text, part
    assert 'href="https://doi.org/10.5555/gone"' in client.get(page.url).content.decode()
