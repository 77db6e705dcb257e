"""What is to be done with one record: made, changed, left. Nothing is written here."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO

from django.core.files.base import File
from django.db.models import Model
from django.utils import timezone

from ..files import preflight
from ..models import ImportedRecord, Status, Submission, ThesisFile, ThesisPage
from ..models.thesis import TITLE_MAX
from ..typed_texts import as_stored
from . import facts as facts_of
from . import reading
from .facts import LABELS, Facts, iso
from .imported import ImportedFile, ImportedThesis
from .lists import Lists, Missing

CORRECTED = "A correction is being written here. Publish it, then import again."
ANOTHER = (
    "author: another name stands there now, but the iD of {} was confirmed for this thesis. Nothing was changed. If "
    "the author is another one, take the iD out of the records on the case page and change the name there."
)
NOT_THE_SAME = (
    "Title and author are both others than at the last import. This may be another thesis under an identifier that is "
    "used already, so nothing was changed. If it is, give its source a name of its own with --source; else change it "
    "on the case page."
)
UNKNOWN = (
    "It differs from what is here ({}), and it is not known what an earlier import brought, so nothing was changed. "
    "Change it on the case page."
)
AUTHOR = frozenset({"author_given", "author_family"})
#: What is of no use when a piece of it is cut off.
WHOLE = frozenset({*facts_of.ON_CASE, "identifier", "funder_id", "award_url", "url"})
MAX_FILE = 2 * 1024 * 1024 * 1024


class Action(StrEnum):
    """What becomes of a record. The values are the words of the report."""

    MAKE = "made"
    CHANGE = "changed"
    SAME = "unchanged"
    LEAVE = "left out"
    GONE = "deleted there"


@dataclass(slots=True)
class Plan:
    """``facts`` are all that the source says now, ``change`` the fields to be written. ``rows`` are those of the lists,
    by field. ``files`` are those that can be taken, with what is known of them. ``told`` are sentences. ``now`` is what
    stood here when the plan was made.
    """

    action: Action
    thesis: ImportedThesis
    record: ImportedRecord | None = None
    facts: Facts = field(default_factory=dict)
    change: list[str] = field(default_factory=list)
    rows: dict[str, Model | None] = field(default_factory=dict)
    files: list[tuple[ImportedFile, preflight.PdfFacts]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    now: Facts = field(default_factory=dict)


#: DOIs and handles (``("doi", "10.5555/abc")``, in small letters) -> where in the source the record stands that has it.
Claimed = dict[tuple[str, str], str]


def plan(
    thesis: ImportedThesis, record: ImportedRecord | None, lists: Lists, claimed: Claimed | None = None
) -> Plan:
    """Compare ``thesis`` with what is here. ``record``: the row of its last import, with the case, or None.
    ``claimed``: what earlier records of the same import have, which a dry run cannot find here.
    """
    if thesis.broken:
        return Plan(Action.LEAVE, thesis, told=list(thesis.problems))
    if thesis.deleted:
        return _gone(thesis, record)
    if record and record.digest == thesis.digest and not record.deleted_there:
        return Plan(Action.SAME, thesis, record)
    made = Plan(Action.CHANGE if record else Action.MAKE, thesis, record, told=list(thesis.notes))
    problems = [*thesis.problems, *_resolve(made, lists), *_missing(made), *taken(made, claimed or {})]
    problems = problems or _files(made)
    if problems:
        return Plan(Action.LEAVE, thesis, record, told=[*problems, *thesis.notes])
    made.told += lists.additions(made.rows.values())
    if record:
        _compare(made, record)
    return made


def _gone(thesis: ImportedThesis, record: ImportedRecord | None) -> Plan:
    if record is None:
        return Plan(Action.SAME, thesis, told=["It is deleted there and was never imported."])
    if record.submission.status == Status.WITHDRAWN:
        return Plan(Action.SAME, thesis, record, told=["It is deleted there and withdrawn here."])
    return Plan(Action.GONE, thesis, record)


def _resolve(made: Plan, lists: Lists) -> list[str]:
    """Fill ``facts`` and ``rows``; return what keeps the record out."""
    thesis, problems = made.thesis, []
    published = thesis.published or thesis.conferred or thesis.defended or thesis.submitted
    if published is None:
        problems.append("published: the record gives no day, not even a year, on which the thesis came out.")
        published = timezone.localdate()
    elif published > timezone.localdate():
        problems.append(f"published: {published.isoformat()} is in the future.")
    finders = {"degree": lists.degree, "programme": lists.programme}
    if not problems:  # a term is found by its day
        finders["term"] = lambda one: lists.term(one, thesis.conferred or published)
    for name, find in finders.items():
        try:
            made.rows[name] = find(thesis)
        except Missing as missing:
            problems.append(str(missing))
    made.rows["licence"], note = lists.licence(thesis)
    title, subtitle, cut = reading.split_title(thesis.title, thesis.subtitle, TITLE_MAX)
    made.told += [sentence for sentence in (note, cut) if sentence]
    translated, tag = _fit(made, ThesisPage, "translated_title", thesis.translated_title), ""
    if translated:
        tag = thesis.translated_title_language
    if translated and not tag:
        made.told.append("translated_title: its language is not given, so it was left out.")
        translated = ""
    made.facts = {
        "title": title,
        "subtitle": subtitle,
        "translated_title": translated,
        "translated_title_language": tag,
        "author_given": _fit(made, ThesisPage, "author_given", thesis.author.given),
        "author_family": _fit(made, ThesisPage, "author_family", thesis.author.family),
        "abstract": thesis.abstract,
        "language": thesis.language or lists.defaults.language,
        "keywords": "\n".join(thesis.keywords),
        "defence_date": iso(thesis.defended),
        "licence": made.rows["licence"].name if made.rows["licence"] else "",
        "committee": _rows(
            made,
            "committee",
            ((one.given, one.family, one.role, one.affiliation, "") for one in thesis.committee),
        ),
        "other_abstracts": _rows(made, "other_abstracts", dict(thesis.other_abstracts).items()),
        "funding": _rows(made, "funding", (grant for grant in thesis.funding if grant[0])),
        "related": _rows(made, "related", (work for work in thesis.related if work[1])),
        **{name: row.name for name, row in made.rows.items() if name != "licence"},
        **{name: _fit(made, Submission, name, getattr(thesis, name)) for name in facts_of.ON_CASE},
        "conferred_on": iso(thesis.conferred),
        "submitted_at": iso(thesis.submitted),
        "published_at": published.isoformat(),
        "embargo_until": iso(_embargo(thesis, published)),
    }
    return problems


def _embargo(thesis: ImportedThesis, published: dt.date) -> dt.date | None:
    until = thesis.embargo_until
    return until if until and until > published else None


def _rows(made: Plan, name: str, rows: Iterable[Iterable[str]]) -> list[list[str]]:
    """Rows of a list of the page, as ``facts`` has them, each value as long as its column allows."""
    _, model, fields = facts_of.ROWS[name]
    return [
        [_fit(made, model, field, value) for field, value in zip(fields, row, strict=True)] for row in rows
    ]


def _fit(made: Plan, model: type[Model], name: str, value: str) -> str:
    column = model._meta.get_field(name)
    value, longest = as_stored(column, value), column.max_length
    if longest is None or len(value) <= longest:
        return value
    what = "left out" if name in WHOLE else "cut"
    made.told.append(f"{name}: “{value[:30]}…” is longer than {longest} letters and was {what}.")
    return "" if name in WHOLE else as_stored(column, value[:longest])


def _missing(made: Plan) -> list[str]:
    needed = {
        "title": "title: the record gives none.",
        "author_given": "author: the record names none.",
        "language": "language: the record gives none that could be read. Give one for such records with --language.",
    }
    return [sentence for name, sentence in needed.items() if not made.facts[name]]


def unique(made: Plan) -> list[tuple[str, str]]:
    """The identifiers of a record that stand for one thing only, by field."""
    return [(name, made.facts[name]) for name in ("doi", "handle") if made.facts.get(name)]


def taken(made: Plan, claimed: Claimed) -> list[str]:
    """Sentences on identifiers that another record of the same import, or another thesis here, has."""
    own = made.record.submission_id if made.record else None
    found = []
    for name, value in unique(made):
        other = Submission.objects.filter(**{f"{name}__iexact": value}).exclude(pk=own).first()
        if place := claimed.get((name, value.lower())) or (other and f"{other.reference} here"):
            found.append(f"{name}: {place} has {value} already.")
    return found


def _files(made: Plan) -> list[str]:
    """Look at each file as at an upload; what is no whole PDF is left out and said. Returns what keeps the record out:
    a file that could not be read may be read the next time.
    """
    if made.thesis.files is None:
        return []
    known = _known_files(made.record)
    for file in made.thesis.files:
        if facts := known.get(file.sha256):
            made.files.append((file, facts))
            continue
        try:
            with file.open() as opened:
                made.files.append((file, _look(file, opened)))
        except preflight.FileRefused as refused:
            made.told.append(f"files: “{file.name}” was left out. {refused}")
        except OSError as error:
            return [f"files: “{file.name}” could not be read ({error}). Import again."]
    made.facts["files"] = [[facts.name, facts.sha256] for _, facts in made.files]
    return []


def _look(file: ImportedFile, opened: BinaryIO) -> preflight.PdfFacts:
    wrapped = File(opened, name=file.name)
    wrapped.size = file.size
    return preflight.check(wrapped, max_bytes=MAX_FILE)


def _known_files(record: ImportedRecord | None) -> dict[str, preflight.PdfFacts]:
    rows = ThesisFile.objects.filter(page__submission=record.submission_id) if record else []
    return {
        row.sha256: preflight.PdfFacts(
            name=row.name, size=row.size, sha256=row.sha256, pages=row.pages, mime=row.mime, md5=row.md5
        )
        for row in rows
    }


def _compare(made: Plan, record: ImportedRecord) -> None:
    """Find the fields that the source changed and nobody here did; say which were changed on both sides."""
    submission = record.submission
    page = submission.page
    if submission.status == Status.WITHDRAWN:
        made.action = Action.LEAVE
        made.told.insert(0, "It was withdrawn here, so nothing was changed.")
        return
    if page.has_unpublished_changes:
        made.action = Action.LEAVE
        made.told.insert(0, CORRECTED)
        return
    now, said = facts_of.here(submission, page), record.said
    made.now = now
    kept = []
    for name, value in made.facts.items():
        if value == said.get(name, now[name]) or value == now[name]:
            continue
        if now[name] != said.get(name, now[name]):
            kept.append(LABELS[name])
        else:
            made.change.append(name)
    if kept:
        made.told.append(f"Changed there and here, and left as it is here: {', '.join(kept)}.")
    made.action = Action.CHANGE if made.change or record.deleted_there else Action.SAME
    if not said and made.change:
        made.action = Action.LEAVE
        made.told.insert(0, UNKNOWN.format(", ".join(LABELS[name] for name in made.change)))
    elif submission.author_connection_id and not AUTHOR.isdisjoint(made.change):
        made.action = Action.LEAVE
        made.told.insert(0, ANOTHER.format(submission.author_name))
    elif (
        "title" in made.change
        and ("author_family" if now["author_family"] else "author_given") in made.change
    ):
        made.action = Action.LEAVE
        made.told.insert(0, NOT_THE_SAME)
