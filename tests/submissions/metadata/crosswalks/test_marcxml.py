"""MARC 21: fixed fields, indicators and what is left out."""

import pytest
from lxml import etree

from submissions.metadata.crosswalks import marcxml
from submissions.metadata.record import Person, Subject
from tests.records import embargoed, full_record, make_file, make_orcid, make_record

NS = {"m": marcxml.NAMESPACE}


def fields(record, tag: str) -> list[str]:
    """Each field as its indicators and its subfields in one line."""
    root = etree.fromstring(marcxml.to_xml(record))
    return [
        f"{field.get('ind1')}{field.get('ind2')}" + "".join(f"${sub.get('code')}{sub.text}" for sub in field)
        for field in root.xpath("m:datafield[@tag=$tag]", tag=tag, namespaces=NS)
    ]


def fixed(record) -> str:
    (element,) = etree.fromstring(marcxml.to_xml(record)).xpath("m:controlfield[@tag='008']", namespaces=NS)
    return element.text


def test_the_fixed_field_has_each_thing_at_its_position() -> None:
    text = fixed(make_record(language="fr"))
    assert len(text) == 40
    assert text[:11] == "260602s2026"
    assert (text[23], text[24], text[35:38]) == ("o", "m", "fre")
    assert fixed(make_record(language=""))[35:38] == "und"
    assert fixed(make_record(language="zh-Hans"))[35:38] == "chi"


def test_people_with_relator_and_id() -> None:
    record = make_record()
    author, advisor = record.author.orcid.path, record.committee[0].person.orcid.path
    relators = "http://id.loc.gov/vocabulary/relators"
    assert fields(record, "100") == [
        f"1 $aCarberry, Josiah,$uExample University$eauthor.$0(orcid){author}$1https://orcid.org/{author}$4{relators}/aut"
    ]
    assert fields(record, "700")[0] == (
        f"1 $aLaud, Ada,$uTromsø Museum$ethesis advisor.$0(orcid){advisor}$1https://orcid.org/{advisor}$4{relators}/ths"
    )
    assert fields(record, "700")[2] == f"1 $aPlain, Una,$edegree committee member.$4{relators}/dgc"


def test_an_only_name_is_filed_as_it_is_read() -> None:
    (field,) = fields(make_record(author=Person("Suharto", "", make_orcid(5))), "100")
    assert field.startswith("0 $aSuharto,$u")


@pytest.mark.parametrize(
    ("title", "language", "indicator"),
    [
        ("The tide", "en", "4"),
        ("A tide", "en-GB", "2"),
        ("Theory of tides", "en", "0"),
        ("L’océan", "fr", "2"),
        ("Das Meer", "de", "4"),
        ("The tide", "", "0"),
        ("Приливы", "ru", "0"),
    ],
)
def test_an_article_is_not_filed(title: str, language: str, indicator: str) -> None:
    (field,) = fields(make_record(title=title, subtitle="", language=language), "245")
    assert field == f"1{indicator}$a{title} /$cJosiah Carberry."


def test_the_degree_claims_no_year_that_nobody_knows() -> None:
    assert fields(make_record(), "502")[0].startswith("  $bPh.D.$cExample University$d2026$g")
    assert "$d" not in fields(make_record(conferred=None), "502")[0]


def test_access_and_addresses() -> None:
    assert fields(make_record(), "506") == ["0 $aOpen access$fUnrestricted online access$2star"]
    assert fields(embargoed(), "506") == ["1 $aEmbargoed access: files open on 2028-05-01$g20280501"]
    assert len(fields(make_record(), "856")) == 2
    assert len(fields(embargoed(), "856")) == 1


@pytest.mark.parametrize(
    ("subject", "field"),
    [
        (Subject("Tides", "lcsh", "", "http://id.example/1"), " 0$aTides$0http://id.example/1"),
        (Subject("Tides", "MeSH"), " 2$aTides"),
        (Subject("Sea", "Our own", "", "https://own.example/1"), " 7$aSea$0https://own.example/1$2Our own"),
        (Subject("Sea"), " 4$aSea"),
    ],
)
def test_a_subject_says_whose_heading_it_is(subject: Subject, field: str) -> None:
    """Second indicator of 650: 0 and 2 are LCSH and MeSH, 7 is named in $2, 4 is of no list that is known."""
    assert fields(full_record(subjects=(subject,)), "650") == [field]


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("application/pdf", "text file"),
        ("text/plain", "text file"),
        ("text/csv", "data file"),
        ("image/tiff", "image file"),
        ("audio/mpeg", "audio file"),
        ("video/mp4", "video file"),
        ("application/zip", ""),
    ],
)
def test_a_file_is_of_the_kind_that_it_is(mime: str, kind: str) -> None:
    """347 $a, RDA's file types; nothing is said of what only its name tells."""
    (field,) = fields(make_record(files=(make_file(mime=mime),)), "347")
    said = f"$a{kind}" if kind else ""
    assert field == f"  {said}$b{mime}$c2101345 bytes" + ("$2rdaft" if kind else "")


def test_each_paragraph_of_the_abstract_is_a_field() -> None:
    assert fields(make_record(), "520") == ["3 $aFirst paragraph.", "3 $aSecond paragraph."]


def test_identifiers_and_relations() -> None:
    record = full_record()
    assert fields(record, "024")[:2] == ["7 $a10.5555/tidal.mixing$2doi", "7 $a20.500.12345/678$2hdl"]
    related = fields(record, "787")
    assert related[0] == "08$iContains:$tTides & <fjords>$ohttps://doi.org/10.5555/part.1"
    assert related[1] == "08$iContains:$tA chapter without any identifier"
    assert related[2] == "08$iPart of:$tTheses of the faculty$o1234-5678"
