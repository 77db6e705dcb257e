"""The handle that a repository gives: kept, never the reason to send all again, and the office hears when it ends."""

import pytest
import requests

from submissions import lifecycle
from submissions.models.deliveries import Delivery
from submissions.outlets.delivery import wishes, work
from submissions.review.history import history
from tests.factories import fresh, make_staff
from tests.places_process import SECRET, USER

from .conftest import assert_whole, publish, set_up, work_on

pytestmark = pytest.mark.django_db


def said(submission) -> str:
    return " ".join(line.sentence for line in history(fresh(submission)))


def take_away(delivery: Delivery) -> None:
    """Somebody deletes the deposit there, by hand."""
    requests.delete(delivery.remote["edit"], auth=(USER, SECRET), timeout=10).raise_for_status()


def test_a_repository_that_forbids_changes_keeps_a_deposit_that_did_not_change(places, settings):
    """An unchanged DSpace allows no change of what is archived; its own handle is none that it must be told."""
    repository = set_up(places, settings, "sword2")
    places.fail("PUT ", "refuse", status=405, times=-1)
    submission = publish()
    assert_whole(work_on())
    assert fresh(submission).handle.startswith("20.500.99999/")
    assert [line for line in repository.writes() if line.startswith("PUT")] == []


def test_a_worker_killed_before_it_could_say_that_it_is_there_sends_nothing_again(
    places, settings, monkeypatch
):
    repository = set_up(places, settings, "sword2")
    places.fail("PUT ", "refuse", status=405, times=-1)
    publish()

    class Killed(BaseException):
        pass

    def kill(*_):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(work, "_brought", kill)
        with pytest.raises(Killed):
            work.run_due()
    before = len(repository.writes())
    assert_whole(work_on())
    assert len(repository.writes()) == before
    wishes.replay(Delivery.objects.get(), make_staff())
    assert work_on().error_code == "405"  # who asks for everything once more gets it


def test_the_handle_of_a_deposit_that_is_gone_makes_way_for_the_new_one(places, settings):
    set_up(places, settings, "sword2")
    submission = publish()
    first = work_on()
    take_away(first)
    wishes.replay(first, make_staff())
    assert work_on().error_code == "gone"
    wishes.retry(Delivery.objects.get(), make_staff())
    second = work_on()
    assert_whole(second)
    assert first.remote_id != second.remote_id == fresh(submission).handle
    assert first.remote_id in said(submission)
    assert second.remote_id in said(submission)


def test_the_office_hears_that_the_handle_ended_and_that_there_is_another(places, settings):
    set_up(places, settings, "sword2")
    submission = publish()
    first = work_on().remote_id
    lifecycle.withdraw(fresh(submission), actor=make_staff())
    work_on()
    assert f"The handle {first} ended" in said(submission)
    lifecycle.publish(fresh(submission), actor=make_staff())
    second = work_on().remote_id
    assert second != first
    assert f"{second} in place of {first}" in said(submission)


def test_an_answer_that_is_no_receipt_leaves_it_in_doubt(places, settings):
    """A page of a proxy, with status 200: perhaps the repository has the deposit, perhaps not."""
    repository = set_up(places, settings, "sword2")
    publish()
    places.fail("POST .*collection", "refuse", status=200, body="<html><p>Back soon</p></html>")
    delivery = work_on(rounds=1)
    assert (delivery.in_doubt, delivery.remote) == ("deposit", {})
    assert_whole(work_on())
    assert repository.states() == ["archived"]
