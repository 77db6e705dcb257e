"""What a reader typed into the search: words, an ORCID iD, both, or what one thesis alone is called by (reference, DOI,
handle, ISBN, URN); and what Wagtail's index finds by the words.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace
from wagtail.search.models import IndexEntry

from orcid_workflow import ids

from ..metadata import identifiers
from ..models import Submission, ThesisPage
from ..outlets.fulltext import LONGEST_WORD

_GAP = r"[\s\u2010-\u2015\u2212-]*"  # hyphens as people type and word processors make them
#: Sixteen characters in any spacing, with whatever address or word stands before them.
_LIKE_AN_ID = re.compile(
    rf"(?:https?://\S*?/|(?:www\.)?orcid\.org/|orcid{_GAP}:?\s*)?"
    rf"(?<![\w])(\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{3}}[\dX])(?!\w)/?",
    re.IGNORECASE | re.ASCII,
)
#: The beginning of an iD and nothing else: all of them begin with 0000 or 0009 (orcid.md).
_PART_OF_AN_ID = re.compile(
    rf"(?:orcid{_GAP}:?\s*)?(000[09](?:{_GAP}[\dX]){{4,}}){_GAP}", re.IGNORECASE | re.ASCII
)
_EXAMPLE = "A whole iD has four groups of four characters, for example 0000-0002-1825-0097."
_REFERENCE = re.compile(r"T-?(\d{1,9})", re.IGNORECASE | re.ASCII)
_TITLE_WEIGHT = 10.0  # a word of the title tells more than one of three hundred pages


@dataclass(frozen=True, slots=True)
class Asked:
    """``words`` to look for, letters and digits only; ``orcid`` a bare iD or ""; ``mistake``: what is wrong with it.

    ``names`` is what one thesis may be called by, scheme -> value in the form it is compared in; what looks like one
    may be mere words.
    """

    words: str = ""
    orcid: str = ""
    mistake: str = ""
    names: dict[str, str] = field(default_factory=dict)


def understand(text: str) -> Asked:
    """Read what was typed. An iD may be bare, an address, or have spaces; the rest are words.

    Only letters and digits are passed on: a quotation mark ends in a syntax error of SQLite's search (modelsearch 1.3).
    """
    orcid = mistake = ""
    names = _names(text)
    # An Å may be typed, or pasted from a PDF, as a letter and its ring; the index has the letters in one form.
    text = unicodedata.normalize("NFKC", text)
    if found := _LIKE_AN_ID.search(text):
        text = f"{text[: found.start()]} {text[found.end() :]}"
        bare = re.sub(r"[^\dX]", "", found.group(1).upper())
        try:
            orcid = ids.normalise(bare)
        except ValueError:
            shown = "-".join(bare[i : i + 4] for i in range(0, 16, 4))
            mistake = (
                f"{shown} is not an ORCID iD: its last character does not fit the others, so one of them was "
                "probably mistyped. Please compare it with the iD you have."
            )
    elif "orcid.org/" in text.lower():
        text = ""
        mistake = f"The address you typed has no whole ORCID iD in it. {_EXAMPLE}"
    elif part := _PART_OF_AN_ID.fullmatch(text.strip()):
        text = ""
        mistake = (
            f"{part.group(1)} is not a whole ORCID iD. {_EXAMPLE} Please compare it with the iD you have."
        )
    words = " ".join(word[:LONGEST_WORD] for word in re.findall(r"\w+", text))
    return Asked(words, orcid, mistake, names)


def _names(text: str) -> dict[str, str]:
    """What ``text`` as a whole may call a thesis by: scheme -> value."""
    names = {}
    for scheme in ("doi", "handle", "isbn", "urn"):
        try:
            names[scheme] = getattr(identifiers, scheme)(text)
        except ValueError:
            continue
    if reference := _REFERENCE.fullmatch(text.strip()):
        names["reference"] = reference.group(1)
    return names


def named(cases: QuerySet[Submission], names: dict[str, str]) -> QuerySet[Submission]:
    """Those of ``cases`` that are called one of ``names`` (of ``understand``); none when it is empty."""
    wanted = Q(pk__in=[])
    for scheme, value in names.items():
        match scheme:
            case "reference":
                wanted |= Q(pk=int(value))
            case "isbn":  # kept with the hyphens that were typed
                cases = cases.alias(isbn_digits=Replace(F("isbn"), Value("-"), Value("")))
                wanted |= Q(isbn_digits=value.replace("-", ""))
            case "urn":
                wanted |= Q(urn__iexact=value)
            case _:
                wanted |= Q(**{scheme: value})
    return cases.filter(wanted)


def found(words: str) -> QuerySet:
    """Keys of the theses that hold all ``words``, by Wagtail's index in the database, as a subquery.

    The index knows nothing of the case, so it is asked alone and narrowed afterwards.
    """
    results = ThesisPage.objects.search(words, operator="and", order_by_relevance=False)
    return results.get_queryset().order_by().values("pk")


def scores(words: str) -> dict[int, float]:
    """Key of each thesis that holds all ``words`` -> how well it fits, more is better. One query.

    On SQLite we ask its index ourselves: Wagtail would run the search once more for every thesis it found.
    """
    connection = connections[router.db_for_read(IndexEntry)]
    if connection.vendor != "sqlite":
        results = ThesisPage.objects.search(words, operator="and", order_by_relevance=False)
        return dict(results.annotate_score("fits").get_queryset().order_by().values_list("pk", "fits"))
    return _scores_of_sqlite(connection, words)


def _scores_of_sqlite(connection: BaseDatabaseWrapper, words: str) -> dict[int, float]:
    from django.contrib.contenttypes.models import ContentType
    from wagtail.search.models import SQLiteFTSIndexEntry

    fts, entries = SQLiteFTSIndexEntry._meta.db_table, IndexEntry._meta.db_table
    # Columns of the table: autocomplete, body, title. bm25 is smaller for a better fit (SQLite FTS5 §5.1.1).
    sql = (
        f"SELECT e.object_id, -bm25({fts}, 0.0, 1.0, {_TITLE_WEIGHT}) FROM {fts} JOIN {entries} e "  # noqa: S608
        f"ON e.id = {fts}.rowid WHERE {fts} MATCH %s AND e.content_type_id = %s"
    )
    match = "{title body} : (" + " AND ".join(f'"{word}"' for word in words.split()) + ")"
    with connection.cursor() as cursor:
        cursor.execute(sql, [match, ContentType.objects.get_for_model(ThesisPage).pk])
        return {int(pk): score for pk, score in cursor.fetchall()}
