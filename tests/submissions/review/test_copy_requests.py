"""The office's list of requests for copies."""

import pytest

from submissions.models import CopyRequest
from submissions.permissions import REGISTRAR_GROUP
from tests.factories import make_staff, make_submission, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> CopyRequest:
    """A request that waits."""
    case = make_submission("published", months=12)
    return CopyRequest.objects.create(
        submission=case, name="Rae <b>Reader</b>", email="rae@example.org", message="For my work."
    )


def test_staff_see_it_and_answer_in_the_authors_place(client, asked, mailoutbox) -> None:
    staff = make_staff()
    client.force_login(staff)
    source = client.get("/admin/copy-requests/").content.decode()
    assert "Rae &lt;b&gt;Reader&lt;/b&gt;" in source
    assert 'value="give"' in source
    assert "Copy requests" in client.get("/admin/").content.decode()
    client.post(f"/admin/copy-requests/{asked.pk}/", {"answer": "give"})
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == ("given", staff.get_full_name())
    client.post(f"/admin/copy-requests/{asked.pk}/", {"answer": "refuse"})
    asked.refresh_from_db()
    assert asked.answer == "given"
    assert 'value="give"' not in client.get("/admin/copy-requests/").content.decode()


def test_others_look_or_are_turned_away(client, asked) -> None:
    client.force_login(make_user(groups=(REGISTRAR_GROUP,)))
    source = client.get("/admin/copy-requests/").content.decode()
    assert "rae@example.org" in source
    assert 'value="give"' not in source
    client.post(f"/admin/copy-requests/{asked.pk}/", {"answer": "give"})
    client.force_login(asked.submission.student)
    assert client.get("/admin/copy-requests/").status_code == 302
    client.post(f"/admin/copy-requests/{asked.pk}/", {"answer": "give"})
    asked.refresh_from_db()
    assert asked.answer == "waiting"


def test_an_empty_list_says_so(client) -> None:
    client.force_login(make_submission("draft") and make_staff())
    assert "Nobody has asked for a copy yet" in client.get("/admin/copy-requests/").content.decode()
