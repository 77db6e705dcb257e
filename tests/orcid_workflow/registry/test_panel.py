"""The control page, as a person uses it, and the JSON controls behind it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.registry_process import Registry, client_token, start_registry, token_for

from .conftest import HIDDEN, PASSWORD, PEOPLE, SCOPE, SECOND, STUDENT, Caller, education, error_code, work


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry of its own: these tests change everything."""
    running = start_registry(tmp_path_factory.mktemp("panel"), PEOPLE, faults=True)
    yield running
    assert running.stop() == 0


@pytest.fixture
def student(registry: Registry) -> Caller:
    return Caller(registry, token_for(registry, "student", PASSWORD, SCOPE))


class Page:
    """The control page, or that of a person, in a browser without scripts."""

    def __init__(self, registry: Registry, orcid: str = ""):
        self.session = requests.Session()
        self.url = f"{registry.base_url}/_control" + (f"/{orcid}" if orcid else "")

    def text(self) -> str:
        answer = self.session.get(self.url, timeout=10)
        assert answer.status_code == 200
        return answer.text

    def press(self, what: str, **fields: object) -> requests.Response:
        """Send the form whose button has the value ``what``, with ``fields`` filled in."""
        forms = re.findall(r"<form\b.*?</form>", self.text(), re.DOTALL)
        form = next(form for form in forms if f'value="{what}"' in form)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', form).group(1)
        data = {"csrfmiddlewaretoken": token, "what": what} | fields
        return self.session.post(self.url, data, timeout=30)


def test_a_fault_is_added_seen_and_cleared(registry: Registry, student: Caller) -> None:
    page = Page(registry)
    fields = {"goes_wrong": "status 503", "path_regex": "/works$", "skip": 0, "times": 1, "seconds": 1}
    assert "answer 503" in page.press("fault", **fields).text
    assert student.call("GET", "works").status_code == 503
    page.press("fault", **fields | {"goes_wrong": "error 9018", "times": 0})
    assert [error_code(student.call("GET", "works")) for _ in range(2)] == [9018, 9018]
    assert "No faults are waiting" in page.press("clear faults").text
    assert student.call("GET", "works").status_code == 200


def test_a_fault_with_a_bad_expression_is_explained(registry: Registry) -> None:
    fields = {"goes_wrong": "drop_after", "path_regex": "(", "skip": 0, "times": 1, "seconds": 1}
    answer = Page(registry).press("fault", **fields)
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert registry.see("faults")["faults"] == []


def test_the_service(registry: Registry) -> None:
    page = Page(registry)
    fields = {"api_status": "down", "rate": 3, "burst": 4, "code_seconds": 5, "webhook_seconds": 6}
    page.press("switches", **fields)
    switches = registry.see("switches")["switches"]
    assert {name: switches[name] for name in fields} == fields
    page.press("put back")
    assert registry.see("switches")["switches"]["api_status"] == "up"
    assert registry.see("switches")["switches"]["rate"] == 0


def test_a_record_is_locked_and_freed(registry: Registry, student: Caller) -> None:
    page = Page(registry, STUDENT)
    fields = {"status": "locked", "primary": "", "name_visibility": "public", "visibility_default": "public"}
    assert page.press("person", **fields).status_code == 200
    assert error_code(student.call("GET", "works")) == 9018
    assert "locked" in Page(registry).text()
    page.press("person", **fields | {"status": "active", "name_visibility": "private"})
    assert student.call("GET", "person").json()["name"] is None
    page.press("person", **fields | {"status": "active"})
    refused = page.press("person", **fields | {"status": "deprecated"})
    assert (refused.status_code, "replaced it" in refused.text) == (400, True)
    assert student.call("GET", "works").status_code == 200


def test_an_item_is_hidden_and_removed_as_by_its_owner(registry: Registry, student: Caller) -> None:
    location = student.call("POST", "education", json=education()).headers["Location"]
    put_code = location.rsplit("/", 1)[1]
    page = Page(registry, STUDENT)
    page.press("visibility", put_code=put_code, visibility="private")
    assert student.call("GET", location).json()["visibility"] == "private"
    page.press("remove", put_code=put_code)
    assert student.call("GET", location).status_code == 404
    assert page.press("remove", put_code=put_code).status_code == 400


def test_trust_is_ended(registry: Registry, student: Caller) -> None:
    location = student.call("POST", "work", json=work()).headers["Location"]
    Page(registry, STUDENT).press("end trust", client_id=registry.client_id)
    assert student.call("GET", "works").status_code == 401
    assert student.call("DELETE", location).status_code == 204


def test_an_unclaimed_record_signs_nobody_in_and_has_no_page(registry: Registry) -> None:
    registry.control("status", orcid=SECOND, status="unclaimed")
    with pytest.raises(AssertionError, match="has not claimed it yet"):
        token_for(registry, SECOND, PASSWORD, SCOPE)
    page = requests.get(f"{registry.base_url}/{SECOND}", timeout=10)
    assert (page.status_code, "not been claimed" in page.text) == (409, True)
    registry.control("status", orcid=SECOND, status="active")


def test_a_client_is_set(registry: Registry) -> None:
    page = Page(registry)
    fields = {"client_id": registry.client_id, "kind": "member", "status": "active"}
    page.press("client", **fields)
    assert client_token(registry, "/webhook").status_code == 401
    page.press("client", **fields | {"webhooks": "on"})
    assert client_token(registry, "/webhook").status_code == 200


def test_calls_and_people_are_listed_without_tokens(registry: Registry, student: Caller) -> None:
    student.call("GET", "works")
    page = Page(registry)
    text = page.text()
    assert f"GET /v3.0/{STUDENT}/works" in text
    assert student.token not in text
    assert STUDENT in text
    page.url += "?q=Second"
    people = re.search(r'<ul class="people">.*?</ul>', page.text(), re.DOTALL).group()
    assert (SECOND in people, HIDDEN in people) == (True, False)


def test_the_page_needs_its_token_against_forgery(registry: Registry) -> None:
    answer = requests.post(f"{registry.base_url}/_control", {"what": "clear faults"}, timeout=10)
    assert answer.status_code == 403


def test_json_controls(registry: Registry, student: Caller) -> None:
    location = student.call("POST", "work", json=work()).headers["Location"]
    put_code = int(location.rsplit("/", 1)[1])
    items = requests.get(f"{registry.base_url}/_items", {"orcid": STUDENT}, timeout=10).json()["items"]
    ours = next(item for item in items if item["put_code"] == put_code)
    assert (ours["kind"], ours["client_id"]) == ("work", registry.client_id)
    registry.control("items", put_code=put_code, visibility="limited")
    assert student.call("GET", location).json()["visibility"] == "limited"
    gone = requests.delete(f"{registry.base_url}/_items", json={"put_code": put_code}, timeout=10)
    again = requests.delete(f"{registry.base_url}/_items", json={"put_code": put_code}, timeout=10)
    assert (gone.status_code, again.status_code) == (204, 404)
    registry.control("trust", orcid=STUDENT, client_id=registry.client_id)
    assert student.call("GET", "works").status_code == 401
    assert {person["orcid"] for person in registry.see("status")["people"]} >= {STUDENT, HIDDEN}


@pytest.mark.parametrize(
    ("control", "values", "status"),
    [
        ("status", {"orcid": STUDENT, "status": "asleep"}, 400),
        ("status", {"orcid": STUDENT, "status": "deprecated"}, 400),
        ("status", {"orcid": STUDENT, "password": "x"}, 400),
        ("status", {"orcid": "0000-0000-0000-0000", "status": "locked"}, 404),
        ("clients", {"client_id": "nobody"}, 404),
        ("clients", {"client_id": "nobody", "kind": "friend"}, 400),
        ("items", {"put_code": 1, "visibility": "public"}, 404),
        ("organizations", {"identifier": "x", "source": "NOWHERE"}, 400),
        ("trust", {"orcid": STUDENT, "client_id": "nobody"}, 404),
    ],
)
def test_controls_refuse_what_cannot_be(registry: Registry, control: str, values: dict, status: int) -> None:
    assert requests.post(f"{registry.base_url}/_{control}", json=values, timeout=10).status_code == status


def test_an_organisation_becomes_known(registry: Registry, student: Caller) -> None:
    body = education()
    there = body["organization"]["disambiguated-organization"]
    there["disambiguated-organization-identifier"] = "https://ror.org/03wnrjx87"
    assert error_code(student.call("POST", "education", json=body)) == 9045
    registry.control(
        "organizations", identifier="https://ror.org/03wnrjx87", source="ROR", name="Royal Society"
    )
    assert student.call("POST", "education", json=body).status_code == 201


def test_organisations_of_the_people_file(tmp_path: Path) -> None:
    registry = start_registry(
        tmp_path, PEOPLE[:1], faults=True, organizations=[{"identifier": "https://ror.org/03wnrjx87"}]
    )
    try:
        known = [one["identifier"] for one in registry.see("organizations")["organizations"]]
    finally:
        registry.stop()
    assert "https://ror.org/03wnrjx87" in known
