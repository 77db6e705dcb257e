"""DOIs for theses that were approved before this site gave any."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from submissions import lifecycle
from submissions.models import Status, Submission
from submissions.models.deliveries import Delivery, Wish
from submissions.outlets.doi.codes import ALPHABET, code
from tests.factories import fresh, make_staff, make_submission

pytestmark = pytest.mark.django_db
TARGET = {
    "kind": "datacite",
    "address": "http://127.0.0.1:9",
    "user": "u",
    "secret": "s3cret-word",
    "prefix": "10.5555",
    "shoulder": "ETD-",
}


def test_each_gets_one_and_a_second_run_changes_nothing(settings, capsys) -> None:
    approved, public = make_submission(Status.APPROVED), make_submission(Status.PUBLISHED)
    review, imported = make_submission(Status.IN_REVIEW), make_submission(Status.PUBLISHED)
    Submission.objects.filter(pk=imported.pk).update(student=None)
    settings.ETD_TARGETS = {"doi": TARGET}
    call_command("give_dois", "--dry-run")
    assert "2 thesis(es) have no DOI" in capsys.readouterr().out
    assert fresh(public).doi == ""
    call_command("give_dois")
    assert fresh(public).doi == f"10.5555/etd-{code(public.uuid)}"
    assert fresh(review).doi == fresh(imported).doi == ""
    wishes = {row.submission_id: row.wish for row in Delivery.objects.all()}
    assert wishes == {approved.pk: Wish.RESERVED, public.pk: Wish.PUBLIC}
    capsys.readouterr()
    call_command("give_dois")
    assert "0 thesis(es)" in capsys.readouterr().out


def test_a_code_that_is_taken_makes_way(settings) -> None:
    settings.ETD_TARGETS = {"doi": TARGET}
    one, other = make_submission(Status.IN_REVIEW), make_submission(Status.APPROVED)
    Submission.objects.filter(pk=other.pk).update(doi=f"10.5555/ETD-{code(one.uuid)}")
    lifecycle.approve(one, actor=make_staff())
    assert fresh(one).doi == f"10.5555/etd-{code(one.uuid, 1)}"


def test_one_that_fails_holds_up_no_other(settings, capsys) -> None:
    first, second = make_submission(Status.APPROVED), make_submission(Status.APPROVED)
    settings.ETD_TARGETS = {"doi": TARGET}
    settings.ETD_INSTITUTION = "tests.submissions.management.test_give_dois.no_university"
    Submission.objects.filter(pk=first.pk).update(
        conferred_on=timezone.localdate()
    )  # its degree names the university
    with pytest.raises(CommandError, match="1 thesis"):
        call_command("give_dois")
    assert "1 thesis(es) were given a DOI" in capsys.readouterr().out
    assert (fresh(first).doi, fresh(second).doi) == (
        "",
        f"10.5555/{TARGET['shoulder'].lower()}{code(second.uuid)}",
    )


def no_university(site) -> None:
    """A site whose name cannot be found out."""
    raise LookupError


def test_it_says_where_to_set_up_datacite_when_there_is_none() -> None:
    with pytest.raises(CommandError, match="datacite"):
        call_command("give_dois")


def test_a_code_has_no_letters_that_are_taken_for_others() -> None:
    assert not set(ALPHABET) & set("0o1iluOIL")
    assert len(set(ALPHABET)) == 30
