"""Theses from a table: one row a thesis, columns as in ``docs/import.md``, or those of a DSpace metadata export.

UTF-8 with or without a mark at its beginning; commas, semicolons or tabs between the cells. Several values in one cell
are parted by ``|`` (``||`` as DSpace writes it is the same), or by ``;`` where there is none.
"""

import io
import re
from collections.abc import Iterator
from typing import TextIO

from .. import reading
from ..building import Building
from ..imported import ImportedThesis
from . import dim
from .dim import Field
from .errors import SourceBroken
from .table import Row, Table

#: Column -> what stands in it, for people. The order is that of the file we write.
COLUMNS: dict[str, str] = {
    "identifier": "What names the thesis in the system it comes from, and never changes",
    "title": "Title",
    "subtitle": "Subtitle",
    "translated_title": "Title in another language",
    "translated_title_language": "Language of that title (en, ger, German)",
    "author": "Family, Given",
    "author_orcid": "The author's iD",
    "author_email": "An address to invite the author at; never public",
    "committee": "Family, Given (role) iD <e-mail>, several parted by |",
    "committee_orcid": "iDs of the committee in the order of their names, parted by |, if not beside them",
    "abstract": "Abstract in the language of the thesis",
    "other_abstracts": "Abstracts in other languages, each with its language before it (de: …), parted by |",
    "language": "Language of the thesis (en, ger, German)",
    "keywords": "Keywords, parted by |",
    "degree": "Name or abbreviation of the degree as in our list",
    "level": "bachelor, master or doctoral",
    "programme": "Name of the programme as in our list",
    "department": "Department, for a programme that is made",
    "term": "Name of the term as in our list",
    "licence": "Address, SPDX identifier or name of the licence",
    "submitted": "Day of submission (2019-05-31)",
    "defended": "Day of the defence",
    "conferred": "Day of conferral",
    "published": "Day on which it was made public",
    "embargo_until": "First day on which its files are open",
    "doi": "DOI",
    "handle": "Handle",
    "urn": "URN",
    "isbn": "ISBN",
}
_DAYS = frozenset(("submitted", "defended", "conferred", "published", "embargo_until"))
_IDENTIFIERS = ("doi", "handle", "urn", "isbn")
_PLAIN = frozenset(("subtitle", "language", "degree", "programme", "department", "term"))
_DSPACE = re.compile(
    r"((?:dc|dcterms|thesis|local|etd)\.[a-z]+(?:\.[a-z]+)?)(?:\[([^\]]*)\])?", re.IGNORECASE
)
_ADDRESS = re.compile(r"<?([^\s<>;|]+@[^\s<>;|]+)>?")
_ROLE = re.compile(r"\(([^()]*)\)")
_ORCID = re.compile(
    r"(?:https?://)?(?:www\.)?(?:orcid\.org/|orcid:\s*)\S+|(?<!\w)\d{4}-\d{4}-\d{4}-[\dXx]{4}(?!\w)"
)
_TAGGED = re.compile(r"([A-Za-z]{2,3}(?:-\w+)?):\s*(.*)", re.DOTALL)
#: What may have several lines. All else that we know has one: a second line there is another record that was swallowed.
_LINES = frozenset(("abstract", "other_abstracts"))
_ONE_LINE = re.compile(
    r"dc(?:terms)?\.(?:title|contributor|creator|date|identifier(?!\.citation))\b", re.IGNORECASE
)


def opened(content: bytes) -> TextIO:
    """``content`` as text. Raises ``SourceBroken`` when it is not UTF-8."""
    try:
        return io.StringIO(content.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError as error:
        raise SourceBroken(
            "This file is not UTF-8. Save it again as “CSV UTF-8” (in a spreadsheet: Save as, CSV UTF-8)."
        ) from error


def read(file: TextIO) -> Iterator[ImportedThesis]:
    """Yield a thesis for each row that is not empty; a row that is out of step with the header is ``broken``. Raises
    ``SourceBroken``, before any row, for a table without usable columns or with a quotation mark that is not closed.
    """
    table = Table(file)
    rows = table.rows()
    first = next(rows, None)
    header = [_column(cell) for cell in first.cells] if first else []
    if not any(name in COLUMNS or _DSPACE.fullmatch(name) for name in header):
        raise SourceBroken(
            f"None of the columns in the first row is known. There are: {', '.join(COLUMNS)}; and those of a "
            "metadata export of DSpace."
        )
    if twice := next((name for name in header if name and header.count(name) > 1), ""):
        raise SourceBroken(f"The column {twice} is there twice. Give one of them another name, or none.")
    unknown = [name for name in header if name and name not in COLUMNS and not _DSPACE.fullmatch(name)]
    unknown = [name for name in unknown if name not in ("id", "collection")]
    for row in rows:
        if wrong := table.wrong_count(row, len(header)) or _lines(row, header):
            yield ImportedThesis(identifier="", place=f"row {row.number}", broken=True, problems=(wrong,))
        else:
            yield _row(row, header, unknown)
            unknown = []


def _lines(row: Row, header: list[str]) -> str:
    """Return "" where what has one line has one; else the sentence that names the columns that have more."""
    columns = [
        name
        for name, cell in zip(header, row.cells, strict=True)
        if re.search(r"[\r\n]", cell.strip())
        and ((name in COLUMNS and name not in _LINES) or name == "id" or _ONE_LINE.match(name))
    ]
    if not columns:
        return ""
    named = f"the column {columns[0]}" if len(columns) == 1 else f"the columns {', '.join(columns)}"
    return (
        f"{row.words} has a line break in {named}, which {'has' if len(columns) == 1 else 'have'} one line. Is a "
        "quotation mark missing?"
    )


def _column(cell: str) -> str:
    name = cell.strip()
    return name if _DSPACE.fullmatch(name) else re.sub(r"[\s-]+", "_", name.lower())


def _row(row: Row, header: list[str], unknown: list[str]) -> ImportedThesis:
    building = Building("", f"row {row.number}")
    if unknown:
        building.notes.append(f"Columns that nobody knows were left out: {', '.join(unknown)}.")
    said = {name: cell.strip() for name, cell in zip(header, row.cells, strict=True) if cell.strip()}
    for name, text in said.items():
        if name in _DAYS:
            building.day(name, text)
        elif name in _IDENTIFIERS:
            building.identifier_of(name, text)
        elif name in _PLAIN:
            building.put(name, text)
    building.title(said.get("title", ""))
    building.title(
        said.get("translated_title", ""), said.get("translated_title_language", ""), translated=True
    )
    _people(building, said)
    building.abstract(said.get("abstract", ""), said.get("language", ""))
    _abstracts(building, said.get("other_abstracts", ""))
    for word in split(said.get("keywords", "")):
        building.keyword(word)
    if "level" in said:
        building.put("level", reading.level(said["level"]))
        if not reading.level(said["level"]):
            building.problems.append(
                f"“{said['level'][:40]}” (level) is none of bachelor, master and doctoral."
            )
    if said.get("language") and not reading.language(said["language"]):
        building.problems.append(
            f"“{said['language'][:40]}” (language) is no language we know. Write its code, such as en."
        )
    if "licence" in said:
        building.values["licence"] = reading.line(said["licence"])
    dim.read(building, _dspace(said))
    named = [f"{kind}:{building.values[kind]}" for kind in _IDENTIFIERS if building.values.get(kind)]
    building.identifier = said.get("identifier", "") or said.get("id", "") or next(iter(named), "")
    return building.build()


def _dspace(said: dict[str, str]) -> Iterator[Field]:
    for name, text in said.items():
        if found := _DSPACE.fullmatch(name):
            schema, element, *qualifier = found[1].split(".")
            for value in text.split("||"):
                yield Field(
                    schema, element, "".join(qualifier), value.strip(), (found[2] or "").replace("_", "-")
                )


def split(cell: str) -> list[str]:
    """The values of a cell."""
    separator = "|" if "|" in cell else ";"
    return [value.strip() for value in cell.split(separator) if value.strip()]


def _people(building: Building, said: dict[str, str]) -> None:
    name, facts = _person(said.get("author", ""))
    facts.pop("role", "")
    if "author_orcid" in said:
        facts["orcid"] = said["author_orcid"]
    if address := said.get("author_email", ""):
        facts["email"] = address
    building.person(name, "author", **facts)
    cell = said.get("committee_orcid", "")
    beside = [one.strip() for one in cell.split("|" if "|" in cell else ";")] if cell else []
    people = split(said.get("committee", ""))
    if len(beside) > len(people):
        building.notes.append(
            f"There are {len(beside)} iDs in committee_orcid for {len(people)} names: those at the end were left out."
        )
    for place, text in enumerate(people):
        name, facts = _person(text)
        if place < len(beside) and beside[place]:
            facts["orcid"] = beside[place]
        building.person(name, **facts)


def _person(text: str) -> tuple[str, dict[str, str]]:
    """Take a cell's person apart: the name, and what is known of ``role``, ``orcid`` and ``email``."""
    facts: dict[str, str] = {}
    if found := _ORCID.search(text):
        facts["orcid"] = re.sub(r"^orcid:\s*", "", found[0], flags=re.IGNORECASE).rstrip(">,")
        text = text.replace(found[0], " ")
    if found := _ADDRESS.search(text):
        facts["email"] = found[1]
        text = text.replace(found[0], " ")
    if found := _ROLE.search(text):
        facts["role"] = found[1]
        text = text.replace(found[0], " ")
    return reading.line(text).strip(" ,"), facts


def _abstracts(building: Building, cell: str) -> None:
    for text in (one.strip() for one in cell.split("|") if one.strip()):
        found = _TAGGED.fullmatch(text)
        if found and reading.language(found[1]):
            building.abstract(found[2], found[1])
        else:
            building.notes.append(
                f"An abstract without its language was left out: “{reading.line(text)[:40]}”."
            )
