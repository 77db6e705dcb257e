"""/branding.css: what it sets can be read, and nothing but colours gets into it."""

import re

import pytest
from django.test import Client
from wagtail.models import Site

from etd_site.branding import DARK_GROUND, stylesheet
from etd_site.colour import contrast
from etd_site.models import BrandingSettings


def properties(css: str) -> list[dict[str, str]]:
    """The custom properties of the light and of the dark rule."""
    return [dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", rule)) for rule in css.split("@media")]


@pytest.mark.parametrize("accent", ["#1b5470", "#7a0019", "#767676", "#000000", "#0033a0", "#ffd400"])
def test_links_and_buttons_can_be_read_in_light_and_dark(accent):
    light, dark = properties(stylesheet(accent))
    for ground in ("#ffffff", "#f5f6f8"):
        assert contrast(light["accent"], ground) >= 4.5
        assert contrast(light["accent-strong"], ground) >= 4.5
    for ground in ("#14171a", DARK_GROUND):
        assert contrast(dark["accent"], ground) >= 4.5
        assert contrast(dark["accent-strong"], ground) >= 4.5
    for scheme in (light, dark):
        assert contrast(scheme["on-accent"], scheme["accent"]) >= 4.5
        assert contrast(scheme["on-accent"], scheme["accent-strong"]) >= 4.5


@pytest.mark.django_db
def test_the_sites_colour_is_served_and_may_be_cached(client: Client):
    branding = BrandingSettings.for_site(Site.objects.get(is_default_site=True))
    branding.accent_colour = "#552255"
    branding.save()
    response = client.get(branding.stylesheet_url)
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "--accent:#552255" in response.text
    assert "public" in response.headers["Cache-Control"]
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.django_db
def test_what_is_no_colour_never_reaches_the_stylesheet(client: Client):
    BrandingSettings.for_site(Site.objects.get(is_default_site=True))
    BrandingSettings.objects.update(accent_colour="red;}a{")
    response = client.get("/branding.css")
    assert response.status_code == 200
    assert "red" not in response.text
    assert "--accent:#1b5470" in response.text


@pytest.mark.django_db
def test_without_a_site_the_colour_is_the_usual_one(client: Client):
    Site.objects.all().delete()
    assert "--accent:#1b5470" in client.get("/branding.css").text


@pytest.mark.django_db
def test_it_is_only_read(client: Client):
    assert client.post("/branding.css").status_code == 405


@pytest.mark.django_db
def test_the_admin_bears_the_name_of_the_office_and_not_of_the_host(client: Client, admin_user):
    branding = BrandingSettings.for_site(Site.objects.get(is_default_site=True))
    branding.thesis_office_name = "Office of Theses"
    branding.save()
    client.force_login(admin_user)
    page = client.get("/admin/").text
    assert re.search(r"<h1[^>]*>\s*Office of Theses\s*</h1>", page)
    assert re.search(r"<title>[^<]* - Office of Theses</title>", page)
    assert not re.search(r"<(h1|title)[^>]*>[^<]*(Wagtail|localhost)", page)
