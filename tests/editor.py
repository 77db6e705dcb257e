"""The page editor as a browser has it: read the form that is really shown, and send it back."""

from django.test import Client
from django.urls import reverse
from lxml import html
from wagtail.models import Page


def edit_url(page: Page) -> str:
    """Address of the page in the editor."""
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def editor_form(client: Client, page: Page) -> dict[str, str]:
    """What the editor's form sends if nothing is changed and no button is named."""
    answer = client.get(edit_url(page))
    assert answer.status_code == 200
    form = next(f for f in html.fromstring(answer.content).forms if "title" in f.fields)
    data = {name: value or "" for name, value in form.fields.items()}
    return {name: value for name, value in data.items() if not name.startswith("action-")}


def bulk_url(action: str, page: Page) -> str:
    """Address of one of Wagtail's actions on several pages at once, for this one."""
    return reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]) + f"?id={page.pk}"
