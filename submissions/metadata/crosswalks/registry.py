"""The formats, as a table to loop over: those that are written once, stored and served, and those made to be sent.

A new format is a module that writes bytes, and a row here. JSON-LD and meta tags are no rows: they belong to the page
and are made with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from submissions.metadata import record_json
from submissions.metadata.crosswalks import (
    bibtex,
    crossref,
    csl,
    datacite,
    datacite_json,
    dim,
    etdms,
    inveniordm,
    marcxml,
    mets,
    mods,
    oai_dc,
    openaire,
    proquest,
    qdc,
    ris,
)


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    ``name`` is the key; ``label`` is for people; ``mime`` is what a download is sent as; ``extension`` has no dot;
    ``namespace`` and ``schema_location`` (address of the XSD) are those of the XML and empty for a format that is none;
    ``to_bytes`` writes a record. ``prefix`` is the metadata prefix in OAI-PMH, which carries XML only; empty for a
    format that is not harvested.
    """

    name: str
    label: str
    mime: str
    extension: str
    namespace: str
    schema_location: str
    to_bytes: Callable[..., bytes]
    prefix: str = ""

    @property
    def is_xml(self) -> bool:
        """Whether the bytes are XML."""
        return self.extension == "xml"

    @property
    def words(self) -> str:
        """The label of a link to it."""
        return f"{self.label} (XML)" if self.is_xml else self.label


def _harvested(prefix: str, label: str, module, name: str = "", mime: str = "application/xml") -> Format:
    """A row of an XML module that OAI-PMH serves; ``name`` where it is not the prefix."""
    return Format(name or prefix, label, mime, "xml", module.NAMESPACE, module.SCHEMA, module.to_xml, prefix)


_STORED = (
    _harvested("oai_dc", "Dublin Core", oai_dc),
    _harvested("qdc", "Qualified Dublin Core", qdc),
    _harvested("oai_etdms", "ETD-MS 1.0", etdms),
    _harvested("oai_datacite", "DataCite 4.6", datacite, "datacite", "application/vnd.datacite.datacite+xml"),
    _harvested("mods", "MODS 3.8", mods, mime="application/mods+xml"),
    _harvested("marcxml", "MARC 21", marcxml, mime="application/marcxml+xml"),
    _harvested("mets", "METS", mets, mime="application/mets+xml"),
    _harvested("oai_openaire", "OpenAIRE 4", openaire),
    _harvested("dim", "DSpace DIM", dim),
    Format(
        "datacite_json",
        "DataCite (JSON)",
        "application/vnd.datacite.datacite+json",
        "json",
        "",
        "",
        datacite_json.to_bytes,
    ),
    Format("csl", "CSL-JSON", "application/vnd.citationstyles.csl+json", "json", "", "", csl.to_bytes),
    Format("ris", "RIS", "application/x-research-info-systems", "ris", "", "", ris.to_bytes),
    Format("bibtex", "BibTeX", "application/x-bibtex", "bib", "", "", bibtex.to_bytes),
)

_SENT = (
    Format(
        "crossref",
        "Crossref 5.4.0",
        "application/xml",
        "xml",
        crossref.NAMESPACE,
        crossref.SCHEMA,
        crossref.to_xml,
    ),
    Format(
        "inveniordm",
        "InvenioRDM",
        "application/vnd.inveniordm.v1+json",
        "json",
        "",
        "",
        inveniordm.to_bytes,
    ),
    Format("proquest", "ProQuest ETD", "application/xml", "xml", "", "", proquest.to_xml),
)

#: Written when a thesis changes, stored, and served as stored.
FORMATS: Mapping[str, Format] = MappingProxyType({row.name: row for row in _STORED})
#: The same by metadata prefix, for OAI-PMH.
PREFIXES: Mapping[str, Format] = MappingProxyType({row.prefix: row for row in _STORED if row.prefix})
#: The whole record. It says more of an iD than any other format (since when, by which client), so that only clients
#: with a key get it (``submissions.api``). Its datestamp stands for all formats of a thesis.
WHOLE = Format("record", "Whole record", "application/json", "json", "", "", record_json.to_json)
#: Everything that is written when a thesis changes.
STORED: Mapping[str, Format] = MappingProxyType({**FORMATS, WHOLE.name: WHOLE})
#: Made to be sent somewhere, with options that only the sender knows (see the modules): not stored, not harvested.
SENT: Mapping[str, Format] = MappingProxyType({row.name: row for row in _SENT})
