"""InvenioRDM's REST API: drafts, files, publishing, versions, tombstones (docs-invenio-rdm, rest_api_drafts_records).

What is checked: the token, mandatory metadata, one identifier of a scheme a person, embargoes that fit the access,
files that were announced, uploaded and committed. Files of a published record cannot be changed; a new version can.
"""

from typing import Any

from . import invenio_files
from .invenio_files import RECORD
from .invenio_model import alive, body_of, new_id, now, record_of, save, shown, versions_of, with_draft
from .invenio_rules import faults
from .store import Shelf
from .web import SECRET, Answer, Arrival, Place, Refusal, Request, Route


def _who(request: Request, shelf: Shelf) -> None:
    if not request.path.startswith("/api/"):
        return
    token = request.bearer()
    public = request.method == "GET" and "/draft" not in request.path and "/user/" not in request.path
    if token and token != SECRET:
        raise Refusal(401, "The server could not verify that you are authorized to access this URL.")
    if not token and not public:
        raise Refusal(403, "Permission denied.")


def _create(request: Request, shelf: Shelf) -> Answer:
    key = new_id()
    parent = new_id()
    draft = {**body_of(request), "files_there": {}}
    record = {"draft": draft, "published": None, "parent": parent, "index": 1, "tombstone": None}
    save(shelf, key, record)
    return Answer(201, shown(request, key, record, "draft", shelf))


def _get_draft(request: Request, shelf: Shelf, key: str) -> Answer:
    return Answer(200, shown(request, key, with_draft(shelf, key), "draft", shelf))


def _put_draft(request: Request, shelf: Shelf, key: str) -> Answer:
    record = with_draft(shelf, key)
    former = record["draft"]
    record["draft"] = {**body_of(request), "files_there": former["files_there"]}
    save(shelf, key, record)
    return Answer(200, shown(request, key, record, "draft", shelf))


def _edit(request: Request, shelf: Shelf, key: str) -> Answer:
    """A draft of a published record; the one that is there, when there is one."""
    record = alive(shelf, key)
    if record["published"] is None:
        raise Refusal(404, "The persistent identifier is not registered.")
    record["draft"] = record["draft"] or dict(record["published"])
    save(shelf, key, record)
    return Answer(201, shown(request, key, record, "draft", shelf))


def _discard(request: Request, shelf: Shelf, key: str) -> Answer:
    record = with_draft(shelf, key)
    if record["published"] is None:
        shelf.drop("records", key)
    else:
        record["draft"] = None
        save(shelf, key, record)
    return Answer(204)


def _publish(request: Request, shelf: Shelf, key: str) -> Answer:
    record = with_draft(shelf, key)
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
    save(shelf, key, record)
    return Answer(202, shown(request, key, record, "published", shelf))


def _get(request: Request, shelf: Shelf, key: str) -> Answer:
    record = alive(shelf, key)
    if record["published"] is None:
        raise Refusal(404, "The persistent identifier does not exist.")
    return Answer(200, shown(request, key, record, "published", shelf))


def _new_version(request: Request, shelf: Shelf, key: str) -> Answer:
    """The draft of the next version: without files, publication date and DOI. The one that is there, if it is."""
    record = alive(shelf, key)
    if record["published"] is None:
        raise Refusal(404, "The persistent identifier is not registered.")
    of_parent = versions_of(shelf, record["parent"])
    for other, there in of_parent.items():
        if there["published"] is None and there["draft"]:
            return Answer(201, shown(request, other, there, "draft", shelf))
    draft = {**record["published"], "files_there": {}, "pids": {}}
    draft["metadata"] = {k: v for k, v in draft["metadata"].items() if k != "publication_date"}
    new = new_id()
    index = max(there["index"] for there in of_parent.values()) + 1
    made = {"draft": draft, "published": None, "parent": record["parent"], "index": index, "tombstone": None}
    save(shelf, new, made)
    return Answer(201, shown(request, new, made, "draft", shelf))


def _list_versions(request: Request, shelf: Shelf, key: str) -> Answer:
    """The published versions that are not deleted (docs-invenio-rdm, "Get all versions")."""
    parent = alive(shelf, key)["parent"]
    hits = [
        shown(request, other, there, "published", shelf)
        for other, there in versions_of(shelf, parent).items()
        if there["published"] and there["tombstone"] is None
    ]
    return Answer(200, {"hits": {"total": len(hits), "hits": hits}})


def _delete(request: Request, shelf: Shelf, key: str) -> Answer:
    """A tombstone in place of a published record (invenio-rdm-records, ``/delete``)."""
    record = alive(shelf, key)
    said = request.json()
    if record["published"] is None or not (said.get("removal_reason") or {}).get("id"):
        raise Refusal(400, "A published record and a removal reason are needed.")
    record["tombstone"] = {
        "removal_reason": said["removal_reason"],
        "note": said.get("note", ""),
        "is_visible": said.get("is_visible", True),
        "removal_date": now(),
    }
    save(shelf, key, record)
    return Answer(204)


def _restore(request: Request, shelf: Shelf, key: str) -> Answer:
    record = record_of(shelf, key)
    if record["tombstone"] is None:
        raise Refusal(400, "The record is not deleted.")
    record["tombstone"] = None
    save(shelf, key, record)
    return Answer(200, shown(request, key, record, "published", shelf))


def _search(request: Request, shelf: Shelf) -> Answer:
    """The account's own records and drafts. ``q`` is a phrase in quotation marks, found in the whole record."""
    phrase = request.query.get("q", "").partition('"')[2].rpartition('"')[0].replace("\\", "")
    hits = []
    for key, record in shelf.all("records").items():
        which = "published" if record["published"] and not record["draft"] else "draft"
        if record["tombstone"] is None and phrase in str(record[which]["metadata"]):
            hits.append(shown(request, key, record, which, shelf))
    hits.reverse()
    size, page = int(request.query.get("size", 10)), int(request.query.get("page", 1))
    return Answer(200, {"hits": {"total": len(hits), "hits": hits[(page - 1) * size : page * size]}})


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


PLACE = Place(
    name="invenio",
    label="Repository with InvenioRDM",
    prefix="/invenio",
    routes=(
        Route("POST", "/api/records", _create),
        Route("GET", "/api/user/records", _search),
        Route("GET", RECORD, _get),
        Route("GET", f"{RECORD}/draft", _get_draft),
        Route("PUT", f"{RECORD}/draft", _put_draft),
        Route("POST", f"{RECORD}/draft", _edit),
        Route("DELETE", f"{RECORD}/draft", _discard),
        Route("POST", f"{RECORD}/draft/actions/publish", _publish),
        Route("GET", f"{RECORD}/versions", _list_versions),
        Route("POST", f"{RECORD}/versions", _new_version),
        Route("DELETE", f"{RECORD}/delete", _delete),
        Route("POST", f"{RECORD}/restore", _restore),
        *invenio_files.ROUTES,
    ),
    arrivals=_arrivals,
    refuse=_refuse,
    before=_who,
)
