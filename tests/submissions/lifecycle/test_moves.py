"""The table of moves: nothing goes where it does not say."""

import itertools

import pytest

from submissions.lifecycle import MOVES, MoveRefused, moves
from submissions.models import Status, StatusChange
from tests.factories import make_draft

from .conftest import everything


def test_every_status_is_in_the_table_of_moves():
    assert set(MOVES) == set(Status)


@pytest.mark.django_db
def test_a_move_that_is_not_in_the_table_is_refused_and_changes_nothing():
    submission = make_draft()
    refused = [(old, new) for old, new in itertools.product(Status, Status) if new not in MOVES[old]]
    assert (Status.DRAFT, Status.PUBLISHED) in refused
    for old, new in refused:
        type(submission).objects.filter(pk=submission.pk).update(status=old)
        submission.refresh_from_db()
        before = everything(submission)
        with pytest.raises(MoveRefused, match=f"“{old.label}” cannot become “{new.label}”"):
            moves.move(submission, new, sentence="Never.")
        assert everything(submission) == before


@pytest.mark.django_db
def test_a_move_writes_who_made_it_and_a_remark_leaves_the_status():
    submission = make_draft()
    moves.move(submission, Status.WITHDRAWN, sentence="Gone.", actor=submission.student, comment=" Why. ")
    StatusChange.note(submission, "A remark.", actor_name="Somebody")
    remark, move = submission.changes.order_by("-pk")[:2]
    assert (move.from_status, move.to_status, move.comment) == (Status.DRAFT, Status.WITHDRAWN, "Why.")
    assert (move.actor, move.actor_name) == (submission.student, submission.student.get_full_name())
    assert (remark.from_status, remark.to_status) == (Status.WITHDRAWN, Status.WITHDRAWN)
    assert (remark.actor, remark.actor_name) == (None, "Somebody")
