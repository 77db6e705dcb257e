"""A web server that names the person: REMOTE_USER and the attributes beside it."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from orcid_workflow.models import IdHint

pytestmark = pytest.mark.django_db
ATTRIBUTES = {
    "REMOTE_USER": "okafor",
    "givenName": "Ngozi",
    "sn": "Okafor",
    "mail": "ngozi@example.edu;old@example.edu",
    "eduPersonOrcid": "https://orcid.org/0000-0002-1825-0097",
}


@pytest.fixture(autouse=True)
def switched_on(settings):
    settings.ETD_REMOTE_USER = "REMOTE_USER"
    settings.AUTHENTICATION_BACKENDS = [
        "etd_site.campus.remote_user.RemoteUserBackend",
        "etd_site.campus.passwords.PasswordBackend",
    ]
    after = "django.contrib.auth.middleware.AuthenticationMiddleware"
    middleware = list(settings.MIDDLEWARE)
    middleware.insert(middleware.index(after) + 1, "etd_site.campus.remote_user.RemoteUserMiddleware")
    settings.MIDDLEWARE = middleware


def test_whom_the_web_server_names_is_signed_in_with_their_names(client):
    answer = client.get(reverse("submissions:desk"), **ATTRIBUTES)
    assert answer.status_code == 200
    user = get_user_model().objects.get()
    assert (user.username, user.get_full_name(), user.email) == (
        "okafor",
        "Ngozi Okafor",
        "ngozi@example.edu",
    )
    assert IdHint.objects.get().orcid == "0000-0002-1825-0097"


def test_the_sign_in_lasts_on_pages_that_the_web_server_does_not_protect(client):
    client.get(reverse("login"), **ATTRIBUTES)
    assert client.get(reverse("submissions:desk")).status_code == 200


def test_a_header_from_outside_names_nobody(client):
    assert client.get(reverse("submissions:desk"), HTTP_REMOTE_USER="okafor").status_code == 302
    assert not get_user_model().objects.exists()


def test_an_account_with_a_password_is_not_opened_and_the_page_says_why(client, django_user_model):
    django_user_model.objects.create_superuser("okafor", password="long and secret")
    answer = client.get(reverse("login"), **ATTRIBUTES)
    assert "has a password of its own" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_who_was_there_before_is_signed_out_also_when_the_new_one_is_refused(client, django_user_model):
    client.get(reverse("submissions:desk"), **ATTRIBUTES)
    django_user_model.objects.create_user("berg", password="their own")
    answer = client.get(reverse("submissions:desk"), REMOTE_USER="berg")
    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session


def test_one_sign_in_is_enough_for_many_pages(client):
    client.get(reverse("submissions:desk"), **ATTRIBUTES)
    key = client.session.session_key
    client.get(reverse("submissions:desk"), **ATTRIBUTES)
    assert client.session.session_key == key


def test_a_name_that_was_given_to_somebody_new_opens_nothing_where_a_lasting_attribute_tells(
    client, settings
):
    settings.ETD_REMOTE_USER_ATTRIBUTES = {**settings.ETD_REMOTE_USER_ATTRIBUTES, "subject": "pairwise-id"}
    client.get(reverse("login"), **ATTRIBUTES, **{"pairwise-id": "a1@example.edu"})
    client.logout()
    answer = client.get(reverse("login"), **ATTRIBUTES, **{"pairwise-id": "b2@example.edu"})
    assert "belongs to somebody who had this name before" in answer.content.decode()
    assert "_auth_user_id" not in client.session
