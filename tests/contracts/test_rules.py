"""Rules of metadata.md §11 that are about every format at once; the others stand beside the format they are about."""

import html
import json
import re
from dataclasses import replace

import pytest
from lxml import etree

from submissions.metadata.markup import plain
from submissions.metadata.record import Abstract, OrcidId
from tests.records import CONTROLS, full_record, make_orcid
from tests.writers import WRITERS

XML = sorted(name for name, write in WRITERS.items() if write(full_record()).lstrip().startswith(b"<"))


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


@pytest.mark.parametrize("name", sorted(WRITERS.keys() - {"bibtex", "meta"}))
def test_abstracts_are_there_and_their_markup_is_not_shown(name: str) -> None:
    """Paragraphs stay, each in the format's own way; ``a < b`` is no markup. ProQuest and CSL take one abstract."""
    record = full_record(
        abstract=plain("<p>One <i>way</i> &amp; a &lt; b.</p><p>Two,<br>three.</p>"),
        other_abstracts=(Abstract(plain("Før <b>fet</b> og x<y>z, <i>enn</i> så."), "nb"),),
    )
    content = WRITERS[name](record)
    found = re.sub(r"(?:</?p>|\\n|\s)+", " ", html.unescape(texts(name, content)))
    assert "One way & a < b." in found
    assert "Two, three." in found
    assert ("Før fet og x<y>z, enn så." in found) is (name not in {"proquest", "csl"})
    assert not re.search(r"(<|&lt;|u003c)/?(i|b|br)\b", re.sub(rb"<br ?/>", b"", content).decode())


def test_paragraphs_of_an_abstract_in_the_words_of_the_format() -> None:
    record = full_record(
        abstract=plain("<p>One &amp; <i>all</i>.</p><p>Two,<br>three.</p>"), other_abstracts=()
    )
    said = {
        name: WRITERS[name](record).decode() for name in ("datacite", "crossref", "inveniordm", "proquest")
    }
    assert ">One &amp; all.<br/><br/>Two,<br/>three.</description>" in said["datacite"]
    assert re.findall("<jats:p>(.*)</jats:p>", said["crossref"]) == ["One &amp; all.", "Two,", "three."]
    assert '"<p>One &amp; all.</p><p>Two,</p><p>three.</p>"' in said["inveniordm"]
    assert re.findall("<DISS_para>(.*)</DISS_para>", said["proquest"]) == ["One &amp; all.", "Two,", "three."]


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
