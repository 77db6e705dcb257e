"""Typed links: what the header and the link sets say, and that each leads where it says."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from requests.utils import parse_header_links

from submissions.metadata.record import Licence
from submissions.models import Submission
from submissions.public import signposting
from submissions.public.formats import EXPORTS
from tests.factories import make_submission
from tests.records import full_record

OURS = "http://localhost:8000/"


def parsed(text: str) -> list[dict]:
    """Links as a reader that nobody here wrote takes them apart."""
    return parse_header_links(text.replace("\n", " "))


def by_rel(links: list[dict]) -> dict[str, list[str]]:
    """Targets in order, under their relation."""
    found: dict[str, list[str]] = {}
    for link in links:
        found.setdefault(link["rel"], []).append(link["url"])
    return found


def resolve(client, links: list[dict]) -> int:
    """Ask for every target of ours and compare its type; return how many there were."""
    ours = [link for link in links if link["url"].startswith(OURS)]
    for link in ours:
        response = client.get(link["url"])
        assert response.status_code == 200, link
        if "type" in link:
            assert response["Content-Type"].partition(";")[0] == link["type"], link
        b"".join(response)  # read to its end; closing it would close the database too
    return len(ours)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head"])
def test_the_header_of_the_page(client, settings, method) -> None:
    assert f"{settings.ETD_BASE_URL}/" == OURS
    case = make_submission("published")
    response = getattr(client, method)(case.page.url)
    links = parsed(response["Link"])
    url = case.page.full_url
    stem = url.rstrip("/")
    item = case.page.thesis_file
    assert by_rel(links) == {
        "cite-as": [url],
        "type": ["https://schema.org/AboutPage", "https://schema.org/Thesis"],
        "author": [f"https://orcid.org/{case.author_connection.orcid}"],
        "license": [case.page.licence.uri],
        "item": [f"{OURS}files/{case.uuid}/{item.key}/{item.name}"],
        "describedby": [f"{stem}.{ending}" for ending in signposting.IN_HEADER],
        "linkset": [f"{stem}.linkset", f"{stem}.linkset.json"],
    }
    assert resolve(client, links) == 1 + 1 + len(signposting.IN_HEADER) + 2
    assert len(response["Link"]) < 2500


@pytest.mark.django_db
def test_both_link_sets_say_the_same_and_every_link_leads_there(client) -> None:
    case = make_submission("published")
    url = case.page.full_url
    text = client.get(f"{url.rstrip('/')}.linkset")
    data = client.get(f"{url.rstrip('/')}.linkset.json")
    assert text["Content-Type"] == "application/linkset"
    assert data["Content-Type"] == "application/linkset+json"
    links = parsed(text.content.decode())
    contexts = json.loads(data.content)["linkset"]
    flat = [
        {"anchor": context["anchor"], "rel": rel, "url": target.pop("href")}
        | ({"profile": target.pop("profile")[0]} if "profile" in target else {})
        | target
        for context in contexts
        for rel, targets in context.items()
        if rel != "anchor"
        for target in targets
    ]
    key = lambda link: sorted(link.items())  # noqa: E731
    assert sorted(links, key=key) == sorted(flat, key=key)
    assert resolve(client, links) == len([link for link in links if "orcid.org" not in link["url"]]) - 3
    page = [link for link in links if link["anchor"] == url]
    assert by_rel(page)["describedby"] == [f"{url.rstrip('/')}.{ending}" for ending in EXPORTS]
    others = {link["anchor"]: link for link in links if link["anchor"] != url}
    assert len(others) == len(EXPORTS) + 1
    for anchor, link in others.items():
        assert (link["rel"], link["url"]) == ("collection" if "/files/" in anchor else "describes", url)
        response = client.get(anchor)
        assert parsed(response["Link"]) == [{"rel": link["rel"], "url": url, "type": "text/html"}]
        b"".join(response)  # read to its end; closing it would close the database too


@pytest.mark.django_db
def test_a_closed_file_is_no_item(client) -> None:
    case = make_submission("published", months=24)
    assert "item" not in by_rel(parsed(client.get(case.page.url)["Link"]))
    source = client.get(f"{case.page.url.rstrip('/')}.linkset").content.decode()
    assert "/files/" not in source
    assert "collection" not in source
    Submission.objects.filter(pk=case.pk).update(embargo_until=dt.date(2020, 1, 1))
    assert "item" in by_rel(parsed(client.get(case.page.url)["Link"]))


@pytest.mark.django_db
def test_no_author_without_an_authenticated_id(client) -> None:
    case = make_submission("published")
    Submission.objects.filter(pk=case.pk).update(author_connection=None)
    assert "author" not in by_rel(parsed(client.get(case.page.url)["Link"]))


@pytest.mark.django_db
def test_nothing_is_linked_from_what_is_not_public(client) -> None:
    case = make_submission("approved")
    for ending in ("linkset", "linkset.json"):
        assert client.get(f"{case.page.url.rstrip('/')}.{ending}").status_code == 404
    assert "Link" not in client.get(case.page.url)


def test_the_doi_is_what_to_cite_and_comes_before_the_handle() -> None:
    record = full_record()
    assert by_rel(parsed(signposting.header(record)))["cite-as"] == [record.doi_url]
    record = replace(record, doi="")
    assert by_rel(parsed(signposting.header(record)))["cite-as"] == [record.handle_url]


def test_no_address_breaks_out_of_the_header() -> None:
    hostile = 'https://e.example/a>; rel="cite-as", <https://evil.example/\r\nSet-Cookie: a=b é'
    record = replace(full_record(), licence=Licence("L", hostile))
    header = signposting.header(record)
    assert "\n" not in header
    assert header.isascii()
    assert header.count('rel="cite-as"') == 1
    assert "<https://evil" not in header
    assert json.loads(signposting.to_linkset_json(record))
