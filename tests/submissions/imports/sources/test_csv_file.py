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


def test_a_row_with_too_many_cells_is_a_problem_of_that_row():
    bad, good = table("identifier,title\na1,one,two\na2,one\n")
    assert "3 cells and 2 columns" in bad.problems[0]
    assert good.problems == ()


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
