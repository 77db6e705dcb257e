"""The page of one thesis, the lines on its case, and what its author reads."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from orcid_workflow.models import OrcidItem
from submissions.models import Delivery, DeliveryCall, PackageTaken, Submission
from submissions.outlets import refresh

from .conftest import make_delivery, text

State = Delivery.State


def page_of(client, case: Submission) -> str:
    return " ".join(text(client.get(reverse("deliveries:thesis", args=[case.pk]))).split())


def test_everything_known_of_a_place_is_there(desk, thesis):
    delivery = make_delivery(
        thesis,
        remote_id="20.500.1/77",
        remote_url="https://repository.example.edu/handle/20.500.1/77",
        checked_at=timezone.now(),
        check_at=timezone.now() + dt.timedelta(days=1),
        in_doubt="publish",
        alarms=["The iD of Mary Müller is missing there."],
    )
    for number, status in enumerate((422, None)):
        DeliveryCall.objects.create(
            delivery=delivery,
            step="metadata",
            method="PUT",
            address=f"/items/{number}",
            status=status,
            outcome="A subject is missing." if status else "",
            duration_ms=12,
        )
    page = page_of(desk, thesis)
    for words in (
        "University repository",
        'href="https://repository.example.edu/handle/20.500.1/77"',
        "The iD of Mary Müller is missing there.",
        "the answer to the step “publish” is missing",
        "<code>PUT /items/0</code>",
        "A subject is missing.",
        "no answer",
        "<dt>What should be there</dt><dd>public</dd>",
        "Send again",
        "Read back now",
    ):
        assert words in page, words
    assert "s3cret" not in page


def test_what_a_place_demands_and_the_thesis_has_not_leads_to_where_it_is_typed(desk, thesis):
    page = page_of(desk, thesis)
    assert "DataCite registers theses by DOI, and this thesis has none." in page
    assert f'href="{reverse("thesis_cases:case", args=[thesis.pk])}#identifiers">DOI</a>' in page
    Submission.objects.filter(pk=thesis.pk).update(doi="10.5072/k7m2-9xqp")
    refresh(Submission.objects.get(pk=thesis.pk))
    assert "What DOI at DataCite asks for" not in page_of(desk, thesis)


def test_a_place_where_nothing_is_wished_for(desk, thesis):
    page = page_of(desk, thesis)
    assert "Nothing is wished for there yet." in page
    assert "<form method" not in page[page.index('class="matrix"') :]


def test_a_place_that_is_in_the_settings_no_more_is_still_told_of(desk, thesis):
    make_delivery(thesis, "old-eprints", remote_id="eprint:9")
    page = page_of(desk, thesis)
    assert "old-eprints" in page
    assert "eprint:9" in page
    assert "This place is not in the settings any more" in page


def test_orcid_items_are_linked_to_their_desk_and_packages_listed(desk, thesis):
    OrcidItem.objects.all().delete()
    item = OrcidItem.objects.create(
        connection=thesis.author_connection,
        environment=thesis.author_connection.environment,
        orcid=thesis.author_connection.orcid,
        kind="work",
        key=str(thesis.uuid),
        state=OrcidItem.State.SENT,
    )
    PackageTaken.objects.create(submission=thesis, kind="saf", taken_by="A. Archivist")
    PackageTaken.objects.create(submission=thesis, kind="proquest", taken_by="A. Archivist")
    page = page_of(desk, thesis)
    assert reverse("thesis_cases:package", args=[thesis.pk, "bagit"]) in page
    assert reverse("thesis_cases:package", args=[thesis.pk, "proquest"]) not in page  # it is not set up
    assert "ProQuest ETD, " in page  # what was taken once is still called so
    assert reverse("orcid_items:item", args=[item.pk]) in page
    assert "On the record" in page
    assert "DSpace Simple Archive Format, " in page
    assert "A. Archivist" in page


def test_the_case_has_a_line_for_each_place_and_leads_there(desk, thesis):
    make_delivery(thesis, remote_id="20.500.1/77")
    page = " ".join(text(desk.get(reverse("thesis_cases:case", args=[thesis.pk]))).split())
    assert "University repository: " in page
    assert "20.500.1/77" in page
    assert reverse("deliveries:thesis", args=[thesis.pk]) in page


def told(client, case: Submission) -> str:
    """What the author's own page says."""
    client.force_login(case.student)
    return " ".join(text(client.get(reverse("submissions:tasks", args=[case.uuid]))).split())


def test_the_author_reads_where_the_thesis_went(client, thesis):
    Submission.objects.filter(pk=thesis.pk).update(doi="10.5072/k7m2-9xqp", handle="20.500.1/77")
    make_delivery(thesis, remote_id="20.500.1/77", alarms=["The iD is missing there."])
    make_delivery(thesis, "doi", remote_id="10.5072/k7m2-9xqp")
    page = told(client, thesis)
    assert (
        'In University repository: handle <a href="https://hdl.handle.net/20.500.1/77">20.500.1/77</a>'
        in page
    )
    assert 'DOI: <a href="https://doi.org/10.5072/k7m2-9xqp">10.5072/k7m2-9xqp</a>' in page
    assert "The iD is missing there." not in page


def test_the_author_is_not_troubled_with_what_the_office_mends(client, thesis):
    make_delivery(thesis, sent_wish="", state=State.NEEDS_ATTENTION, reason="401: the password was refused.")
    make_delivery(thesis, "doi", sent_wish="reserved", state=State.WAITING)
    page = told(client, thesis)
    assert "Not in University repository yet. The office looks after it" in page
    assert "Its DOI is being registered." in page
    assert "password" not in page


def test_the_author_reads_of_a_withdrawal(client, thesis):
    make_delivery(thesis, wish="withdrawn", sent_wish="withdrawn")
    assert "University repository was told that your thesis is withdrawn." in told(client, thesis)


@pytest.mark.parametrize(
    ("kind", "words"), [("dspace", "a note that it was there"), ("sword2", "is deleted")]
)
def test_the_words_for_what_is_there_fit_the_kind_of_place(desk, thesis, settings, kind, words):
    settings.ETD_TARGETS = {"repository": settings.ETD_TARGETS["repository"] | {"kind": kind}}
    make_delivery(thesis, wish="withdrawn", sent_wish="withdrawn")
    page = text(desk.get(reverse("deliveries:thesis", args=[thesis.pk])))
    facts = page.split("What should be there", 1)[1].split("</dl>")[0]
    assert facts.count(words) == 2
