"""Every state a link can be in, by a browser without an account and without scripts."""

import html
import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from submissions import lifecycle
from submissions.committee.invitations import make_token
from submissions.drafts import save_draft
from submissions.models import Decision, Status
from tests.factories import (
    decide_all,
    fill,
    fresh,
    make_connection,
    make_draft,
    make_submission,
    make_user,
)

from .conftest import HOST, TITLE, change, everything, typed, words

pytestmark = pytest.mark.django_db


# --- reading ----------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_decided_on(reader, case, seat, address) -> None:
    response = reader.get(address(seat))
    assert response.status_code == 200
    text = words(response)
    page = case.page
    for part in (
        TITLE,
        "Where a fjord narrows",
        page.author_name,
        "Doctor of Philosophy",
        str(case.programme),
        f"{page.defence_date:%-d %B %Y}",
        page.licence.name,
        page.embargo.label,
        page.embargo.explanation,
        "Closed for 2 years",
        "Member2 Reader, committee member",
        "You are asked as advisor",
        "0 of 3 committee members have approved",
        page.thesis_file.sha256,
        "Create or connect your ORCID iD",
        "UTC",
    ):
        assert part in text, part


def test_the_file_opens_with_the_link_and_only_with_it(reader, case, seat, address) -> None:
    link = html.unescape(re.search(r'href="(/files/[^"]*)"', reader.get(address(seat)).content.decode())[1])
    opened = reader.get(link)
    assert b"".join(opened.streaming_content).startswith(b"%PDF")
    assert reader.get(link.partition("?")[0]).status_code == 403


def test_a_link_opens_no_other_thesis_file(reader, seat) -> None:
    other = make_submission("with_committee")
    item = other.page.thesis_file
    token = make_token(seat)
    assert reader.get(f"/files/{other.uuid}/{item.key}/{item.name}?via={token}").status_code == 403


def test_reading_changes_nothing(reader, case, seat, address) -> None:
    before = everything()
    for _ in range(2):
        assert reader.get(address(seat)).status_code == 200
        assert reader.head(address(seat)).status_code == 200
    for view in ("decide", "connect", "not_me", "new_link"):
        response = reader.get(address(seat, view))
        assert response.status_code == 302, view
        assert response["Location"] == address(seat)
    assert everything() == before
    assert mail.outbox == []


@pytest.mark.parametrize("view", ["read", "decide", "connect", "not_me", "new_link"])
def test_nobody_keeps_or_lists_the_address(reader, seat, address, view) -> None:
    wrong = address(seat, view).replace(make_token(seat), "cut-short")
    for response in (reader.get(address(seat, view)), reader.get(wrong)):
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "same-origin"
        assert "noindex" in response["X-Robots-Tag"]


def test_being_signed_in_as_somebody_else_does_not_matter(case, seat, address) -> None:
    client = Client(HTTP_HOST=HOST)
    client.force_login(make_user())
    assert client.get(address(seat)).status_code == 200
    client.post(address(seat, "decide"), typed(case))
    assert Decision.objects.get().invitation == seat


def test_hostile_words_are_shown_as_words(reader, address) -> None:
    case = make_draft()
    page = case.page
    page.title = "<script>alert(1)</script> & more"
    page.abstract = "</script><img src=x onerror=alert(2)>"
    save_draft(page, user=case.student)
    lifecycle.submit(fresh(case), actor=case.student)
    source = reader.get(address(case.invitations.first())).content.decode()
    assert "<script>" not in source
    assert "<img src=x" not in source
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in source


@pytest.mark.parametrize("decided", [False, True])
def test_the_number_of_queries_does_not_grow_with_the_committee(reader, address, decided) -> None:
    counts = []
    for members in (1, 3):
        case = make_draft(members=3)
        case.degree.committee_minimum = 1
        case.degree.save()
        fill(case, members=members)
        lifecycle.submit(fresh(case), actor=case.student)
        if decided:
            decide_all(case)
        link = address(case.invitations.first())
        reader.get(link)
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(link).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 18


# --- deciding ---------------------------------------------------------------------------------------------


def test_approving_is_confirmed_with_what_it_was_made_on(reader, case, seat, address) -> None:
    response = reader.post(address(seat, "decide"), typed(case, comment="Well done."), follow=True)
    decision = Decision.objects.get()
    assert (decision.verdict, decision.comment, decision.round) == ("approve", "Well done.", 1)
    assert decision.revision_id == case.page.latest_revision_id
    assert response.redirect_chain == [(address(seat), 302)]
    text = words(response)
    for part in (
        "You approved this thesis",
        case.reference,
        "Well done.",
        case.page.thesis_file.sha256,
        "When every member of the committee has approved, the thesis goes to the graduate school.",
    ):
        assert part in text, part
    assert "Send my decision" not in text


def test_asking_for_changes_needs_a_comment(reader, case, seat, address) -> None:
    response = reader.post(address(seat, "decide"), typed(case, "changes"))
    assert response.status_code == 422
    assert "Say what should be changed" in words(response)
    assert "<title>Error: " in response.content.decode()
    assert re.search(r'value="changes"[^>]*checked', response.content.decode())
    assert not Decision.objects.exists()


def test_asking_for_changes_sends_the_thesis_back(reader, case, seat, address) -> None:
    response = reader.post(address(seat, "decide"), typed(case, "changes", "Explain figure 3."), follow=True)
    assert fresh(case).status == Status.CHANGES_REQUESTED
    text = words(response)
    assert "You asked for changes to this thesis" in text
    assert "The student has been asked for changes" in text


def test_choosing_nothing_keeps_what_was_typed(reader, case, seat, address) -> None:
    response = reader.post(address(seat, "decide"), typed(case, "", "A long thought."))
    assert response.status_code == 422
    assert "Choose whether you approve" in words(response)
    assert "A long thought." in response.content.decode()


def test_the_second_tab_is_told_and_nothing_is_recorded_twice(reader, case, seat, address) -> None:
    first_tab = second_tab = typed(case)
    reader.post(address(seat, "decide"), first_tab)
    response = reader.post(
        address(seat, "decide"), {**second_tab, "verdict": "changes", "comment": "Wait, <b>no</b>."}
    )
    assert response.status_code == 409
    text = words(response)
    assert "You have decided already" in text
    assert "You approved this thesis" in text
    assert "What you sent just now was not recorded" in text
    assert "Wait, <b>no</b>." in text
    assert Decision.objects.get().verdict == "approve"
    assert fresh(case).status == Status.WITH_COMMITTEE


def test_a_decision_on_a_stale_revision_comes_back_with_all_that_was_typed(
    reader, case, seat, address
) -> None:
    stale = typed(case, "changes", "About page nine.")
    others = case.invitations.exclude(pk=seat.pk).first()
    lifecycle.decide(others, verdict="changes", comment="Mend it.", revision_id=stale["revision"])
    page = fresh(case).page
    page.abstract = "A new abstract."
    save_draft(page, user=case.student)
    lifecycle.submit(fresh(case), actor=case.student)

    response = reader.post(address(seat, "decide"), stale)
    assert response.status_code == 409
    text = words(response)
    assert "The thesis was changed after you opened this page" in text
    assert "A new abstract." in text
    assert "About page nine." in text
    assert not seat.decisions.exists()

    shown = re.search(r'name="revision" value="(\d+)"', response.content.decode())[1]
    assert reader.post(address(seat, "decide"), {**stale, "revision": shown}).status_code == 302
    assert seat.decisions.get().comment == "About page nine."


@pytest.mark.parametrize("revision", ["", "0", "x", None])
def test_a_decision_on_no_revision_is_refused(reader, case, seat, address, revision) -> None:
    data = {key: value for key, value in typed(case, revision=revision).items() if value is not None}
    assert reader.post(address(seat, "decide"), data).status_code in (409, 422)
    assert not Decision.objects.exists()


def test_an_earlier_round_is_recalled(reader, case, seat, address) -> None:
    reader.post(address(seat, "decide"), typed(case, "changes", "Explain figure 3."))
    lifecycle.submit(fresh(case), actor=case.student)
    text = words(reader.get(address(seat)))
    assert "You asked for changes on" in text
    assert "Explain figure 3." in text
    assert "Send my decision" in text


def test_a_forged_form_is_refused(case, seat, address) -> None:
    strict = Client(HTTP_HOST=HOST, enforce_csrf_checks=True)
    assert strict.post(address(seat, "decide"), typed(case)).status_code == 403
    assert not Decision.objects.exists()


# --- the iD on the page -----------------------------------------------------------------------------------


def test_a_connected_id_is_shown_with_the_way_to_take_it_off(reader, seat, address) -> None:
    confirmed = make_connection(name="Ada Reader")
    change(seat, connection=confirmed)
    response = reader.get(address(seat))
    text = words(response)
    assert "Ada Reader" in text
    assert f"https://orcid.org/{confirmed.orcid}" in text
    assert "This is not me" in text
    assert "Create or connect" not in text


def test_enter_presses_a_button_that_does_nothing(reader, seat, address) -> None:
    source = reader.get(address(seat)).content.decode()
    first = re.search(r'<button[^>]*form="decision"[^>]*>', source)[0]
    assert 'formmethod="dialog"' in first
    assert "formaction" not in first
