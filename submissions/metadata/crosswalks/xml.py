"""XML as the crosswalks write it: elements without empty ones, ``xml:lang``, and bytes.

Elements are those of the standard library, and writing them out is done here: a thesis is some nine hundred of them in
all formats together, and lxml, which checks each of them, takes more than twice as long. What it would check holds of
every record: characters that XML 1.0 forbids are in none (``record.Tidy``). The schemas are asked in the tests.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from xml.etree.ElementTree import Element, SubElement

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_XML = "http://www.w3.org/XML/1998/namespace"
_XML_LANG = f"{{{_XML}}}lang"
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


@lru_cache(maxsize=1024)
def language_tag(tag: str) -> str:
    """``tag`` when it has the form of ``xs:language`` (which holds every BCP 47 tag), else nothing."""
    return tag if _LANGUAGE.fullmatch(tag) else ""


class Scope(Element):
    """An element that declares namespaces, for itself and what is in it: ``nsmap``, prefix -> namespace, with None for
    the default one.
    """

    def __init__(self, tag: str, nsmap: Mapping[str | None, str]) -> None:
        super().__init__(tag)
        self.nsmap = nsmap


def root(namespace: str, name: str, nsmap: Mapping[str | None, str], schema: str) -> Scope:
    """The root element, with ``xsi:schemaLocation`` naming ``schema``, the address of the XSD."""
    element = Scope(f"{{{namespace}}}{name}", {**nsmap, "xsi": XSI})
    element.set(f"{{{XSI}}}schemaLocation", f"{namespace} {schema}")
    return element


def add(
    parent: Element, name: str, text: str, *, namespace: str = "", lang: str = "", **attributes: str
) -> Element | None:
    """Put ``<name>`` with ``text`` into ``parent``; nothing at all when the text is empty.

    ``namespace`` is the parent's unless given. Empty attributes are left out, and so is a ``lang`` that is no language
    tag.
    """
    if not text:
        return None
    element = wrap(parent, name, namespace=namespace, lang=lang, **attributes)
    element.text = text
    return element


def wrap(parent: Element, name: str, *, namespace: str = "", lang: str = "", **attributes: str) -> Element:
    """Put an empty ``<name>`` into ``parent`` and return it, to be filled. Attributes as in ``add``."""
    tag = f"{{{namespace}}}{name}" if namespace else f"{parent.tag.rpartition('}')[0]}}}{name}"
    filled = {key: value for key, value in attributes.items() if value} if attributes else {}
    if lang and (lang := language_tag(lang)):
        filled[_XML_LANG] = lang
    return SubElement(parent, tag, filled)


def to_bytes(element: Element) -> bytes:
    """The document in UTF-8 with its declaration, indented. The same tree always gives the same bytes."""
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{_written(element, chr(10), _names((('xml', _XML),)))}\n".encode()


class _Names(dict[str, str]):
    """``{namespace}name`` -> the name with its prefix, found once for each."""

    def __init__(self, declared: tuple[tuple[str | None, str], ...]) -> None:
        super().__init__()
        self.nsmap = dict(declared)
        self.prefixes = {namespace: prefix for prefix, namespace in declared}

    def __missing__(self, tag: str) -> str:
        namespace, brace, name = tag.rpartition("}")
        prefix = self.prefixes[namespace[1:]] if brace else ""
        self[tag] = full = f"{prefix}:{name}" if prefix else name
        return full


_names = lru_cache(maxsize=64)(_Names)  # the formats are few, and so are their names


def _written(element: Element, line: str, names: _Names) -> str:
    """``line``: the line break, and the blanks before what stands at this level. What has a text is not indented."""
    declared = ""
    if type(element) is Scope:
        new = {prefix: uri for prefix, uri in element.nsmap.items() if names.nsmap.get(prefix) != uri}
        declared = "".join(
            [f' xmlns:{prefix}="{uri}"' if prefix else f' xmlns="{uri}"' for prefix, uri in new.items()]
        )
        names = _names(tuple((names.nsmap | new).items()))
    name, text, start = names[element.tag], element.text, declared
    for key, value in element.items():
        start += _attribute(names[key], value)
    if not len(element):
        return f"<{name}{start}/>" if text is None else f"<{name}{start}>{_escaped(text)}</{name}>"
    if text:
        inside = "".join([_written(one, line, names) + _escaped(one.tail or "") for one in element])
        return f"<{name}{start}>{_escaped(text)}{inside}</{name}>"
    inner = f"{line}  "
    inside = inner.join([_written(one, inner, names) for one in element])
    return f"<{name}{start}>{inner}{inside}{line}</{name}>"


@lru_cache(maxsize=4096)  # most attributes are the same in every record
def _attribute(name: str, value: str) -> str:
    quoted = _escaped(value).replace('"', "&quot;")
    return f' {name}="{quoted}"'


def _escaped(text: str) -> str:
    if "&" in text:
        text = text.replace("&", "&amp;")
    return text.replace("<", "&lt;").replace(">", "&gt;")
