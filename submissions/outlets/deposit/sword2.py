"""SWORD v2 (AtomPub): one METS package a thesis, found again by the submission's uuid (metadata.md §8).

The first deposit is begun with ``In-Progress: true`` and completed by an empty POST, so that a lost answer leaves at
most an unfinished deposit, which the collection lists. Changes replace the package at the EM-IRI. SWORD has no word
for an embargo: a closed thesis goes without its files, and they follow when they open. iDs are in the package, in
DataCite's terms (§4); whether the repository keeps them is seen when it is read back.
"""

import datetime as dt
import hashlib
from dataclasses import replace
from typing import ClassVar

from submissions.metadata.crosswalks import dim
from submissions.metadata.crosswalks.text import line
from submissions.models import Delivery
from submissions.models.deliveries import Wish

from ..delivery.calls import Caller
from ..delivery.parcel import Parcel
from ..delivery.rulings import NeedsAttention, NotYet, Refused
from ..delivery.targets import Target
from ..delivery.wishes import AGAIN, TOLD
from ..packages.embargo import is_closed
from . import sword2_package
from .bodies import names_of
from .identity import forget_handle, gone, keep_handle, mark, remembered
from .survival import Found, losses
from .sword2_documents import METS_SIP, Receipt, listed, packagings, people_in, receipt, state_in

_DEPOSIT, _COMPLETE = "deposit", "complete"
_MOST_LOOKED_AT = 50
_REVIEW = dt.timedelta(hours=6)  # between two looks at a deposit that somebody reviews there


class Sword2(Target):
    """A repository with SWORD v2. ``address`` is that of the service document without ``/servicedocument``.

    Options: ``collection`` (address of the Col-IRI, or its path below ``address``); ``stock`` (true: only fields of an
    unchanged DSpace registry; default true); ``without_ids`` (true: the repository is known to drop iDs; no alarm).
    """

    kind: ClassVar[str] = "sword2"
    LABEL: ClassVar[str] = "SWORD repository"
    NEEDS: ClassVar[tuple[str, ...]] = ("address", "user", "secret", "collection")
    OPTIONS: ClassVar[dict[str, type]] = Target.OPTIONS | {
        "collection": str,
        "stock": bool,
        "without_ids": bool,
    }
    WORDS: ClassVar[dict[Wish, str]] = Target.WORDS | {
        Wish.WITHDRAWN: "nothing any more: the deposit of a withdrawn thesis is deleted, and its handle ends",
    }

    def message(self, parcel: Parcel) -> bytes:
        """As ``Target.message``, but the handle: whoever gave it need not hear of it, and an unchanged DSpace lets no
        archived package be replaced. It goes along with the next change.
        """
        record = parcel.record and replace(parcel.record, handle="")
        return super().message(replace(parcel, record=record))

    def bring(self, delivery: Delivery, parcel: Parcel, call: Caller) -> None:
        """As ``Target.bring``."""
        if not delivery.remote.get("edit") and delivery.in_doubt == _DEPOSIT:
            self._look(delivery, parcel, call)
        if parcel.wish != Wish.PUBLIC:
            self._remove(delivery, parcel, call)
            return
        there = self._receipt(delivery, call)
        if there is None and delivery.remote.get("edit"):
            gone(delivery, parcel.submission, call, self.label)
        told = hashlib.sha256(self.message(parcel)).hexdigest()
        if not delivery.remote.get("edit"):
            self._deposit(delivery, parcel, call, told)
        elif delivery.remote.get(TOLD) != told:
            self._replace(delivery, parcel, call, told)
        self._complete(delivery, call)
        there = self._receipt(delivery, call)
        if there is None:
            raise NotYet(f"{self.label} does not show the deposit yet.")
        self._settle(delivery, parcel, call, there)

    def read_back(self, delivery: Delivery, parcel: Parcel, call: Caller) -> list[str]:
        """As ``Target.read_back``: the receipt, and the package as the repository gives it back."""
        there = receipt(call("read back", "GET", delivery.remote["edit"]).content)
        record = parcel.record
        found = Found(
            title=there.first("title"),
            people=[(name, "") for name in (*there.all("creator"), *there.all("contributor"))],
            dates={*there.all("issued"), *there.all("date")},
            identifiers={*there.all("identifier")},
        )
        with_ids = not self.options.get("without_ids")
        package = sword2_package.returned(delivery, call)
        if package:
            known = people_in(package.read("mets.xml"))
            found.people = [(name, known.get(name, "")) for name, _ in found.people]
            found.files = {
                name.rpartition("/")[2]: hashlib.md5(package.read(name), usedforsecurity=False).hexdigest()
                for name in package.namelist()
                if name != "mets.xml"
            }
        files = () if is_closed(record) else parcel.files
        fields = dim.fields(record, stock_only=self._stock)
        return losses(
            self.label,
            parcel,
            found,
            title=line(record.full_title),
            dates={
                "the degree": next(
                    (f.text for f in fields if (f.element, f.qualifier) == ("date", "issued")), ""
                )
            },
            identifiers=[mark(parcel.submission), record.doi],
            files={name: file.md5 for name, file in zip(names_of(files, plain=True), files, strict=True)},
            with_ids=with_ids and package is not None,
        )

    @property
    def _stock(self) -> bool:
        return bool(self.options.get("stock", True))

    # --- looking -------------------------------------------------------------------------------------------------

    def _look(self, delivery: Delivery, parcel: Parcel, call: Caller) -> None:
        """A deposit whose answer was lost: find it in the collection, or know that it is not there.

        A feed shows little more than titles (profile §6.2), so those with ours are opened first, then some others.
        """
        answer = call("look", "GET", self.options["collection"], ok=(200, 403, 404, 405, 501))
        if answer.status != 200:
            if delivery.remote.get(AGAIN) != "unlisted":
                raise NeedsAttention(
                    f"The answer of {self.label} to our deposit was lost, and it does not list what it has. Look there "
                    f"for {parcel.submission.reference} and take it away if it is there; then try again, and it is "
                    "deposited anew.",
                    "unlisted",
                )
            call.keep(in_doubt="", remote=remembered(delivery))
            return
        title = line(parcel.record.full_title if parcel.record else parcel.submission.page.title)
        entries = listed(answer.content)
        first = [entry for entry in entries if line(entry.title) == title]
        others = [entry for entry in entries if line(entry.title) != title][-_MOST_LOOKED_AT:]
        for entry in first + others:
            shown = call("look closer", "GET", entry.edit, ok=(200, 404, 410))
            if shown.status == 200 and str(parcel.submission.uuid) in shown.text:
                self._keep(delivery, call, receipt(shown.content), entry.edit)
                return
        call.keep(in_doubt="", remote=remembered(delivery))

    def _receipt(self, delivery: Delivery, call: Caller) -> Receipt | None:
        """The receipt of what is known to be there; None when there is nothing."""
        if not delivery.remote.get("edit"):
            return None
        answer = call("look", "GET", delivery.remote["edit"], ok=(200, 404, 410))
        return receipt(answer.content) if answer.status == 200 else None

    def _state(self, delivery: Delivery, call: Caller) -> str:
        """The state in the statement, in the repository's word; "" when it has none (profile §11)."""
        if not delivery.remote.get("statement"):
            return ""
        answer = call("look at state", "GET", delivery.remote["statement"], ok=(200, 404, 405, 410))
        return state_in(answer.content) if answer.status == 200 else ""

    # --- writing -------------------------------------------------------------------------------------------------

    def _deposit(self, delivery: Delivery, parcel: Parcel, call: Caller, told: str) -> None:
        taken = packagings(
            call("service", "GET", "servicedocument").content, self.url(self.options["collection"])
        )
        if taken and METS_SIP not in taken:
            raise NeedsAttention(
                f"{self.label} does not take METS packages in this collection, only {', '.join(sorted(taken))}.",
                "packaging",
            )
        with sword2_package.packed(parcel, stock_only=self._stock) as package:
            headers = sword2_package.headers(parcel, package) | {
                "In-Progress": "true",
                "Slug": str(parcel.submission.uuid),
            }
            answer = call(
                _DEPOSIT,
                "POST",
                self.options["collection"],
                doubtful=True,
                size=package.size,
                data=package.stream,
                headers=headers,
            )
        there, address = receipt(answer.content), answer.headers.get("Location") or ""
        if not (there.edit or address):  # a page of a proxy: it may be there or not
            raise NotYet(
                f"{self.label} answered the deposit with no receipt. We look there whether it arrived."
            )
        self._keep(delivery, call, there, address)
        call.keep(remote={**delivery.remote, TOLD: told})

    def _replace(self, delivery: Delivery, parcel: Parcel, call: Caller, told: str) -> None:
        """The package anew. Doing it twice does no harm, so there is no doubt about it."""
        with sword2_package.packed(parcel, stock_only=self._stock) as package:
            headers = sword2_package.headers(parcel, package)
            headers["In-Progress"] = "false" if delivery.remote.get("complete") else "true"
            try:
                call(
                    "replace",
                    "PUT",
                    delivery.remote["media"],
                    size=package.size,
                    data=package.stream,
                    headers=headers,
                )
            except Refused as refused:
                raise self._not_allowed(refused, "changed", delivery) from None
        call.keep(remote={**delivery.remote, TOLD: told})

    def _complete(self, delivery: Delivery, call: Caller) -> None:
        """Say that the deposit is whole (profile §9.3); once, and looked up when the answer was lost."""
        if delivery.remote.get("complete"):
            return
        ended = delivery.in_doubt == _COMPLETE and self._state(delivery, call)
        if not ended or ended.lower().endswith(("inprogress", "workspace")):
            # Where a state is not told, a repository that has it already says that this is not allowed (405).
            ok = (200, 201, 202, 204, 405) if delivery.in_doubt == _COMPLETE else (200, 201, 202, 204)
            address = delivery.remote.get("add") or delivery.remote["edit"]
            headers = {"In-Progress": "false", "Content-Length": "0"}
            call(_COMPLETE, "POST", address, doubtful=True, headers=headers, ok=ok)
        call.keep(in_doubt="", remote={**delivery.remote, "complete": True})

    def _settle(self, delivery: Delivery, parcel: Parcel, call: Caller, there: Receipt) -> None:
        """Keep what the repository gave. While it reviews the deposit there is no more to do than to wait."""
        state = self._state(delivery, call).lower()
        handle = (
            next((one for one in there.handles if one != parcel.record.handle), "") or parcel.record.handle
        )
        if state.endswith(("inreview", "inworkflow")):
            call.keep(remote_url=there.alternate or delivery.remote_url)
            raise NotYet(f"{self.label} has it; somebody there reviews it.", after=_REVIEW)
        remote = {key: value for key, value in delivery.remote.items() if key != AGAIN}
        call.keep(
            remote=remote | {"handle": handle},
            remote_id=(handle or delivery.remote["edit"])[:300],
            remote_url=there.alternate or delivery.remote_url,
        )
        keep_handle(delivery, parcel.submission, handle, self.label)

    def _remove(self, delivery: Delivery, parcel: Parcel, call: Caller) -> None:
        """Withdrawn: the deposit is deleted, unless the repository says that it is withdrawn already."""
        if delivery.remote.get("edit") and not self._state(delivery, call).lower().endswith("withdrawn"):
            try:
                call("delete", "DELETE", delivery.remote["edit"], ok=(200, 202, 204, 404, 410))
            except Refused as refused:
                raise self._not_allowed(refused, "taken away", delivery) from None
        forget_handle(delivery, parcel.submission, self.label)
        call.keep(in_doubt="", remote=remembered(delivery), remote_id="", remote_url="")

    def _not_allowed(self, refused: Refused, done: str, delivery: Delivery) -> Exception:
        if refused.answer.status not in (403, 405):
            return refused
        return NeedsAttention(
            f"{self.label} does not let a finished deposit be {done} over SWORD. Have it {done} there by hand "
            f"({delivery.remote_url or delivery.remote_id}), or have SWORD updates allowed there; then try again.",
            str(refused.answer.status),
        )

    def _keep(self, delivery: Delivery, call: Caller, there: Receipt, edit: str) -> None:
        edit = there.edit or edit
        remote = {"edit": edit, "media": there.media, "add": there.add, "statement": there.statement}
        remote |= remembered(delivery)
        call.keep(in_doubt="", remote=remote, remote_id=edit[:300], remote_url=there.alternate or edit)
