"""messages/education.py: against the official schema, its silent rules, and a running registry (orcid.md §17)."""

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from lxml import etree

from orcid_workflow import messages
from orcid_workflow.messages import COMMON, InvalidMessage, vocabulary
from orcid_workflow.messages.education import Education, ExternalId, FuzzyDate, Organisation, check, to_xml
from tests.orcid_workflow.conftest import PASSWORD
from tests.registry_process import token_for

ROOT = Path(__file__).resolve().parents[3]
SCHEMAS = Path(os.environ.get("ETD_SCHEMAS", ROOT.parent / "shared" / "schemas"))
SHORT = Education(
    organisation=Organisation("University of the North Shore", "Halifax", "CA", "https://ror.org/05gq02987"),
    external_ids=(ExternalId("other-id", "5f0c3e2a-8a53-4a6e-9c53-0f6f3f1d2b11"),),
)
FULL = replace(
    SHORT,
    organisation=replace(SHORT.organisation, region="Nova Scotia"),
    role_title="Doctor of Philosophy & <more>",
    department="Oceanography",
    start=FuzzyDate(2021, 9, 1),
    end=FuzzyDate(2026, 5, 3),
    url="https://example.edu/degrees/1",
)


def of(**changes) -> Education:
    """The full degree with another organisation."""
    return replace(FULL, organisation=replace(FULL.organisation, **changes))


GOOD = [
    SHORT,
    FULL,
    replace(FULL, start=None),
    replace(FULL, end=None),
    replace(FULL, start=FuzzyDate(2026), end=FuzzyDate(2026, 5)),
    replace(FULL, start=FuzzyDate(2026, 5), end=FuzzyDate(2026, 5, 1)),
    replace(FULL, role_title="k" * 4000, department="\x00Oce\x0ban\ud800ography\ufffe"),
    of(name="\x07University\n of the North"),
    of(source="RINGGOLD", identifier="6752"),
]


@pytest.fixture(scope="session")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / "orcid" / "record_3.0" / "education-3.0.xsd"))


@pytest.mark.schemas
@pytest.mark.parametrize("education", GOOD, ids=range(len(GOOD)))
@pytest.mark.parametrize("put_code", [None, 123456])
def test_every_message_is_valid(schema, education: Education, put_code: int | None) -> None:
    assert check(education) == []
    schema.assertValid(etree.fromstring(to_xml(education, put_code)))


@pytest.mark.schemas
def test_the_schema_is_one_that_refuses(schema) -> None:
    root = etree.fromstring(to_xml(FULL))
    root.append(root[0])
    assert not schema.validate(root)


def test_what_stands_in_it() -> None:
    root = etree.fromstring(to_xml(FULL))
    assert root.tag == f"{{{messages.EDUCATION}}}education"
    assert [etree.QName(child).localname for child in root] == [
        "department-name", "role-title", "start-date", "end-date", "organization", "url", "external-ids",
    ]  # fmt: skip
    assert "".join(root.find(f"{{{COMMON}}}start-date").itertext()) == "20210901"
    organisation = root.find(f"{{{COMMON}}}organization")
    assert [text.strip() for text in organisation.itertext()] == [
        "University of the North Shore", "Halifax", "Nova Scotia", "CA", "https://ror.org/05gq02987", "ROR",
    ]  # fmt: skip
    assert messages.self_ids(to_xml(FULL)) == [["other-id", "5f0c3e2a-8a53-4a6e-9c53-0f6f3f1d2b11"]]
    assert messages.with_put_code(to_xml(FULL), 7) == to_xml(FULL, 7)


BAD = [
    (of(name=" \x00"), "name of the institution is missing"),  # 9046
    (of(name="😀" * 2001), "name of the institution is longer"),
    (of(city=""), "city of the institution is missing"),  # 9060
    (of(country=""), "country of the institution is missing"),  # 9060
    (of(country="ca"), "country code"),  # 9037
    (of(country="UK"), "country code"),
    (of(identifier=""), "identifier of the institution, such as its ROR, is missing"),  # 9045
    (of(identifier="05gq02987"), "not an identifier of ROR"),
    (of(identifier="http://ror.org/05gq02987"), "not an identifier of ROR"),
    (of(identifier="https://ror.org/05gq02988"), "not an identifier of ROR"),  # check digits
    (of(source="ror"), "takes no identifiers"),
    (of(source="GRID"), "not an identifier of GRID"),
    (replace(FULL, role_title="k" * 4001), "name of the degree is longer"),
    (replace(FULL, department="k" * 4001), "department is longer"),
    (replace(FULL, start=FuzzyDate(2021, 2, 30)), "start does not exist"),  # 9049
    (replace(FULL, end=FuzzyDate(2021, 0, 3)), "end has a day and no month"),
    (replace(FULL, end=FuzzyDate(1850)), "between 1900"),
    (replace(FULL, end=FuzzyDate(2021, 8)), "ends before it starts"),  # 9055
    (replace(FULL, end=FuzzyDate(2020)), "ends before it starts"),
    (replace(FULL, url="ftp://example.edu"), "not a web address"),
    (replace(FULL, external_ids=()), "no identifier of its own"),
    (replace(FULL, external_ids=(ExternalId("nothing", "1"),)), "identifier type"),  # 9023
    (
        replace(FULL, external_ids=(*SHORT.external_ids, ExternalId("handle", "1", "", "part-of"))),
        "needs its",
    ),
]


@pytest.mark.parametrize(("education", "words"), BAD, ids=range(len(BAD)))
def test_what_the_registry_would_refuse_is_never_written(education: Education, words: str) -> None:
    assert any(words in problem for problem in check(education)), check(education)
    with pytest.raises(InvalidMessage, match=words.split(",")[0]):
        to_xml(education)


@pytest.mark.parametrize("ror", ["05gq02987", "03yrm5c26", "052gg0110", "042nb2s44", "05dxps055"])
def test_rors_that_exist_pass_the_check_digits(ror: str) -> None:
    assert vocabulary.ORGANISATION_IDS["ROR"](f"https://ror.org/{ror}")


def send(registry, person, method: str, body: bytes, put_code: str = "") -> requests.Response:
    token = token_for(registry, person.orcid, PASSWORD, "/activities/update")["access_token"]
    return requests.request(
        method,
        f"{registry.api_url}/{person.orcid}/education{put_code}",
        data=body,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/vnd.orcid+xml"},
        timeout=10,
    )


@pytest.mark.parametrize("education", GOOD, ids=range(len(GOOD)))
def test_the_registry_takes_it_and_its_end(registry, person, education: Education) -> None:
    answer = send(registry, person, "POST", to_xml(education))
    assert answer.status_code == 201, answer.text
    put_code = int(answer.headers["Location"].rsplit("/", 1)[-1])
    ended = replace(education, end=FuzzyDate(2026, 6, 1))
    answer = send(registry, person, "PUT", to_xml(ended, put_code), f"/{put_code}")
    assert answer.status_code == 200, answer.text


def test_the_registry_refuses_the_same_degree_twice(registry, person) -> None:
    assert send(registry, person, "POST", to_xml(SHORT)).status_code == 201
    again = send(registry, person, "POST", to_xml(FULL))
    assert again.status_code == 409
    assert re.search("9021", again.text)
