"""The whole way of a degree and a thesis, from the office's desk to a running registry."""

import datetime as dt

import pytest
import requests
from django.utils import timezone
from wagtail.models import Site

from etd_site.models import BrandingSettings
from orcid_workflow import sync
from orcid_workflow.models import Connection
from submissions import case_facts, lifecycle
from tests.factories import decide_all, fresh, make_draft, make_registrar, make_staff
from tests.orcid_workflow.conftest import (  # noqa: F401 - fixtures
    _answers_come_to_the_host_of_the_request,
    _registry,
    attach,
    grant_for,
    new_person,
    person,
    registry,
    works_of,
)

BEGAN = dt.date(2021, 9, 1)


def educations_of(registry, connection: Connection) -> list[dict]:  # noqa: F811 - fixtures
    """The educations that our client has on the record."""
    token = connection.tokens.filter(revoked_at=None).order_by("-pk").first().access_token
    answer = requests.get(
        f"{registry.api_url}/{connection.orcid}/educations",
        headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        timeout=5,
    )
    answer.raise_for_status()
    found = [
        one["education-summary"] for group in answer.json()["affiliation-group"] for one in group["summaries"]
    ]
    return [
        one for one in found if (one["source"]["source-client-id"] or {}).get("path") == registry.client_id
    ]


def date(education: dict, name: str) -> str:
    parts = education[f"{name}-date"] or {}
    return "-".join(parts[part]["value"] for part in ("year", "month", "day") if parts.get(part))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_degree_begins_ends_and_stays(registry, person) -> None:  # noqa: F811 - fixtures
    case = make_draft(connected=False)
    branding = BrandingSettings.for_site(Site.objects.get(is_default_site=True))
    branding.institution_ror, branding.city, branding.country = "https://ror.org/05gq02987", "Halifax", "CA"
    branding.save()
    connection = attach(grant_for(registry, person), case.student)

    case_facts.confirm_enrolment(case, actor=make_staff(), enrolled_on=BEGAN)
    sync.run_due()
    (begun,) = educations_of(registry, connection)
    assert (begun["role-title"], date(begun, "start"), date(begun, "end")) == (
        "Doctor of Philosophy",
        "2021-09-01",
        "",
    )

    case_facts.name_thesis(case, actor=make_staff(), doi="10.5555/abc", handle="20.500.12345/678")
    lifecycle.submit(fresh(case), actor=case.student)
    decide_all(case)
    lifecycle.approve(fresh(case), actor=make_staff())
    lifecycle.record_conferral(fresh(case), actor=make_registrar(), conferred_on=timezone.localdate())
    sync.run_due()
    (ended,) = educations_of(registry, connection)
    assert (ended["put-code"], date(ended, "end")) == (begun["put-code"], timezone.localdate().isoformat())
    (work,) = works_of(registry, connection)
    assert {one["external-id-type"] for one in work["external-ids"]["external-id"]} == {
        "source-work-id",
        "doi",
        "handle",
    }

    lifecycle.withdraw(fresh(case), actor=make_staff(), comment="A mistake.")
    sync.run_due()
    assert works_of(registry, connection) == []
    assert [one["put-code"] for one in educations_of(registry, connection)] == [begun["put-code"]]
