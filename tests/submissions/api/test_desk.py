"""Keys in the admin: made, shown once, revoked; for repository managers only."""

import re

import pytest

from submissions.models import ApiKey
from submissions.permissions import MANAGER_GROUP
from tests.factories import make_office, make_registrar, make_staff, make_user

from .asking import Asker

pytestmark = pytest.mark.django_db
KEYS = "/admin/api-keys/"


@pytest.fixture
def manager(client):
    make_office()
    client.force_login(make_user("manager", groups=(MANAGER_GROUP,)))
    return client


def test_a_key_is_shown_once_and_works(manager):
    answer = manager.post(KEYS, {"name": "Repository", "contact": "it@example.edu"})
    (secret,) = re.findall(r">(etd_[\w-]{20,})<", answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    key = ApiKey.objects.get()
    assert (key.name, key.contact, key.created_by.username) == ("Repository", "it@example.edu", "manager")
    page = manager.get(KEYS).content.decode()
    assert secret not in page
    assert f"{key.prefix}…" in page
    assert "Never" in page
    assert Asker(secret).page()["results"] == []
    assert "Never" not in manager.get(KEYS).content.decode()


def test_a_form_that_is_sent_again_makes_no_second_key(manager):
    (once,) = re.findall(r'name="once" value="([\w-]+)"', manager.get(KEYS).content.decode())
    form = {"name": "Repository", "once": once}
    (secret,) = re.findall(r">(etd_[\w-]{20,})<", manager.post(KEYS, form).content.decode())
    assert secret not in str(dict(manager.session))
    again = manager.post(KEYS, form, follow=True)
    assert again.redirect_chain == [(KEYS, 302)]
    assert "no second one was made" in again.content.decode()
    assert ApiKey.objects.count() == 1
    (other,) = re.findall(r'name="once" value="([\w-]+)"', again.content.decode())
    manager.post(KEYS, {"name": "Another", "once": other})
    assert ApiKey.objects.count() == 2


def test_the_page_of_a_new_key_offers_a_form_of_its_own(manager):
    first, second = "0f8fad5b-d9cb-469f-a165-70867728950e", r'name="once" value="([\w-]+)"'
    (offered,) = re.findall(second, manager.post(KEYS, {"name": "A", "once": first}).content.decode())
    assert offered != first


def test_a_revoked_key_stays_in_the_list_and_opens_nothing(manager):
    answer = manager.post(KEYS, {"name": "Repository"})
    (secret,) = re.findall(r">(etd_[\w-]{20,})<", answer.content.decode())
    address = f"{KEYS}{ApiKey.objects.get().pk}/revoke/"
    assert "Revoke the key of Repository?" in manager.get(address).content.decode()
    assert Asker(secret).get("/api/theses/").status_code == 200
    page = manager.post(address, follow=True).content.decode()
    assert "It opens nothing any more" in page
    assert "Revoked " in page
    assert Asker(secret).get("/api/theses/").status_code == 401


def test_a_key_needs_somebody_to_hold_it(manager):
    answer = manager.post(KEYS, {"name": " ", "contact": "nobody"})
    assert answer.status_code == 422
    assert "Write which program or person" in answer.content.decode()
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("who", [make_staff, make_registrar])
def test_others_neither_see_nor_make_keys(client, who):
    make_office()
    client.force_login(who())
    assert 'href="/admin/api-keys/"' not in client.get("/admin/").content.decode()
    assert client.get(KEYS).status_code in (302, 403)
    client.post(KEYS, {"name": "Mine"})
    assert not ApiKey.objects.exists()


def test_a_manager_finds_them_in_the_menu(manager):
    assert "/admin/api-keys/" in manager.get("/admin/").content.decode()


def test_an_address_that_is_none_is_named_at_its_field(manager):
    answer = manager.post("/admin/api-keys/", {"name": "Harvester", "contact": "nobody"})
    assert answer.status_code == 422
    assert "This e-mail address is not complete." in answer.text
    assert not ApiKey.objects.exists()
