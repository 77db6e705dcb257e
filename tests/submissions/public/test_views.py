"""The stored records, byte for byte."""

import uuid

import pytest
from django.utils.http import http_date

from submissions import lifecycle
from submissions.models import StoredRecord
from tests.factories import make_staff, make_submission

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
