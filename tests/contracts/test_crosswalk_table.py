"""The master crosswalk (metadata.md §2, rows 1 to 37) as a table: which format carries which row, and which says in its
docstring that it does not. A word that is nowhere else in the record is looked for in what is written.
"""

import datetime as dt
import re
from dataclasses import replace

import pytest

from submissions.metadata.crosswalks import citation_meta, crossref, inveniordm, proquest, schema_org
from submissions.metadata.crosswalks.registry import FORMATS
from submissions.metadata.record import (
    Abstract,
    Access,
    DegreeLevel,
    Funding,
    Licence,
    Person,
    RelatedWork,
    Subject,
    TranslatedTitle,
)
from tests.records import full_record, make_file
from tests.writers import WRITERS

BASE = full_record()
MODULES = {name: __import__(form.to_bytes.__module__, fromlist=["x"]) for name, form in FORMATS.items()} | {
    "crossref": crossref,
    "proquest": proquest,
    "inveniordm": inveniordm,
    "json_ld": schema_org,
    "meta": citation_meta,
}


def seat(number: int, name: str) -> dict:
    committee = list(BASE.committee)
    committee[number] = replace(committee[number], person=Person("Ada", name))
    return {"committee": tuple(committee)}


def file(**fields) -> dict:
    return {"files": (make_file(**fields),)}


DC, CITATIONS = "oai_dc qdc", "bibtex csl meta ris"
ZZ = "https://zz.example"
SUBJECT = {"subjects": (Subject("Zzterm", "Zzscheme", f"{ZZ}/scheme", f"{ZZ}/term", "zz.1"),)}
FILE = file(mime="application/zz", size=987654, sha256="ee" * 32, md5="dd" * 16)
# Row, what is changed in the record, what is looked for, the formats without it, the word in their docstrings. Rows 3
# (authenticated), 21, 25 and 37 (terms of each format's own) have tests of their own below and beside each format.
ROWS = [
    (1, {"author": replace(BASE.author, family="Zzauthor")}, "Zzauthor", "", ""),
    (2, {}, BASE.author.orcid.path, "bibtex dim oai_dc qdc ris", "iD"),
    (4, {"institution": replace(BASE.institution, name="Zzuni")}, "Zzuni", "", ""),
    (5, seat(0, "Zzadvisor"), "Zzadvisor", "bibtex crossref meta", "ommittee"),
    (6, {}, BASE.committee[0].person.orcid.path, "bibtex crossref dim meta oai_dc proquest qdc ris", "iD"),
    (7, seat(1, "Zzmember"), "Zzmember", "bibtex crossref meta", "ommittee"),
    (8, {"title": "Zztitle"}, "Zztitle", "", ""),
    (9, {"subtitle": "Zzsub"}, "Zzsub", "", ""),
    (10, {"translated_title": TranslatedTitle("Zztr", "nb")}, "Zztr", "bibtex csl meta proquest", "[Tt]itle"),
    (11, {"abstract": "Zzabstract"}, "Zzabstract", "bibtex meta", "abstract"),
    (
        11,
        {"other_abstracts": (Abstract("Zzother", "nb"),)},
        "Zzother",
        "bibtex csl meta proquest",
        "abstract",
    ),
    (12, {"keywords": ("Zzkey",)}, "Zzkey", "crossref", "Keywords"),
    (13, SUBJECT, "Zzterm", "crossref proquest", "subjects"),
    (13, SUBJECT, "Zzscheme", f"crossref dim inveniordm proquest {DC} {CITATIONS}", "classification"),
    (13, SUBJECT, f"{ZZ}/term", f"crossref dim inveniordm proquest {CITATIONS}", "classification"),
    (
        13,
        SUBJECT,
        "zz.1",
        f"crossref inveniordm marcxml oai_etdms oai_openaire proquest {DC} {CITATIONS}",
        "classification",
    ),
    (14, {"language": "nl"}, r"\b(nl|nld|dut|NL)\b", "", ""),
    (
        15,
        {"submitted": dt.date(1991, 1, 11)},
        r"1991(-01|,\s+1,)",
        "bibtex crossref marcxml meta oai_dc oai_etdms proquest ris",
        "date|day",
    ),
    (
        16,
        {"defended": dt.date(1992, 2, 12)},
        "1992-02-12|02/12/1992",
        "bibtex crossref csl json_ld meta oai_dc oai_etdms oai_openaire ris",
        "date|day|Which date",
    ),
    (
        17,
        {"conferred": dt.date(1993, 3, 13)},
        "1993",
        "json_ld oai_dc oai_openaire qdc " + CITATIONS,
        "date|day",
    ),
    (18, {"published": dt.date(2031, 4, 14)}, "2031", "dim oai_etdms proquest", "date|day"),
    (
        19,
        {"access": Access.EMBARGOED, "embargo_until": dt.date(2049, 5, 15)},
        "2049",
        "bibtex meta ris",
        "embargo",
    ),
    (20, {"degree_name": "Zzd", "degree_abbreviation": "Zzd"}, "Zzd", "meta oai_openaire", "degree"),
    (22, {"department": "Zzdept"}, "Zzdept", CITATIONS, "department"),
    (
        23,
        {"institution": replace(BASE.institution, ror="https://ror.org/0zzzzzz00")},
        "https://ror.org/0zzzzzz00",
        f"dim inveniordm proquest {DC} {CITATIONS}",
        "ROR",
    ),
    (24, {"licence": Licence("Zz", f"{ZZ}/by", "ZZ-1")}, f"{ZZ}/by|zz-1", f"proquest {CITATIONS}", "licence"),
    (26, {"doi": "10.5555/zzdoi"}, "10.5555/zzdoi", "proquest", "DOI"),
    (27, {"handle": "20.1/zzhdl"}, "20.1/zzhdl", f"crossref proquest {CITATIONS}", "handle"),
    (28, {"urn": "urn:nbn:zz-1"}, "urn:nbn:zz-1", f"crossref proquest {CITATIONS}", "URN"),
    (29, {"isbn": "0-8044-2957-X"}, "0-8044-2957-X", "", ""),
    (30, {"number": "T-99999"}, "T-99999", f"inveniordm {CITATIONS}", "number"),
    (31, {"url": f"{ZZ}/page/", "doi": "10.5555/1"}, f"{ZZ}/page/", "csl proquest", "page|address"),
    (32, FILE, "application/zz", f"crossref proquest {CITATIONS}", "file"),
    (32, FILE, "987654", f"crossref dim inveniordm mods oai_etdms proquest {DC} {CITATIONS}", "size|file"),
    (
        32,
        FILE,
        "(ee){32}|(dd){16}",
        "crossref datacite datacite_json dim inveniordm marcxml mods oai_etdms oai_openaire proquest "
        f"{DC} {CITATIONS}",
        "hecksums|file",
    ),
    (33, {"funding": (Funding("Zzfund", "", "7"),)}, "Zzfund", f"oai_etdms proquest {CITATIONS}", "grants"),
    (
        34,
        {"related": (RelatedWork("IsSupplementedBy", "Z", "doi", "10.5555/zzdata"),)},
        "10.5555/zzdata",
        f"oai_etdms proquest {CITATIONS}",
        "related works",
    ),
    (
        35,
        {"related": (RelatedWork("HasPart", "Z", "doi", "10.5555/zzarticle"),)},
        "10.5555/zzarticle",
        f"oai_etdms proquest {CITATIONS}",
        "related works",
    ),
    (36, file(pages=4321), "4321", "bibtex crossref json_ld meta", "pages"),
]


@pytest.mark.parametrize(
    ("row", "change", "sought", "without", "word"), ROWS, ids=[f"{one[0]}-{one[2][:20]}" for one in ROWS]
)
def test_a_row_is_carried_or_said_not_to_be(
    row: int, change: dict, sought: str, without: str, word: str
) -> None:
    record = replace(BASE, **change)
    found = {name for name, write in WRITERS.items() if re.search(sought, write(record).decode())}
    assert WRITERS.keys() - found == set(without.split())
    silent = {name for name in without.split() if not re.search(word, MODULES[name].__doc__)}
    assert not silent, f"row {row}: the docstring does not say that it is not carried"


def test_every_row_but_those_of_each_formats_own_terms_is_here() -> None:
    assert {row for row, *_ in ROWS} == set(range(1, 38)) - {3, 21, 25, 37}


def test_that_an_id_was_authenticated_is_said_by_crossref_alone() -> None:
    """Row 3. The whole record says it too, which is ours."""
    written = {name for name, write in WRITERS.items() if b"authenticated" in write(BASE)}
    assert written == {"crossref"}


# Rows 21, 25 and 37: what each format says of a doctoral and a master's thesis, open and closed until 2049-05-15, and
# of the kind of work. "" where it says nothing: the docstring of the module, or the name of the degree, stands for it.
LEVELS = {
    **dict.fromkeys(
        ("oai_dc", "qdc", "mods", "json_ld"), ("semantics/doctoralThesis", "semantics/masterThesis")
    ),
    "oai_etdms": ("<level>doctoral<", "<level>master<"),
    **dict.fromkeys(("dim", "mets"), ('qualifier="level">doctoral<', 'qualifier="level">master<')),
    "oai_openaire": ("coar/resource_type/c_db06", "coar/resource_type/c_bdcc"),
    "proquest": ('type="doctoral"', 'type="masters"'),
    "bibtex": ("@phdthesis", "@mastersthesis"),
}
ACCESS = {
    **dict.fromkeys(
        ("oai_dc", "qdc", "datacite", "datacite_json", "mods", "mets"),
        ("semantics/openAccess", "semantics/embargoedAccess"),
    ),
    **dict.fromkeys(("oai_etdms", "dim"), (">Open access<", ">Embargoed access: files open on 2049-05-15<")),
    "marcxml": ('tag="506" ind1="0"', 'tag="506" ind1="1"'),
    "oai_openaire": ("access_right/c_abf2", "access_right/c_f1cf"),
    "crossref": ('free_to_read start_date="2026-06-02"', 'free_to_read start_date="2049-05-15"'),
    "proquest": ('embargo_code="0"', 'embargo_code="4"'),
    "inveniordm": ('"files": "public"', '"files": "restricted"'),
    "json_ld": ('"isAccessibleForFree": true', '"isAccessibleForFree": false'),
    "meta": ("citation_pdf_url", ""),
    "ris": ("L1  - ", ""),
    "csl": ("", '"available-date"'),
    "bibtex": ("", ""),
}
KINDS = {
    **dict.fromkeys(("oai_dc", "qdc"), "PhD thesis<"),
    "oai_etdms": ">Electronic Thesis or Dissertation<",
    **dict.fromkeys(("datacite", "mets"), 'resourceTypeGeneral="Dissertation"'),
    "datacite_json": '"resourceTypeGeneral": "Dissertation"',
    "mods": '<genre authority="marcgt">thesis<',
    "marcxml": ">Academic theses.<",
    "oai_openaire": ">doctoral thesis<",
    "dim": 'element="type">Thesis<',
    "crossref": "<dissertation ",
    "proquest": "<DISS_submission ",
    "inveniordm": '"id": "publication-dissertation"',
    "json_ld": '"@type": "Thesis"',
    "meta": "citation_dissertation_institution",
    "ris": "TY  - THES",
    "csl": '"type": "thesis"',
    "bibtex": "@phdthesis",
}


@pytest.mark.parametrize("name", WRITERS)
def test_level_access_and_kind_are_in_each_formats_own_terms(name: str) -> None:
    write = WRITERS[name]
    doctoral, master = (
        write(replace(BASE, degree_level=level)).decode()
        for level in (DegreeLevel.DOCTORAL, DegreeLevel.MASTER)
    )
    opened, closed = (
        write(one).decode()
        for one in (BASE, replace(BASE, access=Access.EMBARGOED, embargo_until=dt.date(2049, 5, 15)))
    )
    first, second = LEVELS.get(name, ("", ""))
    if first:
        assert (first in doctoral, first in master) == (True, False)
        assert (second in doctoral, second in master) == (False, True)
    else:
        assert doctoral == master
    for term, there, elsewhere in zip(ACCESS[name], (opened, closed), (closed, opened), strict=True):
        assert not term or (term in there and term not in elsewhere)
    assert KINDS[name] in opened
