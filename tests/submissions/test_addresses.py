"""Every absolute address begins with ``ETD_BASE_URL``, whatever the site's row says."""

import pytest
from wagtail.models import Site

from submissions.addresses import file_url, page_url
from submissions.committee.invitations import link
from submissions.models import Status
from tests.factories import fresh, make_submission

pytestmark = pytest.mark.django_db
BASE = "https://etd.example.edu"


@pytest.fixture
def submission(settings):
    submission = make_submission(Status.PUBLISHED)
    settings.ETD_BASE_URL = BASE
    Site.objects.update(hostname="localhost", port=8765)
    Site.clear_site_root_paths_cache()
    return fresh(submission)


def test_the_page_and_the_file(submission, client):
    page = submission.page
    item = page.thesis_file
    assert page_url(page) == f"{BASE}/theses/{page.slug}/"
    assert file_url(submission, item) == f"{BASE}/files/{submission.uuid}/{item.key}/thesis.pdf"
    for address in (page_url(page), file_url(submission, item)):
        assert client.get(address.removeprefix(BASE)).status_code == 200


def test_the_link_of_a_committee_member(submission):
    assert link(submission.invitations.first()).startswith(f"{BASE}/committee/")
