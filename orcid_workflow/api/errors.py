"""What an answer of ORCID means: one table from status and error-code to what is done and what is said.

From orcid.md §16. Texts of the registry are never matched (they change, and some name the wrong status); the
only text that is read is the put-code in a 409/9021 (§15), and whoever reads it has another way when it is
not there.
"""

import json
import re
import traceback
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree


class Action(StrEnum):
    """What mends it."""

    RETRY = "retry"
    RECONNECT = "reconnect"
    ASK_PERSON = "ask_person"
    ASK_STAFF = "ask_staff"
    ADOPT_PUT_CODE = "adopt_put_code"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What to do about an answer. ``person`` and ``staff`` are sentences to show to them."""

    action: Action
    person: str
    staff: str


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as ORCID worded it. ``code`` is the number (``"9021"``) or the OAuth error
    (``"invalid_token"``).
    """

    code: str = ""
    text: str = ""


_OFFICE = "ORCID did not accept what we sent. The office has been told; you need not do anything."
_AGAIN = "ORCID did not answer properly. We try again by ourselves; nothing is lost."
_CONNECT = "ORCID no longer lets us write to your record. Connect your ORCID iD again, and we go on."
_SCOPE = (
    "You did not give us permission to write to your record. Connect again and allow it, if you wish us to."
)
_SETUP = (
    "Something is wrong between this site and ORCID. The office has to mend it; nothing of yours is lost."
)

_R, _C, _P, _S = Action.RETRY, Action.RECONNECT, Action.ASK_PERSON, Action.ASK_STAFF

# (status, error-code): either may be None for "any". The most exact row wins.
_TABLE: dict[tuple[int | None, str | None], Ruling] = {
    (None, None): Ruling(
        _S, _OFFICE, "ORCID gave an answer that is not in our table; read the call in the history."
    ),
    (401, None): Ruling(_C, _CONNECT, "ORCID refused the token: unknown, expired or withdrawn."),
    (401, "invalid_token"): Ruling(_C, _CONNECT, "The token is unknown, expired or was withdrawn at ORCID."),
    (401, "9015"): Ruling(_C, _SCOPE, "The token has no scope for this call."),
    (401, "9017"): Ruling(
        _C, _CONNECT, "The token belongs to another iD, or the client is no member client."
    ),
    (403, "9038"): Ruling(_C, _SCOPE, "The token lacks the scope."),
    (403, "forbidden"): Ruling(_S, _SETUP, "The call carried no token."),
    (500, "9008"): Ruling(_R, _AGAIN, "ORCID reported a fault of its own."),
    (403, "9010"): Ruling(
        _S, _OFFICE, "The item was written by another client and cannot be changed by ours."
    ),
    (403, "9013"): Ruling(
        _P, "This item is private on your record, so we cannot see it.", "The item is private."
    ),
    (403, "9014"): Ruling(_S, _SETUP, "Forbidden for this client."),
    (403, "9035"): Ruling(
        _S, _OFFICE, "The message tried to change the visibility, which only the owner may do."
    ),
    (403, "9039"): Ruling(_P, "This item is not public on your record.", "The item is not public."),
    # Not a word from the registry itself: a wrong address or a proxy, which says nothing about the item.
    (404, None): Ruling(_S, _SETUP, "There is nothing at this address; check ORCID_API_URL."),
    (404, "9011"): Ruling(
        _S, "ORCID does not know your iD here.", "The record does not exist in this environment."
    ),
    (404, "9016"): Ruling(
        Action.GONE,
        "It is no longer on your ORCID record: you, or someone you trust, removed it there.",
        "The put-code is gone: the owner removed the item.",
    ),
    (404, "9028"): Ruling(_S, _SETUP, "There is no such webhook at ORCID."),
    (None, "9007"): Ruling(
        _P,
        "This ORCID iD was merged into another one of yours. Disconnect, then connect the one you use now.",
        "The iD is deprecated; Location names the primary iD.",
    ),
    (None, "9018"): Ruling(
        _P, "ORCID has locked this record. Ask ORCID support to open it.", "The record is locked."
    ),
    (409, "9021"): Ruling(
        Action.ADOPT_PUT_CODE, "It is on your record already.", "An item of ours has this id."
    ),
    (409, "9031"): Ruling(_S, _OFFICE, "A put-code was needed in the message."),
    (409, "9036"): Ruling(
        _R, "Your ORCID record is not yet claimed. We try again later.", "Record unclaimed."
    ),
    (None, "9044"): Ruling(
        _P,
        "This ORCID record is deactivated. Open it again at ORCID, or connect the iD you use now.",
        "The record is deactivated.",
    ),
    (409, "9048"): Ruling(
        _P, "Your ORCID record is full: it holds 10,000 works.", "10,000 works on the record."
    ),
    (409, "9032"): Ruling(_P, "You chose not to receive notices at ORCID.", "Notifications are off."),
    (409, "9057"): Ruling(_S, _SETUP, "ORCID has locked our client. Write to ORCID at once."),
    (None, "9001"): Ruling(
        _S, _OFFICE, "The message failed ORCID's schema, or its media type or method is wrong."
    ),
    (400, "9006"): Ruling(_S, _OFFICE, "Illegal argument, or more than 100 items in one call."),
    (400, "9019"): Ruling(_S, _OFFICE, "Put-codes in address and message differ."),
    (400, "9020"): Ruling(_S, _OFFICE, "A date, a funded-by type or the citation is not valid."),
    (400, "9022"): Ruling(_S, _OFFICE, "The title is missing."),
    (400, "9023"): Ruling(_S, _OFFICE, "An external identifier is missing, unknown, or none is 'self'."),
    (400, "9024"): Ruling(_S, _OFFICE, "A put-code was sent with a new item."),
    (400, "9037"): Ruling(_S, _OFFICE, "Type, language or country is not in ORCID's list."),
    (400, "9042"): Ruling(_S, _OFFICE, "More than 100 items were asked for in one call."),
    (400, "9043"): Ruling(_S, _OFFICE, "A search without credentials begins too far on."),
    (400, "9045"): Ruling(_S, _OFFICE, "ORCID does not know the organisation id."),
    (400, "9046"): Ruling(_S, _OFFICE, "The organisation is missing."),
    (400, "9047"): Ruling(_S, _OFFICE, "The JSON could not be read or failed the schema."),
    (400, "9049"): Ruling(_S, _OFFICE, "A date is impossible."),
    (400, "9051"): Ruling(_S, _OFFICE, "A value is not in ORCID's list."),
    (400, "9055"): Ruling(_S, _OFFICE, "The end is before the start."),
    (400, "9058"): Ruling(_S, _OFFICE, "A contributor's role is not in ORCID's list."),
    (400, "9060"): Ruling(_S, _OFFICE, "The affiliation has no city and country."),
    (400, "9062"): Ruling(_S, _OFFICE, "The affiliation has neither organisation id nor external id."),
    (429, None): Ruling(_R, _AGAIN, "Too many calls: the quota is used up."),
    (503, None): Ruling(_R, _AGAIN, "ORCID is busy or down."),
    # Security layer and token endpoint: keyed on the error, never on the status (§5).
    (None, "invalid_client"): Ruling(_S, _SETUP, "ORCID does not know our client id and secret."),
    (None, "unauthorized_client"): Ruling(_S, _SETUP, "Our client may not do this; it may be locked."),
    (None, "client_locked"): Ruling(_S, _SETUP, "ORCID has locked our client. Write to ORCID at once."),
    (None, "client_deactivated"): Ruling(_S, _SETUP, "ORCID has deactivated our client."),
    (None, "invalid_scope"): Ruling(_S, _SETUP, "Our client may not ask for one of the scopes."),
    (None, "invalid_request"): Ruling(_S, _SETUP, "A parameter of the OAuth request is missing."),
    (None, "unsupported_grant_type"): Ruling(_S, _SETUP, "The OAuth request is malformed."),
    (None, "invalid_grant"): Ruling(
        _P, "The answer from ORCID was used already or came too late. Start again.", "Code used or expired."
    ),
    (None, "access_denied"): Ruling(_P, "You did not allow it at ORCID.", "The person denied access."),
    (None, "server_error"): Ruling(_R, _AGAIN, "ORCID reported a fault of its own."),
    (None, "temporarily_unavailable"): Ruling(_R, _AGAIN, "ORCID is down for the moment."),
}

NO_ANSWER = Ruling(_R, _AGAIN, "No answer arrived: a timeout or a broken connection.")
_SERVER_FAULT = Ruling(_R, _AGAIN, "ORCID reported a fault of its own.")
NO_PERMISSION = Ruling(_C, _CONNECT, "There is no token that permits this call.")
UNREADABLE_TOKEN = Ruling(
    _R,
    "We cannot read the permission you gave us; the office has to mend that. Connect your ORCID iD again, and we "
    "go on at once.",
    "No key in ORCID_ENCRYPTION_KEYS fits a stored token: put the key it was written with back at the end.",
)
UNREADABLE_CODE = "unreadable_token"
#: What should be there cannot be said in a message that ORCID would take; the reason says what is missing.
MESSAGE_CODE = "message"
DOWN = Ruling(
    _R,
    "ORCID is out of order for the moment. We go on by ourselves when it is back; nothing is lost.",
    "The circuit is open: calls failed in a row, and ORCID said that it is down, or nothing.",
)
NO_BUDGET = Ruling(
    _R,
    "Many records are being written at the moment. This one's turn comes by itself.",
    "No call was free within the time, or the budget of calls cannot be kept: see the worker's log.",
)
CAME_BACK = Ruling(
    _R,
    "You connected again at the very moment in which ORCID refused the old permission. We try again by ourselves.",
    "The token was refused, but a newer one has arrived meanwhile.",
)
#: Nothing about the item is to blame: it waits without using up an attempt.
HELD_BACK = (DOWN, NO_BUDGET, CAME_BACK)
PUBLIC_API = Ruling(
    _S,
    "This site is not a member of ORCID and cannot write to your record. You can add it at ORCID yourself.",
    "ORCID_API_KIND is public: the Public API writes nothing.",
)
PUBLIC_CODE = "public_api"
OUR_FAULT = Ruling(
    _R,
    "Something went wrong here, not at ORCID and not with you. We try again by ourselves; nothing is lost.",
    "A fault of this program: the worker's log says where.",
)
NO_PUT_CODE = Ruling(
    _R, _AGAIN, "ORCID took the item but its put-code could not be read; we look for it on the record."
)
NOT_FOUND_AGAIN = Ruling(
    _S, _OFFICE, "ORCID says the item exists already, but it is not among the items our client wrote."
)
TWIN = Ruling(_S, _OFFICE, "Another item here has the same identifier and is on the record under it.")


def decide(status: int | None, code: str = "") -> Ruling:
    """Return the ruling for an answer that was no success. ``status`` is None when no answer arrived."""
    if status is None:
        return NO_ANSWER
    for key in ((status, code or None), (None, code or None), (status, None)):
        if key != (None, None) and key in _TABLE:
            return _TABLE[key]
    return _SERVER_FAULT if status >= 500 else _TABLE[None, None]


# Every ruling with the error-code that an item keeps of it.
_EVERY = (
    *((code or "", ruling) for (_status, code), ruling in _TABLE.items()),
    *(("", ruling) for ruling in (NO_ANSWER, DOWN, NO_BUDGET, CAME_BACK, OUR_FAULT, NO_PUT_CODE)),
    ("no_token", NO_PERMISSION),
    (UNREADABLE_CODE, UNREADABLE_TOKEN),
    (PUBLIC_CODE, PUBLIC_API),
    ("9021", NOT_FOUND_AGAIN),
    ("9021", TWIN),
)
_NO_PROPER_ANSWER = (
    "ORCID gave no proper answer: none at all, a fault of its own, or too many calls. The history says which."
)


def for_staff(code: str, person: str) -> str:
    """Return for the office what the ruling means that an item keeps by ``code``. ``person``, what its owner is told,
    tells apart those that share a code.
    """
    same = [ruling for name, ruling in _EVERY if name == code]
    said = {ruling.staff: ruling for ruling in same if ruling.person == person} or {
        ruling.staff: ruling for ruling in same[:1] if code
    }
    if not said:
        return _TABLE[None, None].staff
    if len(said) > 2:
        return _NO_PROPER_ANSWER
    return " Or: ".join(said)


def parse(body: bytes, content_type: str = "") -> Fault:
    """Read an error body in either of ORCID's dialects, JSON or XML. Anything else gives its beginning as the
    text.

    Never raises: an error page of a proxy is an answer too.
    """
    text = body.decode("utf-8", "replace").strip()
    if "json" in content_type or text.startswith("{"):
        try:
            data = json.loads(text)
        except ValueError:
            data = None
        if isinstance(data, dict):
            code = data.get("error-code") or data.get("error") or ""
            words = (
                data.get("developer-message")
                or data.get("error_description")
                or data.get("error-description")
            )
            return Fault(str(code), str(words or data.get("user-message") or ""))
    if text.startswith("<"):
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            root = etree.fromstring(body, parser)
        except (etree.XMLSyntaxError, ValueError):
            return Fault("", text[:500])
        values = {
            etree.QName(child).localname: child.text or "" for child in root if isinstance(child.tag, str)
        }
        if "error-code" in values or "developer-message" in values:
            return Fault(values.get("error-code", "").strip(), values.get("developer-message", ""))
        if "error" in values or "error_description" in values:
            return Fault(values.get("error", "").strip(), values.get("error_description", ""))
    return Fault("", text[:500])


def put_code_in(text: str) -> int | None:
    """Return the put-code named in the text of a 409/9021 (orcid.md §15), or None."""
    found = re.search(r"put-code\s+(\d+)", text)
    return int(found[1]) or None if found else None


_TOKEN_LIKE = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|(?i:bearer\s+\S+)|eyJ[\w-]+\.[\w.-]+"
)


def scrub(text: str, *secrets: str) -> str:
    """Return ``text`` without tokens: the given ones, and whatever looks like one (UUIDs, JWTs, bearer
    headers).
    """
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[token]")
    return _TOKEN_LIKE.sub("[token]", text)


def trail(fault: BaseException) -> str:
    """Return the kind of an exception and the lines it came through, for a log. Its own words are left out: they may
    hold a token or what somebody wrote.
    """
    return f"{type(fault).__name__}\n{''.join(traceback.format_tb(fault.__traceback__))}"
