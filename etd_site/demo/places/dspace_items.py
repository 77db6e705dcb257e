"""DSpace's REST API about its archive: items, search, bundles, bitstreams, policies (DSpace/RestContract)."""

import json
import re
from email import message_from_bytes
from email.message import Message
from typing import Any

from .dspace_model import Model
from .store import Shelf
from .web import Answer, Refusal, Request, Route

ANONYMOUS = "a0000000-0000-4000-8000-000000000000"


def operations(request: Request) -> list[dict]:
    """The operations of a JSON Patch (RFC 6902)."""
    if request.headers.get_content_type() not in ("application/json-patch+json", "application/json"):
        raise Refusal(415, "application/json-patch+json is expected")
    steps = request.json()
    if not isinstance(steps, list) or any("op" not in step or "path" not in step for step in steps):
        raise Refusal(400, "The body is no JSON Patch")
    return steps


def paged(request: Request, name: str, shown: list[Any]) -> dict:
    """A page of a list, twenty at a time unless ``size`` says otherwise (RestContract, Pagination)."""
    size, page = min(int(request.query.get("size", 20)), 100), int(request.query.get("page", 0))
    facts = {"size": size, "number": page, "totalElements": len(shown), "totalPages": -(-len(shown) // size)}
    return {"_embedded": {name: shown[page * size : (page + 1) * size]}, "page": facts}


def multipart(request: Request) -> tuple[str, str, bytes, bytes]:
    """Name, media type and bytes of the part ``file``, and the bytes of the part ``properties`` (b"" without)."""
    kind = request.headers.get("Content-Type", "")
    if not kind.startswith("multipart/form-data"):
        raise Refusal(415, "multipart/form-data is expected")
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
    parts = {_said(part, "name"): part for part in message.get_payload()}
    if "file" not in parts:
        raise Refusal(400, "There is no file")
    file, properties = parts["file"], parts.get("properties")
    said = properties.get_payload(decode=True) if properties else b""
    return _said(file, "filename") or "file", file.get_content_type(), file.get_payload(decode=True), said


def _said(part: Message, name: str) -> str:
    """A parameter of Content-Disposition. Browsers and clients send UTF-8 as it is (WHATWG, multipart/form-data)."""
    raw = dict(part.raw_items()).get("Content-Disposition", "")
    found = re.search(rf'\b{name}="([^"]*)"', raw.encode("ascii", "surrogateescape").decode())
    return found.group(1) if found else ""


def _item(request: Request, shelf: Shelf, key: str) -> Answer:
    model = Model(shelf)
    return Answer(200, model.shown(model.item(key), request.base))


def _patch(request: Request, shelf: Shelf, key: str) -> Answer:
    model = Model(shelf)
    item = model.item(key)
    for step in operations(request):
        kind, *rest = step["path"].strip("/").split("/")
        if kind == "metadata" and rest:
            model.patch_metadata(item, step["op"], rest, step.get("value"))
        elif kind == "withdrawn" and step["op"] == "replace":
            if item["withdrawn"] == item["inArchive"]:
                raise Refusal(422, "Only an item of the archive can be withdrawn or reinstated")
            item["withdrawn"] = bool(step["value"])
            item["inArchive"] = not item["withdrawn"]
            model.switch_policies(item)
        else:
            raise Refusal(422, f"{step['op']} {step['path']} is not supported")
    model.reference(item)
    model.save(item)
    return Answer(200, model.shown(item, request.base))


def _search(request: Request, shelf: Shelf) -> Answer:
    """Items of the archive in which the phrase in quotation marks stands; withdrawn ones are not in the index."""
    phrase = request.query.get("query", "").strip('"').replace("\\", "")
    model = Model(shelf)
    found = [
        {"_embedded": {"indexableObject": model.shown(item, request.base)}}
        for item in shelf.all("items").values()
        if item["inArchive"] and phrase in json.dumps(item["metadata"], ensure_ascii=False)
    ]
    return Answer(200, {"_embedded": {"searchResult": paged(request, "objects", found)}})


def _bundles(request: Request, shelf: Shelf, key: str) -> Answer:
    item = Model(shelf).item(key)
    shown = [{"uuid": uuid, "name": one["name"], "type": "bundle"} for uuid, one in item["bundles"].items()]
    return Answer(200, paged(request, "bundles", shown))


def _new_bundle(request: Request, shelf: Shelf, key: str) -> Answer:
    model, name = Model(shelf), request.json().get("name")
    item = model.item(key)
    if not name or any(one["name"] == name for one in item["bundles"].values()):
        raise Refusal(400, "The bundle name already exists in the item, or is empty")
    return Answer(201, {"uuid": model.bundle(item, name), "name": name, "type": "bundle"})


def _of_bundle(shelf: Shelf, key: str) -> dict:
    for item in shelf.all("items").values():
        if key in item["bundles"]:
            return item
    raise Refusal(404, "No such bundle")


def _list(request: Request, shelf: Shelf, key: str) -> Answer:
    model, item = Model(shelf), _of_bundle(shelf, key)
    shown = [model.file_facts(model.bitstream(one)) for one in item["bundles"][key]["bitstreams"]]
    return Answer(200, paged(request, "bitstreams", shown))


def _upload(request: Request, shelf: Shelf, key: str) -> Answer:
    model, item = Model(shelf), _of_bundle(shelf, key)
    name, mime, body, properties = multipart(request)
    name = (json.loads(properties).get("name") if properties else "") or name
    return Answer(201, model.file_facts(model.new_bitstream(item, key, name, mime, body)))


def _delete(request: Request, shelf: Shelf, key: str) -> Answer:
    model = Model(shelf)
    model.drop_bitstream(model.bitstream(key))
    return Answer(204)


def _content(request: Request, shelf: Shelf, key: str) -> Answer:
    one = Model(shelf).bitstream(key)
    return Answer(200, shelf.bytes(key) or b"", {"Content-Type": one["mime"]})


def _policies(request: Request, shelf: Shelf) -> Answer:
    found = Model(shelf).policies(request.query.get("uuid", "")).values()
    action = request.query.get("action")
    shown = [{**one, "type": "resourcepolicy"} for one in found if action in (None, one["action"])]
    return Answer(200, paged(request, "resourcepolicies", shown))


def _new_policy(request: Request, shelf: Shelf) -> Answer:
    body, model = request.json(), Model(shelf)
    if request.query.get("group") != ANONYMOUS or body.get("action") != "READ":
        raise Refusal(400, "Exactly one of eperson or group is required")
    one = model.bitstream(request.query.get("resource", ""))
    return Answer(201, model.new_policy(one["uuid"], body.get("name"), body.get("startDate")))


def _patch_policy(request: Request, shelf: Shelf, key: str) -> Answer:
    policy = shelf.get("policies", key)
    if policy is None:
        raise Refusal(404, "No such policy")
    for step in operations(request):
        if step["path"] != "/startDate" or (step["op"] != "add" and not policy["startDate"]):
            raise Refusal(422, f"{step['op']} {step['path']} is not supported")
        policy["startDate"] = None if step["op"] == "remove" else step["value"]
    shelf.put("policies", key, policy)
    return Answer(200, policy)


def _drop_policy(request: Request, shelf: Shelf, key: str) -> Answer:
    shelf.drop("policies", key)
    return Answer(204)


def _groups(request: Request, shelf: Shelf) -> Answer:
    return Answer(200, paged(request, "groups", [{"uuid": ANONYMOUS, "name": "Anonymous", "type": "group"}]))


_KEY = r"(?P<key>[0-9a-f-]{36})"
ROUTES = (
    Route("GET", f"/api/core/items/{_KEY}", _item),
    Route("PATCH", f"/api/core/items/{_KEY}", _patch),
    Route("GET", "/api/discover/search/objects", _search),
    Route("GET", f"/api/core/items/{_KEY}/bundles", _bundles),
    Route("POST", f"/api/core/items/{_KEY}/bundles", _new_bundle),
    Route("GET", f"/api/core/bundles/{_KEY}/bitstreams", _list),
    Route("POST", f"/api/core/bundles/{_KEY}/bitstreams", _upload),
    Route("DELETE", f"/api/core/bitstreams/{_KEY}", _delete),
    Route("GET", f"/api/core/bitstreams/{_KEY}/content", _content),
    Route("GET", "/api/authz/resourcepolicies/search/resource", _policies),
    Route("POST", "/api/authz/resourcepolicies", _new_policy),
    Route("PATCH", r"/api/authz/resourcepolicies/(?P<key>\d+)", _patch_policy),
    Route("DELETE", r"/api/authz/resourcepolicies/(?P<key>\d+)", _drop_policy),
    Route("GET", "/api/eperson/groups/search/byMetadata", _groups),
)
