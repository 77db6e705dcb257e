"""What a live thesis becomes as a record: whose iD stands where, and whose address."""

import pytest
from django.urls import reverse
from wagtail.models import Site

from orcid_workflow.models import Connection
from submissions import lifecycle, outlets
from submissions.metadata.build import build_record, orcid_id
from submissions.metadata.crosswalks.registry import FORMATS
from submissions.models import Licence, Status, Submission
from submissions.outlets.refresh import institution
from tests.editor import edit_url, editor_form
from tests.factories import fresh, make_connection, make_staff, make_submission

pytestmark = pytest.mark.django_db


def record_of(submission):
    submission = fresh(submission)
    return build_record(submission, institution(submission))


@pytest.fixture
def published():
    """A published thesis whose first committee member has confirmed an iD."""
    submission = make_submission(Status.PUBLISHED)
    seat = submission.invitations.first()
    seat.connection = make_connection()
    seat.save()
    return submission


def correct(client, submission, **fields):
    """Staff change the first committee member in the editor and publish that."""
    client.force_login(make_staff())
    data = editor_form(client, submission.page)
    data |= {f"committee_members-0-{name}": value for name, value in fields.items()}
    client.post(edit_url(submission.page), data | {"action-publish-correction": "1"})


def test_the_iD_stands_beside_the_person_who_was_asked(published):
    first, *others = record_of(published).committee
    assert first.person.orcid.path == published.invitations.first().connection.orcid
    assert {other.person.orcid for other in others} == {None}


def test_a_corrected_name_keeps_the_iD(published, client):
    correct(client, published, family_name="Reader-Smith")
    person = record_of(published).committee[0].person
    assert person.family == "Reader-Smith"
    assert person.orcid.path == published.invitations.first().connection.orcid


def test_somebody_else_in_the_seat_does_not_get_the_iD(published, client):
    correct(client, published, given_name="Famous", family_name="Laureate", email="other@example.net")
    person = record_of(published).committee[0].person
    assert (person.family, person.orcid) == ("Laureate", None)
    owner = published.invitations.first().connection
    for stored in published.records.all():
        assert owner.orcid not in bytes(stored.content).decode()
    page = client.get(fresh(published).page.url).content.decode()
    assert "Laureate" in page
    assert owner.orcid not in page


def test_an_address_in_other_letters_is_the_same_person(published, client):
    correct(client, published, email="M0@Example.edu")
    assert record_of(published).committee[0].person.orcid is not None


def test_a_licence_deleted_behind_our_back_leaves_the_thesis_public(published, client):
    Licence.objects.filter(pk=published.page.licence_id).delete()
    record = record_of(published)
    assert (record.licence.name, record.licence.uri) == ("", "")
    for spec in FORMATS.values():
        assert spec.to_bytes(record)
    assert client.get(fresh(published).page.url).status_code == 200


def test_addresses_come_from_the_setting(published, settings):
    settings.ETD_BASE_URL = "https://etd.example.edu"
    Site.objects.update(hostname="localhost", port=80)
    Site.clear_site_root_paths_cache()
    record = record_of(published)
    assert (
        record.url
        == f"https://etd.example.edu{fresh(published).page.url_path.removeprefix('/thesis-office')}"
    )
    assert [item.url.split("/files/")[0] for item in record.files] == ["https://etd.example.edu"]


def test_a_draft_of_a_correction_is_not_in_the_record(published):
    page = published.page
    page.title = "Not yet"
    page.save_revision()
    assert record_of(published).title != "Not yet"
    lifecycle.publish_correction(fresh(published), actor=make_staff())
    assert record_of(published).title == "Not yet"


def test_the_stored_record_is_what_is_served(published, client):
    for name in FORMATS:
        stored = published.records.filter(format=name).first()
        answer = client.get(reverse("records:record", args=[published.uuid, name]))
        assert answer.status_code == (200 if stored else 404)


def test_without_a_connection_there_is_no_iD():
    assert orcid_id(None) is None


@pytest.mark.parametrize("elsewhere", ["sandbox", "production"])
def test_an_id_of_another_environment_is_nobodys_here(published, elsewhere):
    """Metadata always says https://orcid.org/…, which would be another person's, or nobody's."""
    author = make_connection(published.student, environment=elsewhere)
    Submission.objects.filter(pk=published.pk).update(author_connection=author)
    seat = published.invitations.first().connection
    seat.environment = elsewhere
    seat.save()
    record = record_of(published)
    assert record.author.orcid is None
    assert record.committee[0].person.orcid is None
    Connection.objects.filter(user=published.student).exclude(pk=author.pk).update(user=None)
    outlets.refresh(fresh(published))
    for stored in published.records.all():
        assert author.orcid.encode() not in bytes(stored.content)
        assert seat.orcid.encode() not in bytes(stored.content)
    now = make_connection(published.student)
    outlets.refresh(fresh(published))
    assert record_of(published).author.orcid.path == now.orcid
