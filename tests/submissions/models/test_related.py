"""Related works in the page editor."""

import pytest
from lxml import html

from submissions.models import ThesisRelatedWork
from submissions.steps.identifiers import KINDS
from tests.editor import edit_url
from tests.factories import make_staff, make_submission

pytestmark = pytest.mark.django_db


def test_the_office_chooses_the_kind_of_an_identifier_from_the_list_of_students(client):
    submission = make_submission("published")
    page = submission.page.get_latest_revision_as_object()
    page.related_works = [
        ThesisRelatedWork(title="On Kelp", identifier_type="doi", identifier="10.5555/kelp"),
        ThesisRelatedWork(title="On Tides", identifier_type="shelfmark", identifier="QE 39"),
    ]
    page.save_revision()
    client.force_login(make_staff())
    editor = html.fromstring(client.get(edit_url(submission.page)).content.decode())
    chosen = {}
    for field in editor.xpath("//select[contains(@name, '-identifier_type')]"):
        offered = [option.get("value") for option in field.xpath("./option")]
        assert offered[: len(KINDS)] == [kind for kind, _ in KINDS]
        chosen[field.get("name")] = field.value
    assert chosen["related_works-0-identifier_type"] == "doi"
    assert chosen["related_works-1-identifier_type"] == "shelfmark"  # written before there was a list
    assert not editor.xpath("//input[contains(@name, '-identifier_type')]")
