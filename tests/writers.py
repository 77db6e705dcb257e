"""Every crosswalk by its name, as a function from a record to bytes, with somebody who sends where one is needed."""

import datetime as dt
import json
from collections.abc import Callable
from functools import partial

from submissions.metadata.crosswalks import citation_meta, crossref, inveniordm, proquest, schema_org
from submissions.metadata.crosswalks.registry import FORMATS
from submissions.metadata.record import ThesisRecord

SENDER = crossref.Sender(
    "Thesis office", "office@example.edu", dt.datetime(2026, 6, 3, 9, 0, 0, 5000, dt.UTC)
)
CONTACT = proquest.Contact("j@example.net", ("1 Quay",), "Bergen", "5003", "NO", dt.date(2026, 5, 1))
SCHOOL = proquest.Sender("0123", "example", CONTACT, (("0415", "Physical oceanography"),))


def _meta(record: ThesisRecord) -> bytes:
    return json.dumps(citation_meta.to_pairs(record), ensure_ascii=False).encode()


#: What is stored, what is made to be sent, and what stands in the page. Crossref and ProQuest raise ``ValueError`` for
#: a record that they would refuse.
WRITERS: dict[str, Callable[[ThesisRecord], bytes]] = {
    **{name: form.to_bytes for name, form in FORMATS.items()},
    "crossref": partial(crossref.to_xml, sender=SENDER),
    "proquest": partial(proquest.to_xml, sender=SCHOOL),
    "inveniordm": partial(inveniordm.to_bytes, thesis_fields=True),
    "json_ld": schema_org.to_json,
    "meta": _meta,
}
