"""What is wished for on the author's record: the work, and the degree with its own life."""

import datetime as dt
import inspect

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from lxml import etree
from wagtail.models import Site

from etd_site.models import BrandingSettings
from orcid_workflow.messages import COMMON
from orcid_workflow.models import Connection, OrcidItem
from orcid_workflow.signals import connection_changed
from submissions import case_facts, lifecycle, outlets
from submissions.management.commands.refresh_records import Command as RefreshRecords
from submissions.models import Degree, Status, Submission
from submissions.outlets import orcid
from tests.factories import (
    decide_all,
    fresh,
    make_connection,
    make_draft,
    make_registrar,
    make_staff,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db
BEGAN = dt.date(2021, 9, 1)
State = OrcidItem.State


@pytest.fixture
def university():
    """A university that said of itself what ORCID asks for. Made by the first submission's office."""

    def known(**changes) -> None:
        facts = {"institution_ror": "https://ror.org/05gq02987", "city": "Halifax", "country": "CA"} | changes
        branding = BrandingSettings.for_site(Site.objects.get(is_default_site=True))
        for name, value in facts.items():
            setattr(branding, name, value)
        branding.save()

    return known


@pytest.fixture
def enrolled(university) -> Submission:
    """A draft whose author is connected and whose enrolment the office confirmed."""
    case = make_draft()
    university()
    case_facts.confirm_enrolment(case, actor=make_staff(), enrolled_on=BEGAN)
    return fresh(case)


def degree(case: Submission) -> OrcidItem:
    return OrcidItem.objects.get(kind="education", key=str(case.uuid))


def days(item: OrcidItem) -> dict[str, str]:
    """The dates in a message: ``{"start": "20210901"}``."""
    root = etree.fromstring(item.message.encode())
    found = {name: root.find(f"{{{COMMON}}}{name}-date") for name in ("start", "end")}
    return {name: "".join(node.itertext()) for name, node in found.items() if node is not None}


def publish(case: Submission, day: dt.date | None = None) -> Submission:
    lifecycle.submit(fresh(case), actor=case.student)
    decide_all(case)
    lifecycle.approve(fresh(case), actor=make_staff())
    lifecycle.record_conferral(fresh(case), actor=make_registrar(), conferred_on=day or timezone.localdate())
    return fresh(case)


def test_the_degree_is_announced_when_the_enrolment_is_confirmed(enrolled) -> None:
    item = degree(enrolled)
    assert item.orcid == enrolled.student.orcid_connections.get().orcid
    assert (item.title, item.state) == ("Doctor of Philosophy", State.WAITING)
    assert item.facts["type"] == "Education"
    assert days(item) == {"start": "20210901"}
    assert "https://ror.org/05gq02987" in item.message
    assert str(enrolled.uuid) in item.message
    assert not OrcidItem.objects.filter(kind="work").exists()


def test_it_ends_on_the_day_of_conferral_and_follows_its_correction(enrolled) -> None:
    today = timezone.localdate()
    case = publish(enrolled)
    assert days(degree(case)) == {"start": "20210901", "end": f"{today:%Y%m%d}"}
    earlier = today - dt.timedelta(days=3)
    lifecycle.correct_conferral(case, actor=make_registrar(), conferred_on=earlier)
    assert days(degree(case)) == {"start": "20210901", "end": f"{earlier:%Y%m%d}"}
    assert OrcidItem.objects.filter(key=str(case.uuid)).count() == 2


def test_without_a_confirmed_enrolment_it_is_written_at_conferral(university) -> None:
    case = make_draft()
    university()
    assert not OrcidItem.objects.exists()
    case = publish(case)
    assert set(days(degree(case))) == {"end"}


def test_a_conferred_degree_stays_when_the_thesis_goes(enrolled) -> None:
    case = publish(enrolled)
    lifecycle.withdraw(case, actor=make_staff(), comment="A mistake.")
    assert OrcidItem.objects.get(kind="work").message == ""
    assert set(days(degree(case))) == {"start", "end"}
    RefreshRecords().handle()
    assert set(days(degree(case))) == {"start", "end"}


@pytest.mark.parametrize("by_student", [True, False])
def test_a_degree_that_was_announced_goes_with_a_case_withdrawn_before_conferral(
    enrolled, by_student
) -> None:
    actor = enrolled.student if by_student else make_staff()
    lifecycle.withdraw(enrolled, actor=actor, comment="Another university.")
    assert degree(enrolled).message == ""
    RefreshRecords().handle()
    assert degree(enrolled).message == ""


def test_a_confirmation_taken_back_takes_the_degree_back(enrolled) -> None:
    case_facts.confirm_enrolment(enrolled, actor=make_staff(), enrolled_on=None)
    assert degree(enrolled).message == ""


def test_saying_it_again_changes_nothing(enrolled) -> None:
    before = OrcidItem.objects.values_list("desired_hash", "state", "message").get()
    outlets.refresh(enrolled)
    assert OrcidItem.objects.values_list("desired_hash", "state", "message").get() == before


def test_who_connects_after_the_confirmation_gets_the_degree(university) -> None:
    case = make_draft(connected=False)
    university()
    case_facts.confirm_enrolment(case, actor=make_staff(), enrolled_on=BEGAN)
    assert not OrcidItem.objects.exists()
    connection = make_connection(case.student)
    connection_changed.send(sender=Connection, connection=connection, change="connected")
    assert degree(case).orcid == connection.orcid


def test_who_connects_after_publication_gets_both(university, settings) -> None:
    settings.ETD_ORCID_REQUIRED = False
    case = make_draft(connected=False)
    university()
    case = publish(case)
    connection = make_connection(case.student)
    connection_changed.send(sender=Connection, connection=connection, change="connected")
    found = OrcidItem.objects.filter(key=str(case.uuid)).exclude(message="")
    assert set(found.values_list("kind", "orcid")) == {
        ("work", connection.orcid),
        ("education", connection.orcid),
    }


def test_a_student_with_another_id_has_the_degree_on_one_record_only(enrolled) -> None:
    first = enrolled.student.orcid_connections.get()
    Connection.objects.filter(pk=first.pk).update(user=None, state=Connection.State.DISCONNECTED)
    second = make_connection(enrolled.student)
    connection_changed.send(sender=Connection, connection=second, change="connected")
    found = OrcidItem.objects.filter(kind="education").exclude(message="")
    assert list(found.values_list("orcid", flat=True)) == [second.orcid]


def test_the_setting_begins_nothing_new_and_keeps_what_is_there_true(enrolled, settings) -> None:
    settings.ETD_ORCID_EDUCATION = False
    case = publish(enrolled)
    assert set(days(degree(case))) == {"start", "end"}
    other = publish(make_draft())
    assert not OrcidItem.objects.filter(kind="education", key=str(other.uuid)).exists()


def test_it_is_on_unless_somebody_turns_it_off() -> None:
    assert django_settings.ETD_ORCID_EDUCATION is True


MISSING = [("institution_ror", "ROR"), ("city", "city"), ("country", "country")]


@pytest.mark.parametrize(("name", "word"), MISSING)
def test_a_university_that_said_too_little_is_told_where_to_mend_it(university, name, word) -> None:
    case = make_draft()
    university(**{name: ""})
    case_facts.confirm_enrolment(case, actor=make_staff(), enrolled_on=BEGAN)
    item = degree(case)
    assert (item.message, item.state, item.error_code) == ("", State.NEEDS_ATTENTION, "message")
    assert item.action == "ask_staff"
    assert word in item.reason
    assert "Settings, Branding" in item.reason
    said = case.changes.filter(sentence="The degree could not be sent to ORCID as it is.")
    assert said.count() == 1
    assert word in said.get().comment
    for _ in range(2):
        RefreshRecords().handle()
    assert said.count() == 1
    university()
    RefreshRecords().handle()
    item = degree(case)
    assert (item.state, item.reason) == (State.WAITING, "")
    assert days(item) == {"start": "20210901"}


def test_a_work_that_orcid_would_refuse_is_not_sent_and_says_why() -> None:
    case = make_draft()
    case.page.author_given, case.page.author_family = "k" * 100, "k" * 100
    case.page.save()
    case = publish(case)
    item = OrcidItem.objects.get(kind="work")
    assert (item.message, item.state, item.error_code) == ("", State.NEEDS_ATTENTION, "message")
    assert "longer than ORCID's 150 characters" in item.reason
    assert item.title == case.page.title
    outlets.refresh(case)
    said = case.changes.filter(sentence="The thesis could not be sent to ORCID as it is.")
    assert [one.comment for one in said] == [item.reason]


def test_a_degree_renamed_in_the_lists_follows(enrolled) -> None:
    Degree.objects.filter(pk=enrolled.degree_id).update(name="Doctor of Science")
    RefreshRecords().handle()
    assert "Doctor of Science" in degree(enrolled).message


@pytest.mark.parametrize("status", [Status.WITH_COMMITTEE, Status.PUBLISHED, Status.WITHDRAWN])
def test_nothing_is_ever_wished_for_a_committee_member(university, status) -> None:
    case = make_submission(Status.WITH_COMMITTEE)
    university()
    members = [make_connection(scope="openid /read-limited /activities/update") for _ in range(3)]
    for invitation, member in zip(case.invitations.order_by("pk"), members, strict=True):
        invitation.connection = member
        invitation.save()
    case_facts.confirm_enrolment(fresh(case), actor=make_staff(), enrolled_on=BEGAN)
    if status == Status.PUBLISHED:
        decide_all(case)
        lifecycle.approve(fresh(case), actor=make_staff())
        lifecycle.record_conferral(fresh(case), actor=make_registrar(), conferred_on=timezone.localdate())
    elif status == Status.WITHDRAWN:
        lifecycle.withdraw(fresh(case), actor=make_staff(), comment="No.")
    for member in members:
        connection_changed.send(sender=Connection, connection=member, change="connected")
    author = case.student.orcid_connections.get().orcid
    assert set(OrcidItem.objects.values_list("orcid", flat=True)) == {author}


def test_no_way_in_takes_somebody_elses_connection() -> None:
    """Structure, not luck: the record that is written to is found from the case, never handed in."""
    for way_in in (orcid.wish_work, orcid.wish_degree, outlets.refresh):
        assert not {"connection", "invitation", "orcid"} & set(inspect.signature(way_in).parameters)
    assert "invitation" not in inspect.getsource(orcid)


def hand_over(case: Submission, to=None) -> Connection:
    """The iD that the student connected becomes another account's (None: nobody's)."""
    row = case.student.orcid_connections.get()
    row.user = to
    row.save()
    return row


@pytest.mark.parametrize("another", [True, False])
def test_nothing_is_wished_on_a_record_that_is_not_the_authors_any_more(enrolled, another) -> None:
    case = publish(enrolled)
    former = hand_over(case, make_user() if another else None)
    assert fresh(case).author_connection == former  # history: what was published keeps its iD
    outlets.refresh(fresh(case))
    assert set(OrcidItem.objects.values_list("kind", "orcid", "message")) == {
        ("work", former.orcid, ""),
        ("education", former.orcid, ""),
    }
    assert any(former.orcid.encode() in bytes(stored.content) for stored in case.records.all())


def test_it_is_wished_away_before_publication_too(enrolled) -> None:
    former = hand_over(enrolled, make_user())
    outlets.refresh(fresh(enrolled))
    assert OrcidItem.objects.values_list("orcid", "message").get() == (former.orcid, "")


def test_who_takes_another_id_after_publication_has_both_on_the_record_of_that_one(enrolled) -> None:
    case = publish(enrolled)
    former = hand_over(case)
    now = make_connection(case.student)
    outlets.refresh(fresh(case))
    found = OrcidItem.objects.exclude(message="")
    assert set(found.values_list("kind", "orcid")) == {("work", now.orcid), ("education", now.orcid)}
    work = found.get(kind="work").message
    assert now.orcid in work  # the record's owner is its author
    assert former.orcid not in work
    assert fresh(case).author_connection == former


def test_who_only_disconnected_keeps_what_is_there(enrolled) -> None:
    case = publish(enrolled)
    OrcidItem.objects.update(state=State.SENT, put_code=1)
    Connection.objects.filter(user=case.student).update(state=Connection.State.DISCONNECTED)
    outlets.refresh(fresh(case))
    assert OrcidItem.objects.exclude(message="").count() == 2


def test_a_case_withdrawn_while_its_author_was_disconnected_is_wished_away(enrolled) -> None:
    Connection.objects.filter(user=enrolled.student).update(state=Connection.State.DISCONNECTED)
    lifecycle.withdraw(enrolled, actor=make_staff(), comment="Another university.")
    assert degree(enrolled).message == ""


def test_nothing_is_wished_on_a_record_of_another_environment(enrolled, settings) -> None:
    case = publish(enrolled)
    OrcidItem.objects.update(environment="sandbox")
    Connection.objects.update(environment="sandbox")
    before = list(OrcidItem.objects.order_by("pk").values_list("updated_at", "message"))
    outlets.refresh(fresh(case))
    assert list(OrcidItem.objects.order_by("pk").values_list("updated_at", "message")) == before
