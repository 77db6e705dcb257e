"""The JSON of a thesis and of a page, and the headers around it. ``schema.py`` describes the same for programs."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response

from ..metadata.crosswalks.registry import STORED
from .listing import Page, Row
from .words import instant


def address(name: str, *parts: object) -> str:
    """An absolute address of the API."""
    return settings.ETD_BASE_URL + reverse(f"api:{name}", args=parts)


def thesis(row: Row) -> dict[str, Any]:
    """One thesis; of one that was withdrawn, only that it was. What it was filed under stays as it was."""
    at = address("thesis", row.uuid)
    return {
        "id": str(row.uuid),
        "url": at,
        "datestamp": instant(row.datestamp),
        "deleted": row.deleted,
        "degree_level": row.level,
        "programme": {"id": row.programme, "name": row.programme_name} if row.programme else None,
        "access": row.access,
        "formats": {} if row.deleted else {name: at + name for name in STORED},
        "record": None if row.deleted else json.loads(bytes(row.content).decode("utf-8", "surrogatepass")),
    }


def page(found: Page) -> dict[str, Any]:
    """One page of the list."""
    onward = f"{address('theses')}?cursor={found.onward.write()}" if found.onward else None
    return {
        "as_of": instant(found.as_of),
        "next": onward,
        "results": [thesis(row) for row in found.rows],
    }


def as_json(request: HttpRequest, data: dict[str, Any], unmarked: tuple[str, ...] = ()) -> HttpResponse:
    """``data`` with an ETag over all but its keys in ``unmarked``, or 304 when the client has it."""
    marked = json.dumps({key: value for key, value in data.items() if key not in unmarked})
    # Escaped throughout: a lone surrogate that somebody pasted into a title must not break a page of a hundred.
    return as_bytes(request, json.dumps(data).encode(), "application/json", marked.encode())


def as_bytes(request: HttpRequest, content: bytes, mime: str, marked: bytes | None = None) -> HttpResponse:
    """``content`` with the headers that all answers have and an ETag over it, or over ``marked`` in its stead; or 304
    (RFC 9110 §13.1.2).
    """
    response = HttpResponse(content, content_type=mime)
    etag = f'"{hashlib.sha256(content if marked is None else marked).hexdigest()[:32]}"'
    response["ETag"] = etag
    # For this key alone, and never out of a cache without asking: it would hide what has changed since.
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return get_conditional_response(request, etag=etag, response=response)
