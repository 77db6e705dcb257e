"""Messages that must not be sent: name -> kind, bytes, and words of the reason."""

from dataclasses import dataclass, replace

from orcid_workflow.messages import education, work
from orcid_workflow.messages.parts import ExternalId, FuzzyDate
from tests.orcid_workflow.messages.test_work import FULL as WHOLE_WORK

# On the registry's list of organisations, so that it refuses nothing but what was broken.
DEGREE = education.to_xml(
    education.Education(
        organisation=education.Organisation(
            "University of the North Shore", "Halifax", "CA", "https://ror.org/05gq02987", region="NS"
        ),
        external_ids=(ExternalId("other-id", "degree-1"),),
        role_title="Doctor of Philosophy",
        department="Oceanography",
        start=FuzzyDate(2021, 9, 1),
        end=FuzzyDate(2026, 5, 3),
        url="https://example.edu/degrees/1",
    )
)
THESIS = work.to_xml(replace(WHOLE_WORK, publication_date=FuzzyDate(2026, 5, 3)))


@dataclass(frozen=True)
class Broken:
    """One of them. ``taken``: the registry itself takes it, and we are stricter."""

    kind: str
    message: bytes
    reason: str
    taken: bool = False


def a_thesis(old: str, new: str, reason: str, *, taken: bool = False) -> Broken:
    """The thesis with something else in one place."""
    return Broken("work", _instead(THESIS, old, new), reason, taken)


def a_degree(old: str, new: str, reason: str, *, taken: bool = False) -> Broken:
    """The degree with something else in one place."""
    return Broken("education", _instead(DEGREE, old, new), reason, taken)


def _instead(message: bytes, old: str, new: str) -> bytes:
    text = message.decode()
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1).encode()


def _part(message: bytes, name: str) -> str:
    """The first element of this name, with everything in it, as it stands in the message."""
    text = message.decode()
    end = f"</{name}>"
    return text[text.index(f"<{name}>") : text.index(end) + len(end)]


def _declared(encoding: str) -> str:
    """The thesis, saying that it is in another encoding."""
    return THESIS.decode().replace("UTF-8", encoding)


_DOCTYPE = '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
_IDS = _part(THESIS, "common:external-ids")
_GRANT = _IDS[_IDS.rindex("<common:external-id>") : _IDS.rindex("</common:external-ids>")]
_TYPE = "<work:type>dissertation-thesis</work:type>"
_TITLE = "On Kelp &amp; &lt;Tides&gt;"
_ADVISOR = work.SUPERVISION
BROKEN = {
    # What the schema does not catch (orcid.md §21).
    "type": a_thesis("dissertation-thesis", "thesis", "no work type “thesis”"),
    "no identifier": a_thesis(_IDS, "", "no identifier of its own"),
    "empty identifiers": a_thesis(_IDS, "<common:external-ids/>", "no identifier of its own"),
    "no self": a_thesis("relationship>self<", "relationship>version-of<", "no identifier of its own"),
    "month of one digit": a_thesis("<common:month>05<", "<common:month>5<", "“month” must be two digits"),
    "month nought": a_thesis("<common:month>05<", "<common:month>00<", "“month” must be two digits"),
    "no such day": a_thesis("05</common:month><common:day>03", "02</common:month><common:day>30", "not exist"),
    "role": a_thesis(_ADVISOR, "supervisor", "no contributor role “supervisor”"),
    "role of https": a_thesis(_ADVISOR, _ADVISOR.replace("http:", "https:"), "no contributor role"),
    "language": a_thesis("code>en<", "code>xx<", "“language-code” does not have “xx”"),
    "language with region": a_thesis("code>en<", "code>en-GB<", "“language-code” does not have “en-GB”"),
    "language of the title": a_thesis('code="de"', 'code="he"', "“language-code” does not have “he”"),
    "title without language": a_thesis(' language-code="de"', "", "no “language-code”"),
    "country": a_thesis("<common:country>CA<", "<common:country>ca<", "not a country code"),
    "check digit": a_thesis("0000-0002-1825-0097", "0000-0002-1825-0098", "not a valid ORCID iD", taken=True),
    "put-code": a_thesis("<work:work ", '<work:work put-code="7" ', "put-code"),
    "long title": a_thesis(_TITLE, "k" * 1001, "“title” is longer"),
    "long title of spaces": a_thesis(_TITLE, f"k{' ' * 1000}k", "“title” is longer"),
    "long abstract": a_thesis("Second line.", "k" * 5000, "“short-description” is longer"),
    "long name": a_thesis("Ada Student", "k" * 151, "“credit-name” is longer"),
    "iD of http": a_thesis("<common:uri>https:", "<common:uri>http:", "“uri” must be"),
    "iD of the sandbox": a_thesis("uri>https://orcid", "uri>https://evil.example/orcid", "“uri” must be"),
    "order": a_thesis(_TYPE + _part(THESIS, "common:publication-date"),
                      _part(THESIS, "common:publication-date") + _TYPE, "“type” stands too late"),
    "blank institution": a_thesis("University of the North Shore", " ", "“journal-title” is empty"),
    # What else would be refused (orcid.md §10–13).
    "no title": a_thesis(_part(THESIS, "work:title"), "", "“work” has no “title”"),
    "blank title": a_thesis(_TITLE, "\n ", "“title” is empty"),
    "no type": a_thesis(_TYPE, "", "“work” has no “type”"),
    "citation type": a_thesis("type>bibtex<", "type>bibitem<", "no citation type"),
    "no citation": a_thesis(_part(THESIS, "work:citation-value"), "", "has no “citation-value”"),
    "identifier type": a_thesis("type>issn<", "type>isni<", "no identifier type “isni”"),
    "identifier empty": a_thesis("value>1234-5678<", "value> <", "“external-id-value” is empty"),
    "relationship": a_thesis("relationship>part-of<", "relationship>part<", "no relationship “part”"),
    "grant by issn": a_thesis("relationship>part-of<", "relationship>funded-by<", "A grant cannot be named"),
    "year": a_thesis("<common:year>2026<", "<common:year>1899<", "between 1900 and 2100"),
    "year of two digits": a_thesis("<common:year>2026<", "<common:year>26<", "“year” must be four digits"),
    "day without month": a_thesis("<common:month>05</common:month>", "", "a day and no month"),
    "sequence": a_thesis("sequence>additional<", "sequence>second<", "“contributor-sequence” does not have"),
    "unknown element": a_thesis(_TYPE, f"{_TYPE}<work:pages>7</work:pages>", "“pages” in it"),
    "element of another space": a_thesis(_TYPE, _TYPE.replace("work:", "common:"), "“type” in it"),
    "twice": a_thesis(_TYPE, _TYPE * 2, "“type” twice"),
    "text between": a_thesis(_TYPE, f"and {_TYPE}", "a text between", taken=True),
    "element in a text": a_thesis("dissertation-thesis", "<b>dissertation-thesis</b>", "elements in it"),
    "attribute": a_thesis("<work:type>", '<work:type lang="en">', "the attribute “lang”", taken=True),
    # What is ours to be stricter in.
    "two iDs": a_thesis("<common:path>0000-0002-1825-0097", "<common:path>0000-0001-5109-3700", "two iDs", taken=True),
    "identifier twice": a_thesis(_GRANT, _GRANT * 2, "stands in it twice", taken=True),
    "address": a_thesis("https://theses.example.edu", "theses.example.edu", "not a web address", taken=True),
    "handle without address": a_thesis("<common:external-id-url>https://hdl.handle.net/99999/42</common:external-id-url>",
                                       "", "A handle needs its address", taken=True),
    "visibility": a_thesis("<work:work ", '<work:work visibility="public" ', "“visibility”", taken=True),
    # The degree (orcid.md §17).
    "no university": a_degree(_part(DEGREE, "common:organization"), "", "has no “organization”"),
    "no city": a_degree("<common:city>Halifax</common:city>", "", "has no “city”"),
    "no address": a_degree(_part(DEGREE, "common:address"), "", "has no “address”"),
    "no organisation id": a_degree(_part(DEGREE, "common:disambiguated-organization"), "", "has no “disamb"),
    "source": a_degree("source>ROR<", "source>ror<", "no identifiers of organisations from “ror”"),
    "short ROR": a_degree("https://ror.org/05gq02987", "05gq02987", "not an identifier of ROR"),
    "country of the university": a_degree("country>CA<", "country>Canada<", "not a country code"),
    "ends first": a_degree("<common:year>2026<", "<common:year>2020<", "ends before it starts"),
    "day of the start": a_degree("<common:day>01<", "<common:day>1<", "“day” must be two digits"),
    "long department": a_degree("Oceanography", "k" * 4001, "“department-name” is longer"),
    "blank degree": a_degree("Doctor of Philosophy", " ", "“role-title” is empty"),
    "no identifier of the degree": a_degree(_part(DEGREE, "common:external-ids"), "", "no identifier of its own",
                                            taken=True),
    "order of the degree": a_degree(_part(DEGREE, "common:start-date") + _part(DEGREE, "common:end-date"),
                                    _part(DEGREE, "common:end-date") + _part(DEGREE, "common:start-date"),
                                    "“start-date” stands too late"),
    # No message at all.
    "nothing": Broken("work", b"", "no XML"),
    "blank": Broken("work", b" \n", "no XML"),
    "no XML": Broken("work", b"On Kelp", "no XML"),
    "half": Broken("work", THESIS[:-9], "no XML"),
    "JSON": Broken("work", b'{"title": "On Kelp"}', "no XML"),
    "another kind": Broken("education", THESIS, "is “work” of"),
    "no namespace": Broken("work", b"<work/>", "is “work” of “”"),
    "namespace of 2.0": a_thesis("ns/work", "ns/work/2.0", "is “work” of"),
    "Latin 1": Broken("work", _declared("ISO-8859-1").replace("Über", "Uber").encode(), "ISO-8859-1", taken=True),
    "letters of Latin 1": Broken("work", _declared("ISO-8859-1").encode("latin-1"), "no XML", taken=True),
    "UTF-16": Broken("work", _declared("UTF-16").encode("utf-16"), "no XML", taken=True),
    "document type": a_thesis("<work:work ", f"{_DOCTYPE}<work:work ", "document type"),
}  # fmt: skip
