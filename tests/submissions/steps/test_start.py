"""Starting: everything needed, the agreement as it was read, one draft however often one presses."""

import datetime as dt

import pytest
from django.utils import timezone

from submissions.models import Agreement, Degree, Status, Submission
from tests.factories import make_connection, make_office, make_submission, make_user

from .pages import client_of, errors, form_data, tasks_url, tree, words
from .test_profile import RECORD

pytestmark = pytest.mark.django_db
START = "/submit/new/"


@pytest.fixture
def student():
    make_office()
    return make_user()


def filled(client, **changes) -> dict:
    """The form with the first choice of every list and the box ticked."""
    page = tree(client.get(START))
    data = form_data(client.get(START))
    for name in ("degree", "programme", "term"):
        data[name] = page.xpath(f"//select[@name='{name}']/option[@value!='']/@value")[0]
    return data | {"accept": "on"} | changes


def test_a_draft_is_opened_with_the_agreement_that_was_read(student):
    client = client_of(student)
    response = client.post(START, filled(client))
    submission = Submission.objects.get(student=student)
    assert response.url == tasks_url(submission)
    agreement = Agreement.objects.first()
    acceptance = submission.acceptance
    assert (acceptance.version, acceptance.text) == (agreement.version, agreement.text)
    assert agreement.text.split()[0] in words(client.get(START))
    assert submission.status == Status.DRAFT


def test_looking_opens_nothing(student):
    client_of(student).get(START)
    assert Submission.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"degree": ""}, "Choose your degree."),
        ({"programme": ""}, "Choose your programme."),
        ({"term": "999999"}, "Choose a term from the list."),
        ({"accept": ""}, "Read the agreement and tick the box to accept it."),
    ],
)
def test_what_is_missing_is_said_and_the_rest_kept(student, change, said):
    client = client_of(student)
    data = {name: value for name, value in filled(client, **change).items() if value}
    response = client.post(START, data)
    assert errors(response) == [said]
    kept = form_data(response)
    assert {name: kept[name] for name in ("degree", "programme") if name in data} == {
        name: data[name] for name in ("degree", "programme") if name in data
    }
    assert Submission.objects.count() == 0


def test_pressing_twice_opens_one(student):
    client = client_of(student)
    data = filled(client)
    first = client.post(START, data)
    second = client.post(START, data, follow=True)
    assert second.redirect_chain == [(first.url, 302)]
    assert "under way already" in words(second)
    assert Submission.objects.count() == 1


def test_an_open_thesis_is_pointed_out_before_one_begins(student):
    client = client_of(student)
    client.post(START, filled(client))
    page = client.get(START)
    assert "For the same degree you need not start again." in words(page)
    assert tasks_url(Submission.objects.get()) in page.text


def test_another_degree_may_be_begun_beside_it(student):
    client = client_of(student)
    client.post(START, filled(client))
    other = Degree.objects.exclude(pk=Submission.objects.get().degree_id).first()
    client.post(START, filled(client, degree=str(other.pk)))
    assert Submission.objects.count() == 2


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.WITHDRAWN])
def test_after_the_end_of_one_another_may_begin(status):
    submission = make_submission(status)
    client = client_of(submission.student)
    client.post(START, filled(client, degree=str(submission.degree_id)))
    assert Submission.objects.filter(student=submission.student).count() == 2


def test_an_agreement_that_changed_meanwhile_must_be_read_anew(student):
    client = client_of(student)
    data = filled(client)
    new = Agreement.objects.create(version="next", text="New words.", in_force_from=timezone.localdate())
    response = client.post(START, data)
    assert errors(response) == [
        "The agreement has changed while this page was open. Read the new text below."
    ]
    assert "New words." in words(response)
    assert form_data(response)["agreement"] == str(new.pk)
    assert not tree(response).get_element_by_id("id_accept").checked
    assert Submission.objects.count() == 0


def test_an_agreement_of_tomorrow_is_not_in_force(student):
    Agreement.objects.create(
        version="tomorrow", text="Later.", in_force_from=timezone.localdate() + dt.timedelta(days=1)
    )
    assert "Later." not in words(client_of(student).get(START))


def test_without_an_agreement_it_says_so():
    response = client_of(make_user()).get(START)
    assert response.status_code == 200
    assert "Submissions are not open yet" in words(response)
    assert client_of(make_user()).post(START, {"degree": "1"}).status_code == 200


def test_retired_choices_are_not_offered(student):
    Degree.objects.update(active=False)
    page = tree(client_of(student).get(START))
    assert page.xpath("//select[@name='degree']/option/@value") == [""]


def test_an_id_that_is_connected_already_fills_the_profile(student):
    make_connection(student, record=RECORD)
    client = client_of(student)
    client.post(START, filled(client))
    profile = Submission.objects.get().profile
    assert (profile.contact_email, profile.from_orcid["country"]) == ("ada@example.org", "GB")
