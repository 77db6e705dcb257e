"""Programs that nobody here wrote read the formats back: the same people, the same iDs, the same titles."""

import io

import pymarc

from submissions.metadata.crosswalks import terms
from submissions.metadata.crosswalks.registry import FORMATS
from submissions.metadata.crosswalks.text import clean, line

from .family import RECORDS, ids


def test_pymarc_reads_the_same_people_ids_and_texts() -> None:
    for number, record in enumerate(RECORDS):
        (read,) = pymarc.parse_xml_to_array(io.BytesIO(FORMATS["marcxml"].to_bytes(record)))
        people = [*read.get_fields("100"), *read.get_fields("700")]
        expected = [record.author, *(member.person for member in record.committee)]
        assert [field["a"].removesuffix(",") for field in people] == [terms.name(one) for one in expected]
        uris = [field.get("1") for field in people]
        assert [uri and uri.removeprefix("https://orcid.org/") for uri in uris] == ids(record), number
        assert read["245"]["a"].rstrip(" :/") == line(record.title).rstrip(" :/")
        assert read["245"]["c"] == f"{line(record.author.display) or terms.NAME_WITHHELD}."
        paragraphs = [field["a"] for field in read.get_fields("520")]
        assert paragraphs == [line(text) for text in clean(record.abstract).split("\n") if line(text)]
        assert len(str(read.leader)) == 24
        assert len(read["008"].data) == 40
        assert [field.tag for field in read] == sorted(field.tag for field in read)
        # ISO 2709, which library systems load: what is too long for its directory would be cut there.
        again = pymarc.Record(data=read.as_marc())
        assert [field.value() for field in again] == [field.value() for field in read]
