"""One thesis, the whole way: three people and a registrar, from the empty form to the ORCID record and back."""

import datetime as dt
import hashlib
import re
import subprocess
import sys
import time

import pytest
import requests
from lxml import etree
from playwright.sync_api import expect

from etd_site.demo.people import by_username
from tests.conftest import ROOT
from tests.e2e.visitor import newest_mail
from tests.factories import make_pdf

pytestmark = pytest.mark.browser

TODAY = dt.datetime.now(dt.UTC).date()
TITLE = "Cliffs that move"
SUBTITLE = "Two winters on a soft coast"
CORRECTED = "Cliffs that move at night"
ABSTRACT = "Soft cliffs lose ground in steps, not by the day.\n\nWe watched three of them for two winters."
GRANT, GRANT_NUMBER = "Shorelines under rising seas", "NE/X00001/1"
ARTICLE, ARTICLE_DOI = "Counting pebbles: drone surveys of a shingle beach", "10.5555/rahal.2024.1"
CORRECTED_ABSTRACT = ABSTRACT + " The third is on the north shore."


def orcid_of(username: str) -> str:
    return by_username()[username].orcid


def at_orcid(visitor, username: str, *, allow: bool = True) -> None:
    """Sign in at the registry where it asks for it, then decide."""
    page = visitor.page
    expect(page).to_have_url(re.compile(re.escape(visitor.house.registry)))
    if page.locator("input[name=username]").count():
        page.locator("input[name=username]").fill(username)
        page.locator("input[name=password]").fill("demo")
        visitor.look("orcid-sign-in")
        visitor.press("Sign in")
    visitor.look("orcid-consent")
    visitor.press("Authorize access" if allow else "Deny access")


def choose_in_editor(visitor, action: str) -> None:
    """Choose one of the actions at the foot of Wagtail's page editor."""
    foot = visitor.page.get_by_role("navigation", name="Actions (footer)")
    foot.get_by_role("button", name="More actions").click()
    foot.get_by_role("button", name=action).click()


def confirm_in_editor(visitor, action: str) -> None:
    """Press the button of the editor's dialogue and wait until the editor has saved and moved on."""
    with visitor.page.expect_navigation():
        visitor.page.locator(".modal").get_by_role("button", name=action).click()


def works_at_orcid(house, orcid: str) -> dict[str, str]:
    """Put-code -> title of the works on a person's page at the registry, as anybody sees them."""
    text = requests.get(f"{house.registry}/{orcid}", timeout=10).text
    return dict(re.findall(r'<article class="card work" id="item-(\d+)">\s*<h3>([^<]*)</h3>', text))


def identifiers_at_orcid(house, orcid: str, put_code: str) -> set[tuple[str, str, str]]:
    """Type, value and relationship of a work's identifiers, as anybody may read them."""
    answer = requests.get(
        f"{house.registry}/pub/v3.0/{orcid}/work/{put_code}",
        headers={"Accept": "application/json"},
        timeout=10,
    )
    return {
        (one["external-id-type"], one["external-id-value"], one["external-id-relationship"])
        for one in answer.json()["external-ids"]["external-id"]
    }


def wait_for(condition, what: str) -> None:
    """Wait for the worker, which is a process of its own."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.3)
    pytest.fail(f"Waited in vain: {what}")


def test_one_thesis_the_whole_way(someone, house, tmp_path):
    student = someone("student", viewport={"width": 1280, "height": 900})
    page = student.page

    # 1. Sign in and start: degree, programme, term, agreement.
    student.go("/")
    student.look("home")
    student.go("/submit/")
    student.look("sign-in")
    student.sign_in("student")
    student.look("empty-desk")
    student.follow("Start")
    student.press("Start my submission")
    student.look("start-with-errors")
    page.get_by_label("Degree", exact=True).select_option(label="Master of Science (MSc)")
    page.get_by_label("Programme").select_option(label="Earth Sciences")
    page.get_by_label("Term").select_option(index=1)
    page.get_by_role("checkbox").check()
    student.look("start")
    student.press("Start my submission")
    expect(page).to_have_url(re.compile(r"/submit/[0-9a-f-]{36}/"))
    tasks = re.match(r".*/submit/[0-9a-f-]{36}/", page.url).group()
    uuid = tasks.rstrip("/").rsplit("/", 1)[1]
    student.go(tasks)
    student.look("tasks")

    orcid = orcid_of("student")
    there_before = works_at_orcid(house, orcid)

    # 2. ORCID: deny first, nothing is lost; then allow.
    student.go(tasks + "orcid/")
    student.look("orcid-before")
    student.press("Create or connect your ORCID iD")
    at_orcid(student, "student", allow=False)
    student.look("orcid-denied")
    assert "/orcid/callback/" in page.url
    student.go(tasks + "orcid/")
    student.press("Create or connect your ORCID iD")
    at_orcid(student, "student")
    callback = page.url
    student.look("orcid-connected")
    student.reads(orcid_of("student"))

    # An address that was used once is a page with words, not a second connection and not an error.
    student.go(f"/orcid/callback/?code=used&state=used&from={len(callback)}")
    student.look("orcid-expired")

    # 3. The profile is prefilled from the record, and nothing of it is forced.
    student.go(tasks + "profile/")
    student.look("profile")
    expect(page.get_by_label("Other names")).to_have_value(re.compile("A. K. Rahal"))
    expect(page.get_by_label("Country")).to_have_value("GB")
    student.reads("ORCID")
    page.get_by_label("E-mail").fill("amina@example.org")
    student.press("Save and continue")

    # 4. The steps. Bad input first: a sentence at the field, and what was typed stays.
    student.go(tasks + "thesis/")
    page.get_by_label("Title of your thesis").fill(TITLE)
    page.get_by_label("Abstract").fill(ABSTRACT)
    page.get_by_label("Date of your defence").fill((TODAY + dt.timedelta(days=400)).isoformat())
    student.press("Save and continue")
    student.look("defence-in-the-future")
    expect(page.get_by_label("Title of your thesis")).to_have_value(TITLE)
    page.get_by_label("Subtitle").fill(SUBTITLE)
    page.get_by_label("Language the thesis is written in").select_option(label="English")
    page.get_by_label("Keywords").fill("cliffs\ncoastal erosion")
    page.get_by_label("Date of your defence").fill((TODAY - dt.timedelta(days=30)).isoformat())
    student.press("Save and continue")

    # Funding and articles are offered by the record; one of each is taken.
    student.go(tasks + "funding/")
    student.press("Save and choose from my ORCID record")
    page.get_by_label(GRANT).check()
    student.look("grants-of-the-record")
    student.press("Use the ticked grants")
    student.reads("1 grant was added from your ORCID record.")
    student.look("funding")
    student.press("Save and continue")
    student.press("Save and choose from my ORCID record")
    page.get_by_label(ARTICLE).check()
    student.press("Use the ticked works")
    student.reads("added by yourself")
    student.look("articles")

    student.go(tasks + "committee/")
    for number, (username, role) in enumerate((("member", "advisor"), ("member2", "member"))):
        person = by_username()[username]
        row = page.locator("fieldset").last
        row.get_by_label("Given name").fill(person.given)
        row.get_by_label("Family name").fill(person.family)
        row.get_by_label("E-mail").fill(person.email)
        row.get_by_label("Role").select_option(role)
        if number == 0:
            student.press("Save and add another person")
    student.press("Save and continue")
    student.go(tasks + "committee/")
    student.look("committee")

    student.go(tasks + "rights/")
    page.get_by_label("Creative Commons Attribution 4.0").check()
    page.get_by_label("Open at once").check()
    student.look("rights")
    student.press("Save and continue")

    student.go(tasks + "review/")
    student.look("review-with-a-gap")
    student.reads("Upload the PDF")
    (tmp_path / "notes.pdf").write_text("These are notes.")
    (tmp_path / "empty.pdf").write_bytes(b"")
    pdf = make_pdf(TITLE)
    (tmp_path / "cliffs.pdf").write_bytes(pdf)
    student.go(tasks + "files/")
    for name in ("notes.pdf", "empty.pdf"):
        page.locator("input[type=file]").set_input_files(tmp_path / name)
        student.press("Upload")
        student.look(f"refused-{name}")
    page.locator("input[type=file]").set_input_files(tmp_path / "cliffs.pdf")
    student.press("Upload")
    student.look("file")
    student.reads(hashlib.sha256(pdf).hexdigest())
    student.go(tasks + "review/")
    student.look("review")

    # A second tab sends it too: one submission, and both tabs say that it was sent.
    second = student.context.new_page()
    second.goto(tasks + "review/")
    student.press("Send to my committee")
    student.look("sent")
    second.get_by_role("button", name="Send to my committee").click()
    expect(second.get_by_text("sent", exact=False).first).to_be_visible()
    second.close()
    assert student.broken == []

    # 5. The committee: a link in a mail, no account.
    links = {}
    for username in ("member", "member2"):
        text = newest_mail(house.var / "mail", by_username()[username].email)
        links[username] = re.search(r"http://\S+/committee/\S+", text).group()
    member = someone("member", viewport={"width": 320, "height": 720})
    member.go(links["member"][:-4] + "xxxx/")
    member.look("foreign-link")
    member.go(links["member"])
    member.look("committee-page")
    assert requests.head(links["member"], timeout=10).status_code == 200
    member.press("Create or connect your ORCID iD")
    at_orcid(member, "member")
    member.look("committee-connected")
    member.reads(orcid_of("member"))
    pdf_link = member.page.get_by_role("link", name=re.compile("PDF|cliffs.pdf")).first.get_attribute("href")
    answer = requests.get(house.url + pdf_link, timeout=10)
    assert answer.content == pdf
    member.page.get_by_label(re.compile("approve", re.IGNORECASE)).first.check()
    member.press("Send my decision")
    member.look("approved")
    member.go(links["member"])
    member.look("used-link")

    other = someone("member2", color_scheme="dark")
    other.go(links["member2"])
    other.look("committee-page-dark")
    other.page.get_by_label(re.compile("approve", re.IGNORECASE)).first.check()
    other.press("Send my decision")
    other.look("approved")

    # 6. Staff, in the Wagtail admin: a comment on a field, back to the student, corrected, approved.
    staff = someone("staff", viewport={"width": 1280, "height": 1000})
    staff.sign_in("staff")
    staff.go("/admin/thesis-cases/")
    staff.look("cases")
    staff.follow(TITLE)
    staff.look("case")
    staff.follow("Open the thesis in the editor")
    staff.page.wait_for_load_state("networkidle")
    field = staff.page.locator("#panel-child-content-abstract-section")
    field.hover()
    field.get_by_role("button", name="Add comment").first.click()
    staff.page.get_by_placeholder("Enter your comments...").fill("Which of the three is on the north shore?")
    staff.page.locator(".comment").get_by_role("button", name="Comment", exact=True).click()
    staff.look("comment")
    choose_in_editor(staff, "Ask the student for changes")
    staff.page.get_by_label("What should the student change?").fill("One question at the abstract.")
    staff.look("ask-for-changes")
    confirm_in_editor(staff, "Ask the student for changes")

    student.go(tasks)
    student.look("changes-requested")
    student.reads("One question at the abstract.")
    student.go(tasks + "thesis/")
    student.reads("Which of the three is on the north shore?")
    student.look("comment-at-the-field")
    page.get_by_label("Abstract").fill(CORRECTED_ABSTRACT)
    student.press("Save and continue")
    student.go(tasks + "review/")
    student.press("Send my corrected thesis")
    student.look("sent-again")

    staff.go("/admin/thesis-cases/")
    staff.follow(TITLE)
    staff.follow("Open the thesis in the editor")
    staff.page.wait_for_load_state("networkidle")
    with staff.page.expect_navigation():
        choose_in_editor(staff, "Approve the thesis")
    staff.go("/admin/thesis-cases/")
    staff.follow(TITLE)
    staff.reads("Approved")
    assert staff.page.get_by_role("button", name="Publish", exact=True).count() == 0

    registrar = someone("registrar", viewport={"width": 1280, "height": 1000})
    registrar.sign_in("registrar")
    registrar.go("/admin/thesis-cases/")
    registrar.follow(TITLE)
    registrar.follow("Open the thesis in the editor")
    registrar.page.wait_for_load_state("networkidle")
    choose_in_editor(registrar, "Record conferral and publish")
    registrar.page.get_by_label("Day of conferral").fill((TODAY - dt.timedelta(days=2)).isoformat())
    registrar.look("conferral")
    confirm_in_editor(registrar, "Record conferral and publish")

    # 7. The public page, its head and its records.
    reader = someone("reader", viewport={"width": 320, "height": 720})
    reader.go("/theses/")
    reader.look("list")
    reader.follow(TITLE)
    reader.look("thesis")
    public_url = reader.page.url
    for username in ("student", "member"):
        expect(
            reader.page.get_by_role("link", name=f"https://orcid.org/{orcid_of(username)}")
        ).to_be_visible()
    head = reader.page.content()
    assert f'name="citation_author_orcid" content="https://orcid.org/{orcid_of("student")}"' in head
    assert reader.page.locator("meta[name=citation_author]").count() == 1
    json_ld = reader.page.locator('script[type="application/ld+json"]').text_content()
    assert f"https://orcid.org/{orcid_of('student')}" in json_ld
    assert f"https://orcid.org/{orcid_of('member')}" in json_ld
    pdf_url = reader.page.get_by_role("link", name=re.compile("PDF")).first.get_attribute("href")
    assert requests.get(pdf_url, timeout=10).content == pdf
    datacite = requests.get(f"{house.url}/records/{uuid}/datacite.xml", timeout=10)
    identifiers = {
        node.text
        for node in etree.fromstring(datacite.content).iter(
            "{http://datacite.org/schema/kernel-4}nameIdentifier"
        )
        if node.get("nameIdentifierScheme") == "ORCID"
    }
    assert identifiers == {f"https://orcid.org/{orcid_of(name)}" for name in ("student", "member")}
    dublin_core = requests.get(f"{house.url}/records/{uuid}/oai_dc.xml", timeout=10)
    assert TITLE in dublin_core.text
    for said in (GRANT_NUMBER, ARTICLE_DOI):
        assert said in datacite.text
        assert reader.page.get_by_text(said).first.is_visible()
    wide = someone("reader-wide", viewport={"width": 1280, "height": 900}, color_scheme="dark")
    wide.go(public_url)
    wide.look("thesis-dark")

    # 8. The ORCID record: one work, changed when corrected, gone when withdrawn, back when public again.
    def ours() -> dict[str, str]:
        now = works_at_orcid(house, orcid)
        return {code: title for code, title in now.items() if code not in there_before}

    full_title = f"{TITLE}: {SUBTITLE}"
    wait_for(lambda: full_title in ours().values(), "the work on the ORCID record")
    first = ours()
    assert len(first) == 1
    assert ("grant_number", GRANT_NUMBER, "funded-by") in identifiers_at_orcid(house, orcid, *first)
    student.go(tasks)
    student.look("on-the-record")
    student.reads("On the record")
    student.go("/orcid/")
    student.look("orcid-desk")
    drain(house)
    assert ours() == first

    staff.go("/admin/thesis-cases/")
    staff.follow(TITLE)
    staff.follow("Open the thesis in the editor")
    staff.page.wait_for_load_state("networkidle")
    staff.page.locator("#id_title").fill(CORRECTED)
    choose_in_editor(staff, "Save and publish the correction")
    staff.reads("The correction is public")
    staff.look("correction")
    corrected = {next(iter(first)): f"{CORRECTED}: {SUBTITLE}"}
    wait_for(lambda: ours() == corrected, "the corrected work under the same put-code")
    assert requests.get(public_url, timeout=10).text.count(CORRECTED) > 0

    staff.follow("Withdraw this thesis")
    staff.look("withdraw")
    staff.page.get_by_label("Why is it withdrawn?").fill("A table is wrong; it comes back tomorrow.")
    staff.press("Withdraw this thesis")
    wait_for(lambda: ours() == {}, "the work to be removed")
    assert requests.get(public_url, timeout=10).status_code == 410
    assert requests.get(f"{house.url}/records/{uuid}/datacite.xml", timeout=10).status_code == 410

    staff.press("Publish this thesis again")
    wait_for(lambda: list(ours().values()) == list(corrected.values()), "the work to be back")
    student.go(tasks)
    student.look("at-the-end")


def drain(house) -> None:
    """Run the worker once more beside the one that is running."""
    orcid = {"ORCID_BASE_URL": house.registry, "ORCID_API_URL": f"{house.registry}/v3.0"}
    subprocess.run(
        [sys.executable, "manage.py", "sync_orcid", "--drain"],
        cwd=ROOT,
        env={**house.environment, **orcid},
        check=True,
    )
