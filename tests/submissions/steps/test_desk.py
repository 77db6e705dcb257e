"""The desk: what is where, what comes next, and the same number of queries for one row and for three."""

import datetime as dt

import pytest
from django.urls import reverse
from lxml import html

from orcid_workflow.models import OrcidItem
from submissions.case_facts import confirm_enrolment
from submissions.committee.invitations import make_token
from submissions.metadata.crosswalks.registry import FORMATS
from submissions.models import Status
from tests.factories import fresh, make_draft, make_staff, make_submission, make_user

from .pages import client_of, step_url, tasks_url, tree, words

pytestmark = pytest.mark.django_db
DESK = "/submit/"


def button(response) -> tuple[str, str]:
    """Words and address of the one main button."""
    found = tree(response).xpath("//div[@class='actions']/a[@class='button']")
    assert len(found) == 1
    return " ".join(found[0].text_content().split()), found[0].get("href")


def test_an_empty_desk_says_how_something_gets_here():
    response = client_of(make_user()).get(DESK)
    assert "You have no submission yet" in words(response)
    assert tree(response).xpath("//a[@class='button']/@href") == [reverse("submissions:start")]


def test_whoever_sits_on_committees_sees_those_first_and_is_not_told_that_something_lacks():
    submission = make_submission(Status.WITH_COMMITTEE)
    member = make_user(email=submission.invitations.first().email)
    response = client_of(member).get(DESK)
    assert "no submission" not in words(response)
    assert tree(response).xpath("//main//h2/text()") == ["Theses on whose committee you sit"]
    assert reverse("submissions:start") in response.text


def test_whoever_had_a_submission_is_not_told_that_there_was_none():
    response = client_of(make_submission(Status.WITHDRAWN).student).get(DESK)
    assert "You have no submission under way" in words(response)


def test_queries_do_not_grow_with_rows():
    student = make_user()
    counts = []
    for number in (1, 3):
        while student.submissions.count() < number:
            make_submission(Status.WITH_COMMITTEE, student=student)
        client = client_of(student)
        client.get(DESK)
        with CountQueries() as queries:
            assert client.get(DESK).status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1]


def test_queries_do_not_grow_with_seats():
    member = make_user(email="m0@example.edu")
    counts = []
    for number in (1, 3):
        make_submission(Status.WITH_COMMITTEE)
        if number == 3:
            make_submission(Status.WITH_COMMITTEE)
        client = client_of(member)
        client.get(DESK)
        with CountQueries() as queries:
            page = client.get(DESK)
        assert len(tree(page).xpath("//ul[@class='tasks']/li")) == number
        counts.append(queries.count)
    assert counts[0] == counts[1]


class CountQueries:
    """How many queries ran inside."""

    def __enter__(self):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self._context = CaptureQueriesContext(connection)
        self._context.__enter__()
        return self

    def __exit__(self, *error):
        self._context.__exit__(*error)
        self.count = len(self._context)


@pytest.mark.parametrize(
    ("status", "who", "action"),
    [
        (Status.DRAFT, "It is your turn: your thesis is a draft.", "Continue"),
        (
            Status.WITH_COMMITTEE,
            "We wait for Member0 Reader, Member1 Reader and Member2 Reader.",
            "See where it stands",
        ),
        (Status.IN_REVIEW, "The graduate school is checking your thesis.", "See where it stands"),
        (Status.CHANGES_REQUESTED, "It is your turn: you were asked for changes.", "Read the comments"),
        (Status.APPROVED, "Your thesis is approved and waits for your degree.", "See where it stands"),
        (Status.PUBLISHED, "Everybody can read it.", "See where it is"),
    ],
)
def test_each_status_has_its_words_and_one_next_thing(status, who, action):
    submission = make_submission(status)
    page = client_of(submission.student).get(DESK)
    assert who in words(page)
    links = tree(page).xpath("//div[@class='actions']/a")
    assert [(" ".join(a.text.split()), a.get("href")) for a in links] == [(action, tasks_url(submission))]


def test_a_withdrawn_one_is_listed_apart():
    submission = make_submission(Status.WITHDRAWN)
    page = tree(client_of(submission.student).get(DESK))
    assert page.xpath("//h2[.='Withdrawn']/following-sibling::ul//a/@href") == [tasks_url(submission)]


class TestSeats:
    def test_the_address_of_the_account_finds_them(self):
        submission = make_submission(Status.WITH_COMMITTEE)
        member = make_user(email="M1@Example.edu")
        page = client_of(member).get(DESK)
        link = reverse("committee:read", args=[make_token(submission.invitations.all()[1])])
        assert tree(page).xpath("//ul[@class='tasks']//a/@href") == [link]
        assert "you are committee member" in words(page)
        assert client_of(member).get(link).status_code == 200

    def test_an_account_without_address_sits_nowhere(self):
        submission = make_submission(Status.WITH_COMMITTEE)
        submission.invitations.update(email="")
        assert "whose committee you sit" not in words(client_of(make_user(email="")).get(DESK))

    def test_a_seat_that_ended_is_not_there(self):
        submission = make_submission(Status.WITH_COMMITTEE)
        submission.invitations.update(active=False)
        member = make_user(email="m0@example.edu")
        assert "whose committee you sit" not in words(client_of(member).get(DESK))


class TestTasks:
    def test_steps_with_their_states_in_order(self):
        submission = make_draft(complete=False, connected=False)
        page = tree(client_of(submission.student).get(tasks_url(submission)))
        rows = [" ".join(row.text_content().split()) for row in page.xpath("//ul[@class='tasks']/li")]
        assert rows == [
            "Your ORCID iD Not started",
            "About you Not started",
            "Your thesis Not started",
            "Abstract in other languagesOnly if you have something for it Not started",
            "FundingOnly if you have something for it Not started",
            "Articles and related worksOnly if you have something for it Not started",
            "Your committee Not started",
            "Rights and embargo Not started",
            "Your file Not started",
            "Check and send11 things are missing Not started",
        ]

    def test_next_thing_follows_the_work(self):
        submission = make_draft(complete=False, connected=False)
        client = client_of(submission.student)
        assert button(client.get(tasks_url(submission))) == (
            "Next: Your ORCID iD",
            step_url(submission, "orcid"),
        )
        complete = make_draft()
        client = client_of(complete.student)
        assert button(client.get(tasks_url(complete))) == ("Check and send", step_url(complete, "review"))

    def test_a_begun_step_is_in_progress(self):
        submission = make_draft(complete=False)
        submission.page.subtitle = "Only this"
        submission.page.save()
        page = words(client_of(submission.student).get(tasks_url(submission)))
        assert "Your thesis In progress" in page

    def test_the_timeline_tells_what_happened_newest_first(self):
        submission = make_submission(Status.CHANGES_REQUESTED)
        page = tree(client_of(submission.student).get(tasks_url(submission)))
        lines = [row.text_content().strip() for row in page.xpath("//ol[@class='timeline']/li/p[1]")]
        assert lines[0] == "The graduate school asked for changes."
        assert lines[-1] == "The submission was started."

    def test_nothing_is_to_be_done_while_others_have_it(self):
        submission = make_submission(Status.IN_REVIEW)
        page = client_of(submission.student).get(tasks_url(submission))
        assert tree(page).xpath("//div[@class='actions']/a") == []
        assert tree(page).xpath("//ul[@class='tasks']") == []
        assert "Discard this draft" not in words(page)


class TestOrcidCard:
    def test_before_publication_it_says_when(self):
        submission = make_submission(Status.IN_REVIEW)
        page = words(client_of(submission.student).get(tasks_url(submission)))
        assert "When your thesis is public, we add it to your record." in page

    def test_afterwards_it_shows_what_is_there_and_since_when(self):
        submission = make_submission(Status.PUBLISHED)
        item = OrcidItem.objects.get(key=str(submission.uuid), kind="work")
        client = client_of(submission.student)
        assert "Waiting to be sent" in words(client.get(tasks_url(submission)))
        item.state, item.put_code, item.sent_at = "sent", 4711, submission.published_at
        item.save()
        page = words(client.get(tasks_url(submission)))
        assert "On the record since" in page
        assert "Put-code: 4711 (ORCID’s number for this entry)" in page
        assert "Tidal mixing in narrow fjords" in page

    def test_before_publication_it_speaks_of_the_degree_too_and_denies_nothing(self, settings):
        submission = make_submission(Status.IN_REVIEW)
        page = words(client_of(submission.student).get(tasks_url(submission)))
        assert "Your degree is added as an education when the thesis office confirms your enrolment" in page
        confirm_enrolment(submission, actor=make_staff(), enrolled_on=dt.date(2023, 10, 1))
        page = words(client_of(submission.student).get(tasks_url(submission)))
        assert "Education Source:" in page
        assert "Your degree is added" not in page
        assert "When your thesis is public, we add it to your record." in page
        settings.ETD_ORCID_EDUCATION = False
        other = make_submission(Status.IN_REVIEW)
        assert "Your degree" not in words(client_of(other.student).get(tasks_url(other)))

    def test_what_waits_for_a_look_leads_there_and_not_to_orcid(self, settings):
        settings.ORCID_MODE = "manual"
        submission = make_submission(Status.IN_REVIEW)
        client = client_of(submission.student)
        assert "we add it to your record, after you have looked at it." in words(
            client.get(tasks_url(submission))
        )
        submission = make_submission(Status.PUBLISHED)
        item = OrcidItem.objects.get(key=str(submission.uuid), kind="work")
        client = client_of(submission.student)
        page = client.get(tasks_url(submission))
        look = reverse("orcid:item", args=[item.pk])
        assert look in tree(page).xpath("//article//a/@href")
        assert client.get(look).status_code == 200
        assert "Waiting for you to look" in words(page)
        assert "See it on ORCID" not in page.text
        item.state, item.put_code = "sent", 7
        item.save()
        assert "See it on ORCID" in client.get(tasks_url(submission)).text

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"state": "disconnected"}, "You disconnected your ORCID iD here."),
            ({"state": "revoked"}, "ORCID no longer lets us act for you"),
            ({"scope": "openid"}, "We may not write to your record"),
            ({"record_state": "locked"}, "ORCID has locked your record."),
            ({"record_state": "deactivated"}, "Your ORCID record is deactivated."),
            (
                {"record_state": "deprecated", "primary_orcid": "0000-0002-1825-0097"},
                "was merged into 0000-0002-1825-0097",
            ),
        ],
    )
    def test_what_stands_in_the_way_is_said_with_the_way_to_mend_it(self, changes, said):
        submission = make_submission(Status.PUBLISHED)
        submission.student.orcid_connections.update(**changes)
        page = client_of(submission.student).get(tasks_url(submission))
        assert said in words(page)
        (notice,) = tree(page).xpath("//div[contains(@class, 'notice')]")
        assert notice.xpath(".//a/@href") == [step_url(submission, "orcid")]

    def test_a_site_that_may_only_read_says_so_and_offers_no_connecting(self, settings):
        settings.ORCID_API_KIND = "public"
        submission = make_submission(Status.IN_REVIEW)
        page = client_of(submission.student).get(tasks_url(submission))
        assert "it cannot write to your record" in words(page)
        assert "we add it to your record" not in words(page)
        assert "Connect your ORCID iD again" not in words(page)

    @pytest.mark.parametrize("state", ["connected", "disconnected"])
    def test_the_page_about_the_id_is_found_from_everywhere(self, state):
        submission = make_submission(Status.DRAFT)
        submission.student.orcid_connections.update(state=state)
        client = client_of(submission.student)
        home = reverse("orcid:home")
        header = "//header//a[.='Your ORCID iD']/@href"
        assert html.fromstring(client.get("/theses/").content).xpath(header) == [home]
        assert html.fromstring(client.get(home).content).xpath("//h1")
        assert home in tree(client.get(DESK)).xpath("//a/@href")
        if state == "connected":
            assert home in tree(client.get(tasks_url(submission))).xpath("//a/@href")
            assert home in tree(client.get(step_url(submission, "orcid"))).xpath("//a/@href")

    def test_nobody_who_is_not_signed_in_is_led_to_their_id(self, client, db):
        make_draft()
        assert not html.fromstring(client.get("/theses/").content).xpath("//header//a[.='Your ORCID iD']")

    def test_without_an_id_it_offers_to_connect(self, settings):
        settings.ETD_ORCID_REQUIRED = False
        submission = make_submission(Status.PUBLISHED, connected=False)
        page = client_of(submission.student).get(tasks_url(submission))
        assert "and we put your thesis on your record" in words(page)
        assert step_url(submission, "orcid") in page.text


def test_downloads_of_a_published_thesis_are_there():
    submission = make_submission(Status.PUBLISHED)
    client = client_of(submission.student)
    links = tree(client.get(tasks_url(submission))).xpath(
        "//h2[.='Where it is now']/following-sibling::ul[1]//a"
    )
    assert [link.text for link in links] == ["The public page", "The PDF"]
    folded = tree(client.get(tasks_url(submission))).xpath("//details[contains(summary, 'Its record')]//a")
    assert [link.text for link in folded] == [one.label for one in FORMATS.values()]
    links += folded
    for link in links:
        response = client.get(link.get("href"))
        assert response.status_code == 200
        if response.streaming:
            b"".join(response.streaming_content)
    assert fresh(submission).status == Status.PUBLISHED
