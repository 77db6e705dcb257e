"""The METS package of a thesis for SWORD: made to be sent, and read as the repository gives it back (profile §6)."""

import io
import zipfile

from submissions.models import Delivery

from ..delivery.calls import Caller
from ..delivery.parcel import Parcel
from ..delivery.rulings import NeedsAttention, TooLarge
from ..packages import PackageBroken, sip
from ..packages.archive import zip_stream
from ..packages.thesis import StoredFile, Thesis
from .bodies import Spooled
from .sword2_documents import METS_SIP

_TOO_LARGE = "The package there is over 20 MB: its files were not read back, nor the iDs in it."


def packed(parcel: Parcel, *, stock_only: bool) -> Spooled:
    """The package, on the disk: the server is told its MD5 before it gets it. ``stock_only``: only fields of an
    unchanged DSpace. Raises ``NeedsAttention`` when a file is lost or damaged here.
    """
    opens = {file.sha256: file.open for file in parcel.files}
    record = parcel.record
    if lost := [facts.name for facts in record.files if facts.sha256 not in opens]:
        raise NeedsAttention(f"The file {lost[0]} is not in the storage.", "lost_file")
    files = tuple(StoredFile(facts, opens[facts.sha256]) for facts in record.files)
    thesis = Thesis(record=record, name=parcel.submission.reference, files=files)
    try:
        return Spooled(zip_stream(sip.entries(thesis, stock_only=stock_only)))
    except PackageBroken as broken:
        raise NeedsAttention(str(broken), "broken_file") from None


def headers(parcel: Parcel, package: Spooled) -> dict[str, str]:
    """What is said of the package (profile §6.3.1); the name of the file is ASCII."""
    return {
        "Content-Type": "application/zip",
        "Content-Disposition": f"attachment; filename={parcel.submission.reference}.zip",
        "Content-Length": str(package.size),
        "Content-MD5": package.md5,
        "Packaging": METS_SIP,
    }


def returned(delivery: Delivery, call: Caller) -> zipfile.ZipFile | None:
    """The package as the repository gives it back; None when it does not, or when it is too large to be read, which
    the delivery then says.
    """
    if not delivery.remote.get("media"):
        return None
    refused = (400, 403, 404, 405, 406, 415)
    try:
        answer = call(
            "read back files",
            "GET",
            delivery.remote["media"],
            headers={"Accept-Packaging": METS_SIP},
            ok=(200, *refused),
        )
    except TooLarge:
        call.keep(reason=_TOO_LARGE)
        return None
    if delivery.reason == _TOO_LARGE:
        call.keep(reason="")
    try:
        package = zipfile.ZipFile(io.BytesIO(answer.content))
    except zipfile.BadZipFile:
        return None
    return package if "mets.xml" in package.namelist() else None
