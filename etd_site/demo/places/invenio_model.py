"""What InvenioRDM keeps: records, one document each. ``published`` and ``draft`` are bodies with files, or None."""

import datetime as dt
import secrets
from typing import Any

from .invenio_rules import faults
from .store import Shelf
from .web import Refusal, Request

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def record_of(shelf: Shelf, key: str) -> dict:
    """The record. Raises ``Refusal`` (404)."""
    if record := shelf.get("records", key):
        return record
    raise Refusal(404, "The persistent identifier does not exist.")


def alive(shelf: Shelf, key: str) -> dict:
    """The record, unless a tombstone is in its place. Raises ``Refusal`` (404, 410)."""
    record = record_of(shelf, key)
    if record["tombstone"]:
        raise Refusal(410, "Record deleted")
    return record


def with_draft(shelf: Shelf, key: str) -> dict:
    """The record, which has a draft. Raises ``Refusal`` (404, 410)."""
    record = alive(shelf, key)
    if record["draft"] is None:
        raise Refusal(404, "The draft does not exist.")
    return record


def unpublished(shelf: Shelf, key: str) -> dict:
    """A record whose files may be changed: one that was never published."""
    record = with_draft(shelf, key)
    if record["published"] is not None:
        raise Refusal(403, "Files of a published record cannot be changed; make a new version.")
    return record


def versions_of(shelf: Shelf, parent: str) -> dict[str, dict]:
    """Every version of a record, by its id."""
    return {key: one for key, one in shelf.all("records").items() if one["parent"] == parent}


def body_of(request: Request) -> dict[str, Any]:
    """The parts of a record in the body of a request. Raises ``Refusal`` (400)."""
    body = request.json()
    if not isinstance(body, dict) or not isinstance(body.get("metadata", {}), dict):
        raise Refusal(400, "The body is no record.")
    kept = {name: body.get(name) or {} for name in ("access", "files", "metadata", "custom_fields", "pids")}
    return kept


def shown(request: Request, key: str, record: dict, which: str, shelf: Shelf) -> dict:
    """A record as it is sent; a draft comes with what is wrong with it."""
    body = {name: value for name, value in record[which].items() if name != "files_there"}
    api = f"{request.base}/api/records/{key}"
    mine = api if which == "published" else f"{api}/draft"
    shown = {
        **body,
        "id": key,
        "is_published": record["published"] is not None,
        "is_draft": which == "draft",
        "status": "published" if which == "published" else "draft",
        "updated": record["updated"],
        "parent": {"id": record["parent"]},
        "versions": {"index": record["index"]},
        "links": {"self": mine, "files": f"{mine}/files", "self_html": f"{request.base}/records/{key}"},
    }
    if which == "draft" and (wrong := faults(body)):
        shown["errors"] = wrong
    return shown


def save(shelf: Shelf, key: str, record: dict) -> None:
    """Write a record."""
    record["updated"] = now()
    shelf.put("records", key, record)


def now() -> str:
    """This moment as InvenioRDM writes it."""
    return dt.datetime.now(dt.UTC).isoformat()


def new_id() -> str:
    """An id like those of InvenioRDM."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"
