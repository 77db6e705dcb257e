"""templatetags/orcid.py: ORCID's display rules (orcid.md §19)."""

import datetime as dt

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone

from orcid_workflow.models import Connection, IdHint

ID = "0000-0002-1825-0097"


@pytest.fixture(autouse=True)
def _local(settings):
    settings.ORCID_BASE_URL = "http://localhost:8001"


def show(arguments: str, **context: object) -> str:
    return Template("{% load orcid %}{% orcid_id " + arguments + " %}").render(Context(context)).strip()


def test_full_form_is_icon_then_the_https_address() -> None:
    out = show("who authenticated=True", who=ID)
    assert f'href="http://localhost:8001/{ID}"' in out
    assert f"<span>https://orcid.org/{ID}</span>" in out
    assert out.index("orcid-id.svg") < out.index("<span>")
    assert f'aria-label="ORCID record https://orcid.org/{ID}"' in out
    assert 'alt=""' in out


def test_compact_and_inline() -> None:
    assert f"<span>{ID}</span>" in show("who form='compact'", who=ID)
    inline = show("who form='inline' authenticated=True name='Ada <L>'", who=f"https://orcid.org/{ID}")
    assert "<span>" not in inline
    assert f'aria-label="ORCID record of Ada &lt;L&gt;: https://orcid.org/{ID}"' in inline


@pytest.mark.parametrize("form", ["full", "compact", "inline"])
@pytest.mark.parametrize("arguments", ["who", "who authenticated=False"])
def test_the_green_icon_only_for_confirmed_ids(form: str, arguments: str) -> None:
    out = show(f"{arguments} form='{form}'", who=ID)
    assert "orcid-id-unauthenticated.svg" in out
    assert "/orcid-id.svg" not in out
    assert f'aria-label="ORCID record https://orcid.org/{ID} (unauthenticated)"' in out
    assert ("(unauthenticated)</span>" in out) == (form != "inline")


def test_what_somebody_else_says_is_never_green() -> None:
    for arguments in ("who", "who authenticated=True"):
        out = show(arguments, who=IdHint(orcid=ID, source="sso"))
        assert "orcid-id-unauthenticated.svg" in out
        assert f"https://orcid.org/{ID}" in out


@pytest.mark.parametrize("state", Connection.State.values)
def test_who_signed_in_once_stays_confirmed_as_history(state: str) -> None:
    row = Connection(environment="local", orcid=ID, authenticated_at=timezone.now(), state=state)
    assert "/orcid-id.svg" in show("who", who=row)


def test_there_are_three_forms() -> None:
    with pytest.raises(TemplateSyntaxError, match="full, compact, inline"):
        show("who form='short'", who=ID)


def test_a_moment_has_its_zone(settings) -> None:
    settings.TIME_ZONE = "America/Halifax"
    moment = dt.datetime(2026, 5, 7, 2, 30, tzinfo=dt.UTC)
    out = Template("{% load orcid %}{% orcid_time moment %}").render(Context({"moment": moment}))
    assert out == '<time datetime="2026-05-06T23:30:00-03:00">6 May 2026, 23:30 ADT</time>'
    assert Template("{% load orcid %}{% orcid_time moment %}").render(Context({"moment": None})) == ""


def test_a_connection_is_a_confirmed_id() -> None:
    row = Connection(environment="local", orcid=ID, name="Ada", authenticated_at=timezone.now())
    out = show("who authenticated=False", who=row)
    assert "/orcid-id.svg" in out
    assert "ORCID record of Ada" in out


@pytest.mark.parametrize("who", ["", None, "0000-0002-1825-0098", "<script>"])
def test_what_is_no_id_shows_nothing(who: object) -> None:
    assert show("who", who=who) == ""
