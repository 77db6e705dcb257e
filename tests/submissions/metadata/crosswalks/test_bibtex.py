"""BibTeX by its grammar, read with a small reader of its own: braces are counted whatever stands before them."""

import re

import pytest

from submissions.metadata.crosswalks import bibtex
from submissions.metadata.record import DegreeLevel, Person, ThesisRecord
from tests.records import full_record, make_record, varied_records


def read(record: ThesisRecord) -> tuple[str, str, dict[str, str]]:
    """Kind, key and fields of the one entry; fails where BibTeX would stumble."""
    text = bibtex.to_bytes(record).decode()
    head = re.match(r"@([a-z]+)\{([a-z0-9]+),\n", text)
    fields, place = {}, head.end()
    while text[place:] != "}\n":
        field = re.match(r"  ([a-z]+) = ", text[place:])
        place += field.end()
        if text[place] != "{":
            end = text.index(",\n", place)
            fields[field[1]], place = text[place:end], end + 2
            continue
        depth, end = 0, place
        while True:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
            if depth == 0:
                break
        assert text[end : end + 2] == ",\n"
        fields[field[1]], place = text[place + 1 : end - 1], end + 2
    return head[1], head[2], fields


def test_a_whole_record() -> None:
    assert read(full_record()) == (
        "phdthesis",
        "carberry2026tidal",
        {
            "author": "Carberry, Josiah",
            "title": "{Tidal mixing in fjords: a field study}",
            "type": "PhD thesis",
            "school": "Example University",
            "year": "2026",
            "month": "jun",
            "doi": "10.5555/tidal.mixing",
            "isbn": "978-0-306-40615-7",
            "url": "https://theses.example.edu/theses/2026/tidal-mixing/",
            "language": "en",
            "keywords": r"fjords, mixing, tidal, Oceanography \& <marine> science, Tides, Fjords, Sea",
        },
    )


def test_a_handle_stands_where_there_is_no_doi() -> None:
    fields = read(full_record(doi=""))[2]
    assert (fields["eprinttype"], fields["eprint"]) == ("hdl", "20.500.12345/678")
    assert "doi" not in fields


@pytest.mark.parametrize("record", varied_records(78), ids=range(78))
def test_every_entry_can_be_read(record: ThesisRecord) -> None:
    kind, key, fields = read(record)
    assert kind in {"phdthesis", "mastersthesis"}
    assert key.isascii()
    assert {"author", "title", "type", "year", "month", "url"} <= set(fields)
    assert all(fields.values())
    assert not re.search("[\x00-\x08\x0b-\x1f]", "".join(fields.values()))


@pytest.mark.parametrize(
    ("person", "author"),
    [
        (Person("Suharto"), "{Suharto}"),
        (Person("", "Madonna"), "{Madonna}"),
        (Person("", " "), "{Name withheld}"),
        (Person("Jean-Luc, Jr.", "van der Berg"), "van der Berg, {Jean-Luc, Jr.}"),
        (Person("Ada", "Rand and Co"), "{Rand and Co}, Ada"),
        (Person("Ada", "Anderson"), "Anderson, Ada"),
    ],
)
def test_a_name_stays_one_name(person: Person, author: str) -> None:
    assert read(make_record(author=person))[2]["author"] == author


def test_what_latex_would_run_is_text() -> None:
    fields = read(make_record(title=r"100 % of {x_1}^2 & \input{a} ~ #1 $", subtitle=""))[2]
    assert fields["title"] == (
        r"{100 \% of {\textbraceleft}x\_1{\textbraceright}{\textasciicircum}2 \& "
        r"{\textbackslash}input{\textbraceleft}a{\textbraceright} {\textasciitilde} \#1 \$}"
    )
    assert read(make_record(title="}{ }}", subtitle=""))[2]["title"].count("{\\textbraceright}") == 3


def test_other_degrees() -> None:
    for level in (DegreeLevel.MASTER, DegreeLevel.BACHELOR):
        kind, _, fields = read(make_record(degree_level=level, degree_name=""))
        assert (kind, fields["type"]) == ("mastersthesis", f"{level.capitalize()} thesis")


def test_a_key_in_every_script() -> None:
    key = read(make_record(author=Person("明", "李"), title="潮汐混合研究"))[1]
    assert re.fullmatch(r"[a-z]+2026[a-z]+", key)
    assert read(make_record(author=Person("", ""), title="!!"))[1] == "thesis2026"
