"""A page that is kept for some is not public anywhere: every way to a thesis is tried."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import PageViewRestriction

from orcid_workflow.models import OrcidItem
from submissions import outlets, visibility
from submissions.models import RecordPerson, Status, Submission
from submissions.outlets.packages.errors import PackageRefused
from submissions.outlets.packages.source import thesis_of
from tests.factories import fresh, make_connection, make_submission, make_user

pytestmark = pytest.mark.django_db
TITLE = "Tidal mixing in narrow fjords"


@pytest.fixture
def thesis():
    submission = make_submission(Status.PUBLISHED)
    seat = submission.invitations.first()
    seat.connection = make_connection()
    seat.save()
    outlets.refresh(submission)
    return fresh(submission)


def keep(page, kind=PageViewRestriction.PASSWORD, **fields):
    return PageViewRestriction.objects.create(page=page, restriction_type=kind, **fields)


def ways(submission) -> dict[str, str | int]:
    """What a stranger gets by each address: the status, or for a list whether the thesis is in it."""
    client, page = Client(), submission.page
    item = page.thesis_file
    found = {
        name: client.get(address).status_code
        for name, address in {
            "page": page.url,
            "json": f"{page.url.rstrip('/')}.json",
            "linkset": f"{page.url.rstrip('/')}.linkset",
            "bib": f"{page.url.rstrip('/')}.bib",
            "by uuid": reverse("records:record", args=[submission.uuid, "datacite"]),
            "file": reverse("files:download", args=[submission.uuid, item.key, item.name]),
        }.items()
    }
    lists = {
        "list": page.get_parent().url,
        "search": f"{page.get_parent().url}?q=fjords",
        "feed": reverse("records:feed"),
    }
    for name, address in lists.items():
        found[name] = TITLE in client.get(address).getvalue().decode()
    found["harvest"] = (
        'status="deleted"'
        not in client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc").getvalue().decode()
    )
    found["by person"] = RecordPerson.objects.filter(submission=submission).exists()
    return found


OPEN = {
    **dict.fromkeys(("page", "json", "linkset", "bib", "by uuid", "file"), 200),
    **dict.fromkeys(("list", "search", "feed", "harvest", "by person"), True),
}
SHUT = {
    "page": 200,  # where the password is asked for
    "json": 404,
    "linkset": 404,
    "bib": 410,
    "by uuid": 410,
    "file": 403,
    **dict.fromkeys(("list", "search", "feed", "harvest", "by person"), False),
}


def test_an_open_thesis_is_found_by_every_way(thesis):
    assert ways(thesis) == OPEN
    assert visibility.is_public(thesis)
    assert list(visibility.public()) == [thesis]


def test_a_page_that_is_kept_for_some_is_found_by_none_and_back_when_it_is_not(thesis):
    restriction = keep(thesis.page, password="secret")
    assert ways(thesis) == SHUT
    assert TITLE not in Client().get(thesis.page.url).content.decode()
    assert not visibility.is_public(fresh(thesis))
    assert list(visibility.public()) == []
    assert OrcidItem.objects.get(key=str(thesis.uuid), kind="work").desired_hash == ""
    with pytest.raises(PackageRefused, match="is not public"):
        thesis_of(fresh(thesis))
    restriction.delete()
    assert ways(thesis) == OPEN


def test_what_keeps_the_list_keeps_every_thesis_under_it(thesis):
    keep(thesis.page.get_parent(), password="secret")
    shut = ways(thesis)
    assert {name: shut[name] for name in SHUT} == SHUT


def test_a_restriction_elsewhere_keeps_nothing(thesis):
    other = make_submission(Status.PUBLISHED)
    keep(other.page, password="secret")
    assert list(visibility.public()) == [thesis]
    assert visibility.is_public(thesis)


def test_who_is_let_in_reads_page_and_file(thesis):
    restriction = keep(thesis.page, PageViewRestriction.GROUPS)
    group = Group.objects.create(name="Readers")
    restriction.groups.add(group)
    item = thesis.page.thesis_file
    file = reverse("files:download", args=[thesis.uuid, item.key, item.name])
    reader, other = make_user(groups=("Readers",)), make_user()
    for user, status in ((reader, 200), (other, 403)):
        client = Client()
        client.force_login(user)
        assert client.get(file).status_code == status
    client.force_login(reader)
    page = client.get(thesis.page.url)
    assert TITLE in page.content.decode()
    assert "Link" not in page
    assert "describedby" not in page.content.decode()
    assert client.get(file)["Cache-Control"] == "private, no-cache"


def test_a_draft_is_not_public():
    assert not visibility.is_public(make_submission(Status.IN_REVIEW))
    assert not visibility.public(Submission.objects.all()).exists()
