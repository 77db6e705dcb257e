"""The stored records, byte for byte."""

import uuid

import pytest
from django.test import Client
from django.utils.http import http_date

from submissions import lifecycle
from submissions.models import StoredRecord
from tests.factories import make_office, make_staff, make_submission

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("file", ["oai_dc.xml", "datacite.xml", "bibtex.bib"])
def test_the_bytes_are_those_that_were_stored(client, file) -> None:
    case = make_submission("published")
    stored = StoredRecord.objects.get(submission=case, format=file.partition(".")[0])
    response = client.get(f"/records/{case.uuid}/{file}")
    assert response.content == bytes(stored.content)
    assert response["Last-Modified"] == http_date(stored.datestamp.timestamp())
    assert "attachment" not in response.get("Content-Disposition", "")
    for header, value in (
        ("HTTP_IF_NONE_MATCH", response["ETag"]),
        ("HTTP_IF_MODIFIED_SINCE", response["Last-Modified"]),
    ):
        assert client.get(f"/records/{case.uuid}/{file}", **{header: value}).status_code == 304


def test_a_changed_record_is_sent_again(client) -> None:
    case = make_submission("published")
    address = f"/records/{case.uuid}/oai_dc.xml"
    before = client.get(address)["ETag"]
    page = case.page
    page.title = "A corrected title"
    page.save_revision(user=make_staff())
    lifecycle.publish_correction(case, actor=make_staff())
    response = client.get(address, HTTP_IF_NONE_MATCH=before)
    assert response.status_code == 200
    assert b"A corrected title" in response.content


def test_no_cache_gives_a_record_out_without_asking(client) -> None:
    """With Last-Modified alone a cache reckons for itself how long it may (RFC 9111 §4.2.2): after a withdrawal too."""
    case = make_submission("published")
    stem = case.page.url.rstrip("/")
    for address in (
        case.page.url,
        f"{stem}.bib",
        f"{stem}.json",
        f"{stem}.linkset",
        f"/records/{case.uuid}/mods.xml",
    ):
        response = client.get(address)
        assert response["Cache-Control"] == "no-cache", address
        assert client.get(address, HTTP_IF_NONE_MATCH=response["ETag"]).status_code == 304
        assert client.head(address)["ETag"] == response["ETag"]
    lifecycle.withdraw(case, actor=make_staff())
    for address in (case.page.url, f"{stem}.bib", f"{stem}.json", f"/records/{case.uuid}/mods.xml"):
        gone = client.get(address, HTTP_IF_NONE_MATCH=response["ETag"])
        assert (gone.status_code, gone["Cache-Control"]) == (410, "no-cache"), address


def test_other_bytes_have_another_etag(client) -> None:
    """Also when the clock stood still, or was set back, between two changes."""
    case = make_submission("published")
    address = f"/records/{case.uuid}/bibtex.bib"
    before = client.get(address)["ETag"]
    StoredRecord.objects.filter(submission=case, format="bibtex").update(content=b"@thesis{other}")
    assert client.get(address, HTTP_IF_NONE_MATCH=before).content == b"@thesis{other}"


def test_pages_are_only_read(client) -> None:
    case = make_submission("published")
    for address in (case.page.url, case.page.get_parent().url):
        assert client.post(address).status_code == 405
        assert client.delete(address).status_code == 405
        assert client.options(address)["Allow"] == "GET, HEAD, OPTIONS"


def test_a_deleted_record_is_gone_and_says_so(client) -> None:
    case = make_submission("published")
    lifecycle.withdraw(case, actor=make_staff())
    response = client.get(f"/records/{case.uuid}/datacite.xml")
    assert response.status_code == 410
    assert response.content == b"This thesis is no longer public, so its record was deleted.\n"


def test_what_never_was_is_not_found(client) -> None:
    case = make_submission("approved")
    assert client.get(f"/records/{case.uuid}/oai_dc.xml").status_code == 404
    assert client.get(f"/records/{uuid.uuid4()}/oai_dc.xml").status_code == 404
    published = make_submission("published")
    for file in ("marc.xml", "bibtex.xml", "datacite.bib", "datacite.xml.bib"):
        assert client.get(f"/records/{published.uuid}/{file}").status_code == 404
    assert client.post(f"/records/{published.uuid}/oai_dc.xml").status_code == 405


def test_a_slash_behind_the_harvest_address_leads_to_it(client) -> None:
    make_office()
    led = client.get("/oai/?verb=GetRecord&identifier=oai%3Ax%3A1")
    assert (led.status_code, led["Location"]) == (301, "/oai?verb=GetRecord&identifier=oai%3Ax%3A1")
    assert b"<Identify>" in b"".join(client.get("/oai/?verb=Identify", follow=True))
    form = Client(enforce_csrf_checks=True).post("/oai/", {"verb": "Identify"}, follow=True)
    assert form.redirect_chain == [("/oai", 308)]
    assert b"<Identify>" in b"".join(form)
    assert client.get("/oai/below/").status_code == 404
