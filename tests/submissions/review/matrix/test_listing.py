"""The list of the matrix: its order, filters, search, exports, and how often it asks the database."""

import csv
import io
import itertools

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orcid_workflow.models import OrcidItem
from submissions.models import Delivery, PackageTaken, Programme, Status, Submission
from tests.factories import make_connection, make_submission

from .conftest import PLACES, make_delivery, retitled, text

State = Delivery.State
LIST = "deliveries:index"


@pytest.fixture
def three(thesis, settings) -> dict[str, Submission]:
    """Three public theses: Kelp is delivered, Fjords needs attention, Tides has an alarm at the second place."""
    settings.ETD_TARGETS = {}
    kelp, fjords, tides = thesis, make_submission(Status.PUBLISHED), make_submission(Status.PUBLISHED)
    settings.ETD_TARGETS = PLACES
    named = {
        name: retitled(case, name) for name, case in (("Kelp", kelp), ("Fjords", fjords), ("Tides", tides))
    }
    OrcidItem.objects.all().delete()
    make_delivery(named["Kelp"], remote_id="20.500.1/77")
    make_delivery(
        named["Fjords"], state=State.NEEDS_ATTENTION, sent_wish="", reason="The repository wants a subject."
    )
    make_delivery(named["Tides"], "doi", alarms=["The name of the author is not “Mary Müller”."])
    return named


def shown(answer) -> list[str]:
    """The titles in the order of the rows."""
    return [str(row) for row in answer.context["object_list"]]


def test_what_somebody_should_look_at_stands_first(desk, three):
    assert shown(desk.get(reverse(LIST))) == ["Tides", "Fjords", "Kelp"]


def test_a_cell_says_its_state_in_words_with_an_icon_and_leads_to_the_page(desk, three):
    page = text(desk.get(reverse(LIST)))
    for words, icon in (
        ("Delivered", "circle-check"),
        ("Needs attention", "warning"),
        ("Differs there", "error"),
    ):
        assert f'#icon-{icon}"></use></svg><span>{words}</span>' in " ".join(page.split()).replace(
            "> <", "><"
        )
    assert "The repository wants a subject." in page
    assert f"{reverse('deliveries:thesis', args=[three['Fjords'].pk])}#repository" in page
    assert "University repository" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"target": "repository"}, {"Kelp", "Fjords"}),
        ({"target": "doi"}, {"Tides"}),
        ({"target": "doi", "state": "none"}, {"Kelp", "Fjords"}),
        ({"state": "needs_attention"}, {"Fjords"}),
        ({"state": ["needs_attention", "done"], "target": "repository"}, {"Kelp", "Fjords"}),
        # Both are asked of one cell: the alarm of Tides is at the other place.
        ({"target": "repository", "trouble": "alarm"}, set()),
        ({"trouble": "alarm"}, {"Tides"}),
        ({"trouble": "attention"}, {"Fjords"}),
        ({"trouble": "either"}, {"Tides", "Fjords"}),
        ({"state": "done", "trouble": "alarm"}, {"Tides"}),
        ({"target": "packages", "state": "none"}, {"Kelp", "Fjords", "Tides"}),
        ({"target": "orcid-work"}, set()),
        ({"q": "kel"}, {"Kelp"}),
        ({"q": "20.500.1/77"}, {"Kelp"}),
    ],
)
def test_filters_and_search(desk, three, query, expected):
    assert set(shown(desk.get(reverse("deliveries:index_results"), query))) == expected


def test_found_by_reference_term_and_programme(desk, three):
    kelp = three["Kelp"]
    other = Programme.objects.exclude(pk=kelp.programme_id).first()
    Submission.objects.filter(pk=kelp.pk).update(programme=other)
    results = reverse("deliveries:index_results")
    assert shown(desk.get(results, {"q": kelp.reference})) == ["Kelp"]
    assert shown(desk.get(results, {"programme": other.pk})) == ["Kelp"]
    assert len(shown(desk.get(results, {"term": kelp.term_id}))) == 3


def at_orcid(case: Submission, **values) -> OrcidItem:
    whose = values.pop("connection", None) or make_connection()
    return OrcidItem.objects.create(
        **{
            "connection": whose,
            "environment": whose.environment,
            "orcid": whose.orcid,
            "kind": "work",
            "key": str(case.uuid),
            "state": OrcidItem.State.SENT,
        }
        | values
    )


def test_orcid_items_and_packages_have_columns(desk, three):
    item = at_orcid(three["Kelp"], state=OrcidItem.State.NEEDS_ATTENTION, reason="Ask the office.")
    at_orcid(three["Fjords"], kind="education")
    at_orcid(three["Tides"], connection=make_connection(environment="elsewhere"))
    PackageTaken.objects.create(submission=three["Tides"], kind="bagit", taken_by="A. Archivist")
    results = reverse("deliveries:index_results")
    for query, expected in (
        ({"target": "orcid-work", "state": "needs_attention"}, ["Kelp"]),
        ({"target": "orcid-degree", "state": "done"}, ["Fjords"]),
        ({"target": "packages", "state": "done"}, ["Tides"]),
        ({"trouble": "attention"}, ["Fjords", "Kelp"]),
    ):
        assert sorted(shown(desk.get(results, query))) == expected, query
    rows = {str(row): row.cells for row in desk.get(results).context["object_list"]}
    assert rows["Kelp"]["orcid-work"].source == item
    assert rows["Tides"]["orcid-work"].source is None
    assert rows["Tides"]["packages"].reason == "BagIt, by A. Archivist"


def test_of_two_items_the_one_on_the_authors_own_record_counts(desk, three):
    case = three["Kelp"]
    mine = at_orcid(case, connection=case.author_connection, state=OrcidItem.State.WAITING)
    at_orcid(case, put_code=12)
    row = next(row for row in desk.get(reverse(LIST)).context["object_list"] if row == case)
    assert row.cells["orcid-work"].source == mine


def test_the_list_asks_the_database_as_often_for_four_as_for_one(desk, settings):
    asked = []
    for count in (1, 3):
        settings.ETD_TARGETS = {}
        for _ in range(count):
            case = make_submission(Status.PUBLISHED)
            make_delivery(case)
            make_delivery(case, "doi")
            PackageTaken.objects.create(submission=case, kind="bagit")
        settings.ETD_TARGETS = PLACES
        desk.get(reverse(LIST))  # what is asked once in the life of a process
        with CaptureQueriesContext(connection) as queries:
            page = desk.get(reverse(LIST))
        asked.append(len(queries))
    assert len(page.context["object_list"]) == 4
    assert asked[0] == asked[1] <= 26


def test_files_hold_each_cell_and_no_secret(desk, three, django_assert_max_num_queries):
    retitled(three["Kelp"], "=cmd()")
    with django_assert_max_num_queries(14):
        page = text(desk.get(reverse(LIST), {"export": "csv"}))
    lines = list(csv.DictReader(io.StringIO(page)))
    assert [line["Title"] for line in lines] == ["Tides", "Fjords", "'=cmd()"]
    assert lines[0]["DOI at DataCite: state"] == "Differs there"
    assert "Mary Müller" in lines[0]["DOI at DataCite: reason"]
    assert lines[2]["University repository: identifier there"] == "20.500.1/77"
    assert "s3cret" not in page
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(desk.get(reverse(LIST), {"export": "xlsx"}).streaming_content))
    )
    sheet = list(book.active.values)
    assert [row[2] for row in sheet] == ["Title", "Tides", "Fjords", "=cmd()"]


def test_a_file_is_made_in_pieces(desk, three, monkeypatch):
    from submissions.review.matrix import listing

    monkeypatch.setattr(listing, "PIECE", 2)
    rows = listing.in_pieces(listing.theses().order_by("pk"))
    assert [bool(row.cells) for row in itertools.islice(rows, 5)] == [True, True, True]


def test_drafts_are_not_listed_and_approved_theses_are(desk, three, settings):
    settings.ETD_TARGETS = {}
    make_submission(Status.DRAFT)
    approved = make_submission(Status.APPROVED)
    found = desk.get(reverse(LIST)).context["object_list"]
    assert approved in found
    assert len(found) == 4


def test_without_places_the_list_says_where_they_are_set(desk, thesis, settings):
    settings.ETD_TARGETS = {}
    page = text(desk.get(reverse(LIST)))
    assert "ETD_TARGETS" in page
    assert "Send again" not in page


def test_an_empty_list_says_what_will_be_here(desk):
    assert "Theses appear here when they are approved" in text(desk.get(reverse(LIST)))


def test_a_place_with_wrong_settings_is_named_with_what_is_wrong(desk, thesis, settings):
    settings.ETD_TARGETS = {"archive": {"kind": "dspaec", "secret": "s3cret"}}
    page = text(desk.get(reverse(LIST)))
    assert "archive" in page
    assert "dspaec" in page
    assert "s3cret" not in page


def test_the_number_on_the_admins_home(desk, three):
    page = " ".join(text(desk.get(reverse("wagtailadmin_home"))).split())
    assert "<span>2</span> deliveries need a look, 1 with an alarm" in page
    Delivery.objects.update(alarms=[], state=State.DONE)
    assert "need a look" not in text(desk.get(reverse("wagtailadmin_home")))


def test_who_may_look(enter, thesis):
    assert enter("registrar").get(reverse(LIST)).status_code == 200
    for client in (enter(""), enter()):
        expected = 200 if client.user.groups.exists() else 302
        assert client.get(reverse(LIST)).status_code == expected


def test_the_registrar_sees_no_bar(enter, thesis):
    assert "Send again" not in text(enter("registrar").get(reverse(LIST)))
    assert "Send again" in text(enter("staff").get(reverse(LIST)))


def test_the_menu_leads_here_for_the_office(enter, thesis):
    assert reverse(LIST) in text(enter("staff").get(reverse("wagtailadmin_home")))
