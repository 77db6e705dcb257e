"""What InvenioRDM demands of a record (docs-invenio-rdm, reference/metadata)."""

import datetime as dt
import re
from typing import Any

_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_ROLES = frozenset({"supervisor", "other", "datamanager", "editor", "researcher", "relatedperson"})
_SCHEMES = frozenset(
    {
        "ark",
        "arxiv",
        "ads",
        "doi",
        "ean13",
        "eissn",
        "handle",
        "igsn",
        "isbn",
        "isni",
        "issn",
        "istc",
        "lissn",
        "lsid",
    }
    | {"pmid", "purl", "upc", "url", "urn", "w3id", "other", "crossreffunderid", "grid"}
)


def faults(record: dict[str, Any]) -> list[dict[str, Any]]:
    """What stands against publishing: ``field`` and ``messages`` of each. No list is empty of words."""
    meta, access = record.get("metadata", {}), record.get("access", {})
    found = [
        (f"metadata.{name}", "Missing data for required field.")
        for name in ("title", "publication_date", "resource_type", "creators")
        if not meta.get(name)
    ]
    if meta.get("publication_date") and not _DAY.fullmatch(str(meta["publication_date"])):
        found.append(("metadata.publication_date", "Please provide a valid date or interval."))
    for kind in ("creators", "contributors"):
        for number, entry in enumerate(meta.get(kind, [])):
            found += [(f"metadata.{kind}.{number}.{where}", words) for where, words in _person(entry)]
            if kind == "contributors" and (entry.get("role") or {}).get("id") not in _ROLES:
                found.append((f"metadata.{kind}.{number}.role", "Invalid value."))
    for number, entry in enumerate(meta.get("identifiers", [])):
        if entry.get("scheme") not in _SCHEMES:
            found.append((f"metadata.identifiers.{number}.scheme", "Invalid scheme."))
    schemes = [entry.get("scheme") for entry in meta.get("identifiers", []) if entry.get("scheme") != "other"]
    if len(schemes) != len(set(schemes)):
        found.append(("metadata.identifiers", "Only one identifier per scheme is allowed."))
    for name in ("record", "files"):
        if access.get(name) not in ("public", "restricted"):
            found.append((f"access.{name}", "Must be one of: public, restricted."))
    found += _embargo(access)
    return [{"field": field, "messages": [words]} for field, words in found]


def _person(entry: dict[str, Any]) -> list[tuple[str, str]]:
    person = entry.get("person_or_org") or {}
    if person.get("type") not in ("personal", "organizational"):
        return [("person_or_org.type", "Invalid value.")]
    found = []
    if person["type"] == "personal" and not person.get("family_name"):
        found.append(("person_or_org.family_name", "Family name must be filled."))
    schemes = [one.get("scheme") for one in person.get("identifiers", [])]
    if len(schemes) != len(set(schemes)):
        found.append(("person_or_org.identifiers", "Only one identifier per scheme is allowed."))
    for one in person.get("identifiers", []):
        if one.get("scheme") == "orcid" and not _ORCID.fullmatch(one.get("identifier", "")):
            found.append(("person_or_org.identifiers", "Invalid ORCID identifier."))
    return found


def _embargo(access: dict[str, Any]) -> list[tuple[str, str]]:
    embargo = access.get("embargo") or {}
    if not embargo.get("active"):
        return []
    if access.get("record") == access.get("files") == "public":
        return [("access.embargo.active", "Only restricted records or files can be embargoed.")]
    try:
        until = dt.date.fromisoformat(str(embargo.get("until")))
    except ValueError:
        return [("access.embargo.until", "Not a valid date.")]
    return (
        [] if until > dt.datetime.now(dt.UTC).date() else [("access.embargo.until", "Must be in the future.")]
    )
