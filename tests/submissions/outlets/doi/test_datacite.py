"""A DOI's life at DataCite, spoken to over HTTP."""

import datetime as dt

import pytest
import requests
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from submissions import lifecycle
from submissions.models import Status, Submission
from submissions.models.deliveries import Delivery, DeliveryCall
from submissions.outlets import refresh
from submissions.outlets.delivery import wishes, work
from tests.factories import fresh, make_registrar, make_staff, make_submission
from tests.places_process import SECRET, USER

pytestmark = pytest.mark.django_db

State = Delivery.State


def at_datacite(places, doi: str) -> dict | None:
    """The attributes of a DOI as DataCite shows them to its owner; None when there is none."""
    answer = requests.get(
        f"{places.at('datacite')}/dois/{doi}?affiliation=true&publisher=true", auth=(USER, SECRET), timeout=5
    )
    return answer.json()["data"]["attributes"] if answer.status_code == 200 else None


def register(places, doi: str, title: str) -> None:
    """Let the account have ``doi`` for something that is not ours."""
    body = {"data": {"type": "dois", "attributes": {"doi": doi, "titles": [{"title": title}]}}}
    requests.post(
        f"{places.at('datacite')}/dois",
        json=body,
        headers={"Content-Type": "application/vnd.api+json"},
        auth=(USER, SECRET),
        timeout=5,
    ).raise_for_status()


def delivery_of(submission) -> Delivery:
    return Delivery.objects.get(submission=submission, target="doi")


def later(**time) -> dt.datetime:
    return timezone.now() + dt.timedelta(**time)


def replace(submission, doi: str) -> None:
    """Give a thesis another DOI though DataCite has the first: nobody may on screen, and a hand in the database can."""
    Submission.objects.filter(pk=submission.pk).update(doi=doi)
    refresh(fresh(submission))


def test_it_is_reserved_at_approval_and_the_student_is_told(
    places, client, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        submission = make_submission(Status.APPROVED)
    assert submission.doi.startswith("10.5555/")
    assert at_datacite(places, submission.doi) is None  # nothing is called in the transaction
    work.run_due()
    assert at_datacite(places, submission.doi)["state"] == "draft"
    assert delivery_of(submission).state == State.DONE
    told = next(
        letter for letter in mail.outbox if "approved “" in letter.subject and "school" in letter.subject
    )
    assert submission.doi in told.body
    client.force_login(submission.student)
    page = client.get(reverse("submissions:tasks", args=[submission.uuid])).content.decode()
    assert submission.doi in page
    assert "You can print it in your thesis" in page


def test_it_is_findable_with_the_thesis_hidden_with_it_and_findable_again(places) -> None:
    submission = make_submission(Status.APPROVED)
    reserved = submission.doi
    work.run_due()
    lifecycle.record_conferral(fresh(submission), actor=make_registrar(), conferred_on=timezone.localdate())
    work.run_due()
    submission = fresh(submission)
    there = at_datacite(places, reserved)
    assert there["state"] == "findable"
    assert there["url"].endswith(f"/{submission.page.slug}/")
    assert there["creators"][0]["nameIdentifiers"][0]["nameIdentifier"] == (
        f"https://orcid.org/{submission.author_connection.orcid}"
    )
    row = delivery_of(submission)
    assert (row.state, row.remote_id, row.alarms) == (State.DONE, reserved, [])
    assert row.checked_at is not None  # it was read back at once

    lifecycle.withdraw(submission, actor=make_staff())
    work.run_due()
    assert at_datacite(places, reserved)["state"] == "registered"
    lifecycle.publish(fresh(submission), actor=make_staff())
    work.run_due()
    assert at_datacite(places, reserved)["state"] == "findable"
    assert len(places.see()["arrived"]["datacite"]) >= 1
    assert Delivery.objects.filter(submission=submission).count() == 1


def test_what_is_withdrawn_before_publication_leaves_nothing(places) -> None:
    submission = make_submission(Status.APPROVED)
    work.run_due()
    lifecycle.withdraw(submission, actor=make_staff())
    work.run_due()
    assert at_datacite(places, submission.doi) is None
    assert delivery_of(submission).state == State.REMOVED


def test_what_was_never_sent_is_not_taken_back(places) -> None:
    submission = make_submission(Status.APPROVED)
    lifecycle.withdraw(submission, actor=make_staff())
    assert work.run_due() == 0
    assert not DeliveryCall.objects.exists()


def test_a_change_of_the_record_goes_there_and_no_change_does_not(places) -> None:
    submission = make_submission(Status.PUBLISHED)
    work.run_due()
    calls = DeliveryCall.objects.count()
    refresh(submission)
    assert work.run_due() == 0
    assert DeliveryCall.objects.count() == calls
    lifecycle.correct_conferral(
        fresh(submission), actor=make_registrar(), conferred_on=timezone.localdate() - dt.timedelta(days=2)
    )
    work.run_due()
    day = (timezone.localdate() - dt.timedelta(days=2)).isoformat()
    assert day in {row["date"] for row in at_datacite(places, submission.doi)["dates"]}


def test_a_doi_made_elsewhere_is_left_alone_and_said_so(places) -> None:
    submission = make_submission(Status.IN_REVIEW)
    submission.doi = "10.9999/elsewhere"
    submission.save()
    lifecycle.approve(submission, actor=make_staff())
    assert fresh(submission).doi == "10.9999/elsewhere"
    row = delivery_of(submission)
    assert (row.wish, row.state) == ("", State.REMOVED)
    assert "10.9999/elsewhere" in row.reason
    assert work.run_due() == 0


def test_a_doi_that_was_replaced_by_anothers_is_hidden(places) -> None:
    submission = make_submission(Status.PUBLISHED)
    work.run_due()
    ours = submission.doi
    replace(submission, "10.9999/elsewhere")
    work.run_due()
    assert at_datacite(places, ours)["state"] == "registered"
    assert work.run_due() == 0


def test_a_doi_that_is_something_elses_is_not_written_over(places) -> None:
    submission = make_submission(Status.IN_REVIEW)
    submission.doi = "10.5555/another-thing"
    submission.save()
    register(places, submission.doi, "A data set")
    lifecycle.approve(submission, actor=make_staff())
    work.run_due()
    assert at_datacite(places, submission.doi)["titles"] == [{"title": "A data set"}]
    row = delivery_of(submission)
    assert row.state == State.NEEDS_ATTENTION
    assert "already" in row.reason


@pytest.mark.parametrize("status", [Status.APPROVED, Status.PUBLISHED])
def test_what_somebody_else_registered_while_it_was_in_doubt_is_not_written_over(places, status) -> None:
    submission = make_submission(status)
    places.fail("PUT /datacite", "cut")  # the answer, or the question: whoever waits cannot know
    work.run_due()
    requests.delete(f"{places.at('datacite')}/dois/{submission.doi}", auth=(USER, SECRET), timeout=5)
    register(places, submission.doi, "A data set")
    work.run_due(now=later(minutes=10))
    assert at_datacite(places, submission.doi)["titles"] == [{"title": "A data set"}]
    row = delivery_of(submission)
    assert (row.state, row.error_code) == (State.NEEDS_ATTENTION, "taken")


@pytest.mark.parametrize("do", ["lose", "cut"])
@pytest.mark.parametrize("prefix", ["10.5555", "10.9999"])
def test_a_doi_that_was_replaced_while_it_was_in_doubt_is_retired(places, do, prefix) -> None:
    submission = make_submission(Status.PUBLISHED)
    former, replaced_by = submission.doi, f"{prefix}/after-{do}"
    places.fail("PUT /datacite", do)
    work.run_due()
    replace(submission, replaced_by)
    work.run_due(now=later(minutes=10))
    there = at_datacite(places, former)
    assert there is None or there["state"] == "registered"
    if prefix == "10.5555":
        assert at_datacite(places, replaced_by)["state"] == "findable"
        assert delivery_of(submission).remote_id == replaced_by


def test_a_chain_of_lost_answers_leaves_one_doi(places) -> None:
    submission = make_submission(Status.PUBLISHED)
    names = [submission.doi, "10.5555/second", "10.5555/third"]
    for turn, name in enumerate(names):
        if turn:
            replace(submission, name)
        places.fail(f"PUT /datacite/dois/{name}", "lose")
        work.run_due(now=later(days=turn))
    work.run_due(now=later(days=9))
    assert [at_datacite(places, name)["state"] for name in names] == ["registered", "registered", "findable"]


@pytest.mark.parametrize("do", ["lose", "cut"])
def test_a_lost_answer_ends_in_one_doi_in_the_right_state(places, do: str) -> None:
    submission = make_submission(Status.APPROVED)
    places.fail("PUT /datacite", do)
    work.run_due()
    row = delivery_of(submission)
    assert (row.state, row.in_doubt) == (State.WAITING, "reserved")
    assert "did not answer" in row.reason
    work.run_due(now=later(minutes=10))
    assert at_datacite(places, submission.doi)["state"] == "draft"
    assert delivery_of(submission).state == State.DONE


def test_a_lost_answer_to_a_publication_that_is_withdrawn_meanwhile_is_hidden(places) -> None:
    submission = make_submission(Status.PUBLISHED)
    places.fail("PUT /datacite", "lose")
    work.run_due()
    lifecycle.withdraw(fresh(submission), actor=make_staff())
    work.run_due(now=later(minutes=10))
    assert at_datacite(places, submission.doi)["state"] == "registered"


def test_what_it_refuses_is_said_in_its_words_and_can_be_tried_again(places) -> None:
    submission = make_submission(Status.APPROVED)
    body = '{"errors": [{"source": "titles", "title": "is not a title"}]}'
    places.fail("PUT /datacite", "refuse", status=422, body=body)
    work.run_due()
    row = delivery_of(submission)
    assert (row.state, row.in_doubt) == (State.NEEDS_ATTENTION, "")
    assert "is not a title" in row.reason
    assert row.remote == {}  # nothing is there to take back
    assert work.run_due(now=later(days=2)) == 0
    wishes.retry(row, make_staff())
    work.run_due()
    assert delivery_of(submission).state == State.DONE


def test_retry_after_is_kept_for_everybody(places) -> None:
    submission, other = make_submission(Status.APPROVED), make_submission(Status.APPROVED)
    places.fail("/datacite", "refuse", status=503, headers={"Retry-After": "1800"})
    work.run_due()
    assert DeliveryCall.objects.count() == 1  # the second did not try
    for case in (submission, other):
        assert later(minutes=29) < delivery_of(case).next_try_at <= later(minutes=31)
    assert delivery_of(other).attempts == 0
    work.run_due(now=later(minutes=31))
    assert {delivery_of(case).state for case in (submission, other)} == {State.DONE}


def test_a_place_that_does_not_answer_is_left_in_peace(places, settings) -> None:
    cases = [make_submission(Status.APPROVED) for _ in range(5)]
    settings.ETD_TARGETS["doi"]["address"] = "http://127.0.0.1:9/datacite"  # nobody listens there
    work.run_due()
    assert DeliveryCall.objects.count() == 3
    settings.ETD_TARGETS["doi"]["address"] = places.at("datacite")
    work.run_due(now=later(minutes=5))
    assert {delivery_of(case).state for case in cases} == {State.DONE}


def test_a_wrong_password_is_not_tried_for_every_thesis_and_never_shown(places, settings) -> None:
    cases = [make_submission(Status.APPROVED) for _ in range(3)]
    settings.ETD_TARGETS["doi"]["secret"] = "not-the-password"
    work.run_due()
    assert DeliveryCall.objects.count() == 1
    shown = [row.reason for row in map(delivery_of, cases)]
    shown += [f"{call.address} {call.outcome}" for call in DeliveryCall.objects.all()]
    assert not [text for text in shown if "not-the-password" in text]
    assert [delivery_of(case).state for case in cases].count(State.NEEDS_ATTENTION) == 1


def test_what_did_not_survive_is_an_alarm(places) -> None:
    submission = make_submission(Status.PUBLISHED)
    orcid = submission.author_connection.orcid
    places.fail("GET /datacite", "alter", skip=1, find=orcid, instead="0000-0000-0000-0000")
    work.run_due()
    row = delivery_of(submission)
    assert row.state == State.DONE
    assert len(row.alarms) == 1
    assert orcid in row.alarms[0]
    wishes.check_now(row, None)
    work.run_due()
    assert delivery_of(submission).alarms == []


def test_what_somebody_deleted_there_is_an_alarm_and_comes_back_with_a_replay(places) -> None:
    submission = make_submission(Status.APPROVED)
    work.run_due()
    requests.delete(f"{places.at('datacite')}/dois/{submission.doi}", auth=(USER, SECRET), timeout=5)
    work.run_due(now=later(hours=2))
    row = delivery_of(submission)
    assert "no longer has" in row.alarms[0]
    wishes.replay(row, make_staff())
    work.run_due()
    assert at_datacite(places, submission.doi)["state"] == "draft"


def test_nothing_is_sent_while_it_is_paused(places) -> None:
    submission = make_submission(Status.APPROVED)
    row = wishes.pause(delivery_of(submission), make_staff())
    lifecycle.record_conferral(fresh(submission), actor=make_registrar(), conferred_on=timezone.localdate())
    assert work.run_due() == 0
    wishes.resume(row, make_staff())
    work.run_due()
    assert at_datacite(places, submission.doi)["state"] == "findable"
