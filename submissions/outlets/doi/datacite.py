"""DataCite's REST API (support.datacite.org/docs/api, metadata.md §10): draft, findable, hidden.

``PUT /dois/{doi}`` creates or changes, so that saying a thing twice does no harm; what is there is asked first all the
same, because which event leads to the wish depends on it, and because a DOI that is another's is never written over.
"""

import json
from typing import Any, ClassVar
from urllib.parse import quote

from django.utils import timezone

from submissions.addresses import page_url
from submissions.metadata import identifiers
from submissions.metadata.crosswalks import datacite_json, terms
from submissions.metadata.crosswalks.text import line
from submissions.metadata.record import Person, ThesisRecord
from submissions.models import Delivery, Status, Submission
from submissions.models.deliveries import Wish

from ..delivery.calls import Caller
from ..delivery.parcel import Parcel
from ..delivery.rulings import Answer, NeedsAttention, Refused
from ..delivery.targets import Target
from . import roundtrip

MEDIA_TYPE = "application/vnd.api+json"
_HEADERS = {"Accept": MEDIA_TYPE, "Content-Type": MEDIA_TYPE}
_DETAIL = {"affiliation": "true", "publisher": "true"}  # without them the answer leaves identifiers out

#: State there ("": nothing) and wish -> event. What is not here needs none. There is no way back to a draft.
_EVENTS: dict[tuple[str, str], str] = {
    ("findable", Wish.RESERVED): "hide",
    ("", Wish.PUBLIC): "publish",
    ("draft", Wish.PUBLIC): "publish",
    ("registered", Wish.PUBLIC): "publish",
    ("", Wish.WITHDRAWN): "register",
    ("draft", Wish.WITHDRAWN): "register",
    ("findable", Wish.WITHDRAWN): "hide",
}
#: The state that fulfils a wish. A DOI that was once more than a draft stays registered.
_FULFILLED = {
    Wish.RESERVED: ("draft", "registered"),
    Wish.PUBLIC: ("findable",),
    Wish.WITHDRAWN: ("registered",),
}


class DataCite(Target):
    """A repository account at DataCite. Options: ``prefix`` (10.…), and ``shoulder``, letters before every code."""

    kind = "datacite"
    LABEL = "DataCite"
    NEEDS = ("address", "user", "secret", "prefix")
    OPTIONS: ClassVar[dict[str, type]] = Target.OPTIONS | {"prefix": str, "shoulder": str}
    CHECKS: ClassVar[tuple[Wish, ...]] = (Wish.RESERVED, Wish.PUBLIC, Wish.WITHDRAWN)
    WORDS: ClassVar[dict[Wish, str]] = Target.WORDS | {
        Wish.WITHDRAWN: "hidden from search; the DOI leads to the note that the thesis was withdrawn",
    }

    @property
    def stem(self) -> str:
        """What every DOI from here begins with: prefix, slash and shoulder."""
        return f"{self.options['prefix']}/{self.options.get('shoulder') or ''}".lower()

    def owns(self, doi: str) -> bool:
        """Whether this account registers a bare DOI."""
        return doi.lower().startswith(f"{self.options['prefix']}/".lower())

    def wish_for(self, submission: Submission, record: ThesisRecord | None) -> Wish:
        """Reserved from approval on, public with the thesis, withdrawn with it; nothing for a DOI made elsewhere."""
        if not self.owns(submission.doi):
            return Wish.NOTHING
        if record is None and submission.status == Status.APPROVED:
            return Wish.RESERVED
        return super().wish_for(submission, record)

    def why_nothing(self, submission: Submission) -> str:
        """Say it when the DOI is another's, or when there is none though there could be."""
        if submission.doi and not self.owns(submission.doi):
            prefix = self.options["prefix"]
            return f"This thesis has a DOI that was made elsewhere ({submission.doi}, not {prefix}): it is left alone."
        if not submission.doi and submission.status in (Status.APPROVED, Status.PUBLISHED):
            return (
                "This thesis has no DOI: it was approved before DOIs were given here. "
                "“manage.py give_dois” gives one."
            )
        return ""

    def message(self, parcel: Parcel) -> bytes:
        """The attributes that are sent, and the wish."""
        told = {"wish": parcel.wish, **_attributes(parcel)}
        return json.dumps(told, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")

    def bring(self, delivery: Delivery, parcel: Parcel, call: Caller) -> None:
        """Look, then say what is wished for in one PUT; or take back a draft."""
        doi = parcel.submission.doi if self.owns(parcel.submission.doi) else ""
        # The office gave the thesis another one; the last may be there though no answer said so.
        if formers := {delivery.remote_id, delivery.remote.get("asked", "")} - {doi, ""}:
            for former in formers:
                self._retire(former, parcel, call)
            call.keep(remote_id="", remote_url="", remote={}, in_doubt="")
        if not doi:
            return
        if not parcel.wish:
            self._retire(doi, parcel, call)
            return
        there = self._look(doi, call)
        state = _state(there)
        # Also in doubt: whatever was sent from here says whose it is, so what does not is not from here.
        if there and not delivery.remote_id and not _is_of(there, parcel.submission):
            raise NeedsAttention(
                f"{self.label} has {doi} already, for something else. Give this thesis another DOI, or ask "
                f"{self.label} about that one.",
                "taken",
            )
        attributes = _attributes(parcel)
        if parcel.wish == Wish.WITHDRAWN and state in ("findable", "registered"):
            attributes = {
                "url": attributes["url"]
            }  # what it knows is hidden, and there if it is published again
        if event := _EVENTS.get((state, parcel.wish)):
            attributes["event"] = event
        answer = self._put(doi, attributes, delivery, parcel, call)
        now = _state(answer) or _state(self._look(doi, call))
        if now not in _FULFILLED[parcel.wish]:
            call.keep(in_doubt="")
            raise NeedsAttention(
                f"{self.label} took the record of {doi}, but says that it is “{now or 'not there'}”. Look at it there.",
                "other_state",
            )
        call.keep(
            in_doubt="",
            remote_id=doi,
            remote_url=identifiers.address("doi", doi),
            remote={"state": now},
        )

    def read_back(self, delivery: Delivery, parcel: Parcel, call: Caller) -> list[str]:
        """Sentences on what DataCite has otherwise than it was sent."""
        doi = delivery.remote_id
        answer = self._look(doi, call)
        if not answer:
            return [f"{self.label} no longer has {doi}. Press “Send again”."]
        state, wanted = _state(answer), _FULFILLED[parcel.wish]
        found = []
        if state not in wanted:
            found.append(
                f"{doi} is “{state}” at {self.label}, and should be “{wanted[0]}”. Press “Send again”."
            )
        sent = _attributes(parcel)
        if parcel.wish == Wish.WITHDRAWN:
            sent = {"url": sent["url"]}  # the rest is hidden, and sent anew if it is published again
        return found + roundtrip.lost(self.label, sent, answer.data["data"]["attributes"])

    @classmethod
    def problems(cls, options: dict[str, Any]) -> list[str]:
        """Also the prefix: what comes before the slash of a DOI; and a shoulder that fits into one."""
        found = super().problems(options)
        stem = f"{options.get('prefix') or '10.5555'}/{options.get('shoulder') or ''}"
        try:
            fits = identifiers.doi(f"{stem}x") == f"{stem}x".lower() and len(stem) <= 100
        except ValueError:
            fits = False
        if not fits:
            found.append(
                "“prefix” must be the prefix of your DOIs, such as 10.5555, and “shoulder” letters and digits."
            )
        return found

    def _put(
        self, doi: str, attributes: dict[str, Any], delivery: Delivery, parcel: Parcel, call: Caller
    ) -> Answer:
        """Say it. The DOI is written down before (``remote["asked"]``), so that it is found though the answer is lost
        and the thesis has another one by then; what is refused for certain leaves nothing behind.
        """
        before = delivery.remote
        if delivery.remote_id != doi:
            call.keep(remote={**before, "asked": doi})
        body = {"data": {"id": doi, "type": "dois", "attributes": attributes}}
        try:
            return call(
                parcel.wish,
                "PUT",
                _path(doi),
                doubtful=True,
                headers=_HEADERS,
                params=_DETAIL,
                data=json.dumps(body).encode(),
            )
        except Refused:
            if not delivery.in_doubt:
                call.keep(remote=before)
            raise

    def _look(self, doi: str, call: Caller) -> Answer | None:
        """What is there; None when nothing is."""
        answer = call("look", "GET", _path(doi), ok=(200, 404), headers=_HEADERS, params=_DETAIL)
        return answer if answer.status == 200 else None

    def _retire(self, doi: str, parcel: Parcel, call: Caller) -> None:
        """Delete a draft; hide what was more than one, which stays for ever (metadata.md §10)."""
        there = self._look(doi, call)
        state = _state(there)
        if state == "draft" and _is_of(there, parcel.submission):
            call("delete", "DELETE", _path(doi), ok=(200, 204, 404), headers=_HEADERS)
        elif state == "findable" and _is_of(there, parcel.submission):
            body = {"data": {"id": doi, "type": "dois", "attributes": {"event": "hide"}}}
            call("hide", "PUT", _path(doi), headers=_HEADERS, data=json.dumps(body).encode())


def _attributes(parcel: Parcel) -> dict[str, Any]:
    """The attributes of the DOI: the whole record of a public thesis, else only what stands on its title page.

    (Nobody but the account sees a draft; of a withdrawn thesis no more is known than the tombstone says.)
    """
    if parcel.record is not None:
        return datacite_json.to_dict(parcel.record)
    from ..refresh import institution  # it wishes at the targets, of which this is one

    submission, page = parcel.submission, parcel.submission.page
    author = Person(page.author_given, page.author_family)
    known = {
        "doi": submission.doi,
        "creators": [{"name": terms.name(author), "nameType": "Personal"}] if author.display else [],
        "titles": [{"title": line(page.title)}] if page.title else [],
        "types": {"resourceTypeGeneral": "Dissertation"},
        "alternateIdentifiers": [
            {"alternateIdentifier": str(submission.uuid), "alternateIdentifierType": "local"}
        ],
    }
    if parcel.wish == Wish.WITHDRAWN:  # to register a draft, DataCite wants the properties that are mandatory
        known |= {
            "url": page_url(page),
            "publisher": {"name": institution(submission).name},
            "publicationYear": timezone.localdate(submission.published_at).year,
        }
    return {key: value for key, value in known.items() if value}


def _is_of(answer: Answer, submission: Submission) -> bool:
    """Whether a DOI at DataCite is this thesis': it carries our own number (``alternateIdentifiers``)."""
    attributes = answer.data["data"]["attributes"]
    rows = [*(attributes.get("alternateIdentifiers") or []), *(attributes.get("identifiers") or [])]
    values = {row.get("alternateIdentifier") or row.get("identifier") for row in rows}
    return str(submission.uuid) in values


def _state(answer: Answer | None) -> str:
    """``draft``, ``registered`` or ``findable``; "" for nothing, or for an answer that does not say."""
    try:
        return answer.data["data"]["attributes"]["state"] if answer else ""
    except (KeyError, TypeError):
        return ""


def _path(doi: str) -> str:
    return f"dois/{quote(doi, safe='/')}"
