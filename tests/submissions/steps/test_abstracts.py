"""The abstract in other languages: optional, each with its language, and shown wherever the thesis is."""

import uuid

import pytest

from submissions.drafts import save_draft
from submissions.models import ThesisAbstract
from submissions.readiness import problems
from submissions.steps.abstracts import MOST
from tests.factories import fresh, make_draft

from .pages import client_of, error_targets, errors, form_data, step_url, words

pytestmark = pytest.mark.django_db

NORWEGIAN = {"language": "nb", "text": "Der fjorden smalner,\r\n\r\ngjør tidevannet arbeidet."}


@pytest.fixture
def draft():
    return make_draft()


def get(submission, query="", client=None):
    return (client or client_of(submission.student)).get(step_url(submission, "abstracts", query))


def send(submission, *rows: dict, client=None):
    data = {"abstracts-INITIAL_FORMS": "0", "abstracts-TOTAL_FORMS": str(len(rows))}
    for number, row in enumerate(rows):
        data |= {f"abstracts-{number}-{name}": value for name, value in row.items()}
        data[f"abstracts-{number}-key"] = str(uuid.uuid4())
    return (client or client_of(submission.student)).post(step_url(submission, "abstracts"), data)


def kept(submission) -> list[tuple[str, str]]:
    return [(row.language, row.text) for row in fresh(submission).page.other_abstracts.all()]


def test_an_abstract_is_kept_with_its_paragraphs_and_shown_at_the_review(draft):
    assert send(draft, NORWEGIAN).url == step_url(draft, "funding")
    assert kept(draft) == [("nb", "Der fjorden smalner,\n\ngjør tidevannet arbeidet.")]
    assert problems(fresh(draft)) == []
    page = words(client_of(draft.student).get(step_url(draft, "review")))
    assert "Abstract in Norwegian Bokmål Der fjorden smalner" in page


def test_none_is_fine_and_open_and_save_changes_nothing(draft):
    assert send(draft).status_code == 302
    send(draft, NORWEGIAN, {"language": "es", "text": "Resumen."})
    before = kept(draft)
    client_of(draft.student).post(step_url(draft, "abstracts"), form_data(get(draft)))
    assert kept(draft) == before


def test_one_comes_off_the_list(draft):
    send(draft, NORWEGIAN)
    key = str(fresh(draft).page.other_abstracts.get().key)
    client_of(draft.student).post(step_url(draft, "abstracts"), form_data(get(draft)) | {"remove": key})
    assert kept(draft) == []


@pytest.mark.parametrize(
    ("row", "field", "sentence"),
    [
        ({"language": "", "text": "Words."}, "language", "in which language"),
        ({"language": "nb", "text": ""}, "text", "Write the abstract in Norwegian Bokmål"),
        ({"language": "en", "text": "Words."}, "language", "in which language"),
    ],
)
def test_half_of_one_is_kept_and_stands_in_the_way_of_sending(draft, row, field, sentence):
    assert send(draft, row).status_code == (302 if field == "text" else 200)
    (problem,) = problems(fresh(draft))
    child = fresh(draft).page.other_abstracts.get()
    assert (problem.step, problem.field) == ("abstracts", f"{child.key}-{field}")
    assert sentence in problem.sentence


def test_a_language_that_is_none_is_refused_at_its_field(draft):
    answer = send(draft, {"language": "tlh", "text": "Words."})
    assert errors(answer) == ["Choose a language from the list."]
    assert error_targets(answer) == ["#id_abstracts-0-language"]
    assert kept(draft) == [("", "Words.")]


@pytest.mark.parametrize(
    ("rows", "target", "sentence"),
    [
        ([{"language": "", "text": "Words."}], 0, "Say in which language this abstract is"),
        ([{"language": "en", "text": "Words."}], 0, "Your thesis is in English"),
        ([NORWEGIAN, {"language": "nb", "text": "Words."}], 1, "Two abstracts are in Norwegian Bokmål"),
    ],
)
def test_a_language_that_cannot_be_is_said_at_its_field_at_once_and_what_was_typed_stays(
    draft, rows, target, sentence
):
    student = client_of(draft.student)
    answer = send(draft, *rows, client=student)
    (said,) = errors(answer)
    assert sentence in said
    assert error_targets(answer) == [f"#id_abstracts-{target}-language"]
    typed = form_data(answer)
    assert typed[f"abstracts-{target}-language"] == rows[-1]["language"]
    assert typed[f"abstracts-{target}-text"] == "Words."
    assert kept(draft)[-1] == ("", "Words.")
    again = form_data(get(draft, client=student))
    assert again[f"abstracts-{target}-language"] == rows[-1]["language"]


def test_of_two_in_one_language_either_can_come_off(draft):
    send(draft, NORWEGIAN, {"language": "es", "text": "Resumen."})
    typed = form_data(get(draft)) | {"abstracts-1-language": "nb"}
    answer = client_of(draft.student).post(
        step_url(draft, "abstracts"), typed | {"remove": typed["abstracts-0-key"]}
    )
    assert answer.status_code == 302
    assert kept(draft) == [("nb", "Resumen.")]
    assert errors(get(draft)) == []


def test_there_is_room_for_many_and_not_for_more(draft):
    answer = send(draft, *[{"language": "nb", "text": str(number)} for number in range(MOST + 1)])
    assert f"There is room for {MOST} abstracts." in words(answer)


def test_the_revision_that_others_read_has_it(draft):
    page = fresh(draft).page
    page.other_abstracts = [ThesisAbstract(language="nb", text="Tidevann.")]
    save_draft(page, user=draft.student)
    assert fresh(draft).page.get_latest_revision_as_object().other_abstracts.get().text == "Tidevann."
