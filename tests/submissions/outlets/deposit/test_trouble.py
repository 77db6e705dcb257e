"""Answers lost after the work was done, connections cut, refusals, restarts: one whole deposit at the end."""

import pytest

from submissions import lifecycle
from submissions.models.deliveries import Delivery
from submissions.outlets.delivery import wishes, work
from tests.factories import fresh, make_staff

from .conftest import KINDS, assert_whole, change_title, publish, work_on

pytestmark = pytest.mark.django_db
WRITES = "^(POST|PUT|PATCH|DELETE) "


@pytest.fixture
def number_of_writes(repository) -> int:
    """How many writing requests a first delivery takes; what it brought is thrown away with its place."""
    publish()
    assert_whole(work_on())
    return len(repository.writes())


def through(repository, number_of_writes: int, trouble) -> None:
    """A new thesis for each writing request, that request in trouble: each is there once."""
    for number in range(number_of_writes):
        before = len(repository.there())
        repository.places.heal()
        trouble(number)
        submission = publish()
        assert_whole(work_on(submission))
        mine = [one for one in repository.there() if str(submission.uuid) in str(one)]
        assert [one["state"] for one in mine] == [KINDS[repository.kind].public], number
        assert len(repository.there()) == before + 1, number


def test_each_writing_request_loses_its_answer(repository, number_of_writes):
    through(repository, number_of_writes, lambda number: repository.places.fail(WRITES, "lose", skip=number))


def test_each_writing_request_is_refused_or_cut(repository, number_of_writes):
    troubles = [{"do": "cut"}, {"do": "refuse", "status": 503}, {"do": "refuse", "status": 500}]
    through(
        repository,
        number_of_writes,
        lambda number: repository.places.fail(WRITES, skip=number, **troubles[number % 3]),
    )


def test_answers_lost_and_both_sides_restarted(repository):
    submission = publish()
    for _ in range(3):
        repository.places.fail(WRITES, "lose", skip=1, times=1)
        work.run_due()
        repository.places.restart()
        Delivery.objects.update(next_try_at=None)
    assert_whole(work_on())
    assert repository.states() == [KINDS[repository.kind].public]
    change_title(submission, "Changed")
    repository.places.fail(WRITES, "lose", times=2)
    assert_whole(work_on())
    assert [one["title"] for one in repository.there()] == ["Changed"]


def test_every_write_of_a_withdrawal_loses_its_answer(repository):
    submission = publish()
    work_on()
    lifecycle.withdraw(fresh(submission), actor=make_staff())
    repository.places.fail(WRITES, "lose", times=3)
    delivery = work_on()
    assert delivery.state == Delivery.State.DONE
    expected = KINDS[repository.kind].withdrawn
    assert repository.states() == ([expected] if expected else [])


def test_withdrawn_while_nobody_knows_whether_it_arrived(repository):
    submission = publish()
    match = {
        "sword2": "POST .*collection",
        "dspace": "POST .*workflowitems",
        "inveniordm": "POST .*/records$",
    }
    repository.places.fail(match[repository.kind], "lose")
    work.run_due()
    assert len(repository.there()) == 1
    lifecycle.withdraw(fresh(submission), actor=make_staff())
    delivery = work_on()
    assert delivery.state in (Delivery.State.DONE, Delivery.State.REMOVED)
    assert repository.states() == (["withdrawn"] if repository.kind == "dspace" else [])


@pytest.mark.parametrize("repository", ["inveniordm"], indirect=True)
@pytest.mark.parametrize("step", ["look", "retry"])
def test_a_record_that_is_not_for_us_is_not_said_to_be_gone(repository, step):
    """403 is a matter of rights; only 404 and 410 say that nothing is there."""
    submission = publish()
    before = work_on()
    repository.places.fail("GET .*/api/records/", "refuse", times=-1, status=403)
    change_title(submission, "Tidal mixing, corrected")
    work.run_due()
    row = Delivery.objects.get()
    if step == "retry":
        wishes.retry(row, make_staff())
        work.run_due()
        row.refresh_from_db()
    assert (row.state, row.error_code) == (Delivery.State.NEEDS_ATTENTION, "403")
    assert row.reason.startswith("Our account at The library may not do this.")
    assert row.remote_id == before.remote_id


def taken_away(repository):
    """A thesis whose deposit somebody took away there, as the office was told."""
    submission = publish()
    work_on()
    find = {"sword2": "GET .*/edit/", "dspace": "GET .*/items/", "inveniordm": "GET .*/api/records/"}
    repository.places.fail(find[repository.kind], "refuse", times=-1, status=404)
    change_title(submission, "Another title")
    assert work_on().error_code == "gone"
    return submission


def test_only_a_person_has_what_was_taken_away_deposited_anew(repository):
    """Whatever changes of the record meanwhile, the nightly refresh, or a pause: it stays away."""
    submission = taken_away(repository)
    repository.places.heal()
    for title in ("A third title", "A fourth title"):
        before = Delivery.objects.get().desired_hash
        change_title(submission, title)
        assert work_on().state == Delivery.State.NEEDS_ATTENTION
        assert Delivery.objects.get().desired_hash != before
    assert repository.places.log() == []  # nobody asked again, so that nobody was answered


def test_a_pause_does_not_have_what_was_taken_away_deposited_anew(repository):
    taken_away(repository)
    wishes.pause(Delivery.objects.get(), make_staff())
    wishes.resume(Delivery.objects.get(), make_staff())
    before = len(repository.writes())
    delivery = work_on()
    assert (delivery.state, delivery.error_code) == (Delivery.State.NEEDS_ATTENTION, "gone")
    assert [line for line in repository.writes()[before:] if "authn" not in line] == []


def test_a_worker_killed_before_it_could_say_what_is_gone_says_it_the_next_time(repository, monkeypatch):
    submission = publish()
    work_on()
    find = {"sword2": "GET .*/edit/", "dspace": "GET .*/items/", "inveniordm": "GET .*/api/records/"}
    repository.places.fail(find[repository.kind], "refuse", times=-1, status=404)
    change_title(submission, "Another title")

    class Killed(BaseException):
        pass

    def kill(*_):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(work, "_failed", kill)
        with pytest.raises(Killed):
            work.run_due()
    before = len(repository.writes())
    delivery = work_on()
    assert (delivery.state, delivery.error_code) == (Delivery.State.NEEDS_ATTENTION, "gone")
    assert [line for line in repository.writes()[before:] if "authn" not in line] == []


def test_a_thesis_that_is_withdrawn_need_not_be_found_there_first(repository):
    submission = taken_away(repository)
    lifecycle.withdraw(fresh(submission), actor=make_staff())
    assert work_on().state in (Delivery.State.DONE, Delivery.State.REMOVED)


def test_an_alarm_goes_when_the_thesis_does(repository):
    submission = publish()
    Delivery.objects.filter(pk=work_on().pk).update(alarms=["The title did not reach The library."])
    lifecycle.withdraw(fresh(submission), actor=make_staff())
    assert work_on().alarms == []
