"""A reader looks for theses by words, facets, people and programmes, also on a telephone, and asks for a copy."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SCREENS = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "narrow": {"viewport": {"width": 320, "height": 700}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
}


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_of_the_search(someone, screen):
    reader = someone(f"reader-{screen}", java_script_enabled=True, **SCREENS[screen])
    page = reader.page

    def look(name: str) -> None:
        reader.look(name)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url} is {wider} px wider than the screen"

    reader.go("/theses/")
    look("theses")
    facets = page.get_by_role("navigation", name="Narrow the list")
    facets.get_by_role("link").filter(has_text="PhD").or_(facets.get_by_role("link")).nth(1).click()
    expect(page.get_by_role("link", name=re.compile("^Remove"))).to_have_count(1)
    look("theses-narrowed")
    page.get_by_role("link", name=re.compile("^Remove")).first.click()
    expect(page.get_by_role("link", name=re.compile("^Remove"))).to_have_count(0)
    page.get_by_label("Search theses").fill("0000-0002-1825-0098")
    page.keyboard.press("Enter")
    reader.reads("is not an ORCID iD")
    look("theses-mistyped")

    reader.go("/theses/people/")
    look("people")
    page.locator(".directory a").first.click()
    look("person")
    reader.go("/theses/programmes/")
    look("programmes")
    page.locator(".directory a").first.click()
    look("programme")

    reader.go("/theses/?access=closed")
    page.locator(".results a").first.click()
    look("closed")
    page.get_by_text("Ask the author for a copy").focus()
    page.keyboard.press("Enter")
    look("closed-form")
    page.get_by_label("your name", exact=False).fill("Rae Reader")
    reader.press("Send my request")
    reader.reads("Write your e-mail address")
    look("copy-with-errors")
    page.get_by_label("e-mail address", exact=False).fill(f"rae-{screen}@example.org")
    reader.press("Send my request")
    if "sent" not in page.url:  # as quick as a program
        reader.reads("send it once more")
        reader.press("Send my request")
    expect(page).to_have_url(re.compile("/sent/$"))
    look("copy-sent")
