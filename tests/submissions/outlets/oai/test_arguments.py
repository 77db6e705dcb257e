"""Every request that is wrong gets the code it deserves (OAI-PMH 2.0 §3.6; metadata.md §7)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from submissions.outlets.oai.arguments import RULES

#: (query string, code). The first thirteen are those of the Open Archives validator.
WRONG = [
    ("junk", "badVerb"),
    ("verb=junk", "badVerb"),
    ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
    ("verb=GetRecord&identifier={id}", "badArgument"),
    ('verb=GetRecord&identifier=invalid"id&metadataPrefix=oai_dc', "badArgument"),
    ("verb=ListIdentifiers&until=junk", "badArgument"),
    ("verb=ListIdentifiers&from=junk", "badArgument"),
    ("verb=ListIdentifiers&resumptionToken=junk&until=2000-02-05", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=junk", "badArgument"),
    ("verb=ListRecords&resumptionToken=junk", "badResumptionToken"),
    ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=junk&until=1990-01-10", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&until=junk", "badArgument"),
    ("verb=ListRecords", "badArgument"),
    # Its extras for version 2.
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2002-02-05&until=2002-02-06T05:35:00Z", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&until=2001-01-01", "noRecordsMatch"),
    ("verb=ListRecords&metadataPrefix=oai_dc&until=2001-01-01T00:00:00Z", "noRecordsMatch"),
    # The verb.
    ("", "badVerb"),
    ("verb=", "badVerb"),
    ("verb=identify", "badVerb"),
    ("verb=Identify&verb=Identify", "badVerb"),
    ("verb=Identify&verb=ListSets", "badVerb"),
    # Unknown, repeated and empty arguments.
    ("verb=Identify&identifier={id}", "badArgument"),
    ("verb=Identify&x=", "badArgument"),
    ("verb=Identify&=", "badArgument"),
    ("verb=ListSets&set=open", "badArgument"),
    ("verb=ListMetadataFormats&metadataPrefix=oai_dc", "badArgument"),
    ("verb=GetRecord&identifier={id}&metadataPrefix=oai_dc&set=open", "badArgument"),
    ("verb=ListRecords&metadataprefix=oai_dc", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
    ("verb=GetRecord&identifier={id}&identifier={id}&metadataPrefix=oai_dc", "badArgument"),
    ("verb=ListRecords&metadataPrefix=", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&set=", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&until=", "badArgument"),
    ("verb=ListMetadataFormats&identifier=", "badArgument"),
    ("verb=ListRecords&resumptionToken=", "badArgument"),
    ("verb=ListSets&resumptionToken=", "badArgument"),
    # An exclusive token.
    ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=junk", "badArgument"),
    ("verb=ListIdentifiers&resumptionToken=junk&resumptionToken=junk", "badArgument"),
    ("verb=ListIdentifiers&resumptionToken=junk", "badResumptionToken"),
    ("verb=ListSets&resumptionToken=junk", "badResumptionToken"),
    # Values.
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-13-01", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T24:00:00Z", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T00:00:00.5Z", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T00:00Z", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T00:00:00", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T00:00:00%2B01:00", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=20260101", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=0000-01-01", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01", "badArgument"),
    (
        "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T00:00:01Z&until=2026-01-01T00:00:00Z",
        "badArgument",
    ),
    ("verb=ListRecords&metadataPrefix=oai dc", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&set=a::b", "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&set=:", "badArgument"),
    ("verb=GetRecord&identifier=%00&metadataPrefix=oai_dc", "badArgument"),
    ("verb=GetRecord&identifier=%FF&metadataPrefix=oai_dc", "badArgument"),
    ("verb=GetRecord&identifier=oai:a.b:%25zz&metadataPrefix=oai_dc", "badArgument"),
    # What does not exist.
    ("verb=ListRecords&metadataPrefix=junk", "cannotDisseminateFormat"),
    ("verb=ListIdentifiers&metadataPrefix=bibtex", "cannotDisseminateFormat"),
    ("verb=ListIdentifiers&metadataPrefix=datacite", "cannotDisseminateFormat"),
    ("verb=GetRecord&identifier={id}&metadataPrefix=junk", "cannotDisseminateFormat"),
    ("verb=GetRecord&identifier={id}&metadataPrefix=bibtex", "cannotDisseminateFormat"),
    ("verb=GetRecord&identifier=junk&metadataPrefix=oai_dc", "idDoesNotExist"),
    ("verb=GetRecord&identifier={id}0&metadataPrefix=oai_dc", "idDoesNotExist"),
    ("verb=GetRecord&identifier={ID}&metadataPrefix=oai_dc", "idDoesNotExist"),
    ("verb=ListMetadataFormats&identifier=oai:other.example.edu:1", "idDoesNotExist"),
    ("verb=ListRecords&metadataPrefix=oai_dc&set=junk", "noRecordsMatch"),
    ("verb=ListRecords&metadataPrefix=oai_dc&set=open:junk", "noRecordsMatch"),
    ("verb=ListRecords&metadataPrefix=oai_dc&set=year:1066", "noRecordsMatch"),
    ("verb=ListRecords&metadataPrefix=oai_dc&set=programme:999999999999999999", "noRecordsMatch"),
    ("verb=ListRecords&metadataPrefix=oai_dc&set=programme:9999999999999999999999", "noRecordsMatch"),
    ("verb=ListRecords&metadataPrefix=oai_dc&from=2099-01-01", "noRecordsMatch"),
]


@pytest.mark.parametrize(("query", "code"), WRONG)
def test_what_is_wrong_is_named(harvester, query, code):
    identifier = harvester.ask("ListIdentifiers", metadataPrefix="oai_dc").records[0].identifier
    answer = harvester.raw(query.replace("{id}", identifier).replace("{ID}", identifier.upper()))
    assert set(answer.codes) == {code}
    if code in ("badVerb", "badArgument"):
        assert dict(answer.request.attrib) == {}
    else:
        assert dict(answer.request.attrib)["verb"] in RULES
    assert answer.request.text == "https://theses.example.edu/oai"


def test_everything_that_is_wrong_is_said_at_once(harvester):
    answer = harvester.raw("verb=ListRecords&from=junk&x=1&set=")
    assert answer.codes == ["badArgument"] * 4
    assert len(set(answer.texts("error"))) == 4


def test_the_arguments_are_repeated_in_the_answer(harvester):
    given = {"metadataPrefix": "oai_dc", "from": "2001-01-01", "until": "2099-01-01", "set": "open"}
    answer = harvester.ask("ListRecords", **given)
    assert dict(answer.request.attrib) == {"verb": "ListRecords", **given}


KNOWN = [
    "oai_dc",
    "mods",
    "junk",
    "open",
    "level:doctoral",
    "2001-01-01",
    "9999-12-31",
    "2001-01-01T00:00:00Z",
]
NASTY = [
    "oai:theses.example.edu:1",
    "http://[",
    "a:b",
    "//x:y",
    "%20",
    '"',
    "&amp;",
    "<x>",
    "]]>",
    "\x00",
    "\uffff",
]
words = st.one_of(st.text(max_size=12), st.sampled_from([*KNOWN, *NASTY]))
names = st.one_of(
    st.sampled_from(["identifier", "metadataPrefix", "from", "until", "set", "resumptionToken"]),
    st.text(max_size=4),
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    verb=st.one_of(st.sampled_from([*RULES]), st.text(max_size=4)),
    arguments=st.dictionaries(names, st.lists(words, min_size=1, max_size=2), max_size=4),
)
def test_whatever_is_asked_the_answer_is_valid(harvester, verb, arguments):
    """``read`` validates; here it is seen that errors come alone and are never another status."""
    for name in ("verb", "self"):  # the one is asked for apart, the other is a word of Python
        arguments.pop(name, None)
    answer = harvester.ask(
        **{"verb": verb, **{("since" if n == "from" else n): v for n, v in arguments.items()}}
    )
    assert bool(answer.codes) != bool(answer.verb)
    assert answer.verb in ("", verb)
    if any(len(values) > 1 for values in arguments.values()) and verb in RULES:
        assert "badArgument" in answer.codes
