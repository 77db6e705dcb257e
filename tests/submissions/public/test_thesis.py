"""The page of a thesis as the world sees it, and as its writers preview it."""

import datetime as dt
import html
import json
import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Site

from submissions import lifecycle
from submissions.drafts import save_draft
from submissions.metadata.crosswalks.registry import FORMATS
from submissions.models import (
    Licence,
    Submission,
    ThesisFunding,
    ThesisPage,
    ThesisRelatedWork,
)
from submissions.public.thesis import cite
from tests.factories import (
    decide_all,
    fill,
    fresh,
    make_connection,
    make_draft,
    make_registrar,
    make_staff,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


class Head(HTMLParser):
    """Collects ``meta`` pairs, links by rel, and what stands in script elements."""

    def __init__(self, source: str):
        super().__init__()
        self.meta: list[tuple[str, str]] = []
        self.links: list[dict] = []
        self.scripts: list[tuple[dict, str]] = []
        self.tags: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        attrs = dict(attrs)
        self.tags.append(tag)
        if tag == "meta" and "name" in attrs:
            self.meta.append((attrs["name"], attrs["content"]))
        elif tag == "link":
            self.links.append(attrs)
        elif tag == "script":
            self.scripts.append((attrs, ""))

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script" and self.scripts and not self.scripts[-1][1]:
            self.scripts[-1] = (self.scripts[-1][0], data)


def publish(case: Submission) -> Submission:
    """Bring a draft to the public by the whole way."""
    lifecycle.submit(fresh(case), actor=case.student)
    decide_all(case)
    lifecycle.approve(fresh(case), actor=make_staff())
    lifecycle.record_conferral(fresh(case), actor=make_registrar(), conferred_on=timezone.localdate())
    return fresh(case)


def words(response) -> str:
    """What stands in the main part, without tags."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL).group()
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


def test_what_the_world_sees(client) -> None:
    case = make_submission("published")
    advisor = case.invitations.first()
    advisor.connection = make_connection(name="Ada Reader")
    advisor.save()
    response = client.get(case.page.url)
    text = words(response)
    author = case.author_connection
    today = f"{timezone.localdate():%-d %B %Y}"
    item = case.page.thesis_file
    for part in (
        case.page.title,
        case.page.author_name,
        f"https://orcid.org/{author.orcid}",
        f"https://orcid.org/{advisor.connection.orcid}",
        "Doctor of Philosophy",
        str(case.programme),
        case.programme.department,
        "Northfield University",
        "We measured it.",
        "fjords",
        "Member0 Reader Advisor",
        f"Submitted {today}",
        f"Defended {case.page.defence_date:%-d %B %Y}",
        f"Degree conferred {today}",
        f"Published here {today}",
        item.sha256,
        "4 pages",
        case.page.licence.name,
        f"({timezone.localdate().year}). {case.page.title} [Doctor of Philosophy thesis, Northfield University].",
        "Open the PDF",
        "Dublin Core (XML)",
        "DataCite 4.6 (XML)",
        "BibTeX",
    ):
        assert part in text, part
    assert text.count("https://orcid.org/") == 2
    source = response.content.decode()
    assert '<div class="thesis__abstract" dir="auto" lang="en">' in source
    assert "orcid-id.svg" in source
    assert "orcid-id-unauthenticated.svg" not in source


def test_the_head_says_it_to_machines(client) -> None:
    case = make_submission("published")
    advisor = case.invitations.first()
    advisor.connection = make_connection()
    advisor.save()
    head = Head(client.get(case.page.url).content.decode())
    meta = dict(head.meta)
    author = f"https://orcid.org/{case.author_connection.orcid}"
    assert meta["citation_title"] == case.page.title
    assert meta["citation_author_orcid"] == author
    assert meta["citation_pdf_url"].endswith("/thesis.pdf")
    assert [value for name, value in head.meta if name == "citation_author"] == [
        f"{case.page.author_family}, {case.page.author_given}"
    ]
    (attributes, text), *others = head.scripts
    assert attributes == {"type": "application/ld+json"}
    assert others == []
    data = json.loads(text)
    assert data["author"]["@id"] == author
    iris = [role["contributor"].get("@id") for role in data["contributor"]]
    assert iris == [f"https://orcid.org/{advisor.connection.orcid}", None, None]
    links = {link["rel"]: link["href"] for link in head.links}
    assert links["canonical"] == case.page.full_url
    assert links["license"] == case.page.licence.uri
    described = [link for link in head.links if link["rel"] == "describedby"]
    assert [link["type"] for link in described] == [
        "application/ld+json",
        *(form.mime for form in FORMATS.values()),
    ]
    for link in described:
        assert client.get(link["href"])["Content-Type"] == link["type"]


def test_hostile_words_stay_words_everywhere(client) -> None:
    case = make_draft()
    page = case.page
    hostile = "</script><script>alert(1)</script><!-- \" ' &amp; <b>"
    page.title, page.subtitle, page.abstract, page.keywords = hostile, hostile, hostile, hostile
    page.author_family = hostile[:100]
    save_draft(page, user=case.student)
    source = client.get(publish(case).page.url).content.decode()
    head = Head(source)
    assert len(head.scripts) == 1
    assert "b" not in head.tags
    data = json.loads(head.scripts[0][1])
    assert (data["name"], data["abstract"], data["keywords"]) == (hostile, hostile, [hostile])
    assert dict(head.meta)["citation_title"] == f"{hostile}: {hostile}"
    assert hostile in client.get("/theses/").context["listing"].theses[0].title
    assert "<script>alert" not in client.get("/theses/").content.decode()


def test_an_embargoed_file_is_closed_and_says_until_when(client) -> None:
    case = make_submission("published", months=24)
    response = client.get(case.page.url)
    text = words(response)
    assert f"Closed until {case.embargo_until:%-d %B %Y}" in text
    assert "Open the PDF" not in text
    assert "We measured it." in text
    assert "/files/" not in response.content.decode()
    assert "citation_pdf_url" not in response.content.decode()
    item = case.page.thesis_file
    assert client.get(f"/files/{case.uuid}/{item.key}/{item.name}").status_code == 403


def test_words_run_in_their_own_direction(client) -> None:
    """Without it the brackets and the full stop of an Arabic title stand at its wrong end."""
    case = make_submission("published")
    ThesisPage.objects.filter(pk=case.page_id).update(title="ثمن الماء (2025).", language="ar")
    source = client.get(case.page.url).content.decode()
    assert '<h1 dir="auto" lang="ar">ثمن الماء (2025).</h1>' in source
    assert '<div class="thesis__abstract" dir="auto" lang="ar">' in source
    listed = client.get("/theses/").content.decode()
    assert re.search(r'<h3 dir="auto"><a href="[^"]*" lang="ar">ثمن', listed)


def test_a_file_opens_on_its_day_with_no_job_run(client) -> None:
    case = make_submission("published", months=24)
    Submission.objects.filter(pk=case.pk).update(embargo_until=timezone.localdate())
    assert "Open the PDF" in words(client.get(case.page.url))
    Submission.objects.filter(pk=case.pk).update(embargo_until=timezone.localdate() + dt.timedelta(days=1))
    assert "Open the PDF" not in words(client.get(case.page.url))


def test_nobody_without_an_authenticated_id_gets_an_icon(client) -> None:
    case = make_submission("published")
    Submission.objects.filter(pk=case.pk).update(author_connection=None)
    source = client.get(case.page.url).content.decode()
    assert "orcid.org" not in source[source.index("<main") : source.index("</main")]
    assert "citation_author_orcid" not in source


@pytest.mark.parametrize("status", ["draft", "with_committee", "approved", "withdrawn"])
def test_what_is_not_public_is_not_found(client, status) -> None:
    assert client.get(make_submission(status).page.url).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_committee(client) -> None:
    counts = []
    for members in (1, 3):
        case = make_draft(members=3)
        case.degree.committee_minimum = 1
        case.degree.save()
        fill(case, members=members)
        address = publish(case).page.url
        for seat in case.invitations.all():
            seat.connection = make_connection()
            seat.save()
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_member_stands_there_with_their_university(client) -> None:
    case = make_draft(members=3)
    members = list(case.page.committee_members.all())
    members[2].role, members[2].affiliation = "external", "University of Westhaven"
    case.page.committee_members = members
    save_draft(case.page, user=case.student)
    text = words(client.get(publish(case).page.url))
    assert re.search(r"Member2 Reader External examiner ?, University of Westhaven", text)


# --- preview --------------------------------------------------------------------------------------------


def preview(page: ThesisPage) -> str:
    """What Wagtail's preview shows of a page as it is in memory."""
    response = page.make_preview_request(preview_mode="")
    assert response.status_code == 200
    response.render()
    return response.content.decode()


@pytest.mark.parametrize("complete", [True, False])
def test_a_preview_says_so_and_carries_no_metadata(complete) -> None:
    case = make_draft(complete=complete)
    source = preview(case.page.get_latest_revision_as_object())
    assert "This is a preview" in source
    assert "citation_" not in source
    assert "ld+json" not in source
    assert "noindex" in source
    assert (case.page.title or "Untitled thesis") in source


def test_a_preview_shows_the_words_that_are_being_written() -> None:
    page = make_submission("published").page
    page.title = "A corrected title"
    page.licence = None
    source = preview(page)
    assert "A corrected title" in source
    assert "Not chosen yet" in source
    assert "This is a preview" in source


def test_a_page_without_a_case_is_previewed_too(rf: RequestFactory) -> None:
    make_draft(complete=False)
    assert "This is a preview" in preview(ThesisPage(title="By hand", slug="by-hand"))


def test_staff_can_preview_in_the_admin(client) -> None:
    case = make_submission("in_review")
    client.force_login(make_user(is_superuser=True, is_staff=True))
    response = client.get(f"/admin/pages/{case.page_id}/view_draft/")
    assert response.status_code == 200
    assert "This is a preview" in response.content.decode()


def test_the_citation_is_one_line() -> None:
    case = make_submission("published")
    from submissions.metadata.build import build_record
    from submissions.outlets.refresh import institution

    record = build_record(case, institution(case))
    assert cite(record) == (
        f"{case.page.author_family}, {case.page.author_given} ({timezone.localdate().year}). {case.page.title} "
        f"[Doctor of Philosophy thesis, Northfield University]. {case.page.full_url}"
    )
    assert Licence.objects.get(pk=case.page.licence_id).uri not in cite(record)
    assert Site.objects.filter(is_default_site=True).exists()


@pytest.fixture
def full() -> Submission:
    """A published thesis with a DOI, a handle, a translated title, grants and related works."""
    case = make_draft()
    page = case.page
    page.translated_title, page.translated_title_language = "Tidevannsblanding i trange fjorder", "nb"
    page.funding = [
        ThesisFunding(funder_name="Research Council", award_number="NS-7", award_url="https://rcn.example/7"),
        ThesisFunding(funder_name="A Foundation", award_url="https://foundation.example/g"),
    ]
    page.related_works = [
        ThesisRelatedWork(
            relation="HasPart",
            title="Tides & <i>fjords</i>",
            container="Ocean Letters",
            year=2024,
            identifier_type="doi",
            identifier="https://doi.org/10.5555/Part.1",
        ),
        ThesisRelatedWork(
            relation="IsPartOf", title="Theses", identifier_type="issn", identifier="1234-5678"
        ),
        ThesisRelatedWork(relation="IsSupplementedBy", title="Moorings", url="https://data.example/1"),
    ]
    save_draft(page, user=case.student)
    Submission.objects.filter(pk=case.pk).update(doi="10.5555/tidal", handle="20.500.12345/678")
    return publish(fresh(case))


def test_grants_related_works_and_identifiers(client, full) -> None:
    response = client.get(full.page.url)
    text = words(response)
    for part in (
        "Tidevannsblanding i trange fjorder",
        "DOI https://doi.org/10.5555/tidal",
        "Handle https://hdl.handle.net/20.500.12345/678",
        "Articles in this thesis Tides & <i>fjords</i> Ocean Letters, 2024. DOI 10.5555/part.1",
        "Part of Theses ISSN 1234-5678",
        "Data and software Moorings",
        "Research Council, grant NS-7",
        "A Foundation About the grant",
        "thesis, Northfield University]. https://doi.org/10.5555/tidal",
    ):
        assert part in text, part
    source = response.content.decode()
    assert '<p class="thesis__translated" dir="auto" lang="nb">' in source
    links = re.findall(r'href="(https://[^"]*)"', source)
    for address in (
        "https://doi.org/10.5555/part.1",
        "https://data.example/1",
        "https://rcn.example/7",
        "https://foundation.example/g",
    ):
        assert address in links
    assert "Other versions" not in text
    data = json.loads(Head(source).scripts[0][1])
    assert data["sameAs"] == ["https://doi.org/10.5555/tidal", "https://hdl.handle.net/20.500.12345/678"]
    assert data["hasPart"][0]["name"] == "Tides & <i>fjords</i>"
    assert data["funding"][0]["identifier"] == "NS-7"
    assert dict(Head(source).meta)["citation_doi"] == "10.5555/tidal"


def test_a_thesis_without_them_has_no_empty_headings(client) -> None:
    text = words(client.get(make_submission("published").page.url))
    for heading in ("Related works", "Funding", "DOI", "Handle"):
        assert heading not in text


def test_the_preview_shows_them_too(full) -> None:
    request = RequestFactory().get("/")
    request.is_preview = True
    context = full.page.get_context(request)
    assert [heading for heading, _ in context["related"]] == [
        "Articles in this thesis",
        "Part of",
        "Data and software",
    ]
    assert context["record"].translated_title.title == "Tidevannsblanding i trange fjorder"
    assert context["record"].doi == "10.5555/tidal"


def test_every_record_is_offered_once_to_people(client) -> None:
    source = client.get(make_submission("published").page.url).content.decode()
    main = source[source.index("<main") : source.index("</main")]
    offered = re.findall(r'<a (?:class="[^"]*" )?href="([^"]*)" type="([^"]*)"', main)
    assert len(offered) == len(FORMATS) + 1
    assert len({url for url, _ in offered}) == len(offered)
    for url, mime in offered:
        assert client.get(url)["Content-Type"] == mime
    assert [url.rpartition(".")[2] for url, _ in offered[:2]] == ["bib", "ris"]
    assert "Cite and export" in main
