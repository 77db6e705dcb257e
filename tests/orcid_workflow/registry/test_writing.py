"""Creating, changing and deleting works and affiliations."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from lxml import etree

from tests.registry_process import Registry, submit, token_for

from .conftest import OTHER_CLIENT, PASSWORD, SCOPE, STUDENT, Caller, education, error_code, work

XML_WORK = """<?xml version="1.0" encoding="UTF-8"?>
<work:work xmlns:work="http://www.orcid.org/ns/work" xmlns:common="http://www.orcid.org/ns/common">
  <work:title><common:title>Kelp &amp; more</common:title></work:title>
  <work:type>dissertation-thesis</work:type>
  <common:publication-date><common:year>2026</common:year><common:month>05</common:month></common:publication-date>
  <common:external-ids><common:external-id>
    <common:external-id-type>handle</common:external-id-type>
    <common:external-id-value>99999/xml</common:external-id-value>
    <common:external-id-url>https://hdl.handle.net/99999/xml</common:external-id-url>
    <common:external-id-relationship>self</common:external-id-relationship>
  </common:external-id></common:external-ids>
  <work:contributors><work:contributor>
    <common:contributor-orcid><common:path>0000-0001-5109-3700</common:path></common:contributor-orcid>
    <work:credit-name>A. Advisor</work:credit-name>
    <work:contributor-email>advisor@example.edu</work:contributor-email>
    <work:contributor-attributes>
      <work:contributor-sequence>additional</work:contributor-sequence>
      <work:contributor-role>http://credit.niso.org/contributor-roles/supervision/</work:contributor-role>
    </work:contributor-attributes>
  </work:contributor></work:contributors>
</work:work>"""


def test_xml_work_goes_in_and_comes_out_as_json(student: Caller) -> None:
    answer = student.call("POST", "work", xml=True, data=XML_WORK.encode())
    assert (answer.status_code, answer.content) == (201, b"")
    stored = student.call("GET", answer.headers["Location"]).json()
    assert stored["title"]["title"]["value"] == "Kelp & more"
    assert stored["publication-date"] == {"year": {"value": "2026"}, "month": {"value": "05"}, "day": None}
    contributor = stored["contributors"]["contributor"][0]
    assert contributor["contributor-orcid"]["uri"] == "https://orcid.org/0000-0001-5109-3700"
    assert contributor["contributor-email"] is None
    assert stored["visibility"] == "public"


def test_put_replaces_whole_and_an_identical_body_changes_nothing(student: Caller) -> None:
    body = work(**{"short-description": "First"})
    location = student.call("POST", "work", json=body).headers["Location"]
    put_code = int(location.rsplit("/", 1)[1])
    first = student.call("GET", location).json()
    same = student.call("PUT", location, json=body | {"put-code": put_code})
    assert (same.status_code, same.json()) == (200, first)
    del body["short-description"]
    changed = student.call("PUT", location, json=body | {"put-code": put_code, "visibility": "public"}).json()
    assert changed["short-description"] is None
    assert changed["created-date"] == first["created-date"]
    assert changed["last-modified-date"]["value"] > first["last-modified-date"]["value"]


def test_what_was_read_can_be_put_back_and_a_false_source_is_ignored(student: Caller) -> None:
    location = student.call("POST", "work", json=work()).headers["Location"]
    stored = student.call("GET", location).json()
    stored["source"]["source-client-id"]["path"] = OTHER_CLIENT["client_id"]
    answer = student.call("PUT", location, json=stored)
    assert answer.status_code == 200
    assert answer.json()["source"]["source-client-id"]["path"] == student.registry.client_id


def test_delete(student: Caller) -> None:
    location = student.call("POST", "work", json=work()).headers["Location"]
    answer = student.call("DELETE", location)
    assert (answer.status_code, answer.content) == (204, b"")
    again = student.call("DELETE", location)
    assert (again.status_code, error_code(again)) == (404, 9016)
    new = student.call("POST", "work", json=work()).headers["Location"]
    assert int(new.rsplit("/", 1)[1]) > int(location.rsplit("/", 1)[1])


def test_a_duplicate_names_the_put_code(student: Caller, journal: Caller) -> None:
    body = work()
    put_code = student.call("POST", "work", json=body).headers["Location"].rsplit("/", 1)[1]
    again = student.call("POST", "work", json=body)
    assert (again.status_code, error_code(again)) == (409, 9021)
    assert f"please see element with put-code {put_code}" in again.json()["developer-message"]
    assert journal.call("POST", "work", json=body).status_code == 201


@pytest.mark.parametrize(
    ("id_type", "first", "second", "clash"),
    [
        ("doi", "10.5555/AbC", "https://doi.org/10.5555/abc", True),
        ("handle", "1/2", "hdl:1/2", False),
        ("handle", "3/A", "3/a", True),
        ("uri", "https://example.edu/X", "https://example.edu/x", False),
        ("uri", "example.edu/y", "http://example.edu/y", True),
        ("isbn", "978-3-16-148410-0", "9783161484100", True),
    ],
)
def test_how_identifiers_are_compared(
    student: Caller, id_type: str, first: str, second: str, clash: bool
) -> None:
    def post(value: str) -> int:
        body = work()
        body["external-ids"]["external-id"][0] |= {"external-id-type": id_type, "external-id-value": value}
        return student.call("POST", "work", json=body).status_code

    assert [post(first), post(second)] == [201, 409 if clash else 201]


def test_part_of_is_never_a_duplicate_and_put_is_checked_too(student: Caller) -> None:
    series = work()["external-ids"]["external-id"][0] | {"external-id-relationship": "part-of"}
    bodies = [work(), work()]
    for body in bodies:
        body["external-ids"]["external-id"].append(series)
    locations = [student.call("POST", "work", json=body).headers["Location"] for body in bodies]
    clash = bodies[0] | {"put-code": int(locations[1].rsplit("/", 1)[1])}
    answer = student.call("PUT", locations[1], json=clash)
    assert (answer.status_code, error_code(answer)) == (409, 9021)


def test_of_posts_at_one_moment_one_wins(student: Caller) -> None:
    body = work()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: student.call("POST", "work", json=body).status_code, range(6)))
    assert sorted(answers) == [201] + [409] * 5


def test_items_of_other_clients_cannot_be_changed(student: Caller, journal: Caller) -> None:
    body = work()
    location = student.call("POST", "work", json=body).headers["Location"]
    put_code = int(location.rsplit("/", 1)[1])
    assert journal.call("GET", location).status_code == 200
    changed = journal.call("PUT", location, json=body | {"put-code": put_code})
    deleted = journal.call("DELETE", location)
    assert [(answer.status_code, error_code(answer)) for answer in (changed, deleted)] == [(403, 9010)] * 2


def test_bulk_answers_200_with_each_fault_in_its_place(student: Caller) -> None:
    one = work()
    untitled = work(title={"title": {"value": ""}})
    bulk = {"bulk": [{"work": one}, {"work": untitled}, {"work": one}]}
    answer = student.call("POST", "works", json=bulk)
    assert answer.status_code == 200
    first, second, third = answer.json()["bulk"]
    assert first["work"]["put-code"] > 0
    assert (second["error"]["error-code"], third["error"]["error-code"]) == (9022, 9021)
    to_work = student.call("POST", "work", json=bulk)
    assert (to_work.status_code, error_code(to_work)) == (400, 9006)
    many = student.call("POST", "works", json={"bulk": [{"work": one}] * 101})
    assert (many.status_code, error_code(many)) == (400, 9006)


def test_education_there_and_back(student: Caller) -> None:
    location = student.call("POST", "education", json=education()).headers["Location"]
    assert "/education/" in location
    stored = student.call("GET", location).json()
    assert stored["organization"]["address"]["country"] == "GB"
    changed = student.call("PUT", location, json=stored | {"role-title": "MSc"})
    assert changed.json()["role-title"] == "MSc"
    summaries = [
        one["education-summary"]["put-code"]
        for group in student.call("GET", "educations").json()["affiliation-group"]
        for one in group["summaries"]
    ]
    assert stored["put-code"] in summaries
    assert student.call("DELETE", location).status_code == 204


def test_educations_without_identifiers_are_never_duplicates(student: Caller) -> None:
    locations = [student.call("POST", "education", json=education()) for _ in range(2)]
    assert [answer.status_code for answer in locations] == [201, 201]
    identified = education(**{"external-ids": work()["external-ids"]})
    answers = [student.call("POST", "education", json=identified) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 409]


def test_a_token_that_the_person_revoked_still_deletes(registry: Registry) -> None:
    client = {"client_id": OTHER_CLIENT["client_id"], "client_secret": OTHER_CLIENT["client_secret"]}
    caller = Caller(registry, token_for(registry, "0000-0002-1694-233X", PASSWORD, SCOPE, **client))
    location = caller.call("POST", "work", json=work()).headers["Location"]
    session = _signed_in(registry, caller.orcid)
    parties = session.get(f"{registry.base_url}/trusted-parties", timeout=10)
    assert "A journal" in parties.text
    submit(session, parties, {"client_id": client["client_id"]})
    assert "A journal" not in session.get(parties.url, timeout=10).text
    refused = [caller.call("GET", location), caller.call("POST", "work", json=work())]
    assert [(answer.status_code, answer.json()["error"]) for answer in refused] == [
        (401, "invalid_token")
    ] * 2
    assert caller.call("DELETE", location).status_code == 204


def test_the_owner_removes_a_work_on_the_page(registry: Registry, student: Caller) -> None:
    location = student.call("POST", "work", json=work(title={"title": {"value": "To be removed"}})).headers[
        "Location"
    ]
    session = _signed_in(registry, STUDENT)
    page = session.get(f"{registry.base_url}/{STUDENT}", timeout=10)
    assert "To be removed" in page.text
    assert "A private draft" in page.text
    answer = submit(session, page, {})  # the last form belongs to the newest work
    assert answer.status_code == 302
    assert student.call("GET", location).status_code == 404


def _signed_in(registry: Registry, orcid: str) -> requests.Session:
    session = requests.Session()
    submit(
        session,
        session.get(f"{registry.base_url}/signin", timeout=10),
        {"username": orcid, "password": PASSWORD},
    )
    return session


def test_funding_there_and_back(student: Caller) -> None:
    body = {
        "type": "grant",
        "title": {"title": {"value": "Tides"}},
        "organization": education()["organization"],
        "external-ids": work()["external-ids"],
    }
    location = student.call("POST", "funding", json=body).headers["Location"]
    stored = student.call("GET", location).json()
    assert stored["title"]["title"]["value"] == "Tides"
    changed = student.call("PUT", location, json=stored | {"type": "award"})
    assert (changed.status_code, changed.json()["type"]) == (200, "award")
    again = student.call("POST", "funding", json=body)
    assert (again.status_code, error_code(again)) == (409, 9021)
    assert student.call("DELETE", location).status_code == 204


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "gift"}, 9037),
        ({"title": None}, 9022),
        ({"amount": {"value": "", "currency-code": "GBP"}}, 9020),
        ({"external-ids": None}, 9023),
        ({"start-date": {"year": {"value": "2024"}}, "end-date": {"year": {"value": "2023"}}}, 9055),
        (
            {
                "contributors": {
                    "contributor": [{"contributor-attributes": {"contributor-role": "supervisor"}}]
                }
            },
            9058,
        ),
        ({"organization": {"name": "Nobody", "address": {"country": "GB"}}}, 9045),
    ],
)
def test_funding_refusals(student: Caller, changes: dict, code: int) -> None:
    body = {
        "type": "grant",
        "title": {"title": {"value": "Tides"}},
        "organization": education()["organization"],
        "external-ids": work()["external-ids"],
    }
    answer = student.call("POST", "funding", json=body | changes)
    assert (answer.status_code, error_code(answer)) == (400, code)


def test_eight_clients_write_at_once_and_none_meets_a_lock(student: Caller) -> None:
    def writes(_n: int) -> list[int]:
        statuses = []
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {student.token}"
            for _ in range(12):
                made = session.post(f"{student.record}/work", json=work(), timeout=60)
                gone = session.delete(made.headers["Location"], timeout=60)
                statuses += [made.status_code, gone.status_code]
        return statuses

    with ThreadPoolExecutor(8) as pool:
        answers = [status for statuses in pool.map(writes, range(8)) for status in statuses]
    assert answers == [201, 204] * 96


def test_bulk_in_xml_keeps_the_order_and_survives_half_a_contributor(student: Caller) -> None:
    half = XML_WORK.replace("99999/xml", "99999/bulk-half").replace(
        "<common:path>0000-0001-5109-3700</common:path>", ""
    )
    works = [
        XML_WORK.replace("99999/xml", "99999/bulk-xml"),
        XML_WORK.replace("work:type>", "work:kind>"),
        half,
    ]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    body = '<bulk:bulk xmlns:bulk="http://www.orcid.org/ns/bulk">{}</bulk:bulk>'
    sent = body.format("".join(one.removeprefix(head) for one in works)).encode()
    answer = student.call("POST", "works", xml=True, data=sent)
    assert answer.status_code == 200
    slots = etree.fromstring(answer.content)
    assert [etree.QName(slot).localname for slot in slots] == ["work", "error", "work"]
    assert slots[0].get("put-code").isdecimal()
    refused = student.call("POST", "work", xml=True, data=sent)
    assert (refused.status_code, b"error-code>9006<" in refused.content) == (400, True)
    for slot in (slots[0], slots[2]):
        student.call("DELETE", f"work/{slot.get('put-code')}")
