"""The alarm: a repository that loses an iD, changes a date or a title, or gives back another file is found out."""

import hashlib
import io
import re
import zipfile

import pytest
import requests

from submissions import case_facts
from submissions.files.store import open_bytes
from submissions.models import Submission
from submissions.models.deliveries import Delivery
from submissions.outlets.delivery import calls, wishes, work
from submissions.outlets.deposit import dspace_fields
from tests.factories import fresh, make_staff
from tests.places_process import SECRET, USER

from .conftest import assert_whole, publish, set_up, work_on

pytestmark = pytest.mark.django_db
BY_REST = ("dspace", "inveniordm")  # what SWORD gives back is a ZIP, which no alteration of text reaches


def alarms_after(repository, *changes: tuple[str, str]) -> list[str]:
    """What is said when the repository answers with something else than it was given."""
    delivery = Delivery.objects.get()
    repository.places.heal()
    for find, instead in changes:
        repository.places.fail("GET .*", "alter", times=-1, find=find, instead=instead)
        wishes.check_now(delivery, make_staff())
        work.run_due()
    delivery.refresh_from_db()
    return delivery.alarms


def author_id(submission) -> str:
    return fresh(submission).author_connection.orcid


@pytest.mark.parametrize("repository", BY_REST, indirect=True)
def test_an_id_that_became_another_is_named(repository):
    submission = publish()
    work_on()
    wanted = author_id(submission)
    said = alarms_after(repository, (wanted, "0000-0001-5109-3700"))
    assert any(
        f"has the ORCID iD 0000-0001-5109-3700 at The library; it should be {wanted}" in one for one in said
    )


def test_a_dspace_without_authority_control_drops_ids_and_is_found_out(places, settings):
    repository = set_up(places, settings, "dspace")
    submission = publish()
    work_on()
    said = alarms_after(repository, ('"authority"', '"authority_"'))
    name = fresh(submission).student.get_full_name()
    assert f"{name} has no ORCID iD at The library; it should be {author_id(submission)}." in said
    assert len(said) == 2  # and the advisor's


def test_ids_are_not_missed_where_they_are_not_sent(places, settings):
    set_up(places, settings, "dspace", ids=False)
    publish()
    assert_whole(work_on())


def test_sword_without_the_package_cannot_show_ids_and_raises_no_false_alarm(places, settings):
    repository = set_up(places, settings, "sword2")
    publish()
    work_on()
    repository.places.heal()
    repository.places.fail("GET .*edit-media", "refuse", times=-1, status=406)
    wishes.check_now(Delivery.objects.get(), make_staff())
    work.run_due()
    assert Delivery.objects.get().alarms == []


def test_a_package_too_large_to_read_hides_no_other_loss(places, settings, monkeypatch):
    repository = set_up(places, settings, "sword2")
    publish()
    delivery = work_on()
    package = requests.get(delivery.remote["media"], auth=(USER, SECRET), timeout=10).content
    monkeypatch.setattr(calls, "_MOST_BYTES", len(package) - 1)
    title = Submission.objects.get().page.title
    alarms = alarms_after(repository, (title, "Something else"))
    assert [one for one in alarms if "Something else" in one]
    row = Delivery.objects.get()
    assert row.state == Delivery.State.DONE
    assert "files were not read back" in row.reason
    assert row.checked_at > delivery.checked_at
    assert row.check_at == row.sent_at + work.CHECKS[0]  # in its turn, and not an hour later for ever
    monkeypatch.setattr(calls, "_MOST_BYTES", len(package))
    alarms_after(repository, ("never", "there"))
    assert Delivery.objects.get().reason == ""


def test_a_package_that_was_changed_at_a_sword_repository_is_found_out(places, settings):
    set_up(places, settings, "sword2")
    submission = publish()
    delivery = work_on()
    wanted, media = author_id(submission), delivery.remote["media"]
    former = zipfile.ZipFile(io.BytesIO(requests.get(media, auth=(USER, SECRET), timeout=10).content))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name in former.namelist():
            body = former.read(name)
            if name == "mets.xml":
                body = body.replace(wanted.encode(), b"0000-0001-5109-3700")
                body = re.sub(rb' CHECKSUM(TYPE)?="[^"]*"', b"", body)
            else:
                body += b"more"
            package.writestr(name, body)
    headers = {
        "Content-Type": "application/zip",
        "Content-Disposition": "attachment; filename=x.zip",
        "Packaging": "http://purl.org/net/sword/package/METSDSpaceSIP",
    }
    answer = requests.put(media, made.getvalue(), auth=(USER, SECRET), headers=headers, timeout=10)
    assert answer.status_code == 204
    wishes.check_now(delivery, make_staff())
    work.run_due()
    said = Delivery.objects.get().alarms
    assert any(
        f"has the ORCID iD 0000-0001-5109-3700 at The library; it should be {wanted}" in one for one in said
    )
    assert any("The file thesis.pdf at The library is not the one that was sent" in one for one in said)


def test_a_changed_title_is_named(repository):
    publish()
    work_on()
    said = alarms_after(repository, ("Tidal mixing in narrow fjords", "Tidal mixing"))
    assert "The title at The library is “Tidal mixing”; it should be “Tidal mixing in narrow fjords”." in said


def test_a_changed_date_is_named(repository):
    submission = publish()
    work_on()
    case = fresh(submission)
    day = case.published_at.date() if repository.kind == "inveniordm" else case.conferred_on
    said = alarms_after(repository, (day.isoformat(), "1999-01-01"))
    assert any(day.isoformat() in one and one.startswith("The date of") for one in said)


def test_a_lost_name_is_named(repository):
    publish()
    work_on()
    find = "Reader, Member1" if repository.kind != "inveniordm" else '"given_name": "Member1"'
    instead = "Reader, M." if repository.kind != "inveniordm" else '"given_name": "M."'
    assert "Member1 Reader is not among the people at The library." in alarms_after(
        repository, (find, instead)
    )


def test_a_lost_mark_is_named(repository):
    submission = publish()
    work_on()
    said = alarms_after(repository, (str(submission.uuid), "0"))
    assert f"The identifier urn:uuid:{submission.uuid} is not at The library." in said


def test_ids_that_the_office_takes_out_are_gone_there_too(repository):
    submission = publish()
    assert_whole(work_on())
    advisor = submission.invitations.get(email="m0@example.edu").connection.orcid
    for orcid in (advisor, author_id(submission)):
        case_facts.withdraw_id(fresh(submission), actor=make_staff(), orcid=orcid, reason="It is another's.")
        assert_whole(work_on())


def test_an_id_that_we_did_not_send_is_named_with_what_to_do(places, settings):
    repository = set_up(places, settings, "dspace")
    publish()
    work_on()
    said = alarms_after(repository, ('"authority": null', '"authority": "0000-0001-5109-3700"'))
    assert (
        "Member1 Reader has an ORCID iD at The library that we did not send: 0000-0001-5109-3700. Press “Send again”; "
        "if it is still there then, have it taken off the name there." in said
    )


def test_an_authority_beside_a_name_goes_where_we_send_ids_and_no_other_does():
    plain = {
        "dc.contributor.other": [{"value": "Reader, M.", "language": None}],
        "dc.subject": [{"value": "Sea"}],
    }
    there = {name: [{**one, "authority": "3f0a"} for one in values] for name, values in plain.items()}
    steps = dspace_fields.operations("/metadata", plain, there, [], with_ids=True)
    (name,) = set(plain) - {"dc.subject"}
    assert steps == [{"op": "add", "path": f"/metadata/{name}", "value": plain[name]}]
    assert dspace_fields.operations("/metadata", plain, there, [], with_ids=False) == []


@pytest.mark.parametrize("repository", BY_REST, indirect=True)
def test_another_file_is_named(repository):
    submission = publish()
    work_on()
    with open_bytes(fresh(submission).page.files.get()) as file:
        digest = hashlib.md5(file.read(), usedforsecurity=False).hexdigest()
    said = alarms_after(repository, (digest, "0" * 32))
    assert any("is not the one that was sent" in one and digest in one for one in said)


def test_a_record_that_was_taken_away_is_missed(repository):
    publish()
    delivery = work_on()
    place = {"sword2": "GET .*/edit/", "dspace": "GET .*/items/", "inveniordm": "GET .*/api/records/"}
    repository.places.fail(place[repository.kind], "refuse", times=-1, status=404)
    wishes.check_now(delivery, make_staff())
    work.run_due()
    delivery.refresh_from_db()
    assert delivery.alarms == [
        "The library no longer has the record. If it should be there, press “Send again”."
    ]
