"""What is to be done with one record: made, changed, left. Nothing is written here."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from django.core.files.base import File
from django.db.models import Model
from django.utils import timezone

from ..files import preflight
from ..models import CommitteeMember, ImportedRecord, Status, Submission, ThesisFile, ThesisPage
from ..models.thesis import TITLE_MAX
from . import facts as facts_of
from . import reading
from .facts import LABELS, Facts, iso
from .imported import ImportedFile, ImportedThesis
from .lists import Lists, Missing, made_of

CORRECTED = "A correction is being written here. Publish it, then import again."
ANOTHER = (
    "author: another name stands there now, but the iD of {} was confirmed for this thesis. Nothing was changed. If "
    "the author is another one, take the iD out of the records on the case page and change the name there."
)
UNKNOWN = (
    "It differs from what is here ({}), and it is not known what an earlier import brought, so nothing was changed. "
    "Change it on the case page."
)
AUTHOR = frozenset({"author_given", "author_family"})
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


def plan(thesis: ImportedThesis, record: ImportedRecord | None, lists: Lists) -> Plan:
    """Compare ``thesis`` with what is here. ``record``: the row of its last import, with the case, or None."""
    if thesis.deleted:
        return _gone(thesis, record)
    if record and record.digest == thesis.digest and not record.deleted_there:
        return Plan(Action.SAME, thesis, record)
    made = Plan(Action.CHANGE if record else Action.MAKE, thesis, record, told=list(thesis.notes))
    problems = [*thesis.problems, *_resolve(made, lists), *_missing(made), *_taken(made)]
    if problems:
        return Plan(Action.LEAVE, thesis, record, told=[*problems, *thesis.notes])
    _files(made)
    made.told += made_of(list(made.rows.values()))
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
        "committee": [
            [
                _fit(made, CommitteeMember, "given_name", person.given),
                _fit(made, CommitteeMember, "family_name", person.family),
                person.role,
                _fit(made, CommitteeMember, "affiliation", person.affiliation),
                "",
            ]
            for person in thesis.committee
        ],
        "other_abstracts": [list(pair) for pair in dict(thesis.other_abstracts).items()],
        "funding": [list(grant) for grant in thesis.funding if grant[0]],
        "related": [list(work) for work in thesis.related if work[1]],
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


def _fit(made: Plan, model: type[Model], name: str, value: str) -> str:
    longest = model._meta.get_field(name).max_length
    if len(value) > longest:
        made.told.append(f"{name}: “{value[:30]}…” is longer than {longest} letters and was cut.")
    return value[:longest]


def _missing(made: Plan) -> list[str]:
    needed = {
        "title": "title: the record gives none.",
        "author_given": "author: the record names none.",
        "language": "language: the record gives none that could be read. Give one for such records with --language.",
    }
    return [sentence for name, sentence in needed.items() if not made.facts[name]]


def _taken(made: Plan) -> list[str]:
    """Identifiers that stand for one thing only, and another thesis here has."""
    own = made.record.submission_id if made.record else None
    found = []
    for name in ("doi", "handle"):
        value = made.facts[name]
        other = value and Submission.objects.filter(**{f"{name}__iexact": value}).exclude(pk=own).first()
        if other:
            found.append(f"{name}: {other.reference} here has {value} already.")
    return found


def _files(made: Plan) -> None:
    """Look at each file as at an upload; what is no whole PDF is left out and said."""
    if made.thesis.files is None:
        return
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
            made.told.append(f"files: “{file.name}” could not be read ({error}).")
    made.facts["files"] = [[facts.name, facts.sha256] for _, facts in made.files]


def _look(file: ImportedFile, opened) -> preflight.PdfFacts:
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
