"""What a record is in DataCite's vocabularies (4.6, appendix 1): for its XML, its JSON, and OpenAIRE."""

import datetime as dt

from submissions.metadata.crosswalks import terms
from submissions.metadata.record import CommitteePerson, RelatedWork, ThesisRecord

ROR = "https://ror.org"
ORCID = "https://orcid.org"
SPDX = "https://spdx.org/licenses/"
# ORCID's name of a scheme -> DataCite's (4.6, appendix 1, relatedIdentifierType).
_SCHEMES = {
    "ark": "ARK",
    "arxiv": "arXiv",
    "bibcode": "bibcode",
    "cstr": "CSTR",
    "doi": "DOI",
    "handle": "Handle",
    "isbn": "ISBN",
    "issn": "ISSN",
    "pmid": "PMID",
    "rrid": "RRID",
    "uri": "URL",
    "urn": "URN",
}
# What kind of thing stands in a relation, as far as the relation tells (4.6, appendix 1, resourceTypeGeneral).
ITEM_TYPES = {
    "HasPart": "Text",
    "IsPartOf": "Collection",
    "IsVersionOf": "Text",
    "IsSupplementedBy": "Other",
}
# What a funder's identifier begins with -> (4.6, appendix 1, funderIdentifierType; schemeURI).
_FUNDERS = {
    "https://ror.org/": ("ROR", ROR),
    "https://doi.org/10.13039/": ("Crossref Funder ID", "https://www.crossref.org/services/funder-registry/"),
    "http://dx.doi.org/10.13039/": (
        "Crossref Funder ID",
        "https://www.crossref.org/services/funder-registry/",
    ),
    "https://isni.org/": ("ISNI", "https://isni.org"),
}


def funder_scheme(identifier: str) -> tuple[str, str]:
    """``funderIdentifierType`` and ``schemeURI`` of a funder's identifier; ``Other`` and "" for a strange one."""
    return next((found for start, found in _FUNDERS.items() if identifier.startswith(start)), ("Other", ""))


def contributor_type(member: CommitteePerson) -> str:
    """``Supervisor``, or ``Other`` for want of a better value (metadata.md §2 rows 5 and 7)."""
    return "Supervisor" if member.supervises else "Other"


def publication_year(record: ThesisRecord) -> int:
    """Under an embargo the year in which it ends (4.6 §5)."""
    return (terms.opens_on(record) or record.published).year


def dates(record: ThesisRecord) -> list[tuple[str, str, dt.date]]:
    """The four dates and the embargo: ``dateType``, ``dateInformation``, day (4.6 §8). Unknown ones are left out.

    An embargo begins at ``Accepted`` and ends at ``Available`` (4.6, appendix 1, dateType; OpenAIRE 4 asks
    for both). Both stay when it has run out, for they are still true.
    """
    embargo = terms.is_embargoed(record)
    rows = (
        ("Submitted", "submitted by the author", record.submitted),
        ("Other", "defence", record.defended),
        ("Other", "degree awarded", record.conferred),
        ("Issued", "record made public", record.published),
        ("Accepted", "start of embargo", record.published if embargo else None),
        ("Available", "end of embargo" if embargo else "files made public", terms.opens_on(record)),
    )
    return [(kind, information, day) for kind, information, day in rows if day]


def sizes(record: ThesisRecord) -> list[str]:
    """Pages, then bytes, of each file that tells them."""
    return [f"{file.pages} pages" for file in record.files if file.pages] + [
        f"{file.size} bytes" for file in record.files if file.size
    ]


def alternates(record: ThesisRecord) -> list[tuple[str, str]]:
    """Kind and value of every identifier but the first: the landing page only where a DOI is the first."""
    rows = (
        ("local", record.uuid),
        ("Local accession number", record.number),
        ("Handle", record.handle),
        ("URN", record.urn),
        ("ISBN", record.isbn),
        ("URL", record.url if record.doi else ""),
    )
    return [(kind, value) for kind, value in rows if value]


def related_identifier(work: RelatedWork) -> tuple[str, str]:
    """Scheme and value; the address where DataCite knows no scheme; both empty when there is only a title."""
    scheme, value = _SCHEMES.get(work.identifier_type, ""), work.bare
    if scheme and value:
        return scheme, value
    address = work.address
    return ("URL", address) if address else ("", "")
