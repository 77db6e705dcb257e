"""Lists whose rows can be taken from the ORCID record: what it offers, ticked over several pages, taken once each."""

import uuid
from collections.abc import Hashable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.text import Truncator

from orcid_workflow.profile import Funding, Profile, Work

from .case import Case, NotYourTurn, editing
from .prefill import is_noted, remember, stated_by
from .rows import RowsStep

PAGE = 20
TAKEN = "_rows"  # in ``from_orcid``: key of a row -> what it said when it was taken
_KEYS = uuid.UUID("8d1ad3a5-1c0f-4d52-9a0e-5a2f0d3b7c11")  # our own; keys of rows are made from it by name

Entry = Funding | Work


@dataclass(frozen=True, slots=True)
class Offered:
    """One entry of the record as the page shows it. ``is_taken``: it is in the list already."""

    code: int
    title: str
    facts: str
    source: str
    is_taken: bool


class FromRecordStep(RowsStep):
    """A list with rows from the record. Such a row has its key from the entry's put-code, so it is added once only."""

    many: ClassVar[str]  # what the rows are, within a sentence

    # --- what a kind of entry says about itself --------------------------------------------------------------------

    def entries(self, record: Profile) -> list[Entry]:
        """What the record has to offer, the newest first."""
        raise NotImplementedError

    def values(self, entry: Entry) -> dict[str, str]:
        """What an entry would type into the form of a row."""
        raise NotImplementedError

    def identity(self, row: models.Model | SimpleNamespace) -> Hashable | None:
        """What two rows about one thing have in common; None when there is nothing to tell them by."""
        raise NotImplementedError

    def words(self, row: models.Model | SimpleNamespace) -> tuple[str, str]:
        """A row in two parts: its heading, and what else is known."""
        raise NotImplementedError

    def wholes(self, case: Case, entries: list[Entry]) -> tuple[list[Entry], str]:
        """The entries with all that ORCID knows of them, and what went wrong, in words. May ask ORCID."""
        return entries, ""

    # --- rows and their origin -------------------------------------------------------------------------------------

    def changed(self, row: models.Model, names: set[str]) -> None:
        """What the student has changed is their own word now."""
        row.orcid_source = ""

    def origin(self, case: Case, row: models.Model) -> dict:
        """The mark of a row that stands as the record had it, whoever could have changed it since."""
        noted = case.profile.from_orcid.get(TAKEN, {}).get(str(row.key))
        if not row.orcid_source or not is_noted(case) or noted != self._said(row):
            return {}
        return {"from_orcid": True, "orcid_source": row.orcid_source}

    def row_from(self, case: Case, entry: Entry) -> models.Model:
        """The row that an entry becomes. The form reads it as if it was typed; what it would refuse is left out."""
        form = self.rows_class.form(self.values(entry))
        form.is_valid()
        row = self.model(
            **{
                name: value
                for name in form.attributes()
                if (value := form.cleaned_data.get(name)) is not None
            }
        )
        row.key = self._key(case, entry)
        row.orcid_source = cut(stated_by(entry.source), row._meta.get_field("orcid_source").max_length)
        return row

    def _said(self, row: models.Model) -> list[str]:
        """What a row says of the thing itself, to be noted."""
        form = self.rows_class.form
        return [str(getattr(row, name) or "") for name in form.attributes() if name not in form.preset]

    def _key(self, case: Case, entry: Entry) -> uuid.UUID:
        return uuid.uuid5(_KEYS, f"{case.connection.orcid}/{self.relation}/{entry.put_code}")

    def _offered(self, case: Case) -> list[tuple[Entry, Offered]]:
        """Every entry as it is shown. It is taken when its key is in the list, or another row about the same thing."""
        if case.orcid_profile is None:
            return []
        rows = self.children(case)
        keys = {row.key for row in rows}
        same = {identity for row in rows if (identity := self.identity(row))}
        found = []
        for entry in self.entries(case.orcid_profile):
            row = SimpleNamespace(**self.values(entry))
            title, facts = self.words(row)
            is_taken = self._key(case, entry) in keys or self.identity(row) in same
            found.append((entry, Offered(entry.put_code, title, facts, stated_by(entry.source), is_taken)))
        return found

    def left(self, case: Case) -> int:
        """How many entries of the record are not in the list."""
        return sum(not one.is_taken for _, one in self._offered(case))

    # --- the page --------------------------------------------------------------------------------------------------

    def page(self, request: HttpRequest, case: Case, **context: object) -> HttpResponse:
        """Say how much the record has to offer."""
        taken = [one.is_taken for _, one in self._offered(case)]
        return super().page(
            request,
            case,
            pick_count=len(taken),
            pick_left=taken.count(False),
            pick_words=self.many if len(taken) > 1 else self.one,
            **context,
        )

    def respond(self, request: HttpRequest, case: Case) -> HttpResponse:
        """The list, or what the record offers for it."""
        if "pick" not in (request.POST if request.method == "POST" else request.GET):
            return super().respond(request, case)
        if not case.editable:
            raise NotYourTurn(case.why_closed)
        return self.choose(request, case) if request.method == "POST" else self.offer(request, case)

    def offer(self, request: HttpRequest, case: Case) -> HttpResponse:
        """A page of what the record offers, filtered by the words that were asked for."""
        offered = [one for _, one in self._offered(case)]
        words = " ".join(request.GET.get("q", "").split())
        found = [one for one in offered if _has(one, words)]
        shown = Paginator(found, PAGE).get_page(request.GET.get("p"))
        ticked = self._ticked(request, case, offered)
        return self.page(
            request,
            case,
            template="submissions/steps/pick.html",
            shown=shown,
            words=words,
            is_long=len(offered) > PAGE,
            ticked=ticked,
            ticked_elsewhere=len(ticked - {one.code for one in shown}),
            list_url=self.url(case, back=self.back(request)),
        )

    def choose(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Keep what is ticked, then take it, or show another page of the offer."""
        shown, ticked = (_codes(request.POST.getlist(name)) for name in ("shown", "tick"))
        kept = set(request.session.get(self._ticks_key(case), [])) - shown | (ticked & shown)
        request.session[self._ticks_key(case)] = sorted(kept)
        if request.POST.get("do") == "use":
            return self.use(request, case)
        query = {"pick": 1, "q": request.POST.get("q", ""), "p": request.POST.get("p", 1)}
        return redirect(self.with_query(case, urlencode(query), back=self.back(request)))

    def use(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Put what is ticked on the list. ORCID is asked before the draft is held."""
        again = redirect(self.with_query(case, "pick=1", back=self.back(request)))
        kept = set(request.session.get(self._ticks_key(case), []))
        offered = self._offered(case)
        chosen = [entry for entry, one in offered if one.code in kept and not one.is_taken]
        if not chosen:
            if any(one.code in kept for _, one in offered):
                messages.info(request, "What you ticked is on the list already.")
                return redirect(self.url(case, back=self.back(request)))
            messages.error(request, f"Nothing was ticked. Tick the {self.many} you want to use.")
            return again
        if len(chosen) > (room := self.room(case)):
            messages.error(
                request,
                f"You ticked {len(chosen)}, and there is room for {max(room, 0)} more. Untick some.",
            )
            return again
        wholes, problem = self.wholes(case, chosen)
        with editing(case) as fresh:
            added = self._add(fresh, wholes)
        request.session.pop(self._ticks_key(case), None)
        said = f"1 {self.one} was" if added == 1 else f"{added} {self.many} were"
        messages.success(request, f"{said} added from your ORCID record.")
        if problem:
            messages.warning(request, problem)
        return redirect(self.url(case, back=self.back(request)))

    def _add(self, case: Case, entries: list[Entry]) -> int:
        """Put entries on the list that are not there, another window's among them; return how many."""
        rows = self.children(case)
        if case.connection is None:
            return 0
        before = len(rows)
        for entry in entries:
            row = self.row_from(case, entry)
            same = self.identity(row)
            if row.key not in {one.key for one in rows} and not (
                same and same in {self.identity(one) for one in rows}
            ):
                rows.append(row)
        rows = rows[: max(self.rows_class.max_num, before)]
        if len(rows) > before:
            remember(case, {})
            noted = case.profile.from_orcid.get(TAKEN, {})
            case.profile.from_orcid[TAKEN] = noted | {str(row.key): self._said(row) for row in rows[before:]}
            case.profile.save(update_fields=["from_orcid"])
            self.store(case, rows)
        return len(rows) - before

    def _ticks_key(self, case: Case) -> str:
        return f"ticked_{case.submission.uuid}_{self.identifier}"

    def _ticked(self, request: HttpRequest, case: Case, offered: list[Offered]) -> set[int]:
        kept = set(request.session.get(self._ticks_key(case), []))
        return {one.code for one in offered if one.code in kept and not one.is_taken}


def _codes(texts: list[str]) -> set[int]:
    """Put-codes among what a browser sent."""
    return {int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19}


def _has(offered: Offered, words: str) -> bool:
    """Whether every word stands somewhere in an entry."""
    text = f"{offered.title} {offered.facts}".casefold()
    return all(word in text for word in words.casefold().split())


def cut(text: str, limit: int) -> str:
    """A text that fits, with an ellipsis where something was left out."""
    return Truncator(text).chars(limit)
