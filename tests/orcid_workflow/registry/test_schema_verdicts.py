"""What the official schema refuses the registry refuses, and what the schema lets pass is not refused for its
form: asked of every message that one breakage makes of a full one.

The registry has the schemas at hand or has not; here it must get by with its own tables.
"""

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from lxml import etree

from .conftest import Caller

COMMON = "http://www.orcid.org/ns/common"
DATE = """<common:{0}><common:year>2024</common:year><common:month>02</common:month>
  <common:day>28</common:day></common:{0}>"""
IDS = """<common:external-ids><common:external-id>
  <common:external-id-type>handle</common:external-id-type>
  <common:external-id-value>99999/broken</common:external-id-value>
  <common:external-id-normalized transient="true">99999/broken</common:external-id-normalized>
  <common:external-id-url>https://hdl.handle.net/99999/broken</common:external-id-url>
  <common:external-id-relationship>self</common:external-id-relationship>
</common:external-id></common:external-ids>"""
ORGANIZATION = """<common:organization>
  <common:name>University of Oxford</common:name>
  <common:address><common:city>Oxford</common:city><common:region>Oxfordshire</common:region>
    <common:country>GB</common:country></common:address>
  <common:disambiguated-organization>
    <common:disambiguated-organization-identifier>https://ror.org/052gg0110</common:disambiguated-organization-identifier>
    <common:disambiguation-source>ROR</common:disambiguation-source>
  </common:disambiguated-organization>
</common:organization>"""
PERSON = """<common:contributor-orcid><common:uri>https://orcid.org/0000-0001-5109-3700</common:uri>
  <common:path>0000-0001-5109-3700</common:path><common:host>orcid.org</common:host></common:contributor-orcid>"""
SOURCE = """<common:created-date>2024-02-28T12:00:00Z</common:created-date>
  <common:last-modified-date>2024-02-28T12:00:00Z</common:last-modified-date>
  <common:source><common:source-orcid><common:path>0000-0001-5109-3700</common:path></common:source-orcid>
  <common:source-name>Somebody</common:source-name></common:source>"""
URL = "<common:url>https://example.edu/</common:url>"
AFFILIATION = (
    "<common:department-name>Botany</common:department-name><common:role-title>PhD</common:role-title>"
    + DATE.format("start-date")
    + DATE.format("end-date")
    + ORGANIZATION
    + URL
    + IDS
)
BODIES = {
    "work": f"""<work:title><common:title>On Kelp</common:title><common:subtitle>A study</common:subtitle>
      <common:translated-title language-code="fr">Du varech</common:translated-title></work:title>
      <work:journal-title>Theses</work:journal-title>
      <work:short-description>Of kelp.</work:short-description>
      <work:citation><work:citation-type>bibtex</work:citation-type>
        <work:citation-value>@phdthesis</work:citation-value></work:citation>
      <work:type>dissertation-thesis</work:type>{DATE.format("publication-date")}{IDS}{URL}
      <work:contributors><work:contributor>{PERSON}<work:credit-name>A. Advisor</work:credit-name>
        <work:contributor-email>advisor@example.edu</work:contributor-email>
        <work:contributor-attributes><work:contributor-sequence>first</work:contributor-sequence>
          <work:contributor-role>author</work:contributor-role></work:contributor-attributes>
      </work:contributor></work:contributors>
      <common:language-code>en</common:language-code><common:country>GB</common:country>""",
    "funding": f"""<funding:type>grant</funding:type>
      <funding:organization-defined-type>Studentship</funding:organization-defined-type>
      <funding:title><common:title>Kelp</common:title></funding:title>
      <funding:short-description>Of kelp.</funding:short-description>
      <funding:amount currency-code="GBP">1000</funding:amount>{URL}{DATE.format("start-date")}
      {DATE.format("end-date")}{IDS}
      <funding:contributors><funding:contributor>{PERSON}
        <funding:credit-name>A. Advisor</funding:credit-name>
        <funding:contributor-email>advisor@example.edu</funding:contributor-email>
        <funding:contributor-attributes><funding:contributor-role>lead</funding:contributor-role>
        </funding:contributor-attributes></funding:contributor></funding:contributors>{ORGANIZATION}""",
    "education": AFFILIATION,
    "qualification": AFFILIATION,
}
TEXTS = ["", " ", "5", "0", "13", "32", "1899", "2101", "x", "http://orcid.org/0000-0001-5109-3700"] + [
    "x" * length for length in (150, 151, 255, 256, 350, 351, 500, 501, 1000, 1001, 4000, 4001, 5000, 5001)
]


def full(kind: str) -> etree._Element:
    """A message with every element that the schema knows and a client may send."""
    text = (
        f'<{kind}:{kind} xmlns:{kind}="http://www.orcid.org/ns/{kind}" xmlns:common="{COMMON}"'
        f' visibility="public" display-index="1" path="/x">{SOURCE}{BODIES[kind]}</{kind}:{kind}>'
    )
    return etree.fromstring(text, etree.XMLParser(remove_blank_text=True))


def broken(kind: str) -> Iterator[tuple[str, etree._Element]]:
    """Every message that differs from the full one by one breakage, with words for it."""
    count = sum(1 for _ in full(kind).iter())
    for number in range(count):
        yield from _broken_at(kind, number)


def _broken_at(kind: str, number: int) -> Iterator[tuple[str, etree._Element]]:
    def fresh() -> tuple[etree._Element, etree._Element]:
        root = full(kind)
        return root, list(root.iter())[number]

    root, node = fresh()
    name = etree.QName(node).localname
    if node.getparent() is not None:
        node.getparent().remove(node)
        yield f"without {name}", root
        root, node = fresh()
        node.addnext(copy.deepcopy(node))
        yield f"{name} twice", root
        root, node = fresh()
        if (after := node.getnext()) is not None:
            after.addnext(node)
            yield f"{name} one place later", root
        root, node = fresh()
        node.tag = f"{{{COMMON}}}nonsense"
        yield f"nonsense for {name}", root
        root, node = fresh()
        node.tag = f"{{http://www.orcid.org/ns/record}}{name}"
        yield f"{name} of another namespace", root
    root, node = fresh()
    node.set("nonsense", "1")
    yield f"nonsense at {name}", root
    for attribute in list(node.attrib):
        if attribute != "nonsense":
            for value in (None, "", "nonsense"):
                root, node = fresh()
                del node.attrib[attribute]
                if value is not None:
                    node.set(attribute, value)
                yield f"{name} with {attribute}={value!r}", root
    root, node = fresh()
    etree.SubElement(node, f"{{{COMMON}}}nonsense")
    yield f"nonsense in {name}", root
    root, node = fresh()
    if len(node):
        node.text = "words"
        yield f"words in {name}", root
    else:
        for text in TEXTS:
            root, node = fresh()
            node.text = text
            yield f"{name} is {text[:8]!r}, {len(text)} long", root


@pytest.fixture(scope="module")
def session(bare_student: Caller) -> Iterator[requests.Session]:
    """The student at the registry that has no schemas, on a connection that is kept open."""
    with requests.Session() as kept:
        kept.headers.update(
            {
                "Authorization": f"Bearer {bare_student.token}",
                "Content-Type": "application/vnd.orcid+xml",
                "Accept": "application/vnd.orcid+xml",
            }
        )
        yield kept


@pytest.mark.schemas
@pytest.mark.parametrize("kind", BODIES)
def test_verdicts(session: requests.Session, bare_student: Caller, schemas: Path, kind: str) -> None:
    schema = etree.XMLSchema(etree.parse(schemas / f"{kind}-3.0.xsd"))
    schema.assertValid(full(kind))
    seen, wrong = {True: 0, False: 0}, []
    for words, message in broken(kind):
        valid = schema.validate(message)
        seen[valid] += 1
        answer = session.post(f"{bare_student.record}/{kind}", etree.tostring(message), timeout=10)
        refused = answer.status_code == 400 and b"error-code>9001<" in answer.content
        if answer.status_code == 500 or refused == valid:
            wrong.append(
                f"{words}: schema {'takes' if valid else 'refuses'}, {answer.status_code} {answer.text[:300]}"
            )
        if answer.status_code == 201:
            session.delete(answer.headers["Location"], timeout=10)
    assert not wrong, "\n".join(wrong)
    assert min(seen.values()) > 30, seen
