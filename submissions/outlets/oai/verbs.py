"""The six verbs (OAI-PMH 2.0 §4). Each takes checked arguments and returns what stands in its element."""

import datetime as dt
from collections.abc import Callable, Mapping

from django.conf import settings
from django.db.models import Min
from django.utils import timezone
from django.utils.module_loading import import_string
from wagtail.models import Site

from ...metadata.crosswalks.registry import PREFIXES
from ...models import StoredRecord
from . import answer, clock, dates, keep, listing, names, resumption, sets
from .arguments import TOKEN
from .errors import Fault, Refused
from .packing import Packed
from .pieces import Stored
from .resumption import Position

OAI_IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"
Arguments = Mapping[str, str]
#: A document, or a piece of one, in pieces to be sent one after the other.
Parts = list[bytes | Stored | Packed]


def answer_to(arguments: Arguments, packed: bool = False) -> Parts:
    """Answer a request whose arguments were checked: the whole document.

    ``packed`` says that it is going to be compressed: pieces may be already.
    """
    verb = arguments["verb"]
    now = timezone.now()
    try:
        if verb in _OTHERS:
            parts = _OTHERS[verb](arguments)
        else:
            position = _position(arguments)
            kept = keep.find(position, packed) if verb == "ListRecords" else None
            moment, holds = kept.ask() if kept else (clock.tick(), False)
            now = moment.response_date
            if holds:
                parts = [kept.body, *_onward(verb, kept.page(moment))]
            else:
                if kept:
                    kept.close()
                parts = _LISTS[verb](position, moment, kept, packed)
    except Refused as refused:
        return refusal(refused, arguments, now)
    whole = (f"<{verb}>\n".encode(), *parts, f"</{verb}>\n".encode())
    return answer.frame(dates.write(now), arguments, *whole)


def refusal(refused: Refused, arguments: Arguments, now: dt.datetime | None = None) -> Parts:
    """The document that says what was wrong with a request."""
    faults = "".join(answer.element("error", fault.sentence, code=fault.code) for fault in refused.faults)
    echo = arguments if refused.echoes else {}
    return answer.frame(dates.write(now or timezone.now()), echo, faults.encode())


def _identify(arguments: Arguments) -> list[bytes]:
    institution = import_string(settings.ETD_INSTITUTION)(Site.objects.get(is_default_site=True))
    earliest = StoredRecord.objects.aggregate(earliest=Min("datestamp"))["earliest"] or timezone.now()
    about_identifiers = answer.wrap(
        "oai-identifier",
        answer.element("scheme", "oai"),
        answer.element("repositoryIdentifier", names.repository_id()),
        answer.element("delimiter", ":"),
        answer.element("sampleIdentifier", names.identifier("5f0c3e2a-8a53-4a6e-9c53-0f6f3f1d2b11")),
        **{
            "xmlns": OAI_IDENTIFIER,
            "xsi:schemaLocation": f"{OAI_IDENTIFIER} {OAI_IDENTIFIER}.xsd",
        },
    )
    return [
        part.encode()
        for part in (
            answer.element("repositoryName", f"Theses of {institution.name}"),
            answer.element("baseURL", names.base_url()),
            answer.element("protocolVersion", "2.0"),
            answer.element("adminEmail", names.admin_email()),
            answer.element("earliestDatestamp", dates.write(earliest)),
            answer.element("deletedRecord", "persistent"),
            answer.element("granularity", dates.GRANULARITY),
            answer.element("compression", "gzip"),
            answer.wrap("description", about_identifiers),
        )
    ]


def _list_metadata_formats(arguments: Arguments) -> list[bytes]:
    prefixes = list(PREFIXES)
    if "identifier" in arguments:
        known = _item(arguments["identifier"])
        prefixes = [prefix for prefix in PREFIXES if prefix in known and not known[prefix].deleted]
        if not prefixes:
            raise Refused(
                Fault("noMetadataFormats", "This thesis was withdrawn: it has no metadata any more.")
            )
    return [
        answer.wrap(
            "metadataFormat",
            answer.element("metadataPrefix", prefix),
            answer.element("schema", PREFIXES[prefix].schema_location),
            answer.element("metadataNamespace", PREFIXES[prefix].namespace),
        ).encode()
        for prefix in prefixes
    ]


def _list_sets(arguments: Arguments) -> list[bytes]:
    if TOKEN in arguments:
        raise Refused(_bad_token("The sets come in one list, so there are no tokens for it."))
    return [
        answer.wrap("set", answer.element("setSpec", spec), answer.element("setName", name)).encode()
        for spec, name in sets.listed(PREFIXES["oai_dc"].name)
    ]


def _get_record(arguments: Arguments) -> list[bytes]:
    known = _item(arguments["identifier"])
    record = known.get(arguments["metadataPrefix"])
    if record is None:
        raise Refused(_no_format(arguments["metadataPrefix"]))
    return [*answer.records([listing.one(record.pk)])]


def _list_identifiers(position: Position, moment: clock.Moment, *_: object) -> Parts:
    page = _page(position, moment, contents=False)
    return ["".join(header for _, _, header, _ in page.rows).encode(), *_onward("ListIdentifiers", page)]


def _list_records(position: Position, moment: clock.Moment, former: keep.Kept | None, packed: bool) -> Parts:
    page = _page(position, moment, contents=True, border=former and former.onward)
    body = keep.keep(position, page, moment, b"".join(answer.records(page.rows)), packed)
    return [body, *_onward("ListRecords", page)]


_OTHERS: Mapping[str, Callable[[Arguments], list[bytes]]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_metadata_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
}
_LISTS: Mapping[str, Callable[[Position, clock.Moment, keep.Kept | None, bool], Parts]] = {
    "ListIdentifiers": _list_identifiers,
    "ListRecords": _list_records,
}


def _item(identifier: str) -> dict[str, StoredRecord]:
    uuid = names.uuid_of(identifier)
    known = listing.find(uuid) if uuid else {}
    if not known:
        raise Refused(Fault("idDoesNotExist", "There is no thesis with this identifier."))
    return known


def _position(arguments: Arguments) -> Position:
    if TOKEN in arguments:
        position = resumption.read(arguments["verb"], arguments[TOKEN])
        if position is None or position.prefix not in PREFIXES:
            raise Refused(_bad_token("This token is not one of ours for this verb, or it has expired."))
        return position
    prefix = arguments["metadataPrefix"]
    if prefix not in PREFIXES:
        raise Refused(_no_format(prefix))
    return listing.first(prefix, *(arguments.get(name, "") for name in ("set", "from", "until")))


def _page(position: Position, moment: clock.Moment, **how: object) -> listing.Page:
    page = listing.read(position, moment.horizon, **how)
    if not page.rows:
        raise Refused(Fault("noRecordsMatch", "There are no records in this set and this time."))
    return page


def _onward(verb: str, page: listing.Page) -> list[bytes]:
    if page.onward is None:
        return [answer.token(page).encode()]
    text, ends = resumption.write(verb, page.onward)
    return [answer.token(page, text, dates.write(ends)).encode()]


def _no_format(prefix: str) -> Fault:
    return Fault("cannotDisseminateFormat", f"There is no metadata in the format {prefix} here.")


def _bad_token(sentence: str) -> Fault:
    return Fault("badResumptionToken", sentence)
