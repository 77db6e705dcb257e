"""A member's visit to ORCID, whole, against a registry that runs."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core import mail
from django.test import Client, TestCase

from orcid_workflow.models import Connection, Consent, Token
from submissions.committee import orcid
from submissions.committee.invitations import make_token, send_again
from submissions.models import Decision, StoredRecord
from tests.factories import fresh, make_connection, make_submission, make_user

from .conftest import HOST, change, orcid_of, typed, visit, words

pytestmark = pytest.mark.django_db


def connect(reader: Client, registry, link: str, number: int, **data: str):
    """Press the button, sign in and allow at ORCID, come back; return the answer of the callback."""
    target = reader.post(link + "connect/", data)["Location"]
    with TestCase.captureOnCommitCallbacks(execute=True):  # connection_changed waits for the commit
        return reader.get(visit(registry, target, number))


def test_only_the_id_is_asked_for(registry, reader, seat, address) -> None:
    query = parse_qs(urlsplit(reader.post(address(seat, "connect"))["Location"]).query)
    assert query["scope"] == ["openid"]
    assert query["redirect_uri"] == [f"http://{HOST}/orcid/callback/"]


def test_allowing_attaches_the_id_and_keeps_what_was_typed(registry, reader, case, seat, address) -> None:
    answer = connect(reader, registry, address(seat), 9001, verdict="changes", comment="Half a thought")
    assert answer.status_code == 302
    assert urlsplit(answer["Location"]).path.startswith("/committee/")
    page = reader.get(answer["Location"])
    source = page.content.decode()
    assert f"https://orcid.org/{orcid_of(9001)}" in words(page)
    assert "Given9001 Atorcid" in words(page)
    assert "Your ORCID iD is connected. What you typed is kept; your decision is not sent yet." in source
    assert "Half a thought" in source
    assert re.search(r'value="changes"[^>]*checked', source)
    seat.refresh_from_db()
    assert seat.connection.orcid == orcid_of(9001)
    assert seat.connection.user is None
    assert not Decision.objects.exists()
    reader.post(address(seat, "decide"), typed(case))
    assert "Half a thought" not in reader.get(address(seat)).content.decode()


def test_an_account_that_happens_to_be_signed_in_gets_nothing(registry, case, seat, address) -> None:
    client = Client(HTTP_HOST=HOST)
    client.force_login(make_user())
    connect(client, registry, address(seat), 9001)
    seat.refresh_from_db()
    assert (seat.connection.orcid, seat.connection.user) == (orcid_of(9001), None)


def test_denying_changes_nothing_and_leads_back_to_what_was_typed(registry, reader, seat, address) -> None:
    target = reader.post(address(seat, "connect"), {"comment": "Half a thought"})["Location"]
    answer = reader.get(visit(registry, target, 9004, allow=False))
    assert "You did not connect" in words(answer)
    back = re.search(r'href="(/committee/[^"]*)"', answer.content.decode())[1]
    assert "Half a thought" in reader.get(back).content.decode()
    assert not Connection.objects.filter(orcid=orcid_of(9004)).exists()


def refusal(reader, registry, link: str, number: int) -> str:
    """The words of a refused visit, after which nothing is stored and ORCID has its token back."""
    tokens = Token.objects.count()
    answer = connect(reader, registry, link, number)
    assert answer.status_code == 409
    assert Token.objects.count() == tokens
    assert re.search(r'href="/committee/[^"]+/"', answer.content.decode())
    return words(answer)


def test_the_students_own_id_is_refused(registry, reader, case, seat, address) -> None:
    Connection.objects.filter(user=case.student).update(orcid=orcid_of(9001))
    text = refusal(reader, registry, address(seat), 9001)
    assert "This is the student's ORCID iD" in text
    assert "sign out at ORCID" in text
    seat.refresh_from_db()
    assert seat.connection is None


def test_an_id_of_another_seat_is_refused(registry, reader, case, seat, address) -> None:
    other = case.invitations.last()
    connect(reader, registry, address(other), 9001)
    text = refusal(reader, registry, address(seat), 9001)
    assert f"attached to the seat of {other.name}" in text
    seat.refresh_from_db()
    assert seat.connection is None


def test_the_same_person_may_sit_on_another_thesis(registry, reader, seat, address) -> None:
    elsewhere = make_submission("with_committee").invitations.first()
    connect(reader, registry, address(elsewhere), 9001)
    assert connect(reader, registry, address(seat), 9001).status_code == 302
    seat.refresh_from_db()
    elsewhere.refresh_from_db()
    assert seat.connection == elsewhere.connection


@pytest.fixture
def asked(registry, reader, seat, address):
    """The page after a member with an iD signed in at ORCID with another one."""
    connect(reader, registry, address(seat), 9001)
    assert connect(reader, registry, address(seat), 9001).status_code == 302
    target = reader.post(address(seat, "connect"), {"comment": "Half a thought"})["Location"]
    assert parse_qs(urlsplit(target).query)["prompt"] == ["login"], "ORCID would give the first one again"
    answer = reader.get(visit(registry, target, 9002))
    assert answer.status_code == 409
    return answer


def choose(reader: Client, choice: str):
    """Answer the question."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return reader.post("/orcid/choose/", {"choice": choice})


def test_another_id_does_not_replace_the_one_that_is_attached(registry, reader, seat, asked) -> None:
    text = words(asked)
    for part in (f"Keep {orcid_of(9001)}", f"Use {orcid_of(9002)}", "in place of the one that is there now"):
        assert part in text
    assert "Create or connect" not in text
    seat.refresh_from_db()
    assert seat.connection.orcid == orcid_of(9001)
    assert Consent.objects.filter(purpose="committee").count() == 2, "two for the first, none for the second"


def test_keeping_the_first_gives_the_second_back(registry, reader, seat, asked) -> None:
    answer = choose(reader, "keep")
    assert urlsplit(answer["Location"]).path.startswith("/committee/")
    assert "Half a thought" in reader.get(answer["Location"]).content.decode()
    seat.refresh_from_db()
    assert seat.connection.orcid == orcid_of(9001)
    assert not Connection.objects.filter(orcid=orcid_of(9002)).exists()


def test_using_the_new_one_gives_the_first_back(registry, reader, seat, asked) -> None:
    answer = choose(reader, "use")
    assert urlsplit(answer["Location"]).path.startswith("/committee/")
    assert "Half a thought" in reader.get(answer["Location"]).content.decode()
    seat.refresh_from_db()
    assert seat.connection.orcid == orcid_of(9002)
    assert seat.connection.is_connected
    first = Connection.objects.get(orcid=orcid_of(9001))
    assert first.state == Connection.State.DISCONNECTED
    assert not first.tokens.exists()
    assert set(first.consents.values_list("withdrawn_how", flat=True)) == {"here"}
    assert Consent.objects.get(withdrawn_at=None).connection == seat.connection


def test_using_the_new_one_leaves_a_first_that_others_need(registry, reader, seat, address) -> None:
    elsewhere = make_submission("with_committee").invitations.first()
    for invitation in (elsewhere, seat):
        connect(reader, registry, address(invitation), 9001)
    connect(reader, registry, address(seat), 9002)
    choose(reader, "use")
    elsewhere.refresh_from_db()
    assert elsewhere.connection.orcid == orcid_of(9001)
    assert elsewhere.connection.is_connected
    assert elsewhere.connection.consents.filter(withdrawn_at=None).exists()


@pytest.mark.parametrize("choice", ["keep", "use"])
def test_a_link_that_ends_while_the_question_waits(registry, reader, seat, asked, choice) -> None:
    send_again(seat)
    answer = choose(reader, choice)
    if choice == "use":
        assert answer.status_code == 409
        assert "Your link ended while you were at ORCID" in words(answer)
    seat.refresh_from_db()
    assert seat.connection.orcid == orcid_of(9001)
    assert not Connection.objects.filter(orcid=orcid_of(9002)).exists()
    assert not Token.objects.filter(revoke_again_at__isnull=False).exists()


def test_the_new_one_must_not_sit_on_another_seat(registry, reader, case, seat, address) -> None:
    connect(reader, registry, address(case.invitations.last()), 9002)
    connect(reader, registry, address(seat), 9001)
    assert "belongs to another member" in words(connect(reader, registry, address(seat), 9002))
    seat.refresh_from_db()
    assert seat.connection.orcid == orcid_of(9001)


def test_the_answer_to_an_older_question_replaces_nothing_else(registry, reader, seat, asked) -> None:
    """The seat got a third iD in another window while the question about the first one waited."""
    third = make_connection()
    change(seat, connection=third)
    assert f"Keep {third.orcid}" in words(choose(reader, "use")), "asked about the one that stands there now"
    seat.refresh_from_db()
    assert seat.connection == third
    assert choose(reader, "use").status_code == 302
    seat.refresh_from_db()
    assert seat.connection.orcid == orcid_of(9002)
    secret = seat.connection.tokens.get().access_token
    userinfo = f"{registry.base_url}/oauth/userinfo"
    assert requests.get(userinfo, headers={"Authorization": f"Bearer {secret}"}, timeout=5).status_code == 200


def test_orcid_knows_whom_we_invited(registry, reader, seat, address) -> None:
    query = parse_qs(urlsplit(reader.post(address(seat, "connect"))["Location"]).query)
    member = seat.submission.page.committee_members.get(key=seat.member_key)
    assert query["email"] == [seat.email]
    assert query["given_names"] == [member.given_name]
    assert query["family_names"] == [member.family_name]


def test_the_member_gets_a_receipt_at_the_address_that_was_invited(registry, reader, seat, address) -> None:
    mail.outbox.clear()
    page = reader.get(connect(reader, registry, address(seat), 9001)["Location"]).content.decode()
    consent = Consent.objects.get()
    assert f'<a href="/orcid/receipts/{consent.key}/">Your receipt</a>' in page
    assert (consent.purpose, consent.asked, consent.granted) == ("committee", "openid", "openid")
    assert "We cannot change your ORCID record" in consent.text
    assert [message.to for message in mail.outbox] == [[seat.email]]
    page = Client(HTTP_HOST=HOST).get(f"/orcid/receipts/{consent.key}/")
    assert orcid_of(9001) in words(page)
    assert "/committee/" not in page.content.decode(), "the receipt does not open the seat"


def test_a_link_that_ended_meanwhile_attaches_nothing(registry, reader, seat, address) -> None:
    target = reader.post(address(seat, "connect"))["Location"]
    send_again(seat)
    answer = reader.get(visit(registry, target, 9001))
    assert answer.status_code == 409
    assert "Your link ended while you were at ORCID" in words(answer)
    seat.refresh_from_db()
    assert seat.connection is None
    assert not Connection.objects.filter(orcid=orcid_of(9001)).exists()


def test_a_member_who_left_meanwhile_attaches_nothing(registry, reader, seat, address) -> None:
    target = reader.post(address(seat, "connect"))["Location"]
    change(seat, active=False)
    assert "Your link ended" in words(reader.get(visit(registry, target, 9001)))
    seat.refresh_from_db()
    assert seat.connection is None


def test_not_me_takes_the_id_off_and_gives_the_permission_back(registry, reader, seat, address) -> None:
    connect(reader, registry, address(seat), 9001)
    response = reader.post(address(seat, "not_me"), {"comment": "Half a thought"}, follow=True)
    assert "Create or connect your ORCID iD" in words(response)
    assert "Half a thought" in response.content.decode()
    seat.refresh_from_db()
    assert seat.connection is None
    left = Connection.objects.get(orcid=orcid_of(9001))
    assert left.state == Connection.State.DISCONNECTED
    assert not left.tokens.exists()
    assert connect(reader, registry, address(seat), 9002).status_code == 302


def test_not_me_says_what_happened_and_the_next_visit_asks_who_it_is(registry, reader, seat, address) -> None:
    connect(reader, registry, address(seat), 9001)
    answer = reader.post(address(seat, "not_me"))
    assert answer["Location"].endswith("#main"), "where the message stands"
    said = words(reader.get(answer["Location"]))
    assert f"{orcid_of(9001)} no longer stands beside your name, and we gave the permission back" in said
    assert "ORCID will ask you to sign in" in said

    def prompt() -> list[str]:
        return parse_qs(urlsplit(reader.post(address(seat, "connect"))["Location"]).query).get("prompt")

    assert prompt() == ["login"]
    assert prompt() == ["login"], "until somebody has connected"
    reader.get(visit(registry, reader.post(address(seat, "connect"))["Location"], 9004, allow=False))
    again = reader.post("/orcid/connect/again/")["Location"]
    assert parse_qs(urlsplit(again).query)["prompt"] == ["login"]
    assert connect(reader, registry, address(seat), 9002).status_code == 302
    change(seat, connection=None)
    assert prompt() is None


def test_not_me_of_an_id_that_others_need_does_not_speak_of_the_permission(
    registry, reader, seat, address
) -> None:
    elsewhere = make_submission("with_committee").invitations.first()
    for invitation in (elsewhere, seat):
        connect(reader, registry, address(invitation), 9001)
    said = words(reader.post(address(seat, "not_me"), follow=True))
    assert f"{orcid_of(9001)} no longer stands beside your name" in said
    assert "gave the permission back" not in said


@pytest.mark.postgres
def test_an_id_that_another_seat_gets_at_this_moment_is_kept(uncommitted, beside) -> None:
    case = make_submission("with_committee")
    connection = make_connection()

    def take_a_seat() -> None:
        Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)  # connections.attach
        case.invitations.filter(pk=case.invitations.first().pk).update(connection=connection)

    commit = uncommitted(take_a_seat)
    let_go = beside(lambda: orcid.let_go(connection))
    commit()
    let_go()
    connection.refresh_from_db()
    assert connection.state == Connection.State.CONNECTED


def test_not_me_leaves_a_connection_that_others_need(registry, reader, seat, address) -> None:
    elsewhere = make_submission("with_committee").invitations.first()
    for invitation in (elsewhere, seat):
        connect(reader, registry, address(invitation), 9001)
    reader.post(address(seat, "not_me"))
    elsewhere.refresh_from_db()
    assert elsewhere.connection.state == Connection.State.CONNECTED
    assert elsewhere.connection.tokens.exists()


def test_an_id_connected_after_publication_reaches_the_records(registry, reader, address) -> None:
    case = make_submission("published")
    seat = case.invitations.first()

    def written() -> bytes:
        return bytes(StoredRecord.objects.get(submission=case, format="datacite").content)

    assert orcid_of(9003).encode() not in written()
    connect(reader, registry, address(seat), 9003)
    assert orcid_of(9003).encode() in written()
    assert orcid_of(9003) in reader.get(fresh(case).page.url).content.decode()
    reader.post(address(seat, "not_me"))
    assert orcid_of(9003).encode() not in written()


def test_not_me_without_an_id_does_nothing(seat) -> None:
    make_connection()
    orcid.detach(seat)
    assert Connection.objects.exclude(state=Connection.State.CONNECTED).count() == 0


def test_the_way_back_is_the_members_page(seat) -> None:
    context = {"invitation": seat.pk, "nonce": seat.nonce.hex}
    assert orcid.failure_url(context).rsplit(":", 2)[0] == f"/committee/{make_token(seat)}/".rsplit(":", 2)[0]
