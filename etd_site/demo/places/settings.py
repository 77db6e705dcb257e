"""The settings under which a site sends its theses to the stand-ins."""

from typing import Any

from .dspace import COLLECTIONS
from .sword import COLLECTION
from .web import SECRET, USER


def targets(address: str) -> dict[str, dict[str, Any]]:
    """``ETD_TARGETS`` for the stand-ins at ``address`` (no slash at its end): one place of each kind."""
    account = {"user": USER, "secret": SECRET}
    theses = next(uuid for uuid, reviewed in COLLECTIONS.items() if not reviewed)
    return {
        "datacite": {
            "kind": "datacite",
            "label": "DataCite (local)",
            "address": f"{address}/datacite",
            "prefix": "10.5555",
            **account,
        },
        "sword": {
            "kind": "sword2",
            "label": "SWORD repository (local)",
            "address": f"{address}/sword",
            "collection": f"collection/{COLLECTION}",
            **account,
        },
        "dspace": {
            "kind": "dspace",
            "label": "DSpace (local)",
            "address": f"{address}/dspace",
            "collection": theses,
            **account,
        },
        "invenio": {
            "kind": "inveniordm",
            "label": "InvenioRDM (local)",
            "address": f"{address}/invenio",
            "secret": SECRET,
        },
    }
