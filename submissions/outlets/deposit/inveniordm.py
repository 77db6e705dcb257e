"""InvenioRDM by its REST API (metadata.md §8): one record a thesis, found again by the submission's uuid.

iDs go with the names (§4). Embargoed files are sent and restricted, with the day on which they open. The files of a
published record cannot be changed: other files become a new version. Withdrawing leaves a tombstone, which InvenioRDM
lets only its managers make.
"""

from typing import Any, ClassVar

from submissions.metadata.crosswalks import inveniordm
from submissions.models import Delivery
from submissions.models.deliveries import Wish

from ..delivery.calls import Caller
from ..delivery.parcel import Parcel
from ..delivery.rulings import NeedsAttention, Refused
from ..delivery.targets import Target
from .bodies import names_of, segment
from .identity import gone, mark
from .survival import Found, losses

_CREATE = "create"


class InvenioRDM(Target):
    """A repository with InvenioRDM. ``address`` is its site, ``secret`` a personal access token.

    Options: ``thesis_fields`` (true where the custom field ``thesis:thesis`` is turned on), ``removal_reason`` (an id
    of the instance's vocabulary of removal reasons; ``retracted``).
    """

    kind: ClassVar[str] = "inveniordm"
    LABEL: ClassVar[str] = "InvenioRDM"
    NEEDS: ClassVar[tuple[str, ...]] = ("address", "secret")
    OPTIONS: ClassVar[dict[str, type]] = Target.OPTIONS | {"thesis_fields": bool, "removal_reason": str}

    def credentials(self) -> dict[str, Any]:
        """The token, as a bearer (docs-invenio-rdm, rest_api_index)."""
        return {"headers": {"Authorization": f"Bearer {self.secret}"}}

    def bring(self, delivery: Delivery, parcel: Parcel, call: Caller) -> None:
        """As ``Target.bring``. Only creating is doubtful: publishing or writing the same twice changes nothing."""
        state = self._known(delivery, parcel, call)
        if parcel.wish != Wish.PUBLIC:
            self._withdraw(delivery, parcel, state, call)
            return
        if state == "gone":
            gone(delivery, parcel.submission, call, self.label)
        if not delivery.remote_id:
            answer = call(_CREATE, "POST", "api/records", doubtful=True, json=self._body(parcel))
            self._keep(delivery, call, answer.data["id"])
            state = "draft"
        if state == "deleted":
            call("restore", "POST", self._path(delivery, "restore"))
            state = "published"
        if state == "published":
            if self._same_files(delivery, parcel, call):
                call("edit", "POST", self._path(delivery, "draft"))
            else:
                answer = call("version", "POST", self._path(delivery, "versions"))
                # The published one stays known: when the draft goes, it is the one that is there.
                former = {**delivery.remote, "published": delivery.remote_id}
                self._keep(delivery, call, answer.data["id"], remote=former)
                state = "draft"
        draft = call("look at draft", "GET", self._path(delivery, "draft")).data
        version = (draft.get("versions") or {}).get("index", 1)
        self._write(delivery, parcel, call, draft, version)
        if state == "draft":
            self._files(delivery, parcel, call)
        answer = call("publish", "POST", self._path(delivery, "draft/actions/publish"), ok=(200, 202))
        if delivery.remote.get("maybe_left"):
            self._tidy(delivery, parcel, call)
        self._close_earlier(delivery, self._body(parcel)["access"], call)
        self._published(delivery, call, answer.data)

    def read_back(self, delivery: Delivery, parcel: Parcel, call: Caller) -> list[str]:
        """As ``Target.read_back``, from the published record and its list of files."""
        there = call("read back", "GET", self._path(delivery)).data
        listed = call("read back files", "GET", self._path(delivery, "files")).data.get("entries") or []
        meta, wanted = there["metadata"], inveniordm.to_dict(parcel.record)
        entries = [*(meta.get("creators") or []), *(meta.get("contributors") or [])]
        pids = {one.get("identifier", "") for one in (there.get("pids") or {}).values()}
        found = Found(
            title=meta.get("title", ""),
            people=[_person(entry.get("person_or_org") or {}) for entry in entries],
            dates={
                meta.get("publication_date", ""),
                *(one.get("date", "") for one in meta.get("dates") or []),
            },
            identifiers={one.get("identifier", "") for one in meta.get("identifiers") or []} | pids,
            files={one["key"]: one.get("checksum", "").removeprefix("md5:") for one in listed},
        )
        said = losses(
            self.label,
            parcel,
            found,
            title=wanted["metadata"]["title"],
            dates={"publication": wanted["metadata"]["publication_date"]},
            identifiers=[mark(parcel.submission), parcel.record.doi],
            files=_wanted_files(parcel),
        )
        said += self._access(there.get("access") or {}, wanted["access"])
        others = self._tidy(delivery, parcel, call)
        return said + [f"{self.label} has a second record of this thesis: {address}." for address in others]

    # --- the steps -----------------------------------------------------------------------------------------------

    def _known(self, delivery: Delivery, parcel: Parcel, call: Caller) -> str:
        """Where the record stands: ``draft``, ``published``, ``deleted``, ``gone``, or "" when there is none."""
        if not delivery.remote_id:
            if delivery.in_doubt != _CREATE:
                return ""
            mine = self._ours(parcel, call)
            if not mine:
                call.keep(in_doubt="", remote={"maybe_left": True})
                return ""
            best = next((one for one in mine if one.get("is_published")), mine[0])
            self._keep(delivery, call, best["id"])
        answer = call("look", "GET", self._path(delivery), ok=(200, 403, 404, 410))
        if answer.status in (200, 410):
            return "published" if answer.status == 200 else "deleted"
        draft = call("look at draft", "GET", self._path(delivery, "draft"), ok=(200, 404, 410))
        if draft.status == 200:
            return "draft"
        if answer.status == 403:  # it is there, and not for us: nothing is known to be gone
            raise Refused(answer)
        if former := delivery.remote.get("published"):  # only the draft of its next version is gone
            left = {key: value for key, value in delivery.remote.items() if key != "published"}
            self._keep(delivery, call, former, remote=left)
            return self._known(delivery, parcel, call)
        return "gone"

    def _ours(self, parcel: Parcel, call: Caller) -> list[dict]:
        """Records and drafts of our account with the thesis' uuid."""
        wanted = mark(parcel.submission)
        query = {"q": f'metadata.identifiers.identifier:"{wanted}"', "size": 25, "sort": "newest"}
        hits = call("search", "GET", "api/user/records", params=query).data["hits"]["hits"]
        return [
            hit
            for hit in hits
            if any(one.get("identifier") == wanted for one in hit["metadata"].get("identifiers") or [])
        ]

    def _body(self, parcel: Parcel) -> dict[str, Any]:
        return inveniordm.to_dict(parcel.record, thesis_fields=bool(self.options.get("thesis_fields")))

    def _write(self, delivery: Delivery, parcel: Parcel, call: Caller, draft: dict, version: int) -> None:
        """The metadata. A DOI names one version only; a later one says it among its identifiers. A DOI that InvenioRDM
        gave stays: leaving it out would take it away.
        """
        body = self._body(parcel)
        doi = body.get("pids", {}).get("doi", {}).get("identifier")
        if version > 1 and doi:
            del body["pids"]
            body["metadata"]["identifiers"].append({"scheme": "doi", "identifier": doi})
        if "pids" not in body:
            body["pids"] = draft.get("pids") or {}
        answer = call("write", "PUT", self._path(delivery, "draft"), json=body)
        if wrong := answer.data.get("errors"):
            words = "; ".join(f"{one['field']}: {' '.join(one['messages'])}" for one in wrong)
            raise NeedsAttention(
                f"{self.label} took the draft and finds fault with it: {words}", "draft_faults"
            )

    def _files(self, delivery: Delivery, parcel: Parcel, call: Caller) -> None:
        """Bring the files of an unpublished record: what is complete and right stays, the rest is sent again."""
        listed = call("list files", "GET", self._path(delivery, "draft/files")).data.get("entries") or []
        wanted = _wanted_files(parcel)
        keep = {
            one["key"]
            for one in listed
            if one.get("status") == "completed" and one.get("checksum") == f"md5:{wanted.get(one['key'])}"
        }
        for one in listed:
            if one["key"] not in keep:
                path = self._path(delivery, f"draft/files/{segment(one['key'])}")
                call("drop file", "DELETE", path, ok=(204, 404))
        for name, file in zip(wanted, parcel.files, strict=True):
            if name in keep:
                continue
            call("announce file", "POST", self._path(delivery, "draft/files"), json=[{"key": name}])
            path = self._path(delivery, f"draft/files/{segment(name)}")
            with file.open() as stream:
                headers = {"Content-Type": "application/octet-stream", "Content-Length": str(file.size)}
                call("send file", "PUT", f"{path}/content", data=stream, headers=headers, size=file.size)
            done = call("commit file", "POST", f"{path}/commit").data
            if done.get("checksum") != f"md5:{file.md5}":
                call("drop file", "DELETE", path, ok=(204, 404))
                raise NeedsAttention(
                    f"The file {name} arrived at {self.label} as another one ({done.get('checksum')}; it should be "
                    f"md5:{file.md5}). It was taken away there. Try again; if it stays so, look at the file here.",
                    "checksum",
                )

    def _same_files(self, delivery: Delivery, parcel: Parcel, call: Caller) -> bool:
        listed = call("list files", "GET", self._path(delivery, "files")).data.get("entries") or []
        there = {one["key"]: one.get("checksum", "").removeprefix("md5:") for one in listed}
        return there == _wanted_files(parcel)

    def _earlier(self, delivery: Delivery, call: Caller) -> list[dict]:
        """The other published versions: each has a record and files of its own."""
        query = {"size": 100}
        hits = call("versions", "GET", self._path(delivery, "versions"), params=query).data["hits"]["hits"]
        return [one for one in hits if one["id"] != delivery.remote_id and one.get("is_published")]

    def _close_earlier(self, delivery: Delivery, access: dict, call: Caller) -> None:
        """Restrict the files of earlier versions as those of this one: they are files of the same thesis."""
        if access["files"] != "restricted":
            return
        for one in self._earlier(delivery, call):
            there = one.get("access") or {}
            if there.get("files") == "restricted" and there.get("embargo") == access.get("embargo"):
                continue
            path = f"api/records/{segment(one['id'])}/draft"
            draft = call("edit earlier", "POST", path).data
            names = ("metadata", "files", "custom_fields", "pids")
            body = {name: draft[name] for name in names if name in draft} | {"access": access}
            call("close earlier", "PUT", path, json=body)
            call("publish earlier", "POST", f"{path}/actions/publish", ok=(200, 202))

    def _withdraw(self, delivery: Delivery, parcel: Parcel, state: str, call: Caller) -> None:
        if state == "draft":
            call("discard", "DELETE", self._path(delivery, "draft"), ok=(204, 404))
            if delivery.remote.get("published"):
                state = self._known(delivery, parcel, call)
        if state == "published":
            reason = {"id": self.options.get("removal_reason") or "retracted"}
            body = {"removal_reason": reason, "note": "Withdrawn by the university.", "is_visible": True}
            # The latest goes last: as long as it is there, the earlier ones are looked for.
            keys = [*(one["id"] for one in self._earlier(delivery, call)), delivery.remote_id]
            try:
                for key in keys:
                    call("withdraw", "DELETE", f"api/records/{segment(key)}/delete", json=body)
            except Refused as refused:
                if refused.answer.status != 403:
                    raise
                raise NeedsAttention(
                    f"{self.label} lets only its managers take a published record away. Ask them to delete "
                    f"{delivery.remote_url or delivery.remote_id}, then try again.",
                    "403",
                ) from None
        if state in ("draft", "gone", ""):
            call.keep(remote={}, remote_id="", remote_url="", in_doubt="")

    def _published(self, delivery: Delivery, call: Caller, record: dict) -> None:
        doi = ((record.get("pids") or {}).get("doi") or {}).get("identifier", "")
        url = (record.get("links") or {}).get("self_html", "")
        call.keep(remote={"parent": (record.get("parent") or {}).get("id", ""), "doi": doi}, remote_url=url)

    def _tidy(self, delivery: Delivery, parcel: Parcel, call: Caller) -> list[str]:
        """Discard drafts of ours whose answer was lost and that were found too late: a search there is seconds behind.
        Returns the addresses of records of the thesis that are not this one.
        """
        mine = call("look", "GET", self._path(delivery)).data
        others = []
        for one in self._ours(parcel, call):
            if one.get("parent") == mine.get("parent") or one["id"] == delivery.remote_id:
                continue
            if one.get("is_published"):
                others.append((one.get("links") or {}).get("self_html") or one["id"])
            else:
                call("tidy", "DELETE", f"api/records/{one['id']}/draft", ok=(204, 404))
        return others

    def _access(self, there: dict, wanted: dict) -> list[str]:
        until = (wanted.get("embargo") or {}).get("until")
        said = []
        if wanted["files"] == "restricted" and there.get("files") == "public":
            said.append(f"The files are open at {self.label}; they should be closed.")
        if wanted["files"] == "public" and there.get("files") != "public":
            said.append(f"The files are closed at {self.label}; they should be open.")
        if until and (there.get("embargo") or {}).get("until") != until:
            said.append(f"The end of the embargo at {self.label} is not {until}.")
        return said

    def _keep(self, delivery: Delivery, call: Caller, key: str, *, remote: dict | None = None) -> None:
        url = f"{self.address}/records/{key}"
        call.keep(
            in_doubt="",
            remote_id=key,
            remote_url=url,
            remote=delivery.remote if remote is None else remote,
        )

    def _path(self, delivery: Delivery, rest: str = "") -> str:
        return f"api/records/{segment(delivery.remote_id)}" + (f"/{rest}" if rest else "")


def _wanted_files(parcel: Parcel) -> dict[str, str]:
    """Name there -> MD5, in the order of the files."""
    return {name: file.md5 for name, file in zip(names_of(parcel.files), parcel.files, strict=True)}


def _person(one: dict) -> tuple[str, str]:
    """Name as it is filed and bare iD of a person."""
    name = ", ".join(filter(None, (one.get("family_name", ""), one.get("given_name", "")))) or one.get(
        "name", ""
    )
    orcids = [entry["identifier"] for entry in one.get("identifiers") or [] if entry.get("scheme") == "orcid"]
    return name, orcids[0] if orcids else ""
