import datetime as dt

import pytest
from django.utils import timezone

from submissions.committee import invitations
from submissions.models import Invitation


def age(invitation: Invitation, **changes: object) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(**changes)


def test_a_token_finds_its_invitation_and_no_other(case) -> None:
    for invitation in case.invitations.all():
        assert invitations.find(invitations.make_token(invitation)) == invitation


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: t[1:], lambda t: t + "A", lambda t: "", lambda t: "é:1:x"]
)
def test_a_spoilt_token_is_refused(seat, spoil) -> None:
    with pytest.raises(invitations.BadLink, match="not complete"):
        invitations.find(spoil(invitations.make_token(seat)))


def test_a_token_of_another_site_is_refused(seat, settings) -> None:
    foreign = invitations.make_token(seat)
    settings.SECRET_KEY = "another site's " + "y" * 40
    with pytest.raises(invitations.BadLink, match="not sent by us"):
        invitations.find(foreign)


def test_a_new_link_ends_the_old_one(seat) -> None:
    old = invitations.make_token(seat)
    invitations.send_again(seat)
    with pytest.raises(invitations.OldLink) as caught:
        invitations.find(old)
    assert caught.value.invitation == seat
    assert invitations.find(invitations.make_token(seat)) == seat


def test_mail_again_leaves_a_working_link_alone(seat, mailoutbox, django_capture_on_commit_callbacks) -> None:
    token = invitations.make_token(seat)
    with django_capture_on_commit_callbacks(execute=True):
        assert invitations.mail_again(seat)
    assert [mail.to for mail in mailoutbox] == [[seat.email]]
    assert invitations.find(token) == seat


def test_mail_again_replaces_an_expired_link(seat, mailoutbox, django_capture_on_commit_callbacks) -> None:
    token = invitations.make_token(seat)
    age(seat, expires_at=timezone.now() - dt.timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert invitations.mail_again(seat)
    with pytest.raises(invitations.OldLink):
        invitations.find(token)
    seat.refresh_from_db()
    assert seat.expires_at > timezone.now() + dt.timedelta(days=29)
    assert invitations.link(seat) in mailoutbox[0].body


def test_mail_again_waits_ten_minutes(seat, mailoutbox, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert invitations.mail_again(seat)
        assert not invitations.mail_again(seat)
    age(seat, mailed_at=timezone.now() - dt.timedelta(minutes=9))
    assert not invitations.mail_again(seat)
    age(seat, mailed_at=timezone.now() - dt.timedelta(minutes=10, seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert invitations.mail_again(seat)
    assert len(mailoutbox) == 2
