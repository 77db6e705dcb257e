"""Enrolment and identifiers: who may record them, what is refused, and the line of history."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from orcid_workflow.models import OrcidItem
from submissions import case_facts, lifecycle
from submissions.models import Status
from submissions.permissions import MANAGER_GROUP, STAFF_GROUP
from submissions.refusals import MoveRefused
from tests.factories import (
    fresh,
    make_draft,
    make_registrar,
    make_staff,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db
BEGAN = dt.date(2021, 9, 1)


def lines(case) -> list[tuple[str, str]]:
    return [(one.sentence, one.comment) for one in case.changes.order_by("pk")]


def act(client, case, action, **data):
    return client.post(reverse("thesis_cases:act", args=[case.pk, action]), data)


# --- enrolment -----------------------------------------------------------------------------------------


def test_an_enrolment_is_confirmed_corrected_and_taken_back() -> None:
    case, staff = make_draft(connected=False), make_staff()
    case_facts.confirm_enrolment(case, actor=staff, enrolled_on=BEGAN)
    assert fresh(case).enrolled_on == BEGAN
    assert fresh(case).enrolment_confirmed_at is not None
    case_facts.confirm_enrolment(case, actor=staff, enrolled_on=BEGAN)
    case_facts.confirm_enrolment(case, actor=staff, enrolled_on=BEGAN.replace(year=2022))
    case_facts.confirm_enrolment(case, actor=staff, enrolled_on=None)
    assert (fresh(case).enrolled_on, fresh(case).enrolment_confirmed_at) == (None, None)
    assert [sentence for sentence, _ in lines(case)][1:] == [
        "The enrolment was confirmed: the studies began on 1 September 2021.",
        "The first day of the studies was corrected from 1 September 2021 to 1 September 2022.",
        "The confirmation of the enrolment was taken back.",
    ]
    line = case.changes.first()
    assert (line.actor, line.from_status, line.to_status) == (staff, Status.DRAFT, Status.DRAFT)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (None, "Give the first day"),
        (dt.date(1899, 12, 31), "1900 or later"),
        (timezone.localdate() + dt.timedelta(days=2), "in the future"),
    ],
)
def test_days_that_cannot_be(day, words) -> None:
    case = make_draft()
    with pytest.raises(MoveRefused, match=words):
        case_facts.confirm_enrolment(case, actor=make_staff(), enrolled_on=day)
    assert fresh(case).enrolled_on is None


def test_studies_begin_before_the_degree_is_conferred() -> None:
    """ORCID refuses an education that ends before it starts (9055)."""
    case = make_submission(Status.PUBLISHED)
    lifecycle.correct_conferral(
        case, actor=make_registrar(), conferred_on=timezone.localdate() - dt.timedelta(days=5)
    )
    with pytest.raises(MoveRefused, match="the studies cannot have begun after that"):
        case_facts.confirm_enrolment(case, actor=make_staff(), enrolled_on=timezone.localdate())
    case_facts.confirm_enrolment(
        case, actor=make_staff(), enrolled_on=timezone.localdate() - dt.timedelta(days=5)
    )
    with pytest.raises(MoveRefused, match="The studies began on"):
        lifecycle.correct_conferral(
            fresh(case), actor=make_registrar(), conferred_on=timezone.localdate() - dt.timedelta(days=6)
        )


def test_no_enrolment_for_a_case_that_was_withdrawn() -> None:
    case = make_submission(Status.WITHDRAWN)
    with pytest.raises(MoveRefused, match="withdrawn before"):
        case_facts.confirm_enrolment(case, actor=make_staff(), enrolled_on=BEGAN)


def test_who_reviews_confirms_and_nobody_for_themselves() -> None:
    case = make_draft()
    for actor in (make_registrar(), make_user(groups=(MANAGER_GROUP,)), make_user(), case.student):
        with pytest.raises(MoveRefused):
            case_facts.confirm_enrolment(case, actor=actor, enrolled_on=BEGAN)
    own = make_draft(make_user(groups=(STAFF_GROUP,)))
    with pytest.raises(MoveRefused, match="your own"):
        case_facts.confirm_enrolment(own, actor=own.student, enrolled_on=BEGAN)
    assert fresh(case).enrolled_on is None


def test_the_case_page_confirms_and_shows_it(client) -> None:
    case = make_submission(Status.IN_REVIEW)
    client.force_login(make_staff())
    answer = act(client, case, "enrolment", enrolled_on="")
    assert answer.status_code == 422
    assert "Give the first day of the studies." in answer.content.decode()
    answer = act(client, case, "enrolment", enrolled_on="2999-01-01")
    assert "in the future" in answer.content.decode()
    answer = act(client, case, "enrolment", enrolled_on="2021-09-01")
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    assert "1 September 2021, confirmed" in page
    assert 'value="2021-09-01"' in page
    assert act(client, case, "enrolment", enrolled_on="").status_code == 302
    assert fresh(case).enrolled_on is None


# --- identifiers ---------------------------------------------------------------------------------------


def test_identifiers_are_recorded_bare_changed_and_removed() -> None:
    case, staff = make_draft(), make_staff()
    case_facts.name_thesis(case, actor=staff, doi="https://doi.org/10.5555/ABC", handle="hdl:20.500.12345/Ab")
    assert (fresh(case).doi, fresh(case).handle) == ("10.5555/abc", "20.500.12345/Ab")
    case_facts.name_thesis(case, actor=staff, doi="10.5555/abc", handle="20.500.12345/Ab")
    case_facts.name_thesis(case, actor=staff, doi="10.5555/other", handle=" ")
    assert lines(case)[1:] == [
        ("The DOI 10.5555/abc was recorded.", ""),
        ("The handle 20.500.12345/Ab was recorded.", ""),
        ("The DOI was changed to 10.5555/other.", "It was 10.5555/abc."),
        ("The handle was removed.", "It was 20.500.12345/Ab."),
    ]


@pytest.mark.parametrize(
    ("doi", "handle", "words"),
    [
        ("abc", "", "begins with 10"),
        ("", "10.5555/abc", "This is a DOI"),
        ("", "abc", "a slash and a name"),
        ("10.5555/" + "k" * 200, "", "too long"),
    ],
)
def test_what_is_no_identifier_is_a_sentence(client, doi, handle, words) -> None:
    case = make_draft()
    with pytest.raises(MoveRefused, match=words):
        case_facts.name_thesis(case, actor=make_staff(), doi=doi, handle=handle)
    client.force_login(make_staff())
    answer = act(client, case, "identifiers", doi=doi, handle=handle)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert (fresh(case).doi, fresh(case).handle, len(lines(case))) == ("", "", 1)


def test_isbn_and_urn_stand_on_the_case_and_in_the_metadata(client) -> None:
    case, staff = make_submission(Status.PUBLISHED), make_staff()
    client.force_login(staff)
    answer = act(client, case, "identifiers", doi="", handle="", isbn="9780306406158", urn="urn:nbn:de:1-2")
    assert answer.status_code == 422
    assert "last one must fit" in answer.content.decode()
    typed = {"isbn": "ISBN 978-0-306-40615-7", "urn": "https://nbn-resolving.org/urn:nbn:de:1-2"}
    page = client.get(act(client, case, "identifiers", doi="", handle="", **typed).url).content.decode()
    assert "978-0-306-40615-7" in page
    assert "urn:nbn:de:1-2" in page
    stored = bytes(case.records.get(format="oai_dc").content).decode()
    assert "urn:ISBN:978-0-306-40615-7" in stored
    assert "urn:nbn:de:1-2" in stored
    case_facts.name_thesis(case, actor=staff, isbn="")
    assert (fresh(case).isbn, fresh(case).urn) == ("", "urn:nbn:de:1-2")


def test_an_identifier_names_one_thesis() -> None:
    first, second, staff = make_draft(), make_draft(), make_staff()
    case_facts.name_thesis(first, actor=staff, doi="10.5555/abc", handle="1/Ab")
    for doi, handle, words in (("10.5555/ABC", "", "has this DOI"), ("", "1/aB", "has this handle")):
        with pytest.raises(MoveRefused, match=f"{first.reference}, {words}"):
            case_facts.name_thesis(second, actor=staff, doi=doi, handle=handle)


def test_repository_managers_record_identifiers_and_nothing_else(client) -> None:
    case = make_submission(Status.PUBLISHED)
    client.force_login(make_user(groups=(MANAGER_GROUP,)))
    page = client.get(reverse("thesis_cases:case", args=[case.pk])).content.decode()
    assert reverse("thesis_cases:act", args=[case.pk, "identifiers"]) in page
    assert reverse("thesis_cases:act", args=[case.pk, "enrolment"]) not in page
    act(client, case, "identifiers", doi="10.5555/abc", handle="20.500.12345/678")
    act(client, case, "enrolment", enrolled_on="2021-09-01")
    case = fresh(case)
    assert (case.doi, case.handle, case.enrolled_on) == ("10.5555/abc", "20.500.12345/678", None)
    own = make_draft(make_user(groups=(MANAGER_GROUP,)))
    with pytest.raises(MoveRefused, match="your own thesis"):
        case_facts.name_thesis(own, actor=own.student, doi="10.5555/own", handle="")
    with pytest.raises(MoveRefused):
        case_facts.name_thesis(own, actor=make_registrar(), doi="10.5555/own", handle="")


def test_identifiers_of_a_public_thesis_reach_every_outlet(client) -> None:
    case = make_submission(Status.PUBLISHED)
    case_facts.name_thesis(case, actor=make_staff(), doi="10.5555/abc", handle="20.500.12345/678")
    for record in case.records.all():
        assert b"10.5555/abc" in bytes(record.content), record.format
    message = OrcidItem.objects.get(kind="work").message
    for part in ("10.5555/abc", "https://hdl.handle.net/20.500.12345/678", str(case.uuid)):
        assert part in message
    assert "https://doi.org/10.5555/abc" in client.get(case.page.url).content.decode()
