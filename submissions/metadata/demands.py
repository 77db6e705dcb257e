"""What each place and format demands of a record, as one table, asked before a record goes there and, by the formats
that are made to be sent, before it is written.

A demand is what the other side refuses a record without, or leaves a thesis out for (metadata.md §5, "mandatory"), not
what would be nice to have. What a crosswalk can always say by itself (the kind of work, a date, that a name is
withheld) is no demand.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from submissions.metadata.crosswalks import terms
from submissions.metadata.crosswalks.xml import language_tag
from submissions.metadata.record import DegreeLevel, ThesisRecord

#: Kind of place or format -> its name for people. The first are kinds of ``ETD_TARGETS``.
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "datacite": "DataCite",
        "sword2": "The repository (SWORD)",
        "dspace": "DSpace",
        "inveniordm": "InvenioRDM",
        "crossref": "Crossref",
        "proquest": "ProQuest",
        "saf": "DSpace (Simple Archive Format)",
        "oai_dc": "BASE and other harvesters of Dublin Core",
        "oai_etdms": "NDLTD (ETD-MS)",
        "oai_openaire": "OpenAIRE",
        "scholar": "Google Scholar",
        "orcid": "ORCID",
    }
)
EVERYBODY = frozenset(LABELS)


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is missing or wrong: the sentence that says so, and the ``field`` where it is mended, a key of
    ``FIELDS``.
    """

    sentence: str
    field: str


@dataclass(frozen=True, slots=True)
class Demand:
    """Who demands (``kinds``, keys of ``LABELS``), which field it is about, and what is said of a record that does not
    meet it: ``problem`` returns the sentence, in which ``{label}`` is the place, or "" for a record that does.
    """

    kinds: frozenset[str]
    field: str
    problem: Callable[[ThesisRecord], str]


#: What can be missing -> its name for people. ``review.mending`` knows where each is typed.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "title": "Title",
        "language": "Language of the thesis",
        "keywords": "Keywords",
        "files": "The file",
        "doi": "DOI",
        "degree": "Degree",
        "institution": "The university",
    }
)


# doi_t of Crossref's schema; the values of DISS_description/@type (DTD 4.8).
_CROSSREF_DOI = re.compile(r"10\.[0-9]{4,9}/.{1,200}")
_PROQUEST_LEVELS = frozenset({DegreeLevel.MASTER, DegreeLevel.DOCTORAL})


def _unless(holds: Callable[[ThesisRecord], object], sentence: str) -> Callable[[ThesisRecord], str]:
    return lambda record: "" if holds(record) else sentence


def _kinds(*names: str) -> frozenset[str]:
    return frozenset(names)


#: The table. Sources: metadata.md §5 and §8 to §10; for InvenioRDM its metadata schema (a title of three letters), for
#: DSpace its stock submission form (an upload is required), for the rest the schemas.
DEMANDS: tuple[Demand, ...] = (
    Demand(
        EVERYBODY,
        "title",
        _unless(
            lambda record: record.title,
            "{label} takes no thesis without a title, and this one has none.",
        ),
    ),
    Demand(
        _kinds("inveniordm"),
        "title",
        _unless(
            lambda record: len(record.title) not in (1, 2),
            "{label} takes a title of three letters or more.",
        ),
    ),
    Demand(
        _kinds("datacite", "crossref", "proquest", "orcid", "scholar", "oai_openaire"),
        "institution",
        _unless(lambda record: record.institution.name, "{label} needs the name of the university."),
    ),
    Demand(
        _kinds("datacite"),
        "doi",
        _unless(lambda record: record.doi, "{label} registers theses by DOI, and this thesis has none."),
    ),
    Demand(
        _kinds("crossref"),
        "doi",
        _unless(lambda record: record.doi, "{label} registers theses by DOI, and this thesis has none."),
    ),
    Demand(
        _kinds("crossref"),
        "doi",
        lambda record: (
            ""
            if not record.doi or _CROSSREF_DOI.fullmatch(record.doi)
            else f"{{label}} does not take the DOI {record.doi}."
        ),
    ),
    Demand(
        _kinds("proquest"),
        "degree",
        _unless(
            lambda record: record.degree_level in _PROQUEST_LEVELS,
            "{label} takes master's and doctoral theses only.",
        ),
    ),
    Demand(
        _kinds("proquest"),
        "degree",
        _unless(terms.degree_words, "{label} needs the name of the degree."),
    ),
    Demand(
        _kinds("proquest", "oai_openaire"),
        "language",
        _unless(lambda record: language_tag(record.language), "{label} needs the language of the thesis."),
    ),
    Demand(
        _kinds("proquest", "dspace", "sword2", "saf"),
        "files",
        _unless(lambda record: record.files, "{label} takes a thesis with its file, and this one has none."),
    ),
    Demand(
        _kinds("proquest"),
        "files",
        _unless(
            lambda record: terms.pages(record) or not record.files,
            "{label} needs the number of pages, and that of the file is not known.",
        ),
    ),
    Demand(
        _kinds("oai_etdms"),
        "keywords",
        _unless(
            lambda record: terms.all_topics(record),
            "{label} needs a subject, and there is neither a keyword nor a department.",
        ),
    ),
)


def refuse(record: ThesisRecord, kind: str) -> None:
    """Raise ``ValueError`` with the first sentence of ``missing``, if there is one."""
    for lack in missing(record, kind):
        raise ValueError(lack.sentence)


def missing(record: ThesisRecord, kind: str) -> list[Missing]:
    """Return what ``record`` lacks for a place or format, in sentences; empty when it can go there.

    ``kind`` is a key of ``LABELS``, or another kind of place, which then gets what everybody demands.
    """
    label, found = LABELS.get(kind, "The place"), []
    for demand in DEMANDS:
        asked = kind in demand.kinds or (kind not in LABELS and demand.kinds == EVERYBODY)
        if asked and (sentence := demand.problem(record)):
            found.append(Missing(sentence.replace("{label}", label), demand.field))
    return found
