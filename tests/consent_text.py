"""Go to ORCID by what a page offers, and compare the receipt with the page that the button stood on."""

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from lxml import html

from orcid_workflow.models import Consent


def press(browser: Client, page: HttpResponse, *labels: str) -> tuple[HttpResponse, HttpResponse]:
    """Follow the link or press the button of each label, one after the other. Return the page of the last button, and
    what came of it.
    """
    answer = page
    for label in labels:
        page = answer
        answer = _press(browser, page, label)
    return page, answer


def check_receipt(browser: Client, page: HttpResponse, purpose: str) -> None:
    """The newest receipt is of ``purpose``, and each of its lines stood on ``page``."""
    consent = Consent.objects.latest("pk")
    assert consent.purpose == purpose
    receipt = html.fromstring(browser.get(reverse("orcid:receipt", args=[consent.key])).content)
    (quoted,) = receipt.find_class("quoted")
    lines = [line for text in quoted.itertext() if (line := " ".join(text.split()))]
    assert {"Why we ask", "What we read", "What we write"} < set(lines)
    shown = words(page)
    assert [line for line in lines if line not in shown] == []


def words(page: HttpResponse) -> str:
    """The words of the main part of a page."""
    main = html.fromstring(page.content).get_element_by_id("main")
    return " ".join(" ".join(main.itertext()).split())


def _press(browser: Client, page: HttpResponse, label: str) -> HttpResponse:
    main = html.fromstring(page.content).get_element_by_id("main")
    for link in main.iter("a"):
        if _says(link, label):
            return browser.get(link.get("href"))
    for button in main.iter("button"):
        if _says(button, label):
            named = button.get("form")
            form = main.get_element_by_id(named) if named else next(button.iterancestors("form"))
            address = button.get("formaction") or form.get("action") or page.request["PATH_INFO"]
            return browser.post(address, dict(form.form_values()))
    raise AssertionError(f"no “{label}” on: {words(page)}")


def _says(node: html.HtmlElement, label: str) -> bool:
    return label in " ".join(node.text_content().split())
