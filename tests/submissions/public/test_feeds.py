"""The feed of the newest theses, the map of the site and robots.txt."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from lxml import etree, html
from wagtail.models import PageViewRestriction

from submissions import lifecycle
from submissions.models import Submission
from submissions.public import feeds
from tests.factories import make_office, make_staff, make_submission

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def published(year: int, **fields: object) -> Submission:
    """A thesis that became public in June of ``year``."""
    case = make_submission("published")
    for name, value in fields.items():
        setattr(case.page, name, value)
    case.page.save()
    Submission.objects.filter(pk=case.pk).update(published_at=dt.datetime(year, 6, 1, tzinfo=dt.UTC))
    return case


def entries(client) -> list[etree._Element]:
    """The entries of the feed."""
    response = client.get("/theses.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    return etree.fromstring(response.content).xpath("a:entry", namespaces=ATOM)


def locations(client, address: str) -> list[str]:
    """What a map or the list of maps names."""
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    return etree.fromstring(response.content).xpath("//s:loc/text()", namespaces=MAP)


def test_the_feed_has_the_newest_first_and_only_what_is_public(client, monkeypatch) -> None:
    monkeypatch.setattr(feeds, "NEWEST", 2)
    make_submission("approved")
    lifecycle.withdraw(make_submission("published"), actor=make_staff())
    published(2022, title="Oldest")
    published(2024, title="Middle")
    newest = published(
        2025, title="Newest", subtitle="A & <b>", abstract="a < b & c > d\n\nEnd", keywords="sea\nice"
    )
    first, second = entries(client)
    text = lambda path: first.xpath(f"string({path})", namespaces=ATOM)  # noqa: E731
    assert text("a:title") == "Newest: A & <b>"
    assert text("a:link/@href") == newest.page.full_url
    assert text("a:id") == f"urn:uuid:{newest.uuid}"
    assert text("a:author/a:name") == newest.page.author_name
    assert text("a:summary/@type") == "html"
    paragraphs = [p.text_content() for p in html.fragments_fromstring(text("a:summary"))]
    assert paragraphs == ["a < b & c > d", "End"]  # as a browser reads it
    assert first.xpath("a:category/@term", namespaces=ATOM) == ["sea", "ice"]
    assert parse_datetime(text("a:published")) == dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
    assert parse_datetime(text("a:updated")) <= timezone.now()
    assert second.findtext("a:title", namespaces=ATOM) == "Middle"
    assert client.get(newest.page.url).status_code == 200


def test_control_characters_do_not_break_the_feed(client) -> None:
    published(2025, title="A\x0bB", abstract="C\x00D".replace("\x00", "\x01"), keywords="e\x02f")
    assert len(entries(client)) == 1


def test_an_unchanged_feed_is_not_sent_again(client) -> None:
    published(2025)
    etag = client.get("/theses.atom")["ETag"]
    assert client.get("/theses.atom", HTTP_IF_NONE_MATCH=etag).status_code == 304


def test_the_feed_of_an_empty_office(client) -> None:
    make_office()
    assert entries(client) == []


def test_the_maps_hold_every_public_page_once(client) -> None:
    make_submission("approved")
    withdrawn = make_submission("published")
    lifecycle.withdraw(withdrawn, actor=make_staff())
    first, second = published(2024), published(2025)
    hidden = published(2023)
    PageViewRestriction.objects.create(page=hidden.page, restriction_type=PageViewRestriction.LOGIN)
    maps = locations(client, "/sitemap.xml")
    assert [address.rpartition("/")[2] for address in maps] == [
        "sitemap-pages.xml",
        "sitemap-theses.xml",
        "sitemap-people.xml",
        "sitemap-programmes.xml",
    ]
    assert locations(client, maps[1]) == [first.page.full_url, second.page.full_url]
    pages = locations(client, maps[0])
    assert first.page.get_parent().full_url in pages
    for address in [*pages, first.page.full_url]:
        assert client.get(address).status_code == 200
    assert not [address for address in pages if "fjord" in address]
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_many_theses_fill_several_maps(client, monkeypatch) -> None:
    monkeypatch.setattr(feeds.Theses, "limit", 1)
    first, second = published(2024), published(2025)
    maps = [address for address in locations(client, "/sitemap.xml") if "theses" in address]
    assert [locations(client, address) for address in maps] == [
        [first.page.full_url],
        [second.page.full_url],
    ]
    assert client.get("/sitemap-theses.xml?p=3").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/theses.atom", "/sitemap.xml", "/sitemap-theses.xml", "/sitemap-people.xml", "/sitemap-programmes.xml"],
)
def test_the_number_of_queries_does_not_grow(client, address) -> None:
    counts = []
    for year in (2024, 2025):
        published(year)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_they_are_linked_from_the_pages_and_robots(client) -> None:
    case = published(2025)
    for address in ("/theses/", case.page.url):
        source = client.get(address).content.decode()
        assert (
            '<link rel="alternate" type="application/atom+xml" title="Newest theses" href="/theses.atom">'
            in source
        )
        assert '<link rel="sitemap" type="application/xml" href="/sitemap.xml">' in source
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain"
    lines = response.content.decode().splitlines()
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"
    assert not [
        line for line in lines if line.startswith("Disallow: /") and case.page.url.startswith(line[10:])
    ]


def test_people_and_programmes_have_maps_of_their_own(client) -> None:
    case = published(2024)
    orcid = case.people.get(position=0).orcid
    people, programmes = (locations(client, f"/sitemap-{name}.xml") for name in ("people", "programmes"))
    base = "http://localhost:8000/theses/"
    assert people == [f"{base}people/", f"{base}people/{orcid}/"]
    assert programmes[0] == f"{base}programmes/"
    assert len(programmes) == 2
    for address in [*people, *programmes]:
        page = client.get(address)
        assert page.status_code == 200
        assert f'<link rel="canonical" href="{address}">' in page.content.decode()


def test_the_maps_keep_the_rules_of_the_protocol(client) -> None:
    """sitemaps.org: one namespace, ``loc`` first and shorter than 2,048, one host, W3C times, nothing twice, 50,000."""
    published(2024, title="A & <b>")
    case = published(2025)
    case.people.filter(position=0).update(family="Ö & <b>")
    listed: list[str] = []
    for address in locations(client, "/sitemap.xml"):
        response = client.get(address)
        assert len(response.content) < 50 * 1024**2
        root = etree.fromstring(response.content)
        assert root.tag == f"{{{MAP['s']}}}urlset"
        assert 0 < len(root) <= 50_000
        for url in root:
            assert [etree.QName(child).localname for child in url] in (["loc"], ["loc", "lastmod"])
            assert {etree.QName(child).namespace for child in url} == {MAP["s"]}
            assert len(url[0].text) < 2048
            assert url[0].text.isascii()
            if len(url) > 1:
                assert parse_datetime(url[1].text).tzinfo is not None
            listed.append(url[0].text)
    assert len(listed) == len(set(listed))
    assert len({address.split("/")[2] for address in listed}) == 1
