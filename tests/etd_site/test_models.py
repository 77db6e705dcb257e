"""What a university may set about itself, and where pages may stand."""

import re

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Page, Site

from etd_site.colour import contrast
from etd_site.models import BrandingSettings, GuidancePage, HomePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def branding() -> BrandingSettings:
    return BrandingSettings.for_site(Site.objects.get(is_default_site=True))


def faults(branding: BrandingSettings) -> dict[str, list[str]]:
    try:
        branding.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}


def test_what_is_there_from_the_start_is_valid(branding):
    assert faults(branding) == {}


def test_a_pale_accent_is_refused_with_its_ratio_and_a_shade_that_will_do(branding):
    branding.accent_colour = "#777777"
    (sentence,) = faults(branding)["accent_colour"]
    assert "4.47 to 1" in sentence  # 4.478 cut
    suggestion = re.findall(r"#[0-9a-f]{6}", sentence)[-1]
    assert contrast(suggestion, "#ffffff") >= 4.5
    branding.accent_colour = suggestion
    assert faults(branding) == {}


def test_an_accent_that_is_no_colour_is_refused(branding):
    branding.accent_colour = "blue"
    assert "accent_colour" in faults(branding)


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("institution_ror", "https://ror.org/05gq02987", "05gq02987"),
        ("institution_ror", "https://ror.org/05gq02987", "https://ror.org/05gq0298x"),
        ("institution_ror", "https://ror.org/05gq02987", "http://ror.org/05gq02987"),
        ("country", "GB", "gb"),
        ("country", "GB", "UK1"),
        ("contact_email", "theses@example.edu", "theses"),
    ],
)
def test_facts_that_go_into_metadata_are_checked(branding, field, good, bad):
    setattr(branding, field, good)
    assert faults(branding) == {}
    setattr(branding, field, bad)
    assert list(faults(branding)) == [field]


def test_a_new_accent_is_a_new_stylesheet_address(branding):
    before = branding.stylesheet_url
    branding.accent_colour = "#552255"
    assert branding.stylesheet_url != before


def test_a_telephone_link_has_digits_only(branding):
    branding.contact_phone = "+44 (20) 7946-0123"
    assert branding.phone_digits == "+442079460123"


def test_guidance_stands_below_home_and_home_below_the_root():
    assert [model.__name__ for model in HomePage.allowed_parent_page_models()] == ["Page"]
    assert GuidancePage in HomePage.allowed_subpage_models()
    assert "ThesisIndexPage" in [model.__name__ for model in HomePage.allowed_subpage_models()]
    assert HomePage not in GuidancePage.allowed_subpage_models()


def test_only_live_pages_are_listed_below_a_guide():
    home = Page.get_first_root_node().add_child(instance=HomePage(title="Home", slug="front"))
    guide = home.add_child(instance=GuidancePage(title="Guidance", slug="guidance"))
    guide.add_child(instance=GuidancePage(title="Open", slug="open"))
    guide.add_child(instance=GuidancePage(title="Draft", slug="draft", live=False))
    assert [page.title for page in guide.pages_below()] == ["Open"]
