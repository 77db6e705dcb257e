"""What each mail says: first what its reader has to do, then everything needed to do it."""

import datetime as dt
import re
import smtplib

import pytest
from django.core import mail
from django.test import TestCase
from django.utils import timezone

from orcid_workflow import wishes
from orcid_workflow.models import OrcidItem
from submissions import case_facts, lifecycle, mails, outlets
from submissions.committee.invitations import find, invite
from submissions.drafts import save_draft
from submissions.models import Submission
from tests.factories import (
    decide_all,
    fresh,
    make_connection,
    make_draft,
    make_registrar,
    make_staff,
    make_submission,
)

pytestmark = pytest.mark.django_db
HOSTILE = "<Fjords> & \"tides\" 'so'"


def sent(act) -> list:
    """The mails that leave when ``act`` is done and committed."""
    mail.outbox.clear()
    with TestCase.captureOnCommitCallbacks(execute=True):
        act()
    return list(mail.outbox)


def first_line(message) -> str:
    """The first paragraph, which the mail program may show in the list."""
    return " ".join(message.body.partition("\n\n")[0].split())


def flat(message) -> str:
    """The body without its line breaks."""
    return " ".join(message.body.split())


def test_submitting_writes_to_the_student_and_to_every_member() -> None:
    case = make_draft()
    case.page.title = HOSTILE
    save_draft(case.page, user=case.student)
    messages = sent(lambda: lifecycle.submit(fresh(case), actor=case.student))
    by_reader = {message.to[0]: message for message in messages}
    assert set(by_reader) == {case.student.email, "m0@example.edu", "m1@example.edu", "m2@example.edu"}

    receipt = by_reader[case.student.email]
    assert receipt.subject == f"We have received your thesis “{HOSTILE}”"
    assert first_line(receipt) == "There is nothing for you to do now: we have received your thesis."
    assert f"/submit/{case.uuid}/" in receipt.body

    for invitation in case.invitations.all():
        message = by_reader[invitation.email]
        assert message.subject == f"Please read and approve the thesis “{HOSTILE}”"
        assert (
            first_line(message)
            == f"Dear {invitation.name}, please read a thesis and say whether you approve it."
        )
        text = flat(message)
        for part in (
            f"Thesis: {HOSTILE}",
            f"Student: {case.page.author_name}",
            f"Your role: {invitation.get_role_display()}",
            f"The link works until {invitation.expires_at:%-d %B %Y, %H:%M} UTC.",
            "You need no account.",
            "If you are not",
            "thesis-office@example.edu",
            case.reference,
        ):
            assert part in text, part
        (link,) = re.findall(r"^http\S+$", message.body, re.MULTILINE)
        assert find(link.rstrip("/").rpartition("/")[2]) == invitation
        invitation.refresh_from_db()
        assert invitation.mailed_at
    assert not any("&lt;" in message.body or "&quot;" in message.body for message in messages)


def test_a_members_wish_for_changes_is_in_the_mail_word_for_word() -> None:
    case = make_submission("with_committee")
    seat = case.invitations.first()
    comment = "Figure 3 is <unclear> & small.\n\nSo is table 2."
    (message,) = sent(
        lambda: lifecycle.decide(
            seat, verdict="changes", comment=comment, revision_id=case.page.latest_revision_id
        )
    )
    assert message.to == [case.student.email]
    assert message.subject.startswith("Please correct your thesis")
    assert first_line(message) == (
        f"Please correct your thesis and send it again. {seat.name} asked for changes."
    )
    assert comment in message.body
    assert f"What {seat.name} wrote:" in message.body
    assert f"/submit/{case.uuid}/" in message.body


def test_staffs_wish_for_changes_is_in_the_mail() -> None:
    case = make_submission("in_review")
    staff = make_staff()
    (message,) = sent(
        lambda: lifecycle.request_changes(case, actor=staff, comment="Please mend the abstract.")
    )
    assert "Please mend the abstract." in message.body
    assert "The graduate school asked for changes." in flat(message)


def test_corrections_for_staff_are_acknowledged_without_a_word_of_the_committee() -> None:
    case = make_submission("changes_requested")
    (message,) = sent(lambda: lifecycle.submit(case, actor=case.student))
    assert message.to == [case.student.email]
    assert "The graduate school is checking your corrections." in flat(message)
    assert "committee" not in message.body


def test_the_steps_to_publication() -> None:
    case = make_submission("with_committee")
    (message,) = sent(lambda: decide_all(case))
    assert (
        first_line(message)
        == "There is nothing for you to do now: your whole committee has approved your thesis."
    )
    (message,) = sent(lambda: lifecycle.approve(fresh(case), actor=make_staff()))
    assert (
        first_line(message)
        == "There is nothing for you to do now: the graduate school has approved your thesis."
    )
    assert str(case.term) in message.body
    (message,) = sent(
        lambda: lifecycle.record_conferral(
            fresh(case), actor=make_registrar(), conferred_on=timezone.localdate()
        )
    )
    assert first_line(message).startswith(
        "There is nothing you have to do: your degree is conferred and your thesis is public."
    )
    assert f"\n{fresh(case).page.full_url}\n" in message.body
    assert "We are putting the thesis on your ORCID record." in flat(message)
    assert "They can open the file from" not in flat(message)


def test_the_mail_on_publication_says_what_is_closed_and_what_could_be_connected() -> None:
    case = make_submission("published", months=24)
    Submission.objects.filter(pk=case.pk).update(author_connection=None)
    (message,) = sent(lambda: mails.send_after_commit("published", case))
    assert f"They can open the file from {case.embargo_until:%-d %B %Y}, as you chose." in flat(message)
    assert "You have not connected an ORCID iD." in flat(message)


def published(case: Submission):
    """The mail of the publication, as things are now."""
    (message,) = sent(lambda: mails.send_after_commit("published", case))
    return message


def ask_nothing(message) -> bool:
    return first_line(message).startswith("There is nothing you have to do")


@pytest.mark.parametrize(
    ("mode", "said", "asks"),
    [
        ("automatic", "We are putting the thesis on your ORCID record.", False),
        ("nightly", "The thesis goes to your ORCID record. It is sent at night:", False),
        ("manual", "nothing is sent before you have looked.", True),
    ],
)
def test_the_mail_on_publication_says_when_it_is_sent(settings, mode, said, asks) -> None:
    settings.ORCID_MODE = mode
    case = make_submission("published")
    message = published(case)
    assert said in flat(message)
    assert ask_nothing(message) is not asks
    item = OrcidItem.objects.get(key=str(case.uuid), kind="work")
    link = f"{settings.ETD_BASE_URL}/orcid/{f'items/{item.pk}/' if asks else ''}"
    assert f"\n{link}\n" in message.body
    assert ("We are putting" in flat(message)) is (mode == "automatic")


@pytest.mark.parametrize(
    ("changes", "said", "asks"),
    [
        ({"state": "revoked"}, "ORCID no longer lets us act for you", True),
        ({"scope": "openid"}, "We may not write to your record", True),
        ({"record_state": "locked"}, "ORCID has locked your record.", True),
    ],
)
def test_the_mail_on_publication_promises_nothing_that_cannot_be(changes, said, asks) -> None:
    case = make_submission("published")
    case.student.orcid_connections.update(**changes)
    message = published(case)
    assert said in flat(message)
    assert ask_nothing(message) is not asks
    assert "/orcid/\n" in message.body
    assert "We are putting" not in flat(message)


def test_the_mail_on_publication_tells_of_a_pause() -> None:
    case = make_submission("published")
    wishes.pause_all(case.student.orcid_connections.get())
    message = published(case)
    assert "not sent to your ORCID record now. You paused this." in flat(message)
    assert "We are putting" not in flat(message)


def test_a_site_that_may_only_read_promises_no_entry_in_the_mail(settings) -> None:
    settings.ORCID_API_KIND = "public"
    case = make_submission("published")
    message = published(case)
    assert ask_nothing(message)
    assert "it cannot write to your record" in flat(message)
    Submission.objects.filter(pk=case.pk).update(author_connection=None)
    message = published(case)
    assert "If you do, your thesis carries it." in flat(message)
    assert "we put the thesis" not in flat(message)


@pytest.mark.parametrize("event", mails.TO_STUDENT)
def test_no_line_of_ours_is_too_long_and_no_tag_is_left(event) -> None:
    case = make_submission("published")
    (message,) = sent(lambda: mails.send_after_commit(event, case))
    assert "{%" not in message.body
    assert "{{" not in message.body
    assert not message.body[0].isspace()
    assert max(len(line) for line in message.body.splitlines() if not line.startswith("http")) <= 72
    assert "\n\n\n" not in message.body


def test_an_author_hears_that_the_thesis_is_public_again() -> None:
    case = make_submission("published")
    lifecycle.withdraw(case, actor=make_staff(), comment="By mistake.")
    (message,) = sent(lambda: lifecycle.publish(fresh(case), actor=make_staff()))
    assert message.to == [case.student.email]
    assert first_line(message) == (
        "There is nothing you have to do: the thesis office has made your thesis public again."
    )
    assert f"\n{fresh(case).page.full_url}\n" in message.body
    assert "ORCID record" in flat(message)
    lifecycle.withdraw(fresh(case), actor=make_staff(), comment="By mistake.")
    assert sent(lambda: lifecycle.publish(fresh(case), actor=None)) == []


def test_an_author_hears_what_becomes_of_their_iD() -> None:
    case, staff = make_submission("published"), make_staff()
    orcid = case.author_connection.orcid
    (message,) = sent(lambda: case_facts.withdraw_id(case, actor=staff, orcid=orcid, reason="It is <hers>."))
    assert message.to == [case.student.email]
    assert first_line(message).startswith("There is nothing you have to do: the thesis office has taken your")
    for part in (orcid, "It is <hers>.", "is taken off", "write to us", f"/submit/{case.uuid}/"):
        assert part in flat(message), part
    (message,) = sent(lambda: case_facts.restore_id(fresh(case), actor=staff, orcid=orcid))
    assert message.to == [case.student.email]
    assert "your ORCID iD stands in the records of your thesis again" in first_line(message)
    assert f"\n{fresh(case).page.full_url}\n" in message.body


def test_the_iD_of_a_member_is_not_told_to_the_author() -> None:
    case = make_submission("published")
    seat = case.invitations.first()
    seat.connection = make_connection()
    seat.save()
    outlets.refresh(case)
    orcid = seat.connection.orcid
    assert sent(lambda: case_facts.withdraw_id(case, actor=make_staff(), orcid=orcid, reason="Hers.")) == []
    assert sent(lambda: case_facts.restore_id(fresh(case), actor=make_staff(), orcid=orcid)) == []


def test_the_author_of_an_imported_thesis_reads_of_no_account_here() -> None:
    case = make_submission("published")
    Submission.objects.filter(pk=case.pk).update(student=None)
    case.profile.contact_email = "author@example.org"
    case.profile.save()
    for event in ("republished", "id_taken_out", "id_put_back"):
        (message,) = sent(lambda event=event: mails.send_after_commit(event, case))
        assert message.to == ["author@example.org"]
        assert "/submit/" not in message.body
        assert "ORCID record" not in flat(message)


def test_a_title_with_a_line_break_cannot_write_headers() -> None:
    case = make_submission("published")
    case.page.title = "Fjords\nBcc: everybody@example.org"
    case.page.save()
    (message,) = sent(lambda: mails.send_after_commit("published", case))
    assert message.to == [case.student.email]
    assert "\n" not in message.message()["Subject"].replace("\n ", " ")
    assert "Bcc" not in message.message()


def test_a_mail_that_cannot_leave_is_noted_and_stops_nothing(settings) -> None:
    case = make_draft()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    sent(lambda: lifecycle.submit(fresh(case), actor=case.student))
    assert fresh(case).status == "with_committee"
    for invitation in case.invitations.all():
        assert invitation.mailed_at is None
        assert invitation.mail_error.startswith("The mail could not be sent")
    assert issubclass(smtplib.SMTPException, OSError)  # both kinds are caught


def test_a_new_round_mails_everybody_again_with_the_same_link() -> None:
    case = make_submission("with_committee")
    seat = case.invitations.first()
    before = seat.nonce
    messages = sent(lambda: invite(fresh(case)))
    assert len(messages) == 3
    seat.refresh_from_db()
    assert seat.nonce == before
    assert seat.expires_at > timezone.now() + dt.timedelta(days=29)


def test_a_second_invitation_says_that_it_is_a_corrected_version_and_what_the_student_wrote() -> None:
    case = make_submission("with_committee")
    lifecycle.decide(
        case.invitations.first(),
        verdict="changes",
        comment="Mend chapter two.",
        revision_id=case.page.latest_revision_id,
    )
    messages = sent(lambda: lifecycle.submit(fresh(case), actor=case.student, note="Chapter two & <three>."))
    message = next(m for m in messages if m.to == ["m1@example.edu"])
    assert "please read a corrected thesis" in first_line(message)
    assert "What the student writes to you: Chapter two & <three>." in flat(message)


def test_a_first_invitation_speaks_of_no_correction_and_no_note() -> None:
    case = make_draft()
    message = next(
        m for m in sent(lambda: lifecycle.submit(case, actor=case.student)) if m.to == ["m1@example.edu"]
    )
    assert "corrected" not in message.body
    assert "What the student writes" not in message.body
    assert "\n\n\n\n" not in message.body
