"""The sets: by degree level, programme and year of publication, and the theses whose files are open.

A programme's set is named by its number, because its name can change and then no record may move.
"""

import re
from collections.abc import Iterator

from ...metadata.record import DegreeLevel
from ...models import Programme, StoredRecord

LEVEL, PROGRAMME, YEAR, OPEN = "level", "programme", "year", "open"
#: Name of each hierarchy: a set that holds all records which are in one of its children.
PARENTS = {LEVEL: "By level of the degree", PROGRAMME: "By programme", YEAR: "By year of publication"}
_SPEC = re.compile(
    rf"(?P<{LEVEL}>level:[a-z]+)|(?P<{PROGRAMME}>programme:[1-9][0-9]{{0,17}})|(?P<{YEAR}>year:[0-9]{{4}})"
)
_COLUMN = {LEVEL: "level = %s", PROGRAMME: "programme_id = %s", YEAR: "year = %s"}
#: SQL: the ``setSpec`` elements of a stored record ``r``; a child stands for its parent as well (OAI-PMH 2.0 §2.6).
ELEMENTS = (
    "CASE WHEN r.level = '' THEN '' ELSE '<setSpec>level:' || r.level || '</setSpec>' END"
    " || COALESCE('<setSpec>programme:' || r.programme_id || '</setSpec>', '')"
    " || COALESCE('<setSpec>year:' || substr('000' || r.year, length('000' || r.year) - 3) || '</setSpec>', '')"
    " || CASE WHEN r.is_open THEN '<setSpec>open</setSpec>' ELSE '' END"
)


def condition(spec: str) -> tuple[str, list[object]] | None:
    """What SQL asks of ``StoredRecord`` for the set ``spec``, with its parameters: "" for no set or a parent.

    None when there is no such set.
    """
    if not spec or spec in PARENTS:
        return "", []
    if spec == OPEN:
        return "is_open = %s", [True]
    found = _SPEC.fullmatch(spec)
    if found is None:
        return None
    value = spec.partition(":")[2]
    return _COLUMN[found.lastgroup], [value if found.lastgroup == LEVEL else int(value)]


def listed(format_name: str) -> Iterator[tuple[str, str]]:
    """``(setSpec, setName)`` of the parents and of each set that holds a record of the format, or once held one."""
    records = StoredRecord.objects.filter(format=format_name).order_by()
    levels = set(records.values_list("level", flat=True).distinct())
    yield LEVEL, PARENTS[LEVEL]
    for level in DegreeLevel:
        if level in levels:
            yield f"{LEVEL}:{level}", f"{level.name.capitalize()} theses"
    yield PROGRAMME, PARENTS[PROGRAMME]
    numbers = records.values("programme_id").distinct()
    for number, name in Programme.objects.filter(pk__in=numbers).values_list("pk", "name"):
        yield f"{PROGRAMME}:{number}", name
    yield YEAR, PARENTS[YEAR]
    for year in sorted(filter(None, records.values_list("year", flat=True).distinct())):
        yield f"{YEAR}:{year:04}", f"Published in {year}"
    if records.filter(is_open=True).exists():
        yield OPEN, "Theses whose files everybody can open"
