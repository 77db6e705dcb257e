"""A link that ended, was replaced, or leads to a thesis that moved on: what its holder is told, and offered."""

import re

import pytest
from django.core import mail
from django.test import Client

from submissions import lifecycle
from submissions.committee.invitations import send_again
from submissions.models import Status
from tests.factories import (
    fresh,
    make_staff,
    make_submission,
)

from .conftest import TITLE, change, everything, expire, settings_of_a_dead_mail_server, typed, words

pytestmark = pytest.mark.django_db


def refused(reader: Client, address: str, status: int) -> str:
    """The page of a link that opens nothing, whatever is tried with it; nothing of the thesis is on it."""
    before = everything()
    response = reader.get(address)
    assert response.status_code == status
    text = words(response)
    assert TITLE not in text
    assert "thesis-office@example.edu" in text
    assert "no-store" in response["Cache-Control"]
    for action in ("decide/", "connect/", "not-me/"):
        answer = reader.post(address + action, {"verdict": "approve", "revision": "1"})
        assert answer.status_code == status, action
    assert everything() == before
    return text


@pytest.mark.parametrize("token", ["WzEsIjc0", "WzEsIjc0:1xU:abc", "é"])
def test_a_cut_or_invented_link(db, reader, case, token) -> None:
    text = refused(reader, f"/committee/{token}/", 404)
    assert "This link does not work" in text
    assert "Open it from the mail again" in text
    assert reader.post(f"/committee/{token}/new-link/").status_code == 404
    assert mail.outbox == []


def test_the_address_without_a_link(reader, case) -> None:
    response = reader.get("/committee/")
    assert response.status_code == 404
    assert "not complete" in words(response)


def test_a_link_signed_elsewhere(reader, seat, address, settings) -> None:
    foreign = address(seat)
    settings.SECRET_KEY = "another site's " + "y" * 40
    assert "This link does not work" in refused(reader, foreign, 404)


def test_an_expired_link_offers_a_new_one(reader, seat, address, django_capture_on_commit_callbacks) -> None:
    expire(seat)
    old = address(seat)
    text = refused(reader, old, 410)
    assert "This link expired on" in text
    assert "Send me a new link" in text
    with django_capture_on_commit_callbacks(execute=True):
        response = reader.post(old + "new-link/")
    assert "We have sent you a new link" in words(response)
    assert seat.email not in words(response)
    assert [message.to for message in mail.outbox] == [[seat.email]]
    link = re.search(r"http://\S+/committee/\S+", mail.outbox[0].body)[0]
    assert reader.get(link.partition("8000")[2]).status_code == 200
    assert "A newer link has replaced this one" in refused(reader, old, 410)


def test_a_new_link_is_mailed_once_in_ten_minutes(
    reader, seat, address, django_capture_on_commit_callbacks
) -> None:
    expire(seat)
    old = address(seat, "new_link")
    with django_capture_on_commit_callbacks(execute=True):
        reader.post(old)
        again = reader.post(old)
    assert again.status_code == 429
    assert "A link was sent a moment ago" in words(again)
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_new_link_that_could_not_be_mailed_says_so_and_can_be_asked_for_again(
    reader, seat, address, settings
) -> None:
    expire(seat)
    old = address(seat, "new_link")
    with settings_of_a_dead_mail_server(settings):
        failed = reader.post(old)
    assert failed.status_code == 503
    assert "The mail could not be sent" in words(failed)
    mail.outbox.clear()
    assert "We have sent you a new link" in words(reader.post(old))
    assert len(mail.outbox) == 1


def test_an_expired_link_of_somebody_who_decided_offers_nothing(reader, case, seat, address) -> None:
    reader.post(address(seat, "decide"), typed(case))
    expire(seat)
    text = refused(reader, address(seat), 410)
    assert "There is nothing left for you to do" in text
    assert "Send me a new link" not in text
    reader.post(address(seat, "new_link"))
    assert mail.outbox == []


def test_a_replaced_link(reader, seat, address) -> None:
    old = address(seat)
    send_again(seat)
    text = refused(reader, old, 410)
    assert "use the link in our latest mail" in text
    assert "Send me a new link" in text


def test_somebody_no_longer_on_the_committee(reader, seat, address) -> None:
    change(seat, active=False)
    text = refused(reader, address(seat), 410)
    assert "You are no longer on the committee" in text
    assert "Send me a new link" not in text


def test_a_withdrawn_thesis(reader, case, seat, address) -> None:
    lifecycle.withdraw(fresh(case), actor=make_staff())
    assert "This thesis was withdrawn" in refused(reader, address(seat), 410)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (Status.IN_REVIEW, "The graduate school is checking it now."),
        (Status.CHANGES_REQUESTED, "The student has been asked for changes"),
        (Status.APPROVED, "It is published when the degree is conferred."),
        (Status.PUBLISHED, "the thesis is public"),
    ],
)
def test_a_used_link_says_what_was_decided_and_where_the_thesis_is(reader, address, status, sentence) -> None:
    case = make_submission(status)
    text = words(reader.get(address(case.invitations.first())))
    assert "You approved this thesis" in text
    assert "there is nothing left for you to do" in text
    assert sentence in text


def test_somebody_who_was_not_needed_any_more_is_told(reader, case, seat, address) -> None:
    other = case.invitations.exclude(pk=seat.pk).first()
    lifecycle.decide(other, verdict="changes", comment="No.", revision_id=case.page.latest_revision_id)
    text = words(reader.get(address(seat)))
    assert "There is nothing left for you to do" in text
    assert "The student has been asked for changes" in text
    late = reader.post(address(seat, "decide"), typed(case, comment="My words."))
    assert late.status_code == 409
    assert "no longer waiting for its committee" in words(late)
    assert "My words." in words(late)
