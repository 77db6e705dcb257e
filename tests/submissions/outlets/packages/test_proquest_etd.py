"""Packages for ProQuest, against its DTD, and what they say when something is missing."""

import datetime as dt
import io
import zipfile

import pytest
from lxml import etree

from submissions.metadata.crosswalks import proquest
from submissions.metadata.record import DegreeLevel, Person
from submissions.outlets.packages import proquest_etd
from submissions.outlets.packages.errors import PackageRefused
from tests.contracts.conftest import schemas  # noqa: F401 - a fixture
from tests.records import embargoed, make_record, varied_records

from .conftest import stored, thesis

CONTACT = proquest.Contact("j@example.net", (), "", "", "NO", dt.date(2026, 5, 1))
SENDER = proquest.Sender("0123", "example", CONTACT, (("0415", "Physical oceanography"),))


def test_the_thesis_its_data_and_its_media(read):
    files = [
        stored(b"1", "Final (2).PDF"),
        stored(b"2", "data.csv", mime="text/csv"),
        stored(b"3", "data.csv"),
    ]
    one = thesis(files=files, sender=SENDER)
    archive = read(proquest_etd.entries(one))
    assert archive.namelist() == [
        "carberry_josiah_T-00012_DATA.xml",
        "carberry_josiah_T-00012.pdf",
        "carberry_josiah_T-00012_Media/data.csv",
        "carberry_josiah_T-00012_Media/data-2.csv",
    ]
    tree = etree.fromstring(archive.read("carberry_josiah_T-00012_DATA.xml"))
    assert tree.xpath("//DISS_binary/text()") == ["carberry_josiah_T-00012.pdf"]
    assert tree.xpath("//DISS_file_name/text()") == ["data.csv", "data-2.csv"]
    assert tree.xpath("//DISS_orcid/text()") == [one.record.author.orcid.path]


def test_several_are_a_zip_of_zips(read):
    outer = read(
        proquest_etd.many(
            [thesis(sender=SENDER), thesis(make_record(author=Person("", "Мария")), sender=SENDER)]
        )
    )
    assert outer.namelist() == ["upload_carberry_josiah_T-00012.zip", "upload_mariya_T-00012.zip"]
    inner = zipfile.ZipFile(io.BytesIO(outer.read("upload_mariya_T-00012.zip")))
    assert "mariya_T-00012.pdf" in inner.namelist()


def test_a_closed_thesis_goes_with_its_files_and_its_last_day(read):
    archive = read(proquest_etd.entries(thesis(embargoed(), sender=SENDER)))
    tree = etree.fromstring(archive.read("carberry_josiah_T-00012_DATA.xml"))
    assert tree.get("embargo_code") == "4"
    assert tree.xpath("//DISS_sales_restriction/@remove") == ["05/01/2028"]
    assert "carberry_josiah_T-00012.pdf" in archive.namelist()


def test_all_that_is_missing_is_said_at_once():
    one = thesis(make_record(degree_level=DegreeLevel.BACHELOR), files=[], lacking=("No code is set.",))
    with pytest.raises(PackageRefused) as refusal:
        list(proquest_etd.entries(one))
    assert refusal.value.reasons == [
        "ProQuest takes master's and doctoral theses only.",
        "ProQuest takes a thesis with its file, and this one has none.",
        "No code is set.",
    ]


def test_what_is_demanded_of_a_record_anywhere_is_demanded_here() -> None:
    """One table for all (``demands``): also what could be written without it, and would be refused."""
    one = thesis(make_record(language="", degree_name="", degree_abbreviation=""), sender=SENDER)
    assert set(proquest_etd.problems(one)) >= {
        "ProQuest needs the language of the thesis.",
        "ProQuest needs the name of the degree.",
    }


@pytest.mark.schemas
def test_the_dtd_takes_every_one_that_can_be_sent(read, schemas):  # noqa: F811
    dtd = etree.DTD(schemas / "proquest" / "Dissertations_metadata48.dtd")
    sent = 0
    for record in varied_records(120):
        one = thesis(record, sender=SENDER)
        if proquest_etd.problems(one):
            continue
        archive = read(proquest_etd.entries(one))
        tree = etree.fromstring(archive.read(f"{proquest_etd.base_name(one)}_DATA.xml"))
        for orcid in tree.xpath("//DISS_orcid"):  # DTD 4.8 is older than it
            orcid.getparent().remove(orcid)
        assert dtd.validate(tree), dtd.error_log
        sent += 1
    assert sent > 30
