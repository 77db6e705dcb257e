"""Files of a draft in InvenioRDM: announced, sent, committed (docs-invenio-rdm, "Draft files")."""

import hashlib

from .invenio_model import alive, save, unpublished, with_draft
from .store import Shelf
from .web import Answer, Refusal, Request, Route

RECORD = r"/api/records/(?P<key>[0-9a-z]{5}-[0-9a-z]{5})"
_FILE = rf"{RECORD}/draft/files/(?P<name>[^/]+)"


def _list_files(request: Request, shelf: Shelf, key: str, draft: str | None) -> Answer:
    record = with_draft(shelf, key) if draft else alive(shelf, key)
    body = record["draft" if draft else "published"]
    if body is None:
        raise Refusal(404, "The persistent identifier does not exist.")
    enabled = bool(body.get("files", {}).get("enabled"))
    return Answer(200, {"enabled": enabled, "entries": list(body["files_there"].values())})


def _announce(request: Request, shelf: Shelf, key: str) -> Answer:
    record = unpublished(shelf, key)
    if not record["draft"].get("files", {}).get("enabled"):
        raise Refusal(403, "Files are not enabled.")
    for wanted in request.json():
        name = wanted["key"]
        if name in record["draft"]["files_there"]:
            raise Refusal(400, f"File with key {name} already exists.")
        record["draft"]["files_there"][name] = {"key": name, "status": "pending"}
    save(shelf, key, record)
    return Answer(201, {"enabled": True, "entries": list(record["draft"]["files_there"].values())})


def _upload(request: Request, shelf: Shelf, key: str, name: str) -> Answer:
    record = unpublished(shelf, key)
    if request.headers.get_content_type() != "application/octet-stream":
        raise Refusal(415, "Unsupported media type: application/octet-stream is expected.")
    entry = _entry(record, name)
    shelf.keep(f"{key}/{name}", request.body)
    entry["size"] = len(request.body)
    save(shelf, key, record)
    return Answer(200, entry)


def _commit(request: Request, shelf: Shelf, key: str, name: str) -> Answer:
    record = unpublished(shelf, key)
    entry, body = _entry(record, name), shelf.bytes(f"{key}/{name}")
    if body is None or entry["status"] == "completed":
        raise Refusal(400, "There is no transfer to complete.")
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    entry |= {"status": "completed", "checksum": f"md5:{digest}", "size": len(body)}
    save(shelf, key, record)
    return Answer(200, entry)


def _drop_file(request: Request, shelf: Shelf, key: str, name: str) -> Answer:
    record = unpublished(shelf, key)
    _entry(record, name)
    del record["draft"]["files_there"][name]
    shelf.throw_away(f"{key}/{name}")
    save(shelf, key, record)
    return Answer(204)


def _entry(record: dict, name: str) -> dict:
    if entry := record["draft"]["files_there"].get(name):
        return entry
    raise Refusal(404, f'File with key "{name}" not found.')


ROUTES = (
    Route("GET", f"{RECORD}(?P<draft>/draft)?/files", _list_files),
    Route("POST", f"{RECORD}/draft/files", _announce),
    Route("PUT", f"{_FILE}/content", _upload),
    Route("POST", f"{_FILE}/commit", _commit),
    Route("DELETE", _FILE, _drop_file),
)
