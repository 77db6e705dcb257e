"""What is fixed when a thesis becomes public: the day its files open, and its address."""

import datetime as dt

import pytest
from django.utils import timezone

from submissions import lifecycle, publication
from submissions.drafts import save_draft
from submissions.models import EmbargoOption, Status, ThesisPage
from tests.factories import (
    fresh,
    make_registrar,
    make_submission,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (dt.date(2026, 8, 31), 6, dt.date(2027, 2, 28)),
        (dt.date(2027, 8, 31), 6, dt.date(2028, 2, 29)),
        (dt.date(2026, 12, 15), 12, dt.date(2027, 12, 15)),
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2026, 5, 1), 0, None),
    ],
)
def test_an_embargo_ends_on_a_day_that_exists(start, months, end):
    page = ThesisPage(embargo=EmbargoOption(months=months))
    assert publication.embargo_end(page, start) == end


def test_two_theses_with_one_title_have_two_addresses():
    first, second = make_submission(Status.PUBLISHED), make_submission(Status.PUBLISHED)
    assert first.page.slug != second.page.slug


def test_the_public_address_is_plain_whatever_script_the_title_is_in():
    submission = make_submission(Status.APPROVED)
    submission.page.title, submission.page.author_family = "Krótka historia mokradeł 水", "Żółć"
    save_draft(submission.page, user=None)
    lifecycle.record_conferral(fresh(submission), actor=make_registrar(), conferred_on=timezone.localdate())
    assert fresh(submission).page.slug == f"{timezone.now().year}-zolc-krotka-historia-mokradel-shui"
