"""Control characters that come along with what is pasted are not stored, whichever way a text comes in."""

import pytest

from submissions.metadata.crosswalks.text import clean
from submissions.models import Programme, Status
from submissions.typed_texts import TYPED
from tests.editor import edit_url, editor_form
from tests.factories import fresh, make_draft, make_staff, make_submission
from tests.records import CONTROLS

from .steps.pages import client_of, step_url

pytestmark = pytest.mark.django_db
NUL = "\x00"
SEEN = "".join(char for char in CONTROLS if char not in "\ud800\udfff\x0b\x0c")  # what a browser can send


def test_a_student_pastes_them(client):
    submission = make_draft(complete=False)
    data = {
        "title": f"Ti{SEEN}des",
        "subtitle": f"{NUL}And the moon",
        "abstract": f"First{SEEN}.\r\n\r\nSecond.",
        "keywords": f"s{SEEN}ea\r\n{NUL}\r\nmoon",
        "go": "next",
    }
    answer = client_of(submission.student).post(step_url(submission, "thesis"), data)
    assert answer.status_code == 302
    page = fresh(submission).page
    for told in (page, page.get_latest_revision_as_object()):
        assert (told.title, told.subtitle) == ("Tides", "And the moon")
        assert told.abstract == "First.\n\nSecond."
        assert told.keyword_list == ["sea", "moon"]


def test_a_name_has_none(client):
    submission = make_draft(complete=False)
    data = {"author_given": "Jo\x01siah", "author_family": "Carb\x1ferry"}
    client_of(submission.student).post(step_url(submission, "profile"), data)
    assert fresh(submission).page.author_name == "Josiah Carberry"


def test_nul_is_refused_in_words_where_it_is_not_taken_out(client):
    """PostgreSQL takes none; the forms of Django say so before it is asked."""
    submission = make_submission(Status.WITH_COMMITTEE)
    client.force_login(make_staff())
    data = editor_form(client, submission.page) | {"title": f"Ti{NUL}des"}
    answer = client.post(edit_url(submission.page), data)
    assert "Null characters are not allowed" in answer.content.decode()


def test_staff_paste_them_into_the_editor(client):
    submission = make_submission(Status.PUBLISHED)
    client.force_login(make_staff())
    data = editor_form(client, submission.page)
    data |= {"title": "Ti\x01des", "committee_members-0-family_name": "Rea\x1fder"}
    client.post(edit_url(submission.page), data | {"action-publish-correction": "1"})
    page = fresh(submission).page
    assert page.title == "Tides"
    assert page.committee_members.first().family_name == "Reader"


@pytest.mark.parametrize("model", TYPED, ids=lambda model: model.__name__)
def test_every_model_of_the_table_has_texts(model):
    assert any(
        field.get_internal_type() in ("CharField", "TextField") for field in model._meta.concrete_fields
    )


def test_what_is_deferred_is_not_asked_for(django_assert_num_queries):
    programme = Programme.objects.create(name="Ocean\x01ography", department=" Sea \x00")
    assert (programme.name, programme.department) == ("Oceanography", "Sea")
    half = Programme.objects.only("name").get(pk=programme.pk)
    with django_assert_num_queries(1):
        half.save()
    assert clean(half.department) == "Sea"
