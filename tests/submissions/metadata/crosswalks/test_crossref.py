"""Crossref: what is claimed of the author and of the days."""

import datetime as dt

import pytest
from lxml import etree

from submissions.metadata.crosswalks import crossref
from submissions.metadata.record import Person
from tests.records import embargoed, full_record, make_orcid

NS = {
    "c": crossref.NAMESPACE,
    "j": crossref.JATS,
    "ai": crossref.ACCESS,
    "fr": crossref.FUNDING,
    "rel": crossref.RELATIONS,
}
AT = dt.datetime(2026, 6, 3, 11, 0, 0, 250_000, dt.timezone(dt.timedelta(hours=2)))
SENDER = crossref.Sender("Thesis office", "office@example.edu", AT)


def find(record, path: str) -> list:
    return etree.fromstring(crossref.to_xml(record, SENDER)).xpath(path, namespaces=NS)


def test_the_timestamp_is_the_moment_of_the_deposit_in_utc() -> None:
    assert find(full_record(), "//c:timestamp/text()") == ["20260603090000250"]


def test_only_the_author_is_named_and_authenticated() -> None:
    record = full_record()
    assert find(record, "//c:surname/text()") == ["Carberry"]
    (orcid,) = find(record, "//c:ORCID")
    assert (orcid.text, orcid.get("authenticated")) == (record.author.orcid.uri, "true")


def test_an_unconfirmed_id_is_marked() -> None:
    record = full_record(author=Person("A", "B", unconfirmed_orcid=make_orcid(9).path))
    (orcid,) = find(record, "//c:ORCID")
    assert (orcid.text, orcid.get("authenticated")) == (make_orcid(9).uri, "false")


@pytest.mark.parametrize(
    ("person", "given", "surname"),
    [
        (Person("Suharto"), [], ["Suharto"]),
        (Person("", "Madonna"), [], ["Madonna"]),
        (Person("", ""), [], ["Name withheld"]),
        (Person("X" * 90, "??"), ["X" * 60], ["Name withheld"]),
    ],
)
def test_names_fit_the_schema(person: Person, given: list, surname: list) -> None:
    record = full_record(author=person)
    assert find(record, "//c:given_name/text()") == given
    assert find(record, "//c:surname/text()") == surname


def test_the_day_of_approval_is_never_invented() -> None:
    parts = "//c:approval_date/*/text()"
    assert find(full_record(), parts) == ["05", "01", "2026"]
    assert find(full_record(conferred=None), parts) == ["04", "15", "2026"]
    assert find(full_record(conferred=None, defended=None), parts) == ["2026"]


def test_access_begins_when_the_files_open() -> None:
    record = embargoed(doi="10.5555/a")
    assert find(record, "//ai:free_to_read/@start_date") == ["2028-05-01"]
    assert find(record, "//ai:license_ref/@start_date") == ["2028-05-01"]
    assert not find(embargoed(None, doi="10.5555/a"), "//ai:free_to_read")


def test_funders_and_relations() -> None:
    record = full_record()
    assert find(record, "//fr:assertion[@name='ror']/text()") == ["https://ror.org/00epmv149"]
    assert len(find(record, "//fr:assertion[@name='funder_identifier']")) == 2
    assert find(record, "//rel:intra_work_relation/@relationship-type") == ["isVersionOf"] * 3
    assert find(record, "//rel:inter_work_relation[1]/text()")[0] == "10.5555/part.1"


def test_each_paragraph_of_the_abstract() -> None:
    record = full_record(other_abstracts=())
    assert find(record, "//j:abstract/j:p/text()") == ["First paragraph.", "Second paragraph."]


def test_an_abstract_for_each_language() -> None:
    assert find(full_record(), "//j:abstract/@xml:lang") == ["en", "nb", "es"]
    assert find(full_record(), "//j:abstract[2]/j:p/text()") == ["Første avsnitt.", "Andre avsnitt."]


def test_isbn_and_the_number_of_the_university() -> None:
    assert find(full_record(), "//c:isbn/text()") == ["978-0-306-40615-7"]
    assert find(full_record(), "//c:publisher_item/c:identifier/text()") == ["T-00042"]
    assert not find(full_record(isbn="not one"), "//c:isbn")
