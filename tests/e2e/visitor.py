"""A person in front of a browser, and the accessibility check that goes with every page they see."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

OURS_IN_ADMIN = [".case", ".modal-body form", ".listing"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Visitor:
    """One browser context with a name for its screenshots. ``page`` is Playwright's page."""

    def __init__(self, context: BrowserContext, house, name: str):
        self.context, self.house, self.name = context, house, name
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.seen: list[str] = []
        self.outside: list[str] = []
        self.page.on("request", self._note_request)
        self.page.on("response", self._note_response)
        self.broken: list[str] = []

    def _note_request(self, request) -> None:
        # "chrome…": the parts of the browser that show a PDF.
        if not request.url.startswith(
            (self.house.url, self.house.registry, "data:", "blob:", "about:", "chrome")
        ):
            self.outside.append(request.url)

    def _note_response(self, response) -> None:
        if response.status >= 500:
            self.broken.append(f"{response.status} {response.url}")

    def go(self, path: str) -> None:
        """Open an address of the site, or a whole address."""
        self.page.goto(path if path.startswith("http") else self.house.url + path)

    def sign_in(self, username: str) -> None:
        """Sign in at the site with the demo's password."""
        self.go("/accounts/login/?next=/submit/")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill("demo")
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def press(self, name: str, exact: bool = False) -> None:
        """Press the button with this name."""
        self.page.get_by_role("button", name=name, exact=exact).first.click()

    def follow(self, name: str, exact: bool = False) -> None:
        """Follow the link with this name."""
        self.page.get_by_role("link", name=name, exact=exact).first.click()

    def reads(self, text: str) -> None:
        """Expect these words on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def look(self, name: str) -> None:
        """Keep a screenshot, and expect no WCAG 2.2 AA violation, nothing from outside and no 5xx so far."""
        self.seen.append(name)
        shot = (
            self.house.screenshots
            / f"{len(list(self.house.screenshots.iterdir())) + 1:02d}-{self.name}-{name}.png"
        )
        self.page.screenshot(path=shot, full_page=True)
        found = violations(self.page)
        assert found == [], f"{self.page.url}: {found}"
        assert self.outside == []
        assert self.broken == []

    def leave(self) -> None:
        """Close the browser context."""
        self.context.close()


def violations(page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA on the page as it is, one line each.

    In the admin only our own parts are judged: the frame around them is Wagtail's.
    """
    contexts = [None]
    if "/admin/" in page.url:
        contexts = [part for part in OURS_IN_ADMIN if page.locator(part).count()]
    rules = {"runOnly": {"type": "tag", "values": TAGS}}
    found = [
        v for part in contexts for v in Axe().run(page, context=part, options=rules).response["violations"]
    ]
    return [f"{v['id']}: {v['help']} ({v['nodes'][0]['html'][:160]})" for v in found]


def newest_mail(folder: Path, to: str) -> str:
    """The text of the newest mail in the demo's outbox to an address."""
    import email
    import email.policy

    from etd_site.demo.outbox import SEPARATOR

    found = []
    for path in sorted(folder.glob("*.log")):
        for raw in SEPARATOR.split(path.read_bytes()):
            if raw.strip():
                message = email.message_from_bytes(raw.lstrip(), policy=email.policy.default)
                if to in str(message["To"]):
                    found.append((message["Date"].datetime, message.get_content()))
    assert found, f"no mail to {to}"
    return max(found)[1]
