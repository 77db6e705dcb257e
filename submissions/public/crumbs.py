"""The way down to pages of the public site that are not in the page tree."""

from django.conf import settings

from ..models import ThesisIndexPage


def theses_crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    """Home and the list of theses, then ``more`` as (title, address): what ``components/breadcrumbs.html`` takes."""
    index = ThesisIndexPage.objects.live().first()
    way = [("Home", "/"), *([(index.title, index.url)] if index else []), *more]
    return [{"title": title, "url": url} for title, url in way]


def absolute(path: str) -> str:
    """The one address by which ``path`` is known outside."""
    return settings.ETD_BASE_URL + path
