"""wishes.desire: what the registry would refuse never leaves, whoever wrote the message, and the reason is shown."""

import pytest
import requests
from django.urls import reverse

from orcid_workflow import sync, wishes
from orcid_workflow.api import client
from orcid_workflow.api.errors import Action
from orcid_workflow.models import OrcidItem

from .conftest import Person, calls, works_of
from .items import a_work, check_sent, later
from .messages.broken import BROKEN, DEGREE, THESIS

pytestmark = pytest.mark.django_db
State = OrcidItem.State


_somebody: list[Person] = []


class TestBroken:
    """One person for all of them, since nothing comes to the record."""

    @pytest.fixture
    def person(self, new_person) -> Person:
        if not _somebody:
            _somebody.append(new_person())
        return _somebody[0]

    @pytest.mark.parametrize("name", BROKEN)
    def test_what_is_broken_is_never_sent(self, registry, connection, name) -> None:
        case, before = BROKEN[name], calls(registry, connection.orcid)
        item = sync.desire(connection, case.kind, "thesis-1", case.message, title="On Kelp")
        assert sync.run_due() == sync.run_due(now=later()) == 0
        item.refresh_from_db()
        assert (item.state, item.action, item.error_code) == (
            State.NEEDS_ATTENTION,
            Action.ASK_STAFF,
            wishes.REFUSED_CODE,
        )
        assert case.reason in item.reason
        assert (item.message, item.desired_hash, item.title) == ("", wishes.REFUSED, "On Kelp")
        assert not wishes.approve(item)
        sync.send_again(item)
        sync.run_due(now=later())
        assert calls(registry, connection.orcid) == before

    @pytest.mark.parametrize("name", [name for name, case in BROKEN.items() if not case.taken])
    def test_the_registry_would_have_refused_it(self, registry, connection, name) -> None:
        """So that no rule here is one that nobody has."""
        case = BROKEN[name]
        answer = requests.post(
            f"{registry.api_url}/{connection.orcid}/{case.kind}",
            data=case.message,
            headers={
                "Authorization": f"Bearer {connection.tokens.first().access_token}",
                "Content-Type": client.XML_TYPE,
                "Accept": client.JSON_TYPE,
            },
            timeout=5,
        )
        assert answer.status_code == 400, answer.text


@pytest.mark.parametrize(("kind", "message"), [("work", THESIS), ("education", DEGREE)])
def test_what_was_not_broken_is_sent(registry, connection, kind, message) -> None:
    """The messages from which the broken ones are made."""
    item = sync.desire(connection, kind, "thesis-1", message)
    sync.run_due()
    item.refresh_from_db()
    assert item.state == State.SENT, item.reason


def test_what_is_on_the_record_stays_until_it_is_mended(registry, connection, browser) -> None:
    item = sync.desire(connection, "work", "thesis-1", a_work("k-1"), title="On Kelp")
    sync.run_due()
    before = calls(registry, connection.orcid)
    bad = a_work("k-1", "On Giant Kelp").replace(b"dissertation-thesis", b"thesis")
    sync.desire(connection, "work", "thesis-1", bad, title="On Giant Kelp")
    sync.run_due(now=later())
    assert calls(registry, connection.orcid) == before
    assert [work["title"]["title"]["value"] for work in works_of(registry, connection)] == ["On Kelp"]
    assert "ORCID has no work type “thesis”." in browser.get(reverse("orcid:home")).content.decode()
    sync.desire(connection, "work", "thesis-1", a_work("k-1", "On Giant Kelp"), title="On Giant Kelp")
    sync.run_due(now=later())
    check_sent(registry, item, "On Giant Kelp")
