"""What DSpace keeps: items, bundles, bitstreams, policies; and its rules about metadata."""

import datetime as dt
import hashlib
import uuid
from typing import Any

from .store import Shelf
from .web import Refusal

#: Fields whose values may name somebody (authority control); in other fields an authority is dropped without a word.
CONTROLLED = frozenset({"dc.contributor.author", "dc.contributor.advisor", "dc.contributor.other"})
#: Schemas of an unchanged registry that we meet, and what is not in them although one would think so.
_SCHEMAS = frozenset({"dc", "dcterms", "person", "dspace"})
_NOT_THERE = frozenset(
    {"dc.contributor.committeeMember", "dc.identifier.orcid", "dc.title.translated", "dc.description.degree"}
)
#: The submission form of an unchanged DSpace: which field is in which section.
FORM = {
    "traditionalpageone": {
        *("dc.contributor.author", "dc.title", "dc.title.alternative", "dc.date.issued", "dc.publisher"),
        *(
            "dc.identifier.citation",
            "dc.relation.ispartofseries",
            "dc.identifier.issn",
            "dc.identifier.other",
        ),
        *("dc.identifier.ismn", "dc.identifier.govdoc", "dc.identifier.uri", "dc.identifier.isbn", "dc.type"),
        "dc.language.iso",
    },
    "traditionalpagetwo": {
        *("dc.subject", "dc.description.abstract", "dc.description.sponsorship", "dc.description"),
    },
}
_REFERENCE = "will be referenced::ORCID::"
HANDLES = "20.500.88888"
READ, PUT_ASIDE = "READ", "WITHDRAWN_READ"


def registered(field: str) -> bool:
    """Whether the metadata registry has the field."""
    return field.partition(".")[0] in _SCHEMAS and field not in _NOT_THERE


def values_of(item: dict, field: str) -> list[str]:
    """The texts of a field, in their order."""
    return [one["value"] for one in item["metadata"].get(field, [])]


class Model:
    """Everything but sessions and submissions; ``item`` and ``bitstream`` are documents to be changed and saved."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    @staticmethod
    def now() -> str:
        """This moment as DSpace writes it."""
        return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")

    # --- items -----------------------------------------------------------------------------------------------

    def new_item(self, collection: str, entity: str = "") -> dict:
        """An empty item that is in no archive yet."""
        item = {
            "uuid": str(uuid.uuid4()),
            "handle": "",
            "metadata": {},
            "inArchive": False,
            "withdrawn": False,
            "collection": collection,
            "entityType": entity,
            "bundles": {},
        }
        self.save(item)
        return item

    def item(self, key: str) -> dict:
        """The item. Raises ``Refusal`` (404)."""
        if item := self.shelf.get("items", key):
            return item
        raise Refusal(404, "No such item")

    def save(self, item: dict) -> None:
        """Write an item."""
        self.shelf.put("items", item["uuid"], {**item, "lastModified": self.now()})

    def drop_item(self, item: dict) -> None:
        """Delete an item and its files."""
        for bundle in item["bundles"].values():
            for key in list(bundle["bitstreams"]):
                self._forget(key)
        self.shelf.drop("items", item["uuid"])

    def install(self, item: dict, base: str) -> None:
        """Into the archive: the handle, the marks that DSpace makes, the people who are named."""
        item["handle"] = f"{HANDLES}/{self.shelf.number('handle')}"
        item["inArchive"] = True
        self._append(item, "dc.date.accessioned", self.now())
        self._append(item, "dc.date.available", self.now())
        self._append(item, "dc.identifier.uri", f"https://hdl.handle.net/{item['handle']}")
        self.reference(item)
        self.save(item)
        for one in self.bitstreams(item, "ORIGINAL"):
            self._derive(item, one)

    def _derive(self, item: dict, one: dict) -> None:
        """The text of a file, readable for whom the file is (filter-media, which elsewhere runs at night)."""
        body = self.shelf.bytes(one["uuid"]) or b""
        text = self.new_bitstream(item, self.bundle(item, "TEXT"), f"{one['name']}.txt", "text/plain", body)
        self.set_policies(text, self.conditions(one))

    def reference(self, item: dict) -> None:
        """``will be referenced::ORCID::<iD>`` becomes the Person with that iD, made when there is none."""
        for some in item["metadata"].values():
            for one in some:
                if (one["authority"] or "").startswith(_REFERENCE):
                    one["authority"] = self._person(one["authority"].removeprefix(_REFERENCE), one["value"])

    def _person(self, orcid: str, name: str) -> str:
        for key, item in self.shelf.all("items").items():
            if orcid in values_of(item, "person.identifier.orcid"):
                return key
        person = self.new_item("", "Person")
        self._append(person, "dc.title", name)
        self._append(person, "person.identifier.orcid", orcid)
        person |= {"inArchive": True, "handle": f"{HANDLES}/{self.shelf.number('handle')}"}
        self.save(person)
        return person["uuid"]

    def shown(self, item: dict, base: str) -> dict:
        """An item as it is sent."""
        hidden = ("collection", "bundles")
        shown = {name: value for name, value in item.items() if name not in hidden}
        title = next(iter(values_of(item, "dc.title")), None)
        links = {"self": {"href": f"{base}/api/core/items/{item['uuid']}"}}
        return {
            **shown,
            "id": item["uuid"],
            "name": title,
            "discoverable": True,
            "type": "item",
            "_links": links,
        }

    def patch_metadata(self, item: dict, op: str, path: list[str], value: Any) -> None:
        """One operation on ``<field>``, ``<field>/-`` or ``<field>/<n>`` (metadata-patch.md)."""
        field, metadata = path[0], item["metadata"]
        if not registered(field):
            raise Refusal(422, f"Metadata field {field} does not exist in the registry")
        if op == "remove":
            if field not in metadata:
                raise Refusal(422, f"{field} has no value to remove")
            if len(path) == 1:
                del metadata[field]
            else:
                metadata[field].pop(int(path[1]))
        elif len(path) == 1 and isinstance(value, list) and op in ("add", "replace"):
            metadata[field] = [_value(field, one) for one in value]
        elif path[1:] == ["-"] and op == "add":
            metadata.setdefault(field, []).append(_value(field, value))
        else:
            raise Refusal(422, f"{op} on {'/'.join(path)} is not supported")

    def _append(self, item: dict, field: str, text: str) -> None:
        item["metadata"].setdefault(field, []).append(_value(field, {"value": text}))

    # --- files -----------------------------------------------------------------------------------------------

    def bundle(self, item: dict, name: str) -> str:
        """The uuid of the bundle of that name, made when there is none."""
        for key, bundle in item["bundles"].items():
            if bundle["name"] == name:
                return key
        key = str(uuid.uuid4())
        item["bundles"][key] = {"name": name, "bitstreams": []}
        self.save(item)
        self.new_policy(key, "openaccess", None, PUT_ASIDE if item["withdrawn"] else READ)
        return key

    def new_bitstream(self, item: dict, bundle: str, name: str, mime: str, body: bytes) -> dict:
        """A file in a bundle, whose policies it takes."""
        digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
        one = {"uuid": str(uuid.uuid4()), "name": name, "mime": mime, "size": len(body), "md5": digest}
        one |= {"item": item["uuid"], "bundle": bundle}
        self.shelf.put("bitstreams", one["uuid"], one)
        self.shelf.keep(one["uuid"], body)
        item["bundles"][bundle]["bitstreams"].append(one["uuid"])
        self.save(item)
        for policy in self.policies(bundle).values():
            self.new_policy(one["uuid"], policy["name"], policy["startDate"], policy["action"])
        return one

    def bitstream(self, key: str) -> dict:
        """The file. Raises ``Refusal`` (404)."""
        if one := self.shelf.get("bitstreams", key):
            return one
        raise Refusal(404, "No such bitstream")

    def bitstreams(self, item: dict, bundle: str) -> list[dict]:
        """The files of the bundle of that name."""
        keys = [key for one in item["bundles"].values() if one["name"] == bundle for key in one["bitstreams"]]
        return [self.bitstream(key) for key in keys]

    def drop_bitstream(self, one: dict) -> None:
        """Delete a file."""
        item = self.item(one["item"])
        item["bundles"][one["bundle"]]["bitstreams"].remove(one["uuid"])
        self._forget(one["uuid"])
        self.save(item)

    def _forget(self, key: str) -> None:
        for number, policy in self.shelf.all("policies").items():
            if policy["resource"] == key:
                self.shelf.drop("policies", number)
        self.shelf.drop("bitstreams", key)
        self.shelf.throw_away(key)

    def file_facts(self, one: dict) -> dict:
        """A file as it is sent."""
        return {
            "uuid": one["uuid"],
            "name": one["name"],
            "metadata": {"dc.title": [{"value": one["name"]}]},
            "sizeBytes": one["size"],
            "checkSum": {"checkSumAlgorithm": "MD5", "value": one["md5"]},
            "type": "bitstream",
        }

    # --- policies --------------------------------------------------------------------------------------------

    def policies(self, resource: str) -> dict[str, dict]:
        """Who may read it: number -> policy."""
        return {n: one for n, one in self.shelf.all("policies").items() if one["resource"] == resource}

    def set_policies(self, one: dict, conditions: list[dict]) -> None:
        """Access conditions in place of what was there; for ``administrator`` nobody else may read."""
        for number in self.policies(one["uuid"]):
            self.shelf.drop("policies", number)
        for condition in conditions:
            if condition["name"] != "administrator":
                self.new_policy(one["uuid"], condition["name"], condition.get("startDate"))

    def switch_policies(self, item: dict) -> None:
        """Withdrawing puts the READ policies of bundles and files aside, reinstating brings them back
        (ItemServiceImpl, switchPoliciesAction).
        """
        turned = {READ: PUT_ASIDE} if item["withdrawn"] else {PUT_ASIDE: READ}
        for key, bundle in item["bundles"].items():
            for resource in (key, *bundle["bitstreams"]):
                for number, policy in self.policies(resource).items():
                    action = turned.get(policy["action"], policy["action"])
                    self.shelf.put("policies", number, {**policy, "action": action})

    def new_policy(self, resource: str, name: str | None, start: str | None, action: str = READ) -> dict:
        """Everybody may read it, from ``start`` (ISO day, None: now)."""
        number = str(self.shelf.number("policy"))
        policy = {"id": int(number), "resource": resource, "name": name, "action": action, "startDate": start}
        self.shelf.put("policies", number, policy)
        return policy

    def conditions(self, one: dict) -> list[dict]:
        """The access conditions that its policies stand for."""
        found = [
            {"name": "embargo", "startDate": policy["startDate"]}
            if policy["startDate"]
            else {"name": "openaccess"}
            for policy in self.policies(one["uuid"]).values()
        ]
        return found or [{"name": "administrator"}]


def _value(field: str, given: Any) -> dict:
    if not isinstance(given, dict) or not given.get("value"):
        raise Refusal(422, f"A value of {field} has no text")
    authority = given.get("authority") if field in CONTROLLED else None
    confidence = given.get("confidence", -1) if authority else -1
    return {
        "value": given["value"],
        "language": given.get("language"),
        "authority": authority,
        "confidence": confidence,
    }
