"""Every status has words for the student."""

import datetime as dt

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from submissions.models import Status, Verdict
from submissions.wording import WORDS, listed, status_words, waiting_for
from tests.factories import fresh, make_submission


def test_every_status_is_in_the_table():
    assert set(WORDS) == set(Status)


@pytest.mark.parametrize(
    ("names", "said"),
    [([], ""), (["Ada"], "Ada"), (["Ada", "Ben"], "Ada and Ben"), (["A", "B", "C"], "A, B and C")],
)
def test_listed(names, said):
    assert listed(names) == said


@pytest.mark.django_db
def test_those_who_approved_are_not_waited_for():
    from submissions import lifecycle

    submission = make_submission(Status.WITH_COMMITTEE)
    first = submission.invitations.first()
    lifecycle.decide(
        first, verdict=Verdict.APPROVE, comment="", revision_id=submission.page.latest_revision_id
    )
    submission.invitations.filter(name="Member2 Reader").update(active=False)
    assert waiting_for(fresh(submission)) == ["Member1 Reader"]
    assert status_words(fresh(submission)).next.startswith(
        "We wait for Member1 Reader. When all have approved"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "mine"), [(status, status in (Status.DRAFT, Status.CHANGES_REQUESTED)) for status in Status]
)
def test_no_sentence_has_a_gap(status, mine):
    submission = make_submission(status)
    words = status_words(submission)
    assert (words.is_mine, words.since, words.status) == (mine, submission.status_since, status)
    assert "{" not in words.who + words.next
    assert words.next


@pytest.mark.django_db
def test_the_end_of_an_embargo_is_named():
    submission = make_submission(Status.PUBLISHED, months=12)
    assert date_format(submission.embargo_until, "j F Y") in status_words(submission).next
    submission.embargo_until = timezone.localdate() - dt.timedelta(days=1)
    assert status_words(submission).next == "Everybody can read it."
