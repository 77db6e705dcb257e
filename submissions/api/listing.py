"""Which theses are asked for, a page at a time, in the order of their datestamps.

The order is that of the key (datestamp, row) of the whole record, which moves with every change of a thesis, and a page
begins behind the last thesis of the page before (as in harvests, whose clock is used). A thesis that
changes while somebody reads moves to the end and is met again there; nothing is skipped. All of a cursor is in its
text, so that it is good after restarts, and for as long as the site keeps its ``SECRET_KEY``.
"""

import datetime as dt
import uuid as uuids
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.conf import settings
from django.core import signing
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from ..metadata.crosswalks.registry import WHOLE
from ..models import RecordPerson, StoredRecord, Submission, ThesisFile
from ..outlets.oai import clock
from . import words

HAS_FILES = Exists(ThesisFile.objects.filter(page=OuterRef("submission__page_id")))
#: The words for who can open the files -> their condition. Each thesis meets one.
ACCESS = {
    "open": Q(HAS_FILES, is_open=True),
    "embargoed": Q(HAS_FILES, is_open=False),
    "none": ~Q(HAS_FILES),
}
_SIGNER = signing.Signer(salt="api.theses")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Position:
    """What is asked for (names and values of ``parameters.ListParameters``), and the last thesis that was sent.

    ``datestamp`` is in microseconds since 1970, UTC; ``row`` 0 means that nothing was sent yet.
    """

    filters: dict[str, str | int] = field(default_factory=dict)
    limit: int = 100
    datestamp: int = 0
    row: int = 0

    @property
    def moment(self) -> dt.datetime:
        """The datestamp of the last thesis, exactly (UTC)."""
        return _EPOCH + self.datestamp * _MICROSECOND

    def write(self) -> str:
        """The cursor."""
        return _SIGNER.sign_object([self.filters, self.limit, self.datestamp, self.row], compress=True)

    @classmethod
    def read(cls, text: str) -> "Position | None":
        """The position in a cursor; None for a text that is none of ours."""
        try:
            return cls(*_SIGNER.unsign_object(text))
        except (signing.BadSignature, TypeError, ValueError):
            return None


class Row(NamedTuple):
    """What is read of a thesis."""

    pk: int
    datestamp: dt.datetime
    uuid: uuids.UUID
    deleted: bool
    level: str
    programme: int | None
    programme_name: str | None
    access: str
    content: bytes


_COLUMNS = (
    "pk",
    "datestamp",
    "submission__uuid",
    "deleted",
    "level",
    "programme_id",
    "programme__name",
    "access",
    "content",
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page. Changes after ``as_of`` (UTC) are not in it; ``onward`` is None at the end of the list."""

    rows: list[Row]
    as_of: dt.datetime
    onward: Position | None


class Behind(Func):
    """``(a, b) > (c, d)``, compared as rows: an index over both is entered where the last page ended.

    Written out with OR, the database would read all earlier rows of the same moment again at each page; after an import
    these are all there are.
    """

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list]:
        """The condition, as every database that Django knows reads it (SQL-92 row values)."""
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        (a, b, c, d), params = [sql for sql, _ in parts], [param for _, each in parts for param in each]
        return f"({a}, {b}) > ({c}, {d})", params


def read(position: Position) -> Page:
    """Return the page behind ``position``. Two queries and one write a second at most, whatever is on it."""
    now = clock.tick()
    rows = _asked_for(position.filters).filter(datestamp__lte=now.horizon)
    if position.row:
        last = Value(position.moment, DateTimeField()), Value(position.row, BigIntegerField())
        rows = rows.filter(Behind("datestamp", "pk", *last))
    found = [Row(*row) for row in rows.values_list(*_COLUMNS)[: position.limit + 1]]
    more, found = len(found) > position.limit, found[: position.limit]
    onward = None
    if more:
        stamp = (found[-1].datestamp - _EPOCH) // _MICROSECOND
        onward = replace(position, datestamp=stamp, row=found[-1].pk)
    return Page(found, now.response_date, onward)


def one(uuid: uuids.UUID) -> Row | None:
    """One thesis, also one that was withdrawn; None for one that was never public."""
    found = _rows().filter(submission__uuid=uuid).values_list(*_COLUMNS)
    return Row(*found[0]) if found else None


def _rows() -> QuerySet[StoredRecord]:
    """The whole records, with the word for who can open the files as ``access``."""
    words_for = Case(
        *(When(condition, then=Value(word)) for word, condition in ACCESS.items()), output_field=CharField()
    )
    return StoredRecord.objects.filter(format=WHOLE.name).annotate(access=words_for)


def _asked_for(filters: dict) -> QuerySet[StoredRecord]:
    rows = _rows().order_by("datestamp", "pk")
    if since := filters.get("changed_since"):
        rows = rows.filter(datestamp__gte=words.span(since)[0])
    if (until := filters.get("changed_until")) and (end := words.span(until)[1]):
        rows = rows.filter(datestamp__lt=end)
    if programme := filters.get("programme"):
        rows = rows.filter(programme_id=programme)
    if level := filters.get("degree_level"):
        rows = rows.filter(level=level)
    if access := filters.get("access"):
        rows = rows.filter(ACCESS[access])
    if orcid := filters.get("orcid"):
        rows = rows.filter(submission_id__in=_of(orcid))
    return rows


def _of(orcid: str) -> QuerySet:
    """The numbers of the cases that name this iD in public, and of withdrawn ones that did.

    The people of a record are deleted with it. Whose it was is then known by the connections, so that whoever follows
    an iD hears of the withdrawal.
    """
    mine = {"orcid": orcid, "environment": settings.ORCID_ENVIRONMENT}
    wrote = Q(**{f"author_connection__{name}": value for name, value in mine.items()})
    sat = Q(**{f"invitations__connection__{name}": value for name, value in mine.items()})
    withdrawn = Submission.objects.filter(
        wrote | sat & Q(invitations__active=True), records__format=WHOLE.name, records__deleted=True
    ).exclude(withdrawn_ids__orcid=orcid)
    named = RecordPerson.objects.filter(orcid=orcid)
    return named.order_by().values_list("submission_id").union(withdrawn.order_by().values_list("pk"))
