"""Single sign-on against a provider over HTTP, with its keys, PKCE and the things that go wrong."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from orcid_workflow.models import Connection, IdHint

from .provider import Provider

pytestmark = pytest.mark.django_db
CLAIMS = {
    "sub": "7f3a",
    "preferred_username": "rivera",
    "given_name": "Ana",
    "family_name": "Rivera",
    "email": "ana.rivera@example.edu",
    "email_verified": True,
}


@pytest.fixture
def provider(settings):
    provider = Provider()
    settings.ETD_OIDC_ISSUER = provider.issuer
    settings.ETD_OIDC_CLIENT_ID = provider.audience
    settings.ETD_OIDC_CLIENT_SECRET = "secret"
    yield provider
    provider.stop()


def come_back(client, provider, claims, next_url=""):
    """Go to the provider, sign in there, come back; return the answer to the way back."""
    away = client.post(reverse("campus:begin"), {"next": next_url})
    assert away.status_code == 302, away.content
    return client.get(reverse("campus:callback"), provider.sign_in(away["Location"], claims))


def signed_in_as(client):
    key = client.session.get("_auth_user_id")
    return get_user_model().objects.get(pk=key).username if key else None


def test_the_first_visit_makes_an_account_with_the_names_of_the_university(client, provider):
    answer = come_back(client, provider, CLAIMS, next_url="/submit/new/")
    assert (answer.status_code, answer["Location"]) == (302, "/submit/new/")
    user = get_user_model().objects.get(username="rivera")
    assert (user.first_name, user.last_name, user.email) == ("Ana", "Rivera", "ana.rivera@example.edu")
    assert not user.has_usable_password()
    assert signed_in_as(client) == "rivera"


def test_the_second_visit_finds_the_same_account_after_a_change_of_name(client, provider):
    come_back(client, provider, CLAIMS)
    client.logout()
    come_back(
        client, provider, {**CLAIMS, "preferred_username": "rivera-lopez", "family_name": "Rivera López"}
    )
    user = get_user_model().objects.get()
    assert (user.username, user.last_name) == ("rivera", "Rivera López")


def test_a_user_name_given_to_somebody_new_does_not_open_the_old_account(client, provider):
    come_back(client, provider, CLAIMS)
    client.logout()
    answer = come_back(client, provider, {**CLAIMS, "sub": "other"})
    assert answer.status_code == 403
    assert "belongs to somebody who had this name before" in answer.content.decode()
    assert signed_in_as(client) is None


def test_nobody_can_name_themselves_into_an_account_with_a_password(client, provider, django_user_model):
    django_user_model.objects.create_superuser("admin", password="long and secret")
    answer = come_back(client, provider, {**CLAIMS, "preferred_username": "admin"})
    assert answer.status_code == 403
    assert signed_in_as(client) is None


def test_an_address_never_opens_an_account(client, provider, django_user_model):
    django_user_model.objects.create_user("older", email=CLAIMS["email"], password="x")
    come_back(client, provider, CLAIMS)
    assert signed_in_as(client) == "rivera"


@pytest.mark.parametrize(
    ("said", "trusted", "kept"),
    [
        (False, True, False),
        (None, False, False),
        (None, True, True),
        (True, False, True),
        ("true", False, False),
    ],
)
def test_an_address_is_taken_over_only_when_somebody_vouches_for_it(
    client, provider, settings, said, trusted, kept
):
    settings.ETD_OIDC_EMAIL_IS_PROVEN = trusted
    claims = {name: value for name, value in CLAIMS.items() if name != "email_verified"}
    come_back(client, provider, claims if said is None else {**claims, "email_verified": said})
    assert bool(get_user_model().objects.get(username="rivera").email) is kept


@pytest.mark.parametrize("name", ["ａdmin", "x" * 200])
def test_a_user_name_in_another_shape_opens_nothing_it_should_not(client, provider, django_user_model, name):
    django_user_model.objects.create_superuser("admin", password="long and secret")
    assert come_back(client, provider, {**CLAIMS, "preferred_username": name}).status_code == 403
    assert signed_in_as(client) is None


@pytest.mark.parametrize("page", ["/accounts/login/", "/admin/login/"])
def test_passwords_open_nothing_when_they_are_switched_off(client, settings, django_user_model, page):
    django_user_model.objects.create_superuser("admin", password="long and secret")
    form = {"username": "admin", "password": "long and secret"}
    settings.ETD_PASSWORD_SIGN_IN = False
    client.post(page, form)
    assert signed_in_as(client) is None
    settings.ETD_PASSWORD_SIGN_IN = True
    client.post(page, form)
    assert signed_in_as(client) == "admin"


@pytest.mark.parametrize(
    "said",
    [
        "0000-0002-1825-0097",
        "https://orcid.org/0000-0002-1825-0097",
        ["http://orcid.org/0000-0002-1825-0097"],
    ],
)
def test_an_id_of_the_university_is_a_hint_and_no_more(client, provider, said):
    come_back(client, provider, {**CLAIMS, "eduperson_orcid": said})
    assert IdHint.objects.get().orcid == "0000-0002-1825-0097"
    assert not Connection.objects.exists()


def test_a_mistyped_hint_is_dropped(client, provider):
    come_back(client, provider, {**CLAIMS, "eduperson_orcid": "0000-0002-1825-0098"})
    assert signed_in_as(client) == "rivera"
    assert not IdHint.objects.exists()


def test_userinfo_adds_claims_only_for_the_same_person(client, provider):
    provider.userinfo = {"sub": "somebody else", "preferred_username": "admin"}
    few = {name: CLAIMS[name] for name in ("sub", "preferred_username")}
    come_back(client, provider, few)
    assert signed_in_as(client) == "rivera"


def test_an_answer_that_was_used_already_signs_nobody_in(client, provider):
    away = client.post(reverse("campus:begin"))
    query = provider.sign_in(away["Location"], CLAIMS)
    client.get(reverse("campus:callback"), query)
    client.logout()
    answer = client.get(reverse("campus:callback"), query)
    assert answer.status_code == 400
    assert signed_in_as(client) is None


@pytest.mark.parametrize(
    "damage", [{"nonce": "another"}, {"aud": "another client"}, {"exp": 1}, {"iss": "https://evil.example"}]
)
def test_an_id_token_for_something_else_signs_nobody_in(client, provider, damage):
    answer = come_back(client, provider, {**CLAIMS, **damage})
    assert answer.status_code in (400, 503)
    assert signed_in_as(client) is None


def test_a_denial_says_so(client, provider):
    client.post(reverse("campus:begin"))
    answer = client.get(reverse("campus:callback"), {"error": "access_denied"})
    assert answer.status_code == 200
    assert "Nothing was changed" in answer.content.decode()


def test_a_provider_that_is_down_is_said_in_words(client, settings):
    settings.ETD_OIDC_ISSUER = "http://127.0.0.1:9"
    answer = client.post(reverse("campus:begin"))
    assert answer.status_code == 503
    assert "does not answer" in answer.content.decode()


def test_the_way_on_stays_on_this_site(client, provider):
    answer = come_back(client, provider, CLAIMS, next_url="https://evil.example/")
    assert answer["Location"] == reverse("submissions:desk")


def test_without_the_setting_there_is_no_such_page(client):
    assert client.post(reverse("campus:begin")).status_code == 404
    assert client.get(reverse("campus:callback")).status_code == 404
    assert "university account" not in client.get(reverse("login")).content.decode()


def test_a_closed_account_stays_closed(client, provider):
    come_back(client, provider, CLAIMS)
    client.logout()
    get_user_model().objects.update(is_active=False)
    assert come_back(client, provider, CLAIMS).status_code == 403
    assert signed_in_as(client) is None
