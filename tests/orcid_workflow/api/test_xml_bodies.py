"""XML from outside is read with entities off: it can neither read our files nor fill our memory."""

import ast
from pathlib import Path

import pytest
from lxml import etree

from orcid_workflow import messages, profile
from orcid_workflow.api import errors

APP = Path(profile.__file__).parent
_READS = {"fromstring", "parse", "XML", "iterparse", "fromstringlist"}
_OWN = {"desk/charts.py"}  # what it reads it has drawn itself


def _hostile(entity: str, where: str) -> bytes:
    return f'<!DOCTYPE x [{entity}]>\n<error xmlns="http://www.orcid.org/ns/error">{where}</error>'.encode()


def test_a_file_is_not_read(tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    body = _hostile(f'<!ENTITY a SYSTEM "file://{secret}">', "<developer-message>&a;</developer-message>")
    assert "the secret" not in str(errors.parse(body, "application/xml"))
    assert b"the secret" not in etree.tostring(messages.parse(body))


def test_entities_are_not_blown_up() -> None:
    layers = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 10))
    body = _hostile(f'<!ENTITY e0 "ha">{layers}', "<developer-message>&e9;</developer-message>")
    assert len(errors.parse(body, "application/xml").text) < 10_000


@pytest.mark.parametrize("path", sorted(APP.rglob("*.py")), ids=lambda path: str(path.relative_to(APP)))
def test_every_reader_of_xml_is_given_a_parser(path: Path) -> None:
    name = str(path.relative_to(APP))
    if name.split("/")[0] == "registry" or name in _OWN:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of_lxml = isinstance(node.func.value, ast.Name) and node.func.value.id == "etree"
        if of_lxml and node.func.attr in _READS:
            assert len(node.args) > 1 or any(word.arg == "parser" for word in node.keywords), node.lineno
        if of_lxml and node.func.attr == "XMLParser" and not any(word.arg is None for word in node.keywords):
            given = {word.arg: ast.literal_eval(word.value) for word in node.keywords}
            assert given.get("resolve_entities") is False
            assert given.get("no_network") is True
