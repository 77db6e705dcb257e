"""An iD that the office takes out of the records of a public thesis: it is gone from everything, and can come back."""

import pytest
from django.urls import reverse

from orcid_workflow.models import OrcidItem
from orcid_workflow.purposes import kept_off
from submissions import case_facts, lifecycle, outlets
from submissions.api.listing import _of as theses_of
from submissions.committee.orcid import PURPOSE as COMMITTEE
from submissions.metadata.crosswalks.registry import WHOLE
from submissions.models import Delivery, FoundId, RecordPerson, Status, StoredRecord, Submission
from submissions.orcid_purposes import AUTHOR
from submissions.outlets.refresh import current_record
from submissions.record_wording import after_publication
from submissions.refusals import MoveRefused
from tests.factories import fresh, make_connection, make_staff, make_submission, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    """A public thesis whose author and first committee member have an iD."""
    submission = make_submission(Status.PUBLISHED)
    submission.invitations.filter(pk=submission.invitations.first().pk).update(connection=make_connection())
    outlets.refresh(submission)
    return fresh(submission)


def author_of(submission) -> str:
    return submission.author_connection.orcid


def member_of(submission) -> str:
    return submission.invitations.first().connection.orcid


def take_out(submission, orcid, actor=None, reason="It is somebody else's."):
    return case_facts.withdraw_id(submission, actor=actor or make_staff(), orcid=orcid, reason=reason)


def put_back(submission, orcid, actor=None):
    return case_facts.restore_id(submission, actor=actor or make_staff(), orcid=orcid)


def carrying(submission, orcid: str) -> dict[str, StoredRecord]:
    """The stored formats in whose bytes the iD stands, with or without its hyphens."""
    forms = (orcid.encode(), orcid.replace("-", "").encode())
    return {
        row.format: row
        for row in submission.records.all()
        if any(form in bytes(row.content) for form in forms)
    }


def messages(submission) -> dict[str, tuple[str, str]]:
    """What is wished for by kind: iD of the record, message."""
    return {
        item.kind: (item.orcid, item.message)
        for item in OrcidItem.objects.filter(key=str(submission.uuid)).exclude(desired_hash="")
    }


@pytest.mark.parametrize("whose", [author_of, member_of])
def test_no_stored_format_has_it_and_each_that_had_it_moves(published, whose):
    orcid = whose(published)
    before = carrying(published, orcid)
    assert {"oai_etdms", "datacite", "mods", WHOLE.name} <= set(before)
    StoredRecord.objects.update(datestamp="2026-01-01T00:00:00Z")
    take_out(published, orcid)
    assert carrying(published, orcid) == {}
    now = {row.format: row.datestamp for row in published.records.all()}
    assert all(now[name].isoformat() > "2026-01-02" for name in before)
    assert not RecordPerson.objects.filter(orcid=orcid).exists()
    assert RecordPerson.objects.filter(submission=published).count() == 4


def test_the_other_iD_stays(published):
    take_out(published, author_of(published))
    assert {WHOLE.name, "datacite"} <= set(carrying(published, member_of(published)))


@pytest.mark.parametrize("whose", [author_of, member_of])
def test_it_is_put_back_as_it_was(published, whose):
    orcid = whose(published)
    before = {row.format: bytes(row.content) for row in published.records.all()}
    wished = messages(published)
    take_out(published, orcid)
    put_back(fresh(published), orcid)
    assert {row.format: bytes(row.content) for row in published.records.all()} == before
    assert messages(published) == wished
    sentences = [change.sentence for change in published.changes.all()]
    assert sum(orcid in sentence for sentence in sentences) == 2


def test_the_history_says_who_and_why(published):
    staff = make_staff()
    take_out(published, author_of(published), staff, " Its owner asked. ")
    change = published.changes.first()
    assert (change.actor, change.comment, change.to_status) == (staff, "Its owner asked.", Status.PUBLISHED)
    row = published.withdrawn_ids.get()
    assert (row.orcid, row.by, row.reason) == (author_of(published), staff, "Its owner asked.")


def test_of_a_member_the_work_of_the_author_stays_without_the_member(published):
    assert f">{member_of(published)}<" in messages(published)["work"][1]
    take_out(published, member_of(published))
    owner, message = messages(published)["work"]
    assert owner == author_of(published)
    assert member_of(published) not in message
    assert author_of(published) in message


def test_of_the_author_nothing_stays_wished_for_on_that_record(published):
    assert set(messages(published)) == {"work", "education"}
    take_out(published, author_of(published))
    assert messages(published) == {}
    outlets.refresh(published)
    assert messages(published) == {}


def test_it_is_not_adopted_again(published):
    connection = published.author_connection
    take_out(published, connection.orcid)
    published.author_connection = None
    published.save()
    for touched in outlets.touched_by(connection):
        outlets.refresh(touched)
    assert fresh(published).author_connection is None
    assert messages(published) == {}


def test_another_iD_of_the_author_takes_its_place(published):
    wrong = published.author_connection
    take_out(published, wrong.orcid)
    wrong.user = None
    wrong.save()
    own = make_connection(published.student)
    outlets.refresh(published)
    assert fresh(published).author_connection == own
    assert WHOLE.name in carrying(published, own.orcid)
    assert {owner for owner, _ in messages(published).values()} == {own.orcid}
    assert carrying(published, wrong.orcid) == {}


def test_what_an_import_found_is_not_marked_either(published, settings):
    settings.ETD_UNCONFIRMED_IDS = "mark"
    name = current_record(published).author.display
    orcid = author_of(published)
    FoundId.objects.create(submission=published, name=name, orcid=orcid, source="https://old.example.org")
    take_out(published, orcid)
    assert carrying(published, orcid) == {}
    assert current_record(published).author.unconfirmed_orcid == ""


def test_the_DOI_is_to_be_told(published, settings):
    settings.ETD_TARGETS = {
        "doi": {
            "kind": "datacite",
            "address": "http://127.0.0.1:9",
            "user": "U",
            "secret": "S",
            "prefix": "10.5555",
        }
    }
    Submission.objects.filter(pk=published.pk).update(doi="10.5555/tidal.mixing")
    outlets.refresh(published)
    row = Delivery.objects.get(submission=published)
    Delivery.objects.update(state=Delivery.State.DONE, sent_wish=row.wish, sent_hash=row.desired_hash)
    take_out(published, member_of(published))
    now = Delivery.objects.get(submission=published)
    assert (now.wish, now.state) == ("public", Delivery.State.WAITING)
    assert now.desired_hash not in ("", row.desired_hash)
    put_back(published, member_of(published))
    assert Delivery.objects.get(submission=published).desired_hash == row.desired_hash


def test_it_stays_out_when_the_thesis_comes_back(published):
    orcid = author_of(published)
    take_out(published, orcid)
    lifecycle.withdraw(fresh(published), actor=make_staff(), comment="For a while.")
    lifecycle.publish(fresh(published), actor=make_staff())
    assert fresh(published).records.filter(deleted=False).exists()
    assert carrying(published, orcid) == {}
    assert messages(published).keys() == set()


def test_only_of_this_thesis(published):
    other = make_submission(Status.PUBLISHED)
    other.invitations.filter(pk=other.invitations.first().pk).update(
        connection=published.invitations.first().connection
    )
    outlets.refresh(other)
    take_out(published, member_of(published))
    outlets.refresh(other)
    assert WHOLE.name in carrying(other, member_of(published))


def test_refused_is_what_cannot_be(published):
    orcid = author_of(published)
    for wrong in ({"orcid": "0000-0001-2345-6789"}, {"orcid": orcid, "reason": "  "}):
        with pytest.raises(MoveRefused):
            take_out(published, **wrong)
    with pytest.raises(MoveRefused):
        take_out(published, orcid, published.student)
    with pytest.raises(MoveRefused):
        put_back(published, orcid)
    take_out(published, orcid)
    with pytest.raises(MoveRefused):
        take_out(published, orcid)
    with pytest.raises(MoveRefused):
        put_back(published, orcid, published.student)
    assert published.withdrawn_ids.count() == 1


def test_its_owner_reads_where_it_stays_and_who_takes_it_off(published):
    (sentence,) = AUTHOR.stays(published.author_connection)
    assert "public. The thesis office takes it off when you ask them to." in sentence
    take_out(published, author_of(published))
    assert AUTHOR.stays(published.author_connection) == []
    member = published.invitations.first().connection
    assert len(COMMITTEE.stays(member)) == 1
    take_out(published, member.orcid)
    assert COMMITTEE.stays(member) == []


def test_its_owner_reads_everywhere_why_nothing_is_put_on_the_record_and_whom_to_ask(client, published):
    orcid = author_of(published)
    client.force_login(published.student)
    pages = [
        reverse("orcid:home"),
        reverse("orcid:connected"),
        reverse("orcid:disconnect"),
        reverse("submissions:tasks", args=[published.uuid]),
        reverse("submissions:step", args=[published.uuid, "orcid"]),
    ]
    said = f"The thesis office took {orcid} out of the records of"
    assert not [page for page in pages if said in client.get(page).content.decode()]
    take_out(published, orcid)
    shown = {page: client.get(page).content.decode() for page in pages}
    assert not [page for page in pages if said not in shown[page]]
    assert not [page for page in pages if "write to the thesis office" not in shown[page]]
    words = after_publication(fresh(published))
    assert words.text.startswith(said)
    put_back(published, orcid)
    assert not [page for page in pages if said in client.get(page).content.decode()]


def test_another_iD_of_its_author_is_not_said_to_be_kept_off(client, published):
    take_out(published, author_of(published))
    other = make_connection(make_user())
    assert kept_off(other) == []
    assert len(kept_off(published.author_connection)) == 1


def test_a_program_that_follows_it_hears_nothing_of_the_thesis(published):
    orcid = author_of(published)
    lifecycle.withdraw(published, actor=make_staff(), comment="For good.")
    assert list(theses_of(orcid)) == [(published.pk,)]
    published.withdrawn_ids.create(orcid=orcid, reason="Its owner asked.")
    assert list(theses_of(orcid)) == []
