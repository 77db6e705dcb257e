"""Calls to ORCID's API 3.0: one function a call, each within the budget and written to the history, none repeating a
write by itself.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from .. import ids, scopes, wishes
from ..models import ApiCall, Connection, OrcidItem, Token
from ..models.connections import WRITE_SCOPE
from . import budget, circuit, errors
from .client_tokens import client_token
from .history import recorded
from .transport import session

__all__ = [
    "SECTIONS",
    "Answer",
    "call",
    "client_token",
    "delete_item",
    "own_put_code",
    "post_item",
    "put_code_of",
    "put_item",
    "read_record",
    "read_section",
    "read_works_in_full",
    "session",
]

JSON_TYPE = "application/vnd.orcid+json"
XML_TYPE = "application/vnd.orcid+xml"
#: The section of a record in which items of a kind are.
SECTIONS = {"work": "works", "education": "educations"}
MOST_WORKS = 100  # in one call, else 400/9042 (orcid.md §9)
_BUSY = (None, 429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``status`` is None when nothing did; ``ruling`` is None exactly when the call
    succeeded.

    ``text`` is ORCID's own wording without tokens; ``data`` is the body of a successful JSON read. ``call`` is
    None exactly when nothing was called. ``primary`` is the iD a deprecated one was merged into. ``newest`` is the
    number of the newest token there was when the call began, 0 when there was none.
    """

    status: int | None
    ruling: errors.Ruling | None = None
    error_code: str = ""
    text: str = ""
    put_code: int | None = None
    data: Any = field(default=None, repr=False)
    call: ApiCall | None = field(default=None, repr=False)
    primary: str = ""
    newest: int = 0

    @property
    def ok(self) -> bool:
        """Whether ORCID did what was asked."""
        return self.ruling is None


def put_code_of(location: str | None) -> int | None:
    """Return the put-code at the end of a ``Location``, or None when there is none above 0 (orcid.md §22)."""
    found = re.fullmatch(r"\d+", (location or "").split("?")[0].rstrip("/").rsplit("/", 1)[-1])
    return int(found[0]) or None if found else None


@sensitive_variables()
def call(
    method: str,
    path: str,
    access_token: str,
    *,
    body: bytes | None = None,
    accept: str = JSON_TYPE,
    connection: Connection | None = None,
    item: OrcidItem | None = None,
    base: str | None = None,
    secret: str = "",
) -> Answer:
    """Make one call. ``path`` follows ``base`` (``ORCID_API_URL``) and begins with a slash. Raises nothing for a bad
    answer. ``secret`` is a part of the path that the history must not show.

    A GET that finds ORCID busy is made once more. Without a place in the budget, or while ORCID is down, nothing is
    called (``Answer.call`` is None).
    """
    answer = _call(method, path, access_token, body, accept, connection, item, base, secret)
    if method == "GET" and answer.status in _BUSY and answer.call is not None:
        answer = _call(method, path, access_token, body, accept, connection, item, base, secret)
    return answer


@sensitive_variables()
def _call(method, path, access_token, body, accept, connection, item, base, secret) -> Answer:
    if not circuit.allows():
        return Answer(None, errors.DOWN)
    if not budget.acquire():
        return Answer(None, errors.NO_BUDGET)
    headers = {"Accept": accept, "Authorization": f"Bearer {access_token}"}
    if body is not None:
        headers["Content-Type"] = XML_TYPE
    shown = path.replace(secret, "[key]") if secret else path
    with recorded(method, shown, connection=connection, item=item) as row:
        try:
            response = session().request(
                method,
                (base or settings.ORCID_API_URL) + path,
                data=body,
                headers=headers,
                timeout=settings.ORCID_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            row.outcome = f"No answer arrived ({type(error).__name__})."
            answer = Answer(None, errors.NO_ANSWER, call=row)
        else:
            answer = _read(method, path, response, (access_token, secret), row)
    circuit.note(answered=answer.status is not None and answer.status < 500)
    return answer


@sensitive_variables()
def _read(
    method: str, path: str, response: requests.Response, secrets: tuple[str, ...], row: ApiCall
) -> Answer:
    row.status = response.status_code
    location = response.headers.get("Location")
    if 200 <= response.status_code < 300:
        row.outcome = "Done."
        data = None
        if method == "GET":
            try:
                data = response.json()
            except ValueError:
                row.outcome = "The answer was not JSON."
                return Answer(response.status_code, errors.NO_ANSWER, text=row.outcome, call=row)
        return Answer(response.status_code, put_code=put_code_of(location), data=data, call=row)
    fault = errors.parse(response.content, response.headers.get("Content-Type", ""))
    primary = _id_in(location)
    if primary in path:
        primary = ""  # moved, but not to another iD
    code = fault.code or ("9007" if response.status_code == 301 and primary else "")
    ruling = errors.decide(response.status_code, code)
    row.error_code = code[:40]
    row.outcome = errors.scrub(fault.text, *secrets)[:1000] or ruling.staff
    return Answer(
        response.status_code,
        ruling,
        row.error_code,
        row.outcome,
        call=row,
        primary=primary if code == "9007" else "",
    )


def _id_in(location: str | None) -> str:
    """Return the first valid iD in the path of a ``Location``, or ""."""
    for part in urlsplit(location or "").path.split("/"):
        try:
            return ids.normalise(part)
        except ValueError:
            continue
    return ""


@sensitive_variables()
def _for_connection(
    connection: Connection,
    method: str,
    path: str,
    wanted: tuple[str, ...],
    *,
    tokens: list[Token] | None = None,
    **kwargs: Any,
) -> Answer:
    """Make a call with the newest token that permits it; a token that ORCID calls dead is marked, the next
    one tried, also after one that we cannot decrypt.
    """
    from ..connections import tokens_died

    if connection.environment != settings.ORCID_ENVIRONMENT:
        return Answer(None, errors.decide(404, "9011"), error_code="environment")  # nothing crosses over
    if method != "GET" and scopes.is_public():
        return Answer(None, errors.PUBLIC_API, error_code=errors.PUBLIC_CODE)
    live = connection.live_tokens()
    newest = max((token.pk for token in live), default=0)
    answer = Answer(None, errors.NO_PERMISSION, error_code="no_token", newest=newest)
    if tokens is None:
        tokens = [token for token in live if not wanted or token.scopes & set(wanted)]
    if not tokens and connection.is_connected:
        tokens_died(connection)  # they ran out, each at its own time
    for token in tokens:
        access_token = token.read("access_token")
        if access_token is None:
            answer = Answer(None, errors.UNREADABLE_TOKEN, error_code=errors.UNREADABLE_CODE, newest=newest)
            continue
        answer = call(method, f"/{connection.orcid}{path}", access_token, connection=connection, **kwargs)
        answer = replace(answer, newest=newest)
        if answer.primary:
            return _at_primary(connection, answer, method, path, access_token, **kwargs)
        _note_record(connection, answer)
        if answer.error_code != "invalid_token":
            return answer
        Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
        tokens_died(connection)
    return answer


@sensitive_variables()
def _at_primary(
    connection: Connection, refused: Answer, method: str, path: str, access_token: str, **kwargs: Any
) -> Answer:
    """Keep which iD this one was merged into, and make the call there, once (9007, orcid.md §16). Where our token is
    not accepted there, what ORCID said first stands: the person is asked.
    """
    state = Connection.RecordState.DEPRECATED
    if (connection.record_state, connection.primary_orcid) != (state, refused.primary):
        connection.record_state, connection.primary_orcid = state, refused.primary
        Connection.objects.filter(pk=connection.pk).update(record_state=state, primary_orcid=refused.primary)
    answer = call(method, f"/{refused.primary}{path}", access_token, connection=connection, **kwargs)
    no_access = answer.status in (401, 403) or answer.primary
    return replace(refused, call=answer.call) if no_access else answer


_CLOSED = {
    "9018": Connection.RecordState.LOCKED,
    "9036": Connection.RecordState.UNCLAIMED,
    "9044": Connection.RecordState.DEACTIVATED,
}


def _note_record(connection: Connection, answer: Answer) -> None:
    """Keep what an answer says of the record itself: closed, or open again, and then what was parked goes on."""
    state = Connection.RecordState.OPEN if answer.ok else _CLOSED.get(answer.error_code)
    if state is None or state == connection.record_state:
        return
    connection.record_state = state
    connection.primary_orcid = "" if answer.ok else connection.primary_orcid
    Connection.objects.filter(pk=connection.pk).update(
        record_state=state, primary_orcid=connection.primary_orcid
    )
    if answer.ok:
        wishes.record_opened(connection, tuple(_CLOSED))


def read_record(connection: Connection) -> Answer:
    """GET the whole record as JSON; ``Answer.data`` holds it. ``profile.refresh`` also stores it."""
    return _for_connection(connection, "GET", "/record", scopes.for_reading())


def read_section(connection: Connection, section: str, *, item: OrcidItem | None = None) -> Answer:
    """GET the grouped summaries of ``section`` (``works``, ``educations`` …) as JSON: ours whatever their
    visibility, others as far as shared.
    """
    return _for_connection(connection, "GET", f"/{section}", scopes.for_reading(), item=item)


def read_works_in_full(connection: Connection, put_codes: list[int]) -> Answer:
    """GET whole works, 100 a call; ``Answer.data`` is a list of them (JSON), those that ORCID does not find left out.

    The first call that fails is the answer.
    """
    answer, works = Answer(200, data=[]), []
    for start in range(0, len(put_codes), MOST_WORKS):
        codes = ",".join(str(int(code)) for code in put_codes[start : start + MOST_WORKS])
        answer = _for_connection(connection, "GET", f"/works/{codes}", scopes.for_reading())
        if not answer.ok:
            return answer
        entries = (answer.data.get("bulk") if isinstance(answer.data, dict) else None) or []
        works += [entry["work"] for entry in entries if isinstance(entry, dict) and entry.get("work")]
    return replace(answer, data=works)


def post_item(connection: Connection, kind: str, message: bytes, *, item: OrcidItem | None = None) -> Answer:
    """POST a new item; ``Answer.put_code`` is its put-code, None when the ``Location`` could not be read."""
    return _for_connection(
        connection, "POST", f"/{kind}", (WRITE_SCOPE,), body=message, accept=XML_TYPE, item=item
    )


def put_item(
    connection: Connection, kind: str, put_code: int, message: bytes, *, item: OrcidItem | None = None
) -> Answer:
    """PUT over an own item. ``message`` carries the same put-code (9019)."""
    return _for_connection(
        connection, "PUT", f"/{kind}/{put_code}", (WRITE_SCOPE,), body=message, accept=XML_TYPE, item=item
    )


def delete_item(connection: Connection, kind: str, put_code: int, *, item: OrcidItem | None = None) -> Answer:
    """DELETE an own item. A token the person withdrew at ORCID still deletes (orcid.md §6), so dead ones are
    tried.
    """
    newest_first = connection.tokens.filter(revoke_again_at=None).order_by("-created_at", "-pk")
    tokens = sorted(
        (token for token in newest_first if WRITE_SCOPE in token.scopes),
        key=lambda token: token.revoked_at is not None,
    )
    return _for_connection(
        connection, "DELETE", f"/{kind}/{put_code}", (WRITE_SCOPE,), tokens=tokens, accept=XML_TYPE, item=item
    )


def own_put_code(section: Any, client_id: str, self_ids: list[list[str]]) -> int | None:
    """Return the put-code of our own item with one of ``self_ids`` ([type, value]) in the JSON of
    ``read_section``.

    A group has one summary for each source, so all of them are searched for our client (orcid.md §9). Values
    are compared without regard to case, as ORCID does for most types; ours never differ by case alone.
    """
    wanted = {(kind, value.lower()) for kind, value in self_ids}
    for summary in _summaries(section):
        source = ((summary.get("source") or {}).get("source-client-id") or {}).get("path")
        found = {
            (entry.get("external-id-type"), str(entry.get("external-id-value") or "").lower())
            for entry in (summary.get("external-ids") or {}).get("external-id") or []
            if str(entry.get("external-id-relationship") or "").lower() == "self"
        }
        if source == client_id and wanted & found and (summary.get("put-code") or 0) > 0:
            return int(summary["put-code"])
    return None


def _summaries(section: Any):
    """Yield the summaries of works, which stand in their group, and of affiliations, one wrapping deeper."""
    section = section or {}
    for group in section.get("group") or []:
        yield from group.get("work-summary") or []
    for group in section.get("affiliation-group") or []:
        for wrapped in group.get("summaries") or []:
            yield from (summary for summary in (wrapped or {}).values() if isinstance(summary, dict))
