"""The page of a programme, its feed, and the list of programmes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from submissions import lifecycle, outlets
from submissions.models import Programme, Submission
from tests.factories import make_office, make_staff, make_submission

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def test_the_page_has_the_theses_of_the_programme_alone(client) -> None:
    case, other = make_submission("published"), make_submission("published")
    programme = Programme.objects.exclude(pk=case.programme_id).first()
    Submission.objects.filter(pk=other.pk).update(programme=programme)
    outlets.refresh(other)
    path = client.get(case.page.url).context["programme_url"]
    page = client.get(path)
    assert [thesis.pk for thesis in page.context["theses"]] == [case.page_id]
    source = page.content.decode()
    assert f'<link rel="canonical" href="http://localhost:8000{path}">' in source
    feed = etree.fromstring(client.get(page.context["feed"]).content)
    assert feed.xpath("a:entry/a:id/text()", namespaces=ATOM) == [f"urn:uuid:{case.uuid}"]
    assert f"set=programme:{case.programme_id}" in page.context["oai_set"]
    harvested = etree.fromstring(b"".join(client.get(page.context["oai_set"])))  # streamed, or not
    assert len(harvested.findall(".//{*}record")) == 1


def test_the_number_stays_when_the_name_changes(client) -> None:
    case = make_submission("published")
    old = client.get(case.page.url).context["programme_url"]
    Programme.objects.filter(pk=case.programme_id).update(name="Oceanography")
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (
        301,
        f"/theses/programmes/oceanography-{case.programme_id}/",
    )
    assert client.get(f"/theses/programmes/{case.programme_id}/").status_code == 301
    Programme.objects.filter(pk=case.programme_id).update(name="海洋学")
    assert client.get(f"/theses/programmes/{case.programme_id}/").status_code == 200


@pytest.mark.parametrize("name", ["999999999", "physics-0", "x", "٣", "-1"])
def test_what_is_no_programme_is_not_found(client, name) -> None:
    make_office()
    assert client.get(f"/theses/programmes/{name}/").status_code == 404
    assert client.get("/theses/programmes/999999999.atom").status_code == 404


def test_a_programme_without_public_theses_has_no_page(client) -> None:
    case = make_submission("published")
    path = client.get(case.page.url).context["programme_url"]
    lifecycle.withdraw(case, actor=make_staff())
    assert client.get(path).status_code == 404
    assert "No programme is listed yet" in client.get("/theses/programmes/").content.decode()


def test_the_list_counts_and_asks_no_more_for_more(client) -> None:
    counts = []
    for number in (1, 2):
        case = make_submission("published")
        client.get("/theses/programmes/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/theses/programmes/")
        counts.append(len(queries))
        programmes = page.context["departments"][case.programme.department]
        assert [(programme.pk, programme.theses) for programme in programmes] == [(case.programme_id, number)]
    assert counts[0] == counts[1]
