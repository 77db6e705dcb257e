"""What is peculiar to one kind: reviews, handles, new versions, faults in a draft, repositories that forbid changes."""

import datetime as dt
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core.files import File
from django.utils import timezone

from submissions import lifecycle
from submissions.files import preflight, store
from submissions.models.deliveries import Delivery
from submissions.outlets import refresh
from submissions.outlets.delivery import wishes, work
from submissions.outlets.deposit import dspace_files
from tests.factories import fresh, make_pdf, make_staff

from .conftest import REVIEWED, assert_whole, change_title, publish, set_up, work_on

pytestmark = pytest.mark.django_db


def test_the_handle_that_dspace_gives_becomes_the_thesis_own(places, settings):
    repository = set_up(places, settings, "dspace")
    submission = publish()
    delivery = work_on()
    assert delivery.remote_id.startswith("20.500.88888/")
    assert fresh(submission).handle == delivery.remote_id
    assert f"https://hdl.handle.net/{delivery.remote_id}" in repository.facts("dc.identifier.uri")
    assert delivery.remote_id in fresh(submission).records.get(format="record").content.decode()


def test_a_handle_that_went_with_its_deposit_is_forgotten(places, settings):
    set_up(places, settings, "sword2")
    submission = publish()
    assert fresh(submission).handle == "" != work_on().remote_id
    assert fresh(submission).handle.startswith("20.500.99999/")
    lifecycle.withdraw(fresh(submission), actor=make_staff())
    work_on()
    assert fresh(submission).handle == ""


def test_a_thesis_in_review_waits_and_is_not_sent_again(places, settings):
    repository = set_up(places, settings, "dspace", collection=REVIEWED)
    publish()
    delivery = work_on(rounds=4)
    assert delivery.state == Delivery.State.WAITING
    assert "somebody there reviews it" in delivery.reason
    assert repository.states() == ["in review"]


def test_a_field_that_is_gone_here_goes_there_and_others_stay(places, settings):
    repository = set_up(places, settings, "dspace")
    submission = publish()
    work_on()
    assert repository.facts("dc.rights.uri") == ["https://creativecommons.org/licenses/by/4.0/"]
    page = fresh(submission).page
    page.licence = None
    page.save()
    change_title(submission, "Without a licence")
    assert_whole(work_on())
    assert repository.facts("dc.rights.uri") == []
    assert len(repository.facts("dc.date.accessioned")) == 1


def test_fields_of_its_own_need_a_registry_that_has_them(places, settings):
    set_up(places, settings, "dspace", stock=False)
    publish()
    delivery = work_on()
    assert delivery.state == Delivery.State.NEEDS_ATTENTION
    assert "does not exist in the registry" in delivery.reason


def test_a_repository_that_forbids_changes_over_sword_says_so_in_words(places, settings):
    set_up(places, settings, "sword2")
    submission = publish()
    work_on()
    change_title(submission, "Changed")
    places.fail("PUT ", "refuse", status=405, times=-1)
    delivery = work_on()
    assert delivery.state == Delivery.State.NEEDS_ATTENTION
    assert "does not let a finished deposit be changed over SWORD" in delivery.reason


def test_a_sword_repository_that_lists_nothing_is_asked_about_once_by_a_person(places, settings):
    repository = set_up(places, settings, "sword2")
    publish()
    places.fail("POST .*collection", "cut")
    places.fail("GET .*collection/theses", "refuse", status=405, times=-1)
    delivery = work_on()
    assert delivery.state == Delivery.State.NEEDS_ATTENTION
    assert "take it away if it is there" in delivery.reason
    wishes.retry(delivery, make_staff())
    assert_whole(work_on())
    assert repository.states() == ["archived"]


def test_a_deposit_in_doubt_is_not_doubled_because_the_thesis_changed(places, settings):
    repository = set_up(places, settings, "sword2")
    submission = publish()
    places.fail("POST .*collection", "lose")
    places.fail("GET .*collection/theses", "refuse", status=405, times=-1)
    assert work_on().error_code == "unlisted"
    change_title(submission, "Changed")
    delivery = work_on()
    assert (delivery.state, delivery.error_code) == (Delivery.State.NEEDS_ATTENTION, "unlisted")
    assert len(repository.there()) == 1


def test_a_collection_that_the_account_has_not_is_named(places, settings):
    set_up(places, settings, "sword2", collection="collection/other")
    publish()
    delivery = work_on()
    assert delivery.state == Delivery.State.NEEDS_ATTENTION
    assert "does not list the collection" in delivery.reason


def test_only_managers_of_an_inveniordm_may_delete(places, settings):
    set_up(places, settings, "inveniordm")
    submission = publish()
    work_on()
    lifecycle.withdraw(fresh(submission), actor=make_staff())
    places.fail("DELETE .*/delete", "refuse", status=403, times=-1)
    delivery = work_on()
    assert delivery.state == Delivery.State.NEEDS_ATTENTION
    assert "lets only its managers take a published record away" in delivery.reason


def test_another_file_becomes_a_new_version(places, settings):
    set_up(places, settings, "inveniordm")
    submission = publish()
    first = work_on()
    content = File(BytesIO(make_pdf("Another")), name="corrected.pdf")
    facts = preflight.check(content, max_bytes=settings.ETD_MAX_UPLOAD_BYTES)
    former = fresh(submission).page.files.get()
    former.file = store.keep(content, submission.uuid, facts)
    former.name, former.size, former.sha256, former.md5 = facts.name, facts.size, facts.sha256, facts.md5
    former.save()
    refresh(fresh(submission))
    second = work_on()
    assert_whole(second)
    assert second.remote_id != first.remote_id
    assert [one["state"] for one in places.see()["arrived"]["invenio"]] == ["published", "published"]
    assert second.remote["parent"] == first.remote["parent"]


def test_a_session_that_ends_and_a_token_that_changes_are_renewed(places, settings):
    set_up(places, settings, "dspace")
    publish()
    renewed = {"DSPACE-XSRF-TOKEN": "x", "Set-Cookie": "DSPACE-XSRF-COOKIE=x; Path=/; HttpOnly"}
    places.fail("PATCH ", "refuse", status=401)
    places.fail("POST .*workflowitems", "refuse", status=403, headers=renewed)
    work.run_due()
    assert Delivery.objects.get().attempts == 0
    assert_whole(work_on())


@pytest.mark.parametrize(
    "zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"]
)  # 25 hours apart: never one day in both
def test_a_file_opens_on_the_day_of_the_site_and_not_of_greenwich(zone):
    with timezone.override(zone):
        assert dspace_files._today() == dt.datetime.now(ZoneInfo(zone)).date().isoformat()
