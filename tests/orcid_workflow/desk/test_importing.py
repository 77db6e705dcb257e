"""The import page: checked first, the file nowhere but in memory, and never a token on a page."""

import json
import logging
from pathlib import Path

import pytest
from django.core.files import temp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from orcid_workflow.models import Connection
from orcid_workflow.takeover import imports, token_files

from ..takeover.test_imports import a_row
from .conftest import text

SECRET = "5f0d1f3e-1111-4222-8333-944455556666"


@pytest.fixture
def admin(enter) -> Client:
    """A browser of an administrator."""
    return enter("admin")


def a_file(*rows, name: str = "tokens.json") -> SimpleUploadedFile:
    """An upload with rows."""
    names = ("orcid", "access_token", "refresh_token", "scope", "account", "email")
    data = json.dumps([{name: getattr(row, name) for name in names} for row in rows])
    return SimpleUploadedFile(name, data.encode(), "application/json")


def post(client, file, **data):
    """Send the form."""
    return client.post(reverse("orcid_import:index"), {"file": file, **data})


def test_a_file_is_checked_first_and_then_imported_once(admin, registry, person) -> None:
    row = a_row(registry, person, account=admin.user.username)
    answer = post(admin, a_file(row))
    page = text(answer)
    assert "nothing was imported yet" in page
    assert not Connection.objects.exists()
    done = post(admin, a_file(row), apply="1", checked=answer.context["checked"])
    assert Connection.objects.get().user == admin.user
    assert "What was imported" in text(done)
    again = post(admin, a_file(row))
    assert "Known already" in text(again)
    assert again.context["checked"] == ""
    for shown in (page, text(done), text(again)):
        assert row.access_token not in shown
        assert row.refresh_token not in shown
    assert row.access_token not in json.dumps(dict(admin.session))


@pytest.mark.parametrize("checked", ["", "forged", "of another file"])
def test_what_was_not_checked_is_not_imported(admin, registry, new_person, checked) -> None:
    row = a_row(registry, new_person())
    if checked == "of another file":
        checked = post(admin, a_file(a_row(registry, new_person()))).context["checked"]
    answer = post(admin, a_file(row), apply="1", checked=checked)
    assert "not the file that was checked" in text(answer)
    assert not Connection.objects.exists()


def test_another_administrators_check_does_not_count(enter, registry, person) -> None:
    row = a_row(registry, person)
    checked = post(enter("admin"), a_file(row)).context["checked"]
    assert "not the file that was checked" in text(
        post(enter("admin"), a_file(row), apply="1", checked=checked)
    )


def test_the_report_is_there_as_csv(admin) -> None:
    import base64

    file = SimpleUploadedFile("t.csv", f"orcid,access_token,scope\n{SECRET},{SECRET},{SECRET}\n".encode())
    answer = post(admin, file)
    kind, _, data = answer.context["download"].partition(",")
    assert kind == "data:text/csv;charset=utf-8;base64"
    report = base64.b64decode(data).decode()
    assert report.splitlines()[0] == "row,orcid,account,result,explanation"
    assert "Refused" in report
    assert SECRET not in report + text(answer)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "file is empty"), (b"name\nA\n", "no column"), (b"\xff\xfe", "not text in UTF-8")],
)
def test_a_file_that_cannot_be_read_says_why(admin, data, words) -> None:
    assert words in text(post(admin, SimpleUploadedFile("t.csv", data)))


def test_a_large_file_is_never_on_disk(admin, monkeypatch, settings, tmp_path) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10  # Django itself would write everything to a file
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    made = []
    real = temp.NamedTemporaryFile  # Django's own name for it, which it keeps from its first import on
    monkeypatch.setattr(temp, "NamedTemporaryFile", lambda *a, **k: made.append(a) or real(*a, **k))
    rows = "".join(f"0000-0002-1825-0097,{SECRET}{number},openid\n" for number in range(2000))
    answer = post(admin, SimpleUploadedFile("t.csv", f"orcid,access_token,scope\n{rows}".encode()))
    assert "<strong>2000</strong>" in text(answer)
    assert made == []
    assert list(Path(tmp_path).iterdir()) == []


def test_a_file_that_is_too_large_is_not_taken(admin) -> None:
    answer = post(admin, SimpleUploadedFile("t.csv", b"x" * (token_files.MAX_BYTES + 1)))
    assert "larger than 5 MB" in text(answer)


def test_a_fault_of_ours_shows_nothing_of_the_file(admin, monkeypatch, caplog) -> None:
    def break_off(rows, **_):
        raise RuntimeError(f"broke off at {SECRET}")

    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(imports, "run", break_off)
    file = SimpleUploadedFile(
        "t.csv", f"orcid,access_token,scope\n0000-0002-1825-0097,{SECRET},openid\n".encode()
    )
    answer = post(admin, file)
    assert answer.status_code == 200
    assert "Something went wrong here" in text(answer)
    assert SECRET not in text(answer) + caplog.text


def test_forged_requests_are_refused(office) -> None:
    from tests.factories import make_user

    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(is_superuser=True))
    assert post(client, SimpleUploadedFile("t.csv", b"x")).status_code == 403
    assert post(client, SimpleUploadedFile("t.csv", b"x"), csrfmiddlewaretoken="forged").status_code == 403


def test_staff_cannot_import(desk) -> None:
    assert post(desk, SimpleUploadedFile("t.csv", b"x")).status_code == 403
