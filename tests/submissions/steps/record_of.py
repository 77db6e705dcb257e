"""ORCID records as ``/record`` gives them, with as many works and grants as a test wants."""

from orcid_workflow.models import Connection

CROSSREF = {"source-client-id": {"path": "APP-CROSSREF"}, "source-name": {"value": "Crossref"}}


def by_hand(connection: Connection) -> dict:
    """The source of what the owner typed at ORCID."""
    return {"source-orcid": {"path": connection.orcid}, "source-name": {"value": "Ada"}}


def funding(code: int, title: str, *, number: str = "", funder: str = "A funder", **more) -> dict:
    """A group with one grant. ``source``: as ORCID gives it."""
    ids = [
        {"external-id-type": "grant_number", "external-id-value": number, "external-id-relationship": "self"}
    ]
    summary = {
        "put-code": code,
        "title": {"title": {"value": title}},
        "type": "grant",
        "start-date": {"year": {"value": "2023"}},
        "organization": {
            "name": funder,
            "disambiguated-organization": {
                "disambiguated-organization-identifier": "http://dx.doi.org/10.13039/501100000780",
                "disambiguation-source": "FUNDREF",
            },
        },
        "external-ids": {"external-id": ids if number else []},
        **more,
    }
    return {"funding-summary": [summary]}


def work(code: int, title: str, *, doi: str = "", year: int = 2024, **more) -> dict:
    """A group with one work."""
    ids = [{"external-id-type": "doi", "external-id-value": doi, "external-id-relationship": "self"}]
    summary = {
        "put-code": code,
        "title": {"title": {"value": title}},
        "type": "journal-article",
        "publication-date": {"year": {"value": str(year)}},
        "journal-title": {"value": "Journal of Coasts"},
        "external-ids": {"external-id": ids if doi else []},
        **more,
    }
    return {"work-summary": [summary]}


def give(connection: Connection, *, fundings: list[dict] = (), works: list[dict] = ()) -> Connection:
    """Store a record with these groups, as if it had just been read."""
    connection.record = {
        "orcid-identifier": {"path": connection.orcid},
        "activities-summary": {"fundings": {"group": list(fundings)}, "works": {"group": list(works)}},
    }
    connection.save()
    return connection
