"""The profile: typed, offered from ORCID, marked, and never forced."""

import pytest

from submissions.models import Submission
from tests.factories import fresh, make_connection, make_draft

from .pages import client_of, errors, form_data, state_of, step_url, tree, words

pytestmark = pytest.mark.django_db

RECORD = {
    "person": {
        "name": {"given-names": {"value": "Ada"}, "family-name": {"value": "Byron"}},
        "other-names": {"other-name": [{"content": "A. A. King"}, {"content": "A. Lovelace"}]},
        "emails": {
            "email": [
                {"email": "unproved@example.org", "verified": False},
                {"email": "ada@example.org", "verified": True},
            ]
        },
        "addresses": {"address": [{"country": {"value": "GB"}}]},
        "keywords": {"keyword": [{"content": "engines"}, {"content": "notes"}]},
        "researcher-urls": {
            "researcher-url": [
                {"url-name": "Home", "url": {"value": "https://ada.example.org/a,b;c"}},
                {"url-name": "Not whole", "url": {"value": "https://no_such host"}},
                {"url-name": "Notes", "url": {"value": "HTTP://Notes.example.org"}},
            ]
        },
    }
}
WEBSITES = "https://ada.example.org/a,b;c\nhttp://Notes.example.org"


@pytest.fixture
def submission():
    """A draft whose author has connected an iD with a full record, and typed nothing."""
    draft = make_draft(complete=False, connected=False)
    make_connection(draft.student, record=RECORD)
    return draft


def get(submission):
    return client_of(submission.student).get(step_url(submission, "profile"))


def send(submission, **changes):
    data = form_data(get(submission)) | changes
    return client_of(submission.student).post(step_url(submission, "profile"), data)


def field(response, name):
    """The block of one field."""
    return tree(response).xpath(f"//*[@id='id_{name}']/ancestor::div[contains(@class, 'field')][1]")[0]


def test_open_and_save_changes_nothing():
    submission = make_draft()
    before = state_of(submission)
    assert send(submission).status_code == 302
    assert state_of(submission) == before


def test_looking_at_the_page_fills_nothing_in(submission):
    before = state_of(submission)
    get(submission)
    assert state_of(submission) == before


def test_each_value_of_the_record_is_offered_at_its_field(submission):
    page = get(submission)
    offered = {
        button.get("value"): button.getparent().text_content()
        for button in tree(page).xpath("//button[@name='use_orcid']")
    }
    assert set(offered) == {
        "all",
        "author_given",
        "author_family",
        "other_names",
        "contact_email",
        "country",
        "research_keywords",
        "websites",
    }
    assert "From your ORCID record: ada@example.org" in offered["contact_email"]
    assert "United Kingdom" in offered["country"]
    assert "unproved@example.org" not in page.text


def test_use_this_takes_one_value_and_keeps_what_else_was_typed(submission):
    response = send(submission, use_orcid="contact_email", education="A programme typed by hand")
    assert response.url == step_url(submission, "profile")
    profile = fresh(submission).profile
    assert profile.contact_email == "ada@example.org"
    assert profile.education == "A programme typed by hand"
    orcid = submission.student.orcid_connections.get().orcid
    assert profile.country == ""
    assert profile.from_orcid == {
        "contact_email": "ada@example.org",
        "_orcid": orcid,
        "_stated_by": {"contact_email": "an unnamed source"},
    }


def affiliation(role: str, organisation: str, source: dict | None = None) -> dict:
    """An education as ``/record`` has it."""
    entry = {"role-title": role, "organization": {"name": organisation}, "source": source}
    return {"summaries": [{"education-summary": entry}]}


class TestAChoice:
    """Two educations go on: nothing is filled in, both are offered, each with who stated it."""

    BY_UNIVERSITY = {"source-client-id": {"path": "APP-1"}, "source-name": {"value": "New University"}}

    @pytest.fixture
    def submission(self):
        draft = make_draft(complete=False, connected=False)
        connection = make_connection(draft.student)
        by_hand = {"source-orcid": {"path": connection.orcid}, "source-name": {"value": "Ada"}}
        groups = [
            affiliation("PhD, part = time", "New University", self.BY_UNIVERSITY),
            affiliation("LLM", "Other University", by_hand),
        ]
        connection.record = {
            "orcid-identifier": {"path": connection.orcid},
            "activities-summary": {"educations": {"affiliation-group": groups}},
        }
        connection.save()
        return draft

    def test_both_are_offered_with_their_source_and_everything_takes_neither(self, submission):
        page = get(submission)
        said = " ".join(field(page, "education").text_content().split())
        assert "PhD, part = time, New University, added by New University Use this" in said
        assert "LLM, Other University, added by yourself Use this" in said
        assert 'value="all"' not in page.text
        send(submission, use_orcid="all")
        assert fresh(submission).profile.education == ""

    @pytest.mark.parametrize(
        ("number", "value", "source"),
        [
            (0, "PhD, part = time, New University", "New University"),
            (1, "LLM, Other University", "yourself"),
        ],
    )
    def test_the_one_that_was_chosen_is_taken_and_marked(self, submission, number, value, source):
        buttons = tree(get(submission)).xpath("//button[@name='use_orcid']/@value")
        send(submission, use_orcid=buttons[number])
        assert fresh(submission).profile.education == value
        (mark,) = field(get(submission), "education").xpath(".//*[@class='from-orcid']")
        assert " ".join(mark.text_content().split()) == f"From your ORCID record, added by {source}"
        review = words(client_of(submission.student).get(step_url(submission, "review")))
        assert f"{value} From your ORCID record, added by {source}" in review
        send(submission, education="Something else")
        assert not field(get(submission), "education").xpath(".//*[@class='from-orcid']")

    def test_the_name_of_a_field_alone_chooses_none(self, submission):
        send(submission, use_orcid="education")
        assert fresh(submission).profile.education == ""


class TestEverything:
    """The button for everything fills what is empty, and says what."""

    def press(self, submission, **typed):
        client = client_of(submission.student)
        page = client.get(step_url(submission, "profile"))
        client.post(step_url(submission, "profile"), form_data(page) | typed | {"use_orcid": "all"})
        return client.get(step_url(submission, "profile"))

    def test_it_fills_empty_fields_and_says_which(self, submission):
        page = self.press(submission, author_given="", author_family="")
        submission = fresh(submission)
        assert (submission.page.author_given, submission.page.author_family) == ("Ada", "Byron")
        assert submission.page.get_latest_revision_as_object().author_given == "Ada"
        assert submission.profile.other_names == "A. A. King; A. Lovelace"
        assert submission.profile.research_keywords == "engines\nnotes"
        assert submission.profile.websites == WEBSITES
        assert "use_orcid" not in page.text
        assert (
            "From your ORCID record we filled in: Given name, Family name, Other names you publish under, "
            "E-mail address after graduation, Country where you live, Research interests, "
            "Your websites." in page.text
        )

    def test_it_never_replaces_what_was_typed_saved_or_not(self, submission):
        send(submission, contact_email="own@example.org")
        page = self.press(submission, research_keywords="cliffs", author_given="Augusta", author_family="")
        submission = fresh(submission)
        assert submission.profile.contact_email == "own@example.org"
        assert submission.profile.research_keywords == "cliffs"
        assert (submission.page.author_given, submission.page.author_family) == ("Augusta", "")
        assert submission.profile.country == "GB"
        assert 'value="all"' not in page.text
        assert set(tree(page).xpath("//button[@name='use_orcid']/@value")) == {
            "author_given",
            "author_family",
            "contact_email",
            "research_keywords",
        }


def test_an_offer_that_is_not_there_takes_nothing(submission):
    send(submission, use_orcid="employment")
    assert fresh(submission).profile.from_orcid == {}


def test_the_mark_stands_until_the_value_differs(submission):
    send(submission, use_orcid="contact_email")
    assert "From your ORCID record" in field(get(submission), "contact_email").text_content()
    assert field(get(submission), "contact_email").xpath(".//*[@class='from-orcid']")
    send(submission, contact_email="other@example.org")
    assert not field(get(submission), "contact_email").xpath(".//*[@class='from-orcid']")
    assert fresh(submission).profile.contact_email == "other@example.org"


def test_a_bad_address_is_said_and_the_rest_kept(submission):
    response = send(submission, contact_email="ada at example", country="FR")
    assert errors(response) == [
        "Your address after graduation is not complete. It should look like name@example.org."
    ]
    assert form_data(response)["contact_email"] == "ada at example"
    profile = fresh(submission).profile
    assert (profile.contact_email, profile.country) == ("", "FR")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("author_given", "A" * 101, "has 101 letters, and we can keep 100"),
        ("author_family", "A" * 101, "has 101 letters, and we can keep 100"),
        ("other_names", "A" * 301, "has 301 letters, and we can keep 300"),
        ("education", "A" * 301, "has 301 letters, and we can keep 300"),
        ("employment", "A" * 301, "has 301 letters, and we can keep 300"),
        ("contact_email", "a" * 250 + "@example.org", "has 262 letters"),
        ("country", "ZZ", "Choose a country from the list."),
    ],
)
def test_what_is_too_long_or_unknown_is_said(submission, name, value, said):
    response = send(submission, **{name: value})
    assert len(errors(response)) >= 1
    assert said in " ".join(errors(response))


def test_a_person_with_one_name_and_no_record_can_go_on():
    draft = make_draft(complete=False, connected=False)
    response = send(draft, author_given="Suharti", author_family="")
    assert response.url == step_url(draft, "thesis")
    assert fresh(draft).page.author_name == "Suharti"
    assert "connect your ORCID iD" in words(get(draft))


def test_the_first_button_saves_and_takes_nothing(submission):
    """The Enter key presses the first button of a form."""
    first = tree(get(submission)).forms[0].xpath(".//button")[0]
    assert (first.get("name"), first.get("value")) == ("go", "next")


def test_null_characters_are_refused_in_words(submission):
    response = send(submission, education="a\x00b")
    assert len(errors(response)) == 1
    assert Submission.objects.count() == 1


class TestWebsites:
    """Addresses under which the student wants to be found, one a line."""

    def test_they_are_taken_from_the_record_and_marked_until_they_differ(self, submission):
        assert not field(get(submission), "websites").xpath(".//*[@class='from-orcid']")
        send(submission, use_orcid="websites")
        assert fresh(submission).profile.websites == WEBSITES
        assert field(get(submission), "websites").xpath(".//*[@class='from-orcid']")
        review = tree(client_of(submission.student).get(step_url(submission, "review")))
        (answer,) = review.xpath("//dt[text()='Your websites']/../dd[1]")
        said = [" ".join(text.split()) for text in answer.itertext() if text.strip()]
        assert said[:2] == WEBSITES.split()
        assert said[2].startswith("From your ORCID record")
        send(submission, websites="https://ada.example.org/")
        assert not field(get(submission), "websites").xpath(".//*[@class='from-orcid']")

    def test_the_mark_stands_also_on_a_page_with_something_wrong(self, submission):
        """A browser sends its own line ends."""
        send(submission, use_orcid="websites")
        page = send(submission, contact_email="ada at example")
        assert errors(page)
        assert field(page, "websites").xpath(".//*[@class='from-orcid']")

    def test_what_was_typed_is_brought_in_form(self, submission):
        typed = " ada.example.org/notes \r\n\r\nhttps://ada.example.org/x,y;z HTTPS://ada.example.org/x,y;z"
        assert send(submission, websites=typed).status_code == 302
        assert fresh(submission).profile.websites == (
            "https://ada.example.org/notes\nhttps://ada.example.org/x,y;z"
        )

    @pytest.mark.parametrize(
        "address",
        ["javascript:alert(1)", "ftp://example.org/", "nowhere", "https://", "mailto:a@example.org"],
    )
    def test_what_is_no_address_is_named_and_nothing_lost(self, submission, address):
        typed = f"https://ada.example.org/\r\n{address}"
        page = send(submission, websites=typed, country="FR")
        assert errors(page) == [
            f"“{address}” is not a whole web address. One looks like https://example.org/page"
        ]
        assert form_data(page)["websites"] == typed
        assert (fresh(submission).profile.websites, fresh(submission).profile.country) == ("", "FR")

    def test_each_one_that_is_wrong_is_said(self, submission):
        page = send(submission, websites="one\ntwo\nhttps://" + "a" * 60 + ".example.org/" + "b" * 1000)
        assert errors(page) == [
            "“one” is not a whole web address. One looks like https://example.org/page",
            "“two” is not a whole web address. One looks like https://example.org/page",
            f"The address that begins with https://{'a' * 42} is longer than 1000 letters. Is something pasted twice?",
        ]

    def test_nobody_needs_one(self, submission):
        assert send(submission, websites="").status_code == 302
        assert "optional" in field(get(submission), "websites").text_content().lower()
