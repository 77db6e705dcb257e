"""What machines follow the site by: the newest theses as an Atom feed, and the map of all pages."""

import datetime as dt

from django.conf import settings
from django.contrib.sitemaps import Sitemap as DjangoSitemap
from django.contrib.syndication.views import Feed
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from wagtail.contrib.sitemaps import Sitemap
from wagtail.contrib.sitemaps.views import index, sitemap
from wagtail.models import Page

from ..addresses import page_url
from ..metadata.crosswalks.text import clean, line
from ..metadata.markup import plain
from ..models import Programme, ThesisIndexPage, ThesisPage
from ..visibility import public
from . import people, programmes
from .crumbs import absolute

NEWEST = 50
URLS_IN_A_MAP = 2000  # the protocol allows 50,000; a page of the map has to be made while its reader waits


def public_theses() -> QuerySet[ThesisPage]:
    """The theses that the public sees, with their cases."""
    return ThesisPage.objects.filter(pk__in=public().values("page")).select_related("submission")


class NewestTheses(Feed):
    """The ``NEWEST`` theses, the last published first (RFC 4287). The feed itself names no author, each entry does."""

    feed_type = Atom1Feed

    def title(self) -> str:
        """The name of the list."""
        page = ThesisIndexPage.objects.first()
        return f"{page.title}: the newest" if page else "The newest theses"

    def link(self) -> str:
        """Where the list is read."""
        page = ThesisIndexPage.objects.live().first()
        return page.full_url if page else "/"

    def items(self) -> QuerySet[ThesisPage]:
        """The theses, newest first."""
        return public_theses().order_by("-submission__published_at", "-pk")[:NEWEST]

    def item_title(self, item: ThesisPage) -> str:
        """Title and subtitle."""
        return line(f"{item.title}: {item.subtitle}" if item.subtitle else item.title)

    def item_description(self, item: ThesisPage) -> str:
        """The abstract as HTML, as which Django sends it (RFC 4287 §3.1.1.2): readers would take "a <b" in plain text
        for the beginning of an element.
        """
        return linebreaks(clean(plain(item.abstract)), autoescape=True)

    def item_link(self, item: ThesisPage) -> str:
        """The public address."""
        return page_url(item)

    def item_guid(self, item: ThesisPage) -> str:
        """An identifier that no change of address changes."""
        return f"urn:uuid:{item.submission.uuid}"

    def item_author_name(self, item: ThesisPage) -> str:
        """The author."""
        return line(item.author_name)

    def item_pubdate(self, item: ThesisPage) -> dt.datetime:
        """When the thesis became public (UTC)."""
        return item.submission.published_at

    def item_updateddate(self, item: ThesisPage) -> dt.datetime:
        """When its page last changed (UTC)."""
        return max(item.last_published_at or item.submission.published_at, item.submission.published_at)

    def item_categories(self, item: ThesisPage) -> list[str]:
        """The keywords."""
        return [line(keyword) for keyword in item.keyword_list]


class ProgrammeTheses(NewestTheses):
    """The same of one programme."""

    def get_object(self, request: HttpRequest, pk: int) -> Programme:
        """The programme. Raises ``Http404`` when it has no public thesis."""
        return programmes.public_programme(pk)

    def title(self, obj: Programme) -> str:
        """The name of the programme."""
        return f"{line(obj.name)}: the newest theses"

    def link(self, obj: Programme) -> str:
        """Where the programme's theses are read."""
        return absolute(programmes.programme_path(obj))

    def items(self, obj: Programme) -> QuerySet[ThesisPage]:
        """The theses, newest first."""
        return (
            public_theses()
            .filter(submission__programme=obj)
            .order_by("-submission__published_at", "-pk")[:NEWEST]
        )


class Theses(Sitemap):
    """The pages of theses in the site's tree, without the site's other pages."""

    limit = URLS_IN_A_MAP

    def items(self) -> QuerySet[ThesisPage]:
        """Public theses that need no password, in a lasting order: new ones come last, so that full maps stay."""
        root = self.get_wagtail_site().root_page
        theses = public_theses().descendant_of(root).public().defer("abstract", "keywords")
        return theses.order_by("submission__published_at", "pk")

    def get_latest_lastmod(self) -> dt.datetime | None:
        """When a thesis last changed, asked of the database: Django would load every thesis to find out."""
        return self.items().aggregate(latest=Max("last_published_at"))["latest"]


class OtherPages(Sitemap):
    """Every other page of the site."""

    limit = URLS_IN_A_MAP

    def items(self) -> QuerySet[Page]:
        """Live pages that need no password and are no theses, in the order of the tree."""
        return super().items().not_type(ThesisPage)


class OutsideTheTree(DjangoSitemap):
    """Pages that Wagtail does not know. Their host is that of the thesis pages (sitemaps.org: one host a map)."""

    limit = URLS_IN_A_MAP

    def location(self, item: tuple[str, dt.datetime | None]) -> str:
        """The path."""
        return item[0]

    def lastmod(self, item: tuple[str, dt.datetime | None]) -> dt.datetime | None:
        """When a thesis on the page was last published (UTC)."""
        return item[1]

    def get_urls(self, page: int = 1, site: object = None, protocol: str | None = None) -> list[dict]:
        """The addresses, all below ``ETD_BASE_URL``."""
        return self._urls(page, *settings.ETD_BASE_URL.split("://", 1))

    def get_latest_lastmod(self) -> dt.datetime | None:
        """The latest of them."""
        return max((when for _, when in self.items() if when), default=None)


class People(OutsideTheTree):
    """A page for each person with an authenticated iD."""

    def items(self) -> list[tuple[str, dt.datetime | None]]:
        """Addresses in the order of the iDs; the list of people first."""
        found = [(reverse("records:person", args=[orcid]), when) for orcid, when in people.last_changes()]
        latest = max((when for _, when in found if when), default=None)
        return [(reverse("records:people"), latest), *found]


class Programmes(OutsideTheTree):
    """A page for each programme with public theses."""

    def items(self) -> list[tuple[str, dt.datetime | None]]:
        """Addresses; the list of programmes first."""
        found = [(programme.path, programme.changed) for programme in programmes.public_programmes()]
        latest = max((when for _, when in found if when), default=None)
        return [(reverse("records:programmes"), latest), *found]


MAPS = {"pages": OtherPages, "theses": Theses, "people": People, "programmes": Programmes}


def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The list of all maps (sitemaps.org), at the address that search engines ask for."""
    return index(
        request,
        MAPS,
        template_name="submissions/public/sitemap_index.xml",
        sitemap_url_name="records:sitemap_section",
    )


def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    """One map: ``section`` is a key of ``MAPS``, ``?p=`` its page. 404 where there is none."""
    return sitemap(request, MAPS, section=section, template_name="submissions/public/sitemap.xml")


def robots(request: HttpRequest) -> HttpResponse:
    """``robots.txt``: every public page may be read; where the map is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/admin/", "/submit/", "/committee/", "/accounts/", "/copies/")),
        f"Sitemap: {request.build_absolute_uri(reverse('records:sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
