"""Where the official schemas are, and what happens when they are not there."""

import os
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

_DRIVER = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}">
  <xs:include schemaLocation="{location}"/></xs:schema>"""
_DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "schemas"


@pytest.fixture(scope="session")
def schemas() -> Path:
    """The folder of official schemas: ``ETD_SCHEMAS``, else ``../shared/schemas`` beside the repository.

    Without it the test is skipped and says what could not run; with ``ETD_REQUIRE_ALL=1`` it fails.
    """
    folder = Path(os.environ.get("ETD_SCHEMAS") or _DEFAULT)
    if folder.is_dir():
        return folder
    reason = "no official schemas (ETD_SCHEMAS): what we write could not be checked against them"
    if os.environ.get("ETD_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def load_xsd(schemas: Path):
    """``load_xsd("oai-dc/oai_dc.xsd")`` gives the compiled schema, compiled once; nothing is fetched from the network.

    ``include_in``: the namespace of an application that includes a schema without one.
    """

    @cache
    def load(path: str, include_in: str = "") -> etree.XMLSchema:
        parser = etree.XMLParser(no_network=True)
        if not include_in:
            return etree.XMLSchema(etree.parse(schemas / path, parser))
        driver = _DRIVER.format(namespace=include_in, location=(schemas / path).as_uri())
        return etree.XMLSchema(etree.fromstring(driver, parser))

    return load
