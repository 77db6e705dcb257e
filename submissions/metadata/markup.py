"""What counts as markup in an abstract, decided here and nowhere else. A record holds plain text, and each format
writes its paragraphs in its own way (``br``, ``jats:p``, ``p``; metadata.md §11).

People paste HTML into a field for plain text, and repositories hand it over. A tag counts when it is one of the few
below and its other half is there too; ``br`` needs none. So ``a < b``, ``p <0.05`` and ``x<y>z`` stay as they are, and
so does a lone ``<i>``. In a text with markup, entities (``&amp;``) are undone too; in others they are what was typed.
"""

import re
from collections import Counter
from html import unescape

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>a|b|br|div|em|i|p|span|strong|sub|sup|u)"
    r"""(?:\s+[a-z][a-z-]*\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))*\s*/?>""",
    re.IGNORECASE,
)
_BREAKS = {"br": "\n", "div": "\n\n", "p": "\n\n"}
_EMPTY_LINES = re.compile(r"[ \t]*\n[ \t]*\n\s*")
# Figures have characters of their own for this: without them 10<sup>3</sup> would be 103.
_MOVED = {
    "sub": dict(zip("0123456789+-=()\u2212", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋", strict=True)),
    "sup": dict(zip("0123456789+-=()\u2212", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾⁻", strict=True)),
}


def plain(text: str) -> str:
    """Return ``text`` without its markup: a line break for ``br``, an empty line between paragraphs, figures that were
    raised or lowered as such characters. A text without markup is returned as it is.
    """
    tags = _tags(text) if "<" in text else []
    if not tags:
        return text
    parts, opened, at = [], "", 0
    for tag in tags:
        name = tag["name"].lower()
        parts += [_words(text[at : tag.start()], opened), _BREAKS.get(name, "")]
        opened, at = "" if tag["end"] else name, tag.end()
    parts.append(_words(text[at:], ""))
    return _EMPTY_LINES.sub("\n\n", "".join(parts)).strip()


def _tags(text: str) -> list[re.Match]:
    """The tags that count, in their order: every ``br``, and those whose other half stands in the right place."""
    found, waiting, names = [], [], Counter()
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        if name == "br":
            found.append(tag)
        elif not tag["end"]:
            waiting.append((name, tag))
            names[name] += 1
        elif names[name]:
            partner = ""
            while partner != name:  # those that were opened after it have no end
                partner, first = waiting.pop()
                names[partner] -= 1
            found += [first, tag]
    return sorted(found, key=re.Match.start)


def _words(text: str, opened: str) -> str:
    """``text`` between two tags, the first of which is ``opened``."""
    text, moved = unescape(text), _MOVED.get(opened, {})
    return "".join(map(moved.get, text)) if moved.keys() >= set(text) else text
