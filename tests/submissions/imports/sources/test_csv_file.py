"""Tables of every kind."""

import datetime as dt

import pytest

from submissions.imports.sources import csv_file
from submissions.imports.sources.errors import SourceBroken

PEOPLE = (
    '"Laud, Ada (advisor) https://orcid.org/0000-0002-1694-233X <ada@example.org> | Ito, Rei (co-advisor) | '
    '李明 (external)"'
)


def table(text: str | bytes) -> list:
    return list(csv_file.read(csv_file.opened(text.encode() if isinstance(text, str) else text)))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_with_or_without_a_mark_and_any_delimiter(mark, delimiter):
    text = delimiter.join(("Identifier", "Title", "Author", "Published")) + "\r\n"
    text += delimiter.join(("a1", "Über Gezeiten", '"Carberry, Josiah"', "2009-05-31")) + "\r\n"
    (thesis,) = table(mark + text.encode())
    assert (thesis.identifier, thesis.title, thesis.published) == (
        "a1",
        "Über Gezeiten",
        dt.date(2009, 5, 31),
    )
    assert (thesis.author.given, thesis.author.family) == ("Josiah", "Carberry")
    assert thesis.place == "row 2"


def test_several_people_and_iDs_in_one_cell():
    (thesis,) = table(f"identifier,committee\na1,{PEOPLE}\n")
    assert [(p.given, p.family, p.role, p.orcid, p.email) for p in thesis.committee] == [
        ("Ada", "Laud", "advisor", "0000-0002-1694-233X", "ada@example.org"),
        ("Rei", "Ito", "co_advisor", "", ""),
        ("李明", "", "external", "", ""),
    ]


def test_iDs_in_a_cell_of_their_own_keep_their_places():
    (thesis,) = table('identifier,committee,committee_orcid\na1,"A, B; C, D","; 0000-0002-1694-233X"\n')
    assert [(p.family, p.orcid) for p in thesis.committee] == [("A", ""), ("C", "0000-0002-1694-233X")]


def test_a_metadata_export_of_dspace_is_a_table_too():
    (thesis,) = table(
        "id,collection,dc.contributor.author,dc.contributor.advisor,dc.date.issued,dc.title[en_US],dc.subject,"
        "dc.identifier.uri\n"
        '7,1/2,"Carberry, Josiah","Laud, Ada||Ito, Rei",2009-05-31,Tides,sea||moon,http://hdl.handle.net/1/7\n'
    )
    assert (thesis.identifier, thesis.title, thesis.handle, thesis.keywords) == (
        "7",
        "Tides",
        "1/7",
        ("sea", "moon"),
    )
    assert [person.family for person in thesis.committee] == ["Laud", "Ito"]
    assert thesis.notes == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"identifier,title\na1,\xff\xfe\n", "not UTF-8"),
        (b"one,two\n1,2\n", "None of the columns"),
        (b"", "None of the columns"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(text, words):
    with pytest.raises(SourceBroken, match=words):
        table(text)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a1,Tides, and ebbs", "Row 2 has 3 cells, the header 2. Is there a comma that needs quotes?"),
        ("a1,Tides,", "Row 2 has 3 cells, the header 2. Is there a comma that needs quotes?"),
        ("a1", "Row 2 has 1 cell, the header 2. Is a comma missing, or a line broken?"),
        ('a1,"Tides\na9,Ebbs"', "Row 2 has a line break in the column title, which has one line."),
    ],
)
def test_a_row_whose_cells_are_not_those_of_the_header_is_that_rows_problem(row, words):
    bad, good = table(f"identifier,title\n{row}\na2,one\n")
    assert bad.problems[0].startswith(words)
    assert (bad.place, bad.broken, bad.identifier, bad.title) == ("row 2", True, "", "")
    assert (good.problems, good.broken, good.title) == ((), False, "one")


def test_the_line_of_a_wrong_row_is_said_where_it_is_not_its_number():
    *_, bad = table('identifier,abstract\na1,"One.\n\nTwo."\na2,One,two\n')
    assert bad.problems[0].startswith("Row 3 (line 5 of the file) has 3 cells")


def test_a_wrong_row_in_a_table_with_semicolons_is_asked_for_its_semicolon():
    (bad,) = table("identifier;title\na1;Tides; ebbs\n")
    assert bad.problems[0].endswith("Is there a semicolon that needs quotes?")


@pytest.mark.parametrize(
    "column", ["dc.title[en_US]", "dc.contributor.author", "dc.date.issued", "committee"]
)
def test_names_titles_and_days_of_any_table_have_one_line(column):
    (bad,) = table(f'identifier,{column}\na1,"Tides\r\nEbbs"\n')
    assert f"line break in the column {column}" in bad.problems[0]


def test_marks_that_only_look_like_a_line_break_are_none():
    (thesis,) = table("identifier,title\na1,Tides\u2028and ebbs\n")
    assert not thesis.broken
    (thesis,) = table('identifier,dc.identifier.citation\na1,"Li, B.\nTides"\n')  # a sentence, not a name
    assert not thesis.broken


def test_a_line_break_at_the_end_of_a_cell_is_none():
    (thesis,) = table('identifier,title,abstract\na1,"Tides\n","One.\n\nTwo."\n')
    assert (thesis.title, thesis.problems) == ("Tides", ())


def test_what_stands_in_columns_that_nobody_knows_is_said_though_the_first_row_is_wrong():
    _, good = table("identifier,title,colour\na1,Tides\na2,Ebbs,blue\n")
    assert any("colour" in note for note in good.notes)


@pytest.mark.parametrize(
    "after",
    ['a3,Ebbs,"Du, A"\n', "a3,Ebbs,Du\n", 'a3,Ebbs,Du\n"a4","Seas","Li, B"\n', "x" * 2_000_001],
    ids=["closed by another", "never closed", "all in quotes", "too long"],
)
def test_a_quotation_mark_that_is_not_closed_keeps_the_whole_table_out(after):
    """Else rows are swallowed by the cell, and nobody is told; not even the rows before it are imported."""
    rows = csv_file.read(
        csv_file.opened(f'identifier,title,author\na1,Seas,Li\na2,"Tides,Du\n{after}'.encode())
    )
    with pytest.raises(SourceBroken, match=r"begins on line 3 .*nothing of the table can be imported"):
        next(rows)


def test_a_row_is_counted_as_a_spreadsheet_counts_it():
    """Not by the lines of the file: an abstract has several."""
    places = [one.place for one in table('identifier,abstract\na1,"One.\n\nTwo."\n\na2,One\n')]
    assert places == ["row 2", "row 4"]


def test_a_column_that_is_there_twice_is_refused():
    with pytest.raises(SourceBroken, match="title is there twice"):
        table("identifier,title,Title\na1,Tides,\n")


def test_an_embargo_given_by_its_year_ends_with_it():
    """Nobody may read too early what was closed for a year."""
    (thesis,) = table("identifier,published,embargo_until\na1,2030,2031-02\n")
    assert (thesis.published, thesis.embargo_until) == (dt.date(2030, 1, 1), dt.date(2031, 2, 28))
    assert any("“2031-02” (embargo_until) was taken as 2031-02-28" in note for note in thesis.notes)
