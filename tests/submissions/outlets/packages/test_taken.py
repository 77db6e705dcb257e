"""Packages of several theses from the desk, and what is written down of packages that were taken."""

import io
import zipfile

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.urls import reverse

from submissions.models import PackageTaken, Status, Submission, Term
from submissions.outlets.packages import Kind, PackageBroken, make, noting
from submissions.permissions import MANAGER_GROUP
from tests.factories import make_office, make_registrar, make_staff, make_submission, make_user

pytestmark = pytest.mark.django_db
BULK = "/admin/thesis-cases/packages/"


def archive(answer) -> zipfile.ZipFile:
    assert answer.status_code == 200, answer.headers
    found = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert found.testzip() is None
    return found


def folders(answer) -> set[str]:
    """The theses in a bag of several."""
    inside = (name.split("/") for name in archive(answer).namelist())
    return {parts[2] for parts in inside if len(parts) > 3 and parts[1] == "data"}


def taken() -> list[tuple[int, str, str]]:
    return sorted(PackageTaken.objects.values_list("submission_id", "kind", "taken_by"))


@pytest.fixture
def manager(client):
    make_office()
    client.user = make_user(groups=(MANAGER_GROUP,))
    client.force_login(client.user)
    return client


def test_a_package_that_was_taken_is_on_the_page_of_the_case(manager):
    case = make_submission(Status.PUBLISHED)
    answer = manager.get(reverse("thesis_cases:package", args=[case.pk, Kind.SAF]))
    assert taken() == []  # nothing has left yet
    archive(answer)
    assert taken() == [(case.pk, "saf", manager.user.get_full_name())]
    page = manager.get(reverse("thesis_cases:case", args=[case.pk])).content.decode()
    assert "Packages taken" in page
    assert f"DSpace Simple Archive Format, {manager.user.get_full_name()}" in page


def test_what_is_broken_off_was_not_taken(manager):
    case = make_submission(Status.PUBLISHED)
    address = reverse("thesis_cases:package", args=[case.pk, Kind.BAG])
    chunks = noting(make(Kind.BAG, Submission.objects.filter(pk=case.pk)), Kind.BAG, "Somebody")
    assert next(chunks)
    chunks.close()  # as the web server does when the reader went away
    item = case.page.thesis_file
    with open(storages["theses"].path(item.file.name), "wb") as stored:
        stored.write(b"x" * item.size)
    with pytest.raises(PackageBroken):
        b"".join(manager.get(address).streaming_content)
    assert taken() == []


def test_only_public_theses_can_be_ticked_and_are_counted(manager):
    cases = [make_submission(status) for status in (Status.PUBLISHED, Status.DRAFT, Status.WITHDRAWN)]
    page = manager.get(reverse("thesis_cases:index")).content.decode()
    assert [case.pk for case in cases if f'name="item" value="{case.pk}"' in page] == [cases[0].pk]
    assert "the one public thesis that match" not in page
    assert "the one public thesis of those that match" in page
    assert "Drafts and withdrawn theses have no box" in page
    make_submission(Status.PUBLISHED)
    page = manager.get(reverse("thesis_cases:index")).content.decode()
    assert "all 2 public theses of those that match" in page
    page = manager.get(reverse("thesis_cases:index"), {"status": "draft"}).content.decode()
    assert "all 0 public theses" in page


def test_those_that_are_ticked(manager):
    cases = [make_submission(Status.PUBLISHED) for _ in range(3)]
    page = manager.get(reverse("thesis_cases:index")).content.decode()
    assert all(f'name="item" value="{case.pk}"' in page for case in cases)
    chosen = [case.pk for case in cases[:2]]
    answer = manager.post(BULK, {"kind": "bagit", "which": "ticked", "item": chosen})
    assert answer["Content-Disposition"] == 'attachment; filename="theses-bagit.zip"'
    assert folders(answer) == {case.reference for case in cases[:2]}
    assert [number for number, _, _ in taken()] == chosen


@pytest.mark.parametrize("kind", [Kind.SAF, Kind.SIP])
def test_every_thesis_of_every_kind_is_noted(manager, kind):
    cases = [make_submission(Status.PUBLISHED) for _ in range(2)]
    archive(manager.post(BULK, {"kind": kind, "item": [case.pk for case in cases]}))
    assert taken() == [(case.pk, kind, manager.user.get_full_name()) for case in cases]


def test_a_whole_term_by_its_filter(manager):
    here, too, elsewhere = (make_submission(Status.PUBLISHED) for _ in range(3))
    make_submission(Status.DRAFT)
    other = Term.objects.exclude(pk=here.term_id).first()
    type(here).objects.filter(pk=elsewhere.pk).update(term=other)
    answer = manager.post(BULK, {"kind": "bagit", "which": "all", "query": f"term={here.term_id}"})
    assert here.term.name.lower().replace(" ", "-") in answer["Content-Disposition"]
    archive(answer)
    assert [number for number, _, _ in taken()] == [here.pk, too.pk]
    said = manager.get(reverse("thesis_cases:index")).content.decode()
    assert "1 thesis is not public, and not in the package" in said


def test_all_that_a_search_finds(manager):
    cases = [make_submission(Status.PUBLISHED) for _ in range(2)]
    answer = manager.post(
        BULK, {"kind": "saf", "which": "all", "query": f"q={cases[1].reference}&status=published"}
    )
    archive(answer)
    assert [number for number, _, _ in taken()] == [cases[1].pk]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"which": "ticked"}, "No thesis was ticked"),
        ({"which": "all", "query": "term=nonsense"}, "The filter could not be read"),
        ({"which": "all", "query": "status=draft"}, "only published theses leave"),
    ],
)
def test_what_cannot_be_made_is_said_on_the_list(manager, data, words):
    make_submission(Status.PUBLISHED)
    answer = manager.post(BULK, {"kind": "saf", **data}, follow=True)
    assert answer.redirect_chain
    assert words in answer.content.decode()
    assert taken() == []


def test_what_proquest_lacks_is_said_of_each_thesis_and_not_without_end(manager, settings):
    settings.ETD_PROQUEST = {}
    cases = [make_submission(Status.PUBLISHED) for _ in range(8)]
    answer = manager.post(BULK, {"kind": "proquest", "item": [case.pk for case in cases]}, follow=True)
    page = answer.content.decode()
    assert f"{cases[0].reference}: The school" in page
    assert "more. Mend these first" in page


def test_nobody_else_takes_several(client):
    case = make_submission(Status.PUBLISHED)
    client.force_login(make_registrar())
    page = client.get(reverse("thesis_cases:index")).content.decode()
    assert case.reference in page
    assert 'name="item"' not in page
    answer = client.post(BULK, {"kind": "saf", "item": [case.pk]})
    assert answer.status_code in (302, 403)
    assert not answer.streaming
    client.force_login(make_staff())
    assert client.get(BULK).status_code == 405
    assert client.post(BULK, {"kind": "rar", "item": [case.pk]}).status_code == 404


def test_the_command_names_what_it_leaves_out(tmp_path, capsys):
    public, draft = make_submission(Status.PUBLISHED), make_submission(Status.IN_REVIEW)
    call_command("export_packages", "bagit", draft.reference, public.reference, "--output", str(tmp_path))
    said = capsys.readouterr().err
    assert said == (
        f"{draft.reference} is left out: it is not public (its state is “{draft.get_status_display()}”).\n"
    )
    assert public.reference not in said
    assert taken() == [(public.pk, "bagit", "")]
    call_command("export_packages", "bagit", "--output", str(tmp_path))
    assert capsys.readouterr().err == ""  # nobody asked for the other by its name


def test_the_command_names_what_is_of_another_term(tmp_path, capsys):
    here, elsewhere = make_submission(Status.PUBLISHED), make_submission(Status.PUBLISHED)
    other = Term.objects.exclude(pk=here.term_id).first()
    Submission.objects.filter(pk=elsewhere.pk).update(term=other)
    asked = [here.reference, elsewhere.reference, "--term", here.term.name]
    call_command("export_packages", "bagit", *asked, "--output", str(tmp_path))
    said = capsys.readouterr().err
    assert said == f"{elsewhere.reference} is left out: it is not of the term {here.term.name}.\n"


def test_the_command_notes_what_it_wrote(tmp_path, capsys):
    case = make_submission(Status.PUBLISHED)
    call_command("export_packages", "saf", case.reference, "--output", str(tmp_path))
    assert taken() == [(case.pk, "saf", "")]
