"""BibTeX, for people who cite: downloaded from the page of a thesis, and the citation in the ORCID work.

What it cannot carry: iDs, committee, licence, embargo, files, pages, grants and related works, every date but that of
publication, the title in another language, the handle beside a DOI, URN and number, department and the university's
ROR, and of a subject more than its term, whatever the classification. The abstracts are left out, so that an entry
stays an entry.
"""

import re

from anyascii import anyascii

from submissions.metadata.crosswalks import terms
from submissions.metadata.record import DegreeLevel, Person, ThesisRecord

# BibTeX counts braces whether or not a backslash stands before them, so a lone one must not stay a brace.
_LATEX = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        **{char: rf"\{char}" for char in "&%$#_"},
    }
)
# In an address LaTeX reads every character as it is; these three would end or break the field.
_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def to_text(record: ThesisRecord) -> str:
    """``record`` as one entry, ending in a line break. Fields with nothing to say are left out.

    Bachelor's theses are ``mastersthesis`` too, the only other kind there is; ``type`` has the true words.
    """
    kind = "phdthesis" if record.degree_level is DegreeLevel.DOCTORAL else "mastersthesis"
    fields = {
        "author": _author(record.author),
        "title": f"{{{_escaped(record.full_title)}}}" if record.full_title else "",
        "type": _escaped(terms.thesis_label(record)),
        "school": _escaped(record.institution.name),
        "year": f"{record.published.year:04d}",
        "month": _MONTHS[record.published.month - 1],
        "doi": record.doi.translate(_ADDRESS),
        "eprint": "" if record.doi else record.handle.translate(_ADDRESS),
        "eprinttype": "" if record.doi or not record.handle else "hdl",
        "isbn": _escaped(record.isbn),
        "url": record.url.translate(_ADDRESS),
        "language": _escaped(record.language),
        "keywords": ", ".join(
            filter(None, map(_escaped, (*record.keywords, *(subject.term for subject in record.subjects))))
        ),
    }
    # A month is a name that every style knows, not a text.
    rows = [
        f"  {name} = {text if name == 'month' else f'{{{text}}}'},\n" for name, text in fields.items() if text
    ]
    return f"@{kind}{{{_key(record)},\n{''.join(rows)}}}\n"


def to_bytes(record: ThesisRecord) -> bytes:
    """``to_text`` in UTF-8."""
    return to_text(record).encode()


def _escaped(text: str) -> str:
    return text.translate(_LATEX)


def _author(person: Person) -> str:
    """``Family, Given``. A part with a comma or "and" in it, and an only name, is braced: BibTeX would part it."""
    family, given = (_braced(_escaped(part)) for part in (person.family, person.given))
    if family and given:
        return f"{family}, {given}"
    return f"{{{_escaped(person.family or person.given) or terms.NAME_WITHHELD}}}"


def _braced(part: str) -> str:
    return f"{{{part}}}" if re.search(r",|\band\b", part, re.IGNORECASE) else part


def _key(record: ThesisRecord) -> str:
    """``carberry2026tidal``: ASCII letters and digits only, so that every program takes it."""
    name, title = (
        [re.sub(r"[^a-z0-9]", "", word) for word in anyascii(text).lower().split()]
        for text in (record.author.family or record.author.given, record.title)
    )
    first = next((word for word in title if len(word) > 3), "")
    return f"{''.join(name)[:30] or 'thesis'}{record.published.year}{first[:30]}"
