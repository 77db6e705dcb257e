"""The student's and the committee member's way with scripts turned off: every page works before scripts arrive."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from etd_site.demo.people import by_username
from tests.e2e.visitor import newest_mail
from tests.factories import make_pdf

pytestmark = pytest.mark.browser


def test_a_draft_is_finished_sent_and_sent_back(someone, house, tmp_path):
    student = someone("student-no-script", java_script_enabled=False)
    page = student.page
    student.sign_in("student2")
    student.follow("Scheduling charging stations")
    tasks = re.match(r".*/submit/[0-9a-f-]{36}/", page.url).group()

    student.go(tasks + "orcid/")
    student.press("Create or connect your ORCID iD")
    page.locator("input[name=username]").fill("student2")
    page.locator("input[name=password]").fill("demo")
    student.press("Sign in")
    student.press("Authorize access")
    student.reads(by_username()["student2"].orcid)

    student.go(tasks + "profile/")
    page.get_by_label("E-mail").fill("jonas@example.org")
    student.press("Save and continue")
    student.go(tasks + "thesis/")
    page.get_by_label("Abstract").fill("We schedule charging stations when nobody knows who will come.")
    page.get_by_label("Date of your defence").fill((dt.date.today() - dt.timedelta(days=3)).isoformat())
    student.press("Save and continue")
    student.go(tasks + "committee/")
    student.press("Save and add another person")
    row = page.locator("fieldset").last
    row.get_by_label("Given name").fill("Ingrid")
    row.get_by_label("Family name").fill("Sørensen")
    row.get_by_label("E-mail").fill("member3@example.edu")
    row.get_by_label("Role").select_option("member")
    student.press("Save and continue")
    student.go(tasks + "rights/")
    page.get_by_label("All rights reserved").check()
    page.get_by_label("Closed for 1 year").check()
    student.press("Save and continue")
    (tmp_path / "thesis.pdf").write_bytes(make_pdf("Scheduling"))
    student.go(tasks + "files/")
    page.locator("input[type=file]").set_input_files(tmp_path / "thesis.pdf")
    student.press("Upload")
    student.go(tasks + "review/")
    student.press("Send to my committee")
    expect(page).to_have_url(re.compile("/sent/"))

    text = newest_mail(house.var / "mail", "member3@example.edu")
    member = someone("member-no-script", java_script_enabled=False)
    member.go(re.search(r"http://\S+/committee/\S+", text).group())
    member.page.get_by_label(re.compile("ask.* for changes", re.IGNORECASE)).check()
    member.press("Send my decision")
    member.reads("what should be changed")  # nothing was recorded without a comment
    member.page.get_by_label("Your comment").fill("Say how many stations there are.")
    member.press("Send my decision")
    member.reads("You asked for changes")

    student.go(tasks)
    student.reads("Say how many stations there are.")
    assert student.broken == member.broken == []
    assert student.outside == member.outside == []
