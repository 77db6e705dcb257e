"""``make bench``: how long the main parts take, as ratios to a reference in the same run, because machines differ.

The reference is parsing and writing a small XML document with lxml; a ratio of 10 means ten times that. Then
``oai.py`` measures a harvest beside plain files and beside other servers, then one of 100,000 theses, which are made
first and take about eight minutes; and ``drain.py`` how waiting items reach ORCID, which takes about two, since the
rate is ORCID's.
"""

import contextlib
import statistics
import time
import timeit
from dataclasses import replace
from functools import partial

from lxml import etree

from orcid_workflow.messages.work import to_xml
from submissions.metadata import record_json
from submissions.metadata.crosswalks.orcid_work import to_work
from submissions.metadata.record import ThesisRecord
from tests.records import varied_records
from tests.writers import WRITERS

from . import drain, oai

ROUNDS = 7
PARTS = {
    "making the record": replace,
    **{f"crosswalk {name}": write for name, write in WRITERS.items()},
    "crosswalk record": record_json.to_json,
}


def seconds(action, repeat: int, given=lambda: ()) -> float:
    """Median seconds of processor time of one call, over ``ROUNDS`` rounds of ``repeat`` calls: what else the machine
    does at the moment is not counted. Each round is given new ``given()``, whose making is not counted either.
    """
    rounds = (timeit.Timer(partial(action, *given()), timer=time.process_time) for _ in range(ROUNDS))
    return statistics.median(one.timeit(repeat) for one in rounds) / repeat


def taken(write, records: list[ThesisRecord]) -> list[int]:
    """Which of ``records`` a format takes: Crossref refuses those without a DOI, ProQuest bachelor's theses."""
    found = []
    for number, record in enumerate(records):
        with contextlib.suppress(ValueError):
            write(record)
            found.append(number)
    return found


def main() -> None:
    """Print the table."""
    document = etree.tostring(etree.fromstring(b"<a>" + b"<b c='d'>text</b>" * 50 + b"</a>"))
    reference = seconds(lambda: etree.tostring(etree.fromstring(document)), 500)

    def row(name: str, took: float) -> None:
        print(f"{name:<28}{took * 1000:>14.3f}{took / reference:>10.1f}")  # noqa: T201

    print(f"{'one record':<28}{'milliseconds':>14}{'ratio':>10}")  # noqa: T201
    row("reference (lxml)", reference)
    records, whole = varied_records(60, seed=1), 0.0
    for name, write in {**PARTS, "ORCID work message": lambda record: to_xml(to_work(record))}.items():
        numbers = taken(write, records)

        def fresh(numbers=numbers) -> tuple[list[ThesisRecord]]:
            """Records that nothing was asked of yet: what a record keeps for the next format counts for the first."""
            return ([replace(records[number]) for number in numbers],)

        took = seconds(lambda some, write=write: [write(one) for one in some], 1, fresh) / len(numbers)
        row(name, took)
        whole += took if name in PARTS else 0
    row("all crosswalks together", whole)
    oai.main(["1000", "--prefix", "oai_dc", "--peers"])
    oai.main(["100000", "--prefix", "oai_dc", "--database", "postgresql"])
    drain.main()


if __name__ == "__main__":
    main()
