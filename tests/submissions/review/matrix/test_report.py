"""The mail to the repository managers: each piece of news once."""

import smtplib

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command

from submissions.models import Delivery
from submissions.permissions import MANAGER_GROUP, STAFF_GROUP
from tests.factories import make_user

from .conftest import make_delivery

State = Delivery.State


@pytest.fixture
def managers(thesis, mailoutbox) -> list[str]:
    """Two managers with an address, one without, one who left, and somebody else; and no mail yet."""
    for name, fields in {
        "m1": {},
        "m2": {},
        "m3": {"email": ""},
        "m4": {"is_active": False},
    }.items():
        make_user(name, groups=(MANAGER_GROUP,), **fields)
    make_user("s1", groups=(STAFF_GROUP,))
    mailoutbox.clear()
    return ["m1@example.edu", "m2@example.edu"]


def report(capsys) -> str:
    """Run the command; return what it said."""
    call_command("report_deliveries")
    return capsys.readouterr().out.strip()


def test_without_news_there_is_no_mail(managers, thesis, mailoutbox, capsys):
    make_delivery(thesis)
    assert report(capsys) == "Nothing new, so no mail was sent."
    assert mailoutbox == []


def test_each_manager_reads_what_is_new(managers, thesis, mailoutbox, capsys):
    make_delivery(thesis, state=State.NEEDS_ATTENTION, reason="The repository wants a subject & a <date>.")
    make_delivery(thesis, "doi", alarms=["The name of the author is not “Mary Müller”."])
    assert report(capsys) == "2 new; 2 of 2 mails were sent."
    assert [mail.to for mail in mailoutbox] == [[address] for address in managers]
    assert mailoutbox[0].subject == "Deliveries of theses: 1 new alarm, 1 delivery needs attention"
    body = mailoutbox[0].body
    assert "University repository: needs attention. The repository wants a subject & a <date>." in body
    assert "- The name of the author is not “Mary Müller”." in body
    assert f"/admin/deliveries/{thesis.pk}/" in body
    assert "s3cret" not in body


def test_the_same_is_told_once_and_what_changed_again(managers, thesis, mailoutbox, capsys):
    delivery = make_delivery(thesis, state=State.NEEDS_ATTENTION, reason="A subject is missing.")
    report(capsys)
    assert report(capsys) == "Nothing new, so no mail was sent."
    make_delivery(thesis, "doi", alarms=["The date is missing."])
    assert report(capsys).startswith("1 new;")
    assert "1 of which we wrote before is still open." in mailoutbox[-1].body
    Delivery.objects.filter(pk=delivery.pk).update(reason="A date is missing.")
    assert report(capsys).startswith("1 new;")
    assert len(mailoutbox) == 6


def test_what_ended_and_came_back_is_news(managers, thesis, mailoutbox, capsys):
    delivery = make_delivery(thesis, alarms=["The date is missing."])
    report(capsys)
    Delivery.objects.filter(pk=delivery.pk).update(alarms=[])
    report(capsys)
    Delivery.objects.filter(pk=delivery.pk).update(alarms=["The date is missing."])
    assert report(capsys).startswith("1 new;")


class Silent(EmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("gone")


def test_what_could_not_be_sent_stays_news(managers, thesis, mailoutbox, settings, capsys):
    make_delivery(thesis, alarms=["The date is missing."])
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Silent"
    assert report(capsys) == "1 new; 0 of 2 mails were sent."
    settings.EMAIL_BACKEND = backend
    assert report(capsys) == "1 new; 2 of 2 mails were sent."


def test_without_a_manager_the_command_says_so_and_it_stays_news(thesis, mailoutbox, capsys):
    make_delivery(thesis, alarms=["The date is missing."])
    mailoutbox.clear()
    assert "has an e-mail address, so no mail was sent." in report(capsys)
    make_user("m1", groups=(MANAGER_GROUP,))
    assert report(capsys) == "1 new; 1 of 1 mails were sent."


def test_places_that_are_set_up_no_more_are_no_news(managers, thesis, mailoutbox, settings, capsys):
    make_delivery(thesis, alarms=["The date is missing."])
    settings.ETD_TARGETS = {}
    assert report(capsys) == "Nothing new, so no mail was sent."
