"""Every refusal of the write rules, in a table; asked of a registry with the official schemas and of one
without.
"""

import copy
import json
from collections.abc import Callable

import pytest
import requests

from tests.registry_process import Registry, token_for

from .conftest import (
    DEACTIVATED,
    DEPRECATED,
    LOCKED,
    PASSWORD,
    SCOPE,
    STUDENT,
    Caller,
    education,
    error_code,
    work,
)

XML_HEAD = (
    '<work:work xmlns:work="http://www.orcid.org/ns/work" xmlns:common="http://www.orcid.org/ns/common"{}>{}'
)
TITLE = "<work:title><common:title>On Kelp</common:title></work:title>"
TYPE = "<work:type>dissertation-thesis</work:type>"
IDS = (
    "<common:external-ids><common:external-id><common:external-id-type>handle</common:external-id-type>"
    "<common:external-id-value>99999/refused</common:external-id-value>"
    "<common:external-id-relationship>self</common:external-id-relationship>"
    "</common:external-id></common:external-ids>"
)
CONTRIBUTOR = "<work:contributors><work:contributor>{}</work:contributor></work:contributors>"


def identified(**changes: object) -> dict:
    body = work()
    body["external-ids"]["external-id"][0] |= changes
    return body


def without(body: dict, *path: str) -> dict:
    body = copy.deepcopy(body)
    inner = body
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return body


def dated(*parts: str) -> dict:
    return {name: {"value": part} for name, part in zip(("year", "month", "day"), parts, strict=False)}


def contributed(role: str) -> dict:
    attributes = {"contributor-sequence": "first", "contributor-role": role}
    return work(contributors={"contributor": [{"contributor-attributes": attributes}]})


def organized(**changes: object) -> dict:
    return education(organization=education()["organization"] | changes)


def organization_id(identifier: str, source: str) -> dict:
    return organized(
        **{
            "disambiguated-organization": {
                "disambiguated-organization-identifier": identifier,
                "disambiguation-source": source,
            }
        }
    )


def translated(language: str | None) -> dict:
    title = {
        "title": {"value": "On Kelp"},
        "translated-title": {"value": "Du varech", "language-code": language},
    }
    return work(title=title)


JSON_REFUSALS: dict[str, tuple[str, dict, int]] = {
    "title too long": ("work", work(title={"title": {"value": "x" * 1001}}), 9047),
    "title blank": ("work", work(title={"title": {"value": " "}}), 9047),
    "no title": ("work", without(work(), "title"), 9047),
    "no type": ("work", without(work(), "type"), 9047),
    "abstract too long": ("work", work(**{"short-description": "x" * 5001}), 9047),
    "journal title blank": ("work", work(**{"journal-title": {"value": ""}}), 9047),
    "title is a bare string": ("work", work(title={"title": "On Kelp"}), 9047),
    "type is an object": ("work", work(type={"value": "dissertation-thesis"}), 9047),
    "unknown field": ("work", work(titel="On Kelp"), 9047),
    "year 1899": ("work", work(**{"publication-date": dated("1899")}), 9047),
    "day without month": (
        "work",
        work(**{"publication-date": {"year": {"value": "2026"}, "day": {"value": "01"}}}),
        9047,
    ),
    "translated title without language": ("work", translated(None), 9047),
    "type of API 2": ("work", work(type="dissertation"), 9037),
    "language he": ("work", work(**{"language-code": "he"}), 9037),
    "language en-GB": ("work", work(**{"language-code": "en-GB"}), 9037),
    "country in small letters": ("work", work(country={"value": "ca"}), 9037),
    "translated title in an unknown language": ("work", translated("xx"), 9037),
    "no external ids": ("work", without(work(), "external-ids"), 9023),
    "empty external ids": ("work", work(**{"external-ids": {"external-id": []}}), 9023),
    "only part-of": ("work", identified(**{"external-id-relationship": "part-of"}), 9023),
    "no relationship": ("work", identified(**{"external-id-relationship": None}), 9023),
    "unknown identifier type": ("work", identified(**{"external-id-type": "hdl"}), 9023),
    "unknown relationship": ("work", identified(**{"external-id-relationship": "SELF"}), 9051),
    "funded by a handle": ("work", identified(**{"external-id-relationship": "funded-by"}), 9020),
    "month of one digit": ("work", work(**{"publication-date": dated("2026", "5")}), 9020),
    "day of one digit": ("work", work(**{"publication-date": dated("2026", "05", "1")}), 9020),
    "30 February": ("work", work(**{"publication-date": dated("2024", "02", "30")}), 9049),
    "empty citation": ("work", work(citation={"citation-type": "bibtex", "citation-value": ""}), 9020),
    "unknown citation type": ("work", work(citation={"citation-type": "mods", "citation-value": "x"}), 9051),
    "role supervisor": ("work", contributed("supervisor"), 9058),
    "CRediT role with https": (
        "work",
        contributed("https://credit.niso.org/contributor-roles/supervision/"),
        9058,
    ),
    "CRediT role without slash": (
        "work",
        contributed("http://credit.niso.org/contributor-roles/supervision"),
        9058,
    ),
    "put-code on a new work": ("work", work(**{"put-code": 1}), 9024),
    "no organization": ("education", without(education(), "organization"), 9046),
    "no organization id": (
        "education",
        without(education(), "organization", "disambiguated-organization"),
        9045,
    ),
    "unknown source": ("education", organization_id("https://ror.org/052gg0110", "ror"), 9045),
    "ROR without its host": ("education", organization_id("052gg0110", "ROR"), 9045),
    "ROR with wrong check digits": ("education", organization_id("https://ror.org/052gg0111", "ROR"), 9045),
    "FUNDREF with https": (
        "education",
        organization_id("https://doi.org/10.13039/100000001", "FUNDREF"),
        9045,
    ),
    "no city": ("education", organized(address={"country": "GB"}), 9060),
    "no country": ("education", organized(address={"city": "Oxford"}), 9060),
    "unknown country": ("education", organized(address={"city": "Oxford", "country": "UK"}), 9037),
    "end before start": (
        "education",
        education(**{"start-date": dated("2025", "06"), "end-date": dated("2025", "05")}),
        9055,
    ),
    "no such start date": ("education", education(**{"start-date": dated("2023", "02", "29")}), 9049),
    "degree without name": ("education", education(**{"role-title": ""}), 9047),
    "put-code on a new education": ("education", education(**{"put-code": 1}), 9024),
    "qualification without any id": (
        "qualification",
        without(education(), "organization", "disambiguated-organization"),
        9062,
    ),
}

XML_REFUSALS = {
    "not XML": ("<work", 9001),
    "another root": ("<work/>", 9001),
    "elements out of order": (XML_HEAD.format("", TYPE + TITLE + IDS + "</work:work>"), 9001),
    "unknown element": (XML_HEAD.format("", TITLE + "<work:abstract/>" + TYPE + IDS + "</work:work>"), 9001),
    "unknown attribute": (XML_HEAD.format(' id="1"', TITLE + TYPE + IDS + "</work:work>"), 9001),
    "unknown visibility": (
        XML_HEAD.format(' visibility="secret"', TITLE + TYPE + IDS + "</work:work>"),
        9001,
    ),
    "no title": (XML_HEAD.format("", TYPE + IDS + "</work:work>"), 9001),
    "put-code is no number": (XML_HEAD.format(' put-code="x"', TITLE + TYPE + IDS + "</work:work>"), 9001),
    "an http contributor iD": (
        XML_HEAD.format(
            "",
            TITLE
            + TYPE
            + IDS
            + CONTRIBUTOR.format(
                "<common:contributor-orcid><common:uri>http://orcid.org/0000-0002-1825-0097</common:uri>"
                "</common:contributor-orcid>"
            )
            + "</work:work>",
        ),
        9001,
    ),
    "an entity": (
        '<!DOCTYPE w [<!ENTITY kelp "kelp">]>'
        + XML_HEAD.format("", TITLE.replace("Kelp", "&kelp;") + TYPE + IDS + "</work:work>"),
        9001,
    ),
    "thesis as a type": (
        XML_HEAD.format("", TITLE + TYPE.replace("dissertation-", "") + IDS + "</work:work>"),
        9037,
    ),
    "no external ids": (XML_HEAD.format("", TITLE + TYPE + "</work:work>"), 9023),
    "put-code on a new work": (XML_HEAD.format(' put-code="1"', TITLE + TYPE + IDS + "</work:work>"), 9024),
}


@pytest.fixture(params=["student", "bare_student"])
def caller(request: pytest.FixtureRequest) -> Caller:
    """The student at each of the two registries."""
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("name", JSON_REFUSALS)
def test_json_body_is_refused(caller: Caller, name: str) -> None:
    kind, body, code = JSON_REFUSALS[name]
    answer = caller.call("POST", kind, json=body)
    assert (answer.status_code, error_code(answer)) == (400, code), answer.text
    assert answer.json()["response-code"] == 400
    assert answer.json()["developer-message"].startswith("400 Bad Request: ")


@pytest.mark.parametrize("name", XML_REFUSALS)
def test_xml_body_is_refused(caller: Caller, name: str) -> None:
    body, code = XML_REFUSALS[name]
    answer = caller.call(
        "POST", "work", data=body.encode(), headers={"Content-Type": "application/orcid+xml"}
    )
    assert (answer.status_code, error_code(answer)) == (400, code), answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("work", work(title={"title": {"value": "x" * 1000}}, **{"short-description": "y" * 5000})),
        ("work", contributed("http://credit.niso.org/contributor-roles/supervision/")),
        (
            "work",
            work(
                **{
                    "language-code": "iw",
                    "country": {"value": "CA"},
                    "publication-date": dated("2024", "02", "29"),
                }
            ),
        ),
        ("education", education(**{"start-date": dated("2025", "06"), "end-date": dated("2025")})),
    ],
)
def test_what_is_just_right_is_taken(caller: Caller, kind: str, body: dict) -> None:
    answer = caller.call("POST", kind, json=body)
    assert answer.status_code == 201, answer.text


def test_body_that_is_no_json(student: Caller) -> None:
    answer = student.call("POST", "work", data=b"{'title':")
    assert (answer.status_code, error_code(answer)) == (400, 9047)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        (lambda body: body | {"put-code": 1}, 400, 9019),
        (lambda body: without(body, "put-code"), 400, 9019),
        (lambda body: body | {"visibility": "private"}, 403, 9035),
        (lambda body: body | {"type": "thesis"}, 400, 9037),
    ],
)
def test_put_refusals(student: Caller, change: Callable[[dict], dict], status: int, code: int) -> None:
    body = work()
    location = student.call("POST", "work", json=body).headers["Location"]
    changed = change(body | {"put-code": int(location.rsplit("/", 1)[1])})
    answer = student.call("PUT", location, json=changed)
    assert (answer.status_code, error_code(answer)) == (status, code)


def test_put_to_an_item_that_is_not_there(student: Caller) -> None:
    answer = student.call("PUT", "work/1", json=work(**{"put-code": 1}))
    assert (answer.status_code, error_code(answer)) == (404, 9016)
    kind = student.call("POST", "education", json=education()).headers["Location"].rsplit("/", 1)[1]
    assert student.call("GET", f"work/{kind}").status_code == 404


@pytest.mark.parametrize("scope", ["openid", "/read-limited"])
def test_writing_needs_its_scope(registry: Registry, scope: str) -> None:
    caller = Caller(registry, token_for(registry, "student", PASSWORD, scope))
    answers = [caller.call("POST", "work", json=work()), caller.call("DELETE", "work/1")]
    assert [(answer.status_code, error_code(answer)) for answer in answers] == [(403, 9038)] * 2


@pytest.mark.parametrize(
    ("orcid", "status", "code"),
    [(LOCKED, "locked", 9018), (DEACTIVATED, "deactivated", 9044)],
)
def test_closed_records(registry: Registry, orcid: str, status: str, code: int) -> None:
    caller = Caller(registry, token_for(registry, orcid, PASSWORD, SCOPE))
    _set_status(registry, orcid, status)
    answers = [caller.call("GET", "record"), caller.call("POST", "work", json=work())]
    assert [(answer.status_code, error_code(answer)) for answer in answers] == [(409, code)] * 2


def test_deprecated_record_says_where_to_go(registry: Registry) -> None:
    caller = Caller(registry, token_for(registry, DEPRECATED, PASSWORD, SCOPE))
    _set_status(registry, DEPRECATED, "deprecated", STUDENT)
    read, written = caller.call("GET", "record"), caller.call("POST", "work", json=work())
    assert [(answer.status_code, error_code(answer)) for answer in (read, written)] == [
        (301, 9007),
        (409, 9007),
    ]
    assert read.headers["Location"] == f"{registry.api_url}/{STUDENT}/record"
    assert STUDENT in written.headers["Location"]


def _set_status(registry: Registry, orcid: str, status: str, primary: str = "") -> None:
    data = json.dumps({"orcid": orcid, "status": status, "primary": primary})
    requests.post(f"{registry.base_url}/_status", data, timeout=10).raise_for_status()
