"""One call to ORCID's API 3.0, and what came back: within the budget, written to the history, and no write repeated by
itself. What is asked for whom is in ``client``.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from .. import ids
from ..models import ApiCall, Connection, OrcidItem
from . import budget, circuit, errors
from .history import answer_to, recorded

JSON_TYPE = "application/vnd.orcid+json"
XML_TYPE = "application/vnd.orcid+xml"
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
        response = answer_to(row, method, (base or settings.ORCID_API_URL) + path, data=body, headers=headers)
        if response is None:
            answer = Answer(None, errors.NO_ANSWER, call=row)
        else:
            answer = _read(method, path, response, (access_token, secret), row)
    circuit.note(answered=answer.status is not None and answer.status < 500)
    return answer


@sensitive_variables()
def _read(
    method: str, path: str, response: requests.Response, secrets: tuple[str, ...], row: ApiCall
) -> Answer:
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
