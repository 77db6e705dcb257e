"""Dates as people read them, states as word, icon and colour, and the menu."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone as django_timezone
from wagtail.models import Page, Site

from etd_site.models import GuidancePage, HomePage
from etd_site.templatetags import etd

STATIC = Path(etd.__file__).parent.parent / "static" / "etd"
AFTERNOON = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)


def test_a_day_has_its_month_in_letters():
    assert etd.day(date(2026, 3, 3)) == "3 March 2026"
    assert etd.day(None) == ""


def test_a_moment_names_its_zone():
    assert etd.moment(AFTERNOON) == "3 March 2026, 14:05 UTC"
    assert etd.moment(date(2026, 3, 3)) == "3 March 2026"
    assert etd.moment(None) == ""


def test_a_moment_is_told_in_the_current_zone():
    late = datetime(2026, 7, 3, 23, 30, tzinfo=UTC)
    with django_timezone.override("Europe/Paris"):
        assert etd.moment(late) == "4 July 2026, 01:30 CEST"
        assert etd.day(late) == "4 July 2026"


def test_a_moment_without_a_zone_is_a_mistake():
    with pytest.raises(ValueError, match="zone"):
        etd.moment(datetime(2026, 3, 3, 14, 5))


@pytest.mark.parametrize(
    ("days", "words"), [(0, "today"), (1, "yesterday"), (12, "12 days ago"), (-3, "in the future")]
)
def test_days_ago_counts_days_of_the_calendar(days, words):
    assert etd.days_ago(django_timezone.localdate() - timedelta(days=days)) == words


def test_iso_keeps_the_offset():
    paris = datetime(2026, 3, 3, 15, 5, tzinfo=timezone(timedelta(hours=1)))
    assert etd.iso(paris) == "2026-03-03T15:05:00+01:00"
    assert etd.iso(None) == ""


def test_every_state_has_a_drawn_icon_and_a_tone_with_colours():
    icons = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text()))
    tones = set(re.findall(r"\.tone-(\w+)", (STATIC / "components.css").read_text()))
    for state, (tone, icon, words) in etd.STATES.items():
        assert icon in icons, state
        assert tone in tones, state
        assert words, state


def test_every_icon_a_template_asks_for_is_drawn():
    icons = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text()))
    root = Path(etd.__file__).parent.parent.parent / "templates"
    asked = {
        name
        for template in root.rglob("*.html")
        for name in re.findall(r'components/icon\.html" with name="(\w+)"', template.read_text())
    }
    assert asked
    assert asked <= icons


def test_a_state_is_said_in_words_and_other_words_may_be_given():
    def shown(tag: str) -> str:
        html = Template("{% load etd %}" + tag).render(Context())
        return re.sub(r"<[^>]*>", "", html).strip()

    assert shown("{% status_tag 'with_committee' %}") == "With the committee"
    assert shown("{% status_tag 'done' 'All said' %}") == "All said"
    assert shown("{% status_tag 'never_heard_of' %}") == "Never heard of"


def test_the_stylesheets_stay_small_and_load_nothing():
    sheets = list(STATIC.glob("*.css"))
    assert sum(sheet.stat().st_size for sheet in sheets) < 40_000
    for sheet in sheets:
        assert not re.search(r"https?://(?!www\.w3\.org)|@import|url\(", sheet.read_text()), sheet.name


def test_every_custom_property_that_is_used_is_set():
    css = "".join(sheet.read_text() for sheet in STATIC.glob("*.css"))
    used = set(re.findall(r"var\((--[\w-]+)", css))
    assert used <= set(re.findall(r"(--[\w-]+):", css))


@pytest.mark.django_db
def test_the_menu_shows_guidance_that_is_live_and_ticked():
    home = Page.get_first_root_node().add_child(instance=HomePage(title="Home", slug="front"))
    Site.objects.update(root_page=home)
    for slug, live, ticked in (("shown", True, True), ("draft", False, True), ("quiet", True, False)):
        home.add_child(instance=GuidancePage(title=slug, slug=slug, live=live, show_in_menus=ticked))
    request = RequestFactory().get("/shown/deeper/")
    request.user = AnonymousUser()
    assert [page.slug for page in etd.guidance_in_menu({"request": request})] == ["shown"]
    assert etd.here({"request": request}, "/shown/") == ' aria-current="true"'
    assert etd.here({"request": request}, "/theses/") == ""
