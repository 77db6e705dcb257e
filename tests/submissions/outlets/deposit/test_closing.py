"""What was open must not stay open: earlier versions, policies put aside, texts made of files."""

import datetime as dt
from io import BytesIO

import pytest
from django.core.files import File
from django.utils import timezone

from submissions import lifecycle
from submissions.files import preflight, store
from submissions.models import EmbargoOption
from submissions.models.deliveries import Delivery
from submissions.outlets import refresh
from tests.factories import fresh, make_pdf, make_staff

from .conftest import assert_whole, publish, set_up, work_on

pytestmark = pytest.mark.django_db
SOON = dt.timedelta(days=400)


def replace_file(submission, settings) -> None:
    content = File(BytesIO(make_pdf("Another")), name="corrected.pdf")
    facts = preflight.check(content, max_bytes=settings.ETD_MAX_UPLOAD_BYTES)
    former = fresh(submission).page.files.get()
    former.file = store.keep(content, submission.uuid, facts)
    former.name, former.size, former.sha256, former.md5 = facts.name, facts.size, facts.sha256, facts.md5
    former.save()
    refresh(fresh(submission))


def close(submission) -> str:
    """An embargo on a thesis that is open; returns its last day."""
    case = fresh(submission)
    page = case.page
    page.embargo = EmbargoOption.objects.get(months=24)
    page.save()
    case.embargo_until = timezone.localdate() + SOON
    case.save()
    refresh(fresh(submission))
    return case.embargo_until.isoformat()


@pytest.mark.parametrize("lost", [False, True])
def test_withdrawn_while_a_new_version_is_a_draft_leaves_nothing_public(places, settings, lost):
    repository = set_up(places, settings, "inveniordm")
    submission = publish()
    work_on()
    replace_file(submission, settings)
    places.fail("POST .*/actions/publish", "refuse", status=400, times=-1)
    assert work_on().state == Delivery.State.NEEDS_ATTENTION
    assert sorted(repository.states()) == ["draft", "published"]
    places.heal()
    lifecycle.withdraw(fresh(submission), actor=make_staff())
    if lost:
        places.fail("DELETE .*/draft", "lose")
    delivery = work_on()
    assert (delivery.state, delivery.reason) == (Delivery.State.DONE, "")
    assert repository.states() == ["tombstone"]
    assert delivery.remote_id


def test_withdrawing_takes_earlier_versions_too(places, settings):
    repository = set_up(places, settings, "inveniordm")
    submission = publish()
    work_on()
    replace_file(submission, settings)
    assert_whole(work_on())
    lifecycle.withdraw(fresh(submission), actor=make_staff())
    places.fail("DELETE .*/delete", "lose")
    work_on()
    assert repository.states() == ["tombstone", "tombstone"]


def test_an_embargo_closes_earlier_versions_too(places, settings):
    repository = set_up(places, settings, "inveniordm")
    submission = publish()
    work_on()
    replace_file(submission, settings)
    assert_whole(work_on())
    until = close(submission)
    assert_whole(work_on())
    facts = [dict(one["facts"]) for one in repository.there()]
    assert [(one["Access"], one["Open from"]) for one in facts] == [("files restricted", until)] * 2


def test_a_closed_file_stays_closed_when_its_thesis_is_reinstated(places, settings):
    repository = set_up(places, settings, "dspace")
    submission = publish()
    work_on()
    lifecycle.withdraw(fresh(submission), actor=make_staff())
    work_on()
    until = close(submission)
    replace_file(submission, settings)
    lifecycle.publish(fresh(submission), actor=make_staff())
    assert_whole(work_on())
    assert repository.states() == ["archived"]
    (file,) = repository.facts("File")
    assert f"'startDate': '{until}'" in file
    assert "openaccess" not in file


def test_the_text_of_a_file_goes_when_the_file_is_closed(places, settings):
    repository = set_up(places, settings, "dspace")
    submission = publish()
    work_on()
    assert len(repository.facts("Text")) == 1
    close(submission)
    assert_whole(work_on())
    assert repository.facts("Text") == []


def test_the_text_of_a_file_goes_with_the_file(places, settings):
    repository = set_up(places, settings, "dspace")
    submission = publish()
    work_on()
    replace_file(submission, settings)
    assert_whole(work_on())
    assert repository.facts("Text") == []
