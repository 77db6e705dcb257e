"""What our own exports say of 30 varied theses, imported into a site without any, is what our records say again.

``LOST`` is the list of what a format cannot carry, so that nothing is lost unnoticed.
"""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from lxml import etree

from submissions.imports.csv_writer import to_text
from submissions.imports.imported import ImportedThesis
from submissions.imports.lists import Defaults
from submissions.imports.plan import Action
from submissions.imports.run import Options, run
from submissions.imports.sources import csv_file, oai, saf
from submissions.metadata.build import build_record
from submissions.metadata.crosswalks.registry import PREFIXES
from submissions.metadata.crosswalks.text import clean, line
from submissions.metadata.markup import plain
from submissions.metadata.record import Access, Person, ThesisRecord
from submissions.models import FoundId, Programme, Submission
from submissions.outlets.packages import saf as our_saf
from submissions.outlets.packages.thesis import Thesis
from submissions.outlets.refresh import institution
from tests.records import IN_COPYRIGHT, varied_records

pytestmark = pytest.mark.django_db
_OAI = "http://www.openarchives.org/OAI/2.0/"

#: Fields that are compared, all that an import brings: "subtitle" is a part of the title where a format has one place.
FIELDS = (
    "title", "subtitle", "translated", "author", "author_id", "committee", "roles", "committee_ids", "affiliations",
    "abstract", "other_abstracts", "language", "keywords", "degree", "level", "programme", "licence", "submitted",
    "defended", "conferred", "published", "embargo_until", "doi", "handle", "urn", "isbn", "grants", "related",
)  # fmt: skip
#: Where only a title page's date is told, that of conferral stands for that of publication.
_ONE_DATE = {"submitted", "defended", "conferred", "published"}
#: Format -> what it cannot carry (the docstrings of the crosswalks say why).
LOST: dict[str, set[str]] = {
    "mods": {"roles", "grants", "related"},
    "oai_datacite": {"roles", "degree", "programme", "keywords", "grants", "related"},
    "dim": {"subtitle", "roles", "author_id", "committee_ids", "affiliations", "published", "conferred", "grants",
            "related"},
    "oai_etdms": {"keywords", "subtitle", "roles", "affiliations", "embargo_until", "grants", "related", *_ONE_DATE},
    "qdc": {"subtitle", "roles", "author_id", "committee_ids", "affiliations", "degree", "programme", "keywords",
            "conferred", "grants", "related"},
    "oai_dc": {"subtitle", "translated", "roles", "author_id", "committee_ids", "affiliations", "degree", "programme",
               "keywords", "submitted", "defended", "conferred", "embargo_until", "grants", "related"},
    "saf": {"subtitle", "roles", "committee_ids", "affiliations", "published", "conferred", "grants", "related"},
    "csv": {"affiliations", "grants", "related"},
}  # fmt: skip


def tidy(record: ThesisRecord) -> ThesisRecord:
    """``record`` as a site can hold it: plain text on one line, languages of the list, people with names."""

    def person(one: Person) -> Person:
        given, family = line(one.given), line(one.family)
        return Person(given or family or "Ada", family if given else "", one.orcid)

    language = line(record.language).split("-")[0] or "en"
    abstracts = {line(one.language).split("-")[0]: one for one in record.other_abstracts}
    abstracts.pop(language, None)
    translated = record.translated_title
    translated = translated and replace(
        translated, title=line(translated.title), language=line(translated.language).split("-")[0]
    )
    until = record.embargo_until
    published = record.published - dt.timedelta(days=3650)
    return replace(
        record,
        title=line(record.title),
        subtitle=line(record.subtitle),
        language=language,
        author=person(record.author),
        committee=tuple(
            replace(seat, person=person(seat.person), affiliation=line(seat.affiliation))
            for seat in record.committee
        ),
        abstract=clean(record.abstract),
        other_abstracts=tuple(
            replace(one, text=clean(one.text), language=tag) for tag, one in abstracts.items()
        ),
        translated_title=translated
        if translated and translated.language != language and translated.title
        else None,
        keywords=tuple(dict.fromkeys(line(word) for word in record.keywords)),
        # A degree has one level, and a licence an address, in the lists of a university.
        degree_name=f"{line(record.degree_name)} {record.degree_level}".strip(),
        licence=record.licence if record.licence.uri else IN_COPYRIGHT,
        programme=line(record.programme) or "A programme",
        # One that is no keyword too: formats put both among the subjects, and ours alone are told apart by their names.
        department=f"Department of {line(record.department) or 'everything'}",
        subjects=tuple(subject for subject in record.subjects if subject.scheme),
        published=published,
        conferred=record.conferred and record.conferred - dt.timedelta(days=3650),
        defended=record.defended and record.defended - dt.timedelta(days=3650),
        submitted=record.submitted and record.submitted - dt.timedelta(days=3650),
        embargo_until=until,
        access=Access.EMBARGOED if until and until > dt.date.today() else Access.OPEN,
        files=(),
    )


RECORDS = [tidy(record) for record in varied_records(30)]
#: The ways that an office would take are tried with all of them.
SAMPLES = {way: RECORDS if way in ("mods", "saf", "csv") else RECORDS[::4] for way in LOST}


def through_oai(prefix: str) -> Callable[[list[ThesisRecord]], Iterator[ImportedThesis]]:
    """Each record as our OAI-PMH sends it."""

    def export(records: list[ThesisRecord]) -> Iterator[ImportedThesis]:
        for record in records:
            root = etree.Element(f"{{{_OAI}}}record")
            header = etree.SubElement(root, f"{{{_OAI}}}header")
            etree.SubElement(header, f"{{{_OAI}}}identifier").text = f"oai:old.example.edu:{record.uuid}"
            etree.SubElement(root, f"{{{_OAI}}}metadata").append(
                etree.fromstring(PREFIXES[prefix].to_bytes(record))
            )
            yield oai.read(root, prefix)

    return export


def through_saf(records: list[ThesisRecord]) -> Iterator[ImportedThesis]:
    """The records as one archive."""
    theses = [Thesis(record, f"T-{number:05d}", ()) for number, record in enumerate(records)]
    files = {entry.path: b"".join([entry.data] if isinstance(entry.data, bytes) else entry.data)
             for entry in our_saf.entries(theses)}  # fmt: skip
    return saf.read(_Memory(files))


class _Memory:
    """An archive in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def names(self) -> list[str]:
        return sorted(self.files)

    def open(self, name: str):
        return io.BytesIO(self.files[name])


def through_csv(records: list[ThesisRecord]) -> Iterator[ImportedThesis]:
    """The records as a table."""
    return csv_file.read(csv_file.opened(to_text(records).encode("utf-8-sig")))


WAYS = {
    **{prefix: through_oai(prefix) for prefix in LOST if prefix in PREFIXES},
    "saf": through_saf,
    "csv": through_csv,
}


def compared(record: ThesisRecord, ids: dict[str, str]) -> dict[str, object]:
    """The fields of ``record`` in a form in which the same is equal. ``ids``: name -> iD, wherever it stands."""
    return {
        "title": record.full_title,
        "subtitle": record.subtitle,
        "translated": record.translated_title and record.translated_title.title,
        "author": record.author.inverted,
        "author_id": ids.get("author", ""),
        "committee": [seat.person.inverted for seat in record.committee],
        "roles": [seat.role for seat in record.committee],
        "committee_ids": ids.get("committee", []),
        "affiliations": [seat.affiliation for seat in record.committee],
        "abstract": _seen(record.abstract),
        "other_abstracts": sorted((one.language, _seen(one.text)) for one in record.other_abstracts),
        "language": record.language,
        "keywords": sorted(record.keywords),
        "degree": record.degree_name,
        "level": record.degree_level,
        "programme": record.programme,
        "licence": record.licence.uri or record.licence.name,
        "grants": [(grant.funder, grant.award_number) for grant in record.funding],
        "related": [(work.relation, work.title) for work in record.related],
        **{name: getattr(record, name) for name in ("submitted", "defended", "conferred", "published")},
        "embargo_until": record.embargo_until,
        **{name: getattr(record, name).lower() for name in ("doi", "handle", "urn", "isbn")},
    }


def _seen(text: str) -> str:
    """A text without markup, which no record has, nor blanks at the ends of its lines, which DataCite has no place for
    and nobody sees.
    """
    return "\n".join(row.rstrip(" ") for row in plain(text).split("\n"))


def ids_of(record: ThesisRecord) -> dict[str, object]:
    """Confirmed iDs of the original: what a format carries."""
    return {
        "author": record.author.orcid.path if record.author.orcid else "",
        "committee": [seat.person.orcid.path if seat.person.orcid else "" for seat in record.committee],
    }


def found_of(thesis: Submission) -> dict[str, object]:
    """Found iDs of the imported one."""
    found = {row.member_key: row.orcid for row in FoundId.objects.filter(submission=thesis)}
    keys = [member.key for member in thesis.page.committee_members.all()]
    return {"author": found.get(None, ""), "committee": [found.get(key, "") for key in keys]}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_records_as_far_as_the_format_can_carry(office, way) -> None:
    originals = SAMPLES[way]
    defaults = Defaults(create=True, degree="PhD", programme="Marine Biology", language="en")
    Programme.objects.get_or_create(name="Marine Biology", defaults={"department": "Sea"})
    lines = list(run(WAYS[way](originals), Options(source="old", dry_run=False, defaults=defaults)))
    assert [line.action for line in lines] == [Action.MAKE] * len(originals), [
        line for line in lines if line.action != Action.MAKE
    ]
    lost: dict[str, tuple] = {}
    by_title = {record.full_title: record for record in originals}
    for thesis in Submission.objects.all():
        record = build_record(thesis, institution(thesis))
        before = by_title[record.full_title]
        then, now = compared(before, ids_of(before)), compared(record, found_of(thesis))
        lost |= {name: (then[name], now[name]) for name in FIELDS if then[name] != now[name]}
    assert Submission.objects.count() == len(originals)
    assert {name: lost[name] for name in lost.keys() - LOST[way]} == {}
    again = list(run(WAYS[way](originals), Options(source="old", dry_run=False, defaults=defaults)))
    assert {line.action for line in again} == {Action.SAME}
