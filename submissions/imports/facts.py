"""A thesis as plain values by field, from a page and its case or to be written into them: what an import compares.

The values can be kept as JSON. Days are ISO dates, people and texts in other languages are lists of texts.
"""

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Iterable
from operator import attrgetter

from django.db.models import Model
from django.utils import timezone

from ..models import CommitteeMember, Degree, Licence, Programme, Submission, Term, ThesisPage
from ..models.related import ThesisFunding, ThesisRelatedWork
from ..models.texts import ThesisAbstract

Facts = dict[str, object]

#: Field -> its words in a report.
LABELS: dict[str, str] = {
    "title": "title",
    "subtitle": "subtitle",
    "translated_title": "title in another language",
    "translated_title_language": "language of that title",
    "author_given": "author's given name",
    "author_family": "author's family name",
    "abstract": "abstract",
    "language": "language",
    "keywords": "keywords",
    "defence_date": "day of the defence",
    "licence": "licence",
    "committee": "committee",
    "other_abstracts": "abstracts in other languages",
    "funding": "funding",
    "related": "related works",
    "files": "files",
    "degree": "degree",
    "programme": "programme",
    "term": "term",
    "doi": "DOI",
    "handle": "handle",
    "urn": "URN",
    "isbn": "ISBN",
    "conferred_on": "day of conferral",
    "submitted_at": "day of submission",
    "published_at": "day of publication",
    "embargo_until": "end of the embargo",
}
ON_PAGE = ("title", "subtitle", "translated_title", "translated_title_language", "author_given", "author_family",
           "abstract", "language", "keywords")  # fmt: skip
ON_CASE = ("doi", "handle", "urn", "isbn")
#: Calendar days of the case, and moments of which only the day is known.
DAYS, MOMENTS = ("conferred_on", "embargo_until"), ("submitted_at", "published_at")
LISTS = {"degree": Degree, "programme": Programme, "term": Term}

MEMBER = ("given_name", "family_name", "role", "affiliation", "email")
GRANT = ("funder_name", "funder_id", "award_number", "award_title", "award_url")
WORK = ("relation", "title", "identifier_type", "identifier", "url")
ABSTRACT = ("language", "text")
ROWS = {
    "committee": ("committee_members", CommitteeMember, MEMBER),
    "other_abstracts": ("other_abstracts", ThesisAbstract, ABSTRACT),
    "funding": ("funding", ThesisFunding, GRANT),
    "related": ("related_works", ThesisRelatedWork, WORK),
}


def here(submission: Submission, page: ThesisPage) -> Facts:
    """What stands here now."""
    facts: Facts = {name: getattr(page, name) for name in ON_PAGE}
    facts |= {name: getattr(submission, name) for name in ON_CASE}
    facts |= {name: iso(getattr(submission, name)) for name in DAYS}
    facts |= {name: moment_day(getattr(submission, name)) for name in MOMENTS}
    facts |= {name: getattr(submission, name).name for name in LISTS}
    facts["defence_date"] = iso(page.defence_date)
    facts["licence"] = page.licence.name if page.licence else ""
    for name, (relation, _, fields) in ROWS.items():
        facts[name] = [[getattr(row, field) for field in fields] for row in getattr(page, relation).all()]
    facts["files"] = [[file.name, file.sha256] for file in page.files.all()]
    return facts


def put(facts: Facts, submission: Submission, page: ThesisPage) -> None:
    """Write ``facts`` into the case and the page; saves neither, and leaves lists and files to ``make``."""
    for name in ON_PAGE:
        if name in facts:
            setattr(page, name, facts[name])
    for name in ON_CASE:
        if name in facts:
            setattr(submission, name, facts[name])
    for name in DAYS:
        if name in facts:
            setattr(submission, name, day(facts[name]))
    for name in MOMENTS:
        if name in facts:
            setattr(submission, name, moment(facts[name]))
    if "defence_date" in facts:
        page.defence_date = day(facts["defence_date"])
    if "licence" in facts:
        page.licence = Licence.objects.filter(name=facts["licence"]).first() if facts["licence"] else None
    for name, (relation, model, fields) in ROWS.items():
        if name in facts:
            rows = [model(**dict(zip(fields, row, strict=True))) for row in facts[name]]
            _keep_keys(getattr(page, relation).all(), rows, fields)
            for order, row in enumerate(rows):
                if hasattr(row, "sort_order"):
                    row.sort_order = order
            getattr(page, relation).set(rows)


def _keep_keys(before: Iterable[Model], rows: list[Model], fields: tuple[str, ...]) -> None:
    """Give a row the key of one of the same name before it: invitations and found iDs hold on to it. Of two of one name
    the first is the first.
    """
    name_of = attrgetter(*fields[:2])
    keys = defaultdict(deque)
    for row in before:
        keys[name_of(row)].append(row.key)
    for row in rows:
        if keys[name_of(row)]:
            row.key = keys[name_of(row)].popleft()


def iso(value: dt.date | None) -> str:
    """A day as text; "" for none."""
    return value.isoformat() if value else ""


def moment_day(value: dt.datetime | None) -> str:
    """The day of a moment in the site's time zone, as text."""
    return timezone.localdate(value).isoformat() if value else ""


def day(text: object) -> dt.date | None:
    """The day that ``iso`` wrote."""
    return dt.date.fromisoformat(str(text)) if text else None


def moment(text: object) -> dt.datetime | None:
    """Noon of a day in the site's time zone: of a day in the past nobody knows the hour."""
    found = day(text)
    return timezone.make_aware(dt.datetime.combine(found, dt.time(12))) if found else None
