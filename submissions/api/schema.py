"""The shapes of all answers, as JSON Schema 2020-12 (which OpenAPI 3.1 uses), and the answers of each address.

The schema of the record is read off the dataclasses, so that it cannot fall behind them.
"""

import dataclasses
import datetime as dt
import types
import typing
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from ..metadata import record_json
from ..metadata.crosswalks.registry import STORED
from ..metadata.record import DegreeLevel, ThesisRecord
from .listing import ACCESS
from .problems import MIME

ABOUT_LIST = """Every thesis that is or was public, once, in the order in which it changed last; one that was withdrawn
has `deleted: true` and no record. Follow `next` to its end. Later, ask with `changed_since` set to the `as_of` of the
first page: what changed in between comes, withdrawals too. A thesis that changes while you read comes again at the
end."""

_TEXT, _FLAG, _NUMBER = {"type": "string"}, {"type": "boolean"}, {"type": "integer"}
_MOMENT = {"type": "string", "format": "date-time"}
_ADDRESS = {"type": "string", "format": "uri"}
_DATA = {"type": ["object", "array"]}
_PLAIN = {
    str: _TEXT,
    bool: _FLAG,
    int: _NUMBER,
    dt.date: {"type": "string", "format": "date"},
    dt.datetime: _MOMENT,
}


def _object(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An object that has all of ``properties`` and nothing else."""
    whole = {"type": "object", "properties": properties, "required": list(properties)}
    return {**whole, "additionalProperties": False, **more}


def _of(kind: Any, found: dict[str, dict]) -> dict[str, Any]:
    """The schema of ``kind``, one of the types that the record is made of; dataclasses are added to ``found``."""
    if isinstance(kind, types.UnionType):
        return {"anyOf": [_of(arm, found) for arm in typing.get_args(kind)]}
    if kind is type(None):
        return {"type": "null"}
    if typing.get_origin(kind) is tuple:
        return {"type": "array", "items": _of(typing.get_args(kind)[0], found)}
    if dataclasses.is_dataclass(kind):
        if kind.__name__ not in found:
            found[kind.__name__] = {}  # holds the place, should one contain itself
            properties = {name: _of(hint, found) for name, hint in typing.get_type_hints(kind).items()}
            if "authenticated_at" in properties:
                properties["authenticated"] = {"const": True, "type": "boolean"}
            found[kind.__name__] = _object(properties)
        return _ref(kind.__name__)
    if issubclass(kind, StrEnum):
        return {"type": "string", "enum": [value.value for value in kind]}
    return _PLAIN[kind]


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def components() -> dict[str, dict[str, Any]]:
    """Every named schema. The record is ``ThesisRecord``."""
    found: dict[str, dict] = {}
    _of(ThesisRecord, found)
    record = found["ThesisRecord"]
    record["properties"] = {"format": {"const": record_json.FORMAT, "type": "string"}, **record["properties"]}
    record["required"] = list(record["properties"])
    found["OrcidId"]["description"] = (
        "An iD that its owner confirmed by signing in at ORCID: when (authenticated_at), at which registry "
        "(environment) and by which client (client_id). path is bare; the URI is https://orcid.org/ and path."
    )
    found["Thesis"] = _object(
        {
            "id": {"type": "string", "format": "uuid"},
            "url": _ADDRESS,
            "datestamp": {**_MOMENT, "description": "When it changed last, or was withdrawn (UTC)."},
            "deleted": {**_FLAG, "description": "It is no longer public: delete what you took of it."},
            "degree_level": {"type": "string", "enum": [level.value for level in DegreeLevel]},
            "programme": {"anyOf": [_object({"id": _NUMBER, "name": _TEXT}), {"type": "null"}]},
            "access": {
                "type": "string",
                "enum": list(ACCESS),
                "description": "Whether readers can open the files; none: there are none here.",
            },
            "formats": {
                "type": "object",
                "description": "The address of each format by its name; none of a thesis that was withdrawn.",
                "propertyNames": {"enum": list(STORED)},
                "additionalProperties": _ADDRESS,
            },
            "record": {"anyOf": [_ref("ThesisRecord"), {"type": "null"}]},
        }
    )
    found["ThesisPage"] = _object(
        {
            "as_of": {**_MOMENT, "description": "The page speaks of changes up to this moment (UTC)."},
            "next": {"anyOf": [_ADDRESS, {"type": "null"}], "description": "The next page; null at the end."},
            "results": {"type": "array", "items": _ref("Thesis")},
        }
    )
    found["Problem"] = _problem()
    return found


def _problem() -> dict[str, Any]:
    about = {"type": _TEXT, "title": _TEXT, "status": _NUMBER, "detail": _TEXT}
    fault = _object({"parameter": _TEXT, "detail": _TEXT})
    more = {"errors": {"type": "array", "items": fault}, "datestamp": _MOMENT}
    return _object(
        about | more,
        required=list(about),
        description="Problem details (RFC 9457); detail is a sentence for people.",
    )


ID = OpenApiParameter("id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The id of the thesis.")
FORMAT = OpenApiParameter(
    "format",
    {"type": "string", "enum": list(STORED)},
    OpenApiParameter.PATH,
    description="; ".join(f"{name}: {form.label}" for name, form in STORED.items()),
)
#: Status -> what it means here; 401 and 429 can come from every address.
_PROBLEMS = {
    400: "A parameter means nothing",
    401: "No key, or one that opens nothing",
    404: "No such thesis, or no such format",
    406: "The header Accept takes no JSON",
    410: "The thesis was withdrawn",
    429: "Too many requests; Retry-After says for how long to wait",
}
_JSON = "application/json"


def answers(name: str, words: str, *others: int) -> dict[Any, OpenApiResponse]:
    """The answers of an address: the schema ``name`` with 200, and the other statuses."""
    return {(200, _JSON): OpenApiResponse(_ref(name), words), **_others(406, *others)}


def answers_in_formats(*others: int) -> dict[Any, OpenApiResponse]:
    """The same for stored formats: their media types."""
    whole = OpenApiResponse(_ref("ThesisRecord"), "The record in this format")
    formats = {
        (200, form.mime): OpenApiResponse(_DATA if form.extension == "json" else _TEXT, whole.description)
        for form in STORED.values()
    }
    return {**formats, (200, _JSON): whole, **_others(*others)}


def _others(*others: int) -> dict[Any, OpenApiResponse]:
    found: dict[Any, OpenApiResponse] = {}
    for status in sorted({401, 429, *others}):
        if status == HTTPStatus.NOT_MODIFIED:
            found[status] = OpenApiResponse(None, "Unchanged since the ETag in If-None-Match")
        else:
            found[status, MIME] = OpenApiResponse(_ref("Problem"), _PROBLEMS[status])
    return found
