"""A page for each person with an authenticated iD, which is its address, and the list of these people."""

import json

from django.core.paginator import Paginator
from django.db.models import Count, F, Max, Q, QuerySet, Value, Window
from django.db.models.functions import Coalesce, Lower, NullIf, RowNumber
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from orcid_workflow import ids

from ..addresses import page_url
from ..models import RecordPerson, ThesisPage
from .crumbs import absolute, theses_crumbs
from .listing import public_cases, theses_of, with_theses

PER_PAGE = 100
SHOWN = 50  # theses of one kind on a person's page; the list of theses has them all
_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})

#: Heading on the page -> which of a person's rows stand under it, in this order.
KINDS = {
    "Theses written": Q(position=0),
    "Theses advised": Q(supervises=True),
    "Theses examined": Q(position__gt=0, supervises=False),
}


def names() -> QuerySet:
    """Each form of a name that stands beside an iD in public records, as dicts: ``orcid``, ``given``, ``family``,
    ``last`` (key of the row that was written last) and ``rank``. The form on most theses has rank 1, the one on the
    latest thesis among equals: one wrong sign-in must not rename somebody.
    """
    rows = RecordPerson.objects.exclude(orcid="").order_by().values("orcid", "given", "family")
    counted = rows.annotate(
        last=Max("pk"), n=Count("submission_id", distinct=True), latest=Max("submission__published_at")
    )
    order = [F("n").desc(), F("latest").desc(nulls_last=True), F("last").desc()]
    return counted.annotate(rank=Window(RowNumber(), partition_by=F("orcid"), order_by=order))


def public_people() -> QuerySet[RecordPerson]:
    """One row for each authenticated iD in public records: one with the form of the name that ``names`` puts first."""
    # Who has one name only (kept as the given one) is filed by it, and capitals make no order of their own.
    filed = Lower(Coalesce(NullIf("family", Value("")), "given"))
    first = names().filter(rank=1).values("last")
    return RecordPerson.objects.filter(pk__in=first).order_by(filed, Lower("given"), "orcid")


@require_safe
def person(request: HttpRequest, orcid: str) -> HttpResponse:
    """The person with this iD: names, iD, theses written, advised and examined. 404 when no public record has the iD.

    That somebody was here once, with a thesis that was withdrawn, is nobody's business.
    """
    if orcid != orcid.upper():
        return redirect("records:person", orcid.upper(), permanent=True)
    forms = list(names().filter(orcid=orcid).order_by("rank"))
    if not forms:
        raise Http404("No public thesis names this iD.")
    who, *others = (RecordPerson(orcid=orcid, given=one["given"], family=one["family"]) for one in forms)
    also = [name for name in dict.fromkeys(map(str, others)) if name not in ("", str(who))]
    groups = []
    for heading, rows in KINDS.items():
        mine = RecordPerson.objects.filter(rows, orcid=orcid).values("submission_id")
        cases = with_theses(public_cases().filter(pk__in=mine))
        if theses := theses_of(cases[: SHOWN + 1]):
            groups.append((heading, theses[:SHOWN], len(theses) > SHOWN))
    address = absolute(reverse("records:person", args=[orcid]))
    return render(
        request,
        "submissions/public/person.html",
        {
            "person": who,
            "also": also,
            "groups": groups,
            "canonical": address,
            "json_ld": json_ld(who, also, address, groups),
            "crumbs": theses_crumbs(("People", reverse("records:people"))),
        },
    )


def json_ld(
    who: RecordPerson, also: list[str], address: str, groups: list[tuple[str, list[ThesisPage], bool]]
) -> SafeString:
    """The page as a schema.org ``ProfilePage``; it may stand in a ``<script>`` as it is. ``also`` are other names.

    A thesis that the person wrote has them as ``author``, every other as ``contributor``.
    """
    works: dict[str, list[dict]] = {"author": [], "contributor": []}
    for heading, theses, _ in groups:
        role = "author" if heading == next(iter(KINDS)) else "contributor"
        works[role] += [
            {"@type": "Thesis", "@id": page_url(thesis), "name": thesis.title} for thesis in theses
        ]
    uri = ids.uri(who.orcid)
    subject = {
        "@type": "Person",
        "@id": uri,
        "name": str(who),
        "alternateName": also,
        "givenName": who.given,
        "familyName": who.family,
        "identifier": {"@type": "PropertyValue", "propertyID": "https://orcid.org", "value": uri},
        "sameAs": uri,
        "@reverse": {role: found for role, found in works.items() if found},
    }
    page = {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "@id": address,
        "url": address,
        "mainEntity": {key: value for key, value in subject.items() if value},
    }
    return mark_safe(json.dumps(page, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308 - "<>&" are escapes


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an authenticated iD in a public thesis, by family name."""
    page = Paginator(public_people(), PER_PAGE).get_page(request.GET.get("p"))
    rows = list(page.object_list)
    numbers = (
        RecordPerson.objects.filter(orcid__in=[row.orcid for row in rows])
        .order_by()
        .values_list("orcid")
        .annotate(wrote=Count("submission_id", distinct=True, filter=Q(position=0)))
        .annotate(sat=Count("submission_id", distinct=True, filter=Q(position__gt=0)))
    )
    counts = {orcid: (wrote, sat) for orcid, wrote, sat in numbers}
    for row in rows:
        row.wrote, row.sat = counts.get(row.orcid, (0, 0))
    page.object_list = rows
    context = {
        "listed": page,
        "canonical": absolute(reverse("records:people")),
        "crumbs": theses_crumbs(),
    }
    return render(request, "submissions/public/people.html", context)


def last_changes() -> QuerySet:
    """(iD, when one of the person's theses was last published) for the site map, in the order of the iDs."""
    return (
        RecordPerson.objects.exclude(orcid="")
        .order_by("orcid")
        .values_list("orcid")
        .annotate(Max("submission__page__last_published_at"))
    )
