"""Each source as it really comes: tables of every kind, archives with surprises, servers that break off."""

import datetime as dt
import gzip
import io
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from submissions.imports.sources import csv_file, oai, saf, xml_formats
from submissions.imports.sources.errors import SourceBroken

from ..files.pdfs import with_pages

PEOPLE = (
    '"Laud, Ada (advisor) https://orcid.org/0000-0002-1694-233X <ada@example.org> | Ito, Rei (co-advisor) | '
    '李明 (external)"'
)


def table(text: str | bytes) -> list:
    return list(csv_file.read(csv_file.opened(text.encode() if isinstance(text, str) else text)))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_with_or_without_a_mark_and_any_delimiter(mark, delimiter):
    text = delimiter.join(("Identifier", "Title", "Author", "Published")) + "\r\n"
    text += delimiter.join(("a1", "Über Gezeiten", '"Carberry, Josiah"', "2009-05-31")) + "\r\n"
    (thesis,) = table(mark + text.encode())
    assert (thesis.identifier, thesis.title, thesis.published) == (
        "a1",
        "Über Gezeiten",
        dt.date(2009, 5, 31),
    )
    assert (thesis.author.given, thesis.author.family) == ("Josiah", "Carberry")
    assert thesis.place == "row 2"


def test_several_people_and_iDs_in_one_cell():
    (thesis,) = table(f"identifier,committee\na1,{PEOPLE}\n")
    assert [(p.given, p.family, p.role, p.orcid, p.email) for p in thesis.committee] == [
        ("Ada", "Laud", "advisor", "0000-0002-1694-233X", "ada@example.org"),
        ("Rei", "Ito", "co_advisor", "", ""),
        ("李明", "", "external", "", ""),
    ]


def test_iDs_in_a_cell_of_their_own_keep_their_places():
    (thesis,) = table('identifier,committee,committee_orcid\na1,"A, B; C, D","; 0000-0002-1694-233X"\n')
    assert [(p.family, p.orcid) for p in thesis.committee] == [("A", ""), ("C", "0000-0002-1694-233X")]


def test_a_metadata_export_of_dspace_is_a_table_too():
    (thesis,) = table(
        "id,collection,dc.contributor.author,dc.contributor.advisor,dc.date.issued,dc.title[en_US],dc.subject,"
        "dc.identifier.uri\n"
        '7,1/2,"Carberry, Josiah","Laud, Ada||Ito, Rei",2009-05-31,Tides,sea||moon,http://hdl.handle.net/1/7\n'
    )
    assert (thesis.identifier, thesis.title, thesis.handle, thesis.keywords) == (
        "7",
        "Tides",
        "1/7",
        ("sea", "moon"),
    )
    assert [person.family for person in thesis.committee] == ["Laud", "Ito"]
    assert thesis.notes == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"identifier,title\na1,\xff\xfe\n", "not UTF-8"),
        (b"one,two\n1,2\n", "None of the columns"),
        (b"", "None of the columns"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(text, words):
    with pytest.raises(SourceBroken, match=words):
        table(text)


def test_a_row_with_too_many_cells_is_a_problem_of_that_row():
    bad, good = table("identifier,title\na1,one,two\na2,one\n")
    assert "3 cells and 2 columns" in bad.problems[0]
    assert good.problems == ()


def archive(files: dict[str, bytes | str]) -> list:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    with zipfile.ZipFile(out) as packed:
        return list(saf.read(saf.Zip(packed)))


CORE = (
    '<dublin_core><dcvalue element="title" qualifier="none">Tides</dcvalue>'
    '<dcvalue element="contributor" qualifier="author">Carberry, Josiah</dcvalue>'
    '<dcvalue element="date" qualifier="issued">2009-05</dcvalue></dublin_core>'
)


def test_an_archive_of_any_depth_with_files():
    content = with_pages(2)
    (thesis,) = archive(
        {
            "batch/item_1/dublin_core.xml": CORE,
            "batch/item_1/contents": "tides.pdf\tbundle:ORIGINAL\tprimary:true\nlicense.txt\tbundle:LICENSE\n"
            "gone.pdf\n",
            "batch/item_1/tides.pdf": content,
            "batch/item_1/license.txt": "text",
            "batch/item_1/handle": "20.500.12345/678\n",
        }
    )
    assert (thesis.identifier, thesis.handle) == ("hdl:20.500.12345/678", "20.500.12345/678")
    assert [file.name for file in thesis.files] == ["tides.pdf"]
    assert thesis.files[0].size == len(content)
    assert any("gone.pdf" in note for note in thesis.notes)


def test_a_person_entity_is_no_thesis_and_gives_its_iD():
    person = (
        '<dublin_core schema="person"><dcvalue element="identifier" qualifier="orcid">0000-0002-1825-0097</dcvalue>'
        '<dcvalue element="familyName">Carberry</dcvalue><dcvalue element="givenName">Josiah</dcvalue></dublin_core>'
    )
    kind = '<dublin_core schema="dspace"><dcvalue element="entity" qualifier="type">Person</dcvalue></dublin_core>'
    without = CORE.replace("Carberry, Josiah", "")
    (thesis,) = archive(
        {
            "p/dublin_core.xml": "<dublin_core/>",
            "p/metadata_person.xml": person,
            "p/metadata_dspace.xml": kind,
            "t/dublin_core.xml": without,
            "t/relationships": "relation.isAuthorOfPublication folderName:p\n",
        }
    )
    assert (thesis.author.display, thesis.author.orcid) == ("Josiah Carberry", "0000-0002-1825-0097")


def test_a_file_closed_without_an_end_is_left_out_and_said():
    (thesis,) = archive(
        {
            "t/dublin_core.xml": CORE,
            "t/contents": "tides.pdf\tbundle:ORIGINAL\tpermissions:-r 'Administrator'\n",
            "t/tides.pdf": with_pages(2),
        }
    )
    assert thesis.files == ()
    assert any("Access is restricted" in note for note in thesis.notes)


def test_broken_xml_is_a_problem_of_its_folder():
    bad, good = archive({"a/dublin_core.xml": "<dublin_core>", "b/dublin_core.xml": CORE})
    assert bad.problems
    assert good.title == "Tides"


def bad_crc(packed: bytearray, at: int) -> None:
    packed[at] ^= 0xFF  # the first letter of what is stored


def password(packed: bytearray, at: int) -> None:
    packed[packed.rindex(b"PK\x01\x02", 0, packed.rindex(b"a/")) + 8] |= 1
    packed[packed.index(b"PK\x03\x04") + 6] |= 1


def unknown_method(packed: bytearray, at: int) -> None:
    packed[packed.rindex(b"PK\x01\x02", 0, packed.rindex(b"a/")) + 10] = 97
    packed[packed.index(b"PK\x03\x04") + 8] = 97


def no_deflate(packed: bytearray, at: int) -> None:
    packed[packed.rindex(b"PK\x01\x02", 0, packed.rindex(b"a/")) + 10] = zipfile.ZIP_DEFLATED
    packed[packed.index(b"PK\x03\x04") + 8] = zipfile.ZIP_DEFLATED


def too_short(packed: bytearray, at: int) -> None:
    entry = packed.rindex(b"PK\x01\x02", 0, packed.rindex(b"a/"))
    for place in (entry + 20, entry + 24):  # its sizes, in the directory at the end
        packed[place : place + 4] = (10_000_000).to_bytes(4, "little")


@pytest.mark.parametrize("damage", [bad_crc, password, unknown_method, no_deflate, too_short])
@pytest.mark.parametrize("name", ["a/dublin_core.xml", "a/tides.pdf"])
def test_a_damaged_member_is_a_problem_of_its_folder(damage, name, tmp_path):
    path = tmp_path / "old.zip"
    files = {"a/dublin_core.xml": CORE, "a/contents": "tides.pdf", "a/tides.pdf": with_pages(2)}
    files = {name: files.pop(name), **files, "b/dublin_core.xml": CORE}  # the damaged one comes first
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(name, files[name])
        for other in files.keys() - {name}:
            made.writestr(other, files[other])
    packed = bytearray(path.read_bytes())
    # The entry of the first member is the first of the directory: cut the search there.
    entry = packed.index(b"PK\x01\x02")
    head = packed[: entry + 46 + len(name)]
    damage(head, 30 + len(name))
    path.write_bytes(bytes(head) + bytes(packed[len(head) :]))
    with saf.opened(path) as source:
        bad, good = sorted(saf.read(source), key=lambda thesis: thesis.place)
    assert any(name in problem for problem in bad.problems)
    assert (good.title, good.problems) == ("Tides", ())


def test_what_fails_meanwhile_is_not_laid_on_the_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
        made.writestr("a/dublin_core.xml", CORE)
    with pytest.raises(OSError, match="disk is full"), saf.opened(tmp_path / "x.zip"):
        raise OSError("disk is full")


@pytest.mark.parametrize(("limit", "value"), [("MOST_FILES", 1), ("INFLATED_BYTES", 100)])
def test_an_archive_that_is_too_large_is_refused_before_it_is_read(tmp_path, monkeypatch, limit, value):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a/dublin_core.xml", CORE)
        made.writestr("b/dublin_core.xml", CORE)
    monkeypatch.setattr(saf, limit, value)
    with pytest.raises(SourceBroken, match="in parts"), saf.opened(tmp_path / "x.zip"):
        pass


def test_a_person_without_an_id_is_nobody_that_an_empty_target_means():
    kind = '<dublin_core schema="dspace"><dcvalue element="entity" qualifier="type">Person</dcvalue></dublin_core>'
    (thesis,) = archive(
        {
            "p/dublin_core.xml": CORE.replace("Tides", "Somebody Else"),
            "p/metadata_dspace.xml": kind,
            "t/dublin_core.xml": CORE,
            "t/relationships": "relation.isAdvisorOfPublication person.identifier.orcid:\n",
        }
    )
    assert thesis.committee == ()
    assert any("leads to nobody" in note for note in thesis.notes)


def test_an_entity_of_an_archive_reads_no_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden words")
    evil = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>' + CORE.replace("Tides", "&e;")
    (thesis,) = archive({"a/dublin_core.xml": evil})
    assert "hidden words" not in thesis.title


def test_what_is_no_archive_says_so(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    with pytest.raises(SourceBroken, match="neither a folder nor a ZIP"), saf.opened(tmp_path / "x.zip"):
        pass
    with pytest.raises(SourceBroken, match=r"dublin_core\.xml"), saf.opened(tmp_path) as folder:
        list(saf.read(folder))


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
    with pytest.raises(SourceBroken, match="run the same import again"):
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
    with pytest.raises(SourceBroken, match=r"leads on to https://new\.example\.edu/oai\."):
        next(oai.harvest(oai.Wanted(server.address)))


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
