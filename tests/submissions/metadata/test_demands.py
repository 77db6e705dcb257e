"""What places demand: one record that lacks it, one that has it, and no demand that nobody meets."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from submissions.metadata import demands
from submissions.metadata.crosswalks import crossref, proquest
from submissions.metadata.record import DegreeLevel, Organisation
from tests.records import bare, full_record, make_file, make_record, varied_records


def said(record, kind: str) -> list[tuple[str, str]]:
    return [(lack.field, lack.sentence) for lack in demands.missing(record, kind)]


@pytest.mark.parametrize("kind", [*demands.LABELS, "another"])
def test_a_complete_record_lacks_nothing(kind: str) -> None:
    assert said(full_record(), kind) == []


@pytest.mark.parametrize("kind", [*demands.LABELS, "another"])
def test_every_place_needs_a_title(kind: str) -> None:
    (found, *_) = said(full_record(title=" \x00"), kind)
    assert found[0] == "title"
    assert "without a title" in found[1]
    assert "{" not in found[1]


@pytest.mark.parametrize(
    ("kind", "lack", "field", "words"),
    [
        ("datacite", {"doi": ""}, "doi", "DataCite registers theses by DOI"),
        ("datacite", {"institution": Organisation("")}, "institution", "name of the university"),
        ("crossref", {"doi": ""}, "doi", "this thesis has none"),
        ("crossref", {"doi": "10.1000.5/x"}, "doi", "does not take the DOI"),
        ("inveniordm", {"title": "Å"}, "title", "three letters"),
        ("dspace", {"files": ()}, "files", "DSpace takes a thesis with its file"),
        ("sword2", {"files": ()}, "files", "takes a thesis with its file"),
        ("proquest", {"files": ()}, "files", "ProQuest takes a thesis with its file"),
        ("proquest", {"files": (make_file(pages=0),)}, "files", "number of pages"),
        ("proquest", {"degree_level": DegreeLevel.BACHELOR}, "degree", "master's and doctoral"),
        ("proquest", {"degree_name": "", "degree_abbreviation": ""}, "degree", "name of the degree"),
        ("proquest", {"language": ""}, "language", "language of the thesis"),
        ("oai_openaire", {"language": "no language"}, "language", "language of the thesis"),
        (
            "oai_etdms",
            {"keywords": (), "department": "", "programme": "", "subjects": ()},
            "keywords",
            "subject",
        ),
    ],
)
def test_what_is_missing_is_said_with_its_field(kind: str, lack: dict, field: str, words: str) -> None:
    ((found, sentence),) = said(full_record(**lack), kind)
    assert found == field
    assert words in sentence


def test_every_field_of_the_table_has_a_name_and_every_demand_a_place() -> None:
    assert {demand.field for demand in demands.DEMANDS} <= demands.FIELDS.keys()
    assert all(demand.kinds <= demands.EVERYBODY for demand in demands.DEMANDS)


def test_a_format_is_written_unless_the_table_says_what_the_record_lacks() -> None:
    sender = crossref.Sender("Office", "office@example.edu", dt.datetime(2026, 6, 3, tzinfo=dt.UTC))
    contact = proquest.Contact("j@example.net", (), "Bergen", "5003", "NO", dt.date(2026, 5, 1))
    school = proquest.Sender("0123", "example", contact, (("0415", "Oceanography"),))
    written = 0
    for record in (*varied_records(200), bare(make_record())):
        for kind, module, to in (("crossref", crossref, sender), ("proquest", proquest, school)):
            if lacking := demands.missing(record, kind):
                with pytest.raises(ValueError, match=re.escape(lacking[0].sentence)):
                    module.to_xml(record, to)
            else:
                assert module.to_xml(record, to)
                written += 1
    assert written > 100


def test_a_hidden_name_is_no_lack() -> None:
    record = full_record()
    hidden = replace(record, author=replace(record.author, given="", family=""))
    assert all(said(hidden, kind) == [] for kind in demands.LABELS)
