"""Conferrals at the same moment, on a database that lets two people write at once."""

import pytest
from django.db import connection
from django.utils import timezone

from submissions import lifecycle
from submissions.lifecycle import MoveRefused
from submissions.models import Status
from tests.factories import fresh, make_registrar, make_submission
from tests.submissions.test_step_races import at_once

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture(autouse=True)
def _needs_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("two people writing at once are for PostgreSQL")


def confer(submission, registrar):
    return lambda: lifecycle.record_conferral(
        fresh(submission), actor=registrar, conferred_on=timezone.localdate()
    )


def test_theses_with_one_title_conferred_at_once_have_addresses_of_their_own():
    theses = [make_submission(Status.APPROVED) for _ in range(4)]
    for thesis in theses:
        type(thesis.page).objects.filter(pk=thesis.page_id).update(author_family="Same")
        page = fresh(thesis).page
        page.save_revision()
    registrar = make_registrar()
    answers = at_once(*[confer(thesis, registrar) for thesis in theses])
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    pages = [fresh(thesis).page for thesis in theses]
    assert len({page.slug for page in pages}) == 4
    assert {fresh(thesis).status for thesis in theses} == {Status.PUBLISHED}


def test_one_thesis_conferred_by_two_registrars_is_published_once():
    thesis = make_submission(Status.APPROVED)
    answers = at_once(confer(thesis, make_registrar()), confer(thesis, make_registrar()))
    assert len([answer for answer in answers if isinstance(answer, MoveRefused)]) == 1
    assert fresh(thesis).changes.filter(to_status=Status.PUBLISHED).count() == 1
