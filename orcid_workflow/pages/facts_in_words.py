"""What was read from a record, heading by heading, for the page of its owner: each value with who stated it."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..profile import Affiliation, Funding, Profile, Source, Work
from .lines import country_name, date_in_words

_SHOWN = 5  # works and grants named one by one; a record may hold thousands


@dataclass(frozen=True, slots=True)
class Entry:
    """One value; ``link`` is a web address or ""."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Values that the same source stated: "you", an organisation, or "" when ORCID does not say."""

    entries: tuple[Entry, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read under one heading. ``more`` is how many values are not shown."""

    label: str
    groups: tuple[Group, ...]
    more: int = 0


def facts(record: Profile) -> list[Facts]:
    """Return what was read, without the headings that have nothing."""
    found = (
        Facts("Name", _one(record.display_name)),
        Facts("Other names", _together((Entry(fact.value), fact.source) for fact in record.other_names)),
        Facts("Biography", _one(record.biography)),
        Facts("Verified e-mail", _together((Entry(fact.value), fact.source) for fact in record.emails)),
        Facts(
            "Country",
            _together((Entry(country_name(fact.value)), fact.source) for fact in record.countries),
        ),
        Facts("Keywords", _together((Entry(fact.value), fact.source) for fact in record.keywords)),
        Facts(
            "Websites",
            _together((Entry(site.label or site.value, site.value), site.source) for site in record.websites),
        ),
        Facts(
            "Other identifiers",
            _together(
                (Entry(f"{one.type} {one.value}".strip(), _web(one.url)), one.source)
                for one in record.external_ids
            ),
        ),
        Facts("Education", _each((Entry(_affiliation(row)), row.source) for row in record.educations)),
        Facts("Employment", _each((Entry(_affiliation(row)), row.source) for row in record.employments)),
        Facts(
            "Funding",
            _each(
                (Entry(_funding(row), _web(row.grant_url)), row.source) for row in record.fundings[:_SHOWN]
            ),
            max(0, len(record.fundings) - _SHOWN),
        ),
        Facts(
            "Works",
            _each((Entry(_work(row), _web(row.url)), row.source) for row in record.works[:_SHOWN]),
            max(0, len(record.works) - _SHOWN),
        ),
    )
    return [heading for heading in found if heading.groups]


def _one(text: str) -> tuple[Group, ...]:
    return (Group((Entry(text),), "you"),) if text else ()


def _each(rows: Iterable[tuple[Entry, Source]]) -> tuple[Group, ...]:
    return tuple(Group((entry,), _who(source)) for entry, source in rows)


def _together(rows: Iterable[tuple[Entry, Source]]) -> tuple[Group, ...]:
    """Return one group for each source, in the order in which they first come."""
    groups: dict[str, list[Entry]] = {}
    for entry, source in rows:
        groups.setdefault(_who(source), []).append(entry)
    return tuple(Group(tuple(entries), source) for source, entries in groups.items())


def _who(source: Source) -> str:
    words = str(source)
    return "you" + words.removeprefix("self-asserted") if words.startswith("self-asserted") else words


def _web(address: str) -> str:
    return address if address.startswith(("https://", "http://")) else ""


def _affiliation(row: Affiliation) -> str:
    begun, ended = date_in_words(row.start), date_in_words(row.end)
    until = ended or ("now" if row.is_current else "?")
    return f"{row}, {begun or '?'} to {until}" if begun or ended else str(row)


def _funding(row: Funding) -> str:
    return ", ".join(part for part in (row.title, row.funder.name, row.grant_number) if part)


def _work(row: Work) -> str:
    return ", ".join(part for part in (row.title, row.journal, row.date[:4]) if part)
