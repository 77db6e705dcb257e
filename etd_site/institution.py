"""The university as metadata names it, from the branding. ``submissions`` reaches this by ``settings.ETD_INSTITUTION``,
because imports go one way."""

from wagtail.models import Site

from submissions.metadata.record import Organisation

from .models import BrandingSettings


def institution(site: Site) -> Organisation:
    """Return the organisation that grants the degrees of ``site``."""
    branding = BrandingSettings.for_site(site)
    return Organisation(branding.university_name, branding.institution_ror, branding.city, branding.country)


def orcid_organisation() -> Organisation:
    """Return the organisation of the default site: what the ORCID set-up check asks about (``ORCID_ORGANISATION``)."""
    return institution(Site.objects.get(is_default_site=True))
