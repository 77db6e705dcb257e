"""sign_in.py: by the confirmed iD of an account, and by nothing else."""

import datetime as dt

import pytest
from django.contrib.auth import get_user, get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orcid_workflow import connections, sync
from orcid_workflow.models import ApiCall, Connection, Token

from ..conftest import HOST, at_orcid, attach, fault, grant_for
from ..items import alive

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    """A browser in which nobody is signed in."""
    return Client(HTTP_HOST=HOST)


def start(visitor: Client, next_url: str = "") -> str:
    response = visitor.post("/orcid/sign-in/", {"next": next_url})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def who(visitor: Client):
    """Who is signed in."""

    class Request:
        session = visitor.session

    user = get_user(Request)
    return user if user.is_authenticated else None


def test_it_asks_for_the_id_alone(registry, visitor) -> None:
    page = visitor.get("/orcid/sign-in/?next=/orcid/").content.decode()
    assert "Sign in with ORCID" in page
    assert 'value="/orcid/"' in page
    address = start(visitor)
    assert "scope=openid&" in address
    assert "read-limited" not in address


def test_the_owner_of_a_connected_id_is_signed_in(registry, visitor, connection, user, person) -> None:
    visitor.get("/orcid/sign-in/")
    back = at_orcid(registry, person, start(visitor, "/orcid/history/?a=b"))
    before = visitor.session.session_key
    response = visitor.get(back)
    assert response["Location"] == "/orcid/history/?a=b"
    assert who(visitor) == user
    assert visitor.session.session_key != before, "a session key that somebody knew is worth nothing now"
    connection.refresh_from_db()
    assert connection.can_write
    assert "No ORCID iD is connected" not in visitor.get("/orcid/").content.decode()


def test_signing_in_often_keeps_one_token(registry, connection, person) -> None:
    for _ in range(3):
        browser = Client(HTTP_HOST=HOST)
        browser.get(at_orcid(registry, person, start(browser)))
        assert who(browser)
    assert sorted(len(token.scopes) for token in connection.tokens.all()) == [1, 3]
    assert ApiCall.objects.filter(path="/oauth/revoke", status=200).count() == 2


def test_an_id_nobody_connected_signs_nobody_in_and_leaves_nothing(registry, visitor, person, user) -> None:
    """Not by the e-mail address either: the record has the same one as the account."""
    user.email = f"p{int(person.orcid.replace('-', '')[4:15])}@example.edu"
    user.save()
    response = visitor.get(at_orcid(registry, person, start(visitor)))
    page = response.content.decode()
    assert response.status_code == 403
    for words in (
        "No account here is connected",
        person.orcid,
        "Sign in the usual way",
        "next=%2Forcid%2Fconnect%2F",
    ):
        assert words in page
    assert user.username not in page
    assert who(visitor) is None
    assert not Connection.objects.exists()
    assert not Token.objects.exists()
    assert ApiCall.objects.get(path="/oauth/revoke").status == 200


def test_a_grant_that_nobody_wants_goes_back_even_if_orcid_does_not_answer(registry, visitor, person) -> None:
    back = at_orcid(registry, person, start(visitor))
    fault(registry, method="POST", path_regex="/oauth/revoke", status=503)
    assert visitor.get(back).status_code == 403
    secret = Token.objects.get().access_token
    assert alive(registry, secret)
    sync.run_due(now=timezone.now() + dt.timedelta(minutes=6))
    assert not alive(registry, secret)
    assert not Connection.objects.exists()


def test_an_id_confirmed_without_an_account_signs_nobody_in(registry, visitor, person) -> None:
    row = attach(grant_for(registry, person, "openid"))
    assert visitor.get(at_orcid(registry, person, start(visitor))).status_code == 403
    assert who(visitor) is None
    assert row.tokens.count() == 1


def test_a_disconnected_id_no_longer_opens_the_account(registry, visitor, connection, person) -> None:
    connections.disconnect(connection)
    assert visitor.get(at_orcid(registry, person, start(visitor))).status_code == 403
    assert who(visitor) is None
    assert not Token.objects.exists()


def test_a_permission_withdrawn_at_orcid_is_not_given_again_by_signing_in(
    registry, visitor, connection, person, user
) -> None:
    Connection.objects.update(state=Connection.State.REVOKED, scope="")
    connection.tokens.all().delete()
    visitor.get(at_orcid(registry, person, start(visitor)))
    assert who(visitor) == user
    connection.refresh_from_db()
    assert connection.state == Connection.State.REVOKED
    assert not connection.tokens.exists()


def test_a_closed_account_stays_closed(registry, visitor, connection, person, user) -> None:
    user.is_active = False
    user.save()
    response = visitor.get(at_orcid(registry, person, start(visitor)))
    assert response.status_code == 403
    assert who(visitor) is None


@pytest.mark.parametrize("power", ["is_staff", "is_superuser", "permission"])
@pytest.mark.parametrize(("setting", "signed_in"), [(None, False), ("students", False), ("all", True)])
def test_who_can_do_more_signs_in_the_usual_way(
    registry, visitor, connection, person, user, settings, power, setting, signed_in
) -> None:
    if setting is None:
        del settings.ORCID_SIGN_IN
    else:
        settings.ORCID_SIGN_IN = setting
    if power == "permission":
        user.user_permissions.add(Permission.objects.first())
    else:
        setattr(user, power, True)
        user.save()
    response = visitor.get(at_orcid(registry, person, start(visitor)))
    assert (who(visitor) is not None) is signed_in
    if not signed_in:
        assert response.status_code == 403
        assert "does not sign in with ORCID" in response.content.decode()


def test_it_can_be_switched_off(registry, visitor, settings) -> None:
    assert "/orcid/sign-in/" in visitor.get(reverse("login")).content.decode()
    settings.ORCID_SIGN_IN = "off"
    assert "/orcid/sign-in/" not in visitor.get(reverse("login")).content.decode()
    for response in (visitor.get("/orcid/sign-in/"), visitor.post("/orcid/sign-in/")):
        assert response["Location"] == reverse("login")


def test_a_visit_that_was_begun_before_it_was_switched_off(
    registry, visitor, connection, person, settings
) -> None:
    back = at_orcid(registry, person, start(visitor))
    settings.ORCID_SIGN_IN = "off"
    assert visitor.get(back).status_code == 403
    assert who(visitor) is None


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil"]
)
def test_nobody_is_led_away(registry, visitor, connection, person, target: str) -> None:
    assert "evil" not in visitor.get("/orcid/sign-in/", {"next": target}).content.decode()
    done = visitor.get(at_orcid(registry, person, start(visitor, target)))
    assert "evil" not in done["Location"]
    assert who(visitor)


def test_saying_no_at_orcid_leads_back_to_the_usual_way(registry, visitor, connection, new_person) -> None:
    page = visitor.get(
        at_orcid(registry, new_person(), start(visitor, "/orcid/"), allow=False)
    ).content.decode()
    assert "You can sign in the usual way instead" in page
    assert "/orcid/sign-in/?next=" in page
    assert who(visitor) is None


def test_who_is_signed_in_already_goes_on(registry, browser) -> None:
    assert browser.get("/orcid/sign-in/?next=/orcid/")["Location"] == "/orcid/"
    assert browser.post("/orcid/sign-in/", {"next": "/orcid/"})["Location"] == "/orcid/"


def test_at_another_name_of_the_site_one_begins_at_the_registered_one(registry, visitor, settings) -> None:
    settings.ORCID_REDIRECT_URI = "https://etd.example.edu/orcid/callback/"
    assert start(visitor, "/orcid/") == "https://etd.example.edu/orcid/sign-in/?next=%2Forcid%2F"


def test_the_purpose_cannot_be_begun_as_a_connection(registry, browser) -> None:
    assert "read-limited" in browser.post("/orcid/connect/", {"purpose": "sign_in"})["Location"]


def test_posts_need_the_token_of_the_form(registry) -> None:
    strict = Client(HTTP_HOST=HOST, enforce_csrf_checks=True)
    assert strict.post("/orcid/sign-in/").status_code == 403


def test_two_accounts_never_share_the_way_in(registry, visitor, connection, person, user) -> None:
    """Whoever the iD belonged to before: it opens the account that has it now."""
    connections.disconnect(connection)
    bob = get_user_model().objects.create_user("bob")
    attach(grant_for(registry, person), bob)
    visitor.get(at_orcid(registry, person, start(visitor)))
    assert who(visitor) == bob
