"""``manage.py import_theses`` and ``export_table``, as one types them."""

import csv

import pytest
from django.core.management import CommandError, call_command

from submissions.models import Submission

ROWS = (
    "identifier,title,author,language,published,programme\n"
    'a1,Tides,"Carberry, Josiah",en,2009-05-31,Marine Biology\n'
    "a2,,Nobody,en,2009,Marine Biology\n"
)


@pytest.fixture
def table(office, tmp_path):
    path = tmp_path / "old.csv"
    path.write_text(ROWS)
    return path


def report(path) -> list[list[str]]:
    return list(csv.reader(path.read_text("utf-8-sig").splitlines()))


def test_a_dry_run_and_an_import_report_every_row(table, tmp_path, capsys):
    out = tmp_path / "report.csv"
    options = {"degree": "PhD", "create_lists": True, "report": str(out)}
    call_command("import_theses", "csv", str(table), dry_run=True, **options)
    assert not Submission.objects.exists()
    assert "Dry run, nothing was written: 1 made, 1 left out." in capsys.readouterr().err
    assert [row[:3] for row in report(out)[1:]] == [["row 2", "a1", "made"], ["row 3", "a2", "left out"]]
    call_command("import_theses", "csv", str(table), **options)
    rows = report(out)
    assert rows[0] == ["place", "identifier", "result", "thesis", "explanation"]
    assert rows[1][3] == Submission.objects.get().reference
    assert "title: the record gives none." in rows[2][4]


def test_options_that_are_no_good_are_said_before_anything_is_read(table, tmp_path):
    with pytest.raises(CommandError, match="--level is bachelor"):
        call_command("import_theses", "csv", str(table), level="phd")
    with pytest.raises(CommandError, match="nothing at"):
        call_command("import_theses", "csv", str(tmp_path / "gone.csv"))
    names = tmp_path / "names.json"
    names.write_text('{"colleges": {}}')
    with pytest.raises(CommandError, match="mapping file"):
        call_command("import_theses", "csv", str(table), mapping=str(names))


def test_a_table_that_was_exported_can_be_imported(table, tmp_path):
    call_command(
        "import_theses", "csv", str(table), degree="PhD", create_lists=True, report=str(tmp_path / "r")
    )
    out = tmp_path / "new.csv"
    call_command("export_table", output=str(out))
    (row,) = csv.DictReader(out.read_text("utf-8-sig").splitlines())
    assert (row["title"], row["author"], row["published"]) == ("Tides", "Carberry, Josiah", "2009-05-31")
    Submission.objects.update(status="withdrawn")
    call_command("import_theses", "csv", str(out), source="moved", dry_run=True, report=str(tmp_path / "r"))
    assert report(tmp_path / "r")[1][2] == "made"
