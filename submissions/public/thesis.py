"""What the page of a thesis shows: the same record that every export is made from."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.text import Truncator

from ..metadata.build import build_record
from ..metadata.crosswalks import citation_meta, schema_org, terms
from ..metadata.crosswalks.text import line
from ..metadata.record import Access, RelatedWork, ThesisRecord
from ..models import Status, Submission, ThesisPage
from ..outlets.refresh import institution
from ..permissions import can_ask_for_copy
from .copies.forms import CopyRequestForm
from .formats import EXPORTS, GROUPS, JSON_LD, beside
from .preview import preview_record
from .programmes import programme_path
from .signposting import LINKSET_TYPES

#: Relation (DataCite, read from the thesis) -> heading of its works on the page, in this order.
RELATED_HEADINGS = {
    "HasPart": "Articles in this thesis",
    "IsPartOf": "Part of",
    "IsVersionOf": "Other versions",
    "IsSupplementedBy": "Data and software",
}
DESCRIPTION_CHARS = 200  # what search engines show of a description


@dataclass(frozen=True, slots=True)
class Download:
    """One record to download: name of the format, words for people, media type, address on this site."""

    name: str
    label: str
    mime: str
    url: str


def thesis_context(request: HttpRequest, page: ThesisPage) -> dict:
    """Return the template's variables: ``record``, ``preview``, ``related``, ``open``, ``citation``, and what the head
    carries.

    A page that the public cannot see (Wagtail's preview, a draft) is shown with what is there and no metadata, so
    that no reference manager takes it for published.
    """
    submission = getattr(page, "submission", None)
    public = submission is not None and submission.status == Status.PUBLISHED and page.live
    if not public or getattr(request, "is_preview", False):
        record = preview_record(page, submission)
        return {"preview": True, "record": record, "related": related(record), "open": True}
    record = build_record(submission, institution(submission), page)
    there = downloads(submission, record.url)
    return {
        "preview": False,
        "record": record,
        "related": related(record),
        "open": record.access is Access.OPEN,
        "citation": cite(record),
        "citation_meta": citation_meta.to_pairs(record),
        "description": Truncator(line(record.abstract)).chars(DESCRIPTION_CHARS),
        # Safe: to_json writes "<", ">" and "&" as escapes, so that nothing in it can end the element.
        "json_ld": mark_safe(schema_org.to_json(record).decode()),  # noqa: S308
        "downloads": there,
        "export_groups": grouped(there),
        "programme_url": programme_path(submission.programme),
        "case_uuid": submission.uuid,
        "copy_form": CopyRequestForm(submission.uuid)
        if record.access is Access.EMBARGOED and can_ask_for_copy(submission)
        else None,
        "linksets": [
            Download("", "", mime, beside(urlsplit(record.url).path, ending))
            for ending, mime in LINKSET_TYPES.items()
            if there  # a page that is kept for some has no link sets either
        ],
    }


def related(record: ThesisRecord) -> list[tuple[str, list[RelatedWork]]]:
    """The related works under their headings; headings with nothing under them are left out."""
    groups = [
        (heading, [work for work in record.related if work.relation == relation])
        for relation, heading in RELATED_HEADINGS.items()
    ]
    return [(heading, works) for heading, works in groups if works]


def cite(record: ThesisRecord, withdrawn: dt.datetime | None = None) -> str:
    """The thesis as one line of a list of references, with the address that will last longest; and since when it is
    ``withdrawn`` (UTC), if it is.
    """
    kind = f"{terms.thesis_label(record)}, {line(record.institution.name)}"
    if withdrawn:
        kind += f"; withdrawn {date_format(timezone.localtime(withdrawn), 'j F Y')}"
    return (
        f"{record.author.inverted} ({record.published.year}). {line(record.full_title)} [{kind}]. "
        f"{record.lasting_url}"
    )


def downloads(submission: Submission, page_url: str) -> list[Download]:
    """The records there are of this thesis, in the order of ``EXPORTS``."""
    stored = submission.records.filter(deleted=False).values_list("format", flat=True)
    there = {JSON_LD, *stored} if stored else set()  # none of a page that is kept for some
    path = urlsplit(page_url).path
    return [
        Download(row.name, row.label, row.mime, row.address(path))
        for row in EXPORTS.values()
        if row.name in there
    ]


def grouped(there: list[Download]) -> list[tuple[str, list[Download]]]:
    """The same under the words of ``GROUPS``; groups with nothing in them are left out."""
    by_name = {download.name: download for download in there}
    groups = [
        (words, [by_name[name] for name in names if name in by_name]) for words, names in GROUPS.items()
    ]
    return [(words, downloads) for words, downloads in groups if downloads]
