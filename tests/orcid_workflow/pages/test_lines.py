"""lines.py: nothing that is sent to ORCID is kept from the person who looks at it first."""

import pytest
from lxml import etree

from orcid_workflow.messages import COMMON, WORK, education
from orcid_workflow.messages import work as works
from orcid_workflow.messages.parts import ExternalId, FuzzyDate
from orcid_workflow.pages.lines import Line, country_name, date_in_words, lines_of

WORK_MESSAGE = works.to_xml(
    works.Work(
        title="On Kelp",
        subtitle="and tides",
        translated_title=works.TranslatedTitle("Du varech", "fr"),
        journal_title="University of the North Shore",
        short_description="One.\n\nTwo.",
        citation=works.Citation("@phdthesis{kelp}", "bibtex"),
        publication_date=FuzzyDate(2026, 5, 7),
        url="https://etd.example.edu/1",
        external_ids=(
            ExternalId("doi", "10.1234/kelp", "https://doi.org/10.1234/kelp"),
            ExternalId("grant_number", "G-1", "https://g.example/1", "funded-by"),
        ),
        contributors=(
            works.Contributor("Ada L", works.AUTHOR, "0000-0002-1825-0097"),
            works.Contributor("Grace H", works.SUPERVISION),
        ),
        language="en-GB",
        country="CA",
    )
)
EDUCATION_MESSAGE = education.to_xml(
    education.Education(
        organisation=education.Organisation(
            "University of the North Shore", "Halifax", "CA", "https://ror.org/052gg0110", region="NS"
        ),
        external_ids=(ExternalId("source-work-id", "degree-1"),),
        role_title="PhD",
        department="Biology",
        start=FuzzyDate(2021, 9),
        end=FuzzyDate(2026, 5, 7),
        url="https://etd.example.edu/1",
    )
)
# The order of contributors is the order of their lines, and path and host of an iD are in its address.
TOLD_OTHERWISE = {"contributor-sequence", "path", "host"}


def leaves(message: bytes) -> list[int]:
    """Positions of the elements that hold a text which has to be seen."""
    return [
        position
        for position, node in enumerate(etree.fromstring(message).iter(etree.Element))
        if not len(node) and etree.QName(node).localname not in TOLD_OTHERWISE
    ]


@pytest.mark.parametrize("message", [WORK_MESSAGE, EDUCATION_MESSAGE], ids=["work", "education"])
def test_no_text_changes_unseen(message: bytes) -> None:
    assert len(leaves(message)) > 10
    for position in leaves(message):
        root = etree.fromstring(message)
        node = list(root.iter(etree.Element))[position]
        node.text = "qq"
        assert lines_of(etree.tostring(root)) != lines_of(message), node.tag
        if etree.QName(node).localname == "uri":
            continue  # without it the path of the iD says the same
        del node.getparent()[node.getparent().index(node)]
        assert lines_of(etree.tostring(root)) != lines_of(message), node.tag


def test_the_language_of_a_translated_title_is_seen() -> None:
    assert lines_of(WORK_MESSAGE) != lines_of(
        WORK_MESSAGE.replace(b'language-code="fr"', b'language-code="de"')
    )


def test_a_work_in_words() -> None:
    lines = lines_of(WORK_MESSAGE)
    for line in (
        Line("Title", "On Kelp"),
        Line("Subtitle", "and tides"),
        Line("Title in French", "Du varech"),
        Line("Abstract", "One.\n\nTwo."),
        Line("Citation (bibtex)", "@phdthesis{kelp}"),
        Line("Kind", "Dissertation or thesis"),
        Line("Date", "7 May 2026"),
        Line("Identifier", "DOI 10.1234/kelp (https://doi.org/10.1234/kelp)", "https://doi.org/10.1234/kelp"),
        Line("Funded by", "Grant number G-1 (https://g.example/1)", "https://g.example/1"),
        Line(
            "Author", "Ada L, https://orcid.org/0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"
        ),
        Line("Supervision", "Grace H"),
        Line("Language", "English"),
        Line("Country", "Canada"),
    ):
        assert line in lines


def test_an_education_in_words() -> None:
    lines = lines_of(EDUCATION_MESSAGE)
    for line in (
        Line("Department", "Biology"),
        Line("Degree or role", "PhD"),
        Line("Begun", "September 2021"),
        Line("Ended", "7 May 2026"),
        Line("Place", "Halifax, NS, Canada"),
        Line("Organisation’s identifier", "ROR https://ror.org/052gg0110", "https://ror.org/052gg0110"),
    ):
        assert line in lines


def test_what_is_not_known_here_is_shown_under_its_own_name() -> None:
    inside = "<c:new-thing><c:part-one>x</c:part-one></c:new-thing>"
    message = f'<w:work xmlns:w="{WORK}" xmlns:c="{COMMON}">{inside}</w:work>'
    assert lines_of(message) == [Line("Part one", "x")]


def test_no_message_has_no_lines() -> None:
    assert lines_of("") == lines_of(b"") == []


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2026-05-07", "7 May 2026"),
        ("2026-05", "May 2026"),
        ("2026", "2026"),
        ("", ""),
        ("2026-13", "2026-13"),
    ],
)
def test_dates(date: str, words: str) -> None:
    assert date_in_words(date) == words


def test_countries() -> None:
    assert country_name("CA") == "Canada"
    assert country_name("XX") == "XX"
