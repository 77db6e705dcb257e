"""DSpace 7's REST API: the token against forged requests, signing in, and the way of a submission into the archive.

DSpace/RestContract (csrf-tokens, authentication, workspaceitems, workflowitems). Two collections: one takes what is
deposited into its archive at once, the other has a review, which nobody here ever finishes. Archived items are in
``dspace_items``.
"""

import secrets
from urllib.parse import parse_qs

from . import dspace_items
from .dspace_items import multipart
from .dspace_model import FORM, Model, values_of
from .store import Shelf
from .web import SECRET, USER, Answer, Arrival, Place, Refusal, Request, Route

PERSON = "0e1b9a54-7f1c-4a53-b0a2-6a1d9d1f0001"
#: uuid -> whether somebody reviews what comes in
COLLECTIONS = {"c0ffee00-0000-4000-8000-000000000001": False, "c0ffee00-0000-4000-8000-000000000002": True}
_COOKIE, _TOKEN = "DSPACE-XSRF-COOKIE", "DSPACE-XSRF-TOKEN"


def _cookie(request: Request) -> str:
    pairs = (pair.strip().partition("=") for pair in request.headers.get("Cookie", "").split(";"))
    return next((value for name, _, value in pairs if name == _COOKIE), "")


def _who(request: Request, shelf: Shelf) -> None:
    """Writing needs the token twice, as cookie and as header; all but a few addresses need a signed-in account."""
    if not request.path.startswith("/api"):
        return
    given = _cookie(request)
    if request.method != "GET" and (not given or request.headers.get("X-XSRF-TOKEN") != given):
        raise Refusal(403, "Access is denied. Invalid CSRF token.")
    open_to_all = ("/api", "/api/authn/login", "/api/authn/status")
    if request.path not in open_to_all and not shelf.get("sessions", request.bearer() or "-"):
        raise Refusal(401, "Authentication is required")


def _token(request: Request, answer: Answer) -> None:
    """A new token with the first answer, after signing in, and when the one that came was wrong."""
    signed_in = request.path == "/api/authn/login" and answer.status == 200
    forged = answer.status == 403 and request.headers.get("X-XSRF-TOKEN") != _cookie(request)
    if not _cookie(request) or signed_in or forged:
        token = secrets.token_hex(16)
        answer.headers |= {_TOKEN: token, "Set-Cookie": f"{_COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax"}


def _login(request: Request, shelf: Shelf) -> Answer:
    form = {name: values[-1] for name, values in parse_qs(request.body.decode()).items()}
    if (form.get("user"), form.get("password")) != (USER, SECRET):
        raise Refusal(
            401, "Authentication failed", headers={"WWW-Authenticate": 'password realm="DSpace REST API"'}
        )
    session = secrets.token_hex(24)
    shelf.put("sessions", session, True)
    return Answer(200, b"", {"Authorization": f"Bearer {session}"})


def _status(request: Request, shelf: Shelf) -> Answer:
    known = bool(shelf.get("sessions", request.bearer() or "-"))
    links = {"eperson": {"href": f"{request.base}/api/eperson/epersons/{PERSON}"}} if known else {}
    return Answer(200, {"okay": True, "authenticated": known, "type": "status", "_links": links})


def _create(request: Request, shelf: Shelf) -> Answer:
    collection = request.query.get("owningCollection", "")
    if collection not in COLLECTIONS:
        raise Refusal(422, f"The owningCollection {collection} is not valid.")
    model = Model(shelf)
    item = model.new_item(collection)
    number = str(shelf.number("submission"))
    shelf.put("workspace", number, {"item": item["uuid"], "granted": False, "lastModified": model.now()})
    return Answer(201, _shown(request, shelf, number))


def _workspace(request: Request, shelf: Shelf, number: str) -> Answer:
    return Answer(200, _shown(request, shelf, number))


def _item_of(request: Request, shelf: Shelf, number: str) -> Answer:
    model = Model(shelf)
    return Answer(200, model.shown(model.item(_get(shelf, number)["item"]), request.base))


def _mine(request: Request, shelf: Shelf) -> Answer:
    if request.query.get("uuid") != PERSON:
        raise Refusal(400, "uuid of the submitter is missing or unknown")
    shown = [_shown(request, shelf, number) for number in shelf.all("workspace")]
    return Answer(200, dspace_items.paged(request, "workspaceitems", shown))


def _in_review(request: Request, shelf: Shelf) -> Answer:
    model = Model(shelf)
    shown = [
        {
            "id": number,
            "type": "workflowitem",
            "_embedded": {"item": model.shown(model.item(row["item"]), request.base)},
        }
        for number, row in shelf.all("workflow").items()
    ]
    return Answer(200, dspace_items.paged(request, "workflowitems", shown))


def _upload(request: Request, shelf: Shelf, number: str) -> Answer:
    row, (name, mime, body, _) = _get(shelf, number), multipart(request)
    model = Model(shelf)
    item = model.item(row["item"])
    model.new_bitstream(item, model.bundle(item, "ORIGINAL"), name, mime, body)
    _touch(shelf, number, row)
    return Answer(201, _shown(request, shelf, number))


def _patch(request: Request, shelf: Shelf, number: str) -> Answer:
    row, model = _get(shelf, number), Model(shelf)
    item = model.item(row["item"])
    for step in dspace_items.operations(request):
        parts = step["path"].strip("/").split("/")
        if parts[0] != "sections" or len(parts) < 3:
            raise Refusal(400, "Patch path operation need to starts with 'sections'")
        section, *rest = parts[1:]
        if section in FORM:
            if rest[0] not in FORM[section]:
                raise Refusal(422, f"The field {rest[0]} is not present in section {section}")
            model.patch_metadata(item, step["op"], rest, step.get("value"))
        elif section == "license" and rest == ["granted"]:
            row["granted"] = str(step.get("value")).lower() == "true"
        elif section == "upload" and rest[0] == "files" and rest[2:3] == ["accessConditions"]:
            _conditions(model, item, int(rest[1]), step)
        elif section == "upload" and rest[0] == "files" and step["op"] == "remove" and len(rest) == 2:
            model.save(item)
            model.drop_bitstream(_files(model, item)[int(rest[1])])
            item = model.item(row["item"])
        else:
            raise Refusal(422, f"{step['op']} {step['path']} is not supported")
    model.save(item)
    _touch(shelf, number, row)
    return Answer(200, _shown(request, shelf, number))


def _conditions(model: Model, item: dict, index: int, step: dict) -> None:
    """Access conditions of a file, in the form that an unchanged DSpace offers (access-conditions.xml)."""
    files = _files(model, item)
    if index >= len(files):
        raise Refusal(422, "There is no such file")
    wanted = step.get("value") or []
    wanted = wanted if isinstance(wanted, list) else [wanted]
    for condition in wanted:
        if condition.get("name") not in ("openaccess", "embargo", "administrator", "lease"):
            raise Refusal(422, "Unknown access condition")
        if (condition["name"] == "embargo") != bool(condition.get("startDate")):
            raise Refusal(422, "The embargo needs a startDate, the others take none")
    model.set_policies(files[index], wanted)


def _discard(request: Request, shelf: Shelf, number: str) -> Answer:
    row, model = _get(shelf, number), Model(shelf)
    model.drop_item(model.item(row["item"]))
    shelf.drop("workspace", number)
    return Answer(204)


def _submit(request: Request, shelf: Shelf) -> Answer:
    """Into the review, or into the archive where there is none (submission.md)."""
    if request.headers.get_content_type() != "text/uri-list":
        raise Refusal(415, "text/uri-list is expected")
    number = request.body.decode().strip().rstrip("/").rpartition("/")[2]
    row, model = shelf.get("workspace", number), Model(shelf)
    if row is None:
        raise Refusal(422, "The workspaceitem in the list does not exist")
    if wrong := _faults(row, model):
        raise Refusal(422, f"Start workflow failed due to validation error on workspaceitem: {wrong}")
    item = model.item(row["item"])
    shelf.drop("workspace", number)
    if COLLECTIONS[item["collection"]]:
        shelf.put("workflow", number, {"item": item["uuid"]})
        return Answer(201, {"id": int(number), "type": "workflowitem"})
    model.install(item, request.base)
    return Answer(201, b"")


def _faults(row: dict, model: Model) -> list[str]:
    item = model.item(row["item"])
    found = [f"error.validation.required {field}" for field in ("dc.title", "dc.date.issued", "dc.type")
             if not values_of(item, field)]  # fmt: skip
    found += [] if _files(model, item) else ["error.validation.filerequired"]
    return found + ([] if row["granted"] else ["error.validation.license.notgranted"])


def _files(model: Model, item: dict) -> list[dict]:
    return model.bitstreams(item, "ORIGINAL")


def _shown(request: Request, shelf: Shelf, number: str) -> dict:
    row, model = _get(shelf, number), Model(shelf)
    item = model.item(row["item"])
    sections = {
        section: {field: item["metadata"][field] for field in fields if field in item["metadata"]}
        for section, fields in FORM.items()
    }
    files = [
        {**model.file_facts(one), "accessConditions": model.conditions(one)} for one in _files(model, item)
    ]
    sections |= {
        "collection": item["collection"],
        "license": {"granted": row["granted"]},
        "upload": {"files": files},
    }
    wrong = [{"message": words} for words in _faults(row, model)]
    mine = f"{request.base}/api/submission/workspaceitems/{number}"
    return {
        "id": int(number),
        "lastModified": row["lastModified"],
        "sections": sections,
        "errors": wrong,
        "type": "workspaceitem",
        "_links": {"self": {"href": mine}, "item": {"href": f"{mine}/item"}},
    }


def _get(shelf: Shelf, number: str) -> dict:
    if row := shelf.get("workspace", number):
        return row
    raise Refusal(404, "No such workspaceitem")


def _touch(shelf: Shelf, number: str, row: dict) -> None:
    shelf.put("workspace", number, {**row, "lastModified": Model(shelf).now()})


def _refuse(refusal: Refusal) -> Answer:
    """Spring's form of an error."""
    body = {"status": refusal.status, "error": "Error", "message": refusal.words}
    return Answer(refusal.status, body, dict(refusal.headers))


def _arrivals(shelf: Shelf, base: str) -> list[Arrival]:
    model = Model(shelf)
    waiting = {row["item"]: "workspace" for row in shelf.all("workspace").values()}
    waiting |= {row["item"]: "in review" for row in shelf.all("workflow").values()}
    found = []
    for uuid, item in shelf.all("items").items():
        state = "withdrawn" if item["withdrawn"] else waiting.get(uuid, "archived")
        state = "person" if item["entityType"] == "Person" else state
        facts = [(field, one["value"]) for field, some in item["metadata"].items() for one in some]
        for one in model.bitstreams(item, "ORIGINAL"):
            facts.append(("File", f"{one['name']}, md5:{one['md5']}, {model.conditions(one)}"))
        facts += [
            ("Text", f"{one['name']}, {model.conditions(one)}") for one in model.bitstreams(item, "TEXT")
        ]
        title = next(iter(values_of(item, "dc.title")), "Untitled")
        page = f"{base}/handle/{item['handle']}" if item["handle"] else f"{base}/items/{uuid}"
        found.append(Arrival(title, state, item["handle"] or uuid, page, tuple(facts)))
    return found


_ONE = r"/api/submission/workspaceitems/(?P<number>\d+)"
PLACE = Place(
    name="dspace",
    label="Repository with DSpace 7",
    prefix="/dspace",
    routes=(
        Route(
            "GET",
            "/api",
            lambda request, shelf: Answer(200, {"dspaceName": "DSpace stand-in", "type": "root"}),
        ),
        Route("POST", "/api/authn/login", _login),
        Route("GET", "/api/authn/status", _status),
        Route("POST", "/api/submission/workspaceitems", _create),
        Route("GET", "/api/submission/workspaceitems/search/findBySubmitter", _mine),
        Route("GET", _ONE, _workspace),
        Route("GET", f"{_ONE}/item", _item_of),
        Route("POST", _ONE, _upload),
        Route("PATCH", _ONE, _patch),
        Route("DELETE", _ONE, _discard),
        Route("POST", "/api/workflow/workflowitems", _submit),
        Route("GET", "/api/workflow/workflowitems/search/findBySubmitter", _in_review),
        *dspace_items.ROUTES,
    ),
    arrivals=_arrivals,
    refuse=_refuse,
    before=_who,
    after=_token,
)
