"""Names that differ, and when ORCID is said to hear of what changed."""

import pytest

from orcid_workflow.models import OrcidItem
from submissions import record_wording
from tests.factories import make_submission

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("at_orcid", "here", "hint"),
    [
        ("Ingrid Sørensen", "Helen Okafor", True),
        ("Ingrid Sørensen", "I. Sørensen", False),
        ("SØRENSEN, Ingrid", "Ingrid Hansen", False),
        ("Luis Ferreira", "Luís Ferreira-Costa", False),
        ("L. Ferreira", "L. Costa", True),
        ("", "Helen Okafor", False),
        ("Suharti", "Suharti", False),
        ("陈 美玲", "Mei-Ling Chen", True),
        ("陈 美玲", "陈美玲", False),
    ],
)
def test_names_that_have_nothing_in_common_are_told_apart(at_orcid, here, hint):
    assert record_wording.other_name(at_orcid, here) == (at_orcid if hint else "")


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("Luís Ferreira", "Jon Berg", False),
        ("陈 美玲", "Mei-Ling Chen", True),
        ("Анна Ковальчук", "Anna Kovalchuk", True),
        ("陈 美玲 (Mei-Ling Chen)", "Jon Berg", False),
    ],
)
def test_names_in_two_scripts_cannot_be_compared(one, other, answer):
    assert record_wording.is_other_script(one, other) is answer


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("manual", "ORCID is told when the student has looked at it."),
        ("nightly", "ORCID is told on "),
        ("automatic", "ORCID is told next."),
    ],
)
def test_the_office_is_told_when_orcid_hears_of_it_by_the_mode(settings, mode, said):
    settings.ORCID_MODE = mode
    submission = make_submission("published")
    assert record_wording.told_to_orcid(submission).startswith(said)
    submission.student.orcid_connections.update(state="revoked")
    told = record_wording.told_to_orcid(submission)
    assert told == "ORCID cannot be told as things stand: the reason is below, under ORCID."


def test_an_entry_that_stays_is_not_spoken_of_beside_one_that_goes():
    submission = make_submission("published")
    items = OrcidItem.objects.filter(key=str(submission.uuid))
    assert {item.kind for item in items} == {"work", "education"}
    items.filter(kind="education").update(state="sent")
    assert record_wording.told_to_orcid(submission) == "ORCID is told next."
    items.filter(kind="work").update(state="needs_attention")
    assert record_wording.told_to_orcid(submission).startswith("ORCID cannot be told as things stand")
    items.filter(kind="education").update(state="paused")
    told = "When ORCID is told of each entry is below, under ORCID."
    assert record_wording.told_to_orcid(submission) == told
    items.update(state="sent")
    assert record_wording.told_to_orcid(submission) == "Nothing has to change at ORCID."
    items.update(state="removed")
    assert record_wording.told_to_orcid(submission) == ""


def test_without_an_entry_nothing_is_said_of_orcid(settings):
    settings.ETD_ORCID_REQUIRED = False
    assert record_wording.told_to_orcid(make_submission("published", connected=False)) == ""
