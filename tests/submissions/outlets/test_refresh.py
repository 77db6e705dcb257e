"""What leaves the house when a thesis is published, corrected, withdrawn, or its people connect."""

import datetime as dt

import pytest
from django.utils import timezone
from lxml import etree

from orcid_workflow.models import OrcidItem
from submissions import lifecycle, outlets
from submissions.management.commands.refresh_records import Command as RefreshRecords
from submissions.metadata.crosswalks.registry import STORED
from submissions.models import Status, Submission
from tests.factories import fresh, make_connection, make_staff, make_submission

pytestmark = pytest.mark.django_db


def work_of(submission) -> OrcidItem:
    return OrcidItem.objects.get(kind="work", key=str(submission.uuid))


DATACITE = "{http://datacite.org/schema/kernel-4}"


def ids_in(submission) -> set[str]:
    tree = etree.fromstring(bytes(submission.records.get(format="datacite").content))
    return {
        node.text
        for node in tree.iter(f"{DATACITE}nameIdentifier")
        if node.get("nameIdentifierScheme") == "ORCID"
    }


def test_publication_stores_each_format_and_wishes_for_one_work():
    submission = make_submission(Status.PUBLISHED)
    assert set(submission.records.values_list("format", flat=True)) == set(STORED)
    item = work_of(submission)
    assert (item.key, item.orcid) == (str(submission.uuid), submission.author_connection.orcid)
    assert submission.page.title in item.message


def test_doing_it_again_moves_no_datestamp():
    submission = make_submission(Status.PUBLISHED)
    before = list(submission.records.values_list("format", "datestamp"))
    wish = work_of(submission).desired_hash
    outlets.refresh(submission)
    assert list(submission.records.values_list("format", "datestamp")) == before
    assert work_of(submission).desired_hash == wish


def test_a_correction_reaches_every_outlet():
    submission = make_submission(Status.PUBLISHED)
    page = submission.page
    page.title = "Corrected"
    page.save_revision()
    lifecycle.publish_correction(fresh(submission), actor=make_staff())
    for record in submission.records.all():
        assert b"Corrected" in bytes(record.content)
    assert "Corrected" in work_of(submission).message


def test_a_withdrawn_thesis_is_wished_away():
    submission = make_submission(Status.PUBLISHED)
    lifecycle.withdraw(submission, actor=make_staff())
    assert set(submission.records.values_list("deleted", flat=True)) == {True}
    assert work_of(submission).message == ""


def test_nothing_is_written_for_a_committee_member():
    submission = make_submission(Status.WITH_COMMITTEE)
    member = make_connection()
    submission.invitations.filter(pk=submission.invitations.first().pk).update(connection=member)
    from tests.factories import decide_all, make_registrar

    decide_all(submission)
    lifecycle.approve(fresh(submission), actor=make_staff())
    lifecycle.record_conferral(fresh(submission), actor=make_registrar(), conferred_on=timezone.localdate())
    case = fresh(submission)
    assert ids_in(case) == {member.uri, case.author_connection.uri}
    assert set(OrcidItem.objects.values_list("orcid", flat=True)) == {case.author_connection.orcid}


def test_a_graduate_who_connects_later_gets_the_iD_and_the_work(settings):
    settings.ETD_ORCID_REQUIRED = False
    submission = make_submission(Status.PUBLISHED, connected=False)
    assert ids_in(submission) == set()
    connection = make_connection(submission.student)
    for touched in outlets.touched_by(connection):
        outlets.refresh(touched)
    assert ids_in(submission) == {connection.uri}
    assert work_of(submission).orcid == connection.orcid


def test_an_iD_stays_on_a_published_thesis_after_disconnecting():
    submission = make_submission(Status.PUBLISHED)
    connection = submission.author_connection
    connection.state = connection.State.DISCONNECTED
    connection.save()
    outlets.refresh(submission)
    assert ids_in(submission) == {connection.uri}


def test_the_end_of_an_embargo_moves_the_record_once():
    submission = make_submission(Status.PUBLISHED, months=6)
    record = submission.records.get(format="oai_dc")
    assert b"embargoedAccess" in bytes(record.content)
    RefreshRecords().handle()
    record.refresh_from_db()
    assert b"embargoedAccess" in bytes(record.content)
    Submission.objects.filter(pk=submission.pk).update(embargo_until=dt.date(2026, 1, 1))
    RefreshRecords().handle()
    lifted = submission.records.get(format="oai_dc")
    assert b"openAccess" in bytes(lifted.content)
    RefreshRecords().handle()
    assert submission.records.get(format="oai_dc").datestamp == lifted.datestamp
