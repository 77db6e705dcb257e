"""reading/record.py: a full record, and every damage that can be done to one."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from orcid_workflow import profile
from orcid_workflow.api import client
from orcid_workflow.profile import (
    Affiliation,
    Email,
    ExternalId,
    Fact,
    Funding,
    NameState,
    Organisation,
    PersonId,
    Profile,
    Source,
    Statement,
    Website,
    Work,
)
from tests.registry_process import Registry

from ..documents import OURS, OWNER, RECORD, record

SELF = Source(name="Ada Lovelace", orcid=OWNER, self_asserted=True)
CROSSREF = Source(name="Crossref", client_id="APP-CROSSREF00000001")
OWN = Source(name="North Shore", client_id=OURS)
THROUGH = Source(
    name="Crossref",
    client_id="APP-CROSSREF00000001",
    origin_name="Ada Lovelace",
    origin_orcid=OWNER,
    self_asserted=True,
)
ON_BEHALF = Source(
    name="Research Hub",
    client_id="APP-HUB0000000000001",
    origin_name="North Shore",
    origin_client_id="APP-NORTH00000000001",
)
DOI = ExternalId("doi", "10.5555/Kelp", "https://doi.org/10.5555/Kelp", "self")


def test_a_record_of_the_registry(registry_record: dict, registry: Registry) -> None:
    facts = profile.parse(registry_record)
    assert facts.name_state is NameState.SHOWN
    assert facts.display_name.startswith("Given")
    assert [email.is_primary for email in facts.emails] == [True]
    assert [str(entry) for entry in facts.current_educations] == ["PhD, University of the North Shore"]
    assert facts.educations[0].source.self_asserted
    assert [work.title for work in facts.works] == ["Kelp 1", "Kelp 2"]
    assert all(work.put_code_of(registry.client_id) == work.put_code for work in facts.works)
    assert facts.is_claimed is True
    assert facts.last_modified.year >= 2026


def test_a_full_record() -> None:
    public = {"visibility": "public"}
    assert profile.parse(RECORD) == Profile(
        orcid=OWNER,
        given="Ada",
        family="Lovelace",
        credit_name="A. Lovelace",
        name_state=NameState.SHOWN,
        name_visibility="public",
        biography="First line.\nSecond line.",
        other_names=(Fact("A. King", SELF, "public"), Fact("A. A. Lovelace", CROSSREF, "public")),
        emails=(Email("a@example.edu", SELF, "limited", is_primary=True),),
        countries=(Fact("GB", SELF, "public"),),
        keywords=(Fact("engines", ON_BEHALF, "public"),),
        websites=(Website("https://ada.example", SELF, "public", label="Home"),),
        external_ids=(
            PersonId("7004", CROSSREF, "public", "Scopus Author ID", "https://scopus.example/7004"),
            PersonId("9", SELF, "public", "Loop"),
        ),
        educations=(
            Affiliation(
                organisation="North Shore",
                department="Mathematics",
                role="PhD",
                city="Halifax",
                region="NS",
                country="CA",
                organisation_id="https://ror.org/052gg0110",
                organisation_id_source="ROR",
                start="2021-09",
                kind="education",
                put_code=61,
                source=SELF,
                **public,
            ),
        ),
        employments=(
            Affiliation(
                organisation="Mill",
                end="2020",
                has_end=True,
                url="https://mill.example/",
                kind="employment",
                put_code=71,
                source=CROSSREF,
                **public,
            ),
        ),
        qualifications=(
            Affiliation(
                organisation="College",
                role="Diploma",
                end="1999-05-07",
                has_end=True,
                kind="qualification",
                put_code=91,
                source=SELF,
                **public,
            ),
        ),
        other_affiliations=(
            Affiliation("Royal Society", kind="membership", put_code=81, source=SELF, **public),
        ),
        fundings=(
            Funding(
                title="Kelp grant",
                funder=Organisation(
                    "NSERC", country="CA", id="http://dx.doi.org/10.13039/501100000038", id_source="FUNDREF"
                ),
                type="grant",
                start="2020",
                end="2024-12-31",
                url="https://kelp.example/",
                external_ids=(ExternalId("grant_number", "RGPIN-42", "https://nserc.example/42", "self"),),
                put_code=101,
                source=CROSSREF,
                **public,
            ),
            Funding("Prize", Organisation("Guild"), "award", put_code=103, source=SELF, **public),
        ),
        works=(
            Work(
                title="On Kelp",
                subtitle="A note",
                type="journal-article",
                date="2023-05",
                journal="Kelp Letters",
                url="https://kelp.example/1",
                external_ids=(DOI, ExternalId("issn", "1234-5678", "", "part-of")),
                put_code=201,
                source=CROSSREF,
                statements=(
                    Statement(201, CROSSREF, "public"),
                    Statement(202, SELF, "public"),
                    Statement(203, OWN, "limited"),
                ),
                **public,
            ),
            Work(
                title="Tides",
                type="book-chapter",
                external_ids=(ExternalId("isbn", "978-0", "", "self"),),
                put_code=204,
                source=THROUGH,
                statements=(Statement(204, THROUGH, "public"),),
                **public,
            ),
        ),
        locale="fr",
        last_modified=dt.datetime(2023, 11, 14, 22, 13, 21, tzinfo=dt.UTC),
        is_claimed=True,
    )


def test_our_own_work_is_found_among_the_sources_of_its_group() -> None:
    kelp, tides = profile.parse(RECORD).works
    assert kelp.put_code_of(OURS) == 203
    assert tides.put_code_of(OURS) is None
    assert kelp.put_code_of("") is None
    assert kelp.year == 2023
    assert kelp.identifier == DOI
    assert tides.year is None


def test_both_parsers_find_the_same_put_code() -> None:
    works = RECORD["activities-summary"]["works"]
    assert client.own_put_code(works, OURS, [["doi", "10.5555/KELP"]]) == 203


def test_a_grant_in_the_words_a_thesis_needs() -> None:
    kelp, prize = profile.parse(RECORD).fundings
    assert kelp.grant_number == "RGPIN-42"
    assert kelp.grant_url == "https://nserc.example/42"
    assert kelp.funder_uri == "https://doi.org/10.13039/501100000038"
    assert (prize.grant_number, prize.grant_url, prize.funder_uri) == ("", "", "")


@pytest.mark.parametrize(
    ("value", "scheme", "uri"),
    [
        ("https://ror.org/01h531d29", "ROR", "https://ror.org/01h531d29"),
        ("ror.org/01H531D29/", "ROR", "https://ror.org/01h531d29"),
        ("http://doi.org/10.13039/100000001", "FUNDREF", "https://doi.org/10.13039/100000001"),
        ("10.13039/100000001", "FUNDREF", "https://doi.org/10.13039/100000001"),
        ("grid.5509.9", "GRID", ""),
        ("385", "RINGGOLD", ""),
        ("", "", ""),
    ],
)
def test_the_funder_as_a_uri(value: str, scheme: str, uri: str) -> None:
    assert Funding("A", Organisation("B", id=value, id_source=scheme)).funder_uri == uri


@pytest.mark.parametrize(
    ("source", "words", "organisation"),
    [
        (SELF, "self-asserted", ""),
        (THROUGH, "self-asserted, through Crossref", ""),
        (CROSSREF, "Crossref", "Crossref"),
        (ON_BEHALF, "North Shore, through Research Hub", "North Shore"),
        (Source(client_id="APP-1"), "an organisation without a name", ""),
        (Source(), "", ""),
    ],
)
def test_who_stated_it_in_words(source: Source, words: str, organisation: str) -> None:
    assert (source.words, str(source), source.organisation) == (words, words, organisation)


def test_what_another_person_stated_is_not_self_asserted() -> None:
    data = record()
    data["orcid-identifier"]["path"] = data["orcid-identifier"]["uri"] = "0000-0001-5109-3700"
    assert profile.parse(data).other_names[0].source == dataclasses.replace(SELF, self_asserted=False)


def _current(**dates: Any) -> bool:
    return Affiliation("North Shore", **dates).is_current


def test_current_is_what_has_begun_and_not_ended() -> None:
    next_year, this_year = str(dt.date.today().year + 1), str(dt.date.today().year)
    assert _current()
    assert _current(start="2001")
    assert _current(start="2001", end=next_year, has_end=True)
    assert not _current(start=next_year)
    assert not _current(end="2001-01-31", has_end=True)
    assert not _current(end=this_year, has_end=True)
    assert not _current(has_end=True), "an end that cannot be read is an end"


def _name(**parts: Any) -> dict:
    data = record()
    data["person"]["name"] = {key.replace("_", "-"): value for key, value in parts.items()}
    return data


def test_a_hidden_name_is_told_from_none() -> None:
    data = record()
    data["person"]["name"] = None
    facts = profile.parse(data)
    assert (facts.display_name, facts.name_state) == ("", NameState.HIDDEN)
    facts = profile.parse(_name(given_names=None, family_name={"value": " "}, visibility="PUBLIC"))
    assert (facts.display_name, facts.name_state) == ("", NameState.MISSING)
    assert facts.name_visibility == "public"
    assert profile.parse({"person": None}).name_state is NameState.UNREAD


def test_one_name_only() -> None:
    facts = profile.parse(_name(given_names={"value": "Suharto"}, family_name=None, credit_name=None))
    assert (facts.display_name, facts.family, facts.name_state) == ("Suharto", "", NameState.SHOWN)


def test_the_name_of_a_deactivated_record_is_nobodys() -> None:
    shell = {"value": "Given Names Deactivated"}, {"value": "Family Name Deactivated"}
    facts = profile.parse(_name(given_names=shell[0], family_name=shell[1], credit_name=None))
    assert (facts.display_name, facts.is_deactivated) == ("", True)


def test_a_record_that_shows_nothing() -> None:
    assert profile.parse({"orcid-identifier": {"path": OWNER}, "person": {"name": None}}).is_empty
    assert not profile.parse(RECORD).is_empty


def test_numbers_as_text_and_text_as_numbers() -> None:
    data = record()
    works = data["activities-summary"]["works"]["group"]
    works[0]["work-summary"][0]["put-code"] = "201"
    works[0]["work-summary"][0]["publication-date"] = {"year": {"value": 2023}, "month": {"value": 5}}
    works[0]["work-summary"][0]["display-index"] = 1
    data["activities-summary"]["fundings"]["group"][0]["funding-summary"][0]["external-ids"]["external-id"][
        0
    ]["external-id-value"] = 42
    data["history"]["last-modified-date"]["value"] = "1700000001000"
    facts = profile.parse(data)
    assert facts.works == profile.parse(RECORD).works
    assert facts.last_modified == profile.parse(RECORD).last_modified
    assert facts.fundings[0].grant_number == "42"


def test_one_entry_in_place_of_a_list() -> None:
    data = record()
    data["person"]["keywords"]["keyword"] = data["person"]["keywords"]["keyword"][0]
    assert profile.parse(data).keywords == profile.parse(RECORD).keywords


@pytest.mark.parametrize(
    ("year", "month", "day", "read"),
    [
        ("2023", "13", "01", "2023"),
        ("2023", None, "05", "2023"),
        ("2023", "2", "30", "2023-02-30"),  # impossible, and what the record says
        ("23", "05", None, ""),
        ("0000", None, None, ""),
        ("२०२३", None, None, ""),
        (True, None, None, ""),
    ],
)
def test_dates_are_read_as_far_as_they_can_be(year: Any, month: Any, day: Any, read: str) -> None:
    data = record()
    parts = {"year": {"value": year}, "month": {"value": month}, "day": {"value": day}}
    data["activities-summary"]["works"]["group"][0]["work-summary"][0]["publication-date"] = parts
    assert profile.parse(data).works[0].date == read
