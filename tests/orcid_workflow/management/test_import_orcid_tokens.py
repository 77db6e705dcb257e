"""``manage.py import_orcid_tokens``: checks first, imports when told to."""

import json

import pytest
from django.core.management import CommandError, call_command

from orcid_workflow.models import Connection

from ..takeover.test_imports import a_row

pytestmark = pytest.mark.django_db


def a_file(path, *rows):
    """Write rows as JSON."""
    names = ("orcid", "access_token", "refresh_token", "scope", "account")
    path.write_text(json.dumps([{name: getattr(row, name) for name in names} for row in rows]))
    return str(path)


def test_it_checks_first_and_imports_when_told(registry, person, user, tmp_path, capsys) -> None:
    row = a_row(registry, person, account="ada")
    file, report = a_file(tmp_path / "tokens.json", row), tmp_path / "report.csv"
    call_command("import_orcid_tokens", file)
    assert "Nothing was written" in capsys.readouterr().out
    assert not Connection.objects.exists()
    call_command("import_orcid_tokens", file, "--apply", "--report", str(report))
    shown = capsys.readouterr().out
    assert "Imported: 1." in shown
    assert Connection.objects.get().user == user
    assert row.access_token not in shown + report.read_text()
    assert report.read_text().splitlines()[1].startswith(f"1,{person.orcid},ada,Imported")


def test_it_ends_with_1_when_a_row_was_refused(tmp_path) -> None:
    file = tmp_path / "tokens.csv"
    file.write_text("orcid,access_token,scope\nnot-an-id,secret-token,/read-limited\n")
    with pytest.raises(SystemExit) as end:
        call_command("import_orcid_tokens", str(file))
    assert end.value.code == 1


def test_it_says_why_a_file_cannot_be_read(tmp_path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_orcid_tokens", str(tmp_path / "absent.csv"))
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(CommandError, match="empty"):
        call_command("import_orcid_tokens", str(tmp_path / "empty.csv"))
