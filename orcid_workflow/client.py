"""Calls to ORCID's API 3.0: one function a call, each written to the history, none repeating a write by
itself.
"""

import re
import threading
from dataclasses import dataclass, field
from typing import Any

import requests
from django.conf import settings
from django.utils import timezone
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from . import errors
from .history import recorded
from .models import ApiCall, Connection, OrcidItem, Token
from .models.connections import READ_SCOPE, WRITE_SCOPE

JSON_TYPE = "application/vnd.orcid+json"
XML_TYPE = "application/vnd.orcid+xml"
_local = threading.local()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``status`` is None when nothing did; ``ruling`` is None exactly when the call
    succeeded.

    ``text`` is ORCID's own wording without tokens; ``data`` is the body of a successful JSON read. ``call`` is
    None exactly when nothing was called.
    """

    status: int | None
    ruling: errors.Ruling | None = None
    error_code: str = ""
    text: str = ""
    put_code: int | None = None
    data: Any = field(default=None, repr=False)
    call: ApiCall | None = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        """Whether ORCID did what was asked."""
        return self.ruling is None


def session() -> requests.Session:
    """Return this thread's session (connections are kept open). Only GET is ever repeated by it."""
    if not hasattr(_local, "session"):
        retry = Retry(
            total=2,
            connect=2,
            read=1,
            status=2,
            redirect=0,
            backoff_factor=0.3,
            status_forcelist=[429, 502, 503, 504],
            allowed_methods={"GET"},
            raise_on_status=False,
        )
        _local.session = requests.Session()
        _local.session.headers["User-Agent"] = "orcid-workflow (Django)"
        for scheme in ("http://", "https://"):
            _local.session.mount(scheme, HTTPAdapter(max_retries=retry))
    return _local.session


def put_code_of(location: str | None) -> int | None:
    """Return the put-code at the end of a ``Location``, or None when there is none above 0 (orcid.md §22)."""
    found = re.fullmatch(r"\d+", (location or "").split("?")[0].rstrip("/").rsplit("/", 1)[-1])
    return int(found[0]) or None if found else None


def call(
    method: str,
    path: str,
    access_token: str,
    *,
    body: bytes | None = None,
    accept: str = JSON_TYPE,
    connection: Connection | None = None,
    item: OrcidItem | None = None,
) -> Answer:
    """Make one call. ``path`` follows ``ORCID_API_URL`` and begins with a slash. Raises nothing for a bad
    answer.
    """
    headers = {"Accept": accept, "Authorization": f"Bearer {access_token}"}
    if body is not None:
        headers["Content-Type"] = XML_TYPE
    with recorded(method, path, connection=connection, item=item) as row:
        try:
            response = session().request(
                method,
                settings.ORCID_API_URL + path,
                data=body,
                headers=headers,
                timeout=settings.ORCID_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            row.outcome = f"No answer arrived ({type(error).__name__})."
            return Answer(None, errors.NO_ANSWER, call=row)
        row.status = response.status_code
        if 200 <= response.status_code < 300:
            row.outcome = "Done."
            data = None
            if method == "GET":
                try:
                    data = response.json()
                except ValueError:
                    row.outcome = "The answer was not JSON."
                    return Answer(response.status_code, errors.NO_ANSWER, text=row.outcome, call=row)
            return Answer(
                response.status_code,
                put_code=put_code_of(response.headers.get("Location")),
                data=data,
                call=row,
            )
        fault = errors.parse(response.content, response.headers.get("Content-Type", ""))
        ruling = errors.decide(response.status_code, fault.code)
        row.error_code = fault.code[:40]
        row.outcome = errors.scrub(fault.text, access_token)[:1000] or ruling.staff
        return Answer(response.status_code, ruling, row.error_code, row.outcome, call=row)


def _for_connection(
    connection: Connection,
    method: str,
    path: str,
    scopes: tuple[str, ...],
    *,
    tokens: list[Token] | None = None,
    **kwargs: Any,
) -> Answer:
    """Make a call with the newest token that permits it; a token that ORCID calls dead is marked, the next
    one tried, also after one that we cannot decrypt.
    """
    from .connections import tokens_died

    answer = Answer(None, errors.NO_PERMISSION, error_code="no_token")
    tokens = connection.live_tokens(*scopes) if tokens is None else tokens
    if not tokens and connection.is_connected:
        tokens_died(connection)  # they ran out, each at its own time
    for token in tokens:
        access_token = token.read("access_token")
        if access_token is None:
            answer = Answer(None, errors.UNREADABLE_TOKEN, error_code=errors.UNREADABLE_CODE)
            continue
        answer = call(method, f"/{connection.orcid}{path}", access_token, connection=connection, **kwargs)
        if answer.error_code != "invalid_token":
            return answer
        Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
        tokens_died(connection)
    return answer


def read_record(connection: Connection) -> Answer:
    """GET the whole record as JSON; ``Answer.data`` holds it. ``profile.refresh`` also stores it."""
    return _for_connection(connection, "GET", "/record", (READ_SCOPE, WRITE_SCOPE))


def read_works(connection: Connection, *, item: OrcidItem | None = None) -> Answer:
    """GET the grouped summaries of all works as JSON: ours whatever their visibility, others as far as
    shared.
    """
    return _for_connection(connection, "GET", "/works", (READ_SCOPE, WRITE_SCOPE), item=item)


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


def own_put_code(works: Any, client_id: str, self_ids: list[list[str]]) -> int | None:
    """Return the put-code of our own work with one of ``self_ids`` ([type, value]) in the JSON of
    ``read_works``.

    A group has one summary for each source, so all of them are searched for our client (orcid.md §9). Values
    are compared without regard to case, as ORCID does for most types; ours never differ by case alone.
    """
    wanted = {(kind, value.lower()) for kind, value in self_ids}
    for group in (works or {}).get("group") or []:
        for summary in group.get("work-summary") or []:
            source = ((summary.get("source") or {}).get("source-client-id") or {}).get("path")
            found = {
                (entry.get("external-id-type"), str(entry.get("external-id-value") or "").lower())
                for entry in (summary.get("external-ids") or {}).get("external-id") or []
                if str(entry.get("external-id-relationship") or "").lower() == "self"
            }
            if source == client_id and wanted & found and (summary.get("put-code") or 0) > 0:
                return int(summary["put-code"])
    return None
