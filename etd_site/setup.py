"""The pages and the address of a new site. Idempotent: what is there is left as it is, but the address follows
``ETD_BASE_URL``."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Page, Site

from .models import GuidancePage, HomePage


@transaction.atomic
def set_up_site(home: dict, guidance: list[dict]) -> HomePage:
    """Make the home page and the pages of guidance below it (field values each) where there is no home page yet.

    The default site then begins at that home page and answers at ``ETD_BASE_URL``.
    """
    page = HomePage.objects.first() or _make(home, guidance)
    site = Site.objects.get(is_default_site=True)
    old = site.root_page
    address = urlsplit(settings.ETD_BASE_URL)
    site.hostname = address.hostname
    site.port = address.port or (443 if address.scheme == "https" else 80)
    site.root_page = page
    site.save()
    if not isinstance(old.specific, HomePage) and not old.get_children().exists():
        old.delete()  # Wagtail's "welcome" page
    Site.clear_site_root_paths_cache()
    return page


def _make(home: dict, guidance: list[dict]) -> HomePage:
    page = HomePage(slug="thesis-office", **home)
    Page.objects.get(depth=1).add_child(instance=page)
    page.save_revision().publish()
    for fields in guidance:
        below = GuidancePage(**fields)
        page.add_child(instance=below)
        below.save_revision().publish()
    return page
