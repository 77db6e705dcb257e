"""The page of a person with an authenticated iD, and the list of these people."""

import datetime as dt
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from submissions import lifecycle
from submissions.models import RecordPerson
from tests.factories import fresh, make_connection, make_office, make_staff, make_submission

pytestmark = pytest.mark.django_db


def seat(case, name: str, connection_):
    """Give a committee member's seat an iD, as their link does."""
    invitation = case.invitations.get(name=name)
    invitation.connection = connection_
    invitation.save()
    case.page.save_revision().publish()  # any change that shows
    return fresh(case)


def test_the_page_names_what_was_written_advised_and_examined(client) -> None:
    first, second, third = (make_submission("published") for _ in range(3))
    orcid = first.author_connection.orcid
    seat(second, "Member0 Reader", first.author_connection)  # the advisor
    seat(third, "Member2 Reader", first.author_connection)
    page = client.get(f"/theses/people/{orcid}/")
    groups = {heading: [thesis.pk for thesis in theses] for heading, theses, _ in page.context["groups"]}
    assert groups == {
        "Theses written": [first.page_id],
        "Theses advised": [second.page_id],
        "Theses examined": [third.page_id],
    }
    source = page.content.decode()
    assert f'<link rel="canonical" href="http://localhost:8000/theses/people/{orcid}/">' in source
    assert f"https://orcid.org/{orcid}" in source
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', source, re.S).group(1))
    assert data["mainEntity"]["@id"] == f"https://orcid.org/{orcid}"
    assert len(data["mainEntity"]["@reverse"]["author"]) == 1
    assert len(data["mainEntity"]["@reverse"]["contributor"]) == 2


def test_nothing_in_a_name_ends_the_script(client) -> None:
    case = make_submission("published")
    case.people.filter(position=0).update(given="</script><script>alert(1)")
    source = client.get(f"/theses/people/{case.author_connection.orcid}/").content.decode()
    assert "</script><script>alert(1)" not in source


def test_an_id_that_no_public_record_names_has_no_page(client) -> None:
    make_office()
    assert client.get("/theses/people/0000-0002-1825-0097/").status_code == 404
    case = make_submission("approved")
    orcid = case.student.orcid_connections.get().orcid
    assert client.get(f"/theses/people/{orcid}/").status_code == 404
    case = make_submission("published")
    orcid = case.author_connection.orcid
    assert client.get(f"/theses/people/{orcid}/").status_code == 200
    lifecycle.withdraw(case, actor=make_staff())
    assert client.get(f"/theses/people/{orcid}/").status_code == 404


def test_a_small_x_leads_to_the_page(client) -> None:
    case = make_submission("published")
    case.people.filter(position=0).update(orcid="0000-0001-5109-370X")
    answer = client.get("/theses/people/0000-0001-5109-370x/")
    assert (answer.status_code, answer["Location"]) == (301, "/theses/people/0000-0001-5109-370X/")
    assert client.get(answer["Location"]).status_code == 200


def test_names_on_the_page_of_a_thesis_lead_there(client) -> None:
    case = make_submission("published")
    member = make_connection()
    case = seat(case, "Member1 Reader", member)
    source = client.get(case.page.url).content.decode()
    assert f'href="/theses/people/{case.author_connection.orcid}/"' in source
    assert f'href="/theses/people/{member.orcid}/"' in source
    assert source.count('href="/theses/people/') == 2  # the others have no iD


def test_the_list_has_everybody_once_by_name(client) -> None:
    first, second = make_submission("published"), make_submission("published")
    RecordPerson.objects.filter(submission=first, position=0).update(family="Zander")
    RecordPerson.objects.filter(submission=second, position=0).update(family="Aal")
    seat(second, "Member1 Reader", first.author_connection)
    RecordPerson.objects.filter(submission=second, position=0).update(family="Aal")
    page = client.get("/theses/people/")
    listed = [(row.orcid, row.wrote, row.sat) for row in page.context["listed"]]
    assert listed == [
        (second.author_connection.orcid, 1, 0),
        (first.author_connection.orcid, 1, 1),
    ]


def test_an_empty_list_says_how_people_get_there(client) -> None:
    make_office()
    assert "Nobody is listed yet" in client.get("/theses/people/").content.decode()


def test_the_number_of_queries_does_not_grow(client) -> None:
    first = make_submission("published")
    address = f"/theses/people/{first.author_connection.orcid}/"
    counts = []
    for _ in range(2):
        seat(make_submission("published"), "Member0 Reader", first.author_connection)
        for path in (address, "/theses/people/"):
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


def test_one_name_only_is_filed_by_it_among_the_others(client) -> None:
    """Sukarno stands under S, van der Berg not behind Z."""
    names = [("Zoe", "Zander"), ("Sukarno", ""), ("Ann", "Aal"), ("Bo", "van der Berg"), ("sri", "")]
    for given, family in names:
        case = make_submission("published")
        RecordPerson.objects.filter(submission=case, position=0).update(given=given, family=family)
    page = client.get("/theses/people/")
    assert [(row.given, row.family) for row in page.context["listed"]] == [
        ("Ann", "Aal"),
        ("sri", ""),
        ("Sukarno", ""),
        ("Bo", "van der Berg"),
        ("Zoe", "Zander"),
    ]
    source = page.content.decode()
    assert ">Sukarno<" in source
    assert ">Aal, Ann<" in source


def test_one_wrong_sign_in_does_not_rename_a_person(client) -> None:
    """Somebody followed the link of Member0 Reader and signed in at ORCID as Luís, who wrote other theses."""
    case = make_submission("published")
    luis = case.author_connection
    seat(make_submission("published"), "Member2 Reader", luis)  # Luís again, under another form of the name
    RecordPerson.objects.filter(orcid=luis.orcid).update(given="Luís", family="Ferreira")
    seat(make_submission("published"), "Member0 Reader", luis)
    page = client.get(f"/theses/people/{luis.orcid}/")
    source = page.content.decode()
    assert "<h1>Luís Ferreira</h1>" in source
    assert "also as Member0 Reader" in source
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', source, re.S).group(1))
    assert (data["mainEntity"]["name"], data["mainEntity"]["alternateName"]) == (
        "Luís Ferreira",
        ["Member0 Reader"],
    )
    assert ">Ferreira, Luís<" in client.get("/theses/people/").content.decode()
    assert client.get(f"/theses/?q={luis.orcid}").context["listing"].person.name == "Luís Ferreira"


def test_of_names_on_as_many_theses_the_latest_stands(client) -> None:
    first, second = make_submission("published"), make_submission("published")
    orcid = first.author_connection.orcid
    seat(second, "Member1 Reader", first.author_connection)
    second.people.filter(orcid=orcid).update(given="Married", family="Name")
    first.people.filter(position=0).update(given="Maiden", family="Name")
    for earlier, later, expected in ((first, second, "Married Name"), (second, first, "Maiden Name")):
        type(later).objects.filter(pk=later.pk).update(published_at=timezone.now())
        type(earlier).objects.filter(pk=earlier.pk).update(published_at=timezone.now() - dt.timedelta(days=9))
        source = client.get(f"/theses/people/{orcid}/").content.decode()
        assert f"<h1>{expected}</h1>" in source


def test_one_name_has_no_others(client) -> None:
    case = make_submission("published")
    assert "also as" not in client.get(f"/theses/people/{case.author_connection.orcid}/").content.decode()
