"""Text that every format can carry: no control characters, one kind of line break, the rest as it was typed.

Used by the XML formats, by JSON-LD and by meta tags alike. Direction marks, joiners, non-breaking spaces and
characters outside the first plane are text and are kept; nothing is normalised.
"""

import re

# Word's soft break (VT), form feed, NEL and the Unicode separators part words, so they become a line break:
# dropping them would glue two words together.
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# XML 1.0 §2.2 "Char" forbids the C0 controls, surrogates and U+FFFE/FFFF. The C1 controls are only
# discouraged there, but HTML calls them errors, and no thesis needs them.
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile("[ \t\n]+")


def clean(text: str) -> str:
    """``text`` with line breaks as ``\\n``, without forbidden characters and without blanks at its ends."""
    if text.isprintable():  # no control character is, nor any break but a blank: most texts, and quickly seen
        return text.strip(" ")
    return _FORBIDDEN.sub("", _BREAKS.sub("\n", text)).strip(" \t\n")


def line(text: str) -> str:
    """``clean(text)`` on one line, for titles, names and attributes. U+00A0 and its like are kept."""
    text = clean(text)
    return text if text.isprintable() and "  " not in text else _BLANKS.sub(" ", text)
