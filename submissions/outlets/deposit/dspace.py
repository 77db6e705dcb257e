"""DSpace 7 and later by its REST API (metadata.md §8): a submission that is filled, submitted and then kept up to date.

The item's uuid is known from the first answer; when that answer is lost, the item is found by the thesis' uuid
(``dc.identifier.other``). A submission without any metadata, made by a request whose answer was lost, cannot be told
from another: it is no deposit, and is thrown away an hour later.
"""

import datetime as dt
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from submissions.metadata.crosswalks import dim
from submissions.metadata.crosswalks.text import line
from submissions.models import Delivery
from submissions.models.deliveries import Wish

from ..delivery.calls import Caller
from ..delivery.parcel import Parcel
from ..delivery.rulings import NeedsAttention, NotYet
from ..delivery.targets import Target
from ..delivery.wishes import AGAIN
from . import dspace_fields as metadata
from . import dspace_files as files
from .dspace_talk import Talk
from .identity import gone, keep_handle, mark
from .survival import Found, losses

_CREATE = "create"
_REVIEW = dt.timedelta(hours=6)


class DSpace(Target):
    """A repository with DSpace 7 or later. ``address`` is that of its server (``https://…/server``).

    The account (``user``, ``secret``) is ours alone and administers the collection: it changes archived items, sets
    embargoes and withdraws. Options: ``collection`` (its uuid), ``stock`` (true: only fields of an unchanged registry;
    default true), ``ids`` (true: iDs go with the names as authorities; default true), ``sections`` (field -> section
    of the submission form, where it was changed), ``upload`` and ``license`` (names of those sections), ``site``
    (address of the pages for readers), ``leftover_minutes`` (age at which an empty submission of ours goes; 60).
    """

    kind: ClassVar[str] = "dspace"
    LABEL: ClassVar[str] = "DSpace"
    NEEDS: ClassVar[tuple[str, ...]] = ("address", "user", "secret", "collection")
    OPTIONS: ClassVar[dict[str, type]] = Target.OPTIONS | {
        **dict.fromkeys(("collection", "upload", "license", "site"), str),
        **dict.fromkeys(("stock", "ids"), bool),
        "sections": dict,
        "leftover_minutes": int,
    }

    def credentials(self) -> dict[str, Any]:
        """None: ``Talk`` signs in."""
        return {}

    def bring(self, delivery: Delivery, parcel: Parcel, call: Caller) -> None:
        """As ``Target.bring``."""
        talk = Talk(self, call)
        item = self._known(delivery, parcel, call, talk)
        if parcel.wish != Wish.PUBLIC:
            self._withdraw(delivery, item, call, talk)
            return
        if item is None and delivery.remote.get("item"):
            gone(delivery, parcel.submission, call, self.label)
        item = item or self._create(delivery, call, talk)
        if not item["inArchive"] and not item["withdrawn"]:
            item = self._submit(delivery, parcel, item, talk)
        self._update(delivery, parcel, item, call, talk)
        self._tidy(delivery, call, talk)
        if metadata.is_global(delivery.remote.get("handle_address", "")):
            keep_handle(delivery, parcel.submission, delivery.remote["handle"], self.label)

    def read_back(self, delivery: Delivery, parcel: Parcel, call: Caller) -> list[str]:
        """As ``Target.read_back``: the item, the items of its people, its files and who may open them."""
        talk = Talk(self, call)
        uuid = delivery.remote["item"]
        item = talk("read back", "GET", f"api/core/items/{uuid}").data
        there, record = item["metadata"], parcel.record
        if item.get("withdrawn"):
            return [f"The thesis is withdrawn at {self.label}; it should be public."]
        issued = [
            one.text for one in dim.fields(record) if (one.element, one.qualifier) == ("date", "issued")
        ]
        listed = files.listed(talk, uuid)[1]
        found = Found(
            title=next(iter(metadata.texts({"t": there.get("dc.title", [])[:1]}, "t")), ""),
            people=metadata.people(there, talk),
            dates=metadata.texts(there, "dc.date.issued"),
            identifiers=metadata.texts(
                there, "dc.identifier.other", "dc.identifier.doi", "dc.identifier.uri"
            ),
            files={files.name_of(one): files.md5_of(one) for one in listed},
        )
        said = losses(
            self.label,
            parcel,
            found,
            title=line(record.full_title),
            dates={"the degree": issued[0]},
            identifiers=[mark(parcel.submission), record.doi, record.handle_url],
            files={name: file.md5 for name, file in files.named(parcel).items()},
            with_ids=self._with_ids,
        )
        self._tidy(delivery, call, talk)
        return said + files.access_alarms(self.label, talk, uuid, parcel)

    @property
    def _with_ids(self) -> bool:
        return bool(self.options.get("ids", True))

    # --- looking -------------------------------------------------------------------------------------------------

    def _known(self, delivery: Delivery, parcel: Parcel, call: Caller, talk: Talk) -> dict | None:
        """The item as it stands; None when there is none."""
        if delivery.remote.get("item"):
            return self._item(delivery.remote["item"], talk)
        if delivery.remote.get("workspace"):
            return self._of_submission(delivery, call, talk)
        if delivery.in_doubt != _CREATE:
            return None
        for found, workspace in self._ours(parcel, talk):
            remote = {**delivery.remote, "item": found["uuid"], "workspace": workspace}
            call.keep(in_doubt="", remote=remote, remote_id=found["uuid"])
            return found
        # What the lost request made, if anything, is empty and cannot be known as ours.
        call.keep(in_doubt="", remote={**delivery.remote, "maybe_left": True})
        return None

    def _item(self, uuid: str, talk: Talk) -> dict | None:
        answer = talk("look", "GET", f"api/core/items/{uuid}", ok=(200, 404))
        return answer.data if answer.status == 200 else None

    def _ours(self, parcel: Parcel, talk: Talk) -> list[tuple[dict, int | None]]:
        """Items with the thesis' uuid: in the archive, in our submissions, in review; each with its submission."""
        wanted = mark(parcel.submission)
        query = {"query": f'"{wanted}"', "dsoType": "item"}
        hits = talk.pages("search", "api/discover/search/objects", "objects", query)
        found = [(hit["_embedded"]["indexableObject"], None) for hit in hits]
        account = {"uuid": talk.account()}
        mine = talk.pages(
            "search", "api/submission/workspaceitems/search/findBySubmitter", "workspaceitems", account
        )
        for one in mine:
            if wanted in str(one.get("sections")):
                item = talk("look", "GET", f"api/submission/workspaceitems/{one['id']}/item").data
                found.append((item, one["id"]))
        waiting = talk.pages(
            "search", "api/workflow/workflowitems/search/findBySubmitter", "workflowitems", account
        )
        found += [
            (one["_embedded"]["item"], None) for one in waiting if "item" in (one.get("_embedded") or {})
        ]
        return [
            (item, workspace)
            for item, workspace in found
            if wanted in metadata.texts(item.get("metadata") or {}, "dc.identifier.other")
        ]

    # --- writing -------------------------------------------------------------------------------------------------

    def _create(self, delivery: Delivery, call: Caller, talk: Talk) -> dict | None:
        query = {"owningCollection": self.options["collection"]}
        answer = talk(
            _CREATE, "POST", "api/submission/workspaceitems", doubtful=True, params=query, data=b"",
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        number = answer.data["id"]
        # Before the item is asked for: whoever goes on after us finds it by the number.
        call.keep(in_doubt="", remote={**delivery.remote, "workspace": number})
        return self._of_submission(delivery, call, talk)

    def _of_submission(self, delivery: Delivery, call: Caller, talk: Talk) -> dict | None:
        """The item of the submission whose number we have; None when it is gone."""
        number = delivery.remote["workspace"]
        answer = talk("look", "GET", f"api/submission/workspaceitems/{number}/item", ok=(200, 404))
        if answer.status == 404:
            return None
        remote = {**delivery.remote, "item": answer.data["uuid"]}
        call.keep(remote=remote, remote_id=answer.data["uuid"])
        return answer.data

    def _submit(self, delivery: Delivery, parcel: Parcel, item: dict, talk: Talk) -> dict:
        """Fill the submission and submit it. Once it is submitted it has no number any more."""
        number = delivery.remote.get("workspace")
        path = f"api/submission/workspaceitems/{number}"
        answer = talk("look at submission", "GET", path, ok=(200, 404)) if number else None
        if answer is None or answer.status == 404:
            item = self._item(item["uuid"], talk) or item
            if item["inArchive"] or item["withdrawn"]:
                return item
            raise NotYet(f"{self.label} has it; somebody there reviews it.", after=_REVIEW)
        sections = metadata.SECTIONS | (self.options.get("sections") or {})
        steps: list[dict] = []
        for name, values in self._wanted(parcel).items():
            if section := sections.get(name):
                steps.append({"op": "add", "path": f"/sections/{section}/{name}", "value": values})
        talk.patch("describe", path, steps)
        files.bring_to_submission(talk, path, self.options.get("upload") or "upload", parcel)
        licence = self.options.get("license") or "license"
        talk.patch("licence", path, [{"op": "add", "path": f"/sections/{licence}/granted", "value": "true"}])
        headers = {"Content-Type": "text/uri-list"}
        talk(
            "submit",
            "POST",
            "api/workflow/workflowitems",
            data=f"{self.address}/{path}".encode(),
            headers=headers,
        )
        item = self._item(item["uuid"], talk) or item
        if not item["inArchive"]:
            raise NotYet(f"{self.label} has it; somebody there reviews it.", after=_REVIEW)
        return item

    def _update(self, delivery: Delivery, parcel: Parcel, item: dict, call: Caller, talk: Talk) -> None:
        """Have the item of the archive say what it should. A withdrawn one is public again only when all is right."""
        path = f"api/core/items/{item['uuid']}"
        handle = item.get("handle") or ""
        withdrawn = item["withdrawn"]
        if files.closed(parcel.record) and not withdrawn and files.needs_upload(talk, item["uuid"], parcel):
            talk.patch("close", path, [{"op": "replace", "path": "/withdrawn", "value": True}])
            withdrawn = True
        fields = metadata.with_own_addresses(self._wanted(parcel), item["metadata"], handle)
        former = delivery.remote.get("fields") or []
        steps = metadata.operations("/metadata", fields, item["metadata"], former, with_ids=self._with_ids)
        if steps:
            # What we are about to have written is known before it is, so that a later change can take it back.
            call.keep(remote={**delivery.remote, "fields": sorted({*former, *fields})})
            talk.patch("describe", path, steps)
        files.bring_to_archive(talk, item["uuid"], parcel)
        if withdrawn:
            talk.patch("open", path, [{"op": "replace", "path": "/withdrawn", "value": False}])
            # Reinstating turns policies that were put aside into ones that count: look once more at what they are.
            files.set_access(talk, item["uuid"], parcel)
        address = metadata.handle_address(item["metadata"], handle)
        remote = {key: value for key, value in delivery.remote.items() if key not in ("workspace", AGAIN)}
        remote |= {"fields": sorted(fields), "handle": handle, "handle_address": address}
        call.keep(
            remote=remote, remote_id=handle or item["uuid"], remote_url=self._page(handle, item["uuid"])
        )

    def _withdraw(self, delivery: Delivery, item: dict | None, call: Caller, talk: Talk) -> None:
        if item and item["inArchive"]:
            path = f"api/core/items/{item['uuid']}"
            talk.patch("withdraw", path, [{"op": "replace", "path": "/withdrawn", "value": True}])
        elif item and not item["withdrawn"]:
            number = delivery.remote.get("workspace")
            path = f"api/submission/workspaceitems/{number}"
            if not number or talk("discard", "DELETE", path, ok=(204, 404)).status == 404:
                raise NeedsAttention(
                    f"The thesis is in review at {self.label}. Have it rejected and deleted there, then try again.",
                    "in_review",
                )
            item = None
        self._tidy(delivery, call, talk)
        if item is None:
            left = {"maybe_left": True} if delivery.remote.get("maybe_left") else {}
            call.keep(in_doubt="", remote=left, remote_id="", remote_url="")

    def _tidy(self, delivery: Delivery, call: Caller, talk: Talk) -> None:
        """Throw away empty submissions of ours, made by requests whose answers were lost, when they are old enough
        (``leftover_minutes``, 60) and no thesis is at the step that makes one.
        """
        rows = Delivery.objects.filter(target=self.name)
        if not rows.filter(remote__maybe_left=True).exists():
            return
        old = timezone.now() - dt.timedelta(minutes=self.options.get("leftover_minutes", 60))
        path = "api/submission/workspaceitems"
        query = {"uuid": talk.account()}
        mine = list(talk.pages("search", f"{path}/search/findBySubmitter", "workspaceitems", query))
        # In this order: a submission that is in the list was begun before, and is in doubt or known by now.
        waiting = rows.filter(in_doubt=_CREATE).exists()
        for one in [] if waiting else [one for one in mine if self._is_empty(one)]:
            made = parse_datetime(str(one.get("lastModified")).replace("+0000", "+00:00"))
            if made and made <= old:
                talk("tidy", "DELETE", f"{path}/{one['id']}", ok=(204, 404))
            else:
                waiting = True
        if not waiting and delivery.remote.get("maybe_left"):
            call.keep(remote={key: value for key, value in delivery.remote.items() if key != "maybe_left"})

    def _is_empty(self, workspace: dict) -> bool:
        sections = workspace.get("sections") or {}
        known = Delivery.objects.filter(target=self.name, remote__workspace=workspace["id"]).exists()
        described = any("dc.title" in section for section in sections.values() if isinstance(section, dict))
        uploaded = (sections.get(self.options.get("upload") or "upload") or {}).get("files")
        return not known and not described and not uploaded

    def _wanted(self, parcel: Parcel) -> dict[str, metadata.Values]:
        stock = bool(self.options.get("stock", True))
        return metadata.wanted(parcel.record, stock=stock, with_ids=self._with_ids)

    def _page(self, handle: str, uuid: str) -> str:
        """The page for readers: of DSpace's user interface (``site``), which is beside its server unless told."""
        site = (self.options.get("site") or self.address.removesuffix("/server")).rstrip("/")
        return f"{site}/handle/{handle}" if handle else f"{site}/items/{uuid}"
