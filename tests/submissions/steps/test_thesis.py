"""A draft takes what is valid, says what is not, and loses nothing."""

import datetime as dt

import pytest
from django.utils import timezone

from submissions.models import Status
from submissions.readiness import NO_LANGUAGE, NO_TITLE, SAME_LANGUAGE, problems
from tests.factories import fresh, make_connection, make_draft, make_submission

from .pages import client_of, error_targets, errors, form_data, state_of, step_url, tasks_url, tree, words

pytestmark = pytest.mark.django_db

FULL = {
    "title": "Tides",
    "subtitle": "And the moon",
    "abstract": "First.\r\n\r\nSecond.",
    "language": "de",
    "keywords": "sea\r\nmoon",
    "defence_date": "2026-03-05",
}


@pytest.fixture
def empty():
    return make_draft(complete=False)


def send(submission, data, **kwargs):
    return client_of(submission.student).post(step_url(submission, "thesis"), data, **kwargs)


def test_everything_is_kept(empty):
    response = send(empty, FULL | {"go": "next"})
    assert response.url == step_url(empty, "abstracts")
    page = fresh(empty).page
    assert (page.title, page.subtitle, page.language) == ("Tides", "And the moon", "de")
    assert page.abstract == "First.\n\nSecond."
    assert page.keyword_list == ["sea", "moon"]
    assert page.defence_date == dt.date(2026, 3, 5)
    assert page.get_latest_revision_as_object().title == "Tides"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"go": "later"}, "tasks"),
        ({"go": "next"}, "abstracts"),
        ({}, "abstracts"),
        ({"go": "next", "back": "review"}, "review"),
        ({"go": "next", "back": "https://elsewhere.example/"}, "abstracts"),
    ],
)
def test_the_button_says_where_to(empty, data, expected):
    response = send(empty, FULL | data)
    assert response.url == (tasks_url(empty) if expected == "tasks" else step_url(empty, expected))


def test_an_empty_form_is_a_fine_draft(empty):
    assert send(empty, dict.fromkeys(FULL, "")).status_code == 302


def test_open_and_save_changes_nothing():
    submission = make_draft()
    client = client_of(submission.student)
    before = state_of(submission)
    page = client.get(step_url(submission, "thesis"))
    assert state_of(submission) == before
    assert client.post(step_url(submission, "thesis"), form_data(page)).status_code == 302
    assert state_of(submission) == before


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "T" * 256, "has 256 letters, and we can keep 255. Move a part of it to the subtitle."),
        ("subtitle", "S" * 300, "The subtitle has 300 letters"),
        ("language", "xx", "Choose a language from the list."),
        ("defence_date", "05/03/2026", "Write it like 2026-03-05"),
        ("defence_date", "2026-02-30", "Write it like 2026-03-05"),
        ("defence_date", "1026-03-05", "Please check the year"),
        ("defence_date", "2999-01-01", "1 January 2999 is in the future"),
    ],
)
def test_one_bad_field_keeps_its_text_and_saves_the_others(empty, field, value, said):
    response = send(empty, FULL | {field: value})
    assert response.status_code == 200
    assert len(errors(response)) == 1
    assert said in errors(response)[0]
    assert error_targets(response) == [f"#id_{field}"]
    assert "We saved everything except the fields below." in words(response)
    at_field = tree(response).get_element_by_id(f"id_{field}_error").text_content()
    assert said in at_field
    if field != "language":  # a list cannot show what is not in it
        assert form_data(response)[field] == value
    page = fresh(empty).page
    assert not getattr(page, field)
    kept = {name: getattr(page, name) for name in FULL if name != field}
    assert all(kept.values())


def test_an_earlier_good_value_survives_a_bad_one():
    submission = make_draft()
    send(submission, FULL | {"title": "T" * 256})
    assert fresh(submission).page.title == "Tidal mixing in narrow fjords"


def test_today_is_a_day_on_which_one_can_have_defended(empty):
    send(empty, FULL | {"defence_date": timezone.localdate().isoformat()})
    assert fresh(empty).page.defence_date == timezone.localdate()


def test_a_date_in_words_is_read(empty):
    send(empty, FULL | {"defence_date": "5 March 2026"})
    assert fresh(empty).page.defence_date == dt.date(2026, 3, 5)


def test_the_browser_neither_cuts_nor_stops_what_is_typed(empty):
    page = tree(client_of(empty.student).get(step_url(empty, "thesis")))
    assert page.forms[0].get("novalidate") is not None
    assert page.xpath("//*[@maxlength or @required]") == []


def test_keywords_are_tidied_and_kept_in_order(empty):
    send(empty, FULL | {"keywords": " sea ;moon\r\n\r\nSea\r\n  wind,   waves "})
    assert fresh(empty).page.keyword_list == ["sea", "moon", "wind", "waves"]


def test_a_field_that_was_not_sent_is_left_alone():
    submission = make_draft()
    send(submission, {"title": "New"})
    page = fresh(submission).page
    assert (page.title, page.keywords) == ("New", "fjords\ntides")


def test_nothing_is_saved_when_it_is_not_the_students_turn_and_the_words_come_back():
    submission = make_submission(Status.WITH_COMMITTEE)
    before = state_of(submission)
    response = send(submission, FULL | {"abstract": "What I have just typed"})
    assert response.status_code == 409
    assert "Your committee is reading your thesis." in words(response)
    assert "What I have just typed" in words(response)
    assert state_of(submission) == before


def test_reading_it_then_says_why_it_is_closed():
    submission = make_submission(Status.IN_REVIEW)
    response = client_of(submission.student).get(step_url(submission, "thesis"))
    assert response.status_code == 200
    assert "You cannot change this now" in words(response)
    assert "The graduate school is checking your thesis." in words(response)


def test_keywords_of_the_orcid_record_are_offered_and_added():
    submission = make_draft(connected=False)
    keywords = {"keyword": [{"content": "Tides"}, {"content": "glaciers"}]}
    make_connection(submission.student, record={"person": {"keywords": keywords}})
    client = client_of(submission.student)
    page = client.get(step_url(submission, "thesis"))
    assert "From your ORCID record: glaciers Add these" in words(page)
    response = client.post(step_url(submission, "thesis"), form_data(page) | {"use_orcid": "keywords"})
    assert response.url == step_url(submission, "thesis")
    assert fresh(submission).page.keyword_list == ["fjords", "tides", "glaciers"]
    page = client.get(step_url(submission, "thesis"))
    (mark,) = tree(page).xpath("//*[@class='from-orcid']")
    assert " ".join(mark.text_content().split()) == (
        "From your ORCID record, added by an unnamed source: glaciers"
    )
    client.post(step_url(submission, "thesis"), form_data(page) | {"keywords": "fjords"})
    assert not tree(client.get(step_url(submission, "thesis"))).xpath("//*[@class='from-orcid']")


def test_a_keyword_of_the_record_with_commas_is_taken_apart_and_not_offered_again():
    submission = make_draft(connected=False)
    keywords = {"keyword": [{"content": 'glaciers, "sea ice"'}]}
    make_connection(submission.student, record={"person": {"keywords": keywords}})
    client = client_of(submission.student)
    url = step_url(submission, "thesis")
    client.post(url, form_data(client.get(url)) | {"use_orcid": "keywords"})
    assert fresh(submission).page.keyword_list == ["fjords", "tides", "glaciers", "sea ice"]
    page = client.get(url)
    assert "From your ORCID record: glaciers" not in words(page)
    (mark,) = tree(page).xpath("//*[@class='from-orcid']")
    assert "glaciers, sea ice" in mark.text_content()


# --- words that were refused ----------------------------------------------------------------------------------------


def test_a_refused_title_is_there_again_on_the_next_visit_until_it_is_mended():
    draft = make_draft()
    client = client_of(draft.student)
    url = step_url(draft, "thesis")
    long = "Tides " * 70
    client.post(url, form_data(client.get(url)) | {"title": long, "subtitle": "Kept", "go": "later"})
    page = client.get(url)
    assert form_data(page)["title"] == long
    assert "The title has 419 letters" in errors(page)[0]
    assert form_data(page)["subtitle"] == fresh(draft).page.subtitle == "Kept"
    assert client.post(url, form_data(page) | {"title": "Tides"}).status_code == 302
    page = client.get(url)
    assert form_data(page)["title"] == fresh(draft).page.title == "Tides"
    assert errors(page) == []


def test_keywords_are_parted_at_lines_commas_and_semicolons_alike_and_lose_their_quotes():
    draft = make_draft()
    client = client_of(draft.student)
    url = step_url(draft, "thesis")
    for typed, kept in (
        ("alpha, beta; gamma,", "alpha\nbeta\ngamma"),
        ('sea\r\nharbours, "urban ecology"', "sea\nharbours\nurban ecology"),
        ("„Ebbe“; “neap tides”, « marée »\r\n'sGravenhage; \"", "Ebbe\nneap tides\nmarée\n'sGravenhage"),
    ):
        client.post(url, form_data(client.get(url)) | {"keywords": typed})
        assert fresh(draft).page.keywords == kept


@pytest.mark.parametrize("title", ["\u200b\u200b", "\u2060\u00ad \u200e", "\ufeff"])
def test_a_title_that_nobody_can_see_is_no_title(title):
    draft = make_draft()
    client = client_of(draft.student)
    url = step_url(draft, "thesis")
    before = draft.page.title
    response = client.post(url, form_data(client.get(url)) | {"title": title})
    assert errors(response) == ["The title has no letters that can be seen. Type it anew."]
    assert fresh(draft).page.title == before


def test_a_title_pasted_from_two_lines_is_one_line():
    draft = make_draft()
    client = client_of(draft.student)
    url = step_url(draft, "thesis")
    client.post(url, form_data(client.get(url)) | {"title": "Tides\r\nand  winds\tin fjords"})
    assert fresh(draft).page.title == "Tides and winds in fjords"


# --- the title in another language ------------------------------------------------------------------------------------


def test_a_title_in_another_language_is_kept_with_its_language():
    draft = make_draft()
    data = {"translated_title": "Gezeitenmischung", "translated_title_language": "de"}
    assert send(draft, data).status_code == 302
    page = fresh(draft).page
    assert (page.translated_title, page.translated_title_language) == ("Gezeitenmischung", "de")
    assert page.get_latest_revision_as_object().translated_title == "Gezeitenmischung"
    review = words(client_of(draft.student).get(step_url(draft, "review")))
    assert "Title in another language Gezeitenmischung" in review
    assert "Language of that title German" in review


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"translated_title": "Gezeitenmischung"}, "translated_title_language", NO_LANGUAGE),
        ({"translated_title_language": "de"}, "translated_title", NO_TITLE),
    ],
)
def test_half_of_it_is_asked_about_at_once_and_kept_in_the_draft(data, field, sentence):
    draft = make_draft()
    client = client_of(draft.student)
    sent = form_data(client.get(step_url(draft, "thesis"))) | data
    response = client.post(step_url(draft, "thesis"), sent)
    assert (errors(response), error_targets(response)) == ([sentence], [f"#id_{field}"])
    kept = fresh(draft)
    assert {name: getattr(kept.page, name) for name in data} == data
    assert [(one.step, one.field, one.sentence) for one in problems(kept)] == [("thesis", field, sentence)]
    again = client.post(step_url(draft, "thesis"), form_data(response))
    assert errors(again) == [sentence]
    emptied = client.post(step_url(draft, "thesis"), form_data(again) | dict.fromkeys(data, ""))
    assert emptied.status_code == 302
    assert problems(fresh(draft)) == []


def test_a_second_title_that_is_refused_itself_is_not_called_missing():
    draft = make_draft()
    client = client_of(draft.student)
    data = {"translated_title": "T" * 256, "translated_title_language": "de"}
    response = client.post(step_url(draft, "thesis"), form_data(client.get(step_url(draft, "thesis"))) | data)
    assert len(errors(response)) == 1
    assert "256 letters" in errors(response)[0]


@pytest.mark.parametrize(
    "data",
    [
        {"translated_title": "Tides", "translated_title_language": "en"},
        {"translated_title": "Tides", "translated_title_language": "de", "language": "de"},
    ],
)
def test_both_titles_in_one_language_are_asked_about(data):
    draft = make_draft()
    client = client_of(draft.student)
    response = client.post(step_url(draft, "thesis"), form_data(client.get(step_url(draft, "thesis"))) | data)
    assert errors(response) == [SAME_LANGUAGE]
    assert error_targets(response) == ["#id_translated_title_language"]
    assert form_data(response)["translated_title_language"] == data["translated_title_language"]
    page = fresh(draft).page
    assert (page.translated_title, page.translated_title_language) == ("Tides", "")


def test_the_language_of_the_thesis_that_becomes_the_others_is_missing_something_at_the_review():
    draft = make_draft()
    send(draft, {"translated_title": "Gezeiten", "translated_title_language": "de"})
    draft = fresh(draft)
    draft.page.language = "de"
    assert [problem.sentence for problem in problems(draft)] == [SAME_LANGUAGE]
