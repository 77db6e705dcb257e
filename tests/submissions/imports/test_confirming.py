"""The owner of a found iD confirms it, whole, against a registry that runs."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from lxml import html

from orcid_workflow.models import Connection, OrcidItem
from submissions.committee.logs import hide_links
from submissions.imports import confirming
from submissions.models import FoundId, StoredRecord, Submission

from ...factories import make_staff, make_user
from ..committee.conftest import _running, orcid_of, reader, registry, visit  # noqa: F401 - fixtures
from ..committee.test_orcid import choose

pytestmark = pytest.mark.django_db
TABLE = (
    "identifier,title,author,author_orcid,author_email,language,published,programme,committee\n"
    'a1,Tides,"Carberry, Josiah",{},josiah@example.org,en,2009-05-31,Marine Biology,'
    '"Laud, Ada (advisor) {} <ada@example.org>"\n'
)


@pytest.fixture
def author(bring, settings) -> FoundId:
    """The found iD of an imported thesis' author. In the mail of the settings' days there is a link."""
    settings.ETD_UNCONFIRMED_IDS = "mark"
    bring(TABLE.format(orcid_of(9001), orcid_of(9002)))
    return FoundId.objects.get(member_key=None)


@pytest.fixture
def member(author) -> FoundId:
    """That of its advisor."""
    return FoundId.objects.exclude(member_key=None).get()


def asked(found: FoundId, client) -> str:
    """Have staff send the link, and return its address as it stands in the mail."""
    client.force_login(make_staff())
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(
            reverse("thesis_cases:act", args=[found.submission_id, "ask-owner"]),
            {"found": found.pk, "email": "owner@example.org"},
        )
    client.logout()
    return re.search(r"https?://[^/\s]+(/confirm/\S+)", mail.outbox[-1].body)[1]


def confirm(reader, registry, link: str, number: int):  # noqa: F811
    """Press the button, sign in and allow at ORCID, come back; return the answer of the callback."""
    target = reader.post(link + "connect/")["Location"]
    with TestCase.captureOnCommitCallbacks(execute=True):
        return reader.get(visit(registry, target, number))


def test_the_author_confirms_what_was_found(registry, reader, client, author) -> None:  # noqa: F811
    before = StoredRecord.objects.get(format="mods")
    StoredRecord.objects.update(datestamp=before.datestamp - dt.timedelta(days=1))
    link = asked(author, client)
    assert [message.to for message in mail.outbox] == [["owner@example.org"]]
    page = reader.get(link)
    assert page.status_code == 200
    assert orcid_of(9001) in page.content.decode()
    assert not Connection.objects.exists()
    answer = confirm(reader, registry, link, 9001)
    assert answer["Location"].startswith("/confirm/")
    done = reader.get(answer["Location"]).content.decode()
    assert "Your ORCID iD is confirmed" in done
    assert "another one" not in done
    thesis = Submission.objects.get()
    assert thesis.author_connection.orcid == orcid_of(9001)
    assert thesis.author_connection.user is None
    after = StoredRecord.objects.get(format="mods")
    assert f"https://orcid.org/{orcid_of(9001)}".encode() in bytes(after.content)
    assert after.datestamp > before.datestamp - dt.timedelta(days=1)
    assert not OrcidItem.objects.exists()


def test_the_link_ends_with_its_use(registry, reader, client, author) -> None:  # noqa: F811
    link = asked(author, client)
    confirm(reader, registry, link, 9001)
    assert reader.post(link + "connect/")["Location"] == link
    assert "ended" in reader.get(link).content.decode()


def test_another_iD_takes_the_place_and_that_is_said(registry, reader, client, author) -> None:  # noqa: F811
    link = asked(author, client)
    page = confirm(reader, registry, link, 9003)
    assert page.status_code == 409
    assert (
        "as Reader Given9003 Atorcid. This link is for Josiah Carberry. Is this iD yours?"
        in page.content.decode()
    )
    assert Submission.objects.get().author_connection is None, "nothing is attached before the yes"
    answer = choose(reader, "use")
    done = reader.get(answer["Location"]).content.decode()
    assert "another one" in done
    assert orcid_of(9001) in done
    assert orcid_of(9003) in done
    thesis = Submission.objects.get()
    assert thesis.author_connection.orcid == orcid_of(9003)
    assert orcid_of(9001).encode() not in b"".join(bytes(row.content) for row in StoredRecord.objects.all())
    assert f"The import had found {orcid_of(9001)}" in thesis.changes.first().sentence
    client.force_login(make_staff())
    case = client.get(reverse("thesis_cases:case", args=[thesis.pk])).content.decode()
    assert "This is another iD than the one that was found." in case


def test_a_member_confirms(registry, reader, client, member) -> None:  # noqa: F811
    link = asked(member, client)
    confirm(reader, registry, link, 9002)
    thesis = Submission.objects.get()
    assert thesis.author_connection is None
    assert thesis.invitations.get().connection.orcid == orcid_of(9002)
    assert f"https://orcid.org/{orcid_of(9002)}".encode() in bytes(
        StoredRecord.objects.get(format="mods").content
    )
    assert not OrcidItem.objects.exists()


def test_one_person_is_not_author_and_member(registry, reader, client, author, member) -> None:  # noqa: F811
    confirm(reader, registry, asked(author, client), 9001)
    answer = confirm(reader, registry, asked(member, client), 9001)
    assert answer.status_code == 409
    assert "stands beside another name" in answer.content.decode()
    assert not Submission.objects.get().invitations.filter(connection__isnull=False).exists()


def test_who_says_no_changes_nothing(registry, reader, client, author) -> None:  # noqa: F811
    link = asked(author, client)
    target = reader.post(link + "connect/")["Location"]
    reader.get(visit(registry, target, 9004, allow=False))
    assert Submission.objects.get().author_connection is None
    assert FoundId.objects.get(pk=author.pk).confirmed_at is None


def test_staff_take_a_confirmed_iD_off_again(registry, reader, client, author) -> None:  # noqa: F811
    confirm(reader, registry, asked(author, client), 9003)
    choose(reader, "use")
    assert Submission.objects.get().author_connection
    client.force_login(make_staff())
    client.post(
        reverse("thesis_cases:act", args=[author.submission_id, "take-off-id"]),
        {"found": author.pk},
        follow=True,
    )
    assert Submission.objects.get().author_connection is None
    stored = b"".join(bytes(row.content) for row in StoredRecord.objects.all())
    assert orcid_of(9003).encode() not in stored


def test_a_new_link_ends_the_old_one(client, reader, author) -> None:  # noqa: F811
    first = asked(author, client)
    asked(author, client)
    assert reader.get(first).status_code == 404
    assert "newer link" in reader.get(first).content.decode()


def test_links_that_open_nothing(client, reader, author) -> None:  # noqa: F811
    link = asked(author, client)
    assert reader.get(link[:-5] + "/").status_code == 404
    FoundId.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert "expired" in reader.get(link).content.decode()
    assert reader.post(link + "connect/")["Location"] == link
    FoundId.objects.update(expires_at=timezone.now() + dt.timedelta(days=1), name="Somebody Else")
    assert "names somebody else" in reader.get(link).content.decode()


def test_only_the_office_may_ask(client, author) -> None:
    client.force_login(make_user())
    answer = client.post(
        reverse("thesis_cases:act", args=[author.submission_id, "ask-owner"]),
        {"found": author.pk, "email": "x@example.org"},
    )
    assert answer.status_code in (302, 403)
    assert FoundId.objects.get(pk=author.pk).invited_at is None


def test_an_address_that_is_none_is_refused_in_words(client, author) -> None:
    client.force_login(make_staff())
    page = client.post(
        reverse("thesis_cases:act", args=[author.submission_id, "ask-owner"]),
        {"found": author.pk, "email": "nobody"},
        follow=True,
    )
    assert page.status_code == 422
    field = f"found-{author.pk}-email"
    tree = html.fromstring(page.content.decode())
    (line,) = tree.xpath("//section[@role='alert']//a")
    assert (line.get("href"), line.text) == (
        f"#{field}",
        "This e-mail address is not complete. It should look like name@example.org.",
    )
    (typed,) = tree.xpath(f"//input[@id='{field}']")
    assert typed.value == "nobody"  # what was typed stays, in its own form and in no other
    assert "not complete" in typed.xpath("string(ancestor::form)")
    assert [one.value for one in tree.xpath("//input[@type='email']") if one is not typed] == [
        "ada@example.org"
    ]
    assert len(set(tree.xpath("//@id"))) == len(tree.xpath("//@id"))
    assert FoundId.objects.get(pk=author.pk).invited_at is None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_mail_that_could_not_be_sent_is_not_called_sent(client, author, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nothing listens there
    client.force_login(make_staff())
    page = client.post(
        reverse("thesis_cases:act", args=[author.submission_id, "ask-owner"]),
        {"found": author.pk, "email": "owner@example.org"},
        follow=True,
    ).content.decode()
    assert "could not be sent" in page
    assert "A link was sent" not in page


def test_a_link_that_has_ended_is_not_said_to_work(client, author) -> None:
    asked(author, client)
    client.force_login(make_staff())
    case = reverse("thesis_cases:case", args=[author.submission_id])
    assert "it works until" in client.get(case).content.decode()
    FoundId.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    page = client.get(case).content.decode()
    assert "it works no more" in page
    assert "it works until" not in page


def test_an_import_can_ask_all_whose_address_it_has(bring) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        bring(TABLE.format(orcid_of(9001), orcid_of(9002)), invite=True)
    assert {message.to[0] for message in mail.outbox} == {"josiah@example.org", "ada@example.org"}
    with TestCase.captureOnCommitCallbacks(execute=True):
        bring(TABLE.format(orcid_of(9001), orcid_of(9002)), invite=True)
    assert len(mail.outbox) == 2


def test_the_link_is_kept_out_of_logs(author) -> None:

    assert confirming.make_token(author) not in hide_links(confirming.link(author))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_only_a_link_that_there_was_is_said_to_have_ended(client, author) -> None:
    client.force_login(make_staff())
    ask = {"found": author.pk, "email": "owner@example.org"}
    address = reverse("thesis_cases:act", args=[author.submission_id, "ask-owner"])
    pages = [client.post(address, ask, follow=True).content.decode() for _ in range(2)]
    assert all("A link was sent to" in page for page in pages)
    assert ["A link that was sent before has ended" in page for page in pages] == [False, True]
