"""Documents of a registry, written after record-3.0.xsd and the JSON paths of orcid.md §9."""

import copy
from typing import Any

OWNER = "0000-0002-1825-0097"
OURS = "APP-LOCALETD00000001"


def identifier(path: str) -> dict:
    """An iD or a client as ORCID writes it."""
    base = "https://orcid.org/client" if path.startswith("APP-") else "https://orcid.org"
    return {"uri": f"{base}/{path}", "path": path, "host": "orcid.org"}


def source(writer: str = "", called: str | None = "Ada Lovelace", **origin: Any) -> dict:
    """Who stated something: the owner, or the client ``writer``."""
    return {
        "source-orcid": None if writer else identifier(OWNER),
        "source-client-id": identifier(writer) if writer else None,
        "source-name": {"value": called} if called else None,
        "assertion-origin-orcid": identifier(origin["orcid"]) if origin.get("orcid") else None,
        "assertion-origin-client-id": identifier(origin["client"]) if origin.get("client") else None,
        "assertion-origin-name": {"value": origin["name"]} if origin.get("name") else None,
    }


SELF = source()
CROSSREF = source("APP-CROSSREF00000001", "Crossref")
THROUGH = source("APP-CROSSREF00000001", "Crossref", orcid=OWNER, name="Ada Lovelace")
ON_BEHALF = source("APP-HUB0000000000001", "Research Hub", client="APP-NORTH00000000001", name="North Shore")


def day(year: str | None, month: str | None = None, day: str | None = None) -> dict:
    """A fuzzy date."""
    parts = {"year": year, "month": month, "day": day}
    return {name: {"value": value} if value else None for name, value in parts.items()}


def external_id(kind: str, value: str, url: str | None = None, relationship: str = "self") -> dict:
    """An identifier of a work or a grant."""
    return {
        "external-id-type": kind,
        "external-id-value": value,
        "external-id-normalized": {"value": value.lower(), "transient": True},
        "external-id-normalized-error": None,
        "external-id-url": {"value": url} if url else None,
        "external-id-relationship": relationship,
    }


def item(put_code: int, stated: dict | None, path: str, visibility: str = "public", index: Any = "0") -> dict:
    """What every entry of a record has."""
    return {
        "created-date": {"value": 1700000000000},
        "last-modified-date": {"value": 1700000001000},
        "source": stated,
        "put-code": put_code,
        "visibility": visibility,
        "path": f"/{OWNER}/{path}/{put_code}",
        "display-index": index,
    }


def organization(name: str, value: str | None = None, scheme: str = "ROR", **address: str | None) -> dict:
    """An organisation."""
    known = {"disambiguated-organization-identifier": value, "disambiguation-source": scheme}
    return {
        "name": name,
        "address": {"city": None, "region": None, "country": None} | address,
        "disambiguated-organization": known if value else None,
    }


def affiliation(put_code: int, kind: str, where: dict, stated: dict | None = SELF, **values: Any) -> dict:
    """A group of one affiliation."""
    entry = item(put_code, stated, kind) | {
        "department-name": values.get("department"),
        "role-title": values.get("role"),
        "start-date": values.get("start"),
        "end-date": values.get("end"),
        "organization": where,
        "url": {"value": values["url"]} if values.get("url") else None,
        "external-ids": None,
    }
    return group("summaries", [{f"{kind}-summary": entry}])


def group(key: str, members: list) -> dict:
    """A group of what several sources say of one thing."""
    return {"last-modified-date": {"value": 1700000001000}, "external-ids": {"external-id": []}, key: members}


def work(put_code: Any, title: str | None, stated: dict | None, ids: list, **values: Any) -> dict:
    """A summary of a work."""
    subtitle = values.get("subtitle")
    return item(put_code, stated, "work", values.get("visibility", "public"), values.get("index", "0")) | {
        "title": {
            "title": {"value": title} if title else None,
            "subtitle": {"value": subtitle} if subtitle else None,
            "translated-title": None,
        },
        "external-ids": {"external-id": ids},
        "url": {"value": values["url"]} if values.get("url") else None,
        "type": values.get("type", "journal-article"),
        "publication-date": values.get("date"),
        "journal-title": {"value": values["journal"]} if values.get("journal") else None,
    }


def funding(put_code: int, title: str, funder: dict, stated: dict | None, ids: list, **values: Any) -> dict:
    """A summary of a grant."""
    return item(put_code, stated, "funding") | {
        "title": {"title": {"value": title}, "translated-title": None},
        "external-ids": {"external-id": ids},
        "url": {"value": values["url"]} if values.get("url") else None,
        "type": values.get("type", "grant"),
        "start-date": values.get("start"),
        "end-date": values.get("end"),
        "organization": funder,
    }


def section(path: str, key: str, members: list) -> dict:
    """A section of the record."""
    return {"last-modified-date": {"value": 1700000001000}, key: members, "path": f"/{OWNER}/{path}"}


DOI = external_id("doi", "10.5555/Kelp", "https://doi.org/10.5555/Kelp")
_NORTH = organization("North Shore", "https://ror.org/052gg0110", city="Halifax", region="NS", country="CA")
_NSERC = organization("NSERC", "http://dx.doi.org/10.13039/501100000038", "FUNDREF", country="CA")

RECORD: dict[str, Any] = {
    "orcid-identifier": identifier(OWNER),
    "preferences": {"locale": "fr"},
    "history": {
        "creation-method": "DIRECT",
        "completion-date": None,
        "submission-date": {"value": 1600000000000},
        "last-modified-date": {"value": 1700000001000},
        "claimed": True,
        "source": None,
        "deactivation-date": None,
        "verified-email": True,
        "verified-primary-email": True,
    },
    "person": {
        "last-modified-date": {"value": 1700000001000},
        "name": {
            "created-date": {"value": 1600000000000},
            "last-modified-date": {"value": 1600000000000},
            "given-names": {"value": " Ada "},
            "family-name": {"value": "Lovelace"},
            "credit-name": {"value": "A. Lovelace"},
            "source": None,
            "visibility": "public",
            "path": OWNER,
        },
        "other-names": section(
            "other-names",
            "other-name",
            [
                item(11, SELF, "other-names", index=2) | {"content": "A. King"},
                item(12, CROSSREF, "other-names", index=1) | {"content": "A.  A.\nLovelace"},
                item(13, None, "other-names", index=0) | {"content": None},
            ],
        ),
        "biography": {"content": "First line.\nSecond line.", "visibility": "limited", "path": "/biography"},
        "emails": section(
            "email",
            "email",
            [
                item(0, SELF, "email", "limited")
                | {"email": "a@example.edu", "verified": True, "primary": True, "put-code": None},
                item(0, SELF, "email") | {"email": "b@example.edu", "verified": False, "primary": False},
                item(0, SELF, "email") | {"email": "c@example.edu", "verified": None, "primary": False},
            ],
        ),
        "addresses": section(
            "address",
            "address",
            [
                item(21, SELF, "address", index=1) | {"country": {"value": "GB"}},
                item(22, None, "address") | {"country": None},
            ],
        ),
        "keywords": section(
            "keywords", "keyword", [item(31, ON_BEHALF, "keywords", index=0) | {"content": "engines"}]
        ),
        "researcher-urls": section(
            "researcher-urls",
            "researcher-url",
            [
                item(41, SELF, "researcher-urls")
                | {"url-name": "Home", "url": {"value": "https://ada.example"}},
                item(42, SELF, "researcher-urls")
                | {"url-name": "Bad", "url": {"value": "javascript:alert(1)"}},
                item(43, SELF, "researcher-urls") | {"url-name": None, "url": None},
            ],
        ),
        "external-identifiers": section(
            "external-identifiers",
            "external-identifier",
            [
                item(51, CROSSREF, "external-identifiers")
                | external_id("Scopus Author ID", "7004", "https://scopus.example/7004"),
                item(52, SELF, "external-identifiers") | external_id("Loop", "9", None),
            ],
        ),
        "path": f"/{OWNER}/person",
    },
    "activities-summary": {
        "last-modified-date": {"value": 1700000001000},
        "distinctions": section("distinctions", "affiliation-group", []),
        "educations": section(
            "educations",
            "affiliation-group",
            [
                affiliation(
                    61, "education", _NORTH, role="PhD", department="Mathematics", start=day("2021", "09")
                ),
                group("summaries", []),
                {"summaries": None},
            ],
        ),
        "employments": section(
            "employments",
            "affiliation-group",
            [
                affiliation(
                    71,
                    "employment",
                    organization("Mill") | {"address": None},
                    CROSSREF,
                    end=day("2020"),
                    url="https://mill.example/",
                )
            ],
        ),
        "invited-positions": section("invited-positions", "affiliation-group", []),
        "memberships": section(
            "memberships", "affiliation-group", [affiliation(81, "membership", organization("Royal Society"))]
        ),
        "qualifications": section(
            "qualifications",
            "affiliation-group",
            [
                affiliation(
                    91, "qualification", organization("College"), role="Diploma", end=day("1999", "5", "7")
                )
            ],
        ),
        "services": None,
        "fundings": section(
            "fundings",
            "group",
            [
                group(
                    "funding-summary",
                    [
                        funding(
                            101,
                            "Kelp grant",
                            _NSERC,
                            CROSSREF,
                            [external_id("grant_number", "RGPIN-42", "https://nserc.example/42")],
                            start=day("2020"),
                            end=day("2024", "12", "31"),
                            url="https://kelp.example/",
                        ),
                        funding(102, "Kelp grant again", _NSERC, SELF, []),
                    ],
                ),
                group(
                    "funding-summary",
                    [funding(103, "Prize", organization("Guild"), SELF, [], type="AWARD")],
                ),
            ],
        ),
        "peer-reviews": section("peer-reviews", "group", []),
        "research-resources": section("research-resources", "group", []),
        "works": section(
            "works",
            "group",
            [
                group(
                    "work-summary",
                    [
                        work(
                            201,
                            "On Kelp",
                            CROSSREF,
                            [DOI, external_id("issn", "1234-5678", None, "part-of")],
                            subtitle="A note",
                            date=day("2023", "05"),
                            journal="Kelp Letters",
                            url="https://kelp.example/1",
                            index="1",
                        ),
                        work(202, "On kelp", SELF, [DOI]),
                        work(203, "On Kelp", source(OURS, "North Shore"), [DOI], visibility="limited"),
                    ],
                ),
                group(
                    "work-summary",
                    [work("204", "Tides", THROUGH, [external_id("isbn", "978-0")], type="BOOK_CHAPTER")],
                ),
                group("work-summary", [work(205, None, None, [])]),
            ],
        ),
        "path": f"/{OWNER}/activities",
    },
    "path": f"/{OWNER}",
}


def record() -> dict[str, Any]:
    """A copy of the full record, to change at will."""
    return copy.deepcopy(RECORD)
