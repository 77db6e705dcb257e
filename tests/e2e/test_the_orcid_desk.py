"""The office's ORCID desk in a browser: every page without a WCAG violation, narrow, wide and dark, and the bar of
actions, the set-up check and the import with scripts turned off.
"""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.visitor import TAGS

pytestmark = pytest.mark.browser
PAGES = {
    "overview": "/admin/orcid/",
    "connections": "/admin/orcid/connections/",
    "items": "/admin/orcid/items/",
    "history": "/admin/orcid/calls/",
    "set-up": "/admin/orcid/set-up/",
    "import": "/admin/orcid/import/",
}
SCREENS = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "narrow": {"viewport": {"width": 320, "height": 700}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
}


def look(visitor, name: str) -> None:
    """Keep a screenshot; expect no violation in the whole page, no page wider than the window, no fault on the way."""
    page = visitor.page
    page.screenshot(path=visitor.house.screenshots / f"orcid-desk-{visitor.name}-{name}.png", full_page=True)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url
    assert visitor.outside == []
    assert visitor.broken == []


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_of_the_desk(someone, screen):
    admin = someone(screen, **SCREENS[screen])
    complaints = []
    admin.page.on(
        "console", lambda message: complaints.append(message.text) if message.type == "error" else None
    )
    admin.sign_in("admin")
    for name, address in PAGES.items():
        admin.go(address)
        look(admin, name)
    for name, listing in (("item", "items"), ("connection", "connections")):
        admin.go(PAGES[listing])
        admin.page.locator("td a").first.click()
        look(admin, name)
    assert complaints == []


def test_the_desk_without_scripts(someone, tmp_path):
    staff = someone("no-script", java_script_enabled=False)
    staff.sign_in("staff")
    staff.go("/admin/orcid/items/?state=sent")
    row = staff.page.locator("input[name=item]").first
    item = row.get_attribute("value")
    row.check()
    staff.press("Pause")
    staff.reads("1 item paused.")
    staff.go(f"/admin/orcid/items/{item}/")
    staff.press("Go on")
    staff.reads("1 item set going again.")

    staff.go("/admin/orcid/items/?kind=education")
    staff.page.get_by_label("that match, on every page").check()
    staff.press("Pause")
    expect(staff.page.get_by_role("heading", name="Pause:", exact=False).last).to_be_visible()
    staff.press("Pause")
    staff.reads("paused.")
    staff.go("/admin/orcid/items/?kind=education")
    staff.page.get_by_label("that match, on every page").check()
    staff.press("Go on")
    staff.press("Go on")
    staff.reads("set going again.")

    staff.go("/admin/orcid/set-up/")
    staff.press("Check now")
    staff.reads("ORCID knows the client id and the secret.")

    admin = someone("no-script-admin", java_script_enabled=False)
    admin.sign_in("admin")
    file = tmp_path / "tokens.json"
    file.write_text(
        json.dumps([{"orcid": "0000-0002-1825-0097", "access_token": "secret-of-old", "scope": "openid"}])
    )
    admin.go("/admin/orcid/import/")
    admin.page.locator("#id_file").set_input_files(file)
    admin.press("Check the file")
    admin.reads("nothing was imported yet")
    admin.page.locator("#id_again").set_input_files(file)
    admin.press("Import what ORCID confirms")
    admin.reads("ORCID refuses")
    assert "secret-of-old" not in admin.page.content()
