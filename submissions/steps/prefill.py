"""What an ORCID record offers for the fields of the profile. Offers only: the student takes them or not."""

from collections.abc import Callable

from django.db import models

from orcid_workflow.profile import Affiliation, Profile

from ..languages import COUNTRIES
from ..models import AuthorProfile, ThesisPage
from .case import Case

_COUNTRY_CODES = frozenset(code for code, _ in COUNTRIES)

#: Field -> what the record says for it, as text; empty when it says nothing that fits.
OFFERS: dict[str, Callable[[Profile], str]] = {
    "author_given": lambda record: record.given,
    "author_family": lambda record: record.family,
    "other_names": lambda record: "; ".join(fact.value for fact in record.other_names),
    "contact_email": lambda record: _first(record.emails),
    "country": lambda record: next(
        (fact.value for fact in record.countries if fact.value in _COUNTRY_CODES), ""
    ),
    "education": lambda record: _affiliation(record.current_educations),
    "employment": lambda record: _affiliation(record.current_employments),
    "research_keywords": lambda record: "\n".join(fact.value for fact in record.keywords),
}
ON_PAGE = frozenset({"author_given", "author_family"})
SOURCE = "_orcid"  # in ``from_orcid``: the iD whose record the values were taken from


def offers(record: Profile | None) -> dict[str, str]:
    """Return field -> value for everything the record offers. A value that does not fit its field is not offered."""
    if record is None:
        return {}
    found = {name: offer(record).strip() for name, offer in OFFERS.items()}
    return {
        name: value
        for name, value in found.items()
        if value and len(value) <= (_max_length(name) or len(value))
    }


def prefill(case: Case) -> list[str]:
    """Put offers into fields that are still empty, unsaved, and note where they came from; return the fields' names.

    Names stay together: half a name from elsewhere beside half a name typed would be nobody's. The address of the
    account is offered and not taken: the question is which one works when the account has ended.
    """
    offered = offers(case.orcid_profile)
    if case.page.author_given or case.page.author_family:
        offered = {name: value for name, value in offered.items() if name not in ON_PAGE}
    if offered.get("contact_email", "").lower() == case.submission.student.email.lower():
        offered.pop("contact_email", None)
    taken = {name: value for name, value in offered.items() if not getattr(_home(case, name), name)}
    for name, value in taken.items():
        setattr(_home(case, name), name, value)
    if taken:
        remember(case, taken)
    return list(taken)


def remember(case: Case, taken: dict[str, str]) -> None:
    """Note, unsaved, that these values came from the record of the iD that is connected now."""
    orcid = case.connection.orcid
    before = case.profile.from_orcid if case.profile.from_orcid.get(SOURCE) == orcid else {}
    case.profile.from_orcid = before | taken | {SOURCE: orcid}


def forget(case: Case) -> bool:
    """Take out, unsaved, what came from another iD than the one connected now; return whether anything changed.

    What the student has changed since stays, and of a thesis that was ever submitted every value stays: only the
    note of its origin goes. A name goes back to the account's.
    """
    noted = case.profile.from_orcid
    if not noted or (case.connection and noted.get(SOURCE) == case.connection.orcid):
        return False
    student = case.submission.student
    account = {"author_given": student.first_name, "author_family": student.last_name}
    for name in OFFERS:
        home = _home(case, name)
        if case.submission.submitted_at is None and noted.get(name) == getattr(home, name):
            setattr(home, name, account.get(name, ""))
    case.profile.from_orcid = {}
    return True


def taken_value(case: Case, name: str) -> str | None:
    """The value that a field was given from the record of the iD that is connected now, or None."""
    noted = case.profile.from_orcid
    if case.connection is None or noted.get(SOURCE) != case.connection.orcid:
        return None
    return noted.get(name)


def is_from_orcid(case: Case, name: str) -> bool:
    """Whether a field's value is the one that was taken from the ORCID record, unchanged."""
    value = getattr(_home(case, name), name)
    return bool(value) and taken_value(case, name) == value


def _home(case: Case, name: str) -> models.Model:
    return case.page if name in ON_PAGE else case.profile


def _max_length(name: str) -> int | None:
    model: type[models.Model] = ThesisPage if name in ON_PAGE else AuthorProfile
    return model._meta.get_field(name).max_length


def _first(facts) -> str:
    return facts[0].value if facts else ""


def _affiliation(entries: tuple[Affiliation, ...]) -> str:
    """``PhD candidate, Marine Biology, University of X`` for the first entry."""
    if not entries:
        return ""
    entry = entries[0]
    return ", ".join(part for part in (entry.role, entry.department, entry.organisation) if part)
