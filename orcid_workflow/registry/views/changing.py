"""POST, PUT and DELETE of the Member API."""

from django.http import HttpRequest, HttpResponse

from .. import bulk, codec, negotiation, records, writing
from ..access import Caller
from ..errors import ApiError, refuse

BULK_LIMIT = 100


def _body(request: HttpRequest, kind: str) -> dict:
    is_json = negotiation.content_is_json(request)
    if kind == "work" and bulk.found_in(request.body, is_json=is_json):
        raise refuse(9006, detail="argument type mismatch")
    try:
        return (codec.read_json if is_json else codec.read_xml)(request.body, kind)
    except codec.BadShape as error:
        raise refuse(9047 if is_json else 9001, detail=error) from error


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
        works = bulk.read(request.body, is_json=is_json)
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


def without_put_code(request: HttpRequest, who: Caller, *, kind: str) -> HttpResponse:
    """PUT and DELETE of /work, /education … without a put-code behind it."""
    who.check_scope("/activities/update")
    raise refuse(9031)
