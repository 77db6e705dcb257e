"""Where what a place misses in a record (``metadata.demands``) is typed: one table from field to address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from wagtail.admin.admin_url_finder import AdminURLFinder

from ..metadata.demands import FIELDS, Missing, missing
from ..metadata.record import ThesisRecord
from ..models import Status, Submission
from ..outlets.delivery.targets import targets
from ..outlets.refresh import current_record, institution
from ..public.preview import preview_record
from .desk import case_url

#: Formats and readers that every public thesis goes to.
ALWAYS = ("oai_dc", "oai_etdms", "oai_openaire", "scholar", "orcid")
#: From when on it is worth saying: before, the student is still writing.
ASKED = (Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Lack:
    """Something missing, as staff read it: the sentence, the link and its words. ``url`` may be empty."""

    sentence: str
    url: str
    words: str


def _editor(submission: Submission, field: str) -> str:
    """The field of the thesis in Wagtail's editor."""
    return f"{reverse('wagtailadmin_pages:edit', args=[submission.page_id])}#id_{field}"


def _case(submission: Submission, anchor: str) -> str:
    return f"{case_url(submission)}#{anchor}"


def _university(submission: Submission) -> str:
    """The settings in which a site says which university it is (``settings.ETD_INSTITUTION_ADMIN``)."""
    try:
        return reverse("wagtailsettings:edit", args=settings.ETD_INSTITUTION_ADMIN.split("."))
    except (AttributeError, NoReverseMatch):
        return reverse("wagtailadmin_home")


#: Field of ``demands`` -> its address for one case.
PLACES: Mapping[str, Callable[[Submission], str]] = MappingProxyType(
    {
        "title": lambda submission: _editor(submission, "title"),
        "language": lambda submission: _editor(submission, "language"),
        "keywords": lambda submission: _editor(submission, "keywords"),
        "files": lambda submission: _case(submission, "file"),
        "doi": lambda submission: _case(submission, "identifiers"),
        "degree": lambda submission: AdminURLFinder().get_edit_url(submission.degree) or "",
        "institution": _university,
    }
)


def where(lack: Missing, submission: Submission) -> str:
    """The address at which staff mend what is missing."""
    return PLACES[lack.field](submission)


def lacking(submission: Submission) -> list[Lack]:
    """What the record of a case lacks for the places it goes to, each thing said once for each place.

    A thesis that is not public yet is looked at as it stands, so that it can be mended before. Empty for a draft.
    """
    if submission.status not in ASKED:
        return []
    record = record_so_far(submission)
    kinds = dict.fromkeys((*(target.kind for target in targets().values()), *ALWAYS))
    if settings.ETD_PROQUEST:
        kinds["proquest"] = None
    found = [lack for kind in kinds for lack in missing(record, kind) if _expected(lack, kind, submission)]
    return [Lack(lack.sentence, where(lack, submission), FIELDS[lack.field]) for lack in found]


def record_so_far(submission: Submission) -> ThesisRecord:
    """The public record, or what it would be by what stands on the page now."""
    record = current_record(submission)
    if record is None:
        so_far = preview_record(submission.page, submission)
        record = replace(so_far, institution=institution(submission), title=submission.page.title)
    return record


def _expected(lack: Missing, kind: str, submission: Submission) -> bool:
    """Whether it should be there by now: a DOI that we register ourselves comes at the approval."""
    return not (lack.field == "doi" and kind == "datacite" and submission.status == Status.IN_REVIEW)
