"""The committee, row by row and without scripts: keys stay, rows are never made again, nothing typed is lost."""

import uuid

import pytest

from submissions.models import Status
from submissions.readiness import problems
from submissions.steps.committee import MOST
from tests.factories import fresh, make_draft, make_submission

from .pages import client_of, error_targets, errors, form_data, state_of, step_url, tree, words

pytestmark = pytest.mark.django_db

ADA = {
    "given_name": "Ada",
    "family_name": "Byron",
    "email": "ada@example.org",
    "affiliation": "",
    "role": "advisor",
}
BEN = {
    "given_name": "Ben",
    "family_name": "",
    "email": "ben@example.org",
    "affiliation": "Elsewhere",
    "role": "member",
}


def get(submission, query=""):
    return client_of(submission.student).get(step_url(submission, "committee", query))


def send(submission, data):
    return client_of(submission.student).post(step_url(submission, "committee"), data)


def rows(*people, start: dict | None = None) -> dict:
    """A posted form with these people in its rows; ``start`` is the form as the page gave it."""
    data = dict(start or {"members-TOTAL_FORMS": str(len(people)), "members-INITIAL_FORMS": "0"})
    for number, person in enumerate(people):
        data |= {f"members-{number}-{name}": value for name, value in person.items()}
        data.setdefault(f"members-{number}-key", str(uuid.uuid4()))
    return data


def members(submission) -> list:
    return list(fresh(submission).page.committee_members.all())


@pytest.fixture
def empty():
    return make_draft(complete=False)


def test_as_many_empty_rows_as_the_degree_needs(empty):
    page = get(empty)
    keys = [value for name, value in form_data(page).items() if name.endswith("-key")]
    assert len(keys) == empty.degree.committee_minimum
    assert len(set(keys)) == len(keys)


def test_people_are_kept_in_their_order(empty):
    response = send(empty, rows(ADA, BEN, start=form_data(get(empty))) | {"go": "next"})
    assert response.url == step_url(empty, "rights")
    assert [(m.name, m.email, m.role, m.affiliation) for m in members(empty)] == [
        ("Ada Byron", "ada@example.org", "advisor", ""),
        ("Ben", "ben@example.org", "member", "Elsewhere"),
    ]
    assert fresh(empty).page.get_latest_revision_as_object().committee_members.count() == 2


def test_open_and_save_changes_nothing():
    submission = make_draft()
    before = state_of(submission)
    page = get(submission)
    assert state_of(submission) == before
    assert send(submission, form_data(page)).status_code == 302
    assert state_of(submission) == before


def test_keys_and_rows_stay_through_edits():
    submission = make_draft()
    before = [(m.pk, m.key) for m in members(submission)]
    data = form_data(get(submission)) | {
        "members-1-given_name": "Renamed",
        "members-1-email": "new@example.org",
    }
    send(submission, data)
    assert [(m.pk, m.key) for m in members(submission)] == before
    assert (members(submission)[1].given_name, members(submission)[1].email) == ("Renamed", "new@example.org")


def test_sending_twice_names_nobody_twice(empty):
    data = rows(ADA, BEN, start=form_data(get(empty)))
    send(empty, data)
    send(empty, data)
    assert [m.given_name for m in members(empty)] == ["Ada", "Ben"]


def test_add_saves_and_gives_an_empty_row():
    submission = make_draft()
    response = send(submission, form_data(get(submission)) | {"go": "add", "members-0-given_name": "Kept"})
    assert response.url == step_url(submission, "committee", "?more=1#add")
    page = get(submission, "?more=1")
    assert form_data(page)["members-TOTAL_FORMS"] == "4"
    assert form_data(page)["members-3-given_name"] == ""
    assert tree(page).xpath("//fieldset[@id='add']")
    assert members(submission)[0].given_name == "Kept"


def test_remove_takes_one_off_and_saves_the_others():
    submission = make_draft()
    before = members(submission)
    client = client_of(submission.student)
    data = form_data(get(submission)) | {"remove": str(before[1].key), "members-2-given_name": "Third"}
    response = client.post(step_url(submission, "committee"), data, follow=True)
    assert response.redirect_chain == [(step_url(submission, "committee"), 302)]
    assert [m.key for m in members(submission)] == [before[0].key, before[2].key]
    assert members(submission)[1].given_name == "Third"
    assert "Member1 Reader is no longer on the list." in words(response)


def test_a_row_that_was_emptied_is_nobody():
    submission = make_draft()
    blank = {f"members-1-{name}": "" for name in ADA}
    send(submission, form_data(get(submission)) | blank)
    assert [m.given_name for m in members(submission)] == ["Member0", "Member2"]


def test_somebody_added_in_another_tab_is_not_taken_off():
    submission = make_draft(members=1)
    old_tab = form_data(get(submission))
    send(submission, rows({}, BEN, start=form_data(get(submission, "?more=1"))))
    send(submission, old_tab | {"members-0-given_name": "First"})
    assert [m.given_name for m in members(submission)] == ["First", "Ben"]


class TestBadInput:
    def test_a_bad_address_keeps_the_rest_of_the_row_and_the_other_rows(self, empty):
        response = send(empty, rows(ADA | {"email": "ada at home"}, BEN, start=form_data(get(empty))))
        assert errors(response) == [
            "The address of this committee member is not complete. It should look like name@example.org."
        ]
        assert error_targets(response) == ["#id_members-0-email"]
        assert form_data(response)["members-0-email"] == "ada at home"
        assert [(m.given_name, m.email) for m in members(empty)] == [("Ada", ""), ("Ben", "ben@example.org")]
        again = form_data(response) | {"members-0-email": "ada@example.org"}
        send(empty, again)
        assert [(m.given_name, m.email) for m in members(empty)] == [
            ("Ada", "ada@example.org"),
            ("Ben", "ben@example.org"),
        ]

    def test_one_address_for_two_people(self, empty):
        response = send(empty, rows(ADA, BEN | {"email": "ADA@example.org"}, start=form_data(get(empty))))
        assert errors(response) == [
            "Ada Byron has this address already. Each person needs an address of their own."
        ]
        assert [m.email for m in members(empty)] == ["ada@example.org", ""]

    @pytest.mark.parametrize("own", ["student.email", "profile.contact_email"])
    def test_the_students_own_address(self, empty, own):
        empty.profile.contact_email = "later@example.org"
        empty.profile.save()
        address = empty.student.email if own == "student.email" else "later@example.org"
        response = send(empty, rows(ADA | {"email": address.upper()}, start=form_data(get(empty))))
        assert errors(response) == ["This is your own address. Give the address of the committee member."]

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"role": "king"}, "Choose a role from the list."),
            ({"given_name": "A" * 101}, "has 101 letters, and we can keep 100"),
            ({"affiliation": "A" * 201}, "has 201 letters, and we can keep 200"),
        ],
    )
    def test_other_faults(self, empty, change, said):
        response = send(empty, rows(ADA | change, start=form_data(get(empty))))
        assert said in errors(response)[0]

    def test_too_many_people(self, empty):
        people = [ADA | {"email": f"p{number}@example.org"} for number in range(MOST + 1)]
        response = send(empty, rows(*people))
        assert f"A committee has {MOST} people at the most here." in errors(response)[0]

    @pytest.mark.parametrize("broken", ["", "many"])
    def test_a_page_that_did_not_arrive_whole_changes_nothing(self, broken):
        submission = make_draft()
        before = state_of(submission)
        response = send(submission, {"members-TOTAL_FORMS": broken, "members-INITIAL_FORMS": "0"})
        assert response.status_code == 200
        assert "A part of this page did not arrive, so nothing was saved." in errors(response)[0]
        assert state_of(submission) == before

    def test_a_key_that_is_none(self, empty):
        response = send(empty, rows(ADA | {"key": "not-a-key"}))
        assert response.status_code == 200
        assert [m.given_name for m in members(empty)] == ["Ada"]

    def test_one_key_for_two_people(self, empty):
        key = str(uuid.uuid4())
        send(empty, rows(ADA | {"key": key}, BEN | {"key": key}))
        assert len({m.key for m in members(empty)}) == 2


def test_half_a_person_is_fine_in_a_draft_and_missing_at_the_review(empty):
    assert send(empty, rows({**ADA, "email": "", "role": ""}, start=form_data(get(empty)))).status_code == 302
    member = members(empty)[0]
    found = [problem for problem in problems(fresh(empty)) if problem.field.startswith(str(member.key))]
    assert [(problem.field, problem.sentence) for problem in found] == [
        (f"{member.key}-email", "Give the e-mail address of Ada Byron."),
        (f"{member.key}-role", "Say what Ada Byron does on your committee."),
    ]
    review = client_of(empty.student).get(step_url(empty, "review"))
    link = tree(review).xpath("//a[normalize-space()='Give the e-mail address of Ada Byron.']/@href")
    assert link == [step_url(empty, "committee", "?back=review#id_members-0-email")]


def test_the_first_button_neither_adds_nor_removes():
    submission = make_draft()
    first = tree(get(submission)).forms[0].xpath(".//button")[0]
    assert (first.get("name"), first.get("value")) == ("go", "next")


def test_nothing_changes_while_the_committee_reads():
    submission = make_submission(Status.WITH_COMMITTEE)
    before = state_of(submission)
    assert send(submission, rows(ADA)).status_code == 409
    assert state_of(submission) == before


def test_somebody_taken_off_in_another_tab_is_not_brought_back():
    submission = make_draft()
    old_tab = form_data(get(submission))
    gone = members(submission)[1].key
    send(submission, old_tab | {"remove": str(gone)})
    send(submission, old_tab | {"members-0-given_name": "First"})
    assert [m.given_name for m in members(submission)] == ["First", "Member2"]


def test_a_refused_address_is_there_again_on_the_next_visit():
    submission = make_draft()
    client = client_of(submission.student)
    url = step_url(submission, "committee")
    client.post(url, form_data(client.get(url)) | {"members-1-email": "m1 at home"})
    page = client.get(url)
    assert form_data(page)["members-1-email"] == "m1 at home"
    assert len(errors(page)) == 1
    assert client.post(url, form_data(page) | {"members-1-email": "m1@home.example"}).status_code == 302
    assert errors(client.get(url)) == []
