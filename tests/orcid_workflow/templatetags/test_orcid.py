"""templatetags/orcid.py: ORCID's display rules (orcid.md §19)."""

import pytest
from django.template import Context, Template
from django.utils import timezone

from orcid_workflow.models import Connection

ID = "0000-0002-1825-0097"


@pytest.fixture(autouse=True)
def _local(settings):
    settings.ORCID_BASE_URL = "http://localhost:8001"


def show(arguments: str, **context: object) -> str:
    return Template("{% load orcid %}{% orcid_id " + arguments + " %}").render(Context(context)).strip()


def test_full_form_is_icon_then_the_https_address() -> None:
    out = show("who", who=ID)
    assert f'href="http://localhost:8001/{ID}"' in out
    assert f"<span>https://orcid.org/{ID}</span>" in out
    assert out.index("orcid-id.svg") < out.index("<span>")
    assert f'aria-label="ORCID record https://orcid.org/{ID}"' in out
    assert 'alt=""' in out


def test_compact_and_inline() -> None:
    assert f"<span>{ID}</span>" in show("who form='compact'", who=ID)
    inline = show("who form='inline' name='Ada <L>'", who=f"https://orcid.org/{ID}")
    assert "<span>" not in inline
    assert f'aria-label="ORCID record of Ada &lt;L&gt;: https://orcid.org/{ID}"' in inline


def test_the_green_icon_only_for_confirmed_ids() -> None:
    out = show("who authenticated=False", who=ID)
    assert "orcid-id-unauthenticated.svg" in out
    assert "/orcid-id.svg" not in out
    assert "(unauthenticated)" in out


def test_a_connection_is_a_confirmed_id() -> None:
    row = Connection(environment="local", orcid=ID, name="Ada", authenticated_at=timezone.now())
    out = show("who authenticated=False", who=row)
    assert "/orcid-id.svg" in out
    assert "ORCID record of Ada" in out


@pytest.mark.parametrize("who", ["", None, "0000-0002-1825-0098", "<script>"])
def test_what_is_no_id_shows_nothing(who: object) -> None:
    assert show("who", who=who) == ""
