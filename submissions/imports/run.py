"""A whole import: every record on its own, and a line of the report for each."""

import csv
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TextIO

from django.db import DatabaseError, transaction

from orcid_workflow.api import errors

from ..files.preflight import FileRefused
from ..models import FoundId, ImportedRecord, Status, Submission
from ..refusals import MoveRefused
from ..review.desk import plain
from . import make, plan
from .imported import ImportedThesis
from .lists import Defaults, Lists
from .plan import Action, Claimed, Plan

log = logging.getLogger(__name__)
COLUMNS = ("place", "identifier", "result", "thesis", "explanation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to import. ``source`` names where the records come from, for ever. ``dry_run`` writes nothing."""

    source: str
    dry_run: bool = True
    withdraw_deleted: bool = False
    deliver: bool = False
    invite: bool = False
    defaults: Defaults = field(default_factory=Defaults)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one record. ``reference`` is the thesis here, empty when there is none."""

    place: str
    identifier: str
    action: Action
    reference: str
    words: tuple[str, ...]

    def cells(self) -> list[str]:
        """The line for a table, safe to open in a spreadsheet."""
        return [
            plain(cell)
            for cell in (self.place, self.identifier, self.action.value, self.reference, " ".join(self.words))
        ]


def run(theses: Iterable[ImportedThesis], options: Options) -> Iterator[Line]:
    """Yield a line for each record as soon as it is done. A record that cannot be imported stops no other.

    Not for use in a transaction. What ``theses`` raises (``SourceBroken``) goes through: the lines before it stand.
    """
    lists = Lists(options.defaults)
    seen: dict[str, str] = {}
    claimed: Claimed = {}
    for thesis in theses:
        first = seen.setdefault(thesis.identifier, thesis.place)
        if thesis.identifier and first != thesis.place:
            sentence = f"identifier: {first} has the same one. Each record needs its own."
            yield Line(thesis.place, thesis.identifier, Action.LEAVE, "", (sentence,))
            continue
        yield _line(thesis, options, lists, claimed)


def _line(thesis: ImportedThesis, options: Options, lists: Lists, claimed: Claimed) -> Line:
    reference = ""
    try:
        record = (
            ImportedRecord.objects.filter(source=options.source[:300], identifier=thesis.identifier[:300])
            .select_related(
                "submission__page", "submission__degree", "submission__programme", "submission__term"
            )
            .first()
        )
        reference = record.submission.reference if record else ""
        planned = plan.plan(thesis, record, lists, claimed)
        if not options.dry_run:
            reference = _do(planned, options) or reference
        if planned.action in (Action.MAKE, Action.CHANGE):
            lists.take_for_made(planned.rows.values())
        if planned.action != Action.LEAVE:
            claimed |= {(name, value.lower()): thesis.place for name, value in plan.unique(planned)}
        return Line(thesis.place, thesis.identifier, planned.action, reference, _words(planned, options))
    except (MoveRefused, FileRefused) as refusal:
        sentence = str(refusal)
    except DatabaseError as fault:
        log.error("The import of %s broke off: %s", thesis.place, errors.trail(fault))
        sentence = "The database refused it; another import may be at it. The log says where. Import again."
    except Exception as fault:  # one bad record never stops the others
        log.error("The import of %s broke off: %s", thesis.place, errors.trail(fault))
        sentence = "Something went wrong here with this record; the log says where."
    lists.refresh()
    return Line(thesis.place, thesis.identifier, Action.LEAVE, reference, (sentence, *thesis.notes))


def _do(planned: Plan, options: Options) -> str:
    """Write it, and have it delivered and its people invited as ``options`` ask, also when an import was killed before
    it came to that. Return the reference of the thesis, "" when there is none or it is not public.
    """
    submission: Submission | None = None
    if planned.action == Action.MAKE:
        submission = make.make(planned, options.source)
    elif planned.action == Action.CHANGE:
        submission = make.change(planned, options.source)
    elif planned.action == Action.GONE:
        make.note_gone(planned, options.source, withdraw=options.withdraw_deleted)
    elif planned.action == Action.SAME and planned.record:
        submission = make.note_same(planned, options.source) if planned.facts else planned.record.submission
    if submission is None or submission.status != Status.PUBLISHED:
        return ""
    if options.deliver:
        _deliver(submission)
    if options.invite:
        invite_all(submission)
    return submission.reference


def _deliver(submission: Submission) -> None:
    from ..outlets.delivery import wishes

    for delivery in submission.deliveries.all():
        wishes.resume_imported(delivery, None)


def invite_all(submission: Submission) -> int:
    """Invite everybody with a found iD and an e-mail address who was not asked before; return how many."""
    from . import confirming

    waiting = FoundId.objects.filter(submission=submission, invited_at=None, confirmed_at=None).exclude(
        email=""
    )
    for found in waiting:
        with transaction.atomic():
            confirming.invite(found, found.email)
    return len(waiting)


def _words(planned: Plan, options: Options) -> tuple[str, ...]:
    words = list(planned.told)
    if planned.action == Action.CHANGE and planned.change:
        names = ", ".join(plan.LABELS[name] for name in planned.change)
        words.insert(0, f"Changed: {names}.")
    if planned.action == Action.GONE:
        words.append(
            "It is withdrawn here too."
            if options.withdraw_deleted
            else "It stays public here; --withdraw-deleted takes such theses out."
        )
    return tuple(words)


def write(lines: Iterable[Line], file: TextIO, counts: dict[Action, int]) -> None:
    """Write the report as CSV, line by line, so that what was done before a crash stands there, and add to ``counts``
    how many came to what: they hold also when ``lines`` raises.
    """
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow(line.cells())
        file.flush()
        counts[line.action] = counts.get(line.action, 0) + 1
