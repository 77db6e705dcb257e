"""What follows a page that went public or offline by any button, and an iD that came later."""

import pytest
from django.test import Client

from orcid_workflow.models import Connection, OrcidItem
from orcid_workflow.signals import connection_changed
from submissions.models import Status, ThesisPage
from tests.factories import fresh, make_connection, make_submission

pytestmark = pytest.mark.django_db


def test_an_administrator_who_takes_a_thesis_offline_and_back_is_followed_everywhere():
    submission = make_submission(Status.PUBLISHED)
    fresh(submission).page.unpublish()
    case = fresh(submission)
    assert (case.status, case.changes.first().sentence) == (
        Status.WITHDRAWN,
        "An administrator took the page offline.",
    )
    assert set(case.records.values_list("deleted", flat=True)) == {True}
    assert OrcidItem.objects.get(kind="work").message == ""
    case.page.get_latest_revision().publish()
    case = fresh(submission)
    assert case.status == Status.PUBLISHED
    assert set(case.records.values_list("deleted", flat=True)) == {False}
    assert case.page.title in OrcidItem.objects.get(kind="work").message


@pytest.mark.parametrize(
    "status",
    [Status.DRAFT, Status.WITH_COMMITTEE, Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.APPROVED],
)
def test_a_page_that_something_made_live_before_its_time_is_served_to_nobody(status):
    submission = make_submission(status)
    page = submission.page
    page.get_latest_revision().publish()  # past every guard
    assert ThesisPage.objects.get(pk=page.pk).live
    case = fresh(submission)
    assert (case.status, case.records.count(), OrcidItem.objects.count()) == (status, 0, 0)
    signed_in = Client()
    signed_in.force_login(submission.student)
    for client in (Client(), signed_in):
        assert client.get(case.page.url).status_code == 404
    assert "Tidal mixing" not in Client().get(case.page.get_parent().url).content.decode()


def test_who_connects_later_is_named_and_who_disconnects_stays(settings):
    settings.ETD_ORCID_REQUIRED = False
    submission = make_submission(Status.PUBLISHED, connected=False)
    connection = make_connection(submission.student)
    connection_changed.send(sender=Connection, connection=connection, change="connected")
    assert fresh(submission).author_connection == connection
    assert connection.orcid in bytes(submission.records.get(format="datacite").content).decode()
    connection.state = Connection.State.DISCONNECTED
    connection.save()
    connection_changed.send(sender=Connection, connection=connection, change="disconnected")
    assert connection.orcid in bytes(submission.records.get(format="datacite").content).decode()


def test_a_stranger_who_connects_touches_no_thesis():
    submission = make_submission(Status.PUBLISHED)
    before = list(submission.records.order_by("pk").values_list("pk", "datestamp"))
    connection_changed.send(sender=Connection, connection=make_connection(), change="connected")
    assert list(submission.records.order_by("pk").values_list("pk", "datestamp")) == before
