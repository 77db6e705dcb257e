"""What DataCite has, beside what it was told: what did not survive, in sentences for staff."""

from typing import Any


def lost(label: str, sent: dict[str, Any], there: dict[str, Any]) -> list[str]:
    """Compare the attributes that were sent with those that were read. Only what was sent is asked for.

    Names with their iDs, titles, dates, year, publisher, language, address, and every identifier.
    """
    found = []
    for name, words in _PLAIN.items():
        wanted, has = _name(sent.get(name)), _name(there.get(name))
        if wanted and str(wanted) != str(has or ""):
            found.append(f"{words} is “{has or 'missing'}” at {label}, and was sent as “{wanted}”.")
    for name, words in _LISTS.items():
        has = _items(name, there)
        found += [
            f"{words} “{item}” did not reach {label}." for item in _items(name, sent) if item not in has
        ]
    for kind in ("creators", "contributors"):
        has = _people(there.get(kind))
        for person, ids in _people(sent.get(kind)).items():
            if person not in has:
                found.append(f"The name “{person}” did not reach {label}.")
            else:
                found += [
                    f"{_of(item)} of {person} did not reach {label}."
                    for item in ids
                    if item not in has[person]
                ]
    return found


_PLAIN = {
    "url": "The address",
    "publicationYear": "The year",
    "publisher": "The publisher",
    "language": "The language",
}
_LISTS = {
    "titles": "The title",
    "dates": "The date",
    "alternateIdentifiers": "The identifier",
    "relatedIdentifiers": "The related identifier",
}


def _name(value: Any) -> Any:
    return value.get("name") if isinstance(value, dict) else value


def _items(name: str, attributes: dict[str, Any]) -> list[str]:
    rows = [row for row in attributes.get(name) or [] if isinstance(row, dict)]
    if name == "titles":
        return [_line(row.get("title")) for row in rows]
    if name == "dates":
        return [f"{row.get('dateType')}: {row.get('date')}" for row in rows]
    if name == "relatedIdentifiers":
        return [f"{row.get('relatedIdentifierType')}: {row.get('relatedIdentifier')}" for row in rows]
    pairs = [(row.get("alternateIdentifierType"), row.get("alternateIdentifier")) for row in rows]
    # DataCite gives the same list under two names, the newer one with other keys.
    others = [row for row in attributes.get("identifiers") or [] if isinstance(row, dict)]
    pairs += [(row.get("identifierType"), row.get("identifier")) for row in others]
    return [f"{kind}: {value}" for kind, value in pairs]


def _people(rows: Any) -> dict[str, list[str]]:
    """Name -> identifiers."""
    found: dict[str, list[str]] = {}
    for row in rows or []:
        ids = [item.get("nameIdentifier") or "" for item in row.get("nameIdentifiers") or []]
        found.setdefault(_line(row.get("name")), []).extend(filter(None, ids))
    return found


def _of(identifier: str) -> str:
    return f"The iD {identifier}" if "orcid.org" in identifier else f"The identifier {identifier}"


def _line(text: Any) -> str:
    return " ".join(str(text or "").split())
