"""The Member API v3.0: a view for each verb and kind of address, behind one wrapper for refusals."""

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

from .. import codec, negotiation, records, writing
from ..access import Caller, caller
from ..envelopes import AFFILIATIONS, PERSON_ITEMS
from ..errors import ApiError, TokenError, refuse

BULK_LIMIT = 100
ORCID = r"(?P<orcid>(?:\d{4}-){3}\d{3}[\dX])"

View = Callable[..., HttpResponse]


def endpoint(**methods: View) -> View:
    """Join one view for each HTTP method (``get=``, ``post=`` …) into the view of an address.

    Each view is called with the request, the Caller and what the address holds. Other methods get 405 / 9001.
    """

    @csrf_exempt
    def view(request: HttpRequest, orcid: str, **parts: str) -> HttpResponse:
        try:
            who = caller(request, orcid)
            method = "get" if request.method == "HEAD" else (request.method or "").lower()
            if method not in methods:
                raise refuse(9001, status=405, detail=f"{request.method} is not supported here")
            negotiation.answer_type(request)
            return methods[method](request, who, **parts)
        except TokenError as error:
            return negotiation.respond_token_error(error)
        except ApiError as error:
            return negotiation.respond_error(request, error)

    return view


# --- Reading ---
def read(root: str, build: Callable[..., dict]) -> View:
    """A GET of a section: ``build(person, caller)`` gives its JSON form."""

    def view(request: HttpRequest, who: Caller) -> HttpResponse:
        return negotiation.respond(request, build(who.person, who), root)

    return endpoint(get=view)


def works(request: HttpRequest, who: Caller) -> HttpResponse:
    """GET /works."""
    items = records.visible_items(who.person, who, kind="work")
    return negotiation.respond(request, records.works(who.person, items), "works")


def affiliations(request: HttpRequest, who: Caller, *, kind: str) -> HttpResponse:
    """GET /educations and its sisters."""
    items = records.visible_items(who.person, who, kind=kind)
    return negotiation.respond(request, records.affiliations(who.person, kind, items), AFFILIATIONS[kind])


def person_section(request: HttpRequest, who: Caller, *, kind: str) -> HttpResponse:
    """GET /keywords and its sisters."""
    items = records.visible_items(who.person, who, kind=kind)
    data = records.person_section(who.person, kind, items)
    return negotiation.respond(request, data, PERSON_ITEMS[kind][1])


def empty_section(who: Caller, name: str) -> dict:
    """/fundings, /peer-reviews, /research-resources: this registry keeps none."""
    return records.activities(who.person, who)[name]


def read_item(request: HttpRequest, who: Caller, *, kind: str, put_code: str) -> HttpResponse:
    """GET /work/{put-code}, /education/{put-code} …"""
    item = writing.find(who, kind, int(put_code))
    who.check_may_see(item)
    return negotiation.respond(request, records.item_json(item, who.person), kind)


def read_summary(request: HttpRequest, who: Caller, *, kind: str, put_code: str) -> HttpResponse:
    """GET /work/summary/{put-code} …"""
    item = writing.find(who, kind, int(put_code))
    who.check_may_see(item)
    return negotiation.respond(request, records.summary_json(item, who.person), f"{kind}-summary")


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

    return negotiation.respond(request, {"bulk": [one(put_code) for put_code in wanted]}, "bulk")


# --- Writing ---
def _body(request: HttpRequest, kind: str) -> dict:
    is_json = negotiation.content_is_json(request)
    if kind == "work" and _is_bulk(request.body, is_json):
        raise refuse(9006, detail="argument type mismatch")
    try:
        return (codec.read_json if is_json else codec.read_xml)(request.body, kind)
    except codec.BadShape as error:
        raise refuse(9047 if is_json else 9001, detail=error) from error


def _is_bulk(body: bytes, is_json: bool) -> bool:
    try:
        codec.read_bulk(body, is_json=is_json)
    except codec.BadShape:
        return False
    return True


def create_item(request: HttpRequest, who: Caller, *, kind: str) -> HttpResponse:
    """POST /work, /education …: 201, Location, nothing in the body."""
    item = writing.create(who, kind, _body(request, kind))
    response = HttpResponse(status=201)
    response["Location"] = request.build_absolute_uri(f"{request.path}/{item.pk}")
    return response


def replace_item(request: HttpRequest, who: Caller, *, kind: str, put_code: str) -> HttpResponse:
    """PUT /work/{put-code} …: 200 and the stored item."""
    item = writing.replace(who, kind, int(put_code), _body(request, kind))
    return negotiation.respond(request, records.item_json(item, who.person), kind)


def delete_item(request: HttpRequest, who: Caller, *, kind: str, put_code: str) -> HttpResponse:
    """DELETE /work/{put-code} …: 204."""
    writing.delete(who, kind, int(put_code))
    return HttpResponse(status=204)


def create_bulk(request: HttpRequest, who: Caller) -> HttpResponse:
    """POST /works: up to 100 works. 200 even when some of them failed; the answer keeps the order."""
    who.check_scope("/activities/update")
    is_json = negotiation.content_is_json(request)
    try:
        works = codec.read_bulk(request.body, is_json=is_json)
    except codec.BadShape as error:
        raise refuse(9047 if is_json else 9001, detail=error) from error
    if len(works) > BULK_LIMIT:
        raise refuse(9006, detail=f"no more than {BULK_LIMIT} works can be added at once")

    def one(work: dict | codec.BadShape) -> dict:
        try:
            if isinstance(work, codec.BadShape):
                raise refuse(9001, detail=work)
            item = writing.create(who, "work", work, batch=True)
            return {"work": records.item_json(item, who.person)}
        except ApiError as error:
            return {"error": error.body()}

    return negotiation.respond(request, {"bulk": [one(work) for work in works]}, "bulk")


def unknown(request: HttpRequest, who: Caller, *, rest: str) -> HttpResponse:
    """Any other address under a record."""
    raise refuse(9016, kind=rest, put_code="")


def _kind_patterns(kind: str) -> list:
    def bind(view: View) -> View:
        return functools.partial(view, kind=kind)

    return [
        re_path(rf"^{ORCID}/{kind}$", endpoint(post=bind(create_item))),
        re_path(
            rf"^{ORCID}/{kind}/(?P<put_code>\d{{1,18}})$",
            endpoint(get=bind(read_item), put=bind(replace_item), delete=bind(delete_item)),
        ),
        re_path(rf"^{ORCID}/{kind}/summary/(?P<put_code>\d{{1,18}})$", endpoint(get=bind(read_summary))),
    ]


def _section_pattern(path: str, view: View) -> object:
    return re_path(rf"^{ORCID}/{path}$", view)


urlpatterns = [
    _section_pattern("record", read("record", records.record)),
    _section_pattern("person", read("person", records.person)),
    _section_pattern("personal-details", read("personal-details", records.personal_details)),
    _section_pattern("email", read("email", records.emails)),
    _section_pattern("activities", read("activities", records.activities)),
    _section_pattern("works", endpoint(get=works, post=create_bulk)),
    _section_pattern(r"works/(?P<put_codes>\d{1,18}(?:,\d{1,18})*)", endpoint(get=read_bulk)),
    *(
        _section_pattern(path, endpoint(get=functools.partial(person_section, kind=kind)))
        for kind, (_section, path, _shape) in PERSON_ITEMS.items()
    ),
    *(
        _section_pattern(plural, endpoint(get=functools.partial(affiliations, kind=kind)))
        for kind, plural in AFFILIATIONS.items()
    ),
    *(
        _section_pattern(name, read(name, lambda person, who, name=name: empty_section(who, name)))
        for name in ("fundings", "peer-reviews", "research-resources")
    ),
    *(pattern for kind in ("work", *AFFILIATIONS) for pattern in _kind_patterns(kind)),
    re_path(
        rf"^{ORCID}(?:/(?P<rest>.*))?$", endpoint(get=unknown, post=unknown, put=unknown, delete=unknown)
    ),
]
