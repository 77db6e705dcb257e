"""The plain addresses beside the page of a thesis: ``<address of the page>.<ending>`` for every format, as a table.

The stored formats come from the registry; JSON-LD, which belongs to the page and is made with it, is the first row.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..metadata.crosswalks.registry import FORMATS

JSON_LD = "json_ld"


@dataclass(frozen=True, slots=True)
class Export:
    """One format beside the page.

    ``ending`` has no leading dot (``datacite.xml``); ``name`` is a key of ``FORMATS`` or ``JSON_LD``; ``label`` is for
    people; ``profile`` is the namespace of the XML, empty for a format that is none.
    """

    ending: str
    name: str
    label: str
    mime: str
    profile: str = ""

    def address(self, page_url: str) -> str:
        """Its address beside ``page_url``, which may be a path or absolute."""
        return beside(page_url, self.ending)


def beside(page_url: str, ending: str) -> str:
    """The plain address with this ending: ``/theses/a/`` and ``bib`` make ``/theses/a.bib``."""
    return f"{page_url.rstrip('/')}.{ending}"


def _endings() -> dict[str, str]:
    """Name of a format -> ending: the extension alone where no other format has it, else the short name before it."""
    shared = Counter(form.extension for form in FORMATS.values())
    endings = {}
    for name, form in FORMATS.items():
        short = name.removeprefix("oai_").removesuffix(form.extension).rstrip("_")
        endings[name] = form.extension if shared[form.extension] == 1 else f"{short}.{form.extension}"
    return endings


_ROWS = (
    Export("json", JSON_LD, "JSON-LD (schema.org)", "application/ld+json", "https://schema.org/"),
    *(
        Export(ending, name, FORMATS[name].words, FORMATS[name].mime, FORMATS[name].namespace)
        for name, ending in _endings().items()
    ),
)

#: By ending, in the order of the registry.
EXPORTS: Mapping[str, Export] = MappingProxyType({row.ending: row for row in _ROWS})
#: Media type -> ending, for ``Accept``, in the same order. Of several formats with one type the first is it. The last
#: rows are what people ask for by a wider name.
BY_TYPE: Mapping[str, str] = MappingProxyType(
    {
        **dict(reversed({row.mime: row.ending for row in reversed(_ROWS)}.items())),
        "application/json": "json",
        "text/xml": next(row.ending for row in _ROWS if row.mime == "application/xml"),
        "text/x-bibtex": "bib",
    }
)

#: For whom a format is -> names, as they stand on the page. The first group is what most people come for.
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Reference managers": ("bibtex", "ris", "csl"),
        "Libraries": ("marcxml", "mods", "oai_dc", "qdc", "oai_etdms"),
        "Repositories": ("mets", "dim", "oai_openaire"),
        "DataCite and the web": ("datacite", "datacite_json", JSON_LD),
    }
)
