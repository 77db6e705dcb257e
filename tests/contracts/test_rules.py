"""Rules of metadata.md §11 that are about every format at once; the others stand beside the format they are about."""

import json
from dataclasses import replace

import pytest
from lxml import etree

from submissions.metadata.record import Abstract, OrcidId
from tests.records import CONTROLS, full_record, make_orcid
from tests.writers import WRITERS

XML = sorted(name for name, write in WRITERS.items() if write(full_record()).lstrip().startswith(b"<"))
#: Formats in which a text stands as it is, so that it can be looked for.
SAID = "Før <b>fet</b> & etter"


def texts(name: str, content: bytes) -> str:
    """Every text of a document, read by a parser; the whole of one that is neither XML nor JSON."""
    if name in XML:
        return "\n".join(etree.fromstring(content).itertext())
    if content[:1] in b"[{":
        return json.dumps(json.loads(content), ensure_ascii=False)
    return content.decode()


@pytest.mark.parametrize("name", WRITERS)
def test_an_id_that_ends_in_x_has_a_capital_everywhere(name: str) -> None:
    number = next(one for one in range(1, 100) if make_orcid(one).path.endswith("X"))
    ours = make_orcid(number)
    record = full_record()
    record = replace(
        record, author=replace(record.author, orcid=OrcidId(ours.path, ours.authenticated_at, "local", "A"))
    )
    content = WRITERS[name](record).decode()
    assert ours.path.lower() not in content
    assert (ours.path in content) is (name not in {"oai_dc", "qdc", "dim", "ris", "bibtex"})


@pytest.mark.parametrize("name", sorted(WRITERS.keys() - {"bibtex", "meta", "proquest", "csl"}))
def test_the_second_abstract_is_there_and_its_markup_is_text(name: str) -> None:
    record = full_record(abstract=SAID.upper(), other_abstracts=(Abstract(SAID, "nb"),))
    found = texts(name, WRITERS[name](record))
    said = SAID.replace("<", "&lt;").replace(">", "&gt;").replace("&", "&amp;", 0)
    assert SAID in found or said in found.replace("&amp;", "&")


@pytest.mark.parametrize("name", WRITERS)
def test_a_title_of_every_kind_of_sign_is_written_whole_and_without_controls(name: str) -> None:
    title = f"A & B <i>\u202bالمدّ\u202c 𝔉jord{CONTROLS}\u0007"
    content = WRITERS[name](full_record(title=title))
    if name in XML:
        etree.fromstring(content)
    text = content.decode()
    assert "المدّ" in text
    assert "𝔉jord" in text
    assert not set(CONTROLS) & set(text) - {"\x0b", "\x0c"}
