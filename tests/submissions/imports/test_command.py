"""``manage.py import_theses`` and ``export_table``, as one types them."""

import csv
import json
import os
import sys

import pytest
from django.core.management import CommandError, call_command

from submissions.models import Programme, Submission

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


def test_rows_out_of_step_are_left_out_and_an_open_quotation_mark_keeps_all_out(table, tmp_path, capsys):
    out = tmp_path / "report.csv"
    options = {"degree": "PhD", "create_lists": True, "report": str(out)}
    table.write_text(
        ROWS + 'a3,"Open title,Nobody,en,2010,Marine Biology\na4,Ebb,"Du, A",en,2010,Marine Biology\n'
    )
    for dry in (True, False):
        with pytest.raises(CommandError, match=r"begins on line 4 .*nothing of the table can be imported"):
            call_command("import_theses", "csv", str(table), dry_run=dry, **options)
    assert not Submission.objects.exists()
    table.write_text(ROWS + "a3,Tides, and ebbs,Nobody,en,2010,Marine Biology\n")
    call_command("import_theses", "csv", str(table), **options)
    assert report(out)[3] == [
        "row 4", "", "left out", "",
        "Row 4 has 7 cells, the header 6. Is there a comma that needs quotes?",
    ]  # fmt: skip
    assert Submission.objects.count() == 1


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


def test_what_the_guide_shows_works_with_the_lists_of_an_office(table, tmp_path):
    """No term, and none of that year in the list: offices keep no list of the terms of their past."""
    table.write_text(
        "identifier,title,author,language,published,degree,programme\n"
        'a1,Tides,"Carberry, Josiah",en,2009-05-31,PhD,Marine Biology\n'
        'a2,Ebb,"Carberry, Josiah",en,,PhD,Marine Biology\n'
    )
    Programme.objects.update_or_create(name="Marine Biology", defaults={"department": "Biology"})
    out = tmp_path / "report.csv"
    for dry in (True, False):
        call_command("import_theses", "csv", str(table), dry_run=dry, report=str(out))
        made, left = report(out)[1:]
        assert (made[2], left[2]) == ("made", "left out")
        assert "“2009” is added to the list" in made[4]
        assert "term" not in left[4]
        assert "published: the record gives no day" in left[4]
    term = Submission.objects.get().term
    assert (term.name, term.active) == ("2009", False)


def test_a_reader_who_goes_away_ends_it_quietly(table, monkeypatch, capsys):
    """``import_theses … | head``: no trace of the program, but what to do next."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as nobody:
        monkeypatch.setattr(sys, "stdout", nobody)
        with pytest.raises(SystemExit) as ended:
            call_command("import_theses", "csv", str(table), dry_run=True)
    assert ended.value.code == 141
    assert capsys.readouterr().err.startswith("Nobody reads the report any more")


def test_without_a_file_the_report_is_printed_and_the_option_named(table, capsys):
    call_command("import_theses", "csv", str(table), degree="PhD", create_lists=True, dry_run=True)
    said = capsys.readouterr()
    assert "row 2,a1,made" in said.out
    assert "--report FILE writes what was found" in said.err


def test_what_cannot_be_read_or_written_is_said_in_words(table, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_theses", "csv", str(tmp_path))
    with pytest.raises(CommandError, match="report cannot be written"):
        call_command("import_theses", "csv", str(table), report=str(tmp_path / "no" / "report.csv"))
    with pytest.raises(CommandError, match="table cannot be written"):
        call_command("export_table", output=str(tmp_path / "no" / "table.csv"))
    assert not Submission.objects.exists()


@pytest.mark.parametrize("address", ["http://[::1/oai", "ftp://old.example.edu/oai", "old.example.edu/oai"])
def test_an_address_that_is_none_is_said(office, address):
    with pytest.raises(CommandError, match="must begin with https://"):
        call_command("import_theses", "oai", address)


@pytest.mark.parametrize("name", ["degree", "programme", "term", "licence"])
def test_a_default_that_is_in_no_list_is_said_before_anything_is_read(table, tmp_path, name):
    with pytest.raises(CommandError, match=f"{name}: “Nowhere” is not in our list"):
        call_command("import_theses", "csv", str(table), create_lists=True, **{name: "Nowhere"})
    names = tmp_path / "names.json"
    names.write_text(json.dumps({name: {"theirs": "Nowhere"}}))
    with pytest.raises(CommandError, match=f"{name}: “Nowhere” is not in our list"):
        call_command("import_theses", "csv", str(table), create_lists=True, mapping=str(names))
    assert not Submission.objects.exists()
