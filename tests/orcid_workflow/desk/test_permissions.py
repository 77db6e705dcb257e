"""Who may open the desk, act on it, and bring tokens in."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from orcid_workflow.desk import permissions
from tests.factories import make_user

from .conftest import make_item, text

LISTS = ("orcid_overview", "orcid_connections", "orcid_items", "orcid_calls")
ACTING = ("orcid_setup",)
IMPORTING = ("orcid_import",)


def statuses(client, names) -> set[int]:
    """What the pages answer."""
    return {client.get(reverse(f"{name}:index")).status_code for name in names}


@pytest.mark.parametrize(
    ("group", "seeing", "acting", "importing"),
    [
        ("staff", 200, 200, 403),
        ("manager", 200, 200, 403),
        ("registrar", 200, 403, 403),
        ("admin", 200, 200, 200),
    ],
)
def test_each_group_sees_what_is_for_it(enter, group, seeing, acting, importing) -> None:
    client = enter(group)
    assert statuses(client, LISTS) == {seeing}
    assert statuses(client, ACTING) == {acting}
    assert statuses(client, IMPORTING) == {importing}


def test_somebody_else_in_the_admin_gets_403_everywhere_and_no_menu(office) -> None:
    client = Client()
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    item = make_item()
    assert statuses(client, LISTS + ACTING + IMPORTING) == {403}
    for name, pk in (("orcid_items:item", item.pk), ("orcid_connections:connection", item.connection_id)):
        assert client.get(reverse(name, args=[pk])).status_code == 403
    assert client.get(reverse("orcid_items:index_results")).status_code == 403
    assert '"orcid"' not in text(client.get(reverse("wagtailadmin_home")))


def test_without_the_admin_one_is_led_to_sign_in(office) -> None:
    client = Client()
    client.force_login(make_user())
    assert statuses(client, LISTS + ACTING + IMPORTING) == {302}


def test_the_menu_shows_what_one_may_open(enter) -> None:
    home = reverse("wagtailadmin_home")
    for group, shown in (
        ("staff", {"Set-up check"}),
        ("registrar", set()),
        ("admin", {"Set-up check", "Import"}),
    ):
        page = text(enter(group).get(home))
        assert '"Connections"' in page
        assert {label for label in ("Set-up check", "Import") if f'"{label}"' in page} == shown


def test_a_registrar_sees_no_buttons_and_cannot_press_them(enter) -> None:
    client = enter("registrar")
    item = make_item(state="needs_attention", action="ask_staff")
    for address in (
        reverse("orcid_items:index"),
        reverse("orcid_items:item", args=[item.pk]),
        reverse("orcid_connections:connection", args=[item.connection_id]),
    ):
        page = text(client.get(address))
        assert "Try again now" not in page
        assert "Pause everything" not in page
    for address in (
        reverse("orcid_items:act", args=[item.pk, "pause"]),
        reverse("orcid_items:bulk"),
        reverse("orcid_connections:act", args=[item.connection_id, "pause"]),
    ):
        assert client.post(address, {"action": "pause", "item": item.pk}).status_code == 403
    item.refresh_from_db()
    assert item.paused_by == ""


def test_groups_can_be_given_the_three_permissions_in_the_admin(enter) -> None:
    rows = permissions.permissions()
    names = {f"orcid_workflow.{row.codename}" for row in rows}
    assert names == {permissions.SEE, permissions.ACT, permissions.IMPORT}
    page = text(enter("admin").get(reverse("wagtailusers_groups:add")))
    for row in rows:
        assert f'value="{row.pk}"' in page
