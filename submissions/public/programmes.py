"""A page for each programme with public theses, and the list of them. A name may change, so the number leads."""

from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from ..models import Programme
from ..outlets.oai import sets
from .crumbs import absolute, theses_crumbs
from .listing import public_cases, theses_of, with_theses

PER_PAGE = 20


def programme_path(programme: Programme) -> str:
    """The address of a programme's page: its name for people, its number for good."""
    name = slugify(programme.name)[:80].strip("-")
    return reverse("records:programme", args=[f"{name}-{programme.pk}" if name else str(programme.pk)])


def public_programmes() -> list[Programme]:
    """The programmes that have public theses, by department: ``theses`` says how many, ``changed`` (UTC) when one was
    last published, ``path`` where the page is. Two queries.
    """
    cases = public_cases().order_by().values("programme_id")
    rows = cases.annotate(n=Count("pk"), changed=Max("page__last_published_at"))
    numbers = {row["programme_id"]: row for row in rows}
    programmes = list(Programme.objects.filter(pk__in=numbers).order_by("department", "name"))
    for programme in programmes:
        programme.theses, programme.changed = (numbers[programme.pk][key] for key in ("n", "changed"))
        programme.path = programme_path(programme)
    return programmes


def public_programme(pk: int) -> Programme:
    """The programme with this number. Raises ``Http404`` when it has no public thesis."""
    programme = Programme.objects.filter(pk=pk).first()
    if programme is None or not public_cases().filter(programme=programme).exists():
        raise Http404("No public thesis is from this programme.")
    return programme


@require_safe
def programme(request: HttpRequest, name: str) -> HttpResponse:
    """The theses of a programme, newest first. An address with another name before the number leads to this one."""
    found = public_programme(int(name.rpartition("-")[2]))
    path = programme_path(found)
    if request.path != path:
        return redirect(path, permanent=True)
    page = Paginator(with_theses(public_cases().filter(programme=found)), PER_PAGE).get_page(
        request.GET.get("p")
    )
    page.object_list = theses_of(page.object_list)
    oai = f"{reverse('oai')}?verb=ListRecords&metadataPrefix=oai_dc&set={sets.PROGRAMME}:{found.pk}"
    return render(
        request,
        "submissions/public/programme.html",
        {
            "programme": found,
            "theses": page,
            "canonical": absolute(path),
            "feed": reverse("records:programme_feed", args=[found.pk]),
            "oai_set": oai,
            "crumbs": theses_crumbs(("Programmes", reverse("records:programmes"))),
        },
    )


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """The programmes with public theses under their departments, with numbers."""
    departments: dict[str, list[Programme]] = {}
    for found in public_programmes():
        departments.setdefault(found.department, []).append(found)
    context = {
        "departments": departments,
        "canonical": absolute(reverse("records:programmes")),
        "crumbs": theses_crumbs(),
    }
    return render(request, "submissions/public/programmes.html", context)
