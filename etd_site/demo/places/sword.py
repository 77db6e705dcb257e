"""A SWORD v2 server like DSpace's: it takes METS packages, unpacks them and checks what they say of their files.

SWORD 2.0 Profile; what the profile leaves open is as in DSpace's ``dspace-swordv2``: a collection lists the account's
own deposits with their Edit-IRI and title, the Slug is kept as an identifier and does not become the address.
"""

import datetime as dt
import hashlib
import io
import zipfile

from lxml import etree

from .store import Shelf
from .sword_xml import ERROR, METS_SIP, PACKAGE, feed, receipt, refuse, service, statement
from .web import SECRET, USER, Answer, Arrival, Place, Refusal, Request, Route

COLLECTION = "theses"
_TAKEN = (METS_SIP, f"{PACKAGE}SimpleZip", f"{PACKAGE}Binary")
_METS = {"m": "http://www.loc.gov/METS/", "d": "http://www.dspace.org/xmlns/dspace/dim"}
_HREF = "{http://www.w3.org/1999/xlink}href"
_ATOM = "application/atom+xml;type=entry"


def _who(request: Request, shelf: Shelf) -> None:
    """HTTP Basic for everything (profile §8); no deposit for somebody else."""
    if request.basic() != (USER, SECRET):
        raise Refusal(401, "Who are you?", headers={"WWW-Authenticate": 'Basic realm="SWORD2"'})
    if request.headers.get("On-Behalf-Of"):
        raise Refusal(412, "Mediation is not allowed here.", f"{ERROR}MediationNotAllowed")


def _service(request: Request, shelf: Shelf) -> Answer:
    return Answer(
        200,
        service(request.base, COLLECTION, _TAKEN),
        {"Content-Type": "application/atomserv+xml"},
    )


def _list(request: Request, shelf: Shelf) -> Answer:
    body = feed(request.base, shelf.all("deposits"))
    return Answer(200, body, {"Content-Type": "application/atom+xml;type=feed"})


def _deposit(request: Request, shelf: Shelf) -> Answer:
    """Binary deposit on a Col-IRI (profile §6.3.1)."""
    fields, files = _unpack(request)
    key = str(shelf.number("deposit"))
    deposit = {"fields": fields, "files": files, "in_progress": _in_progress(request), "handle": ""}
    if slug := request.headers.get("Slug"):
        deposit["fields"] = [*fields, ["dc.identifier.slug", slug, ""]]
    shelf.keep(f"package-{key}", request.body)
    _save(shelf, key, deposit)
    headers = {"Location": f"{request.base}/edit/{key}", "Content-Type": _ATOM}
    return Answer(201, receipt(request.base, key, deposit), headers)


def _show(request: Request, shelf: Shelf, key: str) -> Answer:
    return Answer(200, receipt(request.base, key, _get(shelf, key)), {"Content-Type": _ATOM})


def _complete(request: Request, shelf: Shelf, key: str) -> Answer:
    """An empty POST on the SE-IRI (profile §9.3)."""
    deposit = _get(shelf, key)
    if request.body:
        raise Refusal(415, "Only an empty POST is taken here.", f"{ERROR}ErrorContent")
    deposit["in_progress"] = _in_progress(request)
    _save(shelf, key, deposit)
    return Answer(200, receipt(request.base, key, deposit), {"Content-Type": _ATOM})


def _replace(request: Request, shelf: Shelf, key: str) -> Answer:
    """A package on the EM-IRI in place of the former one (profile §6.5.1)."""
    deposit = _get(shelf, key)
    fields, deposit["files"] = _unpack(request)
    slug = [field for field in deposit["fields"] if field[0] == "dc.identifier.slug"]
    deposit["fields"] = [*fields, *slug]
    shelf.keep(f"package-{key}", request.body)
    _save(shelf, key, deposit)
    return Answer(204)


def _package(request: Request, shelf: Shelf, key: str) -> Answer:
    """The package in the format that ``Accept-Packaging`` names (profile §6.4)."""
    _get(shelf, key)
    wanted = request.headers.get("Accept-Packaging", METS_SIP)
    if wanted != METS_SIP:
        raise Refusal(406, f"Not to be had as {wanted}.", f"{ERROR}ErrorContent")
    headers = {"Content-Type": "application/zip", "Packaging": METS_SIP}
    return Answer(200, shelf.bytes(f"package-{key}") or b"", headers)


def _delete(request: Request, shelf: Shelf, key: str) -> Answer:
    _get(shelf, key)
    shelf.drop("deposits", key)
    shelf.throw_away(f"package-{key}")
    return Answer(204)


def _statement(request: Request, shelf: Shelf, key: str) -> Answer:
    body = statement(request.base, key, _get(shelf, key))
    return Answer(200, body, {"Content-Type": "application/atom+xml;type=feed"})


def _get(shelf: Shelf, key: str) -> dict:
    if deposit := shelf.get("deposits", key):
        return deposit
    raise Refusal(404, "There is no such deposit.")


def _save(shelf: Shelf, key: str, deposit: dict) -> None:
    if not deposit["in_progress"] and not deposit["handle"]:
        deposit["handle"] = f"20.500.99999/{1000 + shelf.number('handle')}"
    deposit["updated"] = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    shelf.put("deposits", key, deposit)


def _in_progress(request: Request) -> bool:
    said = request.headers.get("In-Progress", "false")
    if said not in ("true", "false"):
        raise Refusal(400, "In-Progress is true or false.", f"{ERROR}ErrorBadRequest")
    return said == "true"


def _unpack(request: Request) -> tuple[list, list]:
    """Fields and files of the package in the body, after the checks that a server makes (profile §6.3.1, §12)."""
    headers = request.headers
    packaging = headers.get("Packaging", "")
    if packaging not in _TAKEN:
        raise Refusal(415, f"The packaging {packaging or '(none)'} is not accepted.", f"{ERROR}ErrorContent")
    if headers.get_content_type() != "application/zip" or packaging != METS_SIP:
        raise Refusal(415, "Only a METS package as application/zip is unpacked.", f"{ERROR}ErrorContent")
    if not headers.get("Content-Disposition", "").startswith("attachment; filename="):
        raise Refusal(400, "Content-Disposition must name the file.", f"{ERROR}ErrorBadRequest")
    said = headers.get("Content-MD5")
    if said and said.lower() != hashlib.md5(request.body, usedforsecurity=False).hexdigest():
        raise Refusal(412, "Content-MD5 does not fit what arrived.", f"{ERROR}ErrorChecksumMismatch")
    try:
        with zipfile.ZipFile(io.BytesIO(request.body)) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise Refusal(400, f"The package cannot be unpacked: {error}", f"{ERROR}ErrorContent") from error


def _read(archive: zipfile.ZipFile) -> tuple[list, list]:
    mets = etree.fromstring(archive.read("mets.xml"))
    if not mets.get("PROFILE", "").startswith("DSpace METS SIP Profile"):
        raise Refusal(400, "PROFILE is not that of a DSpace METS SIP.", f"{ERROR}ErrorContent")
    fields = []
    for field in mets.iterfind(".//d:field", _METS):
        parts = (field.get("mdschema"), field.get("element"), field.get("qualifier"))
        fields.append([".".join(filter(None, parts)), field.text or "", field.get("lang") or ""])
    if not any(name == "dc.title" for name, *_ in fields):
        raise Refusal(400, "There is no title.", f"{ERROR}ErrorContent")
    files = []
    for entry in mets.iterfind(".//m:fileSec//m:file", _METS):
        name = entry.find("m:FLocat", _METS).get(_HREF)
        body = archive.read(name)
        kind, said = (entry.get("CHECKSUMTYPE") or "").replace("-", "").lower(), entry.get("CHECKSUM") or ""
        if said and hashlib.new(kind, body).hexdigest() != said.lower():
            raise Refusal(400, f"{name} is not as mets.xml says.", f"{ERROR}ErrorContent")
        files.append({"name": name, "size": len(body), "mime": entry.get("MIMETYPE") or ""})
    return fields, files


def _arrivals(shelf: Shelf, base: str) -> list[Arrival]:
    found = []
    for key, deposit in shelf.all("deposits").items():
        values = {name: text for name, text, _ in reversed(deposit["fields"])}
        found.append(
            Arrival(
                values.get("dc.title", ""),
                "in progress" if deposit["in_progress"] else "archived",
                deposit["handle"] or key,
                f"{base}/items/{key}",
                tuple((name, text) for name, text, _ in deposit["fields"])
                + tuple(("File", f"{file['name']}, {file['size']} bytes") for file in deposit["files"]),
            )
        )
    return found


_ONE = r"(?P<key>\d+)"
PLACE = Place(
    name="sword",
    label="Repository with SWORD v2",
    prefix="/sword",
    routes=(
        Route("GET", "/servicedocument", _service),
        Route("GET", f"/collection/{COLLECTION}", _list),
        Route("POST", f"/collection/{COLLECTION}", _deposit),
        Route("GET", f"/edit/{_ONE}", _show),
        Route("POST", f"/edit/{_ONE}", _complete),
        Route("DELETE", f"/edit/{_ONE}", _delete),
        Route("GET", f"/edit-media/{_ONE}", _package),
        Route("PUT", f"/edit-media/{_ONE}", _replace),
        Route("GET", f"/statement/{_ONE}.atom", _statement),
    ),
    arrivals=_arrivals,
    refuse=refuse,
    before=lambda request, shelf: None if request.path.startswith("/items/") else _who(request, shelf),
)
