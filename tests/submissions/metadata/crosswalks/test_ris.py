"""RIS: one tag a line, first TY, last ER."""

import re

from submissions.metadata.crosswalks import ris
from submissions.metadata.crosswalks.text import line
from tests.records import embargoed, full_record, make_record, varied_records

_LINE = re.compile(r"([A-Z][A-Z0-9])  - (.*)")


def read(record) -> list[tuple[str, str]]:
    """Tags and texts, by the grammar of the format: nothing else may stand between two breaks."""
    content = ris.to_bytes(record).decode()
    assert content.endswith("\r\n")
    lines = content.split("\r\n")[:-1]
    found = [_LINE.fullmatch(text) for text in lines]
    assert all(found), [text for text, match in zip(lines, found, strict=True) if not match]
    return [match.groups() for match in found]


def test_every_reference_can_be_read() -> None:
    for record in varied_records(500):
        tags = read(record)
        assert tags[0] == ("TY", "THES")
        assert tags[-1] == ("ER", "")
        assert [tag for tag, _ in tags].count("TY") == [tag for tag, _ in tags].count("ER") == 1
        assert dict(tags)["TI"] == line(record.full_title)
        assert [text for tag, text in tags if tag == "KW"] == [
            text for text in map(line, (*record.keywords, *(one.term for one in record.subjects))) if text
        ]
        assert len([tag for tag, _ in tags if tag == "AU"]) == 1
        assert len([tag for tag, _ in tags if tag == "A3"]) == sum(one.supervises for one in record.committee)


def test_a_complete_reference() -> None:
    tags = read(full_record())
    assert ("AU", "Carberry, Josiah") in tags
    assert ("A3", "Laud, Ada") in tags
    assert ("N1", "Chair: Max Reader") in tags
    assert ("TT", "Tidevannsblanding i fjorder") in tags
    assert ("DA", "2026/06/02") in tags
    assert ("L1", make_record().files[0].url) in tags


def test_a_closed_file_is_not_named() -> None:
    assert not [tag for tag, _ in read(embargoed()) if tag in ("L1", "L2")]
