"""What a record offers: what fits, what is verified, what goes on; and what fills an empty field."""

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.test import TestCase
from django.utils import timezone

from orcid_workflow import connections
from orcid_workflow.profile import Affiliation, Fact, Profile, Source
from submissions.models import Submission
from submissions.steps.case import Case
from submissions.steps.orcid import fill
from submissions.steps.prefill import SOURCE, Offer, is_from_orcid, offers, prefill, stated_by
from tests.factories import fresh, make_connection, make_draft

from .pages import client_of, step_url
from .test_profile import RECORD

ID = "0000-0002-1825-0097"


def values(record) -> dict[str, list[str]]:
    """What is offered, without who stated it."""
    return {name: [offer.value for offer in found] for name, found in offers(record).items()}


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
    assert values(record) == {"education": ["PhD, Physics, New University"]}


def test_several_things_are_a_choice_and_each_says_who_stated_it():
    by_hand, by_university = Source(self_asserted=True), Source(name="New University", client_id="APP-1")
    record = Profile(
        ID,
        educations=(
            Affiliation("New University", "Physics", "PhD", source=by_university),
            Affiliation("Other University", "Law", "LLM", source=by_hand),
            Affiliation("New University", "Physics", "PhD", source=by_hand),
        ),
        countries=(Fact("DE", by_hand), Fact("GB", by_hand)),
    )
    assert offers(record)["education"] == [
        Offer("PhD, Physics, New University", "New University"),
        Offer("LLM, Law, Other University", "yourself"),
    ]
    assert [offer.value for offer in offers(record)["country"]] == ["DE", "GB"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (Source(self_asserted=True), "yourself"),
        (Source(name="Ada", self_asserted=True), "yourself"),
        (
            Source(name="Crossref Metadata Search", client_id="APP-1", self_asserted=True),
            "yourself, through Crossref Metadata Search",
        ),
        (Source(name="University X", client_id="APP-2"), "University X"),
        (
            Source(name="Hub", client_id="APP-3", origin_name="University X"),
            "University X, through Hub",
        ),
        (Source(), "an unnamed source"),
    ],
)
def test_who_stated_it_in_words(source, said):
    assert stated_by(source) == said


def test_what_does_not_fit_is_not_offered():
    record = Profile(ID, given="A" * 101, family="Byron", countries=(Fact("XX"), Fact("DE")))
    assert values(record) == {"author_family": ["Byron"], "country": ["DE"]}


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
        assert set(taken) == {"other_names", "contact_email", "research_keywords", "websites"}
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

    def test_the_address_of_the_account_is_offered_and_not_taken(self):
        case = self.case()
        case.submission.student.email = "ADA@example.org"
        assert "contact_email" not in prefill(case)
        assert [offer.value for offer in offers(case.orcid_profile)["contact_email"]] == ["ada@example.org"]

    def test_where_the_record_says_several_things_nothing_is_taken(self):
        case = self.case()
        record = case.orcid_profile
        case.orcid_profile = replace(record, countries=(*record.countries, Fact("DE")))
        assert "country" not in prefill(case)


@pytest.mark.django_db
class TestAnotherPersonsRecord:
    """Somebody else was still signed in at ORCID; the student undoes it and connects their own iD."""

    OWN = {"person": {"keywords": {"keyword": [{"content": "fjords"}]}}}

    @pytest.fixture
    def draft(self):
        draft = make_draft(complete=False, connected=False)
        self.wrong = make_connection(draft.student, record=RECORD)
        fill(Case.find(draft.uuid, draft.student))
        draft = fresh(draft)
        assert (draft.profile.country, draft.profile.from_orcid[SOURCE]) == ("GB", self.wrong.orcid)
        draft.profile.other_names = "Typed by hand"
        draft.profile.save()
        return draft

    def disconnect(self):
        with TestCase.captureOnCommitCallbacks(execute=True):
            connections.disconnect(self.wrong)

    def test_disconnecting_takes_out_what_was_not_changed(self, draft):
        client = client_of(draft.student)
        client.post(step_url(draft, "profile"), {"use_orcid": "author_given", "author_given": ""})
        assert fresh(draft).page.author_given == "Ada"
        self.disconnect()
        now = fresh(draft)
        assert (now.profile.country, now.profile.contact_email, now.profile.research_keywords) == ("", "", "")
        assert now.profile.websites == ""
        assert now.profile.other_names == "Typed by hand"
        assert now.page.author_given == now.page.get_latest_revision_as_object().author_given == "Test"
        assert now.profile.from_orcid == {}

    def test_the_own_record_fills_in_then(self, draft):
        self.disconnect()
        own = make_connection(None, record=self.OWN)
        type(own).objects.filter(pk=self.wrong.pk).update(user=None)
        type(own).objects.filter(pk=own.pk).update(user=draft.student)
        case = Case.find(draft.uuid, draft.student)
        assert fill(case) == ["Research interests"]
        assert fresh(draft).profile.research_keywords == "fjords"
        assert fresh(draft).profile.from_orcid[SOURCE] == own.orcid

    def test_nothing_is_said_to_come_from_an_iD_that_is_not_connected(self, draft):
        type(self.wrong).objects.filter(pk=self.wrong.pk).update(user=None)
        make_connection(draft.student, record=RECORD)
        case = Case.find(draft.uuid, draft.student)
        assert not is_from_orcid(case, "country")

    def test_a_submitted_thesis_keeps_its_values(self, draft):
        Submission.objects.filter(pk=draft.pk).update(submitted_at=timezone.now(), status="changes_requested")
        self.disconnect()
        assert fresh(draft).profile.country == "GB"
        type(self.wrong).objects.filter(pk=self.wrong.pk).update(user=None)
        make_connection(draft.student, record=self.OWN)
        fill(Case.find(draft.uuid, draft.student))
        assert fresh(draft).profile.country == "GB"
        assert not is_from_orcid(Case.find(draft.uuid, draft.student), "country")
