"""The list of public theses: newest first, by words, year, degree and programme. A plain GET form, no script."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from ..models import Degree, Programme, Status, Submission, ThesisIndexPage, ThesisPage
from ..permissions import is_embargoed

PER_PAGE = 20


class BrowseForm(forms.Form):
    """What the list is narrowed by. Every field may be left empty; only values of public theses are offered."""

    q = forms.CharField(
        label="Words in title, abstract, keywords or author",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    year = forms.TypedChoiceField(label="Year", coerce=int, empty_value=None, required=False)
    degree = forms.ModelChoiceField(
        Degree.objects.none(), label="Degree", empty_label="All degrees", required=False
    )
    programme = forms.ModelChoiceField(
        Programme.objects.none(), label="Programme", empty_label="All programmes", required=False
    )

    def __init__(self, data: dict, cases: QuerySet[Submission]):
        super().__init__(data)
        years = [moment.year for moment in cases.datetimes("published_at", "year", order="DESC")]
        self.fields["year"].choices = [("", "All years"), *((year, str(year)) for year in years)]
        self.fields["degree"].queryset = Degree.objects.filter(pk__in=cases.values("degree"))
        self.fields["programme"].queryset = Programme.objects.filter(pk__in=cases.values("programme"))
        for field in self.fields.values():
            field.required_to_submit = True  # "(optional)" behind every label of a search says nothing

    @property
    def given(self) -> dict:
        """The fields that were filled in and understood."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list. ``query`` is the rest of the address for links to other pages; ``narrowed``: form used."""

    form: BrowseForm
    theses: ListPage
    query: str
    narrowed: bool


def listing(request: HttpRequest, index_page: ThesisIndexPage) -> Listing:
    """Return the page of the list that ``request`` asks for (``q``, ``year``, ``degree``, ``programme``, ``p``)."""
    theses = (
        ThesisPage.objects.child_of(index_page)
        .live()
        .filter(submission__status=Status.PUBLISHED)
        .select_related("submission__degree", "submission__programme")
        .order_by("-submission__published_at", "-pk")
    )
    form = BrowseForm(request.GET, Submission.objects.filter(status=Status.PUBLISHED, page__live=True))
    form.is_valid()  # what was not understood stands at its field; the rest still narrows the list
    given = form.given
    for name, lookup in LOOKUPS.items():
        if name in given:
            theses = theses.filter(**{lookup: given[name]})
    if "q" in given:
        theses = theses.filter(pk__in=_found(given["q"]))
    page = Paginator(theses, PER_PAGE).get_page(request.GET.get("p"))
    for thesis in page.object_list:
        thesis.closed = is_embargoed(thesis.submission)
    asked = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    return Listing(form, page, urlencode(asked), bool(asked))


LOOKUPS = {
    "year": "submission__published_at__year",
    "degree": "submission__degree",
    "programme": "submission__programme",
}


def _found(text: str) -> QuerySet:
    """Keys of the theses that hold all words of ``text``, by Wagtail's index in the database, as a subquery.

    The index knows nothing of the case, so it is asked alone and narrowed afterwards. Only letters and digits are
    passed on: a quotation mark ends in a syntax error of SQLite's search (modelsearch 1.3).
    """
    words = " ".join(re.findall(r"\w+", text))
    if not words:
        return ThesisPage.objects.none().values("pk")
    results = ThesisPage.objects.search(words, operator="and", order_by_relevance=False)
    return results.get_queryset().order_by().values("pk")
