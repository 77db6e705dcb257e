"""``make bench``: how long the main parts take, as ratios to a reference in the same run, because machines differ.

The reference is parsing and writing a small XML document with lxml; a ratio of 10 means ten times that. Then
``oai.py`` measures a harvest beside plain files and beside other servers, and ``drain.py`` how waiting items reach
ORCID; that takes about two minutes, since the rate is ORCID's.
"""

import statistics
import time
import timeit

from lxml import etree

from orcid_workflow.messages.work import to_xml
from submissions.metadata.crosswalks import schema_org
from submissions.metadata.crosswalks.orcid_work import to_work
from submissions.metadata.crosswalks.registry import STORED
from tests.records import varied_records

from . import drain, oai

ROUNDS = 7


def seconds(action, repeat: int) -> float:
    """Median seconds of processor time of one call, over ``ROUNDS`` rounds of ``repeat`` calls: what else the machine
    does at the moment is not counted.
    """
    return (
        statistics.median(timeit.repeat(action, timer=time.process_time, number=repeat, repeat=ROUNDS))
        / repeat
    )


def main() -> None:
    """Print the table."""
    document = etree.tostring(etree.fromstring(b"<a>" + b"<b c='d'>text</b>" * 50 + b"</a>"))
    reference = seconds(lambda: etree.tostring(etree.fromstring(document)), 500)
    records = varied_records(60, seed=1)
    parts = {f"crosswalk {name}": spec.to_bytes for name, spec in STORED.items()}
    parts["crosswalk JSON-LD"] = schema_org.to_json
    parts["ORCID work message"] = lambda record: to_xml(to_work(record))
    print(f"{'one record':<28}{'milliseconds':>14}{'ratio':>10}")  # noqa: T201
    print(f"{'reference (lxml)':<28}{reference * 1000:>14.3f}{1:>10.1f}")  # noqa: T201
    took = {}
    for name, make in parts.items():
        each = took[name] = seconds(lambda make=make: [make(record) for record in records], 1) / len(records)
        print(f"{name:<28}{each * 1000:>14.3f}{each / reference:>10.1f}")  # noqa: T201
    whole = sum(each for name, each in took.items() if name.startswith("crosswalk"))
    print(f"{'all crosswalks together':<28}{whole * 1000:>14.3f}{whole / reference:>10.1f}")  # noqa: T201
    oai.main(["1000", "--prefix", "oai_dc", "--peers"])
    drain.main()


if __name__ == "__main__":
    main()
