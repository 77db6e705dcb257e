"""The stand-ins refuse what the real servers refuse, and a refused request leaves nothing behind."""

import hashlib
import io
import zipfile

import pytest
import requests
from lxml import etree

from submissions.metadata.crosswalks import inveniordm, mets, xml
from tests.places_process import SECRET, USER
from tests.records import make_record

SIP = "http://purl.org/net/sword/package/METSDSpaceSIP"
COLLECTION = "c0ffee00-0000-4000-8000-000000000001"


def package(manifest: bytes | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "mets.xml", manifest or xml.to_bytes(mets.to_element(make_record(files=()), stock_only=True))
        )
    return made.getvalue()


class Sword:
    HEADERS = {
        "Content-Type": "application/zip",
        "Content-Disposition": "attachment; filename=x.zip",
        "Packaging": SIP,
    }

    def __init__(self, places) -> None:
        self.places = places
        self.base = places.at("sword")

    def deposit(self, body: bytes, auth=(USER, SECRET), **headers: str) -> requests.Response:
        return requests.post(
            f"{self.base}/collection/theses", body, auth=auth, headers=self.HEADERS | headers, timeout=10
        )


@pytest.mark.parametrize(
    ("headers", "status", "iri"),
    [
        ({"Content-MD5": "0" * 32}, 412, "ErrorChecksumMismatch"),
        ({"Packaging": "http://purl.org/net/sword/package/BagIt"}, 415, "ErrorContent"),
        ({"On-Behalf-Of": "somebody"}, 412, "MediationNotAllowed"),
        ({"In-Progress": "perhaps"}, 400, "ErrorBadRequest"),
        ({"Content-Disposition": "inline"}, 400, "ErrorBadRequest"),
    ],
)
def test_sword_refuses_by_the_profile(places, headers, status, iri):
    before = places.see()["arrived"]["sword"]
    answer = Sword(places).deposit(package(), **headers)
    assert answer.status_code == status
    error = etree.fromstring(answer.content)
    assert etree.QName(error).localname == "error"
    assert error.get("href") == f"http://purl.org/net/sword/error/{iri}"
    assert places.see()["arrived"]["sword"] == before


def test_sword_knows_who_may_deposit_and_reads_what_is_deposited(places):
    sword = Sword(places)
    assert sword.deposit(package(), auth=None).status_code == 401
    assert sword.deposit(b"no zip").status_code == 400
    assert sword.deposit(package(b"<mets/>")).status_code == 400


def test_sword_takes_a_deposit_to_its_end(places):
    body = package()
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    answer = Sword(places).deposit(body, **{"Content-MD5": digest, "In-Progress": "true", "Slug": "mine"})
    assert answer.status_code == 201
    edit = answer.headers["Location"]
    assert places.see()["arrived"]["sword"][-1]["state"] == "in progress"
    done = requests.post(edit, headers={"In-Progress": "false"}, auth=(USER, SECRET), timeout=10)
    assert done.status_code == 200
    assert "hdl.handle.net" in done.text
    assert places.see()["arrived"]["sword"][-1]["state"] == "archived"
    assert requests.delete(edit, auth=(USER, SECRET), timeout=10).status_code == 204
    assert requests.get(edit, auth=(USER, SECRET), timeout=10).status_code == 404


class Dspace(requests.Session):
    """A session that signs in as the contract says."""

    def __init__(self, places, sign_in: bool = True) -> None:
        super().__init__()
        self.base = places.at("dspace")
        self.get(f"{self.base}/api", timeout=10)
        if sign_in:
            form = {"user": USER, "password": SECRET}
            answer = self.ask("POST", "api/authn/login", data=form)
            self.headers["Authorization"] = answer.headers["Authorization"]

    def ask(self, method: str, path: str, **arguments) -> requests.Response:
        token = {"X-XSRF-TOKEN": self.cookies.get("DSPACE-XSRF-COOKIE", "")}
        headers = token | arguments.pop("headers", {})
        return self.request(method, f"{self.base}/{path}", headers=headers, timeout=10, **arguments)


def test_dspace_wants_the_token_twice(places):
    session = Dspace(places)
    forged = session.ask("POST", f"api/submission/workspaceitems?owningCollection={COLLECTION}",
                         headers={"X-XSRF-TOKEN": "x"})  # fmt: skip
    assert forged.status_code == 403
    assert forged.headers["DSPACE-XSRF-TOKEN"]
    assert (
        session.ask("POST", f"api/submission/workspaceitems?owningCollection={COLLECTION}").status_code == 201
    )


def test_dspace_wants_to_know_who_it_is(places):
    session = Dspace(places, sign_in=False)
    assert (
        session.ask("POST", f"api/submission/workspaceitems?owningCollection={COLLECTION}").status_code == 401
    )
    wrong = session.ask("POST", "api/authn/login", data={"user": USER, "password": "x"})
    assert wrong.status_code == 401
    assert "password" in wrong.headers["WWW-Authenticate"]


def test_dspace_refuses_fields_embargoes_and_submissions_that_are_not_right(places):
    session = Dspace(places)
    made = session.ask("POST", f"api/submission/workspaceitems?owningCollection={COLLECTION}").json()
    path = f"api/submission/workspaceitems/{made['id']}"

    def patch(place: str, value: object) -> int:
        return session.ask("PATCH", path, json=[{"op": "add", "path": place, "value": value}]).status_code

    title = [{"value": "A title"}]
    assert patch("/sections/traditionalpageone/dc.subject", title) == 422  # another section has it
    assert patch("/sections/traditionalpageone/dc.title", title) == 200
    assert patch("/metadata/dc.title", title) == 400
    files = {"file": ("ä.pdf", b"%PDF", "application/pdf")}
    sent = session.ask("POST", path, files=files)
    assert sent.status_code == 201
    assert patch("/sections/upload/files/0/accessConditions", [{"name": "embargo"}]) == 422
    headers = {"Content-Type": "text/uri-list"}
    assert session.ask("POST", "api/workflow/workflowitems", data=path, headers=headers).status_code == 422
    errors = [one["message"] for one in session.ask("GET", path).json()["errors"]]
    assert "error.validation.license.notgranted" in errors
    assert session.ask("DELETE", path).status_code == 204


def invenio(places, method: str, path: str, token: str = SECRET, **arguments) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= arguments.pop("headers", {})
    return requests.request(
        method, f"{places.at('invenio')}/{path}", headers=headers, timeout=10, **arguments
    )


def test_inveniordm_wants_a_token_and_a_whole_record(places):
    assert invenio(places, "POST", "api/records", token="", json={}).status_code == 403
    assert invenio(places, "POST", "api/records", token="wrong", json={}).status_code == 401
    made = invenio(places, "POST", "api/records", json={"metadata": {"title": "Only a title"}}).json()
    refused = invenio(places, "POST", f"api/records/{made['id']}/draft/actions/publish")
    assert refused.status_code == 400
    fields = {one["field"] for one in refused.json()["errors"]}
    assert {"metadata.creators", "metadata.publication_date", "metadata.resource_type"} <= fields
    assert invenio(places, "GET", f"api/records/{made['id']}").status_code == 404


def test_inveniordm_keeps_files_of_a_published_record_and_leaves_a_tombstone(places):
    body = inveniordm.to_dict(make_record())
    made = invenio(places, "POST", "api/records", json=body).json()
    path = f"api/records/{made['id']}"
    binary = {"Content-Type": "application/octet-stream"}
    assert invenio(places, "POST", f"{path}/draft/actions/publish").status_code == 400  # no file yet
    invenio(places, "POST", f"{path}/draft/files", json=[{"key": "a.pdf"}])
    assert invenio(places, "PUT", f"{path}/draft/files/a.pdf/content", data=b"x").status_code == 415
    invenio(places, "PUT", f"{path}/draft/files/a.pdf/content", data=b"x", headers=binary)
    assert invenio(places, "POST", f"{path}/draft/actions/publish").status_code == 400  # not committed
    done = invenio(places, "POST", f"{path}/draft/files/a.pdf/commit").json()
    assert done["checksum"] == "md5:" + hashlib.md5(b"x", usedforsecurity=False).hexdigest()
    assert invenio(places, "POST", f"{path}/draft/actions/publish").status_code == 202
    assert invenio(places, "POST", f"{path}/draft").status_code == 201
    assert invenio(places, "POST", f"{path}/draft/files", json=[{"key": "b.pdf"}]).status_code == 403
    gone = {"removal_reason": {"id": "retracted"}}
    assert invenio(places, "DELETE", f"{path}/delete", json={}).status_code == 400
    assert invenio(places, "DELETE", f"{path}/delete", json=gone).status_code == 204
    assert invenio(places, "GET", path).status_code == 410
    assert invenio(places, "POST", f"{path}/restore").status_code == 200
    assert invenio(places, "GET", path).status_code == 200


def test_what_arrived_survives_a_restart(tmp_path):
    from tests.places_process import start_places

    places = start_places(tmp_path)
    try:
        Sword(places).deposit(package())
        before = places.see()["arrived"]
        places.restart()
        assert places.see()["arrived"] == before
        assert before["sword"]
        page = requests.get(f"{places.base_url}/", timeout=10).text
        assert before["sword"][0]["title"] in page
        assert requests.get(f"{places.at('sword')}/items/1", timeout=10).status_code == 200
    finally:
        places.stop()
