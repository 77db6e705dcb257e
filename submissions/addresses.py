"""Absolute addresses, all made from ``ETD_BASE_URL``: metadata, mails and ORCID must never disagree on a host."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from wagtail.models import Page

from .models import Submission, ThesisFile


def page_url(page: Page) -> str:
    """The public address of a thesis, or of another page. Its path comes from the page tree."""
    return settings.ETD_BASE_URL + urlsplit(page.full_url or "/").path


def file_url(submission: Submission, item: ThesisFile) -> str:
    """The address of a file; it answers only while the reader may open the file."""
    return settings.ETD_BASE_URL + reverse("files:download", args=[submission.uuid, item.key, item.name])
