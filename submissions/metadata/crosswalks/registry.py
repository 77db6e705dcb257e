"""The formats that are written once, stored, and served as they are: a table to loop over.

A new stored format is a module that writes bytes, and a row here. JSON-LD and meta tags are no rows: they belong
to the page and are made with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from submissions.metadata.crosswalks import bibtex, datacite, oai_dc
from submissions.metadata.record import ThesisRecord


@dataclass(frozen=True, slots=True)
class Format:
    """One stored format.

    ``name`` is the key, also the OAI-PMH prefix of its plain form; ``label`` is for people; ``mime`` is what
    a download is sent as; ``extension`` has no dot; ``namespace`` and ``schema_location`` (address of the
    XSD) are those of the XML and empty for a format that is none, which OAI-PMH cannot carry; ``to_bytes`` writes a
    record.
    """

    name: str
    label: str
    mime: str
    extension: str
    namespace: str
    schema_location: str
    to_bytes: Callable[[ThesisRecord], bytes]

    @property
    def is_xml(self) -> bool:
        """Whether the bytes are XML."""
        return bool(self.namespace)

    @property
    def words(self) -> str:
        """The label of a link to it."""
        return f"{self.label} (XML)" if self.is_xml else self.label


_ROWS = (
    Format(
        "oai_dc",
        "Dublin Core",
        "application/xml",
        "xml",
        oai_dc.NAMESPACE,
        oai_dc.SCHEMA,
        oai_dc.to_xml,
    ),
    Format(
        "datacite",
        "DataCite 4.6",
        "application/vnd.datacite.datacite+xml",
        "xml",
        datacite.NAMESPACE,
        datacite.SCHEMA,
        datacite.to_xml,
    ),
    Format("bibtex", "BibTeX", "application/x-bibtex", "bib", "", "", bibtex.to_bytes),
)

FORMATS: Mapping[str, Format] = MappingProxyType({row.name: row for row in _ROWS})
