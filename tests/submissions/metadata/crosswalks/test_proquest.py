"""ProQuest: embargo codes, American dates, files."""

import datetime as dt

from lxml import etree

from submissions.metadata.crosswalks import proquest
from tests.records import embargoed, make_file, make_record

CONTACT = proquest.Contact("j@example.net", ("1 Quay",), "Bergen", "5003", "NO", dt.date(2026, 5, 1))
SCHOOL = proquest.Sender("0123", "example", CONTACT, (("0415", "Physical oceanography"),))


def find(record, path: str, **options) -> list:
    return etree.fromstring(proquest.to_xml(record, SCHOOL, **options)).xpath(path)


def test_the_authors_id_is_bare_and_nobody_elses_is_there() -> None:
    record = make_record()
    assert find(record, "//DISS_author/*[last()]")[0].tag == "DISS_orcid"
    assert find(record, "//DISS_orcid/text()") == [record.author.orcid.path]


def test_an_embargo_is_flexible_with_its_last_day() -> None:
    assert find(make_record(), "/*/@embargo_code") == ["0"]
    assert find(embargoed(), "/*/@embargo_code") == ["4"]
    assert find(embargoed(), "//DISS_sales_restriction/@remove") == ["05/01/2028"]
    assert find(embargoed(None), "//DISS_sales_restriction/@remove") == [""]


def test_dates_are_american() -> None:
    assert find(make_record(), "//DISS_dates/*/text()") == ["2026", "04/15/2026"]
    assert find(make_record(defended=None, conferred=None), "//DISS_dates/*/text()") == ["2026", "01/01/2026"]


def test_no_more_than_six_keywords() -> None:
    record = make_record(keywords=tuple(f"k{number}" for number in range(9)))
    assert find(record, "//DISS_keyword/text()") == ["k0", "k1", "k2", "k3", "k4", "k5"]


def test_the_first_file_is_the_thesis_and_the_others_go_with_it() -> None:
    files = (make_file(), make_file(name="data.csv", mime="text/csv"), make_file(name="x", mime="model/obj"))
    record = make_record(files=files)
    assert find(record, "//DISS_binary/text()") == ["thesis.pdf"]
    assert find(record, "//DISS_file_category/text()") == ["data", "other"]
    renamed = find(record, "//DISS_file_name/text()", names=["a.pdf", "b.csv", "c.bin"])
    assert renamed == ["b.csv", "c.bin"]


def test_advisors_come_before_the_committee() -> None:
    assert find(make_record(), "//DISS_advisor/DISS_name/DISS_surname/text()") == ["Laud"]
    assert find(make_record(), "//DISS_cmte_member//DISS_surname/text()") == ["Reader", "Plain"]
    assert find(make_record(), "//DISS_degree/text()") == ["Ph.D."]
