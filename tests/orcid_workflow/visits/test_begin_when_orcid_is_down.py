"""ORCID does not answer at the moment somebody wants to go there."""

import socket

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead_port():
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def person(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("person"))
    return client


def test_a_page_says_that_orcid_does_not_answer(person, settings, dead_port):
    settings.ORCID_BASE_URL = f"http://127.0.0.1:{dead_port}"
    settings.ORCID_PROBE_SECONDS = 1
    page = person.post(reverse("orcid:connect"))
    assert page.status_code == 503
    assert "ORCID does not answer at the moment" in page.content.decode()
    again = person.post(reverse("orcid:again"))
    assert again.status_code == 503


def test_it_is_not_asked_where_the_site_does_not_want_it(person, settings, dead_port):
    settings.ORCID_BASE_URL = f"http://127.0.0.1:{dead_port}"
    settings.ORCID_PROBE_SECONDS = 0
    assert person.post(reverse("orcid:connect")).status_code == 302
