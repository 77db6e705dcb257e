"""Addresses of records (by UUID, and plain ones beside the page of a thesis), of the feed and of the site map."""

import re

from django.urls import include, path, re_path, register_converter
from django.views.decorators.http import conditional_page

from ..metadata.crosswalks.registry import FORMATS
from . import feeds, people, programmes, views

app_name = "records"


class StoredFile:
    """``datacite.xml`` in the address, ``datacite`` in the code: a format's name with its own extension."""

    regex = "|".join(rf"{name}\.{form.extension}" for name, form in FORMATS.items())

    def to_python(self, value: str) -> str:
        """The name of the format."""
        return value.partition(".")[0]

    def to_url(self, name: str) -> str:
        """The name of the file. Raises ``ValueError`` (no such address) for a name that is no format."""
        if name not in FORMATS:
            raise ValueError(name)
        return f"{name}.{FORMATS[name].extension}"


register_converter(StoredFile, "stored_file")

_ORCID = "[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9Xx]"
_ENDINGS = "|".join(map(re.escape, views.endings()))

urlpatterns = [
    path("records/", include([path("<uuid:uuid>/<stored_file:name>", views.record, name="record")])),
    path("theses.atom", conditional_page(feeds.NewestTheses()), name="feed"),
    # Before the tree, whose slugs of theses begin with a year: no thesis is hidden by these.
    path("theses/people/", people.people, name="people"),
    re_path(rf"^theses/people/(?P<orcid>{_ORCID})/$", people.person, name="person"),
    path("theses/programmes/", programmes.programmes, name="programmes"),
    re_path(
        r"^theses/programmes/(?P<name>(?:[a-z0-9_-]{1,80}-)?[1-9][0-9]{0,8})/$",
        programmes.programme,
        name="programme",
    ),
    re_path(
        r"^theses/programmes/(?P<pk>[1-9][0-9]{0,8})\.atom$",
        conditional_page(feeds.ProgrammeTheses()),
        name="programme_feed",
    ),
    path("copies/", include("submissions.public.copies.urls")),
    path("sitemap.xml", feeds.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", feeds.sitemap_section, name="sitemap_section"),
    path("robots.txt", feeds.robots, name="robots"),
    path("oai/", views.oai_with_slash),
    # Wherever the tree has the page; Wagtail's own addresses have no dot.
    re_path(rf"^(?P<path>(?:[\w\-]+/)+[\w\-]+)\.(?P<ending>{_ENDINGS})$", views.beside_page, name="beside"),
]
