"""/branding.css: the university's accent colour as custom properties.

A view and not a ``<style>`` element, because the content security policy allows no inline style.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Site

from .colour import readable, shade
from .models import DEFAULT_ACCENT, BrandingSettings

DARK_GROUND = "#1d2125"  # --tint of the dark scheme in tokens.css, the lightest ground that links stand on
DARK_TEXT_CONTRAST = 7.0  # a light shade with room above 4.5, so that its hover shade stays readable too


def current_branding(request: HttpRequest | None) -> BrandingSettings:
    """The settings of the request's site; unsaved defaults where there is no site yet."""
    site = Site.find_for_request(request) if request else Site.objects.filter(is_default_site=True).first()
    if site is None:
        return BrandingSettings()
    return BrandingSettings.for_request(request) if request else BrandingSettings.for_site(site)


def stylesheet(accent: str) -> str:
    """CSS that sets the accent's custom properties for light and dark from one ``#rrggbb``."""
    light = readable(accent, "#f5f6f8")  # --tint of the light scheme: a shade darker than white
    dark = readable(accent, DARK_GROUND, DARK_TEXT_CONTRAST)
    return (
        f":root{{--accent:{light};--accent-strong:{shade(light, -0.1)};--on-accent:#ffffff}}\n"
        "@media screen and (prefers-color-scheme:dark)"
        f"{{:root{{--accent:{dark};--accent-strong:{shade(dark, 0.1)};--on-accent:#10161a}}}}\n"
    )


@require_safe
@cache_control(public=True, max_age=86400)
def branding_css(request: HttpRequest) -> HttpResponse:
    """Serve :func:`stylesheet` for the site's accent; a new colour is a new address, so it may be cached."""
    try:
        css = stylesheet(current_branding(request).accent_colour)
    except ValueError:  # written past clean(), by SQL for instance
        css = stylesheet(DEFAULT_ACCENT)
    return HttpResponse(css, content_type="text/css; charset=utf-8")
