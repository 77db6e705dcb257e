"""The formats that are made to be sent, against the official schemas: Crossref 5.4.0 and ProQuest's DTD 4.8."""

from dataclasses import replace
from functools import partial

import pytest
from lxml import etree

from submissions.metadata import demands
from submissions.metadata.crosswalks import crossref, proquest
from tests.records import full_record
from tests.writers import SCHOOL, SENDER

from .family import RECORDS

pytestmark = pytest.mark.schemas

CROSSREF = {"c": crossref.NAMESPACE}


def test_crossref_takes_every_thesis_with_a_doi(load_xsd) -> None:
    schema = load_xsd("crossref/5.4.0/crossref5.4.0.xsd")
    sent = [record for record in RECORDS if not demands.missing(record, "crossref")]
    assert len(sent) > 250
    for record in sent:
        tree = etree.fromstring(crossref.to_xml(record, SENDER))
        assert schema.validate(tree), f"{record.uuid}: {schema.error_log}"
        found = [(one.text, one.get("authenticated")) for one in tree.iter(f"{{{crossref.NAMESPACE}}}ORCID")]
        person = record.author
        claim = f"https://orcid.org/{person.unconfirmed_orcid}" if person.unconfirmed_orcid else ""
        if person.orcid:
            assert found == [(person.orcid.uri, "true")]
        else:
            assert found == ([(claim, "false")] if claim else [])


def test_proquest_takes_every_master_and_doctor_with_a_file(schemas) -> None:
    dtd = etree.DTD(schemas / "proquest" / "Dissertations_metadata48.dtd")
    sent = [record for record in RECORDS if not demands.missing(record, "proquest")]
    assert len(sent) > 120
    for record in sent:
        tree = etree.fromstring(proquest.to_xml(record, SCHOOL))
        # DTD 4.8 is older than DISS_orcid: it is looked at, taken out, and the rest is checked.
        ids = tree.xpath("//DISS_orcid")
        expected = [record.author.orcid.path] if record.author.orcid else []
        assert [one.text for one in ids] == expected
        for one in ids:
            author = one.getparent()
            assert author.tag == "DISS_author"
            assert author[-1] is one
            author.remove(one)
        assert dtd.validate(tree), f"{record.uuid}: {dtd.error_log}"


def test_the_schemas_bite(load_xsd, schemas) -> None:
    tree = etree.fromstring(crossref.to_xml(full_record(), SENDER))
    (orcid,) = tree.iter(f"{{{crossref.NAMESPACE}}}ORCID")
    orcid.text = orcid.text.removeprefix("https://orcid.org/")
    assert not load_xsd("crossref/5.4.0/crossref5.4.0.xsd").validate(tree)
    dtd = etree.DTD(schemas / "proquest" / "Dissertations_metadata48.dtd")
    assert not dtd.validate(etree.fromstring(proquest.to_xml(full_record(), SCHOOL)))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (partial(crossref.to_element, full_record(doi=""), SENDER), "has none"),
        (partial(crossref.to_element, full_record(doi="10.1000.5/x"), SENDER), "does not take the DOI"),
        (partial(proquest.to_element, full_record(degree_level="bachelor"), SCHOOL), "master's and doctoral"),
        (partial(proquest.to_element, full_record(files=()), SCHOOL), "with its file"),
        (partial(proquest.to_element, full_record(), replace(SCHOOL, categories=())), "a subject category"),
        (partial(proquest.to_element, full_record(), SCHOOL, names=[]), "1 files have 0 names"),
    ],
)
def test_what_cannot_be_sent_is_said(make, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()
