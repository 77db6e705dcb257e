"""The office's page of imports: the sources, the iDs they brought, and asking their owners."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from submissions.models import FoundId, ImportedRecord, Status, Submission
from submissions.review.imported import STATES, in_state, state_of
from tests.factories import (
    make_connection,
    make_office,
    make_registrar,
    make_staff,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/imports/"
NOW = timezone.now()


@pytest.fixture
def imported() -> Submission:
    """A public thesis that came from an older system."""
    submission = make_submission(Status.PUBLISHED)
    Submission.objects.filter(pk=submission.pk).update(student=None)
    ImportedRecord.objects.create(source="old", identifier="a1", submission=submission, digest="0" * 64)
    return Submission.objects.get(pk=submission.pk)


@pytest.fixture
def found(imported) -> dict[str, FoundId]:
    """Found iDs in every state, by it; the first is that of the author."""
    made = {}
    facts = {
        "new": {},
        "asked": {"invited_at": NOW, "expires_at": NOW + dt.timedelta(days=1)},
        "ended": {"invited_at": NOW - dt.timedelta(days=9), "expires_at": NOW - dt.timedelta(days=1)},
        "confirmed": {"invited_at": NOW, "confirmed_at": NOW, "connection": make_connection(make_user())},
        "taken-back": {"invited_at": NOW, "confirmed_at": NOW},
    }
    keys = [None, *imported.page.committee_members.values_list("key", flat=True)]
    for state, values in facts.items():
        key = keys.pop(0) if keys else None
        of = imported if key or state == "new" else make_submission(Status.PUBLISHED)
        row = FoundId(submission=of, member_key=key, name=f"Person {state}", orcid="0000-0001-5109-3700")
        for name, value in ({"source": "old", "email": f"{state}@example.org"} | values).items():
            setattr(row, name, value)
        row.save()
        made[state] = row
    return made


@pytest.fixture
def desk(client):
    """A client signed in as a member of the graduate school."""
    make_office()
    client.force_login(make_staff())
    return client


def lines(answer) -> list[str]:
    return [row.name for row in answer.context["object_list"]]


def test_the_sources_say_what_came_of_them(desk, found):
    page = html.fromstring(desk.get(LIST).content.decode())
    [row] = page.xpath("//table[.//th='Sources' or .//th='Theses here']/tbody/tr")
    cells = {cell.get("data-label"): cell.text for cell in row.xpath("td")}
    assert row.xpath("string(th)") == "old"
    assert (cells["Theses here"], cells["iDs found"], cells["Confirmed"]) == ("1", "5", "1")
    assert "Imports" in desk.get("/admin/").text


def test_a_site_without_imports_says_so_and_has_no_entry_for_them(desk):
    assert "Nothing was imported yet." in desk.get(LIST).text
    assert f'"{LIST}"' not in desk.get("/admin/").text


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_the_same_in_words_and_as_a_filter(desk, found, state):
    assert state_of(found[state], timezone.now()) == state
    assert list(FoundId.objects.filter(in_state(state, timezone.now()))) == [found[state]]
    answer = desk.get(LIST, {"state": state})
    assert lines(answer) == [f"Person {state}"]
    assert STATES[state] in answer.text


def test_owners_that_are_ticked_are_asked_and_the_others_are_named(
    desk, found, mailoutbox, django_capture_on_commit_callbacks
):
    author = found["new"]
    author.name = author.submission.page.author_name
    author.save()
    FoundId.objects.filter(pk=found["asked"].pk).update(email="")
    FoundId.objects.filter(pk=found["ended"].pk).update(name="Somebody Else")
    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(
            LIST + "ask/",
            {"found": [row.pk for row in found.values()] + ["x", "9" * 30], "query": "state=new"},
            follow=True,
        )
    assert [message.to for message in mailoutbox] == [["new@example.org"]]
    assert answer.redirect_chain[-1][0] == LIST + "?state=new"
    for sentence in (
        "The link was sent to 1 owner.",
        "There is no e-mail address of Person asked.",
        "The thesis does not name Somebody Else in this place any more.",
        "Person confirmed confirmed an iD already",
    ):
        assert sentence in answer.text
    ended = "The one that was sent before has ended."
    assert ended not in answer.text
    assert state_of(FoundId.objects.get(pk=author.pk), timezone.now()) == "asked"
    with django_capture_on_commit_callbacks(execute=True):
        assert ended in desk.post(LIST + "ask/", {"found": [author.pk]}, follow=True).text


def test_nobody_is_asked_about_a_thesis_that_is_not_public(desk, found, mailoutbox):
    Submission.objects.filter(pk=found["new"].submission_id).update(status=Status.WITHDRAWN)
    answer = desk.post(LIST + "ask/", {"found": [found["new"].pk]}, follow=True)
    assert "The thesis is not public now" in answer.text
    assert mailoutbox == []


def test_without_a_tick_nothing_is_done(desk, found):
    assert "Nobody was ticked" in desk.post(LIST + "ask/", follow=True).text


def test_the_registrar_reads_and_a_student_does_not(client, found):
    make_office()
    client.force_login(make_registrar())
    page = html.fromstring(client.get(LIST).content.decode())
    assert not page.xpath("//input[@name='found']")
    assert client.post(LIST + "ask/", {"found": [found["new"].pk]}).status_code in (302, 403)
    client.force_login(make_user())
    assert client.get(LIST).status_code in (302, 403)
    assert FoundId.objects.get(pk=found["new"].pk).invited_at is None


def test_only_who_can_be_asked_has_a_box(desk, found):
    page = html.fromstring(desk.get(LIST).content.decode())
    boxes = {int(box.get("value")) for box in page.xpath("//input[@name='found']")}
    assert boxes == {found[state].pk for state in ("new", "asked", "ended")}
    [link] = page.xpath("//td//a[normalize-space()='Person new']/@href")
    assert link == reverse("thesis_cases:case", args=[found["new"].submission_id]) + "#found"


def test_the_file_holds_what_is_listed(desk, found):
    answer = desk.get(LIST, {"export": "csv", "state": "confirmed"})
    [row] = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode()))
    assert (row["Name"], row["State"]) == ("Person confirmed", "Confirmed")
    assert row["iD that was confirmed"] == found["confirmed"].connection.orcid
