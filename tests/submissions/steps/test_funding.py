"""Funding by hand: optional, row by row, checked in words, nothing typed is lost."""

import uuid

import pytest

from submissions.models import Status, ThesisFunding
from submissions.readiness import problems
from submissions.steps.funding import MOST
from tests.factories import fresh, make_draft, make_submission

from .pages import client_of, error_targets, errors, form_data, state_of, step_url, tasks_url, tree, words

pytestmark = pytest.mark.django_db

ERC = {
    "funder_name": "European Research Council",
    "award_number": "101001234",
    "award_title": "Cliffs in motion",
    "award_url": "https://doi.org/10.3030/101001234",
    "funder_id": "https://ror.org/0472cxd90",
}


@pytest.fixture
def draft():
    return make_draft()


def get(submission, query="", client=None):
    return (client or client_of(submission.student)).get(step_url(submission, "funding", query))


def send(submission, data, client=None):
    return (client or client_of(submission.student)).post(step_url(submission, "funding"), data)


def rows(*grants: dict, start: dict | None = None) -> dict:
    """A form with these grants in its rows; ``start`` is the form as the page gave it."""
    data = dict(start or {"funding-INITIAL_FORMS": "0"}) | {"funding-TOTAL_FORMS": str(len(grants))}
    for number, grant in enumerate(grants):
        data |= {f"funding-{number}-{name}": value for name, value in grant.items()}
        data.setdefault(f"funding-{number}-key", str(uuid.uuid4()))
    return data


def grants(submission) -> list[ThesisFunding]:
    return list(fresh(submission).page.funding.all())


def test_an_empty_page_asks_for_nothing_and_leads_on(draft):
    page = get(draft)
    assert tree(page).xpath("//fieldset") == []
    before = state_of(draft)
    assert send(draft, form_data(page) | {"go": "next"}).url == step_url(draft, "works")
    assert state_of(draft) == before
    assert problems(fresh(draft)) == []


def test_the_task_list_says_that_it_can_be_left_out_and_does_not_lead_there(draft):
    page = client_of(draft.student).get(tasks_url(draft))
    row = tree(page).xpath("//ul[@class='tasks']/li[.//a[normalize-space()='Funding']]")[0]
    assert " ".join(row.text_content().split()) == "FundingOnly if you have something for it Not started"
    assert "Check and send" in words(page)
    send(draft, rows(ERC))
    page = client_of(draft.student).get(tasks_url(draft))
    row = tree(page).xpath("//ul[@class='tasks']/li[.//a[normalize-space()='Funding']]")[0]
    assert " ".join(row.text_content().split()) == "Funding Done"


def test_a_grant_is_kept_in_the_draft_and_its_revision(draft):
    page = get(draft, "?more=1")
    assert send(draft, rows(ERC, start=form_data(page))).status_code == 302
    (grant,) = grants(draft)
    assert {name: getattr(grant, name) for name in ERC} == ERC
    assert grant.orcid_source == ""
    revision = fresh(draft).page.get_latest_revision_as_object()
    assert [(one.key, one.funder_name) for one in revision.funding.all()] == [(grant.key, ERC["funder_name"])]


def test_sending_twice_adds_nothing_twice(draft):
    data = rows(ERC, start=form_data(get(draft, "?more=1")))
    client = client_of(draft.student)
    send(draft, data, client)
    before = state_of(draft)
    send(draft, data, client)
    assert state_of(draft) == before


def test_open_and_save_changes_nothing(draft):
    send(draft, rows(ERC))
    before = state_of(draft)
    assert send(draft, form_data(get(draft))).status_code == 302
    assert state_of(draft) == before


def test_a_grant_is_taken_off_and_the_others_are_saved(draft):
    send(draft, rows(ERC, ERC | {"award_number": "2"}))
    first, second = grants(draft)
    data = form_data(get(draft)) | {"remove": str(first.key), "funding-1-award_title": "Changed"}
    client = client_of(draft.student)
    page = client.post(step_url(draft, "funding"), data, follow=True)
    assert "European Research Council 101001234 is no longer on the list." in words(page)
    assert [(one.key, one.award_title) for one in grants(draft)] == [(second.key, "Changed")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("10.13039/501100000780", "https://doi.org/10.13039/501100000780"),
        ("http://dx.doi.org/10.13039/501100000780", "https://doi.org/10.13039/501100000780"),
        ("ror.org/0472CXD90/", "https://ror.org/0472cxd90"),
        ("", ""),
    ],
)
def test_a_funder_is_known_in_every_spelling(draft, typed, kept):
    assert send(draft, rows(ERC | {"funder_id": typed})).status_code == 302
    assert grants(draft)[0].funder_id == kept


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"funder_id": "grid.270680.b"},
            "This is neither an address at ror.org nor a Crossref Funder number.",
        ),
        ({"funder_id": "10.5555/12345678"}, "This is neither an address at ror.org nor"),
        ({"award_url": "see my page"}, "The address of the grant is not whole."),
        ({"award_url": "javascript:alert(1)"}, "The address of the grant is not whole."),
        ({"award_url": "ftp://example.org/x"}, "The address of the grant is not whole."),
        ({"award_number": "1" * 101}, "The number has 101 letters, and we can keep 100."),
        ({"funder_name": "\u200b"}, "The name has no letters that can be seen."),
    ],
)
def test_bad_input_is_said_and_kept_and_the_rest_is_saved(draft, change, said):
    client = client_of(draft.student)
    response = send(draft, rows(ERC | change, start=form_data(get(draft, "?more=1", client))), client)
    assert said in errors(response)[0]
    ((name, typed),) = change.items()
    assert error_targets(response) == [f"#id_funding-0-{name}"]
    assert form_data(response)[f"funding-0-{name}"] == typed
    (grant,) = grants(draft)
    assert {other: getattr(grant, other) for other in ERC if other != name} == {
        other: value for other, value in ERC.items() if other != name
    }
    assert getattr(grant, name) == ""
    # Leaving the page loses nothing either.
    again = get(draft, client=client)
    assert form_data(again)[f"funding-0-{name}"] == typed
    assert said in errors(again)[0]
    assert send(draft, form_data(again) | {f"funding-0-{name}": ""}, client).status_code == 302
    assert errors(get(draft, client=client)) == []


def test_too_many(draft):
    many = [ERC | {"award_number": str(number)} for number in range(MOST + 1)]
    assert f"There is room for {MOST} grants." in errors(send(draft, rows(*many)))[0]


def test_half_a_grant_is_fine_in_a_draft_and_missing_at_the_review(draft):
    assert send(draft, rows(ERC | {"funder_name": ""})).status_code == 302
    (grant,) = grants(draft)
    found = problems(fresh(draft))
    assert [(one.step, one.field, one.sentence) for one in found] == [
        ("funding", f"{grant.key}-funder_name", "Say who gave grant 101001234, or take it off the list.")
    ]
    client = client_of(draft.student)
    (link,) = tree(client.get(step_url(draft, "review"))).xpath(
        "//section[@aria-labelledby='missing']//a/@href"
    )
    assert link == step_url(draft, "funding", "?back=review#id_funding-0-funder_name")
    field = tree(client.get(link.partition("#")[0])).get_element_by_id("id_funding-0-funder_name")
    assert field.xpath("ancestor::details") == []


class TestTwoWindows:
    def test_each_saves_what_was_changed_in_it(self, draft):
        send(draft, rows(ERC))
        first, second = form_data(get(draft)), form_data(get(draft))
        send(draft, first | {"funding-0-award_title": "First"})
        send(draft, second | {"funding-0-award_number": "2"})
        assert [(one.award_title, one.award_number) for one in grants(draft)] == [("First", "2")]

    def test_what_both_changed_is_asked_about(self, draft):
        send(draft, rows(ERC))
        first, second = form_data(get(draft)), form_data(get(draft))
        send(draft, first | {"funding-0-award_title": "First"})
        response = send(draft, second | {"funding-0-award_title": "Second"})
        assert "There it says now: “First”." in errors(response)[0]
        assert grants(draft)[0].award_title == "First"
        assert send(draft, form_data(response)).status_code == 302
        assert grants(draft)[0].award_title == "Second"

    def test_what_one_added_the_other_does_not_take_off(self, draft):
        old = form_data(get(draft))
        send(draft, rows(ERC))
        send(draft, old)
        assert len(grants(draft)) == 1

    def test_what_one_took_off_the_other_does_not_bring_back(self, draft):
        send(draft, rows(ERC))
        old = form_data(get(draft))
        send(draft, old | {"remove": str(grants(draft)[0].key)})
        assert send(draft, old).status_code == 302
        assert grants(draft) == []

    def test_unless_it_was_changed_there_since(self, draft):
        send(draft, rows(ERC))
        old = form_data(get(draft))
        send(draft, old | {"remove": str(grants(draft)[0].key)})
        send(draft, old | {"funding-0-award_title": "Changed here"})
        (grant,) = grants(draft)
        assert (grant.funder_name, grant.award_title) == (ERC["funder_name"], "Changed here")


def test_everything_stands_at_the_review_with_a_way_to_change_it(draft):
    send(draft, rows(ERC))
    page = client_of(draft.student).get(step_url(draft, "review"))
    for part in (
        "European Research Council",
        "Grant 101001234",
        "Cliffs in motion",
        "https://ror.org/0472cxd90",
    ):
        assert part in words(page)
    (link,) = tree(page).xpath("//a[contains(@href, '/funding/')]/@href")
    assert link == step_url(draft, "funding", "?back=review#row-0")
    target = client_of(draft.student).get(link.partition("#")[0])
    assert tree(target).get_element_by_id("row-0") is not None


def test_nothing_changes_while_the_committee_reads_and_the_words_come_back():
    submission = make_submission(Status.WITH_COMMITTEE)
    before = state_of(submission)
    response = send(submission, rows(ERC))
    assert response.status_code == 409
    assert "Cliffs in motion" in words(response)
    assert state_of(submission) == before


def test_the_committee_reads_it(draft):
    from submissions import lifecycle
    from submissions.committee.invitations import make_token

    send(draft, rows(ERC))
    lifecycle.submit(fresh(draft), actor=draft.student)
    token = make_token(fresh(draft).invitations.first())
    page = client_of(draft.student).get(f"/committee/{token}/")
    assert "European Research Council, grant 101001234 (Cliffs in motion)" in words(page)
