"""FAIR Signposting, level 2: typed links that lead machines from the page to the files, the records and the people.

In the ``Link`` header of the page in short, and whole in two link sets (RFC 8288, RFC 9264; metadata.md §9).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.encoding import iri_to_uri

from ..metadata.crosswalks import terms
from ..metadata.record import ThesisRecord
from .formats import EXPORTS, beside

LINKSET_TYPES = {"linkset": "application/linkset", "linkset.json": "application/linkset+json"}  # by ending
#: The records that the header names; the link sets name all. Web servers read the headers of an answer into a few kB
#: (nginx: 4 kB) and fail with more.
IN_HEADER = ("json", "datacite.xml", "mods.xml", "bib")


@dataclass(frozen=True, slots=True)
class Link:
    """One typed link from ``anchor`` to ``href``, both absolute. ``type`` (of media) and ``profile`` may be empty."""

    anchor: str
    rel: str
    href: str
    type: str = ""
    profile: str = ""

    def written(self, *, anchored: bool) -> str:
        """As a ``link-value`` of RFC 8288; with its anchor where the context is not the answer it stands in."""
        named = {"anchor": iri_to_uri(self.anchor)} if anchored else {}
        named |= {"rel": self.rel, "type": self.type, "profile": iri_to_uri(self.profile)}
        return "; ".join([f"<{iri_to_uri(self.href)}>", *(f'{k}="{v}"' for k, v in named.items() if v)])


def page_links(record: ThesisRecord, endings: Iterable[str] = tuple(EXPORTS)) -> list[Link]:
    """The links of the page, with the records at ``endings``.

    ``author`` is the author alone and only with an iD that its owner confirmed; no ``item`` while the files are closed.
    Without DOI and handle the page's own address is the one to cite.
    """
    page = record.url
    return [
        Link(page, "cite-as", record.lasting_url),
        Link(page, "type", "https://schema.org/AboutPage"),
        Link(page, "type", "https://schema.org/Thesis"),
        *([Link(page, "author", record.author.orcid.uri)] if record.author.orcid else []),
        *([Link(page, "license", record.licence.uri)] if record.licence.uri else []),
        *(Link(page, "item", file.url, file.mime) for file in terms.public_files(record)),
        *(
            Link(page, "describedby", row.address(page), row.mime, row.profile)
            for row in map(EXPORTS.__getitem__, endings)
        ),
    ]


def header(record: ThesisRecord) -> str:
    """The value of ``Link`` on the page: the link sets and what most readers look for."""
    sets = [
        Link(record.url, "linkset", beside(record.url, ending), mime)
        for ending, mime in LINKSET_TYPES.items()
    ]
    return ", ".join(link.written(anchored=False) for link in page_links(record, IN_HEADER) + sets)


def all_links(record: ThesisRecord) -> list[Link]:
    """The links of the page, and those of its files and records back to it."""
    page = page_links(record)
    back = {"item": "collection", "describedby": "describes"}
    return page + [
        Link(link.href, back[link.rel], record.url, "text/html") for link in page if link.rel in back
    ]


def to_linkset(record: ThesisRecord) -> bytes:
    """All links as ``application/linkset``, one a line (RFC 9264 §4.1)."""
    return ",\n".join(link.written(anchored=True) for link in all_links(record)).encode() + b"\n"


def to_linkset_json(record: ThesisRecord) -> bytes:
    """All links as ``application/linkset+json``, grouped by anchor (RFC 9264 §4.2).

    ``profile`` is no attribute of RFC 8288, so its value is a list there (§4.2.4.3).
    """
    contexts: dict[str, dict] = {}
    for link in all_links(record):
        target = {"href": iri_to_uri(link.href)}
        if link.type:
            target["type"] = link.type
        if link.profile:
            target["profile"] = [link.profile]
        anchor = iri_to_uri(link.anchor)
        contexts.setdefault(anchor, {"anchor": anchor}).setdefault(link.rel, []).append(target)
    return json.dumps({"linkset": list(contexts.values())}, ensure_ascii=False).encode()
