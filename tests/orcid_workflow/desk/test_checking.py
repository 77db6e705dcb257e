"""The page of the set-up check."""

from django.urls import reverse

from orcid_workflow.models import ApiCall
from tests.registry_process import REDIRECT_URI

from .conftest import text


def test_it_asks_only_when_told(desk, registry, settings) -> None:
    settings.ORCID_REDIRECT_URI = REDIRECT_URI
    page = reverse("orcid_setup:index")
    assert "Check now" in text(desk.get(page))
    assert not ApiCall.objects.exists()
    answer = text(desk.post(page))
    assert "ORCID knows the client id and the secret." in answer
    assert "Check again" in answer
    settings.ORCID_CLIENT_SECRET = "wrong"
    answer = text(desk.post(page))
    assert "ORCID does not know this client id with this secret." in answer
    assert "Compare ORCID_CLIENT_ID" in answer
    assert registry.client_secret not in answer
