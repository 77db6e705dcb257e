"""A harvester for tests: every answer is parsed and validated against the official schema before it is looked at."""

from copy import deepcopy
from dataclasses import dataclass, field

from django.utils import timezone
from lxml import etree

from submissions.models import HarvestClock
from submissions.outlets.oai import clock

OAI = "{http://www.openarchives.org/OAI/2.0/}"
# Not in the driver schema, which takes one definition a namespace; their own tests validate them.
BESIDE = ("http://worldcat.org/", "http://www.dspace.org/", "http://namespace.openaire.eu/")
STAND_IN = etree.fromstring('<dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/"/>')


@dataclass(frozen=True)
class Record:
    """What stands in a header, and the metadata element (None without)."""

    identifier: str
    datestamp: str
    deleted: bool
    sets: list[str]
    metadata: etree._Element | None = None


@dataclass
class Answer:
    """One answer. ``codes`` are those of errors, in their order."""

    root: etree._Element
    verb: str = ""
    codes: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    @property
    def said(self) -> str:
        """The ``responseDate``."""
        return self.root.findtext(f"{OAI}responseDate")

    @property
    def request(self) -> etree._Element:
        """The ``request`` element."""
        return self.root.find(f"{OAI}request")

    @property
    def token(self) -> etree._Element | None:
        """The ``resumptionToken`` element; None without. Never more than one."""
        found = self.root.findall(f".//{OAI}resumptionToken")
        assert len(found) < 2
        return found[0] if found else None

    def texts(self, name: str) -> list[str]:
        """The texts of all elements of this name in the protocol's namespace."""
        return [element.text for element in self.root.iter(f"{OAI}{name}")]


def read(content: bytes, schema: etree.XMLSchema) -> Answer:
    """Parse an answer. Raises ``AssertionError`` when it is not valid."""
    root = etree.fromstring(content)
    checked = deepcopy(root)
    for holder in checked.iter(f"{OAI}metadata"):
        if etree.QName(holder[0]).namespace.startswith(BESIDE):
            holder[:] = [deepcopy(STAND_IN)]
    assert schema.validate(checked), f"{schema.error_log}\n{content[:3000].decode()}"
    answer = Answer(root)
    answer.codes = [element.get("code") for element in root.iter(f"{OAI}error")]
    if not answer.codes:
        answer.verb = etree.QName(root[2]).localname
    for header in root.iter(f"{OAI}header"):
        metadata = header.getnext() if etree.QName(header.getparent()).localname == "record" else None
        answer.records.append(
            Record(
                header.findtext(f"{OAI}identifier"),
                header.findtext(f"{OAI}datestamp"),
                header.get("status") == "deleted",
                [element.text for element in header.findall(f"{OAI}setSpec")],
                None if metadata is None else metadata[0],
            )
        )
    return answer


class Harvester:
    """Asks through Django's test client or any callable that takes (arguments, method) and returns bytes."""

    def __init__(self, client, schema: etree.XMLSchema) -> None:
        self.client, self.schema = client, schema

    def raw(self, query: str) -> Answer:
        """Ask with a query string as it is."""
        response = self.client.get(f"/oai?{query}")
        assert response.status_code == 200
        return read(response.getvalue(), self.schema)

    def ask(self, verb: str = "", **arguments: object) -> Answer:
        """Ask by GET; ``since`` is the argument ``from``. A list is an argument that is repeated."""
        if "since" in arguments:
            arguments["from"] = arguments.pop("since")
        given = {"verb": verb, **arguments} if verb else arguments
        response = self.client.get("/oai", given)
        assert response.status_code == 200
        return read(response.getvalue(), self.schema)

    def pages(self, verb: str = "ListRecords", between=lambda: None, **arguments: object):
        """Yield the pages of a list to its end; ``between`` is called after each page but the last."""
        arguments.setdefault("metadataPrefix", "oai_dc")
        answer = self.ask(verb, **arguments)
        yield answer
        while answer.token is not None and answer.token.text:
            between()
            answer = self.ask(verb, resumptionToken=answer.token.text)
            yield answer

    def harvest(self, verb: str = "ListRecords", **arguments: object) -> list[Record]:
        """All records of a list."""
        return [record for page in self.pages(verb, **arguments) for record in page.records]


def later(seconds: int = 2) -> None:
    """Let the last answer have spoken of a time to come: the clock has been set back since."""
    clock.tick()
    said = (max(timezone.now(), HarvestClock.objects.get().said)).timestamp() // 1 + seconds
    HarvestClock.objects.update(said=timezone.datetime.fromtimestamp(said, tz=timezone.timezone.utc))
