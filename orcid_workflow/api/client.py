"""What is asked of ORCID's API 3.0 for a person: one function a call, made with the tokens of their connection."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from .. import scopes, wishes
from ..models import Connection, OrcidItem, Token
from ..models.connections import WRITE_SCOPE
from . import errors
from .calls import JSON_TYPE, XML_TYPE, Answer, call, put_code_of
from .client_tokens import client_token
from .transport import session

__all__ = [
    "JSON_TYPE",
    "SECTIONS",
    "XML_TYPE",
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

#: The section of a record in which items of a kind are.
SECTIONS = {"work": "works", "education": "educations"}
MOST_WORKS = 100  # in one call, else 400/9042 (orcid.md §9)


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


def _summaries(section: Any) -> Iterator[dict]:
    """Yield the summaries of works, which stand in their group, and of affiliations, one wrapping deeper."""
    section = section or {}
    for group in section.get("group") or []:
        yield from group.get("work-summary") or []
    for group in section.get("affiliation-group") or []:
        for wrapped in group.get("summaries") or []:
            yield from (summary for summary in (wrapped or {}).values() if isinstance(summary, dict))
