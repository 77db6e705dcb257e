"""The ZIP that ProQuest's ETD Administrator takes: ``upload_<name>.zip`` with ``<name>_DATA.xml``, the thesis as
``<name>.pdf`` and what belongs to it in ``<name>_Media/`` (metadata.md §5, row ProQuest).

One ZIP a thesis; several come in a ZIP of ZIPs. The package carries the files of a closed thesis
(``embargo``) and an address of the author: send it, do not archive it.
"""

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from submissions.metadata import demands
from submissions.metadata.crosswalks import proquest

from .archive import Entry, zip_stream
from .errors import PackageRefused
from .names import file_names, person_words
from .thesis import Thesis


def problems(thesis: Thesis) -> list[str]:
    """What ProQuest demands and is missing in the record or in the set-up, in sentences."""
    return [*(lack.sentence for lack in demands.missing(thesis.record, "proquest")), *thesis.lacking]


def base_name(thesis: Thesis) -> str:
    """The middle of the package's name. The thesis' own number keeps two people of one name apart."""
    person = thesis.record.author
    return f"{person_words(person.family, person.given)}_{thesis.name}"


def entries(thesis: Thesis) -> Iterator[Entry]:
    """The files of the package. Raises ``PackageRefused`` with ``problems``."""
    if found := problems(thesis):
        raise PackageRefused(found)
    base = base_name(thesis)
    (main, *others) = thesis.files
    first = f"{base}{PurePath(file_names([main.facts.name], plain=True)[0]).suffix.lower()}"
    media = file_names((file.facts.name for file in others), plain=True)
    content = proquest.to_xml(thesis.record, thesis.sender, names=[first, *media])
    yield Entry(f"{base}_DATA.xml", content)
    yield Entry(first, main.pieces(), main.facts.size)
    for file, name in zip(others, media, strict=True):
        yield Entry(f"{base}_Media/{name}", file.pieces(), file.facts.size)


def many(theses: Iterable[Thesis]) -> Iterator[Entry]:
    """One package a thesis, each a ZIP in the ZIP."""
    for thesis in theses:
        yield Entry(f"upload_{base_name(thesis)}.zip", zip_stream(entries(thesis)), packed=True)
