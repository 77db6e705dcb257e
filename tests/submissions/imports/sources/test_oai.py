"""Servers that break off, move, and send what is none of the protocol's."""

import gzip
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command

from submissions.imports.sources import oai, xml_formats
from submissions.imports.sources.errors import SourceBroken
from submissions.models import Programme, Submission


def test_the_richest_format_there_is():
    assert xml_formats.richest({"oai_dc", "mods", "marcxml"}) == "mods"
    assert xml_formats.richest({"oai_dc", "mods", "dim", "xoai"}) == "xoai"
    assert xml_formats.richest({"oai_dc", "oai_etdms"}) == "oai_etdms"
    assert xml_formats.richest({"rdf"}) == "oai_dc"


RECORD = (
    "<record><header{status}><identifier>oai:x:{number}</identifier><datestamp>2020-01-01</datestamp></header>"
    "{metadata}</record>"
)
METADATA = (
    '<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Tides {number}</dc:title>'
    "<dc:creator>Carberry, Josiah</dc:creator><dc:date>2009</dc:date></oai_dc:dc></metadata>"
)


class _Server(BaseHTTPRequestHandler):
    """Two pages of two records; the second page fails as often as ``failures`` says, and is gzip when asked for."""

    failures: list[int]
    asked: list[dict]
    extra = ""
    cut = 0  # characters that are missing at the end of a page of records
    instead = ""  # a page that is sent in place of the second one
    moved = ""  # where the server leads on to

    def do_GET(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        type(self).asked.append(asked)
        if type(self).moved:
            self.send_response(301)
            self.send_header("Location", type(self).moved)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if asked["verb"] == "ListMetadataFormats":
            prefix = "<metadataPrefix>oai_dc</metadataPrefix>"
            body = f"<ListMetadataFormats><metadataFormat>{prefix}</metadataFormat></ListMetadataFormats>"
        elif asked.get("set") == "empty":
            body = '<error code="noRecordsMatch">None.</error>'
        elif asked.get("set") == "bad":
            body = '<error code="badArgument">No such set.</error>'
        elif "resumptionToken" not in asked:
            records = "".join(
                RECORD.format(number=n, status="", metadata=METADATA.format(number=n)) for n in (1, 2)
            )
            body = f"<ListRecords>{records}<resumptionToken>next</resumptionToken></ListRecords>"
        elif type(self).failures:
            status = type(self).failures.pop()
            self.send_response(status)
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        else:
            good = RECORD.format(number=3, status="", metadata=METADATA.format(number=3))
            gone = RECORD.format(number=4, status=' status="deleted"', metadata="")
            body = f"<ListRecords>{good}{gone}<resumptionToken/></ListRecords>"
        text = f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{body}{type(self).extra}</OAI-PMH>'
        if type(self).instead and "resumptionToken" in asked:
            text = type(self).instead
        if type(self).cut and asked["verb"] == "ListRecords":
            text = text[: -type(self).cut]
        packed = gzip.compress(text.encode())
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(packed)))
        self.end_headers()
        self.wfile.write(packed)

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[type[_Server]]:
    handler = type("Handler", (_Server,), {"failures": [], "asked": []})
    running = HTTPServer(("127.0.0.1", 0), handler)
    handler.address = f"http://127.0.0.1:{running.server_port}/oai"
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield handler
    running.shutdown()
    thread.join(5)
    running.server_close()


def test_a_harvest_goes_on_where_it_was_interrupted(server):
    server.failures = [503, 503]
    theses = list(oai.harvest(oai.Wanted(server.address, since="2020-01-01", subset="theses")))
    assert [(thesis.identifier, thesis.deleted) for thesis in theses] == [
        ("oai:x:1", False), ("oai:x:2", False), ("oai:x:3", False), ("oai:x:4", True),
    ]  # fmt: skip
    assert theses[0].title == "Tides 1"
    first = next(asked for asked in server.asked if asked["verb"] == "ListRecords")
    assert (first["from"], first["set"], first["metadataPrefix"]) == ("2020-01-01", "theses", "oai_dc")
    tokens = [asked for asked in server.asked if "resumptionToken" in asked]
    assert len(tokens) == 3


def test_a_server_that_stays_away_ends_the_import_after_what_came(server):
    server.failures = [503] * 9
    harvest = oai.harvest(oai.Wanted(server.address), retries=1)
    assert [next(harvest).identifier, next(harvest).identifier] == ["oai:x:1", "oai:x:2"]
    with pytest.raises(SourceBroken, match="answered “503 Service Unavailable”"):
        next(harvest)


def test_a_page_that_never_ends_is_given_up(server, monkeypatch):
    server.extra = " " * 200_000
    monkeypatch.setattr(oai._Scythe, "page_bytes", 100_000)
    with pytest.raises(SourceBroken, match="sent a page of more than"):
        list(oai.harvest(oai.Wanted(server.address)))


def test_a_page_that_was_cut_off_is_not_taken_for_the_whole_and_last(server):
    server.cut = 120
    with pytest.raises(SourceBroken, match="no whole XML"):
        list(oai.harvest(oai.Wanted(server.address)))


def test_a_page_that_is_no_answer_is_not_taken_for_the_end(server):
    """A page of a proxy, with status 200: what came after it would be missing without a word."""
    server.instead = "<html><body><p>Back soon</p></body></html>"
    harvest = oai.harvest(oai.Wanted(server.address))
    assert [next(harvest).identifier, next(harvest).identifier] == ["oai:x:1", "oai:x:2"]
    with pytest.raises(SourceBroken, match="no answer of an OAI-PMH server"):
        next(harvest)


def test_a_server_that_moved_says_where(server):
    server.moved = "https://new.example.edu/oai?verb=ListMetadataFormats"
    with pytest.raises(SourceBroken, match=r"answers 301 and leads on to https://new\.example\.edu/oai\."):
        next(oai.harvest(oai.Wanted(server.address)))


def test_a_source_that_breaks_off_says_what_was_done_before_and_claims_nothing_else(
    server, office, tmp_path, caplog
):
    options = {"degree": "PhD", "programme": "Marine Biology", "language": "en", "create_lists": True}
    options |= {"report": str(tmp_path / "report.csv")}
    Programme.objects.get_or_create(name="Marine Biology")
    for dry, words in (
        (True, r"answered “404 Not Found”.* Dry run, nothing was written; before that: 2 made\.$"),
        (
            False,
            r"answered “404 Not Found”.* Before that: 2 made\. This stays; run the same import again to go on\.$",
        ),
    ):
        server.failures = [404]
        with pytest.raises(CommandError, match=words):
            call_command("import_theses", "oai", server.address, dry_run=dry, **options)
        assert Submission.objects.count() == (0 if dry else 2)
    server.failures = [503]
    call_command("import_theses", "oai", server.address, dry_run=True, prefix="oai_dc", **options)
    server.moved = "https://new.example.edu/oai"
    with pytest.raises(CommandError, match=r"edu/oai\. Import from that address\. Nothing was imported\.$"):
        call_command("import_theses", "oai", server.address, **options)
    assert not [record for record in caplog.records if record.name.startswith(("httpx", "oaipmh"))]


def test_an_address_where_nobody_is_claims_nothing():
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/oai"
        with pytest.raises(SourceBroken, match=r"did not answer \(ConnectError\)"):
            next(oai.harvest(oai.Wanted(address), retries=0))


def test_a_comment_before_the_metadata_is_passed_over(server):
    server.instead = (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
        + RECORD.format(
            number=5,
            status="",
            metadata=METADATA.format(number=5).replace("<metadata>", "<metadata><!-- x -->"),
        )
        + "</ListRecords></OAI-PMH>"
    )
    assert [thesis.title for thesis in oai.harvest(oai.Wanted(server.address))][-1] == "Tides 5"


def test_nothing_and_refusals(server):
    assert list(oai.harvest(oai.Wanted(server.address, subset="empty"))) == []
    with pytest.raises(SourceBroken, match="BadArgument"):
        list(oai.harvest(oai.Wanted(server.address, subset="bad")))
    with pytest.raises(SourceBroken, match="cannot be read"):
        list(oai.harvest(oai.Wanted(server.address, prefix="marcxml")))
