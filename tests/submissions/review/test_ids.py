"""iDs on the case page: taken out after a page that says what follows, put back, and by whom."""

import pytest
from django.urls import reverse

from submissions import outlets
from submissions.models import Status
from submissions.permissions import MANAGER_GROUP, STAFF_GROUP
from tests.factories import fresh, make_connection, make_registrar, make_submission, make_user

pytestmark = pytest.mark.django_db
WORDS = "Take this iD out of the records"


@pytest.fixture
def published():
    submission = make_submission(Status.PUBLISHED)
    submission.invitations.filter(pk=submission.invitations.first().pk).update(connection=make_connection())
    outlets.refresh(submission)
    return fresh(submission)


def case(submission) -> str:
    return reverse("thesis_cases:case", args=[submission.pk])


def address(submission) -> str:
    return reverse("thesis_cases:id", args=[submission.pk, submission.author_connection.orcid])


@pytest.mark.parametrize("group", [STAFF_GROUP, MANAGER_GROUP])
def test_the_whole_way(client, published, group):
    client.force_login(make_user(groups=(group,)))
    assert client.get(case(published)).content.decode().count(WORDS) == 2
    page = client.get(address(published)).content.decode()
    assert "What we put on that ORCID record about this thesis and its degree is taken off again" in page
    assert not published.withdrawn_ids.exists()
    answer = client.post(address(published), {"reason": "Its <owner> asked."}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == case(published) + "#record-ids"
    assert page.count(WORDS) == 1
    assert "Its &lt;owner&gt; asked." in page
    assert published.withdrawn_ids.get().orcid == published.author_connection.orcid
    page = client.post(address(published), {"do": "put-back"}, follow=True).content.decode()
    assert "is in the records again" in page
    assert page.count(WORDS) == 2
    assert not published.withdrawn_ids.exists()


def test_of_a_member_the_page_says_that_nothing_was_written(client, published):
    client.force_login(make_user(groups=(MANAGER_GROUP,)))
    orcid = published.invitations.first().connection.orcid
    page = client.get(reverse("thesis_cases:id", args=[published.pk, orcid])).content.decode()
    assert "we never wrote anything to it" in page


def test_an_iD_that_was_taken_out_is_not_shown_as_if_it_stood(client, published):
    client.force_login(make_user(groups=(STAFF_GROUP,)))
    orcid = published.invitations.first().connection.orcid
    client.post(reverse("thesis_cases:id", args=[published.pk, orcid]), {"reason": "She asked."})
    page = client.get(case(published)).content.decode()
    assert page.count("taken out of the records)") == 1
    client.post(address(published), {"reason": "And so did he."})
    assert client.get(case(published)).content.decode().count("taken out of the records)") == 2


def test_without_a_reason_it_stays_in(client, published):
    client.force_login(make_user(groups=(STAFF_GROUP,)))
    answer = client.post(address(published), {"reason": " "})
    assert answer.status_code == 422
    assert "Say why" in answer.content.decode()
    assert not published.withdrawn_ids.exists()


@pytest.mark.parametrize("data", [None, {"reason": "Mine."}, {"do": "put-back"}])
@pytest.mark.parametrize("who", ["registrar", "own"])
def test_others_in_the_office_see_it_and_change_nothing(client, published, who, data):
    user = make_registrar() if who == "registrar" else published.student
    if who == "own":
        user.groups.set(make_user(groups=(STAFF_GROUP, MANAGER_GROUP)).groups.all())
    client.force_login(user)
    page = client.get(case(published)).content.decode()
    assert "ORCID iDs in the records" in page
    assert WORDS not in page
    answer = client.get(address(published)) if data is None else client.post(address(published), data)
    assert (answer.status_code, answer.url) == (302, case(published) + "#record-ids")
    assert not published.withdrawn_ids.exists()


def test_nobody_else_comes_here(client, published):
    for user in (published.student, make_user()):
        client.force_login(user)
        assert client.post(address(published), {"reason": "No."}).status_code in (302, 403)
    client.logout()
    client.post(address(published), {"reason": "No."})
    assert not published.withdrawn_ids.exists()


def test_an_iD_that_is_not_there_leads_back_to_the_case(client, published):
    client.force_login(make_user(groups=(STAFF_GROUP,)))
    wrong = reverse("thesis_cases:id", args=[published.pk, "0000-0001-2345-6789"])
    for answer in (client.get(wrong, follow=True), client.post(wrong, {"reason": "Gone."}, follow=True)):
        assert "This iD is not in the records of the thesis." in answer.content.decode()
    assert client.get(reverse("thesis_cases:id", args=[0, "x"])).status_code == 404
