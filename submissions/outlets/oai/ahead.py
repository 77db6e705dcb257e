"""Pages that are kept before anybody asks for them."""

import re

from django.conf import settings

from . import packing, verbs
from .pieces import Document

_TOKEN = re.compile(rb"<resumptionToken[^>]*>([^<]+)<")
#: Every item has this format, so every harvester can ask for it (OAI-PMH 2.0 §2.3), and most do.
PREFIX = "oai_dc"


def make() -> int:
    """Harvest the whole list in ``PREFIX`` as others will, plain and compressed, so that its full pages are kept.

    Returns how many pages were asked for: none where nothing is kept (``ETD_OAI_KEEP``). Pages that still hold are not
    made again.
    """
    return sum(_harvest(packed) for packed in (False, True)) if settings.ETD_OAI_KEEP else 0


def _harvest(packed: bool) -> int:
    pages, arguments = 0, {"verb": "ListRecords", "metadataPrefix": PREFIX}
    while arguments:
        pieces = verbs.answer_to(arguments, packed)
        found = [_TOKEN.search(piece) for piece in pieces if isinstance(piece, bytes)]
        Document(packing.gzip(pieces) if packed else pieces).close()
        tokens = [token[1].decode() for token in found if token]
        arguments = {"verb": "ListRecords", "resumptionToken": tokens[-1]} if tokens else {}
        pages += 1
    return pages
