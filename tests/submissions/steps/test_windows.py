"""Two windows with one step: each saves what was changed in it, and nobody's words are written over unasked."""

import pytest

from submissions.models import Licence
from tests.factories import fresh, make_draft

from .pages import client_of, errors, form_data, step_url, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return make_draft()


class Window:
    """One window with a step, as it was when it was opened."""

    def __init__(self, draft, step: str) -> None:
        self.client, self.url = client_of(draft.student), step_url(draft, step)
        self.page = self.client.get(self.url)

    def save(self, **changes: str):
        self.page = self.client.post(self.url, form_data(self.page) | changes)
        return self.page


def test_each_window_saves_what_was_changed_in_it(draft) -> None:
    first, second = Window(draft, "thesis"), Window(draft, "thesis")
    assert first.save(title="A new title").status_code == 302
    assert second.save(abstract="A new abstract.\r\n\r\nTwo lines.").status_code == 302
    page = fresh(draft).page
    assert (page.title, page.abstract) == ("A new title", "A new abstract.\n\nTwo lines.")
    assert page.get_latest_revision_as_object().title == "A new title"


def test_a_field_that_both_changed_is_asked_about_with_both_texts(draft) -> None:
    first, second = Window(draft, "thesis"), Window(draft, "thesis")
    first.save(title="The <first> title")
    response = second.save(title="The second title", keywords="waves")
    (said,) = errors(response)
    assert "You changed this in another window too. There it says now: “The <first> title”." in said
    assert form_data(response)["title"] == "The second title"
    page = fresh(draft).page
    assert (page.title, page.keywords) == ("The <first> title", "waves")

    assert second.save().status_code == 302
    assert fresh(draft).page.title == "The second title"


def test_the_same_change_in_both_windows_is_no_question(draft) -> None:
    first, second = Window(draft, "thesis"), Window(draft, "thesis")
    first.save(title="The same")
    assert second.save(title="The same").status_code == 302


def test_emptied_in_one_window_and_changed_in_the_other(draft) -> None:
    first, second = Window(draft, "thesis"), Window(draft, "thesis")
    first.save(keywords="")
    assert "There it is empty now." in errors(second.save(keywords="waves"))[0]


def test_choices_are_named_by_their_words(draft) -> None:
    other = Licence.objects.filter(active=True).exclude(pk=draft.page.licence_id)
    first, second = Window(draft, "rights"), Window(draft, "rights")
    assert first.save(licence=str(other[0].pk)).status_code == 302
    response = second.save(licence=str(other[1].pk))
    assert len(errors(response)) == 1
    assert "You changed this in another window too." in words(response)
    assert other[0].name in errors(response)[0]
    assert fresh(draft).page.licence_id == other[0].pk


def test_dates_and_profile_too(draft) -> None:
    first, second = Window(draft, "thesis"), Window(draft, "thesis")
    first.save(defence_date="2026-01-02")
    second.save(title="Another")
    assert str(fresh(draft).page.defence_date) == "2026-01-02"
    first, second = Window(draft, "profile"), Window(draft, "profile")
    first.save(country="FR")
    second.save(education="PhD")
    profile = fresh(draft).profile
    assert (profile.country, profile.education) == ("FR", "PhD")


def test_the_committee_too(draft) -> None:
    first, second = Window(draft, "committee"), Window(draft, "committee")
    first.save(**{"members-0-given_name": "Corrected"})
    second.save(**{"members-0-affiliation": "Elsewhere"})
    member = fresh(draft).page.committee_members.first()
    assert (member.given_name, member.affiliation) == ("Corrected", "Elsewhere")

    first, second = Window(draft, "committee"), Window(draft, "committee")
    first.save(**{"members-0-email": "one@example.edu"})
    response = second.save(**{"members-0-email": "two@example.edu"})
    assert "There it says now: “one@example.edu”." in errors(response)[0]
    assert fresh(draft).page.committee_members.first().email == "one@example.edu"
    assert second.save().status_code == 302
    assert fresh(draft).page.committee_members.first().email == "two@example.edu"
