"""A member comes back from ORCID under a name that has nothing in common with the one on the thesis, and is asked."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from orcid_workflow.models import Connection, Consent
from orcid_workflow.oauth import IsThisYours
from submissions import linked_ids
from submissions.committee.invitations import send_again
from submissions.models import StoredRecord
from tests.factories import make_submission

from .conftest import HOST, change, orcid_of, visit, words
from .test_orcid import choose, connect

pytestmark = pytest.mark.django_db
LUIS, CHEN = 9005, 9006


def test_nothing_is_attached_before_the_yes(registry, reader, address) -> None:
    """The stranger's case: after publication the iD stood in every format at once."""
    case = make_submission("published")
    seat = case.invitations.first()

    def written() -> bytes:
        return bytes(StoredRecord.objects.get(submission=case, format="datacite").content)

    page = connect(reader, registry, address(seat), LUIS)
    assert page.status_code == 409
    said = words(page)
    assert (
        "You signed in at ORCID as Luís Ferreira. This link is for Member0 Reader. Is this iD yours?" in said
    )
    assert "Yes, this is my iD" in said
    assert "No, sign in again" in said
    seat.refresh_from_db()
    assert seat.connection is None
    assert not Consent.objects.filter(purpose="committee").exists()
    assert orcid_of(LUIS).encode() not in written()
    answer = choose(reader, "use")
    assert urlsplit(answer["Location"]).path.startswith("/committee/")
    seat.refresh_from_db()
    assert (seat.connection.orcid, seat.connection.is_connected) == (orcid_of(LUIS), True)
    assert orcid_of(LUIS).encode() in written()
    assert Consent.objects.get(purpose="committee").withdrawn_at is None


def test_the_no_gives_the_permission_back_and_orcid_asks_who_it_is(registry, reader, seat, address) -> None:
    connect(reader, registry, address(seat), LUIS)
    target = choose(reader, "keep")["Location"]
    assert target.startswith(registry.base_url)
    assert parse_qs(urlsplit(target).query)["prompt"] == ["login"]
    assert not Connection.objects.filter(orcid=orcid_of(LUIS)).exists()
    assert reader.get(visit(registry, target, 9001)).status_code == 302
    seat.refresh_from_db()
    assert seat.connection.orcid == orcid_of(9001)


def test_the_no_asks_again_when_the_same_person_comes_back(registry, reader, seat, address) -> None:
    connect(reader, registry, address(seat), LUIS)
    target = choose(reader, "keep")["Location"]
    assert "Is this iD yours?" in words(reader.get(visit(registry, target, LUIS)))
    seat.refresh_from_db()
    assert seat.connection is None


def test_names_in_two_scripts_are_asked_about_in_other_words(registry, reader, seat, address) -> None:
    said = words(connect(reader, registry, address(seat), CHEN))
    assert re.search("Your name at ORCID is .*This link is for Member0 Reader. We cannot compare names", said)
    assert "somebody else" not in said


def test_who_hides_the_name_at_orcid_is_not_asked(seat) -> None:
    linked_ids.ask_whose(None, Connection(orcid=orcid_of(LUIS), name=""), seat.name, {})
    with pytest.raises(IsThisYours):
        linked_ids.ask_whose(None, Connection(orcid=orcid_of(LUIS), name="Luís Ferreira"), seat.name, {})


def test_who_said_yes_is_not_asked_again_about_the_same_id(registry, reader, seat, address) -> None:
    connect(reader, registry, address(seat), LUIS)
    choose(reader, "use")
    assert connect(reader, registry, address(seat), LUIS).status_code == 302


def test_another_name_is_named_beside_the_id_that_stands(registry, reader, seat, address) -> None:
    connect(reader, registry, address(seat), 9001)
    said = words(connect(reader, registry, address(seat), LUIS))
    assert "Your name at ORCID is Luís Ferreira. This link is for Member0 Reader." in said
    assert choose(reader, "use").status_code == 302  # one question is enough
    seat.refresh_from_db()
    assert seat.connection.orcid == orcid_of(LUIS)


def test_a_seat_that_got_an_id_while_the_question_waited_asks_which(registry, reader, seat, address) -> None:
    connect(reader, registry, address(seat), LUIS)
    connect(Client(HTTP_HOST=HOST), registry, address(seat), 9001)  # in another window
    assert f"Keep {orcid_of(9001)}" in words(choose(reader, "use"))
    assert choose(reader, "use").status_code == 302
    seat.refresh_from_db()
    assert seat.connection.orcid == orcid_of(LUIS)


def test_a_link_that_ends_while_the_question_waits_attaches_nothing(registry, reader, seat, address) -> None:
    connect(reader, registry, address(seat), LUIS)
    send_again(seat)
    assert "Your link ended while you were at ORCID" in words(choose(reader, "use"))
    change(seat, active=True)
    seat.refresh_from_db()
    assert seat.connection is None
