"""An account's address says whose seat it may take, so nobody gives themselves another one."""

import pytest
from django.contrib.auth import get_user_model
from lxml import html

from submissions.models import Status
from submissions.permissions import MANAGER_GROUP
from tests.factories import fresh, make_staff, make_submission, make_user

pytestmark = pytest.mark.django_db
ACCOUNT = "/admin/account/"


@pytest.mark.parametrize("who", ["manager", "staff"])
def test_nobody_takes_a_seat_by_changing_their_own_address(client, who):
    submission = make_submission(Status.WITH_COMMITTEE)
    user = make_user(groups=(MANAGER_GROUP,)) if who == "manager" else make_staff()
    before = user.email
    client.force_login(user)
    seat = submission.invitations.first()
    form = next(
        f for f in html.fromstring(client.get(ACCOUNT).content).forms if "name_email-first_name" in f.fields
    )
    data = {name: value or "" for name, value in form.fields.items()}
    answer = client.post(
        ACCOUNT, data | {"name_email-first_name": "New", "name_email-email": seat.email, "email": seat.email}
    )
    assert answer.status_code == 302
    user = get_user_model().objects.get(pk=user.pk)
    assert (user.first_name, user.email) == ("New", before)
    desk = html.fromstring(client.get("/submit/").content)
    assert [link for link in desk.xpath("//a/@href") if link.startswith("/committee/")] == []
    assert not fresh(submission).decisions.exists()
