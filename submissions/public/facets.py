"""What the list of theses is narrowed by, as a table: year, degree, programme, advisor, language and access.

Several values of one facet mean either of them; several facets mean all of them. The numbers beside the values of a
facet count what is narrowed by everything else, so that each says what choosing it would show.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from types import MappingProxyType

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import ExtractYear
from django.utils import timezone

from ..languages import NAMES
from ..models import Degree, Programme, RecordPerson, Submission, ThesisFile

MOST_VALUES = 20  # of one facet in one address
OPEN, CLOSED, NONE = "open", "closed", "none"
_ACCESS = {OPEN: "Open to everybody", CLOSED: "Files closed for now", NONE: "No file here"}
HAS_FILES = Exists(ThesisFile.objects.filter(page=OuterRef("page_id")))  # of a case
_YEAR = re.compile("[1-9][0-9]{3}")
_BETWEEN = "|"  # family name | given name, in the address of an advisor without an iD


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet: as an address has it, in words, how many theses, and an iD where it is a person's."""

    key: str
    label: str
    count: int = 0
    orcid: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow the list.

    ``narrow`` makes a condition on cases of the keys; ``count`` the values of some cases, in the order to show them,
    by one query; ``name_them`` gives the keys that mean something their words, so that what was chosen can be named
    although nothing is found by it.
    """

    heading: str
    narrow: Callable[[list[str]], Q]
    count: Callable[[QuerySet[Submission]], list[FacetValue]]
    name_them: Callable[[list[str]], dict[str, str]]


def _access(today: dt.date) -> dict[str, Q]:
    """Key -> condition. Each thesis meets one."""
    has_files = Q(HAS_FILES)
    embargoed = Q(embargo_until__isnull=False, embargo_until__gt=today)
    return {OPEN: has_files & ~embargoed, CLOSED: has_files & embargoed, NONE: ~has_files}


def _counted(cases: QuerySet[Submission], *fields: str) -> Iterable[tuple]:
    """Each combination of ``fields`` and how many cases have it, most first."""
    return cases.order_by().values_list(*fields).annotate(n=Count("pk")).order_by("-n", *fields)


def _count_years(cases: QuerySet[Submission]) -> list[FacetValue]:
    rows = _counted(cases.annotate(in_year=ExtractYear("published_at")), "in_year")
    return [FacetValue(str(year), str(year), n) for year, n in sorted(rows, reverse=True)]


def _count_degrees(cases: QuerySet[Submission]) -> list[FacetValue]:
    rows = _counted(cases, "degree_id", "degree__name")
    return [FacetValue(str(key), name, n) for key, name, n in rows]


def _count_programmes(cases: QuerySet[Submission]) -> list[FacetValue]:
    rows = _counted(cases, "programme_id", "programme__name")
    return [FacetValue(str(key), name, n) for key, name, n in rows]


def _count_languages(cases: QuerySet[Submission]) -> list[FacetValue]:
    rows = _counted(cases.exclude(page__language=""), "page__language")
    return [FacetValue(tag, NAMES.get(tag, tag), n) for tag, n in rows]


def _count_access(cases: QuerySet[Submission]) -> list[FacetValue]:
    whens = [When(condition, then=Value(key)) for key, condition in _access(timezone.localdate()).items()]
    found = dict(_counted(cases.annotate(access=Case(*whens, output_field=CharField())), "access"))
    return [FacetValue(key, label, found[key]) for key, label in _ACCESS.items() if found.get(key)]


def _count_advisors(cases: QuerySet[Submission]) -> list[FacetValue]:
    """By iD where there is one: two people may have one name, and one person two forms of it."""
    rows = (
        RecordPerson.objects.filter(supervises=True, submission__in=cases.order_by().values("pk"))
        .order_by()
        .values_list("family", "given", "orcid")
        .annotate(n=Count("submission_id", distinct=True))
        .order_by("-n", "family", "given")
    )
    values: dict[str, FacetValue] = {}
    for family, given, orcid, n in rows:
        key = orcid or f"{family}{_BETWEEN}{given}"
        former = values.get(key)
        name = former.label if former else _inverted(family, given)
        values[key] = FacetValue(key, name, n + (former.count if former else 0), orcid)
    return sorted(values.values(), key=lambda value: (-value.count, value.label))


def _inverted(family: str, given: str) -> str:
    return ", ".join(filter(None, (family, given)))


def _narrow_advisors(keys: list[str]) -> Q:
    condition = Q()
    for key in keys:
        family, between, given = key.partition(_BETWEEN)
        condition |= Q(orcid="", family=family, given=given) if between else Q(orcid=key)
    return Q(pk__in=RecordPerson.objects.filter(condition, supervises=True).values("submission_id"))


def _name_advisors(keys: list[str]) -> dict[str, str]:
    named = {key: _inverted(*key.split(_BETWEEN, 1)) for key in keys if _BETWEEN in key}
    rest = [key for key in keys if key not in named]
    rows = RecordPerson.objects.filter(orcid__in=rest).exclude(orcid="") if rest else []
    return named | {row.orcid: _inverted(row.family, row.given) for row in rows}


def _years(keys: list[str]) -> dict[str, str]:
    """Those from 1000 to 9998: in UTC the first and the last year of the calendar may begin or end outside of it."""
    return {key: key for key in keys if _YEAR.fullmatch(key) and key != "9999"}


def _rows_of(model: type[Degree] | type[Programme]) -> Callable[[list[str]], dict[str, str]]:
    def name_them(keys: list[str]) -> dict[str, str]:
        """Number -> name, of the rows there are; one query."""
        numbers = [key for key in keys if key.isascii() and key.isdigit() and len(key) < 10]
        return {str(pk): row.name for pk, row in model.objects.in_bulk(numbers).items()} if numbers else {}

    return name_them


def _known(words: Mapping[str, str]) -> Callable[[list[str]], dict[str, str]]:
    return lambda keys: {key: words[key] for key in keys if key in words}


def _narrow_years(keys: list[str]) -> Q:
    condition = Q()
    for key in keys:
        condition |= Q(published_at__year=int(key))
    return condition


def _narrow_access(keys: list[str]) -> Q:
    conditions = _access(timezone.localdate())
    return reduce(or_, (conditions[key] for key in keys))


#: By the name in the address, in the order of the page.
FACETS: Mapping[str, Facet] = MappingProxyType(
    {
        "year": Facet("Year", _narrow_years, _count_years, _years),
        "degree": Facet("Degree", lambda keys: Q(degree_id__in=keys), _count_degrees, _rows_of(Degree)),
        "programme": Facet(
            "Programme", lambda keys: Q(programme_id__in=keys), _count_programmes, _rows_of(Programme)
        ),
        "advisor": Facet("Advisor", _narrow_advisors, _count_advisors, _name_advisors),
        "language": Facet(
            "Language", lambda keys: Q(page__language__in=keys), _count_languages, _known(NAMES)
        ),
        "access": Facet("Access", _narrow_access, _count_access, _known(_ACCESS)),
    }
)


def chosen(asked: Callable[[str], list[str]]) -> dict[str, dict[str, str]]:
    """Name of each facet -> the keys that ``asked`` (``QueryDict.getlist``) has for it and that mean something, with
    their words, in their order. What means nothing is left out.
    """
    given = {
        name: [key for key in dict.fromkeys(asked(name)) if "\x00" not in key][:MOST_VALUES]
        for name in FACETS
    }
    named = {name: FACETS[name].name_them(keys) if keys else {} for name, keys in given.items()}
    return {
        name: {key: named[name][key] for key in keys if key in named[name]} for name, keys in given.items()
    }


def narrow(
    cases: QuerySet[Submission], choice: Mapping[str, Iterable[str]], leave_out: str = ""
) -> QuerySet[Submission]:
    """The cases that the choice lets through; ``leave_out`` is a facet that is not asked."""
    for name, keys in choice.items():
        if keys and name != leave_out:
            cases = cases.filter(FACETS[name].narrow(list(keys)))
    return cases
