"""Files in DSpace: which are there, by name and MD5, and from when readers may open them.

A closed file is never open on its way: in a submission its access is set before it is submitted, and an item of the
archive is withdrawn while a closed file is added to it.
"""

from django.utils import timezone

from submissions.metadata.record import Access, ThesisRecord

from ..delivery.parcel import Parcel, ParcelFile
from ..delivery.rulings import NeedsAttention
from .bodies import names_of
from .dspace_talk import Talk

_BUNDLE = "ORIGINAL"
#: What DSpace makes of our files by itself (filter-media), and makes anew of those that are there.
_DERIVED = ("TEXT", "THUMBNAIL")
_READ = "READ"
#: What withdrawing makes of READ, and reinstating turns back into it (ItemServiceImpl, switchPoliciesAction).
_PUT_ASIDE = "WITHDRAWN_READ"


def named(parcel: Parcel) -> dict[str, ParcelFile]:
    """Name there -> file."""
    return dict(zip(names_of(parcel.files), parcel.files, strict=True))


def md5_of(there: dict) -> str:
    """The MD5 of a file as DSpace shows it."""
    return ((there.get("checkSum") or {}).get("value") or "").lower()


def name_of(there: dict) -> str:
    """The name of a file as DSpace shows it, in a submission and in the archive."""
    titles = (there.get("metadata") or {}).get("dc.title") or [{}]
    return there.get("name") or titles[0].get("value", "")


def same(there: dict, files: dict[str, ParcelFile]) -> bool:
    """Whether a file that is there is one of ``files``."""
    file = files.get(name_of(there))
    return file is not None and file.md5 == md5_of(there)


def closed(record: ThesisRecord) -> bool:
    """Whether the files of the thesis are closed now."""
    return record.access is Access.EMBARGOED


def condition(record: ThesisRecord, file: ParcelFile) -> dict[str, str]:
    """The access condition of a file in a submission (workspaceitem-data-upload.md)."""
    if not closed(record):
        return {"name": "openaccess"}
    if file.open_from:
        return {"name": "embargo", "startDate": file.open_from.isoformat()}
    return {"name": "administrator"}


# --- in a submission --------------------------------------------------------------------------------------------------


def bring_to_submission(talk: Talk, path: str, section: str, parcel: Parcel) -> None:
    """Have exactly our files in the section, each with its access."""
    files = named(parcel)
    there = _uploaded(talk, path, section)
    for index in reversed(range(len(there))):
        if not same(there[index], files) or name_of(there[index]) in map(name_of, there[:index]):
            talk.patch("drop file", path, [{"op": "remove", "path": f"/sections/{section}/files/{index}"}])
    there = _uploaded(talk, path, section)
    known = {name_of(one) for one in there}
    for name, file in files.items():
        if name not in known:
            talk.upload("send file", path, name, file)
    steps = []
    for index, one in enumerate(_uploaded(talk, path, section)):
        wanted = condition(parcel.record, files[name_of(one)])
        has = [
            {key: value for key, value in each.items() if key in ("name", "startDate") and value}
            for each in one.get("accessConditions") or []
        ]
        if has != [wanted] and not (has == [] and wanted["name"] == "openaccess"):
            place = f"/sections/{section}/files/{index}/accessConditions"
            steps.append({"op": "add", "path": place, "value": [wanted]})
    if steps:
        talk.patch("access", path, steps)


def _uploaded(talk: Talk, path: str, section: str) -> list[dict]:
    data = talk("look at files", "GET", path).data
    return ((data.get("sections") or {}).get(section) or {}).get("files") or []


# --- in the archive ---------------------------------------------------------------------------------------------------


def listed(talk: Talk, item: str) -> tuple[str, list[dict]]:
    """The uuid of the bundle of files ("" without) and the files in it."""
    for bundle in talk.pages("look at files", f"api/core/items/{item}/bundles", "bundles"):
        if bundle["name"] == _BUNDLE:
            path = f"api/core/bundles/{bundle['uuid']}/bitstreams"
            return bundle["uuid"], list(talk.pages("look at files", path, "bitstreams"))
    return "", []


def bring_to_archive(talk: Talk, item: str, parcel: Parcel) -> None:
    """Have exactly our files in the item, each with its access."""
    files = named(parcel)
    bundle, there = listed(talk, item)
    if closed(parcel.record) or not all(same(one, files) for one in there):
        _drop_derived(talk, item)
    kept: dict[str, str] = {}
    for one in there:
        if same(one, files) and name_of(one) not in kept:
            kept[name_of(one)] = one["uuid"]
        else:
            talk("drop file", "DELETE", f"api/core/bitstreams/{one['uuid']}", ok=(204, 404))
    if files and not bundle:
        bundle = talk("make bundle", "POST", f"api/core/items/{item}/bundles", json={"name": _BUNDLE}).data[
            "uuid"
        ]
    for name, file in files.items():
        if name not in kept:
            path = f"api/core/bundles/{bundle}/bitstreams"
            kept[name] = talk.upload("send file", path, name, file).data["uuid"]
        _access(talk, kept[name], condition(parcel.record, file))


def _drop_derived(talk: Talk, item: str) -> None:
    """Drop texts and pictures that were made of files while they were open: they stay open when those are closed, and
    stay when those go.
    """
    for bundle in list(talk.pages("look at files", f"api/core/items/{item}/bundles", "bundles")):
        if bundle["name"] in _DERIVED:
            path = f"api/core/bundles/{bundle['uuid']}/bitstreams"
            for one in list(talk.pages("look at files", path, "bitstreams")):
                talk("drop derived", "DELETE", f"api/core/bitstreams/{one['uuid']}", ok=(204, 404))


def set_access(talk: Talk, item: str, parcel: Parcel) -> None:
    """Have the access of each of our files in the item as it should be."""
    files = named(parcel)
    for one in listed(talk, item)[1]:
        if name_of(one) in files:
            _access(talk, one["uuid"], condition(parcel.record, files[name_of(one)]))


def needs_upload(talk: Talk, item: str, parcel: Parcel) -> bool:
    """Whether a file is missing in the item."""
    files = named(parcel)
    _, there = listed(talk, item)
    return {name_of(one) for one in there if same(one, files)} != set(files)


def _access(talk: Talk, bitstream: str, wanted: dict[str, str]) -> None:
    """Let everybody read the file from the day that is wanted: one policy, or none while nobody may. In a withdrawn
    item the policies that are put aside count too: they come back with it, and a new file takes those of its bundle.
    """
    start = wanted.get("startDate")
    policies = [one for action in (_READ, _PUT_ASIDE) for one in _policies(talk, bitstream, action)]
    if wanted["name"] == "administrator":
        keep = []
    else:
        keep = [one for one in policies if (_day(one.get("startDate")) or None) == start][:1]
    # What is too open goes first.
    for one in policies:
        if one not in keep:
            talk("access", "DELETE", f"api/authz/resourcepolicies/{one['id']}", ok=(204, 404))
    if not keep and wanted["name"] != "administrator":
        query = {"resource": bitstream, "group": _everybody(talk)}
        body = {"name": wanted["name"], "policyType": "TYPE_CUSTOM", "action": "READ", "startDate": start}
        body |= {"endDate": None, "description": None, "type": "resourcepolicy"}
        talk("access", "POST", "api/authz/resourcepolicies", params=query, json=body)


def access_alarms(label: str, talk: Talk, item: str, parcel: Parcel) -> list[str]:
    """Sentences on files that are open too early or not at all."""
    said, files = [], named(parcel)
    for one in listed(talk, item)[1]:
        name = name_of(one)
        if name not in files:
            continue
        starts = [_day(policy.get("startDate")) for policy in _policies(talk, one["uuid"])]
        wanted = condition(parcel.record, files[name])
        start = wanted.get("startDate", "")
        if wanted["name"] == "openaccess" and not any(not day or day <= _today() for day in starts):
            said.append(f"The file {name} is closed at {label}; it should be open.")
        if wanted["name"] != "openaccess" and any(day < start or not start for day in starts):
            until = f"closed until {start}" if start else "closed"
            said.append(f"The file {name} is open too early at {label}; it should be {until}.")
    return said


def _policies(talk: Talk, bitstream: str, action: str = _READ) -> list[dict]:
    query = {"uuid": bitstream, "action": action}
    return list(
        talk.pages("look at access", "api/authz/resourcepolicies/search/resource", "resourcepolicies", query)
    )


def _everybody(talk: Talk) -> str:
    groups = talk.pages(
        "look for group", "api/eperson/groups/search/byMetadata", "groups", {"query": "Anonymous"}
    )
    for group in groups:
        if group["name"] == "Anonymous":
            return group["uuid"]
    raise NeedsAttention(
        "The group Anonymous was not found there, so no file can be opened to readers. Have our account administer "
        "the collection, then try again.",
        "no_group",
    )


def _day(moment: str | None) -> str:
    return (moment or "")[:10]


def _today() -> str:
    """The day in the site's time zone, in which embargoes end."""
    return timezone.localdate().isoformat()
