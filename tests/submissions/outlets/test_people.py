"""The rows that people are found by: written with the record, and gone with it."""

import pytest
from django.core.management import call_command

from submissions import lifecycle, outlets
from submissions.models import RecordPerson, Status, Submission
from submissions.outlets import people
from tests.factories import fresh, make_connection, make_staff, make_submission

pytestmark = pytest.mark.django_db


def rows(case: Submission) -> list[tuple]:
    """The people of a case, as they are found."""
    return list(case.people.values_list("position", "given", "family", "role", "supervises", "orcid"))


def test_they_are_written_with_the_record_and_deleted_with_it() -> None:
    assert not make_submission(Status.APPROVED).people.exists()
    case = make_submission(Status.PUBLISHED)
    page = case.page
    assert rows(case) == [
        (0, page.author_given, page.author_family, "author", False, case.author_connection.orcid),
        (1, "Member0", "Reader", "advisor", True, ""),
        (2, "Member1", "Reader", "member", False, ""),
        (3, "Member2", "Reader", "member", False, ""),
    ]
    lifecycle.withdraw(case, actor=make_staff())
    assert rows(case) == []
    lifecycle.publish(fresh(case), actor=make_staff())
    assert len(rows(case)) == 4


def test_an_id_that_is_connected_later_is_taken_over() -> None:
    case = make_submission(Status.PUBLISHED)
    seat = case.invitations.get(name="Member1 Reader")
    seat.connection = make_connection()
    seat.save()
    outlets.refresh(case)
    assert case.people.get(position=2).orcid == seat.connection.orcid


def test_unchanged_rows_are_left_alone_and_missing_ones_are_filled() -> None:
    case = make_submission(Status.PUBLISHED)
    before = list(case.people.values_list("pk", flat=True))
    outlets.refresh(case)
    assert list(case.people.values_list("pk", flat=True)) == before
    RecordPerson.objects.all().delete()  # a thesis from before there were such rows
    call_command("refresh_records", verbosity=0)
    assert len(rows(case)) == 4


def test_many_are_written_at_once() -> None:
    case = make_submission(Status.PUBLISHED)
    former = rows(case)
    case.records.all().delete()
    people.forget(case)
    outlets.store_many([case])
    assert rows(case) == former
