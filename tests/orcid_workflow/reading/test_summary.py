"""reading/summary.py and its page part: a record in short, for staff."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from orcid_workflow import profile
from orcid_workflow.models import Connection
from orcid_workflow.profile import State

from ..documents import OWNER, affiliation, organization, record, section

READ = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
NORTH = "https://ror.org/052gg0110"


@pytest.fixture(autouse=True)
def _nobody_says_which_university(settings) -> None:
    settings.ORCID_ORGANISATION = ""


def _connection(data: dict | None) -> Connection:
    return Connection(
        orcid=OWNER, environment="local", name="Ada L.", record=data, record_read_at=READ if data else None,
        authenticated_at=timezone.now(),
    )  # fmt: skip


def university() -> SimpleNamespace:
    """What a site says of itself (``ORCID_ORGANISATION``)."""
    return SimpleNamespace(name="Somewhere", ror="ror.org/052GG0110")


def test_a_record_in_short(settings) -> None:
    settings.ORCID_ORGANISATION = f"{__name__}.university"
    short = profile.summary(_connection(record()))
    assert short.name == "A. Lovelace"
    assert [str(entry) for entry in short.education] == ["PhD, Mathematics, North Shore"]
    assert short.employment == ()
    assert [entry.organisation for entry in short.university] == ["North Shore"]
    assert short.knows_university
    assert [fact.value for fact in short.countries] == ["GB"]
    assert (short.works, short.fundings) == (2, 2)
    assert short.standing.state is State.FINE
    assert short.read_at == READ


@pytest.mark.parametrize(
    ("name", "ror", "found"),
    [
        ("", NORTH, ["North Shore"]),
        ("north  shore", "", ["North Shore"]),
        ("The North Shore", "https://ror.org/00000000", []),  # the id says that it is another one
        ("MILL", NORTH, ["North Shore", "Mill"]),  # an entry without an id goes by its name
        ("Nowhere", "", []),
    ],
)
def test_the_university_among_the_affiliations(name: str, ror: str, found: list[str]) -> None:
    facts = profile.parse(record())
    short = profile.summary(_connection(record()), organisation_name=name, organisation_id=ror)
    assert [entry.organisation for entry in short.university] == found
    assert set(short.university) <= set(facts.affiliations)


def test_without_a_record_nothing_is_claimed(settings) -> None:
    settings.ORCID_ORGANISATION = f"{__name__}.university"
    short = profile.summary(_connection(None))
    assert (short.name, short.works, short.university, short.knows_university) == ("Ada L.", 0, (), False)
    assert short.standing.state is State.UNREAD


def _page(short: profile.RecordSummary) -> str:
    return " ".join(render_to_string("orcid_workflow/summary.html", {"summary": short}).split())


def test_the_part_of_the_page() -> None:
    page = _page(profile.summary(_connection(record()), organisation_id=NORTH))
    for words in (
        "A. Lovelace",
        "PhD, Mathematics, North Shore",
        "September 2021 to now",
        "self-asserted",
        "United Kingdom",
    ):
        assert words in page
    assert "1 March 2026" in page
    assert "style=" not in page
    assert "<script" not in page


def test_the_part_of_the_page_says_what_is_not_there() -> None:
    page = _page(profile.summary(_connection(None)))
    assert "The record has not been read." in page
    assert "Works" not in page
    other = profile.summary(_connection(record()), organisation_name="Nowhere")
    assert "Not among the affiliations we can see" in _page(other)


def test_what_a_record_says_cannot_break_the_page() -> None:
    data = record()
    data["person"]["name"]["credit-name"]["value"] = "<script>alert(1)</script>"
    evil = affiliation(1, "education", organization("<b>X</b>"))
    data["activities-summary"]["educations"] = section("educations", "affiliation-group", [evil])
    page = _page(profile.summary(_connection(data)))
    assert "<script" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page
