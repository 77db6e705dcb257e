"""The way of a thesis into each kind of repository: there, changed, closed, withdrawn, there again."""

import datetime as dt

import pytest
from django.utils import timezone

from submissions import lifecycle
from submissions.models.deliveries import Delivery, DeliveryCall
from submissions.outlets import refresh
from submissions.outlets.delivery import wishes
from tests.factories import fresh, make_staff
from tests.places_process import SECRET

from .conftest import KINDS, assert_whole, change_title, publish, work_on

pytestmark = pytest.mark.django_db
DONE = Delivery.State.DONE


def test_it_arrives_once_and_comes_back_whole(repository):
    submission = publish()
    delivery = work_on()
    assert_whole(delivery)
    assert repository.states() == [KINDS[repository.kind].public]
    assert delivery.remote_id
    assert delivery.remote_url.startswith(repository.places.base_url)
    assert str(submission.uuid) in str(repository.there())
    assert len(repository.facts("File")) == 1


def test_the_password_is_in_no_row(repository):
    publish()
    delivery = work_on()
    said = str([list(DeliveryCall.objects.values()), delivery.remote, delivery.reason])
    assert DeliveryCall.objects.exists()
    assert SECRET not in said.replace("/etd_site/demo", "")


def test_a_change_reaches_the_same_deposit(repository):
    submission = publish()
    before = work_on()
    change_title(submission, "Tidal mixing, corrected")
    after = work_on()
    assert_whole(after)
    assert [one["title"] for one in repository.there()] == ["Tidal mixing, corrected"]
    assert after.remote_id == before.remote_id


def test_withdrawn_and_public_again(repository):
    submission = publish()
    work_on()
    lifecycle.withdraw(fresh(submission), actor=make_staff())
    delivery = work_on()
    assert (delivery.state, delivery.reason) == (DONE, "")
    expected = KINDS[repository.kind].withdrawn
    assert repository.states() == ([expected] if expected else [])
    lifecycle.publish(fresh(submission), actor=make_staff())
    delivery = work_on()
    assert_whole(delivery)
    assert repository.states() == [KINDS[repository.kind].public]


def test_an_embargo_keeps_the_files_closed_until_it_ends(repository):
    submission = publish(months=24)
    delivery = work_on()
    assert_whole(delivery)
    until = fresh(submission).embargo_until.isoformat()
    if repository.kind == "sword2":
        assert repository.facts("File") == []
    elif repository.kind == "dspace":
        assert f"'startDate': '{until}'" in repository.facts("File")[0]
    else:
        assert (repository.facts("Access"), repository.facts("Open from")) == (["files restricted"], [until])

    case = fresh(submission)
    case.embargo_until = timezone.localdate() - dt.timedelta(days=1)
    case.save(update_fields=["embargo_until"])
    refresh(fresh(submission))
    delivery = work_on()
    assert_whole(delivery)
    assert repository.states() == [KINDS[repository.kind].public]
    assert len(repository.facts("File")) == 1
    if repository.kind == "dspace":
        assert "startDate" not in repository.facts("File")[0]
    if repository.kind == "inveniordm":
        assert repository.facts("Access") == ["files public"]


def test_nothing_is_sent_twice_when_nothing_changed(repository):
    submission = publish()
    work_on()
    repository.places.heal()
    refresh(fresh(submission))
    work_on()
    assert repository.writes() == []


def test_what_was_taken_away_there_is_not_deposited_again_without_a_word(repository):
    submission = publish()
    work_on()
    repository.places.fail("(GET|POST) .*", "refuse", times=-1, status=404)
    if repository.kind == "dspace":  # signing in must go on
        repository.places.heal()
        repository.places.fail("GET .*/items/", "refuse", times=-1, status=404)
    change_title(submission, "Another title")
    delivery = work_on()
    assert delivery.state == Delivery.State.NEEDS_ATTENTION
    assert "no longer has what we deposited" in delivery.reason
    repository.places.heal()
    wishes.retry(delivery, make_staff())
    assert_whole(work_on())
    assert repository.states() == [KINDS[repository.kind].public]


def test_a_refusal_says_what_is_wrong(repository, settings):
    settings.ETD_TARGETS[repository.name]["secret"] = "wrong"
    publish()
    delivery = work_on(rounds=1)
    assert delivery.state == Delivery.State.NEEDS_ATTENTION
    assert "does not know our user name and password" in delivery.reason
    assert repository.states() == []
