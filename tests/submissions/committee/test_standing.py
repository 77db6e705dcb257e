"""What a member sees of a thesis in each status: what was sent to them, and nothing the student has not sent."""

import pytest
from django.urls import reverse

from etd_site.demo.theses import upload
from submissions import lifecycle
from submissions.committee.invitations import make_token
from submissions.committee.standing import last_sending
from submissions.drafts import save_draft
from submissions.models import Verdict
from tests.factories import decide_all, fresh, make_draft, make_pdf, make_staff

from .conftest import words

pytestmark = pytest.mark.django_db
NEW_TITLE = "A title nobody has sent"


@pytest.fixture
def changed(case):
    """The first member asked for changes; the student has a new title and a new file and has sent neither."""
    first, second = case.invitations.all()[:2]
    old = case.page.thesis_file
    revision = case.page.latest_revision_id
    lifecycle.decide(second, verdict=Verdict.APPROVE, comment="", revision_id=revision)
    lifecycle.decide(first, verdict=Verdict.CHANGES, comment="Mend chapter two.", revision_id=revision)
    now = fresh(case)
    now.page.title, now.page.author_family = NEW_TITLE, "Newname"
    save_draft(now.page, user=now.student)
    upload(now, make_pdf("Another file"), "new.pdf")
    return fresh(case), old


def link(invitation, item) -> str:
    address = reverse("files:download", args=[invitation.submission.uuid, item.key, item.name])
    return f"{address}?via={make_token(invitation)}"


@pytest.mark.parametrize("seat_number", [0, 1])
def test_unsent_words_and_files_stay_with_the_student(reader, changed, address, seat_number) -> None:
    case, old = changed
    seat = case.invitations.all()[seat_number]
    response = reader.get(address(seat))
    page = response.content.decode()
    assert "Tidal mixing in narrow fjords" in page
    assert NEW_TITLE not in page
    assert "Newname" not in page
    assert "new.pdf" not in page
    assert str(old.key) in page
    assert "Open the file you decided on" in page

    opened = reader.get(link(seat, old))
    assert opened.status_code == 200
    assert b"".join(opened.streaming_content).startswith(b"%PDF-")
    refused = reader.get(link(seat, case.page.thesis_file))
    assert refused.status_code == 403
    assert "The student is working on changes" in words(refused)


def test_who_decided_nothing_sees_nothing_while_the_student_works(reader, changed, address) -> None:
    case, old = changed
    seat = case.invitations.all()[2]
    page = reader.get(address(seat)).content.decode()
    assert NEW_TITLE not in page
    assert "Newname" not in page
    assert "/files/" not in page
    assert f"Thesis {case.reference}" in page
    assert reader.get(link(seat, old)).status_code == 403


def test_the_student_and_the_office_open_the_unsent_file(client, changed) -> None:
    case, _ = changed
    for user in (case.student, make_staff()):
        client.force_login(user)
        response = client.get(link(case.invitations.first(), case.page.thesis_file))
        assert response.status_code == 200
        assert b"".join(response.streaming_content).startswith(b"%PDF")  # read to the end, it closes itself


def test_once_sent_the_new_version_is_there(reader, changed, address) -> None:
    case, _ = changed
    lifecycle.submit(case, actor=case.student, note="Chapter two is new.")
    case = fresh(case)
    seat = case.invitations.first()
    text = words(reader.get(address(seat)))
    assert NEW_TITLE in text
    assert "What the student writes to you Chapter two is new." in text
    opened = reader.get(link(seat, case.page.thesis_file))
    assert opened.status_code == 200
    assert b"".join(opened.streaming_content).startswith(b"%PDF")


def test_the_note_is_the_students_and_not_another_members(reader, address) -> None:
    case = make_draft()
    lifecycle.submit(case, actor=case.student, note="<b>Figure 3</b> is a sketch.")
    case = fresh(case)
    first, second = case.invitations.all()[:2]
    revision = case.page.latest_revision_id
    lifecycle.decide(first, verdict=Verdict.APPROVE, comment="Between us: weak.", revision_id=revision)
    assert last_sending(case).comment == "<b>Figure 3</b> is a sketch."
    response = reader.get(address(second))
    assert "&lt;b&gt;Figure 3&lt;/b&gt; is a sketch." in response.content.decode()
    assert "Between us" not in words(response)


def test_without_a_note_nothing_is_said_of_one(reader, seat, address) -> None:
    assert "What the student writes to you" not in words(reader.get(address(seat)))
    decide_all(seat.submission)
    assert last_sending(fresh(seat.submission)).sentence == "The thesis was sent to the committee."
