"""What an ORCID record offers for the fields of the profile. Offers only: the student takes them or not."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import models

from orcid_workflow.profile import Affiliation, Fact, Profile, Source

from ..languages import COUNTRIES
from ..models import AuthorProfile, ThesisPage
from .case import Case
from .forms import WebAddressesField

_COUNTRY_CODES = frozenset(code for code, _ in COUNTRIES)
SELF = "yourself"
NOBODY = "an unnamed source"


@dataclass(frozen=True, slots=True)
class Offer:
    """A value of the record for one field. ``source``: who stated it, to stand after "added by"."""

    value: str
    source: str = SELF


def stated_by(source: Source) -> str:
    """Who stated something on the student's record, to stand after "added by"; a service it came through is named."""
    who = SELF if source.self_asserted else source.organisation
    through = source.name if source.client_id and source.name != who else ""
    return f"{who}, through {through}" if who and through else who or through or NOBODY


def _each(facts: Iterable[Fact]) -> list[Offer]:
    return [Offer(fact.value, stated_by(fact.source)) for fact in facts]


def _together(facts: Iterable[Fact], between: str) -> list[Offer]:
    """One offer of several facts; who stated them is said once."""
    facts = list(facts)
    sources = dict.fromkeys(stated_by(fact.source) for fact in facts)
    return [Offer(between.join(fact.value for fact in facts), " and ".join(sources))]


def _affiliations(entries: Iterable[Affiliation]) -> list[Offer]:
    """``PhD candidate, Marine Biology, University of X``."""
    return [Offer(str(entry), stated_by(entry.source)) for entry in entries]


def _whole(sites: Iterable[Fact]) -> list[Fact]:
    """The addresses that the form takes too, each once, written as it writes them."""
    found = {}
    for site in sites:
        with suppress(ValidationError):
            address = WebAddressesField.whole(site.value)
            found.setdefault(address, replace(site, value=address))
    return list(found.values())


#: Field -> what the record says for it. Several things are a choice. A name has no source but its owner.
OFFERS: dict[str, Callable[[Profile], list[Offer]]] = {
    "author_given": lambda record: [Offer(record.given)],
    "author_family": lambda record: [Offer(record.family)],
    "other_names": lambda record: _together(record.other_names, "; "),
    "contact_email": lambda record: _each(record.emails),
    "country": lambda record: _each(fact for fact in record.countries if fact.value in _COUNTRY_CODES),
    "education": lambda record: _affiliations(record.current_educations),
    "employment": lambda record: _affiliations(record.current_employments),
    "research_keywords": lambda record: _together(record.keywords, "\n"),
    "websites": lambda record: _together(_whole(record.websites), "\n"),
}
ROWS = ("funding", "related_works")  # the page's lists whose rows may come from the record
ON_PAGE = frozenset({"author_given", "author_family"})
SOURCE = "_orcid"  # in ``from_orcid``: the iD whose record the values were taken from
STATED = "_stated_by"  # in ``from_orcid``: field -> who stated the value there
KEYWORDS = "keywords"  # in ``from_orcid``: the thesis' keywords that were taken, one a line


def offers(record: Profile | None) -> dict[str, list[Offer]]:
    """Return field -> values for everything the record offers, each once. What does not fit its field is left out."""
    if record is None:
        return {}
    found = {}
    for name, read in OFFERS.items():
        fitting = {}
        for offer in read(record):
            value = offer.value.strip()
            if value and len(value) <= (_max_length(name) or len(value)):
                fitting.setdefault(value, Offer(value, offer.source))
        if fitting:
            found[name] = list(fitting.values())
    return found


def prefill(case: Case) -> list[str]:
    """Put offers into fields that are still empty, unsaved, and note where they came from; return the fields' names.

    Where the record says several things the student chooses. Names stay together: half a name from elsewhere beside
    half a name typed would be nobody's. The address of the account is offered and not taken: the question is which
    one works when the account has ended.
    """
    offered = {name: found[0] for name, found in offers(case.orcid_profile).items() if len(found) == 1}
    if case.page.author_given or case.page.author_family:
        offered = {name: offer for name, offer in offered.items() if name not in ON_PAGE}
    address = offered.get("contact_email")
    if address and address.value.lower() == case.submission.student.email.lower():
        del offered["contact_email"]
    taken = {name: offer for name, offer in offered.items() if not getattr(_home(case, name), name)}
    for name, offer in taken.items():
        setattr(_home(case, name), name, offer.value)
    if taken:
        remember(case, taken)
    return list(taken)


def remember(case: Case, taken: dict[str, Offer]) -> None:
    """Note, unsaved, that these values came from the record of the iD that is connected now, and who stated them."""
    orcid = case.connection.orcid
    noted = case.profile.from_orcid
    before = noted if noted.get(SOURCE) == orcid else {}
    stated = before.get(STATED, {}) | {name: offer.source for name, offer in taken.items()}
    case.profile.from_orcid = (
        before
        | {name: offer.value for name, offer in taken.items()}
        | {SOURCE: orcid}
        | ({STATED: stated} if stated else {})
    )


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
    if case.submission.submitted_at is None:
        for name in OFFERS:
            home = _home(case, name)
            if noted.get(name) == getattr(home, name):
                setattr(home, name, account.get(name, ""))
        taken = noted.get(KEYWORDS, "").split("\n")
        case.page.keywords = "\n".join(word for word in case.page.keyword_list if word not in taken)
    for relation in ROWS:
        rows = list(getattr(case.page, relation).all())
        if case.submission.submitted_at is None:
            rows = [row for row in rows if not row.orcid_source]
        for row in rows:
            row.orcid_source = ""
        getattr(case.page, relation).set(rows)
    case.profile.from_orcid = {}
    return True


def origins(case: Case) -> list[tuple]:
    """Key and origin of every row that can come from the record, to see whether ``forget`` changed any."""
    return [(row.key, row.orcid_source) for relation in ROWS for row in getattr(case.page, relation).all()]


def is_noted(case: Case) -> bool:
    """Whether what was noted belongs to the iD that is connected now."""
    return case.connection is not None and case.profile.from_orcid.get(SOURCE) == case.connection.orcid


def taken_value(case: Case, name: str) -> str | None:
    """The value that a field was given from the record of the iD that is connected now, or None."""
    return case.profile.from_orcid.get(name) if is_noted(case) else None


def taken_from(case: Case, name: str) -> str:
    """Who stated the value that a field was given, to stand after "added by"; empty when that was not noted."""
    return case.profile.from_orcid.get(STATED, {}).get(name, "") if is_noted(case) else ""


def is_from_orcid(case: Case, name: str) -> bool:
    """Whether a field's value is the one that was taken from the ORCID record, unchanged."""
    value = getattr(_home(case, name), name)
    return bool(value) and taken_value(case, name) == value


def _home(case: Case, name: str) -> models.Model:
    return case.page if name in ON_PAGE else case.profile


def _max_length(name: str) -> int | None:
    model: type[models.Model] = ThesisPage if name in ON_PAGE else AuthorProfile
    return model._meta.get_field(name).max_length
