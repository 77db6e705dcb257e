"""The GETs of the APIs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .. import negotiation, records, sparse, writing
from ..access import Caller
from ..envelopes import AFFILIATIONS, PERSON_ITEMS
from ..errors import ApiError, refuse
from .endpoint import View, endpoint

BULK_LIMIT = 100


def _answer(request: HttpRequest, who: Caller, data: dict, root: str) -> HttpResponse:
    return negotiation.respond(request, sparse.thinned(data) if who.person.sparse else data, root)


def read(root: str, build: Callable[..., dict]) -> View:
    """A GET of a section: ``build(person, caller)`` gives its JSON form."""

    def view(request: HttpRequest, who: Caller) -> HttpResponse:
        return _answer(request, who, build(who.person, who), root)

    return endpoint(get=view)


def grouped(request: HttpRequest, who: Caller, *, kind: str) -> HttpResponse:
    """GET /works and /fundings."""
    items = records.visible_items(who.person, who, kind=kind)
    return _answer(request, who, records.grouped(who.person, kind, items), f"{kind}s")


def affiliations(request: HttpRequest, who: Caller, *, kind: str) -> HttpResponse:
    """GET /educations and its sisters."""
    items = records.visible_items(who.person, who, kind=kind)
    return _answer(request, who, records.affiliations(who.person, kind, items), AFFILIATIONS[kind])


def person_section(request: HttpRequest, who: Caller, *, kind: str) -> HttpResponse:
    """GET /keywords and its sisters."""
    items = records.visible_items(who.person, who, kind=kind)
    data = records.person_section(who.person, kind, items)
    return _answer(request, who, data, PERSON_ITEMS[kind][1])


def empty_section(who: Caller, name: str) -> dict:
    """/peer-reviews, /research-resources: this registry keeps none."""
    return records.activities(who.person, who)[name]


def read_item(request: HttpRequest, who: Caller, *, kind: str, put_code: str) -> HttpResponse:
    """GET /work/{put-code}, /education/{put-code} …"""
    item = writing.find(who, kind, int(put_code))
    who.check_may_see(item)
    return _answer(request, who, records.item_json(item, who.person), kind)


def read_summary(request: HttpRequest, who: Caller, *, kind: str, put_code: str) -> HttpResponse:
    """GET /work/summary/{put-code} …"""
    item = writing.find(who, kind, int(put_code))
    who.check_may_see(item)
    return _answer(request, who, records.summary_json(item, who.person), f"{kind}-summary")


def read_bulk(request: HttpRequest, who: Caller, *, put_codes: str) -> HttpResponse:
    """GET /works/{pc},{pc}: up to 100 whole works; what cannot be read becomes an error inside a 200."""
    wanted = put_codes.split(",")
    if len(wanted) > BULK_LIMIT:
        raise refuse(9042, limit=BULK_LIMIT)

    def one(put_code: str) -> dict:
        try:
            item = writing.find(who, "work", int(put_code))
            who.check_may_see(item)
            return {"work": records.item_json(item, who.person)}
        except ApiError as error:
            return {"error": error.body()}

    return _answer(request, who, {"bulk": [one(put_code) for put_code in wanted]}, "bulk")


def unknown(request: HttpRequest, who: Caller, *, rest: str) -> HttpResponse:
    """Any other address under a record."""
    raise refuse(9016, kind=rest, put_code="")
