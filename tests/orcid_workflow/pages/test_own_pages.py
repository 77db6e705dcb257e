"""own_pages.py: what a person sees of their own, and what they decide, against a running registry."""

import datetime as dt
import html
import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from orcid_workflow import sync, wishes
from orcid_workflow.models import ApiCall, Connection, Consent, IdHint, OrcidItem, ServiceState

from ..conftest import HOST, attach, grant_for, lose_key, works_of
from ..items import a_work

State = OrcidItem.State


@pytest.fixture
def eve(db) -> Client:
    """A browser of somebody else."""
    client = Client(HTTP_HOST=HOST)
    client.force_login(get_user_model().objects.create_user("eve"))
    return client


@pytest.fixture
def manual(connection) -> Connection:
    wishes.set_mode(connection, "manual")
    return connection


def wish(connection: Connection, title: str = "On Kelp", key: str = "t-1") -> OrcidItem:
    message = a_work(f"k-{key}", title=title)
    return sync.desire(connection, "work", key, message, title=title, url="https://etd.example.edu/1")


def text(response) -> str:
    """The main part of a page as a reader sees it, without what is for screen readers."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    main = re.sub(r'<span class="visually-hidden">.*?</span>', "", main)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def buttons(response) -> list[str]:
    found = re.findall(r"<(?:button|a class=\"button)[^>]*>(.*?)</(?:button|a)>", response.content.decode())
    return [re.sub(r"<span.*?</span>|<img[^>]*>", "", words) for words in found]


def press(browser: Client, item: OrcidItem, name: str, **data):
    return browser.post(f"/orcid/items/{item.pk}/{name}/", data, follow=True)


def test_looking_shows_every_line_and_sends_what_was_seen(registry, browser, manual) -> None:
    item = wish(manual, "On Kelp & <tides>")
    assert sync.run_due() == 0
    home = browser.get("/orcid/")
    assert "Waiting for your review" in text(home)
    assert "Look at it and send" in buttons(home)
    assert "Send this" not in buttons(home)
    page = browser.get(f"/orcid/items/{item.pk}/")
    for words in ("On Kelp & <tides>", "Dissertation or thesis", "What will be sent", "<work:work"):
        assert words in text(page)
    seen = re.search(r'name="seen" value="(\w+)"', page.content.decode())[1]
    assert "We send it" in text(press(browser, item, "approve", seen=seen))
    sync.run_due()
    assert [work["title"]["title"]["value"] for work in works_of(registry, manual)] == ["On Kelp & <tides>"]
    after = text(browser.get(f"/orcid/items/{item.pk}/"))
    assert "What we sent" in after
    assert "We added “On Kelp & <tides>” to your record." in after


def test_what_changed_after_the_look_is_not_sent(registry, browser, manual) -> None:
    item = wish(manual)
    seen = item.desired_hash
    wish(manual, "On Kelp, and what was never looked at")
    page = press(browser, item, "approve", seen=seen)
    assert "has changed since you looked" in text(page)
    assert "what was never looked at" in text(page)
    for data in ({}, {"seen": ""}, {"seen": seen}):
        press(browser, item, "approve", **data)
    sync.run_due()
    assert works_of(registry, manual) == []


def test_a_button_that_no_longer_fits_does_nothing(registry, browser, connection) -> None:
    item = wish(connection)
    sync.run_due()
    for name in (
        "approve",
        "send-now",
        "send-again",
        "leave-off",
        "pause",
        "go-on",
        "connect",
        "look",
        "see",
    ):
        before = OrcidItem.objects.filter(pk=item.pk).values().get()
        assert "Nothing was changed" in text(press(browser, item, name, seen=item.desired_hash)), name
        assert OrcidItem.objects.filter(pk=item.pk).values().get() == before
    assert browser.post(f"/orcid/items/{item.pk}/explode/").status_code == 404


def test_pause_one_and_go_on(registry, browser, connection) -> None:
    item = wish(connection)
    press(browser, item, "pause")
    sync.run_due()
    assert works_of(registry, connection) == []
    page = browser.get("/orcid/")
    assert "You paused this" in text(page)
    assert "Go on" in buttons(page)
    press(browser, item, "go-on")
    sync.run_due()
    assert len(works_of(registry, connection)) == 1


def test_what_waits_for_the_night_can_be_sent_now(registry, browser, connection) -> None:
    assert "at night" in text(browser.post("/orcid/mode/", {"mode": "nightly"}, follow=True))
    item = wish(connection)
    sync.run_due()
    assert works_of(registry, connection) == []
    page = browser.get("/orcid/")
    assert re.search(r"It is sent at night: \d+ \w+ \d{4} at \d\d:\d\d", text(page))
    assert text(page).count("It is sent") == 1
    press(browser, item, "send-now")
    sync.run_due()
    assert len(works_of(registry, connection)) == 1


def test_while_orcid_is_down_nobody_is_told_that_it_goes_now(registry, browser, connection) -> None:
    wishes.set_mode(connection, "nightly")
    item = wish(connection)
    assert "ORCID is not answering" not in text(browser.get("/orcid/"))
    ServiceState.objects.create(
        environment="local",
        open_until=timezone.now() + dt.timedelta(minutes=1),
        reason="ORCID does not answer.",
    )
    assert "ORCID is not answering at the moment" in text(browser.get("/orcid/"))
    said = text(press(browser, item, "send-now"))
    assert "ORCID is not answering now. It is sent as soon as ORCID does; you need do nothing more." in said
    assert "We send it now" not in said
    assert "as soon as ORCID answers again" in said, "beside the item"


def test_the_mode_is_one_of_three(browser, connection) -> None:
    for mode in ("", "sometimes"):
        assert "Choose when we send" in text(browser.post("/orcid/mode/", {"mode": mode}, follow=True))
    connection.refresh_from_db()
    assert connection.mode == ""
    browser.post("/orcid/mode/", {"mode": "manual"})
    page = browser.get("/orcid/").content.decode()
    assert re.search(r'value="manual" checked', page)
    assert page.count(" checked") == 1


def test_pause_everything_and_go_on(registry, browser, connection) -> None:
    assert "Pause everything" in buttons(browser.get("/orcid/"))
    browser.post("/orcid/pause/")
    wish(connection)
    sync.run_due()
    assert works_of(registry, connection) == []
    page = browser.get("/orcid/")
    assert "Everything is paused" in text(page)
    assert "Go on with everything" in buttons(page)
    assert "Go on" not in buttons(page)
    browser.post("/orcid/go-on/")
    sync.run_due()
    assert len(works_of(registry, connection)) == 1


def test_what_the_office_paused_only_the_office_lets_go_on(browser, connection) -> None:
    wishes.pause_all(connection, by="staff")
    item = wish(connection)
    page = browser.get("/orcid/")
    assert "The office stopped everything" in text(page)
    assert "Go on with everything" not in buttons(page)
    browser.post("/orcid/go-on/")
    press(browser, item, "go-on")
    connection.refresh_from_db()
    item.refresh_from_db()
    assert connection.paused_by == "staff"
    assert item.state == State.PAUSED


def test_a_token_that_cannot_be_read_has_a_way_out(registry, browser, connection, person, user) -> None:
    item = wish(connection)
    lose_key(connection.tokens.get())
    sync.run_due()
    item.refresh_from_db()
    assert item.error_code == "unreadable_token"
    page = browser.get("/orcid/")
    assert "Connect again" in buttons(page)
    assert "Connect your ORCID iD again" in text(page)
    attach(grant_for(registry, person), user)
    sync.run_due()
    item.refresh_from_db()
    assert item.state == State.SENT


def test_nobody_sees_or_moves_what_is_not_theirs(registry, browser, eve, manual, person) -> None:
    item = wish(manual)
    other_record = Connection.objects.create(
        environment="local", orcid="0000-0002-1825-0097", client_id="x", authenticated_at=timezone.now(),
        user=get_user_model().objects.get(username="eve"),
    )  # fmt: skip
    for name in ("approve", "pause", "leave-off", "send-again", "no-such"):
        assert eve.post(f"/orcid/items/{item.pk}/{name}/", {"seen": item.desired_hash}).status_code == 404
    assert eve.get(f"/orcid/items/{item.pk}/").status_code == 404
    assert "On Kelp" not in eve.get("/orcid/").content.decode()
    assert person.orcid not in eve.get("/orcid/history/").content.decode()
    eve.post("/orcid/mode/", {"mode": "nightly"})
    eve.post("/orcid/pause/")
    manual.refresh_from_db()
    other_record.refresh_from_db()
    assert (manual.mode, manual.paused_by) == ("manual", "")
    assert (other_record.mode, other_record.paused_by) == ("nightly", "person")


def test_an_item_of_another_environment_is_not_here(settings, browser, manual) -> None:
    item = wish(manual)
    settings.ORCID_ENVIRONMENT = "sandbox"
    assert browser.get(f"/orcid/items/{item.pk}/").status_code == 404
    assert browser.post(f"/orcid/items/{item.pk}/pause/").status_code == 404
    assert "No ORCID iD is connected" in text(browser.get("/orcid/"))


def test_without_a_connection_there_is_nothing_to_set(browser) -> None:
    assert browser.get("/orcid/history/").status_code == 404
    for path in ("/orcid/mode/", "/orcid/pause/", "/orcid/go-on/"):
        assert browser.post(path).status_code == 404


def test_the_history_is_paged_and_in_words_only(registry, browser, connection) -> None:
    token = connection.tokens.get().access_token
    start = timezone.now() - dt.timedelta(days=1)
    for number in range(60):
        ApiCall.objects.create(
            connection=connection, method="GET", path=f"/{connection.orcid}/record", status=401,
            error_code="invalid_token", outcome=f"Invalid access token: {token}",
            at=start + dt.timedelta(minutes=number),
        )  # fmt: skip
    pages = [browser.get(f"/orcid/history/?page={number}") for number in (1, 2, 3)]
    told = [page.content.decode().count("ORCID did not accept our permission.") for page in pages]
    assert sum(told) == 60
    assert max(told) == 25
    assert "Page 2 of 3" in text(pages[1])
    for page in [*pages, browser.get("/orcid/")]:
        assert token not in page.content.decode()
        assert "Invalid access token" not in page.content.decode()
    assert browser.get("/orcid/history/?page=x").status_code == 200


def test_what_the_matter_is_with_the_record(browser, connection) -> None:
    for state, words in (("locked", "ORCID has locked your record"), ("deactivated", "is deactivated")):
        Connection.objects.update(record_state=state)
        assert words in text(browser.get("/orcid/"))
    Connection.objects.update(record_state="deprecated", primary_orcid="0000-0002-1825-0097")
    page = browser.get("/orcid/")
    assert "merged into another one" in text(page)
    assert "https://orcid.org/0000-0002-1825-0097 (unauthenticated)" in text(page)


def test_what_was_read_says_who_stated_it(registry, browser, connection) -> None:
    browser.post("/orcid/refresh/")
    page = text(browser.get("/orcid/"))
    assert "kelp, tides (stated by you)" in page
    assert "Canada" in page
    assert "PhD, University of the North Shore" in page


def test_consents_are_listed_with_their_end(browser, connection) -> None:
    Consent.objects.create(
        connection=connection, purpose="account", text="…", text_version="1", language="en", asked="openid",
        granted="openid", client_id="x", withdrawn_at=timezone.now(), withdrawn_how="orcid",
    )  # fmt: skip
    assert "Withdrawn at ORCID" in text(browser.get("/orcid/"))


def test_a_hint_is_shown_as_unconfirmed_and_to_nobody_else(browser, eve, user) -> None:
    IdHint.objects.create(user=user, orcid="0000-0002-1825-0097", source="the university’s sign-in")
    page = browser.get("/orcid/")
    assert "https://orcid.org/0000-0002-1825-0097 (unauthenticated)" in text(page)
    assert "orcid-id-unauthenticated.svg" in page.content.decode()
    assert "0000-0002-1825-0097" not in eve.get("/orcid/").content.decode()


def test_with_the_public_api_nobody_is_asked_for_what_cannot_be(settings, browser, connection) -> None:
    settings.ORCID_API_KIND = "public"
    page = browser.get("/orcid/")
    assert "It cannot write to your record" in text(page)
    assert "How we send" not in text(page)
    assert "Connect again" not in text(page)
