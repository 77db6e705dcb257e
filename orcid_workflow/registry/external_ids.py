"""External identifiers: how ORCID normalises, checks and compares them (facts: "External identifiers")."""

import re

from .errors import refuse
from .vocabulary import EXTERNAL_ID_TYPES, FUNDED_BY_TYPES, RELATIONSHIPS

#: Types whose values keep their case when compared.
_CASE_SENSITIVE = frozenset({"uri", "ark"})


def normalise(id_type: str, value: str) -> str:
    """Return ``value`` as ORCID compares it.

    A DOI is taken out of its URL; hyphens and spaces leave an ISBN; a URI without a scheme gets ``http://``;
    handles and the rest are only lower-cased, so ``1/2`` and ``hdl:1/2`` stay two identifiers.
    """
    value = value.strip()
    if id_type == "doi" and (match := re.search(r"10\.\d+(?:\.\d+)*/\S+", value)):
        value = match.group()
    elif id_type == "isbn":
        value = re.sub(r"[\s-]", "", value)
    elif id_type == "uri" and not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*://", value):
        value = f"http://{value}"
    return value if id_type in _CASE_SENSITIVE else value.lower()


def listed(body: dict) -> list[dict]:
    """The external identifiers of an item's body; empty when it has none."""
    return (body.get("external-ids") or {}).get("external-id") or []


def self_keys(body: dict, relationships: tuple[str, ...] = ("self",)) -> set[tuple[str, str]]:
    """(type, normalised value) of the identifiers that name this item alone."""
    return {
        (one["external-id-type"], normalise(one["external-id-type"], one["external-id-value"]))
        for one in listed(body)
        if one.get("external-id-relationship") in relationships
    }


def check(body: dict, *, required: bool) -> None:
    """Refuse bad identifiers with 9023, 9020 (funded-by) or 9051 (unknown relationship).

    ``required``: at least one, and at least one ``self`` (works). Without it an empty list is fine
    (affiliations).
    """
    ids = listed(body)
    if required and not ids:
        raise refuse(9023, detail="at least one is required")
    for one in ids:
        id_type, relationship = one.get("external-id-type"), one.get("external-id-relationship")
        if id_type not in EXTERNAL_ID_TYPES:
            raise refuse(9023, detail=f"type {id_type} is not known")
        if not (one.get("external-id-value") or "").strip():
            raise refuse(9023, detail="a value is empty")
        if not relationship:
            raise refuse(9023, detail="a relationship is required")
        if relationship not in RELATIONSHIPS:
            raise refuse(9051, what="external-id-relationship", value=relationship)
        if relationship == "funded-by" and id_type not in FUNDED_BY_TYPES:
            raise refuse(9020, detail=f"funded-by goes with {', '.join(sorted(FUNDED_BY_TYPES))} only")
    if required and not self_keys(body):
        raise refuse(9023, detail="at least one must have the relationship self")


def for_reading(one: dict) -> dict:
    """The identifier as it is given out: with its normalised value, which only the registry sets."""
    value = normalise(one["external-id-type"], one["external-id-value"])
    return {
        "external-id-type": one["external-id-type"],
        "external-id-value": one["external-id-value"],
        "external-id-normalized": {"value": value, "transient": True},
        "external-id-normalized-error": None,
        "external-id-url": one.get("external-id-url"),
        "external-id-relationship": one.get("external-id-relationship"),
    }
