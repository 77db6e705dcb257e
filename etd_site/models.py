"""What a university sets about itself, and the pages around the theses: home and guidance."""

import re
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from orcid_workflow.messages.vocabulary import ROR_PATTERN

from .colour import HEX, TEXT_CONTRAST, contrast, readable

DEFAULT_ACCENT = "#1b5470"
TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]
"""No embeds and no images by address: pages load nothing from other sites."""


@register_setting(icon="site")
class BrandingSettings(BaseSiteSetting):
    """How the university appears on every page, one row a site; its ROR and place are for metadata too."""

    university_name = models.CharField(
        max_length=200, default="University", help_text="As it is written on the certificate."
    )
    short_name = models.CharField(max_length=40, blank=True, help_text="Used where there is little room.")
    thesis_office_name = models.CharField(
        "name of the office", max_length=100, default="Thesis office", help_text="Who students turn to."
    )
    logo = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="40 pixels high, left of the name. Use one that can be read on white and on near-black.",
    )
    accent_colour = models.CharField(
        max_length=7,
        default=DEFAULT_ACCENT,
        help_text="Colour of links and buttons, such as #1b5470. Dark pages use a lighter shade of it.",
    )
    contact_email = models.EmailField("contact e-mail", blank=True)
    contact_phone = models.CharField(
        max_length=40, blank=True, help_text="With country code: +44 20 7946 0123."
    )
    promise = models.CharField(
        "when you answer", max_length=200, blank=True, help_text="Such as: We answer within 5 working days."
    )
    institution_ror = models.URLField(
        "ROR of the institution",
        blank=True,
        validators=[
            RegexValidator(
                ROR_PATTERN,
                "Give the whole ROR address, such as https://ror.org/05gq02987. Search for it at ror.org.",
            )
        ],
        help_text="The institution in metadata and on ORCID records, such as https://ror.org/05gq02987.",
    )
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[
            RegexValidator(r"^[A-Z]{2}$", "Give the two capital letters of the country, such as GB.")
        ],
        help_text="Two letters (ISO 3166-1), such as GB.",
    )

    select_related = ["logo"]
    panels = [
        MultiFieldPanel(
            [FieldPanel(name) for name in ("university_name", "short_name", "logo", "accent_colour")], "Look"
        ),
        MultiFieldPanel(
            [FieldPanel(n) for n in ("thesis_office_name", "contact_email", "contact_phone", "promise")],
            "Office",
        ),
        MultiFieldPanel([FieldPanel(name) for name in ("institution_ror", "city", "country")], "Institution"),
    ]

    class Meta:
        verbose_name = "branding"
        verbose_name_plural = "branding"

    def clean(self) -> None:
        """Refuse an accent that cannot be read, as text on white (links) or under white text (buttons).

        Both are the same pair of colours, so one ratio answers for both (WCAG 2.2, 1.4.3: 4.5 to 1).
        """
        super().clean()
        if not HEX.fullmatch(self.accent_colour):
            raise ValidationError(
                {"accent_colour": "Write the colour as # and six hexadecimal digits, such as #1b5470."}
            )
        ratio = contrast(self.accent_colour, "#ffffff")
        if ratio < TEXT_CONTRAST:
            darker = readable(self.accent_colour, "#ffffff")
            # Cut, not rounded: 4.496 must not be shown as the 4.5 that would have been enough.
            shown = int(ratio * 100) / 100
            raise ValidationError(
                {
                    "accent_colour": f"Links in this colour on white, and white words on buttons of it, have "
                    f"a contrast of {shown:.2f} to 1; they need {TEXT_CONTRAST} to 1 to be readable. "
                    f"A darker shade will do: {darker}."
                }
            )

    @property
    def service_title(self) -> str:
        """Last part of every page's title: the office and the short name of the university."""
        return f"{self.thesis_office_name}, {self.short_name or self.university_name}"

    @property
    def place(self) -> str:
        """City and country in one line; empty where neither is set."""
        return ", ".join(part for part in (self.city, self.country) if part)

    @property
    def phone_digits(self) -> str:
        """The telephone number as a ``tel:`` link wants it (RFC 3966): digits and a leading plus."""
        return re.sub(r"[^+0-9]", "", self.contact_phone)

    @property
    def stylesheet_url(self) -> str:
        """Address of the accent's stylesheet; a new colour is a new address, so no cached one is stale."""
        return "/branding.css?" + urlencode({"accent": self.accent_colour.lstrip("#")})


class SectionBlock(blocks.StructBlock):
    """A heading and what stands under it."""

    heading = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(features=TEXT_FEATURES)

    class Meta:
        icon = "title"
        label = "Section"


class HomePage(Page):
    """The site's front door: what this is, the two ways in, and how it goes."""

    intro = models.TextField(blank=True, help_text="One or two sentences under the title.")
    sections = StreamField([("section", SectionBlock())], blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("sections")]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("sections")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["etd_site.GuidancePage", "submissions.ThesisIndexPage"]
    max_count_per_parent = 1
    template = "etd_site/home_page.html"

    class Meta:
        verbose_name = "home page"


class GuidancePage(Page):
    """Help in sections with a list of contents; pages below it are listed at its end."""

    intro = models.TextField(blank=True, help_text="What this page answers, in one or two sentences.")
    sections = StreamField([("section", SectionBlock())], blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("sections")]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("sections")]
    parent_page_types = ["etd_site.HomePage", "etd_site.GuidancePage"]
    subpage_types = ["etd_site.GuidancePage"]
    template = "etd_site/guidance_page.html"

    class Meta:
        verbose_name = "guidance page"

    def pages_below(self) -> models.QuerySet:
        """Live public pages directly below this one, in the order of the tree."""
        return self.get_children().live().public().order_by("path")


class CampusIdentity(models.Model):
    """Who somebody is at the university's sign-in. ``subject`` stays when a user name changes or is given away."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="campus_identities"
    )
    provider = models.CharField(max_length=255, help_text="The issuer's address, or REMOTE_USER.")
    subject = models.CharField(max_length=255)
    first_seen = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="campus_identity_one_account"),
        ]
        verbose_name_plural = "campus identities"

    def __str__(self) -> str:
        return f"{self.subject} at {self.provider}"
