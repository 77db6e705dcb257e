"""Plain addresses beside the page, and the same formats by ``Accept`` on its own address."""

import json

import pytest

from submissions import lifecycle
from submissions.metadata.crosswalks.registry import FORMATS
from submissions.models import StoredRecord
from submissions.public.formats import BY_TYPE, EXPORTS, GROUPS, JSON_LD
from submissions.public.negotiation import preferred
from tests.factories import make_staff, make_submission

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"


def test_the_endings() -> None:
    assert {row.name: ending for ending, row in EXPORTS.items()} == {
        JSON_LD: "json",
        "oai_dc": "dc.xml",
        "qdc": "qdc.xml",
        "oai_etdms": "etdms.xml",
        "datacite": "datacite.xml",
        "mods": "mods.xml",
        "marcxml": "marc.xml",
        "mets": "mets.xml",
        "oai_openaire": "openaire.xml",
        "dim": "dim.xml",
        "datacite_json": "datacite.json",
        "csl": "csl.json",
        "ris": "ris",
        "bibtex": "bib",
    }
    assert len(EXPORTS) == len(FORMATS) + 1
    assert next(iter(BY_TYPE)) == "application/ld+json"  # what "anything but HTML" gets


def test_every_format_stands_in_one_group_on_the_page() -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(row.name for row in EXPORTS.values())


@pytest.mark.parametrize(
    ("accept", "best"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        (FIREFOX, "text/html"),
        (JAVA, "text/html"),
        ("nonsense", "text/html"),
        ("text/*", "text/html"),
        ("TEXT/HTML;charset=utf-8", "text/html"),
        ("application/x-bibtex", "application/x-bibtex"),
        ("application/x-bibtex, */*", "application/x-bibtex"),
        ("application/x-bibtex;q=0.5, text/html;q=0.4", "application/x-bibtex"),
        ("application/x-bibtex;q=0.4, text/html;q=0.5", "text/html"),
        ("text/html;q=0, */*", "application/ld+json"),
        ("text/html;q=0", None),
        ('application/ld+json;profile="https://schema.org"', "application/ld+json"),
        ("text/turtle, application/x-bibtex;q=0.1", "application/x-bibtex"),
        ("text/turtle", None),
        ("application/*;q=0.9, text/html;q=0.8", "application/ld+json"),
    ],
)
def test_what_is_liked_best(accept: str, best: str | None) -> None:
    assert preferred(accept, ["text/html", "application/ld+json", "application/x-bibtex"]) == best


@pytest.mark.django_db
def test_every_format_is_beside_the_page(client) -> None:
    case = make_submission("published")
    stem = case.page.url.rstrip("/")
    for ending, row in EXPORTS.items():
        response = client.get(f"{stem}.{ending}")
        assert (response.status_code, response["Content-Type"]) == (200, row.mime), ending
        assert response["Link"] == f'<{case.page.full_url}>; rel="describes"; type="text/html"'
        assert client.get(f"{stem}.{ending}", HTTP_IF_NONE_MATCH=response["ETag"]).status_code == 304
        assert client.head(f"{stem}.{ending}").status_code == 200
        assert client.post(f"{stem}.{ending}").status_code == 405
        if row.name != JSON_LD:
            stored = StoredRecord.objects.get(submission=case, format=row.name)
            assert response.content == bytes(stored.content)
            assert client.get(
                f"/records/{case.uuid}/{row.name}.{ending.rpartition('.')[2]}"
            ).content == bytes(stored.content)
    assert json.loads(client.get(f"{stem}.json").content)["name"] == case.page.title


@pytest.mark.django_db
def test_the_address_of_the_page_gives_what_is_accepted(client) -> None:
    case = make_submission("published")
    address = case.page.url
    for media_type, ending in BY_TYPE.items():
        response = client.get(address, HTTP_ACCEPT=f"{media_type}, text/html;q=0.9")
        assert response.status_code == 200
        assert response["Content-Type"] == EXPORTS[ending].mime
        assert response["Content-Location"] == f"{case.page.full_url.rstrip('/')}.{ending}"
        assert "Accept" in response["Vary"]
        assert response.content == client.get(response["Content-Location"]).content
    for accept in (FIREFOX, JAVA, "*/*", ""):
        response = client.get(address, HTTP_ACCEPT=accept)
        assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert "Accept" in response["Vary"]
        assert "Content-Location" not in response
    refused = client.get(address, HTTP_ACCEPT="text/turtle")
    assert (refused.status_code, refused["Content-Type"]) == (406, "text/plain")
    assert "Accept" in refused["Vary"]
    for ending in EXPORTS:
        assert f"{case.page.full_url.rstrip('/')}.{ending}\n" in refused.content.decode()


@pytest.mark.django_db
def test_of_several_formats_with_one_type_the_first_is_given(client) -> None:
    case = make_submission("published")
    assert b"oai_dc:dc" in client.get(case.page.url, HTTP_ACCEPT="application/xml").content


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["json", "bib", "datacite.xml"])
def test_a_withdrawn_thesis_is_gone_in_every_format(client, ending) -> None:
    case = make_submission("published")
    lifecycle.withdraw(case, actor=make_staff())
    response = client.get(f"{case.page.url.rstrip('/')}.{ending}")
    assert response.status_code == 410
    assert case.page.title not in response.content.decode()
    assert client.get(case.page.url, HTTP_ACCEPT=EXPORTS[ending].mime).status_code == 410


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["json", "bib", "datacite.xml"])
def test_what_is_not_public_has_no_plain_address(client, ending) -> None:
    case = make_submission("approved")
    assert client.get(f"{case.page.url.rstrip('/')}.{ending}").status_code == 404
    assert client.get(f"/theses.{ending}").status_code == 404
    assert client.get(f"/theses/nothing-here.{ending}").status_code == 404
    published = make_submission("published")
    assert client.get(f"{published.page.url.rstrip('/')}.exe").status_code == 404
    assert client.get(f"{published.page.url}below.{ending}").status_code == 404
