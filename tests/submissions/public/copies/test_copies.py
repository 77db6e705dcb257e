"""A reader asks for a closed thesis, its author answers by a link, and what each of them can and cannot do."""

import datetime as dt
import re
import time

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from submissions import lifecycle
from submissions.models import CopyRequest, Submission, ThesisFile
from submissions.public.copies import service
from submissions.public.copies.forms import SECONDS_AT_MOST, stamp
from tests.factories import fresh, make_staff, make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(django_capture_on_commit_callbacks):
    """A public thesis whose files are closed for a year."""
    case = make_submission("published", months=12)
    mail.outbox.clear()
    return case


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """What is done inside has been committed afterwards, so that its mails have left."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def ask(client, case, **fields):
    """Send the form as a person does."""
    form = {
        "name": "Rae Reader",
        "email": "rae@example.org",
        "message": "For my work on tides.",
        "shown": stamp(case.uuid, time.time() - 60),
        **fields,
    }
    return client.post(f"/copies/{case.uuid}/", form)


def link(number: int = -1) -> str:
    """The path of the link in a mail."""
    return re.search(r"http://localhost:8000(/copies/(?:answer|fetch)/\S+)", mail.outbox[number].body).group(
        1
    )


def test_the_whole_way(client, closed, commit) -> None:
    source = client.get(closed.page.url).content.decode()
    assert f'action="/copies/{closed.uuid}/"' in source
    with commit():
        assert ask(client, closed)["Location"] == f"/copies/{closed.uuid}/sent/"
    asked = mail.outbox[-1]
    assert asked.to == ["after@example.org"]  # the address for after graduation
    assert "Rae Reader" in asked.body
    assert "For my work on tides." in asked.body
    author, address = Client(), link()
    page = author.get(address)
    assert "Send them a copy" in page.content.decode()
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store, private", "noindex, nofollow")
    assert CopyRequest.objects.get().answer == "waiting"  # opening a link changes nothing
    with commit():
        author.post(address, {"answer": "give"})
    assert mail.outbox[-1].to == ["rae@example.org"]
    assert "The copy was given" in author.get(address).content.decode()
    page = client.get(link())
    file = re.search(r'href="(/copies/fetch/[^"]+)"', page.content.decode()).group(1)
    answer = client.get(file)
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert answer["Cache-Control"] == "no-store, private"
    row = CopyRequest.objects.get()
    assert row.download_until - row.answered_at == dt.timedelta(days=14)
    assert row.answered_by == closed.page.author_name


def test_a_refusal_is_told_kindly_and_gives_no_link(client, closed, commit) -> None:
    with commit():
        ask(client, closed)
    address = link()
    with commit():
        client.post(address, {"answer": "refuse"})
    assert mail.outbox[-1].to == ["rae@example.org"]
    assert "/copies/" not in mail.outbox[-1].body
    with commit():
        client.post(address, {"answer": "give"})  # the first answer stands
    assert CopyRequest.objects.get().answer == "refused"
    assert len(mail.outbox) == 2


def test_the_account_is_written_to_where_there_is_no_later_address(client, closed, commit) -> None:
    closed.profile.contact_email = ""
    closed.profile.save()
    with commit():
        ask(client, closed)
    assert mail.outbox[-1].to == [closed.student.email]


def test_the_same_reader_is_kept_once_and_told_the_same(client, closed, commit) -> None:
    with commit():
        first, second = ask(client, closed), ask(client, closed, email="RAE@example.org")
    assert first["Location"] == second["Location"]
    assert (CopyRequest.objects.count(), len(mail.outbox)) == (1, 1)
    CopyRequest.objects.update(asked_at=timezone.now() - service.ASK_AGAIN)
    ask(client, closed)
    assert CopyRequest.objects.count() == 2


def test_a_thesis_and_an_address_have_their_limits(client, closed, monkeypatch) -> None:
    monkeypatch.setattr(service, "OF_A_THESIS_A_DAY", 2)
    for number in range(3):
        answer = ask(client, closed, email=f"r{number}@example.org")
    assert "tomorrow" in answer.content.decode()
    assert CopyRequest.objects.count() == 2
    monkeypatch.setattr(service, "OF_AN_ADDRESS_A_DAY", 1)
    other = make_submission("published", months=12)
    assert "tomorrow" in ask(client, other, email="r1@example.org").content.decode()
    assert CopyRequest.objects.count() == 2


def test_programs_are_stopped_and_learn_nothing(client, closed) -> None:
    assert ask(client, closed, topic="Buy this")["Location"] == f"/copies/{closed.uuid}/sent/"
    now = time.time()
    other = make_submission("published", months=12)
    for shown in (
        "",
        "x",
        stamp(closed.uuid, now + 600),  # sooner than anybody types, however slow the machine is
        stamp(closed.uuid, now - SECONDS_AT_MOST - 9),
        stamp(other.uuid, now - 60),
    ):
        answer = ask(client, closed, shown=shown)
        assert answer.status_code == 422
        assert "send it once more" in answer.content.decode()
    assert not CopyRequest.objects.exists()
    again = re.search(r'name="shown" value="([^"]+)"', answer.content.decode()).group(1)
    assert ask(client, closed, shown=again).status_code == 302  # a person who was quick


def test_what_is_missing_is_said_at_its_field(client, closed) -> None:
    source = ask(client, closed, name="", email="nobody").content.decode()
    assert "Write your name" in source
    assert 'value="nobody"' in source
    assert not CopyRequest.objects.exists()


def test_another_site_cannot_send_the_form(closed) -> None:
    assert ask(Client(enforce_csrf_checks=True), closed).status_code == 403


def test_nobody_asks_for_what_is_open_withdrawn_or_unknown(client) -> None:
    opened = make_submission("published")
    assert "/copies/" not in client.get(opened.page.url).content.decode()
    assert ask(client, opened)["Location"].endswith(opened.page.url)
    draft = make_submission("approved", months=12)
    assert ask(client, draft).status_code == 404
    assert client.get(f"/copies/{draft.uuid}/sent/").status_code == 404
    lifecycle.withdraw(fresh(opened), actor=make_staff())
    assert client.get(f"/copies/{opened.uuid}/", follow=True).status_code == 410
    assert not CopyRequest.objects.exists()


@pytest.mark.parametrize("given", [True, False])
def test_a_withdrawal_ends_every_link(client, closed, commit, given) -> None:
    with commit():
        ask(client, closed)
    address = link()
    if given:
        with commit():
            client.post(address, {"answer": "give"})
        copy = link()
    lifecycle.withdraw(fresh(closed), actor=make_staff())
    if given:
        assert client.get(copy).status_code == 410
        assert "withdrawn" in client.get(copy).content.decode()
    else:
        client.post(address, {"answer": "give"})
        assert CopyRequest.objects.get().answer == "waiting"
        assert "withdrawn" in client.get(address).content.decode()


@pytest.mark.parametrize("above", [False, True])
@pytest.mark.parametrize("given", [True, False])
def test_a_page_that_is_kept_for_some_ends_every_link_while_it_is(
    client, closed, commit, given, above
) -> None:
    with commit():
        ask(client, closed)
    address = link()
    if given:
        with commit():
            client.post(address, {"answer": "give"})
        copy = link()
        file = f"{copy}{closed.page.thesis_file.key}/"
        assert client.get(file).status_code == 200
    page = closed.page.get_parent() if above else closed.page
    kept = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert ask(client, closed, email="other@example.org").status_code == 404
    assert CopyRequest.objects.count() == 1
    if given:
        for shut in (copy, file):
            answer = client.get(shut)
            assert answer.status_code == 403
            assert "not open to everybody now" in answer.content.decode()
            assert "ask again" not in answer.content.decode()
        kept.delete()
        assert client.get(copy).status_code == 200
    else:
        client.post(address, {"answer": "give"})
        assert CopyRequest.objects.get().answer == "waiting"
        assert "not open to everybody now" in client.get(address).content.decode()


def test_a_page_that_is_kept_for_some_leads_nobody_there_after_the_embargo(client, closed, commit) -> None:
    with commit():
        ask(client, closed)
    with commit():
        client.post(link(), {"answer": "give"})
    PageViewRestriction.objects.create(page=closed.page, restriction_type=PageViewRestriction.LOGIN)
    Submission.objects.filter(pk=closed.pk).update(embargo_until=timezone.localdate())
    assert client.get(link()).status_code == 403


def test_files_that_opened_meanwhile_are_found_on_the_page(client, closed, commit) -> None:
    with commit():
        ask(client, closed)
    address = link()
    with commit():
        client.post(address, {"answer": "give"})
    copy = link()
    Submission.objects.filter(pk=closed.pk).update(embargo_until=timezone.localdate())
    assert client.get(copy)["Location"].endswith(closed.page.url)
    CopyRequest.objects.update(answer="waiting")
    assert "open to everybody now" in client.get(address).content.decode()


def test_a_link_works_for_its_days_and_for_nothing_else(client, closed, commit) -> None:
    with commit():
        ask(client, closed)
    address = link()
    with commit():
        client.post(address, {"answer": "give"})
    copy = link()
    token = copy.split("/")[3]
    assert client.get(f"/copies/answer/{token}/").status_code == 404
    assert client.get(f"/copies/fetch/{address.split('/')[3]}/").status_code == 404
    assert client.get(copy[:-4] + "x/").status_code == 404
    CopyRequest.objects.update(download_until=timezone.now())
    answer = client.get(copy)
    assert answer.status_code == 403
    assert "ask again" in answer.content.decode()
    key = closed.page.thesis_file.key
    assert client.get(f"{copy}{key}/").status_code == 403
    assert client.get(f"/files/{closed.uuid}/{key}/thesis.pdf").status_code == 403


def test_a_replaced_file_leads_back_to_the_page(client, closed, commit) -> None:
    with commit():
        ask(client, closed)
    with commit():
        client.post(link(), {"answer": "give"})
    other = make_submission("published", months=12)
    assert client.get(f"{link()}{other.page.thesis_file.key}/").status_code == 302


def test_nobody_asks_for_a_file_that_is_not_there(client, closed) -> None:
    """An embargo outlives its file: the office took it out, or an import brought none."""
    ThesisFile.objects.filter(page=closed.page).delete()
    answer = client.get(f"/copies/{closed.uuid}/")
    assert (answer.status_code, answer["Location"]) == (302, closed.page.url)
    assert "There is no file here" in client.get(answer["Location"]).content.decode()
    assert ask(client, closed).status_code == 302
    assert not CopyRequest.objects.exists()


def test_an_author_is_told_that_there_is_nothing_to_give(client, closed, commit) -> None:
    with commit():
        ask(client, closed)
    address = link()
    ThesisFile.objects.filter(page=closed.page).delete()
    client.post(address, {"answer": "give"})
    assert CopyRequest.objects.get().answer == "waiting"
    assert "no file" in client.get(address).content.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_requests_at_one_moment_keep_the_limit_of_an_address(uncommitted, beside, monkeypatch) -> None:
    """Two theses, one address, both transactions open at once: the second waits for the first and sees it."""
    monkeypatch.setattr(service, "OF_AN_ADDRESS_A_DAY", 1)
    first, second = (make_submission("published", months=12) for _ in range(2))
    reader = {"name": "Rae Reader", "message": ""}
    commit_first = uncommitted(lambda: service.ask(first, email="rae@example.org", **reader))
    end_of_second = beside(lambda: service.ask(second, email="RAE@example.org", **reader))
    commit_first()
    with pytest.raises(service.NotPossible, match="tomorrow"):
        end_of_second()
    assert CopyRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_readers_do_not_wait_for_each_other(uncommitted, beside) -> None:
    first, second = (make_submission("published", months=12) for _ in range(2))
    commit_first = uncommitted(lambda: service.ask(first, name="A", email="a@example.org", message=""))
    beside(lambda: service.ask(second, name="B", email="b@example.org", message=""))()
    assert CopyRequest.objects.count() == 1  # the other is not committed yet
    commit_first()
    assert CopyRequest.objects.count() == 2
