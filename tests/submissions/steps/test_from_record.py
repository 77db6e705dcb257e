"""Grants and works of the ORCID record: offered, ticked over many pages, taken once each, marked until changed."""

import datetime as dt

import pytest
from django.test import TestCase
from django.utils import timezone

from orcid_workflow import connections
from orcid_workflow.models import Connection, Token
from submissions.models import Status, Submission, ThesisFunding, ThesisRelatedWork
from submissions.steps.case import Case
from submissions.steps.orcid import fill
from submissions.steps.works import MOST
from tests.factories import fresh, make_connection, make_draft, make_submission

from .pages import client_of, form_data, state_of, step_url, tree, words
from .record_of import CROSSREF, by_hand, funding, give, work

pytestmark = pytest.mark.django_db

NOWHERE = "http://127.0.0.1:9"  # nothing listens there


@pytest.fixture(autouse=True)
def _no_orcid(settings):
    """ORCID is down, unless a test says otherwise."""
    settings.ORCID_API_URL = f"{NOWHERE}/v3.0"


@pytest.fixture
def draft():
    return make_draft(connected=False)


@pytest.fixture
def connection(draft) -> Connection:
    """The student's iD; its record names two grants and three works."""
    row = make_connection(draft.student)
    return give(
        row,
        fundings=[
            funding(11, "Cliffs in motion", number="EP/1", funder="EPSRC", source=by_hand(row)),
            funding(12, "Winters", number="W-2", funder="A foundation", source=CROSSREF),
        ],
        works=[
            work(21, "Soft cliffs", doi="https://doi.org/10.5555/SOFT", source=CROSSREF),
            work(22, "Hard winters", year=2025, source=by_hand(row)),
            work(23, "Cliff heights", doi="10.5555/heights", type="data-set", year=2020, source=by_hand(row)),
        ],
    )


class Page:
    """The page that offers what the record has for one step, in one browser."""

    def __init__(self, submission, step: str, query: str = "") -> None:
        self.submission, self.step = submission, step
        self.client = client_of(submission.student)
        self.go(f"?pick=1{query}")

    def go(self, query: str):
        self.response = self.client.get(step_url(self.submission, self.step, query))
        return self

    def press(self, tick: list[int] = (), untick: list[int] = (), **button: str):
        """Tick and untick what is on this page, and press a button."""
        boxes = {int(box.get("value")): box for box in tree(self.response).xpath("//input[@name='tick']")}
        assert set(tick) <= set(boxes)
        ticked = {code for code, box in boxes.items() if box.get("checked") is not None}
        hidden = tree(self.response).xpath("//input[@name='shown']/@value")
        data = {
            "pick": "1",
            "q": "".join(tree(self.response).xpath("//input[@name='q']/@value")),
            "shown": hidden,
            "tick": [str(code) for code in (ticked | set(tick)) - set(untick)],
            **button,
        }
        self.response = self.client.post(step_url(self.submission, self.step), data, follow=True)
        return self.response

    @property
    def offered(self) -> list[int]:
        return [int(code) for code in tree(self.response).xpath("//input[@name='tick']/@value")]

    @property
    def ticked(self) -> list[int]:
        return [int(code) for code in tree(self.response).xpath("//input[@name='tick'][@checked]/@value")]


def grants(submission) -> list[ThesisFunding]:
    return list(fresh(submission).page.funding.all())


def related(submission) -> list[ThesisRelatedWork]:
    return list(fresh(submission).page.related_works.all())


def mark_of(response, number: int = 0) -> str:
    """What a row says of where it came from."""
    row = tree(response).get_element_by_id(f"row-{number}")
    return " ".join("".join(row.xpath(".//*[@class='from-orcid']//text()")).split())


def test_without_a_record_nothing_is_offered_and_a_way_to_one_is_shown(draft):
    page = client_of(draft.student).get(step_url(draft, "funding"))
    assert "connect your ORCID iD" in words(page)
    assert 'value="pick"' not in page.text
    make_connection(draft.student)
    page = client_of(draft.student).get(step_url(draft, "funding"))
    assert 'value="pick"' not in page.text


def test_the_step_says_what_there_is_and_saves_before_it_leads_there(draft, connection):
    client = client_of(draft.student)
    page = client.get(step_url(draft, "works", "?more=1"))
    assert "Your ORCID record names 3 works." in words(page)
    data = form_data(page) | {"works-0-title": "Typed by hand", "go": "pick"}
    assert client.post(step_url(draft, "works"), data).url == step_url(draft, "works", "?pick=1")
    assert [one.title for one in related(draft)] == ["Typed by hand"]


def test_grants_are_offered_with_what_is_known_and_who_stated_it(draft, connection):
    page = Page(draft, "funding")
    said = words(page.response)
    assert "Cliffs in motion EPSRC, Grant EP/1 Added by yourself" in said
    assert "Winters A foundation, Grant W-2 Added by Crossref" in said
    assert state_of(draft)["page"]["funding"] == []


def test_a_grant_is_taken_whole_and_marked_until_it_is_changed(draft, connection):
    response = Page(draft, "funding").press(tick=[12], do="use")
    assert "1 grant was added from your ORCID record." in response.content.decode()
    (grant,) = grants(draft)
    assert (grant.funder_name, grant.award_number, grant.award_title) == ("A foundation", "W-2", "Winters")
    assert grant.funder_id == "https://doi.org/10.13039/501100000780"
    assert grant.orcid_source == "Crossref"
    assert fresh(draft).page.get_latest_revision_as_object().funding.get().orcid_source == "Crossref"
    client = client_of(draft.student)
    page = client.get(step_url(draft, "funding"))
    assert mark_of(page) == "From your ORCID record, added by Crossref"
    review = words(client.get(step_url(draft, "review")))
    assert "From your ORCID record, added by Crossref" in review

    client.post(step_url(draft, "funding"), form_data(page))
    assert grants(draft)[0].orcid_source == "Crossref"
    client.post(step_url(draft, "funding"), form_data(page) | {"funding-0-award_title": "Winter"})
    assert grants(draft)[0].orcid_source == ""
    assert mark_of(client.get(step_url(draft, "funding"))) == ""


def test_a_row_that_the_office_changed_is_no_longer_said_to_be_from_the_record(draft, connection):
    Page(draft, "funding").press(tick=[11, 12], do="use")
    page = fresh(draft).page
    second = page.funding.get(award_number="W-2")
    second.award_title = "Corrected by the office"
    second.save()
    response = client_of(draft.student).get(step_url(draft, "funding"))
    marks = [mark_of(response, number) for number in range(2)]
    assert marks == ["From your ORCID record, added by yourself", ""]


def test_each_once_however_often_it_is_sent(draft, connection):
    page = Page(draft, "funding")
    other = Page(draft, "funding")
    page.press(tick=[11], do="use")
    before = state_of(draft)
    response = other.press(tick=[11], do="use")
    assert "What you ticked is on the list already." in response.content.decode()
    assert state_of(draft) == before
    again = Page(draft, "funding")
    assert again.offered == [12]
    assert "This is in your list already." in words(again.response)


def test_what_was_typed_by_hand_is_not_offered_again(draft, connection):
    page = fresh(draft).page
    page.funding = [ThesisFunding(funder_name="epsrc", award_number="ep / 1")]
    page.related_works = [ThesisRelatedWork(title="Mine", identifier_type="doi", identifier="10.5555/soft")]
    page.save()
    assert Page(draft, "funding").offered == [12]
    assert Page(draft, "works").offered == [22, 23]


def test_what_was_taken_off_can_be_taken_again(draft, connection):
    Page(draft, "funding").press(tick=[11], do="use")
    key = grants(draft)[0].key
    client = client_of(draft.student)
    data = form_data(client.get(step_url(draft, "funding"))) | {"remove": str(key)}
    client.post(step_url(draft, "funding"), data)
    assert grants(draft) == []
    Page(draft, "funding").press(tick=[11], do="use")
    assert [grant.key for grant in grants(draft)] == [key]


def test_nothing_ticked_is_said(draft, connection):
    response = Page(draft, "funding").press(do="use")
    assert "Nothing was ticked. Tick the grants you want to use." in response.content.decode()
    assert grants(draft) == []


def test_put_codes_that_are_none_or_not_on_the_record_take_nothing(draft, connection):
    client = client_of(draft.student)
    data = {"pick": "1", "do": "use", "shown": ["x", "99", "9" * 30], "tick": ["x", "99", "9" * 30]}
    assert client.post(step_url(draft, "funding"), data).status_code == 302
    assert grants(draft) == []


def test_works_when_orcid_is_down_are_taken_as_they_were_read(draft, connection):
    response = Page(draft, "works").press(tick=[21, 23], do="use")
    said = response.content.decode()
    assert "2 works were added from your ORCID record." in said
    assert "So we used what we had read of your record before: please check it." in said
    article, data = related(draft)
    assert (article.relation, article.title, article.container, article.year) == (
        "HasPart",
        "Soft cliffs",
        "Journal of Coasts",
        2024,
    )
    assert (article.identifier_type, article.identifier) == ("doi", "10.5555/soft")
    assert (data.relation, data.orcid_source) == ("IsSupplementedBy", "yourself")


def test_what_the_work_is_to_the_thesis_is_not_from_the_record(draft, connection):
    Page(draft, "works").press(tick=[21], do="use")
    client = client_of(draft.student)
    data = form_data(client.get(step_url(draft, "works"))) | {"works-0-relation": "IsVersionOf"}
    client.post(step_url(draft, "works"), data)
    (article,) = related(draft)
    assert (article.relation, article.orcid_source) == ("IsVersionOf", "Crossref")


def test_what_the_record_has_wrong_is_left_out_and_the_row_can_be_saved(draft):
    row = make_connection(draft.student)
    give(
        row,
        fundings=[
            funding(11, "T" * 300, number="9" * 101, funder="", url={"value": "https://bad address"}),
        ],
        works=[work(21, "W" * 600, doi="not a doi", year=1066, url={"value": "https://example.org/w"})],
    )
    Page(draft, "funding").press(tick=[11], do="use")
    Page(draft, "works").press(tick=[21], do="use")
    (grant,), (article,) = grants(draft), related(draft)
    assert (len(grant.award_title), grant.award_number, grant.award_url) == (255, "", "")
    assert (len(article.title), article.identifier, article.year) == (500, "", None)
    assert article.url == "https://example.org/w"
    client = client_of(draft.student)
    for step in ("funding", "works"):
        before = state_of(draft)
        page = client.get(step_url(draft, step))
        assert client.post(step_url(draft, step), form_data(page)).status_code == 302
        assert state_of(draft) == before


def test_our_own_works_on_the_record_are_not_offered(draft, settings):
    own = {"source-client-id": {"path": settings.ORCID_CLIENT_ID}, "source-name": {"value": "We"}}
    give(
        make_connection(draft.student), works=[work(1, "My first thesis", source=own), work(2, "An article")]
    )
    assert Page(draft, "works").offered == [2]


class TestManyWorks:
    """Three hundred works: pages and words to filter by, without scripts, and no tick is lost on the way."""

    @pytest.fixture
    def page(self, draft) -> Page:
        row = make_connection(draft.student)
        titles = ("Cliff" if number % 10 == 0 else "Other" for number in range(300))
        give(
            row,
            works=[
                work(number + 1, f"{title} {number}", doi=f"10.5555/{number}")
                for number, title in enumerate(titles)
            ],
        )
        return Page(draft, "works")

    def test_a_page_is_short_and_small(self, page):
        assert len(page.offered) == 20
        assert "300 works on your record, page 1 of 15" in words(page.response)
        assert len(page.response.content) < 100_000

    def test_ticks_stay_over_pages_filters_and_a_walk_elsewhere(self, draft, page):
        page.press(tick=[1, 2], p="2")
        assert "page 2 of 15" in words(page.response)
        assert "2 more are ticked on other pages." in words(page.response)
        page.press(tick=[21], q="cliff 100", do="filter")
        assert page.offered == [101]
        page.press(tick=[101], q="", do="filter")
        assert page.ticked == [1, 2]
        page.press(untick=[2], p="2")
        assert page.ticked == [21]
        page.client.get(step_url(draft, "thesis"))
        page.go("?pick=1&p=6")
        assert page.ticked == [101]
        response = page.press(do="use")
        assert "3 works were added" in response.content.decode()
        assert [one.title for one in related(draft)] == ["Cliff 0", "Cliff 20", "Cliff 100"]
        assert page.go("?pick=1").ticked == []

    def test_a_filter_without_a_hit_says_so_and_loses_nothing(self, page):
        page.press(tick=[1], q="zebra", do="filter")
        assert "Nothing on your record has these words." in words(page.response)
        assert "1 more is ticked on other pages." in words(page.response)
        page.press(q="", do="filter")
        assert page.ticked == [1]

    def test_enter_in_the_filter_filters(self, page):
        first = tree(page.response).xpath("//form[@method='post']//button")[0]
        assert (first.get("name"), first.get("value")) == ("do", "filter")

    def test_more_than_there_is_room_for_is_said_and_no_tick_is_lost(self, draft, page):
        for number in range(3):
            page.press(tick=page.offered, p=str(number + 2))
        response = page.press(do="use")
        assert f"You ticked 60, and there is room for {MOST} more. Untick some." in response.content.decode()
        assert related(draft) == []
        assert len(page.go("?pick=1").ticked) == 20

    def test_queries_do_not_grow_with_the_record(self, page, django_assert_max_num_queries):
        with django_assert_max_num_queries(25):
            page.go("?pick=1&p=3")


class TestAnotherPersonsRecord:
    """Somebody else was still signed in at ORCID; the student undoes it."""

    def taken(self, draft):
        Page(draft, "funding").press(tick=[11], do="use")
        Page(draft, "works").press(tick=[21], do="use")
        page = fresh(draft).page
        page.funding.add(ThesisFunding(funder_name="Typed"))
        page.save()

    def test_what_it_gave_goes_and_what_was_typed_stays(self, draft, connection):
        self.taken(draft)
        with TestCase.captureOnCommitCallbacks(execute=True):
            connections.disconnect(connection)
        page = fresh(draft).page
        assert [one.funder_name for one in page.funding.all()] == ["Typed"]
        assert list(page.related_works.all()) == []
        assert page.get_latest_revision_as_object().related_works.count() == 0

    def test_of_a_submitted_thesis_everything_stays_without_its_mark(self, draft, connection):
        self.taken(draft)
        Submission.objects.filter(pk=draft.pk).update(
            submitted_at=timezone.now(), status=Status.CHANGES_REQUESTED
        )
        Connection.objects.filter(pk=connection.pk).update(user=None)
        make_connection(draft.student)
        fill(Case.find(draft.uuid, draft.student))
        assert {(one.funder_name, one.orcid_source) for one in grants(draft)} == {
            ("EPSRC", ""),
            ("Typed", ""),
        }
        assert [one.orcid_source for one in related(draft)] == [""]


def test_nobody_else_and_nobody_at_the_wrong_time(draft, connection):
    submission = make_submission(Status.WITH_COMMITTEE)
    give(submission.student.orcid_connections.get(), fundings=[funding(11, "A", number="1")])
    before = state_of(submission)
    page = client_of(submission.student).get(step_url(submission, "funding", "?pick=1"))
    assert "You cannot change this now" in words(page)
    data = {"pick": "1", "do": "use", "shown": "11", "tick": "11"}
    assert client_of(submission.student).post(step_url(submission, "funding"), data).status_code == 409
    assert state_of(submission) == before
    assert client_of(submission.student).get(step_url(draft, "funding", "?pick=1")).status_code == 403


def test_the_orcid_step_says_what_can_be_chosen_and_reading_again_offers_more(draft, connection):
    Connection.objects.filter(pk=connection.pk).update(
        record_read_at=timezone.now() + dt.timedelta(seconds=1)
    )
    page = client_of(draft.student).get(step_url(draft, "orcid"))
    assert "2 grants, at Funding" in words(page)
    assert "3 works, at Articles and related works" in words(page)
    Page(draft, "funding").press(tick=[11, 12], do="use")
    page = client_of(draft.student).get(step_url(draft, "orcid"))
    assert "grants, at Funding" not in words(page)


def test_orcid_down_keeps_what_was_read_and_says_so(draft, connection, settings):
    settings.ORCID_API_URL = "http://127.0.0.1:9/v3.0"  # nobody listens
    Token.objects.create(connection=connection, access_token="good", scope="/read-limited", answer="{}")
    Connection.objects.filter(pk=connection.pk).update(record_read_at=timezone.now())
    client = client_of(draft.student)
    page = client.post(step_url(draft, "orcid"), {"do": "read"}, follow=True)
    assert "ORCID did not give us your record just now." in page.content.decode()
    assert "is kept and still offered to you" in page.content.decode()
    assert "2 grants, at Funding" in words(page)
