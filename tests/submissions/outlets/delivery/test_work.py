"""Deliveries to a small place of our own over real sockets: what the core does whatever the kind."""

import datetime as dt
import hashlib

import pytest
from django.core.management import call_command
from django.utils import timezone

from submissions import lifecycle
from submissions.metadata.record import Access
from submissions.models import Status, Submission
from submissions.models.deliveries import Delivery, DeliveryCall, Wish
from submissions.outlets import refresh
from submissions.outlets.delivery import wishes, work
from submissions.outlets.delivery.calls import Caller
from submissions.outlets.delivery.parcel import parcel_of
from submissions.outlets.delivery.rulings import Refused
from submissions.outlets.delivery.targets import targets
from submissions.outlets.refresh import current_record
from tests.factories import fresh, make_staff, make_submission

from .conftest import ShelfTarget

pytestmark = pytest.mark.django_db
State = Delivery.State


def later(**time) -> dt.datetime:
    return timezone.now() + dt.timedelta(**time)


def test_the_wish_is_made_where_the_thesis_is_published_and_nothing_is_called(shelf) -> None:
    assert not Delivery.objects.filter(submission=make_submission(Status.APPROVED)).exists()
    row = Delivery.objects.get(submission=make_submission(Status.PUBLISHED))
    assert (row.wish, row.state, row.sent_hash) == (Wish.PUBLIC, State.WAITING, "")
    assert shelf.asked == []


def test_it_is_brought_once_and_read_back_at_growing_intervals(shelf) -> None:
    make_submission(Status.PUBLISHED)
    work.run_due()
    row = Delivery.objects.get()
    assert (row.state, row.sent_wish, row.sent_hash == row.desired_hash) == (State.DONE, Wish.PUBLIC, True)
    assert len(shelf.things) == 1
    waits = []
    for _ in range(4):
        row.refresh_from_db()
        waits.append(row.check_at - row.sent_at)
        work.run_due(now=row.check_at)
    assert waits[:3] == list(work.CHECKS)
    assert waits[3] > work.CHECKS[-1]
    assert len(shelf.things) == 1


def test_an_answer_that_was_lost_is_looked_for_before_anything_is_sent_again(shelf) -> None:
    make_submission(Status.PUBLISHED)
    shelf.lose = 1
    work.run_due()
    assert Delivery.objects.get().in_doubt == "put"
    work.run_due(now=later(hours=1))
    assert [method for method, *_ in shelf.asked] == ["POST", "GET", "GET"]
    assert len(shelf.things) == 1


def test_what_nobody_saw_there_is_not_taken_back(shelf) -> None:
    submission = make_submission(Status.PUBLISHED)
    lifecycle.withdraw(submission, actor=make_staff())
    row = Delivery.objects.get()
    assert (row.wish, row.state) == (Wish.NOTHING, State.REMOVED)
    assert work.run_due() == 0


def test_a_wish_that_changes_while_it_is_fulfilled_is_followed(shelf, monkeypatch) -> None:
    submission = make_submission(Status.PUBLISHED)
    real = wishes.settle
    withdrawn = []

    def withdraw_in_between(row, *rest):
        if not withdrawn:
            withdrawn.append(True)
            lifecycle.withdraw(fresh(submission), actor=make_staff())
            row.refresh_from_db()
        return real(row, *rest)

    monkeypatch.setattr(wishes, "settle", withdraw_in_between)
    work.run_due()
    work.run_due()
    row = Delivery.objects.get()
    assert (row.state, row.sent_wish, shelf.things) == (State.DONE, Wish.WITHDRAWN, [])


def test_a_thesis_that_was_imported_waits_for_somebody_who_wants_it_there(shelf, settings) -> None:
    submission = make_submission(Status.PUBLISHED)
    Submission.objects.filter(pk=submission.pk).update(student=None)
    Delivery.objects.all().delete()
    refresh(submission)
    row = Delivery.objects.get()
    assert (row.wish, row.state) == (Wish.PUBLIC, State.PAUSED)
    assert row.reason.startswith("Imported")
    refresh(submission)
    assert work.run_due() == 0
    wishes.resume(row, make_staff())
    work.run_due()
    assert Delivery.objects.get().state == State.DONE


def test_a_place_may_want_all_that_was_imported(shelf, settings) -> None:
    settings.ETD_TARGETS["shelf"]["imported"] = True
    submission = make_submission(Status.PUBLISHED)
    Submission.objects.filter(pk=submission.pk).update(student=None)
    Delivery.objects.all().delete()
    refresh(submission)
    assert Delivery.objects.get().state == State.WAITING


def test_the_end_of_an_embargo_is_noticed_when_it_is_read_back(shelf, monkeypatch) -> None:
    submission = make_submission(Status.PUBLISHED, months=6)
    work.run_due()
    sent = Delivery.objects.get().sent_hash
    Submission.objects.filter(pk=submission.pk).update(embargo_until=timezone.localdate())
    work.run_due(now=later(hours=2))
    row = Delivery.objects.get()
    assert row.state == State.DONE
    assert row.sent_hash != sent


def test_files_of_a_closed_thesis_are_marked_closed(shelf) -> None:
    submission = make_submission(Status.PUBLISHED, months=6)

    record = current_record(submission)
    assert record.access is Access.EMBARGOED
    (item,) = parcel_of(submission, record, Wish.PUBLIC).files
    assert item.open_from == submission.embargo_until
    with item.open() as stream:
        content = stream.read()
    assert len(content) == item.size
    assert item.md5 == hashlib.md5(content).hexdigest()  # noqa: S324


def test_a_fault_of_our_own_holds_up_no_other(shelf, monkeypatch) -> None:
    first, second = make_submission(Status.PUBLISHED), make_submission(Status.PUBLISHED)
    real = wishes.parcel_for
    monkeypatch.setattr(
        wishes,
        "parcel_for",
        lambda target, case, *rest: real(target, case, *rest) if case.pk == second.pk else 1 / 0,
    )
    work.run_due()
    assert Delivery.objects.get(submission=second).state == State.DONE
    row = Delivery.objects.get(submission=first)
    assert (row.state, row.error_code) == (State.WAITING, "our_fault")
    assert row.next_try_at > timezone.now()


def test_a_message_that_cannot_be_made_stops_no_publication(shelf, monkeypatch) -> None:
    monkeypatch.setattr(ShelfTarget, "message", lambda self, parcel: 1 / 0)
    submission = make_submission(Status.PUBLISHED)
    assert submission.status == Status.PUBLISHED
    row = Delivery.objects.get()
    assert (row.state, row.error_code) == (State.NEEDS_ATTENTION, "unsayable")


def test_what_is_paused_stays_so_when_its_message_cannot_be_made(shelf, monkeypatch) -> None:
    submission = make_submission(Status.PUBLISHED)
    wishes.pause(Delivery.objects.get(), None)
    with monkeypatch.context() as broken:
        broken.setattr(ShelfTarget, "message", lambda self, parcel: 1 / 0)
        refresh(submission)
    refresh(submission)
    assert Delivery.objects.get().state == State.PAUSED


def test_the_secret_is_in_no_row(shelf) -> None:
    make_submission(Status.PUBLISHED)
    shelf.answers.append((400, {}, b"the word s3cret-word is wrong"))
    work.run_due()
    row = Delivery.objects.get()
    assert row.state == State.NEEDS_ATTENTION
    assert "s3cret-word" not in row.reason
    assert "s3cret-word" not in "".join(call.outcome for call in DeliveryCall.objects.all())


def test_a_redirect_is_not_followed(shelf) -> None:
    make_submission(Status.PUBLISHED)
    shelf.answers.append((302, {"Location": "http://127.0.0.1:9/"}, b""))
    work.run_due()
    assert len(shelf.asked) == 1
    assert "has moved" in Delivery.objects.get().reason


def test_what_came_of_a_call_is_never_empty_and_no_404_is_called_accepted(shelf) -> None:
    make_submission(Status.PUBLISHED)
    Delivery.objects.update(lease_owner="us")
    shelf.answers += [(404, {}, b""), (403, {}, b""), (422, {}, b"")]
    with Caller(targets()["shelf"], Delivery.objects.get(), "us") as call:
        call("look", "GET", "things", ok=(200, 404))
        call("look", "GET", "things", ok=(200, 403))
        with pytest.raises(Refused):
            call("put", "POST", "things")
        call("look", "GET", "things")
    said = DeliveryCall.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(said) == [
        "Nothing is there.",
        "It is not shown to us.",
        "Refused, without a word why.",
        "Accepted.",
    ]


def test_a_conflict_is_tried_a_few_times_and_then_shown_to_staff(shelf) -> None:
    make_submission(Status.PUBLISHED)
    now = timezone.now()
    for _ in range(6):
        shelf.answers.append((409, {}, b""))
        work.run_due(now=now)
        now += dt.timedelta(hours=7)
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == (State.NEEDS_ATTENTION, 6)


def test_the_worker_that_is_told_to_drain_forgets_old_calls(shelf, settings, capsys) -> None:
    make_submission(Status.PUBLISHED)
    work.run_due()
    settings.ETD_DELIVERY_HISTORY_DAYS = 30
    DeliveryCall.objects.update(at=later(days=-31))
    call_command("deliver", "--drain")
    assert not DeliveryCall.objects.exists()
    assert "0 delivery(s)" in capsys.readouterr().out


def test_what_two_workers_want_one_gets(shelf) -> None:
    make_submission(Status.PUBLISHED)
    row = Delivery.objects.get()
    Delivery.objects.update(lease_owner="another", lease_until=later(minutes=5))
    assert work.run_due() == 0
    assert work.run_due(now=later(minutes=6)) > 0
    row.refresh_from_db()
    assert (row.state, row.lease_owner) == (State.DONE, "")


def test_a_worker_that_lost_its_lease_writes_nothing_more(shelf, monkeypatch) -> None:
    make_submission(Status.PUBLISHED)
    real = ShelfTarget.bring

    def lose_it(self, delivery, parcel, call):
        Delivery.objects.update(lease_owner="another", lease_until=later(minutes=5))
        real(self, delivery, parcel, call)

    monkeypatch.setattr(ShelfTarget, "bring", lose_it)
    work.run_due()
    assert shelf.asked == []
    row = Delivery.objects.get()
    assert (row.lease_owner, row.state, row.sent_hash) == ("another", State.WAITING, "")


def test_what_was_done_when_it_was_paused_is_kept_and_nothing_follows(shelf, monkeypatch) -> None:
    make_submission(Status.PUBLISHED)
    staff = make_staff()
    real = ShelfTarget.bring

    def pause_under_way(self, delivery, parcel, call):
        def then_paused(*arguments, **more):
            answer = call(*arguments, **more)
            wishes.pause(delivery, staff)
            return answer

        then_paused.keep = call.keep
        real(self, delivery, parcel, then_paused)
        call("one more", "GET", "things")

    monkeypatch.setattr(ShelfTarget, "bring", pause_under_way)
    work.run_due()
    row = Delivery.objects.get()
    assert (row.state, row.in_doubt, row.remote_id) == (State.PAUSED, "", shelf.things[0])
    assert [method for method, *_ in shelf.asked] == ["POST"]
    monkeypatch.setattr(ShelfTarget, "bring", real)
    wishes.resume(row, staff)
    work.run_due()
    assert Delivery.objects.get().state == State.DONE
    assert len(shelf.things) == 1
