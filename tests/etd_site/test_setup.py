"""A new site: pages where there are none, and an address that follows the setting."""

import pytest
from wagtail.models import Page, Site

from etd_site.models import GuidancePage, HomePage
from etd_site.setup import set_up_site

pytestmark = pytest.mark.django_db
HOME = {"title": "Theses here"}
GUIDE = [{"title": "How to", "slug": "how-to", "show_in_menus": True}]


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("https://etd.example.edu", "etd.example.edu", 443),
        ("http://etd.example.edu", "etd.example.edu", 80),
        ("http://localhost:8123", "localhost", 8123),
        ("https://example.edu:8443/theses", "example.edu", 8443),
    ],
)
def test_the_site_answers_at_the_address_of_the_setting(settings, address, host, port):
    set_up_site(HOME, [])
    settings.ETD_BASE_URL = address
    set_up_site(HOME, [])
    site = Site.objects.get()
    assert (site.hostname, site.port, site.is_default_site) == (host, port, True)


def test_pages_are_made_once_and_then_left_alone():
    home = set_up_site(HOME, GUIDE)
    assert GuidancePage.objects.get().live
    home.title = "Renamed by the office"
    home.save_revision().publish()
    GuidancePage.objects.get().delete()
    assert set_up_site(HOME, GUIDE).pk == home.pk
    assert HomePage.objects.get().title == "Renamed by the office"
    assert not GuidancePage.objects.exists()


def test_wagtails_welcome_page_goes_and_a_page_with_pages_below_stays():
    welcome = Site.objects.get().root_page
    welcome.add_child(instance=Page(title="Theirs", slug="theirs"))
    home = set_up_site(HOME, [])
    assert Page.objects.filter(pk=welcome.pk).exists()
    assert Site.objects.get().root_page_id == home.pk
    assert Page.find_problems() == ([], [], [], [], [])


def test_the_welcome_page_of_an_empty_site_goes():
    welcome = Site.objects.get().root_page
    set_up_site(HOME, [])
    assert not Page.objects.filter(pk=welcome.pk).exists()
    assert Page.find_problems() == ([], [], [], [], [])
