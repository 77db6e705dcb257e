"""InvenioRDM's REST API: drafts, files, publishing, versions, tombstones (docs-invenio-rdm, rest_api_drafts_records).

What is checked: the token, mandatory metadata, one identifier of a scheme a person, embargoes that fit the access,
files that were announced, uploaded and committed. Files of a published record cannot be changed; a new version can.
"""

import datetime as dt
import hashlib
import secrets
from typing import Any

from .invenio_rules import faults
from .store import Shelf
from .web import SECRET, Answer, Arrival, Place, Refusal, Request, Route

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def _who(request: Request, shelf: Shelf) -> None:
    if not request.path.startswith("/api/"):
        return
    token = request.bearer()
    public = request.method == "GET" and "/draft" not in request.path and "/user/" not in request.path
    if token and token != SECRET:
        raise Refusal(401, "The server could not verify that you are authorized to access this URL.")
    if not token and not public:
        raise Refusal(403, "Permission denied.")


# A record is one document: ``published`` and ``draft`` are bodies or None; files belong to each.
def _create(request: Request, shelf: Shelf) -> Answer:
    key = _new_id()
    parent = _new_id()
    draft = {**_body(request), "files_there": {}}
    record = {"draft": draft, "published": None, "parent": parent, "index": 1, "tombstone": None}
    _save(shelf, key, record)
    return Answer(201, _shown(request, key, record, "draft", shelf))


def _get_draft(request: Request, shelf: Shelf, key: str) -> Answer:
    return Answer(200, _shown(request, key, _with_draft(shelf, key), "draft", shelf))


def _put_draft(request: Request, shelf: Shelf, key: str) -> Answer:
    record = _with_draft(shelf, key)
    former = record["draft"]
    record["draft"] = {**_body(request), "files_there": former["files_there"]}
    _save(shelf, key, record)
    return Answer(200, _shown(request, key, record, "draft", shelf))


def _edit(request: Request, shelf: Shelf, key: str) -> Answer:
    """A draft of a published record; the one that is there, when there is one."""
    record = _alive(shelf, key)
    if record["published"] is None:
        raise Refusal(404, "The persistent identifier is not registered.")
    record["draft"] = record["draft"] or dict(record["published"])
    _save(shelf, key, record)
    return Answer(201, _shown(request, key, record, "draft", shelf))


def _discard(request: Request, shelf: Shelf, key: str) -> Answer:
    record = _with_draft(shelf, key)
    if record["published"] is None:
        shelf.drop("records", key)
    else:
        record["draft"] = None
        _save(shelf, key, record)
    return Answer(204)


def _publish(request: Request, shelf: Shelf, key: str) -> Answer:
    record = _with_draft(shelf, key)
    draft = record["draft"]
    wrong = faults(draft)
    enabled = draft.get("files", {}).get("enabled")
    if enabled and not draft["files_there"]:
        wrong.append(
            {"field": "files.enabled", "messages": ["Missing uploaded files. Mark it as metadata-only."]}
        )
    if any(file["status"] != "completed" for file in draft["files_there"].values()):
        wrong.append({"field": "files", "messages": ["One or more files have not completed their transfer."]})
    if wrong:
        raise Refusal(400, "A validation error occurred.", code=wrong)
    pids = draft.setdefault("pids", {})
    if "doi" not in pids:
        pids["doi"] = {"identifier": f"10.99999/{key}", "provider": "datacite", "client": "datacite"}
    taken = pids["doi"]["identifier"]
    for other, there in shelf.all("records").items():
        doi = ((there["published"] or {}).get("pids") or {}).get("doi", {}).get("identifier")
        if other != key and doi == taken:
            wrong = [{"field": "pids.doi", "messages": [f"doi:{taken} already exists."]}]
            raise Refusal(400, "A validation error occurred.", code=wrong)
    record["published"], record["draft"] = draft, None
    _save(shelf, key, record)
    return Answer(202, _shown(request, key, record, "published", shelf))


def _get(request: Request, shelf: Shelf, key: str) -> Answer:
    record = _alive(shelf, key)
    if record["published"] is None:
        raise Refusal(404, "The persistent identifier does not exist.")
    return Answer(200, _shown(request, key, record, "published", shelf))


def _new_version(request: Request, shelf: Shelf, key: str) -> Answer:
    """The draft of the next version: without files, publication date and DOI. The one that is there, if it is."""
    record = _alive(shelf, key)
    if record["published"] is None:
        raise Refusal(404, "The persistent identifier is not registered.")
    versions = _versions(shelf, record["parent"])
    for other, there in versions.items():
        if there["published"] is None and there["draft"]:
            return Answer(201, _shown(request, other, there, "draft", shelf))
    draft = {**record["published"], "files_there": {}, "pids": {}}
    draft["metadata"] = {k: v for k, v in draft["metadata"].items() if k != "publication_date"}
    new = _new_id()
    index = max(there["index"] for there in versions.values()) + 1
    made = {"draft": draft, "published": None, "parent": record["parent"], "index": index, "tombstone": None}
    _save(shelf, new, made)
    return Answer(201, _shown(request, new, made, "draft", shelf))


def _list_versions(request: Request, shelf: Shelf, key: str) -> Answer:
    """The published versions that are not deleted (docs-invenio-rdm, "Get all versions")."""
    parent = _alive(shelf, key)["parent"]
    hits = [
        _shown(request, other, there, "published", shelf)
        for other, there in _versions(shelf, parent).items()
        if there["published"] and there["tombstone"] is None
    ]
    return Answer(200, {"hits": {"total": len(hits), "hits": hits}})


def _delete(request: Request, shelf: Shelf, key: str) -> Answer:
    """A tombstone in place of a published record (invenio-rdm-records, ``/delete``)."""
    record = _alive(shelf, key)
    said = request.json()
    if record["published"] is None or not (said.get("removal_reason") or {}).get("id"):
        raise Refusal(400, "A published record and a removal reason are needed.")
    record["tombstone"] = {
        "removal_reason": said["removal_reason"],
        "note": said.get("note", ""),
        "is_visible": said.get("is_visible", True),
        "removal_date": _now(),
    }
    _save(shelf, key, record)
    return Answer(204)


def _restore(request: Request, shelf: Shelf, key: str) -> Answer:
    record = _there(shelf, key)
    if record["tombstone"] is None:
        raise Refusal(400, "The record is not deleted.")
    record["tombstone"] = None
    _save(shelf, key, record)
    return Answer(200, _shown(request, key, record, "published", shelf))


def _search(request: Request, shelf: Shelf) -> Answer:
    """The account's own records and drafts. ``q`` is a phrase in quotation marks, found in the whole record."""
    phrase = request.query.get("q", "").partition('"')[2].rpartition('"')[0].replace("\\", "")
    hits = []
    for key, record in shelf.all("records").items():
        which = "published" if record["published"] and not record["draft"] else "draft"
        if record["tombstone"] is None and phrase in str(record[which]["metadata"]):
            hits.append(_shown(request, key, record, which, shelf))
    hits.reverse()
    size, page = int(request.query.get("size", 10)), int(request.query.get("page", 1))
    return Answer(200, {"hits": {"total": len(hits), "hits": hits[(page - 1) * size : page * size]}})


def _list_files(request: Request, shelf: Shelf, key: str, draft: str | None) -> Answer:
    record = _with_draft(shelf, key) if draft else _alive(shelf, key)
    body = record["draft" if draft else "published"]
    if body is None:
        raise Refusal(404, "The persistent identifier does not exist.")
    enabled = bool(body.get("files", {}).get("enabled"))
    return Answer(200, {"enabled": enabled, "entries": list(body["files_there"].values())})


def _announce(request: Request, shelf: Shelf, key: str) -> Answer:
    record = _unpublished(shelf, key)
    if not record["draft"].get("files", {}).get("enabled"):
        raise Refusal(403, "Files are not enabled.")
    for wanted in request.json():
        name = wanted["key"]
        if name in record["draft"]["files_there"]:
            raise Refusal(400, f"File with key {name} already exists.")
        record["draft"]["files_there"][name] = {"key": name, "status": "pending"}
    _save(shelf, key, record)
    return Answer(201, {"enabled": True, "entries": list(record["draft"]["files_there"].values())})


def _upload(request: Request, shelf: Shelf, key: str, name: str) -> Answer:
    record = _unpublished(shelf, key)
    if request.headers.get_content_type() != "application/octet-stream":
        raise Refusal(415, "Unsupported media type: application/octet-stream is expected.")
    entry = _entry(record, name)
    shelf.keep(f"{key}/{name}", request.body)
    entry["size"] = len(request.body)
    _save(shelf, key, record)
    return Answer(200, entry)


def _commit(request: Request, shelf: Shelf, key: str, name: str) -> Answer:
    record = _unpublished(shelf, key)
    entry, body = _entry(record, name), shelf.bytes(f"{key}/{name}")
    if body is None or entry["status"] == "completed":
        raise Refusal(400, "There is no transfer to complete.")
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    entry |= {"status": "completed", "checksum": f"md5:{digest}", "size": len(body)}
    _save(shelf, key, record)
    return Answer(200, entry)


def _drop_file(request: Request, shelf: Shelf, key: str, name: str) -> Answer:
    record = _unpublished(shelf, key)
    _entry(record, name)
    del record["draft"]["files_there"][name]
    shelf.throw_away(f"{key}/{name}")
    _save(shelf, key, record)
    return Answer(204)


def _entry(record: dict, name: str) -> dict:
    if entry := record["draft"]["files_there"].get(name):
        return entry
    raise Refusal(404, f'File with key "{name}" not found.')


def _there(shelf: Shelf, key: str) -> dict:
    if record := shelf.get("records", key):
        return record
    raise Refusal(404, "The persistent identifier does not exist.")


def _alive(shelf: Shelf, key: str) -> dict:
    record = _there(shelf, key)
    if record["tombstone"]:
        raise Refusal(410, "Record deleted")
    return record


def _with_draft(shelf: Shelf, key: str) -> dict:
    record = _alive(shelf, key)
    if record["draft"] is None:
        raise Refusal(404, "The draft does not exist.")
    return record


def _unpublished(shelf: Shelf, key: str) -> dict:
    """A record whose files may be changed: one that was never published."""
    record = _with_draft(shelf, key)
    if record["published"] is not None:
        raise Refusal(403, "Files of a published record cannot be changed; make a new version.")
    return record


def _versions(shelf: Shelf, parent: str) -> dict[str, dict]:
    return {key: one for key, one in shelf.all("records").items() if one["parent"] == parent}


def _body(request: Request) -> dict[str, Any]:
    body = request.json()
    if not isinstance(body, dict) or not isinstance(body.get("metadata", {}), dict):
        raise Refusal(400, "The body is no record.")
    kept = {name: body.get(name) or {} for name in ("access", "files", "metadata", "custom_fields", "pids")}
    return kept


def _shown(request: Request, key: str, record: dict, which: str, shelf: Shelf) -> dict:
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


def _save(shelf: Shelf, key: str, record: dict) -> None:
    record["updated"] = _now()
    shelf.put("records", key, record)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()


def _new_id() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _refuse(refusal: Refusal) -> Answer:
    body: dict[str, Any] = {"status": refusal.status, "message": refusal.words}
    if refusal.code:
        body["errors"] = refusal.code
    return Answer(refusal.status, body, dict(refusal.headers))


def _arrivals(shelf: Shelf, base: str) -> list[Arrival]:
    found = []
    for key, record in shelf.all("records").items():
        body = record["published"] or record["draft"]
        state = "tombstone" if record["tombstone"] else "published" if record["published"] else "draft"
        meta = body["metadata"]
        people = [*meta.get("creators", []), *meta.get("contributors", [])]
        found.append(
            Arrival(
                meta.get("title", "Untitled"),
                state,
                (body["pids"].get("doi") or {}).get("identifier", key),
                f"{base}/records/{key}",
                (
                    ("Record", key),
                    ("Date", meta.get("publication_date", "")),
                    ("Access", f"files {body['access'].get('files')}"),
                    ("Open from", (body["access"].get("embargo") or {}).get("until", "")),
                    *(("Person", str(person["person_or_org"])) for person in people),
                    *(("Identifier", one["identifier"]) for one in meta.get("identifiers", [])),
                    *(("File", f"{f['key']}, {f.get('checksum', '')}") for f in body["files_there"].values()),
                ),
            )
        )
    return found


_RECORD = r"/api/records/(?P<key>[0-9a-z]{5}-[0-9a-z]{5})"
_FILE = rf"{_RECORD}/draft/files/(?P<name>[^/]+)"
PLACE = Place(
    name="invenio",
    label="Repository with InvenioRDM",
    prefix="/invenio",
    routes=(
        Route("POST", "/api/records", _create),
        Route("GET", "/api/user/records", _search),
        Route("GET", _RECORD, _get),
        Route("GET", f"{_RECORD}/draft", _get_draft),
        Route("PUT", f"{_RECORD}/draft", _put_draft),
        Route("POST", f"{_RECORD}/draft", _edit),
        Route("DELETE", f"{_RECORD}/draft", _discard),
        Route("POST", f"{_RECORD}/draft/actions/publish", _publish),
        Route("GET", f"{_RECORD}/versions", _list_versions),
        Route("POST", f"{_RECORD}/versions", _new_version),
        Route("DELETE", f"{_RECORD}/delete", _delete),
        Route("POST", f"{_RECORD}/restore", _restore),
        Route("GET", f"{_RECORD}(?P<draft>/draft)?/files", _list_files),
        Route("POST", f"{_RECORD}/draft/files", _announce),
        Route("PUT", f"{_FILE}/content", _upload),
        Route("POST", f"{_FILE}/commit", _commit),
        Route("DELETE", _FILE, _drop_file),
    ),
    arrivals=_arrivals,
    refuse=_refuse,
    before=_who,
)
