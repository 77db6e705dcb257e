"""METS 1.12.1 around a DIM section: the profile of a DSpace submission package, and the prefix ``mets``.

DIM cannot tie an iD to a name, so a second section of the same group says the thesis in DataCite's terms, with every
iD in its place. A DSpace that takes the package in reads the first and leaves the second alone (metadata.md §5: of
sections in one group it reads one); whoever harvests METS finds the iDs in the second.

What it cannot carry: nothing that one of the two sections carries. Checksums are here: MD5, which DSpace reckons with,
where it is known, else SHA-256. Files are named while they are open, or with the names they have in a package.
"""

import datetime as dt
from collections.abc import Sequence

from submissions.metadata.crosswalks import datacite, dim, terms, xml
from submissions.metadata.record import RecordFile, ThesisRecord

NAMESPACE = "http://www.loc.gov/METS/"
SCHEMA = "http://www.loc.gov/standards/mets/mets.xsd"
XLINK = "http://www.w3.org/1999/xlink"
PROFILE = "DSpace METS SIP Profile 1.0"


def to_element(
    record: ThesisRecord, *, names: Sequence[str] | None = None, stock_only: bool = False
) -> xml.Element:
    """``record`` as a ``mets``. ``names``: for a package, the name in it of each of ``record.files``, in their order;
    all are listed then, embargo or not. ``stock_only`` as in ``dim``.

    Raises ``ValueError`` when there are not as many names as files.
    """
    files = terms.public_files(record) if names is None else record.files
    places = [file.url for file in files] if names is None else list(names)
    if len(places) != len(files):
        raise ValueError(f"{len(files)} files have {len(places)} names.")
    root = xml.root(NAMESPACE, "mets", {None: NAMESPACE, "xlink": XLINK}, SCHEMA)
    root.attrib.update({"OBJID": f"urn:uuid:{record.uuid}", "LABEL": "DSpace Item", "PROFILE": PROFILE})
    modified = record.modified.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    header = xml.wrap(root, "metsHdr", CREATEDATE=modified)
    agent = xml.wrap(header, "agent", ROLE="CUSTODIAN", TYPE="ORGANIZATION")
    xml.add(agent, "name", record.institution.name)
    # One OAI-PMH answer holds many theses and is one document, in which no ID may stand twice (XML 1.0, xs:ID).
    sections = [f"dmd-{number}-{record.uuid}" for number in (1, 2)]
    keys = [f"file-{number}-{record.uuid}" for number in range(1, len(files) + 1)]
    _section(root, sections[0], "DIM", dim.to_element(record, stock_only=stock_only))
    _section(root, sections[1], "DATACITE", datacite.to_element(record))
    if files:
        group = xml.wrap(xml.wrap(root, "fileSec"), "fileGrp", USE="CONTENT")
        for key, file, place in zip(keys, files, places, strict=True):
            _file(group, key, file, place)
    _structure(root, " ".join(sections), keys)
    return root


def to_xml(record: ThesisRecord) -> bytes:
    """``to_element`` in UTF-8."""
    return xml.to_bytes(to_element(record))


def _section(root: xml.Element, key: str, kind: str, content: xml.Element) -> None:
    section = xml.wrap(root, "dmdSec", ID=key, GROUPID="dmd")
    wrapper = xml.wrap(section, "mdWrap", MDTYPE="OTHER", OTHERMDTYPE=kind, MIMETYPE="text/xml")
    xml.wrap(wrapper, "xmlData").append(content)


def _file(group: xml.Element, key: str, file: RecordFile, place: str) -> None:
    checksum = {"CHECKSUM": file.md5, "CHECKSUMTYPE": "MD5"}
    if not file.md5:
        checksum = {"CHECKSUM": file.sha256, "CHECKSUMTYPE": "SHA-256"}
    element = xml.wrap(group, "file", ID=key, MIMETYPE=file.mime, SIZE=str(file.size), **checksum)
    xml.wrap(element, "FLocat", LOCTYPE="URL", **{f"{{{XLINK}}}href": place})


def _structure(root: xml.Element, sections: str, files: list[str]) -> None:
    """One division for the item, the first file as its main one, and one division for each file."""
    item = xml.wrap(xml.wrap(root, "structMap", TYPE="LOGICAL"), "div", DMDID=sections, TYPE="DSpace Item")
    for key in files[:1]:
        xml.wrap(item, "fptr", FILEID=key)
    for key in files:
        content = xml.wrap(item, "div", TYPE="DSpace Content Bitstream")
        xml.wrap(content, "fptr", FILEID=key)
