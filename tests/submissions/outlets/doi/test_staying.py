"""A DOI that DataCite has from us never changes (docs/deliveries.md): the student may have printed it."""

import pytest
import requests
from django.urls import reverse

from submissions import lifecycle
from submissions.case_facts import name_thesis
from submissions.models import Status, Submission
from submissions.outlets import refresh
from submissions.outlets.delivery import work
from submissions.refusals import MoveRefused
from submissions.whereabouts import whereabouts
from tests.factories import fresh, make_staff, make_submission
from tests.places_process import SECRET, USER

from .test_datacite import at_datacite, delivery_of

pytestmark = pytest.mark.django_db


def identify(client, case, **typed):
    return client.post(reverse("thesis_cases:act", args=[case.pk, "identifiers"]), typed, follow=True)


@pytest.mark.parametrize("status", [Status.APPROVED, Status.PUBLISHED])
@pytest.mark.parametrize("typed", ["10.9999/elsewhere", ""])
def test_a_doi_that_datacite_has_from_us_is_not_typed_over(places, client, status, typed) -> None:
    submission = make_submission(status)
    work.run_due()
    with pytest.raises(MoveRefused, match="cannot be changed"):
        name_thesis(submission, actor=make_staff(), doi=typed, isbn="978-0-306-40615-7")
    client.force_login(make_staff())
    page = client.get(reverse("thesis_cases:case", args=[submission.pk])).content.decode()
    assert 'name="doi"' not in page
    assert "cannot be changed" in page
    forged = identify(client, submission, doi=typed, handle="20.500.12345/678").content.decode()
    assert forged.count("cannot be changed") == 2  # in the form, and as the answer
    assert (fresh(submission).doi, fresh(submission).handle) == (submission.doi, "")
    identify(client, submission, handle="20.500.12345/678")
    assert (fresh(submission).doi, fresh(submission).handle) == (submission.doi, "20.500.12345/678")


def test_a_reserved_doi_is_not_typed_over_before_datacite_hears_of_it(places) -> None:
    submission = make_submission(Status.APPROVED)
    with pytest.raises(MoveRefused, match="cannot be changed"):
        name_thesis(submission, actor=make_staff(), doi="10.9999/elsewhere")


def test_a_doi_in_doubt_is_not_typed_over(places) -> None:
    submission = make_submission(Status.PUBLISHED)
    places.fail("PUT /datacite", "lose")
    work.run_due()
    assert delivery_of(submission).in_doubt
    with pytest.raises(MoveRefused, match="cannot be changed"):
        name_thesis(submission, actor=make_staff(), doi="")


def test_a_doi_that_is_something_elses_there_is_typed_over(places) -> None:
    """The sentence of the delivery asks for it, so it must be possible."""
    submission = make_submission(Status.APPROVED)
    taken = {"doi": submission.doi, "titles": [{"title": "A data set"}]}
    requests.post(
        f"{places.at('datacite')}/dois",
        json={"data": {"type": "dois", "attributes": taken}},
        headers={"Content-Type": "application/vnd.api+json"},
        auth=(USER, SECRET),
        timeout=5,
    ).raise_for_status()
    work.run_due()
    assert delivery_of(submission).error_code == "taken"
    name_thesis(submission, actor=make_staff(), doi="10.5555/another")
    work.run_due()
    assert at_datacite(places, "10.5555/another")["state"] == "draft"


def test_a_doi_made_elsewhere_is_typed_over(places) -> None:
    submission = make_submission(Status.PUBLISHED)
    Submission.objects.filter(pk=submission.pk).update(doi="10.9999/elsewhere")
    refresh(fresh(submission))
    name_thesis(submission, actor=make_staff(), doi="10.9999/corrected")
    assert fresh(submission).doi == "10.9999/corrected"


def test_of_a_public_thesis_nobody_is_told_that_it_is_withdrawn(places) -> None:
    """Where the DOI went elsewhere all the same: no word of a withdrawal, no alarm about a DOI without a name."""
    submission = make_submission(Status.PUBLISHED)
    work.run_due()
    ours = submission.doi
    Submission.objects.filter(pk=submission.pk).update(doi="10.9999/elsewhere")
    refresh(fresh(submission))
    work.run_due()
    row = delivery_of(submission)
    assert (row.state, row.wish, row.sent_wish, row.alarms) == (row.State.REMOVED, "", "", [])
    assert "10.9999/elsewhere" in row.reason
    assert at_datacite(places, ours)["state"] == "registered"
    assert whereabouts(fresh(submission)) == []


def test_an_alarm_goes_with_what_it_was_about(places) -> None:
    submission = make_submission(Status.PUBLISHED)
    places.fail("GET /datacite", "alter", skip=1, find="narrow fjords", instead="other fjords")
    work.run_due()
    assert delivery_of(submission).alarms
    lifecycle.withdraw(fresh(submission), actor=make_staff())
    assert delivery_of(submission).alarms == []
    read_before = delivery_of(submission).checked_at
    work.run_due()
    row = delivery_of(submission)
    assert (row.state, row.sent_wish, row.alarms) == (row.State.DONE, "withdrawn", [])
    assert row.checked_at > read_before
