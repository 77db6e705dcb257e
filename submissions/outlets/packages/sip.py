"""DSpace METS SIP: ``mets.xml`` and the files of one thesis, for SWORD and ``dspace packager`` (metadata.md §5).

Several theses are several packages: they come in a ZIP of ZIPs. What the format cannot carry is said in ``mets``.
"""

from collections.abc import Iterable, Iterator

from submissions.metadata.crosswalks import mets, xml

from .archive import Entry, zip_stream
from .embargo import Kind, carries_files
from .names import file_names
from .thesis import Thesis


def entries(thesis: Thesis, *, stock_only: bool = False) -> Iterator[Entry]:
    """The files of the package. Names are ASCII: they are addresses in ``mets.xml`` (xlink:href)."""
    files = thesis.files if carries_files(Kind.SIP, thesis.record) else ()
    names = [f"files/{name}" for name in file_names((file.facts.name for file in files), plain=True)]
    # Without names METS lists what is open, and of a thesis without its files nothing is.
    tree = mets.to_element(thesis.record, names=names if files else None, stock_only=stock_only)
    yield Entry("mets.xml", xml.to_bytes(tree))
    for file, name in zip(files, names, strict=True):
        yield Entry(name, file.pieces(), file.facts.size)


def many(theses: Iterable[Thesis], *, stock_only: bool = False) -> Iterator[Entry]:
    """One package a thesis, each a ZIP in the ZIP."""
    for thesis in theses:
        yield Entry(f"{thesis.name}.zip", zip_stream(entries(thesis, stock_only=stock_only)), packed=True)
