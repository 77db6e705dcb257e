"""What is answered: theses, formats, errors, headers."""

import gzip
import json

import pytest
from django.test import Client

from submissions import lifecycle
from submissions.api import keys
from submissions.metadata import record_json
from submissions.metadata.build import build_record
from submissions.metadata.crosswalks.registry import STORED
from submissions.models import Status
from submissions.outlets.refresh import institution
from tests.factories import fresh, make_staff, make_submission

from .asking import Asker

PROBLEM = "application/problem+json"


def withdraw(case) -> None:
    lifecycle.withdraw(fresh(case), actor=make_staff(), comment="An error in the data.")


def problem(answer, status: int) -> dict:
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    said = answer.json()
    assert (said["status"], said["type"]) == (status, "about:blank")
    assert said["detail"].endswith((".", "…", "?"))
    return said


# --- theses and formats --------------------------------------------------------------------------------------------


def test_a_thesis_comes_with_its_whole_record_and_every_authenticated_id(asker):
    case = make_submission(Status.PUBLISHED)
    (thesis,) = asker.theses()
    assert thesis == asker.get(f"/api/theses/{case.uuid}/").json()
    assert record_json.from_dict(thesis["record"]) == build_record(fresh(case), institution(case))
    orcid = thesis["record"]["author"]["orcid"]
    assert orcid["path"] == case.author_connection.orcid
    assert orcid["authenticated"] is True
    assert orcid["client_id"] == case.author_connection.client_id
    assert orcid["authenticated_at"] == case.author_connection.authenticated_at.isoformat()
    assert thesis["programme"] == {"id": case.programme_id, "name": case.programme.name}
    assert (thesis["access"], thesis["degree_level"], thesis["deleted"]) == ("open", "doctoral", False)


def test_every_format_is_the_stored_bytes(asker):
    case = make_submission(Status.PUBLISHED, months=12)
    thesis = asker.get(f"/api/theses/{case.uuid}/").json()
    assert thesis["access"] == "embargoed"
    assert list(thesis["formats"]) == list(STORED)
    for name, address in thesis["formats"].items():
        answer = asker.get(address)
        assert answer.content == bytes(case.records.get(format=name).content)
        assert answer["Content-Type"] == STORED[name].mime
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_withdrawn_thesis_is_listed_as_deleted_and_gone(asker):
    case = make_submission(Status.PUBLISHED)
    formats = asker.theses()[0]["formats"]
    withdraw(case)
    (thesis,) = asker.theses()
    assert (thesis["id"], thesis["deleted"], thesis["record"], thesis["formats"]) == (
        str(case.uuid),
        True,
        None,
        {},
    )
    assert case.page.title not in json.dumps(thesis)
    for address in (thesis["url"], *formats.values()):
        said = problem(asker.get(address), 410)
        assert said["datestamp"] == thesis["datestamp"]
        assert case.page.title not in json.dumps(said)


def test_nothing_is_said_of_a_thesis_that_is_not_public(asker):
    case = make_submission(Status.APPROVED)
    assert asker.theses() == []
    problem(asker.get(f"/api/theses/{case.uuid}/"), 404)
    problem(asker.get(f"/api/theses/{case.uuid}/mods"), 404)


def test_the_same_answer_is_not_sent_twice(asker):
    case = make_submission(Status.PUBLISHED)
    addresses = ["/api/theses/", f"/api/theses/{case.uuid}/", f"/api/theses/{case.uuid}/mods"]
    tags = {address: asker.get(address)["ETag"] for address in addresses}
    for address, tag in tags.items():
        assert asker.get(address, **{"If-None-Match": tag}).status_code == 304
    case.page.title = "Another title"
    case.page.save_revision()
    lifecycle.publish_correction(fresh(case), actor=make_staff())
    for address, tag in tags.items():
        answer = asker.get(address, **{"If-None-Match": tag})
        assert answer.status_code == 200
        assert "Another title" in answer.content.decode()


def test_a_list_is_compressed_for_whoever_takes_it(asker):
    make_submission(Status.PUBLISHED)
    key = {"Authorization": f"Bearer {asker.key}"}
    answer = Client().get("/api/theses/", headers={**key, "Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    page = json.loads(gzip.decompress(answer.content))
    assert page["results"] == asker.page()["results"]
    again = Client().get("/api/theses/", headers={**key, "If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_head_is_get_without_the_body(asker):
    make_submission(Status.PUBLISHED)
    answer = asker.get("/api/theses/", method="head")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] == asker.get("/api/theses/")["ETag"]


# --- errors --------------------------------------------------------------------------------------------------------


def test_without_a_key_nothing_is_answered(asker):
    case = make_submission(Status.PUBLISHED)
    nobody = Asker()
    for address in ("/api/theses/", f"/api/theses/{case.uuid}/", f"/api/theses/{case.uuid}/mods"):
        answer = nobody.get(address)
        assert "A key is needed" in problem(answer, 401)["detail"]
        assert answer["WWW-Authenticate"] == 'Bearer realm="theses"'


@pytest.mark.parametrize(
    "sent", ["Bearer etd_nothing", "Bearer", "Bearer ", "Basic YTpi", "etd_alone", "Bearer \udcff"]
)
def test_a_key_that_opens_nothing_is_refused(asker, sent):
    answer = Asker().get("/api/theses/", Authorization=sent)
    problem(answer, 401)
    assert answer["WWW-Authenticate"] == 'Bearer realm="theses", error="invalid_token"'


def test_a_revoked_key_says_so(asker):
    key, secret = keys.make("Old repository")
    assert Asker(secret).page()["results"] == []
    keys.revoke(key)
    answer = Asker(secret).get("/api/theses/")
    assert f"{key.prefix}… was revoked" in problem(answer, 401)["detail"]
    assert "invalid_token" in answer["WWW-Authenticate"]


def test_who_is_signed_in_needs_a_key_too(client, asker):
    client.force_login(make_staff())
    assert client.get("/api/theses/").status_code == 401


def test_a_key_in_the_address_is_no_key(asker):
    answer = Asker().get(f"/api/theses/?key={asker.key}")
    assert problem(answer, 401)
    assert asker.key not in asker.get(f"/api/theses/?key={asker.key}").content.decode()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_can_be_changed(asker, method):
    answer = asker.get("/api/theses/", method=method)
    problem(answer, 405)
    assert set(answer["Allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        ("programm=3", "programm", "There is no parameter “programm”. There are: changed_since"),
        ("changed_since=yesterday", "changed_since", "“yesterday” is not a moment"),
        ("changed_since=2026-02-30", "changed_since", "not in the calendar"),
        ("changed_until=2026-03-01T12:00:00", "changed_until", "has no time zone"),
        ("changed_since=2026-03-02&changed_until=2026-03-01", "changed_until", "lies before changed_since"),
        ("changed_since=", "changed_since", "Nothing stands behind the equals sign"),
        ("orcid=0000-0002-1825-0098", "orcid", "last character does not fit"),
        ("orcid=Carberry", "orcid", "four groups of four"),
        ("programme=biology", "programme", "by its number"),
        ("programme=0", "programme", "by its number"),
        ("degree_level=phd", "degree_level", "“phd” is none of bachelor, master, doctoral"),
        ("access=closed", "access", "“closed” is none of open, embargoed"),
        ("limit=501", "limit", "Write a whole number from 1 to 500."),
        ("limit=0", "limit", "Write a whole number from 1 to 500."),
        ("limit=ten", "limit", "Write a whole number from 1 to 500."),
        (f"limit={'9' * 2000}", "limit", "Write a whole number from 1 to 500."),
        ("cursor=", "cursor", "Nothing stands behind the equals sign"),
        ("limit=5&limit=6", "limit", "given 2 times"),
        ("cursor=abc", "cursor", "none of ours"),
        ("cursor=abc&limit=5", "cursor", "Send it alone"),
    ],
)
def test_a_parameter_that_means_nothing_is_named(asker, query, name, words):
    said = problem(asker.get(f"/api/theses/?{query}"), 400)
    (fault,) = said["errors"]
    assert fault["parameter"] == name
    assert words in fault["detail"]
    assert said["detail"] == f"{name}: {fault['detail']}"
    assert not fault["detail"].startswith(name)


def test_all_faults_are_said_at_once(asker):
    said = problem(asker.get("/api/theses/?access=closed&orcid=x"), 400)
    assert {fault["parameter"] for fault in said["errors"]} == {"access", "orcid"}


def test_an_unknown_format_and_an_unknown_thesis_are_not_found(asker):
    case = make_submission(Status.PUBLISHED)
    assert "There are: oai_dc, " in problem(asker.get(f"/api/theses/{case.uuid}/word"), 404)["detail"]
    problem(asker.get("/api/theses/5f0c3e2a-8a53-4a6e-9c53-0f6f3f1d2b11/"), 404)
    assert "is not the id of a thesis" in problem(asker.get("/api/theses/T-00012/"), 404)["detail"]


def test_no_html_is_sent(asker):
    case = make_submission(Status.PUBLISHED)
    said = problem(asker.get("/api/theses/", Accept="text/html"), 406)
    assert "application/json" in said["detail"]
    assert asker.get(f"/api/theses/{case.uuid}/mods", Accept="text/html").status_code == 200
    for refused in ("application/json;q=0", "*/*, application/json;q=0.0", "application/xml, */*;q=0"):
        problem(asker.get("/api/theses/", Accept=refused), 406)
    for taken in ("", "*/*", "application/*;q=0.1", "text/html;q=0.9, application/json;q=0.001"):
        assert asker.get("/api/theses/", Accept=taken).status_code == 200
    assert "no parameter" in problem(asker.get("/api/theses/?format=xml"), 400)["detail"]


def test_other_bytes_have_another_etag(asker):
    """Also when the clock stood still between two changes."""
    case = make_submission(Status.PUBLISHED)
    address = f"/api/theses/{case.uuid}/bibtex"
    tag = asker.get(address)["ETag"]
    case.records.filter(format="bibtex").update(content=b"@thesis{other}")
    assert asker.get(address, **{"If-None-Match": tag}).content == b"@thesis{other}"


def test_other_addresses_are_problems_as_well(asker):
    for address in ("/api/", "/api/people/", "/api/theses/a/b/c/"):
        problem(Client().get(address), 404)
    assert Client().get("/api/theses")["Location"] == "/api/theses/"


def test_what_breaks_on_our_side_is_a_problem_and_in_the_log(asker, caplog):
    case = make_submission(Status.PUBLISHED)
    case.records.filter(format="record").update(content=b"{")
    asker.client.raise_request_exception = False
    answer = asker.client.get("/api/theses/", headers={"Authorization": f"Bearer {asker.key}"})
    assert "It is in the log" in problem(answer, 500)["detail"]
    assert "JSONDecodeError" in caplog.text
    assert asker.key not in caplog.text
