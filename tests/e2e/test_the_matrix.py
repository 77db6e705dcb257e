"""The matrix in a browser: a refusal mended by trying again, an alarm and its end, and every page without a violation.

The site, the workers and the places are processes of their own; what the office sees came over HTTP.
"""

import time

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.visitor import TAGS

pytestmark = pytest.mark.browser
SCREENS = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "narrow": {"viewport": {"width": 320, "height": 700}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
}
LIST = "/admin/deliveries/"
TITLE = "Tidal mixing in narrow fjords"
DOI = "DOI at DataCite"


@pytest.fixture(autouse=True)
def healed(house):
    """What one test lets go wrong does not go on in the next."""
    yield
    house.places.heal()


def ours(house) -> dict:
    """Our thesis as the registry of DOIs has it."""
    [one] = [one for one in house.places.see()["arrived"]["datacite"] if one["title"] == TITLE]
    return one


def calls(house, method: str) -> str:
    """The calls about the DOI of our thesis: the worker may still be busy with others."""
    return f"{method} /datacite/dois/.*{ours(house)['id'].split('/')[1]}"


def look(visitor, name: str) -> None:
    """Keep a screenshot; expect no violation, no page wider than the window, and no fault on the way."""
    page = visitor.page
    page.screenshot(path=visitor.house.screenshots / f"matrix-{visitor.name}-{name}.png", full_page=True)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url
    assert visitor.outside == []
    assert visitor.broken == []


def becomes(visitor, column: str, words: str) -> None:
    """Load the list until the cell of our thesis says ``words``: the worker needs a moment."""
    row = visitor.page.locator("tr", has_text=TITLE)
    cell = row.locator(f"td[data-label='{column}']")
    seen = ""
    for _ in range(90):
        visitor.go(LIST)
        seen = cell.inner_text()
        if words in seen:
            return
        time.sleep(1)
    pytest.fail(f"The cell never said “{words}”, but: {seen}")


def test_a_refusal_is_mended_by_trying_again(someone, house):
    manager = someone("manager", java_script_enabled=False)
    manager.sign_in("manager")
    becomes(manager, DOI, "Delivered")
    becomes(manager, "University repository", "Delivered")

    house.places.fail(calls(house, "PUT"), "refuse", times=-1, status=401, body="{}")
    manager.page.get_by_role("link", name=TITLE).click()
    manager.press(f"Send again ({DOI})")
    manager.reads(f"{DOI}: to be sent again.")
    becomes(manager, DOI, "Needs attention")
    assert TITLE in manager.page.locator("tbody tr").first.inner_text()  # it stands first
    manager.go("/admin/")
    manager.reads("delivery needs a look")

    house.places.heal()
    manager.go(f"{LIST}?target=doi&state=needs_attention")
    manager.page.get_by_label("with the one that matches").check()
    manager.press("Try again")
    manager.reads(f"Try again at {DOI}: 1 thesis?")
    manager.press("Try again")
    manager.reads("1 thesis put back to work.")
    becomes(manager, DOI, "Delivered")
    manager.page.get_by_role("link", name=TITLE).click()
    manager.page.get_by_text("Calls:").first.click()
    manager.reads("401")
    assert ours(house)["state"] == "findable"


def test_an_alarm_is_raised_by_reading_back_and_ends_when_all_is_well(someone, house):
    manager = someone("manager", java_script_enabled=False)
    manager.sign_in("manager")
    becomes(manager, DOI, "Delivered")
    house.places.fail(calls(house, "GET"), "alter", find="Watanabe", instead="Watanabi")
    manager.page.get_by_role("link", name=TITLE).click()
    manager.press(f"Read back now ({DOI})")
    becomes(manager, DOI, "Differs there")
    manager.page.get_by_role("link", name=TITLE).click()
    manager.reads("What was read back from there is not what was sent")
    manager.page.get_by_text("Watanabe").first.wait_for()
    manager.press(f"Read back now ({DOI})")
    becomes(manager, DOI, "Delivered")


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_of_the_matrix(someone, screen):
    manager = someone(screen, **SCREENS[screen])
    manager.sign_in("manager")
    becomes(manager, DOI, "Delivered")
    look(manager, "list")
    manager.go(f"{LIST}?target=doi")
    look(manager, "filtered")
    manager.page.get_by_label("that match, on every page").check()
    manager.press("Read back now")
    look(manager, "asked")
    manager.go(LIST)
    manager.page.get_by_role("link", name=TITLE).click()
    manager.page.get_by_text("Calls:").first.click()
    look(manager, "thesis")


def test_by_keyboard_the_cells_are_reached_and_the_table_can_be_scrolled(someone):
    manager = someone("keyboard", viewport={"width": 900, "height": 700})
    manager.sign_in("manager")
    becomes(manager, DOI, "Delivered")
    region = manager.page.get_by_role("region", name="Theses and where they are")
    region.focus()
    for _ in range(3):
        manager.page.keyboard.press("Tab")
    assert manager.page.evaluate("document.activeElement.closest('.matrix-scroll') !== null")
    manager.page.locator("td.matrix-cell a", has_text="Delivered").first.focus()
    manager.page.keyboard.press("Enter")
    manager.page.wait_for_url("**/admin/deliveries/*/#*")
