"""What stands in a member's receipt stood beside the button that they pressed, whichever way they came."""

import pytest

from orcid_workflow.models import Consent
from tests.consent_text import check_receipt, press

from .conftest import typed, visit
from .test_orcid import connect

pytestmark = pytest.mark.django_db
BUTTON = "Create or connect your ORCID iD"
OTHER = "Sign in with another iD"


@pytest.fixture(params=["while deciding", "after the decision"])
def link(request, reader, case, seat, address) -> str:
    """The member's page, before and after they decided."""
    if request.param == "after the decision":
        reader.post(address(seat, "decide"), typed(case))
    return address(seat)


def test_the_first_time(registry, reader, link) -> None:
    page, start = press(reader, reader.get(link), BUTTON)
    reader.get(visit(registry, start["Location"], 9001))
    check_receipt(reader, page, "committee")


def test_with_another_id(registry, reader, link) -> None:
    connect(reader, registry, link, 9001)
    page, start = press(reader, reader.get(link), OTHER)
    reader.get(visit(registry, start["Location"], 9002))
    reader.post("/orcid/choose/", {"choice": "use"})
    check_receipt(reader, page, "committee")
    assert Consent.objects.count() == 2


def test_after_a_no(registry, reader, link) -> None:
    denied = reader.get(visit(registry, reader.post(link + "connect/")["Location"], 9004, allow=False))
    page, start = press(reader, denied, BUTTON)
    reader.get(visit(registry, start["Location"], 9002))
    check_receipt(reader, page, "committee")
