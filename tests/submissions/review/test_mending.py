"""What places lack is said on the case's page, with a link that leads to where it is typed."""

import pytest
from django.urls import reverse
from lxml import html

from etd_site.models import BrandingSettings
from submissions import outlets
from submissions.metadata.demands import FIELDS, Missing
from submissions.models import Status, Submission, ThesisPage
from submissions.outlets.refresh import current_record
from submissions.review import mending
from tests.factories import fresh, make_staff, make_submission, make_user

pytestmark = pytest.mark.django_db

REPOSITORY = {"repo": {"kind": "dspace", "label": "DSpace", "address": "http://127.0.0.1:9/server", "user": "u",
                       "secret": "s", "collection": "c"}}  # fmt: skip


@pytest.fixture
def thesis():
    return make_submission(Status.PUBLISHED)


def test_a_complete_thesis_lacks_nothing_and_the_page_says_nothing(thesis, client):
    assert mending.lacking(thesis) == []
    client.force_login(make_staff())
    page = client.get(reverse("thesis_cases:case", args=[thesis.pk])).content.decode()
    assert "What others need" not in page


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_has_a_place_that_answers(thesis, client, field):
    address = mending.where(Missing("", field), thesis)
    client.force_login(make_user(is_superuser=True, is_staff=True))
    answer = client.get(address.partition("#")[0], follow=True)
    assert answer.status_code == 200
    if anchor := address.partition("#")[2]:
        assert html.fromstring(answer.content).get_element_by_id(anchor) is not None


def test_it_is_said_before_the_thesis_is_public(client, settings):
    settings.ETD_TARGETS = REPOSITORY
    case = make_submission(Status.IN_REVIEW)
    ThesisPage.objects.filter(pk=case.page_id).update(language="")
    case.page.files.all().delete()
    found = mending.lacking(fresh(case))
    assert {(lack.words, lack.sentence.split()[0]) for lack in found} == {
        ("Language of the thesis", "OpenAIRE"),
        ("The file", "DSpace"),
    }
    assert mending.lacking(make_submission(Status.DRAFT)) == []


def test_the_case_page_links_to_where_it_is_typed(thesis, client):
    BrandingSettings.objects.update(university_name="")
    client.force_login(make_staff())
    page = html.fromstring(client.get(reverse("thesis_cases:case", args=[thesis.pk])).content)
    links = {a.text: a.get("href") for a in page.xpath("//a[. = 'The university']")}
    assert links == {"The university": reverse("wagtailsettings:edit", args=["etd_site", "BrandingSettings"])}
    assert "Google Scholar needs the name of the university." in page.text_content()


def test_a_delivery_that_lacks_something_is_not_sent_and_says_what(thesis, settings):
    from submissions.models import Delivery, DeliveryCall
    from submissions.outlets.delivery.work import run_due

    settings.ETD_TARGETS = REPOSITORY
    ThesisPage.objects.get(pk=thesis.page_id).files.all().delete()
    Submission.objects.filter(pk=thesis.pk).update(handle="")
    outlets.refresh(thesis)
    assert current_record(fresh(thesis)).files == ()
    run_due(limit=1)
    row = Delivery.objects.get(submission=thesis)
    assert (row.state, row.error_code) == (Delivery.State.NEEDS_ATTENTION, "incomplete")
    assert row.reason == "DSpace takes a thesis with its file, and this one has none."
    assert not DeliveryCall.objects.exists()


def test_the_case_of_an_imported_thesis_without_a_file_says_what_to_do(thesis, client):
    Submission.objects.filter(pk=thesis.pk).update(student=None)
    thesis.page.files.model.objects.filter(page=thesis.page).delete()
    client.force_login(make_staff())
    page = client.get(reverse("thesis_cases:case", args=[thesis.pk])).content.decode()
    assert "import the thesis again" in page
    assert "There is no PDF yet." not in page
