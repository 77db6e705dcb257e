"""The registry's rules for works and affiliations, beyond the schema. Source: ORCID's ActivityValidator.

Each check takes an item's body (ORCID's JSON form) and raises ApiError. The order of the checks is ORCID's,
so that a body with two faults is refused for the same one.
"""

import calendar

from . import external_ids, organizations
from .errors import refuse
from .vocabulary import (
    CITATION_TYPES,
    COUNTRIES,
    FUNDING_ROLES,
    FUNDING_TYPES,
    LANGUAGES,
    ROLES,
    WORK_TYPES,
)

#: Affiliations that need an organisation id and an address with city and country; the others need an
#: organisation id or an external id.
_STRICT_AFFILIATIONS = frozenset({"education", "employment"})


def check_work(work: dict) -> None:
    """Refuse a work that the registry would refuse, in ORCID's order of checks."""
    title = work.get("title") or {}
    if not _value(title.get("title")).strip():
        raise refuse(9022)
    if work.get("country") is not None:
        _one_of("country", _value(work["country"]), COUNTRIES)
    if title.get("translated-title") is not None:
        _one_of("translated title language", title["translated-title"].get("language-code"), LANGUAGES)
    _one_of("work type", work.get("type"), WORK_TYPES)
    if work.get("language-code") is not None:
        _one_of("language", work["language-code"], LANGUAGES)
    if work.get("publication-date") is not None:
        check_date(work["publication-date"])
    citation = work.get("citation")
    if citation is not None:
        if citation.get("citation-type") not in CITATION_TYPES:
            raise refuse(9051, what="citation-type", value=citation.get("citation-type"))
        if not (citation.get("citation-value") or "").strip():
            raise refuse(9020, detail="the citation is empty")
    external_ids.check(work, required=True)
    _check_roles(work, ROLES)


def check_affiliation(kind: str, affiliation: dict) -> None:
    """Refuse an affiliation (``education``, ``employment``, …) that the registry would refuse."""
    _check_period(affiliation)
    organization = affiliation.get("organization")
    if not organization or not (organization.get("name") or "").strip():
        raise refuse(9046)
    address = organization.get("address") or {}
    if kind in _STRICT_AFFILIATIONS and not (address.get("city") and address.get("country")):
        raise refuse(9060)
    if address.get("country") is not None:
        _one_of("country", address["country"], COUNTRIES)
    disambiguated = organization.get("disambiguated-organization")
    if disambiguated is not None:
        _check_organization_id(disambiguated)
    elif kind in _STRICT_AFFILIATIONS:
        raise refuse(9045, detail="it is not there")
    elif not external_ids.listed(affiliation):
        raise refuse(9062)
    external_ids.check(affiliation, required=False)


def check_funding(funding: dict) -> None:
    """Refuse a funding that the registry would refuse."""
    title = funding.get("title") or {}
    if not _value(title.get("title")).strip():
        raise refuse(9022)
    if title.get("translated-title") is not None:
        _one_of("translated title language", title["translated-title"].get("language-code"), LANGUAGES)
    _one_of("funding type", funding.get("type"), FUNDING_TYPES)
    amount = funding.get("amount")
    if amount is not None and not (_value(amount).strip() and (amount.get("currency-code") or "").strip()):
        raise refuse(9020, detail="an amount needs a number and a currency")
    _check_period(funding)
    organization = funding.get("organization")
    if not organization or not (organization.get("name") or "").strip():
        raise refuse(9046)
    if organization.get("disambiguated-organization") is None:
        raise refuse(9045, detail="it is not there")
    _check_organization_id(organization["disambiguated-organization"])
    external_ids.check(funding, required=True)
    _check_roles(funding, FUNDING_ROLES)


def _check_roles(body: dict, roles: frozenset[str]) -> None:
    for contributor in (body.get("contributors") or {}).get("contributor") or []:
        role = (contributor.get("contributor-attributes") or {}).get("contributor-role")
        if role is not None and role not in roles:
            raise refuse(9058, role=role, values=", ".join(sorted(roles)))


def _check_period(body: dict) -> None:
    for name in ("start-date", "end-date"):
        if body.get(name) is not None:
            check_date(body[name])
    start, end = (_sort_key(body.get(name)) for name in ("start-date", "end-date"))
    # Parts that one of the two leaves open are not compared.
    if start and end and start[: len(end)] > end[: len(start)]:
        raise refuse(9055)


def check_date(date: dict) -> None:
    """Year of four digits, month and day of two (9020), and a day that exists (9049)."""
    parts = {name: _value(date.get(name)) for name in ("year", "month", "day") if date.get(name) is not None}
    for name, digits in (("year", 4), ("month", 2), ("day", 2)):
        if name in parts and not (len(parts[name]) == digits and parts[name].isdecimal()):
            raise refuse(9020, detail=f"the {name} must have {digits} digits")
    if "month" in parts and not 1 <= int(parts["month"]) <= 12:
        raise refuse(9049, detail="-".join(parts.values()))
    if "day" in parts and not 1 <= int(parts["day"]) <= _days(parts):
        raise refuse(9049, detail="-".join(parts.values()))


def _days(parts: dict[str, str]) -> int:
    return calendar.monthrange(int(parts["year"]), int(parts["month"]))[1] if "month" in parts else 0


def _check_organization_id(organization: dict) -> None:
    source = organization.get("disambiguation-source") or ""
    identifier = organization.get("disambiguated-organization-identifier") or ""
    if source not in organizations.SOURCES:
        raise refuse(9045, detail=f"the source must be one of {', '.join(organizations.SOURCES)}")
    if not organizations.is_known(identifier, source):
        raise refuse(9045, detail=f"{source} has no {identifier}")


def _one_of(what: str, value: str | None, allowed: frozenset[str]) -> None:
    if value not in allowed:
        raise refuse(9037, what=what, values=", ".join(sorted(allowed)))


def _value(wrapped: dict | None) -> str:
    return (wrapped or {}).get("value") or ""


def _sort_key(date: dict | None) -> tuple[int, ...]:
    return tuple(int(date[part]["value"]) for part in ("year", "month", "day") if (date or {}).get(part))
