"""A degree as an education at ORCID."""

import datetime as dt

from orcid_workflow.messages import education as messages
from submissions.metadata.crosswalks.orcid_education import to_education
from submissions.metadata.record import DegreeRecord, Organisation
from tests.records import UNIVERSITY

DEGREE = DegreeRecord(
    uuid="5f0c3e2a-8a53-4a6e-9c53-0f6f3f1d2b11",
    institution=UNIVERSITY,
    degree_name="Doctor of Philosophy",
    department="Department of Oceanography",
    enrolled=dt.date(2021, 9, 1),
    conferred=dt.date(2026, 5, 1),
)


def test_everything_has_its_place() -> None:
    assert to_education(DEGREE) == messages.Education(
        organisation=messages.Organisation(
            "Example University", "Bergen", "NO", "https://ror.org/05dxps055", "ROR"
        ),
        external_ids=(messages.ExternalId("other-id", DEGREE.uuid),),
        role_title="Doctor of Philosophy",
        department="Department of Oceanography",
        start=messages.FuzzyDate(2021, 9, 1),
        end=messages.FuzzyDate(2026, 5, 1),
    )
    assert messages.check(to_education(DEGREE)) == []


def test_a_degree_in_progress_and_one_whose_start_nobody_confirmed() -> None:
    for enrolled, conferred in ((DEGREE.enrolled, None), (None, DEGREE.conferred)):
        education = to_education(DegreeRecord("u", UNIVERSITY, "PhD", enrolled=enrolled, conferred=conferred))
        assert messages.check(education) == []


def test_a_university_that_said_nothing_of_itself_is_refused() -> None:
    problems = messages.check(to_education(DegreeRecord("u", Organisation("University"), "PhD")))
    assert problems == [
        "The city of the institution is missing.",
        "The country of the institution is missing.",
        "The identifier of the institution, such as its ROR, is missing.",
    ]
