"""The pages for people: the start page, a record, and the organisations that a person trusts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .. import orcid_id, records, sessions, tokens, writing
from ..envelopes import AFFILIATIONS
from ..models import Client, Item, Person
from ..scopes import IN_WORDS


class PageReader:
    """Somebody looking at a page: everything for the owner, public items for everybody else."""

    def __init__(self, *, owner: bool) -> None:
        self.owner = owner

    def may_see(self, visibility: str, client_id: str | None = None, private_scope: str = "") -> bool:
        """True when the page shows it."""
        return self.owner or visibility == "public"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """``/``: on to the own record, or to the sign-in page."""
    me = sessions.current(request)
    return redirect("record-page", orcid=me.orcid) if me else redirect("sign-in")


@require_GET
def record(request: HttpRequest, orcid: str) -> HttpResponse:
    """``/{iD}``: the record as everybody sees it; the owner sees all of it and may remove items."""
    person = get_object_or_404(Person, orcid=orcid)
    if person.status != Person.Status.ACTIVE:
        return render(request, "registry/closed.html", {"person": person}, status=409)
    me = sessions.current(request)
    reader = PageReader(owner=me == person)
    items = records.visible_items(person, reader)
    context = {
        "person": person,
        "uri": orcid_id.uri(orcid),
        "owner": reader.owner,
        "name": records.name(person, reader),
        "biography": records.biography(person, reader),
        "emails": records.emails(person, reader)["email"],
        "facts": {
            kind.replace("-", "_"): [_underscored(item.body) for item in items if item.kind == kind]
            for kind in ("other-name", "keyword", "researcher-url", "address")
        },
        "affiliations": [
            (
                plural.replace("-", " ").capitalize(),
                [_entry(item, person) for item in items if item.kind == kind],
            )
            for kind, plural in [*AFFILIATIONS.items(), ("funding", "funding")]
        ],
        "works": [_entry(item, person) for item in items if item.kind == "work"],
    }
    return render(request, "registry/record.html", context)


def _entry(item: Item, person: Person) -> dict:
    """An item for the page: ORCID's JSON with underscores, as templates cannot read keys with hyphens."""
    return _underscored(records.item_json(item, person)) | {
        "dates": [_date(item.body.get(key)) for key in ("start-date", "end-date")],
        "seen_by": item.get_visibility_display().lower(),
        "date": _date(item.body.get("publication-date")),
    }


def _underscored(data: object) -> object:
    if isinstance(data, dict):
        return {key.replace("-", "_"): _underscored(value) for key, value in data.items()}
    return [_underscored(value) for value in data] if isinstance(data, list) else data


def _date(date: dict | None) -> str:
    parts = [date[part]["value"] for part in ("year", "month", "day") if date.get(part)] if date else []
    return "-".join(parts)


@require_POST
def remove(request: HttpRequest, orcid: str, put_code: str) -> HttpResponse:
    """The owner takes an item off their record."""
    person = sessions.current(request)
    if person is None or person.orcid != orcid:
        return redirect("sign-in")
    writing.remove(get_object_or_404(Item, person=person, pk=put_code))
    return redirect("record-page", orcid=orcid)


@require_http_methods(["GET", "POST"])
def trusted_parties(request: HttpRequest) -> HttpResponse:
    """``/trusted-parties``: who may read and change the record, and a button to end it."""
    me = sessions.current(request)
    if me is None:
        return redirect("sign-in")
    if request.method == "POST":
        tokens.revoke_by_person(me, get_object_or_404(Client, client_id=request.POST.get("client_id", "")))
        return redirect("trusted-parties")
    parties = []
    for client in Client.objects.filter(tokens__person=me).distinct().order_by("name"):
        granted = {scope for token in tokens.live(me, client) for scope in token.scopes}
        if granted:
            parties.append((client, sorted({IN_WORDS[scope] for scope in granted})))
    return render(request, "registry/trusted_parties.html", {"parties": parties})
