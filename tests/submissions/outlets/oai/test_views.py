"""HTTP around the protocol: POST, compression, headers (OAI-PMH 2.0 §3.1, §3.5)."""

import gzip
import os
import subprocess
import sys

import pytest
from django.test import Client

from submissions.outlets.oai.views import accepts_gzip
from tests.conftest import ROOT

from .asking import read


def test_post_is_as_good_as_get_and_needs_no_csrf_token(harvester, oai_xsd):
    client = Client(enforce_csrf_checks=True)
    identifier = harvester.ask("ListIdentifiers", metadataPrefix="oai_dc").records[0].identifier
    for given in (
        {"verb": "Identify"},
        {"verb": "GetRecord", "identifier": identifier, "metadataPrefix": "oai_dc"},
        {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2001-01-01"},
        {"verb": "junk"},
    ):
        posted, got = client.post("/oai", _form(given), content_type=FORM), client.get("/oai", given)
        assert posted.status_code == got.status_code == 200
        posted, got = (read(response.getvalue(), oai_xsd) for response in (posted, got))
        assert (posted.verb, posted.codes) == (got.verb, got.codes)
        assert [r.identifier for r in posted.records] == [r.identifier for r in got.records]
        assert dict(posted.request.attrib) == dict(got.request.attrib)


FORM = "application/x-www-form-urlencoded"


def _form(given: dict) -> str:
    from urllib.parse import urlencode

    return urlencode(given)


def test_an_argument_in_address_and_body_is_there_twice(harvester, oai_xsd):
    response = Client().post("/oai?verb=Identify", "verb=Identify", content_type=FORM)
    assert read(response.getvalue(), oai_xsd).codes == ["badVerb"]
    response = Client().post("/oai?verb=ListSets", "x=1", content_type=FORM)
    assert read(response.getvalue(), oai_xsd).codes == ["badArgument"]


def test_a_body_that_is_no_form_says_nothing(harvester, oai_xsd):
    response = Client().post("/oai", '{"verb": "Identify"}', content_type="application/json")
    assert read(response.getvalue(), oai_xsd).codes == ["badVerb"]


def test_other_methods_are_refused_and_head_has_no_body(harvester):
    for method in ("put", "delete", "patch"):
        assert getattr(Client(), method)("/oai").status_code == 405
    response = Client().head("/oai?verb=Identify")
    assert (response.status_code, response.getvalue()) == (200, b"")


def test_answers_are_xml_in_utf_8_and_are_not_to_be_taken_from_a_cache(harvester):
    for query in ("verb=ListRecords&metadataPrefix=oai_dc", "verb=junk"):
        response = Client().get(f"/oai?{query}")
        assert response["Content-Type"] == "text/xml; charset=utf-8"
        assert response["Cache-Control"] == "no-cache"
        assert response["Vary"] == "Accept-Encoding"
        assert int(response["Content-Length"]) == len(response.getvalue())
        assert "Content-Encoding" not in response
        assert not response.cookies


def test_what_is_compressed_is_the_same(harvester):
    for query in ("verb=Identify", "verb=ListRecords&metadataPrefix=mods", "verb=junk"):
        plain = Client().get(f"/oai?{query}")
        packed = Client().get(f"/oai?{query}", headers={"Accept-Encoding": "gzip, deflate, br"})
        assert packed["Content-Encoding"] == "gzip"
        sent = packed.getvalue()
        assert int(packed["Content-Length"]) == len(sent)
        without_token = [
            content.partition(b"<request")[2].partition(b"<resumptionToken")[0]
            for content in (gzip.decompress(sent), plain.getvalue())
        ]
        assert without_token[0] == without_token[1] != b""


@pytest.mark.parametrize(
    ("accepted", "yes"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("br;q=1.0, gzip; q=0.8", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("*;q=0", False),
        ("deflate, br", False),
        ("x-gzip-like", False),
        ("notgzip", False),
    ],
)
def test_compression_is_asked_for(accepted, yes):
    assert accepts_gzip(accepted) is yes


@pytest.mark.parametrize("query", ["verb=Identify", "verb=ListRecords&metadataPrefix=oai_dc"])
def test_who_comes_while_the_database_is_down_is_asked_to_come_back(query):
    """Validators accept 503 with a number of seconds up to 3600."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "etd_site.settings.test",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    }
    asking = (
        "import django; django.setup()\nfrom django.test import Client\n"
        f"answer = Client(raise_request_exception=False).get('/oai?{query}')\n"
        "print(answer.status_code, answer['Retry-After'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", asking],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    status, seconds = done.stdout.split()[-2:]
    assert status == "503"
    assert 0 < int(seconds) <= 3600
