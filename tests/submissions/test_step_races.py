"""Two presses at the same moment, on a database that lets two people write at once."""

import threading

import pytest
from django.db import connection, connections

from submissions.models import Status, Submission
from tests.factories import fresh, make_draft, make_office, make_user

from .steps.pages import client_of, form_data, step_url
from .steps.test_start import START, filled

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture(autouse=True)
def _needs_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("two people writing at once are for PostgreSQL")


def at_once(*actions) -> list:
    """Run the actions in threads that begin together; return what each returned, or the error it raised."""
    barrier = threading.Barrier(len(actions))
    results: list = [None] * len(actions)

    def run(number: int, action) -> None:
        try:
            barrier.wait(timeout=10)
            results[number] = action()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number, action)) for number, action in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_starting_twice_opens_one():
    make_office()
    student = make_user()
    data = filled(client_of(student))
    clients = [client_of(student) for _ in range(4)]
    answers = at_once(*[lambda client=client: client.post(START, data) for client in clients])
    assert {answer.url for answer in answers} == {f"/submit/{Submission.objects.get().uuid}/"}


def test_sending_twice_sends_one():
    submission = make_draft()
    clients = [client_of(submission.student) for _ in range(4)]
    answers = at_once(*[lambda c=c: c.post(step_url(submission, "review"), {}) for c in clients])
    assert {answer.url for answer in answers} == {f"/submit/{submission.uuid}/sent/"}
    submission = fresh(submission)
    assert (submission.status, submission.committee_round) == (Status.WITH_COMMITTEE, 1)
    assert submission.invitations.count() == 3
    assert submission.changes.filter(to_status=Status.WITH_COMMITTEE).count() == 1


def test_two_tabs_that_save_different_steps_both_save():
    submission = make_draft(complete=False)
    clients = [client_of(submission.student) for _ in range(2)]
    committee = form_data(clients[1].get(step_url(submission, "committee")))
    committee |= {
        "members-0-given_name": "Ada",
        "members-0-email": "ada@example.org",
        "members-0-role": "advisor",
    }
    answers = at_once(
        lambda: clients[0].post(step_url(submission, "thesis"), {"title": "Tides", "abstract": "Water."}),
        lambda: clients[1].post(step_url(submission, "committee"), committee),
    )
    assert [answer.status_code for answer in answers] == [302, 302]
    for page in (fresh(submission).page, fresh(submission).page.get_latest_revision_as_object()):
        assert (page.title, [m.given_name for m in page.committee_members.all()]) == ("Tides", ["Ada"])
