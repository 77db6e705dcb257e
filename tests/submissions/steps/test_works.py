"""Articles and related works by hand: optional, identifiers read and checked in words."""

import uuid

import pytest
from django.utils import timezone

from submissions.models import ThesisRelatedWork
from submissions.readiness import problems
from submissions.steps.works import MOST
from tests.factories import fresh, make_draft

from .pages import client_of, error_targets, errors, form_data, state_of, step_url, tree, words

pytestmark = pytest.mark.django_db

ARTICLE = {
    "relation": "HasPart",
    "title": "Soft cliffs in hard winters",
    "container": "Journal of Coasts",
    "year": "2024",
    "identifier_type": "doi",
    "identifier": "10.5555/cliffs",
    "url": "",
}


@pytest.fixture
def draft():
    return make_draft()


def get(submission, query="", client=None):
    return (client or client_of(submission.student)).get(step_url(submission, "works", query))


def send(submission, *works: dict, start: dict | None = None, client=None):
    data = dict(start or {"works-INITIAL_FORMS": "0"}) | {"works-TOTAL_FORMS": str(len(works))}
    for number, work in enumerate(works):
        data |= {f"works-{number}-{name}": value for name, value in work.items()}
        data.setdefault(f"works-{number}-key", str(uuid.uuid4()))
    return (client or client_of(submission.student)).post(step_url(submission, "works"), data)


def kept(submission) -> list[ThesisRelatedWork]:
    return list(fresh(submission).page.related_works.all())


def test_a_work_is_kept(draft):
    assert send(draft, ARTICLE, start=form_data(get(draft, "?more=1"))).url == step_url(draft, "committee")
    (work,) = kept(draft)
    assert {name: getattr(work, name) for name in ARTICLE} == ARTICLE | {"year": 2024}
    assert work.orcid_source == ""


def test_a_row_in_which_only_the_relation_stands_is_no_work(draft):
    page = get(draft, "?more=1")
    assert form_data(page)["works-0-relation"] == "HasPart"
    client_of(draft.student).post(step_url(draft, "works"), form_data(page))
    assert kept(draft) == []


def test_open_and_save_changes_nothing(draft):
    send(draft, ARTICLE, ARTICLE | {"identifier": "10.5555/second", "year": ""})
    before = state_of(draft)
    client_of(draft.student).post(step_url(draft, "works"), form_data(get(draft)))
    assert state_of(draft) == before


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"identifier": "https://doi.org/10.5555/Cliffs"}, ("doi", "10.5555/cliffs")),
        ({"identifier_type": "", "identifier": "doi:10.5555/cliffs"}, ("doi", "10.5555/cliffs")),
        ({"identifier_type": "isbn", "identifier": "ISBN 978-3-16-148410-0"}, ("isbn", "978-3-16-148410-0")),
        ({"identifier_type": "", "identifier": ""}, ("", "")),
    ],
)
def test_identifiers_are_read(draft, typed, expected):
    assert send(draft, ARTICLE | typed).status_code == 302
    assert [(work.identifier_type, work.identifier) for work in kept(draft)] == [expected]


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"identifier": "10.5555"}, "identifier", "This is not a whole DOI."),
        (
            {"identifier_type": "isbn", "identifier": "978-3-16-148410-1"},
            "identifier",
            "This is not an ISBN",
        ),
        ({"identifier_type": "issn", "identifier": "2049-3631"}, "identifier", "This is not an ISSN"),
        (
            {"identifier_type": "", "identifier": "12345"},
            "identifier",
            "We cannot tell what kind of identifier this is.",
        ),
        ({"identifier": ""}, "identifier", "Give the DOI, or choose “No identifier”."),
        ({"identifier_type": "nothing"}, "identifier_type", "Choose a kind from the list."),
        ({"relation": "Nothing"}, "relation", "Choose one from the list."),
        ({"year": "MMXX"}, "year", "Write the year with four digits"),
        ({"year": "20244"}, "year", "Please check the year: 20244 cannot be right."),
        ({"url": "not an address"}, "url", "The address of the work is not whole."),
        ({"title": "T" * 501}, "title", "The title has 501 letters, and we can keep 500."),
        ({"container": "C" * 256}, "container", "The name of the journal has 256 letters"),
    ],
)
def test_bad_input_is_said_and_kept_and_the_rest_is_saved(draft, change, field, said):
    client = client_of(draft.student)
    response = send(draft, ARTICLE | change, start=form_data(get(draft, "?more=1", client)), client=client)
    assert len(errors(response)) == 1
    assert said in errors(response)[0]
    assert error_targets(response) == [f"#id_works-0-{field}"]
    (work,) = kept(draft)
    others = {"relation", "title", "container", "year"} - {field}
    assert all(getattr(work, name) for name in others)
    again = get(draft, client=client)
    if field not in ("relation", "identifier_type"):  # a list cannot show what is not in it
        assert form_data(again)[f"works-0-{field}"] == change.get(field, "")
    assert said in errors(again)[0]


def test_next_year_is_fine_for_what_is_in_press(draft):
    year = str(timezone.localdate().year + 1)
    assert send(draft, ARTICLE | {"year": year}).status_code == 302


def test_a_kind_that_the_office_wrote_stays(draft):
    send(draft, ARTICLE)
    page = fresh(draft).page
    work = page.related_works.first()
    work.identifier_type, work.identifier = "bibcode", "2024JCst...1...1A"
    work.save()
    before = state_of(draft)
    assert client_of(draft.student).post(step_url(draft, "works"), form_data(get(draft))).status_code == 302
    assert state_of(draft) == before


def test_half_a_work_is_missing_something_at_the_review(draft):
    send(draft, ARTICLE | {"title": ""})
    (problem,) = problems(fresh(draft))
    assert (problem.step, problem.field) == ("works", f"{kept(draft)[0].key}-title")
    assert problem.sentence == "Give the title of the work 10.5555/cliffs, or take it off the list."


def test_as_many_as_there_may_be_fit_into_one_form(draft):
    send(draft, *(ARTICLE | {"identifier": f"10.5555/{number}"} for number in range(MOST)))
    assert len(kept(draft)) == MOST
    page = get(draft, "?more=1")
    response = client_of(draft.student).post(step_url(draft, "works"), form_data(page))
    assert response.status_code == 302
    assert "Save and type in a work" not in words(page)
    assert f"There is room for {MOST} works." in errors(send(draft, *[ARTICLE] * (MOST + 1)))[0]


def test_everything_stands_at_the_review(draft):
    send(draft, ARTICLE)
    page = words(client_of(draft.student).get(step_url(draft, "review")))
    assert "An article in this thesis Soft cliffs in hard winters" in page
    assert "Journal of Coasts, 2024, DOI 10.5555/cliffs" in page


def test_a_stored_row_is_folded_and_a_new_one_is_open(draft):
    send(draft, ARTICLE)
    page = tree(get(draft, "?more=1"))
    first, second = page.xpath("//fieldset[contains(@class, 'group')]")
    assert "Journal of Coasts, 2024, DOI 10.5555/cliffs" in " ".join(first.text_content().split())
    assert " ".join(first.xpath("legend")[0].text_content().split()) == "Work 1: Soft cliffs in hard winters"
    assert not first.xpath("legend//input")
    assert first.xpath(".//details//input[@type='text']")
    assert not second.xpath(".//details")


def test_the_title_of_a_kept_work_is_changed_on_the_page_as_a_browser_shows_it(draft):
    send(draft, ARTICLE)
    page = get(draft)
    names = tree(page).xpath("//form//*[@name]/@name")
    assert names.count("works-0-title") == 1
    ids = tree(page).xpath("//@id")
    assert len(ids) == len(set(ids))
    client_of(draft.student).post(
        step_url(draft, "works"), form_data(page) | {"works-0-title": "Hard cliffs in soft winters"}
    )
    assert [work.title for work in kept(draft)] == ["Hard cliffs in soft winters"]


@pytest.mark.parametrize("step", ["works", "funding", "committee"])
def test_a_list_is_not_sent_to_a_place_on_the_page(draft, step):
    """A form without an address is sent to the page's own, and browsers carry its ``#add`` on to the next step."""
    page = client_of(draft.student).get(step_url(draft, step, "?more=1"))
    (action,) = tree(page).xpath("//form[@method='post']/@action")
    assert action == step_url(draft, step)
