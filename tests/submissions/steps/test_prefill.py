"""What a record offers: what fits, what is verified, what goes on; and what fills an empty field."""

import pytest
from django.contrib.auth import get_user_model

from orcid_workflow.profile import Affiliation, Fact, Profile
from submissions.steps.case import Case
from submissions.steps.prefill import is_from_orcid, offers, prefill
from tests.factories import make_connection, make_draft

from .test_profile import RECORD

ID = "0000-0002-1825-0097"


def test_no_record_offers_nothing():
    assert offers(None) == {}
    assert offers(Profile(ID)) == {}


def test_only_what_goes_on_is_current():
    record = Profile(
        ID,
        educations=(
            Affiliation("Old University", end="2019"),
            Affiliation("New University", "Physics", "PhD"),
        ),
        employments=(Affiliation("Old Works", end="2019-05"),),
    )
    assert offers(record) == {"education": "PhD, Physics, New University"}


def test_what_does_not_fit_is_not_offered():
    record = Profile(ID, given="A" * 101, family="Byron", countries=(Fact("XX"), Fact("DE")))
    assert offers(record) == {"author_family": "Byron", "country": "DE"}


@pytest.mark.django_db
class TestPrefill:
    def case(self, **names) -> Case:
        draft = make_draft(complete=False, connected=False)
        make_connection(draft.student, record=RECORD)
        for name, value in names.items():
            setattr(draft.page, name, value)
        draft.page.save()
        return Case.find(draft.uuid, get_user_model().objects.get(pk=draft.student_id))

    def test_empty_fields_are_filled_and_typed_ones_left(self):
        case = self.case()
        case.profile.country = "FR"
        taken = prefill(case)
        assert set(taken) == {"other_names", "contact_email", "research_keywords"}
        assert (case.profile.country, case.page.author_given) == ("FR", "Test")
        assert is_from_orcid(case, "contact_email")
        assert not is_from_orcid(case, "country")

    def test_a_name_is_filled_whole_or_not_at_all(self):
        assert "author_given" not in prefill(self.case(author_given="", author_family="Only"))
        case = self.case(author_given="", author_family="")
        prefill(case)
        assert case.page.author_name == "Ada Byron"

    def test_a_second_time_does_nothing(self):
        case = self.case()
        prefill(case)
        assert prefill(case) == []
