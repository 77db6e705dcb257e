"""Reading the API: shapes, schemas, visibility, media types."""

from pathlib import Path

import pytest
import requests
from lxml import etree

from tests.registry_process import Registry, token_for

from .conftest import HIDDEN, PASSWORD, SCOPE, SECOND, SPARSE, STUDENT, Caller, error_code, work


def test_record_has_everything_to_prefill_a_profile(student: Caller) -> None:
    record = student.call("GET", "record").json()
    person = record["person"]
    assert record["orcid-identifier"] == {
        "uri": f"https://orcid.org/{STUDENT}",
        "path": STUDENT,
        "host": "orcid.org",
    }
    assert person["name"]["given-names"] == {"value": "Josiah"}
    assert person["name"]["credit-name"] == {"value": "J. S. Carberry"}
    assert person["name"]["visibility"] == "public"
    assert person["other-names"]["other-name"][0]["content"] == "Josiah Stinkney Carberry"
    assert person["biography"]["content"] == "Studies cracked pots."
    assert person["addresses"]["address"][0]["country"] == {"value": "US"}
    assert [one["content"] for one in person["keywords"]["keyword"]] == ["psychoceramics", "kelp"]
    url = person["researcher-urls"]["researcher-url"][0]
    assert (url["url-name"], url["url"]) == ("Home page", {"value": "https://example.edu/~josiah"})
    assert [one["email"] for one in person["emails"]["email"]] == ["student@example.edu"]
    education = record["activities-summary"]["educations"]["affiliation-group"][0]["summaries"][0][
        "education-summary"
    ]
    assert education["role-title"] == "PhD"
    assert education["start-date"] == {"year": {"value": "2021"}, "month": {"value": "09"}, "day": None}
    assert education["organization"]["address"] == {"city": "Oxford", "region": None, "country": "GB"}
    assert education["organization"]["disambiguated-organization"] == {
        "disambiguated-organization-identifier": "https://ror.org/052gg0110",
        "disambiguation-source": "ROR",
    }
    assert education["source"]["source-orcid"]["path"] == STUDENT
    assert education["source"]["source-client-id"] is None
    assert isinstance(education["put-code"], int)
    assert isinstance(education["created-date"]["value"], int)


@pytest.mark.schemas
@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("record", "record"),
        ("person", "person"),
        ("activities", "activities"),
        ("works", "activities"),
        ("educations", "activities"),
        ("employments", "activities"),
        ("fundings", "activities"),
        ("personal-details", "personal-details"),
        ("email", "email"),
        ("address", "address"),
        ("keywords", "keyword"),
        ("other-names", "other-name"),
        ("researcher-urls", "researcher-url"),
        ("external-identifiers", "person-external-identifier"),
    ],
)
def test_xml_of_every_section_is_valid(student: Caller, schemas: Path, path: str, schema: str) -> None:
    student.call("POST", "work", json=work()).raise_for_status()
    official = etree.XMLSchema(etree.parse(schemas / f"{schema}-3.0.xsd"))
    official.assertValid(student.xml(path))


def test_a_funding_is_offered_with_everything_to_prefill_a_reference(student: Caller) -> None:
    group = student.call("GET", "fundings").json()["group"][0]
    assert group["external-ids"]["external-id"][0]["external-id-value"] == "NE/T00939X/1"
    summary = group["funding-summary"][0]
    assert "amount" not in summary
    assert summary["type"] == "grant"
    assert summary["organization"]["name"] == "Natural Environment Research Council"
    whole = student.call("GET", f"funding/{summary['put-code']}").json()
    assert whole["amount"] == {"value": "64000", "currency-code": "GBP"}
    assert whole["title"] == {"title": {"value": "Studentship in psychoceramics"}, "translated-title": None}
    assert whole["contributors"] is None
    assert whole["end-date"]["day"] == {"value": "31"}
    in_record = student.call("GET", "record").json()["activities-summary"]["fundings"]["group"]
    assert in_record[0]["funding-summary"][0] == summary


@pytest.mark.schemas
@pytest.mark.parametrize("path", ["record", "person", "works", "fundings", "employments"])
def test_a_sparse_record_is_null_wherever_it_may_be_and_valid(
    registry: Registry, schemas: Path, path: str
) -> None:
    caller = Caller(registry, token_for(registry, SPARSE, PASSWORD, "/read-limited"))
    schema = "record" if path == "record" else "person" if path == "person" else "activities"
    etree.XMLSchema(etree.parse(schemas / f"{schema}-3.0.xsd")).assertValid(caller.xml(path))
    data = caller.call("GET", path).json()
    if path == "record":
        assert data["preferences"]["locale"] == "fr"
        assert data["person"]["name"]["family-name"] is None
        assert data["person"]["biography"] is None
        employment = data["activities-summary"]["employments"]["affiliation-group"][0]["summaries"][0]
        for name in ("source", "end-date", "role-title", "department-name", "external-ids", "url"):
            assert employment["employment-summary"][name] is None, name
        assert employment["employment-summary"]["start-date"] == {
            "year": {"value": "1999"},
            "month": None,
            "day": None,
        }
        work_summary = data["activities-summary"]["works"]["group"][0]["work-summary"][0]
        assert work_summary["external-ids"]["external-id"][0]["external-id-url"] is None


def test_what_a_client_wrote_on_a_sparse_record_is_whole(registry: Registry) -> None:
    caller = Caller(registry, token_for(registry, SPARSE, PASSWORD, SCOPE))
    location = caller.call("POST", "work", json=work(url={"value": "https://example.edu/1"})).headers[
        "Location"
    ]
    stored = caller.call("GET", location).json()
    assert stored["url"] == {"value": "https://example.edu/1"}
    assert stored["source"]["source-client-id"]["path"] == registry.client_id
    caller.call("DELETE", location)


@pytest.mark.schemas
@pytest.mark.parametrize("kind", ["education", "employment", "funding"])
def test_xml_of_items_and_their_summaries_is_valid(student: Caller, schemas: Path, kind: str) -> None:
    section = student.call("GET", f"{kind}s").json()
    groups = section.get("group") or section["affiliation-group"]
    summary = (groups[0].get("funding-summary") or groups[0]["summaries"])[0]
    put_code = summary.get("put-code") or summary[f"{kind}-summary"]["put-code"]
    official = etree.XMLSchema(etree.parse(schemas / f"{kind}-3.0.xsd"))
    for path in (f"{kind}/{put_code}", f"{kind}/summary/{put_code}"):
        official.assertValid(student.xml(path))
        assert student.call("GET", path).json()["put-code"] == put_code


@pytest.mark.schemas
def test_xml_of_single_items_and_errors_is_valid(student: Caller, schemas: Path) -> None:
    location = student.call("POST", "work", json=work()).headers["Location"]
    put_code = location.rsplit("/", 1)[1]
    for path, schema in (
        (location, "work"),
        (f"work/summary/{put_code}", "work"),
        (f"works/{put_code},1", "bulk"),
    ):
        etree.XMLSchema(etree.parse(schemas / f"{schema}-3.0.xsd")).assertValid(student.xml(path))
    refusal = student.call("GET", "work/1", xml=True)
    etree.XMLSchema(etree.parse(schemas / "error-3.0.xsd")).assertValid(etree.fromstring(refusal.content))


def test_json_and_xml_say_the_same(student: Caller) -> None:
    location = student.call("POST", "work", json=work(url={"value": "https://example.edu/1"})).headers[
        "Location"
    ]
    as_json, as_xml = student.call("GET", location).json(), student.xml(location)
    common = "{http://www.orcid.org/ns/common}"
    assert as_xml.get("put-code") == str(as_json["put-code"])
    assert as_xml.findtext(f"{common}url") == as_json["url"]["value"] == "https://example.edu/1"
    assert as_xml.findtext(f".//{common}source-client-id/{common}path") == student.registry.client_id
    assert as_xml.findtext(f".//{common}external-id-normalized") is not None


def test_works_with_one_identifier_from_two_sources_are_one_group(student: Caller, journal: Caller) -> None:
    body = work()
    value = body["external-ids"]["external-id"][0]["external-id-value"]
    for caller in (student, journal):
        assert caller.call("POST", "work", json=body).status_code == 201
    groups = student.call("GET", "works").json()["group"]
    ours = [g for g in groups if g["external-ids"]["external-id"][0]["external-id-value"] == value]
    assert len(ours) == 1
    sources = [one["source"]["source-client-id"]["path"] for one in ours[0]["work-summary"]]
    assert sources == [student.registry.client_id, "APP-OTHER00000000002"]


def test_visibility_follows_the_scope(registry: Registry) -> None:
    def keywords(scope: str) -> list:
        caller = Caller(registry, token_for(registry, HIDDEN, PASSWORD, scope))
        return caller.call("GET", "keywords").json()["keyword"]

    assert keywords("/authenticate") == []
    assert [one["content"] for one in keywords("/read-limited")] == ["only for trusted parties"]


def test_a_private_name_is_null_even_for_trusted_parties(registry: Registry) -> None:
    caller = Caller(registry, token_for(registry, HIDDEN, PASSWORD, "/read-limited"))
    assert caller.call("GET", "person").json()["name"] is None


def test_only_verified_addresses_and_private_ones_by_scope(registry: Registry) -> None:
    caller = Caller(registry, token_for(registry, "student", PASSWORD, "/read-limited /email/read-private"))
    shown = {one["email"] for one in caller.call("GET", "email").json()["email"]}
    assert shown == {"student@example.edu", "private@example.edu"}


def test_private_items_of_others_are_dropped_in_lists_and_refused_alone(student: Caller) -> None:
    titles = [
        one["title"]["title"]["value"]
        for group in student.call("GET", "works").json()["group"]
        for one in group["work-summary"]
    ]
    assert "A private draft" not in titles
    # The works of the people file come after the other items; the private one is among the first put-codes.
    answers = [student.call("GET", f"work/{put_code}") for put_code in range(1500001, 1500012)]
    refused = [answer for answer in answers if answer.status_code == 403]
    assert [error_code(answer) for answer in refused] == [9013]


def test_bulk_read_puts_errors_in_their_place(student: Caller) -> None:
    put_code = student.call("POST", "work", json=work()).headers["Location"].rsplit("/", 1)[1]
    bulk = student.call("GET", f"works/1,{put_code}").json()["bulk"]
    assert bulk[0]["error"]["error-code"] == 9016
    assert bulk[1]["work"]["put-code"] == int(put_code)
    many = student.call("GET", "works/" + ",".join(["1"] * 101))
    assert (many.status_code, error_code(many)) == (400, 9042)


@pytest.mark.parametrize(
    ("accept", "content_type", "expected"),
    [
        (None, None, "application/xml"),
        (None, "application/json", "application/json"),
        ("*/*", None, "application/xml"),
        ("application/orcid+json", None, "application/orcid+json"),
        ("application/vnd.orcid+xml", None, "application/vnd.orcid+xml"),
        ("text/html, application/json;q=0.9", None, "application/json"),
    ],
)
def test_media_type(student: Caller, accept: str | None, content_type: str | None, expected: str) -> None:
    answer = student.call("GET", "works", headers={"Accept": accept, "Content-Type": content_type})
    assert answer.headers["Content-Type"].partition(";")[0] == expected


def test_unknown_media_types_and_methods(student: Caller) -> None:
    accept = student.call("GET", "works", headers={"Accept": "text/html"})
    assert accept.status_code == 406
    assert b"<error:error-code>9001<" in accept.content
    body = student.call("POST", "work", data=b"{}", headers={"Content-Type": "text/plain"})
    assert (body.status_code, error_code(body)) == (415, 9001)
    method = student.call("DELETE", "works")
    assert (method.status_code, error_code(method)) == (405, 9001)


def test_tokens_and_records_are_checked(student: Caller) -> None:
    nothing = student.call("GET", "record", headers={"Authorization": None})
    assert (nothing.status_code, nothing.json()["error"]) == (403, "forbidden")
    unknown = student.call("GET", "record", headers={"Authorization": "Bearer nonsense"})
    assert (unknown.status_code, unknown.json()["error"]) == (401, "invalid_token")
    foreign = student.call("GET", f"{student.registry.api_url}/{SECOND}/record")
    assert (foreign.status_code, error_code(foreign)) == (401, 9017)
    absent = student.call("GET", f"{student.registry.api_url}/0009-0000-0000-0009/record")
    assert (absent.status_code, error_code(absent)) == (404, 9011)


def test_anonymous_people_see_public_things_on_the_page(registry: Registry) -> None:
    page = requests.get(f"{registry.base_url}/{STUDENT}", timeout=10)
    assert page.status_code == 200
    assert "J. S. Carberry" in page.text
    for shown in (
        "psychoceramics",
        "Josiah Stinkney Carberry",
        "Home page",
        "University of Oxford",
        "2021-09",
    ):
        assert shown in page.text
    assert "A private draft" not in page.text
    hidden = requests.get(f"{registry.base_url}/{HIDDEN}", timeout=10).text
    assert "Hidden" not in hidden
    assert "only for trusted parties" not in hidden
