"""The list of public theses: by words, by an ORCID iD, narrowed by facets. Plain links and a GET form, no script."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from ..addresses import page_url
from ..models import RecordPerson, Submission, ThesisIndexPage, ThesisPage
from ..permissions import is_embargoed
from ..visibility import public
from . import facets, search
from .facets import FACETS, HAS_FILES, FacetValue

PER_PAGE = 20
VALUES_SHOWN = 8  # of a facet, until all are asked for
VALUES_AT_MOST = 500
NEWEST, BEST = "newest", "best"
SORTS = {BEST: "Best match first", NEWEST: "Newest first"}


class BrowseForm(forms.Form):
    """What the reader types. It may be left empty."""

    q = forms.CharField(
        label="Search theses",
        help_text="Words of the title, the abstract, the people or the text; or an ORCID iD, or the DOI of a thesis.",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={
            "max_length": "This is too long to look for: 200 characters at most. A few words are enough.",
            "null_characters_not_allowed": "There is a character in it that cannot be read. Please type it again.",
        },
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["q"].required_to_submit = True  # "(optional)" behind the label of a search says nothing


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that chooses one value of a facet, or takes it back when ``selected``. ``query`` begins with ``?``."""

    label: str
    count: int
    query: str
    selected: bool
    orcid: str = ""


@dataclass(frozen=True, slots=True)
class FacetLinks:
    """One facet on the page. ``all_query`` leads to all of its values, "" when all are shown."""

    name: str
    heading: str
    choices: list[Choice]
    all_query: str
    total: int


@dataclass(frozen=True, slots=True)
class Chip:
    """What the list is narrowed by, with the address without it."""

    heading: str
    label: str
    query: str


@dataclass(frozen=True, slots=True)
class Found:
    """Whose theses are shown when an iD was typed: as how many of them author, and on how many committees."""

    orcid: str
    name: str
    wrote: int
    sat: int


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list. ``query`` is the rest of the address for links to other pages; ``hidden`` what the form
    keeps; ``sorts`` are (words, address, is it now); ``mistake`` says what is wrong with an iD that was typed;
    ``canonical`` is the one address of a page of the whole list, "" of one that is narrowed.
    """

    form: BrowseForm
    theses: ListPage
    query: str
    narrowed: bool
    facets: list[FacetLinks]
    chips: list[Chip]
    hidden: list[tuple[str, str]]
    sorts: list[tuple[str, str, bool]]
    person: Found | None
    mistake: str
    canonical: str


def public_cases() -> QuerySet[Submission]:
    """The cases of the theses that the public sees."""
    return public()


def listing(request: HttpRequest, index_page: ThesisIndexPage) -> Listing:
    """Return the page of the list that ``request`` asks for: ``q``, the facets, ``sort``, ``all`` and ``p``.

    The number of queries does not depend on how many theses there are.
    """
    form = BrowseForm(request.GET)
    form.is_valid()  # what was not understood stands at its field; the rest still narrows the list
    text = form.cleaned_data.get("q", "")
    asked = search.understand(text)
    choice = facets.chosen(request.GET.getlist)
    if asked.names and (one := search.named(public_cases(), asked.names)).exists():
        asked, cases = search.Asked(), one  # one thesis, no words
    else:
        cases = _matching(public_cases(), text, asked)
    sort = request.GET.get("sort") if request.GET.get("sort") in SORTS else BEST if asked.words else NEWEST
    link = _Links(text, sort if request.GET.get("sort") else "", choice)
    narrowed = facets.narrow(cases, choice)
    narrowed_by = bool(text or any(choice.values()))
    page = _page(narrowed, asked.words if sort == BEST else "", request.GET.get("p"))
    return Listing(
        form=form,
        theses=page,
        query=link.without_nothing().removeprefix("?"),
        narrowed=narrowed_by,
        facets=[
            _links(name, cases, narrowed, choice, link, request.GET.get("all") == name) for name in FACETS
        ],
        chips=[
            Chip(FACETS[name].heading, label, link.toggled(name, key))
            for name, keys in choice.items()
            for key, label in keys.items()
        ],
        hidden=[(name, key) for name, keys in choice.items() for key in keys],
        sorts=[(words, link.sorted_by(name), name == sort) for name, words in SORTS.items()]
        if asked.words
        else [],
        person=_person(asked.orcid) if asked.orcid else None,
        mistake=asked.mistake,
        canonical=""
        if narrowed_by
        else page_url(index_page) + (f"?p={page.number}" if page.number > 1 else ""),
    )


def with_theses(cases: QuerySet[Submission]) -> QuerySet[Submission]:
    """The cases, newest first, with what a line of a list shows."""
    return (
        cases.select_related("page", "degree", "programme")
        .defer("page__abstract", "page__keywords")
        .annotate(has_files=HAS_FILES)
        .order_by("-published_at", "-pk")
    )


def theses_of(cases: Iterable[Submission]) -> list[ThesisPage]:
    """The pages of ``cases`` (of ``with_theses``) in their order; ``closed`` and the author's ``author_orcid`` are set.

    One query for the iDs.
    """
    cases = list(cases)
    authors = RecordPerson.objects.filter(submission__in=[case.pk for case in cases], position=0)
    orcids = dict(authors.values_list("submission_id", "orcid"))
    pages = []
    for case in cases:
        page = case.page
        page.submission, page.closed = case, case.has_files and is_embargoed(case)
        page.author_orcid = orcids.get(case.pk, "")
        pages.append(page)
    return pages


def _matching(cases: QuerySet[Submission], text: str, asked: search.Asked) -> QuerySet[Submission]:
    if asked.orcid:
        people = RecordPerson.objects.filter(orcid=asked.orcid)
        cases = cases.filter(pk__in=people.values("submission_id"))
    if asked.words:
        cases = cases.filter(page_id__in=search.found(asked.words))
    nothing_usable = text and not (asked.orcid or asked.words)
    return cases.none() if asked.mistake or nothing_usable else cases


def _page(cases: QuerySet[Submission], words: str, number: str | None) -> ListPage:
    """One page of the list: newest first, or the best match of ``words`` first and the newest of equals."""
    ordered = with_theses(cases)
    if not words:
        page = Paginator(ordered, PER_PAGE).get_page(number)
        page.object_list = theses_of(page.object_list)
        return page
    fits = search.scores(words)
    keys = list(ordered.values_list("page_id", flat=True))
    keys.sort(key=lambda key: -fits.get(key, 0.0))
    page = Paginator(keys, PER_PAGE).get_page(number)
    shown = {case.page_id: case for case in with_theses(Submission.objects.filter(page__in=page.object_list))}
    page.object_list = theses_of(shown[key] for key in page.object_list if key in shown)
    return page


def _person(orcid: str) -> Found:
    rows = list(RecordPerson.objects.filter(orcid=orcid).order_by("-submission__published_at", "position"))
    wrote = {row.submission_id for row in rows if row.position == 0}
    sat = {row.submission_id for row in rows if row.position}
    # As the page of the person has it (people.py): the name on most theses, the latest among equals.
    ((name, _),) = Counter(map(str, rows)).most_common(1) or [("", 0)]
    return Found(orcid, name, len(wrote), len(sat))


class _Links:
    """Addresses of the same list with one thing changed; the number of the page is never kept."""

    def __init__(self, text: str, sort: str, choice: dict[str, dict[str, str]]) -> None:
        self.text, self.sort = text, sort
        self.pairs = [(name, key) for name, keys in choice.items() for key in keys]

    def _query(self, pairs: list[tuple[str, str]], sort: str = "", **more: str) -> str:
        head = [("q", self.text)] if self.text else []
        tail = [("sort", sort)] if sort else []
        return "?" + urlencode([*head, *pairs, *tail, *more.items()])

    def without_nothing(self) -> str:
        """The list as it is, from its first page."""
        return self._query(self.pairs, self.sort)

    def toggled(self, name: str, key: str) -> str:
        """With one more value of a facet, or without it where it is chosen."""
        there = (name, key) in self.pairs
        pairs = [pair for pair in self.pairs if pair != (name, key)] if there else [*self.pairs, (name, key)]
        return self._query(pairs, self.sort)

    def sorted_by(self, sort: str) -> str:
        """In another order (a key of ``SORTS``)."""
        return self._query(self.pairs, sort)

    def with_all_of(self, name: str) -> str:
        """With all values of one facet, which the address leads to."""
        return self._query(self.pairs, self.sort, all=name) + f"#facet-{name}"


def _links(
    name: str,
    cases: QuerySet[Submission],
    narrowed: QuerySet[Submission],
    choice: dict[str, dict[str, str]],
    link: _Links,
    show_all: bool,
) -> FacetLinks:
    facet, mine = FACETS[name], choice[name]
    # Without its own choice, so that a second value of it can be added.
    values = facet.count(facets.narrow(cases, choice, leave_out=name) if mine else narrowed)
    there = {value.key for value in values}
    values += [FacetValue(key, label) for key, label in mine.items() if key not in there]
    limit = VALUES_AT_MOST if show_all else VALUES_SHOWN
    shown = [value for place, value in enumerate(values) if place < limit or value.key in mine]
    return FacetLinks(
        name=name,
        heading=facet.heading,
        choices=[
            Choice(value.label, value.count, link.toggled(name, value.key), value.key in mine, value.orcid)
            for value in shown
        ],
        all_query=link.with_all_of(name) if len(shown) < len(values) and not show_all else "",
        total=len(values),
    )
