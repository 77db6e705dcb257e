"""Gather what a record says, one value after the other, and make an ``ImportedThesis`` of it at the end."""

import re
from collections.abc import Callable

from django.utils import timezone

from ..metadata import identifiers
from . import reading
from .imported import ImportedFile, ImportedPerson, ImportedThesis, role_of

_URI = re.compile(r"https?://\S+", re.IGNORECASE)
_CLOSED = re.compile(
    r"info:eu-repo/semantics/(?:closed|restricted)Access|c_16ec|c_14cb|^closed access", re.IGNORECASE
)
_ACCESS = re.compile(
    r"info:eu-repo/semantics/|purl\.org/coar/access_right|^(?:open|embargoed|closed|restricted) access"
)
_ROLE = re.compile(r"^(.*\S)\s*\(([^()]+)\)$")
_LICENCES = re.compile(r"creativecommons\.org|rightsstatements\.org|/licen[cs]e", re.IGNORECASE)


class Building:
    """One record being read. ``note`` and ``problem`` take sentences; the rest takes texts as the source has them."""

    def __init__(self, identifier: str, place: str) -> None:
        self.identifier, self.place = identifier, place
        self.values: dict[str, object] = {}
        self.titles: list[tuple[str, str]] = []
        self.translated: list[tuple[str, str]] = []
        self.abstracts: list[tuple[str, str]] = []
        self.keywords: list[str] = []
        self.author: ImportedPerson | None = None
        self.committee: list[ImportedPerson] = []
        self.funding: list[tuple[str, str, str, str, str]] = []
        self.related: list[tuple[str, str, str, str, str]] = []
        self.levels: list[str] = []
        self.files: list[ImportedFile] | None = None
        self.closed = False
        self.vague: dict[str, str] = {}  # field -> the year or month that was given for a day
        self.notes: list[str] = []
        self.problems: list[str] = []

    def put(self, field: str, value: object) -> None:
        """Set a plain field unless it has a value already."""
        value = reading.line(value) if isinstance(value, str) else value
        if value and not self.values.get(field):
            self.values[field] = value

    def day(self, field: str, text: str) -> None:
        """Set a date; what is no day is noted, and so is a year taken for its first day, or as the end of an embargo
        for its last.
        """
        if not text.strip() or self.values.get(field):
            return
        found = reading.day(text, last=field == "embargo_until")
        if found is None:
            self.notes.append(f"“{reading.line(text)[:40]}” ({field}) is no date and was left out.")
            return
        if reading.is_vague(text):
            self.notes.append(f"“{text.strip()}” ({field}) was taken as {found.isoformat()}.")
            self.vague[field] = text.strip()
        self.values[field] = found

    def person(self, text: str = "", role: str = "", orcid: str = "", **facts: str) -> None:
        """A name (``text`` as it is filed, or ``given`` and ``family``). ``role`` in the source's words; "author"."""
        given, family = (facts.pop("given", ""), facts.pop("family", "")) if not text else reading.name(text)
        given, family = reading.line(given), reading.line(family)
        if family and not given:
            given, family = family, ""
        if wrong := reading.wrong_address(facts.get("email", "")):
            self.notes.append(f"{given} {family}".strip() + f": {wrong}")
            facts["email"] = ""
        bare, wrong = reading.found_id(orcid)
        if wrong:
            self.notes.append(f"{given} {family}".strip() + f": {wrong}")
        if not given:
            return
        author = role == "author"
        person = ImportedPerson(
            given=given,
            family=family,
            role="" if author else role_of(role),
            orcid=bare,
            **{name: reading.line(value) for name, value in facts.items()},
        )
        if not author:
            self.committee.append(person)
        elif self.author is None:
            self.author = person
        else:
            self.notes.append(f"A thesis has one author here: “{person.display}” was left out.")

    def contributor(self, text: str) -> None:
        """``Laud, Ada (Supervisor)``: Dublin Core has no other place for a role."""
        found = _ROLE.match(reading.line(text))
        self.person(*(found.groups() if found else (text, "")))

    def named(self, text: str) -> None:
        """An identifier of whatever kind."""
        text = text.strip()
        low = text.lower()
        if "urn:isbn:" in low or low.startswith("isbn"):
            self._identifier("isbn", identifiers.isbn, text)
        elif low.startswith("urn:") and not low.startswith("urn:uuid:"):
            self._identifier("urn", identifiers.urn, text)
        elif "doi.org/" in low or low.startswith(("doi:", "10.")):
            self._identifier("doi", identifiers.doi, text)
        elif "hdl.handle.net/" in low or low.startswith("hdl:"):
            self._identifier("handle", identifiers.handle, text)

    def identifier_of(self, kind: str, text: str) -> None:
        """An identifier whose kind is known: ``doi``, ``handle``, ``urn`` or ``isbn``."""
        if text.strip():
            self._identifier(kind, getattr(identifiers, kind), text)

    def _identifier(self, kind: str, read: Callable[[str], str], text: str) -> None:
        try:
            self.put(kind, read(text))
        except ValueError as error:
            self.notes.append(f"“{reading.line(text)[:80]}” ({kind}) was left out. {error}")

    def right(self, text: str) -> None:
        """A licence, or a word about access."""
        text = reading.line(text)
        if until := reading.embargo_end(text):
            self.put("embargo_until", until)
        if _CLOSED.search(text):
            self.closed = True
        if not text or _ACCESS.search(text.lower()) or _ACCESS.search(text):
            return
        address = _URI.search(text)
        if address and _LICENCES.search(address[0]):
            self.values["licence"] = address[0].rstrip(".,;)")
        else:
            self.put("licence", text)

    def kind(self, text: str) -> None:
        """A type: it may tell the level, and in our own words the degree."""
        text = reading.line(text)
        self.levels.append(text)
        if text.endswith(" thesis"):
            self.put("degree", text.removesuffix(" thesis"))

    def build(self) -> ImportedThesis:
        """What was gathered, put in order."""
        values = dict(self.values)
        if not self.identifier:
            self.problems.append(
                "There is no identifier, nor a DOI, handle or URN, by which it could be known again. Give it one that "
                "never changes."
            )
        language = reading.language(str(values.pop("language", "")))
        titles = self.titles or self.translated
        title, _ = titles[0] if titles else ("", "")
        others = [*self.translated, *((text, tag) for text, tag in self.titles[1:] if tag != language)]
        translated = next(((text, tag) for text, tag in others if text != title), ("", ""))
        keywords = self._keywords(str(values.get("programme", "")), str(values.get("department", "")))
        own, abroad = self._abstracts(language)
        level = str(values.pop("level", "")) or reading.level(*self.levels, str(values.get("degree", "")))
        published, until = values.get("published"), values.get("embargo_until")
        if self.closed and not (until and until > timezone.localdate()):
            self.notes.append(
                "Access is restricted there and no day to come is given on which it ends: its files were left out."
            )
            self.files = [] if self.files else self.files
        same_year = self.vague.get("published", "-") == self.vague.get("embargo_until")
        if until and (until == published or same_year):
            del values["embargo_until"]  # "available" on the day of publication is no embargo
        return ImportedThesis(
            identifier=self.identifier,
            place=self.place,
            title=title,
            translated_title=translated[0],
            translated_title_language=translated[1] if translated[1] != language else "",
            author=self.author or ImportedPerson(),
            committee=tuple(self.committee),
            abstract=own,
            other_abstracts=abroad,
            language=language,
            keywords=keywords,
            level=level,
            funding=tuple(self.funding),
            related=tuple(self.related),
            files=None if self.files is None else tuple(self.files),
            notes=tuple(self.notes),
            problems=tuple(self.problems),
            **values,
        )

    def title(self, text: str, tag: str = "", *, translated: bool = False) -> None:
        """A title with the tag of its language; ``translated``: the source says that it is one in another language."""
        if reading.line(text):
            (self.translated if translated else self.titles).append(
                (reading.line(text), reading.language(tag))
            )

    def abstract(self, text: str, tag: str = "") -> None:
        """An abstract with the tag of its language."""
        if reading.clean(text):
            self.abstracts.append((reading.clean(text), reading.language(tag)))

    def keyword(self, text: str) -> None:
        """A subject; addresses of subjects are no words."""
        if (text := reading.line(text)) and not _URI.fullmatch(text):
            self.keywords.append(text)

    def _keywords(self, *taken: str) -> tuple[str, ...]:
        return tuple(word for word in dict.fromkeys(self.keywords) if word not in taken)

    def _abstracts(self, language: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The abstract in the thesis' language, and the others as (language, text)."""
        rest = list(self.abstracts)
        own = next(
            (one for one in rest if one[1] in (language, "")), rest[0] if rest and not language else None
        )
        if own:
            rest.remove(own)
        return (own[0] if own else ""), tuple((tag, text) for text, tag in rest if tag and tag != language)
