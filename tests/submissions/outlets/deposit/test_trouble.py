"""Answers lost after the work was done, connections cut, refusals, restarts: one whole deposit at the end."""

import pytest

from submissions import lifecycle
from submissions.models.deliveries import Delivery
from submissions.outlets.delivery import work
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
