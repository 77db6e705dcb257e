"""DataCite's REST API (support.datacite.org/docs/api, lupo's ``doi.rb``): drafts, registered and findable DOIs.

What is checked: the account, the media type, the prefix, the events that a state allows, and before a DOI may resolve
its address and the six mandatory properties. Only drafts can be deleted. A GET without ``affiliation=true`` or
``publisher=true`` leaves the identifiers of organisations out, as DataCite does.
"""

import re
from typing import Any

from .store import Shelf
from .web import SECRET, USER, Answer, Arrival, Place, Refusal, Request, Route

PREFIXES = ("10.5555", "10.70000")
_MEDIA_TYPE = "application/vnd.api+json"
_MANDATORY = ("url", "titles", "creators", "publisher", "publicationYear", "types")
_EVENTS = {
    ("publish", "draft"): "findable",
    ("publish", "registered"): "findable",
    ("register", "draft"): "registered",
    ("hide", "findable"): "registered",
}
_KNOWN = frozenset(event for event, _ in _EVENTS)


def _who(request: Request, shelf: Shelf) -> None:
    given = request.basic()
    if given is not None and given != (USER, SECRET):
        raise Refusal(401, "Bad credentials.")
    if given is None and request.method != "GET":
        raise Refusal(401, "Bad credentials.")


def _put(request: Request, shelf: Shelf, doi: str) -> Answer:
    """Make or change a DOI."""
    doi = doi.lower()
    there = shelf.get("dois", doi)
    return _write(request, shelf, doi, there)


def _post(request: Request, shelf: Shelf) -> Answer:
    """Make a DOI that is not there yet."""
    doi = str(_attributes(request).get("doi") or "").lower()
    if shelf.get("dois", doi):
        raise Refusal(422, "This DOI has already been taken", "doi")
    return _write(request, shelf, doi, None)


def _write(request: Request, shelf: Shelf, doi: str, there: dict[str, Any] | None) -> Answer:
    attributes = _attributes(request)
    if not re.fullmatch(r"10\.\d{4,9}/[-._;()/:a-z0-9]+", doi):
        raise Refusal(422, "This DOI is invalid", "doi")
    if doi.split("/")[0] not in PREFIXES:
        raise Refusal(403, "You are not authorized to access this resource.")
    if attributes.get("doi", doi).lower() != doi:
        raise Refusal(422, "The DOI in the body is not the one in the address", "doi")
    event = attributes.pop("event", None)
    if event is not None and event not in _KNOWN:
        raise Refusal(422, f"{event} is not an event", "event")
    state = there["state"] if there else "draft"
    kept = {**(there["attributes"] if there else {}), **attributes, "doi": doi}
    # An event that the state does not allow is passed over (``may_publish?``).
    state = _EVENTS.get((event, state), state)
    if state != "draft":
        for name in _MANDATORY:
            if not kept.get(name):
                raise Refusal(422, "can't be blank", name)
        if not str(kept["url"]).startswith(("http://", "https://")):
            raise Refusal(422, "URL is not valid", "url")
        if not all(creator.get("name") for creator in kept["creators"]):
            raise Refusal(422, "Missing child element(s). Expected is ( creatorName ).", "creators")
    shelf.put("dois", doi, {"state": state, "attributes": kept})
    return _json(200 if there else 201, _shown(request, doi, {"state": state, "attributes": kept}))


def _get(request: Request, shelf: Shelf, doi: str) -> Answer:
    """Everybody sees what is findable; the account sees all."""
    row = shelf.get("dois", doi.lower())
    if row is None or (row["state"] != "findable" and request.basic() is None):
        raise Refusal(404, "The resource you are looking for doesn't exist.")
    return _json(200, _shown(request, doi.lower(), row))


def _delete(request: Request, shelf: Shelf, doi: str) -> Answer:
    row = shelf.get("dois", doi.lower())
    if row is None:
        raise Refusal(404, "The resource you are looking for doesn't exist.")
    if row["state"] != "draft":
        raise Refusal(405, "Method not allowed")
    shelf.drop("dois", doi.lower())
    return Answer(204)


def _attributes(request: Request) -> dict[str, Any]:
    if request.headers.get_content_type() not in (_MEDIA_TYPE, "application/json"):
        raise Refusal(415, "The media type must be application/vnd.api+json.")
    data = request.json()
    inner = data.get("data") if isinstance(data, dict) else None
    if (
        not isinstance(inner, dict)
        or inner.get("type") != "dois"
        or not isinstance(inner.get("attributes"), dict)
    ):
        raise Refusal(422, "You need to provide a payload following the JSONAPI spec")
    return dict(inner["attributes"])


def _shown(request: Request, doi: str, row: dict[str, Any]) -> dict[str, Any]:
    """The DOI as DataCite shows it: what it was told, under the names and with the details that were asked for."""
    told = dict(row["attributes"])
    alternates = told.get("alternateIdentifiers") or []
    told["identifiers"] = [
        {"identifier": one.get("alternateIdentifier"), "identifierType": one.get("alternateIdentifierType")}
        for one in alternates
    ]
    if request.query.get("publisher") != "true" and isinstance(told.get("publisher"), dict):
        told["publisher"] = told["publisher"].get("name")
    if request.query.get("affiliation") != "true":
        for kind in ("creators", "contributors"):
            told[kind] = [
                {**person, "affiliation": [one.get("name") for one in person.get("affiliation") or []]}
                for person in told.get(kind) or []
            ]
    told |= {"state": row["state"], "isActive": row["state"] == "findable", "prefix": doi.split("/")[0]}
    return {"data": {"id": doi, "type": "dois", "attributes": told}}


def _arrivals(shelf: Shelf, base: str) -> list[Arrival]:
    found = []
    for doi, row in shelf.all("dois").items():
        told = row["attributes"]
        titles = [one.get("title", "") for one in told.get("titles") or []]
        facts = [("DOI", doi), ("State", row["state"]), ("Leads to", told.get("url", ""))]
        for person in [*(told.get("creators") or []), *(told.get("contributors") or [])]:
            ids = [one.get("nameIdentifier", "") for one in person.get("nameIdentifiers") or []]
            facts.append((person.get("contributorType", "Creator"), " ".join([person.get("name", ""), *ids])))
        facts += [(one.get("dateType", ""), one.get("date", "")) for one in told.get("dates") or []]
        title = titles[0] if titles else "(without a title)"
        found.append(Arrival(title, row["state"], doi, f"{base}/{doi}", tuple(facts)))
    return found


def _json(status: int, body: dict[str, Any]) -> Answer:
    return Answer(status, body, {"Content-Type": f"{_MEDIA_TYPE}; charset=utf-8"})


def _refuse(refusal: Refusal) -> Answer:
    source = {"source": refusal.code} if refusal.code else {}
    errors = [{**source, "status": str(refusal.status), "title": refusal.words}]
    answer = _json(refusal.status, {"errors": errors})
    answer.headers |= refusal.headers
    return answer


_DOI = "/dois/(?P<doi>10[.].+)"
PLACE = Place(
    name="datacite",
    label="DataCite",
    prefix="/datacite",
    routes=(
        Route("POST", "/dois", _post),
        Route("PUT", _DOI, _put),
        Route("GET", _DOI, _get),
        Route("DELETE", _DOI, _delete),
    ),
    arrivals=_arrivals,
    refuse=_refuse,
    before=_who,
)
