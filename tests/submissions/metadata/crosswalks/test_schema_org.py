"""JSON-LD by its rules (metadata.md §2 table D, §4) and its safety inside a page."""

import json
from html.parser import HTMLParser

import pytest

from submissions.metadata.crosswalks import schema_org
from submissions.metadata.record import Person
from tests.records import (
    SCRIPTS,
    embargoed,
    full_record,
    make_member,
    make_orcid,
    make_record,
    varied_records,
)


class Scripts(HTMLParser):
    """Collects what a browser would hand to the reader of JSON-LD, and every other element it meets."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.data, self.tags = "", []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.data += data


def test_author_and_committee_carry_their_ids() -> None:
    record = make_record()
    found = schema_org.to_dict(record)
    assert found["author"]["@id"] == record.author.orcid.uri
    assert found["author"]["name"] == "Josiah Carberry"
    roles = [(r["@type"], r["roleName"], r["contributor"].get("@id")) for r in found["contributor"]]
    assert roles == [
        ("Role", "Advisor", record.committee[0].person.orcid.uri),
        ("Role", "Chair", record.committee[1].person.orcid.uri),
        ("Role", "Committee member", None),
    ]


def test_an_id_ending_in_x() -> None:
    orcid = next(orcid for orcid in map(make_orcid, range(100)) if orcid.path.endswith("X"))
    author = schema_org.to_dict(make_record(author=Person("Ada", "Laud", orcid)))["author"]
    assert author["@id"] == f"https://orcid.org/{orcid.path}"


def test_texts_dates_and_degree() -> None:
    found = schema_org.to_dict(make_record())
    expected = {
        "@context": "https://schema.org",
        "@type": "Thesis",
        "name": "Tidal mixing in fjords",
        "alternativeHeadline": "a field study",
        "keywords": ["fjords", "mixing, tidal"],
        "inLanguage": "en",
        "inSupportOf": "PhD (Physical Oceanography)",
        "dateCreated": "2026-03-01",
        "datePublished": "2026-06-02",
        "dateModified": "2026-06-02T10:00:00+00:00",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "isAccessibleForFree": True,
        "abstract": "First paragraph.\n\nSecond paragraph.",
    }
    assert {key: found[key] for key in expected} == expected
    assert found["publisher"]["@id"] == "https://ror.org/05dxps055"
    assert found["publisher"]["address"] == {
        "@type": "PostalAddress",
        "addressLocality": "Bergen",
        "addressCountry": "NO",
    }
    assert found["sourceOrganization"]["department"]["name"] == "Department of Oceanography"
    assert "department" not in found["publisher"]


def test_files_only_while_open() -> None:
    assert schema_org.to_dict(make_record())["encoding"] == [
        {
            "@type": "MediaObject",
            "name": "thesis.pdf",
            "contentUrl": "https://theses.example.edu/files/1/thesis.pdf",
            "encodingFormat": "application/pdf",
            "contentSize": "2101345 B",
            "sha256": "ab" * 32,
        }
    ]
    closed = schema_org.to_dict(embargoed())
    assert closed["isAccessibleForFree"] is False
    assert "encoding" not in closed
    assert "2028-05-01" in closed["conditionsOfAccess"]


def test_empty_fields_make_no_keys() -> None:
    record = make_record(
        subtitle="",
        abstract="",
        keywords=(),
        committee=(),
        files=(),
        submitted=None,
        department="",
        programme="",
        author=Person("Suharto"),
    )
    found = schema_org.to_dict(record)
    for key in ("alternativeHeadline", "abstract", "keywords", "contributor", "encoding", "dateCreated"):
        assert key not in found
    assert found["inSupportOf"] == "PhD"
    assert {key: found["author"].get(key) for key in ("@id", "name", "givenName", "familyName")} == {
        "@id": None,
        "name": "Suharto",
        "givenName": "Suharto",
        "familyName": None,
    }


@pytest.mark.parametrize(
    "nasty",
    ["</script><script>alert(1)</script>", "<!-- <script>", "]]>", "\u2028\u2029", "&amp;", "\\u003c", '"'],
)
def test_nothing_breaks_out_of_the_script(nasty: str) -> None:
    """HTML: script content ends at ``</script``; JSON reads the escapes back to the same text."""
    record = make_record(title=f"a{nasty}b", keywords=(nasty,), committee=(make_member(6),))
    content = schema_org.to_json(record).decode()
    assert not set("<>&\u2028\u2029") & set(content)
    page = Scripts(f'<script type="application/ld+json">{content}</script>')
    assert page.tags == ["script"]
    assert json.loads(page.data) == schema_org.to_dict(record)


@pytest.mark.parametrize(("language", "words"), SCRIPTS)
def test_every_script_survives(language: str, words: str) -> None:
    found = json.loads(schema_org.to_json(make_record(language=language, title=words, abstract=words)))
    assert (found["name"], found["abstract"], found["inLanguage"]) == (words, words, language)


def test_a_family_reads_back() -> None:
    for record in varied_records(60):
        assert json.loads(schema_org.to_json(record)) == schema_org.to_dict(record)


def test_identifiers_translation_grants_and_related_works() -> None:
    record = full_record()
    found = schema_org.to_dict(record)
    assert [(one["propertyID"], one["value"]) for one in found["identifier"]] == [
        ("UUID", record.uuid),
        ("DOI", "10.5555/tidal.mixing"),
        ("Handle", "20.500.12345/678"),
        ("URN", "urn:nbn:no-12345"),
        ("ISBN", "978-0-306-40615-7"),
        ("local", "T-00042"),
    ]
    assert found["sameAs"] == [
        "https://doi.org/10.5555/tidal.mixing",
        "https://hdl.handle.net/20.500.12345/678",
    ]
    assert found["alternateName"] == {"@value": "Tidevannsblanding i fjorder", "@language": "nb"}
    assert found["funding"][0] == {
        "@type": "Grant",
        "identifier": "NS/7 & 8",
        "name": "Fjords <now>",
        "url": "https://rcn.example/ns7",
        "funder": {
            "@type": "Organization",
            "@id": "https://ror.org/00epmv149",
            "name": "Research Council",
        },
    }
    assert found["hasPart"][0] == {
        "@type": "CreativeWork",
        "@id": "https://doi.org/10.5555/part.1",
        "name": "Tides & <fjords>",
        "identifier": {"@type": "PropertyValue", "propertyID": "doi", "value": "10.5555/part.1"},
        "datePublished": "2024",
        "isPartOf": {"@type": "CreativeWork", "name": "Ocean Letters"},
    }
    assert [len(found[name]) for name in ("hasPart", "isPartOf", "exampleOfWork", "mentions")] == [2, 2, 5, 2]


def test_a_plain_thesis_has_none_of_them() -> None:
    found = schema_org.to_dict(make_record())
    assert [one["propertyID"] for one in found["identifier"]] == ["UUID"]
    assert not {"sameAs", "alternateName", "funding", "hasPart", "isPartOf", "mentions"} & set(found)
