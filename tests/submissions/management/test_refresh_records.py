"""The daily command: one thesis that cannot be written does not stop the others."""

import io
import logging

import pytest
from django.core.management import call_command

from submissions.models import Programme, Status, StoredRecord, Submission
from submissions.models.deliveries import Delivery
from tests.factories import make_submission

pytestmark = pytest.mark.django_db


def datacite(submission):
    return bytes(submission.records.get(format="datacite").content).decode()


def run():
    out = io.StringIO()
    call_command("refresh_records", stdout=out)
    return out.getvalue()


@pytest.fixture
def three():
    """Three public theses; the one in the middle holds a role that no list knows (as after a bad import)."""
    theses = [make_submission(Status.PUBLISHED) for _ in range(3)]
    theses[1].page.committee_members.update(role="unheard-of")
    return theses


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_it_goes_on_after_one_that_fails(broken, caplog):
    theses = [make_submission(Status.PUBLISHED) for _ in range(3)]
    theses[broken].page.committee_members.update(role="unheard-of")
    Programme.objects.update(department="Department of Renamed Things")
    with caplog.at_level(logging.ERROR):
        said = run()
    assert "Looked at 2 theses. 1 failed" in said
    assert str(theses[broken].uuid) in caplog.text
    renamed = ["Renamed Things" in datacite(thesis) for thesis in theses]
    assert renamed == [number != broken for number in range(3)]


def test_what_failed_is_written_when_it_was_mended(three):
    Programme.objects.update(department="Department of Renamed Things")
    run()
    three[1].page.committee_members.update(role="member")
    assert "failed" not in run()
    assert "Renamed Things" in datacite(three[1])


def test_records_that_did_not_change_keep_their_datestamp():
    make_submission(Status.PUBLISHED)
    before = list(StoredRecord.objects.order_by("pk").values_list("pk", "datestamp"))
    assert run() == "Looked at 1 theses.\n"
    assert list(StoredRecord.objects.order_by("pk").values_list("pk", "datestamp")) == before


def test_nothing_is_written_for_a_thesis_that_is_not_public():
    make_submission(Status.APPROVED)
    assert run() == "Looked at 0 theses.\n"
    assert not StoredRecord.objects.exists()
    assert Submission.objects.get().records.count() == 0


def test_a_place_that_was_not_known_at_the_publication_gets_its_delivery(settings):
    """As after an import by a process without ETD_TARGETS."""
    settings.ETD_TARGETS = {}
    imported, own = make_submission(Status.PUBLISHED), make_submission(Status.PUBLISHED)
    Submission.objects.filter(pk=imported.pk).update(student=None)
    settings.ETD_TARGETS = {
        "repo": {"kind": "inveniordm", "label": "Repo", "address": "http://127.0.0.1:9", "secret": "s"}
    }
    run()
    assert {row.submission_id: row.state for row in Delivery.objects.all()} == {
        imported.pk: Delivery.State.PAUSED,
        own.pk: Delivery.State.WAITING,
    }


def test_a_worker_without_places_says_why_nothing_comes_of_it(settings):
    settings.ETD_TARGETS = {}
    said = io.StringIO()
    call_command("deliver", drain=True, stderr=said, stdout=io.StringIO())
    assert "ETD_TARGETS is empty" in said.getvalue()
    assert "refresh_records" in said.getvalue()
