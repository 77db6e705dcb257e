"""DSpace Simple Archive Format: one folder an item, to be loaded with ``dspace import`` (metadata.md §2 C, §4).

A field of SAF has a text and a language and no place for an iD. So an author with an iD becomes an item of its own, a
Person entity, and the thesis names it in ``relationships``; the plain author field is left out then, because the
relationship puts the name there (§4). This needs a DSpace from 7.1 on with configurable entities.

What it cannot carry: iDs of advisors and committee, unless the repository has a relationship for advisors
(``Options.advisors``; an unchanged DSpace has none); that an iD was authenticated; checksums, media types, ROR.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from submissions.metadata.crosswalks import dim, terms, xml
from submissions.metadata.crosswalks.dim import Field
from submissions.metadata.record import Person

from .archive import Entry
from .embargo import Kind, carries_files, is_closed
from .names import file_names
from .thesis import Thesis

AUTHORS = "isAuthorOfPublication"
_OURS = re.compile(r"(contents|collections|relationships|handle|dublin_core\.xml|metadata_.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Options:
    """What only the repository knows.

    ``entities`` off: plain names and no iDs, for a DSpace without entities. ``stock_only``: only fields of an unchanged
    registry (``dim``); DSpace refuses an item with a field it does not know. ``advisors``: the repository's own name
    of a relationship from a thesis to its advisors. ``known``: bare iDs of which the repository has a Person already;
    they are named by iD, which must be on exactly one item. ``collection`` and ``people``: handles of the collections
    for theses and for persons; empty: what the import says. ``keep_handles``: ask for the handle that a thesis has.
    """

    entities: bool = True
    stock_only: bool = False
    advisors: str = ""
    known: frozenset[str] = frozenset()
    collection: str = ""
    people: str = ""
    keep_handles: bool = False


def entries(theses: Iterable[Thesis], options: Options | None = None) -> Iterator[Entry]:
    """The files of the archive. Each person has one folder however many theses name them; where their names differ,
    that of the first thesis stands for all.
    """
    options = options or Options()
    written = set(options.known)
    for thesis in theses:
        related = _related(thesis, options)
        for _, person in related:
            if person.orcid.path not in written:
                written.add(person.orcid.path)
                yield from _person(person, options)
        yield from _item(thesis, related, options)


def _related(thesis: Thesis, options: Options) -> list[tuple[str, Person]]:
    """The people who stand in a relationship to the thesis, with its name: all have an authenticated iD."""
    if not options.entities:
        return []
    people = [(AUTHORS, thesis.record.author)]
    if options.advisors:
        people += [(options.advisors, seat.person) for seat in thesis.record.committee if seat.supervises]
    return [(relation, person) for relation, person in people if person.orcid]


def _person(person: Person, options: Options) -> Iterator[Entry]:
    family, given = terms.name_parts(person)
    fields = [
        Field("dc", "title", "", terms.name(person)),
        Field("person", "familyName", "", family),
        Field("person", "givenName", "", given),
        Field("person", "identifier", "orcid", person.orcid.path),
        Field("dspace", "entity", "type", "Person"),
    ]
    folder = _folder(person)
    yield from _metadata(folder, fields)
    yield Entry(f"{folder}/contents", b"")
    if options.people:
        yield Entry(f"{folder}/collections", f"{options.people}\n".encode())


def _item(thesis: Thesis, related: list[tuple[str, Person]], options: Options) -> Iterator[Entry]:
    fields = dim.fields(thesis.record, stock_only=options.stock_only)
    if options.entities:
        fields = _without_names(fields, thesis, related)
        fields.append(Field("dspace", "entity", "type", "Publication"))
    yield from _metadata(thesis.name, fields)
    if related:
        lines = [f"relation.{relation} {_reference(person, options)}\n" for relation, person in related]
        yield Entry(f"{thesis.name}/relationships", "".join(lines).encode())
    if options.collection:
        yield Entry(f"{thesis.name}/collections", f"{options.collection}\n".encode())
    if options.keep_handles and thesis.record.handle:
        yield Entry(f"{thesis.name}/handle", f"{thesis.record.handle}\n".encode())
    files = thesis.files if carries_files(Kind.SAF, thesis.record) else ()
    names = file_names(_not_ours(file.facts.name) for file in files)
    yield Entry(f"{thesis.name}/contents", _contents(thesis, names).encode())
    for file, name in zip(files, names, strict=True):
        yield Entry(f"{thesis.name}/{name}", file.pieces(), file.facts.size)


def _without_names(fields: list[Field], thesis: Thesis, related: list[tuple[str, Person]]) -> list[Field]:
    """``fields`` without the plain names of those whom a relationship names, each taken out once: another of the same
    name keeps theirs.
    """
    kept = list(fields)
    for relation, person in related:
        qualifier = "author" if relation == AUTHORS else "advisor"
        kept.remove(Field("dc", "contributor", qualifier, terms.name(person)))
    return kept


def _contents(thesis: Thesis, names: list[str]) -> str:
    lines = []
    for number, name in enumerate(names):
        line = [name, "bundle:ORIGINAL"]
        if is_closed(thesis.record):
            line.append("permissions:-r 'Administrator'")
        if number == 0:
            line.append("primary:true")
        lines.append("\t".join(line) + "\n")
    return "".join(lines)


def _not_ours(name: str) -> str:
    """A name that DSpace does not take for a file of the format: it shows names as they stand in the folder."""
    return f"file-{name}" if _OURS.fullmatch(name.strip(". ")) else name


def _metadata(folder: str, fields: list[Field]) -> Iterator[Entry]:
    """One document a schema; that of ``dc`` has a name of its own."""
    by_schema: dict[str, list[Field]] = defaultdict(list)
    for field in fields:
        if field.text:
            by_schema[field.schema].append(field)
    for schema, some in by_schema.items():
        root = xml.Element("dublin_core", schema=schema)
        for field in some:
            value = xml.SubElement(
                root, "dcvalue", element=field.element, qualifier=field.qualifier or "none"
            )
            if language := xml.language_tag(field.language):
                value.set("language", language)
            value.text = field.text
        name = "dublin_core.xml" if schema == "dc" else f"metadata_{schema}.xml"
        yield Entry(f"{folder}/{name}", xml.to_bytes(root))


def _reference(person: Person, options: Options) -> str:
    if person.orcid.path in options.known:
        return f"person.identifier.orcid:{person.orcid.path}"
    return f"folderName:{_folder(person)}"


def _folder(person: Person) -> str:
    return f"person_{person.orcid.path}"
