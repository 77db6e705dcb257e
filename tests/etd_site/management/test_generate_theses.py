"""Generated theses: the same for the same seed, different in everything, and as whole as those people wrote."""

import uuid
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.search.models import IndexEntry

from etd_site.demo.generated.words import blueprint
from orcid_workflow.models import OrcidItem
from submissions import lifecycle, outlets
from submissions.metadata.build import build_record
from submissions.metadata.crosswalks.registry import STORED
from submissions.models import Status, StoredRecord, Submission, ThesisIndexPage, ThesisPage
from submissions.outlets import fulltext
from submissions.outlets.refresh import institution
from tests.factories import fresh, make_staff, make_submission

pytestmark = pytest.mark.django_db


def generate(count: int, **options: object) -> None:
    call_command("generate_theses", count, verbosity=0, **options)


def test_all_are_public_with_every_format():
    generate(30)
    assert set(Submission.objects.values_list("status", flat=True)) == {Status.PUBLISHED}
    assert set(ThesisPage.objects.values_list("live", flat=True)) == {True}
    assert StoredRecord.objects.count() == 30 * len(STORED)
    assert not OrcidItem.objects.exists()
    assert ThesisPage.find_problems() == ([], [], [], [], [])  # the page tree is sound
    assert ThesisIndexPage.objects.get().numchild == 30


def test_they_differ_in_everything():
    generate(52)
    pages = ThesisPage.objects.annotate(members=Count("committee_members", distinct=True))
    assert {page.members for page in pages} == set(range(13))
    assert len({page.language for page in pages}) > 12
    for name in ("subtitle", "translated_title", "keywords", "defence_date", "author_family"):
        assert {bool(getattr(page, name)) for page in pages} == {True, False}, name
    cases = Submission.objects.select_related("degree")
    assert {case.degree.level for case in cases} == {"bachelor", "master", "doctoral"}
    assert len({case.programme_id for case in cases}) == 4
    for name in ("doi", "handle", "embargo_until", "author_connection"):
        assert {bool(getattr(case, name)) for case in cases} == {True, False}, name
    assert len({page.embargo_id for page in pages}) == 4
    names = [case.author_connection.name for case in cases if case.author_connection]
    assert "" in names  # hidden at ORCID
    assert any(names)
    for related in ("files", "funding", "related_works"):
        assert len({getattr(page, related).count() for page in pages}) > 2, related
    assert set(StoredRecord.objects.values_list("is_open", flat=True)) == {True, False}


def test_the_same_seed_gives_the_same_theses_and_more_are_added():
    generate(3, seed=5)
    first = set(Submission.objects.values_list("uuid", "page__title", "published_at__year"))
    generate(2, seed=5)
    assert Submission.objects.count() == 5
    again = [blueprint(number, 5, timezone.localdate(), 400) for number in range(3)]
    assert {(each.uuid, each.title, each.published.year) for each in again} == first
    assert blueprint(0, 6, timezone.localdate(), 400).uuid != again[0].uuid


def test_what_is_stored_is_what_a_refresh_would_write():
    generate(13)
    before = list(StoredRecord.objects.order_by("pk").values_list("pk", "datestamp"))
    for case in Submission.objects.all():
        outlets.refresh(case)
    assert list(StoredRecord.objects.order_by("pk").values_list("pk", "datestamp")) == before


def test_they_have_pages_and_are_found(client):
    generate(4)
    for page in ThesisPage.objects.all():
        response = client.get(page.url)
        assert response.status_code == 200
        assert page.author_name.split()[0].replace("&", "&amp;") in response.content.decode()
    listed = client.get("/theses/", {"q": "brassage"})
    assert listed.context["listing"].theses.paginator.count == 1


def test_one_can_be_withdrawn():
    generate(1)
    lifecycle.withdraw(Submission.objects.get(), actor=make_staff())
    assert set(StoredRecord.objects.values_list("deleted", flat=True)) == {True}


def test_invented_ids_stay_out_of_a_site_with_real_ones(settings):
    settings.ORCID_ENVIRONMENT = "production"
    with pytest.raises(CommandError, match="local"):
        generate(1)
    assert not Submission.objects.exists()


def test_they_are_indexed_as_a_refresh_would():
    generate(7)
    entries = IndexEntry.objects.filter(content_type__model="thesispage").order_by("object_id")
    before = list(entries.values_list("object_id", "title", "autocomplete", "body"))
    assert len(before) == 7
    for case in Submission.objects.all():
        fulltext.reindex(case)
    assert list(entries.values_list("object_id", "title", "autocomplete", "body")) == before


def test_one_format_can_be_stored_and_a_refresh_adds_the_others():
    generate(3, formats=["oai_dc", "datacite"])
    assert StoredRecord.objects.count() == 6
    before = dict(StoredRecord.objects.values_list("pk", "datestamp"))
    for case in Submission.objects.all():
        outlets.refresh(case)
    assert StoredRecord.objects.count() == 3 * len(STORED)
    assert dict(StoredRecord.objects.filter(pk__in=before).values_list("pk", "datestamp")) == before


def test_many_take_no_more_queries_than_few():
    generate(1)
    with CaptureQueriesContext(connection) as few:
        generate(2)
    with CaptureQueriesContext(connection) as many:
        generate(14)
    # Rows are written in batches whose size depends on the database's limit of parameters.
    assert len(many) - len(few) < 14


#: What no two theses share, and what follows from the day each became public.
OF_THE_CASE = ("uuid", "url", "number", "submitted", "published", "modified", "embargo_until", "access")
PAGE_FIELDS = (
    "title",
    "subtitle",
    "translated_title",
    "translated_title_language",
    "author_given",
    "author_family",
    "abstract",
    "language",
    "keywords",
    "defence_date",
    "licence",
    "embargo",
)
CASE_FIELDS = ("degree", "programme", "conferred_on", "author_connection")
RELATIONS = ("committee_members", "files", "funding", "related_works", "other_abstracts")


@pytest.mark.parametrize("number", [3, 12])  # whose authors have an iD: without one nothing is submitted
def test_the_record_is_that_of_a_thesis_that_went_through_the_lifecycle(number):
    """The same words, people, files and dates on a case that office and committee took from draft to publication."""
    generate(number + 1)
    made = Submission.objects.get(student__username=f"graduate-{number}")
    hand = make_submission(Status.PUBLISHED)
    enter(made, hand)
    hand = fresh(hand)
    found, expected = (build_record(case, institution(case)) for case in (hand, made))
    assert found.uuid != expected.uuid
    assert found.committee == expected.committee != ()
    names = {name: getattr(expected, name) for name in (*OF_THE_CASE, "doi", "handle")}
    files = tuple(
        replace(mine, url=theirs.url) for mine, theirs in zip(found.files, expected.files, strict=True)
    )
    assert replace(found, **names, files=files) == expected
    written = {row.format for row in hand.records.all()}
    assert written == {row.format for row in made.records.all()}


def enter(made: Submission, hand: Submission) -> None:
    """Give the page and the case ``hand`` what ``made`` says, and publish it anew."""
    hand.invitations.update(active=False)
    for seat in made.invitations.all():
        seat.pk, seat.submission = None, hand
        seat.save()
    Submission.objects.filter(pk=hand.pk).update(**{name: getattr(made, name) for name in CASE_FIELDS})
    source, page = made.page, fresh(hand).page
    for name in PAGE_FIELDS:
        setattr(page, name, getattr(source, name))
    for relation in RELATIONS:
        rows = list(getattr(source, relation).all())
        for row in rows:
            row.pk = None
            if relation == "files":
                row.key = uuid.uuid4()
        setattr(page, relation, rows)
    page.save_revision().publish()
