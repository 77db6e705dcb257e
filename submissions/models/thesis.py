"""The work itself, as Wagtail pages: drafts, revisions, comments, locks, workflow and URL come from Wagtail."""

from functools import partial
from http import HTTPMethod
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.http import HttpRequest, HttpResponse
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
)
from wagtail.fields import RichTextField
from wagtail.locks import BaseLock
from wagtail.models import Page
from wagtail.search import index
from wagtail.url_routing import RouteResult

from ..languages import LANGUAGES
from .case import Status

if TYPE_CHECKING:
    from .files import ThesisFile

TITLE_MAX = 255  # wagtailcore.Page.title
READ = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]  # what public pages answer


class StudentTurnLock(BaseLock):
    """While the student writes or corrects, staff read: two people must not write over each other."""

    def for_user(self, user: AbstractUser) -> bool:
        """Whether the page is locked for ``user``: for everybody who comes by the admin."""
        return True

    def get_message(self, user: AbstractUser) -> str:
        """What the editor says above the page."""
        return "The student is working on this thesis. You can edit it when it is submitted to you."


class ThesisIndexPage(Page):
    """The list of theses at ``/theses/`` and the place in the tree where every thesis lives."""

    intro = RichTextField(blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types = ["etd_site.HomePage"]
    subpage_types = ["submissions.ThesisPage"]
    max_count = 1
    allowed_http_methods = READ
    template = "submissions/public/index.html"

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Lead to a thesis by one query, where the tree would ask for page, thesis and licence one after the other."""
        if len(path_components) == 1:
            theses = ThesisPage.objects.child_of(self).select_related("licence")
            if thesis := theses.filter(slug=path_components[0]).order_by().first():
                return thesis.route(request, [])
        return super().route(request, path_components)

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict:
        """Add ``listing``: a page of published theses, newest first, with the words searched for."""
        from ..public.listing import listing

        return {**super().get_context(request, *args, **kwargs), "listing": listing(request, self)}


class ThesisPage(Page):
    """A thesis. Until it is published, row and latest revision hold the same (``drafts.save_draft``).

    ``language`` is a BCP 47 tag. ``keywords`` holds one keyword a line. Names are kept as given and family name,
    because a name cannot be taken apart by rule; ``author_family`` may be empty.
    """

    author_given = models.CharField("given name", max_length=100, blank=True)
    author_family = models.CharField("family name", max_length=100, blank=True)
    subtitle = models.CharField(max_length=255, blank=True)
    translated_title = models.CharField(
        max_length=255, blank=True, help_text="The whole title in another language."
    )
    translated_title_language = models.CharField(
        "language of the translated title", max_length=10, choices=LANGUAGES, blank=True
    )
    abstract = models.TextField(blank=True)
    language = models.CharField("language of the thesis", max_length=10, choices=LANGUAGES, blank=True)
    keywords = models.TextField(blank=True, help_text="One keyword a line.")
    defence_date = models.DateField("date of the defence", null=True, blank=True)
    # SET_NULL, because a revision that points to a deleted row could otherwise never be opened again.
    licence = models.ForeignKey(
        "submissions.Licence", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    embargo = models.ForeignKey(
        "submissions.EmbargoOption", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    content_panels = [
        HelpPanel(template="submissions/review/editor_help.html"),
        FieldPanel(
            "title"
        ),  # not Wagtail's title panel, which would write the slug: the address is ours to keep
        FieldPanel("subtitle"),
        FieldRowPanel(
            [FieldPanel("translated_title"), FieldPanel("translated_title_language")],
            heading="Title in another language",
        ),
        FieldRowPanel([FieldPanel("author_given"), FieldPanel("author_family")], heading="Author"),
        FieldPanel("abstract"),
        InlinePanel("other_abstracts", heading="Abstracts in other languages", label="Abstract"),
        FieldRowPanel([FieldPanel("language"), FieldPanel("defence_date")]),
        FieldPanel("keywords"),
        InlinePanel("committee_members", heading="Committee", label="Committee member"),
        InlinePanel("funding", heading="Funding", label="Grant"),
        InlinePanel("related_works", heading="Related works", label="Related work"),
        MultiFieldPanel([FieldPanel("licence"), FieldPanel("embargo")], heading="Rights"),
    ]
    promote_panels = []
    settings_panels = [CommentPanel()]
    parent_page_types = ["submissions.ThesisIndexPage"]
    subpage_types = []
    is_creatable = False  # a thesis begins with a case: lifecycle.start
    allowed_http_methods = READ
    template = "submissions/public/thesis.html"

    search_fields = [
        *Page.search_fields,
        index.SearchField("subtitle"),
        index.SearchField("abstract"),
        index.SearchField("keywords"),
        index.SearchField("author_given"),
        index.SearchField("author_family", boost=2),
        # Only of a public thesis, and of its files only while they are open.
        index.SearchField("other_words"),
        index.SearchField("file_words"),
    ]

    class Meta:
        verbose_name = "thesis"
        verbose_name_plural = "theses"

    @property
    def author_name(self) -> str:
        """The author's name as it is read aloud."""
        return f"{self.author_given} {self.author_family}".strip()

    @property
    def keyword_list(self) -> list[str]:
        """The keywords, one item each, without empty lines."""
        return [line.strip() for line in self.keywords.splitlines() if line.strip()]

    @property
    def thesis_file(self) -> "ThesisFile | None":
        """The PDF of the thesis (a ``ThesisFile``), or None while there is none."""
        return self.files.first()

    def other_words(self) -> str:
        """For the search: the rest of what the public record says in words (``outlets.fulltext``)."""
        from ..outlets.fulltext import other_words

        return other_words(self)

    def file_words(self) -> str:
        """For the search: the words of the files, while everybody can open them (``outlets.fulltext``)."""
        from ..outlets.fulltext import file_words

        return file_words(self)

    def minimal_clean(self) -> None:
        """Let a draft be without a title: the title is one of the things the student still has to write."""
        if self.title:
            super().minimal_clean()
        else:
            self._set_core_field_defaults()
            self._check_slug_is_unique()

    def get_admin_display_title(self) -> str:
        """The title in the admin's lists."""
        return super().get_admin_display_title() or "Untitled thesis"

    def get_lock(self) -> BaseLock | None:
        """The student's turn is a lock of its own; otherwise the workflow's locks hold."""
        case = getattr(self, "submission", None)
        if case and case.status in (Status.DRAFT, Status.CHANGES_REQUESTED):
            return StudentTurnLock(self)
        return super().get_lock()

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Lead here whether or not the page is live: a withdrawn thesis answers too. ``serve`` decides what is said."""
        return super().route(request, path_components) if path_components else RouteResult(self)

    def serve(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer as the case stands and ``Accept`` asks: page or record while published, then a tombstone, or 404."""
        from ..public.serving import serve

        return serve(request, self, partial(super().serve, request, *args, **kwargs))

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict:
        """Add what the public page shows, made from the same record as every export."""
        from ..public.thesis import thesis_context

        return {**super().get_context(request, *args, **kwargs), **thesis_context(request, self)}
