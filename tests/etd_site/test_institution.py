"""Which university this is, as metadata and the ORCID set-up check name it."""

import pytest
from django.conf import settings
from django.utils.module_loading import import_string
from wagtail.models import Site

from etd_site.models import BrandingSettings

pytestmark = pytest.mark.django_db


def test_the_set_up_check_asks_about_the_university_of_the_default_site() -> None:
    branding = BrandingSettings.for_site(Site.objects.get(is_default_site=True))
    branding.university_name, branding.institution_ror = "Northfield University", "https://ror.org/0n0rthf93"
    branding.save()
    found = import_string(settings.ORCID_ORGANISATION)()
    assert (found.name, found.ror) == ("Northfield University", "https://ror.org/0n0rthf93")
