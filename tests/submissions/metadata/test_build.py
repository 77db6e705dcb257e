"""What a live thesis becomes as a record: whose iD stands where, and whose address."""

import html
import json

import pytest
from django.urls import reverse
from wagtail.models import Site

from orcid_workflow.models import Connection, OrcidItem
from submissions import lifecycle, outlets
from submissions.metadata import record_json
from submissions.metadata.build import build_record, orcid_id
from submissions.metadata.crosswalks.registry import FORMATS
from submissions.metadata.record import Abstract, Subject
from submissions.models import FoundId, Licence, Status, Submission, ThesisAbstract
from submissions.outlets.refresh import institution
from tests.editor import edit_url, editor_form
from tests.factories import fresh, make_connection, make_staff, make_submission
from tests.records import make_orcid

pytestmark = pytest.mark.django_db


def record_of(submission):
    submission = fresh(submission)
    return build_record(submission, institution(submission))


def test_abstracts_are_plain_text_whatever_was_pasted(published, client):
    """In the record, on the page and in the feed; what stands in the office's form stays as it was typed."""
    page = published.page
    page.abstract = "<p>Of <i>E. coli</i> &amp; others.</p><p>If a < b, x<y>z.</p>"
    page.other_abstracts = [ThesisAbstract(language="nb", text="Om <em>E. coli</em>.<br>Ja.")]
    page.save_revision().publish()
    record = record_of(published)
    assert record.abstract == "Of E. coli & others.\n\nIf a < b, x<y>z."
    assert record.other_abstracts == (Abstract("Om E. coli.\nJa.", "nb"),)
    for address in (page.url, reverse("records:feed")):
        content = html.unescape(html.unescape(client.get(address).content.decode()))
        assert "Of E. coli & others." in content
        assert "<i>E. coli" not in content


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


# --- what the university and the student say besides ------------------------------------------------------------


def test_subject_abstracts_and_identifiers_come_from_programme_page_and_case(published):
    programme = published.programme
    programme.subject_scheme, programme.subject_term, programme.subject_code = "FOS", "Oceanography", "1.5"
    programme.save()
    page = published.page
    page.other_abstracts = [
        ThesisAbstract(language="nb", text="Tidevann."),
        ThesisAbstract(language="es", text=" "),
    ]
    page.save_revision(clean=False).publish()
    Submission.objects.filter(pk=published.pk).update(isbn="9780306406157", urn="urn:nbn:de:1-2")
    record = record_of(published)
    assert record.subjects == (Subject("Oceanography", "FOS", "", "", "1.5"),)
    assert record.other_abstracts == (Abstract("Tidevann.", "nb"),)
    assert (record.isbn, record.urn, record.number) == (
        "9780306406157",
        "urn:nbn:de:1-2",
        published.reference,
    )
    assert record.files[0].md5 == page.thesis_file.md5 != ""


def test_a_programme_without_a_term_has_no_subject(published):
    published.programme.subject_scheme = "FOS"
    published.programme.save()
    assert record_of(published).subjects == ()


@pytest.fixture
def found(published):
    """iDs that came with an import: of the author, who has none here, of the first member, who has, and the second."""
    OrcidItem.objects.all().delete()
    Connection.objects.filter(pk=published.author_connection_id).delete()
    page = published.page
    first, second, _ = page.committee_members.all()
    names = ((None, page.author_name), (first.key, first.name), (second.key, second.name))
    for number, (key, name) in enumerate(names):
        FoundId.objects.create(
            submission=published, member_key=key, name=name, orcid=make_orcid(number).path, source="x"
        )
    return published


def test_an_unconfirmed_id_is_left_out_unless_the_university_wants_it_marked(found, settings):
    settings.ETD_UNCONFIRMED_IDS = "omit"
    record = record_of(found)
    assert {person.unconfirmed_orcid for person in people(record)} == {""}
    assert make_orcid(0).path not in record_json.to_json(record).decode()
    settings.ETD_UNCONFIRMED_IDS = "mark"
    record = record_of(found)
    author, first, second, third = people(record)
    assert (author.orcid, author.unconfirmed_orcid) == (None, make_orcid(0).path)
    assert (first.orcid is not None, first.unconfirmed_orcid) == (True, "")
    assert (second.orcid, second.unconfirmed_orcid) == (None, make_orcid(2).path)
    assert (third.orcid, third.unconfirmed_orcid) == (None, "")


def test_an_unconfirmed_id_leaves_with_the_name_it_stood_beside(found, settings):
    settings.ETD_UNCONFIRMED_IDS = "mark"
    FoundId.objects.filter(member_key=None).update(name="Somebody Else")
    assert record_of(found).author.unconfirmed_orcid == ""


def test_the_page_says_that_it_is_not_confirmed_and_no_stored_format_has_it(found, settings, client):
    settings.ETD_UNCONFIRMED_IDS = "mark"
    outlets.refresh(found)
    page = client.get(fresh(found).page.url).content.decode()
    assert make_orcid(2).path in page
    assert page.count("(not confirmed)") == 2
    for stored in found.records.exclude(format="record"):
        assert make_orcid(2).path not in bytes(stored.content).decode()
    whole = json.loads(bytes(found.records.get(format="record").content))
    member = whole["committee"][1]["person"]
    assert (member["orcid"], member["unconfirmed_orcid"]) == (None, make_orcid(2).path)


def people(record):
    return [record.author, *(member.person for member in record.committee)]
