"""The API's refusals: one table of ORCID's error codes, and the two dialects a refusal is written in.

Codes and statuses are those of ORCID's Member API v3.0 (OrcidCoreExceptionMapper). The sentences are ours,
except that the duplicate's keeps the words ``please see element with put-code N`` which clients search for.
"""

from dataclasses import dataclass
from string import Formatter
from typing import NamedTuple

REASONS = {
    301: "Moved Permanently",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    409: "Conflict",
    415: "Unsupported Media Type",
    500: "Internal Server Error",
}
MORE_INFO = "https://members.orcid.org/api/resources/troubleshooting"


class Row(NamedTuple):
    """One error code: HTTP status, sentence for developers (a format string), sentence for people."""

    status: int
    developer: str
    user: str


_INVALID = "The message was not valid, so ORCID could not take it."
_NOT_ALLOWED = "The system you use may not do this on the ORCID record."

TABLE: dict[int, Row] = {
    9001: Row(400, "The message does not follow the schema: {detail}", _INVALID),
    9006: Row(400, "{detail}", "The system you use sent ORCID a request that it does not accept."),
    9007: Row(
        409, "The record {orcid} is deprecated. Use {primary}", "This record was replaced by {primary}."
    ),
    9008: Row(500, "Something went wrong in ORCID.", "Something went wrong in ORCID."),
    9010: Row(403, "You are not the source of the {kind}, so you may not change it.", _NOT_ALLOWED),
    9011: Row(404, "There is no record {orcid}.", "The ORCID record was not found."),
    9013: Row(403, "The {kind} is private and you are not its source.", _NOT_ALLOWED),
    9014: Row(403, "{detail}", _NOT_ALLOWED),
    9015: Row(401, "The access token does not hold the scope {scope}.", _NOT_ALLOWED),
    9016: Row(404, "There is no {kind} with put-code {put_code} on this record.", "The item was not found."),
    9017: Row(401, "{detail}", _NOT_ALLOWED),
    9018: Row(409, "The record {orcid} is locked.", "The ORCID record is locked."),
    9019: Row(400, "The URL says put-code {url}, the body says {body}.", _INVALID),
    9020: Row(400, "Invalid message: {detail}", _INVALID),
    9021: Row(
        409,
        "This activity is there already (matched by external identifiers), please see element with put-code "
        "{put_code}. To change it, use PUT with that put-code instead of POST.",
        "The item is on the ORCID record already.",
    ),
    9022: Row(400, "A title is required.", "The item has no title."),
    9023: Row(400, "External identifiers: {detail}", "The item needs a valid external identifier."),
    9024: Row(400, "A new item must not carry a put-code.", _INVALID),
    9028: Row(404, "There is no webhook {url} for the record {orcid}.", "The webhook was not found."),
    9031: Row(409, "A put-code is required to change or delete an item.", _INVALID),
    9035: Row(
        403,
        "The visibility is {stored} and a client may not change it.",
        "Only you can change who sees an item.",
    ),
    9036: Row(409, "The record {orcid} has not been claimed.", "The ORCID record has not been claimed."),
    9037: Row(400, "Invalid {what}, valid values are: {values}.", _INVALID),
    9038: Row(403, "409 Conflict: the access token does not hold the scope {scope}.", _NOT_ALLOWED),
    9039: Row(403, "The {kind} is not public.", _NOT_ALLOWED),
    9042: Row(
        400, "No more than {limit} works can be read at once.", "Too many items were asked for at once."
    ),
    9043: Row(400, "start cannot be above {limit} without client credentials.", _INVALID),
    9044: Row(409, "The record {orcid} is deactivated.", "The ORCID record was deactivated by its owner."),
    9045: Row(400, "The disambiguated organization is missing or unknown: {detail}", _INVALID),
    9046: Row(400, "An organization is required.", _INVALID),
    9047: Row(400, "The JSON could not be read: {detail}", _INVALID),
    9048: Row(
        409, "A record holds at most {limit} works.", "There is no room for another work on the record."
    ),
    9049: Row(400, "There is no such date: {detail}", _INVALID),
    9051: Row(400, "Invalid value for {what}: {value}", _INVALID),
    9055: Row(400, "The start date is after the end date.", _INVALID),
    9057: Row(409, "The client {client} is locked.", "The system you use is locked at ORCID."),
    9058: Row(400, "404 Not Found: invalid contributor role {role}, valid values are: {values}.", _INVALID),
    9060: Row(400, "The organization's address needs city and country.", _INVALID),
    9062: Row(400, "A disambiguated organization or an external identifier is required.", _INVALID),
}

#: Every name that a sentence of the table holds.
_DETAILS = {
    name for row in TABLE.values() for text in row[1:] for _t, name, _f, _c in Formatter().parse(text) if name
}


@dataclass
class ApiError(Exception):
    """A refusal in ORCID's own dialect. ``status`` is only given where one code has several (9001, 9007)."""

    code: int
    status: int
    developer: str
    user: str
    location: str = ""

    def body(self) -> dict:
        """The error in ORCID's JSON form; the XML is made from it (error-3.0.xsd)."""
        return {
            "response-code": self.status,
            "developer-message": f"{self.status} {REASONS[self.status]}: {self.developer}",
            "user-message": self.user,
            "error-code": self.code,
            "more-info": MORE_INFO,
        }


def refuse(code: int, *, status: int | None = None, location: str = "", **details: object) -> ApiError:
    """Make the ApiError for ``code`` from the table; ``details`` fill its sentences."""
    row = TABLE[code]
    return ApiError(
        code, status or row.status, row.developer.format(**details), row.user.format(**details), location
    )


def example(code: int) -> ApiError:
    """The refusal with ``code`` when nothing in particular is wrong: for faults on demand."""
    return refuse(code, **dict.fromkeys(_DETAILS, "on demand"))


@dataclass
class TokenError(Exception):
    """A refusal of the security layer, in OAuth's dialect: 401 ``invalid_token`` or 403 ``forbidden``."""

    status: int
    error: str
    description: str

    def body(self) -> dict:
        """The body in OAuth's dialect, ready for JSON (RFC 6749, section 5.2)."""
        return {"error": self.error, "error_description": self.description}
