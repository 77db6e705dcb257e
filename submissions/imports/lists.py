"""The university's lists and what sources call their rows: matched by name, and made where one asked for that."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Model

from ..metadata.record import DegreeLevel
from ..models import Degree, Licence, Programme, Term
from .imported import ImportedThesis


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where a record says nothing: names of our rows, and the tag of a language.

    ``create`` makes rows that are missing; they are retired, so that no student is offered them. ``names`` maps a list
    (``degree``, ``programme``, ``term``, ``licence``) to their name -> ours.
    """

    create: bool = False
    degree: str = ""
    level: str = ""
    programme: str = ""
    term: str = ""
    licence: str = ""
    language: str = ""
    names: dict[str, dict[str, str]] = field(default_factory=dict)


class Missing(Exception):
    """A row that is in no list. ``str()`` is the sentence for the report."""


def bare(text: str) -> str:
    """A name as it is compared: without regard to case, blanks, dots and what stands before an address."""
    text = re.sub(r"^https?://(www\.)?", "", text.strip().lower()).rstrip("/").removesuffix("/legalcode")
    return re.sub(r"[\s.]+", " ", text).strip() if "/" not in text else text


class Lists:
    """The lists, read once. Rows that are made are remembered; they are saved by whoever uses them first."""

    def __init__(self, defaults: Defaults) -> None:
        self.defaults = defaults
        self.rows: dict[str, list[Model]] = {}
        self.told: list[Model] = []
        self.refresh()

    def refresh(self) -> None:
        """Read the lists again: a thesis that was rolled back takes the rows along that it made."""
        self.told = []
        self.rows = {
            "degree": list(Degree.objects.all()),
            "programme": list(Programme.objects.all()),
            "term": list(Term.objects.all()),
            "licence": list(Licence.objects.all()),
        }

    def unknown(self) -> list[str]:
        """Sentences on names of ours, given as defaults or in the mapping, that are in no list."""
        return [
            f"{kind}: “{name}” is not in our list."
            for kind in self.rows
            for name in (getattr(self.defaults, kind), *self.defaults.names.get(kind, {}).values())
            if name and self.find(kind, name) is None
        ]

    def find(self, kind: str, name: str) -> Model | None:
        """The row that ``name`` means, by the mapping, then by name, abbreviation, SPDX identifier or address."""
        mapped = {bare(theirs): ours for theirs, ours in self.defaults.names.get(kind, {}).items()}
        wanted = bare(mapped.get(bare(name), name))
        for row in self.rows[kind]:
            if wanted and wanted in {bare(str(getattr(row, each, "") or "")) for each in _CALLED[kind]}:
                return row
        return None

    def degree(self, thesis: ImportedThesis) -> Degree:
        """The degree by its name, else the only one of its level, else the default. Raises ``Missing``."""
        level = thesis.level or self.defaults.level
        if thesis.degree:
            found = self.find("degree", thesis.degree)
            if found:
                return found
            if self.defaults.create and level:
                made = Degree(
                    name=thesis.degree[:120],
                    abbreviation=thesis.degree[:20],
                    level=level,
                    active=False,
                    committee_minimum=0,
                )
                return self._made("degree", made)
        of_level = [row for row in self.rows["degree"] if row.level == level and level]
        if len(of_level) == 1 and not thesis.degree:
            return of_level[0]
        if found := self.find("degree", self.defaults.degree):
            return found
        if thesis.degree:
            raise Missing(_unknown("degree", thesis.degree))
        raise Missing(
            "degree: the record names none that could be found. Give one for such records with --degree."
        )

    def programme(self, thesis: ImportedThesis) -> Programme:
        """The programme by its name, else the default. Raises ``Missing``."""
        name = thesis.programme or thesis.department
        if name:
            if found := self.find("programme", name):
                return found
            if self.defaults.create:
                made = Programme(name=name[:120], department=(thesis.department or name)[:120], active=False)
                return self._made("programme", made)
        if found := self.find("programme", self.defaults.programme):
            return found
        if name:
            raise Missing(_unknown("programme", name))
        raise Missing("programme: the record names none. Give one for such records with --programme.")

    def term(self, thesis: ImportedThesis, day: dt.date) -> Term:
        """The term by its name. A record that names none gets the one that confers on ``day``, else the default, else
        that of the year, which is made: no office keeps a list of the terms of its past. Raises ``Missing``.
        """
        if thesis.term and (found := self.find("term", thesis.term)):
            return found
        if not thesis.term:
            same_day = next((row for row in self.rows["term"] if row.conferral_date == day), None)
            if found := same_day or self.find("term", self.defaults.term) or self.find("term", str(day.year)):
                return found
        if self.defaults.create or not thesis.term:
            last = dt.date(day.year, 12, 31)
            made = Term(
                name=(thesis.term or str(day.year))[:60],
                submission_deadline=last,
                conferral_date=last,
                active=False,
            )
            return self._made("term", made)
        if found := self.find("term", self.defaults.term):
            return found
        raise Missing(_unknown("term", thesis.term))

    def licence(self, thesis: ImportedThesis) -> tuple[Licence | None, str]:
        """The licence and a note; None for one that nobody knows, which keeps no thesis out."""
        name = thesis.licence
        if name and (found := self.find("licence", name)):
            return found, ""
        if name and self.defaults.create and name.startswith(("http://", "https://")) and len(name) <= 160:
            return self._made("licence", Licence(name=name, uri=name, active=False)), ""
        if found := self.find("licence", self.defaults.licence):
            return (
                found,
                f"The licence “{name}” is in no list: {found.name} was put in its place." if name else "",
            )
        return None, f"{_unknown('licence', name[:100])} The thesis is taken in without one." if name else ""

    def additions(self, rows: Iterable[Model | None]) -> list[str]:
        """Sentences for those of ``rows`` that are not in the lists yet and that no record before brought."""
        return [
            f"The {row._meta.verbose_name} “{row.name}” is added to the list."
            for row in rows
            if row and row.pk is None and row not in self.told
        ]

    def take_for_made(self, rows: Iterable[Model | None]) -> None:
        """A dry run saves nothing: have ``rows`` taken for rows of the lists from now on."""
        self.told += [row for row in rows if row and row.pk is None]

    def _made(self, kind: str, row: Model) -> Model:
        self.rows[kind].append(row)
        return row


def valid_level(text: str) -> bool:
    """Whether ``text`` is a ``DegreeLevel``."""
    return text in DegreeLevel._value2member_map_


def _unknown(kind: str, name: str) -> str:
    return (
        f"{kind}: “{name}” is not in our list. Add it there, say which of ours it is in a mapping file, or use "
        "--create-lists."
    )


_CALLED = {
    "degree": ("name", "abbreviation"),
    "programme": ("name",),
    "term": ("name",),
    "licence": ("name", "spdx", "uri"),
}
